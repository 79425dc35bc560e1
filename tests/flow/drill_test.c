/* Drills: real pages along a policy, marked, measured, and over by themselves;
 * true trouble is never touched by them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

static const char plain[] =
    "brands:\n"
    "  acme: {title: Acme Air, timezone: Europe/London, team: social,\n"
    "         open: [mon-fri 08:00-18:00]}\n"
    "people:\n"
    "  maya: {name: Maya Osei, email: maya@example.org, sms: '+447700900123',\n"
    "         desktop: maya,\n"
    "         rules: {critical: [desktop, 2m sms], low: [email]}}\n"
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
    "    playbook: Hide the post first.\n"
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

static int drill(struct night *n, const char *filter)
{
    struct nj_command command = {.verb = "drill",
                                 .actor = "ana",
                                 .by = "cli",
                                 .policy = "night",
                                 .filter = filter};

    return night_command(n, &command);
}

static int ack_by(struct night *n, const char *who, const char *way, int64_t id)
{
    struct nj_command command = {
        .verb = "ack", .actor = who, .by = way, .ids = &id, .id_count = 1};

    return night_command(n, &command);
}

static int replied(const struct night *n, const char *part)
{
    return strstr(nj_buf_text(&n->reply), part) != NULL;
}

static void only_what_is_configured_can_be_tried(void **state)
{
    struct night *n = *state;
    struct nj_command command = {.verb = "drill", .actor = "ana"};

    assert_int_equal(night_command(n, &command), NJ_E_INVALID);
    command.policy = "nihgt";
    assert_int_equal(night_command(n, &command), NJ_E_NOTFOUND);
    command.policy = "night";
    command.rule = "no such rule";
    assert_int_equal(night_command(n, &command), NJ_E_NOTFOUND);
    command.rule = NULL;
    command.for_ms = INT64_C(48) * 3600000;
    assert_int_equal(night_command(n, &command), NJ_E_INVALID);
    assert_string_equal(night_said(n), "");
}

static void a_drill_pages_like_trouble_and_says_what_it_is(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    assert_true(replied(n, "\"drill\":true"));
    night_pass(n, "4m");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:02 maya sms call\n");
    assert_true(n->drill);
    assert_string_equal(n->headline, "Drill of policy night (critical)");
    assert_true(night_told(n, "drill 1 DRILL: Drill of policy night"));
    assert_true(night_told(n, "step 1 DRILL: step 1 of 2: maya"));
}

static void an_answer_ends_it_and_is_reported_to_who_began(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "3m");
    (void)night_said(n);
    assert_int_equal(ack_by(n, "maya", "link", 1), 0);
    night_pass(n, "2h");
    assert_string_equal(night_said(n), "23:03 ana email news\n");
    assert_string_equal(n->headline, "DRILL 1 is over: 1 of 1 called answered");
    assert_non_null(strstr(n->note, "maya answered after 3m by link"));
    assert_string_equal(night_state(n, 1), "resolved");
    assert_true(night_told(n, "report 1 DRILL: maya answered after 3m"));
}

static void its_report_can_be_asked_for_meanwhile_and_afterwards(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "6m");
    assert_int_equal(night_do(n, "tom", "drill report", 1), 0);
    assert_true(replied(n, "\"state\":\"running\""));
    assert_true(replied(n, "\"called\":2,\"answered\":0"));
    assert_int_equal(ack_by(n, "tom", "cli", 1), 0);
    night_pass(n, "1m");
    assert_int_equal(night_do(n, "tom", "drill report", 1), 0);
    assert_true(replied(n, "\"state\":\"over\""));
    assert_true(replied(n, "\"started_by\":\"ana\""));
    assert_true(replied(n, "\"summary\":\"tom answered after 1m by cli; no "
                           "answer from maya\""));
    assert_true(replied(n, "\"answer_ms\":60000"));
}

static void nobody_answers_it_ends_and_nobody_is_alarmed(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "3h");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:02 maya sms call\n"
                                       "23:05 tom email call\n"
                                       "23:10 ana email call\n"
                                       "23:20 ana email news\n"
                                       "23:20 maya sms tell\n"
                                       "23:20 tom email tell\n"
                                       "23:20 ana email tell\n");
    assert_true(night_told(n, "report 1 DRILL: no answer from maya, tom, ana"));
    assert_string_equal(night_state(n, 1), "resolved");
    assert_string_equal(night_state(n, 2), "none"); /* "reached nobody" */
    assert_int_equal(nj_watch_stats(n->watch).pages_sent, 0);
    assert_true(night_told(n, "sent 1 DRILL: tom by email: told"));
}

static void a_walk_goes_on_to_everybody_whoever_answers(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, "all"), 0);
    night_pass(n, "1m");
    assert_int_equal(ack_by(n, "maya", "desktop", 1), 0);
    night_pass(n, "3m");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:01 tom email call\n");
    assert_int_equal(ack_by(n, "maya", "cli", 1), NJ_E_STATE);
    assert_int_equal(ack_by(n, "ana", "cli", 1), NJ_E_STATE); /* not yet */
    night_pass(n, "2m");
    assert_string_equal(night_said(n), "23:06 ana email call\n");
    assert_int_equal(ack_by(n, "ana", "link", 1), 0);
    night_pass(n, "1m");
    assert_true(
        night_told(n, "report 1 DRILL: maya answered after 1m by "
                      "desktop; ana answered after less than 1s by link; no "
                      "answer from tom"));
    assert_string_equal(night_state(n, 1), "resolved");
}

static void its_time_ends_it_even_when_it_is_put_off(void **state)
{
    struct night *n = *state;
    int64_t id = 1;
    struct nj_command command = {.verb = "drill",
                                 .actor = "ana",
                                 .policy = "night",
                                 .for_ms = 15 * 60000};
    struct nj_command snooze = {.verb = "snooze",
                                .actor = "maya",
                                .ids = &id,
                                .id_count = 1,
                                .for_ms = 3600000};

    assert_int_equal(night_command(n, &command), 0);
    assert_int_equal(night_command(n, &snooze), 0);
    night_pass(n, "14m");
    assert_string_equal(night_state(n, 1), "snoozed");
    night_pass(n, "1m");
    assert_string_equal(night_state(n, 1), "resolved");
}

static void ended_by_hand_it_is_reported_too(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "1m");
    (void)night_said(n);
    assert_int_equal(night_do(n, "tom", "wrong", 1), NJ_E_STATE);
    assert_int_equal(night_do(n, "tom", "resolve", 1), 0);
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "23:01 maya desktop tell\n"
                                       "23:01 ana email news\n");
}

static void a_restart_neither_repeats_nor_forgets_it(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "3m");
    night_restart(n);
    (void)night_said(n);
    night_pass(n, "4m");
    assert_string_equal(night_said(n), "23:05 tom email call\n");
    night_down(n, "3h"); /* its time passes while nothing runs */
    night_pass(n, "1m");
    assert_non_null(strstr(night_said(n), "02:07 ana email news\n"));
    assert_true(night_told(n, "report 1 DRILL: no answer from maya, tom"));
    night_restart(n);
    night_pass(n, "3h");
    assert_string_equal(night_said(n), "");
    assert_string_equal(night_state(n, 1), "resolved");
}

static void true_figures_know_nothing_of_it(void **state)
{
    struct night *n = *state;
    struct nj_watch_stats stats;

    assert_int_equal(drill(n, NULL), 0);
    stats = nj_watch_stats(n->watch);
    assert_int_equal(stats.open, 0);
    assert_int_equal(stats.drills, 1);
    night_restart(n);
    assert_int_equal(nj_watch_stats(n->watch).open, 0);
    assert_int_equal(drill(n, NULL), 0);
    night_pass(n, "6m");
    assert_int_equal(ack_by(n, "maya", "cli", 2), 0);
    stats = nj_watch_stats(n->watch);
    assert_int_equal(stats.alerts_opened, 0);
    assert_int_equal(stats.alerts_acked, 0);
    assert_int_equal(stats.alerts_resolved, 0);
    assert_int_equal(stats.pages_sent, 0);
    assert_int_equal(stats.acked, 0);
    night_post(n, nasty);
    stats = nj_watch_stats(n->watch);
    assert_int_equal(stats.open, 1);
    assert_int_equal(stats.alerts_opened, 1);
    assert_int_equal(stats.pages_sent, 1);
}

static void true_trouble_has_its_own_alert_and_goes_first(void **state)
{
    struct night *n = *state;

    assert_int_equal(drill(n, NULL), 0);
    (void)night_said(n);
    night_post(n, nasty);
    assert_string_equal(night_said(n), "23:00 maya desktop call\n");
    assert_false(n->drill);
    assert_string_equal(night_state(n, 2), "open");
    assert_int_equal(night_do(n, "maya", "ack", 0), 0); /* the true one */
    assert_string_equal(night_state(n, 2), "acknowledged");
    assert_string_equal(night_state(n, 1), "open");
    assert_int_equal(night_do(n, "maya", "ack", 0), 0); /* then the drill */
    night_pass(n, "1s");
    assert_string_equal(night_state(n, 1), "resolved");
    assert_string_equal(night_state(n, 2), "acknowledged");
}

/* A storm's throttle holds the drill back, not the first true page. */
static void a_drill_waits_where_true_first_pages_pass(void **state)
{
    struct night *n = *state;

    n->throttle_until_ms = night_now(n) + 60000;
    assert_int_equal(drill(n, NULL), 0);
    assert_string_equal(night_said(n), "23:00 maya desktop call later\n");
    night_post(n, nasty);
    assert_string_equal(night_said(n), "23:00 maya desktop call\n");
    assert_false(n->drill);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "23:01 maya desktop call\n");
    assert_true(n->drill); /* in no bundle with the true ones */
}

/* ---- by plan ------------------------------------------------------------- */

static void plan_drills(struct night *n, const char *drill_line)
{
    static char yaml[sizeof plain + 120];
    const char *at = strstr(plain, "    last_resort: person/ana\n");

    (void)snprintf(yaml, sizeof yaml, "%.*s%s%s", (int)(at - plain), plain,
                   drill_line, at);
    night_replan(n, yaml);
}

static const char at_ten[] =
    "    drill: {every: 2d, at: 2026-01-01 10:00, timezone: Europe/London,\n"
    "            all: true}\n"; /* falls on the 4th, the 6th */

static void by_plan_it_comes_at_its_time_and_its_owner_hears(void **state)
{
    struct night *n = *state;

    plan_drills(n, at_ten);
    night_pass(n, "35h");
    (void)night_said(n);
    assert_true(night_told(n, "drill 1 DRILL: Drill of policy night"));
    assert_true(night_told(n, "report 1 DRILL: no answer"));
    assert_string_equal(night_state(n, 2), "none");
    night_pass(n, "24h");
    assert_true(night_told(n, "drill 2 DRILL: Drill of policy night"));
    assert_int_equal(night_do(n, "ana", "drill report", 2), 0);
    assert_true(replied(n, "\"all\":true"));
    assert_true(replied(n, "\"started_by\":\"maya\"")); /* of ops' team */
}

static void by_plan_it_waits_while_alerts_are_open(void **state)
{
    struct night *n = *state;

    plan_drills(n, at_ten);
    night_pass(n, "10h45m"); /* 09:45 */
    night_post(n, nasty);
    night_pass(n, "30m");
    assert_false(night_told(n, "drill "));
    assert_int_equal(night_do(n, "maya", "ack", 1), 0);
    night_pass(n, "10m");
    assert_true(night_told(n, "drill 2 DRILL:"));
}

static void too_late_it_is_left_out_and_told(void **state)
{
    struct night *n = *state;

    plan_drills(n, at_ten);
    night_pass(n, "1m");
    night_down(n, "13h"); /* over 10:00 and two hours more */
    night_pass(n, "1h");
    assert_true(night_told(n, "drill 0 the drill of policy night, due Wed 4 "
                              "Feb 10:00, is left out"));
    assert_string_equal(night_state(n, 1), "none");
    night_restart(n);
    night_pass(n, "1d");
    assert_string_equal(night_state(n, 1), "none");
    night_pass(n, "21h"); /* 10:01 on the 6th */
    assert_string_equal(night_state(n, 1), "open");
}

int main(void)
{
#define NIGHT(f) cmocka_unit_test_setup_teardown(f, open_night, close_night)
    const struct CMUnitTest tests[] = {
        NIGHT(only_what_is_configured_can_be_tried),
        NIGHT(a_drill_pages_like_trouble_and_says_what_it_is),
        NIGHT(an_answer_ends_it_and_is_reported_to_who_began),
        NIGHT(its_report_can_be_asked_for_meanwhile_and_afterwards),
        NIGHT(nobody_answers_it_ends_and_nobody_is_alarmed),
        NIGHT(a_walk_goes_on_to_everybody_whoever_answers),
        NIGHT(its_time_ends_it_even_when_it_is_put_off),
        NIGHT(ended_by_hand_it_is_reported_too),
        NIGHT(a_restart_neither_repeats_nor_forgets_it),
        NIGHT(true_figures_know_nothing_of_it),
        NIGHT(true_trouble_has_its_own_alert_and_goes_first),
        NIGHT(a_drill_waits_where_true_first_pages_pass),
        NIGHT(by_plan_it_comes_at_its_time_and_its_owner_hears),
        NIGHT(by_plan_it_waits_while_alerts_are_open),
        NIGHT(too_late_it_is_left_out_and_told),
    };
#undef NIGHT

    return cmocka_run_group_tests(tests, NULL, NULL);
}
