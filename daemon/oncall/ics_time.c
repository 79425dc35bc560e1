#include "oncall/ics_time.h"

#include <string.h>

enum {
    ZONES_MAX = 32,    /* time zones described in one calendar */
    CHANGES_MAX = 512, /* STANDARD and DAYLIGHT parts of all of them */
    RULES_MAX = 16,    /* of them with a rule: a false one costs 0.2 s */
};

int nj_ics_time_valid(const struct icaltimetype *t)
{
    return t->year >= 1 && t->year <= 9999 && t->month >= 1 && t->month <= 12 &&
           t->day >= 1 && t->day <= nj_month_days(t->year, t->month) &&
           (t->is_date ||
            (t->hour >= 0 && t->hour <= 23 && t->minute >= 0 &&
             t->minute <= 59 && t->second >= 0 && t->second <= 60));
}

static int64_t day_of(const struct icaltimetype *t)
{
    return nj_days_of(t->year, t->month, t->day);
}

static int64_t of_day(const struct icaltimetype *t)
{
    return t->second + 60 * (t->minute + INT64_C(60) * t->hour);
}

/* The instant of T by the time zone that CALENDAR calls TZID. */
static int by_described_zone(icalcomponent *calendar,
                             const char *tzid,
                             const struct icaltimetype *t,
                             int64_t *out_ms)
{
    icaltimezone *described = icalcomponent_get_timezone(calendar, tzid);
    struct icaltimetype wall = *t;
    int is_daylight;
    int offset_s;

    if (described == NULL) {
        return NJ_E_NOTFOUND;
    }
    offset_s = icaltimezone_get_utc_offset(described, &wall, &is_daylight);
    *out_ms = (day_of(t) * 86400 + of_day(t) - offset_s) * 1000;
    return 0;
}

static const char *tzid_of(icalproperty *p)
{
    icalparameter *param =
        icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);

    return param == NULL ? NULL : icalparameter_get_tzid(param);
}

/* The zone TZID of ZONES (NULL: the calendar's); NULL when it has none. */
static const struct nj_zone *zone_of(const struct nj_ics_zones *zones,
                                     const char *tzid)
{
    if (tzid == NULL || strcmp(tzid, nj_zone_name(zones->zone)) == 0) {
        return zones->zone;
    }
    return zones->find == NULL ? NULL : zones->find(zones->ctx, tzid);
}

static int instant_of(icalproperty *p,
                      icalcomponent *calendar,
                      const struct nj_ics_zones *zones,
                      const struct icaltimetype *t,
                      enum nj_fold fold,
                      int64_t *out_ms)
{
    const char *tzid = tzid_of(p);
    const struct nj_zone *zone;

    if (icaltime_is_utc(*t)) {
        *out_ms = (day_of(t) * 86400 + of_day(t)) * 1000;
        return 0;
    }
    zone = zone_of(zones, tzid);
    if (zone != NULL) {
        *out_ms = nj_zone_day_instant(zone, day_of(t), of_day(t), fold);
        return 0;
    }
    return by_described_zone(calendar, tzid, t, out_ms);
}

int nj_ics_same_clock(icalproperty *a, icalproperty *b)
{
    const char *x = tzid_of(a);
    const char *y = tzid_of(b);

    return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

static void set_wall(struct icaltimetype *t, int64_t seconds)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t second = seconds - days * 86400;
    struct nj_civil c;

    nj_days_to_civil(days, &c);
    t->year = c.year;
    t->month = c.month;
    t->day = c.day;
    t->hour = (int)(second / 3600);
    t->minute = (int)(second / 60 % 60);
    t->second = (int)(second % 60);
}

int64_t nj_ics_wall_s(const struct icaltimetype *a,
                      const struct icaltimetype *b)
{
    return (day_of(b) - day_of(a)) * 86400 + of_day(b) - of_day(a);
}

struct icaltimetype nj_ics_moved(const struct icaltimetype *t, int64_t seconds)
{
    struct icaltimetype moved = *t;

    set_wall(&moved, day_of(t) * 86400 + of_day(t) + seconds);
    return moved;
}

int nj_ics_to_clock(icalproperty *p,
                    icalcomponent *calendar,
                    const struct nj_ics_zones *zones,
                    struct icaltimetype *t)
{
    int64_t at_s = day_of(t) * 86400 + of_day(t);
    const char *tzid = tzid_of(p);
    const struct nj_zone *zone = zone_of(zones, tzid);
    int offset_s;

    if (zone != NULL) {
        offset_s = nj_zone_offset_s(zone, at_s * 1000);
    } else {
        icaltimezone *described = icalcomponent_get_timezone(calendar, tzid);
        struct icaltimetype utc = *t;
        int is_daylight;

        if (described == NULL) {
            return NJ_E_NOTFOUND;
        }
        offset_s = icaltimezone_get_utc_offset_of_utc_time(described, &utc,
                                                           &is_daylight);
    }
    set_wall(t, at_s + offset_s);
    t->zone = NULL; /* no longer UTC */
    return 0;
}

int nj_ics_start(icalproperty *p,
                 icalcomponent *calendar,
                 const struct nj_ics_zones *zones,
                 const struct icaltimetype *t,
                 struct nj_ics_span *out)
{
    int64_t at_ms;

    if (t->is_date) {
        *out = (struct nj_ics_span){1, day_of(t), day_of(t) + 1};
        return 0;
    }
    if (instant_of(p, calendar, zones, t, NJ_FOLD_FIRST, &at_ms) != 0) {
        return NJ_E_NOTFOUND;
    }
    *out = (struct nj_ics_span){0, at_ms, at_ms};
    return 0;
}

int nj_ics_end(icalproperty *p,
               icalcomponent *calendar,
               const struct nj_ics_zones *zones,
               const struct icaltimetype *t,
               struct nj_ics_span *span)
{
    int64_t at_ms;

    if (span->is_days) {
        int64_t day = day_of(t);

        span->until = day == span->from ? day + 1 : day;
        return 0;
    }
    if (instant_of(p, calendar, zones, t, NJ_FOLD_LAST, &at_ms) != 0) {
        return NJ_E_NOTFOUND;
    }
    span->until = at_ms;
    return 0;
}

void nj_ics_lasts(int64_t seconds, struct nj_ics_span *span)
{
    if (!span->is_days) {
        span->until = span->from + seconds * 1000;
    } else if (seconds > 86400) {
        span->until = span->from + (seconds + 86399) / 86400;
    }
}

void nj_ics_days(const struct nj_ics_span *span,
                 const struct nj_zone *zone,
                 int64_t *out_from_day,
                 int64_t *out_until_day)
{
    if (span->is_days) {
        *out_from_day = span->from;
        *out_until_day = span->until;
        return;
    }
    *out_from_day = nj_zone_day(zone, span->from, NULL);
    *out_until_day =
        nj_zone_day(zone,
                    span->until > span->from ? span->until - 1 : span->from,
                    NULL) +
        1;
}

/* How many rules a part has; more than any file may have when one of them
 * changes clocks otherwise than yearly. */
static int count_rules(icalcomponent *part)
{
    icalproperty *p =
        icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY);
    int n = 0;

    for (; p != NULL;
         p = icalcomponent_get_next_property(part, ICAL_RRULE_PROPERTY)) {
        struct icalrecurrencetype rule = icalproperty_get_rrule(p);

        if (rule.freq != ICAL_YEARLY_RECURRENCE ||
            rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
            rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
            rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX) {
            return RULES_MAX + 1;
        }
        n++;
    }
    return n;
}

int nj_ics_zones_check(icalcomponent *calendar, struct nj_err *err)
{
    icalcompiter zones =
        icalcomponent_begin_component(calendar, ICAL_VTIMEZONE_COMPONENT);
    int zone_count = 0;
    int change_count = 0;
    int rule_count = 0;

    for (; icalcompiter_deref(&zones) != NULL; icalcompiter_next(&zones)) {
        icalcompiter parts = icalcomponent_begin_component(
            icalcompiter_deref(&zones), ICAL_ANY_COMPONENT);

        zone_count++;
        for (; icalcompiter_deref(&parts) != NULL; icalcompiter_next(&parts)) {
            change_count++;
            rule_count += count_rules(icalcompiter_deref(&parts));
        }
    }
    if (zone_count > ZONES_MAX || change_count > CHANGES_MAX ||
        rule_count > RULES_MAX) {
        return nj_err_set(err, NJ_E_INVALID,
                          "the file describes more than %d time zones, or "
                          "clocks that change otherwise than yearly; write "
                          "times in UTC",
                          ZONES_MAX);
    }
    return 0;
}
