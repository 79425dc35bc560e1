/* What a good colleague would say about people: whom nothing reaches, whose
 * rules are too slow, who has too many nights, who is in two places at once. */

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oncall/advice_parts.h"
#include "oncall/fairness.h"

#define DAY_MS INT64_C(86400000)
enum { NIGHT_FROM_S = 22 * 3600, NIGHT_UNTIL_S = 30 * 3600 };

/* ---- contacts and rules -------------------------------------------------- */

static int stands_in_layers(const struct nj_schedule *s, const char *person)
{
    for (size_t l = 0; l < s->layer_count; l++) {
        for (size_t t = 0; t < s->layers[l].turn_count; t++) {
            const struct nj_turn *turn = &s->layers[l].turns[t];

            for (size_t i = 0; i < turn->people_count; i++) {
                if (nj_str_eq(turn->people[i], person)) {
                    return 1;
                }
            }
        }
    }
    return 0;
}

/* Who is told about PERSON: the owner of the first schedule they are in. */
static const char *owner_for(const struct nj_advising *adv, const char *person)
{
    for (size_t i = 0; i < adv->plan->schedule_count; i++) {
        if (stands_in_layers(&adv->plan->schedules[i], person)) {
            return nj_advice_owner(adv->plan, &adv->plan->schedules[i]);
        }
    }
    return NULL;
}

static struct nj_advice about_person(const struct nj_advising *adv,
                                     const struct nj_person *p,
                                     enum nj_advice_kind kind)
{
    return (struct nj_advice){.kind = kind,
                              .about = NJ_ABOUT_PERSON,
                              .name = p->name,
                              .line = p->line,
                              .owner = owner_for(adv, p->name)};
}

static void advise_contacts(const struct nj_advising *adv,
                            const struct nj_person *p)
{
    struct nj_advice about = about_person(adv, p, NJ_ADVICE_UNREACHABLE);

    if (p->rule_count[NJ_LEVEL_CRITICAL] == 0 && p->email == NULL) {
        nj_advice_say(adv, &about,
                      "%s cannot be reached: give them an email, sms or "
                      "desktop",
                      p->name);
    }
}

/* A person's last contact comes this long after the first. */
static int64_t length_of_rules(const struct nj_person *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->rule_count[NJ_LEVEL_CRITICAL]; i++) {
        sum += p->rules[NJ_LEVEL_CRITICAL][i].delay_ms;
    }
    return sum;
}

/* Whether STEP may page PERSON, themselves or as one of many. */
static int may_page(const struct nj_advising *adv,
                    const struct nj_step *step,
                    const char *person)
{
    for (size_t i = 0; i < step->target_count; i++) {
        const struct nj_target *t = &step->targets[i];
        const struct nj_team *team =
            t->kind == NJ_TARGET_TEAM ? nj_plan_team(adv->plan, t->name) : NULL;
        const struct nj_schedule *s = t->kind == NJ_TARGET_SCHEDULE
                                          ? nj_plan_schedule(adv->plan, t->name)
                                          : NULL;

        if ((t->kind == NJ_TARGET_PERSON && nj_str_eq(t->name, person)) ||
            (s != NULL && stands_in_layers(s, person))) {
            return 1;
        }
        for (size_t k = 0; team != NULL && k < team->people_count; k++) {
            if (nj_str_eq(team->people[k], person)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Those whose own rules go on when STEP is over: the slowest is named. */
static void advise_step(const struct nj_advising *adv,
                        const struct nj_policy *policy,
                        size_t step)
{
    const struct nj_step *s = &policy->steps[step];
    struct nj_advice about = {.kind = NJ_ADVICE_SLOW,
                              .about = NJ_ABOUT_POLICY,
                              .name = policy->name,
                              .line = policy->line,
                              .owner = policy->last_resort};
    const struct nj_person *slowest = NULL;
    char wait[NJ_DURATION_TEXT];
    char slow[NJ_DURATION_TEXT];
    size_t count = 0;

    for (size_t i = 0; i < adv->plan->people_count; i++) {
        const struct nj_person *p = &adv->plan->people[i];

        if (length_of_rules(p) > s->wait_ms &&
            !nj_accepts(p->accept, NJ_ADVICE_SLOW) &&
            may_page(adv, s, p->name)) {
            count++;
            slowest =
                slowest == NULL || length_of_rules(p) > length_of_rules(slowest)
                    ? p
                    : slowest;
        }
    }
    if (slowest != NULL) {
        (void)nj_str_duration_text(length_of_rules(slowest), slow);
        nj_advice_say(adv, &about,
                      "step %zu of policy %s waits %s, but %s's own rules "
                      "take %s to their last contact%s; write `wait: %s`, or "
                      "shorter delays into their rules",
                      step + 1, policy->name,
                      nj_str_duration_text(s->wait_ms, wait), slowest->name,
                      slow, count > 1 ? " (and others are too slow, too)" : "",
                      slow);
    }
}

/* ---- nights and places --------------------------------------------------- */

/* PERSON is on call in SCHEDULE for [from_ms, until_ms). */
struct stretch {
    const char *person;
    const struct nj_schedule *schedule;
    int64_t from_ms, until_ms;
};

struct stretches {
    struct stretch *list; /* owned */
    size_t count, room;
    const struct nj_schedule *schedule; /* being walked */
};

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct stretches *all = ctx;

    if (all->count + shift->count > all->room) {
        size_t room = (all->room + shift->count) * 2;
        struct stretch *grown = realloc(all->list, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        all->list = grown;
        all->room = room;
    }
    for (size_t i = 0; i < shift->count; i++) {
        all->list[all->count++] = (struct stretch){
            shift->people[i], all->schedule, shift->since_ms, shift->until_ms};
    }
    return 0;
}

static int by_person_and_time(const void *a, const void *b)
{
    const struct stretch *x = a;
    const struct stretch *y = b;
    int order = strcmp(x->person, y->person);

    if (order != 0) {
        return order;
    }
    return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

/* How much of [FROM_MS, UNTIL_MS) the stretches cover, no instant twice. */
static int64_t covered(const struct stretch *list,
                       size_t count,
                       int64_t from_ms,
                       int64_t until_ms)
{
    int64_t sum = 0;
    int64_t at = from_ms;

    for (size_t i = 0; i < count && list[i].from_ms < until_ms; i++) {
        int64_t from = list[i].from_ms > at ? list[i].from_ms : at;
        int64_t until =
            list[i].until_ms < until_ms ? list[i].until_ms : until_ms;

        if (until > from) {
            sum += until - from;
            at = until;
        }
    }
    return sum;
}

/* The longest row of nights of one person; its first day in OUT. */
static int longest_row(const struct nj_advising *adv,
                       const struct stretch *list,
                       size_t count,
                       int64_t *out_day)
{
    const struct nj_zone *zone = list[0].schedule->zone;
    int64_t first = nj_zone_day(zone, adv->now_ms, NULL);
    int longest = 0;
    int row = 0;

    for (int64_t day = first; day < first + NJ_ADVICE_DAYS; day++) {
        int64_t from =
            nj_zone_day_instant(zone, day, NIGHT_FROM_S, NJ_FOLD_FIRST);
        int64_t until =
            nj_zone_day_instant(zone, day, NIGHT_UNTIL_S, NJ_FOLD_LAST);

        row = covered(list, count, from, until) >= NJ_FAIRNESS_LEAST_MS
                  ? row + 1
                  : 0;
        if (row > longest) {
            longest = row;
            *out_day = day - row + 1;
        }
    }
    return longest;
}

static unsigned accepted(const struct nj_advising *adv,
                         const struct stretch *list,
                         size_t count)
{
    const struct nj_person *p = nj_plan_person(adv->plan, list[0].person);
    unsigned all = ~0u; /* by every schedule they are in */

    for (size_t i = 0; i < count; i++) {
        all &= list[i].schedule->accept;
    }
    return all | (p == NULL ? 0 : p->accept);
}

static void advise_nights(const struct nj_advising *adv,
                          const struct stretch *list,
                          size_t count)
{
    const struct nj_person *p = nj_plan_person(adv->plan, list[0].person);
    int64_t day = 0;
    int row = longest_row(adv, list, count, &day);
    struct nj_advice about;
    struct nj_civil c;

    if (row <= NJ_ADVICE_ROW || p == NULL ||
        nj_accepts(accepted(adv, list, count), NJ_ADVICE_NIGHTS)) {
        return;
    }
    about = about_person(adv, p, NJ_ADVICE_NIGHTS);
    nj_days_to_civil(day, &c);
    nj_advice_say(adv, &about,
                  "%s is on call for %d%s nights in a row from %04d-%02d-%02d "
                  "(schedule %s); put somebody else between, or write "
                  "`accept: [nights]`",
                  p->name, row, row == NJ_ADVICE_DAYS ? " and more" : "",
                  c.year, c.month, c.day, list[0].schedule->name);
}

/* The first time that the stretches are in two schedules, and how long all
 * such times are. */
static void advise_places(const struct nj_advising *adv,
                          const struct stretch *list,
                          size_t count)
{
    const struct nj_person *p = nj_plan_person(adv->plan, list[0].person);
    const struct stretch *last = &list[0]; /* that reaches furthest */
    const struct stretch *a = NULL;
    const struct stretch *b = NULL;
    int64_t sum = 0;
    struct nj_advice about;
    char from[NJ_TIME_TEXT];
    char length[NJ_DURATION_TEXT];

    for (size_t i = 1; i < count; i++) {
        int64_t until = list[i].until_ms < last->until_ms ? list[i].until_ms
                                                          : last->until_ms;

        if (list[i].schedule != last->schedule && until > list[i].from_ms &&
            !nj_accepts(list[i].schedule->accept, NJ_ADVICE_DOUBLE) &&
            !nj_accepts(last->schedule->accept, NJ_ADVICE_DOUBLE)) {
            sum += until - list[i].from_ms;
            b = a == NULL ? &list[i] : b;
            a = a == NULL ? last : a;
        }
        last = list[i].until_ms > last->until_ms ? &list[i] : last;
    }
    if (a == NULL || p == NULL) {
        return;
    }
    about = about_person(adv, p, NJ_ADVICE_DOUBLE);
    nj_advice_say(adv, &about,
                  "%s is on call in schedules %s and %s at once from %s on, %s "
                  "in the next %d days; let somebody else have one of them, or "
                  "write `accept: [double]`",
                  p->name, a->schedule->name, b->schedule->name,
                  nj_time_text(b->schedule->zone, b->from_ms, from),
                  nj_str_duration_text(sum / 60000 * 60000, length),
                  NJ_ADVICE_DAYS);
}

static int walk_all(const struct nj_advising *adv, struct stretches *all)
{
    for (size_t i = 0; i < adv->plan->schedule_count; i++) {
        struct nj_rota rota = {&adv->plan->schedules[i], adv->overrides,
                               adv->override_count};

        all->schedule = rota.schedule;
        if (nj_advice_is_known(rota.schedule) &&
            nj_oncall_shifts(&rota, adv->now_ms,
                             adv->now_ms + NJ_ADVICE_DAYS * DAY_MS, on_shift,
                             all) != 0) {
            return NJ_E_NOMEM;
        }
    }
    return 0;
}

static int advise_time(const struct nj_advising *adv)
{
    struct stretches all = {0};
    int code = walk_all(adv, &all);
    size_t first = 0;

    if (code == 0 && all.count > 0) {
        qsort(all.list, all.count, sizeof all.list[0], by_person_and_time);
    }
    for (size_t i = 1; code == 0 && i <= all.count; i++) {
        if (i == all.count ||
            !nj_str_eq(all.list[i].person, all.list[first].person)) {
            advise_nights(adv, &all.list[first], i - first);
            advise_places(adv, &all.list[first], i - first);
            first = i;
        }
    }
    free(all.list);
    return code;
}

int nj_advise_people(const struct nj_advising *adv)
{
    const struct nj_plan *plan = adv->plan;

    for (size_t i = 0; i < plan->people_count; i++) {
        advise_contacts(adv, &plan->people[i]);
    }
    for (size_t i = 0; i < plan->policy_count; i++) {
        for (size_t k = 0; k < plan->policies[i].step_count; k++) {
            advise_step(adv, &plan->policies[i], k);
        }
    }
    return advise_time(adv);
}
