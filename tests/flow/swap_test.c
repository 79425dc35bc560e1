/* Swaps: nothing before the other says yes; then both halves or none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define PERSON(name)                                                           \
    "  " name ": {email: " name "@example.org, desktop: " name                 \
    ", remind: [], rules: {critical: [desktop], high: [desktop], low: "        \
    "[email]}}\n"

/* maya and tom take turns by day, from 18:00 to 18:00. Monday 2 February 2026
 * is maya's, Tuesday tom's, Wednesday maya's. */
#define REST(names)                                                            \
    "daemon: {ops: {advice: false}}\n"                                         \
    "brands:\n"                                                                \
    "  acme: {title: Acme Air, timezone: Europe/London, team: social}\n"       \
    "people:\n" names "teams:\n"                                               \
    "  social: {people: [maya], owner: maya}\n"                                \
    "channels:\n"                                                              \
    "  email: {type: smtp, url: 'smtp://127.0.0.1', from: n@example.org}\n"    \
    "  desktop: {type: desktop}\n"                                             \
    "schedules:\n"                                                             \
    "  s: {timezone: Europe/London, handover: false,\n"                        \
    "      layers: [{rotate: daily,\n"                                         \
    "      starts: 2026-02-02 18:00, people: [maya, tom]}]}\n"                 \
    "policies:\n"                                                              \
    "  night: {steps: [{page: [schedule/s], wait: 5m}], repeat: 9,\n"          \
    "          last_resort: person/maya}\n"                                    \
    "rules:\n"                                                                 \
    "  - {name: rude, match: {place: [own-page], offensive: 0.6},\n"           \
    "     severity: critical, policy: night}\n"

static const char house[] = REST(PERSON("maya") PERSON("tom") PERSON("ana"));
static const char ana_is_gone[] = REST(PERSON("maya") PERSON("tom"));

static int says(const struct night *n, const char *part)
{
    return strstr(nj_buf_text(&n->reply), part) != NULL;
}

static int propose(struct night *n,
                   const char *actor,
                   const char *with,
                   const char *give,
                   const char *take)
{
    struct nj_command c = {.verb = "swap",
                           .actor = actor,
                           .person = with,
                           .give = give,
                           .take = take,
                           .text = "opera"};

    return night_command(n, &c);
}

static int
answer(struct night *n, const char *actor, const char *verb, int64_t id)
{
    struct nj_command c = {.verb = verb, .actor = actor, .id = id};

    return night_command(n, &c);
}

/* Who is on call at 20:00 on 2, 3, 4 and 5 February. */
static const char *four_nights(struct night *n)
{
    static char text[200];
    size_t len = 0;

    for (int day = 2; day <= 5; day++) {
        struct nj_command c = {.verb = "oncall", .actor = "ana"};
        const char *people;
        char date[32];

        (void)snprintf(date, sizeof date, "2026-02-%02d 20:00", day);
        assert_int_equal(nj_time_read(NULL, date, NJ_FOLD_FIRST, &c.from_ms),
                         0);
        assert_int_equal(night_command(n, &c), 0);
        people = strstr(nj_buf_text(&n->reply), "\"people\":[\"");
        people = people == NULL ? "-\"" : people + strlen("\"people\":[\"");
        len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ",
                                (int)strcspn(people, "\""), people);
    }
    return text;
}

static void what_is_no_swap_is_refused(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-02 12:00");
    assert_int_equal(propose(&n, "root", "tom", "2026-02-02", NULL),
                     NJ_E_NOTFOUND);
    assert_int_equal(propose(&n, "maya", NULL, "2026-02-02", NULL),
                     NJ_E_INVALID);
    assert_int_equal(propose(&n, "maya", "bob", "2026-02-02", NULL),
                     NJ_E_NOTFOUND);
    assert_int_equal(propose(&n, "maya", "maya", "2026-02-02", NULL),
                     NJ_E_INVALID);
    assert_int_equal(propose(&n, "maya", "tom", NULL, NULL), NJ_E_INVALID);
    assert_true(says(&n, "what do you give?"));
    assert_int_equal(propose(&n, "maya", "tom", "someday", NULL), NJ_E_INVALID);
    assert_true(says(&n, "'someday' is no time"));
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-03..2026-02-03", NULL),
                     NJ_E_INVALID);
    assert_int_equal(propose(&n, "maya", "tom", "2026-01-03", NULL),
                     NJ_E_STATE);
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-03 20:00", NULL),
                     NJ_E_STATE);
    assert_true(says(&n, "maya is not on call in s at 2026-02-03 20:00"));
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02 18:00..2026-02-05",
                             "2026-02-03 18:00..2026-02-06"),
                     NJ_E_INVALID);
    assert_true(says(&n, "overlap"));
    assert_int_equal(answer(&n, "tom", "swap accept", 1), NJ_E_NOTFOUND);
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

static void nothing_changes_before_the_other_says_yes(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02", "2026-02-03"), 0);
    assert_string_equal(night_said(&n), "12:00 tom email news\n");
    assert_string_equal(n.headline, "maya asks you to swap shifts in s (swap "
                                    "1)");
    assert_non_null(strstr(n.note, "tom takes s: Mon 2 Feb 18:00 until Tue 3 "
                                   "Feb 18:00"));
    assert_string_equal(four_nights(&n), "maya tom maya tom ");
    assert_int_equal(answer(&n, "maya", "swap accept", 1), NJ_E_DENIED);
    assert_true(says(&n, "only tom can do that"));
    assert_int_equal(answer(&n, "root", "swap accept", 1), NJ_E_DENIED);
    assert_int_equal(answer(&n, "ana", "swap decline", 1), NJ_E_DENIED);
    assert_string_equal(four_nights(&n), "maya tom maya tom ");
    night_close(&n);
}

static void a_yes_moves_both_halves_and_is_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02", "2026-02-03"), 0);
    (void)night_said(&n);
    assert_int_equal(answer(&n, "tom", "swap accept", 1), 0);
    assert_string_equal(night_said(&n), "12:00 maya email news\n");
    assert_string_equal(n.headline, "tom says yes: swap 1 in s");
    assert_string_equal(four_nights(&n), "tom maya maya tom ");
    assert_int_equal(answer(&n, "tom", "swap accept", 1), NJ_E_NOTFOUND);
    assert_true(night_told(&n, "swap 0 swap 1 accepted by tom"));
    night_restart(&n);
    assert_string_equal(four_nights(&n), "tom maya maya tom ");
    night_pass(&n, "31h"); /* Monday 19:00 */
    night_post(&n, "You are all worthless idiots and I hate you");
    assert_string_equal(night_said(&n), "19:00 tom desktop call\n");
    night_close(&n);
}

static void a_day_may_be_said_by_its_name(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "tomorrow", "tue"), 0);
    assert_true(says(&n, "\"give\":{\"from\":\"2026-02-02T18:00:00Z\""));
    assert_true(says(&n, "\"take\":{\"from\":\"2026-02-03T18:00:00Z\""));
    night_close(&n);
}

static void one_may_be_asked_for_nothing_in_return(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "ana", "2026-02-02 20:00", NULL), 0);
    assert_string_equal(n.headline, "maya asks you to take a shift in s (swap "
                                    "1)");
    assert_int_equal(answer(&n, "ana", "swap accept", 1), 0);
    assert_string_equal(four_nights(&n), "ana tom maya tom ");
    night_close(&n);
}

static void a_no_and_a_withdrawal_change_nothing_and_are_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02", "2026-02-03"), 0);
    assert_int_equal(propose(&n, "maya", "ana", "2026-02-04", NULL), 0);
    (void)night_said(&n);
    assert_int_equal(answer(&n, "tom", "swap decline", 1), 0);
    assert_string_equal(night_said(&n), "12:00 maya email news\n");
    assert_string_equal(n.headline, "tom declined swap 1 in s");
    assert_int_equal(answer(&n, "ana", "swap cancel", 2), NJ_E_DENIED);
    assert_int_equal(answer(&n, "maya", "swap cancel", 2), 0);
    assert_string_equal(night_said(&n), "12:00 ana email news\n");
    assert_string_equal(four_nights(&n), "maya tom maya tom ");
    assert_int_equal(answer(&n, "tom", "swap list", 0), 0);
    assert_true(says(&n, "[]"));
    night_close(&n);
}

static void what_nobody_answers_lapses_also_over_a_restart(void **state)
{
    struct night n;

    (void)state; /* what is given begins before three days are over */
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02", "2026-02-03"), 0);
    assert_true(says(&n, "\"expires\":\"2026-02-02T18:00:00Z\""));
    (void)night_said(&n);
    night_restart(&n);
    assert_int_equal(answer(&n, "tom", "swap list", 0), 0);
    assert_true(says(&n, "\"id\":1"));
    assert_true(says(&n, "\"note\":\"opera\""));
    night_pass(&n, "29h");
    assert_string_equal(night_said(&n), "");
    night_pass(&n, "1h");
    assert_string_equal(night_said(&n),
                        "18:00 maya email news\n18:00 tom email news\n");
    assert_true(night_told(&n, "swap 0 swap 1 of maya with tom lapsed"));
    assert_int_equal(answer(&n, "tom", "swap accept", 1), NJ_E_NOTFOUND);
    assert_string_equal(four_nights(&n), "maya tom maya tom ");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-04", NULL), 0);
    assert_true(says(&n, "\"id\":2"));
    night_close(&n);
}

static void when_things_have_changed_none_of_the_halves_moves(void **state)
{
    struct night n;
    struct nj_command away = {.verb = "override add",
                              .actor = "tom",
                              .person = "ana",
                              .instead_of = "tom",
                              .for_ms = 86400000};

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "tom", "2026-02-02", "2026-02-03"), 0);
    assert_int_equal(
        nj_time_read(NULL, "2026-02-03 18:00", NJ_FOLD_FIRST, &away.from_ms),
        0);
    assert_int_equal(night_command(&n, &away), 0);
    assert_int_equal(answer(&n, "tom", "swap accept", 1), NJ_E_STATE);
    assert_true(says(&n, "tom is not on call then any more"));
    assert_string_equal(four_nights(&n), "maya ana maya tom ");
    night_close(&n);
}

static void a_reload_that_removes_one_of_them_ends_it(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-01 12:00");
    assert_int_equal(propose(&n, "maya", "ana", "2026-02-02", NULL), 0);
    (void)night_said(&n);
    night_replan(&n, ana_is_gone);
    night_pass(&n, "1s");
    assert_string_equal(night_said(&n), "12:00 maya email news\n");
    assert_true(night_told(&n, "swap 0 swap 1 of maya with ana lapsed"));
    assert_int_equal(answer(&n, "maya", "swap list", 0), 0);
    assert_true(says(&n, "[]"));
    night_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_swap_is_refused),
        cmocka_unit_test(nothing_changes_before_the_other_says_yes),
        cmocka_unit_test(a_yes_moves_both_halves_and_is_told),
        cmocka_unit_test(a_day_may_be_said_by_its_name),
        cmocka_unit_test(one_may_be_asked_for_nothing_in_return),
        cmocka_unit_test(a_no_and_a_withdrawal_change_nothing_and_are_told),
        cmocka_unit_test(what_nobody_answers_lapses_also_over_a_restart),
        cmocka_unit_test(when_things_have_changed_none_of_the_halves_moves),
        cmocka_unit_test(a_reload_that_removes_one_of_them_ends_it),
    };

    return cmocka_run_group_tests_name("swaps", tests, NULL, NULL);
}
