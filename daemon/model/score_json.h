/* model/score_json.h - a score as JSON, the one shape that the command line,
 * the store and the HTTP API share (DESIGN 7). */

#ifndef NJ_MODEL_SCORE_JSON_H
#define NJ_MODEL_SCORE_JSON_H

#include "base/json.h"
#include "model/score.h"

/* Write SCORE's members into the object that is open in W: offensive, urgent,
 * urgency, level, labels, urgent_reason, language, and reasons when EXPLAIN is
 * not 0 (an empty array otherwise is left out). A score that was not judged
 * also has "judged": false. A reason in the title has "in": "title". */
void nj_score_write_members(struct nj_jw *w,
                            const struct nj_score *score,
                            int explain);

/* The same as an object of its own under KEY (NULL in arrays and for the
 * document). */
void nj_score_write(struct nj_jw *w,
                    const char *key,
                    const struct nj_score *score,
                    int explain);

#endif
