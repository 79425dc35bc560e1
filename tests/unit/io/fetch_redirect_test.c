/* Where a request may go: private addresses, redirects, secrets. Names and a
 * "public" network are this program's own (peers/names.h). */
#include "peers/fetch_rig.h"

#include <time.h>

#include "peers/names.h"

struct name names[] = {
    {.name = "public.nj.test", .addresses = "8.8.8.8"},
    {.name = "other.nj.test", .addresses = "8.8.8.9"},
    {.name = "inside.nj.test", .addresses = "127.0.0.1"},
    {.name = "intranet.nj.test", .addresses = "10.0.0.5"},
    {.name = "meta.nj.test", .addresses = "169.254.169.254"},
    {.name = "mapped.nj.test", .addresses = "::ffff:127.0.0.1"},
    {.name = "nat64.nj.test", .addresses = "64:ff9b::7f00:1"},
    {.name = "ula.nj.test", .addresses = "fd00::1"},
    {.name = "list.nj.test", .addresses = "10.0.0.5,127.0.0.1,::1"},
    {.name = "mixed.nj.test", .addresses = "10.0.0.5,8.8.8.8"},
    {.name = "rebind.nj.test", .addresses = "127.0.0.1", .later = "8.8.8.8"},
    {.name = "slow.nj.test", .addresses = "8.8.8.8", .delay_ms = 800},
    {.name = "none.nj.test"},
    {.name = "h0.nj.test", .addresses = "8.8.8.8"},
    {.name = "h1.nj.test", .addresses = "8.8.8.8"},
    {.name = "h2.nj.test", .addresses = "8.8.8.8"},
    {.name = "h3.nj.test", .addresses = "8.8.8.8"},
    {.name = "h4.nj.test", .addresses = "8.8.8.8"},
    {.name = "h5.nj.test", .addresses = "8.8.8.8"},
    {.name = "h6.nj.test", .addresses = "8.8.8.8"},
    {.name = "h7.nj.test", .addresses = "8.8.8.8"},
    {0},
};

static struct peer peer;
static struct peer tls_peer;
static struct rig rig;
static char certs[64];
static char ca[96];

static int open_all(void **state)
{
    char cert[96], key[96];
    const char *tls[] = {cert, key, NULL};

    (void)state;
    peer_certs_make(certs);
    (void)snprintf(ca, sizeof ca, "%s/ca.pem", certs);
    (void)snprintf(cert, sizeof cert, "%s/srv.pem", certs);
    (void)snprintf(key, sizeof key, "%s/srv.key", certs);
    peer = peer_start("http_odd.py", NULL);
    tls_peer = peer_start("http_odd.py", tls);
    web_port = peer.port;
    tls_port = tls_peer.port;
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
    const struct nj_fetcher_opts opts = {.ca_file = ca};

    (void)state;
    rig_open(&rig, &opts);
    rig.req.allow_private = 0;
    rig.req.timeout_ms = 5000;
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void assert_fault(const char *part)
{
    if (strstr(rig.req.fault, part) == NULL) {
        fail_msg("fault \"%s\" does not say \"%s\"", rig.req.fault, part);
    }
}

/* Fetch FORMAT, in which %d stands for the server's port. */
static int fetch(const char *format)
{
    char url[512];
    const char *port = strstr(format, "%d");

    if (port == NULL) {
        (void)snprintf(url, sizeof url, "%s", format);
    } else {
        (void)snprintf(url, sizeof url, "%.*s%d%s", (int)(port - format),
                       format, peer.port, port + 2);
    }
    return rig_fetch(&rig, url);
}

/* Read lines of SERVER until one has PART; its text goes to OUT. */
static const char *seen_by(struct peer *server, const char *part)
{
    static char line[1024];

    do {
        (void)peer_line(server, line, sizeof line);
        if (line[0] == '\0') {
            fail_msg("the server never saw %s", part);
        }
    } while (strstr(line, part) == NULL);
    return line;
}

/* ---- addresses ---------------------------------------------------------- */

static void private_addresses_are_denied_however_they_are_written(void **state)
{
    static const char *const urls[] = {
        "http://127.0.0.1:%d/hello",
        "http://localhost:%d/hello",
        "http://LOCALHOST:%d/hello",
        "http://127.1:%d/hello",
        "http://2130706433:%d/hello",
        "http://0x7f000001:%d/hello",
        "http://0177.0.0.1:%d/hello",
        "http://0x7f.0.0.0x1:%d/hello",
        "http://0.0.0.0:%d/hello",
        "http://0:%d/hello",
        "http://[::1]:%d/hello",
        "http://[::]:%d/hello",
        "http://[::ffff:127.0.0.1]:%d/hello",
        "http://[::ffff:7f00:1]:%d/hello",
        "http://[::127.0.0.1]:%d/hello",
        "http://[64:ff9b::127.0.0.1]:%d/hello",
        "http://[2002:7f00:1::]:%d/hello",
        "http://[fe80::1]:%d/hello",
        "http://[fd00::1]:%d/hello",
        "http://10.0.0.5/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://inside.nj.test:%d/hello",
        "http://intranet.nj.test/",
        "http://meta.nj.test/",
        "http://mapped.nj.test:%d/hello",
        "http://nat64.nj.test:%d/hello",
        "http://ula.nj.test/",
        "http://list.nj.test:%d/hello",
        "http://rebind.nj.test:%d/hello",
        "http://public.nj.test@127.0.0.1:%d/hello",
        "https://127.0.0.1/hello",
    };
    char line[1024];

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        int status = fetch(urls[i]);

        if (status != NJ_E_DENIED) {
            fail_msg("%s gave %d (%s)", urls[i], status, rig.req.fault);
        }
        assert_fault("is a private address");
    }
    /* and none of them reached the server: what it sees first is this one */
    rig.req.allow_private = 1;
    assert_int_equal(fetch("http://127.0.0.1:%d/hello?first"), 0);
    assert_non_null(strstr(peer_line(&peer, line, sizeof line), "?first"));
}

static void a_kept_private_connection_is_not_lent_out(void **state)
{
    char line[1024];

    (void)state;
    rig.req.allow_private = 1;
    assert_int_equal(fetch("http://inside.nj.test:%d/hello?a"), 0);
    rig.req.allow_private = 0;
    assert_int_equal(fetch("http://inside.nj.test:%d/hello?b"), NJ_E_DENIED);
    assert_fault("127.0.0.1 is a private address");
    rig.req.allow_private = 1;
    assert_int_equal(fetch("http://inside.nj.test:%d/hello?c"), 0);
    (void)seen_by(&peer, "?a");
    assert_non_null(strstr(peer_line(&peer, line, sizeof line), "?c"));
}

static void public_addresses_are_reached(void **state)
{
    (void)state;
    assert_int_equal(fetch("http://public.nj.test:%d/hello"), 0);
    assert_int_equal(fetch("http://8.8.8.8:%d/hello"), 0);
    assert_int_equal(fetch("http://mixed.nj.test:%d/hello"), 0);
    assert_int_equal(fetch("http://public.nj.test/hello"), 0);
    assert_int_equal(fetch("https://public.nj.test/hello"), 0);
}

static void names_that_are_none_or_slow_are_told(void **state)
{
    struct timespec start, end;

    (void)state;
    assert_int_equal(fetch("http://none.nj.test/"), NJ_E_NET);
    assert_fault("none.nj.test");
    rig.req.timeout_ms = 200;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    assert_int_equal(fetch("http://slow.nj.test/hello"), NJ_E_TIMEOUT);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    assert_true((end.tv_sec - start.tv_sec) * 1000 +
                    (end.tv_nsec - start.tv_nsec) / 1000000 <
                600);
    rig.req.timeout_ms = 3000;
    assert_int_equal(fetch("http://slow.nj.test/hello"), 0);
}

/* ---- redirects ---------------------------------------------------------- */

static void redirects_to_the_inside_are_denied(void **state)
{
    static const char *const urls[] = {
        "http://public.nj.test/to?http://127.0.0.1:%d/hello",
        "http://public.nj.test/to?http://localhost/hello",
        "http://public.nj.test/to?http://169.254.169.254/latest/",
        "http://public.nj.test/to?http://[::1]/hello",
        "http://public.nj.test/to?http://inside.nj.test/hello",
        "http://public.nj.test/to?//127.0.0.1/hello",
        "http://public.nj.test/to?http://2130706433/hello",
        "http://public.nj.test/to/308?http://10.0.0.1/",
        "http://public.nj.test/to?file:///etc/passwd",
        "http://public.nj.test/to?ftp://8.8.8.8/",
        "http://public.nj.test/to?gopher://127.0.0.1:25/_HELO",
        "http://public.nj.test/to?http://other.nj.test/to?http://127.0.0.1/",
        "https://public.nj.test/to?http://public.nj.test/hello",
        "https://public.nj.test/to?http://other.nj.test/hello",
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        if (fetch(urls[i]) != NJ_E_DENIED) {
            fail_msg("%s gave %d (%s)", urls[i], rig.status, rig.req.fault);
        }
    }
}

static void leave_to_go_inside_does_not_survive_a_redirect(void **state)
{
    (void)state;
    rig.req.allow_private = 1;
    assert_int_equal(fetch("http://127.0.0.1:%d/to?/hello"), 0);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://localhost/hello"),
                     NJ_E_DENIED);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://127.0.0.1:1/"),
                     NJ_E_DENIED);
    assert_int_equal(
        fetch("http://127.0.0.1:%d/to?http://public.nj.test/hello"), 0);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://public.nj.test/"
                           "to?http://127.0.0.1:1/"),
                     NJ_E_DENIED);
}

static void redirects_have_an_end(void **state)
{
    (void)state;
    assert_int_equal(fetch("http://public.nj.test/loop"), NJ_E_NET);
    assert_fault("more than 5 redirects");
    assert_int_equal(fetch("http://public.nj.test/chain?6"), NJ_E_NET);
    assert_int_equal(fetch("http://public.nj.test/chain?5"), 0);
    assert_string_equal(rig.body, "end");
    assert_string_equal(rig.url, "http://public.nj.test/chain?0");
    rig.req.timeout_ms = 1000;
    assert_int_equal(fetch("http://public.nj.test/slow-chain"), NJ_E_TIMEOUT);
}

static void a_redirect_to_nonsense_is_told(void **state)
{
    (void)state;
    assert_int_equal(fetch("http://public.nj.test/to?http://a:99999/"),
                     NJ_E_NET);
    assert_fault("not a URL");
}

static void a_move_for_good_is_known_from_one_for_now(void **state)
{
    static const struct {
        const char *url;
        int for_good;
    } cases[] = {
        {"http://public.nj.test/hello", 0},
        {"http://public.nj.test/to/301?/hello", 1},
        {"http://public.nj.test/to/308?/hello", 1},
        {"http://public.nj.test/to/302?/hello", 0},
        {"http://public.nj.test/to/303?/hello", 0},
        {"http://public.nj.test/to/307?/hello", 0},
        {"http://public.nj.test/chain?3", 1},
        {"http://public.nj.test/to/302?/chain?2", 0},
        {"http://public.nj.test/to/301?/to/307?/hello", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fetch(cases[i].url), 0);
        assert_int_equal(rig.http, 200);
        assert_int_equal(rig.moved_for_good, cases[i].for_good);
    }
}

static void redirects_are_left_to_the_caller_when_asked(void **state)
{
    (void)state;
    rig.want = "Location";
    assert_int_equal(fetch("http://public.nj.test/to-no-location"), 0);
    assert_int_equal(rig.http, 302);
    rig.req.no_redirects = 1;
    assert_int_equal(fetch("http://public.nj.test/to?/hello"), 0);
    assert_int_equal(rig.http, 302);
    assert_string_equal(rig.header, "/hello");
    rig.req.no_redirects = 0;
    assert_int_equal(fetch("http://public.nj.test/to-blank"), 0);
    assert_string_equal(rig.url, "http://public.nj.test/a%20b?c+d");
}

/* ---- secrets ------------------------------------------------------------ */

static const char *const secrets[] = {"X-Secret: 42", "Cookie: a=b",
                                      "Accept: text/x", "If-None-Match: \"v\"",
                                      NULL};

static void secrets_stay_on_their_host(void **state)
{
    static const char *const urls[] = {
        "http://public.nj.test/to?http://other.nj.test/hello?gone",
        "http://public.nj.test/to?http://public.nj.test:%d/hello?gone",
        "http://u:p@public.nj.test/to?http://other.nj.test/hello?gone",
        "http://public.nj.test/to?http://other.nj.test/"
        "to?http://public.nj.test/hello?gone",
        "http://public.nj.test/to?http://u:p@other.nj.test/hello?gone",
    };

    (void)state;
    rig.req.headers = secrets;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const char *line;

        rig.req.username = i == 2 ? NULL : "maya";
        rig.req.password = i == 2 ? NULL : "pw";
        assert_int_equal(fetch(urls[i]), 0);
        line = seen_by(&peer, "GET /hello?gone");
        assert_null(strstr(line, "authorization"));
        assert_null(strstr(line, "cookie"));
        assert_null(strstr(line, "x-secret"));
        assert_non_null(strstr(line, "accept=text/x"));
        assert_non_null(strstr(line, "if-none-match=\"v\""));
    }
}

static void secrets_follow_on_the_same_host(void **state)
{
    const char *line;

    (void)state;
    rig.req.headers = secrets;
    rig.req.username = "maya";
    rig.req.password = "pw";
    assert_int_equal(fetch("http://public.nj.test/to?/hello?here"), 0);
    line = seen_by(&peer, "GET /hello?here");
    assert_non_null(strstr(line, "authorization=Basic bWF5YTpwdw=="));
    assert_non_null(strstr(line, "x-secret=42"));
    assert_int_equal(
        fetch("http://public.nj.test/to?https://public.nj.test/hello?up"), 0);
    line = seen_by(&tls_peer, "GET /hello?up");
    assert_non_null(strstr(line, "authorization=Basic"));
    rig.req.username = NULL;
    assert_int_equal(fetch("http://u:p@public.nj.test/to?/hello?login"), 0);
    line = seen_by(&peer, "GET /hello?login");
    assert_non_null(strstr(line, "authorization=Basic dTpw"));
}

static void sessions_of_more_hosts_than_libcurl_keeps_are_resumed(void **state)
{
    char url[80];
    char part[40];

    (void)state;
    for (int i = 0; i < 16; i++) {
        (void)snprintf(url, sizeof url,
                       "https://h%d.nj.test/keep-then-close?n%d.", i % 8, i);
        assert_int_equal(fetch(url), 0);
    }
    for (int i = 8; i < 16; i++) {
        (void)snprintf(part, sizeof part, "?n%d. ", i);
        assert_non_null(strstr(seen_by(&tls_peer, part), " resumed"));
    }
}

static void bodies_do_not_leave_their_host(void **state)
{
    (void)state;
    rig.req.body = "secret";
    rig.req.body_len = 6;
    assert_int_equal(
        fetch("http://public.nj.test/to/307?http://other.nj.test/echo"),
        NJ_E_DENIED);
    assert_fault("body to another host");
    assert_int_equal(
        fetch("http://public.nj.test/to/308?http://other.nj.test/echo"),
        NJ_E_DENIED);
}

static void methods_change_on_redirects_as_the_rfc_says(void **state)
{
    static const struct {
        const char *method, *url, *seen;
    } cases[] = {
        {"POST", "http://public.nj.test/to/301?/echo?p1", "GET /echo?p1 0 "},
        {"POST", "http://public.nj.test/to/302?/echo?p2", "GET /echo?p2 0 "},
        {"POST", "http://public.nj.test/to/303?/echo?p3", "GET /echo?p3 0 "},
        {"POST", "http://public.nj.test/to/307?/echo?p7", "POST /echo?p7 6 "},
        {"POST", "http://public.nj.test/to/308?/echo?p8", "POST /echo?p8 6 "},
        {"PUT", "http://public.nj.test/to/302?/echo?u2", "PUT /echo?u2 6 "},
        {"PUT", "http://public.nj.test/to/303?/echo?u3", "GET /echo?u3 0 "},
        {"POST", "http://public.nj.test/to/303?http://other.nj.test/echo?o3",
         "GET /echo?o3 0 "},
    };

    (void)state;
    rig.req.body = "secret";
    rig.req.body_len = 6;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rig.req.method = cases[i].method;
        assert_int_equal(fetch(cases[i].url), 0);
        (void)seen_by(&peer, cases[i].seen);
    }
    rig.req.body = NULL;
    rig.req.method = "HEAD";
    assert_int_equal(fetch("http://public.nj.test/to/303?/hello?h3"), 0);
    (void)seen_by(&peer, "HEAD /hello?h3 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(private_addresses_are_denied_however_they_are_written),
        TEST(a_kept_private_connection_is_not_lent_out),
        TEST(public_addresses_are_reached),
        TEST(names_that_are_none_or_slow_are_told),
        TEST(redirects_to_the_inside_are_denied),
        TEST(leave_to_go_inside_does_not_survive_a_redirect),
        TEST(redirects_have_an_end),
        TEST(a_redirect_to_nonsense_is_told),
        TEST(a_move_for_good_is_known_from_one_for_now),
        TEST(redirects_are_left_to_the_caller_when_asked),
        TEST(secrets_stay_on_their_host),
        TEST(secrets_follow_on_the_same_host),
        TEST(sessions_of_more_hosts_than_libcurl_keeps_are_resumed),
        TEST(bodies_do_not_leave_their_host),
        TEST(methods_change_on_redirects_as_the_rfc_says),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
