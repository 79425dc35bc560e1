/* When a policy is drilled by plan. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch/drill.h"

static struct nj_zone *zone;

static int64_t at(const char *text)
{
    int64_t ms = 0;

    assert_int_equal(nj_time_read(zone, text, NJ_FOLD_FIRST, &ms), 0);
    return ms;
}

static struct nj_drill_plan ten_o_clock(int every_days)
{
    return (struct nj_drill_plan){
        .zone = zone, .at = {2026, 1, 13, 10, 0, 0}, .every_days = every_days};
}

static void holds(int every_days, const char *after, const char *want)
{
    struct nj_drill_plan plan = ten_o_clock(every_days);

    assert_int_equal(nj_drill_next(&plan, at(after)), at(want));
}

static void before_the_first_it_is_the_first(void **state)
{
    (void)state;
    holds(90, "2024-02-29 12:00", "2026-01-13 10:00");
    holds(90, "2026-01-13 09:59", "2026-01-13 10:00");
}

static void at_its_time_the_next_is_the_one_after(void **state)
{
    (void)state;
    holds(90, "2026-01-13 10:00", "2026-04-13 10:00");
    holds(1, "2026-01-13 10:00", "2026-01-14 10:00");
    holds(7, "2027-06-01 00:00", "2027-06-01 10:00");
}

/* 90 days later it is summer: ten o'clock stays ten o'clock. */
static void the_time_of_day_stays_over_the_seasons(void **state)
{
    (void)state;
    holds(90, "2026-04-13 09:59", "2026-04-13 10:00");
    holds(90, "2026-04-13 10:00", "2026-07-12 10:00");
}

static void a_time_that_is_skipped_is_the_end_of_the_gap(void **state)
{
    struct nj_drill_plan plan = {
        .zone = zone, .at = {2026, 3, 28, 1, 30, 0}, .every_days = 1};
    (void)state;

    assert_int_equal(nj_drill_next(&plan, at("2026-03-28 12:00")),
                     at("2026-03-29 02:00"));
    assert_int_equal(nj_drill_next(&plan, at("2026-03-29 02:00")),
                     at("2026-03-30 01:30"));
}

/* For every hour of three years: later than asked, and none between. */
static void none_is_passed_over(void **state)
{
    struct nj_drill_plan plan = ten_o_clock(5);
    int64_t last = nj_drill_next(&plan, at("2025-12-01 00:00"));
    (void)state;

    for (int64_t t = at("2025-12-01 00:00"); t < at("2028-12-01 00:00");
         t += 3600000) {
        int64_t next = nj_drill_next(&plan, t);

        assert_true(next > t);
        assert_true(next == last || t >= last);
        last = next;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_first_it_is_the_first),
        cmocka_unit_test(at_its_time_the_next_is_the_one_after),
        cmocka_unit_test(the_time_of_day_stays_over_the_seasons),
        cmocka_unit_test(a_time_that_is_skipped_is_the_end_of_the_gap),
        cmocka_unit_test(none_is_passed_over),
    };
    int failed;

    if (nj_zone_load(NULL, "Europe/London", &zone, NULL) != 0) {
        return 1;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    nj_zone_destroy(zone);
    return failed;
}
