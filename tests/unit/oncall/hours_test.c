/* In hours and out of hours; gaps, overrides that leave nobody. */

#include "rota.h"

#include "oncall/coverage.h"
#include "oncall/rota_change.h"

static const struct nj_window office[] = {{WORKDAYS, 8 * 60, 18 * 60},
                                          {SAT, 10 * 60, 16 * 60}};
static struct nj_holiday holidays[4];
static struct nj_brand brand;

/* A brand open Monday to Friday 8 to 18, Saturday 10 to 16. */
static void open_in(const char *zone_name)
{
    in(zone_name, 0);
    brand = (struct nj_brand){.name = "b",
                              .zone = zone,
                              .open = office,
                              .open_count = 2,
                              .holidays = holidays};
}

static void holiday(int year, int month, int day, int days)
{
    holidays[brand.holiday_count++] =
        (struct nj_holiday){nj_days_of(year, month, day),
                            nj_days_of(year, month, day + days), NULL};
}

static int is_open(const char *text)
{
    return nj_hours_open(&brand, at(text));
}

static const char *edge(const char *text)
{
    static char out[NJ_TIME_TEXT];
    int64_t ms = nj_hours_next_edge(&brand, at(text));

    if (ms == INT64_MAX) {
        return "never";
    }
    out[0] = '\0';
    return nj_time_text(zone, ms, out);
}

static void a_brand_without_hours_is_never_open(void **state)
{
    (void)state;
    open_in("Europe/London");
    brand.open_count = 0;
    assert_false(is_open("2026-02-03 12:00"));
    assert_string_equal(edge("2026-02-03 12:00"), "never");
}

static void a_brand_that_never_closes_has_no_edge(void **state)
{
    static const struct nj_window always[] = {{ALL, 0, 1440}};

    (void)state;
    open_in("Europe/London");
    brand.open = always;
    brand.open_count = 1;
    assert_true(is_open("2026-02-03 03:00"));
    assert_string_equal(edge("2026-02-03 03:00"), "never");
    holiday(2026, 12, 25, 1);
    assert_string_equal(edge("2026-02-03 03:00"), "2026-12-25T00:00:00+00:00");
    assert_string_equal(edge("2026-12-25 03:00"), "2026-12-26T00:00:00+00:00");
}

static void hours_open_and_close(void **state)
{
    (void)state;
    open_in("Europe/London");
    assert_false(is_open("2026-02-03 07:59:59"));
    assert_true(is_open("2026-02-03 08:00"));
    assert_false(is_open("2026-02-03 18:00"));
    assert_true(is_open("2026-02-07 15:59"));
    assert_false(is_open("2026-02-08 12:00"));
    assert_string_equal(edge("2026-02-07 16:00"), "2026-02-09T08:00:00+00:00");
}

static void friday_1645_before_a_holiday_monday(void **state)
{
    (void)state;
    open_in("Europe/London");
    brand.open_count = 1; /* no Saturdays */
    holiday(2026, 5, 4, 1);
    assert_true(is_open("2026-05-01 16:45"));
    assert_string_equal(edge("2026-05-01 16:45"), "2026-05-01T18:00:00+01:00");
    assert_false(is_open("2026-05-04 12:00"));
    assert_string_equal(edge("2026-05-01 18:00"), "2026-05-05T08:00:00+01:00");
}

static void a_holiday_closes_in_the_brands_zone(void **state)
{
    static const struct nj_window always[] = {{ALL, 0, 1440}};

    (void)state;
    open_in("Asia/Tokyo");
    brand.open = always;
    brand.open_count = 1;
    holiday(2026, 1, 1, 3);
    assert_true(is_open("2025-12-31T14:59:59Z"));
    assert_false(is_open("2025-12-31T15:00:00Z"));
    assert_false(is_open("2026-01-03T14:59:59Z"));
    assert_true(is_open("2026-01-03T15:00:00Z"));
}

static void overlapping_holidays_are_one(void **state)
{
    static const struct nj_window always[] = {{ALL, 0, 1440}};

    (void)state;
    open_in("Europe/London");
    brand.open = always;
    brand.open_count = 1;
    holiday(2026, 12, 20, 14);
    holiday(2026, 12, 25, 1);
    assert_false(is_open("2026-12-28"));
    assert_string_equal(edge("2026-12-21"), "2027-01-03T00:00:00+00:00");
    assert_string_equal(edge("2026-12-26"), "2027-01-03T00:00:00+00:00");
}

static void an_overnight_opening_ends_where_a_holiday_starts(void **state)
{
    static const struct nj_window bar[] = {{FRI, 20 * 60, 4 * 60}};

    (void)state;
    open_in("Europe/London");
    brand.open = bar;
    brand.open_count = 1;
    holiday(2026, 2, 7, 1);
    assert_true(is_open("2026-02-06 23:59"));
    assert_false(is_open("2026-02-07 00:00"));
    assert_string_equal(edge("2026-02-06 21:00"), "2026-02-07T00:00:00+00:00");
}

static void edges_change_something_and_nothing_else_does(void **state)
{
    int64_t edge_ms;
    int open;

    (void)state;
    open_in("Europe/London");
    holiday(2026, 10, 23, 4);
    edge_ms = nj_hours_next_edge(&brand, at("2026-10-12"));
    open = is_open("2026-10-12");
    for (int64_t t = at("2026-10-12"); t < at("2026-11-02"); t += 60000) {
        if (t == edge_ms) {
            open = !open;
            edge_ms = nj_hours_next_edge(&brand, t);
        }
        assert_int_equal(nj_hours_open(&brand, t), open);
    }
}

static void the_ends_of_time_are_closed(void **state)
{
    (void)state;
    open_in("Europe/London");
    holiday(2026, 1, 1, 1);
    assert_false(nj_hours_open(&brand, INT64_MAX));
    assert_false(nj_hours_open(&brand, INT64_MIN));
    assert_true(nj_hours_next_edge(&brand, INT64_MAX) == INT64_MAX);
    assert_true(nj_hours_next_edge(&brand, INT64_MIN) == INT64_MAX);
}

/* ---- gaps ---- */

static char gaps_text[2048];

static int add_gap(void *ctx, int64_t from_ms, int64_t until_ms)
{
    size_t n = strlen(gaps_text);
    struct nj_civil a;
    struct nj_civil b;

    (void)ctx;
    nj_zone_civil(zone, from_ms, &a);
    nj_zone_civil(zone, until_ms, &b);
    (void)snprintf(gaps_text + n, sizeof gaps_text - n,
                   "%s%02d-%02d %02d:%02d to %02d-%02d %02d:%02d",
                   n == 0 ? "" : ", ", a.month, a.day, a.hour, a.minute,
                   b.month, b.day, b.hour, b.minute);
    return 0;
}

static const char *gaps(size_t brands, const char *from, const char *until)
{
    const struct nj_brand *const list[] = {&brand};

    gaps_text[0] = '\0';
    assert_int_equal(nj_coverage_gaps(&rota, list, brands, at(from), at(until),
                                      add_gap, NULL),
                     0);
    return gaps_text;
}

static int stop_gap(void *ctx, int64_t from_ms, int64_t until_ms)
{
    (void)ctx;
    (void)from_ms;
    (void)until_ms;
    return 5;
}

/* ana by night Monday to Friday, and at weekends from midnight to midnight:
 * as in the sample configuration, Monday morning is forgotten */
static void nights_of_ana(void)
{
    static const struct nj_window mask[] = {{WORKDAYS, 18 * 60, 8 * 60},
                                            {WEEKEND, 0, 1440}};

    open_in("Europe/London");
    schedule.layer_count = 1;
    only(layer(0, NJ_ROTATE_WEEKLY, (struct nj_civil){2026, 1, 5, 0, 0, 0},
               ana_alone, 1),
         mask, 2);
}

static void nobody_at_all_is_one_gap(void **state)
{
    (void)state;
    open_in("Europe/London");
    assert_string_equal(gaps(0, "2026-02-03", "2026-02-10"),
                        "02-03 00:00 to 02-10 00:00");
}

static void only_hours_out_of_hours_are_missed(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(gaps(1, "2026-02-03", "2026-02-10"),
                        "02-09 00:00 to 02-09 08:00");
}

static void without_brands_every_hour_is_missed(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(gaps(0, "2026-02-06 12:00", "2026-02-09 20:00"),
                        "02-06 12:00 to 02-06 18:00, "
                        "02-09 00:00 to 02-09 18:00");
}

static void a_holiday_without_watch_is_a_gap(void **state)
{
    (void)state;
    nights_of_ana();
    holiday(2026, 2, 4, 1);
    assert_string_equal(gaps(1, "2026-02-03", "2026-02-06"),
                        "02-04 08:00 to 02-04 18:00");
}

static void the_walk_over_gaps_can_be_stopped(void **state)
{
    (void)state;
    nights_of_ana();
    assert_int_equal(nj_coverage_gaps(&rota, NULL, 0, at("2026-02-03"),
                                      at("2026-03-03"), stop_gap, NULL),
                     5);
}

static void faults_of_layers_are_told(void **state)
{
    static const struct nj_turn hole[] = {{ana, 1}, {NULL, 0}};
    const struct nj_civil start = {2026, 1, 5, 0, 0, 0};
    const int64_t now = INT64_C(1800000000000); /* 2027 */
    struct nj_layer *l;
    size_t turn = 9;

    (void)state;
    in("Europe/London", 1);
    l = layer(0, NJ_ROTATE_DAILY, start, NULL, 0);
    assert_int_equal(nj_coverage_layer(&schedule, l, now, NULL),
                     NJ_LAYER_EMPTY);
    l = layer(0, NJ_ROTATE_DAILY, start, hole, 2);
    assert_int_equal(nj_coverage_layer(&schedule, l, now, &turn),
                     NJ_LAYER_EMPTY_TURN);
    assert_int_equal(turn, 1);
    l = layer(0, NJ_ROTATE_DAILY, start, ana_bo, 2);
    assert_int_equal(nj_coverage_layer(&schedule, l, now, NULL),
                     NJ_LAYER_SOUND);
    l->ends = start;
    assert_int_equal(nj_coverage_layer(&schedule, l, now, NULL),
                     NJ_LAYER_NEVER);
    l->ends = (struct nj_civil){2026, 6, 1, 0, 0, 0};
    assert_int_equal(nj_coverage_layer(&schedule, l, now, NULL), NJ_LAYER_OVER);
}

/* ---- overrides that leave nobody ---- */

/* What an override made last of all would leave to nobody, or "no". */
static const char *empties_on(const char *name,
                              const char *from,
                              const char *until,
                              const char *person,
                              const char *instead_of)
{
    struct nj_rota after = rota;
    struct nj_rota_change change;

    overrides[after.override_count++] =
        (struct nj_override){.from_ms = at(from),
                             .until_ms = at(until),
                             .schedule = name,
                             .person = person,
                             .instead_of = instead_of,
                             .made_ms = INT64_MAX};
    nj_rota_compare(&rota, &after, at(from), at(until), &change);
    if (!change.empties) {
        return "no";
    }
    gaps_text[0] = '\0';
    (void)add_gap(NULL, change.empty_from_ms, change.empty_until_ms);
    return gaps_text;
}

static const char *empties(const char *from,
                           const char *until,
                           const char *person,
                           const char *instead_of)
{
    return empties_on("s", from, until, person, instead_of);
}

static void taking_the_only_one_away_leaves_nobody(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(empties("2026-02-03 12:00", "2026-02-05", NULL, "ana"),
                        "02-03 18:00 to 02-04 08:00");
}

static void replacing_leaves_somebody(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(empties("2026-02-03", "2026-02-05", "bo", "ana"), "no");
}

static void taking_away_where_another_stands_leaves_somebody(void **state)
{
    (void)state;
    nights_of_ana();
    over("2026-02-03", "2026-02-04", "bo", NULL);
    assert_string_equal(empties("2026-02-03", "2026-02-04", NULL, "ana"), "no");
    assert_string_equal(empties("2026-02-03", "2026-02-04 06:00", NULL, "ana"),
                        "02-04 00:00 to 02-04 06:00");
}

static void taking_away_somebody_off_duty_leaves_all(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(empties("2026-02-03", "2026-02-05", NULL, "bo"), "no");
    assert_string_equal(
        empties("2026-02-03 09:00", "2026-02-03 17:00", NULL, "ana"), "no");
}

static void an_override_of_another_schedule_empties_nothing_here(void **state)
{
    (void)state;
    nights_of_ana();
    assert_string_equal(
        empties_on("another", "2026-02-03 12:00", "2026-02-05", NULL, "ana"),
        "no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_brand_without_hours_is_never_open),
        cmocka_unit_test(a_brand_that_never_closes_has_no_edge),
        cmocka_unit_test(hours_open_and_close),
        cmocka_unit_test(friday_1645_before_a_holiday_monday),
        cmocka_unit_test(a_holiday_closes_in_the_brands_zone),
        cmocka_unit_test(overlapping_holidays_are_one),
        cmocka_unit_test(an_overnight_opening_ends_where_a_holiday_starts),
        cmocka_unit_test(edges_change_something_and_nothing_else_does),
        cmocka_unit_test(the_ends_of_time_are_closed),
        cmocka_unit_test(nobody_at_all_is_one_gap),
        cmocka_unit_test(only_hours_out_of_hours_are_missed),
        cmocka_unit_test(without_brands_every_hour_is_missed),
        cmocka_unit_test(a_holiday_without_watch_is_a_gap),
        cmocka_unit_test(the_walk_over_gaps_can_be_stopped),
        cmocka_unit_test(faults_of_layers_are_told),
        cmocka_unit_test(taking_the_only_one_away_leaves_nobody),
        cmocka_unit_test(replacing_leaves_somebody),
        cmocka_unit_test(taking_away_where_another_stands_leaves_somebody),
        cmocka_unit_test(taking_away_somebody_off_duty_leaves_all),
        cmocka_unit_test(an_override_of_another_schedule_empties_nothing_here),
    };

    return cmocka_run_group_tests_name("hours", tests, NULL, leave);
}
