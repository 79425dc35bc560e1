/* When a schedule comes into other hands, and who is to be reminded. */

#include "unit/oncall/rota.h"

#include "oncall/duty.h"

enum { HOUR = 3600000, TEXT = 2000 };

static char text[TEXT];

static void say(const char *fmt, const char *name)
{
    size_t len = strlen(text);

    (void)snprintf(text + len, sizeof text - len, fmt, name);
}

/* "02-03 18:00 ana -> bo until 02-04 08:00; " */
static int write_change(void *ctx, const struct nj_duty_change *change)
{
    struct nj_civil c;
    size_t len = strlen(text);

    (void)ctx;
    nj_zone_civil(zone, change->at_ms, &c);
    (void)snprintf(text + len, sizeof text - len, "%02d-%02d %02d:%02d",
                   c.month, c.day, c.hour, c.minute);
    for (size_t i = 0; i < change->before.count; i++) {
        say(" %s", change->before.people[i]);
    }
    say(" ->%s", "");
    for (size_t i = 0; i < change->after.count; i++) {
        say(" %s", change->after.people[i]);
    }
    if (change->until_ms == INT64_MAX) {
        say(" for good; %s", "");
        return 0;
    }
    nj_zone_civil(zone, change->until_ms, &c);
    len = strlen(text);
    (void)snprintf(text + len, sizeof text - len,
                   " until %02d-%02d %02d:%02d; ", c.month, c.day, c.hour,
                   c.minute);
    return 0;
}

static const char *changes(const char *from, const char *until)
{
    text[0] = '\0';
    assert_int_equal(
        nj_duty_changes(&rota, at(from), at(until), write_change, NULL), 0);
    return text;
}

static const struct nj_civil monday = {2026, 2, 2, 18, 0, 0};

static void nights_in_turn(void)
{
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, monday, ana_bo, 2), nights, 1);
}

static void nothing_changes_in_no_time(void **state)
{
    (void)state;
    nights_in_turn();
    assert_string_equal(changes("2026-02-03 18:00", "2026-02-03 18:00"), "");
}

static void the_first_hands_of_all_come_from_nobody(void **state)
{
    (void)state;
    nights_in_turn();
    assert_string_equal(changes("2026-02-01 00:00", "2026-02-03 00:00"),
                        "02-02 18:00 -> ana until 02-03 08:00; ");
}

static void a_day_between_changes_no_hands(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, monday, ana_alone, 1), nights, 1);
    assert_string_equal(changes("2026-02-03 00:00", "2026-02-20 00:00"), "");
}

static void over_a_gap_the_last_to_have_it_is_known(void **state)
{
    (void)state;
    nights_in_turn();
    assert_string_equal(changes("2026-02-03 12:00", "2026-02-05 00:00"),
                        "02-03 18:00 ana -> bo until 02-04 08:00; "
                        "02-04 18:00 bo -> ana until 02-05 08:00; ");
}

static void
a_change_at_the_very_start_is_told_and_at_the_end_is_not(void **state)
{
    (void)state;
    nights_in_turn();
    assert_string_equal(changes("2026-02-03 18:00", "2026-02-04 18:00"),
                        "02-03 18:00 ana -> bo until 02-04 08:00; ");
    assert_string_equal(changes("2026-02-03 18:01", "2026-02-04 18:00"), "");
}

static void an_override_is_two_changes(void **state)
{
    (void)state;
    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_WEEKLY, monday, ana_alone, 1);
    overrides[0] = (struct nj_override){.id = 1,
                                        .schedule = "s",
                                        .person = "bo",
                                        .instead_of = "ana",
                                        .made_ms = 1};
    overrides[0].from_ms = at("2026-02-10 20:00");
    overrides[0].until_ms = at("2026-02-10 22:00");
    rota.override_count = 1;
    assert_string_equal(changes("2026-02-09 00:00", "2026-02-12 00:00"),
                        "02-10 20:00 ana -> bo until 02-10 22:00; "
                        "02-10 22:00 bo -> ana for good; ");
}

/* The hour that comes twice: one change, at its first showing. */
static void the_repeated_hour_changes_hands_once(void **state)
{
    (void)state;
    in("America/Chicago", 1);
    (void)layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 10, 30, 1, 30, 0},
                ana_bo, 2);
    assert_string_equal(changes("2026-11-01 00:00", "2026-11-02 00:00"),
                        "11-01 01:30 bo -> ana until 11-02 01:30; ");
}

struct found {
    int reminds_ana, reminds_bo, begins_bo, ends_ana;
    int64_t since_ms;
};

static int keep_found(void *ctx, const struct nj_duty_change *change)
{
    struct found *f = ctx;

    f->reminds_ana = nj_duty_reminds(&rota, change, "ana", 24 * HOUR);
    f->reminds_bo = nj_duty_reminds(&rota, change, "bo", 24 * HOUR);
    f->begins_bo = nj_duty_begins(change, "bo");
    f->ends_ana = nj_duty_ends(change, "ana");
    f->since_ms = change->before.since_ms;
    return 1;
}

static void who_begins_is_reminded_unless_on_call_anyway(void **state)
{
    struct found f = {0};
    (void)state;

    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_WEEKLY, monday, ana_bo, 2);
    assert_int_equal(nj_duty_changes(&rota, at("2026-02-09 12:00"),
                                     at("2026-02-10 00:00"), keep_found, &f),
                     1);
    assert_int_equal(f.reminds_bo, 1);
    assert_int_equal(f.reminds_ana, 0);
    assert_int_equal(f.begins_bo, 1);
    assert_int_equal(f.ends_ana, 1);
    assert_int_equal(f.since_ms, at("2026-02-02 18:00"));
}

static void half_a_day_later_a_day_before_is_no_time_to_remind(void **state)
{
    struct found f = {0};
    (void)state;

    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_HOURLY, monday, ana_bo, 2);
    layers[0].every = 12; /* bo was on call a day before this change too */
    assert_int_equal(nj_duty_changes(&rota, at("2026-02-10 06:00"),
                                     at("2026-02-10 07:00"), keep_found, &f),
                     1);
    assert_int_equal(f.begins_bo, 1);
    assert_int_equal(f.reminds_bo, 0);
}

/* Who went home hours ago is not told that they go. */
static void who_went_home_before_the_gap_does_not_go_again(void **state)
{
    struct found f = {0};
    (void)state;

    nights_in_turn();
    (void)nj_duty_changes(&rota, at("2026-02-03 12:00"), at("2026-02-04 00:00"),
                          keep_found, &f);
    assert_int_equal(f.begins_bo, 1);
    assert_int_equal(f.ends_ana, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changes_in_no_time),
        cmocka_unit_test(the_first_hands_of_all_come_from_nobody),
        cmocka_unit_test(a_day_between_changes_no_hands),
        cmocka_unit_test(over_a_gap_the_last_to_have_it_is_known),
        cmocka_unit_test(
            a_change_at_the_very_start_is_told_and_at_the_end_is_not),
        cmocka_unit_test(an_override_is_two_changes),
        cmocka_unit_test(the_repeated_hour_changes_hands_once),
        cmocka_unit_test(who_begins_is_reminded_unless_on_call_anyway),
        cmocka_unit_test(half_a_day_later_a_day_before_is_no_time_to_remind),
        cmocka_unit_test(who_went_home_before_the_gap_does_not_go_again),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    nj_zone_destroy(zone);
    return failed;
}
