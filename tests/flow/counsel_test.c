/* Once a day a schedule's owner is told what is wrong with it: by day, quietly,
 * and not twice. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define PERSON(name, more)                                                     \
    "  " name ": {email: " name "@example.org, desktop: " name                 \
    ", rules: {critical: [desktop], high: [desktop], low: [email]}" more "}\n"

/* Nobody between 06:00 and 08:00; maya has every night. */
#define HOUSE(daemon, tom, schedule)                                           \
    daemon "brands:\n"                                                         \
           "  acme: {title: Acme Air, timezone: Europe/London, team: t,\n"     \
           "         open: [mon-sun 08:00-18:00]}\n"                           \
           "people:\n" PERSON("maya", "") PERSON("ana", "") tom                \
        "teams: {t: {people: [ana], owner: ana}}\n"                            \
        "channels:\n"                                                          \
        "  email: {type: smtp, url: 'smtp://127.0.0.1',\n"                     \
        "          from: n@example.org}\n"                                     \
        "  desktop: {type: desktop}\n"                                         \
        "schedules:\n"                                                         \
        "  s: {timezone: Europe/London, layers: [{people: [maya],\n"           \
        "      only: [mon-sun 18:00-06:00]}]" schedule "}\n"                   \
        "policies:\n"                                                          \
        "  night: {steps: [{page: [schedule/s], wait: 5m}],\n"                 \
        "          last_resort: person/ana}\n"                                 \
        "rules:\n"                                                             \
        "  - {name: rude, match: {offensive: 0.6}, severity: critical,\n"      \
        "     policy: night}\n"

#define TOM PERSON("tom", ", timezone: America/New_York")

static void at_night_nobody_is_told_in_the_morning_the_owner_is(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE("", TOM, ""), "2026-02-03 19:00");
    night_pass(&n, "13h50m");
    assert_string_equal(night_said(&n), "");
    night_pass(&n, "30m");
    assert_string_equal(night_said(&n), "09:00 ana email news\n");
    assert_string_equal(n.headline, "5 things to look at in your rota");
    assert_non_null(strstr(n.note, "- nobody is on call in schedule s from "
                                   "2026-02-05T06:00:00+00:00"));
    assert_non_null(strstr(n.note, "(night.yaml:"));
    assert_true(night_told(&n, "advice 0 ana is told: 5 things"));
    night_close(&n);
}

static void once_a_day_is_enough_also_over_a_restart(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE("", TOM, ""), "2026-02-03 10:00");
    night_pass(&n, "20m");
    assert_string_equal(night_said(&n), "10:10 ana email news\n");
    night_restart(&n);
    night_pass(&n, "22h"); /* 08:20 */
    assert_string_equal(night_said(&n), "");
    night_pass(&n, "1h");
    assert_non_null(strstr(night_said(&n), " ana email news\n"));
    night_close(&n);
}

static void the_owner_is_told_on_their_own_clock(void **state)
{
    struct night n;

    (void)state; /* nine in New York is two in the afternoon here */
    night_open(&n, HOUSE("", TOM, ", owner: tom"), "2026-02-03 08:00");
    night_pass(&n, "5h50m");
    assert_null(strstr(night_said(&n), "tom"));
    night_pass(&n, "30m");
    assert_string_equal(night_said(&n), "14:00 tom email news\n");
    night_close(&n);
}

static void what_is_accepted_is_not_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE("", TOM, ", accept: [gap, nights]"),
               "2026-02-03 08:00");
    night_pass(&n, "1d");
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

static void it_can_be_turned_off(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE("daemon: {ops: {advice: false}}\n", TOM, ""),
               "2026-02-03 08:00");
    night_pass(&n, "1d");
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

static void overrides_of_the_day_count_and_void_ones_are_told(void **state)
{
    struct night n;
    struct nj_command c = {.verb = "override add",
                           .actor = "tom",
                           .person = "tom",
                           .for_ms = INT64_C(40) * 86400000};

    (void)state; /* tom is there round the clock: no hole is left */
    night_open(&n, HOUSE("", TOM, ", accept: [nights]"), "2026-02-03 08:00");
    assert_int_equal(night_command(&n, &c), 0);
    night_pass(&n, "1d"); /* but tom has 30 nights in a row: told to ana */
    (void)night_said(&n);
    assert_null(strstr(n.note, "nobody is on call"));
    night_replan(&n, HOUSE("", "", ", accept: [nights]"));
    night_pass(&n, "1d");
    assert_non_null(strstr(night_said(&n), " ana email news\n"));
    assert_non_null(strstr(n.note, "nobody is on call"));
    night_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_night_nobody_is_told_in_the_morning_the_owner_is),
        cmocka_unit_test(once_a_day_is_enough_also_over_a_restart),
        cmocka_unit_test(the_owner_is_told_on_their_own_clock),
        cmocka_unit_test(what_is_accepted_is_not_told),
        cmocka_unit_test(it_can_be_turned_off),
        cmocka_unit_test(overrides_of_the_day_count_and_void_ones_are_told),
    };

    return cmocka_run_group_tests_name("counsel", tests, NULL, NULL);
}
