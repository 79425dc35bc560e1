/* oncall/ics_zones.h - the clocks that a calendar's times may be on. */

#ifndef NJ_ONCALL_ICS_ZONES_H
#define NJ_ONCALL_ICS_ZONES_H

#include "model/zone.h"

/* ZONE is that of times without one, and of all-day events. FIND gives the
 * zone of a name that the system knows ("Europe/London"), lent for the reading,
 * or NULL: then the calendar's own description of it (VTIMEZONE) counts. The
 * system's goes first, because descriptions in calendars often know this
 * year's rules alone. FIND may be NULL. */
struct nj_ics_zones {
    const struct nj_zone *zone;
    const struct nj_zone *(*find)(void *ctx, const char *tzid);
    void *ctx;
};

#endif
