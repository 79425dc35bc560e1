/* watch/counsel.h - once a day each schedule's owner is told what is wrong with
 * it (oncall/advice.h), with the overrides of the day: by day on their own
 * clock, quietly, never as a page. Whom it was told on which day is kept as a
 * fact, "advice/maya", so that a restart does not tell it twice. Loop thread
 * only. */

#ifndef NJ_WATCH_COUNSEL_H
#define NJ_WATCH_COUNSEL_H

#include "watch/outbox.h"
#include "watch/roster.h"

/* Until which day somebody is done with. */
struct nj_counselled {
    const char *person; /* interned */
    int64_t day;        /* days since 1970, on their clock */
};

struct nj_counsel {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_outbox *outbox;
    struct nj_roster *roster;
    struct nj_counselled *done; /* owned */
    size_t done_count, done_room;
    struct nj_timer timer;
    int open;
};

/* Take what the store has kept under KEY; other facts are passed over. 0 or
 * NJ_E_NOMEM. */
int nj_counsel_load(struct nj_counsel *counsel,
                    const char *key,
                    const char *value) NJ_MUST;

void nj_counsel_open(struct nj_counsel *counsel);
void nj_counsel_close(struct nj_counsel *counsel);
void nj_counsel_finish(struct nj_counsel *counsel);

#endif
