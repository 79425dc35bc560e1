/* oncall/coverage.h - what a good colleague would say about a schedule before
 * the night shows it: hours with nobody on call, rotations with nobody in. */

#ifndef NJ_ONCALL_COVERAGE_H
#define NJ_ONCALL_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "oncall/oncall.h"

/* Told of each uncovered span [FROM_MS, UNTIL_MS). Not 0 stops the walk. */
typedef int nj_on_gap(void *ctx, int64_t from_ms, int64_t until_ms);

/* Tell every span of [FROM_MS, UNTIL_MS) in which nobody of ROTA is on call
 * although at least one of BRANDS[0..COUNT) is out of hours; with no brands,
 * every span in which nobody is on call. Neighbours are merged. Returns 0, or
 * what ON_GAP returned when it stopped the walk. */
int nj_coverage_gaps(const struct nj_rota *rota,
                     const struct nj_brand *const *brands,
                     size_t count,
                     int64_t from_ms,
                     int64_t until_ms,
                     nj_on_gap *on_gap,
                     void *ctx);

/* The brands of PLAN whose alerts may page SCHEDULE, by a rule's policy, into
 * OUT[0..MAX). Returns how many. */
size_t nj_coverage_brands(const struct nj_plan *plan,
                          const char *schedule,
                          const struct nj_brand **out,
                          size_t max);

enum nj_layer_fault {
    NJ_LAYER_SOUND,
    NJ_LAYER_EMPTY,      /* no turns at all */
    NJ_LAYER_EMPTY_TURN, /* a turn with nobody in it */
    NJ_LAYER_NEVER,      /* its end is at or before its first handoff */
    NJ_LAYER_OVER,       /* it ended before the time asked about */
};

/* The first fault of LAYER (of SCHEDULE) as seen at NOW_MS; *OUT_TURN (may be
 * NULL) is the empty turn's index for NJ_LAYER_EMPTY_TURN, else untouched. */
enum nj_layer_fault nj_coverage_layer(const struct nj_schedule *schedule,
                                      const struct nj_layer *layer,
                                      int64_t now_ms,
                                      size_t *out_turn);

#endif
