/* score/explain.h - evidence told to people: "insult: moron", with its place
 * in the text as given and what it weighed. */

#ifndef NJ_SCORE_EXPLAIN_H
#define NJ_SCORE_EXPLAIN_H

#include "base/mem.h"
#include "model/score.h"
#include "score/combine.h"
#include "score/engine.h"
#include "score/evidence.h"
#include "score/opinion.h"

enum nj_part_kind { NJ_PART_TEXT, NJ_PART_TITLE, NJ_PART_PICTURE };

/* Told of one post: all evidence of a text with a damper each; beyond that
 * only the mask of the rest remains. */
enum { NJ_REASONS_MAX = 800 };

/* Reasons while they are collected; lives in the scratch. */
struct nj_reasons {
    struct nj_reason items[NJ_REASONS_MAX];
    size_t count;
};

/* Add the reasons of PART, whose texts go to ARENA. 0, or NJ_E_NOMEM. */
int nj_explain_part(struct nj_reasons *reasons,
                    const struct nj_part *part,
                    enum nj_part_kind kind,
                    struct nj_arena *arena) NJ_MUST;

/* Add the words of PART that moved the model, as GAZE holds them. */
int nj_explain_model(struct nj_reasons *reasons,
                     const struct nj_part *part,
                     const struct nj_gaze *gaze,
                     enum nj_part_kind kind,
                     struct nj_arena *arena) NJ_MUST;

/* Add TALLY's extras, sort, and hand all to OUT, in ARENA. */
int nj_explain_finish(struct nj_reasons *reasons,
                      const struct nj_tally *tally,
                      struct nj_arena *arena,
                      struct nj_score *out) NJ_MUST;

#endif
