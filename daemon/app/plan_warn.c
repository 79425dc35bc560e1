/* What a good colleague would say before the night shows it. */

#include <stdio.h>

#include "app/plan.h"
#include "base/str.h"
#include "oncall/coverage.h"

enum { WARN_DAYS = 30, GAPS_TOLD = 3 };

struct warning {
    const struct nj_settings *settings;
    const struct nj_plan *plan;
    struct nj_problems *problems;
    int64_t now_ms;
    /* of the schedule being looked at */
    const struct nj_schedule *schedule;
    const struct nj_node *node;
    int gaps;
    int64_t gap_ms;
};

/* ---- schedules --------------------------------------------------------- */

static int on_gap(void *ctx, int64_t from_ms, int64_t until_ms)
{
    struct warning *w = ctx;
    char from[NJ_TIME_TEXT];
    char until[NJ_TIME_TEXT];

    w->gaps++;
    w->gap_ms += until_ms - from_ms;
    if (w->gaps <= GAPS_TOLD) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                      "nobody is on call in schedule %s from %s until %s",
                      w->schedule->name,
                      nj_time_text(w->schedule->zone, from_ms, from),
                      nj_time_text(w->schedule->zone, until_ms, until));
    }
    return 0;
}

static void warn_layers(struct warning *w)
{
    const struct nj_schedule *s = w->schedule;

    for (size_t i = 0; i < s->layer_count; i++) {
        size_t turn = 0;

        switch (nj_coverage_layer(s, &s->layers[i], w->now_ms, &turn)) {
        case NJ_LAYER_SOUND:
            break;
        case NJ_LAYER_EMPTY:
            nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                          "layer %zu of schedule %s has nobody in it", i + 1,
                          s->name);
            break;
        case NJ_LAYER_EMPTY_TURN:
            nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                          "turn %zu of layer %zu of schedule %s has nobody "
                          "in it",
                          turn + 1, i + 1, s->name);
            break;
        case NJ_LAYER_NEVER:
            nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                          "layer %zu of schedule %s ends before it starts",
                          i + 1, s->name);
            break;
        case NJ_LAYER_OVER:
            nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                          "layer %zu of schedule %s is over; it can go", i + 1,
                          s->name);
            break;
        }
    }
}

static int is_unread(const struct nj_schedule *schedule)
{
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (schedule->layers[i].calendar_unread) {
            return 1;
        }
    }
    return 0;
}

static void warn_schedule(struct warning *w)
{
    const struct nj_brand *brands[64];
    struct nj_rota rota = {w->schedule, NULL, 0};
    char length[NJ_DURATION_TEXT];
    size_t count = nj_coverage_brands(w->plan, w->schedule->name, brands, 64);

    warn_layers(w);
    w->gaps = 0;
    w->gap_ms = 0;
    if (count == 0) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                      "no rule's policy pages schedule %s", w->schedule->name);
        return;
    }
    if (is_unread(w->schedule)) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                      "whether schedule %s has holes is not known here: only "
                      "the daemon reads its calendar",
                      w->schedule->name);
        return;
    }
    (void)nj_coverage_gaps(&rota, brands, count, w->now_ms,
                           w->now_ms + INT64_C(86400000) * WARN_DAYS, on_gap,
                           w);
    if (w->gaps > GAPS_TOLD) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, w->node,
                      "and %d more such holes in the next %d days, %s in all",
                      w->gaps - GAPS_TOLD, WARN_DAYS,
                      nj_str_duration_text(w->gap_ms, length));
    }
}

/* ---- people and policies ----------------------------------------------- */

static void warn_person(struct warning *w, const struct nj_person *p)
{
    const struct nj_node *node =
        nj_settings_find(w->settings, NJ_REF_PERSON, p->name);

    if (p->rule_count[NJ_LEVEL_CRITICAL] == 0 && p->email == NULL) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, node,
                      "%s cannot be reached: give them an email, sms or "
                      "desktop",
                      p->name);
    }
}

/* A person's last contact comes this long after the first. */
static int64_t length_of_rules(const struct nj_person *p, enum nj_level level)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->rule_count[level]; i++) {
        sum += p->rules[level][i].delay_ms;
    }
    return sum;
}

static void warn_slow(struct warning *w,
                      const struct nj_policy *policy,
                      const struct nj_node *node,
                      size_t step)
{
    const struct nj_step *s = &policy->steps[step];
    char slow[NJ_DURATION_TEXT];
    char wait[NJ_DURATION_TEXT];

    for (size_t i = 0; i < s->target_count; i++) {
        const struct nj_person *p =
            s->targets[i].kind == NJ_TARGET_PERSON
                ? nj_plan_person(w->plan, s->targets[i].name)
                : NULL;
        int64_t ms = p == NULL ? 0 : length_of_rules(p, NJ_LEVEL_CRITICAL);

        if (p != NULL && ms > s->wait_ms) {
            nj_problem_at(w->problems, NJ_PROBLEM_WARNING, node,
                          "step %zu of policy %s waits %s, but %s's own rules "
                          "take %s to their last contact",
                          step + 1, policy->name,
                          nj_str_duration_text(s->wait_ms, wait), p->name,
                          nj_str_duration_text(ms, slow));
        }
    }
}

static void warn_policy(struct warning *w, const struct nj_policy *policy)
{
    const struct nj_node *node =
        nj_settings_find(w->settings, NJ_REF_POLICY, policy->name);

    if (policy->last_resort == NULL && nj_node_written(node)) {
        nj_problem_at(w->problems, NJ_PROBLEM_WARNING, node,
                      "policy %s has no last_resort: when nobody is on call, "
                      "only the team's owner is told",
                      policy->name);
    }
    for (size_t i = 0; i < policy->step_count; i++) {
        warn_slow(w, policy, node, i);
    }
}

void nj_plan_warn(const struct nj_settings *settings,
                  const struct nj_plan *plan,
                  int64_t now_ms,
                  struct nj_problems *problems)
{
    struct warning w = {settings, plan, problems, now_ms, NULL, NULL, 0, 0};

    for (size_t i = 0; i < plan->schedule_count; i++) {
        w.schedule = &plan->schedules[i];
        w.node = nj_settings_find(settings, NJ_REF_SCHEDULE, w.schedule->name);
        warn_schedule(&w);
    }
    for (size_t i = 0; i < plan->people_count; i++) {
        warn_person(&w, &plan->people[i]);
    }
    for (size_t i = 0; i < plan->policy_count; i++) {
        warn_policy(&w, &plan->policies[i]);
    }
}
