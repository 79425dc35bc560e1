#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "source/state.h"

static void state_comes_back_as_it_was_saved(void **state)
{
    struct nj_state s;
    struct nj_state back;
    struct nj_buf cursor;
    struct nj_err err = {0};
    (void)state;

    nj_state_init(&s, 1234);
    s.high_ms = 99;
    s.floor_ms = 7;
    s.seen = calloc(2, sizeof *s.seen);
    s.count = 2;
    s.seen[0] = (struct nj_seen){UINT64_C(0xfedcba9876543210), 1, 2};
    s.seen[1] = (struct nj_seen){1, UINT32_MAX, 0};
    assert_int_equal(nj_state_set(&s.etag, "W/\"a\\b\"\xc3\xa4"), 0);
    assert_int_equal(nj_state_set(&s.modified, "Mon, 05 Jan 2026"), 0);
    assert_int_equal(nj_state_set(&s.url, "https://x.example/"), 0);
    assert_int_equal(nj_state_set(&s.next, "cursor=1"), 0);
    nj_buf_init(&cursor, 1 << 20);
    nj_state_write(&s, &cursor);
    assert_int_equal(cursor.status, 0);
    assert_int_equal(nj_state_read(nj_buf_text(&cursor), &back, &err), 0);
    assert_int_equal(back.since_ms, 1234);
    assert_int_equal(back.high_ms, 99);
    assert_int_equal(back.floor_ms, 7);
    assert_true(back.baseline);
    assert_string_equal(back.etag, s.etag);
    assert_string_equal(back.modified, s.modified);
    assert_string_equal(back.url, s.url);
    assert_string_equal(back.next, s.next);
    assert_int_equal(back.count, 2);
    assert_memory_equal(back.seen, s.seen, 2 * sizeof *s.seen);
    nj_buf_finish(&cursor);
    nj_state_finish(&back);
    nj_state_finish(&s);
}

static void state_damaged_or_foreign_cursor_is_refused_with_words(void **state)
{
    static const char *const cursors[] = {
        "",          "{",
        "[]",        "null",
        "{\"v\":2}", "{\"v\":\"1\"}",
        "{}",        "{\"v\":1,\"seen\":\"zz000000000000000000000000000000\"}",
    };
    (void)state;

    for (size_t i = 0; i < sizeof cursors / sizeof cursors[0]; i++) {
        struct nj_state s;
        struct nj_err err = {0};

        memset(&s, 0x55, sizeof s);
        assert_int_equal(nj_state_read(cursors[i], &s, &err), NJ_E_INVALID);
        assert_non_null(strstr(err.text, "saved cursor"));
        assert_int_equal(s.count, 0x5555555555555555);
    }
}

static void state_fields_that_are_missing_do_not_matter(void **state)
{
    struct nj_state s;
    (void)state;

    assert_int_equal(
        nj_state_read("{\"v\":1,\"since\":5,\"other\":[1,{}]}", &s, NULL), 0);
    assert_int_equal(s.since_ms, 5);
    assert_int_equal(s.count, 0);
    assert_false(s.baseline);
    assert_null(s.etag);
    nj_state_finish(&s);
}

static void state_full_of_seen_ids_still_fits(void **state)
{
    struct nj_state s;
    struct nj_state back;
    struct nj_buf cursor;
    (void)state;

    nj_state_init(&s, 0);
    s.count = NJ_LIMIT_SEEN_IDS;
    s.seen = calloc(s.count, sizeof *s.seen);
    for (size_t i = 0; i < s.count; i++) {
        s.seen[i].id = i + 1;
    }
    nj_buf_init(&cursor, 1 << 20);
    nj_state_write(&s, &cursor);
    assert_int_equal(nj_state_read(nj_buf_text(&cursor), &back, NULL), 0);
    assert_int_equal(back.count, NJ_LIMIT_SEEN_IDS);
    nj_buf_finish(&cursor);
    nj_state_finish(&back);
    nj_state_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_comes_back_as_it_was_saved),
        cmocka_unit_test(state_damaged_or_foreign_cursor_is_refused_with_words),
        cmocka_unit_test(state_fields_that_are_missing_do_not_matter),
        cmocka_unit_test(state_full_of_seen_ids_still_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
