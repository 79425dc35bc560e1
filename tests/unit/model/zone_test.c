/* Civil time: what wall clocks show, and when. */

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

/* What TEXT on the clock of ZONE is in UTC, as text. */
static const char *utc(const char *zone_name, const char *text, enum nj_fold f)
{
    static char out[NJ_TIME_TEXT];
    struct nj_zone *zone = load(zone_name);
    int64_t at_ms = 0;

    assert_int_equal(nj_time_read(zone, text, f, &at_ms), 0);
    nj_zone_destroy(zone);
    return nj_time_text(NULL, at_ms, out);
}

static const char *shown(const char *zone_name, const char *utc_text)
{
    static char out[NJ_TIME_TEXT];
    struct nj_zone *zone = load(zone_name);
    int64_t at_ms = 0;

    assert_int_equal(nj_time_read(NULL, utc_text, NJ_FOLD_FIRST, &at_ms), 0);
    nj_time_text(zone, at_ms, out);
    nj_zone_destroy(zone);
    return out;
}

static void a_repeated_time_is_first_when_it_starts_last_when_it_ends(void **s)
{
    (void)s;
    assert_string_equal(
        utc("America/Chicago", "2026-11-01 01:15", NJ_FOLD_FIRST),
        "2026-11-01T06:15:00Z");
    assert_string_equal(
        utc("America/Chicago", "2026-11-01 01:15", NJ_FOLD_LAST),
        "2026-11-01T07:15:00Z");
}

static void a_skipped_time_is_the_first_instant_after_the_gap(void **state)
{
    (void)state;
    assert_string_equal(
        utc("America/Chicago", "2026-03-08 02:30", NJ_FOLD_FIRST),
        "2026-03-08T08:00:00Z");
    assert_string_equal(
        utc("America/Chicago", "2026-03-08 02:30", NJ_FOLD_LAST),
        "2026-03-08T08:00:00Z");
}

static void sao_paulo_2018_has_no_midnight(void **state)
{
    (void)state;
    assert_string_equal(utc("America/Sao_Paulo", "2018-11-04", NJ_FOLD_FIRST),
                        "2018-11-04T03:00:00Z");
    assert_string_equal(shown("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
                        "2018-11-04T01:00:00-02:00");
}

static void apia_has_no_30_december_2011(void **state)
{
    (void)state;
    assert_string_equal(utc("Pacific/Apia", "2011-12-30 12:00", NJ_FOLD_LAST),
                        "2011-12-30T10:00:00Z");
    assert_string_equal(shown("Pacific/Apia", "2011-12-30T10:00:00Z"),
                        "2011-12-31T00:00:00+14:00");
    assert_string_equal(shown("Pacific/Apia", "2011-12-30T09:59:59Z"),
                        "2011-12-29T23:59:59-10:00");
}

static void dublin_counts_winter_as_negative_summer_time(void **state)
{
    (void)state;
    assert_string_equal(shown("Europe/Dublin", "2090-01-15T12:00:00Z"),
                        "2090-01-15T12:00:00+00:00");
    assert_string_equal(shown("Europe/Dublin", "2090-07-15T12:00:00Z"),
                        "2090-07-15T13:00:00+01:00");
}

static void lord_howe_moves_by_half_an_hour(void **state)
{
    (void)state;
    assert_string_equal(
        utc("Australia/Lord_Howe", "2026-04-05 01:45", NJ_FOLD_FIRST),
        "2026-04-04T14:45:00Z");
    assert_string_equal(
        utc("Australia/Lord_Howe", "2026-04-05 01:45", NJ_FOLD_LAST),
        "2026-04-04T15:15:00Z");
}

static void casablanca_goes_back_for_ramadan(void **state)
{
    (void)state;
    assert_string_equal(shown("Africa/Casablanca", "2026-02-10T12:00:00Z"),
                        "2026-02-10T13:00:00+01:00");
    assert_string_equal(shown("Africa/Casablanca", "2026-03-01T12:00:00Z"),
                        "2026-03-01T12:00:00+00:00");
}

static void cairo_springs_forward_at_midnight(void **state)
{
    (void)state;
    assert_string_equal(utc("Africa/Cairo", "2026-04-24", NJ_FOLD_FIRST),
                        "2026-04-23T22:00:00Z");
    assert_string_equal(shown("Africa/Cairo", "2026-04-23T22:00:00Z"),
                        "2026-04-24T01:00:00+03:00");
}

static void the_rule_goes_on_beyond_the_calendars_cycle(void **state)
{
    (void)state;
    assert_string_equal(shown("Europe/London", "8826-07-01T12:00:00Z"),
                        "8826-07-01T13:00:00+01:00");
    assert_string_equal(utc("Europe/London", "8826-10-29 01:30", NJ_FOLD_LAST),
                        "8826-10-29T01:30:00Z");
}

static void a_span_is_bounded_by_real_changes(void **state)
{
    struct nj_zone *zone = load("Europe/London");
    struct nj_zone_span span;
    char text[NJ_TIME_TEXT];

    (void)state;
    nj_zone_span(zone, INT64_C(1782864000000), &span); /* 1 July 2026 */
    assert_string_equal(nj_time_text(NULL, span.from_ms, text),
                        "2026-03-29T01:00:00Z");
    assert_string_equal(nj_time_text(NULL, span.until_ms, text),
                        "2026-10-25T01:00:00Z");
    assert_int_equal(span.offset_s, 3600);
    nj_zone_destroy(zone);
}

static void utc_never_changes(void **state)
{
    struct nj_zone *zone = load("UTC");
    struct nj_zone_span span;

    (void)state;
    nj_zone_span(zone, 0, &span);
    assert_true(span.from_ms == INT64_MIN && span.until_ms == INT64_MAX);
    assert_true(nj_zone_next_change(zone, 0) == INT64_MAX);
    nj_zone_destroy(zone);
}

static void civil_fields_may_overflow(void **state)
{
    struct nj_zone *zone = load("Europe/London");
    struct nj_civil c = {2026, 13, 32, 24, 60, 60};
    struct nj_civil out;

    (void)state;
    nj_zone_civil(zone, nj_zone_instant(zone, &c, NJ_FOLD_FIRST), &out);
    assert_int_equal(out.year, 2027);
    assert_int_equal(out.month, 2);
    assert_int_equal(out.day, 2);
    assert_int_equal(out.hour, 1);
    assert_int_equal(out.minute, 1);
    assert_int_equal(out.second, 0);
    nj_zone_destroy(zone);
}

static void years_without_end_saturate(void **state)
{
    struct nj_zone *zone = load("Europe/London");
    struct nj_civil c = {.year = INT32_MAX, .month = 1, .day = 1};
    char text[NJ_TIME_TEXT];

    (void)state;
    assert_true(nj_zone_instant(zone, &c, NJ_FOLD_FIRST) == INT64_MAX);
    c.year = INT32_MIN;
    assert_true(nj_zone_instant(zone, &c, NJ_FOLD_LAST) == INT64_MIN);
    nj_zone_civil(zone, INT64_MAX, &c);
    nj_zone_civil(zone, INT64_MIN, &c);
    nj_time_text(zone, INT64_MAX, text);
    nj_time_text(zone, INT64_MIN, text);
    nj_zone_destroy(zone);
}

static void days_and_dates_agree_over_two_thousand_years(void **state)
{
    int64_t days = nj_days_of(1600, 1, 1);

    (void)state;
    for (int year = 1600; year < 3600; year++) {
        for (int month = 1; month <= 12; month++) {
            struct nj_civil c;

            assert_true(nj_days_of(year, month, 1) == days);
            nj_days_to_civil(days, &c);
            assert_true(c.year == year && c.month == month && c.day == 1);
            days += nj_month_days(year, month);
            nj_days_to_civil(days - 1, &c);
            assert_true(c.day == nj_month_days(year, month));
        }
    }
    assert_int_equal(nj_weekday(0), 3);
    assert_int_equal(nj_weekday(-1), 2);
    assert_int_equal(nj_weekday(nj_days_of(2026, 11, 21)), 5);
    assert_int_equal(nj_month_days(2000, 2), 29);
    assert_int_equal(nj_month_days(1900, 2), 28);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_repeated_time_is_first_when_it_starts_last_when_it_ends),
        cmocka_unit_test(a_skipped_time_is_the_first_instant_after_the_gap),
        cmocka_unit_test(sao_paulo_2018_has_no_midnight),
        cmocka_unit_test(apia_has_no_30_december_2011),
        cmocka_unit_test(dublin_counts_winter_as_negative_summer_time),
        cmocka_unit_test(lord_howe_moves_by_half_an_hour),
        cmocka_unit_test(casablanca_goes_back_for_ramadan),
        cmocka_unit_test(cairo_springs_forward_at_midnight),
        cmocka_unit_test(the_rule_goes_on_beyond_the_calendars_cycle),
        cmocka_unit_test(a_span_is_bounded_by_real_changes),
        cmocka_unit_test(utc_never_changes),
        cmocka_unit_test(civil_fields_may_overflow),
        cmocka_unit_test(years_without_end_saturate),
        cmocka_unit_test(days_and_dates_agree_over_two_thousand_years),
    };

    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
