/* oncall/duty.h - when duty begins and ends: the instants at which a schedule
 * comes into other hands, and when people are to be reminded of that. A gap
 * with nobody changes no hands: who has it before and after it just goes on. */

#ifndef NJ_ONCALL_DUTY_H
#define NJ_ONCALL_DUTY_H

#include "oncall/oncall.h"

/* The longest that anybody may be reminded before. */
#define NJ_DUTY_AHEAD_MS (INT64_C(14) * 86400000)

/* At AT_MS other people are on call than were last. */
struct nj_duty_change {
    int64_t at_ms;
    int64_t until_ms;        /* the end of what begins then */
    struct nj_oncall before; /* who had it last, since they began, gaps and
                                all; its end may lie well before AT_MS. count
                                0: nobody ever */
    struct nj_oncall after;
};

/* Not 0 stops the walk. The change is lent for the call. */
typedef int nj_on_duty_change(void *ctx, const struct nj_duty_change *change);

/* Tell every change with FROM_MS <= at < UNTIL_MS, in order. Returns 0, or what
 * ON_CHANGE returned when it stopped the walk. */
int nj_duty_changes(const struct nj_rota *rota,
                    int64_t from_ms,
                    int64_t until_ms,
                    nj_on_duty_change *on_change,
                    void *ctx);

/* Whether NAME begins at CHANGE; whether NAME had it until CHANGE, without a
 * gap. */
int nj_duty_begins(const struct nj_duty_change *change, const char *name);
int nj_duty_ends(const struct nj_duty_change *change, const char *name);

/* Whether NAME, who begins at CHANGE, is to be reminded AHEAD_MS before: not
 * when they are on call on ROTA at that instant, or have gone off just then. */
int nj_duty_reminds(const struct nj_rota *rota,
                    const struct nj_duty_change *change,
                    const char *name,
                    int64_t ahead_ms);

#endif
