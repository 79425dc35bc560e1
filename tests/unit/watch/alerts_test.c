/* The table of live alerts: who joins what, and what is forgotten when. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "watch/alerts.h"

enum { NOW = 1000000, MINUTE = 60000 };

static struct nj_plan plan;
static struct nj_watch_env env = {.plan = &plan};
static struct nj_alerts alerts;

static int open_table(void **state)
{
    (void)state;
    nj_alerts_init(&alerts, &env);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    nj_alerts_finish(&alerts);
    return 0;
}

static struct nj_alert *add(uint64_t key)
{
    struct nj_trouble keys = {NJ_TROUBLE_THREAD, key};
    struct nj_alert *alert = nj_alerts_add(&alerts, &keys, 1);

    assert_non_null(alert);
    alert->touched_ms = NOW;
    return alert;
}

static struct nj_alert *
same(enum nj_trouble_kind kind, uint64_t key, uint64_t simhash, int64_t now)
{
    struct nj_trouble keys = {kind, key};

    return nj_alerts_same(&alerts, &keys, 1, simhash, now, 10 * MINUTE,
                          30 * MINUTE);
}

static void resolve(struct nj_alert *alert)
{
    alert->climb.state = NJ_ALERT_RESOLVED;
    assert_int_equal(nj_alerts_moved(&alerts, alert, NJ_ALERT_OPEN), 0);
}

static void without_a_key_in_common_nothing_is_joined(void **state)
{
    (void)state;
    (void)add(7);
    assert_null(same(NJ_TROUBLE_THREAD, 8, 0, NOW));
    assert_ptr_equal(same(NJ_TROUBLE_THREAD, 7, 0, NOW),
                     nj_alerts_find(&alerts, 1));
}

static void the_oldest_of_several_is_joined(void **state)
{
    struct nj_alert *first = add(7);

    (void)state;
    (void)add(7);
    (void)add(7);
    assert_ptr_equal(same(NJ_TROUBLE_THREAD, 7, 0, NOW), first);
}

static void near_keys_are_candidates_only(void **state)
{
    struct nj_alert *alert = add(7);

    (void)state;
    alert->simhash = 0xff00ff00ff00ff00;
    assert_null(same(NJ_TROUBLE_NEAR, 7, 0x00ff00ff00ff00ff, NOW));
    assert_ptr_equal(same(NJ_TROUBLE_NEAR, 7, 0xff00ff00ff00ff01, NOW), alert);
}

static void after_the_time_to_join_it_is_new_trouble(void **state)
{
    (void)state;
    (void)add(7);
    assert_non_null(same(NJ_TROUBLE_THREAD, 7, 0, NOW + 10 * MINUTE - 1));
    assert_null(same(NJ_TROUBLE_THREAD, 7, 0, NOW + 10 * MINUTE));
}

static void resolved_it_is_found_until_it_cannot_reopen(void **state)
{
    struct nj_alert *alert = add(7);
    int64_t due = 0;

    (void)state;
    resolve(alert);
    assert_ptr_equal(same(NJ_TROUBLE_THREAD, 7, 0, NOW + 30 * MINUTE - 1),
                     alert);
    assert_null(same(NJ_TROUBLE_THREAD, 7, 0, NOW + 30 * MINUTE));
    assert_ptr_equal(nj_alerts_next(&alerts, &due), alert);
    assert_int_equal(due, NOW + 30 * MINUTE);
}

static void a_forgotten_one_leaves_nothing_behind(void **state)
{
    struct nj_alert *alert = add(7);
    int64_t due;

    (void)state;
    resolve(alert);
    nj_alerts_forget(&alerts, alert);
    assert_null(nj_alerts_find(&alerts, 1));
    assert_null(same(NJ_TROUBLE_THREAD, 7, 0, NOW));
    assert_null(nj_alerts_next(&alerts, &due));
    assert_int_equal(alerts.by_key.count, 0);
    assert_int_equal(alerts.count[NJ_ALERT_RESOLVED], 0);
    assert_int_equal(add(7)->id, 2); /* no number twice */
}

static void a_drill_takes_no_posts(void **state)
{
    (void)state;
    add(7)->flags = NJ_ALERT_TEST;
    assert_null(same(NJ_TROUBLE_THREAD, 7, 0, NOW));
}

static void later_posts_bring_keys_but_not_without_end(void **state)
{
    struct nj_alert *alert = add(1);

    (void)state;
    for (uint64_t key = 1; key < 100; key++) {
        struct nj_trouble more = {NJ_TROUBLE_LINK, key};

        assert_int_equal(nj_alerts_extend(&alerts, alert, &more, 1), 0);
    }
    assert_ptr_equal(same(NJ_TROUBLE_LINK, 24, 0, NOW), alert);
    assert_null(same(NJ_TROUBLE_LINK, 25, 0, NOW));
    assert_int_equal(alerts.by_key.count, 24);
}

#define TABLE(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE(without_a_key_in_common_nothing_is_joined),
        TABLE(the_oldest_of_several_is_joined),
        TABLE(near_keys_are_candidates_only),
        TABLE(after_the_time_to_join_it_is_new_trouble),
        TABLE(resolved_it_is_found_until_it_cannot_reopen),
        TABLE(a_forgotten_one_leaves_nothing_behind),
        TABLE(a_drill_takes_no_posts),
        TABLE(later_posts_bring_keys_but_not_without_end),
    };

    return cmocka_run_group_tests_name("alerts", tests, NULL, NULL);
}
