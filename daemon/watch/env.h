/* watch/env.h - what every part of the watch is given: the loop, the store,
 * the plan of the day and the ways out. Plain, shared, owned by watch.c. */

#ifndef NJ_WATCH_ENV_H
#define NJ_WATCH_ENV_H

#include "io/loop.h"
#include "model/names.h"
#include "model/plan.h"
#include "model/sink.h"
#include "store/store.h"

/* Counters since the start, for `status` and /metrics. Only rise, but for the
 * gauges. */
struct nj_watch_stats {
    uint64_t posts_seen;     /* handed in by sources */
    uint64_t posts_new;      /* of them, not known before */
    uint64_t posts_unjudged; /* stored and told, but not scored */
    uint64_t alerts_opened;
    uint64_t alerts_joined; /* posts that joined an open alert */
    uint64_t alerts_acked;
    uint64_t alerts_resolved;
    uint64_t pages_sent;
    uint64_t pages_failed;
    uint64_t pages_retried;
    uint64_t batches_refused; /* too much under way */
    uint64_t drills;          /* started; in no other figure here */
    /* gauges */
    size_t open, acked, snoozed;
    size_t pages_waiting;
    size_t sources_sick;
    size_t channels_sick;
};

struct nj_watch_env {
    struct nj_loop *loop;
    struct nj_store *store;
    struct nj_names *names;
    const struct nj_plan *plan; /* replaced by a reload; never NULL */
    struct nj_bell_sink bells;
    struct nj_story_sink story; /* `tell` may be NULL */
    struct nj_watch_stats stats;
    char instance[20]; /* hex: makes idempotency keys unique in the world */
    size_t drills;     /* under way, not reported yet */
    int64_t last_post_id;
    int64_t last_other_id; /* policies, overrides, silences */
    /* Write the URL by which HOLDER reads the calendar FEED, until their
     * GENERATION changes, into OUT; "" when there is none. With ack_url_ctx. */
    void (*calendar_url)(void *ctx,
                         const char *feed,
                         const char *holder,
                         uint32_t generation,
                         char *out,
                         size_t room);
    /* Write a signed link by which PERSON can answer ALERT into OUT; "" when
     * there is none. */
    void (*ack_url)(void *ctx,
                    int64_t alert,
                    const char *person,
                    uint32_t generation,
                    char *out,
                    size_t room);
    void *ack_url_ctx;
    /* Memory ran out in the middle of a decision: what is in memory can no
     * longer be trusted, the store can. Stop and start anew from it. */
    void (*on_broken)(void *ctx, const char *what);
    void *broken_ctx;
};

#endif
