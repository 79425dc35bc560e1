/* model/window.h - "mon-fri 18:00-08:00": hours of the week on a wall clock.
 *
 * Days name the day a window starts. An end at or before the start runs into
 * the next day; 00:00-24:00 is a whole day. Start inclusive, end exclusive;
 * starts take the first occurrence of a repeated time, ends the last.
 */

#ifndef NJ_MODEL_WINDOW_H
#define NJ_MODEL_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "model/zone.h"

struct nj_window {
    uint8_t days;      /* bit 0 Monday .. bit 6 Sunday: where it starts */
    int16_t start_min; /* minutes after midnight, 0..1439 */
    int16_t end_min;   /* 1..1440; at or before start_min: next day */
};

/* Whether AT_MS lies in any of WINDOWS[0..COUNT) on ZONE's clock. */
int nj_window_holds(const struct nj_window *windows,
                    size_t count,
                    const struct nj_zone *zone,
                    int64_t at_ms);

/* The first instant after AFTER_MS at which nj_window_holds may change, or
 * INT64_MAX when it never does. */
int64_t nj_window_next_edge(const struct nj_window *windows,
                            size_t count,
                            const struct nj_zone *zone,
                            int64_t after_ms);

/* As nj_window_holds, and a span around AT_MS in which the answer stays:
 * *OUT_SINCE_MS (INT64_MIN: since ever) <= AT_MS < *OUT_UNTIL_MS. */
int nj_window_at(const struct nj_window *windows,
                 size_t count,
                 const struct nj_zone *zone,
                 int64_t at_ms,
                 int64_t *out_since_ms,
                 int64_t *out_until_ms);

#endif
