/* Instants as text and back (RFC 3339). */

#include <stdlib.h>

#include "model/zone.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* VALUE, 0..9999, in DIGITS digits; returns what is behind them. */
static char *put_digits(char *at, int digits, int value)
{
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + digits;
}

static char *put_part(char *at, char before, int value)
{
    *at = before;
    return put_digits(at + 1, 2, value);
}

char *
nj_time_text(const struct nj_zone *zone, int64_t at_ms, char out[NJ_TIME_TEXT])
{
    /* RFC 3339 has no seconds in offsets: cut them off, and show the wall
     * clock of the cut offset, so that the text still names this instant. */
    int offset_min = zone == NULL ? 0 : nj_zone_offset_s(zone, at_ms) / 60;
    int64_t wall_s = floor_div(at_ms, 1000) + (int64_t)offset_min * 60;
    int64_t days = floor_div(wall_s, 86400);
    int of_day = (int)(wall_s - days * 86400);
    struct nj_civil c;
    char *at = out;

    nj_days_to_civil(days, &c);
    if (c.year < 0 || c.year > 9999) {
        out[0] = '\0';
        return out;
    }
    at = put_digits(at, 4, c.year);
    at = put_part(at, '-', c.month);
    at = put_part(at, '-', c.day);
    at = put_part(at, 'T', of_day / 3600);
    at = put_part(at, ':', of_day / 60 % 60);
    at = put_part(at, ':', of_day % 60);
    if (zone == NULL) {
        *at++ = 'Z';
    } else {
        at = put_part(at, offset_min < 0 ? '-' : '+', abs(offset_min) / 60);
        at = put_part(at, ':', abs(offset_min) % 60);
    }
    *at = '\0';
    return out;
}

/* Read exactly DIGITS digits. */
static int read_digits(const char **at, int digits, int *out)
{
    int n = 0;

    for (int i = 0; i < digits; i++) {
        char c = (*at)[i];

        if (c < '0' || c > '9') {
            return NJ_E_INVALID;
        }
        n = n * 10 + (c - '0');
    }
    *at += digits;
    *out = n;
    return 0;
}

static int take(const char **at, char c)
{
    if (**at != c) {
        return 0;
    }
    (*at)++;
    return 1;
}

static int read_date(const char **at, struct nj_civil *c)
{
    if (read_digits(at, 4, &c->year) != 0 || !take(at, '-') ||
        read_digits(at, 2, &c->month) != 0 || !take(at, '-') ||
        read_digits(at, 2, &c->day) != 0) {
        return NJ_E_INVALID;
    }
    if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > nj_month_days(c->year, c->month)) {
        return NJ_E_INVALID;
    }
    return 0;
}

/* ".fff", any number of digits; what is finer than milliseconds is cut. */
static int read_fraction(const char **at, int *out_ms)
{
    const char *start = *at;
    int ms = 0;
    int unit = 100;

    for (; **at >= '0' && **at <= '9'; (*at)++) {
        ms += (**at - '0') * unit;
        unit /= 10;
    }
    *out_ms = ms;
    return *at == start ? NJ_E_INVALID : 0;
}

/* "HH:MM[:SS[.fff]]"; 24:00 is the next midnight, second 60 a leap second. */
static int read_clock(const char **at, struct nj_civil *c, int *out_ms)
{
    if (read_digits(at, 2, &c->hour) != 0 || !take(at, ':') ||
        read_digits(at, 2, &c->minute) != 0) {
        return NJ_E_INVALID;
    }
    if (take(at, ':') && (read_digits(at, 2, &c->second) != 0 ||
                          (take(at, '.') && read_fraction(at, out_ms) != 0))) {
        return NJ_E_INVALID;
    }
    if (c->minute > 59 || c->second > 60 || c->hour > 24 ||
        (c->hour == 24 && (c->minute || c->second || *out_ms))) {
        return NJ_E_INVALID;
    }
    return 0;
}

/* "Z", "+HH:MM" or "+HHMM", in seconds east. */
static int read_offset(const char **at, int *out_s)
{
    int sign = **at == '-' ? -1 : 1;
    int hours;
    int minutes;

    if (take(at, 'Z') || take(at, 'z')) {
        *out_s = 0;
        return 0;
    }
    if ((!take(at, '+') && !take(at, '-')) || read_digits(at, 2, &hours) != 0) {
        return NJ_E_INVALID;
    }
    (void)take(at, ':');
    if (read_digits(at, 2, &minutes) != 0 || hours > 23 || minutes > 59) {
        return NJ_E_INVALID;
    }
    *out_s = sign * (hours * 3600 + minutes * 60);
    return 0;
}

static int64_t utc_ms(const struct nj_civil *c, int offset_s)
{
    int64_t days = nj_days_of(c->year, c->month, c->day);

    int64_t minutes = (days * 24 + c->hour) * 60 + c->minute;

    return (minutes * 60 + c->second - offset_s) * 1000;
}

int nj_time_read(const struct nj_zone *zone,
                 const char *text,
                 enum nj_fold fold,
                 int64_t *out_ms)
{
    struct nj_civil c = {0};
    const char *at = text;
    int ms = 0;
    int offset_s = 0;
    int has_offset = 0;

    if (read_date(&at, &c) != 0) {
        return NJ_E_INVALID;
    }
    if (take(&at, 'T') || take(&at, 't') || take(&at, ' ')) {
        if (read_clock(&at, &c, &ms) != 0) {
            return NJ_E_INVALID;
        }
        has_offset = *at != '\0';
        if (has_offset && read_offset(&at, &offset_s) != 0) {
            return NJ_E_INVALID;
        }
    }
    if (*at != '\0') {
        return NJ_E_INVALID;
    }
    if (has_offset || zone == NULL) {
        *out_ms = utc_ms(&c, offset_s) + ms;
    } else {
        *out_ms = nj_zone_instant(zone, &c, fold) + ms;
    }
    return 0;
}
