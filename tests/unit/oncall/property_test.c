/* Whatever the schedule: shifts cover their range without hole or overlap, and
 * asking for an instant gives the shift it lies in. Fixed seeds; the same by a
 * second implementation is tests/e2e/oncall_oracle_test.py. */

#include "rota.h"

#include "oncall/rota_change.h"

static uint64_t seed;

static uint32_t pick(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

static const char *const zones[] = {
    "Europe/London",     "America/Chicago",  "Australia/Lord_Howe",
    "Africa/Casablanca", "Pacific/Apia",     "America/Sao_Paulo",
    "Europe/Dublin",     "Antarctica/Troll", "Asia/Kolkata",
    "Africa/Cairo",
};
static const struct nj_turn turns[] = {{ana, 1}, {bo, 1},   {dee_eli, 2},
                                       {cai, 1}, {NULL, 0}, {ana, 1}};
static struct nj_window masks[4][3];

static struct nj_civil random_civil(int year)
{
    return (struct nj_civil){year + (int)pick(3), 1 + (int)pick(12),
                             1 + (int)pick(28),   (int)pick(24),
                             15 * (int)pick(4),   0};
}

static void random_layer(size_t i, int year)
{
    struct nj_layer *l =
        layer(i, (enum nj_rotate)pick(4), random_civil(year - 2),
              turns + pick(2), pick(5));

    l->every = 1 + (int)pick(4);
    l->join = (int)pick(2);
    l->skip_masked = (int)pick(2);
    if (pick(6) == 0) {
        l->ends = random_civil(year);
    }
    only(l, masks[i], pick(4));
    for (size_t k = 0; k < l->only_count; k++) {
        masks[i][k] =
            (struct nj_window){(uint8_t)pick(128), (int16_t)(15 * pick(96)),
                               (int16_t)(15 * pick(96) + 15)};
    }
}

static int64_t random_schedule(int64_t t)
{
    static const char *const names_of[] = {NULL,  "ana", "bo",
                                           "cai", "dee", "eli"};
    int year = pick(2) == 0 ? 2011 : 2018;

    in(zones[pick(sizeof zones / sizeof zones[0])], 1 + pick(3));
    for (size_t i = 0; i < schedule.layer_count; i++) {
        random_layer(i, year);
    }
    t = nj_days_of(year, 1 + (int)pick(12), 1) * 86400000 + t;
    rota.override_count = pick(6);
    for (size_t i = 0; i < rota.override_count; i++) {
        int64_t from = t + (int64_t)pick(40) * 3600000 * 7;

        overrides[i] = (struct nj_override){
            .id = (int64_t)i,
            .from_ms = from,
            .until_ms = from + (int64_t)pick(100) * 3600000,
            .schedule = "s",
            .person = names_of[pick(6)],
            .instead_of = names_of[pick(6)],
            .made_ms = pick(5)};
    }
    return t;
}

struct walk {
    int64_t at_ms; /* where the last shift ended */
    size_t last_count;
    char last[512]; /* and who was in it */
    int64_t from_ms;
    int64_t until_ms;
};

static void agree(const struct nj_oncall *shift, const struct walk *w)
{
    int64_t long_ms = shift->until_ms - shift->since_ms;
    struct nj_oncall now;
    char people[512];

    (void)snprintf(people, sizeof people, "%s", names(shift));
    for (uint32_t i = 0; i < 4; i++) {
        int64_t t = i == 0   ? shift->since_ms
                    : i == 1 ? shift->until_ms - 1
                             : shift->since_ms +
                                   (int64_t)pick(1u << 30) * 1000 % long_ms;

        nj_oncall_at(&rota, t, &now);
        assert_true(now.since_ms <= t && t < now.until_ms);
        assert_int_equal(now.count, shift->count);
        assert_true(now.since_ms == shift->since_ms ||
                    shift->since_ms == w->from_ms);
        assert_true(now.until_ms == shift->until_ms ||
                    shift->until_ms == w->until_ms);
        nj_oncall_span(&rota, t, &now);
        assert_true(now.since_ms <= t && t < now.until_ms);
        assert_int_equal(now.count, shift->count);
    }
}

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct walk *w = ctx;

    assert_true(shift->since_ms == w->at_ms);
    assert_true(shift->since_ms < shift->until_ms);
    assert_string_not_equal(w->last, names(shift));
    (void)snprintf(w->last, sizeof w->last, "%s", names(shift));
    agree(shift, w);
    w->at_ms = shift->until_ms;
    return 0;
}

static void shifts_cover_and_agree_with_every_instant(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 300; run++) {
        struct walk w = {0};

        seed = run * 7919 + 1;
        w.from_ms = random_schedule((int64_t)pick(86400) * 1000);
        w.until_ms = w.from_ms + (int64_t)(1 + pick(30)) * 86400000;
        w.at_ms = w.from_ms;
        assert_int_equal(
            nj_oncall_shifts(&rota, w.from_ms, w.until_ms, on_shift, &w), 0);
        assert_true(w.at_ms == w.until_ms);
    }
}

/* What an override would empty is empty once it is made, and was not. */
static void what_an_override_empties_is_empty_then(void **state)
{
    int found = 0;

    (void)state;
    for (uint64_t run = 0; run < 300; run++) {
        struct nj_rota_change change;
        struct nj_rota before;
        struct nj_oncall now;
        int64_t from_ms;
        int64_t until_ms;
        int64_t t;

        seed = run * 104729 + 3;
        t = random_schedule(0);
        rota.override_count = 3;
        overrides[3] = (struct nj_override){.id = 99,
                                            .from_ms = t,
                                            .until_ms = t + 86400000 * 9,
                                            .schedule = "s",
                                            .instead_of = "ana",
                                            .made_ms = 99};
        before = rota;
        rota.override_count = 4;
        nj_rota_compare(&before, &rota, t, t + 86400000 * 9, &change);
        rota = before;
        if (!change.empties) {
            continue;
        }
        from_ms = change.empty_from_ms;
        until_ms = change.empty_until_ms;
        found++;
        assert_true(t <= from_ms && from_ms < until_ms &&
                    until_ms <= t + 86400000 * 9);
        nj_oncall_span(&rota, from_ms, &now);
        assert_true(now.count > 0);
        nj_oncall_span(&rota, until_ms - 1, &now);
        assert_true(now.count > 0);
        rota.override_count = 4;
        nj_oncall_span(&rota, from_ms, &now);
        assert_int_equal(now.count, 0);
        nj_oncall_span(&rota, until_ms - 1, &now);
        assert_int_equal(now.count, 0);
    }
    assert_true(found > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifts_cover_and_agree_with_every_instant),
        cmocka_unit_test(what_an_override_empties_is_empty_then),
    };

    return cmocka_run_group_tests_name("oncall properties", tests, NULL, leave);
}
