/* The rules for URLs, redirects and headers on their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/fetch.h"
#include "io/fetch_guard.h"
#include "io/fetch_headers.h"

/* ---- redirects ---------------------------------------------------------- */

static const struct {
    const char *from;
    const char *location;
    int code;
    const char *to; /* or what the fault says */
    int same;
} hops[] = {
    {"https://a.test/x", "http://a.test/x", NJ_E_DENIED, "https to http", 0},
    {"https://a.test/x", "http://b.test/", NJ_E_DENIED, "https to http", 0},
    {"http://a.test/", "file:///etc/passwd", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "FILE:///etc/passwd", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "ftp://a.test/", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "gopher://127.0.0.1:25/_x", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "dict://127.0.0.1:11211/", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "smtp://127.0.0.1/", NJ_E_DENIED, "scheme", 0},
    {"http://a.test/", "http://a.test:99999/", NJ_E_NET, "not a URL", 0},
    {"http://a.test/", "http://[::1/", NJ_E_NET, "not a URL", 0},
    {"http://a.test/", "http://a\x01.test/", NJ_E_NET, "not a URL", 0},
    {"http://a.test/", "/a\r\nX: y", NJ_E_NET, "not a URL", 0},
    {"http://a.test/x/y?q", "z", 0, "http://a.test/x/z", 1},
    {"http://a.test/x/y?q", "/z?w", 0, "http://a.test/z?w", 1},
    {"http://a.test/x/y?q", "?w", 0, "http://a.test/x/y?w", 1},
    {"http://a.test/x/y", "../../../z", 0, "http://a.test/z", 1},
    {"http://a.test/x", "//b.test/y", 0, "http://b.test/y", 0},
    {"https://a.test/x", "//a.test/y", 0, "https://a.test/y", 1},
    {"http://a.test/x", "http://A.TEST/y", 0, "http://A.TEST/y", 1},
    {"http://a.test/x", "http://a.test:80/y", 0, "http://a.test:80/y", 1},
    {"http://a.test/x", "http://a.test:81/y", 0, "http://a.test:81/y", 0},
    {"http://a.test/x", "https://a.test/y", 0, "https://a.test/y", 1},
    {"http://a.test/x", "https://a.test:444/y", 0, "https://a.test:444/y", 0},
    {"http://a.test:81/", "https://a.test/y", 0, "https://a.test/y", 0},
    {"http://a.test/x", "https://b.test/y", 0, "https://b.test/y", 0},
    {"http://a.test/x", "http://a.test.evil/y", 0, "http://a.test.evil/y", 0},
    {"http://a.test/", "http://u:p@b.test/y", 0, "http://b.test/y", 0},
    {"http://a.test/", "http://a.test@b.test/y", 0, "http://b.test/y", 0},
    {"http://a.test/", "/a b", 0, "http://a.test/a%20b", 1},
    {"http://a.test/", "/x#fragment", 0, "http://a.test/x", 1},
    {"http://a.test/", "javascript:alert(1)", NJ_E_DENIED, "scheme", 0},
};

static void redirects_lead_where_they_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hops / sizeof hops[0]; i++) {
        struct nj_target target = {0};
        char fault[NJ_FETCH_FAULT] = "";
        int same = -1;
        int code = nj_target_redirect(hops[i].from, hops[i].location, &target,
                                      &same, fault);

        if (code != hops[i].code) {
            fail_msg("%s -> %s: %d (%s)", hops[i].from, hops[i].location, code,
                     fault);
        }
        if (code != 0) {
            assert_non_null(strstr(fault, hops[i].to));
            assert_null(target.url);
            assert_int_equal(same, -1);
            continue;
        }
        assert_string_equal(target.url, hops[i].to);
        assert_int_equal(same, hops[i].same);
        assert_null(target.user);
        assert_null(target.password);
        nj_target_finish(&target);
    }
}

static void a_login_is_taken_out_of_a_url(void **state)
{
    struct nj_target target;
    char fault[NJ_FETCH_FAULT];

    (void)state;
    assert_int_equal(
        nj_target_read("https://m%40ya:p%3Aw@a.test:444/x?y#z", &target, fault),
        0);
    assert_string_equal(target.url, "https://a.test:444/x?y");
    assert_string_equal(target.user, "m@ya");
    assert_string_equal(target.password, "p:w");
    nj_target_finish(&target);
    assert_null(target.url);
    assert_int_equal(nj_target_read("http://a.test", &target, fault), 0);
    assert_string_equal(target.url, "http://a.test/");
    assert_null(target.user);
    assert_null(target.password);
    nj_target_finish(&target);
}

static void logs_show_of_a_url_only_where_it_goes(void **state)
{
    static const struct {
        const char *url, *origin;
    } cases[] = {
        {"https://a.test:444/x?token=1#y", "https://a.test:444"},
        {"https://u:p@a.test/x", "https://a.test"},
        {"https://u:p@q@a.test", "https://a.test"},
        {"http://a.test?x=@b", "http://a.test"},
        {"http://a.test/bot123:secret/getUpdates", "http://a.test"},
        {"a.test/x", "http://a.test"},
        {"", "http://"},
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nj_url_origin(cases[i].url, text, sizeof text);
        assert_string_equal(text, cases[i].origin);
    }
}

static void only_harmless_headers_may_cross(void **state)
{
    static const char *const secret[] = {
        "Authorization: x", "Cookie: x",     "X-Api-Key: x",
        "PRIVATE-TOKEN: x", "Acceptable: x", "Proxy-Authorization: x",
        "Host: x",          "accept",        "",
    };
    static const char *const harmless[] = {
        "Accept: x",        "accept:x",
        "If-None-Match: x", "if-modified-since: x",
        "Content-Type: x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++) {
        assert_false(nj_header_is_harmless(secret[i]));
    }
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        assert_true(nj_header_is_harmless(harmless[i]));
    }
}

/* ---- answers' headers --------------------------------------------------- */

static int add(struct nj_headers *headers, const char *line)
{
    return nj_headers_add(headers, line, strlen(line));
}

static void headers_are_kept_by_name(void **state)
{
    struct nj_headers headers;
    const char *text;

    (void)state;
    nj_headers_init(&headers);
    assert_string_equal(nj_headers_text(&headers), "");
    assert_int_equal(add(&headers, "HTTP/1.1 103 Early Hints\r\n"), 0);
    assert_int_equal(add(&headers, "Link: early\r\n"), 0);
    assert_int_equal(add(&headers, "\r\n"), 0);
    assert_int_equal(add(&headers, "HTTP/1.1 200 OK\r\n"), 0);
    assert_int_equal(add(&headers, "ETag:\t\"v1\" \r\n"), 0);
    assert_int_equal(add(&headers, "Empty:\r\n"), 0);
    assert_int_equal(add(&headers, "no colon\r\n"), 0);
    assert_int_equal(add(&headers, ": no name\r\n"), 0);
    assert_int_equal(add(&headers, " folded: x\r\n"), 0);
    assert_int_equal(add(&headers, "Bell: a\x07\r\n"), 0);
    assert_int_equal(add(&headers, "etag: later\r\n"), 0);
    assert_int_equal(add(&headers, "\r\n"), 0);
    assert_int_equal(add(&headers, "Trailer: x\r\n"), 0);
    text = nj_headers_text(&headers);
    assert_string_equal(nj_headers_find(text, "etag"), "\"v1\"");
    assert_string_equal(nj_headers_find(text, "EMPTY"), "");
    assert_null(nj_headers_find(text, "Link"));
    assert_null(nj_headers_find(text, "ETa"));
    assert_null(nj_headers_find(text, "ETag:"));
    assert_null(nj_headers_find(text, "folded"));
    assert_null(nj_headers_find(text, "Bell"));
    assert_null(nj_headers_find(text, "Trailer"));
    nj_headers_clear(&headers);
    assert_string_equal(nj_headers_text(&headers), "");
    nj_headers_finish(&headers);
}

static void headers_have_a_limit_over_all_responses(void **state)
{
    static char line[1024];
    struct nj_headers headers;
    int lines = 0;

    (void)state;
    memset(line, 'x', sizeof line - 3);
    memcpy(line, "X: ", 3);
    memcpy(line + sizeof line - 3, "\r\n", 3);
    nj_headers_init(&headers);
    while (add(&headers, lines % 2 == 0 ? "HTTP/1.1 103 x\r\n" : line) == 0) {
        lines++;
    }
    assert_in_range(lines, 100, 140);
    nj_headers_finish(&headers);
}

static void an_answer_without_headers_has_none(void **state)
{
    const struct nj_answer answer = {.status = 200};

    (void)state;
    assert_null(nj_answer_header(&answer, "ETag"));
}

static void retry_after_has_limits(void **state)
{
    const int64_t date = INT64_C(784111777000); /* 1994-11-06 08:49:37 */
    const int64_t year = INT64_C(365) * 86400000;

    (void)state;
    assert_int_equal(nj_retry_after(NULL, date), -1);
    assert_int_equal(nj_retry_after("", date), -1);
    assert_int_equal(nj_retry_after("-5", date), -1);
    assert_int_equal(nj_retry_after("1.5", date), -1);
    assert_int_equal(nj_retry_after("later", date), -1);
    assert_int_equal(nj_retry_after("0", date), 0);
    assert_int_equal(nj_retry_after("007", date), 7000);
    assert_int_equal(nj_retry_after("99999999999999999999999", date), year);
    assert_int_equal(nj_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", date),
                     1000);
    assert_int_equal(nj_retry_after("Sunday, 06-Nov-94 08:49:38 GMT", date),
                     1000);
    assert_int_equal(nj_retry_after("Sun Nov  6 08:49:38 1994", date), 1000);
    assert_int_equal(nj_retry_after("Sun, 06 Nov 1994 08:49:36 GMT", date), 0);
    assert_int_equal(nj_retry_after("Sun, 06 Nov 2094 08:49:36 GMT", date),
                     year);
}

static void http_dates_are_read(void **state)
{
    (void)state;
    assert_int_equal(nj_http_date(NULL), 0);
    assert_int_equal(nj_http_date("soon"), 0);
    assert_int_equal(nj_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
                     INT64_C(784111777000));
    assert_int_equal(nj_http_date("Thu, 01 Jan 1970 00:00:01 GMT"), 1000);
    assert_int_equal(nj_http_date("Sun, 06 Nov 1994 08:49:37 XYZ"), 0);
    assert_int_equal(nj_http_date("Sun, 06 Foo 1994 08:49:37 GMT"), 0);
    assert_int_equal(nj_http_date("Sun, 0x Nov 1994 08:49:37 GMT"), 0);
}

/* Every day of two centuries as the C library writes it. */
static void every_date_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 73000; day++) {
        time_t seconds = (time_t)(day * 86400 + day % 86400);
        char text[64];
        struct tm tm;

        assert_non_null(gmtime_r(&seconds, &tm));
        (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        assert_int_equal(nj_http_date(text), (int64_t)seconds * 1000);
    }
}

static void plain_urls_are_taken_as_they_are(void **state)
{
    static const struct {
        const char *url, *taken;
    } cases[] = {
        {"http://a.test/x?y=1&z=%20_~+,;", "http://a.test/x?y=1&z=%20_~+,;"},
        {"https://a.test:8443/", "https://a.test:8443/"},
        {"https://a.test:65535/", "https://a.test:65535/"},
        {"https://a.test", "https://a.test/"},
        {"HTTPS://a.test/x", "https://a.test/x"},
        {"httpS://a.test/x", "https://a.test/x"},
        {"http://a.test/x#y", "http://a.test/x"},
        {"http://a.test?x", "http://a.test/?x"},
        {"http://[::1]:80/x", "http://[::1]:80/x"},
        {"http://a.test/caf\xc3\xa9 x", "http://a.test/caf%c3%a9%20x"},
    };
    char fault[NJ_FETCH_FAULT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nj_target target;

        assert_int_equal(nj_target_read(cases[i].url, &target, fault), 0);
        assert_string_equal(target.url, cases[i].taken);
        nj_target_finish(&target);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirects_lead_where_they_may),
        cmocka_unit_test(a_login_is_taken_out_of_a_url),
        cmocka_unit_test(logs_show_of_a_url_only_where_it_goes),
        cmocka_unit_test(only_harmless_headers_may_cross),
        cmocka_unit_test(headers_are_kept_by_name),
        cmocka_unit_test(headers_have_a_limit_over_all_responses),
        cmocka_unit_test(an_answer_without_headers_has_none),
        cmocka_unit_test(retry_after_has_limits),
        cmocka_unit_test(http_dates_are_read),
        cmocka_unit_test(every_date_is_read_as_it_was_written),
        cmocka_unit_test(plain_urls_are_taken_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
