/* Decide, commit, act: hooks come when it is durable, in order, or hear that
 * it never will be. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "watch/ledger.h"

struct fixture {
    struct nj_loop *loop;
    struct nj_names names;
    struct nj_watch_env env;
    struct nj_ledger ledger;
    char heard[64]; /* a letter a hook; capital: cancelled; '.': an event */
    int expected;   /* the status of hooks that fail */
    int broken;
    int closed;
};

static struct fixture f;

static void write_down(char c)
{
    size_t len = strlen(f.heard);

    assert_true(len + 1 < sizeof f.heard);
    f.heard[len] = c;
}

static void on_hook(void *ctx, int status)
{
    const char *letter = ctx;

    write_down(status == 0 ? *letter : (char)(*letter - 32));
    if (status != 0) {
        assert_int_equal(status, f.expected);
    }
}

static void on_event(void *ctx, const struct nj_event *event)
{
    (void)ctx;
    assert_non_null(event->text);
    write_down('.');
}

static void on_broken(void *ctx, const char *what)
{
    (void)ctx;
    assert_non_null(what);
    f.broken++;
}

static void on_closed(void *ctx)
{
    (void)ctx;
    f.closed = 1;
}

static void run(void)
{
    nj_loop_run_virtual(f.loop, nj_loop_wall_ms(f.loop) + 10);
}

static int open_ledger(void **state)
{
    struct nj_clock clock = {NJ_CLOCK_VIRTUAL, 1770159600000, 1};
    struct nj_store_opts opts = {.url = "mem:"};
    struct nj_err err = {0};

    (void)state;
    memset(&f, 0, sizeof f);
    opts.names = &f.names;
    assert_int_equal(nj_loop_create(&clock, &f.loop, &err), 0);
    assert_int_equal(nj_store_open(f.loop, &opts, &f.env.store, &err), 0);
    f.expected = NJ_E_CANCELED;
    f.env.loop = f.loop;
    f.env.names = &f.names;
    f.env.on_broken = on_broken;
    f.env.story.tell = on_event;
    nj_ledger_init(&f.ledger, &f.env);
    return 0;
}

static int close_ledger(void **state)
{
    (void)state;
    if (!f.closed) {
        nj_store_close(f.env.store, 1000, on_closed, NULL);
        run();
    }
    nj_ledger_finish(&f.ledger);
    nj_names_finish(&f.names);
    nj_loop_destroy(f.loop);
    return 0;
}

static struct nj_deed *deed_of(char *letters)
{
    struct nj_deed *deed = nj_deed_begin(&f.ledger);

    assert_non_null(deed);
    for (; *letters != '\0'; letters++) {
        nj_deed_then(deed, on_hook, letters);
    }
    return deed;
}

static void hooks_run_in_order_and_never_inside_the_commit(void **state)
{
    char first[] = "abc";
    char second[] = "de";

    (void)state;
    nj_deed_commit(deed_of(first));
    nj_deed_commit(deed_of(second));
    assert_string_equal(f.heard, "");
    assert_int_equal(f.ledger.under_way, 2);
    run();
    assert_string_equal(f.heard, "abcde");
    assert_int_equal(f.ledger.under_way, 0);
}

static void the_story_is_told_before_anything_acts(void **state)
{
    char letters[] = "a";
    struct nj_deed *deed = deed_of(letters);

    (void)state;
    nj_deed_event(deed, 1, "opened", NULL, "a %s", "tale");
    nj_deed_event(deed, 1, "step", NULL, "another");
    nj_deed_commit(deed);
    run();
    assert_string_equal(f.heard, "..a");
}

static void a_dropped_deed_is_heard_of_by_nobody(void **state)
{
    char letters[] = "a";

    (void)state;
    nj_deed_drop(deed_of(letters));
    run();
    assert_string_equal(f.heard, "");
    assert_false(f.broken);
}

static void a_spoilt_deed_breaks_the_watch_once_and_is_cancelled(void **state)
{
    char first[] = "ab";
    char second[] = "c";
    struct nj_deed *deed = deed_of(first);

    (void)state;
    nj_deed_event(deed, 1, "opened", NULL, "never told");
    nj_deed_spoil(deed);
    nj_deed_commit(deed);
    nj_deed_commit(deed_of(second)); /* nothing may be believed any more */
    assert_string_equal(f.heard, "");
    run();
    assert_int_equal(strlen(f.heard), 3);
    assert_null(strpbrk(f.heard, "abc."));
    assert_int_equal(f.broken, 1);
}

/* A number given twice can never be written: its hooks hear so, its story is
 * not told, and those before and behind it are as if it had not been. */
static void a_deed_that_can_never_be_written_ends_alone(void **state)
{
    char first[] = "a";
    char second[] = "b";
    char third[] = "c";
    struct nj_deed *deed = deed_of(first);

    (void)state;
    nj_deed_event(deed, 1, "opened", NULL, "told");
    nj_deed_commit(deed);
    f.ledger.last_event_id = 0; /* the bug: the same number again */
    deed = deed_of(second);
    nj_deed_event(deed, 1, "step", NULL, "never told");
    nj_deed_commit(deed);
    f.ledger.last_event_id = 7;
    deed = deed_of(third);
    nj_deed_event(deed, 1, "step", NULL, "told");
    nj_deed_commit(deed);
    f.expected = NJ_E_CORRUPT;
    run();
    assert_string_equal(f.heard, ".aB.c");
    assert_int_equal(f.broken, 0);
    assert_int_equal(f.ledger.under_way, 0);
}

static void a_calm_deed_is_durable_with_the_next_or_by_itself(void **state)
{
    char calm[] = "a";
    char hurried[] = "b";
    char alone[] = "c";

    (void)state;
    nj_deed_commit_calm(deed_of(calm));
    nj_deed_commit(deed_of(hurried));
    run();
    assert_string_equal(f.heard, "ab");
    nj_deed_commit_calm(deed_of(alone));
    run();
    assert_string_equal(f.heard, "abc");
}

static void what_waits_at_close_is_cancelled_or_durable(void **state)
{
    char letters[] = "a";
    char late[] = "b";

    (void)state;
    nj_deed_commit(deed_of(letters));
    nj_store_close(f.env.store, 1000, on_closed, NULL);
    nj_deed_commit(deed_of(late));
    run();
    assert_true(f.closed);
    assert_non_null(strpbrk(f.heard, "aA"));
    assert_non_null(strchr(f.heard, 'B'));
    assert_int_equal(strlen(f.heard), 2);
}

static void what_is_not_stored_is_told_at_once(void **state)
{
    (void)state;
    nj_ledger_tell(&f.ledger, "alarm", NULL, "by %s", "the way");
    assert_string_equal(f.heard, ".");
}

#define LEDGER(name)                                                           \
    cmocka_unit_test_setup_teardown(name, open_ledger, close_ledger)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER(hooks_run_in_order_and_never_inside_the_commit),
        LEDGER(the_story_is_told_before_anything_acts),
        LEDGER(a_dropped_deed_is_heard_of_by_nobody),
        LEDGER(a_spoilt_deed_breaks_the_watch_once_and_is_cancelled),
        LEDGER(a_deed_that_can_never_be_written_ends_alone),
        LEDGER(a_calm_deed_is_durable_with_the_next_or_by_itself),
        LEDGER(what_waits_at_close_is_cancelled_or_durable),
        LEDGER(what_is_not_stored_is_told_at_once),
    };

    nj_log_open(NJ_LOG_ERROR, NULL, NULL);
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
