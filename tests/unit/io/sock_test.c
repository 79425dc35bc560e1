/* The command socket: its place, its server, both kinds of client, and peers
 * that behave badly. */
// link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=strdup

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

static int fails(void)
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

static void on_guard(struct nj_timer *timer)
{
    (void)timer;
    fail_msg("nothing happened for ten seconds");
}

static void run(struct house *h)
{
    int64_t ms = 10000;

    assert_int_equal(nj_timer_set(h->loop, &h->guard, ms, 0, on_guard), 0);
    nj_loop_run(h->loop);
    nj_timer_stop(&h->guard);
}

static void on_server_closed(void *ctx)
{
    struct house *h = ctx;

    h->server_closed = 1;
    h->server = NULL;
    nj_timer_stop(&h->guard);
}

static void on_open(void *ctx, struct nj_sock *sock)
{
    struct house *h = ctx;

    h->opened++;
    h->sock = sock;
    h->uid = nj_sock_peer_uid(sock);
    nj_sock_set_ctx(sock, &h->opened);
}

static void flood(struct house *h, struct nj_sock *sock)
{
    static char big[100000];

    memset(big, 'x', sizeof big);
    do {
        h->sent_code = nj_sock_send(sock, big, sizeof big);
    } while (h->sent_code == 0);
}

static void send_and_close(struct nj_sock *sock)
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

static void
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

static void on_close(void *ctx, struct nj_sock *sock, const char *why)
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

static struct nj_sock_events events_of(struct house *h)
{
    return (struct nj_sock_events){on_open, on_line, on_close, h};
}

static int listen_at(struct house *h, struct nj_err *err)
{
    struct nj_sock_events events = events_of(h);

    return nj_sock_listen(h->loop, h->path, 0640, &events, &h->server, err);
}

static void open_house_at_speed(struct house *h, double speed)
{
    struct nj_clock clock = {speed > 0 ? NJ_CLOCK_FAST : NJ_CLOCK_REAL, 0,
                             speed};

    *h = (struct house){.dir = "/tmp/nj-sock-XXXXXX"};
    assert_non_null(mkdtemp(h->dir));
    (void)snprintf(h->path, sizeof h->path, "%s/s", h->dir);
    assert_int_equal(nj_loop_create(&clock, &h->loop, NULL), 0);
}

static void open_house(struct house *h, enum answer answer)
{
    open_house_at_speed(h, 0);
    h->answer = answer;
    assert_int_equal(listen_at(h, NULL), 0);
}

static void close_house(struct house *h)
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

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memcpy(address.sun_path, path, strlen(path) + 1);
    return address;
}

static int raw_connect(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address),
                     0);
    return fd;
}

static int raw_listen(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    return fd;
}

static void raw_send(int fd, const char *bytes, size_t len)
{
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

static int raw_speak(struct house *h, const char *bytes)
{
    int fd = raw_connect(h->path);

    raw_send(fd, bytes, strlen(bytes));
    return fd;
}

/* What arrives until the other side closes: bytes read. */
static size_t raw_read_all(int fd)
{
    char bytes[65536];
    size_t total = 0;
    ssize_t n;

    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0) {
        total += (size_t)n;
    }
    return total;
}

/* ---- its place ---------------------------------------------------------- */

static void assert_refused(struct house *h, int code, const char *words)
{
    struct nj_err err = {0};

    assert_int_equal(listen_at(h, &err), code);
    assert_non_null(strstr(err.text, words));
    assert_null(h->server);
}

static void path_longer_than_an_address_is_refused(void **state)
{
    struct house h;
    struct nj_sock_events events = events_of(&h);
    struct nj_err err = {0};
    char path[200];
    (void)state;

    open_house_at_speed(&h, 0);
    memset(path, 'p', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_int_equal(
        nj_sock_listen(h.loop, path, 0600, &events, &h.server, &err),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "at most 107"));
    assert_int_equal(nj_sock_connect(h.loop, path, &events, &h.sock, &err),
                     NJ_E_INVALID);
    close_house(&h);
}

static void empty_path_is_refused(void **state)
{
    struct house h;
    char was[64];
    (void)state;

    open_house_at_speed(&h, 0);
    memcpy(was, h.path, sizeof was);
    h.path[0] = '\0';
    assert_refused(&h, NJ_E_INVALID, "empty");
    memcpy(h.path, was, sizeof was);
    close_house(&h);
}

static void file_that_is_no_socket_is_left_alone(void **state)
{
    struct house h;
    struct stat st;
    FILE *file;
    (void)state;

    open_house_at_speed(&h, 0);
    file = fopen(h.path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_refused(&h, NJ_E_EXISTS, "is no socket");
    assert_int_equal(stat(h.path, &st), 0);
    close_house(&h);
}

static void directory_that_is_not_there_is_told(void **state)
{
    struct house h;
    (void)state;

    open_house_at_speed(&h, 0);
    assert_int_equal(rmdir(h.dir), 0);
    assert_refused(&h, NJ_E_IO, "No such file");
    assert_int_equal(mkdir(h.dir, 0700), 0);
    close_house(&h);
}

static void second_daemon_is_refused(void **state)
{
    struct house h;
    struct nj_sock_server *second = NULL;
    struct nj_sock_events events = events_of(&h);
    struct nj_err err = {0};
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(
        nj_sock_listen(h.loop, h.path, 0600, &events, &second, &err),
        NJ_E_EXISTS);
    assert_non_null(strstr(err.text, "another nightjard runs"));
    close_house(&h);
}

static void live_socket_without_a_lock_is_refused(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house_at_speed(&h, 0);
    fd = raw_listen(h.path);
    assert_refused(&h, NJ_E_EXISTS, "another nightjard runs");
    (void)close(fd);
    close_house(&h);
}

static void stale_socket_is_replaced_and_gets_its_mode(void **state)
{
    struct house h;
    struct stat st;
    (void)state;

    open_house_at_speed(&h, 0);
    (void)close(raw_listen(h.path)); /* the file stays, nobody listens */
    assert_int_equal(listen_at(&h, NULL), 0);
    assert_int_equal(stat(h.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    close_house(&h);
}

static void closed_server_removes_its_file_and_frees_its_place(void **state)
{
    struct house h;
    struct stat st;
    (void)state;

    open_house(&h, DO_ECHO);
    nj_sock_server_close(h.server, on_server_closed, &h);
    assert_int_equal(h.server_closed, 0); /* never inside the call */
    run(&h);
    assert_int_equal(h.server_closed, 1);
    assert_int_equal(stat(h.path, &st), -1);
    assert_int_equal(listen_at(&h, NULL), 0);
    close_house(&h);
}

static void file_of_another_is_not_removed_at_the_end(void **state)
{
    struct house h;
    struct stat st;
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(unlink(h.path), 0);
    fd = raw_listen(h.path);
    nj_sock_server_close(h.server, NULL, NULL);
    h.server = NULL;
    nj_loop_run(h.loop);
    assert_int_equal(stat(h.path, &st), 0);
    (void)close(fd);
    close_house(&h);
}

/* In a child process: descriptors from LISTEN_FDS have fixed numbers. */
static int serve_handed_over(struct house *h)
{
    char pid[16];
    int fd = raw_listen(h->path);
    int peer;

    if (dup2(fd, 3) != 3) {
        return 1;
    }
    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    (void)setenv("LISTEN_PID", pid, 1);
    (void)setenv("LISTEN_FDS", "1", 1);
    if (listen_at(h, NULL) != 0) {
        return 2;
    }
    peer = raw_speak(h, "hello\n");
    h->stop_at_lines = 1;
    run(h);
    nj_sock_server_close(h->server, on_server_closed, h);
    run(h);
    (void)close(peer);
    /* systemd's file is systemd's to remove. */
    return strcmp(h->last, "hello") == 0 && access(h->path, F_OK) == 0 ? 0 : 3;
}

static void socket_handed_over_by_systemd_is_used(void **state)
{
    struct house h;
    int status = -1;
    pid_t pid;
    (void)state;

    pid = fork();
    if (pid == 0) {
        (void)close(3);
        (void)dup2(2, 3); /* keeps 3 from being the loop's */
        open_house_at_speed(&h, 0);
        status = serve_handed_over(&h);
        (void)unlink(h.path);
        (void)rmdir(h.dir);
        _exit(status);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- lines -------------------------------------------------------------- */

static void line_goes_there_and_back_with_the_peers_uid(void **state)
{
    struct house h;
    char answer[32] = "";
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    fd = raw_speak(&h, "hello\n");
    h.stop_at_lines = 1;
    run(&h);
    assert_int_equal(recv(fd, answer, sizeof answer, 0), 6);
    assert_string_equal(answer, "hello\n");
    assert_int_equal(h.uid, getuid());
    (void)close(fd);
    close_house(&h);
}

static void lines_in_one_piece_and_line_in_pieces(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "one\ntwo\nthr");
    h.stop_at_lines = 2;
    run(&h);
    assert_string_equal(h.last, "two");
    raw_send(fd, "ee\n", 3);
    h.stop_at_lines = 3;
    run(&h);
    assert_string_equal(h.last, "three");
    (void)close(fd);
    close_house(&h);
}

static void peer_that_goes_is_told_with_why(void **state)
{
    struct house h;
    (void)state;

    open_house(&h, DO_ECHO);
    (void)close(raw_speak(&h, "unfinished"));
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(h.lines, 0);
    assert_string_equal(h.why, "the peer has gone");
    close_house(&h);
}

static void nul_byte_ends_the_connection(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    fd = raw_connect(h.path);
    raw_send(fd, "a\0b\n", 4);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "a line has a NUL byte");
    assert_int_equal(h.lines, 0);
    assert_int_equal(raw_read_all(fd), 0);
    (void)close(fd);
    close_house(&h);
}

/* A peer on its own thread, so that it may block. */
struct peer {
    uv_thread_t thread;
    const char *path;
    size_t write_bytes;
    size_t read_bytes;
};

static void write_much(void *arg)
{
    struct peer *peer = arg;
    int fd = raw_connect(peer->path);
    char bytes[4096];
    size_t sent = 0;

    memset(bytes, 'z', sizeof bytes);
    while (sent < peer->write_bytes &&
           send(fd, bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
        sent += sizeof bytes;
    }
    (void)close(fd);
}

static void line_over_the_limit_ends_the_connection(void **state)
{
    struct house h;
    struct peer peer = {.path = h.path,
                        .write_bytes = NJ_LIMIT_FRAME_BYTES + 65536};
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(uv_thread_create(&peer.thread, write_much, &peer), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "a line is too long");
    assert_int_equal(h.lines, 0);
    close_house(&h);
    assert_int_equal(uv_thread_join(&peer.thread), 0);
}

static void peer_that_never_reads_is_dropped(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_FLOOD);
    fd = raw_speak(&h, "go\n");
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(h.sent_code, NJ_E_TOOBIG);
    assert_string_equal(h.why, "the peer does not read");
    (void)close(fd);
    close_house(&h);
}

static void read_slowly(void *arg)
{
    struct peer *peer = arg;
    int fd = raw_connect(peer->path);

    raw_send(fd, "go\nnot heard any more\n", 22);
    (void)usleep(20000);
    peer->read_bytes = raw_read_all(fd);
    (void)close(fd);
}

static void closing_sends_all_that_is_queued_first(void **state)
{
    struct house h;
    struct peer peer = {.path = h.path};
    (void)state;

    open_house(&h, DO_SEND_AND_CLOSE);
    assert_int_equal(uv_thread_create(&peer.thread, read_slowly, &peer), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(uv_thread_join(&peer.thread), 0);
    assert_int_equal(peer.read_bytes, (3 << 20) + 1);
    assert_string_equal(h.why, "closed by us");
    assert_int_equal(h.lines, 1);
    close_house(&h);
}

static void peer_that_does_not_read_the_rest_is_dropped_in_time(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house_at_speed(&h, 1000);
    h.answer = DO_SEND_AND_CLOSE;
    assert_int_equal(listen_at(&h, NULL), 0);
    fd = raw_speak(&h, "go\n");
    h.stop_at_closes = 1;
    nj_loop_run(h.loop);
    assert_string_equal(h.why, "the peer did not read the rest");
    (void)close(fd);
    nj_sock_server_close(h.server, on_server_closed, &h);
    nj_loop_run(h.loop);
    close_house(&h);
}

static void line_behind_the_one_that_closed_is_not_heard(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_CLOSE);
    fd = raw_speak(&h, "one\ntwo\n");
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.last, "one");
    assert_int_equal(h.lines, 1);
    (void)close(fd);
    close_house(&h);
}

static void server_closed_from_a_line_ends_every_connection(void **state)
{
    struct house h;
    int quiet;
    int fd;
    (void)state;

    open_house(&h, DO_CLOSE_SERVER);
    quiet = raw_connect(h.path);
    fd = raw_speak(&h, "end\nnot heard\n");
    run(&h);
    assert_int_equal(h.server_closed, 1);
    assert_int_equal(h.lines, 1);
    assert_int_equal(h.closes, h.opened);
    assert_string_equal(h.why, "nightjard is closing");
    (void)close(quiet);
    (void)close(fd);
    close_house(&h);
}

static void line_too_long_to_send_is_refused_and_harms_nothing(void **state)
{
    struct house h;
    size_t len = NJ_LIMIT_FRAME_BYTES + 1;
    char *big = calloc(len, 1);
    int fd;
    (void)state;

    assert_non_null(big);
    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    assert_int_equal(nj_sock_send(h.sock, big, len), NJ_E_TOOBIG);
    assert_int_equal(nj_sock_send(h.sock, "ok", 2), 0);
    free(big);
    (void)close(fd);
    close_house(&h);
}

/* ---- too much ----------------------------------------------------------- */

static void no_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)level;
    (void)text;
    ++*(int *)ctx;
}

static void connections_beyond_a_users_share_are_turned_away(void **state)
{
    struct house h;
    int fds[NJ_LIMIT_SOCKS_OF_USER + 3];
    int warnings = 0;
    char byte;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, no_log, &warnings);
    open_house(&h, DO_SILENCE);
    h.stop_at_lines = 1;
    for (int i = 0; i < NJ_LIMIT_SOCKS_OF_USER + 3; i++) {
        fds[i] = raw_connect(h.path);
        if (i == NJ_LIMIT_SOCKS_OF_USER - 1) {
            raw_send(fds[i], "x\n", 2);
            run(&h);
        }
    }
    assert_int_equal(recv(fds[0], &byte, 1, MSG_DONTWAIT), -1);
    h.stop_at_lines = 2;
    raw_send(fds[0], "y\n", 2); /* the old ones go on */
    run(&h);
    assert_int_equal(recv(fds[NJ_LIMIT_SOCKS_OF_USER], &byte, 1, 0), 0);
    assert_int_equal(h.opened, NJ_LIMIT_SOCKS_OF_USER);
    assert_int_equal(h.closes, 0); /* nobody saw those come or go */
    assert_int_equal(warnings, 1);
    for (int i = 0; i < NJ_LIMIT_SOCKS_OF_USER + 3; i++) {
        (void)close(fds[i]);
    }
    close_house(&h);
    nj_log_open(NJ_LOG_INFO, NULL, NULL);
}

enum { DRIPPERS = 18 };

struct drip {
    struct nj_timer timer; /* first */
    struct house *house;
    int fds[DRIPPERS];
    size_t sent[DRIPPERS];
};

static void on_drip(struct nj_timer *timer)
{
    static char bytes[65536];
    struct drip *drip = (struct drip *)timer;

    memset(bytes, 'd', sizeof bytes);
    for (int i = 0; i < DRIPPERS; i++) {
        while (drip->sent[i] < NJ_LIMIT_FRAME_BYTES - 65536) {
            ssize_t n = send(drip->fds[i], bytes, sizeof bytes,
                             MSG_DONTWAIT | MSG_NOSIGNAL);

            if (n <= 0) {
                break;
            }
            drip->sent[i] += (size_t)n;
        }
    }
    assert_int_equal(nj_timer_set(drip->house->loop, timer, 1, 0, on_drip), 0);
}

static void unfinished_lines_of_all_together_are_bounded(void **state)
{
    struct house h;
    struct drip drip = {.house = &h};
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    for (int i = 0; i < DRIPPERS; i++) {
        drip.fds[i] = raw_connect(h.path);
    }
    assert_int_equal(nj_timer_set(h.loop, &drip.timer, 0, 0, on_drip), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "too many unfinished lines in all");
    nj_timer_stop(&drip.timer);
    fd = raw_speak(&h, "a whole line still passes\n");
    h.stop_at_lines = 1;
    run(&h);
    (void)close(fd);
    for (int i = 0; i < DRIPPERS; i++) {
        (void)close(drip.fds[i]);
    }
    close_house(&h);
}

/* ---- the client on a loop ----------------------------------------------- */

struct agent {
    struct house *house;
    int opened;
    int closed;
    char line[64];
    char why[64];
    int close_at_open;
};

static void on_agent_open(void *ctx, struct nj_sock *sock)
{
    struct agent *agent = ctx;

    agent->opened++;
    if (agent->close_at_open) {
        nj_sock_close(sock);
    } else {
        assert_int_equal(nj_sock_send(sock, "ping", 4), 0);
    }
}

static void
on_agent_line(void *ctx, struct nj_sock *sock, const char *line, size_t len)
{
    struct agent *agent = ctx;

    (void)len;
    (void)snprintf(agent->line, sizeof agent->line, "%s", line);
    assert_int_equal(nj_sock_peer_uid(sock), getuid());
    nj_sock_close(sock);
}

static void on_agent_close(void *ctx, struct nj_sock *sock, const char *why)
{
    struct agent *agent = ctx;

    (void)sock;
    agent->closed++;
    (void)snprintf(agent->why, sizeof agent->why, "%s", why);
    nj_loop_stop(agent->house->loop);
}

static struct nj_sock *connect_agent(struct agent *agent)
{
    struct nj_sock_events events = {on_agent_open, on_agent_line,
                                    on_agent_close, agent};
    struct nj_sock *sock = NULL;

    assert_int_equal(nj_sock_connect(agent->house->loop, agent->house->path,
                                     &events, &sock, NULL),
                     0);
    assert_int_equal(nj_sock_send(sock, "early", 5), NJ_E_STATE);
    return sock;
}

static void client_that_finds_nobody_is_told_by_close_alone(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house_at_speed(&h, 0);
    (void)connect_agent(&agent);
    assert_int_equal(agent.closed, 0); /* never inside the call */
    run(&h);
    assert_int_equal(agent.opened, 0);
    assert_int_equal(agent.closed, 1);
    assert_string_equal(agent.why, "no such file or directory");
    close_house(&h);
}

static void client_speaks_hears_and_closes(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    (void)connect_agent(&agent);
    run(&h);
    assert_string_equal(agent.line, "ping");
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

static void client_closed_while_connecting_is_told_once(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    nj_sock_close(connect_agent(&agent));
    run(&h);
    assert_int_equal(agent.opened, 0);
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

static void client_may_close_as_soon_as_it_stands(void **state)
{
    struct house h;
    struct agent agent = {.house = &h, .close_at_open = 1};
    (void)state;

    open_house(&h, DO_ECHO);
    (void)connect_agent(&agent);
    run(&h);
    assert_int_equal(agent.opened, 1);
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

/* ---- the blocking client ------------------------------------------------ */

struct caller {
    uv_thread_t thread;
    struct house *house;
    int code;
    char text[NJ_ERR_TEXT];
};

static void call_twice(void *arg)
{
    struct caller *caller = arg;
    struct nj_line_client *client = NULL;
    struct nj_err err = {0};
    const char *line = NULL;
    size_t len = 1;
    int ok = 0;

    ok += nj_line_connect(caller->house->path, &client, &err) == 0;
    ok += nj_line_send(client, "first", 5, &err) == 0;
    ok += nj_line_send(client, "second", 6, &err) == 0;
    ok += nj_line_next(client, 5000, &line, &len, &err) == 0 && len == 5 &&
          strcmp(line, "first") == 0;
    ok += nj_line_next(client, -1, &line, &len, &err) == 0 && len == 6 &&
          strcmp(line, "second") == 0;
    ok += nj_line_next(client, 20, &line, &len, &err) == NJ_E_TIMEOUT;
    nj_line_close(client);
    caller->code = ok;
}

static void blocking_client_speaks_hears_and_times_out(void **state)
{
    struct house h;
    struct caller caller = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    h.stop_at_closes = 1;
    assert_int_equal(uv_thread_create(&caller.thread, call_twice, &caller), 0);
    run(&h);
    assert_int_equal(uv_thread_join(&caller.thread), 0);
    assert_int_equal(caller.code, 6);
    close_house(&h);
}

static void hear_to_the_end(void *arg)
{
    struct caller *caller = arg;
    struct nj_line_client *client = NULL;
    const char *line = NULL;
    size_t len = 1;
    int ok = 0;

    ok += nj_line_connect(caller->house->path, &client, NULL) == 0;
    ok += nj_line_send(client, "go", 2, NULL) == 0;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && len == 3 << 20;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && line == NULL &&
          len == 0;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && line == NULL;
    nj_line_close(client);
    caller->code = ok;
}

static void blocking_client_hears_a_long_answer_and_the_end(void **state)
{
    struct house h;
    struct caller caller = {.house = &h};
    (void)state;

    open_house(&h, DO_SEND_AND_CLOSE);
    h.stop_at_closes = 1;
    assert_int_equal(uv_thread_create(&caller.thread, hear_to_the_end, &caller),
                     0);
    run(&h);
    assert_int_equal(uv_thread_join(&caller.thread), 0);
    assert_int_equal(caller.code, 5);
    close_house(&h);
}

static void blocking_client_says_when_nobody_is_there(void **state)
{
    struct nj_line_client *client = NULL;
    struct nj_err err = {0};
    char path[200];
    (void)state;

    assert_int_equal(nj_line_connect("/tmp/nj-nowhere", &client, &err),
                     NJ_E_NET);
    assert_non_null(strstr(err.text, "is it running?"));
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(nj_line_connect(path, &client, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "at most 107"));
    assert_null(client);
    nj_line_close(NULL);
}

/* A client whose other end is ours: what a false daemon might say. */
static struct nj_line_client *client_of(struct house *h, int *out_peer)
{
    struct nj_line_client *client = NULL;
    int listener;

    open_house_at_speed(h, 0);
    listener = raw_listen(h->path);
    assert_int_equal(nj_line_connect(h->path, &client, NULL), 0);
    *out_peer = accept(listener, NULL, NULL);
    assert_true(*out_peer >= 0);
    (void)close(listener);
    return client;
}

static void blocking_client_refuses_a_nul_byte(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    const char *line;
    size_t len;
    (void)state;

    raw_send(peer, "x\0\n", 3);
    assert_int_equal(nj_line_next(client, -1, &line, &len, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "NUL"));
    nj_line_close(client);
    (void)close(peer);
    close_house(&h);
}

static void send_too_much(void *arg)
{
    static char bytes[65536];
    int peer = *(int *)arg;

    memset(bytes, 'x', sizeof bytes);
    while (send(peer, bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
    }
}

static void blocking_client_refuses_a_line_over_the_limit(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    uv_thread_t thread;
    const char *line;
    size_t len;
    (void)state;

    assert_int_equal(uv_thread_create(&thread, send_too_much, &peer), 0);
    assert_int_equal(nj_line_next(client, -1, &line, &len, &err), NJ_E_TOOBIG);
    assert_int_equal(nj_line_send(client, "", NJ_LIMIT_FRAME_BYTES + 1, &err),
                     NJ_E_TOOBIG);
    nj_line_close(client);
    assert_int_equal(uv_thread_join(&thread), 0);
    (void)close(peer);
    close_house(&h);
}

static void blocking_client_says_when_its_command_is_not_taken(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    (void)state;

    (void)close(peer);
    assert_int_equal(nj_line_send(client, "x", 1, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "did not take"));
    nj_line_close(client);
    close_house(&h);
}

/* ---- memory that runs out ----------------------------------------------- */

static void listening_and_connecting_without_memory_leave_nothing(void **state)
{
    struct house h;
    struct nj_sock_events events = events_of(&h);
    struct nj_sock *sock = NULL;
    struct nj_line_client *client = NULL;
    int code = NJ_E_NOMEM;
    (void)state;

    open_house_at_speed(&h, 0);
    for (int k = 0; code != 0; k++) {
        calls_left = k;
        code = listen_at(&h, NULL);
        calls_left = -1;
        assert_true(code == 0 || (code == NJ_E_NOMEM && h.server == NULL));
    }
    for (int k = 0; k < 2; k++) {
        calls_left = k;
        assert_int_equal(nj_sock_connect(h.loop, h.path, &events, &sock, NULL),
                         NJ_E_NOMEM);
        calls_left = -1;
        assert_null(sock);
    }
    calls_left = 0;
    assert_int_equal(nj_line_connect(h.path, &client, NULL), NJ_E_NOMEM);
    calls_left = -1;
    assert_null(client);
    close_house(&h);
}

static void connection_without_memory_waits_until_there_is_some(void **state)
{
    int errors = 0;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, no_log, &errors);
    for (int row = 1; row <= 2; row++) { /* the connection; its timer too */
        struct house h;
        int fd;

        open_house_at_speed(&h, 1000);
        h.answer = DO_ECHO;
        assert_int_equal(listen_at(&h, NULL), 0);
        fd = raw_speak(&h, "patient\n");
        h.stop_at_lines = 1;
        calls_left = 0;
        in_a_row = row;
        nj_loop_run(h.loop);
        calls_left = -1;
        in_a_row = 1;
        assert_string_equal(h.last, "patient");
        nj_sock_server_close(h.server, on_server_closed, &h);
        nj_loop_run(h.loop);
        (void)close(fd);
        close_house(&h);
    }
    assert_int_equal(errors, 2);
    nj_log_open(NJ_LOG_INFO, NULL, NULL);
}

static void line_without_memory_ends_the_connection(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    raw_send(fd,
             "again and again, longer than the first buffer was: "
             "sixty-four bytes and more\n",
             76);
    h.stop_at_closes = 1;
    calls_left = 0;
    nj_loop_run(h.loop);
    calls_left = -1;
    assert_string_equal(h.why, "no memory for its lines");
    (void)close(fd);
    close_house(&h);
}

static void answer_without_memory_is_not_cut_short_in_silence(void **state)
{
    struct house h;
    size_t len = 2 << 20;
    char *big = calloc(len, 1);
    int fd;
    (void)state;

    assert_non_null(big);
    memset(big, 'b', len);
    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    calls_left = 0;
    assert_int_equal(nj_sock_send(h.sock, big, len), NJ_E_NOMEM);
    calls_left = -1;
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "no memory for its answers");
    free(big);
    (void)close(fd);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_longer_than_an_address_is_refused),
        cmocka_unit_test(empty_path_is_refused),
        cmocka_unit_test(file_that_is_no_socket_is_left_alone),
        cmocka_unit_test(directory_that_is_not_there_is_told),
        cmocka_unit_test(second_daemon_is_refused),
        cmocka_unit_test(live_socket_without_a_lock_is_refused),
        cmocka_unit_test(stale_socket_is_replaced_and_gets_its_mode),
        cmocka_unit_test(closed_server_removes_its_file_and_frees_its_place),
        cmocka_unit_test(file_of_another_is_not_removed_at_the_end),
        cmocka_unit_test(socket_handed_over_by_systemd_is_used),
        cmocka_unit_test(line_goes_there_and_back_with_the_peers_uid),
        cmocka_unit_test(lines_in_one_piece_and_line_in_pieces),
        cmocka_unit_test(peer_that_goes_is_told_with_why),
        cmocka_unit_test(nul_byte_ends_the_connection),
        cmocka_unit_test(line_over_the_limit_ends_the_connection),
        cmocka_unit_test(peer_that_never_reads_is_dropped),
        cmocka_unit_test(closing_sends_all_that_is_queued_first),
        cmocka_unit_test(peer_that_does_not_read_the_rest_is_dropped_in_time),
        cmocka_unit_test(line_behind_the_one_that_closed_is_not_heard),
        cmocka_unit_test(server_closed_from_a_line_ends_every_connection),
        cmocka_unit_test(line_too_long_to_send_is_refused_and_harms_nothing),
        cmocka_unit_test(connections_beyond_a_users_share_are_turned_away),
        cmocka_unit_test(unfinished_lines_of_all_together_are_bounded),
        cmocka_unit_test(client_that_finds_nobody_is_told_by_close_alone),
        cmocka_unit_test(client_speaks_hears_and_closes),
        cmocka_unit_test(client_closed_while_connecting_is_told_once),
        cmocka_unit_test(client_may_close_as_soon_as_it_stands),
        cmocka_unit_test(blocking_client_speaks_hears_and_times_out),
        cmocka_unit_test(blocking_client_hears_a_long_answer_and_the_end),
        cmocka_unit_test(blocking_client_says_when_nobody_is_there),
        cmocka_unit_test(blocking_client_refuses_a_nul_byte),
        cmocka_unit_test(blocking_client_refuses_a_line_over_the_limit),
        cmocka_unit_test(blocking_client_says_when_its_command_is_not_taken),
        cmocka_unit_test(listening_and_connecting_without_memory_leave_nothing),
        cmocka_unit_test(connection_without_memory_waits_until_there_is_some),
        cmocka_unit_test(line_without_memory_ends_the_connection),
        cmocka_unit_test(answer_without_memory_is_not_cut_short_in_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
