/* watch/watch.h - the night watch itself: the only owner of live state.
 *
 *   posts --> intake --> opening --> alerts <--- climb <--- the clock
 *              |  \         |           ^          |
 *            seen  score/   card        |          v
 *                  triage/              `------ outbox --> messages
 *   commands --> command --------------'          |
 *   sources', store's, clock's faults --> care ---'
 *                     all of it through the ledger --> store
 *
 * Parts and what each owns: ledger (decisions on their way to the disk), seen
 * (ids known), intake (batches under way), alerts (every live alert), roster
 * (overrides, silences, who is on call), swaps (what waits for a yes), counsel
 * (advice to owners, once a day), calendars (feeds), climb (deadlines), outbox
 * (pages), care (nightjar's own health), drills (policies tried), handovers
 * (what is told when duty changes hands), command (people's verbs). None reads
 * another's fields but through its header. Loop thread only.
 */

#ifndef NJ_WATCH_WATCH_H
#define NJ_WATCH_WATCH_H

#include "score/engine.h"
#include "watch/env.h"

struct nj_watch; /* opaque */

struct nj_watch_opts {
    struct nj_loop *loop;
    struct nj_store *store; /* open; its trouble goes to nj_watch_store */
    struct nj_names *names;
    const struct nj_plan *plan;     /* lent until replaced */
    const struct nj_engine *engine; /* lent until replaced */
    struct nj_bell_sink bells;
    struct nj_story_sink story;
    int64_t retention_posts_ms;  /* 0: for ever */
    int64_t retention_alerts_ms; /* 0: for ever */
    void (*ack_url)(void *ctx,
                    int64_t alert,
                    const char *person,
                    uint32_t generation,
                    char *out,
                    size_t room);
    void (*calendar_url)(void *ctx, /* as in watch/env.h; may be NULL */
                         const char *feed,
                         const char *holder,
                         uint32_t generation,
                         char *out,
                         size_t room);
    void *ack_url_ctx;
    void (*on_broken)(void *ctx, const char *what);
    void *broken_ctx;
    /* Every stored fact and cursor, at start. May be NULL. */
    int (*on_fact)(void *ctx, const char *key, const char *value);
    int (*on_cursor)(void *ctx, const char *source, const char *cursor);
    void *load_ctx;
};

/* Read what the store has. 0; what nj_store_load returns; NJ_E_NOMEM. */
int nj_watch_create(const struct nj_watch_opts *opts,
                    struct nj_watch **out,
                    struct nj_err *err) NJ_MUST;

/* Begin: deadlines run, what is due goes out. Call once all sinks are joined.
 */
void nj_watch_open(struct nj_watch *watch);

/* Take nothing more in, let what rings finish (at most GRACE_MS), then
 * ON_CLOSED, never inside this call. The store is closed by its owner,
 * afterwards. */
void nj_watch_close(struct nj_watch *watch,
                    int64_t grace_ms,
                    void (*on_closed)(void *ctx),
                    void *ctx);

/* Free. Everything must be closed, the store too. NULL is fine. */
void nj_watch_destroy(struct nj_watch *watch);

/* The doors in. Valid until destroyed. */
struct nj_post_sink nj_watch_posts(struct nj_watch *watch);
struct nj_command_sink nj_watch_commands(struct nj_watch *watch);
struct nj_health_sink nj_watch_health(struct nj_watch *watch);
struct nj_receipt_sink nj_watch_receipts(struct nj_watch *watch);

/* The store's on_trouble and the loop's on_jump. */
void nj_watch_store(struct nj_watch *watch, const char *what);
void nj_watch_jump(struct nj_watch *watch, int64_t delta_ms);

/* Watch by another plan or engine from now on; the old ones may be freed
 * afterwards. 0 or NJ_E_NOMEM (nothing changed). */
int nj_watch_replan(struct nj_watch *watch,
                    const struct nj_plan *plan,
                    const struct nj_engine *engine) NJ_MUST;

/* Keep a small fact; durable some time later. */
int nj_watch_keep_fact(struct nj_watch *watch,
                       const char *key,
                       const char *value) NJ_MUST;

/* Raise nightjar's own trouble KEY; and say that it is over. */
void nj_watch_alarm(struct nj_watch *watch,
                    const char *key,
                    enum nj_level severity,
                    const char *title,
                    const char *text);
void nj_watch_over(struct nj_watch *watch, const char *key, const char *text);

/* A copy of the counters with the gauges of this moment. */
struct nj_watch_stats nj_watch_stats(const struct nj_watch *watch);

/* Whether the watch makes progress: what the watchdog asks. */
int nj_watch_is_well(const struct nj_watch *watch);

#endif
