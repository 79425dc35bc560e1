/* score/context.h - what is known of a post beside its words: where it stands,
 * who wrote it, how fast it spreads, what its pictures show. */

#ifndef NJ_SCORE_CONTEXT_H
#define NJ_SCORE_CONTEXT_H

#include "score/combine.h"
#include "score/engine.h"

/* Count IN's context into TALLY, which has all parts of the post. */
void nj_context_count(struct nj_tally *tally,
                      const struct nj_context_weights *weights,
                      const struct nj_score_input *in);

/* Count what its pictures show. */
void nj_context_pictures(struct nj_tally *tally,
                         const struct nj_score_input *in);

#endif
