/* oncall/oncall.h - who is on call, when, and whether the brand is at its desk.
 *
 * The hub of the room. Everything here is pure: a plan's schedules, overrides
 * and an instant in, people and spans out. Instants are wall milliseconds
 * since 1970 UTC; spans are [from, until). Any thread; nothing is kept.
 *
 *      layers, later ones on top             overrides, oldest first
 *   join  |      li      |                   +------------------------+
 *     2   |          ana ana                 | tom instead of maya    |
 *     1   | maya maya maya | tom tom tom  => | li added               | => who
 *         +--handoff-------+--------->       | (nobody) instead of ana|
 *           on the schedule's wall clock     +------------------------+
 *
 * Words. turn: who is on call between two handoffs of one layer. layer: a
 * rotation of turns, perhaps masked by `only`. shift: a longest span in which
 * the same people are on call; a gap is a shift with nobody. rota: a schedule
 * with the overrides of the day. edge: an instant at which an answer may
 * change. unit: what a rotation counts: an hour, a day, a week, a month.
 *
 * The law (DESIGN 9), as this room reads it:
 *  - handoffs stand on the wall clock; a skipped one is at the end of the gap,
 *    a repeated one at its first showing. Hourly rotations count elapsed
 *    hours. A handoff on the 31st falls on the last day of a shorter month.
 *  - before its first handoff (or `from`, when that is later) and from its
 *    `ends` on a layer has nobody. `from` moves no turn.
 *  - a layer with a zone of its own has all its times on that wall clock.
 *  - a masked-out unit uses up its turn, unless `skip: masked`: then only
 *    units that meet the mask are counted, and `every` counts those.
 *  - a layer with a calendar has whom its events name, all at one time
 *    together; where they name nobody, its people (if any) take turns.
 *  - a later layer hides the earlier ones wherever it has someone; a joining
 *    one adds to what is below it.
 *  - overrides are applied in the order they were made (ties: configured
 *    before run-time, then by id, then as listed). Each finds the duty that
 *    `instead_of` holds now, or else the one that was taken from them, and
 *    hands it to `person`: so the latest made wins, and chains work. Without
 *    `instead_of` it adds; without `person` it only takes away.
 *  - for every instant t there is exactly one shift with since <= t < until.
 */

#ifndef NJ_ONCALL_ONCALL_H
#define NJ_ONCALL_ONCALL_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "model/plan.h"

/* A schedule and the run-time overrides to reckon with. Lent: plain values
 * that must outlive the call. Overrides of other schedules are passed over, so
 * that one list serves all; configured ones are taken from SCHEDULE. */
struct nj_rota {
    const struct nj_schedule *schedule;
    const struct nj_override *overrides; /* any order; NULL when none */
    size_t override_count;
};

/* An answer. Names are the plan's (or the override's) own pointers, in the
 * order of layers, then of additions; nobody stands twice. */
struct nj_oncall {
    int64_t since_ms; /* INT64_MIN: as long as there is time */
    int64_t until_ms; /* exclusive; INT64_MAX: no end in sight */
    size_t count;     /* 0: nobody */
    const char *people[NJ_LIMIT_STEP_PEOPLE]; /* what is beyond is left out */
};

/* Who is on call at AT_MS, and a span around it in which nothing changes. The
 * span is safe but need not be the longest: the quick answer (about a
 * microsecond), for paging and for knowing when to look again. */
void nj_oncall_span(const struct nj_rota *rota,
                    int64_t at_ms,
                    struct nj_oncall *out);

/* The same with the whole shift: neighbours with the same people are merged,
 * looking at most NJ_ONCALL_HORIZON_MS either way (beyond it the span ends at
 * an edge where nothing changes). */
#define NJ_ONCALL_HORIZON_MS (INT64_C(366) * 86400000)
void nj_oncall_at(const struct nj_rota *rota,
                  int64_t at_ms,
                  struct nj_oncall *out);

/* Told of each shift; lent for the call. Not 0 stops the walk. */
typedef int nj_on_shift(void *ctx, const struct nj_oncall *shift);

/* Tell every shift of [FROM_MS, UNTIL_MS) in order, cut to that range: without
 * hole or overlap, neighbours with the same people merged, gaps as shifts with
 * nobody. Returns 0, or what ON_SHIFT returned when it stopped the walk. */
int nj_oncall_shifts(const struct nj_rota *rota,
                     int64_t from_ms,
                     int64_t until_ms,
                     nj_on_shift *on_shift,
                     void *ctx);

/* Whether BRAND is in hours at AT_MS: inside an opening window and on no
 * holiday, in the brand's zone. */
int nj_hours_open(const struct nj_brand *brand, int64_t at_ms);

/* The first instant after AFTER_MS at which nj_hours_open changes; INT64_MAX
 * when it does not within two years. */
int64_t nj_hours_next_edge(const struct nj_brand *brand, int64_t after_ms);

#endif
