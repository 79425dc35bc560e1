/* DESIGN 8.5, a channel that refuses: it is an alarm of its own, told by the
 * other channels, once, and over when a message gets through; and so is an
 * alert that reached nobody, until somebody has it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define PEOPLE                                                                 \
    "brands:\n"                                                                \
    "  acme: {timezone: Europe/London, team: social}\n"                        \
    "people:\n"                                                                \
    "  maya: {email: maya@example.org, desktop: maya, sms: '+447700900123',\n" \
    "         rules: {critical: [sms, 20m desktop]}}\n"                        \
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"            \
    "  olga: {email: olga@example.org, sms: '+447700900124',\n"                \
    "         rules: {critical: [sms], high: [email, sms]}}\n"                 \
    "teams:\n"                                                                 \
    "  social: {people: [maya, tom], owner: tom}\n"                            \
    "  ops: {people: [olga]}\n"                                                \
    "schedules:\n"                                                             \
    "  nobody: {timezone: Europe/London, layers: []}\n"                        \
    "policies:\n"                                                              \
    "  night:\n"                                                               \
    "    steps: [{page: [person/maya], wait: 1h}]\n"                           \
    "  ops: {steps: [{page: [person/olga], wait: 30m}]}\n"                     \
    "  lost: {steps: [{page: [schedule/nobody], wait: 5m}]}\n"                 \
    "channels:\n"                                                              \
    "  sms: {type: sms-webhook, style: twilio,\n"                              \
    "        account: AC00000000000000000000000000000000,\n"                   \
    "        token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n"

#define RULE(policy)                                                           \
    "rules:\n"                                                                 \
    "  - {name: offensive, match: {place: [own-page], offensive: 0.6},\n"      \
    "     severity: critical, policy: " policy "}\n"

static const char by_mail[] =
    "daemon: {ops: {team: ops}}\n" PEOPLE RULE("night");
static const char by_policy[] =
    "daemon: {ops: {team: ops, policy: ops}}\n" PEOPLE RULE("night");
static const char to_nobody[] =
    "daemon: {ops: {team: ops}}\n" PEOPLE RULE("lost");

static const char nasty[] = "You are all worthless idiots and I hate you";

static void open_night(struct night *n, const char *yaml)
{
    night_open(n, yaml, "2026-02-03 23:00");
}

static void break_channel(struct night *n, const char *channel, int status)
{
    n->failing = status;
    n->failing_channel = channel;
}

static int is_open(struct night *n, const char *title)
{
    char words[120];

    if (night_do(n, "maya", "list", 0) != 0) {
        return 0;
    }
    (void)snprintf(words, sizeof words, "\"title\":\"%s\"", title);
    return strstr(nj_buf_text(&n->reply), words) != NULL;
}

/* ---- a channel ----------------------------------------------------------- */

static void a_channel_that_refuses_is_told_by_another_at_once(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_REFUSED);
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 maya sms call fails\n"
                                        "23:00 olga email mail\n"
                                        "23:00 maya desktop call\n");
    assert_true(is_open(&n, "Channel sms does not work"));
    assert_int_equal(nj_watch_stats(n.watch).channels_sick, 1);
    assert_true(night_told(&n, "alarm 2 Channel sms does not work: the line "
                               "is dead"));
    night_close(&n);
}

static void it_is_told_once_and_over_when_a_message_gets_through(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_REFUSED);
    night_post(&n, nasty);
    (void)night_said(&n);
    night_post(&n, "Idiots, scum and morons, every single one of your crew");
    assert_null(strstr(night_said(&n), "olga"));
    n.failing = 0;
    night_pass(&n, "5m");
    assert_true(is_open(&n, "Channel sms does not work"));
    night_post(&n, "worthless stupid pilots, what trash you all are");
    assert_false(is_open(&n, "Channel sms does not work"));
    assert_int_equal(nj_watch_stats(n.watch).channels_sick, 0);
    assert_true(night_told(&n, "over 2 a message got through again"));
    night_close(&n);
}

static void mail_that_does_not_work_is_told_past_mail(void **state)
{
    struct night n;
    struct nj_command test = {.verb = "test", .actor = "tom", .person = "tom"};

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "email", NJ_E_REFUSED);
    assert_int_equal(night_command(&n, &test), 0);
    assert_string_equal(night_said(&n), "23:00 tom email test fails\n"
                                        "23:00 olga sms mail\n");
    assert_true(is_open(&n, "Channel email does not work"));
    night_close(&n);
}

static void a_policy_for_it_climbs_by_what_works(void **state)
{
    struct night n;
    struct nj_command test = {.verb = "test", .actor = "tom", .person = "tom"};

    (void)state;
    open_night(&n, by_policy);
    break_channel(&n, "email", NJ_E_REFUSED);
    assert_int_equal(night_command(&n, &test), 0);
    assert_string_equal(night_said(&n), "23:00 tom email test fails\n"
                                        "23:00 olga email call fails\n"
                                        "23:00 olga sms call\n");
    night_close(&n);
}

static void out_of_reach_is_told_after_the_stated_time(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_NET);
    night_post(&n, nasty);
    night_pass(&n, "4m");
    assert_false(is_open(&n, "Channel sms does not work"));
    night_pass(&n, "2m");
    assert_true(is_open(&n, "Channel sms does not work"));
    assert_true(night_told(&n, "alarm 2 Channel sms does not work: the line "
                               "is dead, for 5m"));
    n.failing = 0;
    night_pass(&n, "2m"); /* the page was tried all the time */
    assert_false(is_open(&n, "Channel sms does not work"));
    night_close(&n);
}

static void a_short_absence_is_no_alarm(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_TIMEOUT);
    night_post(&n, nasty);
    night_pass(&n, "2m");
    n.failing = 0;
    night_pass(&n, "30m");
    assert_false(night_told(&n, "alarm"));
    assert_null(strstr(night_said(&n), "olga"));
    night_close(&n);
}

/* 5xx and 4yz for hours: the step does not wait for that. */
static void a_peer_that_says_later_for_ever_gives_way(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_AGAIN);
    night_post(&n, nasty);
    night_pass(&n, "61m");
    assert_true(night_told(&n, "failed 1 maya by sms: not sent, given up"));
    assert_true(night_told(&n, "alarm 2 Channel sms does not work"));
    night_close(&n);
}

static void what_we_hold_back_ourselves_is_no_alarm(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    night_post(&n, nasty);
    n.throttle_until_ms = night_now(&n) + 3600000;
    night_pass(&n, "59m");
    assert_non_null(strstr(night_said(&n), "maya desktop call later"));
    assert_false(night_told(&n, "alarm"));
    n.throttle_until_ms = 0;
    night_close(&n);
}

static void one_dead_number_is_told_as_that_alone(void **state)
{
    struct night n;
    struct nj_command test = {
        .verb = "test", .actor = "maya", .person = "maya"};

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_REFUSED);
    n.failing_target = 1;
    night_post(&n, nasty);
    assert_true(is_open(&n, "Channel sms does not reach +447700900123 (maya)"));
    assert_int_equal(nj_watch_stats(n.watch).channels_sick, 0);
    n.failing = 0;
    assert_int_equal(night_command(&n, &test), 0);
    assert_false(
        is_open(&n, "Channel sms does not reach +447700900123 (maya)"));
    night_close(&n);
}

static void a_restart_does_not_forget_to_end_it(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, by_mail);
    break_channel(&n, "sms", NJ_E_REFUSED);
    night_post(&n, nasty);
    night_restart(&n);
    assert_true(is_open(&n, "Channel sms does not work"));
    n.failing = 0;
    night_post(&n, "worthless stupid pilots, what trash you all are");
    assert_false(is_open(&n, "Channel sms does not work"));
    night_close(&n);
}

/* ---- an alert that reached nobody ----------------------------------------- */

static void reaching_nobody_is_over_when_somebody_has_it(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, to_nobody);
    night_post(&n, nasty);
    assert_non_null(strstr(night_said(&n), "tom email call\n"));
    assert_true(is_open(&n, "An alert reached nobody"));
    assert_int_equal(night_do(&n, "maya", "ack", 1), 0);
    assert_false(is_open(&n, "An alert reached nobody"));
    assert_true(night_told(&n, "over 2 alert 1 is acknowledged"));
    (void)night_said(&n);
    night_pass(&n, "1h");
    assert_null(strstr(night_said(&n), "tom email call"));
    night_close(&n);
}

static void reaching_nobody_is_over_when_it_is_resolved(void **state)
{
    struct night n;

    (void)state;
    open_night(&n, to_nobody);
    night_post(&n, nasty);
    night_restart(&n);
    assert_true(is_open(&n, "An alert reached nobody"));
    assert_int_equal(night_do(&n, "maya", "resolve", 1), 0);
    assert_string_equal(night_state(&n, 2), "resolved");
    assert_true(night_told(&n, "over 2 alert 1 is resolved"));
    night_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_that_refuses_is_told_by_another_at_once),
        cmocka_unit_test(it_is_told_once_and_over_when_a_message_gets_through),
        cmocka_unit_test(mail_that_does_not_work_is_told_past_mail),
        cmocka_unit_test(a_policy_for_it_climbs_by_what_works),
        cmocka_unit_test(out_of_reach_is_told_after_the_stated_time),
        cmocka_unit_test(a_short_absence_is_no_alarm),
        cmocka_unit_test(a_peer_that_says_later_for_ever_gives_way),
        cmocka_unit_test(what_we_hold_back_ourselves_is_no_alarm),
        cmocka_unit_test(one_dead_number_is_told_as_that_alone),
        cmocka_unit_test(a_restart_does_not_forget_to_end_it),
        cmocka_unit_test(reaching_nobody_is_over_when_somebody_has_it),
        cmocka_unit_test(reaching_nobody_is_over_when_it_is_resolved),
    };

    return cmocka_run_group_tests_name("bells", tests, NULL, NULL);
}
