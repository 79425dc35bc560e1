/* store/sqlite.h - the inside of the SQLite driver, for sqlite*.c alone. */

#ifndef NJ_STORE_SQLITE_H
#define NJ_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/driver.h"

struct nj_sqlite_wal;

struct nj_sqlite {
    struct nj_db base; /* must stay first */
    sqlite3 *handle;
    char *path;     /* owned; ":memory:" for none */
    int lock_fd;    /* holds PATH.lock; -1 none */
    int wal_frames; /* pages in the write-ahead log since its last reset */
    int in_file;    /* not in memory */
    struct nj_sqlite_wal *wal;     /* owned; NULL in memory */
    struct nj_sqlite_check *check; /* under way beside the work, or NULL */
    sqlite3_stmt *statements[NJ_STATEMENTS]; /* made at first use */
    sqlite3_stmt *controls[NJ_CONTROLS];
};

/* Class of SQLite's result RC: 0 or one of driver.h's NJ_E_*. */
int nj_sqlite_class(int rc);

/* Keep in DB's err why SQLite failed with RC, and return its class. */
int nj_sqlite_fail(struct nj_sqlite *db, int rc);

/* The driver's functions that run statements (sqlite_run.c). */
int nj_sqlite_control(struct nj_db *db, enum nj_control control);
int nj_sqlite_in_txn(const struct nj_db *db);
int nj_sqlite_tables(struct nj_db *db);
int nj_sqlite_script(struct nj_db *db, const char *sql);
int nj_sqlite_run(struct nj_db *db,
                  enum nj_statement statement,
                  const struct nj_value *values,
                  size_t count,
                  int64_t *out_changed);
int nj_sqlite_each(struct nj_db *db,
                   enum nj_statement statement,
                   const struct nj_value *values,
                   size_t count,
                   nj_on_row *on_row,
                   void *ctx);
void nj_sqlite_finalize(struct nj_sqlite *db);

/* Looking for damage (sqlite_check.c). */
struct nj_sqlite_check;
enum { NJ_SQLITE_DAMAGE_TEXT = 256 };

/* quick_check of TABLE, or of everything when NULL: 0, NJ_E_CORRUPT with the
 * first finding in OUT, or another code when it could not be done. */
int nj_sqlite_quick_check(sqlite3 *handle,
                          const char *table,
                          char out[NJ_SQLITE_DAMAGE_TEXT]);

/* Check the database at PATH on a thread of its own, DELAY_MS from now.
 * ON_DAMAGE comes at most once, on that thread. NULL: could not be started. */
struct nj_sqlite_check *
nj_sqlite_check_start(const char *path,
                      int64_t delay_ms,
                      void (*on_damage)(void *ctx, const char *what),
                      void *ctx);

/* Stop it where it is and free it; after this ON_DAMAGE comes no more. NULL is
 * fine. */
void nj_sqlite_check_stop(struct nj_sqlite_check *check);

/* The log in one piece (sqlite_wal.c): a VFS to open the database with, under
 * NAME. NULL: no memory. To be destroyed after what was opened with it. */
struct nj_sqlite_wal *nj_sqlite_wal_create(void);
const char *nj_sqlite_wal_name(const struct nj_sqlite_wal *wal);
void nj_sqlite_wal_destroy(struct nj_sqlite_wal *wal);

/* Files beside the database (sqlite_files.c). */

/* Take PATH.lock for this process; the descriptor goes to OUT. 0, NJ_E_AGAIN
 * (another process has it) or NJ_E_IO. Closing it gives the lock back. */
int nj_sqlite_lock(const char *path, int *out, struct nj_err *err);

/* Create PATH, readable to its owner alone, if there is none. 0 or NJ_E_IO. */
int nj_sqlite_touch(const char *path, struct nj_err *err);

/* Give the write-ahead log of PATH its blocks beforehand: a commit that has to
 * grow a file waits 40 to 80 times longer. Best effort. */
void nj_sqlite_prepare_wal(const char *path, size_t bytes);

#endif
