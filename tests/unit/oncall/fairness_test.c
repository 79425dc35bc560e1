/* Who carries how much: the definitions of oncall/fairness.h. */

#include "unit/oncall/rota.h"

#include "oncall/fairness.h"

static struct nj_fairness f;

/* "ana 24h 1n 0w 0h, " of each, then "of 1n 0w 0h, nobody 0h". */
static const char *
count_with(const struct nj_brand *brand, const char *from, const char *until)
{
    static char text[600];
    size_t n = 0;

    nj_fairness_count(&rota, &brand, brand == NULL ? 0 : 1, at(from), at(until),
                      &f);
    for (size_t i = 0; i < f.count; i++) {
        const struct nj_share *s = &f.shares[i];

        n += (size_t)snprintf(text + n, sizeof text - n, "%s %gh %dn %dw %dd, ",
                              s->person, (double)s->ms / 3600000, s->nights,
                              s->weekends, s->holidays);
    }
    (void)snprintf(text + n, sizeof text - n, "of %dn %dw %dd, nobody %gh",
                   f.nights, f.weekends, f.holidays,
                   (double)f.nobody_ms / 3600000);
    return text;
}

static const char *count(const char *from, const char *until)
{
    return count_with(NULL, from, until);
}

static void turns_of_a_day(void)
{
    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 2, 2, 18, 0, 0},
                ana_bo, 2);
}

static void no_time_is_nobodys_and_all_are_named(void **state)
{
    (void)state;
    turns_of_a_day();
    assert_string_equal(count("2026-02-03", "2026-02-03"),
                        "ana 0h 0n 0w 0d, bo 0h 0n 0w 0d, of 0n 0w 0d, nobody "
                        "0h");
}

static void a_night_belongs_to_the_day_on_which_it_begins(void **state)
{
    (void)state; /* Tuesday 22:00 begins within, Wednesday's does not */
    turns_of_a_day();
    assert_string_equal(
        count("2026-02-03 12:00", "2026-02-04 22:00"),
        "ana 10h 0n 0w 0d, bo 24h 1n 0w 0d, of 1n 0w 0d, nobody "
        "0h");
}

static void four_hours_make_a_night_less_do_not(void **state)
{
    (void)state;
    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 2, 2, 2, 0, 0},
                ana_bo, 2); /* handoff at 02:00: half a night each */
    assert_string_equal(
        count("2026-02-03 12:00", "2026-02-04 12:00"),
        "ana 10h 1n 0w 0d, bo 14h 1n 0w 0d, of 1n 0w 0d, nobody "
        "0h");
    layers[0].starts.minute = 1;
    assert_string_equal(count("2026-02-03 12:00", "2026-02-04 12:00"),
                        "ana 9.98333h 0n 0w 0d, bo 14.0167h 1n 0w 0d, of 1n 0w "
                        "0d, nobody 0h");
}

static void a_weekend_is_one_though_two_share_it(void **state)
{
    (void)state;
    turns_of_a_day();
    assert_string_equal(
        count("2026-02-06", "2026-02-10"),
        "ana 48h 2n 1w 0d, bo 48h 2n 1w 0d, of 4n 1w 0d, nobody "
        "0h");
}

static void two_together_have_it_both(void **state)
{
    (void)state;
    turns_of_a_day();
    over("2026-02-03", "2026-02-04", "cai", NULL);
    assert_string_equal(
        count("2026-02-03", "2026-02-04"),
        "ana 18h 0n 0w 0d, bo 6h 1n 0w 0d, cai 24h 0n 0w 0d, of "
        "1n 0w 0d, nobody 0h");
}

static void who_stands_in_gets_it_and_who_is_relieved_does_not(void **state)
{
    (void)state;
    turns_of_a_day();
    over("2026-02-03 18:00", "2026-02-04 18:00", "ana", "bo");
    assert_string_equal(count("2026-02-02 18:00", "2026-02-04 18:00"),
                        "ana 48h 2n 0w 0d, bo 0h 0n 0w 0d, of 2n 0w 0d, nobody "
                        "0h");
}

static void a_holiday_is_a_day_of_the_brands_calendar(void **state)
{
    const struct nj_holiday days[] = {
        {nj_days_of(2026, 2, 4), nj_days_of(2026, 2, 6), "carnival"}};
    struct nj_brand brand = {
        .name = "acme", .holidays = days, .holiday_count = 1};

    (void)state;
    turns_of_a_day();
    brand.zone = zone;
    assert_string_equal(
        count_with(&brand, "2026-02-03", "2026-02-07"),
        "ana 48h 2n 0w 2d, bo 48h 2n 0w 2d, of 4n 0w 2d, nobody "
        "0h");
}

static void the_short_night_of_spring_is_a_night(void **state)
{
    (void)state;
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 1, 5, 18, 0, 0},
               ana_alone, 1),
         (const struct nj_window[]){{ALL, 22 * 60, 6 * 60}}, 1);
    assert_string_equal(count("2026-03-28 12:00", "2026-03-29 12:00"),
                        "ana 7h 1n 0w 0d, of 1n 0w 0d, nobody 16h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_time_is_nobodys_and_all_are_named),
        cmocka_unit_test(a_night_belongs_to_the_day_on_which_it_begins),
        cmocka_unit_test(four_hours_make_a_night_less_do_not),
        cmocka_unit_test(a_weekend_is_one_though_two_share_it),
        cmocka_unit_test(two_together_have_it_both),
        cmocka_unit_test(who_stands_in_gets_it_and_who_is_relieved_does_not),
        cmocka_unit_test(a_holiday_is_a_day_of_the_brands_calendar),
        cmocka_unit_test(the_short_night_of_spring_is_a_night),
    };

    return cmocka_run_group_tests_name("fairness", tests, NULL, leave);
}
