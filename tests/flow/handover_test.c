/* Duty that begins and ends: reminders before it, and a hand-over at it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

static const char plain[] =
    "daemon: {ops: {advice: false}}\n"
    "brands:\n"
    "  acme: {title: Acme Air, timezone: Europe/London, team: social,\n"
    "         open: [mon-fri 08:00-18:00]}\n"
    "people:\n"
    "  maya: {name: Maya Osei, email: maya@example.org, desktop: maya,\n"
    "         rules: {critical: [desktop]}}\n"
    "  tom: {email: tom@example.org, desktop: tom, remind: [2h],\n"
    "        rules: {critical: [desktop]}}\n"
    "  ana: {email: ana@example.org, remind: [], rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom, ana], owner: ana}\n"
    "schedules:\n"
    "  night:\n"
    "    timezone: Europe/London\n"
    "    layers:\n"
    "      - {rotate: daily, starts: 2026-02-02 18:00, people: [maya, tom],\n"
    "         only: [mon-sun 18:00-08:00]}\n"
    "policies:\n"
    "  night:\n"
    "    steps:\n"
    "      - {page: [schedule/night], wait: 5m}\n"
    "    repeat: 1\n"
    "    ack_expires: 20h\n"
    "    last_resort: person/ana\n"
    "rules:\n"
    "  - name: offensive on our page\n"
    "    match: {place: [own-page], offensive: 0.6}\n"
    "    severity: critical\n"
    "    policy: night\n"
    "    in_hours: night\n";

static const char nasty[] = "You are all worthless idiots and I hate you";

/* Maya's night begins on Monday at 18:00, tom's on Tuesday. */
static int open_monday(void **state)
{
    static struct night night;

    night_open(&night, plain, "2026-02-02 12:00");
    *state = &night;
    return 0;
}

static int close_night(void **state)
{
    night_close(*state);
    return 0;
}

static void who_begins_is_reminded_and_both_are_told(void **state)
{
    struct night *n = *state;

    night_pass(n, "4h");
    assert_string_equal(night_said(n), "");
    night_pass(n, "2h"); /* an hour before, and the first hands of all */
    assert_string_equal(night_said(n), "17:00 maya email news\n"
                                       "18:00 maya email news\n");
    assert_string_equal(n->headline, "You are on call now in night");
    assert_non_null(strstr(n->note, "Nothing is open."));
    night_pass(n, "23h"); /* tom's two hours; maya is at home since 08:00 */
    assert_string_equal(night_said(n), "16:00 tom email news\n");
    night_pass(n, "1h"); /* and maya's day before Wednesday */
    assert_string_equal(night_said(n), "18:00 maya email news\n"
                                       "18:00 tom email news\n");
}

static void what_is_open_noted_and_silenced_is_handed_over(void **state)
{
    struct night *n = *state;
    struct nj_command note = {.verb = "note",
                              .actor = "maya",
                              .ids = &(int64_t){1},
                              .id_count = 1,
                              .text = "told legal, waiting"};
    struct nj_command silence = {.verb = "silence add",
                                 .actor = "maya",
                                 .source = "blog",
                                 .text = "moving house",
                                 .for_ms = INT64_C(48) * 3600000};
    const char *text;

    night_pass(n, "12h");
    night_post(n, nasty);
    assert_int_equal(night_do(n, "maya", "ack", 1), 0);
    assert_int_equal(night_command(n, &note), 0);
    assert_int_equal(night_command(n, &silence), 0);
    night_pass(n, "17h");
    (void)night_said(n);
    n->keep_note_for = "tom";
    night_pass(n, "2h");
    text = n->kept_note;
    assert_non_null(strstr(text, "Before you: maya."));
    assert_non_null(strstr(text, "Open (1):\n- 1 critical, for 18h, maya has "
                                 "it until Tue 3 Feb 20:00: Acme Air: "
                                 "offensive on our page"));
    assert_non_null(strstr(text, "alert 1, maya: told legal, waiting"));
    assert_non_null(strstr(text, "source blog until Thu 5 Feb 00:00, by maya: "
                                 "moving house"));
}

static void who_keeps_it_hears_nothing(void **state)
{
    struct night *n = *state;
    char alone[sizeof plain];
    const char *at = strstr(plain, ", tom],\n");

    (void)snprintf(alone, sizeof alone, "%.*s%s", (int)(at - plain), plain,
                   at + strlen(", tom"));
    night_replan(n, alone);
    night_pass(n, "7h");
    (void)night_said(n);
    night_pass(n, "7d"); /* each night maya's, with the day between */
    assert_string_equal(night_said(n), "");
}

static void a_restart_neither_repeats_nor_loses_it(void **state)
{
    struct night *n = *state;

    night_pass(n, "5h");
    night_restart(n);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "17:00 maya email news\n");
    night_down(n, "2h"); /* over the hand-over */
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "19:01 maya email news\n");
    assert_string_equal(n->headline, "You are on call now in night");
    night_restart(n);
    night_pass(n, "5h");
    assert_string_equal(night_said(n), "");
}

static void a_shift_given_away_is_told_and_the_taker_is_reminded(void **state)
{
    struct night *n = *state;
    struct nj_command override_ = {.verb = "override add",
                                   .actor = "ana",
                                   .schedule = "night",
                                   .person = "tom",
                                   .instead_of = "maya"};

    override_.from_ms = night_now(n) + INT64_C(6) * 3600000;
    override_.until_ms = night_now(n) + INT64_C(20) * 3600000;
    assert_int_equal(night_command(n, &override_), 0);
    night_pass(n, "1m");
    assert_string_equal(night_said(n), "12:00 tom email news\n"
                                       "12:00 maya email news\n");
    night_pass(n, "6h");
    assert_string_equal(night_said(n), "16:00 tom email news\n"
                                       "18:00 tom email news\n");
}

/* Taken from now on: both were told so already; given back, both hear. */
static void a_shift_taken_at_once_is_told_once(void **state)
{
    struct night *n = *state;
    struct nj_command cover = {.verb = "cover",
                               .actor = "ana",
                               .schedule = "night",
                               .person = "tom",
                               .for_ms = INT64_C(2) * 3600000};

    night_pass(n, "8h"); /* 20:00, maya has it */
    (void)night_said(n);
    assert_int_equal(night_command(n, &cover), 0);
    night_pass(n, "30m");
    assert_string_equal(night_said(n), "20:00 tom desktop news\n"
                                       "20:00 tom email news\n"
                                       "20:00 maya desktop news\n"
                                       "20:00 maya email news\n");
    assert_string_equal(n->headline, "You are no longer on call in night");
    night_pass(n, "90m"); /* maya is reminded that it comes back */
    assert_string_equal(night_said(n), "21:00 maya email news\n"
                                       "22:00 maya email news\n"
                                       "22:00 tom email news\n");
    assert_string_equal(n->headline, "You are off call now in night");
}

static void whoever_wants_none_of_it_gets_none(void **state)
{
    struct night *n = *state;
    char quiet[sizeof plain + 64];
    const char *at = strstr(plain, "    layers:\n");

    (void)snprintf(quiet, sizeof quiet, "%.*s    handover: false\n%s",
                   (int)(at - plain), plain, at);
    night_replan(n, quiet);
    night_pass(n, "1d");
    assert_string_equal(night_said(n), "17:00 maya email news\n");
    night_pass(n, "1d");
    assert_string_equal(night_said(n), "16:00 tom email news\n"
                                       "18:00 maya email news\n");
}

static void drills_are_not_handed_over(void **state)
{
    struct night *n = *state;
    struct nj_command drill = {.verb = "drill",
                               .actor = "ana",
                               .policy = "night",
                               .for_ms = INT64_C(20) * 3600000};

    night_pass(n, "5h");
    assert_int_equal(night_command(n, &drill), 0);
    n->keep_note_for = "maya";
    night_pass(n, "1h");
    assert_non_null(strstr(n->kept_note, "Nothing is open."));
}

int main(void)
{
#define MONDAY(f) cmocka_unit_test_setup_teardown(f, open_monday, close_night)
    const struct CMUnitTest tests[] = {
        MONDAY(who_begins_is_reminded_and_both_are_told),
        MONDAY(what_is_open_noted_and_silenced_is_handed_over),
        MONDAY(who_keeps_it_hears_nothing),
        MONDAY(a_restart_neither_repeats_nor_loses_it),
        MONDAY(a_shift_given_away_is_told_and_the_taker_is_reminded),
        MONDAY(a_shift_taken_at_once_is_told_once),
        MONDAY(whoever_wants_none_of_it_gets_none),
        MONDAY(drills_are_not_handed_over),
    };
#undef MONDAY

    return cmocka_run_group_tests(tests, NULL, NULL);
}
