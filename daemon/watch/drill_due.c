/* Drills by plan: a policy's `drill` says when. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "model/time_say.h"
#include "watch/drill.h"

enum {
    LATE_MS = 3600000,    /* then it is left out: nobody expects it any more */
    CALM_MS = 10 * 60000, /* looked again while alerts are open */
    LOOK_AGAIN_MS = 3600000,
    KEY_BYTES = NJ_LIMIT_NAME_BYTES + 16,
};

#define DAY_MS INT64_C(86400000)

struct nj_drill_mark {
    const char *policy; /* interned */
    int64_t mark_ms;    /* drilled, or left out, up to here */
    struct nj_drill_mark *next;
};

/* ---- when ---------------------------------------------------------------- */

int64_t nj_drill_next(const struct nj_drill_plan *plan, int64_t after_ms)
{
    int64_t first = nj_days_of(plan->at.year, plan->at.month, plan->at.day);
    int64_t every = plan->every_days < 1 ? 1 : plan->every_days;
    struct nj_civil now;
    int64_t turns;

    nj_zone_civil(plan->zone, after_ms, &now);
    turns = (nj_days_of(now.year, now.month, now.day) - first) / every - 1;
    for (turns = turns < 0 ? 0 : turns;; turns++) {
        struct nj_civil at;
        int64_t ms;

        nj_days_to_civil(first + turns * every, &at);
        at.hour = plan->at.hour;
        at.minute = plan->at.minute;
        at.second = plan->at.second;
        ms = nj_zone_instant(plan->zone, &at, NJ_FOLD_FIRST);
        if (ms > after_ms) {
            return ms;
        }
    }
}

/* ---- marks --------------------------------------------------------------- */

static struct nj_drill_mark *find(const struct nj_drills *drills,
                                  const char *policy)
{
    struct nj_drill_mark *m = drills->marks;

    while (m != NULL && !nj_str_eq(m->policy, policy)) {
        m = m->next;
    }
    return m;
}

static struct nj_drill_mark *
add(struct nj_drills *drills, const char *policy, int64_t mark_ms)
{
    struct nj_drill_mark *m = calloc(1, sizeof *m);

    if (m == NULL) {
        return NULL;
    }
    m->policy = nj_name(drills->env->names, policy);
    m->mark_ms = mark_ms;
    if (m->policy == NULL) {
        free(m);
        return NULL;
    }
    m->next = drills->marks;
    drills->marks = m;
    return m;
}

int nj_drill_marks_load(struct nj_drills *drills,
                        const char *key,
                        const char *value)
{
    int64_t mark;

    if (nj_str_int(value, &mark) != 0) {
        return 0;
    }
    return add(drills, key + strlen("drilled "), mark) == NULL ? NJ_E_NOMEM : 0;
}

void nj_drill_marks_finish(struct nj_drills *drills)
{
    nj_timer_stop(&drills->timer);
    while (drills->marks != NULL) {
        struct nj_drill_mark *next = drills->marks->next;

        free(drills->marks);
        drills->marks = next;
    }
}

static void
write_mark(struct nj_drill_mark *mark, struct nj_deed *deed, int64_t mark_ms)
{
    char key[KEY_BYTES];
    char value[24];

    mark->mark_ms = mark_ms;
    (void)snprintf(key, sizeof key, "drilled %s", mark->policy);
    (void)snprintf(value, sizeof value, "%lld", (long long)mark_ms);
    nj_txn_fact(nj_deed_txn(deed), key, value);
}

/* ---- beginning ----------------------------------------------------------- */

/* Who gets the report: the owner of the policy's team. */
static const char *owner_of(const struct nj_plan *plan,
                            const struct nj_policy *policy)
{
    const struct nj_team *team = nj_plan_team(
        plan, policy->team != NULL ? policy->team : plan->ops_team);

    if (team == NULL) {
        return NULL;
    }
    return team->owner != NULL      ? team->owner
           : team->people_count > 0 ? team->people[0]
                                    : NULL;
}

static void leave_out(struct nj_drills *drills,
                      struct nj_drill_mark *mark,
                      const struct nj_policy *policy,
                      int64_t due_ms)
{
    struct nj_deed *deed = nj_deed_begin(drills->ledger);
    char time[NJ_TIME_SAID];

    if (deed == NULL) {
        return; /* the next look does it */
    }
    nj_deed_event(deed, 0, "drill", NULL,
                  "the drill of policy %s, due %s, is left out: alerts were "
                  "open, or nightjar was not running",
                  policy->name,
                  nj_time_say(policy->drill->zone, due_ms, 0, time));
    write_mark(mark, deed, due_ms);
    nj_deed_commit(deed);
}

static void begin(struct nj_drills *drills,
                  struct nj_drill_mark *mark,
                  const struct nj_policy *policy,
                  int64_t due_ms)
{
    struct nj_deed *deed = nj_deed_begin(drills->ledger);
    struct nj_drill_wish wish = {
        .policy = policy,
        .note = "planned",
        .who = owner_of(drills->env->plan, policy),
        .walk = policy->drill->all,
    };
    struct nj_card card;

    if (deed == NULL) {
        return; /* the next look does it */
    }
    (void)nj_drill_start(drills, deed, &wish, &card);
    write_mark(mark, deed, due_ms);
    nj_deed_commit(deed);
}

/* What is due of POLICY by NOW happens; returns when to look again. */
static int64_t look_at(struct nj_drills *drills,
                       struct nj_drill_mark *mark,
                       const struct nj_policy *policy,
                       int64_t now_ms)
{
    int64_t due = nj_drill_next(policy->drill, mark->mark_ms);

    if (due > now_ms) {
        return due;
    }
    if (now_ms - due > LATE_MS) {
        leave_out(drills, mark, policy, due);
        return now_ms; /* and the one after it */
    }
    if (drills->alerts->count[NJ_ALERT_OPEN] > 0) {
        return now_ms + CALM_MS;
    }
    begin(drills, mark, policy, due);
    return now_ms;
}

/* ---- the timer ----------------------------------------------------------- */

static void on_timer(struct nj_timer *timer);

static void arm(struct nj_drills *drills, int64_t delay_ms)
{
    drills->timer.ctx = drills;
    if (drills->open && nj_timer_set(drills->env->loop, &drills->timer,
                                     delay_ms, 0, on_timer) != 0) {
        nj_log_error("no memory for the timer of drills");
    }
}

/* A policy that was not drilled by plan before. */
static struct nj_drill_mark *
meet(struct nj_drills *drills, const char *policy, int64_t now_ms)
{
    struct nj_drill_mark *mark = add(drills, policy, now_ms);
    struct nj_deed *deed = mark == NULL ? NULL : nj_deed_begin(drills->ledger);

    if (deed != NULL) {
        write_mark(mark, deed, now_ms);
        nj_deed_commit_calm(deed);
    }
    return mark;
}

static void on_timer(struct nj_timer *timer)
{
    struct nj_drills *drills = timer->ctx;
    const struct nj_plan *plan = drills->env->plan;
    int64_t now = nj_loop_wall_ms(drills->env->loop);
    int64_t next = now + LOOK_AGAIN_MS;
    int any = 0;

    for (size_t i = 0; i < plan->policy_count; i++) {
        const struct nj_policy *policy = &plan->policies[i];
        struct nj_drill_mark *mark;
        int64_t at;

        if (policy->drill == NULL) {
            continue;
        }
        any = 1;
        mark = find(drills, policy->name);
        if (mark == NULL) { /* new: what lies before it is not made up for */
            mark = meet(drills, policy->name, now);
        }
        at = mark == NULL ? next : look_at(drills, mark, policy, now);
        next = at < next ? at : next;
    }
    if (any) {
        arm(drills, next > now ? next - now : 0);
    }
}

void nj_drills_look(struct nj_drills *drills)
{
    arm(drills, 0);
}
