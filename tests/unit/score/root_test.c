/* score/root.h: strong roots inside longer words. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "score/root.h"

static struct nj_roots roots;

static int set_up(void **state)
{
    static const struct nj_root all[] = {
        {"shithead", 1}, {"shit", 2}, {"head", 3},
        {"thead", 4},    {"x", 5},    {"муд", 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (nj_roots_add(&roots, all[i]) != 0) {
            return -1;
        }
    }
    nj_roots_freeze(&roots);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nj_roots_finish(&roots);
    return 0;
}

static uint32_t find(const char *text)
{
    return nj_roots_find(&roots, text, strlen(text));
}

static void no_root_is_found_where_none_is(void **state)
{
    (void)state;
    assert_int_equal(find(""), 0);
    assert_int_equal(find("s"), 0);
    assert_int_equal(find("shi"), 0);
    assert_int_equal(find("hea"), 0);
    assert_int_equal(find("harbour"), 0);
}

static void root_that_ends_behind_the_word_is_not_seen(void **state)
{
    (void)state;
    assert_int_equal(nj_roots_find(&roots, "shit", 3), 0);
}

static void root_that_ends_first_wins(void **state)
{
    (void)state;
    assert_int_equal(find("shithead"), 2);
    assert_int_equal(find("overheadshit"), 3);
}

static void of_two_that_end_together_the_longer_wins(void **state)
{
    (void)state;
    assert_int_equal(find("wrathead"), 4);
}

static void root_of_one_letter_is_seen_anywhere(void **state)
{
    (void)state;
    assert_int_equal(find("x"), 5);
    assert_int_equal(find("box"), 5);
    assert_int_equal(find("boxes"), 5);
}

static void root_beyond_ascii_is_seen(void **state)
{
    (void)state;
    assert_int_equal(find("размуда"), 6);
}

static void empty_roots_find_nothing(void **state)
{
    static struct nj_roots none;

    (void)state;
    nj_roots_freeze(&none);
    assert_int_equal(nj_roots_find(&none, "shit", 4), 0);
    nj_roots_finish(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_root_is_found_where_none_is),
        cmocka_unit_test(root_that_ends_behind_the_word_is_not_seen),
        cmocka_unit_test(root_that_ends_first_wins),
        cmocka_unit_test(of_two_that_end_together_the_longer_wins),
        cmocka_unit_test(root_of_one_letter_is_seen_anywhere),
        cmocka_unit_test(root_beyond_ascii_is_seen),
        cmocka_unit_test(empty_roots_find_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
