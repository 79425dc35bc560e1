/* A house with a command socket, and a raw peer outside, for the tests of
 * sock.h. Allocations fail on demand: link with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup. */

#ifndef NJ_TEST_IO_SOCK_HOUSE_H
#define NJ_TEST_IO_SOCK_HOUSE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "base/limits.h"
#include "base/log.h"
#include "io/sock.h"

/* ---- allocation that fails on demand ------------------------------------ */

static _Thread_local int calls_left = -1; /* -1: never fail */
static _Thread_local int in_a_row = 1;    /* how many fail then */

static inline int fails(void)
{
    if (calls_left < 0 || calls_left-- > 0) {
        return 0;
    }
    if (in_a_row > 1) {
        in_a_row--;
        calls_left = 0;
    }
    return 1;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
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

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

/* ---- a house with a socket ---------------------------------------------- */

enum answer {
    DO_ECHO,
    DO_SILENCE,
    DO_FLOOD,
    DO_CLOSE,
    DO_SEND_AND_CLOSE,
    DO_CLOSE_SERVER
};

struct house {
    char dir[32];
    char path[64];
    struct nj_loop *loop;
    struct nj_sock_server *server;
    struct nj_timer guard;
    enum answer answer;
    int stop_at_lines; /* stop the loop then; 0: never */
    int stop_at_closes;
    int opened;
    int lines;
    int closes;
    char last[64]; /* line */
    char why[64];
    uid_t uid;
    int server_closed;
    struct nj_sock *sock; /* the last one opened */
    int sent_code;
};

static inline void on_guard(struct nj_timer *timer)
{
    (void)timer;
    fail_msg("nothing happened for ten seconds");
}

static inline void run(struct house *h)
{
    int64_t ms = 10000;

    assert_int_equal(nj_timer_set(h->loop, &h->guard, ms, 0, on_guard), 0);
    nj_loop_run(h->loop);
    nj_timer_stop(&h->guard);
}

static inline void on_server_closed(void *ctx)
{
    struct house *h = ctx;

    h->server_closed = 1;
    h->server = NULL;
    nj_timer_stop(&h->guard);
}

static inline void on_open(void *ctx, struct nj_sock *sock)
{
    struct house *h = ctx;

    h->opened++;
    h->sock = sock;
    h->uid = nj_sock_peer_uid(sock);
    nj_sock_set_ctx(sock, &h->opened);
}

static inline void flood(struct house *h, struct nj_sock *sock)
{
    static char big[100000];

    memset(big, 'x', sizeof big);
    do {
        h->sent_code = nj_sock_send(sock, big, sizeof big);
    } while (h->sent_code == 0);
}

static inline void send_and_close(struct nj_sock *sock)
{
    size_t len = 3 << 20;
    char *big = malloc(len);

    assert_non_null(big);
    memset(big, 'y', len);
    assert_int_equal(nj_sock_send(sock, big, len), 0);
    free(big);
    nj_sock_close(sock);
    nj_sock_close(sock);
    assert_int_equal(nj_sock_send(sock, "late", 4), NJ_E_STATE);
}

static inline void
on_line(void *ctx, struct nj_sock *sock, const char *line, size_t len)
{
    struct house *h = ctx;

    assert_int_equal(strlen(line), len);
    assert_ptr_equal(nj_sock_ctx(sock), &h->opened);
    (void)snprintf(h->last, sizeof h->last, "%s", line);
    if (++h->lines == h->stop_at_lines) {
        nj_loop_stop(h->loop);
    }
    switch (h->answer) {
    case DO_ECHO:
        h->sent_code = nj_sock_send(sock, line, len);
        break;
    case DO_FLOOD:
        flood(h, sock);
        break;
    case DO_CLOSE:
        nj_sock_close(sock);
        break;
    case DO_SEND_AND_CLOSE:
        send_and_close(sock);
        break;
    case DO_CLOSE_SERVER:
        nj_sock_server_close(h->server, on_server_closed, h);
        break;
    case DO_SILENCE:
        break;
    }
}

static inline void on_close(void *ctx, struct nj_sock *sock, const char *why)
{
    struct house *h = ctx;

    if (sock == h->sock) {
        h->sock = NULL;
    }
    (void)snprintf(h->why, sizeof h->why, "%s", why);
    if (++h->closes == h->stop_at_closes) {
        nj_loop_stop(h->loop);
    }
}

static inline struct nj_sock_events events_of(struct house *h)
{
    return (struct nj_sock_events){on_open, on_line, on_close, h};
}

static inline int listen_at(struct house *h, struct nj_err *err)
{
    struct nj_sock_events events = events_of(h);

    return nj_sock_listen(h->loop, h->path, 0640, &events, &h->server, err);
}

static inline void open_house_at_speed(struct house *h, double speed)
{
    struct nj_clock clock = {speed > 0 ? NJ_CLOCK_FAST : NJ_CLOCK_REAL, 0,
                             speed};

    *h = (struct house){.dir = "/tmp/nj-sock-XXXXXX"};
    assert_non_null(mkdtemp(h->dir));
    (void)snprintf(h->path, sizeof h->path, "%s/s", h->dir);
    assert_int_equal(nj_loop_create(&clock, &h->loop, NULL), 0);
}

static inline void open_house(struct house *h, enum answer answer)
{
    open_house_at_speed(h, 0);
    h->answer = answer;
    assert_int_equal(listen_at(h, NULL), 0);
}

static inline void close_house(struct house *h)
{
    char lock[72];

    if (h->server != NULL) {
        nj_sock_server_close(h->server, on_server_closed, h);
        run(h);
        assert_int_equal(h->server_closed, 1);
    }
    nj_loop_destroy(h->loop);
    (void)unlink(h->path);
    (void)snprintf(lock, sizeof lock, "%s.lock", h->path);
    (void)unlink(lock);
    assert_int_equal(rmdir(h->dir), 0);
}

/* ---- a raw peer --------------------------------------------------------- */

static inline struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memcpy(address.sun_path, path, strlen(path) + 1);
    return address;
}

static inline int raw_connect(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address),
                     0);
    return fd;
}

static inline int raw_listen(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    return fd;
}

static inline void raw_send(int fd, const char *bytes, size_t len)
{
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

static inline int raw_speak(struct house *h, const char *bytes)
{
    int fd = raw_connect(h->path);

    raw_send(fd, bytes, strlen(bytes));
    return fd;
}

/* What arrives until the other side closes: bytes read. */
static inline size_t raw_read_all(int fd)
{
    char bytes[65536];
    size_t total = 0;
    ssize_t n;

    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0) {
        total += (size_t)n;
    }
    return total;
}

static inline void no_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)level;
    (void)text;
    ++*(int *)ctx;
}

#endif
