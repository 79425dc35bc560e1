#include "oncall/masked_units.h"

#include <string.h>

enum {
    DAY_S = 86400,
    HOUR_S = 3600,
    HOUR_MS = HOUR_S * 1000,
    WEEK_S = 7 * DAY_S,
    WEEK_HOURS = 168,
    CELLS_MAX = WEEK_HOURS,
};

/* A week of units as a ring; cell 0 begins PHASE_S after Monday's midnight,
 * PHASE_S less than a unit. */
struct ring {
    int cells;
    int cell_s;
    int phase_s;
    int before[CELLS_MAX + 1]; /* cells that count before this one */
};

/* Mark the cells that W meets, on each day on which it starts. */
static void
mark(const struct ring *r, const struct nj_window *w, unsigned char *counts)
{
    int from_s = w->start_min * 60;
    int until_s = w->end_min * 60 + (w->end_min <= w->start_min ? DAY_S : 0);
    /* a week earlier, so that nothing is negative */
    int first = (from_s + WEEK_S - r->phase_s) / r->cell_s;
    int last = (until_s - 1 + WEEK_S - r->phase_s) / r->cell_s;

    for (int day = 0; day < 7; day++) {
        int ahead = day * (r->cells / 7) - r->cells;

        for (int cell = first; (w->days >> day & 1) != 0 && cell <= last;
             cell++) {
            int at = cell + ahead;

            counts[at < 0 ? at + r->cells : at % r->cells] = 1;
        }
    }
}

static void fill(struct ring *r,
                 const struct nj_window *windows,
                 size_t count,
                 int cell_s,
                 int phase_s)
{
    unsigned char counts[CELLS_MAX];

    r->cells = WEEK_S / cell_s;
    r->cell_s = cell_s;
    r->phase_s = phase_s;
    memset(counts, 0, (size_t)r->cells);
    for (size_t i = 0; i < count; i++) {
        mark(r, &windows[i], counts);
    }
    r->before[0] = 0;
    for (int cell = 0; cell < r->cells; cell++) {
        r->before[cell + 1] = r->before[cell] + counts[cell];
    }
}

/* Cells that count among UNITS from cell FIRST of the ring on. */
static int64_t count_from(const struct ring *r, int64_t first, int64_t units)
{
    int64_t end = first + units;

    return end / r->cells * r->before[r->cells] + r->before[end % r->cells] -
           r->before[first];
}

int64_t nj_masked_days(const struct nj_window *windows,
                       size_t count,
                       int64_t day0,
                       int second0,
                       int64_t units)
{
    struct ring r;

    fill(&r, windows, count, DAY_S, second0);
    return count_from(&r, nj_weekday(day0), units);
}

/* Seconds since a Monday's midnight on the clock with this offset. */
static int64_t second_of_week(int64_t at_ms, int offset_s)
{
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) + offset_s;

    return ((s + INT64_C(3) * DAY_S) % WEEK_S + WEEK_S) %
           WEEK_S; /* 1970: Thursday */
}

int64_t nj_masked_hours(const struct nj_window *windows,
                        size_t count,
                        const struct nj_zone *zone,
                        int64_t start_ms,
                        int64_t units)
{
    int64_t unit = 0;
    int64_t counted = 0;
    struct ring r = {.cells = WEEK_HOURS, .phase_s = -1}; /* none yet */

    while (unit < units) {
        int64_t at_ms = start_ms + unit * HOUR_MS;
        struct nj_zone_span span;
        int64_t week_s;
        int64_t here = units - unit; /* units that begin in this span */

        nj_zone_span(zone, at_ms, &span);
        if (span.until_ms != INT64_MAX &&
            (span.until_ms - at_ms - 1) / HOUR_MS + 1 < here) {
            here = (span.until_ms - at_ms - 1) / HOUR_MS + 1;
        }
        week_s = second_of_week(at_ms, span.offset_s);
        if (week_s % HOUR_S != r.phase_s) {
            fill(&r, windows, count, HOUR_S, (int)(week_s % HOUR_S));
        }
        counted += count_from(&r, week_s / HOUR_S, here);
        unit += here;
    }
    return counted;
}
