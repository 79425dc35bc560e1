/* notify/errand.h - the bells' inside, shared by bells.c, errand.c and set.c.
 *
 *                 send: 0                     end(status)
 *   nj_errand_create ----> UNDER WAY ------------------------> answered, freed
 *        |                  |     \ cancel, not to be called
 *        | send: failed     |      `-> CALLED OFF: answered NJ_E_CANCELED,
 *        v                  | cancel     memory stays until io/ lets go
 *     DEFERRED --next turn--+----> ends with NJ_E_CANCELED
 */

#ifndef NJ_NOTIFY_ERRAND_H
#define NJ_NOTIFY_ERRAND_H

#include "notify/channel.h"
#include "notify/throttle.h"

struct nj_bells {
    const struct nj_channel_env *env;
    struct nj_channel *channels; /* in use, by `next`; owned */
    struct nj_errand *errands;   /* all under way, newest first; owned */
    size_t pending;              /* of them not answered */
    struct nj_throttle throttle;
    int closing;
    struct nj_defer closed;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* An errand of CHANNEL (NULL: none of that name) for REQ, counted; NULL when
 * memory ran out. */
struct nj_errand *nj_errand_create(struct nj_bells *bells,
                                   struct nj_channel *channel,
                                   struct nj_send_req *req);

/* Forget ERRAND without an answer; its channel too, when that was retired. */
void nj_errand_destroy(struct nj_errand *errand);

/* Answer with NJ_E_CANCELED, in a later turn. */
void nj_errand_cancel(struct nj_errand *errand);

/* If BELLS are closing and nothing is left, say so in the next turn. */
void nj_bells_rest(struct nj_bells *bells);

#endif
