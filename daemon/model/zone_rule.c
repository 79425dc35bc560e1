/* The footer of a TZif file: a POSIX TZ string with the extensions of RFC 9636
 * (hours up to 167 either way, daylight saving that is behind standard). */

#include <string.h>

#include "model/zone_parts.h"

/* What is left to read. */
struct rest {
    const char *at;
    const char *end;
};

static int take(struct rest *r, char c)
{
    if (r->at == r->end || *r->at != c) {
        return 0;
    }
    r->at++;
    return 1;
}

static int read_number(struct rest *r, int max, int *out)
{
    const char *start = r->at;
    int n = 0;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
        n = n * 10 + (*r->at - '0');
        if (n > max) {
            return NJ_E_INVALID;
        }
        r->at++;
    }
    if (r->at == start) {
        return NJ_E_INVALID;
    }
    *out = n;
    return 0;
}

static int is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "CET" or "<+0330>": three bytes or more. */
static int skip_name(struct rest *r)
{
    int quoted = take(r, '<');
    const char *start = r->at;

    while (r->at < r->end &&
           (is_letter(*r->at) ||
            (quoted && strchr("0123456789+-", *r->at) != NULL))) {
        r->at++;
    }
    if (r->at - start < 3 || (quoted && !take(r, '>'))) {
        return NJ_E_INVALID;
    }
    return 0;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static int read_time(struct rest *r, int max_hours, int *out)
{
    int negative = take(r, '-');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;

    if (!negative) {
        (void)take(r, '+');
    }
    if (read_number(r, max_hours, &hours) != 0 ||
        (take(r, ':') && (read_number(r, 59, &minutes) != 0 ||
                          (take(r, ':') && read_number(r, 59, &seconds))))) {
        return NJ_E_INVALID;
    }
    *out = hours * 3600 + minutes * 60 + seconds;
    if (negative) {
        *out = -*out;
    }
    return 0;
}

static int read_date(struct rest *r, struct nj_zone_when *out)
{
    if (take(r, 'M')) {
        out->kind = 'M';
        if (read_number(r, 12, &out->month) != 0 || !take(r, '.') ||
            read_number(r, 5, &out->week) != 0 || !take(r, '.') ||
            read_number(r, 6, &out->day) != 0) {
            return NJ_E_INVALID;
        }
        return out->month >= 1 && out->week >= 1 ? 0 : NJ_E_INVALID;
    }
    if (take(r, 'J')) {
        out->kind = 'J';
        if (read_number(r, 365, &out->day) != 0 || out->day < 1) {
            return NJ_E_INVALID;
        }
        return 0;
    }
    out->kind = 'n';
    return read_number(r, 365, &out->day);
}

/* ",date[/time]" */
static int read_when(struct rest *r, struct nj_zone_when *out)
{
    out->time_s = 2 * 3600;
    if (!take(r, ',') || read_date(r, out) != 0) {
        return NJ_E_INVALID;
    }
    return take(r, '/') ? read_time(r, 167, &out->time_s) : 0;
}

static int read_dst(struct rest *r, struct nj_zone_rule *rule)
{
    rule->has_dst = 1;
    rule->dst_s = rule->std_s + 3600;
    if (skip_name(r) != 0) {
        return NJ_E_INVALID;
    }
    if (r->at < r->end && *r->at != ',') {
        if (read_time(r, 24, &rule->dst_s) != 0) {
            return NJ_E_INVALID;
        }
        rule->dst_s = -rule->dst_s; /* POSIX counts west */
    }
    if (read_when(r, &rule->start) != 0 || read_when(r, &rule->end) != 0) {
        return NJ_E_INVALID;
    }
    return 0;
}

int nj_zone_rule_read(const char *text, size_t len, struct nj_zone_rule *out)
{
    struct rest r = {.at = text, .end = text + len};
    struct nj_zone_rule rule = {0};

    if (skip_name(&r) != 0 || read_time(&r, 24, &rule.std_s) != 0) {
        return NJ_E_INVALID;
    }
    rule.std_s = -rule.std_s;
    if (r.at < r.end && read_dst(&r, &rule) != 0) {
        return NJ_E_INVALID;
    }
    if (r.at != r.end) {
        return NJ_E_INVALID;
    }
    *out = rule;
    return 0;
}

static int64_t day_of(const struct nj_zone_when *when, int year)
{
    int64_t first = nj_days_of(year, 1, 1);
    int day;

    if (when->kind == 'n') {
        return first + when->day;
    }
    if (when->kind == 'J') {
        return first + when->day - 1 +
               (when->day >= 60 && nj_month_days(year, 2) == 29);
    }
    first = nj_days_of(year, when->month, 1);
    day = (when->day + 6 - nj_weekday(first)) % 7 + (when->week - 1) * 7;
    while (day >= nj_month_days(year, when->month)) {
        day -= 7;
    }
    return first + day;
}

static int64_t
second_of(const struct nj_zone_when *when, int year, int before_s)
{
    return day_of(when, year) * 86400 + when->time_s - before_s;
}

struct change {
    int64_t at_s;
    int offset_s;
};

/* Put both changes of YEAR into OUT, earlier first. */
static void
changes_of(const struct nj_zone_rule *rule, int year, struct change out[2])
{
    struct change start = {second_of(&rule->start, year, rule->std_s),
                           rule->dst_s};
    struct change end = {second_of(&rule->end, year, rule->dst_s), rule->std_s};
    int start_first = start.at_s <= end.at_s;

    out[0] = start_first ? start : end;
    out[1] = start_first ? end : start;
}

/* The offset that RULE gives at T_S, which lies in YEAR. */
static int offset_at(const struct nj_zone_rule *rule, int64_t t_s, int year)
{
    int offset_s = rule->std_s;

    for (int y = year - 1; rule->has_dst && y <= year + 1; y++) {
        struct change both[2];

        changes_of(rule, y, both);
        for (int i = 0; i < 2; i++) {
            if (both[i].at_s <= t_s) {
                offset_s = both[i].offset_s;
            }
        }
    }
    return offset_s;
}

static int year_of(int64_t t_s)
{
    const int64_t oldest_s = nj_days_of(1, 1, 1) * 86400;
    struct nj_civil civil;

    if (t_s < oldest_s) {
        return 1; /* zic writes -2^59 for "since the big bang" */
    }
    nj_days_to_civil(t_s / 86400 - (t_s % 86400 < 0), &civil);
    return civil.year;
}

void nj_zone_rule_draw(struct nj_zone *zone,
                       const struct nj_zone_rule *rule,
                       int64_t last_s)
{
    int alone = last_s == INT64_MIN;
    int year = alone ? 1970 : year_of(last_s);
    int over = year - 1 + NJ_ZONE_DRAWN_YEARS;

    if (alone) {
        zone->offset_s[0] = rule->std_s;
    } else {
        nj_zone_change(zone, last_s, offset_at(rule, last_s, year));
    }
    for (int y = year - 1; rule->has_dst && y <= over; y++) {
        struct change both[2];

        changes_of(rule, y, both);
        /* the last year only begins: an end that the next start takes away
         * must not be left standing */
        for (int i = 0; i < (y == over ? 1 : 2); i++) {
            if (both[i].at_s > last_s) {
                nj_zone_change(zone, both[i].at_s, both[i].offset_s);
            }
        }
    }
    zone->cyclic = rule->has_dst;
    zone->cyclic_back = alone;
    zone->cycle_from_s = nj_days_of(year + 2, 1, 1) * 86400;
}
