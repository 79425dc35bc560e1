/* Mails as bytes: what foreign text cannot do to them, and golden mails in
 * tests/data/notify/NAME.eml, which tests/e2e/test_mime.py reads back with
 * another implementation. */

#include "unit/notify/fixture.h"
#include "unit/notify/table.h"

#include "notify/address.h"
#include "notify/letter.h"
#include "notify/mime.h"

static const struct nj_letter letter = {.from = "nightjar@example.org",
                                        .reply_to = "social@example.org",
                                        .to = "maya@example.org"};

static void write_case(const char *name, struct nj_buf *out)
{
    struct fixture f;

    fixture_read(name, &f);
    nj_buf_init(out, 1 << 20);
    assert_int_equal(nj_letter_write(&letter, &f.message, out), 0);
    fixture_finish(&f);
}

static void mails_are_as_people_agreed(void **state)
{
    static const char *const cases[] = {"call", "bare",  "tell",   "test",
                                        "mail", "drill", "hostile"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nj_buf out;
        char name[64];

        write_case(cases[i], &out);
        (void)snprintf(name, sizeof name, "%s.eml", cases[i]);
        assert_golden(name, out.data);
        nj_buf_finish(&out);
    }
}

static void every_line_ends_in_crlf_and_is_short_ascii(void **state)
{
    struct nj_buf out;

    (void)state;
    write_case("hostile", &out);
    for (const char *p = out.data; *p != '\0';) {
        const char *end = strstr(p, "\r\n");

        assert_non_null(end);
        assert_true(end - p <= 78);
        for (; p < end; p++) {
            assert_true(*p >= 0x20 && *p < 0x7f);
        }
        p = end + 2;
    }
    nj_buf_finish(&out);
}

/* Header names of MAIL in order, divided by spaces. */
static void header_names(const char *mail, char *out, size_t room)
{
    size_t at = 0;

    while (!nj_str_starts(mail, "\r\n")) {
        const char *end = strstr(mail, "\r\n");

        assert_non_null(end);
        if (*mail != ' ') {
            size_t len = strcspn(mail, ":");

            assert_true(at + len + 2 < room);
            memcpy(out + at, mail, len);
            at += len;
            out[at++] = ' ';
        }
        mail = end + 2;
    }
    out[at] = '\0';
}

static void no_member_can_add_a_header(void **state)
{
    struct nj_buf out;
    char names[1024];

    (void)state;
    write_case("hostile", &out);
    header_names(out.data, names, sizeof names);
    assert_string_equal(
        names, "Date From To Reply-To Subject Message-ID In-Reply-To "
               "References Auto-Submitted X-Auto-Response-Suppress "
               "X-Nightjar-Page X-Nightjar-Alert Importance X-Priority "
               "MIME-Version Content-Type ");
    assert_null(strstr(out.data, "\r\nBcc"));
    assert_null(strstr(out.data, "\r\n.\r\n"));
    nj_buf_finish(&out);
}

static void no_key_can_leave_its_message_id(void **state)
{
    struct nj_message m = {.kind = NJ_PAGE_CALL,
                           .headline = "x",
                           .key = "a>\r\nBcc: x@evil.test\r\n<b"};
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 1 << 20);
    assert_int_equal(nj_letter_write(&letter, &m, &out), 0);
    assert_non_null(
        strstr(out.data, "Message-ID: <page.aBccx@evil.testb@example.org>"));
    assert_null(strstr(out.data, "\r\nBcc"));
    nj_buf_finish(&out);
}

static void a_wrong_address_is_refused_and_writes_nothing(void **state)
{
    struct nj_message m = {.headline = "x", .key = "k"};
    struct nj_letter wrong[] = {letter, letter, letter};
    struct nj_buf out;

    (void)state;
    wrong[0].to = "maya@example.org\r\nBcc: x@evil.test";
    wrong[1].from = "nightjar";
    wrong[2].reply_to = "a b@example.org";
    nj_buf_init(&out, 1 << 20);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(nj_letter_write(&wrong[i], &m, &out), NJ_E_INVALID);
        assert_int_equal(out.len, 0);
    }
    nj_buf_finish(&out);
}

static void hold_addresses(const char *name, int (*is_good)(const char *text))
{
    struct table t;

    assert_false(is_good(NULL));
    table_open(name, &t);
    while (table_next(&t)) {
        table_check(&t, is_good(t.fields[1]) == (t.fields[0][0] == '1'));
    }
    table_close(&t);
}

static void only_bare_addresses_pass(void **state)
{
    (void)state;
    hold_addresses("mail_addresses.table", nj_address_is_mail);
}

static void only_international_numbers_pass(void **state)
{
    (void)state;
    hold_addresses("phones.table", nj_address_is_phone);
}

static void headers_are_folded_and_coded(void **state)
{
    struct table t;

    (void)state;
    table_open("headers.table", &t);
    while (table_next(&t)) {
        struct nj_buf out;

        nj_buf_init(&out, 4096);
        nj_mime_header_text(&out, t.fields[1], t.fields[2]);
        if (strcmp(nj_buf_text(&out), t.fields[0]) != 0) {
            print_error("%s", nj_buf_text(&out));
        }
        table_check(&t, strcmp(nj_buf_text(&out), t.fields[0]) == 0);
        nj_buf_finish(&out);
    }
    table_close(&t);
}

static void quoted(const char *text, const char *want)
{
    struct nj_buf out;

    nj_buf_init(&out, 4096);
    nj_mime_quoted(&out, text);
    assert_string_equal(nj_buf_text(&out), want);
    nj_buf_finish(&out);
}

static void bodies_are_quoted_where_servers_would_touch_them(void **state)
{
    char long_line[101];
    char want[128];

    (void)state;
    quoted("", "");
    quoted("a", "a\r\n");
    quoted("a\nb\n", "a\r\nb\r\n");
    quoted("a \nb\t\n", "a=20\r\nb=09\r\n");
    quoted(".\n.a", "=2E\r\n=2Ea\r\n");
    quoted("From here\nFromage", "=46rom here\r\nFromage\r\n");
    quoted("a=b \xc3\xa9.", "a=3Db =C3=A9.\r\n");
    memset(long_line, 'x', 100);
    long_line[75] = '.';
    long_line[100] = '\0';
    (void)snprintf(want, sizeof want, "%.75s=\r\n=2E%s\r\n", long_line,
                   long_line + 76);
    quoted(long_line, want);
}

/* The value of header NAME in the mail of M to TO. */
static void header_of(const struct nj_message *m,
                      const char *to,
                      const char *name,
                      char out[256])
{
    struct nj_letter here = letter;
    struct nj_buf mail;
    char *found;

    here.to = to;
    nj_buf_init(&mail, 1 << 20);
    assert_int_equal(nj_letter_write(&here, m, &mail), 0);
    found = strstr(mail.data, name);
    (void)snprintf(out, 256, "%.*s",
                   found == NULL ? 0 : (int)strcspn(found + strlen(name), "\r"),
                   found == NULL ? "" : found + strlen(name));
    nj_buf_finish(&mail);
}

static void one_alert_is_one_conversation_per_recipient(void **state)
{
    struct nj_message m = {.kind = NJ_PAGE_CALL,
                           .alert_id = 4711,
                           .key = "p-1",
                           .headline = "Acme: bad (high)",
                           .opened_ms = 5,
                           .first = 1};
    char first[256], other[256], again[256], reply[256], subject[256];

    (void)state;
    header_of(&m, "maya@example.org", "Message-ID: ", first);
    header_of(&m, "maya@example.org", "Message-ID: ", again);
    header_of(&m, "tom@example.org", "Message-ID: ", other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    m.first = 0;
    m.key = "p-2";
    m.headline = "Acme: bad (critical)";
    header_of(&m, "maya@example.org", "In-Reply-To: ", reply);
    assert_string_equal(first, reply);
    header_of(&m, "maya@example.org", "References: ", reply);
    assert_string_equal(first, reply);
    header_of(&m, "maya@example.org", "Message-ID: ", again);
    assert_string_equal(again, "<page.p-2@example.org>");
    header_of(&m, "maya@example.org", "Subject: ", subject);
    assert_string_equal(subject, "[nightjar 4711] Acme: bad");
}

static void a_name_of_backslashes_does_not_make_a_long_line(void **state)
{
    struct nj_message m = {
        .kind = NJ_PAGE_CALL, .alert_id = 1, .key = "p-1", .headline = "x"};
    char name[60];
    char to[256];

    (void)state;
    memset(name, '\\', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    m.person_title = name;
    header_of(&m, "maya@example.org", "To: ", to);
    assert_true(strlen(to) <= 74);
    assert_true(nj_str_starts(to, "=?UTF-8?B?XFxc"));
}

static void two_pages_never_have_one_id(void **state)
{
    struct nj_message m = {.kind = NJ_PAGE_CALL,
                           .alert_id = 4711,
                           .generation = 2, /* reopened */
                           .key = "p-9",
                           .headline = "Acme: bad (high)",
                           .opened_ms = 5,
                           .first = 1};
    char id[256], reply[256];

    (void)state;
    header_of(&m, "maya@example.org", "Message-ID: ", id);
    assert_string_equal(id, "<page.p-9@example.org>");
    header_of(&m, "maya@example.org", "In-Reply-To: ", reply);
    assert_true(nj_str_starts(reply, "<alert.4711."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_member_can_add_a_header),
        cmocka_unit_test(no_key_can_leave_its_message_id),
        cmocka_unit_test(a_wrong_address_is_refused_and_writes_nothing),
        cmocka_unit_test(only_bare_addresses_pass),
        cmocka_unit_test(only_international_numbers_pass),
        cmocka_unit_test(headers_are_folded_and_coded),
        cmocka_unit_test(bodies_are_quoted_where_servers_would_touch_them),
        cmocka_unit_test(every_line_ends_in_crlf_and_is_short_ascii),
        cmocka_unit_test(one_alert_is_one_conversation_per_recipient),
        cmocka_unit_test(a_name_of_backslashes_does_not_make_a_long_line),
        cmocka_unit_test(two_pages_never_have_one_id),
        cmocka_unit_test(mails_are_as_people_agreed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
