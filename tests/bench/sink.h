/* tests/bench/sink.h - an HTTP server that takes webhooks as fast as it can
 * and notes when each numbered alert ("bench000123x" in its body) arrived. */

#ifndef TESTS_BENCH_SINK_H
#define TESTS_BENCH_SINK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { SINK_ALERTS = 300000 };

struct sink {
    int listener;
    unsigned port;
    pthread_t thread;
    _Atomic int64_t arrived_ns[SINK_ALERTS]; /* 0: not yet */
    atomic_size_t distinct;
    atomic_size_t repeats;
    atomic_int stop;
};

int64_t bench_now_ns(void);

/* Start on a free port; exits the program when it cannot. */
void sink_start(struct sink *sink);
void sink_stop(struct sink *sink);

#endif
