/* Statements and transactions on SQLite. */

#include <assert.h>
#include <errno.h>

#include "store/sqlite.h"

static struct nj_sqlite *of(struct nj_db *db)
{
    return (struct nj_sqlite *)db;
}

int nj_sqlite_class(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_NOMEM:
        return NJ_E_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return NJ_E_CORRUPT;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
        return NJ_E_INVALID;
    default:
        return rc == SQLITE_IOERR_NOMEM ? NJ_E_NOMEM : NJ_E_IO;
    }
}

int nj_sqlite_fail(struct nj_sqlite *db, int rc)
{
    int code = nj_sqlite_class(rc);
    int error = sqlite3_system_errno(db->handle);

    if (code == NJ_E_IO && error != 0) {
        return nj_err_set(&db->base.err, code, "%s: %s (%s)", db->path,
                          sqlite3_errmsg(db->handle), strerror(error));
    }
    return nj_err_set(&db->base.err, code, "%s: %s", db->path,
                      sqlite3_errmsg(db->handle));
}

static int prepare(struct nj_sqlite *db, const char *sql, sqlite3_stmt **keep)
{
    int rc;

    if (*keep != NULL) {
        return 0;
    }
    rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                            keep, NULL);
    return rc == SQLITE_OK ? 0 : nj_sqlite_fail(db, rc);
}

static int run_control(struct nj_sqlite *db, enum nj_control control)
{
    static const char *const texts[NJ_CONTROLS] = {
        [NJ_CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [NJ_CONTROL_BEGIN_READ] = "BEGIN",
        [NJ_CONTROL_COMMIT] = "COMMIT",
        [NJ_CONTROL_ROLLBACK] = "ROLLBACK",
        [NJ_CONTROL_MARK] = "SAVEPOINT one",
        [NJ_CONTROL_KEEP] = "RELEASE one",
        [NJ_CONTROL_BACK] = "ROLLBACK TO one",
    };
    int code = prepare(db, texts[control], &db->controls[control]);
    int rc;

    if (code != 0) {
        return code;
    }
    rc = sqlite3_step(db->controls[control]);
    code = rc == SQLITE_DONE ? 0 : nj_sqlite_fail(db, rc);
    (void)sqlite3_reset(db->controls[control]);
    return code;
}

/* A file that was moved or removed takes commits gladly, and nobody will ever
 * find them again. */
static int file_is_there(struct nj_sqlite *db)
{
    int moved = 0;

    if (db->in_file &&
        sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_HAS_MOVED,
                             &moved) == SQLITE_OK &&
        moved) {
        return nj_err_set(&db->base.err, NJ_E_IO,
                          "%s: moved or removed while in use; put it back, or "
                          "restart nightjard to begin a new one",
                          db->path);
    }
    return 0;
}

int nj_sqlite_control(struct nj_db *base, enum nj_control control)
{
    struct nj_sqlite *db = of(base);
    struct nj_err first = db->base.err;
    int code;

    if (control == NJ_CONTROL_ROLLBACK) {
        /* keeps the reason that led here; when even this fails, SQLite has
         * ended the transaction itself */
        if (!sqlite3_get_autocommit(db->handle)) {
            (void)run_control(db, control);
        }
        db->base.err = first;
        return 0;
    }
    code = control == NJ_CONTROL_BEGIN_WRITE ? file_is_there(db) : 0;
    if (code == 0) {
        code = run_control(db, control);
    }
    if (code == 0 && control == NJ_CONTROL_BACK) {
        code = run_control(db, NJ_CONTROL_KEEP);
    }
    return code;
}

int nj_sqlite_in_txn(const struct nj_db *base)
{
    return !sqlite3_get_autocommit(((const struct nj_sqlite *)base)->handle);
}

int nj_sqlite_script(struct nj_db *base, const char *sql)
{
    struct nj_sqlite *db = of(base);
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : nj_sqlite_fail(db, rc);
}

int nj_sqlite_tables(struct nj_db *base)
{
    struct nj_sqlite *db = of(base);
    sqlite3_stmt *count = NULL;
    int tables = 0;
    int rc = sqlite3_prepare_v2(
        db->handle, "SELECT count(*) FROM sqlite_schema", -1, &count, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(count);
    }
    if (rc == SQLITE_ROW) {
        tables = sqlite3_column_int(count, 0);
    } else {
        tables = nj_sqlite_fail(db, rc);
    }
    (void)sqlite3_finalize(count);
    return tables;
}

/* ---- values -------------------------------------------------------------- */

static int bind(sqlite3_stmt *stmt, int at, const struct nj_value *value)
{
    switch (value->kind) {
    case NJ_VALUE_INT:
        return sqlite3_bind_int64(stmt, at, value->as.i);
    case NJ_VALUE_REAL:
        return sqlite3_bind_double(stmt, at, value->as.real);
    case NJ_VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at, value->as.bytes, value->len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case NJ_VALUE_BLOB:
        return sqlite3_bind_blob64(stmt, at, value->as.bytes, value->len,
                                   SQLITE_STATIC);
    case NJ_VALUE_NULL:
    default:
        return sqlite3_bind_null(stmt, at);
    }
}

/* The statement, ready to step, with VALUES bound. */
static int start(struct nj_sqlite *db,
                 enum nj_statement statement,
                 const struct nj_value *values,
                 size_t count,
                 sqlite3_stmt **out)
{
    sqlite3_stmt **keep = &db->statements[statement];
    int code = prepare(db, nj_statement_text(statement), keep);

    if (code != 0) {
        return code;
    }
    assert(sqlite3_bind_parameter_count(*keep) == (int)count);
    for (size_t i = 0; i < count; i++) {
        int rc = bind(*keep, (int)i + 1, &values[i]);

        if (rc != SQLITE_OK) {
            return nj_sqlite_fail(db, rc);
        }
    }
    *out = *keep;
    return 0;
}

int nj_sqlite_run(struct nj_db *base,
                  enum nj_statement statement,
                  const struct nj_value *values,
                  size_t count,
                  int64_t *out_changed)
{
    struct nj_sqlite *db = of(base);
    sqlite3_stmt *stmt = NULL;
    int code = start(db, statement, values, count, &stmt);
    int rc;

    if (code != 0) {
        return code;
    }
    rc = sqlite3_step(stmt);
    code = rc == SQLITE_DONE ? 0 : nj_sqlite_fail(db, rc);
    if (code == 0 && out_changed != NULL) {
        *out_changed = sqlite3_changes64(db->handle);
    }
    (void)sqlite3_reset(stmt);
    return code;
}

/* Column AT as it is stored; 0 or NJ_E_NOMEM (SQLite had to copy the text).
 * By its value, and not by sqlite3_column_..., which are made for several
 * threads and cost twice as much; this connection is one thread's. */
static int read_column(sqlite3_stmt *stmt, int at, struct nj_value *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, at);

    out->len = 0;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        out->kind = NJ_VALUE_INT;
        out->as.i = sqlite3_value_int64(value);
        return 0;
    case SQLITE_FLOAT:
        out->kind = NJ_VALUE_REAL;
        out->as.real = sqlite3_value_double(value);
        return 0;
    case SQLITE_TEXT:
        out->kind = NJ_VALUE_TEXT;
        out->as.bytes = sqlite3_value_text(value);
        out->len = (size_t)sqlite3_value_bytes(value);
        return out->as.bytes == NULL ? NJ_E_NOMEM : 0;
    case SQLITE_BLOB:
        out->kind = NJ_VALUE_BLOB;
        out->as.bytes = sqlite3_value_blob(value);
        out->len = (size_t)sqlite3_value_bytes(value);
        return out->as.bytes == NULL && out->len > 0 ? NJ_E_NOMEM : 0;
    default:
        out->kind = NJ_VALUE_NULL;
        out->as.bytes = NULL;
        return 0;
    }
}

enum { MOST_COLUMNS = 40 };

static int hand_over(sqlite3_stmt *stmt, nj_on_row *on_row, void *ctx)
{
    struct nj_value row[MOST_COLUMNS];
    int columns = sqlite3_column_count(stmt);

    assert(columns <= MOST_COLUMNS);
    for (int i = 0; i < columns; i++) {
        if (read_column(stmt, i, &row[i]) != 0) {
            return NJ_E_NOMEM;
        }
    }
    return on_row(ctx, row, (size_t)columns);
}

int nj_sqlite_each(struct nj_db *base,
                   enum nj_statement statement,
                   const struct nj_value *values,
                   size_t count,
                   nj_on_row *on_row,
                   void *ctx)
{
    struct nj_sqlite *db = of(base);
    sqlite3_stmt *stmt = NULL;
    int code = start(db, statement, values, count, &stmt);

    while (code == 0) {
        int rc = sqlite3_step(stmt);

        if (rc == SQLITE_DONE) {
            break;
        }
        code = rc == SQLITE_ROW ? hand_over(stmt, on_row, ctx)
                                : nj_sqlite_fail(db, rc);
    }
    if (stmt != NULL) {
        (void)sqlite3_reset(stmt);
    }
    return code;
}

void nj_sqlite_finalize(struct nj_sqlite *db)
{
    for (int i = 0; i < NJ_STATEMENTS; i++) {
        (void)sqlite3_finalize(db->statements[i]);
        db->statements[i] = NULL;
    }
    for (int i = 0; i < NJ_CONTROLS; i++) {
        (void)sqlite3_finalize(db->controls[i]);
        db->controls[i] = NULL;
    }
}
