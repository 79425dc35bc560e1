/* watch/opening.h - how trouble becomes an alert: joins one that is open,
 * reopens one just closed, or opens a new one; and who hears of it first.
 * Loop thread only. */

#ifndef NJ_WATCH_OPENING_H
#define NJ_WATCH_OPENING_H

#include "triage/triage.h"
#include "watch/climb.h"

struct nj_opener {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_roster *roster;
    struct nj_climber *climber;
    struct nj_outbox *outbox;
    /* Whether a channel does not work now: nightjar's own trouble is told by
     * another. */
    int (*is_lame)(void *ctx, const char *channel);
    void *is_lame_ctx;
};

/* POST (row POST_ID) with SCORE met rules: VERDICT. Writes alert, pages and
 * story into DEED; returns the alert it belongs to now, or NULL when memory
 * ran out (DEED is spoilt). */
struct nj_alert *nj_opener_post(struct nj_opener *opener,
                                struct nj_deed *deed,
                                const struct nj_post *post,
                                const struct nj_score *score,
                                const struct nj_verdict *verdict);

/* An alert that no post opened: a person's, or nightjar's own. */
struct nj_opening {
    const char *rule;  /* "raised" or "nightjar" */
    const char *brand; /* interned; may be NULL */
    const char *team;  /* interned; who hears by mail when no policy is given */
    const char *trouble; /* same text, same alert; NULL: always a new one */
    const struct nj_policy *policy; /* of the plan, or one's own; or NULL */
    int own_policy;                 /* 1: POLICY stands in no plan */
    enum nj_level severity;
    unsigned flags;  /* NJ_ALERT_* */
    int64_t ends_ms; /* of a drill; 0 */
    struct nj_card card;
    const char *who; /* interned: who raised it; NULL: nightjar */
};

/* The alert (perhaps one that was open for the same trouble), or NULL when
 * memory ran out (DEED is spoilt). */
struct nj_alert *nj_opener_raise(struct nj_opener *opener,
                                 struct nj_deed *deed,
                                 const struct nj_opening *opening);

/* The live alert of nightjar's own TROUBLE, not resolved; or NULL. */
struct nj_alert *nj_opener_find(const struct nj_opener *opener,
                                const char *trouble);

/* Mail TEAM (or each of its people) about ALERT; about nightjar's own trouble
 * by another contact while the channel for mail does not work. */
void nj_opener_mail_team(struct nj_opener *opener,
                         struct nj_deed *deed,
                         const struct nj_alert *alert,
                         const char *team,
                         const struct nj_card *card);

/* Ring the operators about nightjar's own trouble past the store: nothing is
 * written, nothing is tried again. For when nothing can be written. */
void nj_opener_ring_unsaved(struct nj_opener *opener,
                            const char *title,
                            const char *text);

#endif
