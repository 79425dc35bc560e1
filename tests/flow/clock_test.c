/* A clock that somebody sets: no deadline waits for the hour to come round
 * again, and the operators hear of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

static const char yaml[] =
    "daemon: {ops: {team: ops}}\n"
    "brands:\n"
    "  acme: {timezone: Europe/London, team: social}\n"
    "people:\n"
    "  maya: {email: maya@example.org, desktop: maya,\n"
    "         rules: {critical: [desktop, 5m email]}}\n"
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"
    "  olga: {email: olga@example.org, rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom]}\n"
    "  ops: {people: [olga]}\n"
    "policies:\n"
    "  night:\n"
    "    steps: [{page: [person/maya], wait: 10m},\n"
    "            {page: [person/tom], wait: 10m}]\n"
    "    ack_expires: 2h\n"
    "rules:\n"
    "  - {name: offensive, match: {place: [own-page], offensive: 0.6},\n"
    "     severity: critical, policy: night}\n";

static const char nasty[] = "You are all worthless idiots and I hate you";

static int open_night(void **state)
{
    static struct night night;

    night_open(&night, yaml, "2026-02-03 23:00");
    *state = &night;
    return 0;
}

static int close_night(void **state)
{
    night_close(*state);
    return 0;
}

static void set_back_contacts_and_steps_come_when_they_should(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n");
    night_set_clock(n, "-1h");
    night_pass(n, "4m");
    assert_string_equal(night_said(n), "22:01 olga email mail\n"
                                       "22:05 maya email call\n");
    night_pass(n, "5m");
    assert_string_equal(night_said(n), "22:10 tom email call\n");
    assert_true(night_told(n, "alarm 2 The clock jumped: The system's clock "
                              "jumped by -1h. Deadlines keep"));
}

static void set_back_an_acknowledgement_expires_when_it_should(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    assert_int_equal(night_do(n, "maya", "ack", 1), 0);
    night_pass(n, "1m");
    night_set_clock(n, "-3h");
    (void)night_said(n);
    night_pass(n, "1h");
    assert_string_equal(night_state(n, 1), "acknowledged");
    night_pass(n, "59m");
    assert_string_equal(night_state(n, 1), "open");
}

static void set_back_a_page_is_tried_again_when_it_should(void **state)
{
    struct night *n = *state;

    n->failing = NJ_E_NET;
    night_post(n, nasty);
    night_set_clock(n, "-1h");
    n->failing = 0;
    (void)night_said(n);
    night_pass(n, "10s");
    assert_non_null(strstr(night_said(n), "22:00 maya desktop call\n"));
}

static void what_was_set_back_survives_a_crash(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_set_clock(n, "-1h");
    night_restart(n);
    (void)night_said(n);
    night_pass(n, "10m");
    assert_string_equal(night_said(n), "22:05 maya email call\n"
                                       "22:10 tom email call\n");
}

/* As after a sleep: rather now than never. */
static void set_forward_what_came_due_runs_at_once(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    (void)night_said(n);
    night_set_clock(n, "1h");
    night_pass(n, "1m");
    assert_non_null(strstr(night_said(n), "tom email call\n"));
    assert_true(night_told(n, "alarm 2 The clock jumped: The system's clock "
                              "jumped by 1h"));
}

static void a_small_correction_is_no_alarm(void **state)
{
    struct night *n = *state;

    night_set_clock(n, "-1s");
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "");
}

#define NIGHT(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_night, close_night)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT(set_back_contacts_and_steps_come_when_they_should),
        NIGHT(set_back_an_acknowledgement_expires_when_it_should),
        NIGHT(set_back_a_page_is_tried_again_when_it_should),
        NIGHT(what_was_set_back_survives_a_crash),
        NIGHT(set_forward_what_came_due_runs_at_once),
        NIGHT(a_small_correction_is_no_alarm),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
