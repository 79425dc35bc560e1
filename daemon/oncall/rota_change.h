/* oncall/rota_change.h - what a change to a schedule's overrides means: who
 * gains time on call, who loses it, and whether somebody's hours are left to
 * nobody. */

#ifndef NJ_ONCALL_ROTA_CHANGE_H
#define NJ_ONCALL_ROTA_CHANGE_H

#include "oncall/oncall.h"

enum { NJ_ROTA_CHANGE_PEOPLE = 16 }; /* named a side; more are left out */

struct nj_rota_change {
    const char *gainers[NJ_ROTA_CHANGE_PEOPLE]; /* each once */
    size_t gainer_count;
    const char *losers[NJ_ROTA_CHANGE_PEOPLE];
    size_t loser_count;
    int64_t from_ms, until_ms; /* the first and last instant that differ; equal:
                                  nothing does */
    int empties;               /* nobody is left where somebody was: */
    int64_t empty_from_ms;     /* the first such span */
    int64_t empty_until_ms;
};

/* Hold AFTER against BEFORE, the same schedule with other overrides, over
 * [FROM_MS, UNTIL_MS). Names are those of the two rotas. */
void nj_rota_compare(const struct nj_rota *before,
                     const struct nj_rota *after,
                     int64_t from_ms,
                     int64_t until_ms,
                     struct nj_rota_change *out);

#endif
