/* A store on its own thread, so that the loop never waits for a disk. */

#include <signal.h>
#include <string.h>
#include <time.h>

#include "store/store_inside.h"

/* How long what nobody waits for may wait for company. */
enum { CALM_MS = 4 };

static void on_wake(struct nj_defer *defer)
{
    nj_store_deliver(defer->ctx);
}

/* Under the lock: one wake for all that is finished by the time it is seen. */
static void wake_loop(struct nj_store *store)
{
    if (!store->wake_posted &&
        (store->finished.first != NULL || store->ended || store->news)) {
        store->wake_posted = 1;
        nj_loop_post_from_thread(store->loop, &store->wake, on_wake);
    }
}

static void wait_until(struct nj_store *store, int64_t mono_ms)
{
    const struct timespec at = {
        .tv_sec = (time_t)(mono_ms / 1000),
        .tv_nsec = (long)(mono_ms % 1000) * 1000000,
    };

    (void)pthread_cond_timedwait(&store->more, &store->lock, &at);
}

/* The disk failed: wait, but let people see what is there. Under the lock. */
static void pause_for(struct nj_store *store, int64_t pause_ms)
{
    int64_t until = nj_store_mono_ms() + pause_ms;

    while (nj_store_mono_ms() < until) {
        int64_t wake_at = until;

        if (store->ending && store->end_by_mono_ms < until) {
            wake_at = store->end_by_mono_ms;
            if (nj_store_mono_ms() >= wake_at) {
                return;
            }
        }
        (void)pthread_mutex_unlock(&store->lock);
        nj_store_answer_readers(store);
        (void)pthread_mutex_lock(&store->lock);
        wake_loop(store);
        wait_until(store, wake_at);
    }
}

static int may_end(const struct nj_store *store)
{
    return store->ending &&
           ((store->waiting.first == NULL && store->group.first == NULL) ||
            nj_store_mono_ms() >= store->end_by_mono_ms);
}

static int has_work(const struct nj_store *store)
{
    return store->group.first != NULL ||
           (store->waiting.first != NULL && (store->hurry || store->ending));
}

static void *work(void *arg)
{
    struct nj_store *store = arg;
    struct nj_db *db = store->desk.db;

    if (db->driver->warm != NULL) {
        db->driver->warm(db);
    }
    (void)pthread_mutex_lock(&store->lock);
    while (!may_end(store)) {
        int64_t pause_ms;

        if (!has_work(store)) {
            (void)pthread_cond_wait(&store->more, &store->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&store->lock);
        pause_ms = nj_store_attempt(store);
        (void)pthread_mutex_lock(&store->lock);
        wake_loop(store);
        if (pause_ms > 0) {
            pause_for(store, pause_ms);
        } else {
            (void)pthread_mutex_unlock(&store->lock);
            db->driver->tidy(db);
            (void)pthread_mutex_lock(&store->lock);
        }
    }
    (void)pthread_mutex_unlock(&store->lock);
    nj_store_end(store);
    (void)pthread_mutex_lock(&store->lock);
    wake_loop(store);
    (void)pthread_mutex_unlock(&store->lock);
    return NULL;
}

static int start(struct nj_store *store, struct nj_err *err)
{
    sigset_t all;
    sigset_t before;
    int error;

    store->wake.ctx = store;
    store->calm.ctx = store;
    store->nudge.ctx = store;
    /* Signals are the loop's. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&store->thread, NULL, work, store);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "open store: no thread: %s",
                          strerror(error));
    }
    (void)pthread_setname_np(store->thread, "nj-store");
    return 0;
}

/* The loop has to wait for us as long as something is under way. */
static void busy(struct nj_store *store)
{
    nj_loop_hold(store->loop);
}

static void idle(struct nj_store *store)
{
    nj_loop_release(store->loop);
}

static void on_calm(struct nj_timer *timer)
{
    struct nj_store *store = timer->ctx;

    (void)pthread_mutex_lock(&store->lock);
    store->hurry = store->waiting.first != NULL;
    (void)pthread_mutex_unlock(&store->lock);
    (void)pthread_cond_signal(&store->more);
}

/* Not under the lock: whoever wakes finds it open. */
static void on_nudge(struct nj_defer *defer)
{
    struct nj_store *store = defer->ctx;

    (void)pthread_cond_signal(&store->more);
}

/* The thread is woken once for all that one turn of the loop gives it: one
 * commit instead of two, for requests that came in together. */
static void pushed(struct nj_store *store, int hurry)
{
    if (hurry) {
        nj_loop_defer(store->loop, &store->nudge, on_nudge);
    } else if (!nj_timer_armed(&store->calm) &&
               nj_timer_set(store->loop, &store->calm, CALM_MS, 0, on_calm) !=
                   0) {
        on_calm(&store->calm); /* no memory: at once, then */
    }
}

static void close_way(struct nj_store *store, int64_t grace_ms)
{
    nj_loop_hold(store->loop);
    nj_timer_stop(&store->calm);
    nj_loop_undefer(store->loop, &store->nudge);
    (void)pthread_mutex_lock(&store->lock);
    store->ending = 1;
    store->end_by_mono_ms = nj_store_mono_ms() + grace_ms;
    (void)pthread_cond_signal(&store->more);
    (void)pthread_mutex_unlock(&store->lock);
}

static void join(struct nj_store *store)
{
    (void)pthread_join(store->thread, NULL);
    nj_loop_release(store->loop);
}

const struct nj_store_way nj_store_way_thread = {
    .start = start,
    .wake = wake_loop,
    .busy = busy,
    .idle = idle,
    .pushed = pushed,
    .close = close_way,
    .join = join,
};
