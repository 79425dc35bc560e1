/* A SQLite database: opening it with promises that are asserted, and keeping
 * its write-ahead log short. */

#include "store/sqlite.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    /* Pages in the log before they are moved into the database between two
     * groups. The log is reused from its start after that and never shrinks:
     * a file that has its blocks already takes a commit in 0.05 ms, one that
     * grows in 2 to 4 ms (facts/performance.md). */
    CHECKPOINT_PAGES = 4000,
    WAL_BYTES = 8800 << 10, /* those pages, with their heads and some more */
    BUSY_MS = 250, /* another program reads or writes: then it is trouble */
    /* Up to this size the whole database is checked before it is used: some
     * 20 ms. Larger ones are checked beside the work (see sqlite_check.c). */
    SMALL_BYTES = 8 << 20,
};

static int keep_text(void *ctx, int count, char **columns, char **names)
{
    char *out = ctx; /* [64] */

    (void)names;
    if (count > 0 && columns[0] != NULL) {
        (void)sqlite3_snprintf(64, out, "%s", columns[0]);
    }
    return 0;
}

/* Run PRAGMA and see that it answers WANT (NULL: anything). */
static int pragma(struct nj_sqlite *db, const char *sql, const char *want)
{
    char got[64] = "";
    int rc = sqlite3_exec(db->handle, sql, keep_text, got, NULL);

    if (rc != SQLITE_OK) {
        return nj_sqlite_fail(db, rc);
    }
    if (want != NULL && sqlite3_stricmp(got, want) != 0) {
        return nj_err_set(&db->base.err, NJ_E_IO,
                          "%s: %s answered '%s' where '%s' is needed to be "
                          "safe; is this a network or overlay file system "
                          "without shared memory? put the store on a local "
                          "disk",
                          db->path, sql, got, want);
    }
    return 0;
}

static int on_wal(void *ctx, sqlite3 *handle, const char *schema, int frames)
{
    struct nj_sqlite *db = ctx;

    (void)handle;
    (void)schema;
    db->wal_frames = frames;
    return SQLITE_OK;
}

static int set_up_file(struct nj_sqlite *db)
{
    static const char *const pragmas[][2] = {
        /* before the first table; half the default makes a commit of one alert
         * a third faster and costs larger groups nothing (store_bench) */
        {"PRAGMA page_size=2048", NULL},
        {"PRAGMA journal_mode=WAL", "wal"},
        {"PRAGMA synchronous=FULL", NULL},
        {"PRAGMA synchronous", "2"}, /* FULL: each commit is synced */
        {"PRAGMA journal_size_limit=-1", NULL},
        {"PRAGMA foreign_keys=OFF", NULL},
        {"PRAGMA temp_store=MEMORY", NULL},
        {"PRAGMA cache_size=-2000", NULL}, /* KiB */
        {"PRAGMA mmap_size=0", NULL},
        {"PRAGMA secure_delete=OFF", NULL},
    };
    int code = 0;

    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas && code == 0; i++) {
        code = pragma(db, pragmas[i][0], pragmas[i][1]);
    }
    /* takes the place of SQLite's own checkpoint, inside some commit */
    (void)sqlite3_wal_hook(db->handle, on_wal, db);
    return code;
}

/* Not before WAL mode is set: SQLite drops the log of an empty file. */
static void sqlite_warm(struct nj_db *base)
{
    nj_sqlite_prepare_wal(((struct nj_sqlite *)base)->path, WAL_BYTES);
}

static void sqlite_tidy(struct nj_db *base)
{
    struct nj_sqlite *db = (struct nj_sqlite *)base;

    if (db->wal_frames >= CHECKPOINT_PAGES) {
        /* When it fails the log keeps everything; a full disk shows itself at
         * the next commit that has no room. */
        (void)sqlite3_wal_checkpoint_v2(db->handle, NULL,
                                        SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        db->wal_frames = 0; /* told anew by the next commit */
    }
}

static int64_t bytes_of(struct nj_sqlite *db)
{
    char pages[64] = "";
    char size[64] = "";

    if (sqlite3_exec(db->handle, "PRAGMA page_count", keep_text, pages, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(db->handle, "PRAGMA page_size", keep_text, size, NULL) !=
            SQLITE_OK) {
        return 0; /* the check says why */
    }
    return strtoll(pages, NULL, 10) * strtoll(size, NULL, 10);
}

static int check_small(struct nj_sqlite *db)
{
    char what[NJ_SQLITE_DAMAGE_TEXT] = "";
    int code;

    if (bytes_of(db) > SMALL_BYTES) {
        return 0;
    }
    code = nj_sqlite_quick_check(db->handle, NULL, what);
    if (code == NJ_E_CORRUPT) {
        return nj_err_set(&db->base.err, code, "%s: %s", db->path, what);
    }
    return code == 0 ? 0
                     : nj_sqlite_fail(db, sqlite3_extended_errcode(db->handle));
}

static void sqlite_check(struct nj_db *base,
                         int64_t delay_ms,
                         void (*on_damage)(void *ctx, const char *what),
                         void *ctx)
{
    struct nj_sqlite *db = (struct nj_sqlite *)base;

    if (db->check == NULL && bytes_of(db) > SMALL_BYTES) {
        db->check = nj_sqlite_check_start(db->path, delay_ms, on_damage, ctx);
    }
}

static void sqlite_close(struct nj_db *base)
{
    struct nj_sqlite *db = (struct nj_sqlite *)base;

    nj_sqlite_check_stop(db->check);
    nj_sqlite_finalize(db);
    (void)sqlite3_close_v2(db->handle);
    nj_sqlite_wal_destroy(db->wal);
    if (db->lock_fd >= 0) {
        (void)close(db->lock_fd);
    }
    free(db->path);
    free(db);
}

static struct nj_sqlite *new_db(const struct nj_driver *driver,
                                const char *path)
{
    struct nj_sqlite *db = calloc(1, sizeof *db);

    if (db != NULL) {
        db->base.driver = driver;
        db->lock_fd = -1;
        db->path = strdup(path);
        if (db->path == NULL) {
            free(db);
            db = NULL;
        }
    }
    return db;
}

static int open_handle(struct nj_sqlite *db)
{
    int rc;

    /* Counting memory takes a lock for each allocation. Heard before the first
     * use of SQLite in this process, refused without harm after it. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (db->in_file) {
        db->wal = nj_sqlite_wal_create();
        if (db->wal == NULL) {
            return nj_err_set(&db->base.err, NJ_E_NOMEM, "no memory");
        }
    }
    rc = sqlite3_open_v2(db->path, &db->handle,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                         db->wal == NULL ? NULL : nj_sqlite_wal_name(db->wal));

    if (rc != SQLITE_OK) {
        return nj_sqlite_fail(db, rc);
    }
    (void)sqlite3_busy_timeout(db->handle, BUSY_MS);
    return 0;
}

static int fail_open(struct nj_sqlite *db, int code, struct nj_err *err)
{
    if (code == NJ_E_CORRUPT) {
        (void)nj_err_set(err, code,
                         "%s; the store is damaged. Move the file away (the "
                         "daemon then starts with an empty one), and get out "
                         "what can be read: sqlite3 %s .recover | sqlite3 "
                         "recovered.db",
                         db->base.err.text, db->path);
    } else {
        (void)nj_err_set(err, code, "%s", db->base.err.text);
    }
    sqlite_close(&db->base);
    return code;
}

static int
sqlite_open(const char *place, struct nj_db **out, struct nj_err *err)
{
    struct nj_sqlite *db = new_db(&nj_sqlite_driver, place);
    int code;

    if (db == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    db->in_file = 1;
    code = nj_sqlite_lock(place, &db->lock_fd, &db->base.err);
    if (code == 0) {
        code = nj_sqlite_touch(place, &db->base.err);
    }
    if (code == 0) {
        code = open_handle(db);
    }
    if (code == 0) {
        code = set_up_file(db);
    }
    if (code == 0) {
        code = check_small(db);
    }
    if (code != 0) {
        return fail_open(db, code, err);
    }
    *out = &db->base;
    return 0;
}

static int mem_open(const char *place, struct nj_db **out, struct nj_err *err)
{
    struct nj_sqlite *db = new_db(&nj_sqlite_mem_driver, ":memory:");
    int code;

    (void)place;
    if (db == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    code = open_handle(db);
    if (code != 0) {
        return fail_open(db, code, err);
    }
    *out = &db->base;
    return 0;
}

const struct nj_driver nj_sqlite_driver = {
    .open = sqlite_open,
    .check = sqlite_check,
    .close = sqlite_close,
    .control = nj_sqlite_control,
    .in_txn = nj_sqlite_in_txn,
    .tables = nj_sqlite_tables,
    .script = nj_sqlite_script,
    .run = nj_sqlite_run,
    .each = nj_sqlite_each,
    .warm = sqlite_warm,
    .tidy = sqlite_tidy,
};

const struct nj_driver nj_sqlite_mem_driver = {
    .open = mem_open,
    .close = sqlite_close,
    .control = nj_sqlite_control,
    .in_txn = nj_sqlite_in_txn,
    .tables = nj_sqlite_tables,
    .script = nj_sqlite_script,
    .run = nj_sqlite_run,
    .each = nj_sqlite_each,
    .tidy = sqlite_tidy,
};
