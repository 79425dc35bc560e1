/* The reader of request heads on its own, with the vectors that the server
 * gets over real sockets in httpd_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/http_guard.h"
#include "peers/vectors.h"

/* What the server would make of BYTES, up to the handler. */
static int judge(char *bytes, size_t len, struct nj_http_head *head)
{
    size_t seen = 0;
    size_t path;
    long length;
    int status;

    if (len >= 2 && memcmp(bytes, "\r\n", 2) == 0) {
        bytes += 2;
        len -= 2;
    }
    length = nj_http_head_length(bytes, len, &seen);
    if (length <= 0) {
        return length < 0 ? 400 : 0;
    }
    status = nj_http_head_read(bytes, (size_t)length, head);
    if (status != 0) {
        return status;
    }
    path = head->path.len;
    if (nj_http_decode(bytes + head->path.at, &path, 0) != 0) {
        return 400;
    }
    bytes[head->path.at + path] = '\0';
    return nj_http_path_is_straight(bytes + head->path.at) ? 200 : 400;
}

static void every_vector_is_judged_as_the_table_says(void **state)
{
    static struct nj_http_head head;
    FILE *file = fopen("tests/data/io/http_heads.txt", "r");
    struct vector vector;
    int cases = 0;
    int wrong = 0;

    (void)state;
    assert_non_null(file);
    while (vector_next(file, &vector)) {
        int status = judge(vector.bytes, vector.len, &head);

        /* sizes of bodies, and queries, are for the server to judge */
        if (vector.status == 413 || strchr(vector.line, '?') != NULL) {
            assert_true(status == 200 || status == 400);
        } else if (status != vector.status) {
            print_error("%d for %s", status, vector.line);
            wrong++;
        }
        cases++;
    }
    (void)fclose(file);
    assert_int_equal(wrong, 0);
    assert_true(cases > 120);
}

static void a_head_is_found_however_it_is_cut(void **state)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET";
    size_t whole = sizeof text - 1 - 3;

    (void)state;
    for (size_t cut = 0; cut < sizeof text; cut++) {
        size_t seen = 0;
        long length = nj_http_head_length(text, cut, &seen);

        assert_int_equal(length, cut >= whole ? (long)whole : 0);
        if (length == 0) {
            assert_int_equal(nj_http_head_length(text, sizeof text - 1, &seen),
                             (long)whole);
        }
    }
}

static void pieces_of_a_head_are_found(void **state)
{
    static const char text[] = "POST /a%20b?c=d HTTP/1.1\r\n"
                               "Host: example.org\r\n"
                               "Content-Length: 12\r\n"
                               "Expect: 100-continue\r\n"
                               "Connection: keep-alive\r\n\r\n";
    struct nj_http_head head;

    (void)state;
    assert_int_equal(nj_http_head_read(text, sizeof text - 1, &head), 0);
    assert_int_equal(head.method, NJ_HTTP_POST);
    assert_int_equal(head.path.len, 6);
    assert_memory_equal(text + head.path.at, "/a%20b", 6);
    assert_int_equal(head.query.len, 3);
    assert_memory_equal(text + head.query.at, "c=d", 3);
    assert_int_equal(head.body_bytes, 12);
    assert_int_equal(head.keep_alive, 1);
    assert_int_equal(head.expect_continue, 1);
    assert_int_equal(head.field_count, 4);
    assert_memory_equal(text + head.fields[0].name.at, "Host", 4);
    assert_memory_equal(text + head.fields[0].value.at, "example.org", 11);
    assert_int_equal(head.bytes, sizeof text - 1);
}

static void connections_are_kept_as_the_version_says(void **state)
{
    static const struct {
        const char *text;
        int keep;
    } cases[] = {
        {"GET / HTTP/1.0\r\n\r\n", 0},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: x, close ,y\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n", 1},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: ,,\r\n\r\n", 1},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: a\r\nConnection: "
         "CLOSE\r\n\r\n",
         0},
    };
    struct nj_http_head head;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            nj_http_head_read(cases[i].text, strlen(cases[i].text), &head), 0);
        assert_int_equal(head.keep_alive, cases[i].keep);
    }
}

static void sizes_are_limited(void **state)
{
    static char text[NJ_HTTP_HEAD_BYTES + 64];
    struct nj_http_head head;
    size_t at;

    (void)state;
    memset(text, 'a', sizeof text);
    assert_int_equal(nj_http_head_read(text, NJ_HTTP_HEAD_BYTES + 1, &head),
                     431);
    at = (size_t)snprintf(text, sizeof text, "GET /");
    memset(text + at, 'a', NJ_HTTP_TARGET_BYTES);
    at += NJ_HTTP_TARGET_BYTES;
    at += (size_t)snprintf(text + at, 64, " HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(nj_http_head_read(text, at, &head), 414);
    at = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: x\r\n");
    for (int i = 1; i < NJ_HTTP_HEADERS; i++) {
        at += (size_t)snprintf(text + at, 16, "X%d: y\r\n", i);
    }
    (void)snprintf(text + at, 16, "\r\n");
    assert_int_equal(nj_http_head_read(text, at + 2, &head), 0);
    assert_int_equal(head.field_count, NJ_HTTP_HEADERS);
    (void)snprintf(text + at, 16, "Y: y\r\n\r\n");
    assert_int_equal(nj_http_head_read(text, at + 8, &head), 431);
}

static void a_head_that_is_cut_is_never_taken(void **state)
{
    static const char text[] = "GET /abc HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
    struct nj_http_head head;

    (void)state;
    for (size_t cut = 0; cut < sizeof text - 1; cut++) {
        assert_int_not_equal(nj_http_head_read(text, cut, &head), 0);
    }
    assert_int_equal(nj_http_head_read(text, sizeof text - 1, &head), 0);
}

static void decoding_works_in_place(void **state)
{
    char form[] = "a+b%2Fc%0A%e2%82%ac+";
    char path[] = "/a+b%25%c3%a9";
    size_t len = sizeof form - 1;

    (void)state;
    assert_int_equal(nj_http_decode(form, &len, 1), 0);
    assert_int_equal(len, 10);
    assert_memory_equal(form, "a b/c\n\xe2\x82\xac ", 10);
    len = sizeof path - 1;
    assert_int_equal(nj_http_decode(path, &len, 0), 0);
    assert_int_equal(len, 7);
    assert_memory_equal(path, "/a+b%\xc3\xa9", 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_is_judged_as_the_table_says),
        cmocka_unit_test(a_head_that_is_cut_is_never_taken),
        cmocka_unit_test(sizes_are_limited),
        cmocka_unit_test(a_head_is_found_however_it_is_cut),
        cmocka_unit_test(pieces_of_a_head_are_found),
        cmocka_unit_test(connections_are_kept_as_the_version_says),
        cmocka_unit_test(decoding_works_in_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
