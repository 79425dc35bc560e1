/* The write-ahead log written in one piece. SQLite writes each page of a
 * commit with two calls of the system, thirty for one alert, one behind the
 * other; here they are gathered and go down together, at the latest when SQLite
 * wants them synced. What was not synced was never promised, and nothing reads
 * it but this connection, which finds it through here. */

#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

/* Of a larger commit: in several pieces. SQLite writes 128 KiB less a byte at
 * most. */
enum { HELD_BYTES = 120 << 10 };

/* A SQLite VFS: the default one but for opening a log. */
struct nj_sqlite_wal {
    sqlite3_vfs vfs; /* must stay first */
    sqlite3_vfs *real;
    char name[32];
};

struct log_file {
    sqlite3_file head; /* must stay first */
    sqlite3_file *real;
    char *held; /* owned, HELD_BYTES; not written yet */
    int len;
    sqlite3_int64 at; /* where in the file HELD belongs */
};

/* Where the real file's struct lies behind ours, aligned for anything. */
static size_t log_bytes(void)
{
    return (sizeof(struct log_file) + 15) & ~(size_t)15;
}

static struct log_file *of(sqlite3_file *file)
{
    return (struct log_file *)(void *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return of(file)->real;
}

/* What cannot be written stays held: SQLite gives the commit up, and the next
 * one begins at the same place. */
static int write_held(struct log_file *log)
{
    int rc = SQLITE_OK;

    if (log->len > 0) {
        rc = log->real->pMethods->xWrite(log->real, log->held, log->len,
                                         log->at);
        log->len = rc == SQLITE_OK ? 0 : log->len;
    }
    return rc;
}

/* Whether LEN bytes AT lie within what is held: SQLite writes a page anew that
 * it had to write early, and all of them after a commit that it gave up. */
static int is_held(const struct log_file *log, int len, sqlite3_int64 at)
{
    return log->len > 0 && at >= log->at && at + len <= log->at + log->len;
}

static int
log_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct log_file *log = of(file);

    if (is_held(log, len, at)) {
        memcpy(log->held + (at - log->at), bytes, (size_t)len);
        return SQLITE_OK;
    }
    if (at != log->at + log->len || log->len + len > HELD_BYTES) {
        int rc = write_held(log);

        if (rc != SQLITE_OK) {
            return rc;
        }
        log->at = at;
    }
    if (len > HELD_BYTES) {
        return log->real->pMethods->xWrite(log->real, bytes, len, at);
    }
    memcpy(log->held + log->len, bytes, (size_t)len);
    log->len += len;
    return SQLITE_OK;
}

/* Does not write first: what is durable can be read while the disk is full. */
static int log_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct log_file *log = of(file);

    if (is_held(log, len, at)) {
        memcpy(out, log->held + (at - log->at), (size_t)len);
        return SQLITE_OK;
    }
    if (at + len > log->at && at < log->at + log->len) {
        int rc = write_held(log); /* some of both */

        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    return log->real->pMethods->xRead(log->real, out, len, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = write_held(of(file));

    return rc != SQLITE_OK
               ? rc
               : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    int rc = write_held(of(file));

    return rc != SQLITE_OK
               ? rc
               : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *out)
{
    int rc = write_held(of(file));

    return rc != SQLITE_OK
               ? rc
               : real_of(file)->pMethods->xFileSize(real_of(file), out);
}

/* What is held now was never promised. */
static int log_close(sqlite3_file *file)
{
    free(of(file)->held);
    of(file)->held = NULL;
    return real_of(file)->pMethods->xClose(real_of(file));
}

/* ---- handed on as it comes ---------------------------------------------- */

static int log_lock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xLock(real_of(file), how);
}

static int log_unlock(sqlite3_file *file, int how)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), how);
}

static int log_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int log_control(sqlite3_file *file, int what, void *with)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, with);
}

static int log_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int log_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_traits,
};

/* ---- opening ------------------------------------------------------------- */

static int open_log(sqlite3_vfs *real,
                    const char *name,
                    sqlite3_file *file,
                    int flags,
                    int *out_flags)
{
    struct log_file *log = of(file);
    int rc;

    *log = (struct log_file){
        .real = (sqlite3_file *)(void *)((char *)file + log_bytes()),
        .held = malloc(HELD_BYTES),
    };
    if (log->held == NULL) {
        return SQLITE_NOMEM;
    }
    rc = real->xOpen(real, name, log->real, flags, out_flags);
    if (rc == SQLITE_OK) {
        log->head.pMethods = &log_methods;
        return SQLITE_OK;
    }
    if (log->real->pMethods != NULL) { /* SQLite's rule: then it is closed */
        (void)log->real->pMethods->xClose(log->real);
    }
    free(log->held);
    return rc;
}

static int wal_open(sqlite3_vfs *vfs,
                    const char *name,
                    sqlite3_file *file,
                    int flags,
                    int *out_flags)
{
    sqlite3_vfs *real = ((struct nj_sqlite_wal *)(void *)vfs)->real;

    file->pMethods = NULL;
    if ((flags & SQLITE_OPEN_WAL) != 0) {
        return open_log(real, name, file, flags, out_flags);
    }
    return real->xOpen(real, name, file, flags, out_flags);
}

struct nj_sqlite_wal *nj_sqlite_wal_create(void)
{
    struct nj_sqlite_wal *wal = calloc(1, sizeof *wal);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);

    if (wal == NULL || real == NULL) {
        free(wal);
        return NULL;
    }
    (void)sqlite3_snprintf(sizeof wal->name, wal->name, "nj-%p", (void *)wal);
    wal->real = real;
    wal->vfs = *real;
    wal->vfs.pNext = NULL;
    wal->vfs.zName = wal->name;
    wal->vfs.szOsFile = (int)log_bytes() + real->szOsFile;
    wal->vfs.xOpen = wal_open;
    if (sqlite3_vfs_register(&wal->vfs, 0) != SQLITE_OK) {
        free(wal);
        return NULL;
    }
    return wal;
}

const char *nj_sqlite_wal_name(const struct nj_sqlite_wal *wal)
{
    return wal->name;
}

void nj_sqlite_wal_destroy(struct nj_sqlite_wal *wal)
{
    if (wal != NULL) {
        (void)sqlite3_vfs_unregister(&wal->vfs);
        free(wal);
    }
}
