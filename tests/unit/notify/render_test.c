/* Messages in the forms that people and machines read, against what stands in
 * tests/data/notify; `NJ_WRITE=1 render_test` writes those files anew. */

#include "unit/notify/fixture.h"

#include "base/json.h"
#include "notify/plain.h"
#include "notify/render.h"

static const char *const cases[] = {"call", "bare",  "tell",    "test",
                                    "mail", "drill", "hostile", "news"};

enum { CASES = sizeof cases / sizeof cases[0] };

typedef void render_message(const struct nj_message *message,
                            struct nj_buf *out);

static void as_text(const struct nj_message *message, struct nj_buf *out)
{
    struct nj_sheet sheet;

    assert_int_equal(nj_sheet_make(message, &sheet), 0);
    nj_render_text(&sheet, out);
    nj_sheet_finish(&sheet);
}

static void as_html(const struct nj_message *message, struct nj_buf *out)
{
    struct nj_sheet sheet;

    assert_int_equal(nj_sheet_make(message, &sheet), 0);
    nj_render_html(&sheet, out);
    nj_sheet_finish(&sheet);
}

static void as_sms(const struct nj_message *message, struct nj_buf *out)
{
    nj_render_sms(message, 160, out);
}

/* Render each case by RENDER and hold it against NAME.ENDING. */
static void hold_all(render_message *render, const char *ending)
{
    for (size_t i = 0; i < CASES; i++) {
        struct fixture f;
        struct nj_buf out;
        char name[64];

        fixture_read(cases[i], &f);
        nj_buf_init(&out, 1 << 20);
        render(&f.message, &out);
        assert_int_equal(out.status, 0);
        (void)snprintf(name, sizeof name, "%s.%s", cases[i], ending);
        assert_golden(name, nj_buf_text(&out));
        nj_buf_finish(&out);
        fixture_finish(&f);
    }
}

static void text_is_as_people_agreed(void **state)
{
    (void)state;
    hold_all(as_text, "txt");
}

static void html_is_as_people_agreed(void **state)
{
    (void)state;
    hold_all(as_html, "html");
}

static void sms_is_as_people_agreed(void **state)
{
    (void)state;
    hold_all(as_sms, "sms");
}

static void json_is_as_machines_expect(void **state)
{
    (void)state;
    hold_all(nj_render_json, "json");
}

static void desktop_is_as_the_agent_expects(void **state)
{
    (void)state;
    hold_all(nj_render_desktop, "desktop.json");
}

/* Nothing of RENDER's may hold a control, a direction mark or broken UTF-8. */
static void assert_harmless(const char *text, int lines)
{
    size_t len = strlen(text);
    char *harmless = malloc(len * 8 + 1);

    assert_non_null(harmless);
    assert_true(nj_utf8_valid(text, len));
    for (size_t at = 0; at < len;) {
        size_t n = lines ? strcspn(text + at, "\n") : len - at;
        size_t wrote = nj_str_harmless(text + at, n, harmless, len * 8 + 1);

        assert_int_equal(wrote, n);
        assert_memory_equal(harmless, text + at, n);
        at += n + 1;
    }
    free(harmless);
}

static void no_form_carries_a_control_or_direction_mark(void **state)
{
    static render_message *const renders[] = {
        as_text, as_html, as_sms, nj_render_json, nj_render_desktop};
    struct fixture f;

    (void)state;
    fixture_read("hostile", &f);
    for (size_t i = 0; i < sizeof renders / sizeof renders[0]; i++) {
        struct nj_buf out;

        nj_buf_init(&out, 1 << 20);
        renders[i](&f.message, &out);
        assert_harmless(nj_buf_text(&out), i < 2);
        nj_buf_finish(&out);
    }
    fixture_finish(&f);
}

static void html_of_a_hostile_post_has_no_tag_but_ours(void **state)
{
    static const char *const ours[] = {"<!DOCTYPE",
                                       "<html",
                                       "<head",
                                       "<meta",
                                       "<title",
                                       "</title",
                                       "<style",
                                       "</style",
                                       "</head",
                                       "<body",
                                       "<div",
                                       "<h1",
                                       "</h1",
                                       "<h2",
                                       "</h2",
                                       "<p",
                                       "</p",
                                       "<br>",
                                       "<block",
                                       "</block",
                                       "<code",
                                       "</code",
                                       "<a href=\"https://night.example.org/a/",
                                       "</a",
                                       "<span",
                                       "</span",
                                       "</div",
                                       "</body",
                                       "</html"};
    struct fixture f;
    struct nj_buf out;

    (void)state;
    fixture_read("hostile", &f);
    nj_buf_init(&out, 1 << 20);
    as_html(&f.message, &out);
    for (const char *p = strchr(out.data, '<'); p != NULL;
         p = strchr(p + 1, '<')) {
        size_t i = 0;

        while (i < sizeof ours / sizeof ours[0] && !nj_str_starts(p, ours[i])) {
            i++;
        }
        assert_true(i < sizeof ours / sizeof ours[0]);
    }
    nj_buf_finish(&out);
    fixture_finish(&f);
}

static void text_lines_are_at_most_78_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct fixture f;
        struct nj_buf out;

        fixture_read(cases[i], &f);
        nj_buf_init(&out, 1 << 20);
        as_text(&f.message, &out);
        for (const char *p = nj_buf_text(&out); *p != '\0';) {
            size_t len = strcspn(p, "\n");

            assert_true(nj_plain_columns(p, len) <= NJ_TEXT_COLUMNS ||
                        nj_str_starts(p, "  https://"));
            p += len + 1;
        }
        nj_buf_finish(&out);
        fixture_finish(&f);
    }
}

static void json_forms_parse_and_hold_the_answer(void **state)
{
    struct fixture f;
    struct nj_buf out;
    cJSON *tree = NULL;

    (void)state;
    fixture_read("call", &f);
    nj_buf_init(&out, 1 << 20);
    nj_render_desktop(&f.message, &out);
    assert_int_equal(nj_json_parse(out.data, out.len, 1 << 20, &tree, NULL), 0);
    assert_int_equal(nj_json_int(nj_json_at(tree, "/ring"), "alert", 0), 4711);
    assert_int_equal(nj_json_int(nj_json_at(tree, "/ring"), "generation", 0),
                     1);
    assert_string_equal(nj_json_text(nj_json_at(tree, "/ring"), "ack_command"),
                        "nightjar ack 4711");
    cJSON_Delete(tree);
    nj_buf_finish(&out);
    fixture_finish(&f);
}

static void a_long_playbook_is_cut_not_lost(void **state)
{
    struct fixture f;
    struct nj_buf out;
    char *long_text = malloc(40001);

    (void)state;
    assert_non_null(long_text);
    memset(long_text, 'x', 40000);
    long_text[40000] = '\0';
    fixture_read("call", &f);
    f.message.playbook = long_text;
    nj_buf_init(&out, 1 << 20);
    as_text(&f.message, &out);
    assert_int_equal(out.status, 0);
    assert_non_null(strstr(out.data, "WHAT TO DO\nxxxx"));
    assert_non_null(strstr(out.data, "nightjar ack 4711"));
    nj_buf_finish(&out);
    fixture_finish(&f);
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_as_people_agreed),
        cmocka_unit_test(html_is_as_people_agreed),
        cmocka_unit_test(sms_is_as_people_agreed),
        cmocka_unit_test(json_is_as_machines_expect),
        cmocka_unit_test(desktop_is_as_the_agent_expects),
        cmocka_unit_test(no_form_carries_a_control_or_direction_mark),
        cmocka_unit_test(html_of_a_hostile_post_has_no_tag_but_ours),
        cmocka_unit_test(text_lines_are_at_most_78_columns),
        cmocka_unit_test(json_forms_parse_and_hold_the_answer),
        cmocka_unit_test(a_long_playbook_is_cut_not_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
