/* oncall/ics_time.h - iCalendar times to days and instants. For ics_in.c and
 * ics_repeat.c alone. */

#ifndef NJ_ONCALL_ICS_TIME_H
#define NJ_ONCALL_ICS_TIME_H

#include <libical/ical.h>
#include <stdint.h>

#include "base/err.h"
#include "oncall/ics_zones.h"

/* One occurrence, [from, until): days since 1970 when all-day, else wall
 * milliseconds. */
struct nj_ics_span {
    int is_days;
    int64_t from;
    int64_t until;
};

/* Whether T is a real date (and time) of the years 1..9999. */
int nj_ics_time_valid(const struct icaltimetype *t);

/* Set OUT to the shortest occurrence that starts at T, a value of property P
 * of a component in CALENDAR: one day, or no time. Returns 0 or NJ_E_NOTFOUND
 * when its TZID is neither known to ZONES nor described in CALENDAR. */
int nj_ics_start(icalproperty *p,
                 icalcomponent *calendar,
                 const struct nj_ics_zones *zones,
                 const struct icaltimetype *t,
                 struct nj_ics_span *out) NJ_MUST;

/* Let *SPAN end at T (as above; of the same kind as its start). An end equal
 * to an all-day start is taken for one day. */
int nj_ics_end(icalproperty *p,
               icalcomponent *calendar,
               const struct nj_ics_zones *zones,
               const struct icaltimetype *t,
               struct nj_ics_span *span) NJ_MUST;

/* Whether the times of properties A and B are on the same clock. */
int nj_ics_same_clock(icalproperty *a, icalproperty *b);

/* Set *T, a time in UTC, to what the clock of P shows then. 0 or
 * NJ_E_NOTFOUND. */
int nj_ics_to_clock(icalproperty *p,
                    icalcomponent *calendar,
                    const struct nj_ics_zones *zones,
                    struct icaltimetype *t) NJ_MUST;

/* Seconds from A to B on one wall clock. */
int64_t nj_ics_wall_s(const struct icaltimetype *a,
                      const struct icaltimetype *b);

/* T moved on by SECONDS on its wall clock. */
struct icaltimetype nj_ics_moved(const struct icaltimetype *t, int64_t seconds);

/* Let *SPAN last SECONDS (at least a day when all-day). */
void nj_ics_lasts(int64_t seconds, struct nj_ics_span *span);

/* The days that SPAN touches on ZONE's clock. */
void nj_ics_days(const struct nj_ics_span *span,
                 const struct nj_zone *zone,
                 int64_t *out_from_day,
                 int64_t *out_until_day);

/* Refuse time zones of CALENDAR that libical would be busy with for ever. 0 or
 * NJ_E_INVALID. */
int nj_ics_zones_check(icalcomponent *calendar, struct nj_err *err) NJ_MUST;

#endif
