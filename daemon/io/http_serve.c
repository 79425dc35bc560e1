/* Requests on a connection: whole, handed over, answered, one after the other.
 */

#include "io/http_call.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* ---- answering ---------------------------------------------------------- */

/* Make ready for the next request of the connection. */
static void forget_request(struct nj_http_call *call)
{
    size_t used = call->head.bytes + (size_t)call->head.body_bytes;

    call->in.data[used] = call->after_body;
    nj_buf_drop(&call->in, used);
    if (call->in.len == 0 && call->in.room > 4096) {
        nj_buf_finish(&call->in);
    }
    if (call->ahead.len > 0) {
        (void)nj_buf_add(&call->in, call->ahead.data, call->ahead.len);
        nj_buf_finish(&call->ahead);
    }
    nj_buf_finish(&call->form.text);
    call->form = (struct nj_http_params){0};
    call->form_read = 0;
    call->query.count = 0;
    call->has_head = 0;
    call->skipped = 0;
    call->seen = 0;
    call->ctx = NULL;
}

static void answered(struct nj_http_call *call)
{
    if (call->last) {
        nj_http_call_drain(call);
        return;
    }
    forget_request(call);
    if (call->in.status != 0) {
        nj_http_call_drop(call);
        return;
    }
    nj_http_call_move(call, NJ_HTTP_READING);
    nj_http_call_set_due(call, call->in.len > 0 ? call->httpd->deadline_ms
                                                : NJ_HTTP_IDLE_MS);
}

static void on_more(struct nj_defer *defer)
{
    nj_http_call_proceed(defer->ctx);
}

static void on_written(uv_write_t *write, int status)
{
    struct nj_http_call *call = write->data;

    if (call->state != NJ_HTTP_WRITING) {
        return;
    }
    if (status != 0) {
        nj_http_call_drop(call);
        return;
    }
    nj_buf_finish(&call->out);
    answered(call);
    if (call->state == NJ_HTTP_READING) {
        nj_http_call_proceed(call);
    }
}

/* Queue what is left of HEAD and BODY behind the first DONE bytes. */
static int
write_rest(struct nj_http_call *call, const uv_buf_t parts[2], size_t done)
{
    uv_buf_t rest;

    nj_buf_init(&call->out, parts[0].len + parts[1].len);
    for (int i = 0; i < 2; i++) {
        size_t skip = done < parts[i].len ? done : parts[i].len;

        (void)nj_buf_add(&call->out, parts[i].base + skip, parts[i].len - skip);
        done -= skip;
    }
    if (call->out.status != 0) {
        return NJ_E_NOMEM;
    }
    rest = uv_buf_init(call->out.data, (unsigned)call->out.len);
    call->write.data = call;
    return uv_write(&call->write, (uv_stream_t *)&call->tcp, &rest, 1,
                    on_written);
}

static void send_reply(struct nj_http_call *call,
                       const struct nj_http_reply *reply)
{
    struct nj_buf *head = &call->httpd->head;
    int bare = reply->status == 204 || reply->status == 304 ||
               (call->has_head && call->head.method == NJ_HTTP_HEAD);
    uv_buf_t parts[2];
    size_t all;
    int sent;

    if (nj_http_reply_head(call->httpd, reply, call->last) != 0) {
        nj_http_call_drop(call);
        return;
    }
    parts[0] = uv_buf_init(head->data, (unsigned)head->len);
    parts[1] =
        uv_buf_init((char *)reply->body, bare ? 0 : (unsigned)reply->body_len);
    all = parts[0].len + parts[1].len;
    sent = uv_try_write((uv_stream_t *)&call->tcp, parts,
                        parts[1].len > 0 ? 2 : 1);
    if (sent >= 0 && (size_t)sent == all) {
        answered(call);
        return;
    }
    if ((sent < 0 && sent != UV_EAGAIN) ||
        write_rest(call, parts, sent < 0 ? 0 : (size_t)sent) != 0) {
        nj_http_call_drop(call);
        return;
    }
    nj_http_call_move(call, NJ_HTTP_WRITING);
    nj_http_call_set_due(call, call->httpd->deadline_ms);
}

void nj_http_answer(struct nj_http_call *call,
                    const struct nj_http_reply *reply)
{
    assert(call->unanswered);
    call->unanswered = 0;
    if (call->state == NJ_HTTP_GONE) {
        if (call->closed) {
            nj_http_call_free(call);
        }
        return;
    }
    send_reply(call, reply);
    if (call->state == NJ_HTTP_READING && !call->in_handler &&
        (call->in.len > 0 || call->paused || call->no_more)) {
        nj_loop_defer(call->httpd->loop, &call->more, on_more);
    }
}

/* ---- refusing ----------------------------------------------------------- */

static const char *why(int status)
{
    switch (status) {
    case 405:
        return "only GET, HEAD and POST are served here";
    case 408:
        return "the request took too long to arrive";
    case 411:
        return "send a Content-Length; transfer codings are not taken";
    case 413:
        return "the body is too large";
    case 414:
        return "the target is too long";
    case 417:
        return "the only expectation known here is 100-continue";
    case 431:
        return "the headers are too large";
    case 505:
        return "only HTTP 1.0 and 1.1 are spoken here";
    default:
        return "this is not a well-formed request";
    }
}

void nj_http_call_refuse(struct nj_http_call *call, int status)
{
    static const char *const allow[] = {"Allow: GET, HEAD, POST", NULL};
    char body[128];
    int len = snprintf(body, sizeof body, "{\"error\":\"%s\"}\n", why(status));
    struct nj_http_reply reply = {.status = status,
                                  .body = body,
                                  .body_len = (size_t)len,
                                  .headers = status == 405 ? allow : NULL};

    nj_log_debug("http: %s: refused with %d: %s", call->peer, status,
                 why(status));
    call->last = 1;
    call->has_head = 0;
    send_reply(call, &reply);
}

/* ---- reading ------------------------------------------------------------ */

static void terminate(char *text, struct nj_http_span span)
{
    text[span.at + span.len] = '\0';
}

/* Turn the head's pieces into strings, and decode the target. The pieces stand
 * apart by at least one byte that nobody needs any more. */
static int make_strings(struct nj_http_call *call)
{
    struct nj_http_head *head = &call->head;
    char *text = call->in.data;
    size_t len = head->path.len;
    int code = 0;

    if (head->query.len > 0) {
        code = nj_http_params_read(&call->query, text + head->query.at,
                                   head->query.len);
    }
    if (code != 0 || nj_http_decode(text + head->path.at, &len, 0) != 0) {
        return 400;
    }
    head->path.len = (uint32_t)len;
    terminate(text, head->path);
    if (!nj_http_path_is_straight(text + head->path.at)) {
        return 400;
    }
    for (unsigned i = 0; i < head->field_count; i++) {
        terminate(text, head->fields[i].name);
        terminate(text, head->fields[i].value);
    }
    return 0;
}

static void go_on(struct nj_http_call *call)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uv_buf_t part = uv_buf_init((char *)text, sizeof text - 1);

    (void)uv_try_write((uv_stream_t *)&call->tcp, &part, 1);
}

/* Read the head when it is there. Returns 1 when it is, 0 when more has to
 * come, or the status to refuse with. */
static int take_head(struct nj_http_call *call)
{
    long length;
    int status;

    if (call->has_head) {
        return 1;
    }
    if (!call->skipped && call->in.len >= 2 &&
        memcmp(call->in.data, "\r\n", 2) == 0) {
        nj_buf_drop(&call->in, 2); /* RFC 9112 2.2 */
        call->skipped = 1;
    }
    if (call->in.len < 2) {
        return 0;
    }
    length = nj_http_head_length(call->in.data, call->in.len, &call->seen);
    if (length < 0) {
        return 400;
    }
    if (length == 0 && call->in.len > NJ_HTTP_HEAD_BYTES) {
        return memchr(call->in.data, '\n', call->in.len) == NULL ? 414 : 431;
    }
    if (length == 0) {
        return 0;
    }
    status = nj_http_head_read(call->in.data, (size_t)length, &call->head);
    if (status != 0) {
        return status;
    }
    if (call->head.body_bytes > call->httpd->max_body) {
        return 413;
    }
    call->has_head = 1;
    if (call->head.expect_continue &&
        call->in.len < call->head.bytes + call->head.body_bytes) {
        go_on(call);
    }
    return 1;
}

static void call_handler(struct nj_http_call *call)
{
    struct nj_httpd *httpd = call->httpd;
    size_t end = call->head.bytes + (size_t)call->head.body_bytes;

    call->after_body = call->in.data[end];
    call->in.data[end] = '\0';
    call->last = !call->head.keep_alive;
    call->due_ms = INT64_MAX;
    call->unanswered = 1;
    nj_http_call_move(call, NJ_HTTP_CALLED);
    call->in_handler = 1;
    httpd->on_call(httpd->ctx, call);
    call->in_handler = 0;
}

/* Serve what is whole, one after the other. CALL outlives this: its memory
 * goes in a callback of its own. */
void nj_http_call_proceed(struct nj_http_call *call)
{
    while (call->state == NJ_HTTP_READING) {
        int status = take_head(call);

        if (status == 1 &&
            call->in.len < call->head.bytes + call->head.body_bytes) {
            status = 0;
        }
        if (status == 1) {
            status = make_strings(call);
            if (status == 0) {
                call_handler(call);
                continue;
            }
        }
        if (status == 0) {
            break;
        }
        nj_http_call_refuse(call, status);
    }
    if (call->state == NJ_HTTP_READING && call->no_more) {
        nj_http_call_drop(call); /* the rest will never come */
    } else if (call->state == NJ_HTTP_READING && call->paused) {
        nj_http_call_resume(call);
    }
}
