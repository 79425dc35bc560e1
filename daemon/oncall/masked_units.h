/* oncall/masked_units.h - how many days or hours of a rotation meet its mask,
 * when only those use up turns (`skip: masked`). For this room alone.
 *
 * A unit meets the mask when a window touches it on the plain wall clock, that
 * is, with the clock of its start going on evenly: what a clock change does to
 * a single unit must not move everybody's turns. So the answer repeats weekly,
 * and is counted without walking. */

#ifndef NJ_ONCALL_MASKED_UNITS_H
#define NJ_ONCALL_MASKED_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "model/window.h"

/* Of the UNITS days from DAY0 on, each beginning at SECOND0, those that meet
 * any of WINDOWS[0..COUNT). */
int64_t nj_masked_days(const struct nj_window *windows,
                       size_t count,
                       int64_t day0,
                       int second0,
                       int64_t units);

/* Of the UNITS elapsed hours from START_MS on, those that meet any of
 * WINDOWS[0..COUNT) on ZONE's clock. */
int64_t nj_masked_hours(const struct nj_window *windows,
                        size_t count,
                        const struct nj_zone *zone,
                        int64_t start_ms,
                        int64_t units);

#endif
