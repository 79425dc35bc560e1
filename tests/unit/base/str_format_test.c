/* Our printf against the C library's: the same bytes, the same length, in every
 * room. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void agree(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void agree(const char *fmt, ...)
{
    char right[200];
    char ours[200];
    va_list args;
    va_list again;

    va_start(args, fmt);
    for (size_t room = 0; room < sizeof right; room++) {
        int wanted;
        int got;

        memset(right, 'x', sizeof right);
        memset(ours, 'x', sizeof ours);
        va_copy(again, args);
        wanted = vsnprintf(right, room, fmt, again);
        va_end(again);
        va_copy(again, args);
        got = nj_str_vformat(ours, room, fmt, again);
        va_end(again);
        if (got != wanted || memcmp(ours, right, sizeof ours) != 0) {
            fail_msg("\"%s\" in %zu: %d \"%.*s\"", fmt, room, got, (int)room,
                     ours);
        }
    }
    va_end(args);
}

static void texts_are_written_as_printf_does(void **state)
{
    (void)state;
    agree("%s", "");
    agree("plain words");
    agree("%s: %s%s", "title", "a rule", "");
    agree("100%% of %s", "it");
    agree("%c%c", 'a', 'b');
    agree("%.*s...", 3, "abcdef");
    agree("%.*s...", 30, "abc");
    agree("%.*s", -1, "all of it");
    agree("%.2s|%.0s|%.s|", "abc", "def", "ghi");
    agree("\xc3\xa4 %s \xe2\x82\xac", "\xf0\x9f\x8c\x99");
}

static void numbers_are_written_as_printf_does(void **state)
{
    (void)state;
    agree("%d %d %d", 0, INT_MAX, INT_MIN);
    agree("%u %u", 0U, UINT_MAX);
    agree("%ld %lu", LONG_MIN, ULONG_MAX);
    agree("%lld %lld %llu", LLONG_MIN, LLONG_MAX, ULLONG_MAX);
    agree("%zu %zd", SIZE_MAX, (ssize_t)-7);
    agree("page %lld of %s: %d", 4711LL, "maya", -1);
}

static void what_is_not_known_here_is_left_to_printf(void **state)
{
    (void)state;
    agree("%s %.2f", "offensive", 0.93);
    agree("%-6s|%6s|%06d|%+d|%x|%5.2f%%", "a", "b", 7, 8, 255U, 1.5);
    agree("%.3d %hhd %hu", 7, (signed char)-1, (unsigned short)9);
    agree("%s %i %s", "a", 5, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_here_is_left_to_printf),
        cmocka_unit_test(texts_are_written_as_printf_does),
        cmocka_unit_test(numbers_are_written_as_printf_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
