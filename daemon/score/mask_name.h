/* score/mask_name.h - an author's name as a reader may see it: words in it are
 * masked as those of a post are, also where a handle glues them together
 * ("Fuck_Acme", "FuckAcmeAir"). */

#ifndef NJ_SCORE_MASK_NAME_H
#define NJ_SCORE_MASK_NAME_H

#include "score/engine.h"

/* *OUT is NAME masked, in ARENA; NULL for NULL. Returns 0, or NJ_E_NOMEM or
 * NJ_E_TOOBIG (*OUT untouched: the name must not be shown). Threads as
 * nj_engine_score. */
int nj_mask_name(const struct nj_engine *engine,
                 struct nj_scratch *scratch,
                 const char *name,
                 struct nj_arena *arena,
                 const char **out) NJ_MUST;

#endif
