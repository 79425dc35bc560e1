/* In hours and out of hours. */

#include "oncall/oncall.h"

#define DAY_MS INT64_C(86400000)
#define LOOK_MS (731 * DAY_MS)
#define FAR_MS (INT64_MAX / 4) /* nothing of a brand lies beyond */

static int64_t holiday_from(const struct nj_brand *b, size_t i)
{
    return nj_zone_day_instant(b->zone, b->holidays[i].from_day, 0,
                               NJ_FOLD_FIRST);
}

static int64_t holiday_until(const struct nj_brand *b, size_t i)
{
    return nj_zone_day_instant(b->zone, b->holidays[i].until_day, 0,
                               NJ_FOLD_LAST);
}

/* Whether DAY lies so near to holiday I that clocks must be asked. */
static int is_near(const struct nj_holiday *h, int64_t day)
{
    return h->from_day <= day + 1 && day <= h->until_day + 1;
}

static int is_holiday(const struct nj_brand *b, int64_t at_ms)
{
    int64_t day = nj_zone_day(b->zone, at_ms, NULL);

    for (size_t i = 0; i < b->holiday_count; i++) {
        if (is_near(&b->holidays[i], day) && holiday_from(b, i) <= at_ms &&
            at_ms < holiday_until(b, i)) {
            return 1;
        }
    }
    return 0;
}

int nj_hours_open(const struct nj_brand *brand, int64_t at_ms)
{
    return nj_window_holds(brand->open, brand->open_count, brand->zone,
                           at_ms) &&
           !is_holiday(brand, at_ms);
}

/* The first beginning or end of a holiday after AFTER_MS. */
static int64_t holiday_edge(const struct nj_brand *b, int64_t after_ms)
{
    int64_t day = nj_zone_day(b->zone, after_ms, NULL);
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < b->holiday_count; i++) {
        const struct nj_holiday *h = &b->holidays[i];
        int64_t edges[2];

        if (h->until_day < day - 1) {
            continue; /* over */
        }
        if (best != INT64_MAX && holiday_from(b, i) >= best) {
            break; /* sorted: the rest begins and ends later */
        }
        edges[0] = holiday_from(b, i);
        edges[1] = holiday_until(b, i);
        for (int k = 0; k < 2; k++) {
            if (edges[k] > after_ms && edges[k] < best) {
                best = edges[k];
            }
        }
    }
    return best;
}

/* Whether one window is open all week: its edges change nothing. */
static int is_always_open(const struct nj_brand *b)
{
    for (size_t i = 0; i < b->open_count; i++) {
        const struct nj_window *w = &b->open[i];

        if (w->days == 0x7f && w->start_min == 0 && w->end_min == 24 * 60) {
            return 1;
        }
    }
    return 0;
}

int64_t nj_hours_next_edge(const struct nj_brand *brand, int64_t after_ms)
{
    int open = nj_hours_open(brand, after_ms);
    int always = is_always_open(brand);
    int64_t at_ms = after_ms;

    if (brand->open_count == 0 || after_ms > FAR_MS || after_ms < -FAR_MS) {
        return INT64_MAX;
    }
    while (at_ms - after_ms < LOOK_MS) {
        int64_t holiday_ms = holiday_edge(brand, at_ms);

        at_ms = always ? INT64_MAX
                       : nj_window_next_edge(brand->open, brand->open_count,
                                             brand->zone, at_ms);
        if (holiday_ms < at_ms) {
            at_ms = holiday_ms;
        }
        if (at_ms == INT64_MAX) {
            break;
        }
        if (nj_hours_open(brand, at_ms) != open) {
            return at_ms;
        }
    }
    return INT64_MAX;
}
