/* The words of SMTP: envelopes, messages, replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/smtp_text.h"

static void addresses_that_break_out_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "maya",
        "@example.org",
        "maya@",
        "maya@@example.org",
        "a@b@c",
        "maya@example.org>",
        "<maya@example.org>",
        "maya @example.org",
        " maya@example.org",
        "maya@example.org ",
        "maya@example.org\r\nRCPT TO:<evil@example.org>",
        "maya@example.org\nDATA",
        "maya\r@example.org",
        "maya\t@example.org",
        "maya\x01@example.org",
        "maya\x7f@example.org",
        "m\xc3\xa1ya@example.org",
        "maya@ex\xc3\xa1mple.org",
        "\"maya o\"@example.org",
        "maya,tom@example.org",
        "maya;tom@example.org",
        "maya(x)@example.org",
        "maya@[127.0.0.1]",
        "maya@example..org",
        "maya@.example.org",
        "maya@example.org.",
        "maya@example_org",
        "maya\\@example.org",
        "maya:x@example.org",
        "12345678901234567890123456789012345678901234567890123456789012345"
        "@example.org",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (nj_smtp_address_fault(bad[i]) == NULL) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
}

static void an_address_of_255_bytes_is_too_long(void **state)
{
    char address[300];

    (void)state;
    memset(address, 'a', sizeof address);
    address[10] = '@';
    address[254] = '\0';
    assert_null(nj_smtp_address_fault(address));
    address[254] = 'a';
    address[255] = '\0';
    assert_non_null(nj_smtp_address_fault(address));
}

static void bare_addresses_are_taken(void **state)
{
    static const char *const good[] = {
        "maya@example.org",
        "a@b",
        "m.o-x_y+tag@mail.example.co.uk",
        "o'neil@example.org",
        "!#$%&'*+-/=?^_`{|}~@example.org",
        "nightjar@localhost",
        "1@2.3",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (nj_smtp_address_fault(good[i]) != NULL) {
            fail_msg("'%s' %s", good[i], nj_smtp_address_fault(good[i]));
        }
    }
}

static void names_for_ehlo_are_checked(void **state)
{
    static const char *const bad[] = {
        "",   "a b",   "a\r\nMAIL", "a..b",     ".a",       "a.",       "[",
        "[]", "[a b]", "a_b",       "\xc3\xa1", "[1.2.3.4", "1.2.3.4]",
    };
    static const char *const good[] = {"a", "night.example.org", "[127.0.0.1]",
                                       "[IPv6:::1]", "xn--mnchen-3ya.de"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(nj_smtp_hello_is_clean(bad[i]));
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(nj_smtp_hello_is_clean(good[i]));
    }
}

static void odd_servers_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp:///",
        "smtp://host:",
        "smtp://host:0",
        "smtp://host:65536",
        "smtp://host:25x",
        "smtp://host:+25",
        "smtp://host/path",
        "smtp://user:pw@host",
        "smtp://ho st",
        "smtp://host\r\n",
        "smtp://[::1",
        "smtp://[::1]25",
        "smtp://::1",
        "smtp://h\xc3\xb6st",
        "smtp://host:2525252525",
    };
    struct nj_smtp_place place = {.port = "before"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (nj_smtp_place_read(bad[i], &place) != NJ_E_INVALID) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
    assert_string_equal(place.port, "before");
}

static void servers_are_read(void **state)
{
    static const struct {
        const char *url, *host, *port;
        int tls;
    } good[] = {
        {"smtp://127.0.0.1:2525", "127.0.0.1", "2525", 0},
        {"smtp://mail.example.org", "mail.example.org", "25", 0},
        {"smtp://mail_1.example.org/", "mail_1.example.org", "25", 0},
        {"SMTPS://mail.example.org", "mail.example.org", "465", 1},
        {"smtps://[::1]:4465/", "::1", "4465", 1},
        {"smtp://[::1]", "::1", "25", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct nj_smtp_place place;

        assert_int_equal(nj_smtp_place_read(good[i].url, &place), 0);
        assert_string_equal(place.host, good[i].host);
        assert_string_equal(place.port, good[i].port);
        assert_int_equal(place.implicit_tls, good[i].tls);
    }
}

static const struct {
    const char *data;
    size_t len; /* 0: strlen */
    const char *wire;
} bodies[] = {
    {"", 0, ".\r\n"},
    {"a", 0, "a\r\n.\r\n"},
    {"a\r\n", 0, "a\r\n.\r\n"},
    {"a\nb\rc\r\nd", 0, "a\r\nb\r\nc\r\nd\r\n.\r\n"},
    {"a\n\nb", 0, "a\r\n\r\nb\r\n.\r\n"},
    {"a\r\r\nb", 0, "a\r\n\r\nb\r\n.\r\n"},
    {"\n", 0, "\r\n.\r\n"},
    {"\r", 0, "\r\n.\r\n"},
    {".", 0, "..\r\n.\r\n"},
    {"..", 0, "...\r\n.\r\n"},
    {".a\n.b\r.c\r\n.d", 0, "..a\r\n..b\r\n..c\r\n..d\r\n.\r\n"},
    /* SMTP smuggling: every odd end of data becomes a doubled dot */
    {"a\n.\nMAIL FROM:<x@y>\n", 0, "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"},
    {"a\r\n.\nb", 0, "a\r\n..\r\nb\r\n.\r\n"},
    {"a\n.\r\nb", 0, "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r.\rb", 0, "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r\n.\r\nb", 0, "a\r\n..\r\nb\r\n.\r\n"},
    {"a\n\0.\nb", 7, "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r\0\n.\r\nb", 9, "a\r\n\r\n..\r\nb\r\n.\r\n"},
    {"a\0b", 3, "ab\r\n.\r\n"},
    {"\0", 1, ".\r\n"},
    {"a.b\nc.", 0, "a.b\r\nc.\r\n.\r\n"},
};

static void bodies_go_over_the_wire_safely(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct nj_buf out;
        size_t len =
            bodies[i].len == 0 ? strlen(bodies[i].data) : bodies[i].len;

        nj_buf_init(&out, 1000);
        assert_int_equal(nj_smtp_add_body(&out, bodies[i].data, len), 0);
        assert_string_equal(nj_buf_text(&out), bodies[i].wire);
        nj_buf_finish(&out);
    }
}

/* Whatever the bytes are, the end of data stands at the end and nowhere else,
 * and no CR or LF stands alone. */
static void random_bodies_end_only_at_their_end(void **state)
{
    static const char letters[] = "\r\n.\0a";
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char data[32];
        struct nj_buf out;
        size_t len = (size_t)round % sizeof data;

        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            data[i] = letters[(seed >> 24) % 5];
        }
        nj_buf_init(&out, 1000);
        (void)nj_buf_adds(&out, "x\r\n");
        assert_int_equal(nj_smtp_add_body(&out, data, len), 0);
        assert_ptr_equal(strstr(out.data, "\r\n.\r\n"), out.data + out.len - 5);
        for (size_t i = 0; i < out.len; i++) {
            assert_int_equal(out.data[i] == '\n',
                             i > 0 && out.data[i - 1] == '\r');
            assert_true(out.data[i] != '\r' || out.data[i + 1] == '\n');
        }
        nj_buf_finish(&out);
    }
}

static void a_body_without_room_is_told(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 5);
    assert_int_equal(nj_smtp_add_body(&out, "abc\n", 4), NJ_E_TOOBIG);
    nj_buf_finish(&out);
}

static void what_is_no_reply_is_refused(void **state)
{
    static const char *const bad[] = {
        "",     "2",      "25",    "25x",   "x50",
        "2500", "250_ok", "199 a", "600 a", "HTTP/1.1 200 OK",
        "-250", "+50 ok",
    };
    struct nj_smtp_reply reply;
    char text[NJ_SMTP_LINE_BYTES + 2];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        nj_smtp_reply_clear(&reply);
        if (nj_smtp_reply_line(&reply, bad[i], strlen(bad[i]), NULL) !=
            NJ_E_INVALID) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
    memset(text, 'x', sizeof text);
    memcpy(text, "250 ", 4);
    nj_smtp_reply_clear(&reply);
    assert_int_equal(nj_smtp_reply_line(&reply, text, sizeof text, NULL),
                     NJ_E_INVALID);
}

static void a_reply_keeps_to_its_code_and_ends(void **state)
{
    struct nj_smtp_reply reply;
    int lines = 0;

    (void)state;
    nj_smtp_reply_clear(&reply);
    assert_int_equal(nj_smtp_reply_line(&reply, "250-a", 5, NULL), 0);
    assert_int_equal(nj_smtp_reply_line(&reply, "251 b", 5, NULL),
                     NJ_E_INVALID);
    nj_smtp_reply_clear(&reply);
    while (nj_smtp_reply_line(&reply, "250-a", 5, NULL) == 0) {
        lines++;
    }
    assert_int_equal(lines, NJ_SMTP_LINES);
}

static void replies_are_read_and_made_harmless(void **state)
{
    struct nj_smtp_reply reply;

    (void)state;
    nj_smtp_reply_clear(&reply);
    assert_int_equal(nj_smtp_reply_line(&reply, "250", 3, NULL), 1);
    assert_int_equal(reply.code, 250);
    nj_smtp_reply_clear(&reply);
    assert_int_equal(nj_smtp_reply_line(&reply, "550-no", 6, NULL), 0);
    assert_int_equal(nj_smtp_reply_line(&reply, "550 \x1b[2Jreally", 14, NULL),
                     1);
    assert_int_equal(reply.code, 550);
    assert_string_equal(reply.text, "550 \\x1b[2Jreally");
}

static void skills_are_learnt(void **state)
{
    static const char *const lines[] = {
        "250-mail.example.org PIPELINING",
        "250-size 35882577",
        "250-StartTLS",
        "250-8BITMIME",
        "250-AUTH=CRAM-MD5",
        "250-AUTH XLOGIN PLAIN",
        "250-PIPELININGS",
        "250 HELP",
    };
    struct nj_smtp_skills skills = {0};
    struct nj_smtp_reply reply;

    (void)state;
    nj_smtp_reply_clear(&reply);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(nj_smtp_reply_line(&reply, lines[i], strlen(lines[i]),
                                       &skills) >= 0);
    }
    assert_int_equal(skills.starttls, 1);
    assert_int_equal(skills.eight_bit, 1);
    assert_int_equal(skills.pipelining, 0);
    assert_int_equal(skills.auth_any, 1);
    assert_int_equal(skills.auth_plain, 1);
    assert_int_equal(skills.auth_login, 0);
    assert_int_equal(skills.size, 1);
    assert_int_equal(skills.size_bytes, 35882577);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_break_out_are_refused),
        cmocka_unit_test(an_address_of_255_bytes_is_too_long),
        cmocka_unit_test(bare_addresses_are_taken),
        cmocka_unit_test(names_for_ehlo_are_checked),
        cmocka_unit_test(odd_servers_are_refused),
        cmocka_unit_test(servers_are_read),
        cmocka_unit_test(bodies_go_over_the_wire_safely),
        cmocka_unit_test(random_bodies_end_only_at_their_end),
        cmocka_unit_test(a_body_without_room_is_told),
        cmocka_unit_test(what_is_no_reply_is_refused),
        cmocka_unit_test(a_reply_keeps_to_its_code_and_ends),
        cmocka_unit_test(replies_are_read_and_made_harmless),
        cmocka_unit_test(skills_are_learnt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
