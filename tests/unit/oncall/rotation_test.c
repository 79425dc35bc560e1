/* Turns of one layer. */

#include "rota.h"

static const struct nj_civil monday_18 = {2026, 1, 5, 18, 0, 0};

static void an_empty_rotation_has_nobody_on_call(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, NULL, 0);
    assert_string_equal(who("2026-02-03 12:00"), "-");
    in("Europe/London", 0);
    assert_string_equal(who("2026-02-03 12:00"), "-");
}

static void before_the_first_handoff_there_is_nobody(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo, 2);
    nj_oncall_at(&rota, at("2026-01-05 17:59:59"), &now);
    assert_int_equal(now.count, 0);
    assert_true(now.since_ms == INT64_MIN);
    assert_true(now.until_ms == at("2026-01-05 18:00"));
    assert_string_equal(who("2026-01-05 18:00"), "ana");
}

static void a_layer_is_silent_from_its_end_on(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo, 2)->ends =
        (struct nj_civil){2026, 1, 8, 9, 0, 0};
    assert_string_equal(who("2026-01-08 08:59:59"), "ana");
    nj_oncall_at(&rota, at("2026-01-08 09:00"), &now);
    assert_int_equal(now.count, 0);
    assert_true(now.until_ms == INT64_MAX);
}

static void a_layer_that_ends_before_it_starts_is_never(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_alone, 1)->ends =
        (struct nj_civil){2025, 1, 1, 0, 0, 0};
    assert_string_equal(shifts("2024-01-01", "2027-01-01"), "01-01 00:00 -");
    assert_string_equal(who("2026-02-01"), "-");
}

static void before_from_a_layer_is_silent_but_turns_are_counted(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo, 2)->from =
        (struct nj_civil){2026, 1, 14, 9, 0, 0};
    assert_string_equal(shifts("2026-01-05", "2026-01-20"),
                        "01-05 00:00 -, 01-14 09:00 bo, 01-19 18:00 ana");
}

static void a_from_before_the_first_handoff_changes_nothing(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo, 2)->from =
        (struct nj_civil){2025, 1, 1, 0, 0, 0};
    assert_string_equal(shifts("2026-01-01", "2026-01-13"),
                        "01-01 00:00 -, 01-05 18:00 ana, 01-12 18:00 bo");
}

static void a_layer_may_have_a_clock_of_its_own(void **state)
{
    static const struct nj_window day[] = {{ALL, 8 * 60, 16 * 60}};
    struct nj_zone *sydney = NULL;

    (void)state;
    in("Europe/London", 1);
    assert_int_equal(nj_zone_load(NULL, "Australia/Sydney", &sydney, NULL), 0);
    only(layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 4, 3, 8, 0, 0},
               ana_bo, 2),
         day, 1);
    layers[0].zone = sydney;
    layers[0].ends = (struct nj_civil){2026, 4, 6, 12, 0, 0};
    assert_string_equal(
        shifts("2026-04-03", "2026-04-09"), /* clocks go back on the 5th */
        "04-03 00:00 ana, 04-03 06:00 -, 04-03 22:00 bo, 04-04 06:00 -, "
        "04-04 23:00 ana, 04-05 07:00 -, 04-05 23:00 bo, 04-06 03:00 -");
    nj_zone_destroy(sydney);
}

static void a_turn_with_nobody_is_a_gap(void **state)
{
    static const struct nj_turn turns[] = {{ana, 1}, {NULL, 0}};

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_DAILY, monday_18, turns, 2);
    assert_string_equal(shifts("2026-01-06", "2026-01-08"),
                        "01-06 00:00 ana, 01-06 18:00 -, 01-07 18:00 ana");
}

static void weeks_hand_over_on_the_wall_clock(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo_cai, 3);
    assert_string_equal(
        shifts("2026-03-23", "2026-04-13"),
        "03-23 00:00 bo, 03-23 18:00 cai, 03-30 18:00 ana, 04-06 18:00 bo");
}

static void every_second_week(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_bo, 2)->every = 2;
    assert_string_equal(shifts("2026-01-06", "2026-02-17"),
                        "01-06 00:00 ana, 01-19 18:00 bo, 02-02 18:00 ana, "
                        "02-16 18:00 bo");
}

static void people_may_take_a_turn_together(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_WEEKLY, monday_18, ana_pair, 2);
    assert_string_equal(who("2026-01-14 12:00"), "dee+eli");
}

static void one_person_alone_never_hands_over(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_HOURLY, monday_18, ana_alone, 1);
    nj_oncall_at(&rota, at("2030-06-01"), &now);
    assert_true(now.since_ms == at("2026-01-05 18:00"));
    assert_true(now.until_ms == INT64_MAX);
}

static void a_long_shift_is_told_as_far_as_the_horizon(void **state)
{
    static const struct nj_turn same[] = {{ana, 1}, {ana, 1}};
    struct nj_oncall now;
    int64_t t;

    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_DAILY, monday_18, same, 2);
    t = at("2036-01-05 12:00");
    nj_oncall_at(&rota, t, &now);
    assert_true(now.since_ms < t - NJ_ONCALL_HORIZON_MS);
    assert_true(now.until_ms > t + NJ_ONCALL_HORIZON_MS);
}

static void a_monthly_handoff_on_the_31st_is_on_the_last_day(void **state)
{
    (void)state;
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_MONTHLY, (struct nj_civil){2027, 10, 31, 9, 0, 0},
          ana_bo, 2);
    assert_string_equal(
        shifts("2027-11-01", "2028-05-15"),
        "11-01 00:00 ana, 11-30 09:00 bo, 12-31 09:00 ana, 01-31 09:00 bo, "
        "02-29 09:00 ana, 03-31 09:00 bo, 04-30 09:00 ana");
}

static void the_second_0115_in_chicago_is_still_one_shift(void **state)
{
    struct nj_oncall now;
    int64_t second_ms;

    (void)state; /* GoAlert answers the shift that already ended here */
    in("America/Chicago", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 10, 1, 1, 30, 0}, ana_bo,
          2);
    second_ms = at("2026-11-01T01:15:00-06:00");
    nj_oncall_at(&rota, second_ms, &now);
    assert_true(now.since_ms == at("2026-11-01T01:30:00-05:00"));
    assert_true(now.since_ms <= second_ms && second_ms < now.until_ms);
    assert_true(now.until_ms == at("2026-11-02 01:30"));
    assert_string_equal(names(&now), "bo");
}

static void a_handoff_in_the_gap_is_at_its_end(void **state)
{
    (void)state;
    in("America/Chicago", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 3, 6, 2, 30, 0}, ana_bo,
          2);
    assert_string_equal(shifts("2026-03-07 03:00", "2026-03-09 03:00"),
                        "03-07 03:00 bo, 03-08 03:00 ana, 03-09 02:30 bo");
}

static void sao_paulos_missing_midnight_hands_over_at_one(void **state)
{
    (void)state;
    in("America/Sao_Paulo", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2018, 11, 1, 0, 0, 0}, ana_bo,
          2);
    assert_string_equal(shifts("2018-11-03", "2018-11-06"),
                        "11-03 00:00 ana, 11-04 01:00 bo, 11-05 00:00 ana");
}

static void cairos_missing_midnight_hands_over_at_one(void **state)
{
    (void)state;
    in("Africa/Cairo", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 4, 22, 0, 0, 0}, ana_bo,
          2);
    assert_string_equal(shifts("2026-04-23", "2026-04-26"),
                        "04-23 00:00 bo, 04-24 01:00 ana, 04-25 00:00 bo");
}

static void apias_missing_day_uses_up_its_turn(void **state)
{
    (void)state;
    in("Pacific/Apia", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2011, 12, 28, 0, 0, 0},
          ana_bo_cai, 3);
    assert_string_equal(shifts("2011-12-29", "2012-01-02"),
                        "12-29 00:00 bo, 12-31 00:00 ana, 01-01 00:00 bo");
}

static void dublins_winter_is_an_hour_longer(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Europe/Dublin", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 10, 1, 9, 0, 0}, ana_bo,
          2);
    nj_oncall_at(&rota, at("2026-10-24 12:00"), &now);
    assert_true(now.until_ms - now.since_ms == 25 * 3600000);
}

static void lord_howes_day_is_half_an_hour_longer(void **state)
{
    struct nj_oncall now;

    (void)state;
    in("Australia/Lord_Howe", 1);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 4, 1, 1, 45, 0}, ana_bo,
          2);
    nj_oncall_at(&rota, at("2026-04-05 12:00"), &now);
    assert_true(now.since_ms == at("2026-04-05T01:45:00+11:00"));
    assert_true(now.until_ms - now.since_ms == 24 * 3600000 + 1800000);
}

static void casablancas_ramadan_keeps_handoffs_on_the_wall(void **state)
{
    (void)state;
    in("Africa/Casablanca", 1);
    layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 2, 1, 9, 0, 0}, ana_bo,
          2);
    assert_string_equal(
        shifts("2026-02-09", "2026-03-10"),
        "02-09 00:00 bo, 02-15 09:00 ana, 02-22 09:00 bo, 03-01 09:00 ana, "
        "03-08 09:00 bo");
}

static void hours_are_counted_as_they_elapse(void **state)
{
    (void)state; /* 18:00, 02:00, 10:00 until the clocks go forward */
    in("Europe/London", 1);
    layer(0, NJ_ROTATE_HOURLY, (struct nj_civil){2026, 3, 27, 18, 0, 0},
          ana_bo_cai, 3)
        ->every = 8;
    assert_string_equal(
        shifts("2026-03-28 11:00", "2026-03-29 20:00"),
        "03-28 11:00 cai, 03-28 18:00 ana, 03-29 03:00 bo, 03-29 11:00 cai, "
        "03-29 19:00 ana");
}

static void a_masked_night_uses_up_its_turn(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 8, 18, 0, 0},
               ana_bo_cai, 3),
         nights, 1); /* Thursday ana, Friday bo, weekend masked */
    assert_string_equal(
        shifts("2026-01-08 18:00", "2026-01-13 08:00"),
        "01-08 18:00 ana, 01-09 08:00 -, 01-09 18:00 bo, 01-10 08:00 -, "
        "01-12 18:00 bo");
}

static void with_skip_masked_only_nights_of_duty_count(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 8, 18, 0, 0},
               ana_bo_cai, 3),
         nights, 1);
    layers[0].skip_masked = 1;
    assert_string_equal(
        shifts("2026-01-08 18:00", "2026-01-13 08:00"),
        "01-08 18:00 ana, 01-09 08:00 -, 01-09 18:00 bo, 01-10 08:00 -, "
        "01-12 18:00 cai");
}

static void with_skip_masked_every_counts_the_days_of_duty(void **state)
{
    static const struct nj_window workdays[] = {{WORKDAYS, 0, 1440}};

    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 7, 0, 0, 0},
               ana_bo, 2),
         workdays, 1); /* Wednesday */
    layers[0].skip_masked = 1;
    layers[0].every = 2;
    assert_string_equal(shifts("2026-01-07", "2026-01-15"),
                        "01-07 00:00 ana, 01-09 00:00 bo, 01-10 00:00 -, "
                        "01-12 00:00 bo, 01-13 00:00 ana");
}

static void with_skip_masked_two_share_a_fourteen_hour_night(void **state)
{
    static const struct nj_window all_nights[] = {{ALL, 18 * 60, 8 * 60}};

    (void)state;
    in("Asia/Kolkata", 1);
    only(layer(0, NJ_ROTATE_HOURLY, (struct nj_civil){2026, 1, 7, 18, 0, 0},
               ana_bo, 2),
         all_nights, 1);
    layers[0].skip_masked = 1;
    layers[0].every = 7;
    assert_string_equal(
        shifts("2026-02-03 18:00", "2026-02-04 20:00"),
        "02-03 18:00 ana, 02-04 01:00 bo, 02-04 08:00 -, 02-04 18:00 ana");
}

static void skip_masked_survives_clock_changes_of_ten_years(void **state)
{
    (void)state; /* hours met by a mask on the wall clock, counted by spans */
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_HOURLY, (struct nj_civil){2016, 1, 4, 0, 0, 0},
               ana_bo, 2),
         nights, 1);
    layers[0].skip_masked = 1;
    for (int hour = 18; hour < 24; hour++) {
        char now[32];
        char next[32];

        (void)snprintf(now, sizeof now, "2026-07-01 %02d:30", hour);
        (void)snprintf(next, sizeof next, "2026-07-01 %02d:30", hour + 1);
        assert_true(strcmp(who(now), "ana") == 0 ||
                    strcmp(who(now), "bo") == 0);
        if (hour < 23) {
            assert_int_equal(strcmp(who(now), "ana") == 0,
                             strcmp(who(next), "bo") == 0);
        }
    }
}

static void sixteen_hour_nights_are_one_shift(void **state)
{
    static const struct nj_window w[] = {{ALL, 17 * 60, 9 * 60}};
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 1, 5, 0, 0, 0},
               ana_alone, 1),
         w, 1);
    nj_oncall_at(&rota, at("2026-02-03 03:00"), &now);
    assert_true(now.until_ms - now.since_ms == 16 * 3600000);
}

static void a_rotation_may_start_in_a_far_past_or_future(void **state)
{
    (void)state;
    in("Europe/London", 2);
    layer(0, NJ_ROTATE_DAILY, (struct nj_civil){1, 1, 1, 0, 0, 0}, ana_bo, 2);
    layer(1, NJ_ROTATE_DAILY, (struct nj_civil){9999, 12, 31, 0, 0, 0},
          cai_alone, 1);
    assert_string_equal(who("2026-02-03 12:00"), "bo");
    assert_string_equal(who("9999-12-31 12:00"), "cai");
}

static void the_ends_of_time_have_an_answer(void **state)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1,
                                   0,         INT64_MAX / 4, INT64_MAX - 1};
    struct nj_oncall now;

    (void)state;
    in("Europe/London", 1);
    for (enum nj_rotate r = NJ_ROTATE_HOURLY; r <= NJ_ROTATE_MONTHLY; r++) {
        only(layer(0, r, monday_18, ana_bo, 2), nights, 1);
        layers[0].every = INT32_MAX;
        for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
            nj_oncall_span(&rota, ends[i], &now);
            assert_true(now.since_ms <= ends[i] && ends[i] < now.until_ms);
            nj_oncall_at(&rota, ends[i], &now);
            assert_true(now.since_ms <= ends[i] && ends[i] < now.until_ms);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_rotation_has_nobody_on_call),
        cmocka_unit_test(before_the_first_handoff_there_is_nobody),
        cmocka_unit_test(a_layer_is_silent_from_its_end_on),
        cmocka_unit_test(a_layer_that_ends_before_it_starts_is_never),
        cmocka_unit_test(before_from_a_layer_is_silent_but_turns_are_counted),
        cmocka_unit_test(a_from_before_the_first_handoff_changes_nothing),
        cmocka_unit_test(a_layer_may_have_a_clock_of_its_own),
        cmocka_unit_test(a_turn_with_nobody_is_a_gap),
        cmocka_unit_test(weeks_hand_over_on_the_wall_clock),
        cmocka_unit_test(every_second_week),
        cmocka_unit_test(people_may_take_a_turn_together),
        cmocka_unit_test(one_person_alone_never_hands_over),
        cmocka_unit_test(a_long_shift_is_told_as_far_as_the_horizon),
        cmocka_unit_test(a_monthly_handoff_on_the_31st_is_on_the_last_day),
        cmocka_unit_test(the_second_0115_in_chicago_is_still_one_shift),
        cmocka_unit_test(a_handoff_in_the_gap_is_at_its_end),
        cmocka_unit_test(sao_paulos_missing_midnight_hands_over_at_one),
        cmocka_unit_test(cairos_missing_midnight_hands_over_at_one),
        cmocka_unit_test(apias_missing_day_uses_up_its_turn),
        cmocka_unit_test(dublins_winter_is_an_hour_longer),
        cmocka_unit_test(lord_howes_day_is_half_an_hour_longer),
        cmocka_unit_test(casablancas_ramadan_keeps_handoffs_on_the_wall),
        cmocka_unit_test(hours_are_counted_as_they_elapse),
        cmocka_unit_test(a_masked_night_uses_up_its_turn),
        cmocka_unit_test(with_skip_masked_only_nights_of_duty_count),
        cmocka_unit_test(with_skip_masked_every_counts_the_days_of_duty),
        cmocka_unit_test(with_skip_masked_two_share_a_fourteen_hour_night),
        cmocka_unit_test(skip_masked_survives_clock_changes_of_ten_years),
        cmocka_unit_test(sixteen_hour_nights_are_one_shift),
        cmocka_unit_test(a_rotation_may_start_in_a_far_past_or_future),
        cmocka_unit_test(the_ends_of_time_have_an_answer),
    };

    return cmocka_run_group_tests_name("rotation", tests, NULL, leave);
}
