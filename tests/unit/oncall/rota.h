/* Schedules for the tests of on-call, told in few words. */

#ifndef TESTS_UNIT_ONCALL_ROTA_H
#define TESTS_UNIT_ONCALL_ROTA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oncall/oncall.h"

enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, SAT = 32, SUN = 64 };
enum { WORKDAYS = 31, WEEKEND = 96, ALL = 127 };

static const char *const ana[] = {"ana"};
static const char *const bo[] = {"bo"};
static const char *const cai[] = {"cai"};
static const char *const dee_eli[] = {"dee", "eli"};

static const struct nj_turn ana_alone[] = {{ana, 1}};
static const struct nj_turn bo_alone[] = {{bo, 1}};
static const struct nj_turn cai_alone[] = {{cai, 1}};
static const struct nj_turn ana_bo[] = {{ana, 1}, {bo, 1}};
static const struct nj_turn ana_bo_cai[] = {{ana, 1}, {bo, 1}, {cai, 1}};
static const struct nj_turn ana_pair[] = {{ana, 1}, {dee_eli, 2}};

static const struct nj_window nights[] = {{WORKDAYS, 18 * 60, 8 * 60}};

static struct nj_zone *zone;
static struct nj_layer layers[4];
static struct nj_override overrides[8];
static struct nj_schedule schedule;
static struct nj_rota rota;

/* A schedule of COUNT empty layers in ZONE_NAME; fill layers[]. */
static inline void in(const char *zone_name, size_t count)
{
    nj_zone_destroy(zone);
    zone = NULL;
    assert_int_equal(nj_zone_load(NULL, zone_name, &zone, NULL), 0);
    memset(layers, 0, sizeof layers);
    schedule = (struct nj_schedule){
        .name = "s", .zone = zone, .layers = layers, .layer_count = count};
    rota = (struct nj_rota){.schedule = &schedule, .overrides = overrides};
}

static inline int64_t at(const char *text)
{
    int64_t ms = 0;

    if (nj_time_read(zone, text, NJ_FOLD_FIRST, &ms) != 0) {
        fail_msg("'%s' is no time", text);
    }
    return ms;
}

static inline struct nj_layer *layer(size_t i,
                                     enum nj_rotate rotate,
                                     struct nj_civil starts,
                                     const struct nj_turn *turns,
                                     size_t turn_count)
{
    layers[i] = (struct nj_layer){.rotate = rotate,
                                  .every = 1,
                                  .starts = starts,
                                  .turns = turns,
                                  .turn_count = turn_count};
    return &layers[i];
}

static inline void only(struct nj_layer *l, const struct nj_window *w, size_t n)
{
    l->only = w;
    l->only_count = n;
}

static inline void over(const char *from,
                        const char *until,
                        const char *person,
                        const char *instead_of)
{
    size_t i = rota.override_count++;

    overrides[i] = (struct nj_override){.id = (int64_t)i + 1,
                                        .from_ms = at(from),
                                        .until_ms = at(until),
                                        .schedule = "s",
                                        .person = person,
                                        .instead_of = instead_of,
                                        .made_ms = (int64_t)i};
}

/* "ana", "dee+eli", or "-" */
static inline const char *names(const struct nj_oncall *who)
{
    static char text[512];
    size_t n = 0;

    text[0] = '-';
    text[1] = '\0';
    for (size_t i = 0; i < who->count; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
                              i == 0 ? "" : "+", who->people[i]);
    }
    return text;
}

static inline const char *who(const char *text)
{
    struct nj_oncall now;

    nj_oncall_at(&rota, at(text), &now);
    assert_true(now.since_ms <= at(text) && at(text) < now.until_ms);
    return names(&now);
}

static inline int add_shift(void *ctx, const struct nj_oncall *shift)
{
    char *text = ctx;
    size_t n = strlen(text);
    struct nj_civil c;

    nj_zone_civil(zone, shift->since_ms, &c);
    (void)snprintf(text + n, 4096 - n, "%s%02d-%02d %02d:%02d %s",
                   n == 0 ? "" : ", ", c.month, c.day, c.hour, c.minute,
                   names(shift));
    return 0;
}

/* "02-03 18:00 ana, 02-04 08:00 -": each shift by its start */
static inline const char *shifts(const char *from, const char *until)
{
    static char text[4096];

    text[0] = '\0';
    assert_int_equal(
        nj_oncall_shifts(&rota, at(from), at(until), add_shift, text), 0);
    return text;
}

static inline int leave(void **state)
{
    (void)state;
    nj_zone_destroy(zone);
    zone = NULL;
    return 0;
}

#endif
