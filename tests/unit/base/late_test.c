/* base/late.h: a library brought in when first needed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/late.h"

static const char *const names[] = {"zlibVersion", "crc32"};
static void *functions[2];

static void late_library_that_is_not_there_is_told(void **state)
{
    struct nj_late late = {.soname = "libnosuchthing.so.7",
                           .purpose = "read the stars",
                           .names = names,
                           .functions = functions,
                           .count = 2,
                           .lock = PTHREAD_MUTEX_INITIALIZER};
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_late_open(&late, &err), NJ_E_NOTFOUND);
    assert_non_null(strstr(err.text, "cannot read the stars"));
    assert_non_null(strstr(err.text, "libnosuchthing.so.7"));
}

static void late_library_without_the_function_is_told(void **state)
{
    static const char *const wrong[] = {"crc32", "crc_of_the_moon"};
    struct nj_late late = {.soname = "libz.so.1",
                           .purpose = "unpack",
                           .names = wrong,
                           .functions = functions,
                           .count = 2,
                           .lock = PTHREAD_MUTEX_INITIALIZER};
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_late_open(&late, &err), NJ_E_NOTFOUND);
    assert_non_null(strstr(err.text, "libz.so.1 knows no crc_of_the_moon"));
}

static void late_library_serves_once_opened_and_again(void **state)
{
    typedef unsigned long crc_fn(unsigned long, const unsigned char *,
                                 unsigned);
    struct nj_late late = {.soname = "libz.so.1",
                           .purpose = "unpack",
                           .names = names,
                           .functions = functions,
                           .count = 2,
                           .lock = PTHREAD_MUTEX_INITIALIZER};
    const unsigned char text[] = "123456789";

    (void)state;
    assert_int_equal(nj_late_open(&late, NULL), 0);
    assert_int_equal(nj_late_open(&late, NULL), 0);
    assert_int_equal((__extension__(crc_fn *) functions[1])(0, text, 9),
                     0xcbf43926);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_library_that_is_not_there_is_told),
        cmocka_unit_test(late_library_without_the_function_is_told),
        cmocka_unit_test(late_library_serves_once_opened_and_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
