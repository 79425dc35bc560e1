/* Times as people say them, seen from a moment. */

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "model/zone.h"

enum { WORD_BYTES = 48, WORDS = 3 };

#define DAY_MS INT64_C(86400000)

/* What is read, and from where. */
struct saying {
    const struct nj_zone *zone; /* NULL: UTC */
    enum nj_time_way way;
    int64_t base_ms;
    char words[WORDS][WORD_BYTES];
    size_t count;
};

static int split(const char *text, struct saying *out)
{
    const char *at = text + strspn(text, " ");

    while (*at != '\0') {
        size_t len = strcspn(at, " ");

        if (out->count == WORDS || len >= WORD_BYTES) {
            return NJ_E_INVALID;
        }
        memcpy(out->words[out->count], at, len);
        out->words[out->count++][len] = '\0';
        at += len;
        at += strspn(at, " ");
    }
    return out->count == 0 ? NJ_E_INVALID : 0;
}

/* ---- so long ago, so long from now -------------------------------------- */

static int read_span(const struct saying *s, int64_t *out_ms)
{
    int ago = s->count == 2 && strcasecmp(s->words[1], "ago") == 0;
    int in = s->count == 2 && strcasecmp(s->words[0], "in") == 0;
    const char *span = s->words[in ? 1 : 0];
    int back = s->way == NJ_TIME_SINCE;
    int64_t ms;

    if (s->count > 1 && !ago && !in) {
        return NJ_E_INVALID;
    }
    if (s->count == 1 && (span[0] == '+' || span[0] == '-')) {
        back = span[0] == '-';
        span++;
    } else if (s->count == 2) {
        back = ago;
    }
    if (nj_str_duration(span, &ms) != 0) {
        return NJ_E_INVALID;
    }
    *out_ms = s->base_ms + (back ? -ms : ms);
    return 0;
}

/* ---- a day, a clock ----------------------------------------------------- */

static int64_t today(const struct saying *s)
{
    if (s->zone != NULL) {
        return nj_zone_day(s->zone, s->base_ms, NULL);
    }
    return s->base_ms / DAY_MS - (s->base_ms % DAY_MS < 0);
}

static int64_t instant(const struct saying *s, int64_t day, int64_t second)
{
    if (s->zone == NULL) {
        return day * DAY_MS + second * 1000;
    }
    return nj_zone_day_instant(s->zone, day, second,
                               s->way == NJ_TIME_UNTIL ? NJ_FOLD_LAST
                                                       : NJ_FOLD_FIRST);
}

/* "7:05", "18:00", "24:00". */
static int read_clock(const char *word, int64_t *out_second)
{
    const char *colon = strchr(word, ':');
    char hours[3] = "";
    int64_t hour;
    int64_t minute;
    size_t digits = colon == NULL ? 0 : (size_t)(colon - word);

    if (digits < 1 || digits > 2 || strlen(colon + 1) != 2 ||
        strspn(word, "0123456789") != digits ||
        strspn(colon + 1, "0123456789") != 2) {
        return NJ_E_INVALID;
    }
    memcpy(hours, word, digits);
    if (nj_str_int(hours, &hour) != 0 || nj_str_int(colon + 1, &minute) != 0 ||
        minute > 59 || hour * 60 + minute > INT64_C(24) * 60) {
        return NJ_E_INVALID;
    }
    *out_second = (hour * 60 + minute) * 60;
    return 0;
}

/* Days from today; 0 for a name of a weekday, which *OUT_WEEKDAY then has. */
static int read_day(const char *word, int *out_shift, int *out_weekday)
{
    static const char *const names[] = {"monday",   "tuesday", "wednesday",
                                        "thursday", "friday",  "saturday",
                                        "sunday"};
    static const char *const shifts[] = {"yesterday", "today", "tomorrow"};
    size_t len = strlen(word);

    *out_weekday = -1;
    *out_shift = 0;
    for (int i = 0; i < 3; i++) {
        if (strcasecmp(word, shifts[i]) == 0) {
            *out_shift = i - 1;
            return 0;
        }
    }
    for (int i = 0; i < 7; i++) {
        if (len >= 3 && strncasecmp(word, names[i], len) == 0) {
            *out_weekday = i;
            return 0;
        }
    }
    return NJ_E_INVALID;
}

static int is_wrong_side(const struct saying *s, int64_t at_ms)
{
    return s->way == NJ_TIME_SINCE ? at_ms > s->base_ms : at_ms < s->base_ms;
}

/* The nearest on the right side of every STEP days from DAY. */
static int64_t
nearest(const struct saying *s, int64_t day, int64_t step, int64_t second)
{
    int64_t at_ms = instant(s, day, second);

    if (is_wrong_side(s, at_ms)) {
        at_ms = instant(s, s->way == NJ_TIME_SINCE ? day - step : day + step,
                        second);
    }
    return at_ms;
}

static int read_day_and_clock(const struct saying *s, int64_t *out_ms)
{
    int64_t day = today(s);
    int64_t second = 0;
    int shift;
    int weekday;

    if (s->count == 1 && read_clock(s->words[0], &second) == 0) {
        *out_ms = nearest(s, day, 1, second);
        return 0;
    }
    if (s->count > 2 || read_day(s->words[0], &shift, &weekday) != 0 ||
        (s->count == 2 && read_clock(s->words[1], &second) != 0)) {
        return NJ_E_INVALID;
    }
    if (weekday < 0) {
        *out_ms = instant(s, day + shift, second);
        return 0;
    }
    shift = (weekday - nj_weekday(day) + 7) % 7;
    if (s->way == NJ_TIME_SINCE && shift > 0) {
        shift -= 7;
    }
    *out_ms = nearest(s, day + shift, 7, second);
    return 0;
}

int nj_time_meant(const struct nj_zone *zone,
                  const char *text,
                  enum nj_time_way way,
                  int64_t base_ms,
                  int64_t *out_ms)
{
    struct saying s = {.zone = zone, .way = way, .base_ms = base_ms};
    enum nj_fold fold = way == NJ_TIME_UNTIL ? NJ_FOLD_LAST : NJ_FOLD_FIRST;

    if (nj_time_read(zone, text, fold, out_ms) == 0) {
        return 0;
    }
    if (split(text, &s) != 0) {
        return NJ_E_INVALID;
    }
    if (s.count == 1 && strcasecmp(s.words[0], "now") == 0) {
        *out_ms = base_ms;
        return 0;
    }
    return read_span(&s, out_ms) == 0 ? 0 : read_day_and_clock(&s, out_ms);
}
