/* The command socket's server: takes connections, counts them, ends them. */

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "io/sock_inside.h"

enum { BACKLOG = 128, RETRY_MS = 1000 };

/* ---- connections in ----------------------------------------------------- */

static size_t count_of_user(const struct nj_sock_server *server, uid_t uid)
{
    size_t count = 0;

    for (const struct nj_sock *s = server->socks; s != NULL; s = s->next) {
        count += s->state != NJ_SOCK_CLOSING && s->uid == uid;
    }
    return count;
}

static void remember(struct nj_sock_server *server, struct nj_sock *sock)
{
    sock->server = server;
    sock->next = server->socks;
    if (server->socks != NULL) {
        server->socks->prev = sock;
    }
    server->socks = sock;
    server->sock_count++;
}

static int is_full(const struct nj_sock_server *server, uid_t uid)
{
    return server->sock_count > NJ_LIMIT_SOCKS ||
           count_of_user(server, uid) > NJ_LIMIT_SOCKS_OF_USER;
}

/* One warning for a full house, not one for each knock at its door. */
static void turn_away(struct nj_sock_server *server, struct nj_sock *sock)
{
    if (!server->told_full) {
        server->told_full = 1;
        nj_log_warning("socket: too many connections (%zu, %zu of them of uid "
                       "%ld): turning some away",
                       server->sock_count, count_of_user(server, sock->uid),
                       (long)sock->uid);
    }
    nj_sock_drop(sock, "too many connections");
}

static void on_retry(struct nj_timer *timer);
static void on_retry_soon(struct nj_defer *defer);

/* Untaken, a connection waits in the kernel. */
static void retry_later(struct nj_sock_server *server)
{
    nj_log_error("socket: no memory for a connection, trying again");
    if (nj_timer_set(server->loop, &server->retry, RETRY_MS, 0, on_retry) !=
        0) {
        nj_loop_defer(server->loop, &server->retry_soon, on_retry_soon);
    }
}

static void take_connection(struct nj_sock_server *server)
{
    struct nj_sock *sock =
        nj_sock_create(server->loop, &server->events, server->chunk);

    if (sock == NULL) {
        retry_later(server);
        return;
    }
    remember(server, sock);
    if (uv_accept((uv_stream_t *)&server->pipe, (uv_stream_t *)&sock->pipe) !=
        0) {
        nj_sock_drop(sock, "it was gone before it was taken");
        return;
    }
    nj_sock_identify(sock);
    if (is_full(server, sock->uid)) {
        turn_away(server, sock);
    } else {
        server->told_full = 0;
        nj_sock_opened(sock);
    }
}

static void on_retry(struct nj_timer *timer)
{
    take_connection(timer->ctx);
}

static void on_retry_soon(struct nj_defer *defer)
{
    take_connection(defer->ctx);
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct nj_sock_server *server = stream->data;

    if (status < 0) {
        nj_log_warning("socket: cannot accept: %s", uv_strerror(status));
    } else if (!server->closing) {
        take_connection(server);
    }
}

/* ---- birth -------------------------------------------------------------- */

static void on_never_listened(uv_handle_t *handle)
{
    free(handle->data);
}

static int start_listening(struct nj_sock_server *server, int fd)
{
    int code;

    (void)uv_pipe_init(nj_loop_uv(server->loop), &server->pipe, 0);
    server->pipe.data = server;
    code = uv_pipe_open(&server->pipe, fd);
    if (code != 0) {
        (void)close(fd);
        return code;
    }
    return uv_listen((uv_stream_t *)&server->pipe, BACKLOG, on_connection);
}

int nj_sock_listen(struct nj_loop *loop,
                   const char *path,
                   mode_t mode,
                   const struct nj_sock_events *events,
                   struct nj_sock_server **out,
                   struct nj_err *err)
{
    struct nj_sock_server *server = calloc(1, sizeof *server);
    int code;
    int fd;

    if (server == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "socket: no memory");
    }
    code = nj_sock_place_take(path, mode, &fd, &server->place, err);
    if (code != 0) {
        free(server);
        return code;
    }
    server->loop = loop;
    server->events = *events;
    server->retry.ctx = server;
    server->retry_soon.ctx = server;
    code = start_listening(server, fd);
    if (code != 0) {
        nj_sock_place_leave(server->place);
        uv_close((uv_handle_t *)&server->pipe, on_never_listened);
        return nj_err_set(err, NJ_E_IO, "socket: %s: cannot listen: %s", path,
                          uv_strerror(code));
    }
    *out = server;
    return 0;
}

/* ---- end ---------------------------------------------------------------- */

static void finish_when_empty(struct nj_sock_server *server)
{
    void (*on_closed)(void *ctx) = server->on_closed;
    void *ctx = server->closed_ctx;

    if (server->listener_closed && server->sock_count == 0) {
        free(server);
        if (on_closed != NULL) {
            on_closed(ctx);
        }
    }
}

void nj_sock_server_forget(struct nj_sock_server *server, struct nj_sock *sock)
{
    if (sock->prev != NULL) {
        sock->prev->next = sock->next;
    } else {
        server->socks = sock->next;
    }
    if (sock->next != NULL) {
        sock->next->prev = sock->prev;
    }
    server->sock_count--;
    server->held_bytes -= sock->held_bytes;
    finish_when_empty(server);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct nj_sock_server *server = handle->data;

    server->listener_closed = 1;
    finish_when_empty(server);
}

void nj_sock_server_close(struct nj_sock_server *server,
                          void (*on_closed)(void *ctx),
                          void *ctx)
{
    assert(!server->closing);
    server->closing = 1;
    server->on_closed = on_closed;
    server->closed_ctx = ctx;
    nj_timer_stop(&server->retry);
    nj_loop_undefer(server->loop, &server->retry_soon);
    for (struct nj_sock *s = server->socks; s != NULL; s = s->next) {
        nj_sock_drop(s, "nightjard is closing");
    }
    nj_sock_place_leave(server->place);
    uv_close((uv_handle_t *)&server->pipe, on_listener_closed);
}
