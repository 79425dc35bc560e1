/* Windows of the week on wall clocks that jump. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/window.h"

enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, SAT = 32, SUN = 64 };
enum { WORKDAYS = 31, ALL = 127 };

static const struct nj_window nights[] = {{WORKDAYS, 18 * 60, 8 * 60}};
static const struct nj_window friday[] = {{FRI, 0, 1440}};
static const struct nj_window saturday[] = {{SAT, 0, 1440}};
static const struct nj_window always[] = {{ALL, 0, 1440}};

static struct nj_zone *zone;

static void go_to(const char *name)
{
    nj_zone_destroy(zone);
    zone = NULL;
    assert_int_equal(nj_zone_load(NULL, name, &zone, NULL), 0);
}

static int64_t at(const char *text)
{
    int64_t ms = 0;

    assert_int_equal(nj_time_read(zone, text, NJ_FOLD_FIRST, &ms), 0);
    return ms;
}

static int holds(const struct nj_window *w, const char *text)
{
    return nj_window_holds(w, 1, zone, at(text));
}

static const char *next(const struct nj_window *w, const char *text)
{
    static char out[NJ_TIME_TEXT];

    return nj_time_text(zone, nj_window_next_edge(w, 1, zone, at(text)), out);
}

static int64_t last_edge(const struct nj_window *w, size_t count, int64_t at_ms)
{
    int64_t since_ms;
    int64_t until_ms;
    int now = nj_window_at(w, count, zone, at_ms, &since_ms, &until_ms);

    assert_int_equal(now, nj_window_holds(w, count, zone, at_ms));
    assert_true(until_ms == nj_window_next_edge(w, count, zone, at_ms));
    return since_ms;
}

static const char *last(const struct nj_window *w, const char *text)
{
    static char out[NJ_TIME_TEXT];

    return nj_time_text(zone, last_edge(w, 1, at(text)), out);
}

static void no_windows_hold_never_and_have_no_edge(void **state)
{
    const struct nj_window none[] = {{0, 0, 1440}};

    (void)state;
    go_to("Europe/London");
    assert_false(nj_window_holds(NULL, 0, zone, 0));
    assert_true(nj_window_next_edge(NULL, 0, zone, 0) == INT64_MAX);
    assert_true(last_edge(NULL, 0, 0) == INT64_MIN);
    assert_false(nj_window_holds(none, 1, zone, 0));
    assert_true(nj_window_next_edge(none, 1, zone, 0) == INT64_MAX);
    assert_true(last_edge(none, 1, 0) == INT64_MIN);
}

static void the_end_of_time_is_in_no_window(void **state)
{
    (void)state;
    go_to("Europe/London");
    assert_false(nj_window_holds(always, 1, zone, INT64_MAX));
    assert_false(nj_window_holds(always, 1, zone, INT64_MIN));
    assert_true(nj_window_next_edge(always, 1, zone, INT64_MAX) == INT64_MAX);
    assert_true(last_edge(always, 1, INT64_MIN) == INT64_MIN);
}

static void a_night_belongs_to_the_day_it_starts(void **state)
{
    (void)state;
    go_to("Europe/London");
    assert_false(holds(nights, "2026-02-06 17:59:59.999"));
    assert_true(holds(nights, "2026-02-06 18:00")); /* Friday */
    assert_true(holds(nights, "2026-02-07 07:59:59.999"));
    assert_false(holds(nights, "2026-02-07 08:00"));
    assert_false(holds(nights, "2026-02-07 18:00")); /* Saturday */
    assert_false(holds(nights, "2026-02-09 07:00")); /* Sunday's night */
}

static void an_end_equal_to_its_start_is_the_next_day(void **state)
{
    const struct nj_window w[] = {{MON, 540, 540}};

    (void)state;
    go_to("Europe/London");
    assert_true(holds(w, "2026-02-09 09:00"));
    assert_true(holds(w, "2026-02-10 08:59"));
    assert_false(holds(w, "2026-02-10 09:00"));
}

static void edges_are_found_both_ways(void **state)
{
    (void)state;
    go_to("Europe/London");
    assert_string_equal(next(nights, "2026-02-06 12:00"),
                        "2026-02-06T18:00:00+00:00");
    assert_string_equal(next(nights, "2026-02-06 18:00"),
                        "2026-02-07T08:00:00+00:00");
    assert_string_equal(next(nights, "2026-02-07 08:00"),
                        "2026-02-09T18:00:00+00:00");
    assert_string_equal(last(nights, "2026-02-09 17:59"),
                        "2026-02-07T08:00:00+00:00");
    assert_string_equal(last(nights, "2026-02-07 08:00"),
                        "2026-02-07T08:00:00+00:00");
    assert_string_equal(last(nights, "2026-02-07 07:59"),
                        "2026-02-06T18:00:00+00:00");
}

static void spring_nights_are_short_and_autumn_nights_long(void **state)
{
    const struct nj_window w[] = {{ALL, 18 * 60, 8 * 60}};

    (void)state;
    go_to("Europe/London");
    assert_true(nj_window_next_edge(w, 1, zone, at("2026-03-28 18:00")) -
                    at("2026-03-28 18:00") ==
                13 * 3600000);
    assert_true(nj_window_next_edge(w, 1, zone, at("2026-10-24 18:00")) -
                    at("2026-10-24 18:00") ==
                15 * 3600000);
}

static void a_repeated_start_is_its_first_an_end_its_last(void **state)
{
    const struct nj_window starts[] = {{SUN, 75, 600}};
    const struct nj_window ends[] = {{SUN, 0, 75}};

    (void)state;
    go_to("America/Chicago"); /* 01:00-02:00 twice on 1 November 2026 */
    assert_false(holds(starts, "2026-11-01T01:14:00-05:00"));
    assert_true(holds(starts, "2026-11-01T01:15:00-05:00"));
    assert_true(holds(starts, "2026-11-01T01:05:00-06:00"));
    assert_true(holds(ends, "2026-11-01T01:59:00-05:00"));
    assert_true(holds(ends, "2026-11-01T01:14:59-06:00"));
    assert_false(holds(ends, "2026-11-01T01:15:00-06:00"));
    assert_string_equal(next(ends, "2026-11-01T01:20:00-05:00"),
                        "2026-11-01T01:15:00-06:00");
}

static void a_skipped_edge_is_the_end_of_the_gap(void **state)
{
    const struct nj_window w[] = {{SUN, 150, 600}};
    const struct nj_window inside[] = {{SUN, 130, 170}};

    (void)state;
    go_to("America/Chicago"); /* no 02:00-03:00 on 8 March 2026 */
    assert_false(holds(w, "2026-03-08T01:59:59-06:00"));
    assert_true(holds(w, "2026-03-08T03:00:00-05:00"));
    assert_false(holds(inside, "2026-03-08T03:00:00-05:00"));
    assert_string_equal(next(w, "2026-03-08 01:00"),
                        "2026-03-08T03:00:00-05:00");
}

static void a_day_without_midnight_begins_at_one(void **state)
{
    const struct nj_window sunday[] = {{SUN, 0, 1440}};

    (void)state;
    go_to("America/Sao_Paulo");
    assert_false(holds(sunday, "2018-11-03T23:59:59-03:00"));
    assert_true(holds(sunday, "2018-11-04T01:00:00-02:00"));
    assert_false(holds(saturday, "2018-11-04T01:00:00-02:00"));
}

static void a_day_that_ends_twice_ends_at_the_last(void **state)
{
    (void)state;
    go_to("America/Sao_Paulo"); /* back from midnight to 23:00 */
    assert_true(holds(saturday, "2018-02-17T23:30:00-02:00"));
    assert_true(holds(saturday, "2018-02-17T23:30:00-03:00"));
    assert_false(holds(saturday, "2018-02-18T00:00:00-03:00"));
    go_to("America/Havana"); /* back from 01:00 to midnight */
    assert_true(holds(saturday, "2020-11-01T00:30:00-04:00"));
    assert_false(holds(saturday, "2020-11-01T00:00:00-05:00"));
}

static void a_repeated_hour_may_reach_back_over_midnight(void **state)
{
    const struct nj_window sunday[] = {{SUN, 0, 180}};
    const struct nj_window friday_night[] = {{FRI, 1430, 1410}};

    (void)state;
    go_to("America/St_Johns"); /* Sunday 00:01 back to Saturday 23:01 */
    assert_true(holds(sunday, "2010-11-07T00:00:30-02:30"));
    assert_true(holds(sunday, "2010-11-06T23:30:00-03:30"));
    assert_true(holds(friday_night, "2010-11-07T00:00:30-02:30"));
    assert_true(holds(friday_night, "2010-11-06T23:29:59-03:30"));
    assert_false(holds(friday_night, "2010-11-06T23:30:00-03:30"));
}

static void a_day_that_never_was_holds_nothing(void **state)
{
    const struct nj_window thursday_night[] = {{THU, 18 * 60, 8 * 60}};

    (void)state;
    go_to("Pacific/Apia"); /* Friday 30 December 2011 */
    assert_false(holds(friday, "2011-12-29T23:59:59-10:00"));
    assert_false(holds(friday, "2011-12-31T00:00:00+14:00"));
    assert_true(holds(thursday_night, "2011-12-29T23:59:59-10:00"));
    assert_false(holds(thursday_night, "2011-12-31T00:00:00+14:00"));
    assert_string_equal(next(friday, "2011-12-31 01:00"),
                        "2012-01-06T00:00:00+14:00");
}

static void all_days_hold_at_every_change_of_clocks(void **state)
{
    static const char *const names[] = {
        "Europe/London",     "Africa/Cairo",    "Australia/Lord_Howe",
        "Africa/Casablanca", "America/Havana",  "Pacific/Apia",
        "Europe/Dublin",     "Antarctica/Troll"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int64_t t;

        go_to(names[i]);
        t = nj_zone_next_change(zone, at("2000-01-01"));
        for (int n = 0; n < 60 && t != INT64_MAX; n++) {
            for (int64_t d = -3 * 3600000; d <= 3 * 3600000; d += 600000) {
                assert_true(nj_window_holds(always, 1, zone, t + d));
            }
            t = nj_zone_next_change(zone, t);
        }
    }
}

/* Minute by minute through the weeks around a change: nothing changes but at
 * an edge, and every edge is found from both sides. */
static void check_edges(const struct nj_window *w, size_t count, int64_t from)
{
    int64_t next_ms = nj_window_next_edge(w, count, zone, from);
    int before = nj_window_holds(w, count, zone, from);

    for (int64_t t = from; t < from + 21 * INT64_C(86400000); t += 60000) {
        if (t >= next_ms) {
            assert_true(last_edge(w, count, t) == next_ms);
            next_ms = nj_window_next_edge(w, count, zone, next_ms);
            before = nj_window_holds(w, count, zone, t);
            assert_true(next_ms > t);
        }
        assert_int_equal(nj_window_holds(w, count, zone, t), before);
    }
}

static void nothing_changes_between_edges(void **state)
{
    static const struct nj_window mixed[] = {
        {WORKDAYS, 18 * 60, 8 * 60}, {SAT | SUN, 0, 1440}, {WED, 75, 90}};

    (void)state;
    go_to("America/Chicago");
    check_edges(mixed, 3, at("2026-02-25"));
    check_edges(mixed, 3, at("2026-10-22"));
    go_to("Pacific/Apia");
    check_edges(mixed, 3, at("2011-12-20"));
}

static int leave(void **state)
{
    (void)state;
    nj_zone_destroy(zone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_windows_hold_never_and_have_no_edge),
        cmocka_unit_test(the_end_of_time_is_in_no_window),
        cmocka_unit_test(a_night_belongs_to_the_day_it_starts),
        cmocka_unit_test(an_end_equal_to_its_start_is_the_next_day),
        cmocka_unit_test(edges_are_found_both_ways),
        cmocka_unit_test(spring_nights_are_short_and_autumn_nights_long),
        cmocka_unit_test(a_repeated_start_is_its_first_an_end_its_last),
        cmocka_unit_test(a_skipped_edge_is_the_end_of_the_gap),
        cmocka_unit_test(a_day_without_midnight_begins_at_one),
        cmocka_unit_test(a_day_that_ends_twice_ends_at_the_last),
        cmocka_unit_test(a_repeated_hour_may_reach_back_over_midnight),
        cmocka_unit_test(a_day_that_never_was_holds_nothing),
        cmocka_unit_test(all_days_hold_at_every_change_of_clocks),
        cmocka_unit_test(nothing_changes_between_edges),
    };

    return cmocka_run_group_tests_name("window", tests, NULL, leave);
}
