/* DESIGN 9, row by row: each decision about paging has its night here. What
 * needs no night stands in tests/unit: shifts found by their real boundaries,
 * hourly rotations, `skip: masked` (oncall); the sentences and every arrow of
 * the climb (escalate). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define HOUSE                                                                  \
    "brands:\n"                                                                \
    "  acme: {title: Acme Air, timezone: Europe/London, team: social,\n"       \
    "         open: [mon-fri 08:00-18:00],\n"                                  \
    "         holidays: [2026-02-04]}\n"                                       \
    "people:\n"                                                                \
    "  maya: {email: maya@example.org, desktop: maya,\n"                       \
    "         sms: '+447700900123', rules: {critical: [desktop, 7m sms]}}\n"   \
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"            \
    "  ana: {email: ana@example.org, rules: {critical: [email]}}\n"            \
    "teams:\n"                                                                 \
    "  social: {people: [maya, tom], owner: ana}\n"                            \
    "channels:\n"                                                              \
    "  desk: {type: sms-webhook, style: twilio,\n"                             \
    "         account: AC00000000000000000000000000000000,\n"                  \
    "         token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n"              \
    "  sms: {type: sms-webhook, style: twilio,\n"                              \
    "        account: AC00000000000000000000000000000000,\n"                   \
    "        token: {env: NIGHT_TOKEN}, from: '+15005550006'}\n"

#define TWO_STEPS                                                              \
    "policies:\n"                                                              \
    "  night:\n"                                                               \
    "    steps: [{page: [schedule/s], wait: 5m},\n"                            \
    "            {page: [person/tom], wait: 5m}]\n"                            \
    "    ack_expires: 1h\n"                                                    \
    "    last_resort: person/ana\n"

#define RULE                                                                   \
    "rules:\n"                                                                 \
    "  - name: offensive\n"                                                    \
    "    match: {place: [own-page], offensive: 0.6}\n"                         \
    "    severity: critical\n"                                                 \
    "    policy: night\n"

#define ROTA(layer)                                                            \
    "schedules:\n  s: {timezone: Europe/London, handover: false,\n"            \
    "      layers: [" layer "]}\n"

#define MAYA "{rotate: weekly, starts: 2026-01-05 18:00, people: [maya]}"
#define DAILY(at) "{rotate: daily, starts: " at ", people: [maya, tom]}"

static const char plain[] = HOUSE ROTA(MAYA)
TWO_STEPS RULE;
static const char nasty[] = "You are all worthless idiots and I hate you";
static const char nastier[] = "What a bunch of stupid pathetic morons you are";

/* Whom a post at this moment wakes: the first line of what is said. */
static void assert_wakes(struct night *n, const char *person)
{
    char line[64];
    const char *said;

    night_post(n, n->posts % 2 == 0 ? nasty : nastier);
    said = night_said(n);
    (void)snprintf(line, sizeof line, " %s ", person);
    if (strstr(said, line) == NULL) {
        fail_msg("not %s was woken: %s", person, said);
    }
}

/* ---- the clock ---------------------------------------------------------- */

static void a_handoff_in_the_skipped_hour_is_at_its_end(void **state)
{
    struct night n;

    (void)state; /* 29 March 2026: 01:00 becomes 02:00 */
    night_open(&n, HOUSE ROTA(DAILY("2026-03-28 01:30")) TWO_STEPS RULE,
               "2026-03-29 00:59");
    assert_wakes(&n, "maya");
    night_pass(&n, "1m");
    assert_wakes(&n, "tom");
    night_pass(&n, "23h30m"); /* 30 March 01:30 */
    assert_wakes(&n, "maya");
    night_close(&n);
}

static void a_handoff_in_the_repeated_hour_is_at_its_first_showing(void **state)
{
    struct night n;

    (void)state; /* 25 October 2026: 02:00 becomes 01:00 */
    night_open(&n, HOUSE ROTA(DAILY("2026-10-24 01:30")) TWO_STEPS RULE,
               "2026-10-25 01:29");
    assert_wakes(&n, "maya");
    night_pass(&n, "1m");
    assert_wakes(&n, "tom");
    night_pass(&n, "1h"); /* 01:30 again: no second handoff */
    assert_wakes(&n, "tom");
    night_pass(&n, "23h59m");
    assert_wakes(&n, "tom");
    night_pass(&n, "1m");
    assert_wakes(&n, "maya");
    night_close(&n);
}

static void the_thirty_first_falls_on_the_last_day(void **state)
{
    struct night n;

    (void)state;
    night_open(&n,
               HOUSE ROTA("{rotate: monthly, starts: 2026-01-31 18:00, "
                          "people: [maya, tom]}") TWO_STEPS RULE,
               "2026-02-28 17:59");
    assert_wakes(&n, "maya");
    night_pass(&n, "1m");
    assert_wakes(&n, "tom");
    night_close(&n);
}

static void a_masked_out_turn_is_used_up(void **state)
{
    struct night n;

    (void)state; /* daily from Friday; weekend masked out: Monday is turn 4 */
    night_open(&n,
               HOUSE ROTA("{rotate: daily, starts: 2026-01-30 18:00, "
                          "people: [maya, tom], only: [mon-fri 18:00-08:00]}")
                   TWO_STEPS RULE,
               "2026-01-30 19:00");
    assert_wakes(&n, "maya");
    night_pass(&n, "3d");
    assert_wakes(&n, "tom");
    night_close(&n);
}

/* ---- overrides ---------------------------------------------------------- */

static struct nj_command stand_in(const char *person, const char *instead_of)
{
    return (struct nj_command){.verb = "override add",
                               .actor = "ana",
                               .person = person,
                               .instead_of = instead_of,
                               .for_ms = 3600000};
}

static void the_latest_override_wins(void **state)
{
    struct night n;
    struct nj_command first = stand_in("tom", "maya");
    struct nj_command second = stand_in("ana", "maya");

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    assert_int_equal(night_command(&n, &first), 0);
    night_pass(&n, "1m");
    assert_int_equal(night_command(&n, &second), 0);
    assert_wakes(&n, "ana");
    night_close(&n);
}

static void an_override_that_leaves_nobody_needs_force_and_is_told(void **state)
{
    struct night n;
    struct nj_command gap = stand_in(NULL, "maya");

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    assert_int_equal(night_command(&n, &gap), NJ_E_DENIED);
    assert_non_null(strstr(nj_buf_text(&n.reply), "nobody would be on call"));
    gap.force = 1;
    assert_int_equal(night_command(&n, &gap), 0);
    assert_true(night_told(&n, "gap 0 s: nobody is on call from 2026-02-03"));
    assert_wakes(&n, "tom"); /* step 1 has nobody */
    night_close(&n);
}

static void an_override_for_so_long_counts_from_its_beginning(void **state)
{
    struct night n;
    struct nj_command later = stand_in("tom", "maya");

    (void)state;
    night_open(&n, plain, "2026-02-03 19:00");
    later.from_ms = night_now(&n) + 2 * 3600000;
    assert_int_equal(night_command(&n, &later), 0);
    assert_wakes(&n, "maya");
    night_pass(&n, "2h30m");
    (void)night_said(&n);
    assert_wakes(&n, "tom");
    night_close(&n);
}

/* ---- nobody ------------------------------------------------------------- */

static void a_step_with_nobody_is_skipped_at_once(void **state)
{
    struct night n;

    (void)state;
    night_open(&n,
               HOUSE ROTA("{rotate: daily, starts: 2026-01-05 18:00, "
                          "people: [maya], only: [sat-sun 00:00-24:00]}")
                   TWO_STEPS RULE,
               "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom email call\n");
    assert_true(night_told(&n, "skipped 1 step 1 of 2: nobody on call"));
    night_close(&n);
}

static void
with_nobody_anywhere_last_resort_and_owner_hear_at_once(void **state)
{
    struct night n;

    (void)state;
    night_open(&n,
               HOUSE "schedules:\n"
                     "  s: {timezone: Europe/London, layers: [{rotate: daily, "
                     "starts: 2026-01-05 18:00, people: [maya], "
                     "only: [sat-sun 00:00-24:00]}]}\n"
                     "policies:\n"
                     "  night: {steps: [{page: [schedule/s], wait: 5m}],\n"
                     "          last_resort: person/tom}\n" RULE,
               "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom email call\n"
                                        "23:00 ana email call\n");
    assert_string_equal(night_state(&n, 2), "open"); /* an alert of its own */
    assert_true(night_told(&n, "last_resort 1"));
    assert_true(night_told(&n, "alarm 2 An alert reached nobody"));
    night_close(&n);
}

static void who_has_no_contact_counts_as_nobody_and_is_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n,
               "brands:\n  acme: {timezone: Europe/London, team: social}\n"
               "people:\n  maya: {name: Maya Osei}\n"
               "  tom: {email: tom@example.org}\n"
               "teams:\n  social: {people: [maya, tom]}\n"
               "policies:\n"
               "  night: {steps: [{page: [person/maya], wait: 5m},\n"
               "                  {page: [person/tom], wait: 5m}]}\n" RULE,
               "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom email call\n");
    assert_true(night_told(&n, "skipped 1 maya has no working contact"));
    night_close(&n);
}

/* ---- answers ------------------------------------------------------------ */

static void who_acknowledges_is_named_to_all_who_were_paged(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post(&n, nasty);
    night_pass(&n, "8m"); /* maya by desktop and sms, tom by mail */
    (void)night_said(&n);
    assert_int_equal(night_do(&n, "ana", "ack", 1), 0);
    assert_string_equal(night_said(&n), "23:08 maya sms tell\n"
                                        "23:08 tom email tell\n");
    assert_non_null(strstr(n.note, "ana has it"));
    night_close(&n);
}

static void expired_it_pages_the_holder_and_who_is_now_on_call(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE ROTA(DAILY("2026-02-02 00:00")) TWO_STEPS RULE,
               "2026-02-03 23:30"); /* tom has it until midnight, then maya */
    night_post(&n, nasty);
    assert_int_equal(night_do(&n, "ana", "ack", 1), 0);
    (void)night_said(&n);
    night_pass(&n, "1h");
    assert_string_equal(night_said(&n), "00:30 maya desktop call\n"
                                        "00:30 ana email call\n");
    night_close(&n);
}

static void an_answer_to_an_older_page_still_answers(void **state)
{
    struct night n;
    int64_t id = 1;
    struct nj_command stale = {.verb = "escalate",
                               .actor = "tom",
                               .ids = &id,
                               .id_count = 1,
                               .generation = 1};

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_int_equal(night_do(&n, "maya", "ack", 1), 0);
    night_pass(&n, "1h"); /* expired: call 2 */
    assert_int_equal(night_command(&n, &stale), NJ_E_STALE);
    stale.verb = "ack";
    assert_int_equal(night_command(&n, &stale), 0);
    assert_string_equal(night_state(&n, 1), "acknowledged");
    night_close(&n);
}

static void a_stale_escalate_hears_who_has_it(void **state)
{
    struct night n;
    int64_t id = 1;
    struct nj_command stale = {.verb = "escalate",
                               .actor = "tom",
                               .ids = &id,
                               .id_count = 1,
                               .generation = 1};

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_int_equal(night_do(&n, "maya", "ack", 1), 0);
    night_pass(&n, "1h");
    assert_int_equal(night_do(&n, "maya", "ack", 1), 0);
    assert_int_equal(night_command(&n, &stale), NJ_E_STALE);
    assert_non_null(strstr(nj_buf_text(&n.reply), "maya has it"));
    night_close(&n);
}

static void a_page_under_way_is_not_tried_again_once_answered(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    n.failing = NJ_E_NET;
    night_post(&n, nasty);
    n.failing = 0;
    assert_int_equal(night_do(&n, "maya", "ack", 1), 0);
    (void)night_said(&n);
    night_pass(&n, "30m");
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

/* ---- edited meanwhile --------------------------------------------------- */

static void steps_are_a_snapshot_and_people_live(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post(&n, nasty);
    (void)night_said(&n);
    night_replan(
        &n, HOUSE ROTA("{rotate: weekly, starts: 2026-01-05 18:00, "
                       "people: [ana]}") "policies:\n"
                                         "  night: {steps: [{page: "
                                         "[person/ana], wait: 1m}]}\n" RULE);
    night_pass(&n, "6m");
    assert_string_equal(night_said(&n), "23:05 tom email call\n");
    assert_int_equal(night_do(&n, "tom", "ack", 1), 0);
    night_pass(&n, "1h"); /* by the snapshot's expiry, from its step 1 */
    assert_non_null(strstr(night_said(&n), "00:06 ana email call\n"));
    night_close(&n);
}

static void the_next_alert_follows_the_new_policy(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_replan(&n, HOUSE ROTA(MAYA) "policies:\n"
                                      "  night: {steps: [{page: [person/ana], "
                                      "wait: 1m}]}\n" RULE);
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 ana email call\n");
    night_close(&n);
}

static void personal_rules_run_on_while_the_policy_goes_on(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post(&n, nasty);
    night_pass(&n, "8m");
    assert_string_equal(night_said(&n), "23:00 maya desktop call\n"
                                        "23:05 tom email call\n"
                                        "23:07 maya sms call\n");
    night_close(&n);
}

/* ---- the same trouble --------------------------------------------------- */

static void assert_joins(const struct nj_post *one, const struct nj_post *two)
{
    struct night n;

    night_open(&n, plain, "2026-02-03 23:00");
    night_post_like(&n, one);
    (void)night_said(&n);
    night_post_like(&n, two);
    assert_string_equal(night_said(&n), "");
    assert_true(night_told(&n, "joined 1"));
    assert_string_equal(night_state(&n, 2), "none");
    night_close(&n);
}

static void same_thread_author_link_picture_or_text_joins(void **state)
{
    static const char *const pictures[] = {"https://example.org/p.jpg"};
    const struct nj_post ones[] = {
        {.author = "a", .text = nasty, .thread = "t1"},
        {.author = "troll", .text = nasty},
        {.author = "a", .text = "You worthless idiots https://e.org/x?a=1"},
        {.author = "a", .text = nasty, .media = pictures, .media_count = 1},
        {.author = "a",
         .text = "You are all worthless idiots and I hate you and all of "
                 "your stupid planes and your pathetic crews on them today"},
    };
    const struct nj_post twos[] = {
        {.author = "b", .text = nastier, .thread = "t1"},
        {.author = "troll", .text = nastier},
        {.author = "b",
         .text = "Pathetic stupid morons e.g. "
                 "https://www.e.org/x?a=1&utm_source=y"},
        {.author = "b", .text = nastier, .media = pictures, .media_count = 1},
        {.author = "b",
         .text = "You are all worthless idiots and I hate you and all of "
                 "your stupid planes and your pathetic crews on them TODAY!!"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++) {
        assert_joins(&ones[i], &twos[i]);
    }
}

#define RISES                                                                  \
    "rules:\n"                                                                 \
    "  - {name: r, match: {words: [plane]}, severity: low, policy: night}\n"

#define RISEN                                                                  \
    "rules:\n"                                                                 \
    "  - {name: r, match: {words: [plane]}, severity: critical,\n"             \
    "     policy: night}\n"

static void it_pages_again_only_when_severity_rises(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE ROTA(MAYA) TWO_STEPS RISES, "2026-02-03 23:00");
    night_post_as(&n, "fan", "a plane, another plane");
    (void)night_said(&n);
    night_post_as(&n, "fan", "the plane again");
    assert_string_equal(night_said(&n), "");
    night_replan(&n, HOUSE ROTA(MAYA) TWO_STEPS RISEN);
    night_post_as(&n, "fan", "a third plane");
    assert_non_null(strstr(night_said(&n), "23:00 maya desktop call\n"));
    assert_true(night_told(&n, "worse 1"));
    night_close(&n);
}

static void risen_while_held_only_the_holder_is_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, HOUSE ROTA(MAYA) TWO_STEPS RISES, "2026-02-03 23:00");
    night_post_as(&n, "fan", "a plane, another plane");
    assert_int_equal(night_do(&n, "tom", "ack", 1), 0);
    (void)night_said(&n);
    night_replan(&n, HOUSE ROTA(MAYA) TWO_STEPS RISEN);
    night_post_as(&n, "fan", "a third plane");
    assert_string_equal(night_said(&n), "23:00 tom email tell\n");
    night_close(&n);
}

static void what_comes_back_again_and_again_is_told_as_flapping(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    for (int i = 0; i < 3; i++) {
        night_post_as(&n, "troll", i % 2 == 0 ? nasty : nastier);
        assert_int_equal(night_do(&n, "maya", "resolve", 1), 0);
        assert_int_equal(night_told(&n, "flapping 1"), i == 2);
        night_pass(&n, "5m");
    }
    night_close(&n);
}

static void a_silenced_post_neither_reopens_nor_worsens(void **state)
{
    struct night n;
    struct nj_command mute = {
        .verb = "mute", .actor = "maya", .author = "troll", .for_ms = 600000};

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post_as(&n, "troll", nasty);
    assert_int_equal(night_do(&n, "maya", "resolve", 1), 0);
    assert_int_equal(night_command(&n, &mute), 0);
    (void)night_said(&n);
    night_post_as(&n, "troll", nastier);
    assert_string_equal(night_said(&n), "");
    assert_string_equal(night_state(&n, 1), "resolved");
    night_close(&n);
}

/* ---- channels ----------------------------------------------------------- */

static void a_dead_person_falls_back_to_email(void **state)
{
    struct night n;

    (void)state;
    night_open(&n,
               "brands:\n  acme: {timezone: Europe/London, team: social}\n"
               "people:\n"
               "  maya: {email: maya@example.org, desktop: maya,\n"
               "         rules: {critical: [desktop]}}\n"
               "teams:\n  social: {people: [maya]}\n"
               "policies:\n"
               "  night: {steps: [{page: [person/maya], wait: 2m}]}\n" RULE,
               "2026-02-03 23:00");
    n.failing = NJ_E_NET; /* tried again until the step ends, then given up */
    n.failing_channel = "desktop";
    night_post(&n, nasty);
    night_pass(&n, "12m");
    assert_true(night_told(&n, "retry 1 maya by desktop: not sent"));
    assert_true(night_told(&n, "failed 1 maya by desktop"));
    assert_non_null(strstr(night_said(&n), " maya email call\n"));
    night_close(&n);
}

/* ---- in hours ----------------------------------------------------------- */

static void in_hours_by_rule(const char *target, const char *said)
{
    char yaml[6000];
    struct night n;

    (void)snprintf(yaml, sizeof yaml, "%s    %s\n", plain, target);
    night_open(&n, yaml, "2026-02-03 10:00");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), said);
    night_close(&n);
}

static void in_hours_it_goes_where_the_rule_says(void **state)
{
    (void)state;
    in_hours_by_rule("", "10:00 maya email mail\n10:00 tom email mail\n");
    in_hours_by_rule("in_hours: policy/night", "10:00 maya desktop call\n");
    in_hours_by_rule("always: true", "10:00 maya desktop call\n");
}

static void a_holiday_is_out_of_hours(void **state)
{
    struct night n;

    (void)state; /* Wednesday, a holiday of the brand */
    night_open(&n, plain, "2026-02-04 10:00");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "10:00 maya desktop call\n");
    night_close(&n);
}

static void quiet_by_day_it_pages_when_it_goes_on_at_night(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 17:55");
    night_post_as(&n, "troll", nasty);
    (void)night_said(&n);
    night_pass(&n, "10m");
    n.throttle_until_ms = night_now(&n) + 600000;
    night_post_as(&n, "troll", nastier); /* its first page: not throttled */
    assert_string_equal(night_said(&n), "18:05 maya desktop call\n");
    night_close(&n);
}

static void who_acknowledged_a_quiet_alert_has_it_at_night_too(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 17:55");
    night_post_as(&n, "troll", nasty);
    assert_int_equal(night_do(&n, "tom", "ack", 1), 0);
    (void)night_said(&n);
    night_pass(&n, "10m");
    night_post_as(&n, "troll", nastier);
    assert_string_equal(night_said(&n), "");
    assert_string_equal(night_state(&n, 1), "acknowledged");
    night_close(&n);
}

static void a_snoozed_quiet_alert_sleeps_on_and_is_mailed_again(void **state)
{
    struct night n;
    int64_t id = 1;
    struct nj_command snooze = {.verb = "snooze",
                                .actor = "maya",
                                .ids = &id,
                                .id_count = 1,
                                .for_ms = 20 * 60000};

    (void)state;
    night_open(&n, plain, "2026-02-03 17:55");
    night_post_as(&n, "troll", nasty);
    assert_int_equal(night_command(&n, &snooze), 0);
    (void)night_said(&n);
    night_pass(&n, "10m");
    night_post_as(&n, "troll", nastier);
    assert_string_equal(night_said(&n), "");
    night_pass(&n, "10m");
    assert_string_equal(night_said(&n), "18:15 maya email mail\n"
                                        "18:15 tom email mail\n");
    night_close(&n);
}

static void resolved_at_night_again_by_day_is_mail(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 07:50");
    night_post_as(&n, "troll", nasty);
    assert_int_equal(night_do(&n, "maya", "resolve", 1), 0);
    (void)night_said(&n);
    night_pass(&n, "15m");
    night_post_as(&n, "troll", nastier);
    assert_string_equal(night_said(&n), "08:05 maya email mail\n"
                                        "08:05 tom email mail\n");
    assert_string_equal(night_state(&n, 1), "open");
    night_close(&n);
}

static void mail_outlasts_a_long_outage(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 10:00");
    n.failing = NJ_E_NET;
    night_post(&n, nasty);
    night_pass(&n, "5h");
    (void)night_said(&n);
    n.failing = 0;
    night_pass(&n, "10m");
    assert_non_null(strstr(night_said(&n), " maya email mail\n"));
    night_close(&n);
}

/* ---- restart ------------------------------------------------------------ */

static void what_came_due_while_down_runs_in_order_oldest_first(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, plain, "2026-02-03 23:00");
    night_post_as(&n, "a", nasty);
    night_pass(&n, "1m");
    night_post_as(&n, "b", nastier);
    (void)night_said(&n);
    night_down(&n, "30m");
    assert_string_equal(night_said(&n), "23:31 tom email call\n"
                                        "23:31 maya sms call\n"
                                        "23:31 tom email call\n"
                                        "23:31 maya sms call\n");
    night_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handoff_in_the_skipped_hour_is_at_its_end),
        cmocka_unit_test(
            a_handoff_in_the_repeated_hour_is_at_its_first_showing),
        cmocka_unit_test(the_thirty_first_falls_on_the_last_day),
        cmocka_unit_test(a_masked_out_turn_is_used_up),
        cmocka_unit_test(the_latest_override_wins),
        cmocka_unit_test(
            an_override_that_leaves_nobody_needs_force_and_is_told),
        cmocka_unit_test(an_override_for_so_long_counts_from_its_beginning),
        cmocka_unit_test(a_step_with_nobody_is_skipped_at_once),
        cmocka_unit_test(
            with_nobody_anywhere_last_resort_and_owner_hear_at_once),
        cmocka_unit_test(who_has_no_contact_counts_as_nobody_and_is_told),
        cmocka_unit_test(who_acknowledges_is_named_to_all_who_were_paged),
        cmocka_unit_test(expired_it_pages_the_holder_and_who_is_now_on_call),
        cmocka_unit_test(an_answer_to_an_older_page_still_answers),
        cmocka_unit_test(a_stale_escalate_hears_who_has_it),
        cmocka_unit_test(a_page_under_way_is_not_tried_again_once_answered),
        cmocka_unit_test(steps_are_a_snapshot_and_people_live),
        cmocka_unit_test(the_next_alert_follows_the_new_policy),
        cmocka_unit_test(personal_rules_run_on_while_the_policy_goes_on),
        cmocka_unit_test(same_thread_author_link_picture_or_text_joins),
        cmocka_unit_test(it_pages_again_only_when_severity_rises),
        cmocka_unit_test(risen_while_held_only_the_holder_is_told),
        cmocka_unit_test(what_comes_back_again_and_again_is_told_as_flapping),
        cmocka_unit_test(a_silenced_post_neither_reopens_nor_worsens),
        cmocka_unit_test(a_dead_person_falls_back_to_email),
        cmocka_unit_test(in_hours_it_goes_where_the_rule_says),
        cmocka_unit_test(a_holiday_is_out_of_hours),
        cmocka_unit_test(quiet_by_day_it_pages_when_it_goes_on_at_night),
        cmocka_unit_test(who_acknowledged_a_quiet_alert_has_it_at_night_too),
        cmocka_unit_test(a_snoozed_quiet_alert_sleeps_on_and_is_mailed_again),
        cmocka_unit_test(resolved_at_night_again_by_day_is_mail),
        cmocka_unit_test(mail_outlasts_a_long_outage),
        cmocka_unit_test(what_came_due_while_down_runs_in_order_oldest_first),
    };

    return cmocka_run_group_tests_name("the law", tests, NULL, NULL);
}
