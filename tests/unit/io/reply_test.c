/* Answers as they come off the wire, in one piece, byte by byte, and cut short
 * anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/reply.h"

enum { LIMIT = 1000 };

/* Read TEXT in pieces of STEP bytes; what nj_reply_take said last. */
static int read_in(struct nj_reply *reply, const char *text, size_t step)
{
    size_t len = strlen(text);
    int code = 0;

    nj_reply_clear(reply);
    reply->body.max_bytes = LIMIT;
    for (size_t at = 0; at < len && code == 0; at += step) {
        code =
            nj_reply_take(reply, text + at, len - at < step ? len - at : step);
    }
    return code;
}

static void what_is_no_answer_is_refused(void **state)
{
    static const char *const bad[] = {
        "hello\r\n",
        "HTTP/2 200\r\n",
        "HTTP/1.1 2x0 OK\r\n",
        "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "fffffffffffffffff\r\n",
    };
    struct nj_reply reply;

    (void)state;
    nj_reply_init(&reply);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        for (size_t step = 1; step < 40; step += 19) {
            if (read_in(&reply, bad[i], step) != NJ_E_NET) {
                fail_msg("taken: %s", bad[i]);
            }
        }
    }
    assert_int_equal(nj_reply_take(&reply, "HTTP/1.1 \0 200 OK\r\n", 19),
                     NJ_E_NET);
    nj_reply_finish(&reply);
}

static void an_answer_over_its_limits_is_refused(void **state)
{
    struct nj_reply reply;
    int code = 0;

    (void)state;
    nj_reply_init(&reply);
    assert_int_equal(
        read_in(&reply, "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", 64),
        NJ_E_TOOBIG);
    assert_int_equal(reply.body.status, NJ_E_TOOBIG);
    assert_int_equal(read_in(&reply, "HTTP/1.1 200 OK\r\n\r\n0123456789", 64),
                     0);
    for (int i = 0; i < LIMIT / 10 && code == 0; i++) {
        code = nj_reply_take(&reply, "0123456789", 10);
    }
    assert_int_equal(code, NJ_E_TOOBIG);
    code = read_in(&reply, "HTTP/1.1 200 OK\r\nX: ", 64);
    for (int i = 0; i < NJ_LIMIT_HEADER_BYTES / 10 + 1 && code == 0; i++) {
        code = nj_reply_take(&reply, "0123456789", 10);
    }
    assert_int_equal(code, NJ_E_TOOBIG);
    assert_int_equal(reply.body.status, 0);
    nj_reply_finish(&reply);
}

static const struct {
    const char *text;
    long status;
    int keep;
    const char *body;
} answers[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 1, "hello"},
    {"HTTP/1.1 200\nContent-Length: 2\n\nhi", 200, 1, "hi"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, 0, ""},
    {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
     200, 1, ""},
    {"HTTP/1.1 404 Not Found\r\nConnection: x, close\r\n"
     "Content-Length: 1\r\n\r\n!",
     404, 0, "!"},
    {"HTTP/1.1 204 No Content\r\n\r\n", 204, 1, ""},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, 1, ""},
    {"HTTP/1.1 101 Other\r\n\r\n", 101, 0, ""},
    {"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
     "HTTP/1.1 202 Taken\r\nContent-Length: 2\r\n\r\nok",
     202, 1, "ok"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
     "5;x=1\r\nhello\r\nA \r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n",
     200, 1, "hello0123456789"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
     "\r\n0\r\n\r\n",
     200, 0, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nhi", 200,
     1, "hi"},
};

static void answers_are_read_whole_however_they_come(void **state)
{
    struct nj_reply reply;

    (void)state;
    nj_reply_init(&reply);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        for (size_t step = 1; step < 80; step++) {
            if (read_in(&reply, answers[i].text, step) != 1) {
                fail_msg("not whole by %zu: %s", step, answers[i].text);
            }
            assert_int_equal(reply.status, answers[i].status);
            assert_int_equal(reply.keep, answers[i].keep);
            assert_string_equal(nj_buf_text(&reply.body), answers[i].body);
            assert_true(nj_reply_ends(&reply));
        }
    }
    nj_reply_finish(&reply);
}

static void an_answer_cut_short_is_not_whole(void **state)
{
    struct nj_reply reply;
    char text[300];

    (void)state;
    nj_reply_init(&reply);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        size_t len = strlen(answers[i].text);

        for (size_t cut = 0; cut < len; cut++) {
            memcpy(text, answers[i].text, cut);
            text[cut] = '\0';
            assert_int_equal(read_in(&reply, text, sizeof text), 0);
            assert_false(nj_reply_ends(&reply));
        }
    }
    nj_reply_finish(&reply);
}

static void an_answer_without_a_length_ends_with_its_connection(void **state)
{
    struct nj_reply reply;

    (void)state;
    nj_reply_init(&reply);
    assert_int_equal(read_in(&reply, "HTTP/1.1 200 OK\r\n\r\nall of it", 7), 0);
    assert_true(nj_reply_ends(&reply));
    assert_int_equal(reply.keep, 0);
    assert_string_equal(nj_buf_text(&reply.body), "all of it");
    nj_reply_finish(&reply);
}

static void what_stands_behind_an_answer_ends_the_connection(void **state)
{
    struct nj_reply reply;

    (void)state;
    nj_reply_init(&reply);
    assert_int_equal(
        read_in(&reply, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!HTTP",
                99),
        1);
    assert_int_equal(reply.keep, 0);
    assert_string_equal(nj_buf_text(&reply.body), "!");
    nj_reply_finish(&reply);
}

static void headers_are_those_of_the_last_response(void **state)
{
    struct nj_reply reply;

    (void)state;
    nj_reply_init(&reply);
    assert_int_equal(
        read_in(&reply,
                "HTTP/1.1 103 Hints\r\nX: early\r\n\r\nHTTP/1.1 503 Busy\r\n"
                "Retry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n"
                "0\r\nX: late\r\n\r\n",
                3),
        1);
    assert_null(nj_headers_find(nj_headers_text(&reply.headers), "X"));
    assert_string_equal(
        nj_headers_find(nj_headers_text(&reply.headers), "retry-after"), "7");
    nj_reply_finish(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_answer_is_refused),
        cmocka_unit_test(an_answer_over_its_limits_is_refused),
        cmocka_unit_test(an_answer_cut_short_is_not_whole),
        cmocka_unit_test(answers_are_read_whole_however_they_come),
        cmocka_unit_test(an_answer_without_a_length_ends_with_its_connection),
        cmocka_unit_test(what_stands_behind_an_answer_ends_the_connection),
        cmocka_unit_test(headers_are_those_of_the_last_response),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
