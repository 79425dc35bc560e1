#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/schedule.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static const struct nj_rhythm minute = {.every_ms = MINUTE,
                                        .every_written = 1,
                                        .fails_after_ms = 15 * MINUTE,
                                        .seed = 42};
static const struct nj_rhythm by_default = {
    .every_ms = 5 * MINUTE, .fails_after_ms = 15 * MINUTE, .seed = 42};

static int64_t next(const struct nj_rhythm *rhythm,
                    enum nj_outcome outcome,
                    unsigned fails,
                    int64_t retry_after_ms,
                    int64_t wish_ms)
{
    struct nj_result result = {.outcome = outcome,
                               .fails = fails,
                               .retry_after_ms = retry_after_ms,
                               .wish_ms = wish_ms,
                               .failing_ms = 365 * 24 * (int64_t)HOUR,
                               .nth = fails};

    return nj_schedule_next(rhythm, &result);
}

static void assert_about(int64_t ms, int64_t wanted_ms)
{
    assert_in_range(ms, wanted_ms - wanted_ms / 20,
                    wanted_ms + wanted_ms / 8 + 1);
}

static void schedule_success_keeps_the_pace(void **state)
{
    (void)state;
    assert_about(next(&minute, NJ_OUTCOME_OK, 0, -1, 0), MINUTE);
    assert_int_equal(next(&minute, NJ_OUTCOME_MORE, 0, -1, 0), 0);
}

static void schedule_operator_wins_over_the_feeds_wishes(void **state)
{
    (void)state;
    assert_about(next(&minute, NJ_OUTCOME_OK, 0, -1, HOUR), MINUTE);
    assert_about(next(&by_default, NJ_OUTCOME_OK, 0, -1, 10 * MINUTE),
                 10 * MINUTE);
    assert_about(next(&by_default, NJ_OUTCOME_OK, 0, -1, 48 * HOUR), HOUR);
}

static void schedule_retry_after_wins_over_the_operator(void **state)
{
    (void)state;
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 1, 10 * MINUTE, 0),
                 10 * MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 1, 1000 * (int64_t)HOUR, 0),
                 24 * HOUR);
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 1, 0, 0), MINUTE);
}

static void schedule_429_without_a_word_doubles_from_a_minute(void **state)
{
    (void)state;
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 1, -1, 0), MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 3, -1, 0), 4 * MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_LIMITED, 30, -1, 0), 15 * MINUTE);
}

static void schedule_failures_double_to_a_quarter_and_never_stop(void **state)
{
    const struct nj_rhythm hourly = {.every_ms = HOUR};
    const struct nj_rhythm fast = {.every_ms = SECOND};
    (void)state;

    assert_about(next(&minute, NJ_OUTCOME_FAILED, 1, -1, 0), MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_FAILED, 2, -1, 0), 2 * MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_FAILED, 4, -1, 0), 8 * MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_FAILED, 5, -1, 0), 15 * MINUTE);
    assert_about(next(&minute, NJ_OUTCOME_FAILED, 4000000000u, -1, 0),
                 15 * MINUTE);
    assert_about(next(&hourly, NJ_OUTCOME_FAILED, 9, -1, 0), HOUR);
    assert_about(next(&fast, NJ_OUTCOME_FAILED, 1, -1, 0), SECOND);
}

static void schedule_looks_again_when_the_alarm_is_due(void **state)
{
    struct nj_result result = {.outcome = NJ_OUTCOME_FAILED,
                               .fails = 5,
                               .failing_ms = 10 * MINUTE,
                               .retry_after_ms = -1};
    (void)state;

    assert_int_equal(nj_schedule_next(&minute, &result), 5 * MINUTE);
    result.failing_ms = 14 * MINUTE + 59 * SECOND;
    assert_int_equal(nj_schedule_next(&minute, &result), MINUTE);
}

static void schedule_gone_is_looked_at_once_a_day(void **state)
{
    (void)state;
    assert_about(next(&minute, NJ_OUTCOME_GONE, 1, -1, 0), 24 * HOUR);
}

static void schedule_first_polls_are_spread_only_when_many(void **state)
{
    struct nj_rhythm rhythm = minute;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    (void)state;

    assert_int_equal(nj_schedule_first(&minute, 1), 0);
    assert_int_equal(nj_schedule_first(&minute, 64), 0);
    for (uint64_t i = 0; i < 5000; i++) {
        int64_t delay;

        rhythm.seed = i * UINT64_C(0x9e3779b97f4a7c15);
        delay = nj_schedule_first(&rhythm, 5000);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    assert_true(least < SECOND);
    assert_in_range(most, 40 * SECOND, 50 * SECOND);
    rhythm.every_ms = SECOND;
    assert_true(nj_schedule_first(&rhythm, 5000) <= SECOND);
}

static void schedule_jitter_is_the_same_each_time_it_is_asked(void **state)
{
    struct nj_result a = {.outcome = NJ_OUTCOME_OK, .nth = 7};
    struct nj_result b = {.outcome = NJ_OUTCOME_OK, .nth = 8};
    (void)state;

    assert_int_equal(nj_schedule_next(&minute, &a),
                     nj_schedule_next(&minute, &a));
    assert_int_not_equal(nj_schedule_next(&minute, &a),
                         nj_schedule_next(&minute, &b));
}

static void schedule_slack_never_doubles_a_short_wait(void **state)
{
    (void)state;
    assert_int_equal(nj_schedule_slack(0), 0);
    assert_int_equal(nj_schedule_slack(SECOND), 125);
    assert_int_equal(nj_schedule_slack(HOUR), SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedule_success_keeps_the_pace),
        cmocka_unit_test(schedule_operator_wins_over_the_feeds_wishes),
        cmocka_unit_test(schedule_retry_after_wins_over_the_operator),
        cmocka_unit_test(schedule_429_without_a_word_doubles_from_a_minute),
        cmocka_unit_test(schedule_failures_double_to_a_quarter_and_never_stop),
        cmocka_unit_test(schedule_looks_again_when_the_alarm_is_due),
        cmocka_unit_test(schedule_gone_is_looked_at_once_a_day),
        cmocka_unit_test(schedule_first_polls_are_spread_only_when_many),
        cmocka_unit_test(schedule_jitter_is_the_same_each_time_it_is_asked),
        cmocka_unit_test(schedule_slack_never_doubles_a_short_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
