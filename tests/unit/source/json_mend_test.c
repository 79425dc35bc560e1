#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "source/json_mend.h"

static cJSON *mend(const char *text, size_t len)
{
    cJSON *root = NULL;
    struct nj_err err = {0};

    if (nj_json_mend(text, len, 1 << 20, &root, &err) != 0) {
        fail_msg("%s", err.text);
    }
    return root;
}

static void assert_text(const char *json, const char *expected)
{
    cJSON *root = mend(json, strlen(json));

    assert_string_equal(nj_json_text(root, "a"), expected);
    cJSON_Delete(root);
}

static void mend_leaves_what_is_wrong_wrong_and_says_where(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } cases[] = {
        {"", "line 1 column 1"},
        {"{\"a\":1", "line 1"},
        {"{\"a\":1}x", "text after the end"},
        {"{\n \"id\": 12345678901234567890,\n \"b\": }", "line 3"},
        {"[1,]", "line 1"},
        {"{\"a\":\"\\u00zz\"}", "line 1"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *root = (cJSON *)1;
        struct nj_err err = {0};

        assert_int_equal(nj_json_mend(cases[i].text, strlen(cases[i].text),
                                      1 << 20, &root, &err),
                         NJ_E_INVALID);
        assert_ptr_equal(root, (cJSON *)1);
        if (strstr(err.text, cases[i].place) == NULL) {
            fail_msg("%s: %s", cases[i].text, err.text);
        }
    }
}

static void mend_too_long_is_refused(void **state)
{
    cJSON *root = NULL;
    (void)state;

    assert_int_equal(nj_json_mend("[1,2,3]", 7, 6, &root, NULL), NJ_E_TOOBIG);
    assert_null(root);
}

static void mend_keeps_every_digit_of_long_numbers(void **state)
{
    (void)state;
    assert_text("{\"a\":9007199254740993}", "9007199254740993");
    assert_text("{\"a\": -12345678901234567890123}",
                "-12345678901234567890123");
    assert_text("{\"x\":[1234567890123456],\"a\":\"9007199254740993 is text\"}",
                "9007199254740993 is text");
}

static void mend_leaves_numbers_that_fit_alone(void **state)
{
    const char *text = "{\"a\":123456789012345,\"b\":1.1234567890123456789e5,"
                       "\"c\":-0,\"d\":1e400}";
    cJSON *root = mend(text, strlen(text));
    (void)state;

    assert_true(nj_json_number(root, "a", 0) == 123456789012345.0);
    assert_true(nj_json_number(root, "b", 0) > 112345);
    cJSON_Delete(root);
}

static void mend_one_broken_character_blinds_nobody(void **state)
{
    (void)state;
    assert_text("{\"a\":\"x\\ud83dy\"}", "x\xef\xbf\xbdy");
    assert_text("{\"a\":\"x\\ude00y\"}", "x\xef\xbf\xbdy");
    assert_text("{\"a\":\"\\ud83d\\ud83d\\ude00\"}",
                "\xef\xbf\xbd\xf0\x9f\x98\x80");
    assert_text("{\"a\":\"x\\u0000y\"}", "x\xef\xbf\xbdy");
    assert_text("{\"a\":\"x\xff\xc3y\"}", "x\xef\xbf\xbd\xef\xbf\xbdy");
    assert_text("{\"a\":\"x\ny\tz\"}", "x\ny\tz");
    assert_text("\xef\xbb\xbf{\"a\":\"marked\"}", "marked");
    assert_text("{\"a\":\"\\\\ud83d \\\\\"}", "\\ud83d \\");
}

static void mend_nul_in_a_string_is_replaced(void **state)
{
    const char text[] = "{\"a\":\"x\0y\"}";
    cJSON *root = mend(text, sizeof text - 1);
    (void)state;

    assert_string_equal(nj_json_text(root, "a"), "x\xef\xbf\xbdy");
    cJSON_Delete(root);
}

static void mend_no_numbers_become_null(void **state)
{
    const char *text = "[NaN, Infinity, -Infinity, \"NaN\"]";
    cJSON *root = mend(text, strlen(text));
    (void)state;

    assert_true(cJSON_IsNull(cJSON_GetArrayItem(root, 0)));
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(root, 1)));
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(root, 2)));
    assert_string_equal(cJSON_GetArrayItem(root, 3)->valuestring, "NaN");
    cJSON_Delete(root);
}

static void words_of_numbers_are_as_they_were_written(void **state)
{
    char room[NJ_JSON_ROOM];
    const char *text = "[5, -7, 1.5, true, null, {}, \"t\", 9007199254740992]";
    cJSON *root = mend(text, strlen(text));
    const char *const expected[] = {"5",  "-7", "1.5", "true",
                                    NULL, NULL, "t",   "9007199254740992"};
    (void)state;

    for (int i = 0; i < 8; i++) {
        const char *words = nj_json_words(cJSON_GetArrayItem(root, i), room);

        if (expected[i] == NULL) {
            assert_null(words);
        } else {
            assert_string_equal(words, expected[i]);
        }
    }
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mend_leaves_what_is_wrong_wrong_and_says_where),
        cmocka_unit_test(mend_too_long_is_refused),
        cmocka_unit_test(mend_keeps_every_digit_of_long_numbers),
        cmocka_unit_test(mend_leaves_numbers_that_fit_alone),
        cmocka_unit_test(mend_one_broken_character_blinds_nobody),
        cmocka_unit_test(mend_nul_in_a_string_is_replaced),
        cmocka_unit_test(mend_no_numbers_become_null),
        cmocka_unit_test(words_of_numbers_are_as_they_were_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
