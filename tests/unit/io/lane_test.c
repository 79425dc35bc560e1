/* The short way out, against a server that answers oddly. What holds for every
 * request (fetch_test.c) must hold here. */
#include "peers/fetch_rig.h"

#include <time.h>

static struct peer peer;
static struct rig rig;

static int open_all(void **state)
{
    (void)state;
    peer = peer_start("http_odd.py", NULL);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    peer_stop(&peer);
    return 0;
}

static void as_a_page(struct nj_fetch_req *req)
{
    req->body = "{}";
    req->body_len = 2;
    req->no_redirects = 1;
}

static int open_rig(void **state)
{
    (void)state;
    rig_open(&rig, NULL);
    as_a_page(&rig.req);
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

static int connection_of(const char *line)
{
    int number = -1;

    (void)sscanf(line, "%*s %*s %*d %d", &number);
    return number;
}

/* ---- what fails ---------------------------------------------------------- */

static void nobody_there_is_a_network_failure(void **state)
{
    (void)state;
    assert_int_equal(rig_fetch(&rig, "http://127.0.0.1:1/hook"), NJ_E_NET);
    assert_non_null(strstr(rig.req.fault, "http://127.0.0.1:1: "));
    assert_null(strstr(rig.req.fault, "/hook"));
    assert_int_equal(rig_fetch(&rig, "http://no-such-host.invalid/"), NJ_E_NET);
}

static void an_answer_that_breaks_off_is_a_network_failure(void **state)
{
    static const char *const paths[] = {
        "/half",          "/half-chunked", "/close",
        "/reset",         "/http09",       "/garbage",
        "/reset-in-body", "/nul-header",   "/negative-length",
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

static void endless_answers_stop_at_the_limit(void **state)
{
    static const char *const paths[] = {
        "/endless",         "/endless-chunked",     "/huge-length",
        "/endless-headers", "/endless-early-hints",
    };

    (void)state;
    rig.req.max_bytes = 2000000;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (rig_fetch(&rig, at(paths[i])) != NJ_E_TOOBIG) {
            fail_msg("%s gave %d (%s)", paths[i], rig.status, rig.req.fault);
        }
        assert_non_null(strstr(rig.req.fault, "bytes"));
    }
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
}

static void drips_and_silence_time_out(void **state)
{
    static const char *const paths[] = {"/drip", "/drip-headers", "/silence"};

    (void)state;
    rig.req.timeout_ms = 300;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int64_t start = now_ms();

        assert_int_equal(rig_fetch(&rig, at(paths[i])), NJ_E_TIMEOUT);
        assert_true(now_ms() - start < 2500);
    }
    rig.req.timeout_ms = 0;
    assert_int_equal(rig_fetch(&rig, at("/hello")), 0);
}

/* ---- what works ---------------------------------------------------------- */

static void any_status_is_an_answer_redirects_too(void **state)
{
    (void)state;
    assert_int_equal(rig_fetch(&rig, at("/status/204")), 0);
    assert_int_equal(rig.http, 204);
    assert_int_equal(rig_fetch(&rig, at("/status/503")), 0);
    assert_int_equal(rig.http, 503);
    assert_int_equal(rig_fetch(&rig, at("/loop")), 0);
    assert_int_equal(rig.http / 100, 3);
    assert_int_equal(rig_fetch(&rig, at("/retry-seconds")), 0);
    assert_true(rig.retry_after_ms > 0);
    assert_int_equal(rig_fetch(&rig, at("/trailers")), 0);
}

static void big_bodies_go_out_whole_and_come_back(void **state)
{
    size_t len = 3000000;
    char *body = malloc(len);

    (void)state;
    assert_non_null(body);
    memset(body, 'x', len);
    rig.req.body = body;
    rig.req.body_len = len;
    assert_int_equal(rig_fetch(&rig, at("/echo")), 0);
    assert_true(rig.body_len >= len);
    free(body);
}

static void a_header_of_the_request_takes_the_place_of_ours(void **state)
{
    static const char *const headers[] = {"User-Agent: mine",
                                          "Accept:", "X-Secret: s", NULL};
    char line[512];

    (void)state;
    assert_int_equal(rig_fetch(&rig, at("/hello?1")), 0);
    seen("POST /hello?1 2 ", line, sizeof line);
    assert_non_null(strstr(line, "user-agent=nightjar/"));
    assert_non_null(strstr(line, "accept=*/*"));
    assert_non_null(strstr(line, "content-type=application/x-www-form"));
    rig.req.headers = headers;
    rig.req.method = "PUT";
    assert_int_equal(rig_fetch(&rig, at("/hello?2")), 0);
    seen("PUT /hello?2 2 ", line, sizeof line);
    assert_non_null(strstr(line, "user-agent=mine"));
    assert_non_null(strstr(line, "x-secret=s"));
    assert_null(strstr(line, "accept="));
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
    for (int i = 0; i < 20; i++) {
        assert_int_equal(rig_fetch(&rig, at("/keep-then-close")), 0);
        assert_string_equal(rig.body, "bye");
    }
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

/* ---- many at once, cancelling, closing ----------------------------------- */

enum { MANY = 40 };

struct many {
    struct nj_fetch_req req;
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
        nj_loop_stop(rig.loop);
    }
}

static void start_many(struct many *many, int *left, const char *url)
{
    *left = MANY;
    for (int i = 0; i < MANY; i++) {
        many[i] = (struct many){.left = left};
        many[i].req = (struct nj_fetch_req){
            .url = url, .allow_private = 1, .done = on_many, .ctx = &many[i]};
        as_a_page(&many[i].req);
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

static void more_hosts_than_connections_take_turns(void **state)
{
    const struct nj_fetcher_opts few = {.total = 1};
    struct many many[2] = {{.came = 0}};
    char urls[2][64];
    int left = 2;

    (void)state;
    rig_close(&rig);
    rig_open(&rig, &few);
    (void)snprintf(urls[0], 64, "http://127.0.0.1:%d/hello", peer.port);
    (void)snprintf(urls[1], 64, "http://127.0.0.2:%d/hello", peer.port);
    for (int i = 0; i < 2; i++) {
        many[i].left = &left;
        many[i].req = (struct nj_fetch_req){.url = urls[i],
                                            .allow_private = 1,
                                            .done = on_many,
                                            .ctx = &many[i]};
        as_a_page(&many[i].req);
        assert_int_equal(nj_fetch(rig.fetcher, &many[i].req), 0);
    }
    nj_loop_run(rig.loop);
    assert_int_equal(many[0].status, 0);
    assert_int_equal(many[1].came, 1); /* there is no 127.0.0.2 to answer */
    assert_int_equal(many[1].status, NJ_E_NET);
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

static void
on_close_inside(struct nj_fetch_req *req, int status, const struct nj_answer *a)
{
    struct rig *own = req->ctx;

    (void)a;
    own->came++;
    own->status = status;
    nj_fetcher_close(own->fetcher, on_rig_closed, &own->moved_for_good);
}

static void closing_ends_what_is_under_way(void **state)
{
    struct rig own;

    (void)state;
    for (int i = 0; i < 2; i++) {
        rig_open(&own, NULL);
        as_a_page(&own.req);
        own.req.url = at(i == 0 ? "/hello" : "/slow?5");
        own.req.done = i == 0 ? on_close_inside : on_rig_done;
        assert_int_equal(nj_fetch(own.fetcher, &own.req), 0);
        if (i == 1) {
            nj_fetcher_close(own.fetcher, on_rig_closed, &own.moved_for_good);
            assert_int_equal(nj_fetch(own.fetcher, &own.req), NJ_E_STATE);
        }
        while (!own.moved_for_good) { /* used as: closed */
            nj_loop_run(own.loop);
        }
        assert_int_equal(own.came, 1);
        assert_int_equal(own.status, i == 0 ? 0 : NJ_E_CANCELED);
        nj_loop_destroy(own.loop);
    }
}

static void
on_again(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    assert_int_equal(status, 0);
    assert_string_equal(answer->body, "hello");
    if (++rig.came < 10) {
        assert_int_equal(nj_fetch(rig.fetcher, req), 0);
        assert_string_equal(answer->body, "hello");
    } else {
        nj_loop_stop(rig.loop);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_there_is_a_network_failure),
        TEST(an_answer_that_breaks_off_is_a_network_failure),
        TEST(endless_answers_stop_at_the_limit),
        TEST(drips_and_silence_time_out),
        TEST(any_status_is_an_answer_redirects_too),
        TEST(big_bodies_go_out_whole_and_come_back),
        TEST(a_header_of_the_request_takes_the_place_of_ours),
        TEST(connections_are_kept_between_requests),
        TEST(a_connection_the_server_left_is_replaced),
        TEST(idle_connections_do_not_keep_the_loop_running),
        TEST(many_requests_share_six_connections),
        TEST(more_hosts_than_connections_take_turns),
        TEST(canceled_requests_end_once_and_later),
        TEST(requests_under_way_can_be_canceled),
        TEST(closing_ends_what_is_under_way),
        TEST(a_request_may_be_sent_again_from_its_answer),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
