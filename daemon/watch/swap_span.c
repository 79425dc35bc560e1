/* What people mean by a shift, when they give or take one. */

#include "watch/swap_span.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define DAY_MS INT64_C(86400000)

static int stands_in(const struct nj_oncall *now, const char *person)
{
    for (size_t i = 0; i < now->count; i++) {
        if (nj_str_eq(now->people[i], person)) {
            return 1;
        }
    }
    return 0;
}

int64_t nj_swap_first(const struct nj_rota *rota,
                      const char *person,
                      const struct nj_swap_span *span)
{
    int64_t at = span->from_ms;

    while (at < span->until_ms) {
        struct nj_oncall now;

        nj_oncall_span(rota, at, &now);
        if (stands_in(&now, person)) {
            return at;
        }
        at = now.until_ms;
    }
    return INT64_MAX;
}

/* "2026-11-24 18:00..2026-11-25 08:00" */
static int read_both_ends(struct nj_answering *a,
                          const struct nj_zone *zone,
                          const char *text,
                          const char *dots,
                          struct nj_swap_span *out)
{
    int64_t now_ms = nj_loop_wall_ms(a->commander->env->loop);
    char from[NJ_TIME_TEXT];
    struct nj_swap_span span;

    if ((size_t)(dots - text) < sizeof from) {
        (void)snprintf(from, sizeof from, "%.*s", (int)(dots - text), text);
        if (nj_time_meant(zone, from, NJ_TIME_FROM, now_ms, &span.from_ms) ==
                0 &&
            nj_time_meant(zone, dots + 2, NJ_TIME_UNTIL, span.from_ms,
                          &span.until_ms) == 0 &&
            span.from_ms < span.until_ms) {
            *out = span;
            return 0;
        }
    }
    return nj_err_set(&a->err, NJ_E_INVALID,
                      "'%s' is no span: write \"2026-11-24 18:00..2026-11-25 "
                      "08:00\", or one time within the shift",
                      text);
}

/* The shift of PERSON at a time, or, for a bare date, the one that begins on
 * that day or else touches it. */
static int find_shift(struct nj_answering *a,
                      const struct nj_rota *rota,
                      const char *person,
                      const char *text,
                      struct nj_swap_span *out)
{
    const struct nj_zone *zone = rota->schedule->zone;
    int64_t now_ms = nj_loop_wall_ms(a->commander->env->loop);
    int is_date;
    int second = 1;
    struct nj_swap_span day = {0, 0};
    struct nj_oncall shift;
    int64_t at;

    if (nj_time_meant(zone, text, NJ_TIME_FROM, now_ms, &day.from_ms) != 0) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "'%s' is no time: write 2026-11-24, tuesday, "
                          "\"2026-11-24 18:00\", or FROM..UNTIL",
                          text);
    }
    (void)nj_zone_day(zone, day.from_ms, &second);
    is_date = second == 0 && strchr(text, ':') == NULL;
    day.until_ms = is_date ? nj_zone_day_instant(
                                 zone, nj_zone_day(zone, day.from_ms, NULL) + 1,
                                 0, NJ_FOLD_FIRST)
                           : day.from_ms + 1;
    at = nj_swap_first(rota, person, &day);
    if (is_date && at == day.from_ms) { /* last night's; rather tonight's */
        struct nj_swap_span rest = day;
        int64_t later;

        nj_oncall_at(rota, at, &shift);
        rest.from_ms = shift.until_ms;
        later = shift.since_ms < day.from_ms
                    ? nj_swap_first(rota, person, &rest)
                    : INT64_MAX;
        at = later != INT64_MAX ? later : at;
    }
    if (at == INT64_MAX) {
        return nj_err_set(&a->err, NJ_E_STATE, "%s is not on call in %s %s %s",
                          person, rota->schedule->name, is_date ? "on" : "at",
                          text);
    }
    nj_oncall_at(rota, at, &shift);
    if (shift.since_ms == INT64_MIN || shift.until_ms == INT64_MAX ||
        shift.until_ms - shift.since_ms > 31 * DAY_MS) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "that shift has no end in sight; say from when "
                          "until when: FROM..UNTIL");
    }
    *out = (struct nj_swap_span){shift.since_ms, shift.until_ms};
    return 0;
}

int nj_swap_span_read(struct nj_answering *a,
                      const struct nj_schedule *schedule,
                      const char *person,
                      const char *text,
                      struct nj_swap_span *out)
{
    struct nj_rota rota = nj_roster_rota(a->commander->roster, schedule);
    const char *dots = strstr(text, "..");
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    int code = dots != NULL ? read_both_ends(a, schedule->zone, text, dots, out)
                            : find_shift(a, &rota, person, text, out);

    if (code != 0) {
        return code;
    }
    if (out->until_ms <= now) {
        return nj_err_set(&a->err, NJ_E_INVALID, "%s: that is over already",
                          text);
    }
    out->from_ms = out->from_ms < now ? now : out->from_ms;
    if (nj_swap_first(&rota, person, out) == INT64_MAX) {
        return nj_err_set(&a->err, NJ_E_STATE, "%s is not on call in %s in %s",
                          person, schedule->name, text);
    }
    return 0;
}
