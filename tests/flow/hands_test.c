/* Shifts that change hands by people's word: overrides, covers; who is told,
 * what stays written, what a reload and a restart do to them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"

#define BRAND                                                                  \
    "daemon: {ops: {advice: false}}\n"                                         \
    "brands:\n"                                                                \
    "  acme: {title: Acme Air, timezone: Europe/London, team: social}\n"

#define PERSON(name)                                                           \
    "  " name ": {email: " name "@example.org, desktop: " name                 \
    ", rules: {critical: [desktop], high: [desktop], low: [email]}}\n"

#define REST                                                                   \
    "teams:\n"                                                                 \
    "  social: {people: [maya], owner: maya}\n"                                \
    "channels:\n"                                                              \
    "  email: {type: smtp, url: 'smtp://127.0.0.1', from: n@example.org}\n"    \
    "  desktop: {type: desktop}\n"                                             \
    "schedules:\n"                                                             \
    "  s: {timezone: Europe/London,\n"                                         \
    "      layers: [{people: [maya], only: [mon-sun 18:00-08:00]}]}\n"         \
    "policies:\n"                                                              \
    "  night:\n"                                                               \
    "    steps: [{page: [schedule/s], wait: 5m}]\n"                            \
    "    repeat: 9\n"                                                          \
    "    last_resort: person/maya\n"                                           \
    "rules:\n"                                                                 \
    "  - {name: rude, match: {place: [own-page], offensive: 0.6},\n"           \
    "     severity: critical, policy: night}\n"

static const char house[] = BRAND "people:\n" PERSON("maya") PERSON("tom")
    PERSON("ana") "  eve: {}\n" REST;
static const char without_tom[] =
    BRAND "people:\n" PERSON("maya") PERSON("ana") "  eve: {}\n" REST;

static const char nasty[] = "You are all worthless idiots and I hate you";

static int says(const struct night *n, const char *part)
{
    return strstr(nj_buf_text(&n->reply), part) != NULL;
}

static int make(struct night *n,
                const char *actor,
                const char *person,
                const char *instead_of,
                int64_t for_ms)
{
    struct nj_command c = {.verb = "override add",
                           .actor = actor,
                           .person = person,
                           .instead_of = instead_of,
                           .for_ms = for_ms,
                           .text = "dentist"};

    return night_command(n, &c);
}

static int take_back(struct night *n, const char *actor, int64_t id, int force)
{
    struct nj_command c = {
        .verb = "override remove", .actor = actor, .id = id, .force = force};

    return night_command(n, &c);
}

static const char *list(struct night *n, const char *filter)
{
    struct nj_command c = {
        .verb = "override list", .actor = "ana", .filter = filter};

    assert_int_equal(night_command(n, &c), 0);
    return nj_buf_text(&n->reply);
}

static int cover(struct night *n,
                 const char *actor,
                 const char *person,
                 const char *from,
                 int64_t for_ms)
{
    struct nj_command c = {.verb = "cover",
                           .actor = actor,
                           .person = person,
                           .instead_of = from,
                           .for_ms = for_ms};

    return night_command(n, &c);
}

/* ---- override ------------------------------------------------------------ */

static void an_override_of_nobody_known_or_of_no_time_is_refused(void **state)
{
    struct night n;
    struct nj_command past = {.verb = "override add",
                              .actor = "ana",
                              .person = "tom",
                              .for_ms = 3600000};

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "bob", NULL, 3600000), NJ_E_NOTFOUND);
    assert_true(says(&n, "no person 'bob'"));
    assert_int_equal(make(&n, "ana", "tom", "tom", 3600000), NJ_E_INVALID);
    assert_int_equal(make(&n, "ana", NULL, NULL, 3600000), NJ_E_INVALID);
    assert_int_equal(make(&n, "ana", "tom", "maya", 0), NJ_E_INVALID);
    assert_int_equal(make(&n, "root", "me", "maya", 60000), NJ_E_NOTFOUND);
    assert_true(says(&n, "say who with --as"));
    past.from_ms = night_now(&n) - 7200000;
    assert_int_equal(night_command(&n, &past), NJ_E_INVALID);
    assert_true(says(&n, "over already"));
    assert_string_equal(list(&n, "all"), "[]");
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

static void who_gains_and_who_loses_is_told_but_not_who_did_it(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 7200000), 0);
    assert_string_equal(night_said(&n),
                        "23:00 tom desktop news\n23:00 maya desktop news\n");
    assert_string_equal(n.headline, "You are no longer on call in s");
    assert_non_null(strstr(n.note, "Tue 3 Feb 23:00 until Wed 4 Feb 01:00"));
    assert_non_null(strstr(n.note, "tom instead of maya on s by ana"));
    assert_non_null(strstr(n.note, "\"dentist\""));
    assert_int_equal(make(&n, "tom", "ana", "tom", 3600000), 0);
    assert_string_equal(night_said(&n), "23:00 ana desktop news\n");
    night_close(&n);
}

static void what_begins_later_is_told_quietly(void **state)
{
    struct night n;
    struct nj_command c = {.verb = "override add",
                           .actor = "tom",
                           .person = "tom",
                           .instead_of = "maya",
                           .for_ms = 3600000};

    (void)state;
    night_open(&n, house, "2026-02-03 12:00");
    c.from_ms = night_now(&n) + 8 * 3600000;
    assert_int_equal(night_command(&n, &c), 0);
    assert_string_equal(night_said(&n), "12:00 maya email news\n");
    night_close(&n);
}

static void what_changes_nothing_is_made_but_said(void **state)
{
    struct night n;

    (void)state; /* at noon nobody is on call */
    night_open(&n, house, "2026-02-03 12:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    assert_true(says(&n, "maya is not on call then"));
    assert_string_equal(night_said(&n), "");
    night_close(&n);
}

static void someone_without_contact_leaves_nobody(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "eve", "maya", 3600000), NJ_E_DENIED);
    assert_true(says(&n, "eve has no contact at all"));
    assert_string_equal(list(&n, "all"), "[]");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 maya desktop call\n");
    night_close(&n);
}

static void an_override_reaches_an_alert_that_climbs(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    night_post(&n, nasty);
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    (void)night_said(&n);
    assert_non_null(strstr(nj_buf_text(&n.story), "tom instead of maya"));
    night_pass(&n, "5m");
    assert_string_equal(night_said(&n), "23:05 tom desktop call\n");
    night_close(&n);
}

static void who_made_it_is_known_after_a_restart(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    night_restart(&n);
    (void)list(&n, NULL);
    assert_true(says(&n, "\"by\":\"ana\",\"note\":\"dentist\","
                         "\"state\":\"in force\""));
    (void)night_said(&n);
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom desktop call\n");
    night_close(&n);
}

static void the_trail_says_who_made_and_who_removed_and_when(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    night_pass(&n, "10m");
    assert_int_equal(take_back(&n, "maya", 1, 0), 0);
    assert_int_equal(take_back(&n, "maya", 1, 0), NJ_E_NOTFOUND);
    assert_string_equal(list(&n, NULL), "[]");
    night_restart(&n);
    (void)list(&n, "all");
    assert_true(says(&n, "\"made\":\"2026-02-03T23:00:00Z\",\"by\":\"ana\""));
    assert_true(says(&n, "\"removed\":\"2026-02-03T23:10:00Z\","
                         "\"removed_by\":\"maya\""));
    assert_true(night_told(&n, "override 0 override 1 removed by maya"));
    night_close(&n);
}

static void one_that_fills_a_hole_goes_only_by_force(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 12:00");
    assert_int_equal(make(&n, "ana", "tom", NULL, 3600000), 0);
    assert_int_equal(take_back(&n, "ana", 1, 0), NJ_E_DENIED);
    assert_true(says(&n, "without it nobody would be on call"));
    assert_int_equal(take_back(&n, "ana", 1, 1), 0);
    assert_true(night_told(&n, "gap 0 s: nobody is on call from"));
    night_close(&n);
}

static void news_that_no_agent_takes_comes_by_mail(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    n.failing = NJ_E_NOTFOUND;
    n.failing_channel = "desktop";
    assert_int_equal(make(&n, "tom", "tom", "maya", 3600000), 0);
    assert_string_equal(night_said(&n), "23:00 maya desktop news fails\n"
                                        "23:00 maya email news\n");
    night_close(&n);
}

/* ---- a reload ------------------------------------------------------------ */

static void one_that_names_somebody_who_is_gone_is_told_not_lost(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 86400000), 0);
    (void)night_said(&n);
    night_replan(&n, without_tom);
    night_pass(&n, "1s");
    assert_true(night_told(&n, "override 0 override 1 (tom instead of maya on "
                               "s) does not count"));
    assert_string_equal(night_said(&n),
                        "23:00 ana email news\n23:00 maya email news\n");
    (void)list(&n, NULL);
    assert_true(says(&n, "\"gone\":\"tom\""));
    night_post(&n, nasty); /* and maya's night is hers again, not nobody's */
    assert_string_equal(night_said(&n), "23:00 maya desktop call\n");
    night_restart(&n);
    (void)night_said(&n);
    night_replan(&n, house);
    night_pass(&n, "5m");
    assert_true(night_told(&n, "override 0 override 1 counts again"));
    assert_string_equal(night_said(&n), "23:05 tom desktop call\n");
    night_close(&n);
}

static void a_reload_that_changes_nobody_leaves_overrides_be(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    (void)night_said(&n);
    night_replan(&n, house);
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom desktop call\n");
    night_close(&n);
}

/* ---- cover --------------------------------------------------------------- */

static void a_cover_that_means_nothing_is_refused(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(cover(&n, "maya", NULL, NULL, 0), NJ_E_STATE);
    assert_true(says(&n, "maya is on call in s already"));
    assert_int_equal(cover(&n, "tom", NULL, "ana", 0), NJ_E_STATE);
    assert_true(says(&n, "ana is not on call in s now"));
    assert_int_equal(cover(&n, "maya", NULL, "me", 0), NJ_E_INVALID);
    assert_true(says(&n, "who takes over from maya?"));
    assert_int_equal(cover(&n, "root", NULL, NULL, 0), NJ_E_NOTFOUND);
    night_pass(&n, "13h"); /* nobody till 18:00: that is no shift to take */
    assert_string_equal(list(&n, "all"), "[]");
    night_close(&n);
}

static void i_take_it_from_now_and_the_one_relieved_is_told(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(cover(&n, "tom", NULL, NULL, 7200000), 0);
    assert_true(says(&n, "\"instead_of\":[\"maya\"],\"overrides\":[1]"));
    assert_string_equal(night_said(&n), "23:00 maya desktop news\n");
    night_post(&n, nasty);
    assert_string_equal(night_said(&n), "23:00 tom desktop call\n");
    night_do(&n, "tom", "resolve", 1);
    night_pass(&n, "2h");
    (void)night_said(&n);
    night_post(&n, "What a bunch of stupid pathetic morons you are");
    assert_string_equal(night_said(&n), "01:00 maya desktop call\n");
    night_close(&n);
}

static void without_a_length_it_lasts_as_long_as_the_shift(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(cover(&n, "tom", NULL, "maya", 0), 0);
    assert_true(says(&n, "\"until\":\"2026-02-04T08:00:00Z\""));
    night_close(&n);
}

static void you_take_mine_and_hear_what_is_open(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    night_post(&n, nasty);
    (void)night_said(&n);
    assert_int_equal(cover(&n, "maya", "tom", "me", 3600000), 0);
    assert_string_equal(night_said(&n), "23:00 tom desktop news\n");
    assert_string_equal(n.headline, "You are on call in s");
    assert_non_null(strstr(n.note, "Open now: 1."));
    night_pass(&n, "5m");
    assert_string_equal(night_said(&n), "23:05 tom desktop call\n");
    night_close(&n);
}

/* ---- who was, is and will be --------------------------------------------- */

static const char *
shifts(struct night *n, const char *filter, int64_t from_ms, int64_t until_ms)
{
    struct nj_command c = {.verb = "shifts",
                           .actor = "ana",
                           .filter = filter,
                           .from_ms = from_ms,
                           .until_ms = until_ms};

    (void)night_command(n, &c);
    return nj_buf_text(&n->reply);
}

static void shifts_to_come_have_the_overrides_made_by_hand(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    (void)shifts(&n, NULL, 0, 0);
    assert_true(says(&n, "\"shifts\":[{\"from\":\"2026-02-03T23:00:00+00:00\","
                         "\"until\":\"2026-02-04T00:00:00+00:00\","
                         "\"people\":[\"tom\"]},{"));
    assert_true(says(&n, "\"overrides\":[{\"id\":1,\"by\":\"ana\","));
    assert_string_equal(shifts(&n, NULL, 1, 1),
                        "--until must come after --from");
    night_close(&n);
}

static void shifts_gone_by_are_as_they_were(void **state)
{
    struct night n;
    int64_t start;

    (void)state; /* tom for ten minutes of what was to be an hour */
    night_open(&n, house, "2026-02-03 23:00");
    start = night_now(&n);
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    night_pass(&n, "10m");
    assert_int_equal(take_back(&n, "ana", 1, 0), 0);
    night_pass(&n, "2d"); /* and the roster has forgotten */
    night_restart(&n);
    (void)shifts(&n, NULL, start, start + 3600000);
    assert_true(says(&n, "\"until\":\"2026-02-03T23:10:00+00:00\","
                         "\"people\":[\"tom\"]},"));
    (void)shifts(&n, "fairness", start, start + 86400000);
    assert_true(says(&n, "{\"person\":\"tom\",\"hours\":0.17,"));
    assert_int_equal(cover(&n, "tom", NULL, NULL, 60000), 0);
    night_pass(&n, "1h");
    (void)shifts(&n, "fairness", night_now(&n) - 7200000, 0);
    assert_true(says(&n, "{\"person\":\"tom\",\"hours\":0.02,"));
    night_close(&n);
}

static void oncall_says_who_is_next_and_by_whose_word(void **state)
{
    struct night n;

    (void)state;
    night_open(&n, house, "2026-02-03 23:00");
    assert_int_equal(make(&n, "ana", "tom", "maya", 3600000), 0);
    assert_int_equal(night_do(&n, "ana", "oncall", 0), 0);
    assert_true(says(&n, "\"overrides\":[{\"id\":1,\"by\":\"ana\","
                         "\"person\":\"tom\",\"instead_of\":\"maya\"}]"));
    assert_true(says(&n, "\"next\":{\"people\":[\"maya\"],"
                         "\"since\":\"2026-02-04T00:00:00+00:00\""));
    night_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_of_nobody_known_or_of_no_time_is_refused),
        cmocka_unit_test(who_gains_and_who_loses_is_told_but_not_who_did_it),
        cmocka_unit_test(what_begins_later_is_told_quietly),
        cmocka_unit_test(what_changes_nothing_is_made_but_said),
        cmocka_unit_test(someone_without_contact_leaves_nobody),
        cmocka_unit_test(an_override_reaches_an_alert_that_climbs),
        cmocka_unit_test(who_made_it_is_known_after_a_restart),
        cmocka_unit_test(the_trail_says_who_made_and_who_removed_and_when),
        cmocka_unit_test(one_that_fills_a_hole_goes_only_by_force),
        cmocka_unit_test(news_that_no_agent_takes_comes_by_mail),
        cmocka_unit_test(one_that_names_somebody_who_is_gone_is_told_not_lost),
        cmocka_unit_test(a_reload_that_changes_nobody_leaves_overrides_be),
        cmocka_unit_test(a_cover_that_means_nothing_is_refused),
        cmocka_unit_test(i_take_it_from_now_and_the_one_relieved_is_told),
        cmocka_unit_test(without_a_length_it_lasts_as_long_as_the_shift),
        cmocka_unit_test(shifts_to_come_have_the_overrides_made_by_hand),
        cmocka_unit_test(shifts_gone_by_are_as_they_were),
        cmocka_unit_test(oncall_says_who_is_next_and_by_whose_word),
        cmocka_unit_test(you_take_mine_and_hear_what_is_open),
    };

    return cmocka_run_group_tests_name("shifts change hands", tests, NULL,
                                       NULL);
}
