#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/health.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

struct told {
    int count;
    char last[512]; /* "" when it said: well again */
};

static void
on_told(void *ctx, const char *source, const char *what, int64_t next_ms)
{
    struct told *told = ctx;

    assert_string_equal(source, "acme");
    (void)next_ms;
    told->count++;
    (void)snprintf(told->last, sizeof told->last, "%s",
                   what == NULL ? "" : what);
}

static struct nj_health make(struct told *told)
{
    struct nj_source_env env = {.health = {told, on_told}};
    struct nj_health health;

    *told = (struct told){0};
    nj_health_init(&health, &env, "acme", 0);
    health.fails_after_ms = 10 * MINUTE;
    return health;
}

static void health_short_trouble_is_told_to_nobody(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    nj_health_failed(&health, 0, "http 503", 0);
    nj_health_failed(&health, 9 * MINUTE, "http 503", 0);
    assert_int_equal(health.mood, NJ_SOURCE_FAILING);
    nj_health_ok(&health, 9 * MINUTE, 0);
    assert_int_equal(health.mood, NJ_SOURCE_WELL);
    assert_int_equal(told.count, 0);
    nj_health_finish(&health);
}

static void health_long_trouble_is_told_once_and_its_end(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    nj_health_failed(&health, 0, "http 503", 0);
    nj_health_failed(&health, 10 * MINUTE, "http 503", 0);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.last, "http 503, for 10m");
    nj_health_failed(&health, 20 * MINUTE, "http 503", 0);
    assert_int_equal(told.count, 1);
    assert_int_equal(health.mood, NJ_SOURCE_SICK);
    nj_health_ok(&health, 30 * MINUTE, 1);
    assert_int_equal(told.count, 2);
    assert_string_equal(told.last, "");
    nj_health_ok(&health, 31 * MINUTE, 1);
    assert_int_equal(told.count, 2);
    nj_health_finish(&health);
}

static void health_urgent_trouble_is_told_at_once(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    nj_health_failed(&health, 0, "http 410", 1);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.last, "http 410");
    nj_health_finish(&health);
}

static void health_silence_is_told_once_until_something_new_comes(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    health.silent_after_ms = 2 * HOUR;
    nj_health_ok(&health, HOUR, 3);
    assert_int_equal(nj_health_patience(&health, HOUR), 2 * HOUR);
    nj_health_ok(&health, 3 * HOUR - 1, 0);
    assert_int_equal(told.count, 0);
    nj_health_ok(&health, 3 * HOUR, 0);
    assert_int_equal(told.count, 1);
    assert_non_null(strstr(told.last, "nothing new for 2h"));
    assert_int_equal(health.mood, NJ_SOURCE_QUIET);
    nj_health_ok(&health, 4 * HOUR, 0);
    nj_health_check(&health, 5 * HOUR);
    assert_int_equal(told.count, 1);
    nj_health_ok(&health, 6 * HOUR, 1);
    assert_int_equal(told.count, 2);
    assert_string_equal(told.last, "");
    nj_health_finish(&health);
}

static void health_a_clock_set_back_puts_no_alarm_off(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    nj_health_failed(&health, 10 * HOUR, "http 503", 0);
    nj_health_failed(&health, 2 * HOUR, "http 503", 0);
    nj_health_failed(&health, 2 * HOUR + 10 * MINUTE, "http 503", 0);
    assert_int_equal(told.count, 1);
    nj_health_ok(&health, 2 * HOUR + 10 * MINUTE, 1);
    assert_int_equal(told.count, 2);
    health.silent_after_ms = 2 * HOUR;
    nj_health_ok(&health, HOUR, 0);
    assert_int_equal(nj_health_patience(&health, HOUR), 2 * HOUR);
    nj_health_ok(&health, 3 * HOUR, 0);
    assert_int_equal(told.count, 3);
    nj_health_finish(&health);
}

static void health_silence_is_not_asked_for_is_never_told(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    (void)state;

    nj_health_ok(&health, 1, 0);
    nj_health_check(&health, INT64_MAX / 2);
    assert_int_equal(nj_health_patience(&health, 5), -1);
    assert_int_equal(told.count, 0);
    nj_health_finish(&health);
}

static void health_status_says_why(void **state)
{
    struct told told;
    struct nj_health health = make(&told);
    struct nj_source_status status = {0};
    (void)state;

    nj_health_ok(&health, 5, 2);
    nj_health_failed(&health, 7, "http 503", 0);
    nj_health_status(&health, &status);
    assert_int_equal(status.mood, NJ_SOURCE_FAILING);
    assert_int_equal(status.posts, 2);
    assert_int_equal(status.reads, 1);
    assert_int_equal(status.faults, 1);
    assert_int_equal(status.last_ok_ms, 5);
    assert_string_equal(status.fault, "http 503");
    nj_health_finish(&health);
}

static void health_without_a_listener_is_fine(void **state)
{
    struct nj_source_env env = {.brand = "x"};
    struct nj_health health;
    (void)state;

    nj_health_init(&health, &env, "acme", 0);
    nj_health_failed(&health, 0, "x", 1);
    nj_health_ok(&health, 1, 0);
    assert_int_equal(health.mood, NJ_SOURCE_WELL);
    nj_health_finish(&health);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_short_trouble_is_told_to_nobody),
        cmocka_unit_test(health_long_trouble_is_told_once_and_its_end),
        cmocka_unit_test(health_urgent_trouble_is_told_at_once),
        cmocka_unit_test(health_silence_is_told_once_until_something_new_comes),
        cmocka_unit_test(health_a_clock_set_back_puts_no_alarm_off),
        cmocka_unit_test(health_silence_is_not_asked_for_is_never_told),
        cmocka_unit_test(health_status_says_why),
        cmocka_unit_test(health_without_a_listener_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
