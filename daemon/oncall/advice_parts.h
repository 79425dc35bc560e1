/* oncall/advice_parts.h - inside advice.c and advice_people.c alone. */

#ifndef NJ_ONCALL_ADVICE_PARTS_H
#define NJ_ONCALL_ADVICE_PARTS_H

#include "base/err.h"
#include "oncall/advice.h"

struct nj_advising {
    const struct nj_plan *plan;
    const struct nj_override *overrides;
    size_t override_count;
    int64_t now_ms;
    nj_on_advice *on_advice;
    void *ctx;
};

/* Say one thing; the rest of ABOUT's fields but `text`. */
void nj_advice_say(const struct nj_advising *adv,
                   const struct nj_advice *about,
                   const char *fmt,
                   ...) NJ_PRINTF(3, 4);

static inline int nj_accepts(unsigned accept, enum nj_advice_kind kind)
{
    return (accept & 1u << kind) != 0;
}

/* Whether SCHEDULE's shifts are known: not while a calendar is unread. */
int nj_advice_is_known(const struct nj_schedule *schedule);

/* About people: contacts, rules, nights, two places. 0 or NJ_E_NOMEM. */
int nj_advise_people(const struct nj_advising *adv) NJ_MUST;

#endif
