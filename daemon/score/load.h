/* score/load.h - with model.h the one file of this room that reads the disk:
 * the lexicons of a directory, into memory, for nj_engine_create. */

#ifndef NJ_SCORE_LOAD_H
#define NJ_SCORE_LOAD_H

#include <stddef.h>

#include "base/err.h"
#include "score/engine.h"

struct nj_lexicon_files {
    struct nj_lexicon_text *texts; /* owned, sorted by name */
    size_t count;
};

/* Read every *.txt in the directory PATH. Returns 0 (*OUT is then finished
 * with nj_lexicon_files_finish); NJ_E_NOTFOUND when there is no directory or
 * no lexicon in it; NJ_E_IO; NJ_E_TOOBIG past 4 MiB a file or 64 files;
 * NJ_E_NOMEM. ERR says which file. On failure *OUT is untouched. Blocks. */
int nj_lexicon_files_load(const char *path,
                          struct nj_lexicon_files *out,
                          struct nj_err *err) NJ_MUST;

/* Free what FILES owns and zero it. Safe on a zeroed one. */
void nj_lexicon_files_finish(struct nj_lexicon_files *files);

#endif
