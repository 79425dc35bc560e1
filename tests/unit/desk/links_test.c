/* desk/links.h: whoever holds a link may answer one alert as one person. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "desk/links.h"

static const unsigned char key[NJ_LINK_KEY] = "0123456789abcdef0123456789abcde";
static const struct nj_link link_ = {4711, 3, 5000, "maya"};

static void a_link_comes_back_whole(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_link out = {0};

    (void)state;
    assert_int_equal(nj_link_write(&link_, key, token), 0);
    assert_int_equal(nj_link_read(token, key, 4999, &out), 0);
    assert_int_equal(out.alert, 4711);
    assert_int_equal(out.generation, 3);
    assert_string_equal(out.person, "maya");
}

static void a_link_past_its_time_is_stale(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_link out = {0};

    (void)state;
    assert_int_equal(nj_link_write(&link_, key, token), 0);
    assert_int_equal(nj_link_read(token, key, 5000, &out), NJ_E_STALE);
    assert_int_equal(out.alert, 0);
}

static void another_key_opens_nothing(void **state)
{
    unsigned char other[NJ_LINK_KEY];
    char token[NJ_LINK_TEXT];
    struct nj_link out = {0};

    (void)state;
    memcpy(other, key, sizeof other);
    other[0] ^= 1;
    assert_int_equal(nj_link_write(&link_, key, token), 0);
    assert_int_equal(nj_link_read(token, other, 0, &out), NJ_E_DENIED);
}

static void no_changed_character_passes(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_link out = {0};
    size_t len;

    (void)state;
    assert_int_equal(nj_link_write(&link_, key, token), 0);
    len = strlen(token);
    for (size_t i = 0; i < len; i++) {
        char kept = token[i];

        token[i] = kept == 'A' ? 'B' : 'A';
        if (nj_link_read(token, key, 0, &out) == 0) {
            /* the last character of base64 may carry unused bits */
            assert_true(i == len - 1 || token[i + 1] == '.');
            assert_int_equal(out.alert, link_.alert);
        }
        token[i] = kept;
    }
}

static void garbage_is_denied(void **state)
{
    static const char *const bad[] = {
        "", ".", "a.b", "....", "%00.x", "NDcxMTozOjUwMDA6bWF5YQ", "x."};
    char longest[2000];
    struct nj_link out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(nj_link_read(bad[i], key, 0, &out), NJ_E_DENIED);
    }
    memset(longest, 'A', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    longest[1000] = '.';
    assert_int_equal(nj_link_read(longest, key, 0, &out), NJ_E_DENIED);
}

/* ---- calendars ---------------------------------------------------------- */

static const struct nj_calendar_link reader = {2, "maya.b"};

static void no_changed_character_reads_a_calendar(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_calendar_link out = {0};
    size_t len;

    (void)state;
    assert_int_equal(nj_calendar_link_write(&reader, "schedule/s", key, token),
                     0);
    len = strlen(token);
    for (size_t i = 0; i < len; i++) {
        char was = token[i];

        token[i] = was == 'x' ? 'y' : 'x';
        assert_int_equal(nj_calendar_link_read(token, "schedule/s", key, &out),
                         NJ_E_DENIED);
        token[i] = was;
    }
    assert_int_equal(out.generation, 0);
}

static void a_calendars_link_reads_no_other(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_calendar_link out;
    struct nj_link answer;

    (void)state;
    assert_int_equal(nj_calendar_link_write(&reader, "schedule/s", key, token),
                     0);
    assert_int_equal(nj_calendar_link_read(token, "schedule/t", key, &out),
                     NJ_E_DENIED);
    assert_int_equal(nj_link_read(token, key, 0, &answer), NJ_E_DENIED);
}

static void what_is_no_calendars_link_is_refused(void **state)
{
    static const char *const bad[] = {
        "",          ".",
        "..",        "1.maya",
        "1.",        "0.maya.x",
        "-1.maya.x", "99999999999.maya.x",
        "x.y.z",     "1.maya.b.AAAAAAAAAAAAAAAAAAAAAA",
    };
    struct nj_calendar_link out;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(nj_calendar_link_read(bad[i], "schedule/s", key, &out),
                         NJ_E_DENIED);
    }
}

static void a_calendars_link_comes_back_whole(void **state)
{
    char token[NJ_LINK_TEXT];
    struct nj_calendar_link out;

    (void)state;
    assert_int_equal(nj_calendar_link_write(&reader, "schedule/s", key, token),
                     0);
    assert_int_equal(nj_calendar_link_read(token, "schedule/s", key, &out), 0);
    assert_int_equal(out.generation, 2);
    assert_string_equal(out.holder, "maya.b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_comes_back_whole),
        cmocka_unit_test(a_link_past_its_time_is_stale),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(no_changed_character_passes),
        cmocka_unit_test(garbage_is_denied),
        cmocka_unit_test(no_changed_character_reads_a_calendar),
        cmocka_unit_test(a_calendars_link_reads_no_other),
        cmocka_unit_test(what_is_no_calendars_link_is_refused),
        cmocka_unit_test(a_calendars_link_comes_back_whole),
    };

    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
