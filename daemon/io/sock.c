/* One connection of the command socket, either side. */

#include "io/sock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "base/log.h"
#include "io/sock_inside.h"

enum { PATIENCE_MS = 30000 }; /* for a peer that reads slowly at the end */

/* ---- states ------------------------------------------------------------- */

#define TO(state) (1u << NJ_SOCK_##state)

static const struct {
    const char *name;
    unsigned may_go_to;
} states[NJ_SOCK_STATES] = {
    [NJ_SOCK_CONNECTING] = {"connecting", TO(OPEN) | TO(CLOSING)},
    [NJ_SOCK_OPEN] = {"open", TO(DRAINING) | TO(CLOSING)},
    [NJ_SOCK_DRAINING] = {"draining", TO(CLOSING)},
    [NJ_SOCK_CLOSING] = {"closing", 0},
};

#undef TO

/* Whether SOCK went to state TO; a state without that arrow stays. */
static int move(struct nj_sock *sock, enum nj_sock_state to)
{
    if ((states[sock->state].may_go_to & (1u << to)) == 0) {
        return 0;
    }
    nj_log_debug("socket: connection of uid %ld: %s -> %s", (long)sock->uid,
                 states[sock->state].name, states[to].name);
    sock->state = to;
    return 1;
}

/* ---- birth and end ------------------------------------------------------ */

struct nj_sock *nj_sock_create(struct nj_loop *loop,
                               const struct nj_sock_events *events,
                               char *chunk)
{
    struct nj_sock *sock = calloc(1, sizeof *sock);

    if (sock == NULL) {
        return NULL;
    }
    sock->chunk = chunk == NULL ? malloc(NJ_FRAME_CHUNK) : chunk;
    if (sock->chunk == NULL) {
        free(sock);
        return NULL;
    }
    (void)uv_pipe_init(nj_loop_uv(loop), &sock->pipe, 0);
    sock->pipe.data = sock;
    sock->loop = loop;
    sock->events = *events;
    sock->uid = (uid_t)-1;
    nj_frame_init(&sock->frame, NJ_LIMIT_FRAME_BYTES);
    return sock;
}

static void on_closed(uv_handle_t *handle)
{
    struct nj_sock *sock = handle->data;

    /* A connection that was turned away was never shown to anybody. */
    if (sock->server == NULL || sock->told_open) {
        sock->events.on_close(sock->events.ctx, sock, sock->why);
    }
    nj_frame_finish(&sock->frame);
    if (sock->server != NULL) {
        nj_sock_server_forget(sock->server, sock);
    } else {
        free(sock->chunk);
    }
    free(sock);
}

void nj_sock_drop(struct nj_sock *sock, const char *why)
{
    if (move(sock, NJ_SOCK_CLOSING)) {
        sock->why = why;
        nj_timer_stop(&sock->patience);
        uv_close((uv_handle_t *)&sock->pipe, on_closed);
    }
}

static void on_patience_over(struct nj_timer *timer)
{
    nj_sock_drop(timer->ctx, "the peer did not read the rest");
}

void nj_sock_close(struct nj_sock *sock)
{
    static const char why[] = "closed by us";

    if (sock->queued_bytes == 0 || sock->state == NJ_SOCK_CONNECTING) {
        nj_sock_drop(sock, why);
        return;
    }
    if (!move(sock, NJ_SOCK_DRAINING)) {
        return;
    }
    (void)uv_read_stop((uv_stream_t *)&sock->pipe);
    sock->patience.ctx = sock;
    if (nj_timer_set(sock->loop, &sock->patience, PATIENCE_MS, 1000,
                     on_patience_over) != 0) {
        nj_sock_drop(sock, why);
    }
}

/* ---- lines in ----------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    struct nj_sock *sock = handle->data;

    (void)wanted;
    *out = uv_buf_init(sock->chunk, NJ_FRAME_CHUNK);
}

/* Count what is unfinished; 0, or NJ_E_TOOBIG when all connections together
 * hold too much. A line that comes in one piece never holds anything. */
static int count_held(struct nj_sock *sock)
{
    struct nj_sock_server *server = sock->server;

    if (server != NULL) {
        server->held_bytes -= sock->held_bytes;
        sock->held_bytes = nj_frame_held(&sock->frame);
        server->held_bytes += sock->held_bytes;
        if (server->held_bytes > NJ_LIMIT_SOCKS_HELD_BYTES) {
            return NJ_E_TOOBIG;
        }
    }
    return 0;
}

static const char *fault_words(int code)
{
    switch (code) {
    case NJ_E_TOOBIG:
        return "a line is too long";
    case NJ_E_INVALID:
        return "a line has a NUL byte";
    default:
        return "no memory for its lines";
    }
}

static void take_bytes(struct nj_sock *sock, const char *bytes, size_t len)
{
    const char *line;
    size_t line_len;
    int code = nj_frame_feed(&sock->frame, bytes, len);

    while (code == 0 && sock->state == NJ_SOCK_OPEN) {
        code = nj_frame_next(&sock->frame, &line, &line_len);
        if (code == 0) {
            break;
        }
        if (code == 1) {
            sock->events.on_line(sock->events.ctx, sock, line, line_len);
            code = 0;
        }
    }
    if (code == 0 && sock->state == NJ_SOCK_OPEN && count_held(sock) != 0) {
        nj_sock_drop(sock, "too many unfinished lines in all");
    } else if (code != 0) {
        nj_sock_drop(sock, fault_words(code));
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct nj_sock *sock = stream->data;

    if (count > 0) {
        take_bytes(sock, buf->base, (size_t)count);
    } else if (count == UV_EOF) {
        nj_sock_drop(sock, "the peer has gone");
    } else if (count < 0) {
        nj_sock_drop(sock, uv_strerror((int)count));
    }
}

void nj_sock_identify(struct nj_sock *sock)
{
    struct ucred cred;
    socklen_t len = sizeof cred;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&sock->pipe, &fd) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
        sock->uid = cred.uid;
    }
}

void nj_sock_opened(struct nj_sock *sock)
{
    int code = uv_read_start((uv_stream_t *)&sock->pipe, on_alloc, on_read);

    (void)move(sock, NJ_SOCK_OPEN);
    sock->told_open = 1;
    sock->events.on_open(sock->events.ctx, sock);
    if (code != 0) {
        nj_sock_drop(sock, uv_strerror(code));
    }
}

/* ---- lines out ---------------------------------------------------------- */

struct write_req {
    uv_write_t req; /* first */
    struct nj_sock *sock;
    size_t len;
    char bytes[];
};

static void on_written(uv_write_t *req, int status)
{
    struct write_req *write = (struct write_req *)req;
    struct nj_sock *sock = write->sock;

    sock->queued_bytes -= write->len;
    free(write);
    if (status < 0) {
        nj_sock_drop(sock, uv_strerror(status));
    } else if (sock->state == NJ_SOCK_DRAINING && sock->queued_bytes == 0) {
        nj_sock_drop(sock, "closed by us");
    }
}

/* Queue what is left of LINE and its newline after the first DONE bytes. */
static int
queue_rest(struct nj_sock *sock, const char *line, size_t len, size_t done)
{
    size_t rest = len + 1 - done;
    struct write_req *write = malloc(sizeof *write + rest);
    uv_buf_t buf;
    int code;

    if (write == NULL) {
        return NJ_E_NOMEM;
    }
    memcpy(write->bytes, line + done, rest - 1);
    write->bytes[rest - 1] = '\n';
    write->sock = sock;
    write->len = rest;
    buf = uv_buf_init(write->bytes, (unsigned)rest);
    code =
        uv_write(&write->req, (uv_stream_t *)&sock->pipe, &buf, 1, on_written);
    if (code != 0) {
        free(write);
        return code == UV_ENOMEM ? NJ_E_NOMEM : NJ_E_NET;
    }
    sock->queued_bytes += rest;
    return 0;
}

/* How much of LINE and its newline the kernel takes at once. */
static size_t send_now(struct nj_sock *sock, const char *line, size_t len)
{
    uv_buf_t bufs[2] = {uv_buf_init((char *)line, (unsigned)len),
                        uv_buf_init((char *)"\n", 1)};
    int count = sock->queued_bytes > 0
                    ? 0
                    : uv_try_write((uv_stream_t *)&sock->pipe, bufs, 2);

    return count < 0 ? 0 : (size_t)count;
}

int nj_sock_send(struct nj_sock *sock, const char *line, size_t len)
{
    size_t done;
    int code;

    if (sock->state != NJ_SOCK_OPEN) {
        return NJ_E_STATE;
    }
    if (len > NJ_LIMIT_FRAME_BYTES) {
        return NJ_E_TOOBIG;
    }
    if (sock->queued_bytes + len + 1 > NJ_LIMIT_FRAME_BYTES + 1) {
        nj_sock_drop(sock, "the peer does not read");
        return NJ_E_TOOBIG;
    }
    done = send_now(sock, line, len);
    if (done == len + 1) {
        return 0;
    }
    code = queue_rest(sock, line, len, done);
    if (code != 0 && done > 0) {
        /* Half a line went out: what follows would be read as its end. */
        nj_sock_drop(sock, "no memory for its answers");
    }
    return code == NJ_E_NET ? NJ_E_STATE : code;
}

/* ---- about it ----------------------------------------------------------- */

uid_t nj_sock_peer_uid(const struct nj_sock *sock)
{
    return sock->uid;
}

void nj_sock_set_ctx(struct nj_sock *sock, void *ctx)
{
    sock->ctx = ctx;
}

void *nj_sock_ctx(const struct nj_sock *sock)
{
    return sock->ctx;
}
