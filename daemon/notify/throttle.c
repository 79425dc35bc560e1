#include "notify/throttle.h"

#include <stddef.h>

static const int64_t minute_us = 60000000;

/* The slot of DESTINATION, or one that holds nobody back any more; NULL when
 * all near ones are in use. */
static struct nj_throttle_slot *
find_slot(struct nj_throttle *throttle, uint64_t destination, int64_t now_us)
{
    struct nj_throttle_slot *idle = NULL;

    for (size_t i = 0; i < NJ_THROTTLE_PROBES; i++) {
        struct nj_throttle_slot *slot =
            &throttle->slots[(destination + i) % NJ_THROTTLE_SLOTS];

        if (slot->destination == destination) {
            return slot;
        }
        if (idle == NULL && slot->full_us <= now_us) {
            idle = slot;
        }
    }
    if (idle != NULL) {
        *idle = (struct nj_throttle_slot){.destination = destination,
                                          .full_us = now_us};
    }
    return idle;
}

int64_t nj_throttle_take(struct nj_throttle *throttle,
                         uint64_t destination,
                         int per_minute,
                         int64_t now_ms,
                         int must)
{
    int64_t now_us = now_ms * 1000;
    struct nj_throttle_slot *slot =
        per_minute <= 0 ? NULL : find_slot(throttle, destination, now_us);
    int64_t cost_us = slot == NULL ? 0 : minute_us / per_minute;
    int64_t full_us;

    if (slot == NULL) {
        return 0;
    }
    full_us = (slot->full_us > now_us ? slot->full_us : now_us) + cost_us;
    if (full_us - now_us <= minute_us) {
        slot->full_us = full_us;
        return 0;
    }
    if (must) {
        slot->full_us =
            now_us + minute_us; /* a storm owes one minute, no more */
        return 0;
    }
    return (full_us - now_us - minute_us + 999) / 1000;
}
