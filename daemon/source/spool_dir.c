#include "source/spool_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SETTLE_MS = 500,   /* unchanged for so long is finished, if need be */
    WRITER_MS = 1000,  /* look again at a file that is being written */
    NAMES_MOST = 4096, /* looked at in one go; the rest in the next */
    TRIES_MOST = 1000, /* names tried for a file in done/ */
    READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
};

/* A file seen that was not finished, or could not be put away. */
struct sight {
    int64_t size;
    int64_t changed_ns;
    int64_t since_mono_ms; /* like this since */
    int is_stuck;          /* read, but it cannot be moved: leave it alone */
};

/* ---- opening ------------------------------------------------------------ */

static int make_inside(const struct nj_spool_dir *dir, const char *name)
{
    return mkdirat(dir->fd, name, 0750) == 0 || errno == EEXIST;
}

int nj_spool_dir_open(struct nj_spool_dir *dir,
                      const char *path,
                      int keep,
                      struct nj_err *err)
{
    struct nj_spool_dir made = {.fd = -1, .keep = keep, .path = strdup(path)};

    if (made.path == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    if (mkdir(path, 0750) != 0 && errno != EEXIST) {
        (void)nj_err_set(err, NJ_E_IO,
                         "directory %s: %s; make it, or correct `directory`",
                         path, strerror(errno));
        nj_spool_dir_close(&made);
        return NJ_E_IO;
    }
    made.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (made.fd < 0 || !make_inside(&made, "failed") ||
        (keep && !make_inside(&made, "done"))) {
        (void)nj_err_set(err, NJ_E_IO,
                         "directory %s: %s; nightjar has to read it and to "
                         "move files to done/ and failed/ inside",
                         path, strerror(errno));
        nj_spool_dir_close(&made);
        return NJ_E_IO;
    }
    *dir = made;
    return 0;
}

void nj_spool_dir_close(struct nj_spool_dir *dir)
{
    size_t at = 0;
    const char *name;
    void *sight;

    while (nj_map_next(&dir->sights, &at, &name, &sight)) {
        free(sight);
    }
    nj_map_finish(&dir->sights);
    if (dir->fd >= 0) {
        (void)close(dir->fd);
    }
    free(dir->path);
    *dir = (struct nj_spool_dir){.fd = -1};
}

/* ---- files that are not ready ------------------------------------------- */

/* What we know of NAME, renewed when it changed; NULL: no memory. */
static struct sight *remember(struct nj_spool_dir *dir,
                              const char *name,
                              const struct stat *about,
                              int64_t now_mono_ms)
{
    struct sight *sight = nj_map_get(&dir->sights, name);
    int64_t changed_ns =
        (int64_t)about->st_mtim.tv_sec * 1000000000 + about->st_mtim.tv_nsec;

    if (sight == NULL) {
        sight = calloc(1, sizeof *sight);
        if (sight == NULL || nj_map_put(&dir->sights, name, sight) != 0) {
            free(sight);
            return NULL;
        }
        sight->changed_ns = -1;
    }
    if (sight->changed_ns != changed_ns || sight->size != about->st_size) {
        *sight = (struct sight){.size = about->st_size,
                                .changed_ns = changed_ns,
                                .since_mono_ms = now_mono_ms};
    }
    return sight;
}

/* ms to wait until NAME may be read; 0 now, -1 never as it is. A file that
 * cannot be opened may be tried: that will say why. */
static int64_t
wait_for(struct nj_spool_dir *dir, const char *name, int64_t now_mono_ms)
{
    int fd = openat(dir->fd, name, READ_FLAGS);
    enum nj_spool_writer writer;
    const struct sight *sight;
    struct stat about;
    int64_t still_ms;

    if (fd < 0 || fstat(fd, &about) != 0) {
        int code = errno;

        if (fd >= 0) {
            (void)close(fd);
        }
        return code == ENOENT ? -1 : 0;
    }
    if (!S_ISREG(about.st_mode)) {
        (void)close(fd);
        return -1;
    }
    writer = nj_spool_writer(fd);
    (void)close(fd);
    sight = remember(dir, name, &about, now_mono_ms);
    if (sight == NULL || sight->is_stuck) {
        return sight == NULL ? WRITER_MS : -1;
    }
    if (writer != NJ_SPOOL_UNKNOWN) {
        return writer == NJ_SPOOL_NOBODY ? 0 : WRITER_MS;
    }
    still_ms = now_mono_ms - sight->since_mono_ms;
    return still_ms >= SETTLE_MS ? 0 : SETTLE_MS - still_ms;
}

/* ---- listing ------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void nj_spool_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

static DIR *open_again(const struct nj_spool_dir *dir)
{
    int fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *handle = fd < 0 ? NULL : fdopendir(fd);

    if (handle == NULL && fd >= 0) {
        (void)close(fd);
    }
    return handle;
}

int nj_spool_dir_list(struct nj_spool_dir *dir,
                      int64_t now_mono_ms,
                      char ***out,
                      size_t *out_count,
                      int64_t *out_wait_ms,
                      struct nj_err *err)
{
    char **names = calloc(NAMES_MOST, sizeof *names);
    DIR *handle = names == NULL ? NULL : open_again(dir);
    const struct dirent *entry;
    size_t count = 0;
    int64_t soonest_ms = -1;

    if (handle == NULL) {
        int code = names == NULL ? NJ_E_NOMEM : NJ_E_IO;

        free(names);
        return nj_err_set(err, code, "directory %s: %s", dir->path,
                          strerror(errno));
    }
    while (count < NAMES_MOST && (entry = readdir(handle)) != NULL) {
        int64_t wait_ms = nj_spool_is_ours(entry->d_name)
                              ? wait_for(dir, entry->d_name, now_mono_ms)
                              : -1;

        if (wait_ms == 0) {
            names[count] = strdup(entry->d_name);
            count += names[count] != NULL;
        } else if (wait_ms > 0 && (soonest_ms < 0 || wait_ms < soonest_ms)) {
            soonest_ms = wait_ms;
        }
    }
    (void)closedir(handle);
    qsort(names, count, sizeof *names, by_name);
    *out = names;
    *out_count = count;
    *out_wait_ms = soonest_ms;
    return 0;
}

/* ---- afterwards --------------------------------------------------------- */

static int write_errors(const struct nj_spool_dir *dir,
                        const struct nj_spool_file *file)
{
    char path[NAME_MAX + 32];
    int fd;
    int ok;

    (void)snprintf(path, sizeof path, "failed/%.200s.errors", file->name);
    fd = openat(dir->fd, path,
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        return NJ_E_IO;
    }
    ok = write(fd, nj_buf_text(&file->errors), file->errors.len) ==
         (ssize_t)file->errors.len;
    (void)close(fd);
    return ok ? 0 : NJ_E_IO;
}

/* Move NAME into WHERE under its own name, or with a number behind it. */
static int
move_file(const struct nj_spool_dir *dir, const char *name, const char *where)
{
    char to[2 * NAME_MAX];

    for (int i = 0; i < TRIES_MOST; i++) {
        if (i == 0) {
            (void)snprintf(to, sizeof to, "%s/%s", where, name);
        } else {
            (void)snprintf(to, sizeof to, "%s/%s.%d", where, name, i);
        }
        if (renameat2(dir->fd, name, dir->fd, to, RENAME_NOREPLACE) == 0) {
            return 0;
        }
        if (errno != EEXIST) {
            return NJ_E_IO;
        }
    }
    return NJ_E_EXISTS;
}

int nj_spool_dir_finish(struct nj_spool_dir *dir,
                        const struct nj_spool_file *file,
                        struct nj_err *err)
{
    int has_posts = file->good > 0 || file->bad == 0;
    const char *where = has_posts && dir->keep ? "done" : "failed";
    int code = 0;

    if (file->bad > 0) {
        code = write_errors(dir, file);
    }
    if (code == 0) {
        code = dir->keep || file->bad > 0 ? move_file(dir, file->name, where)
                                          : unlinkat(dir->fd, file->name, 0);
    }
    if (code == 0) {
        free(nj_map_remove(&dir->sights, file->name));
    } else {
        struct sight *sight = nj_map_get(&dir->sights, file->name);

        if (sight != NULL) {
            sight->is_stuck = 1;
        }
        (void)nj_err_set(err, NJ_E_IO,
                         "%s was read, but cannot be put into %s/%s: %s",
                         file->name, dir->path, where, strerror(errno));
    }
    return code == 0 ? 0 : NJ_E_IO;
}
