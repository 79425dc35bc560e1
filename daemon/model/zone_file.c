/* Finding a zone's file, and the name that was meant when there is none. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "model/zone_parts.h"

enum {
    PATH_BYTES = 1024,
    NAMES_MAX = 4096, /* a whole zone database has 600 */
    DEPTH_MAX = 3,    /* America/Argentina/Salta */
};

/* The names below a zone database's directory. */
struct names {
    char *list[NAMES_MAX]; /* owned */
    size_t count;
};

/* Parts of letters, digits and "._+-", none of them "." or "..". */
static int is_zone_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
    const char *part = name;

    if (strlen(name) >= NJ_ZONE_NAME_BYTES) {
        return 0;
    }
    for (;;) {
        size_t len = strspn(part, allowed);

        if (len == 0 || strspn(part, ".") == len) {
            return 0;
        }
        if (part[len] == '\0') {
            return 1;
        }
        if (part[len] != '/') {
            return 0;
        }
        part += len + 1;
    }
}

static int add_name(struct names *names, const char *prefix, const char *leaf)
{
    char name[NJ_ZONE_NAME_BYTES];
    int n = snprintf(name, sizeof name, "%s%s", prefix, leaf);

    if (n < 0 || (size_t)n >= sizeof name || names->count == NAMES_MAX) {
        return 0;
    }
    names->list[names->count] = strdup(name);
    if (names->list[names->count] == NULL) {
        return NJ_E_NOMEM;
    }
    names->count++;
    return 0;
}

/* Whether an entry at the top is a copy of the database, not a zone. */
static int is_copy(const char *prefix, const char *leaf)
{
    return prefix[0] == '\0' &&
           (strcmp(leaf, "posix") == 0 || strcmp(leaf, "right") == 0);
}

/* Collect the names below DIR/PREFIX. What cannot be read has no names. */
static void
collect(struct names *names, const char *dir, const char *prefix, int depth)
{
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/%s", dir, prefix);
    DIR *d = n > 0 && (size_t)n < sizeof path ? opendir(path) : NULL;
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        const char *leaf = entry->d_name;
        char below[NJ_ZONE_NAME_BYTES];

        /* zones begin with a capital; tables and notes do not */
        if (leaf[0] < 'A' || leaf[0] > 'Z' || is_copy(prefix, leaf)) {
            continue;
        }
        if (entry->d_type != DT_DIR) {
            if (add_name(names, prefix, leaf) != 0) {
                break;
            }
            continue;
        }
        n = snprintf(below, sizeof below, "%s%s/", prefix, leaf);
        if (n > 0 && (size_t)n < sizeof below && depth < DEPTH_MAX) {
            collect(names, dir, below, depth + 1);
        }
    }
    if (d != NULL) {
        closedir(d);
    }
}

/* The same name but for case, or the same town without its continent. */
static const char *same_place(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *leaf = strrchr(names->list[i], '/');

        if (strcasecmp(names->list[i], name) == 0 ||
            (leaf != NULL && strcasecmp(leaf + 1, name) == 0)) {
            return names->list[i];
        }
    }
    return NULL;
}

static int refuse_unknown(const char *dir, const char *name, struct nj_err *err)
{
    struct names *names = calloc(1, sizeof *names);
    const char *near = NULL;

    if (names != NULL) {
        collect(names, dir, "", 1);
        near = same_place(names, name);
        if (near == NULL) {
            near = nj_str_nearest(name, (const char *const *)names->list,
                                  names->count);
        }
    }
    if (near != NULL) {
        nj_err_set(err, NJ_E_NOTFOUND,
                   "there is no time zone '%s'; did you mean '%s'?", name,
                   near);
    } else {
        nj_err_set(err, NJ_E_NOTFOUND,
                   "there is no time zone '%s' in %s; write a name such as "
                   "'Europe/London'",
                   name, dir);
    }
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        free(names->list[i]);
    }
    free(names);
    return NJ_E_NOTFOUND;
}

/* All bytes of the open regular file FD. */
static int read_all(int fd, struct nj_buf *out)
{
    char chunk[4096];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno != EINTR) {
            return NJ_E_IO;
        }
        if (n > 0 && nj_buf_add(out, chunk, (size_t)n) != 0) {
            return out->status;
        }
    }
    return 0;
}

static struct nj_zone_file file_of(const struct stat *st)
{
    return (struct nj_zone_file){
        .device = st->st_dev,
        .inode = st->st_ino,
        .bytes = st->st_size,
        .changed_s = st->st_mtim.tv_sec,
        .changed_ns = st->st_mtim.tv_nsec,
    };
}

static int is_same_file(const struct nj_zone_file *a,
                        const struct nj_zone_file *b)
{
    return a->device == b->device && a->inode == b->inode &&
           a->bytes == b->bytes && a->changed_s == b->changed_s &&
           a->changed_ns == b->changed_ns;
}

int nj_zone_is_stale(const struct nj_zone *zone)
{
    struct stat st;
    struct nj_zone_file now;

    if (zone->file.path == NULL || stat(zone->file.path, &st) != 0) {
        return 0;
    }
    now = file_of(&st);
    return !is_same_file(&zone->file, &now);
}

/* Read the zone and remember which file it was. */
static int read_zone(const char *path,
                     const char *name,
                     const struct stat *st,
                     const struct nj_buf *bytes,
                     struct nj_zone **out,
                     struct nj_err *err)
{
    struct nj_zone *zone;
    int rc = nj_zone_read(name, nj_buf_text(bytes), bytes->len, &zone, err);

    if (rc != 0) {
        return rc;
    }
    zone->file = file_of(st);
    zone->file.path = strdup(path);
    if (zone->file.path == NULL) {
        nj_zone_destroy(zone);
        return nj_err_set(err, NJ_E_NOMEM, "time zone %s: no memory", name);
    }
    *out = zone;
    return 0;
}

static int load(const char *path,
                const char *name,
                struct nj_zone **out,
                struct nj_err *err)
{
    struct nj_buf bytes;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int rc = NJ_E_NOTFOUND;

    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? NJ_E_NOTFOUND
                   : nj_err_set(err, NJ_E_INVALID, "time zone %s: %s: %s", name,
                                path, strerror(errno));
    }
    nj_buf_init(&bytes, NJ_ZONE_FILE_BYTES);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        rc = read_all(fd, &bytes);
        if (rc == 0) {
            rc = read_zone(path, name, &st, &bytes, out, err);
        } else {
            rc = rc == NJ_E_NOMEM ? rc : NJ_E_INVALID;
            nj_err_set(err, rc, "time zone %s: %s: cannot be read whole", name,
                       path);
        }
    }
    nj_buf_finish(&bytes);
    close(fd);
    return rc;
}

int nj_zone_load(const char *dir,
                 const char *name,
                 struct nj_zone **out,
                 struct nj_err *err)
{
    char path[PATH_BYTES];
    int n;
    int rc = NJ_E_NOTFOUND;

    if (dir == NULL) {
        dir = getenv("TZDIR");
    }
    if (dir == NULL || dir[0] == '\0') {
        dir = "/usr/share/zoneinfo";
    }
    if (!is_zone_name(name)) {
        char shown[NJ_ZONE_NAME_BYTES];

        nj_str_harmless(name, strlen(name), shown, sizeof shown);
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not the name of a time zone; write one such "
                          "as 'Europe/London'",
                          shown);
    }
    n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n > 0 && (size_t)n < sizeof path) {
        rc = load(path, name, out, err);
    }
    return rc == NJ_E_NOTFOUND ? refuse_unknown(dir, name, err) : rc;
}
