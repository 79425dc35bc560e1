/* A connection's life: accept, read, call the handler, answer, close. The
 * states are drawn in http_call.h. */

#include "io/http_call.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"

static void on_due(struct nj_timer *timer);

/* ---- states ------------------------------------------------------------- */

#define TO(state) (1u << NJ_HTTP_##state)

static const struct {
    const char *name;
    unsigned may_go_to;
} states[] = {
    [NJ_HTTP_READING] = {"reading",
                         TO(CALLED) | TO(WRITING) | TO(DRAINING) | TO(GONE)},
    [NJ_HTTP_CALLED] = {"called",
                        TO(READING) | TO(WRITING) | TO(DRAINING) | TO(GONE)},
    [NJ_HTTP_WRITING] = {"writing", TO(READING) | TO(DRAINING) | TO(GONE)},
    [NJ_HTTP_DRAINING] = {"draining", TO(GONE)},
    [NJ_HTTP_GONE] = {"gone", 0},
};

#undef TO

void nj_http_call_move(struct nj_http_call *call, enum nj_http_state to)
{
    assert((states[call->state].may_go_to & (1u << to)) != 0);
    if (nj_log_wants(NJ_LOG_DEBUG)) {
        nj_log_debug("http: %s: %s -> %s", call->peer, states[call->state].name,
                     states[to].name);
    }
    call->state = to;
}

/* ---- the deadline ------------------------------------------------------- */

static void arm(struct nj_http_call *call)
{
    struct nj_loop *loop = call->httpd->loop;
    int64_t delay_ms = call->due_ms - nj_loop_mono_ms(loop);

    call->armed_ms = call->due_ms;
    if (nj_timer_set(loop, &call->timer, delay_ms, 0, on_due) != 0) {
        nj_http_call_drop(call); /* without a deadline it may not stay */
    }
}

/* A timer that rings too early is left alone and then set for the rest, so that
 * most requests cost no change of it. */
void nj_http_call_set_due(struct nj_http_call *call, int64_t delay_ms)
{
    call->since_ms = nj_loop_mono_ms(call->httpd->loop);
    call->due_ms = call->since_ms + delay_ms;
    if (!nj_timer_armed(&call->timer) || call->due_ms < call->armed_ms) {
        arm(call);
    }
}

/* ---- the end ------------------------------------------------------------ */

void nj_http_call_free(struct nj_http_call *call)
{
    nj_buf_finish(&call->in);
    nj_buf_finish(&call->ahead);
    nj_buf_finish(&call->out);
    nj_buf_finish(&call->query.text);
    nj_buf_finish(&call->form.text);
    free(call);
}

static void on_tcp_closed(uv_handle_t *handle)
{
    struct nj_http_call *call = handle->data;
    struct nj_httpd *httpd = call->httpd;

    call->closed = 1;
    call->httpd = NULL;
    if (!call->unanswered) {
        nj_http_call_free(call);
    }
    nj_httpd_handle_closed(httpd);
}

static void unlink_call(struct nj_http_call *call)
{
    if (call->prev == NULL) {
        call->httpd->calls = call->next;
    } else {
        call->prev->next = call->next;
    }
    if (call->next != NULL) {
        call->next->prev = call->prev;
    }
    call->httpd->call_count--;
}

void nj_http_call_drop(struct nj_http_call *call)
{
    if (call->state == NJ_HTTP_GONE) {
        return;
    }
    nj_http_call_move(call, NJ_HTTP_GONE);
    nj_timer_stop(&call->timer);
    nj_loop_undefer(call->httpd->loop, &call->more);
    unlink_call(call);
    if (!call->hard || uv_tcp_close_reset(&call->tcp, on_tcp_closed) != 0) {
        uv_close((uv_handle_t *)&call->tcp, on_tcp_closed);
    }
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status; /* what comes next is the end of input, or the deadline */
}

/* Say that we have ended and let the client read it: closing at once would
 * reset the connection under an answer that is still on its way. */
void nj_http_call_drain(struct nj_http_call *call)
{
    nj_http_call_move(call, NJ_HTTP_DRAINING);
    nj_buf_finish(&call->in);
    nj_buf_finish(&call->ahead);
    if (call->no_more || uv_shutdown(&call->shutdown, (uv_stream_t *)&call->tcp,
                                     on_shutdown) != 0) {
        nj_http_call_drop(call);
        return;
    }
    nj_http_call_set_due(call, NJ_HTTP_DRAIN_MS);
}

/* ---- reading ------------------------------------------------------------ */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buf)
{
    struct nj_http_call *call = handle->data;

    (void)suggested;
    *out_buf = uv_buf_init(call->httpd->scratch, NJ_HTTP_SCRATCH_BYTES);
}

/* The end of input: somebody who waits for an answer may still read it. */
static void end_input(struct nj_http_call *call)
{
    call->no_more = 1;
    if (call->state == NJ_HTTP_CALLED || call->state == NJ_HTTP_WRITING) {
        (void)uv_read_stop((uv_stream_t *)&call->tcp);
    } else {
        nj_http_call_drop(call);
    }
}

static void discard(struct nj_http_call *call, size_t len)
{
    call->drained += len;
    if (call->drained > call->httpd->max_body) {
        nj_http_call_drop(call);
    }
}

static void read_on(struct nj_http_call *call, const char *bytes, size_t len)
{
    if (call->in.len == 0) {
        nj_http_call_set_due(call, call->httpd->deadline_ms);
    }
    if (nj_buf_add(&call->in, bytes, len) != 0) {
        nj_http_call_drop(call);
        return;
    }
    nj_http_call_proceed(call);
}

/* The handler holds pointers into `in`: what comes now is kept apart. */
static void read_ahead(struct nj_http_call *call, const char *bytes, size_t len)
{
    call->ahead.max_bytes = NJ_HTTP_AHEAD_BYTES + NJ_HTTP_SCRATCH_BYTES;
    if (nj_buf_add(&call->ahead, bytes, len) != 0) {
        nj_http_call_drop(call);
    } else if (call->ahead.len > NJ_HTTP_AHEAD_BYTES) {
        (void)uv_read_stop((uv_stream_t *)&call->tcp);
        call->paused = 1;
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct nj_http_call *call = stream->data;

    if (n == 0) {
        return;
    }
    if (n == UV_EOF) {
        end_input(call);
    } else if (n < 0) {
        nj_http_call_drop(call);
    } else if (call->state == NJ_HTTP_DRAINING) {
        discard(call, (size_t)n);
    } else if (call->state == NJ_HTTP_READING) {
        read_on(call, buf->base, (size_t)n);
    } else {
        read_ahead(call, buf->base, (size_t)n);
    }
}

void nj_http_call_resume(struct nj_http_call *call)
{
    call->paused = 0;
    (void)uv_read_start((uv_stream_t *)&call->tcp, on_alloc, on_read);
}

/* ---- time is up --------------------------------------------------------- */

static void on_due(struct nj_timer *timer)
{
    struct nj_http_call *call = timer->ctx;

    if (call->due_ms == INT64_MAX) {
        return; /* the handler takes its time; its answer sets the next */
    }
    if (call->due_ms > nj_loop_mono_ms(call->httpd->loop)) {
        arm(call);
    } else if (call->state == NJ_HTTP_READING && call->in.len > 0) {
        nj_http_call_refuse(call, 408);
    } else {
        /* who does not read would keep the rest in the kernel's memory */
        call->hard = call->state == NJ_HTTP_WRITING;
        nj_http_call_drop(call);
    }
}

/* ---- birth -------------------------------------------------------------- */

/* The connection that has waited longest for its client has to go, unless it
 * has hardly begun: a crowd must not push itself out. */
static void make_room(struct nj_httpd *httpd)
{
    struct nj_http_call *oldest = NULL;
    int64_t since_ms = nj_loop_mono_ms(httpd->loop) - NJ_HTTP_FRESH_MS;

    for (struct nj_http_call *call = httpd->calls; call != NULL;
         call = call->next) {
        if ((call->state == NJ_HTTP_READING ||
             call->state == NJ_HTTP_DRAINING) &&
            call->since_ms < since_ms) {
            since_ms = call->since_ms;
            oldest = call;
        }
    }
    if (oldest != NULL) {
        nj_http_call_drop(oldest);
    }
}

static struct nj_http_call *make_call(struct nj_httpd *httpd)
{
    struct nj_http_call *call = calloc(1, sizeof *call);

    if (call == NULL || uv_tcp_init(nj_loop_uv(httpd->loop), &call->tcp) != 0) {
        free(call);
        return NULL;
    }
    call->tcp.data = call;
    call->httpd = httpd;
    call->timer.ctx = call;
    call->more.ctx = call;
    nj_buf_init(&call->in, NJ_HTTP_HEAD_BYTES + httpd->max_body +
                               NJ_HTTP_AHEAD_BYTES +
                               (size_t)3 * NJ_HTTP_SCRATCH_BYTES);
    call->next = httpd->calls;
    if (call->next != NULL) {
        call->next->prev = call;
    }
    httpd->calls = call;
    httpd->call_count++;
    httpd->handles++;
    return call;
}

static void learn_peer(struct nj_http_call *call)
{
    struct sockaddr_storage address;
    int len = sizeof address;

    if (uv_tcp_getpeername(&call->tcp, (struct sockaddr *)&address, &len) ==
        0) {
        nj_sockaddr_text((struct sockaddr *)&address, call->peer);
    } else {
        (void)snprintf(call->peer, sizeof call->peer, "?");
    }
}

static void on_turned_away(uv_handle_t *handle)
{
    struct nj_httpd *httpd = handle->data;

    httpd->is_turning = 0;
    if (httpd->is_waiting && !httpd->is_closing) {
        httpd->is_waiting = 0;
        nj_http_call_accept(httpd);
    }
    nj_httpd_handle_closed(httpd);
}

/* A connection that nobody accepts would be the last: libuv listens no more
 * until it is taken. So it is taken, and closed. */
static void turn_away(struct nj_httpd *httpd)
{
    nj_log_warning("http: no memory for a connection");
    httpd->is_waiting = httpd->is_turning;
    if (httpd->is_turning ||
        uv_tcp_init(nj_loop_uv(httpd->loop), &httpd->turned_away) != 0) {
        return;
    }
    (void)uv_accept((uv_stream_t *)&httpd->listener,
                    (uv_stream_t *)&httpd->turned_away);
    httpd->turned_away.data = httpd;
    httpd->is_turning = 1;
    httpd->handles++;
    uv_close((uv_handle_t *)&httpd->turned_away, on_turned_away);
}

void nj_http_call_accept(struct nj_httpd *httpd)
{
    struct nj_http_call *call;

    if (httpd->call_count >= httpd->max_calls) {
        make_room(httpd);
    }
    call = make_call(httpd);
    if (call == NULL) {
        turn_away(httpd);
        return;
    }
    if (uv_accept((uv_stream_t *)&httpd->listener, (uv_stream_t *)&call->tcp) !=
            0 ||
        httpd->call_count > httpd->max_calls ||
        uv_read_start((uv_stream_t *)&call->tcp, on_alloc, on_read) != 0) {
        nj_http_call_drop(call);
        return;
    }
    (void)uv_tcp_nodelay(&call->tcp, 1);
    learn_peer(call);
    nj_http_call_set_due(call, httpd->deadline_ms);
}
