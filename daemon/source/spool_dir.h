/* source/spool_dir.h - a spool directory: which of its files are finished, and
 * where they go when they were read.
 *
 *   DIR/NAME.jsonl           read in the order of names
 *   DIR/done/NAME.jsonl      all its posts are durable
 *   DIR/failed/NAME.jsonl    nothing in it was a post
 *   DIR/failed/NAME.jsonl.errors    "LINE: why", for each bad line
 *
 * Blocks on the disk. Loop thread.
 */

#ifndef NJ_SOURCE_SPOOL_DIR_H
#define NJ_SOURCE_SPOOL_DIR_H

#include <limits.h>

#include "base/map.h"
#include "source/spool_file.h"

struct nj_spool_dir {
    int fd; /* -1: not open */
    char *path;
    int keep;             /* else files that were read are deleted */
    struct nj_map sights; /* names to what we saw of them, owned */
};

/* Open PATH, made when it is missing, with done/ and failed/ inside. 0, or
 * NJ_E_IO with a sentence, NJ_E_NOMEM; then DIR needs no closing. */
int nj_spool_dir_open(struct nj_spool_dir *dir,
                      const char *path,
                      int keep,
                      struct nj_err *err) NJ_MUST;
void nj_spool_dir_close(struct nj_spool_dir *dir);

/* The finished files in order of their names: *OUT of *OUT_COUNT names, to be
 * freed with nj_spool_names_free. *OUT_WAIT_MS: when to look again for one that
 * is not finished, -1 for none. NOW_MONO_MS tells what stayed unchanged. 0,
 * NJ_E_IO with a sentence, NJ_E_NOMEM. */
int nj_spool_dir_list(struct nj_spool_dir *dir,
                      int64_t now_mono_ms,
                      char ***out,
                      size_t *out_count,
                      int64_t *out_wait_ms,
                      struct nj_err *err) NJ_MUST;
void nj_spool_names_free(char **names, size_t count);

/* FILE was read whole and its posts are durable: tell its bad lines, put it
 * away. 0, or NJ_E_IO with a sentence: then it is left alone from now on. */
int nj_spool_dir_finish(struct nj_spool_dir *dir,
                        const struct nj_spool_file *file,
                        struct nj_err *err) NJ_MUST;

#endif
