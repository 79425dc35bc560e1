/* watch/card.h - what people will read of a post: masked, short, with the
 * reason. Lives in the given arena. */

#ifndef NJ_WATCH_CARD_H
#define NJ_WATCH_CARD_H

#include "triage/triage.h"
#include "watch/env.h"

enum { NJ_CARD_EXCERPT = 500 }; /* bytes */

/* Fill OUT for POST under RULE; the author is SCORE's, masked. 0 or NJ_E_NOMEM
 * (OUT untouched). */
int nj_card_of_post(const struct nj_watch_env *env,
                    const struct nj_post *post,
                    const struct nj_score *score,
                    const struct nj_rule *rule,
                    struct nj_arena *arena,
                    struct nj_card *out) NJ_MUST;

#endif
