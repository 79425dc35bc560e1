/* model/zone.h - civil time: what a wall clock in a place shows, and when.
 *
 * Reads the system's TZif files (RFC 9636) with their footer rule itself,
 * since libc holds one zone per process and people's schedules hold many.
 * A zone is a value without I/O once loaded. Instants are wall milliseconds
 * since 1970 UTC.
 *
 * Law (DESIGN 9): a wall time that a clock change skips means the first
 * instant after the gap; one that happens twice means its first occurrence
 * when it starts something and its last when it ends something.
 */

#ifndef NJ_MODEL_ZONE_H
#define NJ_MODEL_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A date and time on a wall clock, proleptic Gregorian. */
struct nj_civil {
    int year;   /* 1..9999 */
    int month;  /* 1..12 */
    int day;    /* 1..31 */
    int hour;   /* 0..23 */
    int minute; /* 0..59 */
    int second; /* 0..59 */
};

struct nj_zone; /* opaque, immutable after reading */

enum nj_fold {
    NJ_FOLD_FIRST, /* of two occurrences take the first: it starts something */
    NJ_FOLD_LAST,  /* take the last: it ends something */
};

/* Days since 1970-01-01 of a date; MONTH and DAY may overflow (day 32 is the
 * next month's first). And back. */
int64_t nj_days_of(int year, int month, int day);
void nj_days_to_civil(int64_t days, struct nj_civil *out); /* time 00:00:00 */

/* Day of the week of DAYS: 0 Monday .. 6 Sunday. */
int nj_weekday(int64_t days);

/* Days of MONTH (1..12) in YEAR: 28..31. */
int nj_month_days(int year, int month);

/* Read TZif BYTES[0..LEN) of the zone called NAME (copied). Returns 0;
 * NJ_E_INVALID when it is not TZif, has leap seconds or a broken footer;
 * NJ_E_NOMEM. *OUT is freed with nj_zone_destroy. */
int nj_zone_read(const char *name,
                 const void *bytes,
                 size_t len,
                 struct nj_zone **out,
                 struct nj_err *err) NJ_MUST;

/* Load zone NAME ("Europe/London") from DIR (NULL: $TZDIR or
 * /usr/share/zoneinfo). Reads the file. Returns 0;
 * NJ_E_NOTFOUND (names what is near, when something is); NJ_E_INVALID;
 * NJ_E_NOMEM. */
int nj_zone_load(const char *dir,
                 const char *name,
                 struct nj_zone **out,
                 struct nj_err *err) NJ_MUST;

/* Whether the file that ZONE was loaded from is another one by now (a new
 * tzdata), so that it should be loaded anew. A file that cannot be looked at
 * is not another one; neither is that of a zone given to nj_zone_read. */
int nj_zone_is_stale(const struct nj_zone *zone);

void nj_zone_destroy(struct nj_zone *zone); /* NULL is fine */

const char *nj_zone_name(const struct nj_zone *zone);

/* Offset from UTC in seconds at AT_MS (east positive). */
int nj_zone_offset_s(const struct nj_zone *zone, int64_t at_ms);

/* The wall clock of ZONE at AT_MS. */
void nj_zone_civil(const struct nj_zone *zone,
                   int64_t at_ms,
                   struct nj_civil *out);

/* The instant at which the wall clock of ZONE shows CIVIL (fields may overflow
 * as in nj_days_of; hour 24 is the next midnight), by the law above. */
int64_t nj_zone_instant(const struct nj_zone *zone,
                        const struct nj_civil *civil,
                        enum nj_fold fold);

/* The same by DAYS since 1970 and SECOND of that day (may overflow). */
int64_t nj_zone_day_instant(const struct nj_zone *zone,
                            int64_t days,
                            int64_t second,
                            enum nj_fold fold);

/* The day since 1970 that the wall clock of ZONE shows at AT_MS; *OUT_SECOND
 * (may be NULL) is the second of that day, 0..86399. */
int64_t nj_zone_day(const struct nj_zone *zone, int64_t at_ms, int *out_second);

/* A longest span of one offset from UTC; its ends are real clock changes. */
struct nj_zone_span {
    int64_t from_ms;  /* INT64_MIN: since ever */
    int64_t until_ms; /* exclusive; INT64_MAX: for ever */
    int offset_s;     /* east positive */
};

/* The span around AT_MS. */
void nj_zone_span(const struct nj_zone *zone,
                  int64_t at_ms,
                  struct nj_zone_span *out);

/* The first change of offset after AFTER_MS, or INT64_MAX when none comes. */
int64_t nj_zone_next_change(const struct nj_zone *zone, int64_t after_ms);

/* RFC 3339 with the zone's offset, "2026-02-03T18:00:00+00:00"; a NULL zone
 * means UTC with "Z". Returns OUT. */
enum { NJ_TIME_TEXT = 40 };
char *
nj_time_text(const struct nj_zone *zone, int64_t at_ms, char out[NJ_TIME_TEXT]);

/* Read "YYYY-MM-DD[ T]HH:MM[:SS[.fff]]" with "Z" or an offset; without one it
 * is on ZONE's wall clock (NULL: UTC), FOLD deciding; a bare date is its
 * midnight. Returns 0 or NJ_E_INVALID (out untouched). */
int nj_time_read(const struct nj_zone *zone,
                 const char *text,
                 enum nj_fold fold,
                 int64_t *out_ms) NJ_MUST;

/* What a time is for: which side of a moment is meant, and which of two equal
 * wall clocks. */
enum nj_time_way {
    NJ_TIME_SINCE, /* looks back: the last such time */
    NJ_TIME_FROM,  /* looks ahead: the next such time, where something starts */
    NJ_TIME_UNTIL, /* the same, where something ends */
};

/* Read TEXT as people say times, seen from BASE_MS: what nj_time_read takes;
 * "2h", "1h30m" (ago, or from then on: by WAY), "-2h", "2h ago", "in 2h";
 * "22:00"; "yesterday", "today", "tomorrow" or a weekday ("tue", "Tuesday"),
 * each alone or before a clock; "now". Returns 0 or NJ_E_INVALID (out
 * untouched). NJ_TIME_EXAMPLES says so to a person. */
#define NJ_TIME_EXAMPLES                                                       \
    "write \"2026-02-03 18:00\", 22:00, \"yesterday 18:00\" or 2h"
int nj_time_meant(const struct nj_zone *zone,
                  const char *text,
                  enum nj_time_way way,
                  int64_t base_ms,
                  int64_t *out_ms) NJ_MUST;

#endif
