/* source/spool_file.h - one file dropped into a spool directory, read as
 * batches of posts: a post a line (*.jsonl, *.ndjson), or one JSON document
 * (*.json) which may also turn out to be lines.
 *
 * A post without an id is named by file name, time of change, line and
 * content, so that the same file read again after a crash gives the same
 * posts. Blocks on the disk. Loop thread.
 */

#ifndef NJ_SOURCE_SPOOL_FILE_H
#define NJ_SOURCE_SPOOL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "source/draft.h"

struct nj_spool_file {
    int fd; /* -1: none */
    char *name;
    int64_t changed_ns;   /* when it was found */
    int is_document;      /* *.json, as long as it parses as one */
    struct nj_buf text;   /* read and not yet taken; a document: all of it */
    int at_end;           /* nothing more is on the disk */
    size_t line;          /* the last one taken; a document: posts taken */
    size_t good;          /* posts taken */
    size_t bad;           /* lines refused */
    struct nj_buf errors; /* "LINE: why" for each */
};

/* Whether NAME is one to be read: it ends in .jsonl, .ndjson or .json and does
 * not begin with a dot. */
int nj_spool_is_ours(const char *name);

enum nj_spool_writer {
    NJ_SPOOL_NOBODY,  /* certainly closed by whoever wrote it */
    NJ_SPOOL_WRITER,  /* certainly open for writing */
    NJ_SPOOL_UNKNOWN, /* the system would not say */
};

/* Whether somebody still writes the file open as FD (by a read lease, which
 * only the file's owner and root may take). */
enum nj_spool_writer nj_spool_writer(int fd);

/* Begin to read NAME in the directory open as DIR_FD. 0; NJ_E_NOTFOUND (gone
 * meanwhile), NJ_E_INVALID (no regular file), NJ_E_DENIED, NJ_E_IO with a
 * sentence; NJ_E_NOMEM. */
int nj_spool_file_open(int dir_fd,
                       const char *name,
                       struct nj_spool_file *out,
                       struct nj_err *err) NJ_MUST;

/* Fill TAKING's batch with the next posts. *OUT_OVER: these were the last. 0;
 * NJ_E_IO; NJ_E_NOMEM. Bad lines do not fail: they are noted. */
int nj_spool_file_read(struct nj_spool_file *file,
                       struct nj_taking *taking,
                       int *out_over,
                       struct nj_err *err) NJ_MUST;

/* Whether lines were added since it was read to its end; then it may be read
 * on. */
int nj_spool_file_grew(struct nj_spool_file *file);

/* Close and free. Safe on one that was zeroed with fd -1. */
void nj_spool_file_close(struct nj_spool_file *file);

#endif
