#include "model/zone.h"

#include <stdlib.h>

#include "model/zone_parts.h"

/* Beyond this the milliseconds of an int64_t end. */
#define FARTHEST_DAY (INT64_C(1) << 37)

/* One piece of the table, in seconds; open ends are the int64_t's. */
struct piece {
    int64_t from_s;
    int64_t until_s;
    int64_t offset_s;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t to_ms(int64_t s)
{
    if (s > INT64_MAX / 1000) {
        return INT64_MAX;
    }
    return s < INT64_MIN / 1000 ? INT64_MIN : s * 1000;
}

void nj_zone_destroy(struct nj_zone *zone)
{
    if (zone == NULL) {
        return;
    }
    free(zone->name);
    free(zone->file.path);
    free(zone->at_s);
    free(zone->offset_s);
    free(zone->before);
    free(zone);
}

const char *nj_zone_name(const struct nj_zone *zone)
{
    return zone->name;
}

void nj_zone_change(struct nj_zone *zone, int64_t at_s, int offset_s)
{
    size_t n = zone->count;

    while (n > 0 && zone->at_s[n - 1] >= at_s) {
        n--;
    }
    if (zone->offset_s[n] != offset_s) {
        zone->at_s[n] = at_s;
        zone->offset_s[n + 1] = offset_s;
        n++;
    }
    zone->count = n;
}

int nj_zone_index(struct nj_zone *zone)
{
    size_t n = 0;
    int64_t from_s = -(INT64_C(1) << 31); /* 1901: nobody was on call before */
    int64_t last_s = zone->count == 0 ? 0 : zone->at_s[zone->count - 1];
    int64_t strides =
        last_s < from_s ? 1 : ((last_s - from_s) >> NJ_ZONE_STRIDE_BITS) + 1;

    if (zone->count > UINT16_MAX || strides > NJ_ZONE_STRIDES) {
        return 0; /* no real zone: searched whole */
    }
    zone->before = calloc((size_t)strides, sizeof *zone->before);
    if (zone->before == NULL) {
        return NJ_E_NOMEM;
    }
    zone->strides = (size_t)strides;
    zone->strides_from_s = from_s;
    for (size_t i = 0; i < zone->strides; i++) {
        int64_t start_s = from_s + ((int64_t)i << NJ_ZONE_STRIDE_BITS);

        while (n < zone->count && zone->at_s[n] <= start_s) {
            n++;
        }
        zone->before[i] = (uint16_t)n;
    }
    return 0;
}

/* By how many seconds T must move to come into the cycle the table covers. */
static int64_t shift_of(const struct nj_zone *zone, int64_t t)
{
    int64_t past = t - zone->cycle_from_s;

    if (!zone->cyclic || (past < 0 && !zone->cyclic_back) ||
        (past >= 0 && past < NJ_ZONE_CYCLE_S)) {
        return 0;
    }
    return -floor_div(past, NJ_ZONE_CYCLE_S) * NJ_ZONE_CYCLE_S;
}

/* How many changes of the table are at or before T. */
static size_t count_changes(const struct nj_zone *zone, int64_t t)
{
    size_t low = 0;
    size_t high = zone->count;

    if (t >= zone->strides_from_s) {
        size_t stride =
            (size_t)((t - zone->strides_from_s) >> NJ_ZONE_STRIDE_BITS);

        if (stride < zone->strides) {
            low = zone->before[stride];
        }
        if (stride + 1 < zone->strides) {
            high = zone->before[stride + 1];
        }
    }
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (zone->at_s[mid] <= t) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* The piece in which second T lies. */
static struct piece find(const struct nj_zone *zone, int64_t t)
{
    int64_t shift = shift_of(zone, t);
    size_t low = count_changes(zone, t + shift);
    struct piece out;

    out.from_s = low == 0 ? INT64_MIN : zone->at_s[low - 1] - shift;
    out.until_s = low == zone->count ? INT64_MAX : zone->at_s[low] - shift;
    out.offset_s = zone->offset_s[low];
    return out;
}

int nj_zone_offset_s(const struct nj_zone *zone, int64_t at_ms)
{
    return (int)find(zone, floor_div(at_ms, 1000)).offset_s;
}

void nj_zone_span(const struct nj_zone *zone,
                  int64_t at_ms,
                  struct nj_zone_span *out)
{
    struct piece p = find(zone, floor_div(at_ms, 1000));

    out->from_ms = to_ms(p.from_s);
    out->until_ms = to_ms(p.until_s);
    out->offset_s = (int)p.offset_s;
}

int64_t nj_zone_next_change(const struct nj_zone *zone, int64_t after_ms)
{
    return to_ms(find(zone, floor_div(after_ms, 1000)).until_s);
}

int64_t nj_zone_day(const struct nj_zone *zone, int64_t at_ms, int *out_second)
{
    int64_t s = floor_div(at_ms, 1000);
    int64_t wall_s = s + find(zone, s).offset_s;
    int64_t days = floor_div(wall_s, 86400);

    if (out_second != NULL) {
        *out_second = (int)(wall_s - days * 86400);
    }
    return days;
}

void nj_zone_civil(const struct nj_zone *zone,
                   int64_t at_ms,
                   struct nj_civil *out)
{
    int of_day;

    nj_days_to_civil(nj_zone_day(zone, at_ms, &of_day), out);
    out->hour = of_day / 3600;
    out->minute = of_day / 60 % 60;
    out->second = of_day % 60;
}

/* The first second at which the clock shows WALL_S or more. */
static int64_t first_at(const struct nj_zone *zone, int64_t wall_s)
{
    struct piece p = find(zone, wall_s - NJ_ZONE_OFFSET_MAX_S);

    while (wall_s - p.offset_s >= p.until_s) {
        p = find(zone, p.until_s);
    }
    return wall_s - p.offset_s < p.from_s ? p.from_s : wall_s - p.offset_s;
}

/* The last second at which the clock has not yet passed WALL_S for good. */
static int64_t last_at(const struct nj_zone *zone, int64_t wall_s)
{
    struct piece p = find(zone, wall_s - NJ_ZONE_OFFSET_MIN_S);

    while (wall_s - p.offset_s < p.from_s) {
        p = find(zone, p.from_s - 1);
    }
    return wall_s - p.offset_s >= p.until_s ? p.until_s : wall_s - p.offset_s;
}

int64_t nj_zone_day_instant(const struct nj_zone *zone,
                            int64_t days,
                            int64_t second,
                            enum nj_fold fold)
{
    int64_t wall_s;

    if (days > FARTHEST_DAY || days < -FARTHEST_DAY) {
        return days > 0 ? INT64_MAX : INT64_MIN;
    }
    wall_s = days * 86400 + second;
    return to_ms(fold == NJ_FOLD_FIRST ? first_at(zone, wall_s)
                                       : last_at(zone, wall_s));
}

int64_t nj_zone_instant(const struct nj_zone *zone,
                        const struct nj_civil *civil,
                        enum nj_fold fold)
{
    return nj_zone_day_instant(
        zone, nj_days_of(civil->year, civil->month, civil->day),
        (int64_t)civil->hour * 3600 + (int64_t)civil->minute * 60 +
            civil->second,
        fold);
}
