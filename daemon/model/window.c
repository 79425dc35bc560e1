#include "model/window.h"

#define DAY_MS INT64_C(86400000)

/* The clock around an instant: away from clock changes its offset is fixed,
 * and edges are plain arithmetic. */
struct around {
    const struct nj_zone *zone;
    int fixed;
    int64_t offset_ms;
    int64_t day; /* on the wall clock */
};

/* Whether no clock change lies within BEFORE and AFTER days of AT_MS. */
static int is_fixed(const struct nj_zone_span *span,
                    int64_t at_ms,
                    int64_t before,
                    int64_t after)
{
    return (span->from_ms == INT64_MIN ||
            span->from_ms < at_ms - before * DAY_MS) &&
           (span->until_ms == INT64_MAX ||
            span->until_ms > at_ms + after * DAY_MS);
}

static struct around look_around(const struct nj_zone *zone,
                                 int64_t at_ms,
                                 int64_t ahead,
                                 int64_t back)
{
    struct nj_zone_span span;
    struct around a = {.zone = zone, .day = nj_zone_day(zone, at_ms, NULL)};

    nj_zone_span(zone, at_ms, &span);
    a.fixed = is_fixed(&span, at_ms, back, ahead);
    a.offset_ms = span.offset_s * INT64_C(1000);
    return a;
}

static int64_t
instant(const struct around *a, int64_t day, int minute, enum nj_fold fold)
{
    if (a->fixed) {
        return day * DAY_MS + minute * INT64_C(60000) - a->offset_ms;
    }
    return nj_zone_day_instant(a->zone, day, minute * INT64_C(60), fold);
}

static int starts_on(const struct nj_window *w, int64_t day)
{
    return (w->days >> nj_weekday(day) & 1) != 0;
}

static int64_t
start_of(const struct around *a, const struct nj_window *w, int64_t day)
{
    return instant(a, day, w->start_min, NJ_FOLD_FIRST);
}

static int64_t
end_of(const struct around *a, const struct nj_window *w, int64_t day)
{
    return instant(a, day + (w->end_min <= w->start_min), w->end_min,
                   NJ_FOLD_LAST);
}

/* Far beyond any calendar arithmetic would overflow. */
static int is_beyond(int64_t at_ms)
{
    return at_ms > INT64_MAX / 2 || at_ms < INT64_MIN / 2;
}

int nj_window_holds(const struct nj_window *windows,
                    size_t count,
                    const struct nj_zone *zone,
                    int64_t at_ms)
{
    struct around a;

    if (count == 0 || is_beyond(at_ms)) {
        return 0;
    }
    a = look_around(zone, at_ms, 4, 4);
    /* two days back for an overnight end that a repeated hour carries past
     * midnight, one ahead for a start that it brings before midnight */
    for (int64_t day = a.day - 2; day <= a.day + 1; day++) {
        for (size_t i = 0; i < count; i++) {
            if (starts_on(&windows[i], day) &&
                start_of(&a, &windows[i], day) <= at_ms &&
                at_ms < end_of(&a, &windows[i], day)) {
                return 1;
            }
        }
    }
    return 0;
}

static int64_t sooner(int64_t best, int64_t edge, int64_t after_ms)
{
    return edge > after_ms && edge < best ? edge : best;
}

int64_t nj_window_next_edge(const struct nj_window *windows,
                            size_t count,
                            const struct nj_zone *zone,
                            int64_t after_ms)
{
    int64_t best = INT64_MAX;
    struct around a;

    if (count == 0 || is_beyond(after_ms)) {
        return INT64_MAX;
    }
    a = look_around(zone, after_ms, 12, 4);
    for (int64_t day = a.day - 2; day <= a.day + 9; day++) {
        if (best <= instant(&a, day, 0, NJ_FOLD_FIRST)) {
            break; /* what starts or ends later cannot be sooner */
        }
        for (size_t i = 0; i < count; i++) {
            const struct nj_window *w = &windows[i];

            if (starts_on(w, day)) {
                best = sooner(best, start_of(&a, w, day), after_ms);
                best = sooner(best, end_of(&a, w, day), after_ms);
            }
        }
    }
    return best;
}

static int64_t later(int64_t best, int64_t edge, int64_t at_ms)
{
    return edge <= at_ms && edge > best ? edge : best;
}

int64_t nj_window_last_edge(const struct nj_window *windows,
                            size_t count,
                            const struct nj_zone *zone,
                            int64_t at_ms)
{
    int64_t best = INT64_MIN;
    struct around a;

    if (count == 0 || is_beyond(at_ms)) {
        return INT64_MIN;
    }
    a = look_around(zone, at_ms, 4, 12);
    for (int64_t day = a.day + 1; day >= a.day - 9; day--) {
        if (best >= instant(&a, day + 2, 0, NJ_FOLD_LAST)) {
            break; /* what started or ended earlier cannot be later */
        }
        for (size_t i = 0; i < count; i++) {
            const struct nj_window *w = &windows[i];

            if (starts_on(w, day)) {
                best = later(best, start_of(&a, w, day), at_ms);
                best = later(best, end_of(&a, w, day), at_ms);
            }
        }
    }
    return best;
}
