/* What a good colleague says about a configuration: each kind of advice found,
 * said with what to write instead, and silenced where it is accepted. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/plan.h"
#include "oncall/advice.h"

#define BRAND                                                                  \
    "brands:\n"                                                                \
    "  acme: {timezone: Europe/London, open: [mon-fri 08:00-18:00], team: "    \
    "t,\n"                                                                     \
    "         holidays: [2026-04-03, 2026-05-25]}\n"                           \
    "teams: {t: {people: [tom], owner: tom}}\n"                                \
    "channels:\n"                                                              \
    "  email: {type: smtp, url: 'smtp://127.0.0.1', from: n@example.org}\n"    \
    "  desktop: {type: desktop}\n"                                             \
    "rules:\n"                                                                 \
    "  - {name: r, match: {offensive: 0.6}, severity: high, policy: p}\n"

#define PEOPLE                                                                 \
    "people:\n"                                                                \
    "  maya: {email: m@example.org}\n"                                         \
    "  tom: {email: t@example.org}\n"

#define POLICY(more)                                                           \
    "policies:\n"                                                              \
    "  p: {steps: [{page: [schedule/s], wait: 5m}], last_resort: "             \
    "person/tom" more "}\n"

#define NIGHTS                                                                 \
    "only: [mon-fri 18:00-08:00, sat-sun 00:00-24:00, mon 00:00-08:00]"

/* maya and tom by day: nothing is wrong but for holidays. */
#define FAIR                                                                   \
    "rotate: daily, starts: 2026-01-01 18:00, people: [maya, tom], " NIGHTS

#define SCHEDULE(layer, more)                                                  \
    "schedules:\n"                                                             \
    "  s: {timezone: Europe/London, layers: [{" layer "}]" more "}\n"

#define FINE BRAND PEOPLE POLICY("") SCHEDULE(FAIR, "")

enum { TEXT_BYTES = 1 << 16 };

static char said[TEXT_BYTES];

static void on_advice(void *ctx, const struct nj_advice *advice)
{
    size_t len = strlen(said);

    (void)ctx;
    (void)snprintf(said + len, sizeof said - len, "%s %d %s: %s\n",
                   nj_advice_name(advice->kind), advice->line,
                   advice->owner == NULL ? "-" : advice->owner, advice->text);
}

/* "kind line owner: text" a line, as seen on DATE. */
static const char *advice(const char *yaml, const char *date)
{
    struct nj_conf_input input = {yaml, strlen(yaml), "t.yaml", "/", NULL};
    struct nj_settings *settings = NULL;
    struct nj_problems problems;
    struct nj_names names = {0};
    struct nj_plan plan = {0};
    struct nj_buf text;
    int64_t now = 0;
    int code;

    assert_int_equal(nj_time_read(NULL, date, NJ_FOLD_FIRST, &now), 0);
    nj_problems_init(&problems);
    nj_buf_init(&text, TEXT_BYTES);
    code = nj_settings_read(&input, &settings, &problems);
    if (code == 0) {
        code = nj_plan_build(settings, &names, now, &plan, &problems);
    }
    nj_problems_print(&problems, &text);
    if (code != 0) {
        fail_msg("%s", nj_buf_text(&text));
    }
    said[0] = '\0';
    assert_int_equal(nj_advise(&plan, NULL, 0, now, on_advice, NULL), 0);
    nj_plan_finish(&plan);
    nj_settings_destroy(settings);
    nj_names_finish(&names);
    nj_problems_finish(&problems);
    nj_buf_finish(&text);
    return said;
}

static int has(const char *words)
{
    return strstr(said, words) != NULL;
}

static void of_a_sound_rota_nothing_is_said(void **state)
{
    (void)state;
    assert_string_equal(advice(FINE, "2026-06-01"), "");
}

static void hours_with_nobody_are_told_three_and_then_counted(void **state)
{
    (void)state;
    (void)advice(BRAND PEOPLE POLICY("")
                     SCHEDULE("rotate: daily, starts: 2026-01-01 18:00, "
                              "people: [maya, tom], only: [mon-fri "
                              "18:00-07:00, sat-sun 00:00-24:00, mon "
                              "00:00-08:00]",
                              ""),
                 "2026-06-01");
    assert_true(has("gap 16 tom: nobody is on call in schedule s from "
                    "2026-06-02T07:00:00+01:00 until 2026-06-02T08:00:00+01:00"
                    "; widen `only`"));
    assert_true(has("until 2026-06-04T08:00:00+01:00\n"));
    assert_false(has("until 2026-06-05T08:00:00+01:00"));
    assert_true(has("and 14 more such holes in schedule s in the next 30 days, "
                    "14h in all"));
    (void)advice(BRAND PEOPLE POLICY("")
                     SCHEDULE("people: [maya, tom], rotate: daily, starts: "
                              "2026-01-01 00:00, only: [sat-sun 00:00-24:00]",
                              ", accept: [gap]"),
                 "2026-06-01");
    assert_string_equal(said, "");
}

static void a_holiday_that_nobody_covers_is_told_two_months_ahead(void **state)
{
    (void)state;
    assert_string_equal(
        advice(FINE, "2026-03-28"),
        "holiday 16 tom: nobody is on call in schedule s from "
        "2026-04-03T08:00:00+01:00 until 2026-04-03T18:00:00+01:00, a holiday "
        "(closed): the brand is closed all day; write a layer with `join: "
        "true` for it, or an override\n"
        "holiday 16 tom: nobody is on call in schedule s from "
        "2026-05-25T08:00:00+01:00 until 2026-05-25T18:00:00+01:00, a holiday "
        "(closed)\n");
    assert_string_equal(advice(BRAND PEOPLE POLICY("")
                                   SCHEDULE(FAIR, ", accept: [holiday]"),
                               "2026-03-28"),
                        "");
}

static void
rotations_with_nobody_and_layers_that_are_over_are_told(void **state)
{
    (void)state;
    (void)advice(
        BRAND PEOPLE POLICY(
            "") "schedules:\n"
                "  s: {timezone: Europe/London, layers: [{" FAIR "},\n"
                "      {people: []}, {people: [maya, []], rotate: daily,\n"
                "       starts: 2030-01-01 00:00},\n"
                "      {people: [maya], ends: 2026-01-05 00:00}]}\n",
        "2026-06-01");
    assert_true(has("empty 16 tom: layer 2 of schedule s has nobody in it; "
                    "write who takes turns"));
    assert_true(has("empty 16 tom: turn 2 of layer 3 of schedule s"));
    assert_true(has("over 16 tom: layer 4 of schedule s is over; it can go"));
}

static void a_schedule_no_rule_leads_to_is_told(void **state)
{
    (void)state;
    (void)advice(FINE "  other: {timezone: Europe/London, layers: [{people: "
                      "[maya, tom], rotate: daily, starts: 2026-01-01 "
                      "00:00}], accept: [double]}\n",
                 "2026-06-01");
    assert_true(has("unpaged 17 maya: no rule's policy pages schedule other; "
                    "write `page: [schedule/other]`"));
    assert_false(has("double"));
}

static void who_cannot_be_reached_is_told_to_the_schedules_owner(void **state)
{
    (void)state;
    (void)advice(BRAND "people:\n"
                       "  maya: {}\n"
                       "  tom: {email: t@example.org}\n" POLICY("")
                           SCHEDULE(FAIR, ", owner: maya"),
                 "2026-06-01");
    assert_string_equal(said, "unreachable 11 maya: maya cannot be reached: "
                              "give them an email, sms or desktop\n");
    assert_string_equal(advice(BRAND "people:\n"
                                     "  maya: {accept: [unreachable]}\n"
                                     "  tom: {email: t@example.org}\n" POLICY(
                                         "") SCHEDULE(FAIR, ""),
                               "2026-06-01"),
                        "");
}

#define SLOW                                                                   \
    BRAND "people:\n"                                                          \
          "  maya: {email: m@example.org, desktop: m, rules: {critical: "      \
          "[desktop, 9m email]}}\n"                                            \
          "  tom: {email: t@example.org, desktop: t, rules: {critical: "       \
          "[desktop, 6m email]}}\n"

static void rules_slower_than_their_step_are_told_by_the_slowest(void **state)
{
    (void)state;
    assert_string_equal(
        advice(SLOW POLICY("") SCHEDULE(FAIR, ""), "2026-06-01"),
        "slow 14 tom: step 1 of policy p waits 5m, but maya's own rules take "
        "9m to their last contact (and others are too slow, too); write `wait: "
        "9m`, or shorter delays into their rules\n");
    assert_string_equal(advice(SLOW POLICY(", accept: [slow]")
                                   SCHEDULE(FAIR, ""),
                               "2026-06-01"),
                        "");
}

static void more_than_fourteen_nights_in_a_row_are_told(void **state)
{
    static const char fortnights[] = BRAND PEOPLE POLICY("")
        SCHEDULE("rotate: weekly, every: 2, starts: 2026-06-01 18:00, people: "
                 "[maya, tom], " NIGHTS,
                 "");
    static const char threes[] = BRAND PEOPLE POLICY("")
        SCHEDULE("rotate: weekly, every: 3, starts: 2026-06-01 18:00, people: "
                 "[maya, tom], " NIGHTS,
                 "");

    (void)state; /* 14 is fine, 21 is not */
    assert_string_equal(advice(fortnights, "2026-06-02"), "");
    (void)advice(threes, "2026-06-02");
    assert_string_equal(
        said, "nights 11 tom: maya is on call for 20 nights in a row from "
              "2026-06-02 (schedule s); put somebody else between, or write "
              "`accept: [nights]`\n");
    assert_string_equal(
        advice(BRAND PEOPLE POLICY("")
                   SCHEDULE("people: [maya], " NIGHTS, ", accept: [nights]"),
               "2026-06-01"),
        "");
}

static void somebody_in_two_places_at_once_is_told(void **state)
{
    (void)state;
    (void)advice(FINE "  other: {timezone: Europe/London, accept: [unpaged], "
                      "layers: [{people: [maya], rotate: daily, starts: "
                      "2026-01-01 00:00, only: [tue 20:00-21:00]}]}\n",
                 "2026-06-01");
    assert_string_equal(
        said, "double 11 tom: maya is on call in schedules s and other at once "
              "from 2026-06-02T20:00:00+01:00 on, 3h in the next 30 days; let "
              "somebody else have one of them, or write `accept: [double]`\n");
}

static void a_policy_without_last_resort_is_told(void **state)
{
    (void)state;
    (void)advice(BRAND PEOPLE SCHEDULE(FAIR, "") "policies:\n"
                                                 "  p: {steps: [{page: "
                                                 "[schedule/s]}], team: t}\n",
                 "2026-06-01");
    assert_string_equal(said,
                        "last_resort 16 tom: policy p has no last_resort: when "
                        "nobody is on call, only the team's owner is told; "
                        "write `last_resort: person/NAME`\n");
}

static void every_kind_can_be_accepted_by_its_name(void **state)
{
    char yaml[4096];

    (void)state; /* a name that conf/ does not know fails the reading */
    for (int k = 0; k < NJ_ADVICE_KINDS; k++) {
        (void)snprintf(yaml, sizeof yaml, "%s, accept: [%s]}\n",
                       BRAND PEOPLE POLICY(
                           "") "schedules:\n"
                               "  s: {timezone: Europe/London, layers: [{" FAIR
                               "}]",
                       nj_advice_name((enum nj_advice_kind)k));
        assert_string_equal(advice(yaml, "2026-06-01"), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_sound_rota_nothing_is_said),
        cmocka_unit_test(hours_with_nobody_are_told_three_and_then_counted),
        cmocka_unit_test(a_holiday_that_nobody_covers_is_told_two_months_ahead),
        cmocka_unit_test(
            rotations_with_nobody_and_layers_that_are_over_are_told),
        cmocka_unit_test(a_schedule_no_rule_leads_to_is_told),
        cmocka_unit_test(who_cannot_be_reached_is_told_to_the_schedules_owner),
        cmocka_unit_test(rules_slower_than_their_step_are_told_by_the_slowest),
        cmocka_unit_test(more_than_fourteen_nights_in_a_row_are_told),
        cmocka_unit_test(somebody_in_two_places_at_once_is_told),
        cmocka_unit_test(every_kind_can_be_accepted_by_its_name),
        cmocka_unit_test(a_policy_without_last_resort_is_told),
    };

    return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}
