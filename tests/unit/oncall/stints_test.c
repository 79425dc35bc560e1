/* Who a calendar says is on call. */

// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include "rota.h"

#include "base/buf.h"
#include "oncall/stints.h"
#include "unit/failing.h"

static struct nj_person people[3];
static struct nj_zone *zones[4];
static struct nj_stints s;
static struct nj_arena arena;
static struct nj_err err;
static const struct nj_stint *list;
static size_t count;

static const struct nj_zone *find(void *ctx, const char *tzid)
{
    (void)ctx;
    for (size_t i = 0; i < 4; i++) {
        if (zones[i] != NULL && strcmp(nj_zone_name(zones[i]), tzid) == 0) {
            return zones[i];
        }
    }
    return NULL;
}

static int enter(void **state)
{
    struct nj_ics_zones how = {.find = find};

    (void)state;
    in("Europe/London", 1);
    how.zone = zone;
    people[0] = (struct nj_person){.name = "maya",
                                   .title = "Maya Osei",
                                   .login = "mosei",
                                   .email = "maya@example.org"};
    people[1] = (struct nj_person){.name = "tom", .title = "Tom Li"};
    people[2] = (struct nj_person){
        .name = "ana", .title = "Li, Ana", .email = "ana@example.org"};
    nj_stints_init(&s, people, 3, &how, nj_days_of(2026, 1, 1),
                   nj_days_of(2027, 1, 1));
    nj_arena_init(&arena, 0);
    err = (struct nj_err){0};
    return 0;
}

static int finish(void **state)
{
    nj_stints_finish(&s);
    nj_arena_finish(&arena);
    return leave(state);
}

static int read_all(const char *body)
{
    char text[8192];
    size_t n = 0;

    n = (size_t)snprintf(text, sizeof text,
                         "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (; *body != '\0'; body++) {
        if (*body == '|') {
            text[n++] = '\r';
            text[n++] = '\n';
        } else {
            text[n++] = *body;
        }
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "END:VCALENDAR\r\n");
    return nj_stints_ics(&s, text, n, &err);
}

static void event(const char *lines)
{
    char body[4096];

    (void)snprintf(body, sizeof body, "BEGIN:VEVENT|%s|END:VEVENT|", lines);
    if (read_all(body) != 0) {
        fail_msg("%s", err.text);
    }
}

/* "02-03 18:00-02-04 08:00 maya, ..." on London's clock */
static const char *all(void)
{
    static char text[8192];
    size_t n = 0;

    text[0] = '\0';
    assert_int_equal(nj_stints_take(&s, &arena, &list, &count), 0);
    for (size_t i = 0; i < count && n < sizeof text - 200; i++) {
        struct nj_civil a, b;

        nj_zone_civil(zone, list[i].from_ms, &a);
        nj_zone_civil(zone, list[i].until_ms, &b);
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s%02d-%02d %02d:%02d-%02d-%02d %02d:%02d ",
                              i == 0 ? "" : ", ", a.month, a.day, a.hour,
                              a.minute, b.month, b.day, b.hour, b.minute);
        for (size_t k = 0; k < list[i].turn.people_count; k++) {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
                                  k == 0 ? "" : "+", list[i].turn.people[k]);
        }
    }
    return text;
}

#define NIGHT "DTSTART:20260203T180000|DTEND:20260204T080000|"

/* ---- refused ------------------------------------------------------------ */

static void faster_than_by_the_hour_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_all("BEGIN:VEVENT|SUMMARY:maya|" NIGHT
                              "RRULE:FREQ=MINUTELY|END:VEVENT|"),
                     NJ_E_INVALID);
    assert_non_null(strstr(err.text, "by the minute or faster"));
}

static void a_change_of_all_later_ones_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        read_all("BEGIN:VEVENT|UID:a|SUMMARY:maya|" NIGHT
                 "RRULE:FREQ=DAILY|END:VEVENT|BEGIN:VEVENT|UID:a|SUMMARY:tom|"
                 "RECURRENCE-ID;RANGE=THISANDFUTURE:20260205T180000|"
                 "DTSTART:20260205T180000|DTEND:20260206T080000|END:VEVENT|"),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "THISANDFUTURE"));
}

static void a_zone_that_nobody_knows_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        read_all("BEGIN:VEVENT|SUMMARY:maya|"
                 "DTSTART;TZID=Moon/Base:20260203T180000|END:VEVENT|"),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "not described"));
}

static void rules_that_would_take_for_ever_are_refused(void **state)
{
    struct nj_buf text;

    (void)state;
    nj_buf_init(&text, 1 << 20);
    (void)nj_buf_adds(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 900; i++) {
        (void)nj_buf_adds(&text, "BEGIN:VEVENT\nSUMMARY:maya\n"
                                 "DTSTART:20200101T000000Z\n"
                                 "DURATION:PT1S\nRRULE:FREQ=HOURLY\n"
                                 "END:VEVENT\n");
    }
    (void)nj_buf_adds(&text, "END:VCALENDAR\n");
    assert_int_equal(nj_stints_ics(&s, nj_buf_text(&text), text.len, &err),
                     NJ_E_TOOBIG);
    nj_buf_finish(&text);
}

static void a_rule_by_the_second_of_each_day_is_a_bomb(void **state)
{
    static const char *const parts[] = {"BYHOUR", "BYMINUTE", "BYSECOND"};
    char lines[4096];
    size_t n = (size_t)snprintf(lines, sizeof lines,
                                "BEGIN:VEVENT|SUMMARY:maya|"
                                "DTSTART:20000101T000000Z|DURATION:PT0S|"
                                "RRULE:FREQ=DAILY");

    (void)state;
    for (int part = 0; part < 3; part++) {
        n +=
            (size_t)snprintf(lines + n, sizeof lines - n, ";%s=0", parts[part]);
        for (int i = 1; i < (part == 0 ? 24 : 60); i++) {
            n += (size_t)snprintf(lines + n, sizeof lines - n, ",%d", i);
        }
    }
    (void)snprintf(lines + n, sizeof lines - n, "|END:VEVENT|");
    assert_int_equal(read_all(lines), NJ_E_TOOBIG);
    assert_non_null(strstr(err.text, "too many events repeat"));
}

static void more_events_than_a_calendar_may_have_are_refused(void **state)
{
    struct nj_buf text;

    (void)state; /* 5 people-events a day by hourly rules: over 20000 */
    nj_buf_init(&text, 1 << 20);
    (void)nj_buf_adds(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 3; i++) {
        (void)nj_buf_adds(&text, "BEGIN:VEVENT\nSUMMARY:maya\n"
                                 "DTSTART:20260101T000000Z\n"
                                 "DURATION:PT1H\nRRULE:FREQ=HOURLY\n"
                                 "END:VEVENT\n");
    }
    (void)nj_buf_adds(&text, "END:VCALENDAR\n");
    assert_int_equal(nj_stints_ics(&s, nj_buf_text(&text), text.len, &err),
                     NJ_E_TOOBIG);
    assert_non_null(strstr(err.text, "more than 20000 events"));
    nj_buf_finish(&text);
}

/* ---- names -------------------------------------------------------------- */

static void a_title_names_people_in_many_ways(void **state)
{
    static const char *const titles[] = {
        "maya",
        "Maya Osei",
        "MAYA",
        "On call: maya",
        "maya@example.org",
        " @maya ",
        "mosei",
        "Night shift: Maya Osei",
    };

    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        char lines[300];

        (void)snprintf(lines, sizeof lines, NIGHT "SUMMARY:%s", titles[i]);
        event(lines);
        assert_string_equal(all(), "02-03 18:00-02-04 08:00 maya");
        (void)finish(state);
        (void)enter(state);
    }
}

static void a_title_may_name_several(void **state)
{
    static const char *const titles[] = {
        "On call: maya\\, tom",
        "maya & tom",
        "Maya Osei and Tom Li",
        "maya/tom",
        "tom;maya",
        "maya\\, tom\\, maya",
    };

    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        char lines[300];

        (void)snprintf(lines, sizeof lines, NIGHT "SUMMARY:%s", titles[i]);
        event(lines);
        assert_string_equal(all(), "02-03 18:00-02-04 08:00 maya+tom");
        (void)finish(state);
        (void)enter(state);
    }
}

static void a_name_with_a_comma_is_one_name(void **state)
{
    (void)state;
    event(NIGHT "SUMMARY:Li\\, Ana");
    assert_string_equal(all(), "02-03 18:00-02-04 08:00 ana");
    assert_int_equal(s.stranger_count, 0);
}

static void attendees_go_before_the_title(void **state)
{
    (void)state;
    event(NIGHT "SUMMARY:tom|ATTENDEE;CN=x:mailto:MAYA@example.org|"
                "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.org");
    assert_string_equal(all(), "02-03 18:00-02-04 08:00 maya");
}

static void attendees_unknown_here_leave_it_to_the_title(void **state)
{
    (void)state;
    event(NIGHT "SUMMARY:tom|ATTENDEE:mailto:boss@example.org");
    assert_string_equal(all(), "02-03 18:00-02-04 08:00 tom");
    assert_int_equal(s.stranger_count, 0);
}

static void an_unknown_name_is_told_with_the_nearest(void **state)
{
    (void)state;
    event(NIGHT "SUMMARY:Mya");
    event("DTSTART:20260205T180000|DTEND:20260206T080000|SUMMARY:Mya");
    event("DTSTART:20260205T180000|DTEND:20260206T080000|SUMMARY:Team outing");
    assert_string_equal(all(), "");
    assert_int_equal(s.stranger_count, 2);
    assert_string_equal(s.strangers[0].name, "Mya");
    assert_string_equal(s.strangers[0].near, "maya");
    assert_int_equal(s.strangers[0].events, 2);
    assert_int_equal(s.strangers[0].from_ms, at("2026-02-03 18:00"));
    assert_null(s.strangers[1].near);
}

static void who_left_before_now_is_no_news(void **state)
{
    (void)state;
    s.now_ms = at("2026-02-04 08:00");
    event(NIGHT "SUMMARY:Zoe");
    event(NIGHT "DESCRIPTION:no title");
    assert_int_equal(s.stranger_count, 0);
    assert_int_equal(s.nameless, 0);
    event("DTSTART:20260204T070000|DTEND:20260204T090000|SUMMARY:Zoe");
    assert_int_equal(s.stranger_count, 1);
}

static void strangers_without_end_are_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        char lines[200];

        (void)snprintf(lines, sizeof lines, NIGHT "SUMMARY:x%d", i);
        event(lines);
    }
    event(NIGHT "DESCRIPTION:no title");
    assert_int_equal(s.stranger_count, NJ_STRANGERS);
    assert_int_equal(s.more_strangers, 4);
    assert_int_equal(s.nameless, 1);
}

/* ---- times -------------------------------------------------------------- */

static void events_at_one_time_are_on_call_together(void **state)
{
    (void)state;
    event(NIGHT "SUMMARY:maya");
    event("DTSTART:20260203T200000|DTEND:20260203T220000|SUMMARY:tom");
    event("DTSTART:20260203T210000|DTEND:20260203T230000|SUMMARY:tom");
    event("DTSTART:20260204T080000|DTEND:20260204T100000|SUMMARY:maya");
    assert_string_equal(all(), "02-03 18:00-02-03 20:00 maya, "
                               "02-03 20:00-02-03 23:00 maya+tom, "
                               "02-03 23:00-02-04 10:00 maya");
}

static void all_day_events_are_days_of_the_calendars_zone(void **state)
{
    (void)state;
    assert_int_equal(nj_zone_load(NULL, "America/New_York", &zones[0], NULL),
                     0);
    assert_int_equal(
        read_all("X-WR-TIMEZONE:America/New_York|BEGIN:VEVENT|SUMMARY:tom|"
                 "DTSTART;VALUE=DATE:20260203|DTEND;VALUE=DATE:20260204|"
                 "END:VEVENT|"),
        0);
    event("SUMMARY:maya|DTSTART;VALUE=DATE:20260206");
    assert_string_equal(all(), "02-03 05:00-02-04 05:00 tom, "
                               "02-06 00:00-02-07 00:00 maya");
    nj_zone_destroy(zones[0]);
    zones[0] = NULL;
}

static void a_night_that_repeats_keeps_its_wall_hours(void **state)
{
    (void)state; /* the clocks change in the night to 29 March */
    event("DTSTART;TZID=Europe/London:20260327T180000|"
          "DTEND;TZID=Europe/London:20260328T080000|SUMMARY:maya|"
          "RRULE:FREQ=DAILY;COUNT=3");
    assert_string_equal(all(), "03-27 18:00-03-28 08:00 maya, "
                               "03-28 18:00-03-29 08:00 maya, "
                               "03-29 18:00-03-30 08:00 maya");
}

static void the_last_one_until_utc_happens(void **state)
{
    (void)state; /* 19:00 in summer London is 18:00Z, the last one */
    event("DTSTART;TZID=Europe/London:20260601T190000|"
          "DTEND;TZID=Europe/London:20260601T200000|SUMMARY:maya|"
          "RRULE:FREQ=DAILY;UNTIL=20260602T180000Z");
    assert_string_equal(all(), "06-01 19:00-06-01 20:00 maya, "
                               "06-02 19:00-06-02 20:00 maya");
}

static void the_systems_zone_goes_before_the_calendars_words(void **state)
{
    (void)state; /* this year's Brussels, described wrongly */
    assert_int_equal(nj_zone_load(NULL, "Europe/Brussels", &zones[0], NULL), 0);
    assert_int_equal(
        read_all("BEGIN:VTIMEZONE|TZID:Europe/Brussels|BEGIN:STANDARD|"
                 "DTSTART:19700101T000000|TZOFFSETFROM:+0900|TZOFFSETTO:+0900|"
                 "END:STANDARD|END:VTIMEZONE|BEGIN:VEVENT|SUMMARY:maya|"
                 "DTSTART;TZID=Europe/Brussels:20260203T190000|"
                 "DTEND;TZID=Europe/Brussels:20260203T200000|END:VEVENT|"),
        0);
    assert_string_equal(all(), "02-03 18:00-02-03 19:00 maya");
    nj_zone_destroy(zones[0]);
    zones[0] = NULL;
}

static void a_zone_of_the_calendars_own_counts(void **state)
{
    (void)state;
    assert_int_equal(
        read_all("BEGIN:VTIMEZONE|TZID:W. Europe Standard Time|"
                 "BEGIN:STANDARD|DTSTART:16011028T030000|"
                 "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10|"
                 "TZOFFSETFROM:+0200|TZOFFSETTO:+0100|END:STANDARD|"
                 "BEGIN:DAYLIGHT|DTSTART:16010325T020000|"
                 "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3|"
                 "TZOFFSETFROM:+0100|TZOFFSETTO:+0200|END:DAYLIGHT|"
                 "END:VTIMEZONE|BEGIN:VEVENT|SUMMARY:maya|"
                 "DTSTART;TZID=W. Europe Standard Time:20260328T190000|"
                 "DTEND;TZID=W. Europe Standard Time:20260329T090000|"
                 "RRULE:FREQ=DAILY;UNTIL=20260329T170000Z|END:VEVENT|"),
        0);
    assert_string_equal(all(), "03-28 18:00-03-29 08:00 maya, "
                               "03-29 18:00-03-30 08:00 maya");
}

static void exceptions_and_moved_ones_are_followed(void **state)
{
    (void)state;
    assert_int_equal(
        read_all("BEGIN:VEVENT|UID:a|SUMMARY:maya|" NIGHT
                 "RRULE:FREQ=DAILY;COUNT=4|EXDATE:20260204T180000|END:VEVENT|"
                 "BEGIN:VEVENT|UID:a|SUMMARY:tom|RECURRENCE-ID:20260205T180000|"
                 "DTSTART:20260205T200000|DTEND:20260206T080000|END:VEVENT|"
                 "BEGIN:VEVENT|UID:a|RECURRENCE-ID:20260206T180000|"
                 "DTSTART:20260206T180000|STATUS:CANCELLED|END:VEVENT|"),
        0);
    assert_string_equal(all(), "02-03 18:00-02-04 08:00 maya, "
                               "02-05 20:00-02-06 08:00 tom");
}

static void turns_by_the_hour_are_followed(void **state)
{
    (void)state;
    event("DTSTART:20260203T000000Z|DURATION:PT12H|SUMMARY:maya|"
          "RRULE:FREQ=HOURLY;INTERVAL=24;COUNT=2");
    assert_string_equal(all(), "02-03 00:00-02-03 12:00 maya, "
                               "02-04 00:00-02-04 12:00 maya");
}

/* ---- as a layer --------------------------------------------------------- */

static void
as_a_layer_it_hides_the_earlier_one_where_it_has_someone(void **state)
{
    (void)state;
    schedule.layer_count = 2;
    layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 1, 5, 18, 0, 0},
          bo_alone, 1);
    event(NIGHT "SUMMARY:maya");
    event("DTSTART:20260207T100000|DTEND:20260207T120000|SUMMARY:tom");
    assert_int_equal(nj_stints_take(&s, &arena, &list, &count), 0);
    layers[1] = (struct nj_layer){.starts = {2024, 1, 1, 0, 0, 0},
                                  .calendar = "x.ics",
                                  .stints = list,
                                  .stint_count = count};
    assert_string_equal(shifts("2026-02-03 12:00", "2026-02-08 00:00"),
                        "02-03 12:00 bo, 02-03 18:00 maya, 02-04 08:00 bo, "
                        "02-07 10:00 tom, 02-07 12:00 bo");
    layers[1].join = 1;
    assert_string_equal(who("2026-02-03 20:00"), "bo+maya");
    layers[1].join = 0;
    layers[1].ends = (struct nj_civil){2026, 2, 4, 2, 0, 0};
    assert_string_equal(shifts("2026-02-03 12:00", "2026-02-08 00:00"),
                        "02-03 12:00 bo, 02-03 18:00 maya, 02-04 02:00 bo");
    layers[1].ends.year = 0;
    only(&layers[1], nights, 1); /* not on Saturdays */
    assert_string_equal(shifts("2026-02-03 12:00", "2026-02-08 00:00"),
                        "02-03 12:00 bo, 02-03 18:00 maya, 02-04 08:00 bo");
}

static void where_the_calendar_names_nobody_people_take_turns(void **state)
{
    (void)state;
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 1, 18, 0, 0}, ana_bo,
          2);
    event("DTSTART:20260203T200000|DTEND:20260203T220000|SUMMARY:maya");
    assert_int_equal(nj_stints_take(&s, &arena, &list, &count), 0);
    layers[0].calendar = "x.ics";
    layers[0].stints = list;
    layers[0].stint_count = count;
    assert_string_equal(shifts("2026-02-03 12:00", "2026-02-05 12:00"),
                        "02-03 12:00 ana, 02-03 18:00 bo, 02-03 20:00 maya, "
                        "02-03 22:00 bo, 02-04 18:00 ana");
}

static void each_allocation_may_fail(void **state)
{
    static const char text[] =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:maya\\, Mya\n"
        "DTSTART:20260203T180000\nDTEND:20260204T080000\nRRULE:FREQ=DAILY\n"
        "END:VEVENT\nEND:VCALENDAR\n";
    long k;

    for (k = 1; k < 10000; k++) {
        int rc;

        (void)finish(state);
        (void)enter(state);
        fail_from(k);
        rc = nj_stints_ics(&s, text, sizeof text - 1, &err);
        if (rc == 0) {
            rc = nj_stints_take(&s, &arena, &list, &count);
        }
        if (!failed()) {
            assert_int_equal(rc, 0);
            break;
        }
    }
    assert_true(k > 5 && k < 10000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(faster_than_by_the_hour_is_refused),
        TEST(a_change_of_all_later_ones_is_refused),
        TEST(a_zone_that_nobody_knows_is_refused),
        TEST(rules_that_would_take_for_ever_are_refused),
        TEST(a_rule_by_the_second_of_each_day_is_a_bomb),
        TEST(more_events_than_a_calendar_may_have_are_refused),
        TEST(a_title_names_people_in_many_ways),
        TEST(a_title_may_name_several),
        TEST(a_name_with_a_comma_is_one_name),
        TEST(attendees_go_before_the_title),
        TEST(attendees_unknown_here_leave_it_to_the_title),
        TEST(an_unknown_name_is_told_with_the_nearest),
        TEST(who_left_before_now_is_no_news),
        TEST(strangers_without_end_are_counted),
        TEST(events_at_one_time_are_on_call_together),
        TEST(all_day_events_are_days_of_the_calendars_zone),
        TEST(a_night_that_repeats_keeps_its_wall_hours),
        TEST(the_last_one_until_utc_happens),
        TEST(the_systems_zone_goes_before_the_calendars_words),
        TEST(a_zone_of_the_calendars_own_counts),
        TEST(exceptions_and_moved_ones_are_followed),
        TEST(turns_by_the_hour_are_followed),
        TEST(as_a_layer_it_hides_the_earlier_one_where_it_has_someone),
        TEST(where_the_calendar_names_nobody_people_take_turns),
        TEST(each_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
