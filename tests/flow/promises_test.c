/* DESIGN 8, what is promised, told as nights: storms are bundled and never
 * dropped, first pages never wait, backfill is silent, and nightjar raises the
 * alarm about itself. */
// link: -Wl,--wrap=nj_engine_score

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

enum { STORM = 60 };

static const char yaml[] =
    "daemon: {ops: {team: ops, channel_after: 1d}}\n"
    "brands:\n"
    "  acme: {timezone: Europe/London, team: social}\n"
    "people:\n"
    "  maya: {email: maya@example.org, desktop: maya, sms: '+447700900123',\n"
    "         rules: {critical: [desktop, 5m sms]}}\n"
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"
    "  olga: {email: olga@example.org, rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom]}\n"
    "  ops: {people: [olga]}\n"
    "policies:\n"
    "  night:\n"
    "    steps: [{page: [person/maya], wait: 1h},\n"
    "            {page: [person/tom], wait: 1h}]\n"
    "rules:\n"
    "  - {name: offensive, match: {place: [own-page], offensive: 0.6},\n"
    "     severity: critical, policy: night}\n"
    "channels:\n"
    "  sms: {type: sms-webhook, style: twilio,\n"
    "        account: AC00000000000000000000000000000000,\n"
    "        token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n";

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

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* Sixty alerts of sixty strangers who say sixty different things. */
static void post_storm(struct night *n)
{
    static const char *const who[] = {"pilots", "crews", "planes", "food",
                                      "seats",  "desks", "apps",   "bags"};
    static const char *const what[] = {
        "idiots", "morons", "scum", "trash", "stupid", "pathetic", "worthless"};

    for (int i = 0; i < STORM; i++) {
        char text[200];

        (void)snprintf(text, sizeof text,
                       "%s idiots, your %s are %s and number %d is %s scum",
                       who[(i / 7) % 8], who[i % 8], what[i % 7], i * 7919,
                       what[(i / 8) % 7]);
        night_post(n, text);
    }
}

static void first_pages_never_wait(void **state)
{
    struct night *n = *state;

    n->throttle_until_ms = night_now(n) + 3600000;
    post_storm(n);
    assert_int_equal(count_of(night_said(n), "23:00 maya desktop call\n"),
                     nj_watch_stats(n->watch).open);
    assert_true(nj_watch_stats(n->watch).open > STORM / 2);
}

static void a_storm_comes_as_one_message_and_none_is_dropped(void **state)
{
    struct night *n = *state;
    char expected[64];
    size_t open;

    post_storm(n);
    open = nj_watch_stats(n->watch).open;
    (void)night_said(n);
    n->throttle_until_ms = night_now(n) + 10 * 60000;
    night_pass(n, "9m"); /* the text messages came due, and must wait */
    (void)night_said(n);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "23:10 maya sms call\n");
    (void)snprintf(expected, sizeof expected, "and %zu more", open - 1);
    assert_non_null(strstr(n->headline, expected));
    assert_int_equal(nj_watch_stats(n->watch).pages_waiting, 0);
    assert_int_equal(nj_watch_stats(n->watch).pages_sent, 2 * open);
}

static void what_is_older_than_the_first_start_pages_nobody(void **state)
{
    struct night *n = *state;
    struct nj_post old = {
        .author = "a", .text = nasty, .flags = NJ_POST_SILENT};

    night_post_like(n, &old);
    night_pass(n, "1h");
    assert_string_equal(night_said(n), "");
    assert_string_equal(night_state(n, 1), "none");
}

static void no_page_repeats_a_slur_not_even_in_a_name(void **state)
{
    struct night *n = *state;

    night_post_as(n, "AcmeIsShit", nasty);
    assert_string_equal(n->author, "AcmeIsS***");
    assert_int_equal(night_do(n, "maya", "show", 1), 0);
    assert_non_null(
        strstr(nj_buf_text(&n->reply), "\"author\":\"AcmeIsS***\""));
    assert_true(
        night_told(n, "opened 1 acme: offensive on page by AcmeIsS***"));
    night_post_as(n, "AcmeIsShit", nasty);
    assert_true(night_told(n, "joined 1 page by AcmeIsS***"));
    assert_null(strstr(nj_buf_text(&n->story), "Shit"));
}

static void what_a_name_hides_is_hidden_after_a_restart_too(void **state)
{
    struct night *n = *state;

    night_post_as(n, "AcmeIsShit", nasty);
    night_restart(n);
    night_pass(n, "5m");
    assert_string_equal(night_said(n), "23:00 maya desktop call\n"
                                       "23:05 maya sms call\n");
    assert_string_equal(n->author, "AcmeIsS***");
}

/* ---- about itself -------------------------------------------------------- */

static void feel(struct night *n, const char *what)
{
    struct nj_health_sink sink = nj_watch_health(n->watch);

    sink.source(sink.ctx, "page", what, 0);
    night_pass(n, "1s");
}

static void a_sick_source_is_told_and_over_when_it_is_well(void **state)
{
    struct night *n = *state;

    feel(n, "http 503 for 15m");
    assert_string_equal(night_said(n), "23:00 olga email mail\n");
    assert_int_equal(nj_watch_stats(n->watch).sources_sick, 1);
    feel(n, NULL);
    assert_string_equal(night_state(n, 1), "resolved");
    assert_int_equal(nj_watch_stats(n->watch).sources_sick, 0);
}

static void a_source_that_flaps_is_one_alert(void **state)
{
    struct night *n = *state;

    feel(n, "http 503 for 15m");
    feel(n, NULL);
    (void)night_said(n);
    feel(n, "http 503 for 15m");
    assert_string_equal(night_said(n), "23:00 olga email mail\n");
    assert_string_equal(night_state(n, 1), "open");
    assert_string_equal(night_state(n, 2), "none");
}

static void a_store_in_trouble_rings_past_it_and_is_told_when_over(void **state)
{
    struct night *n = *state;

    nj_watch_store(n->watch, "no space left on device");
    night_pass(n, "1s");
    assert_string_equal(night_said(n), "23:00 olga email tell\n");
    assert_string_equal(n->headline, "nightjar cannot store anything");
    nj_watch_store(n->watch, NULL);
    night_pass(n, "1s");
    assert_string_equal(night_said(n), "23:00 olga email mail\n");
    night_pass(n, "2h");
    assert_string_equal(night_state(n, 1), "resolved");
}

static void each_jump_of_the_clock_is_told_when_the_last_was_over(void **state)
{
    struct night *n = *state;

    nj_watch_jump(n->watch, -3600000);
    night_pass(n, "1s");
    assert_string_equal(night_said(n), "23:00 olga email mail\n");
    assert_true(night_told(n, "alarm 1 The clock jumped: The system's clock "
                              "jumped by -1h"));
    night_pass(n, "2h");
    assert_string_equal(night_state(n, 1), "resolved");
    nj_watch_jump(n->watch, 60000);
    night_pass(n, "1s");
    assert_string_equal(night_said(n), "01:00 olga email mail\n");
}

static void quiet_alerts_that_nobody_touches_do_not_pile_up(void **state)
{
    struct night *n = *state;
    struct nj_command mute = {
        .verb = "mute", .actor = "maya", .source = "page", .for_ms = 600000};

    assert_int_equal(night_command(n, &mute), 0);
    night_post(n, nasty);
    assert_int_equal(nj_watch_stats(n->watch).open, 1);
    night_pass(n, "8d");
    assert_int_equal(nj_watch_stats(n->watch).open, 0);
    assert_true(night_told(n, "over 1"));
}

/* A page still on its way when its alert is long forgotten says what it is. */
static void late_mail_does_not_call_itself_a_test(void **state)
{
    struct night *n = *state;

    n->failing = NJ_E_NET;
    feel(n, "http 503 for 15m");
    feel(n, NULL);
    night_pass(n, "2h");
    (void)night_said(n);
    n->failing = 0;
    night_pass(n, "10m");
    assert_non_null(strstr(night_said(n), "olga email mail\n"));
    assert_non_null(strstr(n->headline, "Source page cannot be watched"));
}

/* ---- what cannot be judged ----------------------------------------------- */

static int judge_fails;

int __real_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out);
int __wrap_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out);

int __wrap_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out)
{
    if (judge_fails) {
        memset(out, 0, sizeof *out);
        return NJ_E_TOOBIG;
    }
    return __real_nj_engine_score(engine, scratch, in, arena, out);
}

static void what_cannot_be_judged_is_stored_and_told_each_time(void **state)
{
    struct night *n = *state;

    judge_fails = 1;
    night_post(n, nasty);
    assert_string_equal(night_said(n), "23:00 olga email mail\n");
    assert_true(night_told(n, "alarm 1 A post could not be judged"));
    night_post(n, nasty);
    judge_fails = 0;
    assert_string_equal(night_said(n), "");
    assert_true(night_told(n, "unjudged 1"));
    assert_int_equal(nj_watch_stats(n->watch).posts_new, 2);
    assert_int_equal(nj_watch_stats(n->watch).posts_unjudged, 2);
}

#define NIGHT(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_night, close_night)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT(first_pages_never_wait),
        NIGHT(a_storm_comes_as_one_message_and_none_is_dropped),
        NIGHT(what_is_older_than_the_first_start_pages_nobody),
        NIGHT(no_page_repeats_a_slur_not_even_in_a_name),
        NIGHT(what_a_name_hides_is_hidden_after_a_restart_too),
        NIGHT(a_sick_source_is_told_and_over_when_it_is_well),
        NIGHT(a_source_that_flaps_is_one_alert),
        NIGHT(a_store_in_trouble_rings_past_it_and_is_told_when_over),
        NIGHT(each_jump_of_the_clock_is_told_when_the_last_was_over),
        NIGHT(what_cannot_be_judged_is_stored_and_told_each_time),
        NIGHT(quiet_alerts_that_nobody_touches_do_not_pile_up),
        NIGHT(late_mail_does_not_call_itself_a_test),
    };

    return cmocka_run_group_tests_name("promises", tests, NULL, NULL);
}
