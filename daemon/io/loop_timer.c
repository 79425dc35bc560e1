/* Timers: one heap by the latest moment each may run, in front of the loop's
 * one uv_timer. Whoever must run first takes along all that are due already. */

#include <assert.h>

#include "io/loop_inside.h"

/* A hundred years: no sum of times overflows, no timer waits longer. */
static const int64_t longest_ms = INT64_C(100) * 366 * 86400000;

static int64_t within(int64_t ms)
{
    return ms < 0 ? 0 : ms > longest_ms ? longest_ms : ms;
}

static int64_t due_ms(const struct nj_timer *timer)
{
    return timer->entry.key - timer->slack_ms;
}

int nj_timer_set(struct nj_loop *loop,
                 struct nj_timer *timer,
                 int64_t delay_ms,
                 int64_t slack_ms,
                 void (*on_due)(struct nj_timer *timer))
{
    int64_t slack = loop->clock.mode == NJ_CLOCK_VIRTUAL ? 0 : within(slack_ms);
    int64_t latest = nj_loop_mono_ms(loop) + within(delay_ms) + slack;
    int code;

    assert(timer->entry.place == 0 || timer->loop == loop);
    timer->entry.order = ++loop->timer_seq;
    code = nj_heap_set(&loop->timers, &timer->entry, latest);
    if (code == 0) {
        timer->loop = loop;
        timer->slack_ms = slack;
        timer->on_due = on_due;
    }
    return code;
}

void nj_timer_stop(struct nj_timer *timer)
{
    if (timer->entry.place != 0) {
        nj_heap_remove(&timer->loop->timers, &timer->entry);
    }
}

int nj_timer_armed(const struct nj_timer *timer)
{
    return timer->entry.place != 0;
}

/* A timer set from here on is not earlier than now, so it stands behind all
 * that must run; meeting it ends the turn. */
size_t nj_loop_timers_run(struct nj_loop *loop)
{
    uint64_t last = loop->timer_seq;
    int64_t now = nj_loop_mono_ms(loop);
    size_t ran = 0;

    while (loop->timers.count > 0 && !loop->stopping) {
        struct nj_timer *timer = (struct nj_timer *)nj_heap_top(&loop->timers);

        if (due_ms(timer) > now || timer->entry.order > last) {
            break;
        }
        nj_heap_remove(&loop->timers, &timer->entry);
        timer->on_due(timer);
        ran++;
    }
    return ran;
}

int64_t nj_loop_timers_due(const struct nj_loop *loop)
{
    const struct nj_heap_entry *top = nj_heap_top(&loop->timers);

    return top == NULL ? INT64_MAX : top->key;
}
