/* What a change to overrides means: who gains, who loses, who is left. */

#include "unit/oncall/rota.h"

#include "oncall/rota_change.h"

static struct nj_rota_change change;

static void nights_of_ana(void)
{
    in("Europe/London", 1);
    only(layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 1, 1, 0, 0, 0},
               ana_alone, 1),
         nights, 1);
}

static char text[400];

static void add_names(const char *sign, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(text);

        (void)snprintf(text + len, sizeof text - len, "%s%s ", sign, list[i]);
    }
}

/* "+bo -ana 02-03 18:00 to 02-04 08:00", then ", empty from 02-03 18:00". */
static const char *changed(size_t newest, const char *from, const char *until)
{
    struct nj_rota before = rota;
    struct nj_civil a;
    struct nj_civil b;
    size_t len;

    before.override_count -= newest;
    nj_rota_compare(&before, &rota, at(from), at(until), &change);
    text[0] = '\0';
    add_names("+", change.gainers, change.gainer_count);
    add_names("-", change.losers, change.loser_count);
    if (change.from_ms == change.until_ms) {
        return text;
    }
    nj_zone_civil(zone, change.from_ms, &a);
    nj_zone_civil(zone, change.until_ms, &b);
    len = strlen(text);
    (void)snprintf(text + len, sizeof text - len,
                   "%02d-%02d %02d:%02d to %02d-%02d %02d:%02d", a.month, a.day,
                   a.hour, a.minute, b.month, b.day, b.hour, b.minute);
    if (change.empties) {
        nj_zone_civil(zone, change.empty_from_ms, &a);
        nj_zone_civil(zone, change.empty_until_ms, &b);
        len = strlen(text);
        (void)snprintf(text + len, sizeof text - len,
                       ", empty %02d-%02d %02d:%02d to %02d-%02d %02d:%02d",
                       a.month, a.day, a.hour, a.minute, b.month, b.day, b.hour,
                       b.minute);
    }
    return text;
}

static void an_empty_span_changes_nothing(void **state)
{
    (void)state;
    nights_of_ana();
    over("2026-02-03", "2026-02-05", "bo", "ana");
    assert_string_equal(changed(1, "2026-02-03", "2026-02-03"), "");
    assert_false(change.empties);
}

static void who_is_not_on_call_cannot_be_replaced(void **state)
{
    (void)state;
    nights_of_ana();
    over("2026-02-03 09:00", "2026-02-03 17:00", "bo", "ana");
    assert_string_equal(changed(1, "2026-02-03 09:00", "2026-02-03 17:00"), "");
}

static void one_gains_what_the_other_loses(void **state)
{
    (void)state;
    nights_of_ana();
    over("2026-02-03", "2026-02-05", "bo", "ana");
    assert_string_equal(changed(1, "2026-02-03", "2026-02-05"),
                        "+bo -ana 02-03 00:00 to 02-05 00:00");
    assert_false(change.empties);
}

static void the_last_to_have_it_loses_it(void **state)
{
    (void)state; /* ana's night was bo's already */
    nights_of_ana();
    over("2026-02-03 12:00", "2026-02-04 12:00", "bo", "ana");
    over("2026-02-03 12:00", "2026-02-04 12:00", "cai", "ana");
    assert_string_equal(changed(1, "2026-02-03 12:00", "2026-02-04 12:00"),
                        "+cai -bo 02-03 18:00 to 02-04 08:00");
}

static void what_is_left_to_nobody_is_found_once_and_whole(void **state)
{
    (void)state; /* two nights: the first is told, as one span */
    nights_of_ana();
    over("2026-02-03 20:00", "2026-02-03 23:00", "ana", "bo");
    over("2026-02-03 12:00", "2026-02-05 12:00", NULL, "ana");
    assert_string_equal(changed(1, "2026-02-03 12:00", "2026-02-05 12:00"),
                        "-ana 02-03 18:00 to 02-05 08:00, empty 02-03 18:00 to "
                        "02-04 08:00");
}

static void both_halves_of_a_swap_are_one_change(void **state)
{
    (void)state;
    in("Europe/London", 1);
    (void)layer(0, NJ_ROTATE_DAILY, (struct nj_civil){2026, 2, 1, 18, 0, 0},
                ana_bo, 2);
    over("2026-02-01 18:00", "2026-02-02 18:00", "bo", "ana");
    over("2026-02-02 18:00", "2026-02-03 18:00", "ana", "bo");
    assert_string_equal(changed(2, "2026-02-01", "2026-02-05"),
                        "+bo +ana -ana -bo 02-01 18:00 to 02-03 18:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_span_changes_nothing),
        cmocka_unit_test(who_is_not_on_call_cannot_be_replaced),
        cmocka_unit_test(one_gains_what_the_other_loses),
        cmocka_unit_test(the_last_to_have_it_loses_it),
        cmocka_unit_test(what_is_left_to_nobody_is_found_once_and_whole),
        cmocka_unit_test(both_halves_of_a_swap_are_one_change),
    };

    return cmocka_run_group_tests_name("changes to a rota", tests, NULL, leave);
}
