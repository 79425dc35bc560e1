/* triage/match.h - does a rule hold for a post? */

#ifndef NJ_TRIAGE_MATCH_H
#define NJ_TRIAGE_MATCH_H

#include <stddef.h>

#include "model/plan.h"
#include "model/post.h"
#include "model/score.h"

/* Whether all that MATCH asks is so for POST with SCORE. A post that could not
 * be judged meets no minimum, but `unjudged` lets it pass them all; a rule
 * that asks `unjudged` and no minimum holds for such posts alone. No place
 * named means any but elsewhere. */
int nj_match_holds(const struct nj_match *match,
                   const struct nj_post *post,
                   const struct nj_score *score);

/* Whether WORD (or phrase) stands in TEXT (may be NULL) as a whole, whatever
 * the case: not inside a longer run of letters and digits. White space in WORD
 * matches any white space. In scripts written without spaces (Chinese,
 * Japanese, Thai...) no boundary is asked. An empty WORD stands nowhere. */
int nj_match_word(const char *text, const char *word);

/* Whether language TAG ("en-GB"; may be NULL) is RANGE ("en") or within it
 * (RFC 4647 basic filtering, without "*"). */
int nj_match_language(const char *tag, const char *range);

#endif
