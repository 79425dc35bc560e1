/* watch/care.h - nightjar watches itself: sources that fail or fall silent, a
 * store in trouble, a clock that jumps, posts nobody could judge, alerts
 * nobody could be paged for. Each is an alert of its own (rule "nightjar") to
 * the operators, over when its cause is over. Also keeps house: retention,
 * expired overrides, the filter of known posts. Loop thread only. */

#ifndef NJ_WATCH_CARE_H
#define NJ_WATCH_CARE_H

#include "watch/intake.h"

struct nj_sick {
    const char *source; /* interned */
    char *what;         /* owned; NULL: well */
    int64_t since_ms;
    int64_t next_ms;
};

struct nj_care {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_opener *opener;
    struct nj_climber *climber;
    struct nj_seen *seen;
    struct nj_sick *sources; /* owned: every source ever heard of */
    size_t source_count, source_room;
    struct nj_timer timer; /* retention */
    struct nj_query_req query;
    int asking; /* the query is under way */
    int64_t retention_posts_ms, retention_alerts_ms; /* 0: for ever */
    char store_trouble[200];                         /* "" when well */
    int open;
    int64_t clock_over_ms, store_over_ms; /* mono; 0: nothing to end */
    int64_t filter_at; /* posts up to this row are in the filter */
};

/* Raise, or find raised, nightjar's own trouble KEY. */
void nj_care_alarm(struct nj_care *care,
                   const char *key,
                   enum nj_level severity,
                   const char *title,
                   const char *text);
/* Its cause is gone. Nothing happens when it was not raised. */
void nj_care_over(struct nj_care *care, const char *key, const char *text);

/* The sinks and callbacks that lead here. */
void nj_care_source(void *ctx,
                    const char *source,
                    const char *what,
                    int64_t next_ms);
void nj_care_store(void *ctx, const char *what);
void nj_care_jump(void *ctx, int64_t delta_ms);
void nj_care_unjudged(void *ctx,
                      struct nj_deed *deed,
                      const struct nj_post *post);
void nj_care_owner(void *ctx,
                   struct nj_deed *deed,
                   const struct nj_alert *alert,
                   const char *text);

void nj_care_taken(void *ctx,
                   struct nj_deed *deed,
                   const struct nj_alert *alert);

/* What is known of SOURCE's health; NULL when never heard of. */
const struct nj_sick *nj_care_find(const struct nj_care *care,
                                   const char *source);

void nj_care_open(struct nj_care *care);
void nj_care_close(struct nj_care *care);
void nj_care_finish(struct nj_care *care);

#endif
