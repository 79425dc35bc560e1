#include "source/date.h"

#include <string.h>
#include <strings.h>

#include "model/zone.h"

/* What was found so far; -1 means not yet. */
struct found {
    int year, month, day;
    int hour, minute, second, milli;
    int offset_min; /* east positive */
    int has_offset;
};

struct reader {
    const char *at;
    const char *end;
};

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static size_t left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

static int next_is(const struct reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static void skip_blanks(struct reader *r)
{
    while (next_is(r, ' ') || next_is(r, '\t') || next_is(r, '\n') ||
           next_is(r, '\r')) {
        r->at++;
    }
}

/* Digits at the front; their number, 0 for none or more than nine. */
static int read_digits(struct reader *r, int *out)
{
    int n = 0;
    int value = 0;

    while (r->at + n < r->end && is_digit(r->at[n])) {
        if (++n > 9) {
            return 0;
        }
        value = value * 10 + (r->at[n - 1] - '0');
    }
    r->at += n;
    *out = value;
    return n;
}

/* Exactly COUNT digits. */
static int read_fixed(struct reader *r, int count, int *out)
{
    struct reader cut = {r->at, r->at};

    if (left(r) < (size_t)count) {
        return 0;
    }
    cut.end = r->at + count;
    if (read_digits(&cut, out) != count) {
        return 0;
    }
    r->at = cut.at;
    return 1;
}

/* ---- names -------------------------------------------------------------- */

struct name {
    const char *text; /* lower case; enough of it to know it by */
    int value;
};

static const struct name months[] = {{"janv", 1},
                                     {"jan", 1},
                                     {"ene", 1},
                                     {"gen", 1},
                                     {"feb", 2},
                                     {"fev", 2},
                                     {"mar", 3},
                                     {"mrz", 3},
                                     {"apr", 4},
                                     {"avr", 4},
                                     {"abr", 4},
                                     {"may", 5},
                                     {"mai", 5},
                                     {"mei", 5},
                                     {"maj", 5},
                                     {"mag", 5},
                                     {"jun", 6},
                                     {"juin", 6},
                                     {"giu", 6},
                                     {"jul", 7},
                                     {"juil", 7},
                                     {"lug", 7},
                                     {"aug", 8},
                                     {"ago", 8},
                                     {"aou", 8},
                                     {"sep", 9},
                                     {"set", 9},
                                     {"oct", 10},
                                     {"okt", 10},
                                     {"ott", 10},
                                     {"out", 10},
                                     {"nov", 11},
                                     {"dec", 12},
                                     {"dez", 12},
                                     {"dic", 12},
                                     {"f\xc3\xa9v", 2},
                                     {"m\xc3\xa4r", 3},
                                     {"ao\xc3\xbb", 8},
                                     {"d\xc3\xa9"
                                      "c",
                                      12},
                                     {NULL, 0}};

/* Minutes east of UTC. Ambiguous ones mean what RFC 822 says, else UTC. */
static const struct name zones[] = {
    {"ut", 0},     {"utc", 0},    {"gmt", 0},     {"z", 0},       {"est", -300},
    {"edt", -240}, {"cst", -360}, {"cdt", -300},  {"mst", -420},  {"mdt", -360},
    {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600},
    {"ast", -240}, {"adt", -180}, {"wet", 0},     {"west", 60},   {"bst", 60},
    {"cet", 60},   {"cest", 120}, {"met", 60},    {"mest", 120},  {"mez", 60},
    {"mesz", 120}, {"eet", 120},  {"eest", 180},  {"msk", 180},   {"sast", 120},
    {"sgt", 480},  {"hkt", 480},  {"jst", 540},   {"kst", 540},   {"awst", 480},
    {"acst", 570}, {"acdt", 630}, {"aest", 600},  {"aedt", 660},  {"nzst", 720},
    {"nzdt", 780}, {NULL, 0}};

static struct reader read_word(struct reader *r)
{
    struct reader word = {r->at, r->at};

    while (word.end < r->end && is_word(*word.end)) {
        word.end++;
    }
    r->at = word.end;
    return word;
}

static int month_of(const struct reader *word)
{
    for (const struct name *m = months; m->text != NULL; m++) {
        if ((*word->at | 0x20) == (m->text[0] | 0x20) &&
            left(word) >= strlen(m->text) &&
            strncasecmp(word->at, m->text, strlen(m->text)) == 0) {
            return m->value;
        }
    }
    return 0;
}

/* Military letters are known to be used with the wrong sign: all mean UTC
 * (RFC 2822 section 4.3), as do names nobody can tell. */
static int zone_of(const struct reader *word)
{
    for (const struct name *z = zones; z->text != NULL; z++) {
        if ((*word->at | 0x20) == z->text[0] && left(word) == strlen(z->text) &&
            strncasecmp(word->at, z->text, left(word)) == 0) {
            return z->value;
        }
    }
    return 0;
}

/* ---- pieces ------------------------------------------------------------- */

/* "+01:00", "-0800", "+1", after the time. */
static int read_offset(struct reader *r, struct found *f)
{
    struct reader was = *r;
    int sign = next_is(r, '-') ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    int n;

    r->at++;
    n = read_digits(r, &hours);
    if (n == 3 || n == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (n == 1 || n == 2) {
        if (next_is(r, ':')) {
            r->at++;
            n = read_fixed(r, 2, &minutes) ? n : 0;
        }
    } else {
        n = 0;
    }
    if (n == 0 || hours > 23 || minutes > 59) {
        *r = was;
        return 0;
    }
    f->offset_min = sign * (hours * 60 + minutes);
    f->has_offset = 1;
    return 1;
}

static void read_fraction(struct reader *r, struct found *f)
{
    int scale = 100;

    f->milli = 0;
    for (r->at++; r->at < r->end && is_digit(*r->at); r->at++) {
        f->milli += (*r->at - '0') * scale;
        scale /= 10;
    }
}

/* ":MM[:SS[.fff]]" behind HOUR. */
static int read_clock(struct reader *r, int hour, struct found *f)
{
    struct reader digits;

    f->hour = hour;
    r->at++;
    if (!read_digits(r, &f->minute)) {
        return 0;
    }
    if (!next_is(r, ':')) {
        return 1;
    }
    r->at++;
    if (!read_digits(r, &f->second)) {
        return 0;
    }
    digits = (struct reader){r->at + 1, r->end};
    if ((next_is(r, '.') || next_is(r, ',')) && left(r) > 1 &&
        is_digit(*digits.at)) {
        read_fraction(r, f);
    }
    return 1;
}

static int64_t to_ms(const struct found *f)
{
    int64_t s;
    int hour = f->hour < 0 ? 0 : f->hour;
    int minute = f->minute < 0 ? 0 : f->minute;
    int second = f->second < 0 ? 0 : f->second;

    if (f->year < 1970 || f->year > 9999 || f->month < 1 || f->month > 12 ||
        f->day < 1 || f->day > nj_month_days(f->year, f->month) || hour > 24 ||
        minute > 59 || second > 60 || (hour == 24 && minute + second > 0)) {
        return 0;
    }
    s = nj_days_of(f->year, f->month, f->day) * 86400 +
        (int64_t)(minute - f->offset_min) * 60 + (int64_t)hour * 3600 + second;
    return s <= 0 ? 0 : s * 1000 + (f->milli < 0 ? 0 : f->milli);
}

/* ---- ISO 8601 ----------------------------------------------------------- */

static int read_iso_date(struct reader *r, struct found *f)
{
    struct reader was;

    if (!read_fixed(r, 4, &f->year)) {
        return 0;
    }
    f->month = 1;
    f->day = 1;
    if (next_is(r, '-')) {
        r->at++;
        was = *r;
        if (read_digits(r, &f->day) == 3) { /* day of the year */
            struct nj_civil civil;

            if (f->year < 1970 || f->day < 1 || f->day > 366) {
                return 0;
            }
            nj_days_to_civil(nj_days_of(f->year, 1, f->day), &civil);
            f->year = civil.year;
            f->month = civil.month;
            f->day = civil.day;
            return 1;
        }
        *r = was;
        f->day = 1;
        if (!read_digits(r, &f->month)) {
            return 0;
        }
        if (next_is(r, '-')) {
            r->at++;
            return read_digits(r, &f->day) > 0;
        }
        return 1;
    }
    if (r->at < r->end && is_digit(*r->at)) {
        return read_fixed(r, 2, &f->month) && read_fixed(r, 2, &f->day);
    }
    return 1;
}

static int read_iso_time(struct reader *r, struct found *f)
{
    if (!read_fixed(r, 2, &f->hour)) {
        return 0;
    }
    if (next_is(r, ':')) {
        return read_clock(r, f->hour, f);
    }
    if (r->at < r->end && is_digit(*r->at)) {
        if (!read_fixed(r, 2, &f->minute)) {
            return 0;
        }
        if (r->at < r->end && is_digit(*r->at)) {
            return read_fixed(r, 2, &f->second);
        }
    }
    return 1;
}

static int64_t read_iso(struct reader r)
{
    struct found f = {.hour = 0};

    if (!read_iso_date(&r, &f)) {
        return 0;
    }
    if (next_is(&r, 'T') || next_is(&r, 't') ||
        (next_is(&r, ' ') && left(&r) > 1 && is_digit(r.at[1]))) {
        r.at++;
        if (!read_iso_time(&r, &f)) {
            return 0;
        }
    }
    skip_blanks(&r);
    if (next_is(&r, '+') || next_is(&r, '-')) {
        if (!read_offset(&r, &f)) {
            return 0;
        }
    } else if (r.at < r.end && is_word(*r.at)) {
        struct reader word = read_word(&r);

        f.offset_min = zone_of(&word);
    }
    skip_blanks(&r);
    return r.at == r.end ? to_ms(&f) : 0;
}

/* ---- all others --------------------------------------------------------- */

static int full_year(int year, int digits)
{
    if (digits <= 2) {
        return year < 50 ? 2000 + year : 1900 + year;
    }
    return digits == 3 ? 1900 + year : year;
}

/* Skipped unread, right or wrong: the date itself says which day it is. */
static int is_weekday(const struct reader *word)
{
    static const char days[] = "monsunsattuewedthufri";

    for (size_t i = 0; i < sizeof days - 1; i += 3) {
        if ((word->at[0] | 0x20) == days[i] && left(word) >= 3 &&
            strncasecmp(word->at, days + i, 3) == 0) {
            return 1;
        }
    }
    return 0;
}

static void take_word(struct reader *r, struct found *f)
{
    struct reader word = read_word(r);
    int month;

    if (is_weekday(&word)) {
        return;
    }
    month = month_of(&word);
    if (f->hour >= 0 && left(&word) == 2 && (word.at[1] | 0x20) == 'm' &&
        ((word.at[0] | 0x20) == 'p' || (word.at[0] | 0x20) == 'a')) {
        f->hour = f->hour % 12 + ((word.at[0] | 0x20) == 'p' ? 12 : 0);
    } else if (month != 0 && f->month < 0) {
        f->month = month;
    } else if (f->hour >= 0 && !f->has_offset) {
        f->offset_min = zone_of(&word);
        f->has_offset = f->offset_min != 0;
    }
}

static int take_number(struct reader *r, struct found *f)
{
    int value = 0;
    int digits = read_digits(r, &value);

    if (digits == 0) {
        return 0;
    }
    if (next_is(r, ':') && f->hour < 0) {
        return read_clock(r, value, f);
    }
    if (digits <= 2 && f->day < 0) {
        f->day = value;
    } else if (f->year < 0) {
        f->year = full_year(value, digits);
    }
    return 1;
}

static int64_t read_loose(struct reader r)
{
    struct found f = {.year = -1,
                      .month = -1,
                      .day = -1,
                      .hour = -1,
                      .minute = -1,
                      .second = -1,
                      .milli = -1};

    while (r.at < r.end && *r.at != '(') {
        if (is_digit(*r.at)) {
            if (!take_number(&r, &f)) {
                return 0;
            }
        } else if (is_word(*r.at)) {
            take_word(&r, &f);
        } else if ((*r.at == '+' || *r.at == '-') && f.hour >= 0 &&
                   !f.has_offset && read_offset(&r, &f)) {
            continue;
        } else {
            r.at++;
        }
    }
    return to_ms(&f);
}

static struct reader trimmed(const char *text, size_t len)
{
    struct reader r = {text, text + len};

    skip_blanks(&r);
    while (r.end > r.at && (unsigned char)r.end[-1] <= ' ') {
        r.end--;
    }
    return r;
}

int64_t nj_date_read(const char *text, size_t len)
{
    struct reader r;
    int64_t ms;

    if (len == 0) {
        return 0;
    }
    r = trimmed(text, len);
    if (left(&r) == 0 || left(&r) > 128) {
        return 0;
    }
    ms = is_digit(*r.at) ? read_iso(r) : 0;
    return ms != 0 ? ms : read_loose(r);
}

/* ---- numbers ------------------------------------------------------------ */

/* Digits with a fraction as thousandths; -1 for no such number. */
static int64_t read_milli(struct reader r)
{
    const int64_t most = INT64_MAX / 1000 - 1;
    int64_t value = 0;
    int64_t milli = 0;
    int scale = 100;

    if (r.at == r.end || !is_digit(*r.at)) {
        return -1;
    }
    for (; r.at < r.end && is_digit(*r.at); r.at++) {
        if (value > most / 10 - 1) {
            return -1;
        }
        value = value * 10 + (*r.at - '0');
    }
    if (next_is(&r, '.')) {
        for (r.at++; r.at < r.end && is_digit(*r.at); r.at++) {
            milli += (int64_t)(*r.at - '0') * scale;
            scale /= 10;
        }
    }
    return r.at == r.end ? value * 1000 + milli : -1;
}

static int64_t read_unix(enum nj_date_format format, struct reader r)
{
    const int64_t last_ms = INT64_C(253402300799999); /* end of 9999 */
    int64_t milli = read_milli(r);
    int64_t ms;

    if (milli < 0) {
        return 0;
    }
    if (format == NJ_DATE_AUTO || format == NJ_DATE_UNIX) {
        /* seconds pass 10^11 in the year 5138, ms 10^14 likewise */
        format = milli < INT64_C(100000000000000)      ? NJ_DATE_UNIX_S
                 : milli < INT64_C(100000000000000000) ? NJ_DATE_UNIX_MS
                                                       : NJ_DATE_UNIX_US;
    }
    ms = format == NJ_DATE_UNIX_S    ? milli
         : format == NJ_DATE_UNIX_MS ? milli / 1000
                                     : milli / 1000000;
    return ms > last_ms ? 0 : ms;
}

int64_t
nj_date_read_as(enum nj_date_format format, const char *text, size_t len)
{
    struct reader r = trimmed(text, len);
    int64_t ms;

    if (left(&r) == 0 || left(&r) > 128) {
        return 0;
    }
    switch (format) {
    case NJ_DATE_RFC3339:
        return read_iso(r);
    case NJ_DATE_RFC2822:
        return read_loose(r);
    case NJ_DATE_AUTO:
        ms = read_milli(r) >= 100000000000 ? read_unix(format, r) : 0;
        return ms != 0 ? ms : nj_date_read(text, len);
    default:
        return read_unix(format, r);
    }
}
