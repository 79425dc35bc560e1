/* The loop's life: birth, turns, signals, end. */

#include "io/loop.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "io/loop_inside.h"

/* ---- turns -------------------------------------------------------------- */

static void on_wake_timer(uv_timer_t *timer)
{
    (void)timer; /* waking up is all; on_turn does the rest */
}

static void on_wake_async(uv_async_t *async)
{
    (void)async; /* as above */
}

/* Set the one uv_timer for what comes next. libuv's own idea of now is as old
 * as the last poll, so it is renewed first. */
static void arm(struct nj_loop *loop)
{
    int waiting = nj_loop_defers_waiting(loop);
    int64_t due_ms = waiting ? INT64_MIN : nj_loop_timers_due(loop);
    uint64_t wait;

    if (due_ms == INT64_MAX) {
        (void)uv_timer_stop(&loop->timer);
    } else if (due_ms != loop->armed_ms ||
               !uv_is_active((const uv_handle_t *)&loop->timer)) {
        wait = waiting ? 0 : nj_loop_clock_wait(loop, due_ms);
        uv_update_time(&loop->uv);
        (void)uv_timer_start(&loop->timer, on_wake_timer, wait, 0);
        loop->armed_ms = due_ms;
    }
}

static size_t run_turn(struct nj_loop *loop)
{
    size_t ran = nj_loop_defers_run(loop);

    return ran + nj_loop_timers_run(loop);
}

static void on_turn(uv_prepare_t *prepare)
{
    struct nj_loop *loop = prepare->data;

    nj_loop_clock_sample(loop);
    nj_loop_clock_tell_jump(loop);
    (void)run_turn(loop);
    arm(loop);
    loop->sampled = 0;
    loop->turns++;
}

static int anything_left(struct nj_loop *loop)
{
    return loop->timers.count > 0 || loop->holds > 0 ||
           nj_loop_defers_waiting(loop);
}

/* Jump from timer to timer until UNTIL_MS, or until nothing is left. */
static void run_virtual(struct nj_loop *loop, int64_t until_ms)
{
    int64_t until_mono = until_ms == INT64_MAX
                             ? INT64_MAX
                             : loop->mono_ms + until_ms - loop->wall_ms;

    while (!loop->stopping) {
        int64_t due_ms;

        loop->turns++;
        nj_loop_clock_tell_jump(loop);
        if (run_turn(loop) > 0 || nj_loop_defers_waiting(loop)) {
            continue;
        }
        if (loop->holds > 0) {
            nj_loop_defers_await(loop);
            continue;
        }
        due_ms = nj_loop_timers_due(loop);
        if (due_ms == INT64_MAX || due_ms > until_mono) {
            break;
        }
        loop->wall_ms += due_ms - loop->mono_ms;
        loop->mono_ms = due_ms;
    }
}

void nj_loop_run_virtual(struct nj_loop *loop, int64_t until_ms)
{
    assert(loop->clock.mode == NJ_CLOCK_VIRTUAL && !loop->running);
    loop->running = 1;
    run_virtual(loop, until_ms);
    if (!loop->stopping && until_ms > loop->wall_ms) {
        loop->mono_ms += until_ms - loop->wall_ms;
        loop->wall_ms = until_ms;
    }
    loop->stopping = 0;
    loop->running = 0;
}

void nj_loop_run(struct nj_loop *loop)
{
    assert(!loop->running);
    loop->running = 1;
    if (loop->clock.mode == NJ_CLOCK_VIRTUAL) {
        run_virtual(loop, INT64_MAX);
    } else {
        while (!loop->stopping &&
               (anything_left(loop) || uv_loop_alive(&loop->uv))) {
            arm(loop);
            (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
        }
    }
    loop->stopping = 0;
    loop->running = 0;
}

void nj_loop_stop(struct nj_loop *loop)
{
    loop->stopping = 1;
    if (loop->running) {
        uv_stop(&loop->uv);
    }
}

int64_t nj_loop_wall_ms(const struct nj_loop *loop)
{
    /* Reading the clock for the first time in a turn changes nothing that a
     * caller can see. */
    nj_loop_clock_sample((struct nj_loop *)loop);
    return loop->wall_ms;
}

int64_t nj_loop_mono_ms(const struct nj_loop *loop)
{
    nj_loop_clock_sample((struct nj_loop *)loop);
    return loop->mono_ms;
}

void *nj_loop_uv(struct nj_loop *loop)
{
    return &loop->uv;
}

/* ---- signals ------------------------------------------------------------ */

static void on_uv_signal(uv_signal_t *handle, int signum)
{
    struct nj_loop_signal *signal = handle->data;

    signal->on_signal(signal->ctx, signum);
}

int nj_loop_on_signal(struct nj_loop *loop,
                      int signum,
                      void (*on_signal)(void *ctx, int signum),
                      void *ctx)
{
    struct nj_loop_signal *signal = &loop->signals[loop->signal_count];

    if (loop->clock.mode == NJ_CLOCK_VIRTUAL ||
        loop->signal_count == NJ_LOOP_SIGNALS ||
        uv_signal_init(&loop->uv, &signal->handle) != 0) {
        return NJ_E_IO;
    }
    signal->on_signal = on_signal;
    signal->ctx = ctx;
    signal->handle.data = signal;
    loop->signal_count++;
    loop->own_handles++;
    uv_unref((uv_handle_t *)&signal->handle);
    return uv_signal_start(&signal->handle, on_uv_signal, signum) == 0
               ? 0
               : NJ_E_IO;
}

/* ---- birth and end ------------------------------------------------------ */

/* libuv fails here only for want of memory or descriptors. */
static int open_handles(struct nj_loop *loop)
{
    int code = uv_async_init(&loop->uv, &loop->async, on_wake_async);

    if (code != 0) {
        return code;
    }
    (void)uv_prepare_init(&loop->uv, &loop->prepare);
    (void)uv_timer_init(&loop->uv, &loop->timer);
    loop->own_handles = 3;
    loop->prepare.data = loop;
    (void)uv_prepare_start(&loop->prepare, on_turn);
    uv_unref((uv_handle_t *)&loop->prepare);
    uv_unref((uv_handle_t *)&loop->async);
    nj_loop_clock_watch(loop);
    return 0;
}

static int open_lock(struct nj_loop *loop)
{
    int code = uv_mutex_init(&loop->lock);

    if (code == 0) {
        code = uv_cond_init(&loop->posted_more);
        if (code != 0) {
            uv_mutex_destroy(&loop->lock);
        }
    }
    return code;
}

int nj_loop_create(const struct nj_clock *clock,
                   struct nj_loop **out,
                   struct nj_err *err)
{
    struct nj_loop *loop = calloc(1, sizeof *loop);
    int code;

    if (loop == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "loop: no memory");
    }
    nj_loop_clock_start(loop, clock);
    code = uv_loop_init(&loop->uv);
    if (code != 0) {
        goto fail_loop;
    }
    code = open_lock(loop);
    if (code != 0) {
        goto fail_lock;
    }
    code = open_handles(loop);
    if (code != 0) {
        goto fail_handles;
    }
    *out = loop;
    return 0;

fail_handles:
    uv_cond_destroy(&loop->posted_more);
    uv_mutex_destroy(&loop->lock);
fail_lock:
    (void)uv_loop_close(&loop->uv);
fail_loop:
    free(loop);
    return nj_err_set(err, code == UV_ENOMEM ? NJ_E_NOMEM : NJ_E_IO, "loop: %s",
                      uv_strerror(code));
}

static void on_own_closed(uv_handle_t *handle)
{
    struct nj_loop *loop = handle->loop->data;

    loop->own_handles--;
}

static void tell_left_open(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    nj_log_error("loop: a %s is still open at the end",
                 uv_handle_type_name(handle->type));
}

/* Let close callbacks run, ours and those under way of others. */
static void close_uv(struct nj_loop *loop)
{
    int code = UV_EBUSY;

    for (int i = 0; i < 64 && code == UV_EBUSY; i++) {
        (void)uv_run(&loop->uv, UV_RUN_NOWAIT);
        code = loop->own_handles > 0 ? UV_EBUSY : uv_loop_close(&loop->uv);
    }
    if (code != 0) {
        uv_walk(&loop->uv, tell_left_open, NULL);
    }
    assert(code == 0);
}

void nj_loop_destroy(struct nj_loop *loop)
{
    if (loop == NULL) {
        return;
    }
    assert(!loop->running);
    loop->uv.data = loop;
    uv_close((uv_handle_t *)&loop->prepare, on_own_closed);
    uv_close((uv_handle_t *)&loop->timer, on_own_closed);
    uv_close((uv_handle_t *)&loop->async, on_own_closed);
    if (loop->set_fd >= 0) {
        uv_close((uv_handle_t *)&loop->set_poll, on_own_closed);
    }
    for (size_t i = 0; i < loop->signal_count; i++) {
        uv_close((uv_handle_t *)&loop->signals[i].handle, on_own_closed);
    }
    close_uv(loop);
    if (loop->set_fd >= 0) {
        (void)close(loop->set_fd);
    }
    uv_cond_destroy(&loop->posted_more);
    uv_mutex_destroy(&loop->lock);
    nj_heap_finish(&loop->timers);
    free(loop);
}
