/* oncall/fairness.h - who carries how much of a schedule: hours, nights,
 * weekends and holidays per person.
 *
 * Definitions, all on the schedule's clock. hours: all time on call, by the
 * steady clock. night: 22:00 to 06:00; it belongs to the day on which it
 * begins. weekend: Saturday 00:00 to Monday 00:00. holiday: a day on which one
 * of the brands is closed by its calendar of holidays. A night, weekend or
 * holiday counts for everyone who is on call for at least four hours of it; two
 * who are on call together have it both. One that begins in the time asked for
 * counts whole. */

#ifndef NJ_ONCALL_FAIRNESS_H
#define NJ_ONCALL_FAIRNESS_H

#include "oncall/oncall.h"

#define NJ_FAIRNESS_LEAST_MS (INT64_C(4) * 3600000)

struct nj_share {
    const char *person; /* the rota's own pointer */
    int64_t ms;
    int nights, weekends, holidays;
    int64_t window_ms; /* scratch */
};

struct nj_fairness {
    struct nj_share shares[NJ_LIMIT_STEP_PEOPLE]; /* by name */
    size_t count;
    int64_t nobody_ms;              /* nobody was on call */
    int nights, weekends, holidays; /* that there were, or began */
};

/* Count ROTA over [FROM_MS, UNTIL_MS), at most NJ_ONCALL_HORIZON_MS of it.
 * Everyone in a layer of the schedule is in OUT, also with nothing; so is
 * everyone who stood in. BRANDS[0..COUNT) lend their holidays. */
void nj_fairness_count(const struct nj_rota *rota,
                       const struct nj_brand *const *brands,
                       size_t count,
                       int64_t from_ms,
                       int64_t until_ms,
                       struct nj_fairness *out);

#endif
