/* What a calendar feed says, from one reading to the next. */

// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup -lical

#include "rota.h"

#include <libical/ical.h>

#include "base/str.h"
#include "oncall/ics_in.h"
#include "oncall/publish.h"
#include "unit/failing.h"

static const struct nj_turn ana_only[] = {{ana, 1}};
static struct nj_publication said;
static struct nj_feed feed;
static int changed;

static int enter(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 1, 18, 0, 0}, ana_bo,
          2);
    feed = (struct nj_feed){
        .name = "schedule/s", .salt = "one", .rotas = &rota, .rota_count = 1};
    return 0;
}

static int finish(void **state)
{
    nj_publication_finish(&said);
    return leave(state);
}

static void renew(const char *now)
{
    struct nj_publication next;

    assert_int_equal(
        nj_publication_renew(&said, &feed, at(now), &next, &changed), 0);
    nj_publication_finish(&said);
    said = next;
}

/* "sequence who HH:MM-HH:MM", the event that begins at START; "-": none. */
static const char *event(const char *start)
{
    static char text[200];
    size_t n = 0;

    text[0] = '-';
    text[1] = '\0';
    for (size_t i = 0; i < said.count; i++) {
        const struct nj_published *e = &said.items[i];
        struct nj_civil c;

        if (e->since_ms != at(start)) {
            continue;
        }
        nj_zone_civil(zone, e->until_ms, &c);
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s%d %s until %02d-%02d"
                              " %02d:%02d%s",
                              n == 0 ? "" : ", ", e->sequence, e->who, c.month,
                              c.day, c.hour, c.minute,
                              e->cancelled ? " cancelled" : "");
    }
    return text;
}

static const char *uid(const char *start)
{
    for (size_t i = 0; i < said.count; i++) {
        if (said.items[i].since_ms == at(start)) {
            return said.items[i].uid;
        }
    }
    return "-";
}

static void what_was_kept_badly_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[1]",
        "[[]]",
        "[[\"u\",\"s\",\"w\",1,2,3,4]]",
        "[[\"u\",\"s\",\"w\",1,2,3,4,\"x\"]]",
        "[[\"u\",\"s\",7,1,2,3,4,0]]",
    };
    struct nj_publication out = {0};
    struct nj_err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(
            nj_publication_read(bad[i], strlen(bad[i]), &out, &err),
            NJ_E_INVALID);
        assert_null(out.items);
    }
}

static void nothing_changed_is_said_again_alike(void **state)
{
    char before[NJ_PUBLISH_UID];

    (void)state;
    renew("2026-02-03 12:00");
    assert_int_equal(changed, 1);
    assert_string_equal(event("2026-02-02 18:00"), "0 ana until 02-03 18:00");
    assert_string_equal(event("2026-02-03 18:00"), "0 bo until 02-04 18:00");
    (void)snprintf(before, sizeof before, "%s", uid("2026-02-03 18:00"));
    renew("2026-02-03 17:59");
    assert_int_equal(changed, 0);
    renew("2026-02-03 18:00");
    assert_int_equal(changed, 0);
    renew("2026-02-20 18:00");
    assert_int_equal(changed, 0);
    assert_string_equal(uid("2026-02-03 18:00"), before);
    assert_string_equal(event("2026-02-03 18:00"), "0 bo until 02-04 18:00");
}

static void a_new_month_brings_more_and_forgets_what_is_long_over(void **state)
{
    size_t first;

    (void)state;
    renew("2026-02-03 12:00");
    first = said.count;
    renew("2026-03-10 12:00");
    assert_int_equal(changed, 1);
    assert_true(said.count >= first);
    assert_string_equal(event("2026-02-03 18:00"), "-");
    assert_string_equal(event("2026-09-15 18:00"), "0 bo until 09-16 18:00");
}

static void who_takes_a_whole_shift_takes_its_event(void **state)
{
    char before[NJ_PUBLISH_UID];

    (void)state;
    renew("2026-02-03 12:00");
    (void)snprintf(before, sizeof before, "%s", uid("2026-02-05 18:00"));
    over("2026-02-05 18:00", "2026-02-06 18:00", "cai", "bo");
    renew("2026-02-03 12:05");
    assert_string_equal(event("2026-02-05 18:00"), "1 cai until 02-06 18:00");
    assert_string_equal(uid("2026-02-05 18:00"), before);
    rota.override_count = 0;
    renew("2026-02-03 12:06");
    assert_string_equal(event("2026-02-05 18:00"), "2 bo until 02-06 18:00");
    renew("2026-02-03 12:07");
    assert_int_equal(changed, 0);
}

static void a_shift_cut_in_three_keeps_its_beginning(void **state)
{
    (void)state;
    renew("2026-02-03 12:00");
    over("2026-02-05 22:00", "2026-02-06 02:00", "cai", "bo");
    renew("2026-02-03 12:05");
    assert_string_equal(event("2026-02-05 18:00"), "1 bo until 02-05 22:00");
    assert_string_equal(event("2026-02-05 22:00"), "0 cai until 02-06 02:00");
    assert_string_equal(event("2026-02-06 02:00"), "0 bo until 02-06 18:00");
    rota.override_count = 0;
    renew("2026-02-03 12:06");
    assert_string_equal(event("2026-02-05 18:00"), "2 bo until 02-06 18:00");
    assert_string_equal(event("2026-02-05 22:00"),
                        "1 cai until 02-06 02:00 cancelled");
    assert_string_equal(event("2026-02-06 02:00"),
                        "1 bo until 02-06 18:00 cancelled");
    over("2026-02-05 22:00", "2026-02-06 02:00", "cai", "bo");
    renew("2026-02-03 12:07");
    assert_string_equal(event("2026-02-05 22:00"), "2 cai until 02-06 02:00");
}

static void a_moved_handoff_moves_the_event(void **state)
{
    char before[NJ_PUBLISH_UID];

    (void)state;
    renew("2026-02-03 12:00");
    (void)snprintf(before, sizeof before, "%s", uid("2026-02-05 18:00"));
    layers[0].starts.hour = 19;
    renew("2026-02-03 12:05");
    assert_string_equal(event("2026-02-05 18:00"), "-");
    assert_string_equal(event("2026-02-05 19:00"), "1 bo until 02-06 19:00");
    assert_string_equal(uid("2026-02-05 19:00"), before);
}

static void the_past_stays_as_it_was(void **state)
{
    (void)state;
    renew("2026-02-03 20:00"); /* bo since 18:00 */
    over("2026-02-03 18:00", "2026-02-04 18:00", "cai", "bo");
    renew("2026-02-03 23:05"); /* it was bo who was called until now */
    assert_string_equal(event("2026-02-03 18:00"), "1 bo until 02-03 23:05");
    assert_string_equal(event("2026-02-03 23:05"), "0 cai until 02-04 18:00");
    rota.override_count = 0;
    renew("2026-02-04 02:00");
    assert_string_equal(event("2026-02-03 18:00"), "1 bo until 02-03 23:05");
    assert_string_equal(event("2026-02-03 23:05"), "1 cai until 02-04 02:00");
    assert_string_equal(event("2026-02-04 02:00"), "0 bo until 02-04 18:00");
    renew("2026-02-04 02:01");
    assert_int_equal(changed, 0);
}

static void
a_stretch_taken_out_of_the_running_shift_leaves_its_beginning(void **state)
{
    (void)state;
    renew("2026-02-03 19:00"); /* bo since 18:00 */
    over("2026-02-03 20:00", "2026-02-03 22:00", "cai", "bo");
    renew("2026-02-03 20:00");
    assert_string_equal(event("2026-02-03 18:00"), "1 bo until 02-03 20:00");
    assert_string_equal(event("2026-02-03 20:00"), "0 cai until 02-03 22:00");
    assert_string_equal(event("2026-02-03 22:00"), "0 bo until 02-04 18:00");
}

static void an_override_that_is_over_and_forgotten_stays_told(void **state)
{
    (void)state;
    over("2026-02-03 20:00", "2026-02-03 22:00", "cai", "bo");
    renew("2026-02-03 12:00");
    rota.override_count = 0; /* tidied away */
    renew("2026-02-03 23:00");
    assert_int_equal(changed, 0);
    assert_string_equal(event("2026-02-03 18:00"), "0 bo until 02-03 20:00");
    assert_string_equal(event("2026-02-03 20:00"), "0 cai until 02-03 22:00");
    assert_string_equal(event("2026-02-03 22:00"), "0 bo until 02-04 18:00");
}

static void a_person_sees_their_shifts_and_those_taken_from_them(void **state)
{
    (void)state;
    feed.name = "person/bo";
    feed.person = "bo";
    renew("2026-02-03 12:00");
    assert_string_equal(event("2026-02-02 18:00"), "-");
    assert_string_equal(event("2026-02-03 18:00"), "0 bo until 02-04 18:00");
    over("2026-02-05 18:00", "2026-02-06 18:00", "cai", "bo");
    over("2026-02-06 18:00", "2026-02-07 18:00", "bo", "ana");
    renew("2026-02-03 12:05");
    assert_string_equal(event("2026-02-05 18:00"),
                        "1 bo until 02-06 18:00 cancelled");
    assert_string_equal(event("2026-02-07 18:00"), "-");
    assert_string_equal(event("2026-02-06 18:00"), "1 bo until 02-08 18:00");
}

static void
company_that_comes_and_goes_leaves_a_persons_shift_whole(void **state)
{
    (void)state;
    feed.name = "person/bo";
    feed.person = "bo";
    over("2026-02-05 20:00", "2026-02-05 22:00", "cai", NULL);
    renew("2026-02-03 12:00");
    assert_string_equal(event("2026-02-05 18:00"), "0 bo until 02-06 18:00");
    assert_string_equal(event("2026-02-05 20:00"), "-");
    renew("2026-02-05 21:00");
    assert_int_equal(changed, 0);
}

static void a_schedule_that_is_gone_is_cancelled(void **state)
{
    (void)state;
    renew("2026-02-03 12:00");
    feed.rota_count = 0;
    renew("2026-02-03 12:05");
    assert_string_equal(event("2026-02-02 18:00"), "1 ana until 02-03 12:05");
    assert_string_equal(event("2026-02-03 18:00"),
                        "1 bo until 02-04 18:00 cancelled");
}

static void somebody_always_on_call_is_one_long_event(void **state)
{
    (void)state;
    layers[0].turns = ana_only;
    layers[0].turn_count = 1;
    renew("2026-02-03 12:00");
    assert_int_equal(said.count, 1);
    renew("2026-02-27 12:00");
    assert_int_equal(changed, 0);
    renew("2026-03-01 12:00"); /* sees a month further */
    assert_int_equal(said.count, 1);
    assert_int_equal(said.items[0].sequence, 1);
}

static void hourly_turns_that_are_too_many_are_told_in_time(void **state)
{
    (void)state;
    layers[0].rotate = NJ_ROTATE_HOURLY;
    renew("2026-02-03 12:00");
    assert_int_equal(said.count, 1000);
    over("2026-02-03 13:15", "2026-02-03 13:45", "cai", NULL);
    renew("2026-02-03 12:30");
    for (size_t i = 0; i < said.count; i++) {
        assert_false(said.items[i].cancelled);
    }
}

static void each_uid_stands_once(void **state)
{
    (void)state;
    renew("2026-02-03 12:00");
    layers[0].starts.hour = 19;
    renew("2026-02-03 12:01");
    layers[0].starts.hour = 18; /* moved back: no twin of the first */
    over("2026-02-05 18:00", "2026-02-05 18:30", "cai", "bo");
    renew("2026-02-03 12:02");
    for (size_t i = 0; i < said.count; i++) {
        for (size_t k = i + 1; k < said.count; k++) {
            assert_string_not_equal(said.items[i].uid, said.items[k].uid);
        }
    }
}

static void two_nightjars_share_no_uid(void **state)
{
    char one[NJ_PUBLISH_UID];

    (void)state;
    renew("2026-02-03 12:00");
    (void)snprintf(one, sizeof one, "%s", uid("2026-02-03 18:00"));
    nj_publication_finish(&said);
    feed.salt = "two";
    renew("2026-02-03 12:00");
    assert_string_not_equal(uid("2026-02-03 18:00"), one);
}

static void it_is_kept_and_comes_back_whole(void **state)
{
    struct nj_publication back = {0};
    struct nj_buf json, again;

    (void)state;
    renew("2026-02-03 12:00");
    over("2026-02-05 22:00", "2026-02-06 02:00", "cai", "bo");
    renew("2026-02-03 12:01");
    rota.override_count = 0;
    renew("2026-02-03 12:02");
    nj_buf_init(&json, 1 << 20);
    nj_buf_init(&again, 1 << 20);
    nj_publication_write(&said, &json);
    assert_int_equal(json.status, 0);
    assert_int_equal(
        nj_publication_read(nj_buf_text(&json), json.len, &back, NULL), 0);
    nj_publication_write(&back, &again);
    assert_string_equal(nj_buf_text(&again), nj_buf_text(&json));
    nj_publication_finish(&back);
    nj_buf_finish(&json);
    nj_buf_finish(&again);
}

static void as_icalendar_a_cancelled_shift_has_no_length(void **state)
{
    struct nj_buf text;
    icalcomponent *calendar;
    int cancelled = 0;

    (void)state;
    assert_int_equal(nj_ics_bring(NULL), 0); /* its calls are passed on */
    renew("2026-02-03 12:00");
    over("2026-02-05 22:00", "2026-02-06 02:00", "cai", "bo");
    renew("2026-02-03 12:01");
    rota.override_count = 0;
    renew("2026-02-03 12:02");
    nj_buf_init(&text, 1 << 20);
    nj_publication_ics(&said, &feed, &text);
    calendar = icalparser_parse_string(nj_buf_text(&text));
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    assert_non_null(strstr(nj_buf_text(&text),
                           "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"));
    for (icalcomponent *e =
             icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
         e != NULL; e = icalcomponent_get_next_component(
                        calendar, ICAL_VEVENT_COMPONENT)) {
        if (icalcomponent_get_status(e) == ICAL_STATUS_CANCELLED) {
            cancelled++;
            assert_int_equal(icalcomponent_get_sequence(e), 1);
            assert_null(
                icalcomponent_get_first_property(e, ICAL_DTEND_PROPERTY));
        }
    }
    assert_int_equal(cancelled, 2);
    icalcomponent_free(calendar);
    nj_buf_finish(&text);
}

static void each_allocation_may_fail(void **state)
{
    struct nj_buf json;
    long k;

    (void)state;
    renew("2026-02-03 12:00");
    nj_buf_init(&json, 1 << 20);
    nj_publication_write(&said, &json);
    over("2026-02-05 22:00", "2026-02-06 02:00", "cai", "bo");
    for (k = 1; k < 10000; k++) {
        struct nj_publication next = {0};
        int rc;

        fail_from(k);
        rc = nj_publication_renew(&said, &feed, at("2026-02-03 12:01"), &next,
                                  &changed);
        if (!failed()) {
            nj_publication_finish(&next);
            break;
        }
        assert_int_equal(rc, NJ_E_NOMEM);
        assert_null(next.items);
    }
    assert_true(k > 5);
    for (k = 1; k < 10000; k++) {
        struct nj_publication back = {0};
        int rc;

        fail_from(k);
        rc = nj_publication_read(nj_buf_text(&json), json.len, &back, NULL);
        if (!failed()) {
            nj_publication_finish(&back);
            break;
        }
        assert_int_equal(rc, NJ_E_NOMEM);
        assert_null(back.items);
    }
    nj_buf_finish(&json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_kept_badly_is_refused),
        TEST(nothing_changed_is_said_again_alike),
        TEST(a_new_month_brings_more_and_forgets_what_is_long_over),
        TEST(who_takes_a_whole_shift_takes_its_event),
        TEST(a_shift_cut_in_three_keeps_its_beginning),
        TEST(a_moved_handoff_moves_the_event),
        TEST(the_past_stays_as_it_was),
        TEST(a_stretch_taken_out_of_the_running_shift_leaves_its_beginning),
        TEST(an_override_that_is_over_and_forgotten_stays_told),
        TEST(a_person_sees_their_shifts_and_those_taken_from_them),
        TEST(company_that_comes_and_goes_leaves_a_persons_shift_whole),
        TEST(a_schedule_that_is_gone_is_cancelled),
        TEST(somebody_always_on_call_is_one_long_event),
        TEST(hourly_turns_that_are_too_many_are_told_in_time),
        TEST(each_uid_stands_once),
        TEST(two_nightjars_share_no_uid),
        TEST(it_is_kept_and_comes_back_whole),
        TEST(as_icalendar_a_cancelled_shift_has_no_length),
        TEST(each_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
