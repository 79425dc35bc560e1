#include "model/time_say.h"

#include <stdio.h>

/* The wall clock of ZONE; of UTC when it is NULL. Returns the day. */
static int64_t
read_clock(const struct nj_zone *zone, int64_t at_ms, struct nj_civil *out)
{
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) +
                (zone == NULL ? 0 : nj_zone_offset_s(zone, at_ms));
    int64_t days = s / 86400 - (s % 86400 < 0);
    int second = (int)(s - days * 86400);

    nj_days_to_civil(days, out);
    out->hour = second / 3600;
    out->minute = second / 60 % 60;
    out->second = second % 60;
    return days;
}

char *nj_time_say(const struct nj_zone *zone,
                  int64_t at_ms,
                  int64_t now_ms,
                  char out[NJ_TIME_SAID])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                       "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    struct nj_civil c;
    struct nj_civil now;
    int64_t day = read_clock(zone, at_ms, &c);
    char year[16] = "";

    (void)read_clock(zone, now_ms, &now);
    if (now_ms != 0 && now.year != c.year) {
        (void)snprintf(year, sizeof year, " %d", c.year);
    }
    (void)snprintf(out, NJ_TIME_SAID, "%s %d %s%s %02d:%02d",
                   days[nj_weekday(day)], c.day, months[c.month - 1], year,
                   c.hour, c.minute);
    return out;
}

char *nj_span_say(const struct nj_zone *zone,
                  int64_t from_ms,
                  int64_t until_ms,
                  int64_t now_ms,
                  char out[NJ_SPAN_SAID])
{
    const char *name = zone == NULL ? "UTC" : nj_zone_name(zone);
    char from[NJ_TIME_SAID] = "since ever";
    char until[NJ_TIME_SAID];
    struct nj_civil a;
    struct nj_civil b;

    if (from_ms != INT64_MIN) {
        (void)nj_time_say(zone, from_ms, now_ms, from);
    }
    if (until_ms == INT64_MAX) {
        (void)snprintf(out, NJ_SPAN_SAID, "%s, for good (%s)", from, name);
        return out;
    }
    (void)nj_time_say(zone, until_ms, now_ms, until);
    if (from_ms != INT64_MIN && until_ms - from_ms < 86400000 &&
        read_clock(zone, from_ms, &a) == read_clock(zone, until_ms, &b)) {
        (void)snprintf(until, sizeof until, "%02d:%02d", b.hour, b.minute);
    }
    (void)snprintf(out, NJ_SPAN_SAID, "%s until %s (%s)", from, until, name);
    return out;
}
