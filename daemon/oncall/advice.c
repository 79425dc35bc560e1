#include "oncall/advice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/time_say.h"
#include "oncall/advice_parts.h"
#include "oncall/coverage.h"

enum { GAPS_TOLD = 3, BRANDS_MAX = 64, TITLE_BYTES = 80 };

#define DAY_MS INT64_C(86400000)

const char *nj_advice_name(enum nj_advice_kind kind)
{
    static const char *const names[NJ_ADVICE_KINDS] = {
        [NJ_ADVICE_GAP] = "gap",
        [NJ_ADVICE_HOLIDAY] = "holiday",
        [NJ_ADVICE_EMPTY] = "empty",
        [NJ_ADVICE_OVER] = "over",
        [NJ_ADVICE_UNPAGED] = "unpaged",
        [NJ_ADVICE_UNREACHABLE] = "unreachable",
        [NJ_ADVICE_SLOW] = "slow",
        [NJ_ADVICE_NIGHTS] = "nights",
        [NJ_ADVICE_DOUBLE] = "double",
        [NJ_ADVICE_LAST_RESORT] = "last_resort",
    };

    return (unsigned)kind < NJ_ADVICE_KINDS ? names[kind] : "unknown";
}

void nj_advice_say(const struct nj_advising *adv,
                   const struct nj_advice *about,
                   const char *fmt,
                   ...)
{
    struct nj_advice advice = *about;
    char text[NJ_ADVICE_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    advice.text = text;
    adv->on_advice(adv->ctx, &advice);
}

/* ---- whom to tell -------------------------------------------------------- */

static const char *owner_of_team(const struct nj_plan *plan, const char *name)
{
    const struct nj_team *team = nj_plan_team(plan, name);

    if (team == NULL) {
        return NULL;
    }
    return team->owner != NULL      ? team->owner
           : team->people_count > 0 ? team->people[0]
                                    : NULL;
}

static int pages(const struct nj_policy *policy, const char *schedule)
{
    for (size_t i = 0; i < policy->step_count; i++) {
        for (size_t k = 0; k < policy->steps[i].target_count; k++) {
            const struct nj_target *t = &policy->steps[i].targets[k];

            if (t->kind == NJ_TARGET_SCHEDULE && nj_str_eq(t->name, schedule)) {
                return 1;
            }
        }
    }
    return 0;
}

const char *nj_advice_owner(const struct nj_plan *plan,
                            const struct nj_schedule *schedule)
{
    if (schedule->owner != NULL) {
        return schedule->owner;
    }
    for (size_t i = 0; i < plan->policy_count; i++) {
        if (plan->policies[i].last_resort != NULL &&
            pages(&plan->policies[i], schedule->name)) {
            return plan->policies[i].last_resort;
        }
    }
    return owner_of_team(plan, plan->ops_team);
}

/* ---- schedules ----------------------------------------------------------- */

/* One schedule being looked at. */
struct looking {
    const struct nj_advising *adv;
    const struct nj_schedule *schedule;
    struct nj_advice about;
    const struct nj_brand *brands[BRANDS_MAX];
    size_t brand_count;
    int told[2], left[2]; /* of gaps; on holidays */
    int64_t left_ms[2];
};

int nj_advice_is_known(const struct nj_schedule *schedule)
{
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (schedule->layers[i].calendar_unread) {
            return 0;
        }
    }
    return 1;
}

static void advise_layer(struct looking *l, size_t i)
{
    const struct nj_schedule *s = l->schedule;
    size_t turn = 0;

    switch (nj_coverage_layer(s, &s->layers[i], l->adv->now_ms, &turn)) {
    case NJ_LAYER_SOUND:
        return;
    case NJ_LAYER_EMPTY:
        l->about.kind = NJ_ADVICE_EMPTY;
        nj_advice_say(l->adv, &l->about,
                      "layer %zu of schedule %s has nobody in it; write who "
                      "takes turns, people: [NAME, NAME], or take the layer "
                      "out",
                      i + 1, s->name);
        return;
    case NJ_LAYER_EMPTY_TURN:
        l->about.kind = NJ_ADVICE_EMPTY;
        nj_advice_say(l->adv, &l->about,
                      "turn %zu of layer %zu of schedule %s has nobody in it; "
                      "write a name into the inner list, or take it out",
                      turn + 1, i + 1, s->name);
        return;
    case NJ_LAYER_NEVER:
        l->about.kind = NJ_ADVICE_OVER;
        nj_advice_say(l->adv, &l->about,
                      "layer %zu of schedule %s ends before it starts; write "
                      "an `ends` after `starts`",
                      i + 1, s->name);
        return;
    case NJ_LAYER_OVER:
        l->about.kind = NJ_ADVICE_OVER;
        nj_advice_say(l->adv, &l->about,
                      "layer %zu of schedule %s is over; it can go", i + 1,
                      s->name);
        return;
    }
}

/* The holiday on which AT_MS falls for one of the brands, or NULL; its end on
 * that brand's clock in OUT. */
static const struct nj_holiday *
holiday_at(const struct looking *l, int64_t at_ms, int64_t *out_until_ms)
{
    for (size_t b = 0; b < l->brand_count; b++) {
        const struct nj_brand *brand = l->brands[b];
        int64_t day = nj_zone_day(brand->zone, at_ms, NULL);

        for (size_t i = 0; i < brand->holiday_count; i++) {
            const struct nj_holiday *h = &brand->holidays[i];

            if (h->from_day <= day && day < h->until_day) {
                *out_until_ms = nj_zone_day_instant(brand->zone, h->until_day,
                                                    0, NJ_FOLD_FIRST);
                return h;
            }
        }
    }
    return NULL;
}

/* The next beginning of a holiday of one of the brands after AT_MS. */
static int64_t next_holiday(const struct looking *l, int64_t at_ms)
{
    int64_t next_ms = INT64_MAX;

    for (size_t b = 0; b < l->brand_count; b++) {
        const struct nj_brand *brand = l->brands[b];

        for (size_t i = 0; i < brand->holiday_count; i++) {
            int64_t ms = nj_zone_day_instant(
                brand->zone, brand->holidays[i].from_day, 0, NJ_FOLD_FIRST);

            next_ms = ms > at_ms && ms < next_ms ? ms : next_ms;
        }
    }
    return next_ms;
}

static void say_gap(struct looking *l,
                    int64_t from_ms,
                    int64_t until_ms,
                    const struct nj_holiday *holiday)
{
    const struct nj_schedule *s = l->schedule;
    int k = holiday != NULL;
    char from[NJ_TIME_TEXT];
    char until[NJ_TIME_TEXT];

    l->about.kind = holiday != NULL ? NJ_ADVICE_HOLIDAY : NJ_ADVICE_GAP;
    if (nj_accepts(s->accept, l->about.kind)) {
        return;
    }
    if (l->told[k] == GAPS_TOLD) {
        l->left[k]++;
        l->left_ms[k] += until_ms - from_ms;
        return;
    }
    l->told[k]++;
    nj_advice_say(
        l->adv, &l->about,
        "nobody is on call in schedule %s from %s until %s%s%.*s%s%s", s->name,
        nj_time_text(s->zone, from_ms, from),
        nj_time_text(s->zone, until_ms, until), k ? ", a holiday (" : "",
        TITLE_BYTES,
        k ? holiday->title == NULL ? "closed" : holiday->title : "",
        k ? ")" : "",
        l->told[k] > 1 ? ""
        : k ? ": the brand is closed all day; write a layer with `join: true` "
              "for it, or an override"
            : "; widen `only`, or write a layer or an override for it");
}

/* [FROM_MS, UNTIL_MS) is nobody's: on holidays and otherwise, apart. */
static int on_gap(void *ctx, int64_t from_ms, int64_t until_ms)
{
    struct looking *l = ctx;
    int64_t soon_ms = l->adv->now_ms + NJ_ADVICE_DAYS * DAY_MS;
    int64_t at_ms = from_ms;

    while (at_ms < until_ms) {
        int64_t end_ms = INT64_MAX;
        const struct nj_holiday *h = holiday_at(l, at_ms, &end_ms);

        if (h == NULL) {
            end_ms = next_holiday(l, at_ms);
        }
        end_ms = end_ms < until_ms ? end_ms : until_ms;
        if (h == NULL && end_ms > soon_ms) {
            end_ms = soon_ms > at_ms ? soon_ms : end_ms;
        }
        if (h != NULL || at_ms < soon_ms) {
            say_gap(l, at_ms, end_ms, h);
        }
        at_ms = end_ms;
    }
    return 0;
}

static void advise_gaps(struct looking *l)
{
    struct nj_rota rota = {l->schedule, l->adv->overrides,
                           l->adv->override_count};
    char length[NJ_DURATION_TEXT];

    (void)nj_coverage_gaps(&rota, l->brands, l->brand_count, l->adv->now_ms,
                           l->adv->now_ms + NJ_ADVICE_HOLIDAY_DAYS * DAY_MS,
                           on_gap, l);
    for (int k = 0; k < 2; k++) {
        l->about.kind = k ? NJ_ADVICE_HOLIDAY : NJ_ADVICE_GAP;
        if (l->left[k] > 0) {
            nj_advice_say(l->adv, &l->about,
                          "and %d more such holes in schedule %s in the next "
                          "%d days, %s in all",
                          l->left[k], l->schedule->name,
                          k ? NJ_ADVICE_HOLIDAY_DAYS : NJ_ADVICE_DAYS,
                          nj_str_duration_text(l->left_ms[k], length));
        }
    }
}

static void advise_schedule(const struct nj_advising *adv,
                            const struct nj_schedule *s)
{
    struct looking l = {
        .adv = adv,
        .schedule = s,
        .about = {.about = NJ_ABOUT_SCHEDULE,
                  .name = s->name,
                  .line = s->line,
                  .owner = nj_advice_owner(adv->plan, s)},
    };

    l.brand_count =
        nj_coverage_brands(adv->plan, s->name, l.brands, BRANDS_MAX);
    for (size_t i = 0; i < s->layer_count; i++) {
        advise_layer(&l, i);
    }
    if (l.brand_count == 0) {
        l.about.kind = NJ_ADVICE_UNPAGED;
        nj_advice_say(adv, &l.about,
                      "no rule's policy pages schedule %s; write "
                      "`page: [schedule/%s]` into a policy's steps",
                      s->name, s->name);
    } else if (nj_advice_is_known(s)) {
        advise_gaps(&l);
    }
}

/* ---- policies ------------------------------------------------------------ */

static void advise_policy(const struct nj_advising *adv,
                          const struct nj_policy *policy)
{
    struct nj_advice about = {.kind = NJ_ADVICE_LAST_RESORT,
                              .about = NJ_ABOUT_POLICY,
                              .name = policy->name,
                              .line = policy->line,
                              .owner = owner_of_team(adv->plan, policy->team)};

    if (policy->last_resort == NULL && policy->line > 0) {
        nj_advice_say(adv, &about,
                      "policy %s has no last_resort: when nobody is on call, "
                      "only the team's owner is told; write `last_resort: "
                      "person/NAME`",
                      policy->name);
    }
}

/* ---- all ----------------------------------------------------------------- */

/* Those that are accepted where they stand go no further. */
struct sieve {
    const struct nj_plan *plan;
    nj_on_advice *on_advice;
    void *ctx;
};

static unsigned accepted_by(const struct nj_plan *plan,
                            const struct nj_advice *advice)
{
    const struct nj_schedule *schedule;
    const struct nj_person *person;
    const struct nj_policy *policy;

    switch (advice->about) {
    case NJ_ABOUT_SCHEDULE:
        schedule = nj_plan_schedule(plan, advice->name);
        return schedule == NULL ? 0 : schedule->accept;
    case NJ_ABOUT_PERSON:
        person = nj_plan_person(plan, advice->name);
        return person == NULL ? 0 : person->accept;
    case NJ_ABOUT_POLICY:
        policy = nj_plan_policy(plan, advice->name);
        return policy == NULL ? 0 : policy->accept;
    }
    return 0;
}

static void on_any(void *ctx, const struct nj_advice *advice)
{
    const struct sieve *sieve = ctx;

    if (!nj_accepts(accepted_by(sieve->plan, advice), advice->kind)) {
        sieve->on_advice(sieve->ctx, advice);
    }
}

int nj_advise(const struct nj_plan *plan,
              const struct nj_override *overrides,
              size_t count,
              int64_t now_ms,
              nj_on_advice *on_advice,
              void *ctx)
{
    struct sieve sieve = {plan, on_advice, ctx};
    const struct nj_advising adv = {plan,   overrides, count,
                                    now_ms, on_any,    &sieve};

    for (size_t i = 0; i < plan->schedule_count; i++) {
        advise_schedule(&adv, &plan->schedules[i]);
    }
    for (size_t i = 0; i < plan->policy_count; i++) {
        advise_policy(&adv, &plan->policies[i]);
    }
    return nj_advise_people(&adv);
}
