/* SIGKILL at random moments: what was told durable is there when the store is
 * opened again. */

#include "unit/store/rig.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 30, IN_FLIGHT = 20 };

struct worker {
    struct rig *rig;
    int out; /* acknowledged ids go here */
    int64_t next_id;
};

struct slot {
    struct nj_commit_req req;
    struct worker *worker;
    int64_t id;
    int sent; /* the alert is in, next comes its page */
};

static void start(struct slot *slot);

static struct nj_txn *page_sent(int64_t id)
{
    struct nj_txn *txn = rig_txn();
    struct nj_page page = rig_page(id, id);

    page.state = NJ_PAGE_SENT;
    nj_txn_page(txn, &page);
    return txn;
}

static void on_durable(struct nj_commit_req *req, int status)
{
    struct slot *slot = req->ctx;
    int64_t told = slot->sent ? -slot->id : slot->id;

    if (status != 0 || write(slot->worker->out, &told, sizeof told) < 0) {
        _exit(3);
    }
    slot->sent = !slot->sent;
    start(slot);
}

static void start(struct slot *slot)
{
    if (!slot->sent) {
        slot->id = slot->worker->next_id++;
    }
    slot->req = (struct nj_commit_req){
        .txn = slot->sent ? page_sent(slot->id) : rig_whole_alert(slot->id),
        .done = on_durable,
        .ctx = slot};
    if (nj_store_commit(slot->worker->rig->store, &slot->req) != 0) {
        _exit(4);
    }
}

/* Commit for ever, telling each id once it is durable. */
static void work(struct rig *rig, int out, int64_t first_id)
{
    static struct slot slots[IN_FLIGHT];
    struct worker worker = {rig, out, first_id};
    struct nj_loop *loop = NULL;

    if (nj_loop_create(NULL, &loop, NULL) != 0) {
        _exit(5);
    }
    rig->loop = loop;
    if (rig_open_store(rig, NULL) != 0) {
        _exit(6);
    }
    for (int i = 0; i < IN_FLIGHT; i++) {
        slots[i].worker = &worker;
        start(&slots[i]);
    }
    nj_loop_run(loop);
    _exit(7);
}

/* One life: killed after some ms; returns the ids it told. */
static size_t
live_and_die(struct rig *rig, int64_t first_id, unsigned ms, int64_t *out)
{
    int pipes[2];
    pid_t child;
    int status = 0;
    ssize_t n;
    size_t bytes = 0;

    assert_int_equal(0, pipe(pipes));
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pipes[0]);
        work(rig, pipes[1], first_id);
    }
    (void)close(pipes[1]);
    (void)usleep(ms * 1000);
    assert_int_equal(0, kill(child, SIGKILL));
    while ((n = read(pipes[0], (char *)out + bytes, 8192)) > 0) {
        bytes += (size_t)n;
    }
    (void)close(pipes[0]);
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return bytes / sizeof *out;
}

static void page_state(void *ctx, const struct nj_rows *rows)
{
    assert_int_equal(1, rows->page_count);
    *(int *)ctx = rows->pages[0].state;
}

static void is_there(struct rig *rig, int64_t told)
{
    int64_t id = told < 0 ? -told : told;
    const struct nj_query_req query = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};
    int state = -1;

    assert_int_equal(0, rig_ask(rig, &query, page_state, &state));
    if (told < 0) {
        assert_int_equal(NJ_PAGE_SENT, state);
    }
}

static void nothing_told_durable_is_lost_by_kill_9(void **state)
{
    static int64_t told[200000];
    struct rig rig;
    unsigned seed = (unsigned)time(NULL);
    size_t total = 0;

    (void)state;
    rig_prepare(&rig, NULL);
    for (int i = 0; i < KILLS; i++) {
        int64_t first_id = 1 + (int64_t)i * 100000;
        size_t count;

        seed = seed * 1103515245 + 12345;
        count = live_and_die(&rig, first_id, 3 + (seed >> 16) % 40, told);
        assert_int_equal(0, rig_open_store(&rig, NULL));
        for (size_t j = 0; j < count; j++) {
            is_there(&rig, told[j]);
        }
        rig_close_store(&rig);
        total += count;
    }
    assert_true(total > KILLS);
    rig_finish(&rig);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_told_durable_is_lost_by_kill_9),
    };

    return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
