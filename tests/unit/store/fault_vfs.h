/* unit/store/fault_vfs.h - a disk that fails on command: a SQLite VFS in front
 * of the real one that makes the k-th write, sync or read fail, and remembers
 * what of each file was synced, so that the power can be cut at any call.
 *
 *    write -> real file, and pending until the next sync of that file
 *    sync  -> pending becomes durable; the real file is not synced
 *    cut   -> every later call fails; the disk is: all durable, and of what
 *             was pending any part
 */

#ifndef NJ_TESTS_STORE_FAULT_VFS_H
#define NJ_TESTS_STORE_FAULT_VFS_H

#include <pthread.h>
#include <sqlite3.h>

#include "unit/store/rig.h"

enum { FAULT_FILES = 8, FAULT_SECTOR = 512 };

struct fault_write {
    struct fault_write *next;
    sqlite3_int64 at;
    int len;
    unsigned char bytes[];
};

struct fault_image {
    char name[160]; /* "": free */
    unsigned char *durable;
    size_t len;
    size_t room;
    struct fault_write *pending;
    struct fault_write **pending_end;
};

static struct {
    pthread_mutex_t lock;
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    sqlite3_io_methods methods;
    struct fault_image images[FAULT_FILES];
    int watch_reads; /* reads count and fail, instead of writes and syncs */
    long calls;      /* so far */
    long fail_from;  /* 0: never */
    long fail_until; /* exclusive */
    int failed;      /* calls that did */
    int code;        /* SQLITE_FULL, SQLITE_IOERR... */
    long cut_at;     /* 0: never; then all fail and durable stands still */
    int cut;
    int on;
    int hang; /* syncs do not come back */
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct fault_file {
    sqlite3_file base; /* must stay first */
    struct fault_image *image;
    sqlite3_file *real; /* behind this struct */
};

/* Under the lock: count a call; its code, 0 when it may work. */
static int fault_count(int is_read)
{
    if (!fault.on) {
        return 0;
    }
    if (fault.cut) {
        return SQLITE_IOERR;
    }
    if (is_read != fault.watch_reads) {
        return 0;
    }
    fault.calls++;
    if (fault.cut_at != 0 && fault.calls >= fault.cut_at) {
        fault.cut = 1;
        return SQLITE_IOERR;
    }
    if (fault.fail_from != 0 && fault.calls >= fault.fail_from &&
        fault.calls < fault.fail_until) {
        fault.failed++;
        return fault.code;
    }
    return 0;
}

/* LEN bytes of W, from its byte FROM on, become durable. */
static void fault_apply(struct fault_image *image,
                        const struct fault_write *w,
                        int from,
                        int len)
{
    size_t at = (size_t)w->at + (size_t)from;
    size_t end = at + (size_t)len;

    if (end > image->len) {
        if (end > image->room) {
            image->room = 2 * end;
            image->durable = realloc(image->durable, image->room);
        }
        memset(image->durable + image->len, 0, end - image->len);
        image->len = end;
    }
    memcpy(image->durable + at, w->bytes + from, (size_t)len);
}

static void fault_drop_pending(struct fault_image *image, int apply)
{
    while (image->pending != NULL) {
        struct fault_write *w = image->pending;

        image->pending = w->next;
        if (apply) {
            fault_apply(image, w, 0, w->len);
        }
        free(w);
    }
    image->pending_end = &image->pending;
}

static int fault_close(sqlite3_file *file)
{
    struct fault_file *f = (struct fault_file *)file;

    return f->real->pMethods->xClose(f->real);
}

static int fault_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    struct fault_file *f = (struct fault_file *)file;
    int code;

    (void)pthread_mutex_lock(&fault.lock);
    code = fault_count(1) == 0 ? 0 : SQLITE_IOERR_READ;
    (void)pthread_mutex_unlock(&fault.lock);
    return code != 0 ? code : f->real->pMethods->xRead(f->real, to, len, at);
}

static int
fault_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    struct fault_file *f = (struct fault_file *)file;
    int code;

    (void)pthread_mutex_lock(&fault.lock);
    code = fault_count(0);
    if (!fault.cut && f->image != NULL) {
        struct fault_write *w = malloc(sizeof *w + (size_t)len);

        *w = (struct fault_write){NULL, at, code == 0 ? len : len / 2};
        memcpy(w->bytes, from, (size_t)len);
        *f->image->pending_end = w;
        f->image->pending_end = &w->next;
    }
    (void)pthread_mutex_unlock(&fault.lock);
    if (code != 0) { /* a part of it arrives */
        (void)f->real->pMethods->xWrite(f->real, from, len / 2, at);
        return code;
    }
    return f->real->pMethods->xWrite(f->real, from, len, at);
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct fault_file *f = (struct fault_file *)file;
    int code;

    (void)pthread_mutex_lock(&fault.lock);
    code = fault_count(0);
    if (code == 0 && f->image != NULL) {
        fault_drop_pending(f->image, 1);
        if ((size_t)size < f->image->len) {
            f->image->len = (size_t)size;
        }
    }
    (void)pthread_mutex_unlock(&fault.lock);
    return code != 0 ? code : f->real->pMethods->xTruncate(f->real, size);
}

static int fault_sync(sqlite3_file *file, int flags)
{
    struct fault_file *f = (struct fault_file *)file;
    int code;

    (void)flags;
    (void)pthread_mutex_lock(&fault.lock);
    while (fault.hang) {
        (void)pthread_mutex_unlock(&fault.lock);
        (void)usleep(1000);
        (void)pthread_mutex_lock(&fault.lock);
    }
    code = fault_count(0);
    if (code == 0 && f->image != NULL) {
        fault_drop_pending(f->image, 1);
    }
    (void)pthread_mutex_unlock(&fault.lock);
    return code == 0 || code == SQLITE_FULL ? code : SQLITE_IOERR_FSYNC;
}

/* The rest goes through. */
#define REAL(file) ((struct fault_file *)(file))->real
static int fault_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return REAL(file)->pMethods->xFileSize(REAL(file), out);
}
static int fault_lock_(sqlite3_file *file, int level)
{
    return REAL(file)->pMethods->xLock(REAL(file), level);
}
static int fault_unlock(sqlite3_file *file, int level)
{
    return REAL(file)->pMethods->xUnlock(REAL(file), level);
}
static int fault_reserved(sqlite3_file *file, int *out)
{
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), out);
}
static int fault_control(sqlite3_file *file, int op, void *arg)
{
    return REAL(file)->pMethods->xFileControl(REAL(file), op, arg);
}
static int fault_sector(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}
static int fault_device(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}
static int fault_shm_map(
    sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, out);
}
static int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, n, flags);
}
static void fault_shm_barrier(sqlite3_file *file)
{
    REAL(file)->pMethods->xShmBarrier(REAL(file));
}
static int fault_shm_unmap(sqlite3_file *file, int drop)
{
    return REAL(file)->pMethods->xShmUnmap(REAL(file), drop);
}
#undef REAL

static struct fault_image *fault_image_of(const char *name)
{
    struct fault_image *free_one = NULL;

    for (int i = 0; i < FAULT_FILES; i++) {
        if (strcmp(fault.images[i].name, name) == 0) {
            return &fault.images[i];
        }
        if (fault.images[i].name[0] == '\0' && free_one == NULL) {
            free_one = &fault.images[i];
        }
    }
    if (free_one != NULL) {
        (void)snprintf(free_one->name, sizeof free_one->name, "%s", name);
        free_one->pending_end = &free_one->pending;
    }
    return free_one;
}

static int fault_open(sqlite3_vfs *vfs,
                      sqlite3_filename name,
                      sqlite3_file *file,
                      int flags,
                      int *out_flags)
{
    struct fault_file *f = (struct fault_file *)file;
    int code;

    (void)vfs;
    *f = (struct fault_file){.real = (sqlite3_file *)(f + 1)};
    code = fault.real->xOpen(fault.real, name, f->real, flags, out_flags);
    if (f->real->pMethods != NULL) {
        f->base.pMethods = &fault.methods;
    }
    if (name != NULL) {
        (void)pthread_mutex_lock(&fault.lock);
        f->image = fault_image_of(name);
        (void)pthread_mutex_unlock(&fault.lock);
    }
    return code;
}

static int fault_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    int cut;

    (void)vfs;
    (void)pthread_mutex_lock(&fault.lock);
    cut = fault.cut;
    for (int i = 0; i < FAULT_FILES && !cut; i++) {
        if (strcmp(fault.images[i].name, name) == 0) {
            fault_drop_pending(&fault.images[i], 0);
            fault.images[i].len = 0;
        }
    }
    (void)pthread_mutex_unlock(&fault.lock);
    return cut ? SQLITE_IOERR_DELETE
               : fault.real->xDelete(fault.real, name, sync);
}

/* ---- for the tests ------------------------------------------------------- */

/* Stand before the real disk, off, for the rest of the program. */
static inline void fault_install(void)
{
    fault.real = sqlite3_vfs_find(NULL);
    fault.vfs = *fault.real;
    fault.vfs.zName = "fault";
    fault.vfs.szOsFile += (int)sizeof(struct fault_file);
    fault.vfs.xOpen = fault_open;
    fault.vfs.xDelete = fault_delete;
    fault.methods = (sqlite3_io_methods){
        .iVersion = 2,
        .xClose = fault_close,
        .xRead = fault_read,
        .xWrite = fault_write,
        .xTruncate = fault_truncate,
        .xSync = fault_sync,
        .xFileSize = fault_size,
        .xLock = fault_lock_,
        .xUnlock = fault_unlock,
        .xCheckReservedLock = fault_reserved,
        .xFileControl = fault_control,
        .xSectorSize = fault_sector,
        .xDeviceCharacteristics = fault_device,
        .xShmMap = fault_shm_map,
        .xShmLock = fault_shm_lock,
        .xShmBarrier = fault_shm_barrier,
        .xShmUnmap = fault_shm_unmap,
    };
    assert_int_equal(SQLITE_OK, sqlite3_vfs_register(&fault.vfs, 1));
}

/* Forget all files and faults: a new disk that works. */
static inline void fault_reset(void)
{
    (void)pthread_mutex_lock(&fault.lock);
    for (int i = 0; i < FAULT_FILES; i++) {
        fault_drop_pending(&fault.images[i], 0);
        free(fault.images[i].durable);
        fault.images[i] = (struct fault_image){0};
    }
    fault.on = fault.cut = fault.failed = fault.watch_reads = 0;
    fault.calls = fault.fail_from = fault.fail_until = fault.cut_at = 0;
    (void)pthread_mutex_unlock(&fault.lock);
}

enum fault_of { FAULT_WRITES, FAULT_READS };

/* From the K-th call on, COUNT calls (writes and syncs, or reads) fail with
 * CODE. */
static inline void fault_arm(enum fault_of of, long k, long count, int code)
{
    (void)pthread_mutex_lock(&fault.lock);
    fault.on = 1;
    fault.watch_reads = of == FAULT_READS;
    fault.calls = 0;
    fault.failed = 0;
    fault.fail_from = k;
    fault.fail_until = k + count;
    fault.code = code;
    (void)pthread_mutex_unlock(&fault.lock);
}

static inline int fault_is_cut(void)
{
    int cut;

    (void)pthread_mutex_lock(&fault.lock);
    cut = fault.cut;
    (void)pthread_mutex_unlock(&fault.lock);
    return cut;
}

static inline int fault_failed(void)
{
    int failed;

    (void)pthread_mutex_lock(&fault.lock);
    failed = fault.failed;
    (void)pthread_mutex_unlock(&fault.lock);
    return failed;
}

/* The power goes at the K-th call from now. */
static inline void fault_cut(long k)
{
    (void)pthread_mutex_lock(&fault.lock);
    fault.on = 1;
    fault.calls = 0;
    fault.cut_at = k;
    (void)pthread_mutex_unlock(&fault.lock);
}

static inline void fault_hang(int hang)
{
    (void)pthread_mutex_lock(&fault.lock);
    fault.hang = hang;
    (void)pthread_mutex_unlock(&fault.lock);
}

static inline void fault_heal(void)
{
    (void)pthread_mutex_lock(&fault.lock);
    fault.on = 0;
    (void)pthread_mutex_unlock(&fault.lock);
}

/* Writes of the file NAME that a power cut could lose. */
static inline int fault_unsynced(const char *name)
{
    int count = 0;

    (void)pthread_mutex_lock(&fault.lock);
    for (int i = 0; i < FAULT_FILES; i++) {
        if (strcmp(fault.images[i].name, name) == 0) {
            for (struct fault_write *w = fault.images[i].pending; w != NULL;
                 w = w->next) {
                count++;
            }
        }
    }
    (void)pthread_mutex_unlock(&fault.lock);
    return count;
}

/* Write what the disk holds after the cut over the real file NAME: of what was
 * pending, each write by the bits of SEED in turn whole, in half or not. */
static inline void fault_restore(const char *name, unsigned seed)
{
    struct fault_image *image = fault_image_of(name);
    FILE *out = fopen(name, "wb");

    assert_non_null(out);
    for (struct fault_write *w = image->pending; w != NULL; w = w->next) {
        for (int from = 0; from < w->len; from += FAULT_SECTOR) {
            int left = w->len - from;

            seed = seed * 1103515245 + 12345;
            if ((seed >> 16) % 3 != 0) {
                fault_apply(image, w, from,
                            left < FAULT_SECTOR ? left : FAULT_SECTOR);
            }
        }
    }
    assert_int_equal(image->len, fwrite(image->durable, 1, image->len, out));
    assert_int_equal(0, fclose(out));
}

#endif
