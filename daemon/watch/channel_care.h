/* watch/channel_care.h - nightjar watches its bells: what came of each message
 * is heard here, and a channel that refuses, or that cannot be reached for
 * daemon.ops.channel_after, is an alarm of its own. A channel that takes
 * messages but not for one target (no such number) is an alarm about that
 * contact alone. Over when a message gets through again.
 *
 *   well --refused--------------------------------> LAME: the alarm is raised
 *     |                                              ^   |
 *     `--cannot be reached--> FAILING --still so,----'   |
 *     ^                          |      channel_after    |
 *     `-------- a message got through -------------------'
 *
 * Who must hear of a lame channel is told by another one: nj_channel_care_lame
 * says which to leave out. Loop thread only. */

#ifndef NJ_WATCH_CHANNEL_CARE_H
#define NJ_WATCH_CHANNEL_CARE_H

#include "watch/care.h"

struct nj_lame; /* opaque: a channel or contact in trouble */

struct nj_channel_care {
    struct nj_watch_env *env;
    struct nj_care *care;
    struct nj_lame *lame; /* owned list: all that fail now */
};

/* REQ, sent for PERSON (interned; NULL: none), ended with STATUS (as
 * nj_send_req tells it). CTX: the nj_channel_care. */
void nj_channel_care_heard(void *ctx,
                           const struct nj_send_req *req,
                           const char *person,
                           int status);

/* Whether the alarm about CHANNEL is raised. CTX: the nj_channel_care. */
int nj_channel_care_lame(void *ctx, const char *channel);

/* Forget what failed: the plan is another, or nightjar closes. Alarms stay. */
void nj_channel_care_forget(struct nj_channel_care *care);

#endif
