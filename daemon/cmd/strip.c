#include "cmd/strip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum {
    LABEL_COLUMNS = 12, /* ">Mon 23 Nov " */
    KINDS = 48,         /* different sets of people with a sign of their own */
    DAY_MINUTES = 1440,
};

static const char blank = ' ';
static const char in_hours = '.';
static const char hole = '!';
static const char others = '?';

/* A set of people and its sign. */
struct kind {
    const char *who; /* lent by the shifts */
    char sign;
};

struct drawing {
    const struct nj_strip *strip;
    struct nj_buf *out;
    struct kind kinds[KINDS];
    size_t kind_count;
    int cell_minutes;
    int has_hours, has_hole, has_others; /* for the legend */
};

/* ---- columns ------------------------------------------------------------- */

static int is_between(uint32_t c, uint32_t low, uint32_t high)
{
    return low <= c && c <= high;
}

/* Columns of one letter: East Asian Width W and F, and emoji, are two. */
static int columns_of(uint32_t c)
{
    if (is_between(c, 0x300, 0x36f) || is_between(c, 0x200b, 0x200f) ||
        is_between(c, 0xfe00, 0xfe0f) || is_between(c, 0x20d0, 0x20ff) ||
        is_between(c, 0x591, 0x5bd) || is_between(c, 0x610, 0x61a) ||
        is_between(c, 0x64b, 0x65f)) {
        return 0;
    }
    return is_between(c, 0x1100, 0x115f) || is_between(c, 0x2e80, 0xa4cf) ||
                   is_between(c, 0xac00, 0xd7a3) ||
                   is_between(c, 0xf900, 0xfaff) ||
                   is_between(c, 0xfe30, 0xfe6f) ||
                   is_between(c, 0xff00, 0xff60) ||
                   is_between(c, 0xffe0, 0xffe6) ||
                   is_between(c, 0x1f300, 0x1faff) ||
                   is_between(c, 0x20000, 0x3fffd)
               ? 2
               : 1;
}

int nj_text_columns(const char *text)
{
    size_t len = strlen(text);
    int columns = 0;

    for (size_t at = 0; at < len;) {
        uint32_t c = 0;
        size_t n = nj_utf8_decode(text + at, len - at, &c);

        columns += n == 0 ? 1 : columns_of(c);
        at += n == 0 ? 1 : n;
    }
    return columns;
}

/* ---- signs --------------------------------------------------------------- */

static int is_taken(const struct drawing *d, char sign)
{
    for (size_t i = 0; i < d->kind_count; i++) {
        if (d->kinds[i].sign == sign) {
            return 1;
        }
    }
    return 0;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* One person is a letter, best of their own name; several are a digit. */
static char choose_sign(const struct drawing *d, const char *who)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz";
    static const char digits[] = "23456789&%#=+*";
    int several = strstr(who, ", ") != NULL;

    for (const char *p = who; !several && *p != '\0'; p++) {
        char c = upper(*p);

        if (c >= 'A' && c <= 'Z' && !is_taken(d, c)) {
            return c;
        }
    }
    for (const char *p = several ? digits : letters; *p != '\0'; p++) {
        if (!is_taken(d, *p)) {
            return *p;
        }
    }
    return others;
}

static void add_kind(struct drawing *d, const char *who)
{
    char sign;

    for (size_t i = 0; i < d->kind_count; i++) {
        if (strcmp(d->kinds[i].who, who) == 0) {
            return;
        }
    }
    sign = d->kind_count == KINDS ? others : choose_sign(d, who);
    if (sign == others) {
        d->has_others = 1;
    } else {
        d->kinds[d->kind_count++] = (struct kind){who, sign};
    }
}

static char sign_of(const struct drawing *d, const char *who)
{
    for (size_t i = 0; i < d->kind_count; i++) {
        if (strcmp(d->kinds[i].who, who) == 0) {
            return d->kinds[i].sign;
        }
    }
    return others;
}

/* ---- cells --------------------------------------------------------------- */

static int64_t
overlap(const struct nj_strip_span *span, int64_t from_ms, int64_t until_ms)
{
    int64_t from = span->from_ms > from_ms ? span->from_ms : from_ms;
    int64_t until = span->until_ms < until_ms ? span->until_ms : until_ms;

    return until > from ? until - from : 0;
}

/* The sign of [FROM_MS, UNTIL_MS). */
static char cell(struct drawing *d, int64_t from_ms, int64_t until_ms)
{
    const struct nj_strip *s = d->strip;
    const struct nj_strip_span *most = NULL;
    int64_t longest = 0;

    for (size_t i = 0; i < s->hole_count; i++) {
        if (overlap(&s->holes[i], from_ms, until_ms) > 0) {
            d->has_hole = 1;
            return hole;
        }
    }
    for (size_t i = 0; i < s->shift_count; i++) {
        int64_t ms = overlap(&s->shifts[i], from_ms, until_ms);

        if (ms > longest) {
            longest = ms;
            most = &s->shifts[i];
        }
    }
    if (most == NULL) {
        return blank;
    }
    if (most->who[0] == '\0') {
        d->has_hours = 1;
        return in_hours;
    }
    return sign_of(d, most->who);
}

/* ---- rows ---------------------------------------------------------------- */

/* Which colour a sign has: its own, as long as there are enough. */
static int colour_of(const struct drawing *d, char sign)
{
    static const int palette[] = {36, 33, 35, 32, 34, 96, 93, 95};

    for (size_t i = 0; i < d->kind_count; i++) {
        if (d->kinds[i].sign == sign) {
            return palette[i % (sizeof palette / sizeof palette[0])];
        }
    }
    return 0;
}

/* LEN times SIGN, coloured on a terminal. */
static void put_run(const struct drawing *d, char sign, size_t len)
{
    int colour = d->strip->colour ? colour_of(d, sign) : 0;

    if (d->strip->colour && sign == hole) {
        (void)nj_buf_adds(d->out, "\033[1;37;41m");
    } else if (colour != 0) {
        (void)nj_buf_addf(d->out, "\033[%dm", colour);
    }
    for (size_t i = 0; i < len; i++) {
        (void)nj_buf_addc(d->out, sign);
    }
    if (colour != 0 || (d->strip->colour && sign == hole)) {
        (void)nj_buf_adds(d->out, "\033[0m");
    }
}

static void put_label(const struct drawing *d, int64_t day)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                       "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    int is_today = d->strip->now_ms != 0 &&
                   nj_zone_day(d->strip->zone, d->strip->now_ms, NULL) == day;
    struct nj_civil c;

    nj_days_to_civil(day, &c);
    (void)nj_buf_addf(d->out, "%c%s %2d %s ", is_today ? '>' : ' ',
                      days[nj_weekday(day)], c.day, months[c.month - 1]);
}

static void put_day(struct drawing *d, int64_t day)
{
    const struct nj_zone *zone = d->strip->zone;
    char signs[DAY_MINUTES / 15];
    size_t count = 0;
    size_t len;

    for (int64_t minute = 0; minute < DAY_MINUTES; minute += d->cell_minutes) {
        int64_t from =
            nj_zone_day_instant(zone, day, minute * 60, NJ_FOLD_FIRST);
        int64_t until = nj_zone_day_instant(
            zone, day, (minute + d->cell_minutes) * 60, NJ_FOLD_FIRST);

        signs[count++] = until > from ? cell(d, from, until) : blank;
    }
    while (count > 0 && signs[count - 1] == blank) {
        count--;
    }
    put_label(d, day);
    for (size_t i = 0; i < count; i += len) {
        len = 1;
        while (i + len < count && signs[i + len] == signs[i]) {
            len++;
        }
        put_run(d, signs[i], len);
    }
    (void)nj_buf_addc(d->out, '\n');
}

static void put_ruler(const struct drawing *d)
{
    int cells = 60 / d->cell_minutes * 3;

    (void)nj_buf_addf(d->out, "%*s", LABEL_COLUMNS, "");
    for (int hour = 0; hour < 24; hour += 3) {
        (void)nj_buf_addf(d->out, hour == 21 ? "%02d" : "%02d%*s", hour,
                          cells - 2, "");
    }
    (void)nj_buf_addc(d->out, '\n');
}

/* ---- legend -------------------------------------------------------------- */

static void
put_entry(const struct drawing *d, int *column, char sign, const char *what)
{
    int need = 2 + nj_text_columns(what);

    if (*column > LABEL_COLUMNS && *column + 2 + need > d->strip->columns) {
        (void)nj_buf_addf(d->out, "\n%*s", LABEL_COLUMNS, "");
        *column = LABEL_COLUMNS;
    }
    if (*column > LABEL_COLUMNS) {
        (void)nj_buf_adds(d->out, "  ");
        *column += 2;
    }
    put_run(d, sign, 1);
    (void)nj_buf_addf(d->out, " %s", what);
    *column += need;
}

static void put_legend(const struct drawing *d)
{
    int column = LABEL_COLUMNS;

    (void)nj_buf_addf(d->out, "%*s", LABEL_COLUMNS, "");
    for (size_t i = 0; i < d->kind_count; i++) {
        put_entry(d, &column, d->kinds[i].sign, d->kinds[i].who);
    }
    if (d->has_others) {
        put_entry(d, &column, others, "others");
    }
    if (d->has_hours) {
        put_entry(d, &column, in_hours, "nobody, in hours");
    }
    if (d->has_hole) {
        put_entry(d, &column, hole, "NOBODY");
    }
    (void)nj_buf_addc(d->out, '\n');
}

void nj_strip_write(const struct nj_strip *strip, struct nj_buf *out)
{
    struct drawing d = {.strip = strip, .out = out};
    int room = strip->columns - LABEL_COLUMNS;
    int64_t first;
    int64_t last;

    if (strip->shift_count == 0) {
        return;
    }
    d.cell_minutes = room >= 96 ? 15 : room >= 48 ? 30 : 60;
    for (size_t i = 0; i < strip->shift_count; i++) {
        if (strip->shifts[i].who[0] != '\0') {
            add_kind(&d, strip->shifts[i].who);
        }
    }
    first = nj_zone_day(strip->zone, strip->shifts[0].from_ms, NULL);
    last = nj_zone_day(
        strip->zone, strip->shifts[strip->shift_count - 1].until_ms - 1, NULL);
    last = last < first + NJ_STRIP_DAYS ? last : first + NJ_STRIP_DAYS - 1;
    put_ruler(&d);
    for (int64_t day = first; day <= last; day++) {
        put_day(&d, day);
    }
    put_legend(&d);
}
