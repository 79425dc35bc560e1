#include "oncall/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/zone.h"

enum {
    MONTHS_AHEAD = 7,  /* of which this one is the first */
    SHIFTS_MAX = 1000, /* of one schedule: hourly turns see six weeks ahead */
    ITEMS_MAX = 8000,  /* of one feed, the past and what was cancelled too */
};

/* A shift as the rota of now has it. */
struct wanted {
    const char *schedule;
    const char *who;
    int64_t since_ms;
    int64_t until_ms;
    int is_new; /* no event stands for it yet */
};

struct renewal {
    const struct nj_publication *last;
    const struct nj_feed *feed;
    int64_t now_ms;
    struct nj_publication *out; /* first `kept` stand for LAST's, in order */
    size_t room;
    struct wanted *wanted; /* owned; all schedules */
    size_t wanted_count, wanted_room;
    size_t first;        /* of the schedule at hand */
    int64_t began_ms;    /* when what holds now on it began */
    int64_t known_ms;    /* until when it was looked at */
    const char *at_hand; /* its name */
    int changed;
};

static int64_t floor_s(int64_t at_ms)
{
    return at_ms / 1000 * 1000;
}

/* ---- what the rota says ------------------------------------------------ */

/* The first of the month, 00:00 UTC, MONTHS after the one of NOW_MS. */
static int64_t month_start(int64_t now_ms, int months)
{
    struct nj_civil c;
    int at;

    nj_days_to_civil(now_ms / 86400000, &c);
    at = c.year * 12 + c.month - 1 + months;
    return nj_days_of(at / 12, at % 12 + 1, 1) * 86400000;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "ana, maya", in R's memory; NULL when it ran out. */
static const char *join_names(struct renewal *r, const struct nj_oncall *shift)
{
    const char *names[NJ_LIMIT_STEP_PEOPLE] = {NULL};
    size_t len = 1;
    char *text;
    size_t at = 0;

    for (size_t i = 0; i < shift->count; i++) {
        names[i] = shift->people[i];
        len += strlen(names[i]) + 2;
    }
    qsort(names, shift->count, sizeof names[0], by_name);
    text = nj_arena_zalloc(&r->out->arena, len);
    for (size_t i = 0; text != NULL && i < shift->count; i++) {
        at += (size_t)snprintf(text + at, len - at, "%s%s", i == 0 ? "" : ", ",
                               names[i]);
    }
    return text;
}

static int is_on_call(const struct nj_oncall *shift, const char *person)
{
    for (size_t i = 0; i < shift->count; i++) {
        if (person == NULL || strcmp(shift->people[i], person) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Whose shift it is to this feed: a name or names; NULL: nobody's. *OUT_FAILED
 * when memory ran out. */
static const char *
whose(struct renewal *r, const struct nj_oncall *shift, int *out_failed)
{
    const char *who;

    if (!is_on_call(shift, r->feed->person)) {
        return NULL;
    }
    who = r->feed->person != NULL
              ? nj_arena_strdup(&r->out->arena, r->feed->person)
              : join_names(r, shift);
    *out_failed = who == NULL;
    return who;
}

static int add_wanted(struct renewal *r, const struct wanted *w)
{
    if (r->wanted == NULL || r->wanted_count == r->wanted_room) {
        size_t room = r->wanted_room == 0 ? 64 : r->wanted_room * 2;
        struct wanted *grown = realloc(r->wanted, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        r->wanted = grown;
        r->wanted_room = room;
    }
    r->wanted[r->wanted_count++] = *w;
    return 0;
}

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct renewal *r = ctx;
    struct wanted w = {.schedule = r->at_hand,
                       .since_ms = floor_s(shift->since_ms),
                       .until_ms = floor_s(shift->until_ms),
                       .is_new = 1};
    struct wanted *before =
        r->wanted_count > r->first ? &r->wanted[r->wanted_count - 1] : NULL;
    int failed = 0;

    w.who = whose(r, shift, &failed);
    if (failed) {
        return NJ_E_NOMEM;
    }
    if (w.who == NULL || w.since_ms >= w.until_ms) {
        return 0;
    }
    if (before != NULL && before->until_ms == w.since_ms &&
        strcmp(before->who, w.who) == 0) {
        before->until_ms = w.until_ms; /* others came or went beside them */
        return 0;
    }
    if (r->wanted_count - r->first == SHIFTS_MAX) {
        r->known_ms = w.since_ms; /* what is further off comes in time */
        return 1;
    }
    return add_wanted(r, &w);
}

/* When what holds now for R's feed on ROTA began, as the rota has it. */
static int64_t began(const struct renewal *r, const struct nj_rota *rota)
{
    struct nj_oncall now;
    int on_call;
    int64_t back_ms;

    nj_oncall_at(rota, r->now_ms, &now);
    on_call = is_on_call(&now, r->feed->person);
    back_ms = now.since_ms;
    while (r->feed->person != NULL &&
           back_ms > r->now_ms - NJ_PUBLISH_BACK_MS) {
        nj_oncall_at(rota, back_ms - 1, &now);
        if (is_on_call(&now, r->feed->person) != on_call ||
            now.since_ms >= back_ms) {
            break;
        }
        back_ms = now.since_ms;
    }
    if (back_ms < r->now_ms - NJ_ONCALL_HORIZON_MS) {
        back_ms = month_start(r->now_ms, 0); /* since ever */
    }
    return floor_s(back_ms);
}

/* A last shift that was cut where the looking ended is told whole, unless it
 * is as good as endless. */
static void complete_last(struct renewal *r, const struct nj_rota *rota)
{
    struct wanted *w =
        r->wanted_count > r->first ? &r->wanted[r->wanted_count - 1] : NULL;
    struct nj_oncall shift;

    if (w != NULL && w->until_ms == r->known_ms) {
        nj_oncall_at(rota, r->known_ms - 1, &shift);
        if (shift.until_ms < r->known_ms + NJ_PUBLISH_BACK_MS) {
            w->until_ms = floor_s(shift.until_ms);
        }
    }
}

static int collect(struct renewal *r, const struct nj_rota *rota)
{
    int rc;

    r->first = r->wanted_count;
    r->at_hand = nj_arena_strdup(&r->out->arena, rota->schedule->name);
    if (r->at_hand == NULL) {
        return NJ_E_NOMEM;
    }
    r->began_ms = began(r, rota);
    r->known_ms = month_start(r->now_ms, MONTHS_AHEAD);
    rc = nj_oncall_shifts(rota, r->now_ms, r->known_ms, on_shift, r);
    if (rc < 0) {
        return rc;
    }
    complete_last(r, rota);
    if (r->wanted_count > r->first &&
        r->wanted[r->first].since_ms <= r->now_ms) {
        r->wanted[r->first].since_ms = r->began_ms;
    }
    return 0;
}

/* ---- what was published ------------------------------------------------ */

static int is_of(const struct renewal *r, const struct nj_published *e)
{
    return strcmp(e->schedule, r->at_hand) == 0;
}

static int is_live(const struct renewal *r, const struct nj_published *e)
{
    return !e->cancelled && e->until_ms > r->now_ms;
}

/* The past is not rewritten: the shift of now begins where the published one
 * of the same people did, or after whatever was published to be before it. */
static void respect_history(struct renewal *r)
{
    struct wanted *w = r->wanted_count > r->first ? &r->wanted[r->first] : NULL;

    if (w == NULL || w->since_ms > r->now_ms) {
        return;
    }
    for (size_t i = 0; i < r->out->count; i++) {
        const struct nj_published *e = &r->out->items[i];

        if (is_of(r, e) && is_live(r, e) && e->since_ms <= r->now_ms &&
            strcmp(e->who, w->who) == 0) {
            w->since_ms = e->since_ms;
            return;
        }
    }
    for (size_t i = 0; i < r->out->count; i++) {
        const struct nj_published *e = &r->out->items[i];
        int64_t end_ms = floor_s(r->now_ms);

        if (!is_of(r, e) || e->cancelled || e->since_ms >= r->now_ms) {
            continue;
        }
        end_ms = e->until_ms < end_ms ? e->until_ms : end_ms;
        if (end_ms > w->since_ms) {
            w->since_ms = end_ms;
        }
    }
}

static void touch(struct renewal *r, struct nj_published *e)
{
    e->sequence++;
    e->changed_ms = floor_s(r->now_ms);
    r->changed = 1;
}

/* Let E, which stands for W from now on, say what W says. */
static void settle(struct renewal *r, struct nj_published *e, struct wanted *w)
{
    w->is_new = 0;
    if (e->cancelled || e->since_ms != w->since_ms ||
        e->until_ms != w->until_ms || strcmp(e->who, w->who) != 0) {
        e->cancelled = 0;
        e->since_ms = w->since_ms;
        e->until_ms = w->until_ms;
        e->who = w->who;
        touch(r, e);
    }
}

enum likeness { SAME_START_AND_PEOPLE, OVERLAPPING, SAME_START, CANCELLED };

static int is_like(const struct renewal *r,
                   const struct nj_published *e,
                   const struct wanted *w,
                   enum likeness how)
{
    int same_who = strcmp(e->who, w->who) == 0;

    switch (how) {
    case SAME_START_AND_PEOPLE:
        return is_live(r, e) && same_who && e->since_ms == w->since_ms;
    case OVERLAPPING: /* what has begun cannot begin later any more */
        return is_live(r, e) && same_who &&
               (e->since_ms >= floor_s(r->now_ms) ||
                e->since_ms == w->since_ms) &&
               e->since_ms < w->until_ms && w->since_ms < e->until_ms;
    case SAME_START:
        return is_live(r, e) && e->since_ms == w->since_ms;
    case CANCELLED:
        return e->cancelled && e->until_ms > r->now_ms && same_who &&
               e->since_ms == w->since_ms;
    }
    return 0;
}

/* Find for each new shift of the schedule at hand an event not TAKEN yet that
 * is like it in the way HOW. */
static void match(struct renewal *r, char *taken, enum likeness how)
{
    size_t from = 0;

    for (size_t k = r->first; k < r->wanted_count; k++) {
        struct wanted *w = &r->wanted[k];

        if (!w->is_new) {
            continue;
        }
        for (size_t i = from; i < r->out->count; i++) {
            struct nj_published *e = &r->out->items[i];

            if (taken[i] && i == from) {
                from++; /* both are in order: nothing is looked at twice */
            }
            if (!taken[i] && e->since_ms >= w->until_ms) {
                break;
            }
            if (!taken[i] && is_of(r, e) && is_like(r, e, w, how)) {
                taken[i] = 1;
                settle(r, e, w);
                break;
            }
        }
    }
}

/* E stands for nothing any more: cut it off now when it has begun, unless it
 * never was; cancel it otherwise. */
static void take_back(struct renewal *r, struct nj_published *e)
{
    int64_t now_ms = floor_s(r->now_ms);

    if (e->since_ms < now_ms) {
        e->until_ms = now_ms;
    } else {
        e->cancelled = 1;
    }
    touch(r, e);
}

static void take_back_rest(struct renewal *r, const char *taken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct nj_published *e = &r->out->items[i];

        if (!taken[i] && is_of(r, e) && is_live(r, e) &&
            e->since_ms < r->known_ms) {
            take_back(r, e);
        }
    }
}

/* ---- new events -------------------------------------------------------- */

static int is_uid_taken(const struct renewal *r, const char *uid)
{
    for (size_t i = 0; i < r->out->count; i++) {
        /* the first 17 letters are the same in most */
        if (strcmp(r->out->items[i].uid + 17, uid + 17) == 0 &&
            strcmp(r->out->items[i].uid, uid) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Stands for the shift for ever: made of what it is at first. */
static void make_uid(const struct renewal *r, struct nj_published *e)
{
    uint64_t parts[3] = {nj_hash_str(r->feed->salt), nj_hash_str(r->feed->name),
                         nj_hash_str(e->schedule)};
    unsigned long long mark = nj_hash(parts, sizeof parts);
    long long start = e->since_ms / 1000;

    (void)snprintf(e->uid, sizeof e->uid, "%016llx-%lld@nightjar.invalid", mark,
                   start);
    for (int n = 2; is_uid_taken(r, e->uid); n++) {
        (void)snprintf(e->uid, sizeof e->uid,
                       "%016llx-%lld-%d@nightjar.invalid", mark, start, n);
    }
}

static int add_item(struct renewal *r, const struct nj_published *e)
{
    struct nj_publication *out = r->out;

    if (out->count == r->room) {
        size_t room = r->room == 0 ? 64 : r->room * 2;
        struct nj_published *grown = realloc(out->items, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        out->items = grown;
        r->room = room;
    }
    out->items[out->count++] = *e;
    return 0;
}

static int add_new(struct renewal *r)
{
    for (size_t k = r->first; k < r->wanted_count; k++) {
        const struct wanted *w = &r->wanted[k];
        struct nj_published e = {.schedule = w->schedule,
                                 .who = w->who,
                                 .since_ms = w->since_ms,
                                 .until_ms = w->until_ms,
                                 .changed_ms = floor_s(r->now_ms)};

        if (!w->is_new || r->out->count >= ITEMS_MAX) {
            continue;
        }
        make_uid(r, &e);
        if (add_item(r, &e) != 0) {
            return NJ_E_NOMEM;
        }
        r->changed = 1;
    }
    return 0;
}

/* ---- whole ------------------------------------------------------------- */

/* Copy what LAST said, but what is long over. */
static int keep_last(struct renewal *r)
{
    for (size_t i = 0; i < r->last->count; i++) {
        struct nj_published e = r->last->items[i];

        if (e.until_ms <= r->now_ms - NJ_PUBLISH_BACK_MS) {
            r->changed = 1;
            continue;
        }
        e.schedule = nj_arena_strdup(&r->out->arena, e.schedule);
        e.who = nj_arena_strdup(&r->out->arena, e.who);
        if (e.schedule == NULL || e.who == NULL || add_item(r, &e) != 0) {
            return NJ_E_NOMEM;
        }
    }
    return 0;
}

static int renew_schedule(struct renewal *r, const struct nj_rota *rota)
{
    size_t count = r->out->count;
    char *taken = calloc(count + 1, 1);
    int rc = taken == NULL ? NJ_E_NOMEM : collect(r, rota);

    if (rc == 0) {
        respect_history(r);
        match(r, taken, SAME_START_AND_PEOPLE);
        match(r, taken, OVERLAPPING);
        match(r, taken, SAME_START);
        match(r, taken, CANCELLED);
        take_back_rest(r, taken, count);
        rc = add_new(r);
    }
    free(taken);
    return rc;
}

/* Schedules that the feed spoke of and that are no more. */
static void take_back_lost(struct renewal *r)
{
    for (size_t i = 0; i < r->out->count; i++) {
        struct nj_published *e = &r->out->items[i];
        int found = 0;

        for (size_t k = 0; k < r->feed->rota_count; k++) {
            found |= strcmp(r->feed->rotas[k].schedule->name, e->schedule) == 0;
        }
        if (!found && is_live(r, e)) {
            take_back(r, e);
        }
    }
}

static int by_start(const void *a, const void *b)
{
    const struct nj_published *x = a;
    const struct nj_published *y = b;

    if (x->since_ms != y->since_ms) {
        return x->since_ms < y->since_ms ? -1 : 1;
    }
    return strcmp(x->uid, y->uid);
}

int nj_publication_renew(const struct nj_publication *last,
                         const struct nj_feed *feed,
                         int64_t now_ms,
                         struct nj_publication *out,
                         int *out_changed)
{
    struct nj_publication fresh = {0};
    struct renewal r = {
        .last = last, .feed = feed, .now_ms = now_ms, .out = &fresh};
    int rc = keep_last(&r);

    take_back_lost(&r);
    for (size_t i = 0; rc == 0 && i < feed->rota_count; i++) {
        rc = renew_schedule(&r, &feed->rotas[i]);
    }
    free(r.wanted);
    if (rc != 0) {
        nj_publication_finish(&fresh);
        return rc;
    }
    if (fresh.count > 0) {
        qsort(fresh.items, fresh.count, sizeof *fresh.items, by_start);
    }
    *out = fresh;
    *out_changed = r.changed;
    return 0;
}

void nj_publication_finish(struct nj_publication *p)
{
    free(p->items);
    nj_arena_finish(&p->arena);
    *p = (struct nj_publication){0};
}
