/* Whole nights, told minute by minute. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

static const char plain[] =
    "daemon: {ops: {advice: false}}\n"
    "brands:\n"
    "  acme: {title: Acme Air, timezone: Europe/London, team: social,\n"
    "         open: [mon-fri 08:00-18:00]}\n"
    "people:\n"
    "  maya: {name: Maya Osei, email: maya@example.org, sms: '+447700900123',\n"
    "         desktop: maya,\n"
    "         rules: {critical: [desktop, 2m sms]}}\n"
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"
    "  ana: {email: ana@example.org, rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom, ana], owner: ana}\n"
    "schedules:\n"
    "  night:\n"
    "    timezone: Europe/London\n"
    "    layers: [{rotate: weekly, starts: 2026-02-02 18:00, people: [maya]}]\n"
    "policies:\n"
    "  night:\n"
    "    steps:\n"
    "      - {page: [schedule/night], wait: 5m}\n"
    "      - {page: [person/tom], wait: 5m}\n"
    "    repeat: 2\n"
    "    ack_expires: 1h\n"
    "    last_resort: person/ana\n"
    "rules:\n"
    "  - name: offensive on our page\n"
    "    match: {place: [own-page], offensive: 0.6}\n"
    "    severity: critical\n"
    "    policy: night\n"
    "channels:\n"
    "  sms: {type: sms-webhook, style: twilio,\n"
    "        account: AC00000000000000000000000000000000,\n"
    "        token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n";

static const char nasty[] = "You are all worthless idiots and I hate you";

static int open_night(void **state)
{
    static struct night night;

    night_open(&night, plain, "2026-02-03 23:00");
    *state = &night;
    return 0;
}

static int close_night(void **state)
{
    night_close(*state);
    return 0;
}

static void a_kind_post_wakes_nobody(void **state)
{
    struct night *n = *state;

    night_post(n, "Lovely flight yesterday, thank you!");
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "");
}

static void nobody_answers_and_the_policy_climbs(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_pass(n, "9m");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:02 maya sms call\n"
                                       "23:05 tom email call\n");
}

static void an_acknowledgement_stops_it_and_is_told(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_pass(n, "6m");
    (void)night_said(n);
    assert_int_equal(night_do(n, "maya", "ack", 1), 0);
    night_pass(n, "30m");
    assert_string_equal(night_said(n), "23:06 tom email tell\n");
    assert_string_equal(night_state(n, 1), "acknowledged");
}

static void ack_alone_takes_the_one_that_waits(void **state)
{
    struct night *n = *state;

    assert_int_equal(night_do(n, "maya", "ack", 0), NJ_E_NOTFOUND);
    night_post(n, nasty);
    assert_int_equal(night_do(n, "maya", "ack", 0), 0);
    assert_string_equal(night_state(n, 1), "acknowledged");
}

static void a_forgotten_acknowledgement_expires(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    assert_int_equal(night_do(n, "tom", "ack", 1), 0);
    night_pass(n, "59m");
    (void)night_said(n);
    night_pass(n, "1m");
    assert_string_equal(night_state(n, 1), "open");
    assert_non_null(strstr(night_said(n), "00:00 maya desktop call\n"));
    assert_true(night_told(n, "expired 1"));
}

static void the_same_author_joins_and_does_not_page_again(void **state)
{
    struct night *n = *state;

    night_post_as(n, "troll", nasty);
    assert_string_equal(night_said(n), "23:00 maya desktop call\n");
    night_post_as(n, "troll", "and your pilots are morons, you idiots");
    assert_string_equal(night_said(n), "");
    assert_string_equal(night_state(n, 2), "none");
}

static void another_author_is_another_alert(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_post(n, "Your crew are stupid morons, pathetic scum");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:00 maya desktop call\n");
    assert_string_equal(night_state(n, 2), "open");
}

static void nothing_is_lost_by_a_restart(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_pass(n, "3m");
    (void)night_said(n);
    night_restart(n);
    assert_string_equal(night_said(n), "");
    night_pass(n, "3m");
    assert_string_equal(night_said(n), "23:05 tom email call\n");
}

static void what_came_due_while_down_runs_at_once(void **state)
{
    struct night *n = *state;
    int closed = 0;

    (void)closed;
    night_post(n, nasty);
    (void)night_said(n);
    n->failing = NJ_E_NET;
    night_pass(n, "1m");
    n->failing = 0;
    night_restart(n);
    night_pass(n, "5m");
    assert_non_null(strstr(night_said(n), "23:05 tom email call\n"));
}

static void resolved_is_quiet_and_reopens_for_the_same_trouble(void **state)
{
    struct night *n = *state;

    night_post_as(n, "troll", nasty);
    assert_int_equal(night_do(n, "maya", "resolve", 1), 0);
    (void)night_said(n);
    night_pass(n, "10m");
    assert_string_equal(night_said(n), "");
    night_post_as(n, "troll", "still idiots, all of you morons");
    assert_string_equal(night_state(n, 1), "open");
    assert_non_null(strstr(night_said(n), "23:10 maya desktop call\n"));
}

static void long_after_it_is_a_new_alert(void **state)
{
    struct night *n = *state;

    night_post_as(n, "troll", nasty);
    assert_int_equal(night_do(n, "maya", "resolve", 1), 0);
    night_pass(n, "31m");
    night_post_as(n, "troll", "still idiots, all of you morons");
    assert_string_equal(night_state(n, 1), "resolved");
    assert_string_equal(night_state(n, 2), "open");
}

static void a_snooze_ends_as_if_newly_opened(void **state)
{
    struct night *n = *state;
    int64_t id = 1;
    struct nj_command snooze = {.verb = "snooze",
                                .actor = "maya",
                                .ids = &id,
                                .id_count = 1,
                                .for_ms = 20 * 60000};

    night_post(n, nasty);
    assert_int_equal(night_command(n, &snooze), 0);
    (void)night_said(n);
    night_pass(n, "19m");
    assert_string_equal(night_said(n), "");
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "23:20 maya desktop call\n");
}

static void a_dead_channel_hands_over_to_the_next_contact(void **state)
{
    struct night *n = *state;

    n->failing = NJ_E_REFUSED;
    n->failing_channel = "desktop";
    night_post(n, nasty);
    assert_string_equal(night_said(n), "23:00 maya desktop call fails\n"
                                       "23:00 maya email mail\n"
                                       "23:00 tom email mail\n"
                                       "23:00 ana email mail\n"
                                       "23:00 maya sms call\n");
    assert_true(night_told(n, "failed 1"));
    assert_true(night_told(n, "alarm 2 Channel desktop does not work"));
}

static void a_silent_line_is_tried_again_while_the_step_lasts(void **state)
{
    struct night *n = *state;

    n->failing = NJ_E_NET;
    n->failing_channel = "desktop";
    night_post(n, nasty);
    night_pass(n, "1m");
    assert_true(night_told(n, "retry 1"));
    n->failing = 0;
    night_pass(n, "1m");
    assert_true(night_told(n, "sent 1"));
}

static void escalate_pages_the_next_step_now(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    (void)night_said(n);
    assert_int_equal(night_do(n, "maya", "escalate", 1), 0);
    assert_string_equal(night_said(n), "23:00 tom email call\n");
}

static void reassign_pages_only_the_new_one(void **state)
{
    struct night *n = *state;
    int64_t id = 1;
    struct nj_command give = {.verb = "reassign",
                              .actor = "maya",
                              .ids = &id,
                              .id_count = 1,
                              .person = "ana"};

    night_post(n, nasty);
    (void)night_said(n);
    assert_int_equal(night_command(n, &give), 0);
    assert_non_null(strstr(night_said(n), "23:00 ana email call\n"));
}

static void an_override_pages_the_stand_in(void **state)
{
    struct night *n = *state;
    struct nj_command take = {.verb = "override add",
                              .actor = "tom",
                              .person = "tom",
                              .instead_of = "maya",
                              .for_ms = 3600000};

    assert_int_equal(night_command(n, &take), 0);
    assert_non_null(strstr(night_said(n), "23:00 maya desktop news\n"));
    night_post(n, nasty);
    assert_string_equal(night_said(n), "23:00 tom email call\n");
    night_restart(n);
    night_pass(n, "1h");
    (void)night_said(n);
    night_post_as(n, "another", "What a bunch of stupid idiots you are");
    assert_non_null(strstr(night_said(n), "maya desktop call\n"));
}

static void a_silenced_source_wakes_nobody(void **state)
{
    struct night *n = *state;
    struct nj_command mute = {
        .verb = "mute", .actor = "maya", .source = "page", .for_ms = 600000};

    assert_int_equal(night_command(n, &mute), 0);
    night_post(n, nasty);
    assert_string_equal(night_said(n), "");
    night_pass(n, "10m");
    night_post(n, "Your crew are stupid morons, pathetic scum");
    assert_string_equal(night_said(n), "23:10 maya desktop call\n");
}

static void with_nobody_left_the_last_resort_and_owner_hear(void **state)
{
    struct night *n = *state;

    night_post(n, nasty);
    night_pass(n, "25m");
    assert_non_null(strstr(night_said(n), "ana email call\n"));
}

static void a_test_rings_every_contact_once(void **state)
{
    struct night *n = *state;
    struct nj_command test = {
        .verb = "test", .actor = "maya", .person = "maya"};

    assert_int_equal(night_command(n, &test), 0);
    assert_string_equal(night_said(n), "23:00 maya desktop test\n"
                                       "23:00 maya sms test\n");
}

static void raised_by_hand_it_climbs_like_any_other(void **state)
{
    struct night *n = *state;
    struct nj_command raise = {.verb = "raise",
                               .actor = "tom",
                               .text = "The site is down",
                               .severity = NJ_LEVEL_CRITICAL};

    assert_int_equal(night_command(n, &raise), 0);
    assert_string_equal(night_said(n), "23:00 maya desktop call\n");
    assert_string_equal(night_state(n, 1), "open");
}

static void in_hours_it_is_mail_to_the_team(void **state)
{
    struct night *n = *state;

    night_pass(n, "11h"); /* Wednesday 10:00 */
    night_post(n, nasty);
    assert_string_equal(night_said(n), "10:00 maya email mail\n"
                                       "10:00 tom email mail\n"
                                       "10:00 ana email mail\n");
}

#define NIGHT(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_night, close_night)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT(a_kind_post_wakes_nobody),
        NIGHT(nobody_answers_and_the_policy_climbs),
        NIGHT(an_acknowledgement_stops_it_and_is_told),
        NIGHT(ack_alone_takes_the_one_that_waits),
        NIGHT(a_forgotten_acknowledgement_expires),
        NIGHT(the_same_author_joins_and_does_not_page_again),
        NIGHT(another_author_is_another_alert),
        NIGHT(nothing_is_lost_by_a_restart),
        NIGHT(what_came_due_while_down_runs_at_once),
        NIGHT(resolved_is_quiet_and_reopens_for_the_same_trouble),
        NIGHT(long_after_it_is_a_new_alert),
        NIGHT(a_snooze_ends_as_if_newly_opened),
        NIGHT(a_dead_channel_hands_over_to_the_next_contact),
        NIGHT(a_silent_line_is_tried_again_while_the_step_lasts),
        NIGHT(escalate_pages_the_next_step_now),
        NIGHT(reassign_pages_only_the_new_one),
        NIGHT(an_override_pages_the_stand_in),
        NIGHT(a_silenced_source_wakes_nobody),
        NIGHT(with_nobody_left_the_last_resort_and_owner_hear),
        NIGHT(a_test_rings_every_contact_once),
        NIGHT(raised_by_hand_it_climbs_like_any_other),
        NIGHT(in_hours_it_is_mail_to_the_team),
    };

    return cmocka_run_group_tests_name("nights", tests, NULL, NULL);
}
