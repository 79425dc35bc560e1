/* How long "who is on call?" takes: one lookup (goal 5 us), and a month of a
 * thousand schedules, which tests/bench/oncall_peer.py does as well, by
 * dateutil. usage: oncall_bench [month] */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "oncall/oncall.h"

enum { LOOKUPS = 200000, SCHEDULES = 1000, DAYS = 30 };

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
static const struct nj_turn turns[] = {
    {names, 1}, {names + 1, 1}, {names + 2, 2}, {names + 4, 1}};
static const struct nj_window nights[] = {{31, 18 * 60, 8 * 60},
                                          {96, 0, 24 * 60}};
static const struct nj_layer layers[] = {
    {.rotate = NJ_ROTATE_WEEKLY,
     .every = 1,
     .starts = {2020, 1, 6, 18, 0, 0},
     .turns = turns,
     .turn_count = 4,
     .only = nights,
     .only_count = 2},
    {.rotate = NJ_ROTATE_DAILY,
     .every = 1,
     .starts = {2020, 1, 6, 0, 0, 0},
     .turns = turns,
     .turn_count = 3,
     .only = nights,
     .only_count = 1,
     .skip_masked = 1,
     .join = 1},
};

/* Of this process alone: others may be at work on the machine. */
static double now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t people_seen;

static double span_us(const struct nj_rota *rota, int64_t from_ms)
{
    struct nj_oncall who;
    double start = now_us();

    for (int i = 0; i < LOOKUPS; i++) {
        nj_oncall_span(rota, from_ms + i * INT64_C(160000), &who);
        people_seen += who.count;
    }
    return (now_us() - start) / LOOKUPS;
}

static double at_us(const struct nj_rota *rota, int64_t from_ms)
{
    struct nj_oncall who;
    double start = now_us();

    for (int i = 0; i < LOOKUPS / 20; i++) {
        nj_oncall_at(rota, from_ms + i * INT64_C(3200000), &who);
        people_seen += who.count;
    }
    return (now_us() - start) / (LOOKUPS / 20);
}

static int look_up(void)
{
    static struct nj_override overrides[50];
    struct nj_schedule schedule = {
        .name = "s", .layers = layers, .layer_count = 2};
    struct nj_rota rota = {&schedule, overrides, 50};
    struct nj_zone *zone = NULL;
    int64_t from_ms = nj_days_of(2026, 1, 1) * 86400000;
    double span;
    double at;

    if (nj_zone_load(NULL, "Europe/London", &zone, NULL) != 0) {
        return 1;
    }
    schedule.zone = zone;
    for (int i = 0; i < 50; i++) {
        overrides[i] = (struct nj_override){
            .id = i + 1,
            .from_ms = from_ms + i * INT64_C(604800000),
            .until_ms = from_ms + i * INT64_C(604800000) + 86400000,
            .schedule = i % 2 == 0 ? "s" : "t",
            .person = "f",
            .instead_of = "a"};
    }
    span = span_us(&rota, from_ms);
    at = at_us(&rota, from_ms);
    printf("on call: %.2f us a lookup, %.2f us with the whole shift "
           "(2 layers, 50 overrides; goal 5 us)%s\n",
           span, at, people_seen == 0 ? "!" : "");
    nj_zone_destroy(zone);
    return 0;
}

/* ---- a month of a thousand schedules ---- */

/* The N-th: weekly handoffs on one of seven days and half-hours of the day,
 * and above it a daily rotation on nights. oncall_peer.py says the same. */
static void make(int n, struct nj_layer out[2])
{
    static const struct nj_window all_nights[] = {{127, 20 * 60, 8 * 60}};

    out[0] = (struct nj_layer){
        .rotate = NJ_ROTATE_WEEKLY,
        .every = 1,
        .starts = {2024, 1, 1 + n % 7, n % 24, 30 * (n % 2), 0},
        .turns = turns,
        .turn_count = 4};
    out[1] = (struct nj_layer){.rotate = NJ_ROTATE_DAILY,
                               .every = 1,
                               .starts = {2024, 1, 1, 20, 0, 0},
                               .turns = turns,
                               .turn_count = 3,
                               .only = all_nights,
                               .only_count = 1};
}

struct sum {
    int64_t shifts;
    int64_t minutes; /* of people */
};

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct sum *sum = ctx;

    sum->shifts++;
    sum->minutes +=
        (shift->until_ms - shift->since_ms) / 60000 * (int64_t)shift->count;
    return 0;
}

static int month(void)
{
    static const char *const places[] = {"Europe/London", "America/Chicago",
                                         "Australia/Sydney", "Asia/Kolkata"};
    struct nj_zone *zones[4] = {NULL};
    int64_t from_ms = nj_days_of(2026, 3, 10) * 86400000;
    struct sum sum = {0};
    double start;

    for (int i = 0; i < 4; i++) {
        if (nj_zone_load(NULL, places[i], &zones[i], NULL) != 0) {
            return 1;
        }
    }
    start = now_us();
    for (int n = 0; n < SCHEDULES; n++) {
        struct nj_layer both[2];
        struct nj_schedule schedule = {.name = "s",
                                       .zone = zones[n % 4],
                                       .layers = both,
                                       .layer_count = 2};
        struct nj_rota rota = {.schedule = &schedule};

        make(n, both);
        (void)nj_oncall_shifts(
            &rota, from_ms, from_ms + DAYS * INT64_C(86400000), on_shift, &sum);
    }
    printf("month %" PRId64 " shifts %" PRId64 " minutes %.6f s\n", sum.shifts,
           sum.minutes, (now_us() - start) / 1e6);
    for (int i = 0; i < 4; i++) {
        nj_zone_destroy(zones[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[1], "month") == 0 ? month() : look_up();
}
