/* io/loop_inside.h - the loop from within: for the loop_*.c files and their
 * test only.
 *
 * One turn, in libuv's order:
 *
 *      .-> poll (sleep) -> I/O callbacks -> prepare: on_turn ---.
 *      |      posted calls join the deferred ones               |
 *      |      deferred calls, those queued before this moment   |
 *      |      timers that are due, those set before this moment |
 *      '------------- the one uv_timer is armed <---------------'
 *
 * The clock is read at most once between two polls, when somebody asks.
 */

#ifndef NJ_IO_LOOP_INSIDE_H
#define NJ_IO_LOOP_INSIDE_H

#include <uv.h>

#include "io/loop.h"

enum { NJ_LOOP_SIGNALS = 8 };       /* one slot each, a daemon needs three */
enum { NJ_LOOP_JUMP_MS = 2000 };    /* smaller moves of the clock are no jump */
enum { NJ_LOOP_MONO_START_MS = 1 }; /* steady time of a virtual loop's start */

struct nj_defer_list {
    struct nj_defer *first;
    struct nj_defer *last;
};

struct nj_loop_signal {
    uv_signal_t handle;
    void (*on_signal)(void *ctx, int signum);
    void *ctx;
    struct nj_loop *loop;
};

struct nj_loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_timer_t timer; /* the only one: wakes the loop for what is due */
    uv_async_t async; /* wakes it for other threads */
    uv_poll_t set_poll;
    int set_fd;      /* timerfd that tells when the clock is set; -1: none */
    int own_handles; /* of the above, not closed yet */
    int running;
    int stopping;
    int holds;

    struct nj_clock clock;
    /* The system's clocks in ms; a test may put its own here. */
    void (*read_clock)(void *ctx, int64_t *out_wall_ms, double *out_mono_ms);
    void *read_ctx;
    double base_mono_ms; /* FAST: the system's steady time at the start */
    int sampled;         /* 1: the two below are of this turn */
    int64_t wall_ms;
    int64_t mono_ms;
    int64_t offset_ms; /* REAL: wall minus steady when last accepted */
    int64_t jump_ms;   /* seen, not told yet */
    void (*on_jump)(void *ctx, int64_t delta_ms);
    void *jump_ctx;

    struct nj_heap timers; /* by the latest moment each may run */
    uint64_t timer_seq;
    int64_t armed_ms; /* steady time the uv_timer is set for */
    uint64_t turns;   /* polls so far */

    struct nj_defer_list queued;    /* for the next turn */
    struct nj_defer_list under_way; /* of this turn, not run yet */
    uv_mutex_t lock;                /* guards `posted` */
    uv_cond_t posted_more;
    struct nj_defer_list posted; /* from other threads */

    struct nj_loop_signal signals[NJ_LOOP_SIGNALS];
    size_t signal_count;
};

/* loop_clock.c: set the clock up at birth; read it for this turn if it was not
 * yet; tell a jump that was seen. */
void nj_loop_clock_start(struct nj_loop *loop, const struct nj_clock *clock);
void nj_loop_clock_sample(struct nj_loop *loop);
void nj_loop_clock_tell_jump(struct nj_loop *loop);
/* Real milliseconds until steady time DUE_MS, rounded up. */
uint64_t nj_loop_clock_wait(struct nj_loop *loop, int64_t due_ms);
/* Watch for the system's clock being set; 0 also where that is impossible. */
void nj_loop_clock_watch(struct nj_loop *loop);

/* loop_timer.c: run what is due at this turn's time; returns how many ran. */
size_t nj_loop_timers_run(struct nj_loop *loop);
/* Steady time at which the loop must wake; INT64_MAX for never. */
int64_t nj_loop_timers_due(const struct nj_loop *loop);

/* loop_defer.c: take over what other threads posted, then run all that was
 * queued before the call; returns how many ran. */
size_t nj_loop_defers_run(struct nj_loop *loop);
/* Whether anything waits for the next turn. */
int nj_loop_defers_waiting(struct nj_loop *loop);
/* Sleep until another thread posts (virtual loops). */
void nj_loop_defers_await(struct nj_loop *loop);

#endif
