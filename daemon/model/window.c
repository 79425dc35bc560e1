#include "model/window.h"

#define DAY_MS INT64_C(86400000)

/* The clock around an instant: away from clock changes its offset is fixed,
 * and edges are plain arithmetic. */
struct around {
    const struct nj_zone *zone;
    int fixed;
    int64_t offset_ms;
    int64_t day;  /* on the wall clock */
    unsigned bit; /* of that day in nj_window.days */
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

static struct around
look_around(const struct nj_zone *zone, int64_t at_ms, struct nj_zone_span *out)
{
    struct around a = {.zone = zone};
    int64_t wall_ms;

    nj_zone_span(zone, at_ms, out);
    a.offset_ms = out->offset_s * INT64_C(1000);
    wall_ms = at_ms + a.offset_ms;
    a.day = wall_ms / DAY_MS - (wall_ms % DAY_MS < 0);
    a.bit = 1u << nj_weekday(a.day);
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

static unsigned next_day(unsigned bit)
{
    return bit == 1u << 6 ? 1u : bit << 1;
}

static unsigned day_before(unsigned bit)
{
    return bit == 1u ? 1u << 6 : bit >> 1;
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

static int holds(const struct around *a,
                 const struct nj_window *windows,
                 size_t count,
                 int64_t at_ms)
{
    unsigned bit = day_before(day_before(a->bit));

    /* two days back for an overnight end that a repeated hour carries past
     * midnight, one ahead for a start that it brings before midnight */
    for (int64_t day = a->day - 2; day <= a->day + 1;
         day++, bit = next_day(bit)) {
        for (size_t i = 0; i < count; i++) {
            if ((windows[i].days & bit) != 0 &&
                start_of(a, &windows[i], day) <= at_ms &&
                at_ms < end_of(a, &windows[i], day)) {
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

static int64_t next_edge(const struct around *a,
                         const struct nj_window *windows,
                         size_t count,
                         int64_t after_ms)
{
    int64_t best = INT64_MAX;
    unsigned bit = day_before(day_before(a->bit));

    for (int64_t day = a->day - 2; day <= a->day + 9;
         day++, bit = next_day(bit)) {
        if (best <= instant(a, day, 0, NJ_FOLD_FIRST)) {
            break; /* what starts or ends later cannot be sooner */
        }
        for (size_t i = 0; i < count; i++) {
            const struct nj_window *w = &windows[i];

            if ((w->days & bit) != 0) {
                best = sooner(best, start_of(a, w, day), after_ms);
                best = sooner(best, end_of(a, w, day), after_ms);
            }
        }
    }
    return best;
}

static int64_t later(int64_t best, int64_t edge, int64_t at_ms)
{
    return edge <= at_ms && edge > best ? edge : best;
}

static int64_t last_edge(const struct around *a,
                         const struct nj_window *windows,
                         size_t count,
                         int64_t at_ms)
{
    int64_t best = INT64_MIN;
    unsigned bit = next_day(a->bit);

    for (int64_t day = a->day + 1; day >= a->day - 9;
         day--, bit = day_before(bit)) {
        if (best >= instant(a, day + 2, 0, NJ_FOLD_LAST)) {
            break; /* what started or ended earlier cannot be later */
        }
        for (size_t i = 0; i < count; i++) {
            const struct nj_window *w = &windows[i];

            if ((w->days & bit) != 0) {
                best = later(best, start_of(a, w, day), at_ms);
                best = later(best, end_of(a, w, day), at_ms);
            }
        }
    }
    return best;
}

int nj_window_holds(const struct nj_window *windows,
                    size_t count,
                    const struct nj_zone *zone,
                    int64_t at_ms)
{
    struct nj_zone_span span;
    struct around a;

    if (count == 0 || is_beyond(at_ms)) {
        return 0;
    }
    a = look_around(zone, at_ms, &span);
    a.fixed = is_fixed(&span, at_ms, 4, 4);
    return holds(&a, windows, count, at_ms);
}

int64_t nj_window_next_edge(const struct nj_window *windows,
                            size_t count,
                            const struct nj_zone *zone,
                            int64_t after_ms)
{
    struct nj_zone_span span;
    struct around a;

    if (count == 0 || is_beyond(after_ms)) {
        return INT64_MAX;
    }
    a = look_around(zone, after_ms, &span);
    a.fixed = is_fixed(&span, after_ms, 4, 12);
    return next_edge(&a, windows, count, after_ms);
}

int nj_window_at(const struct nj_window *windows,
                 size_t count,
                 const struct nj_zone *zone,
                 int64_t at_ms,
                 int64_t *out_since_ms,
                 int64_t *out_until_ms)
{
    struct nj_zone_span span;
    struct around a;

    *out_since_ms = INT64_MIN;
    *out_until_ms = INT64_MAX;
    if (count == 0 || is_beyond(at_ms)) {
        return 0;
    }
    a = look_around(zone, at_ms, &span);
    a.fixed = is_fixed(&span, at_ms, 12, 4);
    *out_since_ms = last_edge(&a, windows, count, at_ms);
    a.fixed = is_fixed(&span, at_ms, 4, 12);
    *out_until_ms = next_edge(&a, windows, count, at_ms);
    a.fixed = is_fixed(&span, at_ms, 4, 4);
    return holds(&a, windows, count, at_ms);
}
