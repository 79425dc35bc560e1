/* The server: where it listens, and its end. */

#include "io/httpd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "io/http_call.h"

enum { BACKLOG = 512 };

/* ---- where to listen ---------------------------------------------------- */

/* Split "host:port" or "[host]:port". */
static int split(const char *listen, char host[64], int *out_port)
{
    const char *colon = strrchr(listen, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - listen);
    int64_t port;

    if (colon == NULL || len >= 64 || colon[1] == '+' || colon[1] == '-' ||
        nj_str_int(colon + 1, &port) != 0 || port > 65535) {
        return NJ_E_INVALID;
    }
    if (len >= 2 && listen[0] == '[' && listen[len - 1] == ']') {
        listen++;
        len -= 2;
    } else if (memchr(listen, ':', len) != NULL) {
        return NJ_E_INVALID;
    }
    memcpy(host, listen, len);
    host[len] = '\0';
    *out_port = (int)port;
    return 0;
}

static int read_address(const char *listen, struct sockaddr_storage *out)
{
    char host[64];
    int port;

    if (split(listen, host, &port) != 0) {
        return NJ_E_INVALID;
    }
    if (host[0] == '\0') {
        return uv_ip6_addr("::", port, (struct sockaddr_in6 *)out);
    }
    if (strcmp(host, "localhost") == 0) {
        return uv_ip4_addr("127.0.0.1", port, (struct sockaddr_in *)out);
    }
    if (uv_ip4_addr(host, port, (struct sockaddr_in *)out) == 0) {
        return 0;
    }
    return uv_ip6_addr(host, port, (struct sockaddr_in6 *)out);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct nj_httpd *httpd = listener->data;

    if (status != 0) {
        nj_log_warning("http: a connection could not be taken: %s",
                       uv_strerror(status));
    } else if (!httpd->is_closing) {
        nj_http_call_accept(httpd);
    }
}

/* A listening socket into OUT, or an errno. Made by hand, so that a server that
 * cannot be had leaves nothing on the loop. */
static int listen_on(const struct sockaddr *address, socklen_t len, int *out_fd)
{
    int on = 1;
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int bad;

    if (fd < 0) {
        return errno;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address, len) != 0 || listen(fd, BACKLOG) != 0) {
        bad = errno;
        (void)close(fd);
        return bad;
    }
    *out_fd = fd;
    return 0;
}

static int open_socket(const char *listen, int *out_fd)
{
    struct sockaddr_storage address = {0};
    const struct sockaddr *any = (struct sockaddr *)&address;
    int bad;

    if (read_address(listen, &address) != 0) {
        return EINVAL;
    }
    bad = listen_on(any,
                    any->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                               : sizeof(struct sockaddr_in),
                    out_fd);
    if (bad == EAFNOSUPPORT && listen[0] == ':') { /* no IPv6 here */
        int port = ntohs(((struct sockaddr_in6 *)&address)->sin6_port);

        (void)uv_ip4_addr("0.0.0.0", port, (struct sockaddr_in *)&address);
        bad = listen_on(any, sizeof(struct sockaddr_in), out_fd);
    }
    return bad;
}

static int
explain(int bad, const struct nj_httpd_opts *opts, struct nj_err *err)
{
    switch (bad) {
    case EINVAL:
        return nj_err_set(err, NJ_E_INVALID,
                          "http: cannot listen on '%s'; write an address and "
                          "a port, such as 127.0.0.1:8484 or [::1]:8484",
                          opts->listen);
    case EADDRINUSE:
        return nj_err_set(err, NJ_E_EXISTS,
                          "http: %s is taken by another program; stop it or "
                          "choose another port",
                          opts->listen);
    case EACCES:
        return nj_err_set(err, NJ_E_DENIED,
                          "http: not allowed to listen on %s; choose a port "
                          "from 1024 on",
                          opts->listen);
    case ENOMEM:
        return nj_err_set(err, NJ_E_NOMEM, "http: no memory");
    default:
        return nj_err_set(err, NJ_E_IO, "http: cannot listen on %s: %s",
                          opts->listen, strerror(bad));
    }
}

/* ---- birth and end ------------------------------------------------------ */

static void free_httpd(struct nj_httpd *httpd)
{
    nj_buf_finish(&httpd->head);
    free(httpd);
}

static void finish_closing(struct nj_defer *defer)
{
    struct nj_httpd *httpd = defer->ctx;
    void (*on_closed)(void *ctx) = httpd->on_closed;
    void *ctx = httpd->closed_ctx;

    free_httpd(httpd);
    if (on_closed != NULL) {
        on_closed(ctx);
    }
}

void nj_httpd_handle_closed(struct nj_httpd *httpd)
{
    httpd->handles--;
    if (httpd->handles == 0) {
        nj_loop_defer(httpd->loop, &httpd->closing, finish_closing);
    }
}

static void on_listener_closed(uv_handle_t *handle)
{
    nj_httpd_handle_closed(handle->data);
}

void nj_httpd_close(struct nj_httpd *httpd,
                    void (*on_closed)(void *ctx),
                    void *ctx)
{
    httpd->is_closing = 1;
    httpd->on_closed = on_closed;
    httpd->closed_ctx = ctx;
    while (httpd->calls != NULL) {
        nj_http_call_drop(httpd->calls);
    }
    uv_close((uv_handle_t *)&httpd->listener, on_listener_closed);
}

static struct nj_httpd *make_httpd(struct nj_loop *loop,
                                   const struct nj_httpd_opts *opts)
{
    struct nj_httpd *httpd = calloc(1, sizeof *httpd);

    if (httpd == NULL || uv_tcp_init(nj_loop_uv(loop), &httpd->listener) != 0) {
        free(httpd);
        return NULL;
    }
    httpd->listener.data = httpd;
    httpd->loop = loop;
    httpd->closing.ctx = httpd;
    httpd->handles = 1;
    httpd->max_body = opts->max_body > 0 ? opts->max_body : NJ_LIMIT_PUSH_BYTES;
    httpd->max_calls = opts->connections > 0 ? opts->connections : 256;
    httpd->deadline_ms = opts->deadline_ms > 0 ? opts->deadline_ms : 10000;
    httpd->on_call = opts->on_call;
    httpd->ctx = opts->ctx;
    httpd->date_s = -1;
    nj_buf_init(&httpd->head, 65536);
    return httpd;
}

int nj_httpd_open(struct nj_loop *loop,
                  const struct nj_httpd_opts *opts,
                  struct nj_httpd **out,
                  struct nj_err *err)
{
    struct nj_httpd *httpd;
    int fd = -1;
    int bad = open_socket(opts->listen, &fd);

    if (bad != 0) {
        return explain(bad, opts, err);
    }
    httpd = make_httpd(loop, opts);
    if (httpd == NULL) {
        (void)close(fd);
        return explain(ENOMEM, opts, err);
    }
    bad = uv_tcp_open(&httpd->listener, fd);
    if (bad != 0) {
        (void)close(fd);
    } else {
        bad =
            uv_listen((uv_stream_t *)&httpd->listener, BACKLOG, on_connection);
    }
    if (bad != 0) {
        nj_httpd_close(httpd, NULL, NULL);
        return explain(-bad, opts, err);
    }
    *out = httpd;
    return 0;
}

unsigned nj_httpd_port(const struct nj_httpd *httpd)
{
    struct sockaddr_storage address = {0};
    int len = sizeof address;

    (void)uv_tcp_getsockname(&httpd->listener, (struct sockaddr *)&address,
                             &len);
    return address.ss_family == AF_INET6
               ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
               : ntohs(((struct sockaddr_in *)&address)->sin_port);
}
