/* Everything that is refused, and in which words: tests/data/conf/refused.txt
 * has the expected problems first, then the file. */

#include "unit/conf/reading.h"

static const char table_path[] = "tests/data/conf/refused.txt";

struct expectation {
    char told[16384];
    char yaml[16384];
    int line;
};

static void add(char *to, size_t room, const char *line)
{
    size_t len = strlen(to);

    assert_true(len + strlen(line) + 8 < room);
    memcpy(to + len, line, strlen(line) + 1);
}

/* "=== 2:3: error: ..." as the program prints it. */
static void add_problem(struct expectation *e, const char *line)
{
    int whole = line[4] < '0' || line[4] > '9';

    add(e->told, sizeof e->told, whole ? "t.yaml: " : "t.yaml:");
    add(e->told, sizeof e->told, line + 4);
}

/* The next block of FILE; 0 at the end. */
static int next(FILE *file, int *line_number, struct expectation *e)
{
    char line[8192];
    long before = ftell(file);

    *e = (struct expectation){.line = *line_number};
    while (fgets(line, sizeof line, file) != NULL) {
        int head = strncmp(line, "=== ", 4) == 0;

        if (head && e->yaml[0] != '\0') {
            assert_int_equal(fseek(file, before, SEEK_SET), 0);
            return 1;
        }
        before = ftell(file);
        ++*line_number;
        if (head) {
            add_problem(e, line);
        } else if (e->told[0] != '\0' && strncmp(line, "#### ", 5) != 0) {
            add(e->yaml, sizeof e->yaml, line);
        }
    }
    return e->yaml[0] != '\0';
}

static void each_refused_thing_is_told_in_its_words(void **state)
{
    FILE *file = fopen(table_path, "r");
    struct expectation e;
    int line = 1;
    int cases = 0;

    (void)state;
    assert_non_null(file);
    while (next(file, &line, &e)) {
        struct reading r;

        reading_text(&r, e.yaml);
        if (strcmp(nj_buf_text(&r.told), e.told) != 0) {
            fail_msg("%s:%d: expected\n%s\ngot\n%s\nfor\n%s", table_path,
                     e.line, e.told, nj_buf_text(&r.told), e.yaml);
        }
        assert_int_equal(r.code, NJ_E_INVALID);
        assert_null(r.settings);
        reading_finish(&r);
        cases++;
    }
    (void)fclose(file);
    assert_true(cases > 80);
}

static void a_value_that_may_be_a_secret_is_never_repeated(void **state)
{
    static const char *const files[] = {
        "people: {maya: {token: hunter2}}",
        "people: {maya: {token: [hunter2]}}",
        "sources: {a: {type: feed, url: https://u:hunter2@a.example/}}",
        "sources: {a: {type: feed, url: hunter2}}",

        "daemon: {heartbeat: {url: \"https://a.example/ hunter2\"}}",
        "channels: {sms: {type: sms-webhook, token: hunter2}}",
        "sources: {a: {type: feed, url: https://a.example/, headers:"
        " {Authorization: hunter2, X: [hunter2]}}}"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct reading r;

        reading_text(&r, files[i]);
        assert_int_equal(r.code, NJ_E_INVALID);
        assert_null(strstr(nj_buf_text(&r.told), "hunter2"));
        reading_finish(&r);
    }
}

static void errors_beyond_the_limit_are_counted(void **state)
{
    struct nj_buf text;
    struct reading r;

    (void)state;
    nj_buf_init(&text, 1 << 20);
    nj_buf_adds(&text, "brands:\n");
    for (int i = 0; i < NJ_LIMIT_CONFIG_ERRORS + 50; i++) {
        nj_buf_addf(&text, "  b%d: {timezon: x}\n", i);
    }
    reading_text(&r, nj_buf_text(&text));
    assert_int_equal(r.problems.count, NJ_LIMIT_CONFIG_ERRORS);
    assert_int_equal(r.problems.errors, NJ_LIMIT_CONFIG_ERRORS + 50);
    assert_non_null(strstr(nj_buf_text(&r.told), "t.yaml: and 50 more\n"));
    reading_finish(&r);
    nj_buf_finish(&text);
}

static void errors_are_told_by_line(void **state)
{
    struct reading r;
    int last = 0;

    (void)state;
    reading_text(&r, "rules: [{match: {}}]\n"
                     "people: {maya: {rules: {low: [x]}}}\n"
                     "brands: {a: {b: c}, d: {team: e}}\n"
                     "team: {}\n");
    assert_true(r.problems.count >= 5);
    for (size_t i = 0; i < r.problems.count; i++) {
        assert_true(r.problems.list[i].line >= last);
        last = r.problems.list[i].line;
    }
    reading_finish(&r);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    struct reading r;

    (void)state;
    reading_file(&r, "/nowhere/nightjar.yaml");
    assert_int_equal(r.code, NJ_E_NOTFOUND);
    assert_string_equal(
        nj_buf_text(&r.told),
        "/nowhere/nightjar.yaml: error: there is no such file\n");
    reading_finish(&r);
    reading_file(&r, "tests/data");
    assert_int_equal(r.code, NJ_E_IO);
    assert_string_equal(nj_buf_text(&r.told),
                        "tests/data: error: Is a directory\n");
    reading_finish(&r);
}

static void foreign_text_in_a_message_is_made_harmless(void **state)
{
    struct reading r;

    (void)state;
    reading_text(&r, "brands: {a: {\"x\\e[31m\": y}}\n");
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_null(strchr(nj_buf_text(&r.told), '\x1b'));
    assert_non_null(strstr(nj_buf_text(&r.told), "\\x1b[31m"));
    reading_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refused_thing_is_told_in_its_words),
        cmocka_unit_test(a_value_that_may_be_a_secret_is_never_repeated),
        cmocka_unit_test(errors_beyond_the_limit_are_counted),
        cmocka_unit_test(errors_are_told_by_line),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
        cmocka_unit_test(foreign_text_in_a_message_is_made_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
