/* Single values, in all the forms people write: tests/data/conf/values.txt. */

#include "unit/conf/reading.h"

#include "conf/value.h"

static const char *const schemes[] = {"http", "https", NULL};
static const struct nj_key row = {.name = "x", .names = schemes};

static enum nj_kind kind_of(const char *name)
{
    static const struct {
        const char *name;
        enum nj_kind kind;
    } kinds[] = {
        {"window", NJ_KIND_WINDOW},   {"time", NJ_KIND_TIME},
        {"date", NJ_KIND_DATE},       {"duration", NJ_KIND_DURATION},
        {"bool", NJ_KIND_BOOL},       {"int", NJ_KIND_INT},
        {"number", NJ_KIND_NUMBER},   {"size", NJ_KIND_SIZE},
        {"url", NJ_KIND_URL},         {"address", NJ_KIND_ADDRESS},
        {"zone", NJ_KIND_ZONE},       {"pointer", NJ_KIND_POINTER},
        {"contact", NJ_KIND_CONTACT},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return kinds[i].kind;
        }
    }
    fail_msg("no kind '%s'", name);
    return NJ_KINDS;
}

static void
meaning(enum nj_kind kind, const struct nj_node *node, char *out, size_t room)
{
    const struct nj_conf_window *w = &node->as.window;
    const struct nj_packed_time *t = &node->as.time;

    if (kind == NJ_KIND_WINDOW) {
        (void)snprintf(out, room, "%02x %d-%d", w->days, w->start_min,
                       w->end_min);
    } else if (kind == NJ_KIND_TIME || kind == NJ_KIND_DATE) {
        (void)snprintf(out, room, "%04d-%02d-%02d %02d:%02d:%02d", t->year,
                       t->month, t->day, t->hour, t->minute, t->second);
    } else if (kind == NJ_KIND_NUMBER) {
        (void)snprintf(out, room, "%g", node->as.number);
    } else if (kind == NJ_KIND_CONTACT) {
        (void)snprintf(out, room, "%lld", (long long)node->as.ref.delay_ms);
    } else if (kind == NJ_KIND_URL || kind == NJ_KIND_ADDRESS ||
               kind == NJ_KIND_ZONE || kind == NJ_KIND_POINTER) {
        (void)snprintf(out, room, "ok");
    } else {
        (void)snprintf(out, room, "%lld", (long long)node->as.whole);
    }
}

static void check_line(int number,
                       const char *kind_name,
                       const char *text,
                       const char *expected)
{
    enum nj_kind kind = kind_of(kind_name);
    struct nj_node node = {0};
    struct nj_err err = {0};
    char got[64] = "-";
    int code = nj_value_read(&row, kind, text, &node, &err);

    if (code == 0) {
        meaning(kind, &node, got, sizeof got);
    } else {
        assert_int_equal(code, NJ_E_INVALID);
        assert_string_not_equal(err.text, "");
    }
    if (strcmp(got, expected) != 0) {
        fail_msg("values.txt:%d: %s '%s' is %s, not %s (%s)", number, kind_name,
                 text, got, expected, err.text);
    }
}

static void each_value_means_what_people_mean(void **state)
{
    char *text = reading_slurp("tests/data/conf/values.txt");
    char *line = text;
    int number = 0;
    int cases = 0;

    (void)state;
    while (*line != '\0') {
        char *end = line + strcspn(line, "\n");
        char *value = strchr(line, '\t');
        char *expected = value == NULL ? NULL : strchr(value + 1, '\t');

        number++;
        if (*line != '#' && expected != NULL && expected < end) {
            *value = *expected = *end = '\0';
            check_line(number, line, value + 1, expected + 1);
            cases++;
        }
        line = end + 1;
    }
    free(text);
    assert_true(cases > 70);
}

static void a_refused_value_leaves_the_node_untouched(void **state)
{
    struct nj_node node = {.as.whole = 42};

    (void)state;
    assert_int_equal(
        nj_value_read(&row, NJ_KIND_WINDOW, "mon-fri 8-9", &node, NULL),
        NJ_E_INVALID);
    assert_int_equal(
        nj_value_read(&row, NJ_KIND_TIME, "2026-01-05 18:60", &node, NULL),
        NJ_E_INVALID);
    assert_int_equal(
        nj_value_read(&row, NJ_KIND_DURATION, "5 parsecs", &node, NULL),
        NJ_E_INVALID);
    assert_int_equal(node.as.whole, 42);
}

static void long_values_do_not_harm(void **state)
{
    static char text[70000];
    static const enum nj_kind kinds[] = {
        NJ_KIND_BOOL,   NJ_KIND_INT,     NJ_KIND_NUMBER, NJ_KIND_DURATION,
        NJ_KIND_SIZE,   NJ_KIND_URL,     NJ_KIND_WINDOW, NJ_KIND_TIME,
        NJ_KIND_DATE,   NJ_KIND_ADDRESS, NJ_KIND_ZONE,   NJ_KIND_CONTACT,
        NJ_KIND_POINTER};
    static const char first[] = "a1-/[~:% .";

    (void)state;
    for (size_t f = 0; f < sizeof first - 1; f++) {
        memset(text, first[f], sizeof text - 1);
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            struct nj_node node = {0};
            struct nj_err err = {0};

            (void)!nj_value_read(&row, kinds[i], text, &node, &err);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_means_what_people_mean),
        cmocka_unit_test(a_refused_value_leaves_the_node_untouched),
        cmocka_unit_test(long_values_do_not_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
