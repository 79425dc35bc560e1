/* What every back end of the store promises about requests: order, durability
 * told once, bad ones alone, the end. */

#include "unit/store/back_ends.h"

/* ---- refusals ------------------------------------------------------------ */

static void a_commit_after_close_is_refused_and_stays_the_callers(void **state)
{
    struct rig *rig = *state;
    struct nj_commit_req commit = {.txn = rig_whole_alert(1)};
    struct nj_query_req query = {.kind = NJ_QUERY_LIST};

    nj_store_close(rig->store, 1000, rig_on_closed, rig);
    assert_int_equal(NJ_E_STATE, nj_store_commit(rig->store, &commit));
    assert_int_equal(NJ_E_STATE, nj_store_query(rig->store, &query));
    assert_int_equal(0, nj_store_backlog(rig->store));
    nj_txn_destroy(commit.txn);
    rig_run(rig);
    assert_int_equal(1, rig->closed);
}

static int bad_event(struct nj_txn *txn)
{
    struct nj_event event = rig_event(1, 1); /* a number that is taken */

    nj_txn_event(txn, &event);
    return nj_txn_status(txn);
}

static void a_commit_that_can_never_be_written_ends_alone(void **state)
{
    enum { COMMITS = 20, BAD = 11 };
    struct rig *rig = *state;
    struct waiting w[COMMITS];

    for (int i = 0; i < COMMITS; i++) {
        struct nj_txn *txn = rig_whole_alert(i + 1);

        assert_int_equal(0, i == BAD ? bad_event(txn) : 0);
        rig_start(rig, &w[i], txn);
    }
    rig_run(rig);
    for (int i = 0; i < COMMITS; i++) {
        int64_t id = i + 1;
        const struct nj_query_req show = {
            .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};

        assert_int_equal(i == BAD ? NJ_E_CORRUPT : 0, w[i].status);
        assert_int_equal(i == BAD ? NJ_E_NOTFOUND : 0,
                         rig_ask(rig, &show, NULL, NULL));
    }
    assert_int_equal(0, rig->troubles);
}

static void a_question_of_no_kind_is_answered_with_an_error(void **state)
{
    const struct nj_query_req query = {.kind = (enum nj_query_kind)99};

    assert_int_equal(NJ_E_CORRUPT, rig_ask(*state, &query, NULL, NULL));
}

/* ---- order --------------------------------------------------------------- */

static int order[8];
static int order_count;

static void note_commit(struct nj_commit_req *req, int status)
{
    assert_int_equal(0, status);
    order[order_count++] = *(int *)req->ctx;
}

static void
note_query(struct nj_query_req *req, int status, const struct nj_rows *rows)
{
    assert_int_equal(0, status);
    assert_int_equal(2, rows->alert_count);
    order[order_count++] = *(int *)req->ctx;
}

static void requests_end_in_the_order_given(void **state)
{
    static int numbers[] = {0, 1, 2, 3};
    struct rig *rig = *state;
    struct nj_commit_req commits[3] = {{.txn = rig_whole_alert(1)},
                                       {.txn = rig_whole_alert(2)},
                                       {.txn = rig_whole_alert(3)}};
    struct nj_query_req query = {.kind = NJ_QUERY_LIST,
                                 .state = -2,
                                 .done = note_query,
                                 .ctx = &numbers[2]};

    order_count = 0;
    for (int i = 0; i < 3; i++) {
        commits[i].done = note_commit;
        commits[i].ctx = &numbers[i == 2 ? 3 : i];
        if (i == 2) {
            assert_int_equal(0, nj_store_query(rig->store, &query));
        }
        assert_int_equal(0, nj_store_commit(rig->store, &commits[i]));
    }
    rig_run(rig);
    assert_int_equal(4, order_count);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(i, order[i]);
    }
}

/* ---- what nobody waits for ------------------------------------------------ */

static void start_calm(struct rig *rig, struct waiting *w, int64_t id)
{
    *w = (struct waiting){.rig = rig, .inside = 1};
    w->commit.txn = rig_whole_alert(id);
    w->commit.done = rig_on_commit;
    w->commit.ctx = w;
    assert_int_equal(0, nj_store_commit_calm(rig->store, &w->commit));
    w->inside = 0;
}

static void a_calm_commit_alone_is_written_by_itself(void **state)
{
    struct rig *rig = *state;
    struct waiting calm;

    start_calm(rig, &calm, 1);
    assert_int_equal(1, nj_store_backlog(rig->store));
    rig_run(rig); /* nothing else comes: it goes alone, some ms later */
    assert_int_equal(1, calm.done);
    assert_int_equal(0, calm.status);
    assert_int_equal(0, nj_store_backlog(rig->store));
}

static void a_calm_commit_goes_with_the_next_and_before_it(void **state)
{
    struct rig *rig = *state;
    struct waiting calm, hurried;
    int64_t id = 1;
    const struct nj_query_req show = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};

    start_calm(rig, &calm, 1);
    rig_start(rig, &hurried, rig_whole_alert(2));
    rig_run(rig);
    assert_int_equal(1, calm.done);
    assert_int_equal(1, hurried.done);
    start_calm(rig, &calm, 3);
    id = 3;
    assert_int_equal(0, rig_ask(rig, &show, NULL, NULL)); /* and is seen */
}

static void a_calm_commit_at_close_is_written(void **state)
{
    struct rig *rig = *state;
    struct waiting calm;

    start_calm(rig, &calm, 1);
    rig_close_store(rig);
    assert_int_equal(1, calm.done);
    assert_int_equal(0, calm.status);
}

static void known_bits(void *ctx, const struct nj_rows *rows)
{
    memcpy(ctx, rows->known, 3);
}

static void a_query_sees_every_commit_before_it(void **state)
{
    static const char *const ids[3] = {"post-1", "post-2", "post-3"};
    const struct nj_query_req query = {.kind = NJ_QUERY_KNOWN,
                                       .source = "acme-page",
                                       .ids = ids,
                                       .id_count = 3};
    struct rig *rig = *state;
    struct waiting first, second, asked;
    unsigned char known[3] = {0};

    rig_start(rig, &first, rig_whole_alert(1));
    rig_start(rig, &second, rig_whole_alert(2));
    rig_ask_start(rig, &asked, &query, known_bits, known);
    assert_int_equal(2, nj_store_backlog(rig->store));
    rig_run(rig);
    assert_int_equal(1, asked.done);
    assert_memory_equal("\1\1\0", known, 3);
    assert_int_equal(0, nj_store_backlog(rig->store));
    assert_int_equal(0, nj_store_stuck_ms(rig->store));
}

struct chain {
    struct rig *rig;
    struct nj_commit_req req;
    int left;
};

static void again(struct nj_commit_req *req, int status)
{
    struct chain *chain = req->ctx;

    assert_int_equal(0, status);
    assert_null(req->txn);
    if (--chain->left > 0) {
        chain->req.txn = rig_whole_alert(chain->left);
        assert_int_equal(0, nj_store_commit(chain->rig->store, req));
    }
}

static void a_callback_may_commit_again_with_the_same_struct(void **state)
{
    struct rig *rig = *state;
    struct chain chain = {.rig = rig, .left = 20};

    chain.req = (struct nj_commit_req){
        .txn = rig_whole_alert(100), .done = again, .ctx = &chain};
    assert_int_equal(0, nj_store_commit(rig->store, &chain.req));
    rig_run(rig);
    assert_int_equal(0, chain.left);
}

static void an_empty_commit_is_done_too(void **state)
{
    assert_int_equal(0, rig_commit(*state, rig_txn()));
}

static void count_alerts(void *ctx, const struct nj_rows *rows)
{
    *(size_t *)ctx = rows->alert_count;
}

static void thousands_at_once_are_all_written(void **state)
{
    enum { MANY = 2500 };
    struct rig *rig = *state;
    struct waiting *w = calloc(MANY, sizeof *w);
    const struct nj_query_req list = {
        .kind = NJ_QUERY_LIST, .state = -1, .limit = 10000};
    size_t listed = 0;

    assert_non_null(w);
    for (int i = 0; i < MANY; i++) {
        rig_start(rig, &w[i], rig_whole_alert(i + 1));
    }
    assert_int_equal(MANY, nj_store_backlog(rig->store));
    rig_run(rig);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(1, w[i].done);
        assert_int_equal(0, w[i].status);
    }
    assert_int_equal(0, rig_ask(rig, &list, count_alerts, &listed));
    assert_int_equal(MANY, listed);
    free(w);
}

/* ---- the end ------------------------------------------------------------- */

static void what_waits_at_close_is_written_before_it_is_over(void **state)
{
    struct rig *rig = *state;
    struct waiting commit, query;
    const struct nj_query_req list = {.kind = NJ_QUERY_LIST, .state = -1};
    size_t listed = 0;

    rig_start(rig, &commit, rig_whole_alert(1));
    rig_ask_start(rig, &query, &list, count_alerts, &listed);
    rig_close_store(rig);
    assert_int_equal(1, commit.done);
    assert_int_equal(0, commit.status);
    assert_int_equal(1, query.done);
    assert_int_equal(1, listed);
}

static void close_from_within_a_callback(struct nj_commit_req *req, int status)
{
    struct rig *rig = req->ctx;

    assert_int_equal(0, status);
    nj_store_close(rig->store, 1000, rig_on_closed, rig);
    assert_int_equal(0, rig->closed);
}

static void a_callback_may_close_the_store(void **state)
{
    struct rig *rig = *state;
    struct nj_commit_req req = {.txn = rig_whole_alert(1),
                                .done = close_from_within_a_callback,
                                .ctx = rig};
    struct waiting other;

    assert_int_equal(0, nj_store_commit(rig->store, &req));
    rig_start(rig, &other, rig_whole_alert(2));
    rig_run(rig);
    assert_int_equal(1, rig->closed);
    assert_int_equal(1, other.done);
    assert_int_equal(0, other.status);
}

static void closing_twice_is_closing_once(void **state)
{
    struct rig *rig = *state;

    nj_store_close(rig->store, 1000, rig_on_closed, rig);
    nj_store_close(rig->store, 0, NULL, NULL);
    rig_run(rig);
    assert_int_equal(1, rig->closed);
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_after_close_is_refused_and_stays_the_callers),
        cmocka_unit_test(a_commit_that_can_never_be_written_ends_alone),
        cmocka_unit_test(a_question_of_no_kind_is_answered_with_an_error),
        cmocka_unit_test(a_calm_commit_alone_is_written_by_itself),
        cmocka_unit_test(a_calm_commit_goes_with_the_next_and_before_it),
        cmocka_unit_test(a_calm_commit_at_close_is_written),
        cmocka_unit_test(requests_end_in_the_order_given),
        cmocka_unit_test(a_query_sees_every_commit_before_it),
        cmocka_unit_test(a_callback_may_commit_again_with_the_same_struct),
        cmocka_unit_test(an_empty_commit_is_done_too),
        cmocka_unit_test(thousands_at_once_are_all_written),
        cmocka_unit_test(what_waits_at_close_is_written_before_it_is_over),
        cmocka_unit_test(a_callback_may_close_the_store),
        cmocka_unit_test(closing_twice_is_closing_once),
    };

    return RUN_OVER_BACK_ENDS(tests);
}
