#include "oncall/fairness.h"

#include <stdlib.h>
#include <string.h>

enum { NIGHT_FROM_S = 22 * 3600, NIGHT_UNTIL_S = 30 * 3600, SATURDAY = 5 };

static struct nj_share *share_of(struct nj_fairness *f, const char *person)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(f->shares[i].person, person) == 0) {
            return &f->shares[i];
        }
    }
    if (f->count == NJ_LIMIT_STEP_PEOPLE) {
        return NULL;
    }
    f->shares[f->count] = (struct nj_share){.person = person};
    return &f->shares[f->count++];
}

static void add_layers(struct nj_fairness *f, const struct nj_schedule *s)
{
    for (size_t l = 0; l < s->layer_count; l++) {
        for (size_t t = 0; t < s->layers[l].turn_count; t++) {
            const struct nj_turn *turn = &s->layers[l].turns[t];

            for (size_t i = 0; i < turn->people_count; i++) {
                (void)share_of(f, turn->people[i]);
            }
        }
    }
}

static int on_hours(void *ctx, const struct nj_oncall *shift)
{
    struct nj_fairness *f = ctx;
    int64_t ms = shift->until_ms - shift->since_ms;

    if (shift->count == 0) {
        f->nobody_ms += ms;
    }
    for (size_t i = 0; i < shift->count; i++) {
        struct nj_share *share = share_of(f, shift->people[i]);

        if (share != NULL) {
            share->ms += ms;
        }
    }
    return 0;
}

static int on_window(void *ctx, const struct nj_oncall *shift)
{
    struct nj_fairness *f = ctx;

    for (size_t i = 0; i < shift->count; i++) {
        struct nj_share *share = share_of(f, shift->people[i]);

        if (share != NULL) {
            share->window_ms += shift->until_ms - shift->since_ms;
        }
    }
    return 0;
}

/* A stretch of the schedule's clock and where it counts. */
struct window {
    int64_t from_ms, until_ms;
    size_t total; /* offsets of the counters */
    size_t own;
};

#define COUNTER(base, offset) ((int *)(void *)((char *)(base) + (offset)))

static void count_window(struct nj_fairness *f,
                         const struct nj_rota *rota,
                         const struct window *w)
{
    for (size_t i = 0; i < f->count; i++) {
        f->shares[i].window_ms = 0;
    }
    (void)nj_oncall_shifts(rota, w->from_ms, w->until_ms, on_window, f);
    ++*COUNTER(f, w->total);
    for (size_t i = 0; i < f->count; i++) {
        if (f->shares[i].window_ms >= NJ_FAIRNESS_LEAST_MS) {
            ++*COUNTER(&f->shares[i], w->own);
        }
    }
}

#undef COUNTER

static int
is_holiday(const struct nj_brand *const *brands, size_t count, int64_t day)
{
    for (size_t b = 0; b < count; b++) {
        for (size_t i = 0; i < brands[b]->holiday_count; i++) {
            const struct nj_holiday *h = &brands[b]->holidays[i];

            if (h->from_day <= day && day < h->until_day) {
                return 1;
            }
        }
    }
    return 0;
}

/* What begins on DAY, and within the range asked for. */
static void count_day(struct nj_fairness *f,
                      const struct nj_rota *rota,
                      int64_t day,
                      int is_closed,
                      const int64_t range[2])
{
    const struct nj_zone *zone = rota->schedule->zone;
    const struct {
        int wanted;
        int from_s, until_s;
        size_t total, own;
    } kinds[] = {
        {1, NIGHT_FROM_S, NIGHT_UNTIL_S, offsetof(struct nj_fairness, nights),
         offsetof(struct nj_share, nights)},
        {nj_weekday(day) == SATURDAY, 0, 2 * 86400,
         offsetof(struct nj_fairness, weekends),
         offsetof(struct nj_share, weekends)},
        {is_closed, 0, 86400, offsetof(struct nj_fairness, holidays),
         offsetof(struct nj_share, holidays)},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct window w = {
            nj_zone_day_instant(zone, day, kinds[i].from_s, NJ_FOLD_FIRST),
            nj_zone_day_instant(zone, day, kinds[i].until_s, NJ_FOLD_LAST),
            kinds[i].total, kinds[i].own};

        if (kinds[i].wanted && w.from_ms >= range[0] && w.from_ms < range[1]) {
            count_window(f, rota, &w);
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct nj_share *)a)->person,
                  ((const struct nj_share *)b)->person);
}

void nj_fairness_count(const struct nj_rota *rota,
                       const struct nj_brand *const *brands,
                       size_t count,
                       int64_t from_ms,
                       int64_t until_ms,
                       struct nj_fairness *out)
{
    const struct nj_zone *zone = rota->schedule->zone;
    int64_t range[2] = {from_ms, until_ms};
    int64_t last;

    out->count = 0;
    out->nobody_ms = 0;
    out->nights = out->weekends = out->holidays = 0;
    if (until_ms - from_ms > NJ_ONCALL_HORIZON_MS) {
        range[1] = from_ms + NJ_ONCALL_HORIZON_MS;
    }
    add_layers(out, rota->schedule);
    if (from_ms >= until_ms) {
        return;
    }
    (void)nj_oncall_shifts(rota, from_ms, range[1], on_hours, out);
    last = nj_zone_day(zone, range[1], NULL);
    for (int64_t day = nj_zone_day(zone, from_ms, NULL); day <= last; day++) {
        count_day(out, rota, day, is_holiday(brands, count, day), range);
    }
    qsort(out->shares, out->count, sizeof out->shares[0], by_name);
}
