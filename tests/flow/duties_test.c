/* Smaller duties that no other night tells of: false alarms, silences with a
 * beginning, two people on one channel, the day's own channel, trouble that
 * grows, a store that is gone, a channel that stops answering. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define HOUSE                                                                  \
    "daemon: {ops: {team: ops, advice: false}}\n"                              \
    "brands:\n"                                                                \
    "  acme: {timezone: Europe/London, team: social,\n"                        \
    "         open: [mon-fri 09:00-17:00]}\n"                                  \
    "people:\n"                                                                \
    "  maya: {email: maya@example.org, sms: '+447700900123',\n"                \
    "         rules: {critical: [email, 5m sms], high: [email, 5m sms]}}\n"    \
    "  tom: {email: tom@example.org, sms: '+447700900124',\n"                  \
    "        rules: {critical: [email, 5m sms], high: [email, 5m sms]}}\n"     \
    "  olga: {email: olga@example.org, sms: '+447700900125',\n"                \
    "         rules: {critical: [sms, email]}}\n"                              \
    "  otto: {email: otto@example.org, rules: {critical: []}}\n"               \
    "teams:\n"                                                                 \
    "  social: {people: [maya, tom]}\n"                                        \
    "  ops: {people: [olga, otto]}\n"                                          \
    "policies:\n"                                                              \
    "  both: {steps: [{page: [person/maya, person/tom], wait: 1h}]}\n"         \
    "  one: {steps: [{page: [person/maya], wait: 1h}]}\n"                      \
    "channels:\n"                                                              \
    "  chat: {type: webhook, url: 'https://chat.example.org/h'}\n"             \
    "  sms: {type: sms-webhook, style: twilio,\n"                              \
    "        account: AC00000000000000000000000000000000,\n"                   \
    "        token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n"

static const char yaml[] = HOUSE
    "rules:\n"
    "  - {name: plane, match: {words: [plane]}, severity: high, policy: one,\n"
    "     in_hours: chat}\n"
    "  - {name: fire, match: {words: [fire]}, severity: critical,\n"
    "     policy: one, in_hours: chat}\n"
    "  - {name: all hands, match: {words: [storm]}, severity: critical,\n"
    "     policy: both}\n";

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

/* ---- a false alarm ------------------------------------------------------- */

static int is_wrong(struct night *n, int64_t id)
{
    assert_int_equal(night_do(n, "maya", "show", id), 0);
    return strstr(nj_buf_text(&n->reply), "\"wrong\":true") != NULL;
}

static void a_false_alarm_is_over_and_remembered(void **state)
{
    struct night *n = *state;

    night_post(n, "a plane");
    assert_false(is_wrong(n, 1));
    assert_int_equal(night_do(n, "maya", "wrong", 1), 0);
    assert_string_equal(night_state(n, 1), "resolved");
    assert_true(is_wrong(n, 1));
    assert_true(night_told(n, "wrong 1 maya says this was a false alarm"));
    (void)night_said(n);
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "");
    night_restart(n);
    assert_true(is_wrong(n, 1));
}

static void what_was_resolved_already_can_still_be_called_wrong(void **state)
{
    struct night *n = *state;

    night_post(n, "a plane");
    assert_int_equal(night_do(n, "maya", "resolve", 1), 0);
    assert_int_equal(night_do(n, "maya", "wrong", 1), 0);
    night_restart(n);
    assert_true(is_wrong(n, 1));
    assert_string_equal(night_state(n, 1), "resolved");
}

/* ---- an agent that was away ------------------------------------------------ */

static void an_agent_learns_what_was_settled_while_it_was_away(void **state)
{
    struct night *n = *state;
    static const int64_t ids[] = {1, 2, 3, 4, 99};
    struct nj_command standing = {
        .verb = "standing", .actor = "maya", .ids = ids, .id_count = 5};

    for (int i = 0; i < 4; i++) {
        night_post(n, "a plane");
    }
    assert_int_equal(night_do(n, "tom", "ack", 2), 0);
    assert_int_equal(night_do(n, "tom", "resolve", 3), 0);
    {
        int64_t four = 4;
        struct nj_command snooze = {.verb = "snooze",
                                    .actor = "tom",
                                    .ids = &four,
                                    .id_count = 1,
                                    .for_ms = 600000};

        assert_int_equal(night_command(n, &snooze), 0);
    }
    assert_int_equal(night_command(n, &standing), 0);
    assert_string_equal(nj_buf_text(&n->reply),
                        "[{\"alert\":2,\"text\":\"tom has it\"},"
                        "{\"alert\":3,\"text\":\"It is over\"},"
                        "{\"alert\":4,\"text\":\"It sleeps for a while\"},"
                        "{\"alert\":99,\"text\":\"It is over\"}]");
}

/* ---- silences ------------------------------------------------------------ */

static void a_silence_begins_when_it_was_said_and_ends_by_itself(void **state)
{
    struct night *n = *state;
    struct nj_command silence = {.verb = "silence add",
                                 .actor = "maya",
                                 .source = "page",
                                 .from_ms = night_now(n) + 30 * 60000,
                                 .for_ms = 60 * 60000};

    assert_int_equal(night_command(n, &silence), 0);
    night_pass(n, "29m");
    night_post(n, "a plane");
    assert_string_equal(night_said(n), "23:29 maya email call\n");
    assert_int_equal(night_do(n, "maya", "ack", 1), 0);
    night_restart(n); /* and it is not forgotten */
    night_pass(n, "2m");
    (void)night_said(n);
    night_post(n, "a fire");
    assert_string_equal(night_said(n), "");
    night_pass(n, "58m"); /* 00:29 */
    night_post(n, "another fire");
    assert_string_equal(night_said(n), "");
    night_pass(n, "2m");
    night_post(n, "a third fire");
    assert_string_equal(night_said(n), "00:31 maya email call\n");
}

/* ---- two on one channel --------------------------------------------------- */

static void what_is_bundled_for_one_is_not_the_others(void **state)
{
    struct night *n = *state;

    for (int i = 0; i < 3; i++) {
        night_post(n, "a storm");
    }
    (void)night_said(n);
    n->throttle_until_ms = night_now(n) + 10 * 60000;
    night_pass(n, "9m");
    (void)night_said(n);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "23:10 maya sms call\n"
                                       "23:10 tom sms call\n");
    assert_non_null(strstr(n->headline, "and 2 more"));
}

/* ---- by day --------------------------------------------------------------- */

static void by_day_the_rules_channel_hears_and_nobody_is_woken(void **state)
{
    struct night *n = *state;

    night_pass(n, "11h"); /* Wednesday, 10:00 */
    (void)night_said(n);  /* advice about the rota, at nine */
    night_post_as(n, "fan", "a plane");
    assert_string_equal(night_said(n), "10:00 (null) chat mail\n");
    night_post_as(n, "fan", "the plane again");
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "");
    night_pass(n, "7h"); /* closed: the same trouble wakes people */
    night_post_as(n, "fan", "still the plane");
    assert_string_equal(night_said(n), "18:00 maya email call\n");
}

/* ---- trouble that grows --------------------------------------------------- */

/* A rule has one severity, so within one plan what is worse comes by another
 * rule: that is an alert of its own, by its own policy, and calls at once. */
static void what_is_worse_by_another_rule_calls_for_itself(void **state)
{
    struct night *n = *state;

    night_post_as(n, "fan", "a plane");
    assert_string_equal(night_said(n), "23:00 maya email call\n");
    night_pass(n, "1m");
    night_post_as(n, "fan", "another plane");
    assert_string_equal(night_said(n), "");
    night_post_as(n, "fan", "a plane on fire");
    assert_string_equal(night_said(n), "23:01 maya email call\n");
    assert_non_null(strstr(n->headline, "fire (critical)"));
    assert_string_equal(night_state(n, 1), "open");
    assert_string_equal(night_state(n, 2), "open");
    night_post_as(n, "fan", "the plane is still on fire"); /* joins the worse */
    assert_string_equal(night_said(n), "");
    assert_true(night_told(n, "joined 2"));
}

/* ---- past the store ------------------------------------------------------- */

static void past_the_store_everybody_is_rung_by_all_they_have(void **state)
{
    struct night *n = *state;

    nj_watch_store(n->watch, "no space left on device");
    night_pass(n, "1s");
    assert_string_equal(night_said(n), "23:00 olga sms tell\n"
                                       "23:00 olga email tell\n"
                                       "23:00 otto email tell\n");
    assert_string_equal(n->headline, "nightjar cannot store anything");
    assert_string_equal(n->note, "no space left on device");
}

static void a_bell_that_fails_past_the_store_stops_nothing(void **state)
{
    struct night *n = *state;

    n->failing = NJ_E_NET;
    n->failing_channel = "sms";
    nj_watch_store(n->watch, "no space left on device");
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "23:00 olga sms tell fails\n"
                                       "23:00 olga email tell\n"
                                       "23:00 otto email tell\n");
}

/* ---- what can never be written -------------------------------------------- */

static void on_committed(struct nj_commit_req *req, int status)
{
    *(int *)req->ctx = status;
}

/* Put an event into the store whose number the watch will give again. */
static void spoil_event_number(struct night *n, int64_t id)
{
    int status = 77;
    struct nj_event event = {.id = id, .kind = "bug", .text = "a bug"};
    struct nj_commit_req req = {
        .txn = nj_txn_create(), .done = on_committed, .ctx = &status};

    assert_non_null(req.txn);
    nj_txn_event(req.txn, &event);
    assert_int_equal(nj_store_commit(n->store, &req), 0);
    night_pass(n, "1s");
    assert_int_equal(status, 0);
}

static void a_call_that_can_never_be_stored_still_rings(void **state)
{
    struct night *n = *state;

    spoil_event_number(n, 1);
    n->may_refuse = 1;
    night_post(n, "a plane");
    assert_int_equal(n->refused, NJ_E_CORRUPT); /* its source hears so */
    assert_non_null(strstr(night_said(n), "maya email call\n"));
    assert_false(n->broken);
    n->may_refuse = 0;
    night_post(n, "a fire"); /* and the night goes on */
    assert_non_null(strstr(night_said(n), "maya email call\n"));
}

/* ---- a channel that stops answering --------------------------------------- */

static void what_nobody_answers_holds_up_no_more_than_its_share(void **state)
{
    struct night *n = *state;
    size_t sent;

    n->mute = 1; /* the channel takes messages and says nothing more */
    for (int i = 0; i < 40; i++) {
        night_post(n, "a storm");
    }
    sent = nj_watch_stats(n->watch).pages_sent;
    assert_int_equal(sent, 0);
    assert_int_equal(nj_watch_stats(n->watch).open, 40);
    assert_int_equal(nj_watch_stats(n->watch).pages_waiting, 80);
    (void)night_said(n);
    night_speak(n); /* and all of it comes back at once */
    assert_int_equal(nj_watch_stats(n->watch).pages_sent, 80);
    assert_int_equal(nj_watch_stats(n->watch).pages_waiting, 0);
}

#define NIGHT(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_night, close_night)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT(a_false_alarm_is_over_and_remembered),
        NIGHT(what_was_resolved_already_can_still_be_called_wrong),
        NIGHT(an_agent_learns_what_was_settled_while_it_was_away),
        NIGHT(a_silence_begins_when_it_was_said_and_ends_by_itself),
        NIGHT(what_is_bundled_for_one_is_not_the_others),
        NIGHT(by_day_the_rules_channel_hears_and_nobody_is_woken),
        NIGHT(what_is_worse_by_another_rule_calls_for_itself),
        NIGHT(past_the_store_everybody_is_rung_by_all_they_have),
        NIGHT(a_bell_that_fails_past_the_store_stops_nothing),
        NIGHT(a_call_that_can_never_be_stored_still_rings),
        NIGHT(what_nobody_answers_holds_up_no_more_than_its_share),
    };

    return cmocka_run_group_tests_name("duties", tests, NULL, NULL);
}
