/* What every back end of the store promises, the same cases for each. */

#include "unit/store/rig.h"

static int set_up_file(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig_open(rig, NULL);
    *state = rig;
    return 0;
}

static int set_up_mem(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig_open(rig, "mem:");
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    rig_finish(rig);
    free(rig);
    return 0;
}

/* ---- commits and posts --------------------------------------------------- */

static void known_bits(void *ctx, const struct nj_rows *rows)
{
    memcpy(ctx, rows->known, 3);
}

static void ask_known(struct rig *rig,
                      const char *source,
                      const char *const ids[3],
                      unsigned char out[3])
{
    const struct nj_query_req query = {
        .kind = NJ_QUERY_KNOWN, .source = source, .ids = ids, .id_count = 3};

    assert_int_equal(0, rig_ask(rig, &query, known_bits, out));
}

static void an_empty_store_knows_no_post(void **state)
{
    static const char *const ids[3] = {"a", "b", ""};
    unsigned char known[3];

    ask_known(*state, "acme-page", ids, known);
    assert_int_equal(0, known[0] + known[1] + known[2]);
}

static void a_post_is_known_by_source_and_id(void **state)
{
    static const char *const ids[3] = {"a", "b", "a "};
    struct rig *rig = *state;
    struct nj_post post = rig_post("acme-page", "a");
    struct nj_txn *txn = rig_txn();
    unsigned char known[3];

    nj_txn_post(txn, 1, &post, NULL, 0);
    assert_int_equal(0, rig_commit(rig, txn));
    ask_known(rig, "acme-page", ids, known);
    assert_int_equal(1, known[0]);
    assert_int_equal(0, known[1] + known[2]);
    ask_known(rig, "acme-news", ids, known);
    assert_int_equal(0, known[0]);
}

static void a_query_sees_every_commit_before_it(void **state)
{
    struct rig *rig = *state;
    static const char *const ids[3] = {"post-1", "post-2", "post-3"};
    const struct nj_query_req query = {.kind = NJ_QUERY_KNOWN,
                                       .source = "acme-page",
                                       .ids = ids,
                                       .id_count = 3};
    struct waiting first, second, asked;
    unsigned char known[3] = {0};

    rig_start(rig, &first, rig_whole_alert(1));
    rig_start(rig, &second, rig_whole_alert(2));
    rig_ask_start(rig, &asked, &query, known_bits, known);
    assert_int_equal(2, nj_store_backlog(rig->store));
    nj_loop_run(rig->loop);
    assert_int_equal(1, asked.done);
    assert_memory_equal("\1\1\0", known, 3);
    assert_int_equal(0, nj_store_backlog(rig->store));
    assert_int_equal(0, nj_store_stuck_ms(rig->store));
}

/* ---- the back ends ------------------------------------------------------- */

static const struct {
    const char *name;
    CMFixtureFunction set_up;
} back_ends[] = {
    {"sqlite", set_up_file},
    {"mem", set_up_mem},
};

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_store_knows_no_post),
        cmocka_unit_test(a_post_is_known_by_source_and_id),
        cmocka_unit_test(a_query_sees_every_commit_before_it),
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof back_ends / sizeof *back_ends; i++) {
        for (size_t j = 0; j < sizeof tests / sizeof *tests; j++) {
            tests[j].setup_func = back_ends[i].set_up;
            tests[j].teardown_func = tear_down;
        }
        failed +=
            cmocka_run_group_tests_name(back_ends[i].name, tests, NULL, NULL);
    }
    return failed;
}
