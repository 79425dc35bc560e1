/* A store on the loop's own thread, for `mem:`: what was given in one turn is
 * done in the next. */

#include "store/store_inside.h"

static void on_turn(struct nj_defer *defer);

static void on_retry(struct nj_timer *timer)
{
    struct nj_store *store = timer->ctx;

    nj_loop_defer(store->loop, &store->wake, on_turn);
}

/* Nothing outlives this process anyway: at the end a failure is final. */
static void on_turn(struct nj_defer *defer)
{
    struct nj_store *store = defer->ctx;
    int64_t pause_ms = 0;

    if (nj_timer_armed(&store->retry)) {
        nj_store_answer_readers(store);
    } else {
        while (pause_ms == 0 && store->waiting.first != NULL) {
            pause_ms = nj_store_attempt(store);
        }
        if (pause_ms == 0 && store->group.first != NULL) {
            pause_ms = nj_store_attempt(store);
        }
    }
    if (store->ending) {
        nj_timer_stop(&store->retry);
        nj_store_end(store);
    } else if (pause_ms > 0 && nj_timer_set(store->loop, &store->retry,
                                            pause_ms, 0, on_retry) != 0) {
        nj_loop_defer(store->loop, &store->wake, on_turn);
    }
    nj_store_deliver(store);
}

static int start(struct nj_store *store, struct nj_err *err)
{
    (void)err;
    store->wake.ctx = store;
    store->retry.ctx = store;
    return 0;
}

static void pushed(struct nj_store *store, int hurry)
{
    (void)hurry; /* there is no disk to spare */
    nj_loop_defer(store->loop, &store->wake, on_turn);
}

static void close_way(struct nj_store *store, int64_t grace_ms)
{
    (void)grace_ms;
    store->ending = 1;
    nj_timer_stop(&store->retry);
    nj_loop_defer(store->loop, &store->wake, on_turn);
}

static void nothing(struct nj_store *store)
{
    (void)store;
}

const struct nj_store_way nj_store_way_inline = {
    .start = start,
    .wake = nothing,
    .busy = nothing,
    .idle = nothing,
    .pushed = pushed,
    .close = close_way,
    .join = nothing,
};
