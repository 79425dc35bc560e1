/* The loop: timers, deferred calls, calls from threads, clocks, signals. */
// link: -Wl,--wrap=calloc -Wl,--wrap=realloc

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop_inside.h"

/* ---- allocation that fails on demand ------------------------------------ */

static int calls_left = -1; /* -1: never fail */

static int fails(void)
{
    return calls_left >= 0 && calls_left-- == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

/* libuv aborts by itself when realloc fails: nothing to be tested there. */
static void *uv_malloc_or_fail(size_t size)
{
    return fails() ? NULL : malloc(size);
}

static void *uv_calloc_or_fail(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

/* ---- what every test uses ----------------------------------------------- */

static const int64_t night = INT64_C(1767225600000); /* 2026-01-01 */

static struct nj_loop *open_loop(enum nj_clock_mode mode, double speed)
{
    struct nj_clock clock = {mode, night, speed};
    struct nj_loop *loop = NULL;

    assert_int_equal(nj_loop_create(&clock, &loop, NULL), 0);
    return loop;
}

/* A diary of who ran when. */
struct diary {
    struct nj_loop *loop;
    char who[64];
    int64_t wall_ms[64];
    uint64_t turn[64];
    size_t count;
};

static void enter(struct diary *diary, char who)
{
    assert_true(diary->count < sizeof diary->who - 1);
    diary->wall_ms[diary->count] = nj_loop_wall_ms(diary->loop);
    diary->turn[diary->count] = diary->loop->turns;
    diary->who[diary->count++] = who;
}

struct alarm {
    struct nj_timer timer; /* first */
    struct diary *diary;
    char who;
    int again;
    int64_t again_ms;
    struct alarm *victim;
};

static void on_alarm(struct nj_timer *timer)
{
    struct alarm *alarm = (struct alarm *)timer;

    enter(alarm->diary, alarm->who);
    if (alarm->victim != NULL) {
        nj_timer_stop(&alarm->victim->timer);
    }
    if (alarm->again > 0) {
        alarm->again--;
        assert_int_equal(nj_timer_set(alarm->diary->loop, timer,
                                      alarm->again_ms, 0, on_alarm),
                         0);
    }
}

static void set(struct alarm *alarm, int64_t delay_ms, int64_t slack_ms)
{
    assert_int_equal(nj_timer_set(alarm->diary->loop, &alarm->timer, delay_ms,
                                  slack_ms, on_alarm),
                     0);
}

static void on_stop(struct nj_timer *timer)
{
    nj_loop_stop(timer->loop);
}

static void set_stop(struct nj_loop *loop, struct nj_timer *timer, int64_t ms)
{
    assert_int_equal(nj_timer_set(loop, timer, ms, 0, on_stop), 0);
}

/* ---- timers ------------------------------------------------------------- */

static void timers_run_by_deadline_then_by_who_was_set_first(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    struct alarm b = {.diary = &diary, .who = 'b'};
    struct alarm c = {.diary = &diary, .who = 'c'};
    (void)state;

    set(&a, 50, 0);
    set(&b, 20, 0);
    set(&c, 50, 0);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "bac");
    assert_int_equal(diary.wall_ms[0], night + 20);
    assert_int_equal(diary.wall_ms[2], night + 50);
    nj_loop_destroy(diary.loop);
}

static void timer_set_again_moves_and_runs_once(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    (void)state;

    set(&a, 50, 0);
    set(&a, 10, 0);
    assert_true(nj_timer_armed(&a.timer));
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "a");
    assert_int_equal(diary.wall_ms[0], night + 10);
    assert_false(nj_timer_armed(&a.timer));
    nj_loop_destroy(diary.loop);
}

static void timer_stopped_by_another_does_not_run(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm b = {.diary = &diary, .who = 'b'};
    struct alarm a = {.diary = &diary, .who = 'a', .victim = &b};
    (void)state;

    set(&a, 10, 0);
    set(&b, 10, 0);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "a");
    nj_loop_destroy(diary.loop);
}

static void timer_never_set_may_be_stopped(void **state)
{
    struct nj_timer timer = {0};
    (void)state;

    nj_timer_stop(&timer);
    assert_false(nj_timer_armed(&timer));
}

static void on_free_me(struct nj_timer *timer)
{
    *(int *)timer->ctx += 1;
    free(timer);
}

static void timer_may_free_itself(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_VIRTUAL, 0);
    struct nj_timer *timer = calloc(1, sizeof *timer);
    int freed = 0;
    (void)state;

    assert_non_null(timer);
    timer->ctx = &freed;
    assert_int_equal(nj_timer_set(loop, timer, 5, 0, on_free_me), 0);
    nj_loop_run(loop);
    assert_int_equal(freed, 1);
    nj_loop_destroy(loop);
}

static void
timer_set_to_zero_in_its_callback_waits_for_the_next_turn(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a', .again = 2};
    (void)state;

    set(&a, -7, 0);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "aaa");
    assert_true(diary.turn[0] < diary.turn[1]);
    assert_true(diary.turn[1] < diary.turn[2]);
    nj_loop_destroy(diary.loop);
}

static void timer_waits_at_least_its_delay(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    int64_t start = nj_loop_mono_ms(diary.loop);
    (void)state;

    set(&a, 30, 0);
    nj_loop_run(diary.loop);
    assert_true(nj_loop_mono_ms(diary.loop) - start >= 30);
    assert_true(nj_loop_mono_ms(diary.loop) - start < 500);
    nj_loop_destroy(diary.loop);
}

static void timer_beyond_a_hundred_years_is_kept_in_range(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    struct nj_timer stop = {0};
    (void)state;

    set(&a, INT64_MAX, INT64_MAX);
    set_stop(diary.loop, &stop, 2);
    nj_loop_run(diary.loop);
    assert_int_equal(diary.count, 0);
    nj_timer_stop(&a.timer);
    nj_loop_destroy(diary.loop);
}

static void slack_lets_timers_share_one_wake_up(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct alarm alarms[20];
    uint64_t before;
    (void)state;

    for (int i = 0; i < 20; i++) {
        alarms[i] = (struct alarm){.diary = &diary, .who = 'a'};
        set(&alarms[i], 2 * i, 60);
    }
    before = diary.loop->turns;
    nj_loop_run(diary.loop);
    assert_int_equal(diary.count, 20);
    assert_true(diary.loop->turns - before <= 4);
    nj_loop_destroy(diary.loop);
}

static void slack_timer_rides_along_with_an_exact_one(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct alarm lazy = {.diary = &diary, .who = 'l'};
    struct alarm exact = {.diary = &diary, .who = 'e'};
    (void)state;

    set(&lazy, 10, 2000);
    set(&exact, 20, 0);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "el");
    assert_int_equal(diary.turn[0], diary.turn[1]);
    nj_loop_destroy(diary.loop);
}

/* ---- five thousand polls, one wake-up a second -------------------------- */

struct poll {
    struct nj_timer timer; /* first */
    int64_t every_ms;
    unsigned *ran;
};

static void on_poll(struct nj_timer *timer)
{
    struct poll *poll = (struct poll *)timer;

    ++*poll->ran;
    assert_int_equal(
        nj_timer_set(timer->loop, timer, poll->every_ms, 1000, on_poll), 0);
}

static void
five_thousand_idle_polls_wake_the_loop_about_once_a_second(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_FAST, 100);
    struct poll *polls = calloc(5000, sizeof *polls);
    struct nj_timer stop = {0};
    unsigned ran = 0;
    (void)state;

    assert_non_null(polls);
    for (int i = 0; i < 5000; i++) {
        int64_t every = 60000 + (int64_t)i * 48 % 240000;

        polls[i] = (struct poll){.every_ms = every, .ran = &ran};
        assert_int_equal(nj_timer_set(loop, &polls[i].timer,
                                      (int64_t)i * 7919 % every, 1000, on_poll),
                         0);
    }
    set_stop(loop, &stop, 60000);
    nj_loop_run(loop);
    assert_true(ran > 1000);
    assert_true(loop->turns <= 72); /* 1.2 a second */
    for (int i = 0; i < 5000; i++) {
        nj_timer_stop(&polls[i].timer);
    }
    free(polls);
    nj_loop_destroy(loop);
}

/* ---- deferred calls ----------------------------------------------------- */

struct later {
    struct nj_defer defer; /* first */
    struct diary *diary;
    char who;
    int again;
    struct later *victim;
};

static void on_later(struct nj_defer *defer)
{
    struct later *later = (struct later *)defer;

    enter(later->diary, later->who);
    if (later->victim != NULL) {
        nj_loop_undefer(later->diary->loop, &later->victim->defer);
    }
    if (later->again > 0) {
        later->again--;
        nj_loop_defer(later->diary->loop, defer, on_later);
    }
}

static void put(struct later *later)
{
    nj_loop_defer(later->diary->loop, &later->defer, on_later);
}

static void deferred_calls_run_in_order_and_once(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a'};
    struct later b = {.diary = &diary, .who = 'b'};
    (void)state;

    put(&a);
    put(&b);
    put(&a);
    assert_int_equal(diary.count, 0);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "ab");
    nj_loop_destroy(diary.loop);
}

static void deferred_again_in_its_call_waits_for_the_next_turn(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a', .again = 1};
    struct later b = {.diary = &diary, .who = 'b'};
    (void)state;

    put(&a);
    put(&b);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "aba");
    assert_true(diary.turn[1] < diary.turn[2]);
    nj_loop_destroy(diary.loop);
}

static void undeferred_call_does_not_run(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later d = {.diary = &diary, .who = 'd'};
    struct later c = {.diary = &diary, .who = 'c'};
    struct later b = {.diary = &diary, .who = 'b', .victim = &c};
    struct later a = {.diary = &diary, .who = 'a'};
    (void)state;

    put(&a);
    put(&b);
    put(&c);
    put(&d);
    nj_loop_undefer(diary.loop, &a.defer); /* from the queue's head */
    nj_loop_undefer(diary.loop, &a.defer); /* not in any more */
    nj_loop_run(diary.loop);               /* b takes c from under the run */
    assert_string_equal(diary.who, "bd");
    nj_loop_destroy(diary.loop);
}

static void undeferring_the_last_keeps_the_queue_whole(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a'};
    struct later b = {.diary = &diary, .who = 'b'};
    struct later c = {.diary = &diary, .who = 'c'};
    (void)state;

    put(&a);
    put(&b);
    nj_loop_undefer(diary.loop, &b.defer);
    put(&c);
    nj_loop_run(diary.loop);
    assert_string_equal(diary.who, "ac");
    nj_loop_destroy(diary.loop);
}

/* ---- other threads ------------------------------------------------------ */

enum { POSTS = 2000, THREADS = 4 };

struct post {
    struct nj_defer defer; /* first */
    struct worker *worker;
};

struct worker {
    uv_thread_t thread;
    struct nj_loop *loop;
    struct post posts[POSTS];
    size_t next; /* loop's: which must come next */
    unsigned *left;
};

static void on_posted(struct nj_defer *defer)
{
    struct post *post = (struct post *)defer;
    struct worker *worker = post->worker;

    assert_ptr_equal(post, &worker->posts[worker->next]);
    worker->next++;
    if (--*worker->left == 0) {
        nj_loop_release(worker->loop);
    }
}

static void work(void *arg)
{
    struct worker *worker = arg;

    for (size_t i = 0; i < POSTS; i++) {
        worker->posts[i].worker = worker;
        nj_loop_post_from_thread(worker->loop, &worker->posts[i].defer,
                                 on_posted);
    }
}

static void run_workers(struct nj_loop *loop)
{
    struct worker *workers = calloc(THREADS, sizeof *workers);
    unsigned left = POSTS * THREADS;

    assert_non_null(workers);
    nj_loop_hold(loop);
    for (int i = 0; i < THREADS; i++) {
        workers[i].loop = loop;
        workers[i].left = &left;
        assert_int_equal(
            uv_thread_create(&workers[i].thread, work, &workers[i]), 0);
    }
    nj_loop_run(loop);
    assert_int_equal(left, 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(uv_thread_join(&workers[i].thread), 0);
    }
    free(workers);
    nj_loop_destroy(loop);
}

static void posts_of_four_threads_all_run_each_in_its_order(void **state)
{
    (void)state;
    run_workers(open_loop(NJ_CLOCK_REAL, 0));
}

static void virtual_loop_runs_posts_of_threads_too(void **state)
{
    (void)state;
    run_workers(open_loop(NJ_CLOCK_VIRTUAL, 0));
}

struct slow {
    struct nj_defer defer; /* first */
    struct diary *diary;
};

static void on_slow(struct nj_defer *defer)
{
    struct slow *slow = (struct slow *)defer;

    enter(slow->diary, 's');
    nj_loop_release(slow->diary->loop);
}

static void work_slowly(void *arg)
{
    struct slow *slow = arg;

    (void)usleep(20000);
    nj_loop_post_from_thread(slow->diary->loop, &slow->defer, on_slow);
}

static void held_virtual_loop_waits_for_the_thread_before_it_jumps(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    struct slow slow = {.diary = &diary};
    uv_thread_t thread;
    (void)state;

    set(&a, 1, 0);
    nj_loop_hold(diary.loop);
    assert_int_equal(uv_thread_create(&thread, work_slowly, &slow), 0);
    nj_loop_run_virtual(diary.loop, night + 1000);
    assert_string_equal(diary.who, "sa");
    assert_int_equal(diary.wall_ms[0], night);
    assert_int_equal(uv_thread_join(&thread), 0);
    nj_loop_destroy(diary.loop);
}

static void posted_call_may_be_taken_back(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a'};
    (void)state;

    nj_loop_post_from_thread(diary.loop, &a.defer, on_later);
    nj_loop_undefer(diary.loop, &a.defer);
    nj_loop_run(diary.loop);
    assert_int_equal(diary.count, 0);
    nj_loop_destroy(diary.loop);
}

/* ---- clocks ------------------------------------------------------------- */

static void virtual_clock_stands_still_until_it_jumps_to_the_end(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {
        .diary = &diary, .who = 'a', .again = 3, .again_ms = 3600000};
    (void)state;

    assert_int_equal(nj_loop_wall_ms(diary.loop), night);
    set(&a, 3600000, 500); /* exact all the same */
    nj_loop_run_virtual(diary.loop, night + 2 * 3600000);
    assert_string_equal(diary.who, "aa"); /* the end is included */
    assert_int_equal(diary.wall_ms[0], night + 3600000);
    nj_loop_run_virtual(diary.loop, night + 10800000 - 1);
    assert_int_equal(diary.count, 2);
    assert_int_equal(nj_loop_wall_ms(diary.loop), night + 10800000 - 1);
    assert_int_equal(nj_loop_mono_ms(diary.loop), 10800000);
    nj_timer_stop(&a.timer);
    nj_loop_destroy(diary.loop);
}

static void virtual_loop_drains_deferred_calls_before_each_jump(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    struct later d = {.diary = &diary, .who = 'd', .again = 3};
    (void)state;

    set(&a, 1, 0);
    put(&d);
    nj_loop_run_virtual(diary.loop, night + 5);
    assert_string_equal(diary.who, "dddda");
    assert_int_equal(diary.wall_ms[3], night);
    nj_loop_destroy(diary.loop);
}

static void stopped_virtual_loop_keeps_the_time_of_the_stop(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_VIRTUAL, 0);
    struct nj_timer stop = {0};
    (void)state;

    set_stop(loop, &stop, 40);
    nj_loop_run_virtual(loop, night + 1000);
    assert_int_equal(nj_loop_wall_ms(loop), night + 40);
    nj_loop_run_virtual(loop, night + 1000); /* goes on */
    assert_int_equal(nj_loop_wall_ms(loop), night + 1000);
    nj_loop_destroy(loop);
}

static void fast_clock_runs_both_times_and_delays_at_its_speed(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_FAST, 1000)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    uint64_t before = uv_hrtime();
    (void)state;

    set(&a, 30000, 0);
    nj_loop_run(diary.loop);
    assert_true(uv_hrtime() - before >= 29 * UINT64_C(1000000));
    assert_true(uv_hrtime() - before < 2000 * UINT64_C(1000000));
    assert_true(diary.wall_ms[0] >= night + 30000);
    nj_loop_destroy(diary.loop);
}

static void on_busy(struct nj_timer *timer)
{
    int64_t wall = nj_loop_wall_ms(timer->loop);
    int64_t mono = nj_loop_mono_ms(timer->loop);

    (void)usleep(5000);
    assert_int_equal(nj_loop_wall_ms(timer->loop), wall);
    assert_int_equal(nj_loop_mono_ms(timer->loop), mono);
}

static void time_stands_still_within_a_turn(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    struct nj_timer timer = {0};
    (void)state;

    assert_int_equal(nj_timer_set(loop, &timer, 1, 0, on_busy), 0);
    nj_loop_run(loop);
    nj_loop_destroy(loop);
}

/* A system whose wall clock can be set without harm. */
struct system_clock {
    void (*read)(void *ctx, int64_t *out_wall_ms, double *out_mono_ms);
    int64_t moved_ms;
    int64_t told_ms;
    int times;
};

static void read_moved(void *ctx, int64_t *out_wall_ms, double *out_mono_ms)
{
    struct system_clock *clock = ctx;

    clock->read(NULL, out_wall_ms, out_mono_ms);
    *out_wall_ms += clock->moved_ms;
}

static void on_jump(void *ctx, int64_t delta_ms)
{
    struct system_clock *clock = ctx;

    clock->told_ms += delta_ms;
    clock->times++;
}

static void run_with_clock_moved(struct system_clock *clock,
                                 struct nj_loop *loop,
                                 int64_t moved_ms)
{
    struct nj_timer stop = {0};

    if (clock->read == NULL) {
        clock->read = loop->read_clock;
        loop->read_clock = read_moved;
        loop->read_ctx = clock;
        nj_loop_on_jump(loop, on_jump, clock);
    }
    clock->moved_ms += moved_ms;
    set_stop(loop, &stop, 3);
    nj_loop_run(loop);
}

static int near(int64_t a, int64_t b)
{
    return a - b <= 3 && b - a <= 3;
}

static void clock_that_jumps_is_told_once_with_its_distance(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    struct system_clock clock = {0};
    (void)state;

    run_with_clock_moved(&clock, loop, 0);
    assert_int_equal(clock.times, 0);
    run_with_clock_moved(&clock, loop, 3600000);
    assert_int_equal(clock.times, 1);
    assert_true(near(clock.told_ms, 3600000));
    run_with_clock_moved(&clock, loop, 0);
    assert_int_equal(clock.times, 1);
    run_with_clock_moved(&clock, loop, -7200000);
    assert_int_equal(clock.times, 2);
    assert_true(near(clock.told_ms, -3600000));
    nj_loop_destroy(loop);
}

static void small_moves_of_the_clock_add_up_until_told(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    struct system_clock clock = {0};
    (void)state;

    run_with_clock_moved(&clock, loop, 1500);
    assert_int_equal(clock.times, 0);
    run_with_clock_moved(&clock, loop, 1500);
    assert_int_equal(clock.times, 1);
    assert_true(near(clock.told_ms, 3000));
    nj_loop_destroy(loop);
}

static void virtual_clock_can_be_set_and_tells_it(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_VIRTUAL, 0);
    struct system_clock clock = {0};
    int64_t mono = nj_loop_mono_ms(loop);
    (void)state;

    nj_loop_on_jump(loop, on_jump, &clock);
    nj_loop_set_clock(loop, night - 3600000);
    assert_int_equal(clock.times, 0); /* never inside the call */
    nj_loop_run_virtual(loop, night - 3600000 + 60000);
    assert_int_equal(clock.times, 1);
    assert_int_equal(clock.told_ms, -3600000);
    assert_int_equal(nj_loop_wall_ms(loop), night - 3600000 + 60000);
    assert_int_equal(nj_loop_mono_ms(loop), mono + 60000);
    nj_loop_destroy(loop);
}

static void jump_without_a_listener_is_forgotten(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    struct system_clock clock = {0};
    (void)state;

    run_with_clock_moved(&clock, loop, 0);
    nj_loop_on_jump(loop, NULL, NULL);
    run_with_clock_moved(&clock, loop, 9000);
    nj_loop_on_jump(loop, on_jump, &clock);
    run_with_clock_moved(&clock, loop, 0);
    assert_int_equal(clock.times, 0);
    nj_loop_destroy(loop);
}

/* ---- signals, runs, ends ------------------------------------------------ */

static void on_hup(void *ctx, int signum)
{
    struct nj_loop *loop = ctx;

    assert_int_equal(signum, SIGHUP);
    nj_loop_stop(loop);
}

static void on_kill_self(struct nj_timer *timer)
{
    (void)timer;
    assert_int_equal(kill(getpid(), SIGHUP), 0);
}

static void hangup_signal_reaches_its_listener_on_the_loop(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    struct nj_timer timer = {0};
    struct nj_timer late = {0};
    (void)state;

    assert_int_equal(nj_loop_on_signal(loop, SIGHUP, on_hup, loop), 0);
    assert_int_equal(nj_timer_set(loop, &timer, 1, 0, on_kill_self), 0);
    set_stop(loop, &late, 5000);
    nj_loop_run(loop);
    assert_true(nj_timer_armed(&late)); /* the signal ended the run */
    nj_timer_stop(&late);
    nj_loop_destroy(loop);
}

static void virtual_loop_refuses_signals(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_VIRTUAL, 0);
    (void)state;

    assert_int_equal(nj_loop_on_signal(loop, SIGHUP, on_hup, loop), NJ_E_IO);
    nj_loop_destroy(loop);
}

static void ninth_signal_and_unknown_signal_are_refused(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    (void)state;

    assert_int_equal(nj_loop_on_signal(loop, 4711, on_hup, loop), NJ_E_IO);
    for (int i = 1; i < NJ_LOOP_SIGNALS; i++) {
        assert_int_equal(nj_loop_on_signal(loop, SIGUSR1, on_hup, loop), 0);
    }
    assert_int_equal(nj_loop_on_signal(loop, SIGUSR1, on_hup, loop), NJ_E_IO);
    nj_loop_destroy(loop);
}

static void loop_with_nothing_to_wait_for_ends_at_once(void **state)
{
    struct nj_loop *loop = open_loop(NJ_CLOCK_REAL, 0);
    (void)state;

    nj_loop_run(loop);
    nj_loop_destroy(loop);
    nj_loop_destroy(NULL);
}

static void loop_stopped_before_it_runs_does_nothing_that_time(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a'};
    (void)state;

    put(&a);
    nj_loop_stop(diary.loop);
    nj_loop_run(diary.loop);
    assert_int_equal(diary.count, 0);
    nj_loop_run(diary.loop);
    assert_int_equal(diary.count, 1);
    nj_loop_destroy(diary.loop);
}

static void what_is_deferred_still_at_the_end_is_dropped(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_REAL, 0)};
    struct later a = {.diary = &diary, .who = 'a'};
    struct alarm t = {.diary = &diary, .who = 't'};
    (void)state;

    put(&a);
    set(&t, 0, 0);
    nj_loop_destroy(diary.loop);
    assert_int_equal(diary.count, 0);
}

/* ---- memory that runs out ----------------------------------------------- */

static void loop_that_cannot_be_made_leaves_nothing_behind(void **state)
{
    struct nj_loop *loop = NULL;
    struct nj_err err;
    int code = NJ_E_NOMEM;
    (void)state;

    for (int k = 0; k < 20 && code != 0; k++) {
        calls_left = k;
        err.text[0] = '\0';
        code = nj_loop_create(NULL, &loop, &err);
        calls_left = -1;
        assert_true(code == 0 || (code == NJ_E_NOMEM && loop == NULL));
        assert_true(code == 0 || strncmp(err.text, "loop: ", 6) == 0);
    }
    assert_int_equal(code, 0);
    nj_loop_destroy(loop);
}

static void timer_that_cannot_be_set_is_as_it_was(void **state)
{
    struct diary diary = {.loop = open_loop(NJ_CLOCK_VIRTUAL, 0)};
    struct alarm a = {.diary = &diary, .who = 'a'};
    (void)state;

    calls_left = 0;
    assert_int_equal(nj_timer_set(diary.loop, &a.timer, 1, 0, on_alarm),
                     NJ_E_NOMEM);
    calls_left = -1;
    assert_false(nj_timer_armed(&a.timer));
    assert_null(a.timer.loop);
    set(&a, 5, 0);
    calls_left = 0;
    assert_int_equal(nj_timer_set(diary.loop, &a.timer, 1, 0, on_alarm), 0);
    calls_left = -1;
    nj_loop_run(diary.loop);
    assert_int_equal(diary.wall_ms[0], night + 1);
    nj_loop_destroy(diary.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_run_by_deadline_then_by_who_was_set_first),
        cmocka_unit_test(timer_set_again_moves_and_runs_once),
        cmocka_unit_test(timer_stopped_by_another_does_not_run),
        cmocka_unit_test(timer_never_set_may_be_stopped),
        cmocka_unit_test(timer_may_free_itself),
        cmocka_unit_test(
            timer_set_to_zero_in_its_callback_waits_for_the_next_turn),
        cmocka_unit_test(timer_waits_at_least_its_delay),
        cmocka_unit_test(timer_beyond_a_hundred_years_is_kept_in_range),
        cmocka_unit_test(slack_lets_timers_share_one_wake_up),
        cmocka_unit_test(slack_timer_rides_along_with_an_exact_one),
        cmocka_unit_test(
            five_thousand_idle_polls_wake_the_loop_about_once_a_second),
        cmocka_unit_test(deferred_calls_run_in_order_and_once),
        cmocka_unit_test(deferred_again_in_its_call_waits_for_the_next_turn),
        cmocka_unit_test(undeferred_call_does_not_run),
        cmocka_unit_test(undeferring_the_last_keeps_the_queue_whole),
        cmocka_unit_test(posts_of_four_threads_all_run_each_in_its_order),
        cmocka_unit_test(virtual_loop_runs_posts_of_threads_too),
        cmocka_unit_test(
            held_virtual_loop_waits_for_the_thread_before_it_jumps),
        cmocka_unit_test(posted_call_may_be_taken_back),
        cmocka_unit_test(virtual_clock_stands_still_until_it_jumps_to_the_end),
        cmocka_unit_test(virtual_loop_drains_deferred_calls_before_each_jump),
        cmocka_unit_test(stopped_virtual_loop_keeps_the_time_of_the_stop),
        cmocka_unit_test(fast_clock_runs_both_times_and_delays_at_its_speed),
        cmocka_unit_test(time_stands_still_within_a_turn),
        cmocka_unit_test(clock_that_jumps_is_told_once_with_its_distance),
        cmocka_unit_test(small_moves_of_the_clock_add_up_until_told),
        cmocka_unit_test(virtual_clock_can_be_set_and_tells_it),
        cmocka_unit_test(jump_without_a_listener_is_forgotten),
        cmocka_unit_test(hangup_signal_reaches_its_listener_on_the_loop),
        cmocka_unit_test(virtual_loop_refuses_signals),
        cmocka_unit_test(ninth_signal_and_unknown_signal_are_refused),
        cmocka_unit_test(loop_with_nothing_to_wait_for_ends_at_once),
        cmocka_unit_test(loop_stopped_before_it_runs_does_nothing_that_time),
        cmocka_unit_test(what_is_deferred_still_at_the_end_is_dropped),
        cmocka_unit_test(loop_that_cannot_be_made_leaves_nothing_behind),
        cmocka_unit_test(timer_that_cannot_be_set_is_as_it_was),
    };

    if (uv_replace_allocator(uv_malloc_or_fail, __real_realloc,
                             uv_calloc_or_fail, free) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
