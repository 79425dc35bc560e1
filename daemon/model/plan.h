/* model/plan.h - who watches over what, who is woken and how: the checked
 * configuration as plain values, as the thinking rooms read it.
 *
 * A plan is built by app/plan from settings, is immutable, and is replaced
 * whole by a reload. Everything in it lives in its arena; names are unique
 * within their kind and, being from the names table, outlive it.
 */

#ifndef NJ_MODEL_PLAN_H
#define NJ_MODEL_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/level.h"
#include "model/post.h"
#include "model/score.h"
#include "model/window.h"

/* A day or stretch on which the brand is closed all day. */
struct nj_holiday {
    int64_t from_day;  /* days since 1970, in the brand's zone */
    int64_t until_day; /* exclusive */
    const char *title;
};

struct nj_brand {
    const char *name;
    const char *title;
    const char *const *aliases; /* what people call it, for matching */
    size_t alias_count;
    const struct nj_zone *zone; /* lent by the plan */
    const struct nj_window *open;
    size_t open_count;                 /* 0: never open, always out of hours */
    const struct nj_holiday *holidays; /* sorted by from_day */
    size_t holiday_count;
    const char *team;            /* name; NULL: none */
    int64_t answer_question_ms;  /* 0: not tracked */
    int64_t answer_complaint_ms; /* 0: not tracked */
};

/* One line of a person's rules: after DELAY_MS since the line before, ring
 * CHANNEL at TARGET. */
struct nj_contact_step {
    int64_t delay_ms;
    const char *channel; /* configured channel name: "email", "sms"... */
    const char *target;  /* address, number, login or url on that channel */
};

struct nj_person {
    const char *name;  /* "maya" */
    const char *title; /* "Maya Osei" */
    const char *login; /* system user; NULL: none */
    const struct nj_zone *zone;
    const struct nj_contact_step *rules[NJ_LEVELS]; /* NULL for none */
    size_t rule_count[NJ_LEVELS]; /* 0: no way to reach them at that level */
    const char *email;            /* last fallback; NULL: none */
    const char *email_channel;    /* channel that rings it; NULL: none */
    const int64_t *remind_ms;     /* so long before their duty begins */
    size_t remind_count;          /* 0: never */
    unsigned accept;              /* 1 << nj_advice_kind: known and meant */
    int line;                     /* where they stand in the file; 0: nowhere */
};

struct nj_team {
    const char *name;
    const char *const *people; /* names */
    size_t people_count;
    const char *owner; /* person told about the team's own trouble; NULL: the
                          first of people */
    const char *email; /* where in-hours mail goes; NULL: to each person */
};

enum nj_rotate {
    NJ_ROTATE_HOURLY,
    NJ_ROTATE_DAILY,
    NJ_ROTATE_WEEKLY,
    NJ_ROTATE_MONTHLY
};

/* People who take one turn together. */
struct nj_turn {
    const char *const *people; /* names */
    size_t people_count;
};

/* Time that a calendar gives to somebody. */
struct nj_stint {
    int64_t from_ms;
    int64_t until_ms; /* exclusive */
    struct nj_turn turn;
};

struct nj_layer {
    enum nj_rotate rotate;
    int every;                  /* 1.. : turns last this many units */
    const struct nj_zone *zone; /* whose wall clock; NULL: the schedule's */
    struct nj_civil starts;     /* first handoff; turns are counted from it */
    struct nj_civil from; /* year 0: `starts`; before it the layer is silent */
    struct nj_civil ends; /* year 0: never; layer is silent from then on */
    const struct nj_turn *turns;
    size_t turn_count;            /* 0: empty rotation, nobody */
    const struct nj_window *only; /* mask; */
    size_t only_count;            /* 0: always */
    int skip_masked;              /* only masked-in days count as turns */
    int join;             /* adds to earlier layers instead of hiding them */
    const char *calendar; /* where its stints come from (a file, or a URL's
                             host), which go before turns; NULL: none */
    int calendar_unread;  /* a URL that was not read: no stints are known */
    const struct nj_stint *stints; /* in order, none overlaps another */
    size_t stint_count;
};

struct nj_override {
    int64_t id; /* store id; 0 when from the configuration */
    int64_t from_ms;
    int64_t until_ms;       /* exclusive */
    const char *schedule;   /* name */
    const char *person;     /* name; NULL: only takes INSTEAD_OF away */
    const char *instead_of; /* counts only while this person is on call;
                               NULL: adds */
    int64_t made_ms;        /* the latest made wins where two overlap */
    const char *made_by;    /* who; NULL when from the configuration */
};

struct nj_schedule {
    const char *name;
    int handover; /* 1: who comes and who goes is told at each change */
    const struct nj_zone *zone;
    const struct nj_layer *layers; /* a later one wins where it has someone */
    size_t layer_count;
    const struct nj_override *overrides; /* from the configuration */
    size_t override_count;
    const char *owner; /* person who is told what is wrong with it; NULL: see
                          oncall/advice.h */
    unsigned accept;   /* 1 << nj_advice_kind: known and meant */
    int line;          /* where it stands in the file; 0: nowhere */
};

enum nj_target_kind { NJ_TARGET_PERSON, NJ_TARGET_TEAM, NJ_TARGET_SCHEDULE };

struct nj_target {
    enum nj_target_kind kind;
    const char *name;
};

struct nj_step {
    const struct nj_target *targets;
    size_t target_count;
    int64_t wait_ms; /* until the next step */
};

/* Drills of a policy that come by themselves: at AT and every so many days
 * after it, at the same time of day on ZONE's clock. */
struct nj_drill_plan {
    const struct nj_zone *zone; /* lent by the plan */
    struct nj_civil at;
    int every_days; /* 1.. */
    int all;        /* goes on to everybody, whoever answers */
};

struct nj_policy {
    const char *name;
    const struct nj_step *steps;
    size_t step_count;
    int repeat;              /* rounds through all steps, 1.. */
    int64_t ack_expires_ms;  /* 0: never */
    const char *last_resort; /* person; NULL: none */
    const char *team;        /* whose owner hears of its own trouble; NULL */
    unsigned accept;         /* 1 << nj_advice_kind: known and meant */
    int line;                /* where it stands in the file; 0: nowhere */
    const struct nj_drill_plan *drill; /* NULL: only when somebody asks; not
                                          part of a snapshot */
};

/* "A bare number means at least." A negative minimum is: not asked for. */
struct nj_match {
    unsigned places; /* bits 1 << nj_place; 0: any */
    const char *const *brands;
    size_t brand_count; /* none: any */
    const char *const *sources;
    size_t source_count; /* none: any */
    const char *const *languages;
    size_t language_count;
    float offensive;         /* least offensive, or -1 */
    float urgent;            /* least urgent, or -1 */
    float labels[NJ_LABELS]; /* least of each, or -1 */
    int level;               /* least enum nj_level, or -1 */
    unsigned urgent_reasons; /* bits 1 << reason; 0: any */
    int64_t followers;       /* least, or -1 */
    const char *const *words;
    size_t word_count; /* any as a whole word */
    int unjudged;      /* 1: matches posts that could not be judged */
};

struct nj_rule {
    const char *name;
    struct nj_match match;
    enum nj_level severity;
    const char *policy;   /* out of hours; NULL: nobody is paged */
    const char *in_hours; /* policy or channel name; NULL: email to the team */
    int in_hours_is_policy;
    int always;           /* page at any hour by `policy` */
    const char *team;     /* NULL: the brand's */
    const char *playbook; /* NULL: none */
    int64_t reopen_ms;    /* resolved, then again within: reopens */
    int64_t join_ms;      /* same trouble joins an open alert this long */
};

struct nj_plan {
    struct nj_arena arena;
    const struct nj_brand *brands;
    size_t brand_count;
    const struct nj_person *people;
    size_t people_count;
    const struct nj_team *teams;
    size_t team_count;
    const struct nj_schedule *schedules;
    size_t schedule_count;
    const struct nj_policy *policies;
    size_t policy_count;
    const struct nj_rule *rules;
    size_t rule_count; /* in order; all that
                                                       match apply, the most
                                                       severe names the alert */
    struct nj_zone **zones;
    size_t zone_count;        /* owned */
    const char *mail_channel; /* rings team addresses; NULL: no mail at all */
    const char *ops_team;     /* who hears of nightjar's own trouble; NULL */
    const char *ops_policy;   /* policy for it; NULL: mail to ops_team */
    int64_t ops_channel_after_ms; /* a channel out of reach so long: alarm */
    const char *notes;   /* what calendars say and cannot be followed, a line
                            each; NULL: nothing */
    const char *file;    /* the configuration, as it was named */
    int advise;          /* owners are told what is wrong, once a day */
    int64_t backfill_ms; /* nothing older pages on the very first start */
};

/* Look a thing up by name; NULL when there is none (or NAME is NULL). */
const struct nj_brand *nj_plan_brand(const struct nj_plan *plan,
                                     const char *name);
const struct nj_person *nj_plan_person(const struct nj_plan *plan,
                                       const char *name);
const struct nj_person *nj_plan_login(const struct nj_plan *plan,
                                      const char *login);
const struct nj_team *nj_plan_team(const struct nj_plan *plan,
                                   const char *name);
const struct nj_schedule *nj_plan_schedule(const struct nj_plan *plan,
                                           const char *name);
const struct nj_policy *nj_plan_policy(const struct nj_plan *plan,
                                       const char *name);
const struct nj_rule *nj_plan_rule(const struct nj_plan *plan,
                                   const char *name);

/* Free the arena and the zones and zero the plan. Safe on a zeroed one. */
void nj_plan_finish(struct nj_plan *plan);

#endif
