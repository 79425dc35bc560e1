// The checksum that tells damage.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crc32.h"

static void nothing_has_the_checksum_nought(void **state)
{
    (void)state;
    assert_int_equal(nj_crc32(NULL, 0), 0);
}

static void the_known_answers_come_out(void **state)
{
    (void)state;
    assert_int_equal(nj_crc32("123456789", 9), 0xcbf43926u);
    assert_int_equal(nj_crc32("a", 1), 0xe8b7be43u);
    assert_int_equal(
        nj_crc32("The quick brown fox jumps over the lazy dog", 43),
        0x414fa339u);
}

static void pieces_give_what_the_whole_gives(void **state)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog";

    (void)state;
    for (size_t cut = 0; cut <= 43; cut++) {
        assert_int_equal(
            nj_crc32_add(nj_crc32_add(0, text, cut), text + cut, 43 - cut),
            0x414fa339u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_the_checksum_nought),
        cmocka_unit_test(the_known_answers_come_out),
        cmocka_unit_test(pieces_give_what_the_whole_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
