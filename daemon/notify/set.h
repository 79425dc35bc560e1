/* notify/set.h - channels read from the file, and how one goes when it has
 * been replaced. For bells.c and errand.c. */

#ifndef NJ_NOTIFY_SET_H
#define NJ_NOTIFY_SET_H

#include "notify/channel.h"

/* The channels of SET (which is gone after this) as a list by `next`, for use
 * with ENV, lent. */
struct nj_channel *nj_bell_set_open(struct nj_bell_set *set,
                                    const struct nj_channel_env *env);

/* CHANNEL is no longer in use: free it now, or after its last errand. */
void nj_channel_retire(struct nj_channel *channel);

/* Free CHANNEL if it is retired and has no errand left. */
void nj_channel_release(struct nj_channel *channel);

#endif
