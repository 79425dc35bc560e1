/* A store on a disk that fails: full, broken, cut off from power. Nothing is
 * told durable that is not, nothing is lost, the trouble is told. */

#include "unit/store/fault_vfs.h"

#include "base/log.h"

/* Hundreds of lines about the disk would hide what matters. */
static void drop_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)text;
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    fault_reset();
    rig_prepare(rig, NULL);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    fault_heal();
    rig_finish(rig);
    free(rig);
    fault_reset();
    return 0;
}

static void open_well(struct rig *rig)
{
    struct nj_err err = {0};

    if (rig_open_store(rig, &err) != 0) {
        fail_msg("%s", err.text);
    }
}

/* A new directory for the next round of a case. */
static void next_round(struct rig *rig)
{
    fault_heal();
    if (rig->store != NULL) {
        rig_close_store(rig);
    }
    nj_loop_destroy(rig->loop);
    nj_names_finish(&rig->names);
    rig_remove_dir(rig);
    fault_reset();
    rig_prepare(rig, NULL);
}

static int shows(struct rig *rig, int64_t id)
{
    const struct nj_query_req query = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};

    return rig_ask(rig, &query, NULL, NULL);
}

static void wal_of(const struct rig *rig, char out[160])
{
    (void)snprintf(out, 160, "%s-wal", rig->path);
}

/* ---- every call fails in turn -------------------------------------------- */

enum { ROUNDS = 24 }; /* commits, one after the other */

/* Commit ROUNDS alerts; each must be durable when it is told. */
static void commit_rounds(struct rig *rig)
{
    char wal[160];

    wal_of(rig, wal);
    for (int64_t id = 1; id <= ROUNDS; id++) {
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(id)));
        assert_int_equal(0, fault_unsynced(wal));
        assert_int_equal(0, nj_store_backlog(rig->store));
    }
}

static void all_is_there(struct rig *rig)
{
    fault_heal();
    rig_reopen(rig);
    for (int64_t id = 1; id <= ROUNDS; id++) {
        assert_int_equal(0, shows(rig, id));
    }
    assert_int_equal(NJ_E_NOTFOUND, shows(rig, ROUNDS + 1));
}

/* COUNT calls from the k-th on fail with CODE, for every k. */
static void fail_each_in_turn(struct rig *rig, long count, int code)
{
    long k = 0;

    do {
        open_well(rig);
        fault_arm(FAULT_WRITES, ++k, count, code);
        commit_rounds(rig);
        if (fault_failed() > 0) {
            assert_true(rig->troubles >= 1);
            assert_non_null(strstr(rig->trouble, rig->path));
        } else {
            assert_int_equal(0, rig->troubles);
        }
        assert_int_equal(rig->troubles, rig->overs);
        all_is_there(rig);
        count = fault_failed() == 0 ? 0 : count;
        next_round(rig);
    } while (count > 0);
    assert_true(k > 20);
}

static void a_disk_full_at_any_write_is_waited_out(void **state)
{
    fail_each_in_turn(*state, 1, SQLITE_FULL);
}

static void a_disk_full_for_a_while_is_waited_out(void **state)
{
    fail_each_in_turn(*state, 4, SQLITE_FULL);
}

static void a_broken_write_or_sync_is_tried_again(void **state)
{
    fail_each_in_turn(*state, 1, SQLITE_IOERR);
}

static void a_disk_gone_readonly_for_a_while_is_waited_out(void **state)
{
    fail_each_in_turn(*state, 3, SQLITE_READONLY);
}

/* More than the page cache holds, so that questions have to read. */
static void fill(struct rig *rig)
{
    enum { ALERTS = 8000 };
    struct waiting *w = calloc(ALERTS, sizeof *w);

    assert_non_null(w);
    for (int i = 0; i < ALERTS; i++) {
        rig_start(rig, &w[i], rig_whole_alert(1000 + i));
    }
    rig_run(rig);
    free(w);
}

static void a_failing_read_is_an_answer_or_is_tried_again(void **state)
{
    struct rig *rig = *state;
    int failed = 1;
    long k;

    open_well(rig);
    fill(rig);
    for (k = 1; failed > 0; k++) {
        rig_reopen(rig);
        rig->troubles = rig->overs = 0;
        fault_arm(FAULT_READS, k, 1, SQLITE_IOERR);
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(k)));
        assert_int_equal(rig->troubles, rig->overs);
        (void)shows(rig, 1000);
        failed = fault_failed();
        fault_heal();
        assert_int_equal(0, shows(rig, 1000));
        assert_int_equal(0, shows(rig, k));
    }
    assert_true(k > 10);
}

static void a_question_that_cannot_be_read_ends_with_an_error(void **state)
{
    struct rig *rig = *state;

    open_well(rig);
    commit_rounds(rig);
    fill(rig);
    rig_reopen(rig);
    fault_arm(FAULT_READS, 1, 1000, SQLITE_IOERR);
    assert_int_equal(NJ_E_IO, shows(rig, 1));
    assert_int_equal(0, rig->troubles);
    fault_heal();
    assert_int_equal(0, shows(rig, 1));
}

/* ---- a disk that stays full ---------------------------------------------- */

struct until {
    struct rig *rig;
    struct nj_timer timer;
    const int *flag;
    const int *other; /* may be NULL */
    int want;
};

static void look(struct nj_timer *timer)
{
    struct until *u = timer->ctx;

    if (*u->flag >= u->want || (u->other != NULL && *u->other > 0)) {
        nj_loop_stop(u->rig->loop);
    } else {
        assert_int_equal(0, nj_timer_set(u->rig->loop, timer, 1, 0, look));
    }
}

/* Run until FLAG reaches WANT, or OTHER is set, though more is under way. */
static void
run_until_either(struct rig *rig, const int *flag, int want, const int *other)
{
    struct until u = {.rig = rig, .flag = flag, .other = other, .want = want};

    u.timer.ctx = &u;
    assert_int_equal(0, nj_timer_set(rig->loop, &u.timer, 0, 0, look));
    rig_run(rig);
}

static void run_until(struct rig *rig, const int *flag, int want)
{
    run_until_either(rig, flag, want, NULL);
}

static void people_see_what_is_durable_while_the_disk_is_full(void **state)
{
    static const char *const ids[] = {"post-2"};
    static const int64_t two = 2;
    const struct nj_query_req list = {.kind = NJ_QUERY_LIST, .state = -1};
    const struct nj_query_req known = {.kind = NJ_QUERY_KNOWN,
                                       .source = "acme-page",
                                       .ids = ids,
                                       .id_count = 1};
    const struct nj_query_req show = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &two, .alert_id_count = 1};
    struct rig *rig = *state;
    struct waiting commit, asked, listed, shown;

    open_well(rig);
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
    fault_arm(FAULT_WRITES, 1, 1000000, SQLITE_FULL);
    rig_start(rig, &commit, rig_whole_alert(2));
    run_until(rig, &rig->troubles, 1);
    assert_non_null(strstr(rig->trouble, "database or disk is full"));
    rig_ask_start(rig, &asked, &known, NULL, NULL);
    rig_ask_start(rig, &listed, &list, NULL, NULL);
    rig_ask_start(rig, &shown, &show, NULL, NULL);
    run_until(rig, &shown.done, 1);
    assert_int_equal(1, listed.done);
    assert_int_equal(0, listed.status);
    assert_int_equal(NJ_E_NOTFOUND, shown.status); /* not durable yet */
    assert_int_equal(0, asked.done); /* must see the commit: waits */
    assert_int_equal(0, commit.done);
    assert_int_equal(1, nj_store_backlog(rig->store));
    assert_true(nj_store_stuck_ms(rig->store) < 6000); /* it fails, it lives */

    fault_heal();
    rig_run(rig);
    assert_int_equal(1, commit.done);
    assert_int_equal(0, commit.status);
    assert_int_equal(1, asked.done);
    assert_int_equal(1, rig->troubles);
    assert_int_equal(1, rig->overs);
    assert_int_equal(0, shows(rig, 2));
}

static void a_disk_that_hangs_is_what_the_watchdog_sees(void **state)
{
    struct rig *rig = *state;
    struct waiting commit;

    open_well(rig);
    assert_int_equal(0, nj_store_stuck_ms(rig->store));
    fault_hang(1);
    rig_start(rig, &commit, rig_whole_alert(1));
    while (nj_store_stuck_ms(rig->store) < 30) {
        (void)usleep(1000);
    }
    assert_int_equal(1, nj_store_backlog(rig->store));
    assert_int_equal(0, rig->troubles);
    fault_hang(0);
    rig_run(rig);
    assert_int_equal(0, commit.status);
    assert_int_equal(0, nj_store_stuck_ms(rig->store));
}

static void closing_on_a_full_disk_cancels_what_waits(void **state)
{
    static const char *const ids[] = {"post-2"};
    const struct nj_query_req known = {.kind = NJ_QUERY_KNOWN,
                                       .source = "acme-page",
                                       .ids = ids,
                                       .id_count = 1};
    struct rig *rig = *state;
    struct waiting first, second, asked;

    open_well(rig);
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
    fault_arm(FAULT_WRITES, 1, 1000000, SQLITE_FULL);
    rig_start(rig, &first, rig_whole_alert(2));
    run_until(rig, &rig->troubles, 1);
    rig_start(rig, &second, rig_whole_alert(3));
    rig_ask_start(rig, &asked, &known, NULL, NULL);
    nj_store_close(rig->store, 30, rig_on_closed, rig);
    rig_run(rig);
    assert_int_equal(1, rig->closed);
    assert_int_equal(NJ_E_CANCELED, first.status);
    assert_int_equal(NJ_E_CANCELED, second.status);
    assert_int_equal(NJ_E_CANCELED, asked.status);
    assert_int_equal(1, first.done);
    assert_int_equal(1, second.done);
    assert_int_equal(1, asked.done);

    fault_heal();
    open_well(rig);
    assert_int_equal(0, shows(rig, 1));
    assert_int_equal(NJ_E_NOTFOUND, shows(rig, 2));
}

static void a_commit_within_the_grace_of_closing_is_written(void **state)
{
    struct rig *rig = *state;
    struct waiting commit;

    open_well(rig);
    fault_arm(FAULT_WRITES, 1, 3, SQLITE_FULL);
    rig_start(rig, &commit, rig_whole_alert(1));
    rig_close_store(rig);
    assert_int_equal(0, commit.status);
}

static void no_store_is_opened_on_a_failing_disk(void **state)
{
    struct rig *rig = *state;
    long k = 0;
    int code;

    do {
        struct nj_err err = {0};

        fault_arm(FAULT_WRITES, ++k, 1000000, SQLITE_FULL);
        code = rig_open_store(rig, &err);
        if (code != 0) {
            assert_int_equal(NJ_E_IO, code);
            assert_non_null(strstr(err.text, rig->path));
            fault_heal();
            /* what a failed start left behind is no hindrance */
            open_well(rig);
            assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
        }
        next_round(rig);
    } while (code != 0);
    assert_true(k > 10);
}

/* ---- power cuts ---------------------------------------------------------- */

static void nothing_told_durable_is_lost_when_the_power_goes(void **state)
{
    enum { MOST = 300 };
    struct rig *rig = *state;
    int cuts = 0;
    int lived = 0;

    for (long at = 1; lived < 1 && at < MOST; at++) {
        struct waiting w[ROUNDS + 1] = {0};
        char wal[160];

        open_well(rig);
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(100)));
        fault_cut(at);
        for (int64_t id = 1; id <= ROUNDS; id++) {
            rig_start(rig, &w[id], rig_whole_alert(id));
            if (id % 2 == 0) {
                run_until_either(rig, &w[id].done, 1, &rig->troubles);
            }
            if (fault_is_cut()) {
                break;
            }
        }
        cuts += fault_is_cut();
        lived += !fault_is_cut();
        nj_store_close(rig->store, 0, rig_on_closed, rig);
        rig_run(rig);
        wal_of(rig, wal);
        fault_restore(rig->path, (unsigned)at);
        fault_restore(wal, (unsigned)at * 7);
        fault_reset();

        rig->troubles = 0;
        open_well(rig);
        assert_int_equal(0, shows(rig, 100));
        for (int64_t id = 1; id <= ROUNDS; id++) {
            if (w[id].done && w[id].status == 0) {
                assert_int_equal(0, shows(rig, id));
            }
        }
        next_round(rig);
    }
    assert_true(cuts > 20);
    assert_int_equal(1, lived);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_disk_full_at_any_write_is_waited_out),
        CASE(a_disk_full_for_a_while_is_waited_out),
        CASE(a_broken_write_or_sync_is_tried_again),
        CASE(a_disk_gone_readonly_for_a_while_is_waited_out),
        CASE(a_failing_read_is_an_answer_or_is_tried_again),
        CASE(a_question_that_cannot_be_read_ends_with_an_error),
        CASE(people_see_what_is_durable_while_the_disk_is_full),
        CASE(a_disk_that_hangs_is_what_the_watchdog_sees),
        CASE(closing_on_a_full_disk_cancels_what_waits),
        CASE(a_commit_within_the_grace_of_closing_is_written),
        CASE(no_store_is_opened_on_a_failing_disk),
        CASE(nothing_told_durable_is_lost_when_the_power_goes),
#undef CASE
    };

    nj_log_open(NJ_LOG_ERROR, drop_log, NULL);
    fault_install();
    return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
