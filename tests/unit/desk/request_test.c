/* desk/request.h: hostile bytes in, a command or a sentence out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "desk/request.h"

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *line;
        const char *words;
    } bad[] = {
        {"", "JSON"},
        {"[]", "one JSON object"},
        {"{}", "\"verb\" must be given"},
        {"{\"verb\":5}", "\"verb\" must be text"},
        {"{\"verb\":\"ack\",\"ids\":5}", "list of numbers"},
        {"{\"verb\":\"ack\",\"ids\":[1.5]}", "whole number"},
        {"{\"verb\":\"ack\",\"ids\":[0]}", "whole number"},
        {"{\"verb\":\"ack\",\"ids\":[\"1\"]}", "whole number"},
        {"{\"verb\":\"ack\",\"for\":\"long\"}", "is no duration"},
        {"{\"verb\":\"log\",\"from\":\"noon\"}", "is no time"},
        {"{\"verb\":\"raise\",\"severity\":\"loud\"}", "low, high or critical"},
        {"{\"verb\":\"log\",\"limit\":-1}", "limit"},
        {"{\"verb\":\"ack\",\"generation\":-1}", "generation"},
        {"{\"verb\":\"ack\"} extra", "after the end"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nj_request request;
        struct nj_err err = {0};

        assert_int_equal(nj_request_read(bad[i].line, strlen(bad[i].line), NULL,
                                         0, &request, &err),
                         NJ_E_INVALID);
        assert_non_null(strstr(err.text, bad[i].words));
    }
}

static void a_whole_request_is_understood(void **state)
{
    static const char line[] =
        "{\"verb\":\"ack\",\"ids\":[4711,12],\"for\":\"2h\",\"text\":\"on "
        "it\",\"as\":\"maya\",\"generation\":3,\"from\":\"2026-02-03 18:00\","
        "\"force\":true,\"severity\":\"critical\",\"by\":null}";
    struct nj_request r;

    (void)state;
    assert_int_equal(nj_request_read(line, strlen(line), NULL, 0, &r, NULL), 0);
    assert_string_equal(r.command.verb, "ack");
    assert_int_equal(r.command.id_count, 2);
    assert_int_equal(r.ids[0], 4711);
    assert_int_equal(r.command.for_ms, 7200000);
    assert_string_equal(r.command.text, "on it");
    assert_string_equal(r.as, "maya");
    assert_int_equal(r.command.generation, 3);
    assert_int_equal(r.command.from_ms, INT64_C(1770141600000));
    assert_int_equal(r.command.severity, NJ_LEVEL_CRITICAL);
    assert_int_equal(r.command.force, 1);
    assert_null(r.command.by);
    nj_request_finish(&r);
}

static int64_t from_of(const char *line)
{
    const int64_t now_ms = INT64_C(1770141600000); /* 2026-02-03 18:00 UTC */
    struct nj_request r;
    int64_t from_ms;

    assert_int_equal(
        nj_request_read(line, strlen(line), NULL, now_ms, &r, NULL), 0);
    from_ms = r.command.until_ms != 0 ? r.command.until_ms : r.command.from_ms;
    nj_request_finish(&r);
    return (from_ms - now_ms) / 60000;
}

static void times_are_seen_from_now(void **state)
{
    (void)state;
    assert_int_equal(from_of("{\"verb\":\"log\",\"since\":\"2h\"}"), -120);
    assert_int_equal(from_of("{\"verb\":\"log\",\"since\":\"22:00\"}"),
                     4 * 60 - 24 * 60);
    assert_int_equal(from_of("{\"verb\":\"x\",\"from\":\"22:00\"}"), 4 * 60);
    assert_int_equal(from_of("{\"verb\":\"x\",\"until\":\"2h\"}"), 120);
    assert_int_equal(from_of("{\"verb\":\"x\",\"from\":\"tomorrow 18:00\","
                             "\"until\":\"08:00\"}"),
                     38 * 60);
}

static void too_many_ids_are_refused(void **state)
{
    struct nj_request r;
    struct nj_err err = {0};
    struct nj_buf line;

    (void)state;
    nj_buf_init(&line, 1 << 16);
    (void)nj_buf_adds(&line, "{\"verb\":\"ack\",\"ids\":[1");
    for (int i = 0; i < NJ_REQUEST_IDS; i++) {
        (void)nj_buf_adds(&line, ",2");
    }
    (void)nj_buf_adds(&line, "]}");
    assert_int_equal(
        nj_request_read(nj_buf_text(&line), line.len, NULL, 0, &r, &err),
        NJ_E_TOOBIG);
    nj_buf_finish(&line);
}

static void answers_are_one_line(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 1000);
    nj_request_answer(&out, 0, "[1]", NULL);
    assert_string_equal(nj_buf_text(&out), "{\"ok\":true,\"result\":[1]}");
    nj_buf_clear(&out);
    nj_request_answer(&out, NJ_E_NOTFOUND, NULL, "no\n\"alert\"");
    assert_string_equal(nj_buf_text(&out),
                        "{\"ok\":false,\"code\":\"not found\",\"error\":"
                        "\"no\\n\\\"alert\\\"\"}");
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(a_whole_request_is_understood),
        cmocka_unit_test(times_are_seen_from_now),
        cmocka_unit_test(too_many_ids_are_refused),
        cmocka_unit_test(answers_are_one_line),
    };

    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
