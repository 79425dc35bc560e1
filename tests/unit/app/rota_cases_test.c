/* Who is on call when clocks and calendars are strange: the cases, told in
 * words, stand in tests/data/oncall/cases.txt. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/plan.h"
#include "base/buf.h"
#include "base/str.h"
#include "oncall/oncall.h"

static const char table_path[] = "tests/data/oncall/cases.txt";

static const char people[] =
    "people: {ana: {email: a@example.org}, bo: {email: b@example.org},\n"
    " cai: {email: c@example.org}, dee: {email: d@example.org}}\n"
    "sources: {in: {type: spool, directory: /tmp}}\n";

enum { EXPECTED_MAX = 16, LINE_BYTES = 400 };

struct rota_case {
    char what[LINE_BYTES];
    char expected[EXPECTED_MAX][LINE_BYTES];
    int lines[EXPECTED_MAX]; /* of the table, for whoever must find it */
    size_t count;
    struct nj_buf yaml;
};

struct built {
    struct nj_settings *settings;
    struct nj_names names;
    struct nj_plan plan;
};

/* ---- reading the table ---- */

static void take_line(struct rota_case *c, const char *line, int number)
{
    if (nj_str_starts(line, "    ")) {
        assert_int_equal(nj_buf_adds(&c->yaml, line), 0);
        assert_int_equal(nj_buf_adds(&c->yaml, "\n"), 0);
        return;
    }
    assert_true(c->count < EXPECTED_MAX);
    (void)snprintf(c->expected[c->count], LINE_BYTES, "%s", line);
    c->lines[c->count++] = number;
}

/* The next case; 0 at the end. */
static int next_case(FILE *file, int *number, struct rota_case *c)
{
    char line[LINE_BYTES];
    long before = ftell(file);

    c->what[0] = '\0';
    c->count = 0;
    nj_buf_clear(&c->yaml);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (nj_str_starts(line, "=== ")) {
            if (c->what[0] != '\0') {
                assert_int_equal(fseek(file, before, SEEK_SET), 0);
                return 1;
            }
            (void)snprintf(c->what, sizeof c->what, "%s", line + 4);
        } else if (line[0] != '#' && line[0] != '\0') {
            take_line(c, line, *number + 1);
        }
        before = ftell(file);
        ++*number;
    }
    return c->what[0] != '\0';
}

static void build(const struct rota_case *c, int64_t now_ms, struct built *b)
{
    int is_brand = strstr(nj_buf_text(&c->yaml), "open:") != NULL;
    struct nj_problems problems;
    struct nj_buf text;
    struct nj_conf_input input = {.file = "case.yaml", .directory = "/tmp"};
    int code;

    *b = (struct built){0};
    nj_problems_init(&problems);
    nj_buf_init(&text, 1 << 16);
    assert_int_equal(nj_buf_addf(&text, "%s%s:\n  it:\n%s", people,
                                 is_brand ? "brands" : "schedules",
                                 nj_buf_text(&c->yaml)),
                     0);
    input.text = nj_buf_text(&text);
    input.len = text.len;
    code = nj_settings_read(&input, &b->settings, &problems);
    if (code == 0) {
        code =
            nj_plan_build(b->settings, &b->names, now_ms, &b->plan, &problems);
    }
    if (code != 0) {
        nj_problems_print(&problems, &text);
        fail_msg("%s:\n%s", c->what, nj_buf_text(&text));
    }
    nj_buf_finish(&text);
    nj_problems_finish(&problems);
}

static void finish(struct built *b)
{
    nj_plan_finish(&b->plan);
    nj_settings_destroy(b->settings);
    nj_names_finish(&b->names);
}

/* ---- answering ---- */

static const char *bound(const struct nj_zone *zone, int64_t at_ms, char *out)
{
    return at_ms == INT64_MIN || at_ms == INT64_MAX
               ? "never"
               : nj_time_text(zone, at_ms, out);
}

static void
answer_schedule(const struct nj_plan *plan, int64_t at_ms, struct nj_buf *out)
{
    const struct nj_schedule *s = &plan->schedules[0];
    struct nj_rota rota = {.schedule = s};
    struct nj_oncall who;
    char since[NJ_TIME_TEXT];
    char until[NJ_TIME_TEXT];

    nj_oncall_at(&rota, at_ms, &who);
    assert_true(who.since_ms <= at_ms && at_ms < who.until_ms);
    for (size_t i = 0; i < who.count; i++) {
        (void)nj_buf_addf(out, "%s%s", i == 0 ? "" : "+", who.people[i]);
    }
    (void)nj_buf_addf(out, "%s %s .. %s", who.count == 0 ? "-" : "",
                      bound(s->zone, who.since_ms, since),
                      bound(s->zone, who.until_ms, until));
}

static void
answer_brand(const struct nj_plan *plan, int64_t at_ms, struct nj_buf *out)
{
    const struct nj_brand *b = &plan->brands[0];
    char until[NJ_TIME_TEXT];

    (void)nj_buf_addf(out, "%s .. %s",
                      nj_hours_open(b, at_ms) ? "open" : "closed",
                      bound(b->zone, nj_hours_next_edge(b, at_ms), until));
}

/* LINE with every run of blanks as one. */
static void squeeze(char *line)
{
    char *to = line;

    for (const char *from = line; *from != '\0'; from++) {
        if (*from != ' ' || from[1] != ' ') {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static void check(struct rota_case *c, size_t i)
{
    char *line = c->expected[i];
    char *answer = strchr(line, ' ');
    struct nj_buf got;
    struct built b;
    int64_t at_ms = 0;

    assert_non_null(answer);
    *answer++ = '\0';
    squeeze(answer);
    answer += strspn(answer, " ");
    assert_int_equal(nj_time_read(NULL, line, NJ_FOLD_FIRST, &at_ms), 0);
    build(c, at_ms, &b);
    nj_buf_init(&got, 4096);
    if (b.plan.schedule_count > 0) {
        answer_schedule(&b.plan, at_ms, &got);
    } else {
        answer_brand(&b.plan, at_ms, &got);
    }
    if (strcmp(nj_buf_text(&got), answer) != 0) {
        print_error("%s:%d: %s\n  at %s\n  want %s\n  got  %s\n", table_path,
                    c->lines[i], c->what, line, answer, nj_buf_text(&got));
        c->what[0] = '\0';
    }
    nj_buf_finish(&got);
    finish(&b);
}

static void every_case_of_the_table_is_as_it_says(void **state)
{
    FILE *file = fopen(table_path, "r");
    struct rota_case c = {.count = 0};
    int number = 0;
    int cases = 0;
    int wrong = 0;

    (void)state;
    assert_non_null(file);
    nj_buf_init(&c.yaml, 1 << 16);
    while (next_case(file, &number, &c)) {
        assert_true(c.count > 0);
        for (size_t i = 0; i < c.count; i++) {
            check(&c, i);
        }
        wrong += c.what[0] == '\0';
        cases++;
    }
    nj_buf_finish(&c.yaml);
    (void)fclose(file);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_table_is_as_it_says),
    };

    return cmocka_run_group_tests_name("rota cases", tests, NULL, NULL);
}
