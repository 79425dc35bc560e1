/* The files beside a SQLite database: the lock against a second daemon, and
 * the write-ahead log that gets its blocks before it needs them. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "store/sqlite.h"

enum { PRIVATE = 0600, ZEROS_BYTES = 4 << 10, ZEROS_TIMES = 16 };

/* PATH with SUFFIX, for the caller to free; NULL when memory ran out. */
static char *beside(const char *path, const char *suffix)
{
    char *name = NULL;

    return asprintf(&name, "%s%s", path, suffix) < 0 ? NULL : name;
}

static int refused(struct nj_err *err, const char *path, int error)
{
    const char *hint = "";

    if (error == EACCES || error == EROFS) {
        hint = "; the daemon's user must be able to write this file and its "
               "directory";
    } else if (error == ENOENT) {
        hint = "; create the directory first, or correct daemon.store";
    }
    return nj_err_set(err, error == ENOMEM ? NJ_E_NOMEM : NJ_E_IO, "%s: %s%s",
                      path, strerror(error), hint);
}

/* Whose lock it is: the number they left in the file. */
static long holder_of(int fd)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);

    return n > 0 ? strtol(text, NULL, 10) : 0;
}

static int take_lock(int fd, const char *path, struct nj_err *err)
{
    char pid[32];
    int len;

    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return refused(err, path, errno);
        }
        return nj_err_set(err, NJ_E_AGAIN,
                          "%s: in use by another nightjard (process %ld); "
                          "stop that one first, or give this one a store of "
                          "its own",
                          path, holder_of(fd));
    }
    len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) < 0) {
        return 0; /* only the number for the sentence above is missing */
    }
    return 0;
}

int nj_sqlite_lock(const char *path, int *out, struct nj_err *err)
{
    char *name = beside(path, ".lock");
    int fd;
    int code;

    if (name == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PRIVATE);
    code = fd < 0 ? refused(err, name, errno) : take_lock(fd, path, err);
    free(name);
    if (code != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return code;
    }
    *out = fd;
    return 0;
}

int nj_sqlite_touch(const char *path, struct nj_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, PRIVATE);

    if (fd < 0) {
        return refused(err, path, errno);
    }
    (void)close(fd);
    return 0;
}

/* Write up to BYTES zeros at byte AT of FD; what pwritev returns. */
static ssize_t write_zeros(int fd, size_t at, size_t bytes)
{
    static char zeros[ZEROS_BYTES]; /* never written; takes no file */
    struct iovec parts[ZEROS_TIMES];
    int count = 0;

    while (bytes > 0 && count < ZEROS_TIMES) {
        size_t n = bytes < sizeof zeros ? bytes : sizeof zeros;

        parts[count] = (struct iovec){zeros, n};
        count++;
        bytes -= n;
    }
    return pwritev(fd, parts, count, (off_t)at);
}

void nj_sqlite_prepare_wal(const char *path, size_t bytes)
{
    char *name = beside(path, "-wal");
    int fd =
        name == NULL ? -1 : open(name, O_RDWR | O_CREAT | O_CLOEXEC, PRIVATE);
    struct stat now;

    /* Zeros behind the last frame end the log for SQLite just as its end does;
     * real zeros, since blocks that are only reserved cost a journal write of
     * the file system at their first use. */
    if (fd >= 0 && fstat(fd, &now) == 0) {
        size_t at = (size_t)now.st_size;

        while (at < bytes) {
            ssize_t n = write_zeros(fd, at, bytes - at);

            if (n <= 0) {
                break;
            }
            at += (size_t)n;
        }
    }
    if (fd >= 0) {
        (void)fdatasync(fd); /* now, not in the first commit */
        (void)close(fd);
    }
    free(name);
}
