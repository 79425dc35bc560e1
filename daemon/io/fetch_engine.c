/* The engine's life: libcurl's sockets and timer on the loop, birth and end. */

#include "io/fetch_engine.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "io/lane.h"
#include "io/mailer.h"

struct nj_fetch_socket {
    uv_poll_t poll;
    struct nj_fetcher *fetcher;
    int fd;
    int wanted;  /* UV_READABLE, UV_WRITABLE: what libcurl waits for */
    int polling; /* what the uv_poll waits for, may be more */
    int ours;    /* 1: opened by open_socket; 0: a resolver's wake-up pipe */
};

static void finish_closing(struct nj_defer *defer);
static void close_strays(struct nj_fetcher *fetcher);
static void drive(struct nj_fetcher *fetcher, curl_socket_t fd, int events);

void nj_engine_look_closed(struct nj_fetcher *fetcher)
{
    if (fetcher->is_shut && fetcher->open_polls == 0 &&
        fetcher->lane_count == 0) {
        nj_loop_defer(fetcher->loop, &fetcher->closing, finish_closing);
    }
}

/* ---- driving the multi handle ------------------------------------------- */

static void take_results(struct nj_fetcher *fetcher)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
        struct nj_transfer *transfer = NULL;
        CURLcode result = message->data.result;
        CURL *easy = message->easy_handle;

        (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        (void)curl_multi_remove_handle(fetcher->multi, easy);
        nj_transfer_done(transfer, result);
    }
}

static void on_kick(struct nj_defer *defer)
{
    drive(defer->ctx, CURL_SOCKET_TIMEOUT, 0);
}

static void on_due(struct nj_timer *timer)
{
    drive(timer->ctx, CURL_SOCKET_TIMEOUT, 0);
}

/* Run libcurl again in TIMEOUT_MS. Too early does no harm, so a timer that
 * cannot be had becomes a run in the next turn. */
static void run_in(struct nj_fetcher *fetcher, int64_t timeout_ms)
{
    int64_t slack_ms = timeout_ms < 1000 ? 0 : 50;

    if (timeout_ms <= 0 || nj_timer_set(fetcher->loop, &fetcher->timer,
                                        timeout_ms, slack_ms, on_due) != 0) {
        nj_loop_defer(fetcher->loop, &fetcher->kick, on_kick);
    }
}

/* When memory runs out in here, libcurl 7.88 forgets its timer and leaves its
 * table of sockets in ruins (the next use of it is a SIGFPE): so everything
 * under way is given up, and the next request begins a new multi handle. */
static void start_afresh(struct nj_fetcher *fetcher)
{
    nj_transfers_detach(fetcher);
    (void)curl_multi_cleanup(fetcher->multi);
    close_strays(fetcher);
    fetcher->multi = NULL;
    nj_transfers_give_up(fetcher);
}

static void drive(struct nj_fetcher *fetcher, curl_socket_t fd, int events)
{
    int running;
    CURLMcode code;

    if (fetcher->multi == NULL) {
        return;
    }
    code = curl_multi_socket_action(fetcher->multi, fd, events, &running);
    take_results(fetcher);
    if (code != CURLM_OK) {
        start_afresh(fetcher);
    }
}

static int on_timer(CURLM *multi, long timeout_ms, void *userp)
{
    struct nj_fetcher *fetcher = userp;

    (void)multi;
    if (timeout_ms < 0) {
        nj_timer_stop(&fetcher->timer);
    } else {
        run_in(fetcher, timeout_ms);
    }
    return 0;
}

/* ---- sockets ------------------------------------------------------------ */

static struct nj_fetch_socket *find_socket(struct nj_fetcher *fetcher, int fd)
{
    return (size_t)fd < fetcher->fds ? fetcher->by_fd[fd] : NULL;
}

static int make_room(struct nj_fetcher *fetcher, int fd)
{
    size_t need = (size_t)fd + 1;
    size_t room = fetcher->fds == 0 ? 64 : fetcher->fds;
    struct nj_fetch_socket **table;

    if (need <= fetcher->fds) {
        return 0;
    }
    while (room < need) {
        room *= 2;
    }
    table = realloc(fetcher->by_fd, room * sizeof(struct nj_fetch_socket *));
    if (table == NULL) {
        return NJ_E_NOMEM;
    }
    memset(table + fetcher->fds, 0,
           (room - fetcher->fds) * sizeof(struct nj_fetch_socket *));
    fetcher->by_fd = table;
    fetcher->fds = room;
    return 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct nj_fetch_socket *socket = handle->data;
    struct nj_fetcher *fetcher = socket->fetcher;

    free(socket);
    fetcher->open_polls--;
    nj_engine_look_closed(fetcher);
}

static void forget_socket(struct nj_fetch_socket *socket)
{
    socket->fetcher->by_fd[socket->fd] = NULL;
    uv_close((uv_handle_t *)&socket->poll, on_poll_closed);
}

static struct nj_fetch_socket *
watch_socket(struct nj_fetcher *fetcher, int fd, int ours)
{
    struct nj_fetch_socket *socket = find_socket(fetcher, fd);

    if (socket != NULL) {
        forget_socket(socket); /* closed without a word, for want of memory */
    }
    if (make_room(fetcher, fd) != 0) {
        return NULL;
    }
    socket = calloc(1, sizeof *socket);
    if (socket == NULL ||
        uv_poll_init(nj_loop_uv(fetcher->loop), &socket->poll, fd) != 0) {
        free(socket);
        return NULL;
    }
    socket->fetcher = fetcher;
    socket->fd = fd;
    socket->ours = ours;
    socket->poll.data = socket;
    uv_unref((uv_handle_t *)&socket->poll);
    fetcher->by_fd[fd] = socket;
    fetcher->open_polls++;
    return socket;
}

/* A socket with an error (libuv calls it EBADF, and stops) may still have bytes
 * of an answer, so libcurl is told to read, and finds the error behind them. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct nj_fetch_socket *socket = poll->data;
    int flags = 0;

    if (status < 0) {
        socket->polling = 0;
        flags = CURL_CSELECT_ERR | CURL_CSELECT_IN;
    }
    if (socket->wanted == 0) { /* an idle connection: its peer left it */
        (void)uv_poll_stop(poll);
        socket->polling = 0;
        return;
    }
    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    drive(socket->fetcher, socket->fd, flags);
}

static void want(struct nj_fetch_socket *socket, int events)
{
    socket->wanted = events;
    if (events == 0) {
        uv_unref((uv_handle_t *)&socket->poll);
        return;
    }
    uv_ref((uv_handle_t *)&socket->poll);
    if (events != socket->polling &&
        uv_poll_start(&socket->poll, events, on_poll) == 0) {
        socket->polling = events;
    }
}

/* libcurl waits for WHAT on FD. Never fails: that would end all transfers for
 * good. A resolver's pipe that cannot be watched is looked at by its timer. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *userp, void *socketp)
{
    struct nj_fetcher *fetcher = userp;
    struct nj_fetch_socket *socket = find_socket(fetcher, fd);

    (void)easy;
    (void)socketp;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL && socket->ours) {
            want(socket, 0);
        } else if (socket != NULL) {
            forget_socket(socket);
        }
        return 0;
    }
    if (socket == NULL) {
        socket = watch_socket(fetcher, fd, 0);
    }
    if (socket != NULL) {
        want(socket, ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                         ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0));
    }
    return 0;
}

/* Let a dead peer be noticed: without this a connection whose packets vanish
 * keeps failing every request that is sent over it. */
static void watch_peer(int fd)
{
    unsigned unacked_ms = NJ_FETCH_UNACKED_MS;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms,
                     sizeof unacked_ms);
}

static curl_socket_t
open_socket(void *userp, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct nj_transfer *transfer = userp;
    int fd;

    if (purpose != CURLSOCKTYPE_IPCXN ||
        !nj_transfer_may_connect(transfer, &address->addr, address->addrlen)) {
        return CURL_SOCKET_BAD;
    }
    fd = socket(address->family,
                address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                address->protocol);
    if (fd < 0) {
        return CURL_SOCKET_BAD;
    }
    if (watch_socket(transfer->fetcher, fd, 1) == NULL) {
        (void)close(fd);
        return CURL_SOCKET_BAD;
    }
    watch_peer(fd);
    return fd;
}

static int close_socket(void *userp, curl_socket_t fd)
{
    struct nj_fetcher *fetcher = userp;
    struct nj_fetch_socket *socket = find_socket(fetcher, fd);

    if (socket != NULL) {
        forget_socket(socket);
    }
    return close(fd);
}

/* ---- handles ------------------------------------------------------------ */

/* Options that never change. CAPATH must be unset, or libcurl reads the whole
 * CA file anew for each connection (30 ms instead of 1). QUICK_EXIT keeps a
 * resolver that hangs from holding up the loop. */
int nj_engine_adopt(struct nj_fetcher *fetcher, CURL *easy)
{
    int bad = 0; /* our name and encodings: see set_headers */

    bad |= (int)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_CAINFO, fetcher->ca_file);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    bad |= (int)curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    bad |= (int)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= (int)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING,
                                 "gzip, deflate, br");
    bad |= (int)curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                                 (long)CURL_SSLVERSION_TLSv1_2);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 60L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT,
                                 (long)NJ_FETCH_SLOW_BYTES);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    bad |=
        (int)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, fetcher);
    return bad == 0 ? 0 : NJ_E_NOMEM;
}

/* ---- birth and end ------------------------------------------------------ */

int nj_engine_ready(struct nj_fetcher *fetcher)
{
    CURLM *multi = fetcher->multi;

    if (multi != NULL) {
        return 0;
    }
    multi = curl_multi_init();
    if (multi == NULL) {
        return NJ_E_NOMEM;
    }
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, fetcher);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERDATA, fetcher);
    (void)curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                            fetcher->per_host);
    (void)curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                            fetcher->total);
    (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, fetcher->total);
    fetcher->multi = multi;
    return 0;
}

/* The CA file of OPTS, or the one libcurl was built with. */
static int choose_ca(struct nj_fetcher *fetcher,
                     const struct nj_fetcher_opts *opts,
                     struct nj_err *err)
{
    const char *file = opts->ca_file;

    if (file != NULL && access(file, R_OK) != 0) {
        return nj_err_set(err, NJ_E_IO,
                          "fetcher: cannot read the CA file %s; name a file "
                          "with PEM certificates",
                          file);
    }
    if (file == NULL) {
        file = curl_version_info(CURLVERSION_NOW)->cainfo;
    }
    fetcher->ca_file = strdup(file == NULL ? "" : file);
    return fetcher->ca_file == NULL
               ? nj_err_set(err, NJ_E_NOMEM, "fetcher: no memory")
               : 0;
}

static void free_fetcher(struct nj_fetcher *fetcher)
{
    while (fetcher->spare != NULL) {
        struct nj_transfer *transfer = fetcher->spare;

        fetcher->spare = transfer->next;
        nj_transfer_free(transfer);
    }
    if (fetcher->multi != NULL) {
        (void)curl_multi_cleanup(fetcher->multi);
    }
    nj_engine_unshare(fetcher);
    free(fetcher->by_fd);
    free(fetcher->user_agent);
    free(fetcher->ca_file);
    free(fetcher);
}

static int open_engine(struct nj_fetcher *fetcher,
                       const struct nj_fetcher_opts *opts,
                       struct nj_err *err)
{
    const char *agent =
        opts->user_agent == NULL ? "nightjar/" NJ_VERSION : opts->user_agent;

    fetcher->per_host = opts->per_host > 0 ? opts->per_host : 6;
    fetcher->total = opts->total > 0 ? opts->total : 64;
    if (asprintf(&fetcher->user_agent, "User-Agent: %s", agent) < 0) {
        fetcher->user_agent = NULL;
    }
    if (fetcher->user_agent == NULL || nj_engine_ready(fetcher) != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "fetcher: no memory");
    }
    return choose_ca(fetcher, opts, err);
}

/* libcurl brings GnuTLS along, for LDAP and RTMP, which are never spoken here;
 * it would set itself up in every process that as much as loads it. This is its
 * way to be told not to (GNUTLS_SKIP_GLOBAL_INIT in its header); a program must
 * export it. libldap would still set it up on its own. */
int _gnutls_global_init_skip(void);

int _gnutls_global_init_skip(void)
{
    return 1;
}

int nj_fetcher_create(struct nj_loop *loop,
                      const struct nj_fetcher_opts *opts,
                      struct nj_fetcher **out,
                      struct nj_err *err)
{
    static const struct nj_fetcher_opts plain = {0};
    struct nj_fetcher *fetcher;
    int code;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return nj_err_set(err, NJ_E_NOMEM, "fetcher: libcurl does not start");
    }
    fetcher = calloc(1, sizeof *fetcher);
    if (fetcher == NULL) {
        curl_global_cleanup();
        return nj_err_set(err, NJ_E_NOMEM, "fetcher: no memory");
    }
    fetcher->loop = loop;
    fetcher->timer.ctx = fetcher;
    fetcher->kick.ctx = fetcher;
    fetcher->closing.ctx = fetcher;
    code = open_engine(fetcher, opts == NULL ? &plain : opts, err);
    if (code != 0) {
        free_fetcher(fetcher);
        curl_global_cleanup();
        return code;
    }
    *out = fetcher;
    return 0;
}

/* Sockets that libcurl lost for want of memory. */
static void close_strays(struct nj_fetcher *fetcher)
{
    for (size_t i = 0; i < fetcher->fds; i++) {
        struct nj_fetch_socket *socket = fetcher->by_fd[i];
        int is_ours = socket != NULL && socket->ours;

        if (socket != NULL) {
            forget_socket(socket);
        }
        if (is_ours) {
            (void)close((int)i);
        }
    }
}

/* All answers are given: close the connections. Their uv handles close in the
 * next turn. */
static void shut_engine(struct nj_fetcher *fetcher)
{
    nj_timer_stop(&fetcher->timer);
    while (fetcher->spare != NULL) {
        struct nj_transfer *transfer = fetcher->spare;

        fetcher->spare = transfer->next;
        nj_transfer_free(transfer);
    }
    if (fetcher->multi != NULL) {
        (void)curl_multi_cleanup(fetcher->multi);
    }
    fetcher->multi = NULL;
    fetcher->is_shut = 1;
    close_strays(fetcher);
    nj_lanes_close(fetcher);
    nj_timer_stop(&fetcher->timer);
    nj_loop_undefer(fetcher->loop, &fetcher->kick);
}

static void on_mailer_gone(void *ctx)
{
    struct nj_fetcher *fetcher = ctx;

    fetcher->mailer = NULL;
    nj_loop_defer(fetcher->loop, &fetcher->closing, finish_closing);
}

static void finish_closing(struct nj_defer *defer)
{
    struct nj_fetcher *fetcher = defer->ctx;
    void (*on_closed)(void *ctx) = fetcher->on_closed;
    void *ctx = fetcher->closed_ctx;

    if (fetcher->unanswered > 0) {
        nj_loop_defer(fetcher->loop, &fetcher->closing, finish_closing);
        return;
    }
    if (!fetcher->is_shut) {
        shut_engine(fetcher);
    }
    if (fetcher->open_polls > 0 || fetcher->lane_count > 0 ||
        fetcher->mailer != NULL) {
        return; /* whoever goes last comes back here */
    }
    free_fetcher(fetcher);
    curl_global_cleanup();
    if (on_closed != NULL) {
        on_closed(ctx);
    }
}

void nj_fetcher_close(struct nj_fetcher *fetcher,
                      void (*on_closed)(void *ctx),
                      void *ctx)
{
    fetcher->is_closing = 1;
    fetcher->on_closed = on_closed;
    fetcher->closed_ctx = ctx;
    nj_transfers_cancel(fetcher);
    if (fetcher->mailer != NULL) {
        nj_mailer_close(fetcher->mailer, on_mailer_gone, fetcher);
    }
    nj_loop_defer(fetcher->loop, &fetcher->closing, finish_closing);
}
