/* Times as people say them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/zone.h"

static struct nj_zone *london;

static int open_zone(void **state)
{
    (void)state;
    return nj_zone_load(NULL, "Europe/London", &london, NULL);
}

static int close_zone(void **state)
{
    (void)state;
    nj_zone_destroy(london);
    return 0;
}

/* What TEXT means on a Tuesday in summer, 2026-07-07 03:00 in London. */
static void means(const struct nj_zone *zone,
                  enum nj_time_way way,
                  const char *text,
                  const char *expected)
{
    char out[NJ_TIME_TEXT];
    int64_t base_ms = 0;
    int64_t at_ms = 0;

    assert_int_equal(
        nj_time_read(london, "2026-07-07 03:00", NJ_FOLD_FIRST, &base_ms), 0);
    if (nj_time_meant(zone, text, way, base_ms, &at_ms) != 0) {
        fail_msg("'%s' was not read", text);
    }
    (void)nj_time_text(zone, at_ms, out);
    if (strncmp(out, expected, strlen(expected)) != 0) {
        fail_msg("'%s' is %s, not %s", text, out, expected);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "noon",
        "2",
        "2hours",
        "h",
        "25:00",
        "24:01",
        "10:60",
        "1:5",
        "10:00:00",
        "+10:00",
        "yester",
        "mo",
        "mondays",
        "tomorrow 2h",
        "now 10:00",
        "ago 2h",
        "2h in",
        "in 10:00",
        "18:00 today",
        "a b c d",
        "2h ago ago",
        "--2h",
        "yesterday yesterday",
        "99999999999999999999h",
        "thisisawordthatislongerthananythingthatcouldbeatime",
    };
    int64_t at_ms = 42;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (nj_time_meant(london, texts[i], NJ_TIME_SINCE, 1000, &at_ms) == 0) {
            fail_msg("'%s' was read", texts[i]);
        }
        assert_int_equal(at_ms, 42);
    }
}

static void absolute_times_stay_what_they_are(void **state)
{
    (void)state;
    means(london, NJ_TIME_SINCE, "2026-02-03 18:00", "2026-02-03T18:00:00+00");
    means(london, NJ_TIME_FROM, "2026-07-03T18:00Z", "2026-07-03T19:00:00+01");
}

static void spans_count_to_the_side_that_is_meant(void **state)
{
    (void)state;
    means(london, NJ_TIME_SINCE, "2h", "2026-07-07T01:00");
    means(london, NJ_TIME_FROM, "2h", "2026-07-07T05:00");
    means(london, NJ_TIME_UNTIL, "1h30m", "2026-07-07T04:30");
    means(london, NJ_TIME_FROM, "-2h", "2026-07-07T01:00");
    means(london, NJ_TIME_SINCE, "+1d", "2026-07-08T03:00");
    means(london, NJ_TIME_FROM, "2h ago", "2026-07-07T01:00");
    means(london, NJ_TIME_SINCE, "in 2h", "2026-07-07T05:00");
    means(london, NJ_TIME_SINCE, "now", "2026-07-07T03:00");
}

static void a_clock_is_the_last_or_the_next_such(void **state)
{
    (void)state;
    means(london, NJ_TIME_SINCE, "22:00", "2026-07-06T22:00");
    means(london, NJ_TIME_SINCE, "02:00", "2026-07-07T02:00");
    means(london, NJ_TIME_SINCE, "3:00", "2026-07-07T03:00");
    means(london, NJ_TIME_FROM, "22:00", "2026-07-07T22:00");
    means(london, NJ_TIME_UNTIL, "02:00", "2026-07-08T02:00");
    means(london, NJ_TIME_UNTIL, "24:00", "2026-07-08T00:00");
    means(NULL, NJ_TIME_SINCE, "22:00", "2026-07-06T22:00:00Z");
    means(NULL, NJ_TIME_FROM, "01:00", "2026-07-08T01:00:00Z");
}

static void days_have_names(void **state)
{
    (void)state;
    means(london, NJ_TIME_SINCE, "yesterday 18:00", "2026-07-06T18:00");
    means(london, NJ_TIME_SINCE, "Yesterday", "2026-07-06T00:00");
    means(london, NJ_TIME_SINCE, "today", "2026-07-07T00:00");
    means(london, NJ_TIME_UNTIL, "tomorrow 8:00", "2026-07-08T08:00");
    means(london, NJ_TIME_SINCE, "friday 18:00", "2026-07-03T18:00");
    means(london, NJ_TIME_FROM, "fri 18:00", "2026-07-10T18:00");
    means(london, NJ_TIME_SINCE, "tue 01:00", "2026-07-07T01:00");
    means(london, NJ_TIME_SINCE, "tue 18:00", "2026-06-30T18:00");
    means(london, NJ_TIME_FROM, "tue 18:00", "2026-07-07T18:00");
    means(london, NJ_TIME_FROM, "tue 01:00", "2026-07-14T01:00");
    means(NULL, NJ_TIME_FROM, "wed", "2026-07-08T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(absolute_times_stay_what_they_are),
        cmocka_unit_test(spans_count_to_the_side_that_is_meant),
        cmocka_unit_test(a_clock_is_the_last_or_the_next_such),
        cmocka_unit_test(days_have_names),
    };

    return cmocka_run_group_tests(tests, open_zone, close_zone);
}
