/* io/loop.h - the one thread that owns live state: timers, deferred calls,
 * calls from other threads, and the clock.
 *
 * The clock is an input. A real loop reads the system's; a fast one runs from
 * START at SPEED times real time (the demo); a virtual one stands still until
 * nj_loop_run_virtual and then jumps from timer to timer (a night in a
 * millisecond). One wall and one steady time per turn.
 *
 * All timers sit in one queue by deadline behind a single libuv timer, so ten
 * thousand idle polls cost one wake-up when one is due. SLACK lets a timer wait
 * up to so long for company.
 *
 * Loop thread only, but for nj_loop_post_from_thread.
 */

#ifndef NJ_IO_LOOP_H
#define NJ_IO_LOOP_H

#include <stdint.h>

#include "base/err.h"
#include "base/heap.h"

struct nj_loop; /* opaque */

enum nj_clock_mode { NJ_CLOCK_REAL, NJ_CLOCK_FAST, NJ_CLOCK_VIRTUAL };

struct nj_clock {
    enum nj_clock_mode mode;
    int64_t start_ms; /* FAST, VIRTUAL: first wall time */
    double speed;     /* FAST: > 0, say 100 */
};

/* A loop on CLOCK (NULL: real), the caller's until nj_loop_destroy. 0,
 * NJ_E_NOMEM or NJ_E_IO. */
int nj_loop_create(const struct nj_clock *clock,
                   struct nj_loop **out,
                   struct nj_err *err) NJ_MUST;

/* Free LOOP. Everything opened on it must be closed before; what is deferred
 * still is dropped. NULL is fine. */
void nj_loop_destroy(struct nj_loop *loop);

/* Wall time in ms since 1970 UTC; steady time in ms (> 0) since an arbitrary
 * point. Both stand still within one turn; a FAST loop's steady time runs at
 * SPEED as well. */
int64_t nj_loop_wall_ms(const struct nj_loop *loop);
int64_t nj_loop_mono_ms(const struct nj_loop *loop);

/* Run until nj_loop_stop, or until nothing is left to wait for: no timer, no
 * deferred call, no hold, no open handle. A virtual loop runs its timers,
 * deferred and posted calls and no I/O, jumping ahead to the very last. */
void nj_loop_run(struct nj_loop *loop);

/* End the run under way, or the next one when there is none. No timer and no
 * deferred call runs after it; what is due waits for the run that follows. */
void nj_loop_stop(struct nj_loop *loop);

/* VIRTUAL only: run everything deferred and due, jumping from timer to timer,
 * until wall time UNTIL_MS (what is due at UNTIL_MS runs as well); the clock
 * then shows UNTIL_MS, unless stopped: then the time of the stop. */
void nj_loop_run_virtual(struct nj_loop *loop, int64_t until_ms);

/* A timer lives in the caller's struct; zero it first. */
struct nj_timer {
    struct nj_heap_entry entry; /* the loop's; must stay first */
    struct nj_loop *loop;
    void (*on_due)(struct nj_timer *timer);
    void *ctx; /* the caller's */
    int64_t slack_ms;
};

/* (Re)arm TIMER to call ON_DUE once, DELAY_MS of steady time from now (0 or
 * less: the next turn), at most SLACK_MS later than that, when it may share a
 * wake-up; a virtual loop needs no company and is exact. ON_DUE may set, stop
 * or free any timer, its own too. Equal times run in the order they were set.
 * 0 or NJ_E_NOMEM (as it was; cannot fail for a timer that is armed). */
int nj_timer_set(struct nj_loop *loop,
                 struct nj_timer *timer,
                 int64_t delay_ms,
                 int64_t slack_ms,
                 void (*on_due)(struct nj_timer *timer)) NJ_MUST;
void nj_timer_stop(struct nj_timer *timer); /* fine when not armed */
int nj_timer_armed(const struct nj_timer *timer);

/* Call ON_RUN(DEFER) in the next turn, once, first come first served; zero the
 * struct first. It is the caller's again when ON_RUN begins: free it there or
 * defer it anew. Never fails: it is a list through the callers' structs. */
struct nj_defer {
    struct nj_defer *next;
    void (*on_run)(struct nj_defer *defer);
    void *ctx;
    int queued;
};

/* One that is queued already keeps its place and its ON_RUN. */
void nj_loop_defer(struct nj_loop *loop,
                   struct nj_defer *defer,
                   void (*on_run)(struct nj_defer *defer));
/* Take it out, posted ones too; fine when it is not in. */
void nj_loop_undefer(struct nj_loop *loop, struct nj_defer *defer);

/* The same from any other thread; wakes the loop. One thread may post one
 * struct once until it ran. */
void nj_loop_post_from_thread(struct nj_loop *loop,
                              struct nj_defer *defer,
                              void (*on_run)(struct nj_defer *defer));

/* Say that another thread works for us and will post: until as many releases
 * nj_loop_run does not end for want of work, and a virtual loop waits for the
 * post before it jumps ahead, so that a night with a store thread is as
 * repeatable as one without. Release in the posted call. */
void nj_loop_hold(struct nj_loop *loop);
void nj_loop_release(struct nj_loop *loop);

/* VIRTUAL only: as if somebody had set the system's clock to WALL_MS. Steady
 * time goes on; a jump is told at the next turn. */
void nj_loop_set_clock(struct nj_loop *loop, int64_t wall_ms);

/* Called when wall time jumped against steady time by DELTA_MS (more than 2 s):
 * the system's clock was set, or the machine slept; small changes add up. REAL
 * and VIRTUAL loops only, between two turns. One listener; NULL takes it away.
 */
void nj_loop_on_jump(struct nj_loop *loop,
                     void (*on_jump)(void *ctx, int64_t delta_ms),
                     void *ctx);

/* Call ON_SIGNAL on the loop for SIGNUM (SIGHUP, SIGTERM, SIGINT), until the
 * loop is destroyed; listening alone does not keep nj_loop_run from ending.
 * REAL and FAST loops only, at most 8. 0 or NJ_E_IO. */
int nj_loop_on_signal(struct nj_loop *loop,
                      int signum,
                      void (*on_signal)(void *ctx, int signum),
                      void *ctx) NJ_MUST;

/* For the other files of io/: the uv_loop_t behind it. */
void *nj_loop_uv(struct nj_loop *loop);

#endif
