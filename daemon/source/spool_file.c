#include "source/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "source/post_json.h"

enum {
    CHUNK_BYTES = 64 << 10,
    ERRORS_MOST = 1 << 20, /* bytes of told mistakes: a broken file is broken */
    ID_ROOM = 64,
};

static int ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t n = strlen(end);

    return len > n && strcmp(text + len - n, end) == 0;
}

int nj_spool_is_ours(const char *name)
{
    return name[0] != '.' &&
           (ends_with(name, ".jsonl") || ends_with(name, ".ndjson") ||
            ends_with(name, ".json"));
}

/* The lease's signal, should a writer come in that very moment, is one that is
 * ignored; SIGIO would end us. */
enum nj_spool_writer nj_spool_writer(int fd)
{
    if (fcntl(fd, F_SETSIG, SIGURG) != 0) {
        return NJ_SPOOL_UNKNOWN;
    }
    if (fcntl(fd, F_SETLEASE, F_RDLCK) != 0) {
        return errno == EAGAIN ? NJ_SPOOL_WRITER : NJ_SPOOL_UNKNOWN;
    }
    (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    return NJ_SPOOL_NOBODY;
}

int nj_spool_file_open(int dir_fd,
                       const char *name,
                       struct nj_spool_file *out,
                       struct nj_err *err)
{
    int fd =
        openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat about;
    char *copy;

    if (fd < 0 || fstat(fd, &about) != 0) {
        int code = errno == ENOENT   ? NJ_E_NOTFOUND
                   : errno == EACCES ? NJ_E_DENIED
                   : errno == ELOOP  ? NJ_E_INVALID
                                     : NJ_E_IO;

        (void)nj_err_set(err, code, "%s: %s", name, strerror(errno));
        if (fd >= 0) {
            (void)close(fd);
        }
        return code;
    }
    copy = strdup(name);
    if (!S_ISREG(about.st_mode) || copy == NULL) {
        (void)close(fd);
        free(copy);
        return copy == NULL ? nj_err_set(err, NJ_E_NOMEM, "no memory")
                            : nj_err_set(err, NJ_E_INVALID,
                                         "%s: not a regular file", name);
    }
    *out = (struct nj_spool_file){
        .fd = fd,
        .name = copy,
        .changed_ns =
            (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec,
        .is_document = ends_with(name, ".json"),
    };
    nj_buf_init(&out->text, NJ_LIMIT_BODY_BYTES);
    nj_buf_init(&out->errors, ERRORS_MOST);
    return 0;
}

void nj_spool_file_close(struct nj_spool_file *file)
{
    if (file->fd >= 0) {
        (void)close(file->fd);
        nj_buf_finish(&file->text);
        nj_buf_finish(&file->errors);
        free(file->name);
    }
    *file = (struct nj_spool_file){.fd = -1};
}

int nj_spool_file_grew(struct nj_spool_file *file)
{
    struct stat about;
    off_t at = lseek(file->fd, 0, SEEK_CUR);

    if (file->is_document || fstat(file->fd, &about) != 0 || at < 0 ||
        about.st_size <= at) {
        return 0;
    }
    file->at_end = 0;
    return 1;
}

/* ---- bytes -------------------------------------------------------------- */

/* One chunk more from the disk. */
static int read_chunk(struct nj_spool_file *file, struct nj_err *err)
{
    char *chunk = malloc(CHUNK_BYTES);
    ssize_t n;
    int code;

    if (chunk == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory to read %s", file->name);
    }
    do {
        n = read(file->fd, chunk, CHUNK_BYTES);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        free(chunk);
        return nj_err_set(err, NJ_E_IO, "%s: %s", file->name, strerror(errno));
    }
    file->at_end = n == 0;
    code = nj_buf_add(&file->text, chunk, (size_t)n);
    free(chunk);
    return code == NJ_E_NOMEM
               ? nj_err_set(err, code, "no memory to read %s", file->name)
               : 0;
}

static void note_error(struct nj_spool_file *file, size_t line, const char *why)
{
    file->bad++;
    (void)nj_buf_addf(&file->errors, "%zu: %s\n", line, why);
    if (file->errors.status == NJ_E_TOOBIG) {
        file->errors.status = 0; /* those that fit are enough */
    }
}

/* ---- documents ---------------------------------------------------------- */

static int read_whole(struct nj_spool_file *file, struct nj_err *err)
{
    int code = 0;

    while (!file->at_end && code == 0 && file->text.status == 0) {
        code = read_chunk(file, err);
    }
    return code;
}

/* Posts of a document, a batch at a time. Returns 0 with *OUT_OVER, also when
 * it is no document: then it is read as lines from its beginning. */
static int read_document(struct nj_spool_file *file,
                         struct nj_taking *taking,
                         int *out_over,
                         struct nj_err *err)
{
    struct nj_err why = {0};
    int code = read_whole(file, err);

    if (code != 0) {
        return code;
    }
    taking->skip = file->line;
    taking->may_leave = 1;
    code = file->text.status != 0
               ? nj_err_set(&why, NJ_E_TOOBIG, "longer than %d bytes",
                            NJ_LIMIT_BODY_BYTES)
               : nj_post_json_read(nj_buf_text(&file->text), file->text.len,
                                   NULL, taking, &why);
    if (code == 0) {
        file->line += taking->batch->count;
        file->good += taking->batch->count;
        *out_over = taking->left_out == 0;
        return 0;
    }
    if (code == NJ_E_NOMEM) {
        return nj_err_set(err, code, "no memory to read %s", file->name);
    }
    nj_taking_restart(taking);
    if (file->text.status == 0 && file->line == 0 &&
        memchr(nj_buf_text(&file->text), '\n', file->text.len) != NULL &&
        nj_buf_text(&file->text)[0] == '{') {
        file->is_document = 0;
        taking->skip = 0;
        return 0;
    }
    note_error(file, 1, why.text);
    *out_over = 1;
    return 0;
}

/* ---- lines -------------------------------------------------------------- */

static int take_line(struct nj_spool_file *file,
                     const char *line,
                     size_t len,
                     struct nj_taking *taking,
                     struct nj_err *err)
{
    uint64_t hash = nj_sift_hash(0, file->name, strlen(file->name));
    struct nj_err why = {0};
    char id[ID_ROOM];
    size_t had = taking->batch->count;
    int code;

    hash = nj_sift_hash(hash, &file->changed_ns, sizeof file->changed_ns);
    hash = nj_sift_hash(hash, line, len);
    (void)snprintf(id, sizeof id, "spool:%016llx-%zu", (unsigned long long)hash,
                   file->line);
    code = nj_post_json_line(line, len, id, taking, &why);
    if (code == NJ_E_NOMEM) {
        return nj_err_set(err, code, "no memory for line %zu of %s", file->line,
                          file->name);
    }
    if (code != 0) {
        note_error(file, file->line, why.text);
    }
    file->good += taking->batch->count - had;
    return 0;
}

static int is_empty(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!nj_is_blank(line[i])) {
            return 0;
        }
    }
    return 1;
}

/* The line that begins FROM bytes into the text: its length and that of its
 * end, or 0 when the disk has to be asked for more of it. */
static int
find_line(const struct nj_spool_file *file, size_t from, size_t *out_len)
{
    const char *start = nj_buf_text(&file->text) + from;
    size_t left = file->text.len - from;
    const char *end = memchr(start, '\n', left);

    if (end == NULL && !file->at_end) {
        return 0;
    }
    *out_len = end == NULL ? left : (size_t)(end - start);
    return 1;
}

/* A line longer than any post may be is passed over, piece by piece. */
static int skip_giant(struct nj_spool_file *file, struct nj_err *err)
{
    const char *end;
    int code = 0;

    file->line++;
    note_error(file, file->line, "longer than a post may be");
    for (;;) {
        end = memchr(nj_buf_text(&file->text), '\n', file->text.len);
        if (end != NULL) {
            nj_buf_drop(&file->text, (size_t)(end - file->text.data) + 1);
            return 0;
        }
        nj_buf_drop(&file->text, file->text.len);
        if (file->at_end || code != 0) {
            return code;
        }
        code = read_chunk(file, err);
    }
}

static int read_lines(struct nj_spool_file *file,
                      struct nj_taking *taking,
                      int *out_over,
                      struct nj_err *err)
{
    size_t from = 0;
    size_t len = 0;
    int code = 0;

    while (code == 0 && taking->batch->count < taking->room) {
        if (find_line(file, from, &len)) {
            const char *line = nj_buf_text(&file->text) + from;

            if (from == file->text.len) {
                *out_over = 1;
                break;
            }
            file->line++;
            if (!is_empty(line, len)) {
                code = take_line(file, line, len, taking, err);
            }
            from += len + (from + len < file->text.len);
            continue;
        }
        nj_buf_drop(&file->text, from);
        from = 0;
        code = file->text.len > NJ_LIMIT_PUSH_BYTES ? skip_giant(file, err)
                                                    : read_chunk(file, err);
    }
    nj_buf_drop(&file->text, from);
    return code;
}

int nj_spool_file_read(struct nj_spool_file *file,
                       struct nj_taking *taking,
                       int *out_over,
                       struct nj_err *err)
{
    int over = 0;
    int code = 0;

    if (file->is_document) {
        code = read_document(file, taking, &over, err);
    }
    if (code == 0 && !file->is_document) {
        code = read_lines(file, taking, &over, err);
    }
    if (code == 0) {
        *out_over = over;
    }
    return code;
}
