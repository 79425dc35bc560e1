/* Times as people say them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/time_say.h"

static struct nj_zone *zone;
static char said[NJ_SPAN_SAID];

static int64_t at(const char *text)
{
    int64_t ms = 0;

    assert_int_equal(nj_time_read(zone, text, NJ_FOLD_FIRST, &ms), 0);
    return ms;
}

static int open_zone(void **state)
{
    (void)state;
    return nj_zone_load(NULL, "America/New_York", &zone, NULL);
}

static int close_zone(void **state)
{
    (void)state;
    nj_zone_destroy(zone);
    return 0;
}

static void another_year_is_said(void **state)
{
    int64_t now = at("2026-12-01");

    (void)state;
    assert_string_equal(nj_time_say(zone, at("2026-12-31 18:05"), now, said),
                        "Thu 31 Dec 18:05");
    assert_string_equal(nj_time_say(zone, at("2027-01-01 00:00"), now, said),
                        "Fri 1 Jan 2027 00:00");
    assert_string_equal(nj_time_say(zone, at("2027-01-01 00:00"), 0, said),
                        "Fri 1 Jan 00:00");
}

static void without_a_zone_it_is_utc(void **state)
{
    (void)state;
    assert_string_equal(nj_time_say(NULL, -1, 0, said), "Wed 31 Dec 23:59");
    assert_string_equal(nj_span_say(NULL, 0, 3600000, 1, said),
                        "Thu 1 Jan 00:00 until 01:00 (UTC)");
}

static void a_span_over_midnight_says_both_days(void **state)
{
    int64_t now = at("2026-02-01");

    (void)state;
    assert_string_equal(nj_span_say(zone, at("2026-02-03 18:00"),
                                    at("2026-02-04 08:00"), now, said),
                        "Tue 3 Feb 18:00 until Wed 4 Feb 08:00 "
                        "(America/New_York)");
}

static void a_span_without_end_says_so(void **state)
{
    (void)state;
    assert_string_equal(nj_span_say(zone, INT64_MIN, INT64_MAX, 0, said),
                        "since ever, for good (America/New_York)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_year_is_said),
        cmocka_unit_test(without_a_zone_it_is_utc),
        cmocka_unit_test(a_span_over_midnight_says_both_days),
        cmocka_unit_test(a_span_without_end_says_so),
    };

    return cmocka_run_group_tests_name("times as said", tests, open_zone,
                                       close_zone);
}
