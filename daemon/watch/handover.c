#include "watch/handover_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "model/time_say.h"
#include "watch/news.h"

enum {
    AGAIN_MS = 10000,        /* what failed is tried again */
    LOOK_AGAIN_MS = 3600000, /* at the latest */
    BACK_MS = 24 * 3600000,  /* a mark so far ahead is of a wrong clock */
    KEY_BYTES = NJ_LIMIT_NAME_BYTES + 16,
};

/* ---- the list, the marks ------------------------------------------------- */

static struct nj_duty *find(const struct nj_handovers *h, const char *schedule)
{
    struct nj_duty *d = h->first;

    while (d != NULL && !nj_str_eq(d->schedule, schedule)) {
        d = d->next;
    }
    return d;
}

static struct nj_duty *
add(struct nj_handovers *h, const char *schedule, int64_t mark_ms)
{
    struct nj_duty *d = calloc(1, sizeof *d);

    if (d == NULL) {
        return NULL;
    }
    d->all = h;
    d->schedule = nj_name(h->env->names, schedule);
    d->mark_ms = mark_ms;
    if (d->schedule == NULL) {
        free(d);
        return NULL;
    }
    nj_arena_init(&d->arena, 0);
    d->next = h->first;
    h->first = d;
    return d;
}

int nj_handovers_load(struct nj_handovers *h,
                      const char *key,
                      const char *value)
{
    int64_t mark;

    if (!nj_str_starts(key, "handover ") || nj_str_int(value, &mark) != 0) {
        return 0;
    }
    return add(h, key + strlen("handover "), mark) == NULL ? NJ_E_NOMEM : 0;
}

static void
write_mark(const struct nj_duty *d, struct nj_deed *deed, int64_t mark_ms)
{
    char key[KEY_BYTES];
    char value[24];

    (void)snprintf(key, sizeof key, "handover %s", d->schedule);
    (void)snprintf(value, sizeof value, "%lld", (long long)mark_ms);
    nj_txn_fact(nj_deed_txn(deed), key, value);
}

/* Every schedule of the plan has its mark; a new one begins now. */
static void meet_schedules(struct nj_handovers *h, int64_t now_ms)
{
    const struct nj_plan *plan = h->env->plan;

    h->unmet = 0;
    for (size_t i = 0; i < plan->schedule_count; i++) {
        struct nj_duty *d = find(h, plan->schedules[i].name);

        if (d == NULL) {
            d = add(h, plan->schedules[i].name, now_ms);
        }
        if (d == NULL) {
            nj_log_error("no memory to hand schedule %s over",
                         plan->schedules[i].name);
            h->unmet = 1;
        } else if (d->mark_ms > now_ms + BACK_MS) {
            d->mark_ms = now_ms;
        }
    }
}

/* ---- what is due --------------------------------------------------------- */

static int64_t longest_reminder(const struct nj_plan *plan)
{
    int64_t most = 0;

    for (size_t i = 0; i < plan->people_count; i++) {
        for (size_t k = 0; k < plan->people[i].remind_count; k++) {
            int64_t ms = plan->people[i].remind_ms[k];

            most = ms > most ? ms : most;
        }
    }
    return most < NJ_DUTY_AHEAD_MS ? most : NJ_DUTY_AHEAD_MS;
}

/* One look at a schedule: what fell due in (MARK, NOW], and what comes next. */
struct look {
    struct nj_handovers *h;
    struct nj_duty *duty;
    const struct nj_schedule *schedule;
    struct nj_rota rota;
    int64_t now_ms;
    int64_t next_ms;
    int has_change; /* the hands it came into last, if they still have it */
    struct nj_duty_change change;
    struct nj_deed *deed; /* reminders go into it; NULL: they are only dated */
    int reminded;
};

static void remind(struct look *l,
                   const struct nj_duty_change *change,
                   const struct nj_person *person)
{
    const struct nj_zone *zone =
        person->zone != NULL ? person->zone : l->schedule->zone;
    char headline[NJ_LIMIT_NAME_BYTES + NJ_TIME_SAID + 64];
    char body[NJ_SPAN_SAID + NJ_LIMIT_NAME_BYTES + 96];
    char when[NJ_TIME_SAID];
    char span[NJ_SPAN_SAID];

    (void)snprintf(headline, sizeof headline, "You are on call in %s from %s",
                   l->schedule->name,
                   nj_time_say(zone, change->at_ms, l->now_ms, when));
    (void)snprintf(
        body, sizeof body,
        "%s.\nIf you cannot: `nightjar swap` or `nightjar override` "
        "gives it to somebody else.\n",
        nj_span_say(zone, change->at_ms, change->until_ms, l->now_ms, span));
    (void)nj_news_tell(l->h->outbox, l->deed, person->name, NJ_NEWS_QUIET,
                       headline, body);
    nj_deed_event(l->deed, 0, "reminded", person->name, "%s: on call in %s, %s",
                  person->name, l->schedule->name, span);
}

/* The reminders of PERSON for CHANGE, which lies ahead: one when any is due. */
static void date_person(struct look *l,
                        const struct nj_duty_change *change,
                        const struct nj_person *person)
{
    int due = 0;

    for (size_t i = 0; i < person->remind_count; i++) {
        int64_t ahead = person->remind_ms[i];
        int64_t at = change->at_ms - ahead;

        if (at <= l->duty->mark_ms ||
            !nj_duty_reminds(&l->rota, change, person->name, ahead)) {
            continue;
        }
        if (at <= l->now_ms) {
            due = 1;
        } else if (at < l->next_ms) {
            l->next_ms = at;
        }
    }
    if (due && l->deed != NULL) {
        remind(l, change, person);
    }
    l->reminded |= due;
}

static int on_change(void *ctx, const struct nj_duty_change *change)
{
    struct look *l = ctx;

    if (change->at_ms <= l->now_ms) {
        l->has_change = l->schedule->handover && change->until_ms > l->now_ms;
        l->change = *change;
        return 0;
    }
    if (l->schedule->handover && change->at_ms < l->next_ms) {
        l->next_ms = change->at_ms;
    }
    for (size_t i = 0; i < change->after.count; i++) {
        const struct nj_person *person =
            nj_plan_person(l->h->env->plan, change->after.people[i]);

        if (person != NULL) {
            date_person(l, change, person);
        }
    }
    return 0;
}

static struct look look_at(struct nj_duty *d,
                           const struct nj_schedule *schedule,
                           int64_t now_ms,
                           struct nj_deed *deed)
{
    struct nj_handovers *h = d->all;
    struct look l = {.h = h,
                     .duty = d,
                     .schedule = schedule,
                     .rota = nj_roster_rota(h->roster, schedule),
                     .now_ms = now_ms,
                     .next_ms = INT64_MAX,
                     .deed = deed};

    (void)nj_duty_changes(&l.rota, d->mark_ms + 1,
                          now_ms + longest_reminder(h->env->plan) +
                              LOOK_AGAIN_MS + 1,
                          on_change, &l);
    return l;
}

/* ---- in one deed --------------------------------------------------------- */

void nj_duty_settle(struct nj_duty *d,
                    const struct nj_schedule *schedule,
                    const struct nj_rows *rows,
                    int has_change)
{
    struct nj_handovers *h = d->all;
    struct nj_deed *deed = nj_deed_begin(h->ledger);

    if (deed == NULL) {
        nj_log_error("no memory to hand %s over; tried again", d->schedule);
        d->next_ms = d->now_ms + AGAIN_MS;
        return; /* the mark stays where it was */
    }
    (void)look_at(d, schedule, d->now_ms, deed);
    if (has_change) {
        nj_duty_tell(d, schedule, deed, rows);
    }
    d->mark_ms = d->now_ms;
    d->next_ms = 0;
    write_mark(d, deed, d->mark_ms);
    nj_deed_commit(deed);
}

/* ---- the timer ----------------------------------------------------------- */

static void run_one(struct nj_duty *d, int64_t now_ms)
{
    const struct nj_schedule *schedule =
        nj_plan_schedule(d->all->env->plan, d->schedule);
    struct look l;

    if (schedule == NULL) {
        d->next_ms = INT64_MAX;
        return;
    }
    if (d->mark_ms > now_ms) { /* the clock was set back: told already */
        d->next_ms = d->mark_ms + 1;
        return;
    }
    l = look_at(d, schedule, now_ms, NULL);
    if (l.has_change) {
        d->change = l.change;
        d->now_ms = now_ms;
        nj_duty_ask(d);
    } else if (l.reminded) {
        d->now_ms = now_ms;
        nj_duty_settle(d, schedule, NULL, 0);
        l = look_at(d, schedule, now_ms, NULL);
    } else {
        d->mark_ms = now_ms;
    }
    d->next_ms = l.next_ms;
}

/* Now and then, so that a restart looks back over little more than nothing. */
static void store_marks(struct nj_handovers *h, int64_t now_ms)
{
    struct nj_deed *deed = h->first == NULL ? NULL : nj_deed_begin(h->ledger);

    if (deed == NULL) {
        return;
    }
    for (const struct nj_duty *d = h->first; d != NULL; d = d->next) {
        write_mark(d, deed, d->mark_ms);
    }
    h->stored_ms = now_ms;
    nj_deed_commit_calm(deed);
}

static void arm(struct nj_handovers *h);

static void on_timer(struct nj_timer *timer)
{
    struct nj_handovers *h = timer->ctx;
    int64_t now = nj_loop_wall_ms(h->env->loop);

    meet_schedules(h, now);
    if (now >= h->stored_ms + LOOK_AGAIN_MS || now < h->stored_ms) {
        store_marks(h, now);
    }
    for (struct nj_duty *d = h->first; d != NULL; d = d->next) {
        if (!d->asking && (d->next_ms <= now || d->next_ms == INT64_MAX)) {
            run_one(d, now);
        }
    }
    arm(h);
}

static void arm(struct nj_handovers *h)
{
    int64_t now = nj_loop_wall_ms(h->env->loop);
    int64_t delay = h->unmet ? AGAIN_MS : LOOK_AGAIN_MS;

    if (!h->open) {
        return;
    }
    for (const struct nj_duty *d = h->first; d != NULL; d = d->next) {
        int64_t until = d->next_ms <= now         ? 0
                        : d->next_ms == INT64_MAX ? LOOK_AGAIN_MS
                                                  : d->next_ms - now;

        if (!d->asking && until < delay) {
            delay = until;
        }
    }
    h->timer.ctx = h;
    if (nj_timer_set(h->env->loop, &h->timer, delay, 0, on_timer) != 0) {
        nj_log_error("no memory for the timer of hand-overs");
    }
}

void nj_duty_asked(struct nj_duty *d)
{
    arm(d->all);
}

void nj_handovers_look(struct nj_handovers *h)
{
    for (struct nj_duty *d = h->first; d != NULL; d = d->next) {
        d->next_ms = 0;
    }
    if (h->open) {
        h->timer.ctx = h;
        if (nj_timer_set(h->env->loop, &h->timer, 0, 0, on_timer) != 0) {
            nj_log_error("no memory for the timer of hand-overs");
        }
    }
}

static void on_roster(void *ctx, const struct nj_override *over)
{
    struct nj_handovers *h = ctx;

    if (h->on_change != NULL) {
        h->on_change(h->on_change_ctx, over);
    }
    if (over == NULL) {
        nj_handovers_look(h);
    }
}

void nj_handovers_listen(struct nj_handovers *h)
{
    h->on_change = h->roster->on_change;
    h->on_change_ctx = h->roster->on_change_ctx;
    h->roster->on_change = on_roster;
    h->roster->on_change_ctx = h;
}

void nj_handovers_open(struct nj_handovers *h)
{
    h->open = 1;
    nj_handovers_look(h);
}

void nj_handovers_close(struct nj_handovers *h)
{
    h->open = 0;
    nj_timer_stop(&h->timer);
}

void nj_handovers_finish(struct nj_handovers *h)
{
    nj_timer_stop(&h->timer);
    while (h->first != NULL) {
        struct nj_duty *next = h->first->next;

        nj_arena_finish(&h->first->arena);
        free(h->first);
        h->first = next;
    }
}
