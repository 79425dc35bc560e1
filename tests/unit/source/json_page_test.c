#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "source/json_page.h"
#include "unit/source/table.h"

static const char *or_null(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

static void address_table_of_cases_holds(void **state)
{
    struct table t;
    (void)state;

    table_open(&t, "tests/data/source/address.tsv");
    while (table_next(&t)) {
        struct nj_json_place place = {.since_ms =
                                          strtoll(t.columns[2], NULL, 10),
                                      .cursor = or_null(t.columns[3]),
                                      .page = strtol(t.columns[4], NULL, 10)};
        struct nj_buf out;

        nj_buf_init(&out, 1000);
        nj_json_address(t.columns[1], &place, &out);
        if (strcmp(nj_buf_text(&out), t.columns[0]) != 0) {
            fail_msg("line %d: %s", t.line, nj_buf_text(&out));
        }
        nj_buf_finish(&out);
    }
}

static void link_header_table_of_cases_holds(void **state)
{
    struct table t;
    (void)state;

    assert_int_equal(nj_json_link_next(NULL, "https://b.example/", NULL), 0);
    table_open(&t, "tests/data/source/link_header.tsv");
    while (table_next(&t)) {
        char out[NJ_URL_ROOM] = "";
        int found = nj_json_link_next(t.count > 1 ? t.columns[1] : "",
                                      "https://base.example/api", out);

        if (strcmp(found ? out : "-", t.columns[0]) != 0) {
            fail_msg("line %d: %s", t.line, found ? out : "-");
        }
    }
}

static enum nj_reset_format format_of(const char *name)
{
    return strcmp(name, "auto") == 0   ? NJ_RESET_AUTO
           : strcmp(name, "unix") == 0 ? NJ_RESET_UNIX
                                       : NJ_RESET_SECONDS;
}

static void limits_table_of_cases_holds(void **state)
{
    struct table t;
    (void)state;

    table_open(&t, "tests/data/source/limits.tsv");
    while (table_next(&t)) {
        int64_t wait_ms =
            nj_json_limit_wait(or_null(t.columns[1]), or_null(t.columns[2]),
                               format_of(t.columns[3]), INT64_C(1767636000000));

        if (wait_ms != strtoll(t.columns[0], NULL, 10)) {
            fail_msg("line %d: %lld", t.line, (long long)wait_ms);
        }
    }
}

static void cursor_that_says_nothing_is_none(void **state)
{
    static const char json[] = "{\"a\":null,\"b\":\"\",\"c\":false,\"d\":{},"
                               "\"e\":17,\"f\":\"x\",\"g\":[]}";
    static const char *const none[] = {"/a", "/b", "/c", "/d", "/g", "/zz", ""};
    char room[NJ_JSON_CURSOR];
    cJSON *root = NULL;
    (void)state;

    assert_int_equal(
        nj_json_parse(json, sizeof json - 1, sizeof json, &root, NULL), 0);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_null(nj_json_cursor(root, none[i], room));
    }
    assert_string_equal(nj_json_cursor(root, "/e", room), "17");
    assert_string_equal(nj_json_cursor(root, "/f", room), "x");
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_table_of_cases_holds),
        cmocka_unit_test(link_header_table_of_cases_holds),
        cmocka_unit_test(limits_table_of_cases_holds),
        cmocka_unit_test(cursor_that_says_nothing_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
