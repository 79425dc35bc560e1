/* The HTTP server over real sockets: what it refuses, what it serves, and what
 * it outlives. A client runs in a thread of its own while the loop runs here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/httpd.h"
#include "peers/vectors.h"

enum { BODY_LIMIT = 100000, LATER = 16 };

/* ---- the server --------------------------------------------------------- */

struct server {
    struct nj_loop *loop;
    struct nj_httpd *httpd;
    int calls;
    struct nj_http_call *kept[LATER]; /* not answered yet */
    int kept_count;
    struct nj_timer later;
    struct nj_defer stop;
    char seen[4096]; /* what the last handler saw */
    char *big;
};

static struct server server;

static void reply_text(struct nj_http_call *call, int status, const char *text)
{
    const struct nj_http_reply reply = {.status = status,
                                        .content_type = "text/plain",
                                        .body = text,
                                        .body_len = strlen(text)};

    nj_http_answer(call, &reply);
}

static const char *or_none(const char *text)
{
    return text == NULL ? "(none)" : text;
}

static void describe(struct nj_http_call *call)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    size_t len;
    const char *body = nj_http_body(call, &len);

    (void)snprintf(
        server.seen, sizeof server.seen,
        "%s %s a=%s form=%s x=%s body=%zu:%s peer=%s",
        methods[nj_http_method(call)], nj_http_path(call),
        or_none(nj_http_query(call, "a")), or_none(nj_http_form(call, "f")),
        or_none(nj_http_header(call, "x-test")), len, body, nj_http_peer(call));
}

static void answer_kept(struct nj_timer *timer)
{
    (void)timer;
    for (int i = 0; i < server.kept_count; i++) {
        reply_text(server.kept[i], 200, nj_http_path(server.kept[i]));
    }
    server.kept_count = 0;
}

static void answer_oddly(struct nj_http_call *call)
{
    static const char *const headers[] = {
        "X-Good: 1", "X-Bad: a\r\nSet-Cookie: evil=1", "no colon",
        "Cache-Control: max-age=60", NULL};
    struct nj_http_reply reply = {.status = 200,
                                  .content_type = "text/html\r\nX-Evil: 1",
                                  .body = "odd",
                                  .body_len = 3,
                                  .headers = headers};

    nj_http_answer(call, &reply);
}

static void answer_big(struct nj_http_call *call)
{
    const struct nj_http_reply reply = {
        .status = 200, .body = server.big, .body_len = 16 << 20};

    nj_http_answer(call, &reply);
}

static void answer_empty(struct nj_http_call *call, int status)
{
    const struct nj_http_reply reply = {.status = status};

    nj_http_answer(call, &reply);
}

static void on_call(void *ctx, struct nj_http_call *call)
{
    const char *path = nj_http_path(call);

    assert_ptr_equal(ctx, &server);
    server.calls++;
    describe(call);
    if (strncmp(path, "/later", 6) == 0) {
        assert_null(nj_http_ctx(call));
        nj_http_set_ctx(call, &server);
        assert_ptr_equal(nj_http_ctx(call), &server);
        server.kept[server.kept_count++] = call;
        assert_int_equal(
            nj_timer_set(server.loop, &server.later, 30, 0, answer_kept), 0);
    } else if (strcmp(path, "/keep") == 0) {
        server.kept[server.kept_count++] = call;
    } else if (strcmp(path, "/odd") == 0) {
        answer_oddly(call);
    } else if (strcmp(path, "/big") == 0) {
        answer_big(call);
    } else if (strcmp(path, "/204") == 0) {
        answer_empty(call, 204);
    } else if (strcmp(path, "/304") == 0) {
        answer_empty(call, 304);
    } else if (strcmp(path, "/777") == 0) {
        answer_empty(call, 777);
    } else {
        reply_text(call, 200, "hello\n");
    }
}

static void start(unsigned connections, int64_t deadline_ms)
{
    const struct nj_httpd_opts opts = {.listen = "127.0.0.1:0",
                                       .max_body = BODY_LIMIT,
                                       .connections = connections,
                                       .deadline_ms = deadline_ms,
                                       .on_call = on_call,
                                       .ctx = &server};

    (void)signal(SIGPIPE, SIG_IGN);
    server = (struct server){0};
    assert_int_equal(nj_loop_create(NULL, &server.loop, NULL), 0);
    assert_int_equal(nj_httpd_open(server.loop, &opts, &server.httpd, NULL), 0);
    assert_in_range(nj_httpd_port(server.httpd), 1, 65535);
}

static void on_closed(void *ctx)
{
    *(int *)ctx = 1;
}

static void stop(void)
{
    int closed = 0;

    nj_httpd_close(server.httpd, on_closed, &closed);
    assert_false(closed);
    nj_loop_run(server.loop);
    assert_true(closed);
    nj_loop_destroy(server.loop);
}

static int start_plain(void **state)
{
    (void)state;
    start(0, 0);
    return 0;
}

static int start_hasty(void **state)
{
    (void)state;
    start(400, 400);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    stop();
    free(server.big);
    return 0;
}

/* ---- the client --------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)nj_httpd_port(server.httpd));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

struct client {
    void (*run)(struct client *client); /* in the thread */
    const char *send;
    size_t send_len;
    size_t piece; /* bytes at a time; 0: all at once */
    int half;     /* 1: tell the server that no more comes */
    int number;
    int64_t took_ms;
    char got[65536];
    size_t got_len;
    struct nj_defer done;
    pthread_t thread;
};

static void on_client_done(struct nj_defer *defer)
{
    nj_loop_stop(defer->ctx);
}

static void *client_main(void *arg)
{
    struct client *client = arg;
    int64_t begin = now_ms();

    client->run(client);
    client->took_ms = now_ms() - begin;
    nj_loop_post_from_thread(server.loop, &client->done, on_client_done);
    return NULL;
}

/* Read until the other end closes, or nothing comes for 3 s. */
static void read_all(struct client *client, int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    while (client->got_len < sizeof client->got - 1 &&
           poll(&wait, 1, 3000) == 1) {
        ssize_t n = recv(fd, client->got + client->got_len,
                         sizeof client->got - 1 - client->got_len, 0);

        if (n <= 0) {
            break;
        }
        client->got_len += (size_t)n;
    }
    client->got[client->got_len] = '\0';
}

static void send_all(struct client *client, int fd)
{
    size_t at = 0;

    while (at < client->send_len) {
        size_t piece = client->piece == 0 ? client->send_len : client->piece;
        size_t left = client->send_len - at;
        ssize_t n = send(fd, client->send + at, piece < left ? piece : left,
                         MSG_NOSIGNAL);

        if (n < 0) {
            break;
        }
        at += (size_t)n;
        if (client->piece > 0) {
            (void)usleep(200);
        }
    }
    if (client->half) {
        (void)shutdown(fd, SHUT_WR);
    }
}

static void run_exchange(struct client *client)
{
    int fd = dial();

    send_all(client, fd);
    read_all(client, fd);
    (void)close(fd);
}

static void run(struct client *client)
{
    client->done.ctx = server.loop;
    assert_int_equal(pthread_create(&client->thread, NULL, client_main, client),
                     0);
    nj_loop_run(server.loop);
    assert_int_equal(pthread_join(client->thread, NULL), 0);
}

/* Send BYTES on a connection of their own; what comes back, until it ends. */
static struct client *exchange(const char *bytes, size_t len)
{
    static struct client client;

    client = (struct client){
        .run = run_exchange, .send = bytes, .send_len = len, .half = 1};
    run(&client);
    return &client;
}

static struct client *say(const char *text)
{
    return exchange(text, strlen(text));
}

static int status_of(const struct client *client)
{
    return strncmp(client->got, "HTTP/1.1 ", 9) == 0
               ? (int)strtol(client->got + 9, NULL, 10)
               : 0;
}

static int count_in(const char *text, const char *part)
{
    int count = 0;

    for (text = strstr(text, part); text != NULL;
         text = strstr(text + 1, part)) {
        count++;
    }
    return count;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, text);
    }
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("\"%s\" is in \"%s\"", part, text);
    }
}

/* ---- where it listens --------------------------------------------------- */

static void odd_addresses_to_listen_on_are_refused(void **state)
{
    static const char *const bad[] = {
        "",          "127.0.0.1",      "8484",         "127.0.0.1:",
        "host:8484", "127.0.0.1:http", "1.2.3:1",      "127.0.0.1:65536",
        "::1:8484",  "[::1]",          "127.0.0.1:-1", "127.0.0.1:+1",
        "[::1:8484", "[]:8484 ",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct nj_httpd_opts opts = {.listen = bad[i],
                                           .on_call = on_call};
        struct nj_httpd *httpd = NULL;
        struct nj_err err = {0};

        if (nj_httpd_open(server.loop, &opts, &httpd, &err) != NJ_E_INVALID) {
            fail_msg("'%s' was taken", bad[i]);
        }
        assert_has(err.text, "127.0.0.1:8484");
        assert_null(httpd);
    }
}

static void a_taken_port_is_told(void **state)
{
    char listen[32];
    const struct nj_httpd_opts opts = {.listen = listen, .on_call = on_call};
    struct nj_httpd *httpd = NULL;
    struct nj_err err = {0};

    (void)state;
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u",
                   nj_httpd_port(server.httpd));
    assert_int_equal(nj_httpd_open(server.loop, &opts, &httpd, &err),
                     NJ_E_EXISTS);
    assert_has(err.text, listen);
    (void)snprintf(listen, sizeof listen, "192.88.99.1:80");
    assert_int_equal(nj_httpd_open(server.loop, &opts, &httpd, &err), NJ_E_IO);
    assert_null(httpd);
}

static void every_way_to_write_an_address_works(void **state)
{
    static const char *const good[] = {"localhost:0", ":0", "[::1]:0",
                                       "0.0.0.0:0", "[::]:0"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct nj_httpd_opts opts = {.listen = good[i],
                                           .on_call = on_call};
        struct nj_httpd *httpd = NULL;
        struct nj_err err = {0};
        int closed = 0;
        int code = nj_httpd_open(server.loop, &opts, &httpd, &err);

        if (code == NJ_E_IO && strchr(good[i], '[') != NULL) {
            continue; /* a machine without IPv6 */
        }
        assert_int_equal(code, 0);
        assert_true(nj_httpd_port(httpd) > 0);
        nj_httpd_close(httpd, on_closed, &closed);
        while (!closed) {
            server.stop.ctx = server.loop;
            nj_loop_defer(server.loop, &server.stop, on_client_done);
            nj_loop_run(server.loop);
        }
    }
}

/* ---- what it refuses ---------------------------------------------------- */

static void every_vector_is_answered_as_the_table_says(void **state)
{
    FILE *file = fopen("tests/data/io/http_heads.txt", "r");
    struct vector vector;
    int wrong = 0;

    (void)state;
    assert_non_null(file);
    while (vector_next(file, &vector)) {
        int before = server.calls;
        struct client *client = exchange(vector.bytes, vector.len);

        if (status_of(client) != vector.status) {
            print_error("%d for %s", status_of(client), vector.line);
            wrong++;
        }
        wrong += server.calls - before != (vector.status == 200);
        wrong += count_in(client->got, "HTTP/1.") != 1;
        if (vector.status != 200) {
            wrong += strstr(client->got, "Connection: close\r\n") == NULL;
            wrong += strstr(client->got, "{\"error\":\"") == NULL;
        }
    }
    (void)fclose(file);
    assert_int_equal(wrong, 0);
}

static char *filled(const char *head, char fill, size_t len, const char *tail)
{
    size_t head_len = strlen(head);
    char *text = malloc(head_len + len + strlen(tail) + 1);

    assert_non_null(text);
    memcpy(text, head, head_len);
    memset(text + head_len, fill, len);
    memcpy(text + head_len + len, tail, strlen(tail) + 1);
    return text;
}

static void what_is_too_large_is_refused(void **state)
{
    static const struct {
        const char *head;
        size_t len;
        const char *tail;
        int status;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\nX: ", 65536, "\r\n\r\n", 431},
        {"GET /", 65536, " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET /", 9000, " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n", 100001,
         "", 413},
        {"", 70000, "", 414},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = filled(cases[i].head, 'a', cases[i].len, cases[i].tail);

        assert_int_equal(status_of(say(text)), cases[i].status);
        free(text);
    }
    assert_int_equal(server.calls, 0);
}

static void two_thousand_headers_are_refused(void **state)
{
    static char text[32768];
    size_t at =
        (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: x\r\n");

    (void)state;
    for (int i = 0; i < 2000; i++) {
        at += (size_t)snprintf(text + at, 16, "X%d: y\r\n", i);
    }
    (void)snprintf(text + at, 16, "\r\n");
    assert_int_equal(status_of(say(text)), 431);
    assert_int_equal(server.calls, 0);
}

static void nothing_behind_a_refused_request_is_served(void **state)
{
    struct client *client =
        say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            "Content-Length: 0\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n");

    (void)state;
    assert_int_equal(status_of(client), 400);
    assert_int_equal(count_in(client->got, "HTTP/1.1 "), 1);
    assert_int_equal(server.calls, 0);
}

static void a_refused_method_names_the_others(void **state)
{
    (void)state;
    assert_has(say("PUT / HTTP/1.1\r\nHost: x\r\n\r\n")->got,
               "Allow: GET, HEAD, POST\r\n");
}

/* ---- what it serves ----------------------------------------------------- */

static void an_answer_carries_security_headers(void **state)
{
    struct client *client = say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    (void)state;
    assert_has(client->got, "HTTP/1.1 200 OK\r\nDate: ");
    assert_has(client->got, " GMT\r\n");
    assert_has(client->got, "Content-Type: text/plain\r\n");
    assert_has(client->got, "Content-Length: 6\r\n");
    assert_has(client->got, "Cache-Control: no-store\r\n");
    assert_has(client->got, "X-Content-Type-Options: nosniff\r\n");
    assert_has(client->got, "X-Frame-Options: DENY\r\n");
    assert_has(client->got, "Referrer-Policy: no-referrer\r\n");
    assert_has(client->got, "Content-Security-Policy: default-src 'none';");
    assert_has(client->got, "\r\n\r\nhello\n");
    assert_has_not(client->got, "Server:");
    assert_has_not(client->got, "Connection:");
}

static void a_handler_sees_the_whole_request(void **state)
{
    (void)state;
    (void)say("POST /p%c3%a9?b=1&a=x+%26y&a=2 HTTP/1.1\r\nHost: x\r\n"
              "X-Test:  one two \r\nx-test: later\r\nContent-Length: 11\r\n"
              "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
              "e=0&f=a%0Ab");
    assert_string_equal(server.seen, "POST /p\xc3\xa9 a=x &y form=a\nb "
                                     "x=one two body=11:e=0&f=a%0Ab "
                                     "peer=127.0.0.1");
    (void)say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(server.seen, "GET / a=(none) form=(none) x=(none) "
                                     "body=0: peer=127.0.0.1");
}

static void odd_forms_and_queries_have_no_values(void **state)
{
    (void)state;
    (void)say("POST /?a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
              "Content-Type: application/x-www-form-urlencoded; charset=x\r\n"
              "\r\nf=%0");
    assert_has(server.seen, " a= form=(none) ");
    (void)say("POST /?&&a=1&& HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
              "Content-Type: text/plain\r\n\r\nf=1");
    assert_has(server.seen, " a=1 form=(none) ");
    (void)say("POST /?a=1&a=2&x=&=y HTTP/1.1\r\nHost: x\r\n"
              "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    assert_has(server.seen, " a=1 form=(none) ");
}

static void more_than_32_parameters_are_refused(void **state)
{
    char text[256] = "GET /?";

    (void)state;
    for (int i = 0; i < 33; i++) {
        (void)snprintf(text + strlen(text), 8, "a%c", i == 32 ? ' ' : '&');
    }
    (void)snprintf(text + strlen(text), 64, "HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(status_of(say(text)), 400);
}

static void a_head_is_answered_without_a_body(void **state)
{
    struct client *client = say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");

    (void)state;
    assert_int_equal(status_of(client), 200);
    assert_has(client->got, "Content-Length: 6\r\n");
    assert_has_not(client->got, "hello");
}

static void empty_statuses_have_no_content(void **state)
{
    (void)state;
    assert_has_not(say("GET /204 HTTP/1.1\r\nHost: x\r\n\r\n")->got,
                   "Content-Length");
    assert_has(say("GET /304 HTTP/1.1\r\nHost: x\r\n\r\n")->got,
               "HTTP/1.1 304 Not Modified\r\n");
    assert_has(say("GET /777 HTTP/1.1\r\nHost: x\r\n\r\n")->got,
               "HTTP/1.1 500 ");
}

static void headers_of_an_answer_cannot_break_out(void **state)
{
    struct client *client = say("GET /odd HTTP/1.1\r\nHost: x\r\n\r\n");

    (void)state;
    assert_has(client->got, "X-Good: 1\r\n");
    assert_has_not(client->got, "evil");
    assert_has_not(client->got, "X-Evil");
    assert_has_not(client->got, "no colon");
    assert_has(client->got, "Content-Type: application/json\r\n");
    assert_has(client->got, "Cache-Control: max-age=60\r\n");
    assert_has_not(client->got, "no-store");
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct client *client =
        say("GET /later1 HTTP/1.1\r\nHost: x\r\n\r\n"
            "POST /later2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            "GET /now HTTP/1.1\r\nHost: x\r\n\r\n"
            "GET /later3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    const char *first = strstr(client->got, "/later1");
    const char *second = strstr(client->got, "/later2");
    const char *third = strstr(client->got, "hello\n");
    const char *fourth = strstr(client->got, "/later3");

    (void)state;
    assert_true(first != NULL && first < second && second < third &&
                third < fourth);
    assert_int_equal(server.calls, 4);
}

static void a_long_row_of_pipelined_requests_is_all_answered(void **state)
{
    static const char one[] = "GET /204 HTTP/1.1\r\nHost: x\r\n\r\n";
    enum { TIMES = 150 };
    char *text = malloc(TIMES * (sizeof one - 1) + 1);

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < TIMES; i++) {
        memcpy(text + (size_t)i * (sizeof one - 1), one, sizeof one);
    }
    (void)say(text);
    assert_int_equal(server.calls, TIMES);
    free(text);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    static const char text[] = "POST /x?a=1 HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: 5\r\n\r\nabcde"
                               "GET /y HTTP/1.1\r\nHost: x\r\n\r\n";
    struct client client = {.run = run_exchange,
                            .send = text,
                            .send_len = sizeof text - 1,
                            .piece = 1,
                            .half = 1};

    (void)state;
    run(&client);
    assert_int_equal(count_in(client.got, "HTTP/1.1 200 OK"), 2);
    assert_has(server.seen, "GET /y ");
}

static void a_body_of_just_the_limit_is_taken(void **state)
{
    char *text =
        filled("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
               'b', BODY_LIMIT, "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

    (void)state;
    assert_int_equal(count_in(say(text)->got, "HTTP/1.1 200"), 2);
    assert_has(server.seen, "GET /2 ");
    free(text);
}

static void run_expecting(struct client *client)
{
    int fd = dial();
    char line[64] = {0};

    send_all(client, fd);
    (void)recv(fd, line, 25, MSG_WAITALL);
    if (strcmp(line, "HTTP/1.1 100 Continue\r\n\r\n") == 0) {
        (void)send(fd, "abcde", 5, MSG_NOSIGNAL);
        (void)shutdown(fd, SHUT_WR);
        read_all(client, fd);
    }
    (void)close(fd);
}

static void a_client_that_waits_is_told_to_go_on(void **state)
{
    static const char text[] = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
                               "5\r\nExpect: 100-continue\r\n\r\n";
    struct client client = {
        .run = run_expecting, .send = text, .send_len = sizeof text - 1};

    (void)state;
    run(&client);
    assert_int_equal(status_of(&client), 200);
    assert_has(server.seen, "body=5:abcde");
}

static void run_keeping(struct client *client)
{
    int fd = dial();

    for (int i = 0; i < 100; i++) {
        char answer[2048];
        ssize_t n;

        (void)send(fd, client->send, client->send_len, MSG_NOSIGNAL);
        n = recv(fd, answer, sizeof answer, 0);
        client->number += n > 12 && memcmp(answer + 9, "200", 3) == 0;
    }
    (void)close(fd);
}

static void a_connection_serves_many_requests(void **state)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct client client = {
        .run = run_keeping, .send = text, .send_len = sizeof text - 1};

    (void)state;
    run(&client);
    assert_int_equal(client.number, 100);
}

static void http_1_0_is_answered_and_closed(void **state)
{
    static const char text[] = "GET / HTTP/1.0\r\n\r\n";
    struct client client = {
        .run = run_exchange, .send = text, .send_len = sizeof text - 1};

    (void)state;
    run(&client);
    assert_has(client.got, "Connection: close\r\n");
    assert_true(client.took_ms < 2000);
}

/* ---- clients that misbehave --------------------------------------------- */

static void make_big(void)
{
    server.big = malloc(16 << 20);
    assert_non_null(server.big);
    memset(server.big, 'z', 16 << 20);
}

/* Read after PIECE milliseconds through a window of NUMBER bytes. */
static void run_reading_slowly(struct client *client)
{
    static char buffer[65536];
    int fd = dial();
    ssize_t n;

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &client->number,
                     sizeof client->number);
    client->number = 0;
    (void)send(fd, client->send, client->send_len, MSG_NOSIGNAL);
    (void)usleep((unsigned)client->piece * 1000);
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
        client->number += (int)n;
    }
    (void)close(fd);
}

static struct client ask_for_big(int window, unsigned wait_ms)
{
    static const char text[] =
        "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct client client = {.run = run_reading_slowly,
                            .send = text,
                            .send_len = sizeof text - 1,
                            .number = window,
                            .piece = wait_ms};

    make_big();
    run(&client);
    return client;
}

static void a_big_answer_arrives_whole(void **state)
{
    struct client client = ask_for_big(100000, 50);

    (void)state;
    assert_in_range(client.number, 16 << 20, (16 << 20) + 2000);
}

static void a_client_that_does_not_read_is_dropped(void **state)
{
    struct client client = ask_for_big(4096, 1000);

    (void)state;
    assert_in_range(client.number, 1, 8 << 20);
}

static void run_leaving(struct client *client)
{
    for (int i = 0; i < LATER; i++) {
        int fd = dial();
        struct linger hard = {.l_onoff = i % 2, .l_linger = 0};

        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        send_all(client, fd);
        (void)usleep(2000);
        (void)close(fd);
    }
    (void)usleep(100000);
}

static void clients_that_leave_early_harm_nobody(void **state)
{
    static const char text[] = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
                               "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct client client = {
        .run = run_leaving, .send = text, .send_len = sizeof text - 1};

    (void)state;
    run(&client);
    assert_in_range(server.calls, 1, 2 * LATER);
    assert_int_equal(status_of(say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
}

static void run_keep(struct client *client)
{
    int fd = dial();

    send_all(client, fd);
    (void)usleep(50000);
    (void)close(fd);
    (void)usleep(50000);
}

static void a_call_outlives_its_client_and_its_server(void **state)
{
    static const char text[] = "GET /keep?a=1 HTTP/1.1\r\nHost: x\r\n"
                               "X-Test: 5\r\n\r\n";
    struct client client = {
        .run = run_keep, .send = text, .send_len = sizeof text - 1};
    struct nj_http_call *gone;

    (void)state;
    start(0, 0);
    run(&client);
    assert_int_equal(server.kept_count, 1);
    gone = server.kept[0];
    assert_string_equal(nj_http_path(gone), "/keep");
    reply_text(gone, 200, "nobody hears it");
    client = (struct client){
        .run = run_keep, .send = text, .send_len = sizeof text - 1};
    run(&client);
    stop();
    gone = server.kept[1];
    assert_string_equal(nj_http_header(gone, "X-Test"), "5");
    assert_string_equal(nj_http_query(gone, "a"), "1");
    reply_text(gone, 200, "nobody hears it");
}

static void run_flooding(struct client *client)
{
    static char flood[400000];
    int fd = dial();
    struct pollfd wait = {.fd = fd, .events = POLLOUT};

    memset(flood, 'a', sizeof flood);
    send_all(client, fd);
    for (int i = 0; i < 20 && poll(&wait, 1, 20) == 1; i++) {
        if (send(fd, flood, sizeof flood, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            break;
        }
    }
    read_all(client, fd);
    (void)close(fd);
}

static void a_flood_behind_a_request_is_held_back(void **state)
{
    static const char text[] = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";
    struct client client = {
        .run = run_flooding, .send = text, .send_len = sizeof text - 1};

    (void)state;
    run(&client);
    assert_int_equal(status_of(&client), 200);
    assert_has(client.got, "HTTP/1.1 414 ");
    assert_int_equal(server.calls, 1);
}

/* ---- time and room ------------------------------------------------------ */

static void half_a_request_times_out(void **state)
{
    static const char *const texts[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", "G"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct client client = {.run = run_exchange,
                                .send = texts[i],
                                .send_len = strlen(texts[i])};

        run(&client);
        assert_int_equal(status_of(&client), 408);
        assert_in_range(client.took_ms, 350, 2000);
    }
}

static void silence_is_closed_without_a_word(void **state)
{
    struct client client = {.run = run_exchange, .send = ""};

    (void)state;
    run(&client);
    assert_int_equal(client.got_len, 0);
    assert_in_range(client.took_ms, 350, 2000);
}

static void a_drip_does_not_move_the_deadline(void **state)
{
    static char text[4000];
    struct client client = {
        .run = run_exchange, .send = text, .send_len = sizeof text, .piece = 1};

    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
    run(&client);
    assert_true(client.took_ms < 2500);
    assert_true(status_of(&client) == 408 || client.got_len == 0);
}

enum { LORIS = 300 };

static void run_loris(struct client *client)
{
    static int fds[LORIS];
    struct client good = {.send = "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                          .half = 1};
    int open = 0;

    for (int i = 0; i < LORIS; i++) {
        fds[i] = dial();
        (void)send(fds[i], "GET / HTTP/1.1\r\nX: ", 19, MSG_NOSIGNAL);
    }
    good.send_len = strlen(good.send);
    run_exchange(&good);
    client->number = status_of(&good);
    for (int round = 0; round < 10; round++) {
        (void)usleep(100000);
        for (int i = 0; i < LORIS; i++) {
            (void)send(fds[i], "a", 1, MSG_NOSIGNAL);
        }
    }
    for (int i = 0; i < LORIS; i++) {
        char bytes[2048];
        ssize_t n;

        do {
            n = recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
        } while (n > 0);
        open += n < 0; /* and not closed by the server */
        (void)close(fds[i]);
    }
    client->got_len = (size_t)open;
}

static void three_hundred_slow_clients_are_all_gone_in_time(void **state)
{
    struct client client = {.run = run_loris};

    (void)state;
    run(&client);
    assert_int_equal(client.number, 200);
    assert_true(client.got_len <= LORIS);
    client = (struct client){.run = run_loris};
    run(&client); /* and the room is free again */
    assert_int_equal(client.number, 200);
}

static void run_crowd(struct client *client)
{
    int fds[4];
    struct client good = {.send = "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                          .half = 1};

    for (int i = 0; i < 4; i++) {
        fds[i] = dial();
        (void)send(fds[i], "GET / HTTP/1.1\r\nX: ", 19, MSG_NOSIGNAL);
    }
    good.send_len = strlen(good.send);
    run_exchange(&good); /* full: turned away */
    client->number = status_of(&good);
    (void)usleep(1200000);
    good.got_len = 0;
    run_exchange(&good); /* the longest waiting one makes room */
    client->got_len = (size_t)status_of(&good);
    for (int i = 0; i < 4; i++) {
        (void)close(fds[i]);
    }
}

static void a_full_server_pushes_out_who_waits_longest(void **state)
{
    struct client client = {.run = run_crowd};

    (void)state;
    start(4, 10000);
    run(&client);
    assert_int_equal(client.number, 0);
    assert_int_equal(client.got_len, 200);
    stop();
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, start_plain, stop_server)
#define HASTY(name)                                                            \
    cmocka_unit_test_setup_teardown(name, start_hasty, stop_server)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(odd_addresses_to_listen_on_are_refused),
        TEST(a_taken_port_is_told),
        TEST(every_way_to_write_an_address_works),
        TEST(every_vector_is_answered_as_the_table_says),
        TEST(what_is_too_large_is_refused),
        TEST(two_thousand_headers_are_refused),
        TEST(nothing_behind_a_refused_request_is_served),
        TEST(a_refused_method_names_the_others),
        TEST(more_than_32_parameters_are_refused),
        TEST(an_answer_carries_security_headers),
        TEST(a_handler_sees_the_whole_request),
        TEST(odd_forms_and_queries_have_no_values),
        TEST(a_head_is_answered_without_a_body),
        TEST(empty_statuses_have_no_content),
        TEST(headers_of_an_answer_cannot_break_out),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(a_long_row_of_pipelined_requests_is_all_answered),
        TEST(a_request_may_come_byte_by_byte),
        TEST(a_body_of_just_the_limit_is_taken),
        TEST(a_client_that_waits_is_told_to_go_on),
        TEST(a_connection_serves_many_requests),
        TEST(http_1_0_is_answered_and_closed),
        TEST(a_big_answer_arrives_whole),
        HASTY(a_client_that_does_not_read_is_dropped),
        TEST(clients_that_leave_early_harm_nobody),
        cmocka_unit_test(a_call_outlives_its_client_and_its_server),
        TEST(a_flood_behind_a_request_is_held_back),
        HASTY(half_a_request_times_out),
        HASTY(silence_is_closed_without_a_word),
        HASTY(a_drip_does_not_move_the_deadline),
        HASTY(three_hundred_slow_clients_are_all_gone_in_time),
        cmocka_unit_test(a_full_server_pushes_out_who_waits_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
