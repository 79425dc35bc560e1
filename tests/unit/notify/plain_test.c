/* Foreign text made plain, by the tables in tests/data/notify. */

#include "unit/notify/fixture.h"
#include "unit/notify/table.h"

#include "notify/plain.h"

static void controls_tricks_and_fillers_are_taken_out(void **state)
{
    struct table t;

    (void)state;
    table_open("plain.table", &t);
    while (table_next(&t)) {
        struct nj_buf line;
        struct nj_buf block;

        nj_buf_init(&line, 4096);
        nj_buf_init(&block, 4096);
        nj_plain_line(&line, t.fields[2]);
        nj_plain_block(&block, t.fields[2]);
        table_check(&t, strcmp(nj_buf_text(&line), t.fields[0]) == 0);
        table_check(&t, strcmp(nj_buf_text(&block), t.fields[1]) == 0);
        nj_buf_finish(&line);
        nj_buf_finish(&block);
    }
    table_close(&t);
}

static void only_web_addresses_that_lead_where_they_say_are_links(void **state)
{
    struct table t;

    (void)state;
    assert_false(nj_plain_is_link(NULL));
    table_open("links.table", &t);
    while (table_next(&t)) {
        table_check(&t,
                    nj_plain_is_link(t.fields[1]) == (t.fields[0][0] == '1'));
    }
    table_close(&t);
}

static void wrap(const char *text, size_t width, const char *want)
{
    struct nj_buf out;

    nj_buf_init(&out, 4096);
    nj_plain_wrap(&out, text, "> ", width);
    assert_string_equal(nj_buf_text(&out), want);
    nj_buf_finish(&out);
}

static void lines_are_broken_at_spaces_where_there_are_any(void **state)
{
    (void)state;
    wrap("", 12, "");
    wrap("one two three", 12, "> one two\n> three\n");
    wrap("one two t", 10, "> one two\n> t\n");
    wrap("abcdefghijklmnop", 12, "> abcdefghij\n> klmnop\n");
    wrap("a\n\nb", 12, "> a\n>\n> b\n");
    wrap("aaaaaaaaa e\xcc\x81", 12, "> aaaaaaaaa\n> e\xcc\x81\n");
    wrap("aaaaaaaaae\xcc\x81", 12, "> aaaaaaaaa\n> e\xcc\x81\n");
}

static void a_cut_text_says_so(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 4096);
    nj_plain_cut(&out, "hello", 5);
    nj_plain_cut(&out, "/hello world", 10);
    assert_string_equal(nj_buf_text(&out), "hello/hello...");
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_tricks_and_fillers_are_taken_out),
        cmocka_unit_test(only_web_addresses_that_lead_where_they_say_are_links),
        cmocka_unit_test(lines_are_broken_at_spaces_where_there_are_any),
        cmocka_unit_test(a_cut_text_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
