/* store/driver.h - what a database must be able to do for the store.
 *
 * The store's own files (rows_*.c) speak only in numbered statements and
 * values; a driver turns those into its library's calls. SQLite is one; `mem:`
 * is the same driver on a database in memory.
 *
 * To add a driver: fill a struct nj_driver, give it a column of texts in
 * migrations.c, and let it join the table of back ends in
 * tests/unit/store/contract_test.c. A database is one thread's at a time.
 */

#ifndef NJ_STORE_DRIVER_H
#define NJ_STORE_DRIVER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "store/statements.h"

/* How statements and transactions end, besides 0:
 *   NJ_E_INVALID  never possible with these values: a constraint, a bug
 *   NJ_E_IO       the disk or another program refused; may work later
 *   NJ_E_CORRUPT  the database is damaged
 *   NJ_E_NOMEM    memory ran out; may work later
 * nj_db.err then says why. */

enum nj_value_kind {
    NJ_VALUE_NULL,
    NJ_VALUE_INT,
    NJ_VALUE_REAL,
    NJ_VALUE_TEXT,
    NJ_VALUE_BLOB,
};

/* A parameter or a column. Bytes are lent: parameters until the call returns,
 * columns for the length of `on_row`. Text ends with a NUL beyond LEN. */
struct nj_value {
    enum nj_value_kind kind;
    size_t len; /* bytes of TEXT and BLOB */
    union {
        int64_t i;
        double real;
        const void *bytes;
    } as;
};

static inline struct nj_value nj_v_int(int64_t i)
{
    return (struct nj_value){.kind = NJ_VALUE_INT, .as.i = i};
}

static inline struct nj_value nj_v_real(double real)
{
    return (struct nj_value){.kind = NJ_VALUE_REAL, .as.real = real};
}

/* BYTES may be NULL: then the value is NULL. */
static inline struct nj_value nj_v_bytes(const void *bytes, size_t len)
{
    return (struct nj_value){.kind =
                                 bytes == NULL ? NJ_VALUE_NULL : NJ_VALUE_BLOB,
                             .len = len,
                             .as.bytes = bytes};
}

static inline struct nj_value nj_v_text(const char *text)
{
    return (struct nj_value){.kind =
                                 text == NULL ? NJ_VALUE_NULL : NJ_VALUE_TEXT,
                             .len = text == NULL ? 0 : strlen(text),
                             .as.bytes = text};
}

/* What a column holds, or 0, NULL when it holds something else: a database
 * that was edited by hand must not crash us. */
static inline int64_t nj_v_as_int(const struct nj_value *value)
{
    return value->kind == NJ_VALUE_INT ? value->as.i : 0;
}

static inline double nj_v_as_real(const struct nj_value *value)
{
    return value->kind == NJ_VALUE_REAL  ? value->as.real
           : value->kind == NJ_VALUE_INT ? (double)value->as.i
                                         : 0;
}

static inline const char *nj_v_as_text(const struct nj_value *value)
{
    return value->kind == NJ_VALUE_TEXT ? value->as.bytes : NULL;
}

enum nj_control {
    NJ_CONTROL_BEGIN_WRITE,
    NJ_CONTROL_BEGIN_READ, /* one view of the data for several statements */
    NJ_CONTROL_COMMIT,     /* 0 only when durable */
    NJ_CONTROL_ROLLBACK,   /* fine when nothing is open; cannot fail */
    NJ_CONTROL_MARK,       /* inside a transaction: a place to go back to */
    NJ_CONTROL_KEEP,       /* forget the mark, keep what was done */
    NJ_CONTROL_BACK,       /* undo what was done since the mark; forget it */
    NJ_CONTROLS,           /* count, keep last */
};

/* An open database; a driver's own struct begins with it. */
struct nj_db {
    const struct nj_driver *driver;
    struct nj_err err; /* of the last failure: "FILE: reason" */
};

/* A row of COUNT columns; not 0 stops and is returned. */
typedef int nj_on_row(void *ctx, const struct nj_value *row, size_t count);

struct nj_driver {
    /* Open PLACE (the url after its scheme), creating it when there is none,
     * and look for damage as far as that is quick. 0; NJ_E_IO; NJ_E_NOMEM;
     * NJ_E_CORRUPT; NJ_E_AGAIN (another process has it): all in words. */
    int (*open)(const char *place, struct nj_db **out, struct nj_err *err);
    /* Look for damage as far as that was too long for `open`, beside the work,
     * DELAY_MS from now; ON_DAMAGE comes at most once, on any thread, not after
     * `close`. NULL: nothing to look for. */
    void (*check)(struct nj_db *db,
                  int64_t delay_ms,
                  void (*on_damage)(void *ctx, const char *what),
                  void *ctx);
    /* Close and free DB. */
    void (*close)(struct nj_db *db);
    int (*control)(struct nj_db *db, enum nj_control control);
    /* Whether a transaction is open still: some failures end it. */
    int (*in_txn)(const struct nj_db *db);
    /* How many tables DB holds (0: it is new), or an error. */
    int (*tables)(struct nj_db *db);
    /* Run SQL, several statements even: migrations only. */
    int (*script)(struct nj_db *db, const char *sql);
    /* Run a statement that gives no rows. OUT_CHANGED (may be NULL): rows. */
    int (*run)(struct nj_db *db,
               enum nj_statement statement,
               const struct nj_value *values,
               size_t count,
               int64_t *out_changed);
    /* Run a statement and hand over its rows. */
    int (*each)(struct nj_db *db,
                enum nj_statement statement,
                const struct nj_value *values,
                size_t count,
                nj_on_row *on_row,
                void *ctx);
    /* Before the first group, by the thread that runs them: what makes commits
     * fast and would make opening slow. */
    void (*warm)(struct nj_db *db);
    /* Between groups, when all were told: housekeeping. */
    void (*tidy)(struct nj_db *db);
};

extern const struct nj_driver nj_sqlite_driver;
extern const struct nj_driver nj_sqlite_mem_driver;

#endif
