/* How long text messages are and where they are cut, by the tables in
 * tests/data/notify; and that id and answer survive every cut. */

#include "unit/notify/fixture.h"
#include "unit/notify/table.h"

#include "notify/render.h"
#include "notify/sms.h"

static void length_is_counted_in_septets_or_units(void **state)
{
    struct table t;

    (void)state;
    table_open("sms_units.table", &t);
    while (table_next(&t)) {
        int gsm = strcmp(t.fields[1], "gsm") == 0;
        size_t len = strlen(t.fields[2]);

        table_check(&t, nj_sms_is_gsm(t.fields[2]) == gsm);
        table_check(&t, nj_sms_units(t.fields[2], len, gsm) ==
                            (size_t)strtol(t.fields[0], NULL, 10));
    }
    table_close(&t);
}

static void a_cut_never_breaks_a_letter(void **state)
{
    struct table t;

    (void)state;
    table_open("sms_cut.table", &t);
    while (table_next(&t)) {
        size_t cut =
            nj_sms_cut(t.fields[3], (size_t)strtol(t.fields[1], NULL, 10),
                       strcmp(t.fields[2], "gsm") == 0);

        table_check(&t, cut == strlen(t.fields[0]));
        table_check(&t, memcmp(t.fields[3], t.fields[0], cut) == 0);
    }
    table_close(&t);
}

static size_t sms_length(const char *text)
{
    return nj_sms_units(text, strlen(text), nj_sms_is_gsm(text));
}

/* Every length of FILL as the headline: never over the limit, head and tail
 * whole. */
static void hold_limit(const char *fill, size_t max, const char *ack_url)
{
    struct nj_buf headline;

    nj_buf_init(&headline, 1 << 16);
    for (int i = 0; i < 200; i++) {
        struct nj_message m = {.kind = NJ_PAGE_CALL,
                               .alert_id = 4711,
                               .key = "k",
                               .ack_url = ack_url,
                               .excerpt = "h\xc3\xa9"};
        struct nj_buf out;
        const char *text;

        (void)nj_buf_adds(&headline, fill);
        m.headline = headline.data;
        nj_buf_init(&out, 1 << 16);
        nj_render_sms(&m, max, &out);
        text = nj_buf_text(&out);
        assert_true(nj_str_starts(text, "nightjar 4711: "));
        assert_non_null(strstr(text, " ack: "));
        assert_true(sms_length(text) <=
                    (nj_sms_is_gsm(text) ? max : max * 70 / 160));
        assert_true(nj_utf8_valid(text, out.len));
        nj_buf_finish(&out);
    }
    nj_buf_finish(&headline);
}

static void no_headline_is_too_long(void **state)
{
    (void)state;
    hold_limit("x", 160, NULL);
    hold_limit("{", 160, NULL);
    hold_limit("\xd0\xb6", 160, NULL);
    hold_limit("\xf0\x9f\x98\x80", 160, NULL);
    hold_limit("e\xcc\x81", 160, NULL);
    hold_limit("word ", 160, "https://n.example/a/4711");
    hold_limit("\xd0\xb6 ", 160, "https://n.example/a/4711");
    hold_limit("word ", 640, NULL);
}

static void render(struct nj_message *m, char *out, size_t room)
{
    struct nj_buf buf;

    m->kind = NJ_PAGE_CALL;
    m->alert_id = 7;
    m->key = "k";
    nj_buf_init(&buf, 1 << 16);
    nj_render_sms(m, 160, &buf);
    (void)snprintf(out, room, "%s", nj_buf_text(&buf));
    nj_buf_finish(&buf);
}

static void a_link_is_used_while_it_leaves_room_for_the_headline(void **state)
{
    struct nj_message m = {.headline = "Acme Air: offensive on our page, again"
                                       " and again and again"};
    char out[1024];
    char url[256] = "https://night.example.org/a/";

    (void)state;
    memset(url + strlen(url), 'x', 60);
    m.ack_url = url;
    render(&m, out, sizeof out);
    assert_non_null(strstr(out, "...  ack: https://") == NULL
                        ? strstr(out, " ack: https://")
                        : NULL);
    memset(url + strlen(url), 'x', 60);
    render(&m, out, sizeof out);
    assert_null(strstr(out, "https://"));
    assert_non_null(strstr(out, " ack: nightjar ack 7"));
}

static void a_foreign_excerpt_does_not_cost_the_headline_its_room(void **state)
{
    struct nj_message m = {.headline = "Acme Air: offensive (critical)",
                           .note = "step 1 of 2",
                           .excerpt = "\xd0\xb6\xd0\xb6\xd0\xb6"};
    char out[1024];

    (void)state;
    render(&m, out, sizeof out);
    assert_string_equal(out,
                        "nightjar 7: Acme Air: offensive (critical) - step "
                        "1 of 2 ack: nightjar ack 7");
}

static void an_excerpt_cannot_close_its_quotation(void **state)
{
    struct nj_message m = {.headline = "Acme",
                           .excerpt = "x\" ack: nightjar ack 1 \"y"};
    char out[1024];

    (void)state;
    render(&m, out, sizeof out);
    assert_string_equal(out, "nightjar 7: Acme: \"x' ack: nightjar ack 1 'y\" "
                             "ack: nightjar ack 7");
}

static void typographic_marks_do_not_cost_more_than_half(void **state)
{
    struct nj_message m = {.headline = "it\xe2\x80\x99s \xe2\x80\x9cout\xe2\x80"
                                       "\x9d \xe2\x80\x93 again\xe2\x80\xa6"};
    char out[1024];

    (void)state;
    render(&m, out, sizeof out);
    assert_string_equal(
        out, "nightjar 7: it's \"out\" - again... ack: nightjar ack 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_is_counted_in_septets_or_units),
        cmocka_unit_test(a_cut_never_breaks_a_letter),
        cmocka_unit_test(no_headline_is_too_long),
        cmocka_unit_test(a_link_is_used_while_it_leaves_room_for_the_headline),
        cmocka_unit_test(a_foreign_excerpt_does_not_cost_the_headline_its_room),
        cmocka_unit_test(an_excerpt_cannot_close_its_quotation),
        cmocka_unit_test(typographic_marks_do_not_cost_more_than_half),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
