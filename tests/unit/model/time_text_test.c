/* Times as text. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/zone.h"

static struct nj_zone *load(const char *name)
{
    struct nj_zone *zone = NULL;
    struct nj_err err = {0};

    if (nj_zone_load("/usr/share/zoneinfo", name, &zone, &err) != 0) {
        fail_msg("%s", err.text);
    }
    return zone;
}

static void broken_times_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "2026",
        "2026-1-05",
        "2026-13-01",
        "2026-02-29",
        "0000-01-01",
        "2026-01-01T",
        "2026-01-01T1:00",
        "2026-01-01T10",
        "2026-01-01T10:60",
        "2026-01-01T25:00",
        "2026-01-01T24:01",
        "2026-01-01T10:00:61",
        "2026-01-01T10:00:00.",
        "2026-01-01T10:00:00.5.5",
        "2026-01-01T10:00+1",
        "2026-01-01T10:00+24:00",
        "2026-01-01T10:00+01:60",
        "2026-01-01T10:00Zulu",
        "2026-01-01Z",
        "2026-01-01x",
        " 2026-01-01",
        "2026-01-01 ",
        "yesterday",
    };
    int64_t at_ms = 42;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (nj_time_read(NULL, texts[i], NJ_FOLD_FIRST, &at_ms) == 0) {
            fail_msg("'%s' was read", texts[i]);
        }
    }
    assert_int_equal(at_ms, 42);
}

static void reads(const char *text, const char *utc_text, int ms)
{
    char out[NJ_TIME_TEXT];
    int64_t at_ms = 0;

    assert_int_equal(nj_time_read(NULL, text, NJ_FOLD_FIRST, &at_ms), 0);
    assert_string_equal(nj_time_text(NULL, at_ms, out), utc_text);
    assert_int_equal((at_ms % 1000 + 1000) % 1000, ms);
}

static void times_are_read_as_people_and_machines_write_them(void **state)
{
    (void)state;
    reads("2026-02-03", "2026-02-03T00:00:00Z", 0);
    reads("2026-02-03 18:00", "2026-02-03T18:00:00Z", 0);
    reads("2026-02-03T18:00:07.25", "2026-02-03T18:00:07Z", 250);
    reads("2026-02-03t18:00:00.123456789z", "2026-02-03T18:00:00Z", 123);
    reads("2026-02-03T18:00+05:30", "2026-02-03T12:30:00Z", 0);
    reads("2026-02-03T18:00:00-0800", "2026-02-04T02:00:00Z", 0);
    reads("2026-02-03 24:00", "2026-02-04T00:00:00Z", 0);
    reads("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", 0);
    reads("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z", 500);
}

static void an_offset_with_seconds_still_names_the_instant(void **state)
{
    char text[NJ_TIME_TEXT];
    struct nj_zone *zone = load("Europe/London"); /* -00:01:15 before 1847 */
    int64_t at_ms = nj_days_of(1800, 1, 1) * 86400000;
    int64_t back_ms = 0;

    (void)state;
    nj_time_text(zone, at_ms, text);
    assert_int_equal(nj_time_read(NULL, text, NJ_FOLD_FIRST, &back_ms), 0);
    assert_true(back_ms == at_ms);
    nj_zone_destroy(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_times_are_refused),
        cmocka_unit_test(times_are_read_as_people_and_machines_write_them),
        cmocka_unit_test(an_offset_with_seconds_still_names_the_instant),
    };

    return cmocka_run_group_tests_name("time_text", tests, NULL, NULL);
}
