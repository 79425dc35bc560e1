/* oncall/holidays.h - days on which a brand is closed, from iCalendar text
 * (RFC 5545, read by libical) or from dates as people write them.
 *
 * Collect from as many places as needed, then take the sorted result into the
 * plan's arena:
 *
 *   struct nj_holidays h;
 *   nj_holidays_init(&h, zone, from_day, until_day);
 *   nj_holidays_date(&h, "2026-12-24..2026-12-26", NULL, &err);
 *   nj_holidays_ics(&h, text, len, &err);
 *   nj_holidays_take(&h, &plan->arena, &list, &count);
 *   nj_holidays_finish(&h);
 */

#ifndef NJ_ONCALL_HOLIDAYS_H
#define NJ_ONCALL_HOLIDAYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/plan.h"

struct nj_holidays {
    const struct nj_zone *zone; /* lent: whose days timed events fall on */
    /* The system's zones by name, lent; NULL: only what calendars describe. */
    const struct nj_zone *(*find_zone)(void *ctx, const char *tzid);
    void *find_ctx;
    int64_t from_day;         /* days since 1970; what lies outside of */
    int64_t until_day;        /* [from_day, until_day) is left out */
    struct nj_holiday *items; /* owned */
    size_t count;
    size_t room;
    struct nj_arena titles;
};

/* Set H up, empty, for days [FROM_DAY, UNTIL_DAY) on ZONE's wall clock. */
void nj_holidays_init(struct nj_holidays *h,
                      const struct nj_zone *zone,
                      int64_t from_day,
                      int64_t until_day);

/* Add one date "2026-12-25" or a stretch "2026-12-24..2026-12-26" (last day
 * included); TITLE is copied, may be NULL. Dates are never left out. Returns
 * 0; NJ_E_INVALID (says what to write); NJ_E_TOOBIG; NJ_E_NOMEM. H unchanged
 * on failure. */
int nj_holidays_date(struct nj_holidays *h,
                     const char *text,
                     const char *title,
                     struct nj_err *err) NJ_MUST;

/* Add the events of the iCalendar file TEXT[0..LEN): RRULE, RDATE, EXDATE and
 * RECURRENCE-ID are followed, cancelled events left out; an event with times
 * counts for every day it touches on the zone's clock. Returns 0; NJ_E_INVALID
 * with the line in ERR; NJ_E_TOOBIG past NJ_LIMIT_ICS_BYTES, NJ_LIMIT_HOLIDAYS
 * or the limits of ics_in.c and ics_scan.c; NJ_E_NOMEM.
 * On failure H is as before. */
int nj_holidays_ics(struct nj_holidays *h,
                    const char *text,
                    size_t len,
                    struct nj_err *err) NJ_MUST;

/* Copy what was collected into ARENA, sorted by from_day, without doubles.
 * Returns 0 or NJ_E_NOMEM (outputs untouched). */
int nj_holidays_take(const struct nj_holidays *h,
                     struct nj_arena *arena,
                     const struct nj_holiday **out,
                     size_t *out_count) NJ_MUST;

/* Free what H owns. Safe on a zeroed one. */
void nj_holidays_finish(struct nj_holidays *h);

#endif
