/* The fetcher against a server that answers oddly: everything that is no
 * redirect and no guard. */
#include "peers/fetch_rig.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include <netinet/in.h>

static struct peer peer;
static struct rig rig;
static char certs[64];
static struct peer tls_peer;

static int open_all(void **state)
{
    char cert[96], key[96];
    const char *tls[] = {cert, key, NULL};

    (void)state;
    peer_certs_make(certs);
    (void)snprintf(cert, sizeof cert, "%s/srv.pem", certs);
    (void)snprintf(key, sizeof key, "%s/srv.key", certs);
    peer = peer_start("http_odd.py", NULL);
    tls_peer = peer_start("http_odd.py", tls);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    peer_stop(&peer);
    peer_stop(&tls_peer);
    peer_certs_remove(certs);
    return 0;
}

static int open_rig(void **state)
{
    (void)state;
    rig_open(&rig, NULL);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static const char *at(const char *path)
{
    static char url[256];

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", peer.port, path);
    return url;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void assert_fault(const char *part)
{
    if (strstr(rig.req.fault, part) == NULL) {
        fail_msg("fault \"%s\" does not say \"%s\"", rig.req.fault, part);
    }
}

/* ---- refused before anything is sent ------------------------------------ */

static void what_is_no_web_url_is_refused_at_once(void **state)
{
    static const char *const bad[] = {
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_HELO",
        "http://",
        "http:///path",
        "http:/one",
        "http://host:99999/",
        "http://host:0/",
        "http://host:port/",
        "http://ho st/",
        "http://[::1/",
        "http://host\r\nX: y/",
        "http://host/\r\nX: y",
        "http://host/\x7f",
        "http://[fe80::1%25",
        " http://host/",
        "javascript:alert(1)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        rig.req.url = bad[i];
        if (nj_fetch(rig.fetcher, &rig.req) != NJ_E_INVALID) {
            fail_msg("\"%s\" was taken", bad[i]);
        }
        assert_true(strlen(rig.req.fault) > 10);
    }
    assert_int_equal(rig.came, 0);
}

static void headers_that_break_out_are_refused(void **state)
{
    static const char *const bad[] = {
        "X: a\r\nY: b", "X: a\nY: b", "X a", "X : a", ": a", "", "X\x01: a",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *headers[] = {bad[i], NULL};

        rig.req.headers = headers;
        assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_INVALID);
        assert_fault("header");
    }
}

static void forty_headers_are_too_many(void **state)
{
    const char *headers[42] = {0};

    (void)state;
    for (int i = 0; i < 40; i++) {
        headers[i] = "X: y";
    }
    rig.req.headers = headers;
    assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_INVALID);
    headers[39] = NULL;
    rig.req.body = "b";
    rig.req.body_len = 1;
    assert_int_equal(rig_fetch(&rig, at("/echo")), 0);
}

static void methods_that_break_out_are_refused(void **state)
{
    (void)state;
    rig.req.method = "GET / HTTP/1.1\r\nX:";
    assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_INVALID);
    rig.req.method = "";
    assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_INVALID);
    rig.req.method = "get";
    assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_INVALID);
}

static void a_ca_file_that_is_not_there_stops_the_engine(void **state)
{
    const struct nj_fetcher_opts opts = {.ca_file = "/no/such/ca.pem"};
    struct nj_fetcher *fetcher = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_fetcher_create(rig.loop, &opts, &fetcher, &err),
                     NJ_E_IO);
    assert_non_null(strstr(err.text, "/no/such/ca.pem"));
    assert_null(fetcher);
}

/* ---- failures on the way ------------------------------------------------ */

static void a_refused_connection_is_a_network_failure(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char url[64];

    (void)state;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/secret?token=1",
                   ntohs(address.sin_port));
    assert_int_equal(rig_fetch(&rig, url), NJ_E_NET);
    assert_fault("http://127.0.0.1:");
    assert_null(strstr(rig.req.fault, "token"));
    (void)close(fd);
}

static void an_answer_that_breaks_off_is_a_network_failure(void **state)
{
    static const char *const paths[] = {
        "/half",       "/half-chunked",    "/close",       "/reset",
        "/http09",     "/garbage",         "/gzip-broken", "/reset-in-body",
        "/nul-header", "/negative-length",
    };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (rig_fetch(&rig, at(paths[i])) != NJ_E_NET) {
            fail_msg("%s gave %d", paths[i], rig.status);
        }
        assert_true(strlen(rig.req.fault) > 20);
    }
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
}

static void drips_and_silence_time_out(void **state)
{
    static const char *const paths[] = {"/drip", "/drip-headers", "/silence"};

    (void)state;
    rig.req.timeout_ms = 1500;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int64_t start = now_ms();

        assert_int_equal(rig_fetch(&rig, at(paths[i])), NJ_E_TIMEOUT);
        assert_true(now_ms() - start < 3000);
    }
}

static void a_drip_ends_before_the_whole_time_is_over(void **state)
{
    int64_t start = now_ms();

    (void)state;
    rig.req.timeout_ms = 6000;
    assert_int_equal(rig_fetch(&rig, at("/drip")), NJ_E_TIMEOUT);
    assert_in_range(now_ms() - start, 3500, 5500);
    assert_fault("bytes/sec");
}

static long resident_kb(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void bombs_and_endless_answers_stop_at_the_limit(void **state)
{
    static const char *const paths[] = {
        "/bomb", "/bomb2", "/endless", "/endless-chunked", "/huge-length",
    };
    long before = resident_kb();

    (void)state;
    rig.req.max_bytes = 2000000;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (rig_fetch(&rig, at(paths[i])) != NJ_E_TOOBIG) {
            fail_msg("%s gave %d (%s)", paths[i], rig.status, rig.req.fault);
        }
        assert_fault("2000000 bytes");
    }
    assert_true(resident_kb() - before < 64 * 1024);
}

static void endless_headers_stop_at_the_limit(void **state)
{
    static const char *const paths[] = {"/endless-headers", "/long-header",
                                        "/endless-early-hints"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int status = rig_fetch(&rig, at(paths[i]));

        /* a single line of more than 100 kB is libcurl's own refusal */
        if (status != NJ_E_TOOBIG && status != NJ_E_NET &&
            status != NJ_E_NOMEM) {
            fail_msg("%s gave %d (%s)", paths[i], status, rig.req.fault);
        }
    }
}

static void an_answer_of_just_the_limit_is_taken(void **state)
{
    (void)state;
    rig.req.max_bytes = 5;
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
    rig.req.max_bytes = 4;
    assert_int_equal(rig_fetch(&rig, at("/hello")), NJ_E_TOOBIG);
}

/* ---- TLS ---------------------------------------------------------------- */

static const char *tls_at(const char *host)
{
    static char url[256];

    (void)snprintf(url, sizeof url, "https://%s:%d/hello", host, tls_peer.port);
    return url;
}

static const char *cert(const char *name)
{
    static char path[96];

    (void)snprintf(path, sizeof path, "%s/%s", certs, name);
    return path;
}

static void a_certificate_nobody_signed_is_refused(void **state)
{
    (void)state;
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.1")), NJ_E_NET);
    assert_fault("certificate");
    rig.req.ca_file = cert("other.pem");
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.1")), NJ_E_NET);
    assert_fault("certificate");
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    (void)state;
    rig.req.ca_file = cert("ca.pem");
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.2")), NJ_E_NET);
    assert_fault("127.0.0.2");
}

static void a_ca_file_of_a_request_holds_for_that_request_only(void **state)
{
    (void)state;
    rig.req.ca_file = cert("ca.pem");
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.1")), 0);
    assert_string_equal(rig.body, "hello");
    rig.req.ca_file = NULL;
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.1")), NJ_E_NET);
    rig.req.ca_file = "/no/such/ca.pem";
    assert_int_equal(rig_fetch(&rig, tls_at("127.0.0.1")), NJ_E_NET);
}

static void plain_http_to_a_tls_port_fails(void **state)
{
    char url[64];

    (void)state;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", tls_peer.port);
    assert_int_equal(rig_fetch(&rig, url), NJ_E_NET);
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/", peer.port);
    assert_int_equal(rig_fetch(&rig, url), NJ_E_NET);
}

/* ---- what works --------------------------------------------------------- */

static void an_answer_comes_with_all_its_parts(void **state)
{
    (void)state;
    rig.want = "x-TWO";
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
    assert_int_equal(rig.http, 200);
    assert_string_equal(rig.body, "hello");
    assert_int_equal(rig.body_len, 5);
    assert_string_equal(rig.url, at("/hello"));
    assert_string_equal(rig.content_type, "text/plain; charset=utf-8");
    assert_string_equal(rig.header, "1");
    assert_int_equal(rig.moved_for_good, 0);
    assert_int_equal(rig.retry_after_ms, -1);
    assert_int_equal(rig.date_ms, 0);
    assert_string_equal(rig.req.fault, "");
}

static void any_http_status_is_an_answer(void **state)
{
    static const long codes[] = {201, 204, 400, 401, 404, 410, 429, 500, 503};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char path[32];

        (void)snprintf(path, sizeof path, "/status/%ld", codes[i]);
        assert_int_equal(rig_fetch(&rig, at(path)), 0);
        assert_int_equal(rig.http, codes[i]);
    }
}

static void packed_answers_are_unpacked(void **state)
{
    static const char *const paths[] = {"/gzip", "/deflate", "/brotli"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(rig_fetch(&rig, at(paths[i])), 0);
        assert_string_equal(rig.body, "unpacked");
    }
}

static void an_unchanged_feed_answers_304_without_a_body(void **state)
{
    const char *headers[] = {"If-None-Match: \"v1\"", NULL};

    (void)state;
    rig.req.headers = headers;
    rig.want = "etag";
    assert_int_equal(rig_fetch(&rig, at("/etag")), 0);
    assert_int_equal(rig.http, 304);
    assert_int_equal(rig.body_len, 0);
    assert_string_equal(rig.header, "\"v1\"");
}

static void retry_after_is_read_in_both_forms(void **state)
{
    (void)state;
    assert_int_equal(rig_fetch(&rig, at("/retry-seconds")), 0);
    assert_int_equal(rig.http, 429);
    assert_int_equal(rig.retry_after_ms, 120000);
    assert_int_equal(rig_fetch(&rig, at("/retry-date")), 0);
    assert_int_equal(rig.retry_after_ms, 120000);
    assert_int_equal(rig.date_ms, INT64_C(784111777000));
    assert_int_equal(rig_fetch(&rig, at("/retry-odd")), 0);
    assert_int_equal(rig.retry_after_ms, -1);
}

static void headers_with_controls_are_left_out(void **state)
{
    (void)state;
    rig.want = "X-Bell";
    assert_int_equal(rig_fetch(&rig, at("/control-header")), 0);
    assert_string_equal(rig.header, "(none)");
    rig.want = "X-Good";
    assert_int_equal(rig_fetch(&rig, at("/control-header")), 0);
    assert_string_equal(rig.header, "1");
}

static void trailers_are_no_headers(void **state)
{
    (void)state;
    rig.want = "X-Late";
    assert_int_equal(rig_fetch(&rig, at("/trailers")), 0);
    assert_string_equal(rig.header, "(none)");
    assert_string_equal(rig.body, "ok");
}

static void bodies_are_posted_with_any_method(void **state)
{
    static const char *const methods[] = {NULL, "POST", "PUT", "PATCH",
                                          "DELETE"};
    static const char body[] = "a\0b";
    const char *headers[] = {"Content-Type: application/json", NULL};
    char line[256];

    (void)state;
    rig.req.headers = headers;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        rig.req.method = methods[i];
        rig.req.body = body;
        rig.req.body_len = 3;
        assert_int_equal(rig_fetch(&rig, at("/echo?m")), 0);
        assert_int_equal(rig.body_len, 3);
        assert_memory_equal(rig.body, "a", 2);
        do {
            (void)peer_line(&peer, line, sizeof line);
        } while (strstr(line, "/echo?m") == NULL);
        assert_true(strncmp(line, methods[i] == NULL ? "POST" : methods[i],
                            strcspn(line, " ")) == 0);
        assert_non_null(strstr(line, "content-type=application/json"));
    }
}

static void a_post_without_a_body_and_an_odd_get_go_out(void **state)
{
    char line[256];

    (void)state;
    rig.req.method = "POST";
    assert_int_equal(rig_fetch(&rig, at("/echo?empty")), 0);
    assert_int_equal(rig.body_len, 0);
    rig.req.method = "DELETE";
    assert_int_equal(rig_fetch(&rig, at("/hello?bare")), 0);
    do {
        (void)peer_line(&peer, line, sizeof line);
    } while (strstr(line, "?bare") == NULL);
    assert_int_equal(strncmp(line, "DELETE ", 7), 0);
    rig.req.method = "HEAD";
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
    assert_int_equal(rig.http, 200);
    assert_int_equal(rig.body_len, 0);
}

static void big_bodies_go_out_whole_and_come_back(void **state)
{
    size_t len = 3000000;
    char *body = malloc(len);

    (void)state;
    assert_non_null(body);
    for (size_t i = 0; i < len; i++) {
        body[i] = (char)('a' + i % 26);
    }
    rig.req.body = body;
    rig.req.body_len = len;
    assert_int_equal(rig_fetch(&rig, at("/echo")), 0);
    assert_int_equal(rig.body_len, len);
    assert_memory_equal(rig.body, body, sizeof rig.body - 1);
    free(body);
}

/* Read lines until one has PART; its text goes to OUT. */
static void seen(const char *part, char *out, int room)
{
    do {
        (void)peer_line(&peer, out, room);
        if (out[0] == '\0') {
            fail_msg("the server never saw %s", part);
        }
    } while (strstr(out, part) == NULL);
}

static void logins_are_sent_and_forgotten(void **state)
{
    char line[512];

    (void)state;
    rig.req.username = "maya";
    rig.req.password = "s3:cret";
    assert_int_equal(rig_fetch(&rig, at("/hello?1")), 0);
    seen("?1", line, sizeof line);
    assert_non_null(strstr(line, "authorization=Basic bWF5YTpzMzpjcmV0"));
    rig.req.username = NULL;
    rig.req.password = NULL;
    assert_int_equal(rig_fetch(&rig, at("/hello?2")), 0);
    seen("?2", line, sizeof line);
    assert_null(strstr(line, "authorization"));
}

static void a_login_in_the_url_is_sent_but_not_shown(void **state)
{
    char url[128];
    char line[512];

    (void)state;
    (void)snprintf(url, sizeof url,
                   "http://maya:s%%3Acret@127.0.0.1:%d/hello?3", peer.port);
    assert_int_equal(rig_fetch(&rig, url), 0);
    seen("?3", line, sizeof line);
    assert_non_null(strstr(line, "authorization=Basic bWF5YTpzOmNyZXQ="));
    assert_null(strstr(rig.url, "maya"));
}

static void headers_of_one_request_do_not_reach_the_next(void **state)
{
    const char *headers[] = {"X-Secret: 42", "Cookie: a=b", NULL};
    char line[512];

    (void)state;
    rig.req.headers = headers;
    assert_int_equal(rig_fetch(&rig, at("/hello?4")), 0);
    seen("?4", line, sizeof line);
    assert_non_null(strstr(line, "x-secret=42"));
    assert_non_null(strstr(line, "cookie=a=b"));
    assert_non_null(strstr(line, "user-agent=nightjar/" NJ_VERSION));
    rig.req.headers = NULL;
    assert_int_equal(rig_fetch(&rig, at("/hello?5")), 0);
    seen("?5", line, sizeof line);
    assert_null(strstr(line, "x-secret"));
    assert_null(strstr(line, "cookie"));
}

static int connection_of(const char *line)
{
    int number = -1;

    (void)sscanf(line, "%*s %*s %*d %d", &number);
    return number;
}

static void connections_are_kept_between_requests(void **state)
{
    char line[512];
    int first;

    (void)state;
    assert_int_equal(rig_fetch(&rig, at("/hello?6")), 0);
    seen("?6", line, sizeof line);
    first = connection_of(line);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(rig_fetch(&rig, at("/hello?7")), 0);
        seen("?7", line, sizeof line);
        assert_int_equal(connection_of(line), first);
    }
}

static void a_connection_the_server_left_is_replaced(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(rig_fetch(&rig, at("/keep-then-close")), 0);
        assert_string_equal(rig.body, "bye");
    }
}

static void proxies_of_the_environment_are_ignored(void **state)
{
    (void)state;
    (void)setenv("http_proxy", "http://127.0.0.1:1/", 1);
    (void)setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
    (void)unsetenv("http_proxy");
    (void)unsetenv("ALL_PROXY");
}

/* ---- many at once, cancelling, closing ---------------------------------- */

enum { MANY = 40 };

struct many {
    struct nj_fetch_req req;
    struct rig *rig;
    int came;
    int status;
    int *left;
};

static void
on_many(struct nj_fetch_req *req, int status, const struct nj_answer *got)
{
    struct many *one = req->ctx;

    (void)got;
    one->came++;
    one->status = status;
    if (--*one->left == 0) {
        nj_loop_stop(one->rig->loop);
    }
}

static void start_many(struct many *many, int *left, const char *url)
{
    *left = MANY;
    for (int i = 0; i < MANY; i++) {
        many[i] = (struct many){.rig = &rig, .left = left};
        many[i].req = (struct nj_fetch_req){
            .url = url, .allow_private = 1, .done = on_many, .ctx = &many[i]};
        assert_int_equal(nj_fetch(rig.fetcher, &many[i].req), 0);
    }
}

static void many_requests_share_six_connections(void **state)
{
    struct many many[MANY];
    char line[512];
    int lowest = 1 << 30, highest = 0;
    int left;

    (void)state;
    start_many(many, &left, at("/slow?0.05"));
    nj_loop_run(rig.loop);
    for (int i = 0; i < MANY; i++) {
        int number;

        assert_int_equal(many[i].came, 1);
        assert_int_equal(many[i].status, 0);
        seen("/slow", line, sizeof line);
        number = connection_of(line);
        lowest = number < lowest ? number : lowest;
        highest = number > highest ? number : highest;
    }
    assert_in_range(highest - lowest + 1, 2, 6);
}

static void canceled_requests_end_once_and_later(void **state)
{
    struct many many[MANY];
    int left;

    (void)state;
    start_many(many, &left, at("/slow?5"));
    for (int i = 0; i < MANY; i++) {
        nj_fetch_cancel(&many[i].req);
        nj_fetch_cancel(&many[i].req);
        assert_int_equal(many[i].came, 0);
    }
    nj_loop_run(rig.loop);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(many[i].came, 1);
        assert_int_equal(many[i].status, NJ_E_CANCELED);
        nj_fetch_cancel(&many[i].req); /* too late, and harmless */
    }
}

static void on_soon(struct nj_timer *timer)
{
    nj_loop_stop(timer->ctx);
}

static void requests_under_way_can_be_canceled(void **state)
{
    struct many many[MANY];
    struct nj_timer timer = {.ctx = rig.loop};
    int left;

    (void)state;
    start_many(many, &left, at("/slow?5"));
    assert_int_equal(nj_timer_set(rig.loop, &timer, 100, 0, on_soon), 0);
    nj_loop_run(rig.loop);
    for (int i = 0; i < MANY; i++) {
        nj_fetch_cancel(&many[i].req);
    }
    nj_loop_run(rig.loop);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(many[i].status, NJ_E_CANCELED);
    }
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
}

static void closing_ends_every_request_and_refuses_new_ones(void **state)
{
    struct rig own;
    struct many one = {.rig = &own};
    int left = 1;
    int closed = 0;

    (void)state;
    rig_open(&own, NULL);
    one.left = &left;
    one.req = (struct nj_fetch_req){
        .url = at("/slow?5"), .allow_private = 1, .done = on_many, .ctx = &one};
    assert_int_equal(nj_fetch(own.fetcher, &one.req), 0);
    nj_fetcher_close(own.fetcher, on_rig_closed, &closed);
    own.req.url = at("/hello");
    assert_int_equal(nj_fetch(own.fetcher, &own.req), NJ_E_STATE);
    assert_int_equal(one.came + closed, 0);
    while (!closed) {
        nj_loop_run(own.loop);
    }
    assert_int_equal(one.came, 1);
    assert_int_equal(one.status, NJ_E_CANCELED);
    nj_loop_destroy(own.loop);
}

static void
on_close_inside(struct nj_fetch_req *req, int status, const struct nj_answer *a)
{
    struct rig *own = req->ctx;

    (void)a;
    own->came++;
    own->status = status;
    nj_fetcher_close(own->fetcher, on_rig_closed, &own->moved_for_good);
}

static void the_engine_may_be_closed_from_an_answer(void **state)
{
    struct rig own;

    (void)state;
    rig_open(&own, NULL);
    own.req.done = on_close_inside;
    own.req.url = at("/hello");
    assert_int_equal(nj_fetch(own.fetcher, &own.req), 0);
    nj_loop_run(own.loop);
    assert_int_equal(own.came, 1);
    assert_int_equal(own.moved_for_good, 1); /* used as: closed */
    nj_loop_destroy(own.loop);
}

static void
on_again(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct rig *own = req->ctx;

    assert_int_equal(status, 0);
    assert_string_equal(answer->body, "hello");
    if (++own->came < 10) {
        assert_int_equal(nj_fetch(own->fetcher, req), 0);
        assert_string_equal(answer->body, "hello");
    } else {
        nj_loop_stop(own->loop);
    }
}

static void a_request_may_be_sent_again_from_its_answer(void **state)
{
    (void)state;
    rig.req.done = on_again;
    rig.req.url = at("/hello");
    assert_int_equal(nj_fetch(rig.fetcher, &rig.req), 0);
    nj_loop_run(rig.loop);
    assert_int_equal(rig.came, 10);
}

static void idle_connections_do_not_keep_the_loop_running(void **state)
{
    int64_t start;

    (void)state;
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
    start = now_ms();
    nj_loop_run(rig.loop); /* ends by itself, for nothing is left */
    assert_true(now_ms() - start < 3000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_web_url_is_refused_at_once),
        TEST(headers_that_break_out_are_refused),
        TEST(forty_headers_are_too_many),
        TEST(methods_that_break_out_are_refused),
        TEST(a_ca_file_that_is_not_there_stops_the_engine),
        TEST(a_refused_connection_is_a_network_failure),
        TEST(an_answer_that_breaks_off_is_a_network_failure),
        TEST(drips_and_silence_time_out),
        TEST(a_drip_ends_before_the_whole_time_is_over),
        TEST(bombs_and_endless_answers_stop_at_the_limit),
        TEST(endless_headers_stop_at_the_limit),
        TEST(an_answer_of_just_the_limit_is_taken),
        TEST(a_certificate_nobody_signed_is_refused),
        TEST(a_certificate_for_another_name_is_refused),
        TEST(a_ca_file_of_a_request_holds_for_that_request_only),
        TEST(plain_http_to_a_tls_port_fails),
        TEST(an_answer_comes_with_all_its_parts),
        TEST(any_http_status_is_an_answer),
        TEST(packed_answers_are_unpacked),
        TEST(an_unchanged_feed_answers_304_without_a_body),
        TEST(retry_after_is_read_in_both_forms),
        TEST(headers_with_controls_are_left_out),
        TEST(trailers_are_no_headers),
        TEST(bodies_are_posted_with_any_method),
        TEST(a_post_without_a_body_and_an_odd_get_go_out),
        TEST(big_bodies_go_out_whole_and_come_back),
        TEST(logins_are_sent_and_forgotten),
        TEST(a_login_in_the_url_is_sent_but_not_shown),
        TEST(headers_of_one_request_do_not_reach_the_next),
        TEST(connections_are_kept_between_requests),
        TEST(a_connection_the_server_left_is_replaced),
        TEST(proxies_of_the_environment_are_ignored),
        TEST(many_requests_share_six_connections),
        TEST(canceled_requests_end_once_and_later),
        TEST(requests_under_way_can_be_canceled),
        TEST(closing_ends_every_request_and_refuses_new_ones),
        TEST(the_engine_may_be_closed_from_an_answer),
        TEST(a_request_may_be_sent_again_from_its_answer),
        TEST(idle_connections_do_not_keep_the_loop_running),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
