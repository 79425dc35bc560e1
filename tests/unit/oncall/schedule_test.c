/* Layers and overrides together. */

#include "rota.h"

static const struct nj_civil monday_0 = {2026, 1, 5, 0, 0, 0};

/* ana all the time */
static void just_ana(void)
{
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
}

static void an_override_of_somebody_off_duty_counts_for_nothing(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-04", "cai", "bo");
    assert_string_equal(who("2026-02-03 12:00"), "ana");
}

static void an_override_of_another_schedule_is_passed_over(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-04", "cai", "ana");
    overrides[0].schedule = "another";
    assert_string_equal(who("2026-02-03 12:00"), "ana");
}

static void an_override_that_ends_before_it_starts_is_nothing(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-04", "2026-02-03", "cai", "ana");
    assert_string_equal(shifts("2026-02-02", "2026-02-06"), "02-02 00:00 ana");
}

static void a_later_layer_wins_wherever_it_has_someone(void **state)
{
    (void)state;
    in("Europe/London", 2);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
    only(layer(1, NJ_ROTATE_WEEKLY, monday_0, bo_alone, 1), nights, 1);
    assert_string_equal(shifts("2026-02-03 12:00", "2026-02-04 12:00"),
                        "02-03 12:00 ana, 02-03 18:00 bo, 02-04 08:00 ana");
}

static void a_joining_layer_adds_to_those_below(void **state)
{
    (void)state;
    in("Europe/London", 3);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
    only(layer(1, NJ_ROTATE_WEEKLY, monday_0, bo_alone, 1), nights, 1);
    layer(2, NJ_ROTATE_WEEKLY, monday_0, cai_alone, 1)->join = 1;
    assert_string_equal(
        shifts("2026-02-03 12:00", "2026-02-04 12:00"),
        "02-03 12:00 ana+cai, 02-03 18:00 bo+cai, 02-04 08:00 ana+cai");
}

static void a_layer_above_hides_the_joining_one_too(void **state)
{
    (void)state;
    in("Europe/London", 3);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
    layer(1, NJ_ROTATE_WEEKLY, monday_0, cai_alone, 1)->join = 1;
    only(layer(2, NJ_ROTATE_WEEKLY, monday_0, bo_alone, 1), nights, 1);
    assert_string_equal(
        shifts("2026-02-03 12:00", "2026-02-04 12:00"),
        "02-03 12:00 ana+cai, 02-03 18:00 bo, 02-04 08:00 ana+cai");
}

static void joining_somebody_who_is_there_changes_nothing(void **state)
{
    (void)state;
    in("Europe/London", 2);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
    layer(1, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1)->join = 1;
    assert_string_equal(who("2026-02-03 12:00"), "ana");
}

static void handoffs_of_a_hidden_layer_are_no_edges(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 2);
    layer(0, NJ_ROTATE_HOURLY, monday_0, ana_bo, 2);
    layer(1, NJ_ROTATE_WEEKLY, monday_0, cai_alone, 1);
    nj_oncall_span(&rota, at("2026-02-03 12:30"), &now);
    assert_true(now.since_ms == at("2026-01-05"));
    assert_true(now.until_ms == INT64_MAX);
}

static void an_override_replaces_only_while_the_other_is_on_call(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1), nights, 1);
    over("2026-02-03 12:00", "2026-02-05 20:00", "bo", "ana");
    assert_string_equal(
        shifts("2026-02-03", "2026-02-06 12:00"),
        "02-03 00:00 ana, 02-03 08:00 -, 02-03 18:00 bo, 02-04 08:00 -, "
        "02-04 18:00 bo, 02-05 08:00 -, 02-05 18:00 bo, 02-05 20:00 ana, "
        "02-06 08:00 -");
}

static void without_instead_of_it_adds(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1), nights, 1);
    over("2026-02-03 12:00", "2026-02-03 20:00", "bo", NULL);
    assert_string_equal(
        shifts("2026-02-03 10:00", "2026-02-03 22:00"),
        "02-03 10:00 -, 02-03 12:00 bo, 02-03 18:00 ana+bo, 02-03 20:00 ana");
}

static void without_person_it_takes_away(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 1, 26, 0, 0, 0},
          ana_pair, 2);
    over("2026-02-03 12:00", "2026-02-03 20:00", NULL, "dee");
    assert_string_equal(shifts("2026-02-03", "2026-02-04"),
                        "02-03 00:00 dee+eli, 02-03 12:00 eli, "
                        "02-03 20:00 dee+eli");
}

static void the_latest_made_wins_where_two_overlap(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-05", "bo", "ana");
    over("2026-02-04", "2026-02-06", "cai", "ana");
    assert_string_equal(shifts("2026-02-02", "2026-02-07"),
                        "02-02 00:00 ana, 02-03 00:00 bo, 02-04 00:00 cai, "
                        "02-06 00:00 ana");
}

static void the_latest_is_by_when_it_was_made_not_by_place(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-05", "bo", "ana");
    over("2026-02-03", "2026-02-05", "cai", "ana");
    overrides[0].made_ms = 100;
    assert_string_equal(who("2026-02-04"), "bo");
    overrides[0].made_ms = overrides[1].made_ms; /* a tie: by id */
    assert_string_equal(who("2026-02-04"), "cai");
    overrides[0].id = 9;
    assert_string_equal(who("2026-02-04"), "bo");
}

static void chains_are_followed(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-06", "bo", "ana");
    over("2026-02-04", "2026-02-05", "cai", "bo");
    assert_string_equal(shifts("2026-02-02", "2026-02-07"),
                        "02-02 00:00 ana, 02-03 00:00 bo, 02-04 00:00 cai, "
                        "02-05 00:00 bo, 02-06 00:00 ana");
}

static void a_chain_made_backwards_ends_with_the_latest(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-06", "cai", "bo");
    over("2026-02-03", "2026-02-06", "bo", "ana");
    assert_string_equal(who("2026-02-04"), "bo");
}

static void a_duty_can_be_taken_back(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-06", "bo", "ana");
    over("2026-02-04", "2026-02-05", "ana", "bo");
    assert_string_equal(shifts("2026-02-02", "2026-02-07"),
                        "02-02 00:00 ana, 02-03 00:00 bo, 02-04 00:00 ana, "
                        "02-05 00:00 bo, 02-06 00:00 ana");
}

static void replacing_by_somebody_on_call_leaves_one(void **state)
{
    (void)state;
    in("Europe/London", 2);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, ana_alone, 1);
    layer(1, NJ_ROTATE_WEEKLY, monday_0, bo_alone, 1)->join = 1;
    over("2026-02-03", "2026-02-06", "bo", "ana");
    assert_string_equal(who("2026-02-04"), "bo");
}

static void somebody_taken_away_can_be_replaced_later(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-06", NULL, "ana");
    assert_string_equal(who("2026-02-04"), "-");
    over("2026-02-03", "2026-02-06", "cai", "ana");
    assert_string_equal(who("2026-02-04"), "cai");
}

static void what_was_added_can_be_taken_away(void **state)
{
    (void)state;
    just_ana();
    over("2026-02-03", "2026-02-06", "bo", NULL);
    over("2026-02-04", "2026-02-05", NULL, "bo");
    assert_string_equal(who("2026-02-03"), "ana+bo");
    assert_string_equal(who("2026-02-04"), "ana");
}

static void configured_overrides_come_before_those_made_at_run_time(void **s)
{
    static struct nj_override configured[1];

    (void)s;
    just_ana();
    configured[0] = (struct nj_override){.from_ms = at("2026-02-03"),
                                         .until_ms = at("2026-02-06"),
                                         .schedule = "s",
                                         .person = "bo",
                                         .instead_of = "ana"};
    schedule.overrides = configured;
    schedule.override_count = 1;
    assert_string_equal(who("2026-02-04"), "bo");
    over("2026-02-03", "2026-02-06", "cai", "ana");
    assert_string_equal(who("2026-02-04"), "cai");
}

static void an_override_is_absolute_whatever_the_clocks_do(void **state)
{
    struct nj_oncall now;

    (void)state;
    just_ana();
    over("2026-03-28 18:00", "2026-03-29 08:00", "bo", "ana");
    nj_oncall_at(&rota, at("2026-03-29 03:00"), &now);
    assert_string_equal(names(&now), "bo");
    assert_true(now.until_ms - now.since_ms == 13 * 3600000);
}

static void more_overrides_than_places_keep_the_latest(void **state)
{
    static struct nj_override many[600];

    (void)state;
    just_ana();
    for (size_t i = 0; i < 600; i++) {
        many[i] = (struct nj_override){.id = (int64_t)i,
                                       .from_ms = at("2026-02-03"),
                                       .until_ms = at("2026-02-04"),
                                       .schedule = "s",
                                       .person = i == 0 ? "cai" : "bo",
                                       .instead_of = "ana",
                                       .made_ms = (int64_t)(1000 - i)};
    }
    rota.overrides = many;
    rota.override_count = 600;
    assert_string_equal(who("2026-02-03 12:00"), "cai");
}

static void more_people_than_a_step_may_page_are_left_out(void **state)
{
    static const char *many[400];
    static char text[400][16];
    struct nj_turn crowd = {many, 400};
    struct nj_oncall now;

    (void)state;
    for (int i = 0; i < 400; i++) {
        (void)snprintf(text[i], sizeof text[i], "p%d", i);
        many[i] = text[i];
    }
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_0, &crowd, 1);
    over("2026-02-03", "2026-02-04", "ana", NULL);
    nj_oncall_at(&rota, at("2026-02-03 12:00"), &now);
    assert_int_equal(now.count, NJ_LIMIT_STEP_PEOPLE);
}

/* ---- shifts ---- */

static int stop(void *ctx, const struct nj_oncall *shift)
{
    (void)shift;
    *(int *)ctx += 1;
    return 7;
}

static void an_empty_range_has_no_shifts(void **state)
{
    (void)state;
    just_ana();
    assert_string_equal(shifts("2026-02-03", "2026-02-03"), "");
    assert_string_equal(shifts("2026-02-04", "2026-02-03"), "");
}

static void the_walk_can_be_stopped(void **state)
{
    int calls = 0;

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_DAILY, monday_0, ana_bo, 2);
    assert_int_equal(nj_oncall_shifts(&rota, at("2026-02-03"), at("2026-03-03"),
                                      stop, &calls),
                     7);
    assert_int_equal(calls, 1);
}

static void neighbours_with_the_same_people_are_merged(void **state)
{
    static const char *const eli_dee[] = {"eli", "dee"};
    static const struct nj_turn turns[] = {
        {dee_eli, 2}, {eli_dee, 2}, {ana, 1}};

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 2, 3, 0, 0, 0}, turns, 3);
    assert_string_equal(
        shifts("2026-02-03", "2026-02-07"),
        "02-03 00:00 dee+eli, 02-05 00:00 ana, 02-06 00:00 dee+eli");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_of_somebody_off_duty_counts_for_nothing),
        cmocka_unit_test(an_override_of_another_schedule_is_passed_over),
        cmocka_unit_test(an_override_that_ends_before_it_starts_is_nothing),
        cmocka_unit_test(a_later_layer_wins_wherever_it_has_someone),
        cmocka_unit_test(a_joining_layer_adds_to_those_below),
        cmocka_unit_test(a_layer_above_hides_the_joining_one_too),
        cmocka_unit_test(joining_somebody_who_is_there_changes_nothing),
        cmocka_unit_test(handoffs_of_a_hidden_layer_are_no_edges),
        cmocka_unit_test(an_override_replaces_only_while_the_other_is_on_call),
        cmocka_unit_test(without_instead_of_it_adds),
        cmocka_unit_test(without_person_it_takes_away),
        cmocka_unit_test(the_latest_made_wins_where_two_overlap),
        cmocka_unit_test(the_latest_is_by_when_it_was_made_not_by_place),
        cmocka_unit_test(chains_are_followed),
        cmocka_unit_test(a_chain_made_backwards_ends_with_the_latest),
        cmocka_unit_test(a_duty_can_be_taken_back),
        cmocka_unit_test(replacing_by_somebody_on_call_leaves_one),
        cmocka_unit_test(somebody_taken_away_can_be_replaced_later),
        cmocka_unit_test(what_was_added_can_be_taken_away),
        cmocka_unit_test(
            configured_overrides_come_before_those_made_at_run_time),
        cmocka_unit_test(an_override_is_absolute_whatever_the_clocks_do),
        cmocka_unit_test(more_overrides_than_places_keep_the_latest),
        cmocka_unit_test(more_people_than_a_step_may_page_are_left_out),
        cmocka_unit_test(an_empty_range_has_no_shifts),
        cmocka_unit_test(the_walk_can_be_stopped),
        cmocka_unit_test(neighbours_with_the_same_people_are_merged),
    };

    return cmocka_run_group_tests_name("schedule", tests, NULL, leave);
}
