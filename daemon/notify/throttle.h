/* notify/throttle.h - how many messages a minute one destination gets, so that
 * a storm does not make a carrier block the number it would page next. Pure: a
 * table of one time each (the generic cell rate algorithm, ITU-T I.371).
 *
 * It fails open: what must go, goes, and so does what finds no room in the
 * table. Nothing is dropped here; the caller tries again. */

#ifndef NJ_NOTIFY_THROTTLE_H
#define NJ_NOTIFY_THROTTLE_H

#include <stdint.h>

enum { NJ_THROTTLE_SLOTS = 1024, NJ_THROTTLE_PROBES = 16 };

struct nj_throttle_slot {
    uint64_t destination; /* hash; 0: never used */
    int64_t full_us;      /* steady time when the last of its minute is paid */
};

struct nj_throttle { /* zero it before use; owns nothing */
    struct nj_throttle_slot slots[NJ_THROTTLE_SLOTS];
};

/* Whether one more message may go to DESTINATION (any hash but 0) at steady
 * time NOW_MS with at most PER_MINUTE (1..6000; 0: any number) of them in a
 * minute. Returns 0 and counts it, or how many ms to wait, counting nothing.
 * MUST: it goes whatever was sent before, and is counted. */
int64_t nj_throttle_take(struct nj_throttle *throttle,
                         uint64_t destination,
                         int per_minute,
                         int64_t now_ms,
                         int must);

#endif
