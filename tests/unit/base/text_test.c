/* base/str.h and base/err.h: text, numbers, durations, near names. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void a_number_with_anything_around_it_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "-", "1x", " 1", "1 ", "0x1", "1.5", "+", "9223372036854775808"};
    int64_t out = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(nj_str_int(bad[i], &out), NJ_E_INVALID);
    }
    assert_int_equal(out, 7);
    assert_int_equal(nj_str_int("9223372036854775807", &out), 0);
    assert_int_equal(out, INT64_MAX);
    assert_int_equal(nj_str_int("-12", &out), 0);
    assert_int_equal(out, -12);
}

static void a_decimal_is_read_without_locale(void **state)
{
    double out = 1;

    (void)state;
    assert_int_equal(nj_str_number("0,8", &out), NJ_E_INVALID);
    assert_int_equal(nj_str_number("1e3", &out), NJ_E_INVALID);
    assert_int_equal(nj_str_number(".5", &out), NJ_E_INVALID);
    assert_int_equal(nj_str_number("5.", &out), NJ_E_INVALID);
    assert_true(out >= 1 && out <= 1);
    assert_int_equal(nj_str_number("-0.25", &out), 0);
    assert_true(out > -0.2501 && out < -0.2499);
}

static void durations_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"0", 0},           {"90s", 90000},    {"5m", 300000},
        {"2h", 7200000},    {"3d", 259200000}, {"1w", 604800000},
        {"1h30m", 5400000}, {"250ms", 250},
    };
    static const char *const bad[] = {"",    "5",    "m",   "-5m",
                                      "5 m", "1.5h", "5mm", "99999999w"};
    int64_t ms = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(nj_str_duration(bad[i], &ms), NJ_E_INVALID);
    }
    assert_int_equal(ms, 7);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(nj_str_duration(good[i].text, &ms), 0);
        assert_int_equal(ms, good[i].ms);
    }
}

static void durations_are_told_back(void **state)
{
    char text[NJ_DURATION_TEXT];

    (void)state;
    assert_string_equal(nj_str_duration_text(0, text), "0s");
    assert_string_equal(nj_str_duration_text(90000, text), "1m30s");
    assert_string_equal(nj_str_duration_text(7200000, text), "2h");
    assert_string_equal(nj_str_duration_text(-1500, text), "-1s500ms");
}

static void a_slip_of_the_finger_finds_its_name(void **state)
{
    static const char *const names[] = {"timezone", "people", "steps"};

    (void)state;
    assert_string_equal(nj_str_nearest("timezon", names, 3), "timezone");
    assert_string_equal(nj_str_nearest("poeple", names, 3), "people");
    assert_null(nj_str_nearest("frobnicate", names, 3));
    assert_null(nj_str_nearest("x", names, 0));
}

static void utf8_is_checked_as_rfc_3629_wants(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* a tail alone */
        "\xc3",             /* cut short */
        "\xc0\xaf",         /* overlong slash */
        "\xe0\x80\xaf",     /* overlong again */
        "\xed\xa0\x80",     /* surrogate */
        "\xf4\x90\x80\x80", /* beyond the last code point */
        "\xff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(nj_utf8_valid(bad[i], strlen(bad[i])));
    }
    assert_true(nj_utf8_valid("na\xc3\xafve \xf0\x9f\xa6\x89", 11));
}

static void letters_take_the_columns_a_terminal_gives_them(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"maya", 4},
        {"M\u00fcller", 6},
        {"e\u0301", 1},                        /* a mark on its letter */
        {"\u0301", 0},                         /* and without one */
        {"\u6f22\u5b57", 4},                   /* ideographs */
        {"\uff21", 2},                         /* full width */
        {"\ud55c", 2},                         /* a syllable */
        {"\u1112\u1161\u11ab", 2},             /* and in pieces */
        {"\U0001f680", 2},                     /* an emoji */
        {"\U0001f44d\U0001f3fd", 2},           /* with its skin */
        {"\U0001f469\u200d\U0001f680", 2},     /* of two */
        {"\U0001f1ec\U0001f1e7", 2},           /* a flag */
        {"\U0001f1ec\U0001f1e7\U0001f1e9", 3}, /* and a half one */
        {"\u2708\ufe0f", 2},                   /* shown as an emoji */
        {"a\u200bb", 2},                       /* nothing between */
        {"\u05e9\u05dc", 2},
        {"\xff\xff", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = strlen(cases[i].text);

        if (nj_utf8_columns(cases[i].text, len) != cases[i].columns) {
            fail_msg("'%s' takes %zu", cases[i].text,
                     nj_utf8_columns(cases[i].text, len));
        }
        assert_int_equal(nj_utf8_fit(cases[i].text, len, 99), len);
    }
}

static void no_letter_is_cut_in_two_to_fit(void **state)
{
    const char *text = "a\u6f22e\u0301b";

    (void)state;
    assert_int_equal(nj_utf8_fit(text, strlen(text), 0), 0);
    assert_int_equal(nj_utf8_fit(text, strlen(text), 1), 1);
    assert_int_equal(nj_utf8_fit(text, strlen(text), 2), 1);
    assert_int_equal(nj_utf8_fit(text, strlen(text), 3), 4);
    assert_int_equal(nj_utf8_fit(text, strlen(text), 4), 7);
    assert_int_equal(nj_utf8_fit(text, strlen(text), 5), 8);
}

static void every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char bytes[4];
        uint32_t back = 0;
        size_t n = nj_utf8_encode(cp, bytes);

        if (cp >= 0xd800 && cp <= 0xdfff) {
            assert_int_equal(n, 0);
            continue;
        }
        assert_int_equal(nj_utf8_decode(bytes, n, &back), n);
        assert_int_equal(back, cp);
    }
}

static void a_cut_never_splits_what_belongs_together(void **state)
{
    static const char accent[] = "ae\xcc\x81z"; /* a, e + accent, z */

    (void)state;
    assert_int_equal(nj_utf8_cut("abc", 3, 9), 3);
    assert_int_equal(nj_utf8_cut("a\xc3\xa9z", 4, 2), 1);
    assert_int_equal(nj_utf8_cut(accent, strlen(accent), 3), 1);
    assert_int_equal(nj_utf8_cut(accent, strlen(accent), 4), 4);
}

static void a_terminal_cannot_be_deceived(void **state)
{
    char out[64];

    (void)state;
    (void)nj_str_harmless("a\033[2Jb\n", 7, out, sizeof out);
    assert_string_equal(out, "a\\x1b[2Jb\\x0a");
    (void)nj_str_harmless("\xe2\x80\xae"
                          "x",
                          4, out, sizeof out);
    assert_string_equal(out, "\\u{202e}x");
    (void)nj_str_harmless("\xff", 1, out, sizeof out);
    assert_string_equal(out, "\\xff");
    (void)nj_str_harmless("abc", 3, out, 3);
    assert_string_equal(out, "ab");
}

static void hex_goes_there_and_back(void **state)
{
    unsigned char bytes[3] = {0x00, 0xab, 0xff};
    unsigned char back[3] = {0};
    char hex[7];

    (void)state;
    nj_hex(bytes, 3, hex);
    assert_string_equal(hex, "00abff");
    assert_int_equal(nj_unhex("00abf", back, 3), NJ_E_INVALID);
    assert_int_equal(nj_unhex("00abfg", back, 3), NJ_E_INVALID);
    assert_int_equal(nj_unhex("00ABff", back, 3), 0);
    assert_memory_equal(back, bytes, 3);
}

static void an_error_is_wrapped_on_its_way_up(void **state)
{
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_err_set(&err, NJ_E_IO, "permission denied"), NJ_E_IO);
    assert_int_equal(nj_err_wrap(&err, NJ_E_IO, "/var/lib/x"), NJ_E_IO);
    assert_int_equal(nj_err_wrap(&err, NJ_E_IO, "open store"), NJ_E_IO);
    assert_string_equal(err.text, "open store: /var/lib/x: permission denied");
    assert_int_equal(nj_err_set(NULL, NJ_E_IO, "nobody listens"), NJ_E_IO);
    assert_string_equal(nj_code_name(NJ_E_STALE), "overtaken");
    assert_string_equal(nj_code_name(-999), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_with_anything_around_it_is_refused),
        cmocka_unit_test(a_decimal_is_read_without_locale),
        cmocka_unit_test(durations_as_people_write_them),
        cmocka_unit_test(durations_are_told_back),
        cmocka_unit_test(a_slip_of_the_finger_finds_its_name),
        cmocka_unit_test(utf8_is_checked_as_rfc_3629_wants),
        cmocka_unit_test(letters_take_the_columns_a_terminal_gives_them),
        cmocka_unit_test(no_letter_is_cut_in_two_to_fit),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(a_cut_never_splits_what_belongs_together),
        cmocka_unit_test(a_terminal_cannot_be_deceived),
        cmocka_unit_test(hex_goes_there_and_back),
        cmocka_unit_test(an_error_is_wrapped_on_its_way_up),
    };

    return cmocka_run_group_tests_name("base text", tests, NULL, NULL);
}
