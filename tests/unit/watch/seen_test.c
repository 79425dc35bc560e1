/* The filter of known posts: "new" is never wrong, "perhaps" seldom. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/post.h"
#include "watch/seen.h"

enum { KEYS = 100000 };

static uint64_t key_of(const char *source, int number)
{
    char id[32];

    (void)snprintf(id, sizeof id, "post-%d", number);
    return nj_post_key(source, id);
}

static void until_it_is_complete_everything_is_perhaps_known(void **state)
{
    struct nj_seen seen;

    (void)state;
    assert_int_equal(nj_seen_init(&seen), 0);
    assert_true(nj_seen_perhaps(&seen, key_of("page", 1)));
    seen.complete = 1;
    assert_false(nj_seen_perhaps(&seen, key_of("page", 1)));
    nj_seen_finish(&seen);
}

static void what_was_put_in_is_never_called_new(void **state)
{
    struct nj_seen seen;

    (void)state;
    assert_int_equal(nj_seen_init(&seen), 0);
    seen.complete = 1;
    for (int i = 0; i < KEYS; i++) {
        nj_seen_add(&seen, key_of("page", i));
    }
    for (int i = 0; i < KEYS; i++) {
        assert_true(nj_seen_perhaps(&seen, key_of("page", i)));
    }
    nj_seen_finish(&seen);
}

static void what_was_not_is_seldom_called_known(void **state)
{
    struct nj_seen seen;
    int wrong = 0;

    (void)state;
    assert_int_equal(nj_seen_init(&seen), 0);
    seen.complete = 1;
    for (int i = 0; i < 20 * KEYS; i++) {
        nj_seen_add(&seen, key_of("page", i));
    }
    for (int i = 0; i < KEYS; i++) {
        wrong += nj_seen_perhaps(&seen, key_of("elsewhere", i));
    }
    print_message("false at two million: %.2f %%\n", 100.0 * wrong / KEYS);
    assert_in_range(wrong, 0, KEYS / 100); /* under 1% at two million */
    nj_seen_finish(&seen);
}

static void a_post_is_being_judged_from_begin_to_end(void **state)
{
    struct nj_seen seen;

    (void)state;
    assert_int_equal(nj_seen_init(&seen), 0);
    assert_false(nj_seen_judging(&seen, 7));
    assert_int_equal(nj_seen_judging_begin(&seen, 7), 0);
    assert_true(nj_seen_judging(&seen, 7));
    assert_false(nj_seen_judging(&seen, 8));
    nj_seen_judging_end(&seen, 7);
    assert_false(nj_seen_judging(&seen, 7));
    nj_seen_finish(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(until_it_is_complete_everything_is_perhaps_known),
        cmocka_unit_test(what_was_put_in_is_never_called_new),
        cmocka_unit_test(what_was_not_is_seldom_called_known),
        cmocka_unit_test(a_post_is_being_judged_from_begin_to_end),
    };

    return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
