/* triage/triage.h - from a scored post to a verdict: which rules it meets, how
 * bad it is, and whom that reaches.
 *
 * The hub of the room. Pure: plan, post, score and the brand's hours in, a
 * verdict out. Any thread; nothing is kept.
 *
 *   post + score --> match.h --> rules that hold --+--> names the alert
 *                    (each rule)                   +--> whom it reaches
 *                                                  |
 *                    trouble.h: keys by which later posts join the alert
 *
 * Words. hold: a rule holds for a post when all that it asks is so. reach: how
 * far an alert goes: nowhere, mail to the team, a channel, a policy that wakes
 * people. trouble: what several posts have in common.
 *
 * The law: all rules that hold apply. The most severe one names the alert (the
 * first in order on ties) and gives severity and playbook. Whom it reaches is
 * decided by the rule that reaches furthest (then by severity, then by order),
 * so that no rule can silence another. Out of hours, or with `always`, a rule
 * reaches its policy; in hours its `in_hours` target, or mail to the team when
 * none is given. Posts from before the first start (NJ_POST_SILENT) reach
 * nobody; deleted posts meet no rule; posts from elsewhere meet only rules
 * that name that place.
 */

#ifndef NJ_TRIAGE_TRIAGE_H
#define NJ_TRIAGE_TRIAGE_H

#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"
#include "model/post.h"
#include "model/score.h"

enum nj_reach {
    NJ_REACH_NOBODY,  /* stored and listed, nobody is told */
    NJ_REACH_TEAM,    /* mail to the team */
    NJ_REACH_CHANNEL, /* one message on a channel */
    NJ_REACH_POLICY,  /* people are paged */
};

enum { NJ_VERDICT_RULES = 32 }; /* more than a person would read */

struct nj_verdict {
    size_t rule_count; /* 0: no trouble, all else is then zero */
    const struct nj_rule *rules[NJ_VERDICT_RULES]; /* most severe first, in
                                                order of the plan on ties */
    const struct nj_rule *names; /* names the alert: rules[0] */
    enum nj_level severity;      /* of `names` */
    enum nj_reach reach;
    const struct nj_rule *routes; /* the rule whose target this is */
    const char *policy;           /* for NJ_REACH_POLICY, else NULL */
    const char *channel;          /* for NJ_REACH_CHANNEL, else NULL */
    const char *team;             /* of `routes`, or the brand's; NULL: none */
};

/* Judge POST with SCORE by PLAN's rules; IN_HOURS says whether its brand is at
 * its desk (nj_hours_open). Fills *OUT; pointers are the plan's. Returns
 * out->rule_count. When more than NJ_VERDICT_RULES rules hold, the least
 * severe are left out. */
size_t nj_triage(const struct nj_plan *plan,
                 const struct nj_post *post,
                 const struct nj_score *score,
                 int in_hours,
                 struct nj_verdict *out);

/* How far RULE alone reaches at this hour. *OUT_TARGET (may be NULL) gets the
 * policy's or channel's name, or NULL. */
enum nj_reach nj_triage_reach(const struct nj_rule *rule,
                              int in_hours,
                              const char **out_target);

#endif
