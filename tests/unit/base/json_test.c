/* base/json.h: what cJSON alone would let pass, and a writer that cannot
 * write broken JSON. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static int parse(const char *text, size_t len, struct nj_err *err)
{
    cJSON *tree = NULL;
    int code = nj_json_parse(text, len, 1000, &tree, err);

    cJSON_Delete(tree);
    return code;
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } bad[] = {
        {"", "line 1 column 1"},
        {"{\"a\":1} x", "line 1 column 9"},
        {"{\n \"a\": }", "line 2"},
        {"\"a\\u0000b\"", "column 3"},
        {"\"a\\u00zzb\"", "column 3"},
        {"\"a\nb\"", "column 3"},
        {"\"\xff\"", "UTF-8"},
        {"\"\xed\xa0\x80\"", "UTF-8"},
        {"[1,2", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nj_err err = {0};

        assert_int_equal(parse(bad[i].text, strlen(bad[i].text), &err),
                         NJ_E_INVALID);
        assert_non_null(strstr(err.text, bad[i].place));
    }
    assert_int_equal(parse("\"a\0b\"", 5, NULL), NJ_E_INVALID);
}

static void depth_and_size_have_their_limits(void **state)
{
    char deep[600];

    (void)state;
    memset(deep, '[', 300);
    memset(deep + 300, ']', 300);
    assert_int_equal(parse(deep, 600, NULL), NJ_E_INVALID);
    assert_int_equal(parse(deep + 200, 200, NULL), 0);
    assert_int_equal(parse("1", 1001, NULL), NJ_E_TOOBIG);
}

static void brackets_inside_strings_do_not_count(void **state)
{
    char text[400] = "\"";

    (void)state;
    memset(text + 1, '[', 300);
    text[301] = '"';
    assert_int_equal(parse(text, 302, NULL), 0);
}

static void a_pointer_finds_its_node(void **state)
{
    static const char text[] =
        "{\"a/b\":[10,{\"c~d\":\"x\"}],\"\":5,\"n\":1e300}";
    cJSON *tree = NULL;

    (void)state;
    assert_int_equal(nj_json_parse(text, strlen(text), 1000, &tree, NULL), 0);
    assert_ptr_equal(nj_json_at(tree, ""), tree);
    assert_string_equal(cJSON_GetStringValue(nj_json_at(tree, "/a~1b/1/c~0d")),
                        "x");
    assert_non_null(nj_json_at(tree, "/"));
    assert_null(nj_json_at(tree, "/a~1b/2"));
    assert_null(nj_json_at(tree, "/a~1b/-1"));
    assert_null(nj_json_at(tree, "a"));
    assert_int_equal(nj_json_int(tree, "n", -7), -7);
    assert_int_equal(nj_json_int(tree, "none", 3), 3);
    cJSON_Delete(tree);
}

static void what_is_written_reads_back(void **state)
{
    static const char hostile[] = "\"\\\b\x7f\xff\xe2\x80\xa8</script>\n";
    struct nj_buf out;
    struct nj_jw w;
    cJSON *tree = NULL;

    (void)state;
    nj_buf_init(&out, 10000);
    nj_jw_init(&w, &out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, hostile, hostile);
    nj_jw_open(&w, "list", '[');
    nj_jw_int(&w, NULL, INT64_MIN);
    nj_jw_number(&w, NULL, NAN, 2);
    nj_jw_number(&w, NULL, 0.125, 2);
    nj_jw_bool(&w, NULL, 1);
    nj_jw_close(&w, ']');
    nj_jw_text(&w, "none", NULL);
    nj_jw_close(&w, '}');
    assert_int_equal(
        nj_json_parse(nj_buf_text(&out), out.len, 10000, &tree, NULL), 0);
    assert_true(cJSON_IsNull(nj_json_at(tree, "/none")));
    assert_true(cJSON_IsNull(nj_json_at(tree, "/list/1")));
    cJSON_Delete(tree);
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(depth_and_size_have_their_limits),
        cmocka_unit_test(brackets_inside_strings_do_not_count),
        cmocka_unit_test(a_pointer_finds_its_node),
        cmocka_unit_test(what_is_written_reads_back),
    };

    return cmocka_run_group_tests_name("base json", tests, NULL, NULL);
}
