/* source/schedule.h - when to look next. Pure.
 *
 *   it worked     every, give or take a little, so that sources drift apart;
 *                 the server's own wishes (max-age, ttl) count only where the
 *                 operator wrote no `every`, and never beyond an hour
 *   it failed     the same doubling to 15 minutes, or `every` if that is more;
 *                 never given up
 *   told to wait  Retry-After, also above `every`, up to a day; 429 without one
 *                 a minute, doubling to 15
 *   gone (410)    once a day
 *   more is there at once
 */

#ifndef NJ_SOURCE_SCHEDULE_H
#define NJ_SOURCE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct nj_rhythm {
    int64_t every_ms;
    int every_written;      /* by the operator, not a default */
    int64_t fails_after_ms; /* when a failure is told: look again by then */
    uint64_t seed;          /* of the source's name: its share of the jitter */
};

enum nj_outcome {
    NJ_OUTCOME_OK,
    NJ_OUTCOME_MORE, /* it worked, and more is waiting */
    NJ_OUTCOME_FAILED,
    NJ_OUTCOME_LIMITED, /* 429, or a Retry-After with any status */
    NJ_OUTCOME_GONE,
};

struct nj_result {
    enum nj_outcome outcome;
    unsigned fails;         /* in a row, this one included; 0: it worked */
    int64_t failing_ms;     /* since the first of them */
    int64_t retry_after_ms; /* -1 none */
    int64_t wish_ms;        /* max-age or ttl, the longer; 0 none */
    uint64_t nth;           /* poll of this source: varies the jitter */
};

/* Delay to the first poll, when there are SOURCES of them: few start at once,
 * many a hundred a second, but each within its `every`. */
int64_t nj_schedule_first(const struct nj_rhythm *rhythm, size_t sources);

/* Delay from the start of this poll to the next, at least 0. */
int64_t nj_schedule_next(const struct nj_rhythm *rhythm,
                         const struct nj_result *result);

/* How long a timer of DELAY_MS may wait for company. */
int64_t nj_schedule_slack(int64_t delay_ms);

#endif
