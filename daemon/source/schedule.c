#include "source/schedule.h"

enum {
    MINUTE_MS = 60000,
    QUARTER_MS = 15 * MINUTE_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
    FEW = 64,        /* sources that may all start at once */
    FIRST_EACH = 10, /* ms between first polls when there are many */
    SLACK_MS = 1000,
};

/* 0..RANGE, the same for the same source and poll. */
static int64_t
jitter(const struct nj_rhythm *rhythm, uint64_t nth, int64_t range)
{
    uint64_t h = (rhythm->seed ^ nth) * UINT64_C(0x9e3779b97f4a7c15);

    h ^= h >> 29;
    return range <= 0 ? 0 : (int64_t)(h % (uint64_t)(range + 1));
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t nj_schedule_first(const struct nj_rhythm *rhythm, size_t sources)
{
    if (sources <= FEW) {
        return 0;
    }
    return jitter(rhythm, 0,
                  least(rhythm->every_ms, (int64_t)sources * FIRST_EACH));
}

/* BASE doubled for each failure after the first. */
static int64_t back_off(int64_t base, unsigned fails)
{
    unsigned doublings = fails > 1 ? fails - 1 : 0;

    return doublings > 20 ? QUARTER_MS : least(base << doublings, QUARTER_MS);
}

static int64_t after_failure(const struct nj_rhythm *rhythm,
                             const struct nj_result *result)
{
    int64_t base = least(rhythm->every_ms, QUARTER_MS);
    int64_t delay = most(back_off(base, result->fails), rhythm->every_ms);
    int64_t to_alarm = rhythm->fails_after_ms - result->failing_ms;

    delay += jitter(rhythm, result->nth, delay / 8);
    /* so that the alarm comes when it should, not a back-off later */
    return to_alarm > 0 && to_alarm < delay ? most(to_alarm, base) : delay;
}

static int64_t after_success(const struct nj_rhythm *rhythm,
                             const struct nj_result *result)
{
    int64_t delay = rhythm->every_ms;

    if (!rhythm->every_written) {
        delay = most(delay, least(result->wish_ms, HOUR_MS));
    }
    return delay - delay / 20 + jitter(rhythm, result->nth, delay / 10);
}

int64_t nj_schedule_next(const struct nj_rhythm *rhythm,
                         const struct nj_result *result)
{
    int64_t wait;

    switch (result->outcome) {
    case NJ_OUTCOME_OK:
        return after_success(rhythm, result);
    case NJ_OUTCOME_MORE:
        return 0;
    case NJ_OUTCOME_LIMITED:
        wait = result->retry_after_ms >= 0
                   ? least(result->retry_after_ms, DAY_MS)
                   : back_off(MINUTE_MS, result->fails);
        wait += jitter(rhythm, result->nth, least(wait / 8, MINUTE_MS));
        return most(wait, after_success(rhythm, result));
    case NJ_OUTCOME_GONE:
        return DAY_MS + jitter(rhythm, result->nth, HOUR_MS);
    case NJ_OUTCOME_FAILED:
        break;
    }
    return after_failure(rhythm, result);
}

int64_t nj_schedule_slack(int64_t delay_ms)
{
    return least(SLACK_MS, delay_ms / 8);
}
