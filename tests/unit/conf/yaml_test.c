/* Bytes and shapes that no configuration has, but an attacker's file may. */

#include "unit/conf/reading.h"

#include "conf/yaml.h"

static void expect_bytes(const char *bytes, size_t len, const char *told)
{
    struct reading r;

    reading_bytes(&r, bytes, len, NULL);
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_string_equal(nj_buf_text(&r.told), told);
    reading_finish(&r);
}

#define EXPECT(bytes, told) expect_bytes(bytes, sizeof(bytes) - 1, told)

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    EXPECT("a: \xff\n", "t.yaml:1:4: error: this is not UTF-8; save the file "
                        "as UTF-8 text\n");
    EXPECT("a: 1\nb: \xc3\x28", "t.yaml:2:4: error: this is not UTF-8; save "
                                "the file as UTF-8 text\n");
    EXPECT("a: \0b\n",
           "t.yaml:1:4: error: a NUL byte; save the file as UTF-8 text\n");
    EXPECT("\xff\xfe"
           "a\0",
           "t.yaml:1:1: error: this is not UTF-8; save the file as UTF-8 "
           "text\n");
    EXPECT("a: \x1b[31m", "t.yaml:1:4: error: a control character; take it "
                          "out\n");
    EXPECT("a: x\xe2\x80\xa8y", "t.yaml:1:5: error: an invisible line "
                                "separator; type a plain line break\n");
    EXPECT("a: x\xef\xbb\xbfy",
           "t.yaml:1:5: error: an invisible character; take it out\n");
}

static void columns_count_characters(void **state)
{
    (void)state;
    EXPECT("brands: {a: {title: \xc3\xa4\xc3\xb6, bad: 1}}\n",
           "t.yaml:1:25: error: unknown key 'bad'; known here: title, names, "
           "timezone, open, holidays, team, answer_within\n");
    EXPECT("a: 1\r\nb: \x01",
           "t.yaml:2:4: error: a control character; take it out\n");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "\xef\xbb\xbf" READING_BASE);
    reading_finish(&r);
}

static void windows_line_ends_are_fine(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "sources:\r\n"
                     "  a: {type: feed, url: https://a.example/}\r\n"
                     "people:\r\n"
                     "  maya: {email: maya@example.org}\r\n");
    reading_finish(&r);
}

static void nesting_has_a_limit(void **state)
{
    char deep[4096];

    (void)state;
    memset(deep, '[', sizeof deep);
    expect_bytes(deep, sizeof deep,
                 "t.yaml:1:129: error: nested too deep; nothing in this file "
                 "needs so many levels\n");
}

static void size_has_a_limit(void **state)
{
    size_t len = (size_t)NJ_LIMIT_CONFIG_BYTES + 1;
    char *big = malloc(len);
    struct reading r;

    (void)state;
    assert_non_null(big);
    memset(big, '#', len);
    reading_bytes(&r, big, len, NULL);
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_string_equal(nj_buf_text(&r.told),
                        "t.yaml: error: 4194305 bytes are too long; a "
                        "configuration may have 4194304\n");
    reading_finish(&r);
    free(big);
}

static void the_number_of_values_has_a_limit(void **state)
{
    size_t len = 2 * ((size_t)NJ_LIMIT_CONFIG_NODES + 10);
    char *many = malloc(len);
    struct reading r;

    (void)state;
    assert_non_null(many);
    for (size_t i = 0; i < len; i += 2) {
        memcpy(many + i, i == 0 ? "[a" : ",a", 2);
    }
    reading_bytes(&r, many, len, NULL);
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_non_null(strstr(nj_buf_text(&r.told), "too many values"));
    reading_finish(&r);
    free(many);
}

static void many_aliases_never_grow(void **state)
{
    struct reading r;

    (void)state;
    reading_text(&r, "a: &a [x, x, x]\n"
                     "b: &b [*a, *a, *a]\n"
                     "c: &c [*b, *b, *b]\n");
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_int_equal(r.problems.errors, 3); /* two anchors, the first alias */
    reading_finish(&r);
}

static void keys_that_stand_twice_are_found_among_many(void **state)
{
    struct nj_buf text;
    struct reading r;

    (void)state;
    nj_buf_init(&text, 1 << 20);
    nj_buf_adds(&text, "brands:\n");
    for (int i = 0; i < 1000; i++) {
        nj_buf_addf(&text, "  b%d: {}\n", i == 999 ? 500 : i);
    }
    reading_text(&r, nj_buf_text(&text));
    assert_string_equal(nj_buf_text(&r.told),
                        "t.yaml:1001:3: error: key 'b500' stands twice; the "
                        "first is on line 502\n");
    reading_finish(&r);
    nj_buf_finish(&text);
}

static void scalars_come_back_as_they_were(void **state)
{
    static const char *const texts[] = {
        "plain",       "two words", "a: b",
        "# no",        "x #y",      "no",
        "5",           "+44 7",     "",
        " lead",       "trail ",    "\"q\"",
        "back\\slash", "tab\there", "line\nline",
        "[a]",         "{a}",       "a,b",
        "null",        "~",         "a:",
        "caf\xc3\xa9", "\xc3\xa9",  "127.0.0.1:25",
        "2026-01-05",  "1e3",       "0x1f",
        "-",           "- a",       "!a",
        "&a",          "*a",        "%a",
        "@a",          "`a",        "'a'",
        "|",           ">",         "?",
        "? a",         "a ? b",     "y"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct nj_problems problems;
        struct nj_arena arena = {0};
        struct nj_yaml *yaml = NULL;
        struct nj_buf out;

        nj_problems_init(&problems);
        nj_buf_init(&out, 1000);
        nj_buf_adds(&out, "[");
        nj_yaml_scalar(&out, texts[i]);
        nj_buf_adds(&out, "]");
        assert_int_equal(
            nj_yaml_read(nj_buf_text(&out), out.len, &arena, &yaml, &problems),
            0);
        assert_int_equal(problems.count, 0);
        assert_int_equal(yaml->count, 1);
        assert_string_equal(yaml->first->text, texts[i]);
        nj_buf_finish(&out);
        nj_arena_finish(&arena);
        nj_problems_finish(&problems);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(windows_line_ends_are_fine),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(size_has_a_limit),
        cmocka_unit_test(the_number_of_values_has_a_limit),
        cmocka_unit_test(many_aliases_never_grow),
        cmocka_unit_test(keys_that_stand_twice_are_found_among_many),
        cmocka_unit_test(scalars_come_back_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
