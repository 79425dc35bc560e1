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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_the_checksum_nought),
        cmocka_unit_test(the_known_answers_come_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
