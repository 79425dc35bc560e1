/* Shifts as an iCalendar file. */

// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -lical

#include "rota.h"

#include <libical/ical.h>

#include "base/str.h"
#include "oncall/ics_out.h"

static int fail_in; /* the allocation that fails, counted down; 0: none */

static int fails(void)
{
    return fail_in > 0 && --fail_in == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

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

static struct nj_buf out;
static struct nj_oncall shift;

static int enter(void **state)
{
    (void)state;
    nj_buf_init(&out, 1 << 20);
    shift = (struct nj_oncall){.since_ms = INT64_C(1770141600000),
                               .until_ms = INT64_C(1770192000000),
                               .count = 1,
                               .people = {"maya"}};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    nj_buf_finish(&out);
    return 0;
}

/* The file with SHIFT alone, read back by libical: owned by the caller. */
static icalcomponent *file(const char *name)
{
    icalcomponent *calendar;

    nj_ics_open(&out, name);
    nj_ics_shift(&out, name, &shift, INT64_C(1770000000000));
    nj_ics_close(&out);
    assert_int_equal(out.status, 0);
    calendar = icalparser_parse_string(nj_buf_text(&out));
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    return calendar;
}

static void a_gap_or_an_endless_shift_writes_nothing(void **state)
{
    (void)state;
    shift.count = 0;
    nj_ics_shift(&out, "s", &shift, 0);
    shift.count = 1;
    shift.since_ms = INT64_MIN;
    nj_ics_shift(&out, "s", &shift, 0);
    shift.since_ms = 0;
    shift.until_ms = INT64_MAX;
    nj_ics_shift(&out, "s", &shift, 0);
    assert_int_equal(out.len, 0);
}

static void a_full_buffer_is_told_once(void **state)
{
    (void)state;
    nj_buf_finish(&out);
    nj_buf_init(&out, 100);
    nj_ics_open(&out, "s");
    nj_ics_shift(&out, "s", &shift, 0);
    assert_int_equal(out.status, NJ_E_TOOBIG);
}

static void each_allocation_may_fail(void **state)
{
    int status = NJ_E_NOMEM;

    (void)state;
    for (int k = 1; status != 0; k++) {
        assert_true(k < 50);
        nj_buf_finish(&out);
        nj_buf_init(&out, 1 << 20);
        fail_in = k;
        nj_ics_open(&out, "s");
        nj_ics_shift(&out, "s", &shift, 0);
        nj_ics_close(&out);
        fail_in = 0;
        status = out.status;
        assert_true(status == 0 || status == NJ_E_NOMEM);
    }
}

static void a_shift_is_an_event(void **state)
{
    icalcomponent *calendar = file("social-night");
    icalcomponent *event =
        icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);

    (void)state;
    assert_string_equal(icalcomponent_get_summary(event), "On call: maya");
    assert_string_equal(icalcomponent_get_description(event),
                        "Schedule: social-night");
    assert_true(icaltime_as_timet(icalcomponent_get_dtstart(event)) ==
                1770141600);
    assert_true(icaltime_as_timet(icalcomponent_get_dtend(event)) ==
                1770192000);
    assert_true(icaltime_as_timet(icalcomponent_get_dtstamp(event)) ==
                1770000000);
    icalcomponent_free(calendar);
}

static void people_on_call_together_stand_together(void **state)
{
    icalcomponent *calendar;

    (void)state;
    shift.count = 2;
    shift.people[1] = "tom";
    calendar = file("s");
    assert_non_null(
        strstr(nj_buf_text(&out), "SUMMARY:On call: maya\\, tom\r\n"));
    icalcomponent_free(calendar);
}

static void what_has_a_meaning_is_escaped(void **state)
{
    icalcomponent *calendar;

    (void)state;
    shift.people[0] = "a\\b;c,d\ne\rf\x01g\x7fh\xff";
    calendar = file("x\r\nBEGIN:VALARM");
    assert_non_null(strstr(nj_buf_text(&out),
                           "SUMMARY:On call: a\\\\b\\;c\\,d\\nefgh\r\n"));
    assert_non_null(
        strstr(nj_buf_text(&out), "X-WR-CALNAME:x\\nBEGIN:VALARM\r\n"));
    icalcomponent_free(calendar);
}

static void long_lines_are_folded_between_characters(void **state)
{
    char name[400];
    icalcomponent *calendar;
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 90; i++) {
        memcpy(name + n, i % 3 == 0 ? "\xf0\x9f\x94\xa5" : "\xc3\xa9\xc3\xa9",
               4);
        n += 4;
    }
    name[n] = '\0';
    calendar = file(name);
    for (const char *line = nj_buf_text(&out); *line != '\0';) {
        const char *end = strstr(line, "\r\n");

        assert_non_null(end);
        assert_true(end - line <= 75);
        assert_true(nj_utf8_valid(line, (size_t)(end - line)));
        line = end + 2;
    }
    assert_string_equal(
        icalcomponent_get_description(icalcomponent_get_first_component(
            calendar, ICAL_VEVENT_COMPONENT)) +
            10,
        name);
    icalcomponent_free(calendar);
}

static void uid_of(char uid[64])
{
    const char *at;

    nj_buf_clear(&out);
    nj_ics_shift(&out, "s", &shift, 0);
    at = strstr(nj_buf_text(&out), "UID:");
    assert_non_null(at);
    (void)snprintf(uid, 64, "%.*s", (int)strcspn(at, "\r"), at);
}

static void a_uid_stays_as_long_as_start_and_people_do(void **state)
{
    char first[64];
    char next[64];

    (void)state;
    uid_of(first);
    shift.until_ms += 1000;
    uid_of(next);
    assert_string_equal(first, next);
    shift.since_ms += 1000;
    uid_of(next);
    assert_string_not_equal(first, next);
    shift.since_ms -= 1000;
    shift.people[0] = "tom";
    uid_of(next);
    assert_string_not_equal(first, next);
}

#define T(name) cmocka_unit_test_setup_teardown(name, enter, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_gap_or_an_endless_shift_writes_nothing),
        T(a_full_buffer_is_told_once),
        T(each_allocation_may_fail),
        T(a_shift_is_an_event),
        T(people_on_call_together_stand_together),
        T(what_has_a_meaning_is_escaped),
        T(long_lines_are_folded_between_characters),
        T(a_uid_stays_as_long_as_start_and_people_do),
    };

    return cmocka_run_group_tests_name("ics_out", tests, NULL, NULL);
}
