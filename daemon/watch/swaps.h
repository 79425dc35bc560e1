/* watch/swaps.h - swaps that somebody proposed and the other has not answered.
 *
 *   propose --> waiting --accept--> two overrides, in one deed
 *                  |----decline, cancel--> gone
 *                  `----not answered in time, or a name that a reload
 *                       removed--> gone, and told
 *
 * Nothing changes before the other says yes. Each is kept in the store as a
 * fact, "swap/12", and so survives a restart; what came of it stands in the
 * story. Loop thread only. */

#ifndef NJ_WATCH_SWAPS_H
#define NJ_WATCH_SWAPS_H

#include "watch/outbox.h"

enum { NJ_SWAP_NOTE = 200 };

/* [from_ms, until_ms); both 0: nothing. */
struct nj_swap_span {
    int64_t from_ms, until_ms;
};

struct nj_swap {
    int64_t id;
    const char *schedule;     /* interned, as all names here */
    const char *person;       /* who proposes */
    const char *with;         /* who is asked */
    struct nj_swap_span give; /* PERSON's, that WITH would take */
    struct nj_swap_span take; /* WITH's, that PERSON would take; or nothing */
    int64_t made_ms;
    int64_t expires_ms;
    char note[NJ_SWAP_NOTE]; /* "": none */
};

struct nj_swaps {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_outbox *outbox;
    struct nj_swap *list; /* owned, oldest first */
    size_t count, room;
    struct nj_timer timer; /* the next to lapse */
    int open;
};

/* Take what the store has kept under KEY; other facts are passed over. Ids in
 * use raise env->last_other_id. 0 or NJ_E_NOMEM. */
int nj_swaps_load(struct nj_swaps *swaps,
                  const char *key,
                  const char *value) NJ_MUST;

void nj_swaps_open(struct nj_swaps *swaps);
void nj_swaps_close(struct nj_swaps *swaps);
void nj_swaps_finish(struct nj_swaps *swaps);

/* The swap ID that waits, or NULL. Lent until the next change. */
const struct nj_swap *nj_swaps_find(const struct nj_swaps *swaps, int64_t id);

/* Keep a copy of SWAP and write it into DEED. 0 or NJ_E_NOMEM. */
int nj_swaps_add(struct nj_swaps *swaps,
                 struct nj_deed *deed,
                 const struct nj_swap *swap) NJ_MUST;

/* It is answered: forget ID, also in DEED. */
void nj_swaps_drop(struct nj_swaps *swaps, struct nj_deed *deed, int64_t id);

/* The plan is another one: what names somebody who is gone is told and goes. */
void nj_swaps_replan(struct nj_swaps *swaps);

#endif
