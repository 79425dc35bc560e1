/* watch/intake.h - the line at the front door: which posts are new, what is
 * thought of them, what follows.
 *
 *   take -> [perhaps known? ask the store] -> judge -> triage -> opening
 *                                               \______one deed______/
 *                                                      durable -> done
 *
 * Loop thread only.
 */

#ifndef NJ_WATCH_INTAKE_H
#define NJ_WATCH_INTAKE_H

#include "score/engine.h"
#include "watch/opening.h"
#include "watch/seen.h"

struct nj_intake {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_opener *opener;
    struct nj_seen *seen;
    const struct nj_engine *engine; /* replaced by a reload */
    struct nj_scratch *scratch;     /* owned; of that engine */
    size_t posts_under_way;
    size_t batches_under_way;
    int closing;
    /* A post could not be judged: the operators must hear. */
    void (*on_unjudged)(void *ctx,
                        struct nj_deed *deed,
                        const struct nj_post *post);
    void *on_unjudged_ctx;
};

/* 0 or NJ_E_NOMEM. ENGINE is lent until replaced. */
int nj_intake_init(struct nj_intake *intake,
                   const struct nj_engine *engine) NJ_MUST;
void nj_intake_finish(struct nj_intake *intake);

/* Judge by another ENGINE from now on. 0 or NJ_E_NOMEM (unchanged). */
int nj_intake_set_engine(struct nj_intake *intake,
                         const struct nj_engine *engine) NJ_MUST;

/* nj_post_sink's `take`. */
int nj_intake_take(void *ctx, struct nj_intake_req *req);

#endif
