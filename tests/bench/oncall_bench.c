/* How long one "who is on call?" takes. Goal: 5 us. */

#include <stdio.h>
#include <time.h>

#include "oncall/oncall.h"

enum { LOOKUPS = 200000 };

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

static double now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
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

int main(void)
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
