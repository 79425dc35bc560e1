/* Zone files: what is read, and what is refused. */

// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/zone_parts.h"

static int fail_in; /* the allocation that fails, counted down; 0: none */

static int fails(void)
{
    return fail_in > 0 && --fail_in == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

/* ---- a TZif file of our own making ---- */

struct file {
    unsigned char bytes[4096];
    size_t len;
};

static void put(struct file *f, int64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        f->bytes[f->len++] = (unsigned char)((uint64_t)value >> (8 * i));
    }
}

struct spec {
    char version; /* '\0', '2'.. */
    size_t leaps;
    size_t times;
    const int64_t *at;
    const unsigned char *type;
    size_t types;
    const int32_t *offset;
    const char *footer;
};

static void put_block(struct file *f, const struct spec *s, int time_bytes)
{
    memcpy(f->bytes + f->len, "TZif", 4);
    f->len += 4;
    put(f, s->version, 1);
    for (int i = 0; i < 15; i++) {
        put(f, 0, 1);
    }
    put(f, 0, 4);
    put(f, 0, 4);
    put(f, (int64_t)s->leaps, 4);
    put(f, (int64_t)s->times, 4);
    put(f, (int64_t)s->types, 4);
    put(f, 4, 4);
    for (size_t i = 0; i < s->times; i++) {
        put(f, s->at[i], time_bytes);
    }
    for (size_t i = 0; i < s->times; i++) {
        put(f, s->type[i], 1);
    }
    for (size_t i = 0; i < s->types; i++) {
        put(f, s->offset[i], 4);
        put(f, 0, 2);
    }
    put(f, 0, 4);
    for (size_t i = 0; i < s->leaps; i++) {
        put(f, 0, time_bytes);
        put(f, 0, 4);
    }
}

static struct file make(const struct spec *s)
{
    static struct file f;

    f.len = 0;
    put_block(&f, s, 4);
    if (s->version != '\0') {
        put_block(&f, s, 8);
        put(&f, '\n', 1);
        memcpy(f.bytes + f.len, s->footer, strlen(s->footer));
        f.len += strlen(s->footer);
        put(&f, '\n', 1);
    }
    return f;
}

static const int32_t one_offset[] = {0};

/* A zone that has nothing but the rule FOOTER. */
static struct nj_zone *zone_of_rule(const char *footer)
{
    struct spec s = {
        .version = '3', .types = 1, .offset = one_offset, .footer = footer};
    struct file f = make(&s);
    struct nj_zone *zone = NULL;
    struct nj_err err = {0};

    if (nj_zone_read("Test/Rule", f.bytes, f.len, &zone, &err) != 0) {
        fail_msg("%s", err.text);
    }
    return zone;
}

static int offset_at(const struct nj_zone *zone, const char *utc_text)
{
    int64_t at_ms = 0;

    assert_int_equal(nj_time_read(NULL, utc_text, NJ_FOLD_FIRST, &at_ms), 0);
    return nj_zone_offset_s(zone, at_ms);
}

/* ---- refusals ---- */

static void refuse(const struct spec *s, const char *why)
{
    struct file f = make(s);
    struct nj_zone *zone = (struct nj_zone *)&f;
    struct nj_err err = {0};

    assert_int_equal(nj_zone_read("T", f.bytes, f.len, &zone, &err),
                     NJ_E_INVALID);
    assert_ptr_equal(zone, &f);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, why);
    }
}

static void a_file_with_leap_seconds_is_refused(void **state)
{
    (void)state;
    refuse(&(struct spec){.version = '2',
                          .leaps = 1,
                          .types = 1,
                          .offset = one_offset,
                          .footer = "UTC0"},
           "leap seconds");
}

static void a_file_without_types_is_refused(void **state)
{
    (void)state;
    refuse(&(struct spec){.version = '2', .footer = "UTC0"}, "no local time");
}

static void transitions_out_of_order_are_refused(void **state)
{
    static const int64_t at[] = {20, 10};
    static const unsigned char type[] = {0, 0};

    (void)state;
    refuse(&(struct spec){.version = '2',
                          .times = 2,
                          .at = at,
                          .type = type,
                          .types = 1,
                          .offset = one_offset,
                          .footer = ""},
           "out of order");
}

static void a_transition_to_a_missing_type_is_refused(void **state)
{
    static const int64_t at[] = {20};
    static const unsigned char type[] = {1};

    (void)state;
    refuse(&(struct spec){.times = 1,
                          .at = at,
                          .type = type,
                          .types = 1,
                          .offset = one_offset},
           "out of range");
}

static void an_offset_of_more_than_a_day_is_refused(void **state)
{
    static const int32_t offset[] = {100000};

    (void)state;
    refuse(&(struct spec){.types = 1, .offset = offset}, "more than a day");
}

static void broken_footers_are_refused(void **state)
{
    static const char *const footers[] = {
        "X0",
        "UTC",
        "UTC25",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J366,J365",
        "CET-1CEST,366,365",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0/2:60,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0 ",
        "<+03-3",
        "<+03>",
        "UTC0\x01",
    };

    (void)state;
    for (size_t i = 0; i < sizeof footers / sizeof footers[0]; i++) {
        refuse(&(struct spec){.version = '2',
                              .types = 1,
                              .offset = one_offset,
                              .footer = footers[i]},
               "footer");
    }
}

static void every_cut_of_a_file_is_refused_without_reading_past_it(void **state)
{
    struct spec s = {.version = '2',
                     .types = 1,
                     .offset = one_offset,
                     .footer = "CET-1CEST,M3.5.0,M10.5.0/3"};
    struct file f = make(&s);
    struct nj_zone *zone = NULL;

    (void)state;
    for (size_t len = 0; len < f.len; len++) {
        unsigned char *exact = malloc(len + 1);

        memcpy(exact, f.bytes, len);
        exact = realloc(exact, len == 0 ? 1 : len);
        assert_int_equal(nj_zone_read("T", exact, len, &zone, NULL),
                         NJ_E_INVALID);
        free(exact);
    }
    assert_null(zone);
}

static void counts_that_lie_are_refused(void **state)
{
    struct spec s = {.types = 1, .offset = one_offset};

    (void)state;
    for (size_t at = 20; at < 44; at++) {
        struct file f = make(&s);
        struct nj_zone *zone = NULL;

        f.bytes[at] = 0xff;
        assert_int_equal(nj_zone_read("T", f.bytes, f.len, &zone, NULL),
                         NJ_E_INVALID);
    }
}

static void names_that_walk_about_are_refused(void **state)
{
    static const char *const names[] = {
        "",
        "/etc/passwd",
        "../zoneinfo/UTC",
        "Europe/../UTC",
        "Europe/",
        "Europe//London",
        "./UTC",
        "Europe/Lon don",
        "Etc/\x1b[31m",
    };
    struct nj_zone *zone = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct nj_err err = {0};

        assert_int_equal(nj_zone_load(NULL, names[i], &zone, &err),
                         NJ_E_INVALID);
        assert_non_null(strstr(err.text, "is not the name of a time zone"));
        assert_null(strchr(err.text, '\x1b'));
    }
}

static void unknown(const char *name, const char *meant)
{
    struct nj_zone *zone = NULL;
    struct nj_err err = {0};

    assert_int_equal(nj_zone_load("/usr/share/zoneinfo", name, &zone, &err),
                     NJ_E_NOTFOUND);
    if (strstr(err.text, meant) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, meant);
    }
}

static void an_unknown_zone_is_told_with_the_nearest(void **state)
{
    (void)state;
    unknown("Europe/Londn", "did you mean 'Europe/London'?");
    unknown("europe/london", "did you mean 'Europe/London'?");
    unknown("Chicago", "did you mean 'America/Chicago'?");
    unknown("America/Argentina/Saltta", "'America/Argentina/Salta'?");
    unknown("Europe", "there is no time zone 'Europe'");
    unknown("Qqqqqqqqqqqqq", "write a name such as");
}

static void a_file_that_is_no_zone_is_refused(void **state)
{
    struct nj_zone *zone = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(
        nj_zone_load("/usr/share/zoneinfo", "zone1970.tab", &zone, &err),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "not a time zone file"));
}

static void a_fifo_or_a_huge_file_is_refused_at_once(void **state)
{
    char dir[] = "/tmp/nj-zone-XXXXXX";
    char path[64];
    struct nj_zone *zone = NULL;
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/Fifo", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(nj_zone_load(dir, "Fifo", &zone, NULL), NJ_E_NOTFOUND);
    unlink(path);
    (void)snprintf(path, sizeof path, "%s/Huge", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), (2 << 20)), 0);
    fclose(file);
    assert_int_equal(nj_zone_load(dir, "Huge", &zone, NULL), NJ_E_INVALID);
    unlink(path);
    rmdir(dir);
}

static void put_zone(const char *dir)
{
    struct spec s = {.types = 1, .offset = one_offset};
    struct file f = make(&s);
    char fresh[64];
    char path[64];
    FILE *out;

    (void)snprintf(fresh, sizeof fresh, "%s/fresh", dir);
    (void)snprintf(path, sizeof path, "%s/Zone", dir);
    out = fopen(fresh, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(f.bytes, 1, f.len, out), f.len);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(rename(fresh, path), 0);
}

static void a_zone_is_stale_when_another_file_is_in_its_place(void **state)
{
    char dir[] = "/tmp/nj-zone-XXXXXX";
    char path[64];
    struct nj_zone *zone = NULL;

    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/Zone", dir);
    put_zone(dir);
    assert_int_equal(nj_zone_load(dir, "Zone", &zone, NULL), 0);
    assert_false(nj_zone_is_stale(zone));
    put_zone(dir);
    assert_true(nj_zone_is_stale(zone));
    unlink(path);
    assert_false(nj_zone_is_stale(zone)); /* gone: nothing better is known */
    nj_zone_destroy(zone);
    rmdir(dir);
}

static void each_allocation_may_fail_while_loading(void **state)
{
    int rc = NJ_E_NOMEM;

    (void)state;
    for (int k = 1; rc != 0; k++) {
        struct nj_zone *zone = NULL;

        assert_true(k < 50);
        fail_in = k;
        rc = nj_zone_load("/usr/share/zoneinfo", "Europe/London", &zone, NULL);
        fail_in = 0;
        assert_true(rc == 0 || (rc == NJ_E_NOMEM && zone == NULL));
        nj_zone_destroy(zone);
    }
}

static void each_allocation_may_fail_while_suggesting(void **state)
{
    (void)state;
    for (int k = 1; k < 40; k++) {
        struct nj_zone *zone = NULL;
        struct nj_err err = {0};

        fail_in = k;
        assert_int_equal(
            nj_zone_load("/usr/share/zoneinfo", "Europe/Londn", &zone, &err),
            NJ_E_NOTFOUND);
        fail_in = 0;
        assert_non_null(strstr(err.text, "there is no time zone"));
    }
}

/* ---- rules ---- */

static void a_rule_alone_answers_for_all_of_time(void **state)
{
    struct nj_zone *zone = zone_of_rule("CET-1CEST,M3.5.0,M10.5.0/3");

    (void)state;
    assert_int_equal(offset_at(zone, "1500-07-01T00:00:00Z"), 7200);
    assert_int_equal(offset_at(zone, "1970-01-01T00:00:00Z"), 3600);
    assert_int_equal(offset_at(zone, "2026-03-29T00:59:59Z"), 3600);
    assert_int_equal(offset_at(zone, "2026-03-29T01:00:00Z"), 7200);
    assert_int_equal(offset_at(zone, "9999-07-01T00:00:00Z"), 7200);
    nj_zone_destroy(zone);
}

static void days_of_the_year_in_a_rule_know_leap_years(void **state)
{
    struct nj_zone *julian = zone_of_rule("AAA0BBB,J60/0,J300/0");
    struct nj_zone *zero = zone_of_rule("AAA0BBB,59/0,300/0");

    (void)state; /* J60 is always 1 March; 59 is 29 February in leap years */
    assert_int_equal(offset_at(julian, "2024-02-29T23:59:59Z"), 0);
    assert_int_equal(offset_at(julian, "2024-03-01T00:00:00Z"), 3600);
    assert_int_equal(offset_at(julian, "2025-03-01T00:00:00Z"), 3600);
    assert_int_equal(offset_at(zero, "2024-02-29T00:00:00Z"), 3600);
    assert_int_equal(offset_at(zero, "2025-02-28T23:59:59Z"), 0);
    nj_zone_destroy(julian);
    nj_zone_destroy(zero);
}

static void hours_in_a_rule_may_reach_a_week_away(void **state)
{
    /* RFC 9636: Greenland until 2023 wrote the Saturday before as -2 hours */
    struct nj_zone *zone = zone_of_rule("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1");
    struct nj_zone *far = zone_of_rule("AAA0BBB,M3.1.0/167,M10.1.0/-167");

    (void)state;
    assert_int_equal(offset_at(zone, "2021-03-28T00:59:59Z"), -10800);
    assert_int_equal(offset_at(zone, "2021-03-28T01:00:00Z"), -7200);
    assert_int_equal(offset_at(far, "2026-03-07T22:59:59Z"), 0);
    assert_int_equal(offset_at(far, "2026-03-07T23:00:00Z"), 3600);
    assert_int_equal(offset_at(far, "2026-09-26T23:59:59Z"), 3600);
    assert_int_equal(offset_at(far, "2026-09-27T00:00:00Z"), 0);
    nj_zone_destroy(zone);
    nj_zone_destroy(far);
}

static void daylight_saving_all_year_round_never_changes(void **state)
{
    /* RFC 9636, 3.3.1: permanent daylight saving, an hour ahead */
    struct nj_zone *zone = zone_of_rule("EST5EDT,0/0,J365/25");
    int64_t at_ms;

    (void)state;
    assert_int_equal(offset_at(zone, "2026-01-01T05:00:00Z"), -14400);
    assert_int_equal(offset_at(zone, "2026-12-31T23:59:59Z"), -14400);
    assert_int_equal(nj_time_read(NULL, "2026-06-01", 0, &at_ms), 0);
    assert_true(nj_zone_next_change(zone, at_ms) == INT64_MAX);
    nj_zone_destroy(zone);
}

static void an_old_file_without_footer_keeps_its_last_offset(void **state)
{
    static const int64_t at[] = {-1000, 1000};
    static const unsigned char type[] = {1, 0};
    static const int32_t offset[] = {3600, 7200};
    struct spec s = {
        .times = 2, .at = at, .type = type, .types = 2, .offset = offset};
    struct file f = make(&s);
    struct nj_zone *zone = NULL;

    (void)state;
    assert_int_equal(nj_zone_read("T", f.bytes, f.len, &zone, NULL), 0);
    assert_string_equal(nj_zone_name(zone), "T");
    assert_int_equal(nj_zone_offset_s(zone, -1000001), 3600);
    assert_int_equal(nj_zone_offset_s(zone, -1000000), 7200);
    assert_int_equal(nj_zone_offset_s(zone, 999999), 7200);
    assert_int_equal(nj_zone_offset_s(zone, INT64_MAX), 3600);
    assert_int_equal(nj_zone_offset_s(zone, INT64_MIN), 3600);
    nj_zone_destroy(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_with_leap_seconds_is_refused),
        cmocka_unit_test(a_file_without_types_is_refused),
        cmocka_unit_test(transitions_out_of_order_are_refused),
        cmocka_unit_test(a_transition_to_a_missing_type_is_refused),
        cmocka_unit_test(an_offset_of_more_than_a_day_is_refused),
        cmocka_unit_test(broken_footers_are_refused),
        cmocka_unit_test(
            every_cut_of_a_file_is_refused_without_reading_past_it),
        cmocka_unit_test(counts_that_lie_are_refused),
        cmocka_unit_test(names_that_walk_about_are_refused),
        cmocka_unit_test(an_unknown_zone_is_told_with_the_nearest),
        cmocka_unit_test(a_file_that_is_no_zone_is_refused),
        cmocka_unit_test(a_fifo_or_a_huge_file_is_refused_at_once),
        cmocka_unit_test(a_zone_is_stale_when_another_file_is_in_its_place),
        cmocka_unit_test(each_allocation_may_fail_while_loading),
        cmocka_unit_test(each_allocation_may_fail_while_suggesting),
        cmocka_unit_test(a_rule_alone_answers_for_all_of_time),
        cmocka_unit_test(days_of_the_year_in_a_rule_know_leap_years),
        cmocka_unit_test(hours_in_a_rule_may_reach_a_week_away),
        cmocka_unit_test(daylight_saving_all_year_round_never_changes),
        cmocka_unit_test(an_old_file_without_footer_keeps_its_last_offset),
    };

    return cmocka_run_group_tests_name("zone_read", tests, NULL, NULL);
}
