/* Lines out of a stream, however it is cut. */
// link: -Wl,--wrap=realloc

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/frame.h"

static int realloc_fails;

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
    return realloc_fails ? NULL : __real_realloc(p, size);
}

static void feed(struct nj_frame *frame, const char *bytes, size_t len)
{
    assert_int_equal(nj_frame_feed(frame, bytes, len), 0);
}

static void gives(struct nj_frame *frame, const char *expected)
{
    const char *line = NULL;
    size_t len = 99;

    assert_int_equal(nj_frame_next(frame, &line, &len), 1);
    assert_string_equal(line, expected);
    assert_int_equal(len, strlen(expected));
}

static void gives_code(struct nj_frame *frame, int code)
{
    const char *line = NULL;
    size_t len = 99;

    assert_int_equal(nj_frame_next(frame, &line, &len), code);
    assert_null(line);
    assert_int_equal(len, 99);
}

static void nul_byte_ends_the_stream_after_the_lines_before_it(void **state)
{
    struct nj_frame frame;
    (void)state;

    nj_frame_init(&frame, 100);
    feed(&frame, "a\nb\0c\n", 6);
    gives(&frame, "a");
    gives_code(&frame, NJ_E_INVALID);
    gives_code(&frame, NJ_E_INVALID);
    nj_frame_finish(&frame);
}

static void nul_byte_is_refused_before_its_line_ends(void **state)
{
    struct nj_frame frame;
    (void)state;

    nj_frame_init(&frame, 100);
    feed(&frame, "ab", 2);
    gives_code(&frame, 0);
    feed(&frame, "\0", 1);
    gives_code(&frame, NJ_E_INVALID);
    nj_frame_finish(&frame);
}

static void line_over_the_limit_is_refused_whole_or_not(void **state)
{
    struct nj_frame frame;
    (void)state;

    nj_frame_init(&frame, 4);
    feed(&frame, "1234\n12345\n", 11);
    gives(&frame, "1234");
    gives_code(&frame, NJ_E_TOOBIG);
    nj_frame_finish(&frame);
    feed(&frame, "1234", 4);
    gives_code(&frame, 0);
    feed(&frame, "5", 1);
    gives_code(&frame, NJ_E_TOOBIG);
    nj_frame_finish(&frame);
}

static void more_than_a_chunk_at_once_is_refused(void **state)
{
    static const char big[NJ_FRAME_CHUNK + 1];
    struct nj_frame frame;
    (void)state;

    nj_frame_init(&frame, 100);
    assert_int_equal(nj_frame_feed(&frame, big, sizeof big), NJ_E_TOOBIG);
    gives_code(&frame, 0);
    nj_frame_finish(&frame);
}

static void lines_come_out_however_the_stream_is_cut(void **state)
{
    static const char stream[] = "one\n\nthree is longer\nfour\nrest";
    (void)state;

    for (size_t cut = 1; cut < sizeof stream; cut++) {
        struct nj_frame frame;
        char all[64] = "";
        const char *line;
        size_t len;

        nj_frame_init(&frame, 100);
        for (size_t at = 0; at < sizeof stream - 1; at += cut) {
            size_t left = sizeof stream - 1 - at;

            feed(&frame, stream + at, left < cut ? left : cut);
            while (nj_frame_next(&frame, &line, &len) == 1) {
                size_t used = strlen(all);

                memcpy(all + used, line, len);
                memcpy(all + used + len, "|", 2);
            }
        }
        assert_string_equal(all, "one||three is longer|four|");
        assert_int_equal(nj_frame_held(&frame), 4);
        nj_frame_finish(&frame);
    }
}

static void big_line_gives_its_memory_back(void **state)
{
    static char big[NJ_FRAME_CHUNK];
    struct nj_frame frame;
    const char *line;
    size_t len;
    (void)state;

    memset(big, 'x', sizeof big);
    nj_frame_init(&frame, 10 * NJ_FRAME_CHUNK);
    for (int i = 0; i < 5; i++) {
        feed(&frame, big, sizeof big);
        gives_code(&frame, 0);
    }
    feed(&frame, "\n", 1);
    assert_int_equal(nj_frame_next(&frame, &line, &len), 1);
    assert_int_equal(len, 5 * NJ_FRAME_CHUNK);
    feed(&frame, "small\n", 6);
    assert_true(frame.buf.room < NJ_FRAME_CHUNK);
    gives(&frame, "small");
    nj_frame_finish(&frame);
}

static void feed_without_memory_takes_nothing_and_may_be_repeated(void **state)
{
    struct nj_frame frame;
    (void)state;

    nj_frame_init(&frame, 100);
    realloc_fails = 1;
    assert_int_equal(nj_frame_feed(&frame, "a\n", 2), NJ_E_NOMEM);
    realloc_fails = 0;
    gives_code(&frame, 0);
    feed(&frame, "a\n", 2);
    gives(&frame, "a");
    nj_frame_finish(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nul_byte_ends_the_stream_after_the_lines_before_it),
        cmocka_unit_test(nul_byte_is_refused_before_its_line_ends),
        cmocka_unit_test(line_over_the_limit_is_refused_whole_or_not),
        cmocka_unit_test(more_than_a_chunk_at_once_is_refused),
        cmocka_unit_test(lines_come_out_however_the_stream_is_cut),
        cmocka_unit_test(big_line_gives_its_memory_back),
        cmocka_unit_test(feed_without_memory_takes_nothing_and_may_be_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
