/* watch/alerts.h - every live alert: found by id and by trouble, queued by
 * deadline, kept until it can no longer reopen. Owns the alerts and the
 * snapshots of policies they share. Loop thread only. */

#ifndef NJ_WATCH_ALERTS_H
#define NJ_WATCH_ALERTS_H

#include "base/map.h"
#include "triage/trouble.h"
#include "watch/ledger.h"

struct nj_alerts {
    struct nj_watch_env *env;
    struct nj_multimap by_id;            /* id -> struct nj_alert */
    struct nj_multimap by_key;           /* trouble key -> struct nj_alert */
    struct nj_heap due;                  /* by nj_climb_due, then by id */
    struct nj_map policies;              /* text of a policy -> snapshot */
    const struct nj_plan *plan_seen;     /* what `of_plan` belongs to */
    struct nj_policy_snapshot **of_plan; /* by index in the plan's policies */
    int64_t last_id;
    size_t count[NJ_ALERT_STATES]; /* but tests and drills */
    size_t drills;                 /* in the table, over or not */
};

void nj_alerts_init(struct nj_alerts *alerts, struct nj_watch_env *env);
void nj_alerts_finish(struct nj_alerts *alerts);

/* A new alert with the next id, without a climb yet, counted as open; owned by
 * the table. KEYS are copied. NULL when memory ran out (nothing changed). */
struct nj_alert *nj_alerts_add(struct nj_alerts *alerts,
                               const struct nj_trouble *keys,
                               size_t key_count);

/* Take a copy of a stored alert into the table (at start). */
int nj_alerts_load(struct nj_alerts *alerts,
                   const struct nj_alert *stored,
                   int64_t policy_id,
                   const char *chains_json) NJ_MUST;

/* Take a stored policy into the table (at start). */
int nj_alerts_load_policy(struct nj_alerts *alerts,
                          int64_t id,
                          const char *json) NJ_MUST;

/* Put ALERT under KEYS as well, those it does not have, as long as it has few.
 * 0 or NJ_E_NOMEM (some may be missing then). */
int nj_alerts_extend(struct nj_alerts *alerts,
                     struct nj_alert *alert,
                     const struct nj_trouble *keys,
                     size_t key_count) NJ_MUST;

/* The live alert ID, or NULL. */
struct nj_alert *nj_alerts_find(const struct nj_alerts *alerts, int64_t id);

/* The alert that a post with KEYS and SIMHASH belongs to at NOW: not resolved
 * and touched within JOIN_MS (0: any time), or resolved within REOPEN_MS; the
 * oldest. NULL: none. */
struct nj_alert *nj_alerts_same(const struct nj_alerts *alerts,
                                const struct nj_trouble *keys,
                                size_t key_count,
                                uint64_t simhash,
                                int64_t now_ms,
                                int64_t join_ms,
                                int64_t reopen_ms);

/* The snapshot of POLICY (of the present plan; NULL gives NULL), with one more
 * reference; a new text is written into DEED. NULL also when memory ran out:
 * DEED is then spoilt. */
struct nj_policy_snapshot *nj_alerts_policy(struct nj_alerts *alerts,
                                            const struct nj_policy *policy,
                                            struct nj_deed *deed);
/* The same for a policy that stands in no plan. */
struct nj_policy_snapshot *nj_alerts_own_policy(struct nj_alerts *alerts,
                                                const struct nj_policy *policy,
                                                struct nj_deed *deed);

/* The plan was replaced: nothing cached of the old one may be used. */
void nj_alerts_plan_changed(struct nj_alerts *alerts);

/* Give ALERT its flags; a test or drill is not counted. */
void nj_alerts_flag(struct nj_alerts *alerts,
                    struct nj_alert *alert,
                    unsigned flags);

/* Whether ALERT is a drill that has come to its end, resolved or not. */
int nj_alerts_is_over(const struct nj_alert *alert, int64_t now_ms);

/* Whether the alert ID, of those in the table, is a drill. */
int nj_alerts_is_drill(const struct nj_alerts *alerts, int64_t id);

/* Take ALERT out of the queue of deadlines until it moves. */
void nj_alerts_rest(struct nj_alerts *alerts, struct nj_alert *alert);

void nj_alerts_unref(struct nj_alerts *alerts,
                     struct nj_policy_snapshot *snapshot);

/* Count ALERT under its new state and queue it by its deadline; a resolved one
 * is queued for when it may be forgotten. BEFORE: the state it was in. Returns
 * 0 or NJ_E_NOMEM. */
int nj_alerts_moved(struct nj_alerts *alerts,
                    struct nj_alert *alert,
                    enum nj_alert_state before) NJ_MUST;

/* The alert with the earliest deadline, or NULL; its time in OUT_MS. */
struct nj_alert *nj_alerts_next(const struct nj_alerts *alerts,
                                int64_t *out_ms);

/* Take ALERT out of the table and free it. */
void nj_alerts_forget(struct nj_alerts *alerts, struct nj_alert *alert);

/* Walk all alerts: *AT starts at 0; NULL at the end. */
struct nj_alert *nj_alerts_each(const struct nj_alerts *alerts, size_t *at);

#endif
