/* The clock of a loop: real, fast or virtual, read once a turn, and the watch
 * for jumps of wall time against steady time. */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "io/loop_inside.h"

static void read_system(void *ctx, int64_t *out_wall_ms, double *out_mono_ms)
{
    struct timespec wall;
    struct timespec mono;

    (void)ctx;
    (void)clock_gettime(CLOCK_REALTIME, &wall);
    (void)clock_gettime(CLOCK_MONOTONIC, &mono);
    *out_wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    *out_mono_ms = (double)mono.tv_sec * 1e3 + (double)mono.tv_nsec / 1e6;
}

/* What a FAST loop makes of the system's steady time. */
static double fast_elapsed(const struct nj_loop *loop, double mono_ms)
{
    return (mono_ms - loop->base_mono_ms) * loop->clock.speed;
}

/* Both clocks slew together, so their distance changes only when somebody sets
 * the wall clock or the machine sleeps; small changes add up until told. */
static void look_for_jump(struct nj_loop *loop)
{
    int64_t moved = loop->wall_ms - loop->mono_ms - loop->offset_ms;

    if (moved > NJ_LOOP_JUMP_MS || moved < -NJ_LOOP_JUMP_MS) {
        loop->jump_ms += moved;
        loop->offset_ms += moved;
    }
}

void nj_loop_clock_sample(struct nj_loop *loop)
{
    int64_t wall;
    double mono;

    if (loop->sampled || loop->clock.mode == NJ_CLOCK_VIRTUAL) {
        return;
    }
    loop->sampled = 1;
    loop->read_clock(loop->read_ctx, &wall, &mono);
    if (loop->clock.mode == NJ_CLOCK_FAST) {
        int64_t elapsed = (int64_t)fast_elapsed(loop, mono);

        loop->wall_ms = loop->clock.start_ms + elapsed;
        loop->mono_ms = NJ_LOOP_MONO_START_MS + elapsed;
    } else {
        loop->wall_ms = wall;
        loop->mono_ms = (int64_t)mono;
        look_for_jump(loop);
    }
}

void nj_loop_clock_start(struct nj_loop *loop, const struct nj_clock *clock)
{
    int64_t wall;

    if (clock != NULL) {
        loop->clock = *clock;
    }
    loop->read_clock = read_system;
    loop->wall_ms = loop->clock.start_ms;
    loop->mono_ms = NJ_LOOP_MONO_START_MS;
    read_system(NULL, &wall, &loop->base_mono_ms);
    loop->offset_ms = loop->clock.mode == NJ_CLOCK_VIRTUAL
                          ? loop->wall_ms - loop->mono_ms
                          : wall - (int64_t)loop->base_mono_ms;
}

uint64_t nj_loop_clock_wait(struct nj_loop *loop, int64_t due_ms)
{
    int64_t wall;
    double mono;
    double wait;

    loop->read_clock(loop->read_ctx, &wall, &mono);
    if (loop->clock.mode == NJ_CLOCK_FAST) {
        mono = NJ_LOOP_MONO_START_MS + fast_elapsed(loop, mono);
        wait = ((double)due_ms - mono) / loop->clock.speed;
    } else {
        wait = (double)due_ms - mono;
    }
    if (wait <= 0) {
        return 0;
    }
    return wait > INT_MAX ? INT_MAX : (uint64_t)ceil(wait);
}

void nj_loop_clock_tell_jump(struct nj_loop *loop)
{
    int64_t delta_ms = loop->jump_ms;

    loop->jump_ms = 0;
    if (delta_ms != 0 && loop->on_jump != NULL) {
        loop->on_jump(loop->jump_ctx, delta_ms);
    }
}

void nj_loop_set_clock(struct nj_loop *loop, int64_t wall_ms)
{
    assert(loop->clock.mode == NJ_CLOCK_VIRTUAL);
    loop->wall_ms = wall_ms;
    look_for_jump(loop);
}

void nj_loop_on_jump(struct nj_loop *loop,
                     void (*on_jump)(void *ctx, int64_t delta_ms),
                     void *ctx)
{
    loop->on_jump = on_jump;
    loop->jump_ctx = ctx;
}

/* ---- being told at once when somebody sets the clock -------------------- */

static int arm_set_watch(int fd)
{
    const struct itimerspec never = {.it_value = {.tv_sec = INT_MAX}};

    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                           &never, NULL);
}

/* The wake-up is all that is wanted: the turn then reads the clock. */
static void on_clock_set(uv_poll_t *poll, int status, int events)
{
    struct nj_loop *loop = poll->data;
    uint64_t expired;

    (void)status;
    (void)events;
    while (read(loop->set_fd, &expired, sizeof expired) < 0 && errno == EINTR) {
    }
    if (arm_set_watch(loop->set_fd) != 0 && errno != ECANCELED) {
        nj_log_warning("clock: jumps are seen late only: timerfd_settime "
                       "failed with errno %d",
                       errno);
        uv_poll_stop(&loop->set_poll);
    }
}

void nj_loop_clock_watch(struct nj_loop *loop)
{
    loop->set_fd = -1;
    if (loop->clock.mode != NJ_CLOCK_REAL) {
        return;
    }
    loop->set_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (loop->set_fd < 0 || arm_set_watch(loop->set_fd) != 0 ||
        uv_poll_init(&loop->uv, &loop->set_poll, loop->set_fd) != 0) {
        nj_log_info("clock: the kernel does not tell when the clock is set; "
                    "jumps are seen at the next wake-up");
        if (loop->set_fd >= 0) {
            (void)close(loop->set_fd);
        }
        loop->set_fd = -1;
        return;
    }
    loop->own_handles++;
    loop->set_poll.data = loop;
    (void)uv_poll_start(&loop->set_poll, UV_READABLE, on_clock_set);
    uv_unref((uv_handle_t *)&loop->set_poll);
}
