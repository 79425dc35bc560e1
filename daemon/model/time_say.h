/* model/time_say.h - times as people say them to each other: "Tue 24 Nov
 * 18:00". For machines there is nj_time_text. */

#ifndef NJ_MODEL_TIME_SAY_H
#define NJ_MODEL_TIME_SAY_H

#include "model/zone.h"

enum { NJ_TIME_SAID = 40, NJ_SPAN_SAID = 160 };

/* AT_MS on ZONE's wall clock (NULL: UTC), "Tue 24 Nov 18:00"; a year is said
 * when it is not the year of NOW_MS (0: never). Returns OUT. */
char *nj_time_say(const struct nj_zone *zone,
                  int64_t at_ms,
                  int64_t now_ms,
                  char out[NJ_TIME_SAID]);

/* [FROM_MS, UNTIL_MS): "Tue 24 Nov 18:00 until Wed 25 Nov 08:00
 * (Europe/London)"; on one day the second date is left out. INT64_MIN and
 * INT64_MAX are "since ever" and "for good". Returns OUT. */
char *nj_span_say(const struct nj_zone *zone,
                  int64_t from_ms,
                  int64_t until_ms,
                  int64_t now_ms,
                  char out[NJ_SPAN_SAID]);

#endif
