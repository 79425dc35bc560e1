/* watch/drill.h - drills: a policy is really climbed, people are really rung,
 * all of it marked as a drill; it ends by itself and says who answered when.
 *
 *   start: an alert with NJ_ALERT_DRILL, its own copy of the policy (one
 *          round, no expiry; a walk has the last resort as one more step)
 *     |-- answered (a walk goes on to the others: NJ_ESC_ANSWER)
 *     |-- all steps taken, or its time is over
 *     `-- resolved by hand
 *   over:  the story is read back from the store -> one deed: resolved,
 *          reported, and news to who started it
 *
 * A drill never joins, silences or counts as true trouble; its pages stand
 * behind true first pages. What a restart must know stands in the fact
 * "drill ID" until it is reported. Loop thread only.
 */

#ifndef NJ_WATCH_DRILL_H
#define NJ_WATCH_DRILL_H

#include "watch/opening.h"

struct nj_drill;      /* opaque: one under way */
struct nj_drill_mark; /* opaque: a policy that is drilled by plan */

struct nj_drills {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_opener *opener;
    struct nj_climber *climber;
    struct nj_outbox *outbox;
    struct nj_drill *first;      /* owned list */
    struct nj_timer again;       /* an end that could not be told */
    struct nj_drill_mark *marks; /* owned list: of policies drilled by plan */
    struct nj_timer timer;       /* the next one by plan */
    int open;
};

/* What is tried. */
struct nj_drill_wish {
    const struct nj_policy *policy; /* of the plan */
    const struct nj_rule *rule;     /* as if of this; NULL */
    enum nj_level severity;         /* NONE: the rule's, else critical */
    const char *note;               /* what people read; NULL */
    const char *who;                /* interned: who starts it */
    int64_t for_ms; /* at most so long; 0: one round and its end */
    int walk;       /* 1: everybody, whoever answers */
};

/* Open the drill's alert in DEED, its card into OUT_CARD (lent from DEED).
 * NULL when memory ran out (DEED is spoilt). */
struct nj_alert *nj_drill_start(struct nj_drills *drills,
                                struct nj_deed *deed,
                                const struct nj_drill_wish *wish,
                                struct nj_card *out_card);

/* The plan or the clock may have changed: when is the next one by plan? */
void nj_drills_look(struct nj_drills *drills);

/* The first instant after AFTER_MS at which PLAN has a drill. Pure. */
int64_t nj_drill_next(const struct nj_drill_plan *plan, int64_t after_ms);

/* ---- drill_due.c, for drill.c alone -------------------------------------- */

/* A stored fact: taken when it says until when a policy was drilled by plan. 0
 * or NJ_E_NOMEM. */
int nj_drill_marks_load(struct nj_drills *drills,
                        const char *key,
                        const char *value) NJ_MUST;
void nj_drill_marks_finish(struct nj_drills *drills);

/* ---- drill.c ------------------------------------------------------------- */

/* A stored fact: taken when it is a drill's. 0 or NJ_E_NOMEM. */
int nj_drills_load(struct nj_drills *drills,
                   const char *key,
                   const char *value) NJ_MUST;

/* When the drill ALERT ends by itself; 0: none is known. */
int64_t nj_drills_end_of(const struct nj_drills *drills, int64_t alert);

/* Those that ended while the daemon was down are reported. */
void nj_drills_open(struct nj_drills *drills);
void nj_drills_close(struct nj_drills *drills);
void nj_drills_finish(struct nj_drills *drills);

/* The climber's on_drill_over: ALERT has come to its end. Never acts inside
 * the call. */
void nj_drills_over(void *ctx, struct nj_alert *alert);

#endif
