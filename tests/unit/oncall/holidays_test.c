/* Holidays from calendars and from dates. */

// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strndup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "oncall/holidays.h"

static int fail_in; /* the allocation that fails, counted down; 0: none */

static int fails(void)
{
    return fail_in > 0 && --fail_in == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strndup(const char *text, size_t n);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strndup(const char *text, size_t n)
{
    return fails() ? NULL : __real_strndup(text, n);
}

static struct nj_zone *zone;
static struct nj_holidays holidays;
static struct nj_err err;

static int enter(void **state)
{
    (void)state;
    nj_holidays_init(&holidays, zone, nj_days_of(2026, 1, 1),
                     nj_days_of(2029, 1, 1));
    err = (struct nj_err){0};
    return 0;
}

static int leave(void **state)
{
    (void)state;
    nj_holidays_finish(&holidays);
    return 0;
}

static int enter_all(void **state)
{
    (void)state;
    return nj_zone_load(NULL, "Europe/London", &zone, NULL);
}

static int leave_all(void **state)
{
    (void)state;
    nj_zone_destroy(zone);
    return 0;
}

/* What stands in HOLIDAYS, as "2026-12-25 2026-12-24+3 ..." */
static const char *all(void)
{
    static char text[8192];
    struct nj_arena arena;
    const struct nj_holiday *list = NULL;
    size_t count = 0;
    size_t at = 0;

    nj_arena_init(&arena, 0);
    text[0] = '\0';
    assert_int_equal(nj_holidays_take(&holidays, &arena, &list, &count), 0);
    for (size_t i = 0; i < count && at < sizeof text - 64; i++) {
        struct nj_civil c;
        long days = (long)(list[i].until_day - list[i].from_day);

        nj_days_to_civil(list[i].from_day, &c);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%04d-%02d-%02d",
                               i == 0 ? "" : " ", c.year, c.month, c.day);
        if (days != 1) {
            at += (size_t)snprintf(text + at, sizeof text - at, "+%ld", days);
        }
    }
    nj_arena_finish(&arena);
    return text;
}

/* Read a calendar with these lines ("|" ends one) in it. */
static int ics(const char *body)
{
    char text[4096];
    size_t n = 0;
    const char *head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";

    n = (size_t)snprintf(text, sizeof text, "%s", head);
    for (; *body != '\0'; body++) {
        if (*body == '|') {
            text[n++] = '\r';
            text[n++] = '\n';
        } else {
            text[n++] = *body;
        }
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "END:VCALENDAR\r\n");
    return nj_holidays_ics(&holidays, text, n, &err);
}

static int event(const char *lines)
{
    char body[2048];

    (void)snprintf(body, sizeof body, "BEGIN:VEVENT|%s|END:VEVENT|", lines);
    return ics(body);
}

static void refuse(const char *lines, int code, const char *why)
{
    assert_int_equal(event(lines), code);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, why);
    }
    assert_int_equal(holidays.count, 0);
}

/* ---- refusals ---- */

static void dates_that_are_none_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "christmas",
        "2026-02-29",
        "2026-12-24..",
        "..2026-12-24",
        "2026-12-26..2026-12-24",
        "2026-12-24..2026-12-24x",
        "2026-12-24...2026-12-26",
        "2026-12-24T10:00",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(nj_holidays_date(&holidays, texts[i], NULL, &err),
                         NJ_E_INVALID);
        assert_non_null(strstr(err.text, "write"));
    }
    assert_int_equal(holidays.count, 0);
}

static void what_is_no_calendar_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\r\n\r\n",
        "hello",
        "<html></html>",
        "BEGIN:VEVENT\r\nEND:VEVENT",
        "BEGIN:VCALENDARS\r\nEND:VCALENDARS",
        "BEGIN:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\njunk\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (nj_holidays_ics(&holidays, texts[i], strlen(texts[i]), &err) !=
            NJ_E_INVALID) {
            fail_msg("'%s' was read", texts[i]);
        }
    }
}

static void text_that_is_not_utf8_is_refused_with_its_line(void **state)
{
    static const char latin[] = "BEGIN:VCALENDAR\nX-A:1\nX-B:caf\xe9\n";
    static const char nul[] = "BEGIN:VCALENDAR\n\0END:VCALENDAR\n";

    (void)state;
    assert_int_equal(nj_holidays_ics(&holidays, latin, sizeof latin - 1, &err),
                     NJ_E_INVALID);
    assert_non_null(strstr(err.text, "line 3: not UTF-8"));
    assert_int_equal(nj_holidays_ics(&holidays, nul, sizeof nul - 1, &err),
                     NJ_E_INVALID);
    assert_non_null(strstr(err.text, "line 2"));
}

static void a_broken_event_is_refused_with_its_line(void **state)
{
    (void)state;
    refuse("SUMMARY:x", NJ_E_INVALID, "line 3: event 'x': it has no DTSTART");
    refuse("DTSTART:nonsense", NJ_E_INVALID, "DTSTART");
    refuse("DTSTART;VALUE=DATE:20260230", NJ_E_INVALID, "not a date");
    refuse("DTSTART;VALUE=DATE:20260203|DTEND;VALUE=DATE:20260201",
           NJ_E_INVALID, "ends before it starts");
    refuse("DTSTART;VALUE=DATE:20260203|DTEND:20260205T100000Z", NJ_E_INVALID,
           "DTEND does not fit");
    refuse("DTSTART;VALUE=DATE:20260203|RRULE:FREQ=BOGUS", NJ_E_INVALID,
           "RRULE");
    refuse("DTSTART;VALUE=DATE:20260203|DURATION:-P1D", NJ_E_INVALID,
           "DURATION");
}

static void the_line_of_a_folded_files_event_is_right(void **state)
{
    (void)state;
    assert_int_equal(ics("X-LONG:a|  b|  c|BEGIN:VEVENT|DTSTART;VALUE=DATE:"
                         "20260101|END:VEVENT|BEGI| N:VEVENT|END:VEVENT|"),
                     NJ_E_INVALID);
    assert_non_null(strstr(err.text, "line 9:"));
}

static void one_broken_event_leaves_all_as_before(void **state)
{
    (void)state;
    assert_int_equal(nj_holidays_date(&holidays, "2026-05-01", "May", NULL), 0);
    assert_int_equal(ics("BEGIN:VEVENT|DTSTART;VALUE=DATE:20260101|END:VEVENT|"
                         "BEGIN:VEVENT|SUMMARY:x|END:VEVENT|"),
                     NJ_E_INVALID);
    assert_string_equal(all(), "2026-05-01");
}

static void repeating_within_a_day_is_refused(void **state)
{
    (void)state;
    refuse("DTSTART:20260101T000000Z|RRULE:FREQ=SECONDLY", NJ_E_INVALID,
           "within a day");
    refuse("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=HOURLY", NJ_E_INVALID,
           "within a day");
}

static void a_rule_that_never_comes_true_is_refused(void **state)
{
    (void)state;
    refuse("DTSTART;VALUE=DATE:20260101|"
           "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
           NJ_E_INVALID, "never comes true");
    refuse("DTSTART;VALUE=DATE:20260101|"
           "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=30",
           NJ_E_INVALID, "never comes true");
}

static void repeating_since_the_middle_ages_is_refused(void **state)
{
    (void)state;
    refuse("DTSTART;VALUE=DATE:10660101|RRULE:FREQ=DAILY", NJ_E_INVALID,
           "since before 1900");
}

static void endless_repetitions_are_bounded(void **state)
{
    struct nj_buf text;

    (void)state;
    nj_buf_init(&text, NJ_LIMIT_ICS_BYTES);
    (void)nj_buf_adds(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 40; i++) {
        (void)nj_buf_adds(&text, "BEGIN:VEVENT\nDTSTART;VALUE=DATE:19200101\n"
                                 "RRULE:FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1\n"
                                 "END:VEVENT\n");
    }
    (void)nj_buf_adds(&text, "END:VCALENDAR\n");
    assert_int_equal(nj_holidays_ics(&holidays, text.data, text.len, &err),
                     NJ_E_TOOBIG);
    assert_non_null(strstr(err.text, "too many events repeat"));
    assert_int_equal(holidays.count, 0);
    nj_buf_finish(&text);
}

static void deep_nesting_is_refused(void **state)
{
    struct nj_buf text;

    (void)state;
    nj_buf_init(&text, NJ_LIMIT_ICS_BYTES);
    (void)nj_buf_adds(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 50000; i++) {
        (void)nj_buf_adds(&text, "BEGIN:VEVENT\n");
    }
    assert_int_equal(nj_holidays_ics(&holidays, text.data, text.len, &err),
                     NJ_E_TOOBIG);
    assert_non_null(strstr(err.text, "line 9: components nest deeper"));
    nj_buf_finish(&text);
}

static void a_line_of_a_thousand_parameters_is_refused(void **state)
{
    char lines[4096] = "DTSTART";

    (void)state;
    for (int i = 0; i < 65; i++) {
        memcpy(lines + 7 + i * 4, ";A=B", 5);
    }
    memcpy(lines + 7 + 65 * 4, ":1", 3);
    refuse(lines, NJ_E_TOOBIG, "line 4: more than 64 parameters");
}

static void a_huge_file_is_refused(void **state)
{
    size_t len = NJ_LIMIT_ICS_BYTES + 1;
    char *text = calloc(1, len);

    (void)state;
    assert_int_equal(nj_holidays_ics(&holidays, text, len, &err), NJ_E_TOOBIG);
    free(text);
}

static void more_holidays_than_a_brand_may_have_are_refused(void **state)
{
    int rc = 0;

    (void)state;
    for (int i = 0; i < NJ_LIMIT_HOLIDAYS; i++) {
        rc |= nj_holidays_date(&holidays, "2026-01-01", NULL, NULL);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(nj_holidays_date(&holidays, "2026-01-01", NULL, &err),
                     NJ_E_TOOBIG);
    assert_int_equal(event("DTSTART;VALUE=DATE:20260101"), NJ_E_TOOBIG);
}

static void a_time_zone_that_is_described_nowhere_is_refused(void **state)
{
    (void)state;
    refuse("DTSTART;TZID=Custom/Moon:20260101T000000", NJ_E_INVALID,
           "its time zone is not described");
}

static void a_time_zone_that_never_rests_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        ics("BEGIN:VTIMEZONE|TZID:Busy|BEGIN:STANDARD|DTSTART:19700101T000000|"
            "RRULE:FREQ=SECONDLY|TZOFFSETFROM:+0000|TZOFFSETTO:+0100|"
            "END:STANDARD|END:VTIMEZONE|BEGIN:VEVENT|"
            "DTSTART;TZID=Busy:20260101T000000|END:VEVENT|"),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "otherwise than yearly"));
}

/* ---- what is read ---- */

static void dates_are_single_days_or_stretches(void **state)
{
    (void)state;
    assert_int_equal(nj_holidays_date(&holidays, "2026-12-24..2026-12-26",
                                      "Christmas", NULL),
                     0);
    assert_int_equal(nj_holidays_date(&holidays, "2026-05-01", NULL, NULL), 0);
    assert_int_equal(nj_holidays_date(&holidays, "1999-05-01", NULL, NULL), 0);
    assert_int_equal(nj_holidays_date(&holidays, "2026-05-01", NULL, NULL), 0);
    assert_string_equal(all(), "1999-05-01 2026-05-01 2026-12-24+3");
}

static void an_all_day_event_is_its_day_or_days(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas"), 0);
    assert_int_equal(event("DTSTART;VALUE=DATE:20260403|"
                           "DTEND;VALUE=DATE:20260407"),
                     0);
    assert_int_equal(event("DTSTART;VALUE=DATE:20260501|DURATION:P2D"), 0);
    assert_int_equal(event("DTSTART;VALUE=DATE:20260601|"
                           "DTEND;VALUE=DATE:20260601"),
                     0);
    assert_string_equal(all(),
                        "2026-04-03+4 2026-05-01+2 2026-06-01 2026-12-25");
}

static void a_title_is_kept_and_cut(void **state)
{
    char lines[600] = "DTSTART;VALUE=DATE:20260101|SUMMARY:";

    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20260101|SUMMARY:Neujahr\\, "
                           "f\xc3\xbcr alle"),
                     0);
    assert_string_equal(holidays.items[0].title, "Neujahr, f\xc3\xbcr alle");
    memset(lines + strlen(lines), 'x', 400);
    assert_int_equal(event(lines), 0);
    assert_int_equal(strlen(holidays.items[1].title), 200);
}

static void yearly_rules_are_drawn_out_over_the_range(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20001225|RRULE:FREQ=YEARLY"), 0);
    assert_string_equal(all(), "2026-12-25 2027-12-25 2028-12-25");
}

static void the_fourth_thursday_of_november(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20201126|"
                           "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
                     0);
    assert_string_equal(all(), "2026-11-26 2027-11-25 2028-11-23");
}

static void leap_days_come_in_leap_years(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20200229|RRULE:FREQ=YEARLY"), 0);
    assert_string_equal(all(), "2028-02-29");
}

static void a_rule_that_comes_true_after_the_range_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20290201|RRULE:FREQ=YEARLY"), 0);
    assert_int_equal(event("DTSTART;VALUE=DATE:20260101|"
                           "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"),
                     0);
    assert_string_equal(all(), "");
}

static void counts_and_ends_are_followed(void **state)
{
    (void)state;
    assert_int_equal(
        event("DTSTART;VALUE=DATE:20250105|RRULE:FREQ=YEARLY;COUNT=3"), 0);
    assert_int_equal(
        event("DTSTART;VALUE=DATE:20260301|RRULE:FREQ=MONTHLY;UNTIL=20260501"),
        0);
    assert_string_equal(
        all(), "2026-01-05 2026-03-01 2026-04-01 2026-05-01 2027-01-05");
}

static void exceptions_and_extra_dates_are_followed(void **state)
{
    (void)state;
    assert_int_equal(
        event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY|"
              "EXDATE;VALUE=DATE:20270105|RDATE;VALUE=DATE:20270107,20270109"),
        0);
    assert_string_equal(all(), "2026-01-05 2027-01-07 2027-01-09 2028-01-05");
}

static void an_exception_with_a_time_takes_an_all_day_event(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY|"
                           "EXDATE:20270105T000000Z"),
                     0);
    assert_string_equal(all(), "2026-01-05 2028-01-05");
}

static void a_moved_occurrence_is_moved(void **state)
{
    (void)state;
    assert_int_equal(
        ics("BEGIN:VEVENT|UID:a|DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY|"
            "END:VEVENT|BEGIN:VEVENT|UID:a|RECURRENCE-ID;VALUE=DATE:20270105|"
            "DTSTART;VALUE=DATE:20270108|END:VEVENT|"
            "BEGIN:VEVENT|UID:b|RECURRENCE-ID;VALUE=DATE:20280105|"
            "DTSTART;VALUE=DATE:20280109|END:VEVENT|"),
        0);
    assert_string_equal(all(), "2026-01-05 2027-01-08 2028-01-05 2028-01-09");
}

static void a_cancelled_event_or_occurrence_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20260101|STATUS:CANCELLED"), 0);
    assert_int_equal(
        ics("BEGIN:VEVENT|UID:a|DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY|"
            "END:VEVENT|BEGIN:VEVENT|UID:a|RECURRENCE-ID;VALUE=DATE:20270105|"
            "DTSTART;VALUE=DATE:20270105|STATUS:CANCELLED|END:VEVENT|"),
        0);
    assert_string_equal(all(), "2026-01-05 2028-01-05");
}

static void timed_events_count_for_the_days_they_touch(void **state)
{
    (void)state; /* London is an hour ahead in July */
    assert_int_equal(event("DTSTART:20260710T230000Z|DTEND:20260711T230000Z"),
                     0);
    assert_int_equal(event("DTSTART:20260714T100000|DTEND:20260715T000000"), 0);
    assert_int_equal(event("DTSTART;TZID=Europe/London:20260720T233000|"
                           "DURATION:PT2H"),
                     0);
    assert_int_equal(event("DTSTART:20260801T100000Z"), 0);
    assert_string_equal(all(), "2026-07-11 2026-07-14 2026-07-20+2 2026-08-01");
}

static void a_timed_rule_stays_on_its_clock(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART:20260301T003000|DTEND:20260301T020000|"
                           "RRULE:FREQ=MONTHLY;COUNT=3|EXDATE:20260401T003000"),
                     0);
    assert_string_equal(all(), "2026-03-01 2026-05-01");
}

static void a_described_time_zone_is_followed(void **state)
{
    (void)state;
    assert_int_equal(
        ics("BEGIN:VTIMEZONE|TZID:Nine|BEGIN:STANDARD|DTSTART:19700101T000000|"
            "TZOFFSETFROM:+0900|TZOFFSETTO:+0900|END:STANDARD|END:VTIMEZONE|"
            "BEGIN:VEVENT|DTSTART;TZID=Nine:20260201T080000|"
            "DTEND;TZID=Nine:20260201T090000|END:VEVENT|"),
        0);
    assert_string_equal(all(), "2026-01-31");
}

static void several_calendars_and_a_byte_order_mark_are_read(void **state)
{
    static const char text[] =
        "\xef\xbb\xbf"
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\n"
        "END:VEVENT\nEND:VCALENDAR\n"
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260102\n"
        "END:VEVENT\nEND:VCALENDAR\n";

    (void)state;
    assert_int_equal(nj_holidays_ics(&holidays, text, sizeof text - 1, &err),
                     0);
    assert_string_equal(all(), "2026-01-01 2026-01-02");
}

static void what_lies_outside_of_the_range_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(event("DTSTART;VALUE=DATE:20251231"), 0);
    assert_int_equal(event("DTSTART;VALUE=DATE:20290101"), 0);
    assert_int_equal(
        event("DTSTART;VALUE=DATE:20251230|DTEND;VALUE=DATE:20260103"), 0);
    assert_string_equal(all(), "2025-12-30+4");
}

static void each_allocation_may_fail(void **state)
{
    static const char text[] =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n"
        "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY\nEND:VEVENT\n"
        "END:VCALENDAR\n";
    struct nj_arena arena;
    const struct nj_holiday *list = NULL;
    size_t count = 7;
    int rc = NJ_E_NOMEM;

    (void)state;
    for (int k = 1; rc != 0; k++) {
        assert_true(k < 100);
        fail_in = k;
        rc = nj_holidays_ics(&holidays, text, sizeof text - 1, NULL);
        fail_in = 0;
        assert_true(rc == 0 || (rc == NJ_E_NOMEM && holidays.count == 0));
    }
    nj_arena_init(&arena, 0);
    fail_in = 1;
    assert_int_equal(nj_holidays_take(&holidays, &arena, &list, &count),
                     NJ_E_NOMEM);
    fail_in = 0;
    assert_null(list);
    assert_int_equal(count, 7);
    nj_arena_finish(&arena);
}

#define T(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(dates_that_are_none_are_refused),
        T(what_is_no_calendar_is_refused),
        T(text_that_is_not_utf8_is_refused_with_its_line),
        T(a_broken_event_is_refused_with_its_line),
        T(the_line_of_a_folded_files_event_is_right),
        T(one_broken_event_leaves_all_as_before),
        T(repeating_within_a_day_is_refused),
        T(a_rule_that_never_comes_true_is_refused),
        T(repeating_since_the_middle_ages_is_refused),
        T(endless_repetitions_are_bounded),
        T(deep_nesting_is_refused),
        T(a_line_of_a_thousand_parameters_is_refused),
        T(a_huge_file_is_refused),
        T(more_holidays_than_a_brand_may_have_are_refused),
        T(a_time_zone_that_is_described_nowhere_is_refused),
        T(a_time_zone_that_never_rests_is_refused),
        T(dates_are_single_days_or_stretches),
        T(an_all_day_event_is_its_day_or_days),
        T(a_title_is_kept_and_cut),
        T(yearly_rules_are_drawn_out_over_the_range),
        T(the_fourth_thursday_of_november),
        T(leap_days_come_in_leap_years),
        T(a_rule_that_comes_true_after_the_range_is_no_error),
        T(counts_and_ends_are_followed),
        T(exceptions_and_extra_dates_are_followed),
        T(an_exception_with_a_time_takes_an_all_day_event),
        T(a_moved_occurrence_is_moved),
        T(a_cancelled_event_or_occurrence_is_left_out),
        T(timed_events_count_for_the_days_they_touch),
        T(a_timed_rule_stays_on_its_clock),
        T(a_described_time_zone_is_followed),
        T(several_calendars_and_a_byte_order_mark_are_read),
        T(what_lies_outside_of_the_range_is_left_out),
        T(each_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("holidays", tests, enter_all, leave_all);
}
