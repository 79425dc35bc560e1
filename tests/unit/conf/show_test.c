/* What holds, told back. */

#include "unit/conf/reading.h"

#include "base/json.h"
#include "conf/show.h"

/* SHOWN without the marks of defaults, into OUT. */
static void without_marks(const char *shown, char *out)
{
    while (*shown != '\0') {
        size_t len = strcspn(shown, "\n");
        const char *mark = strstr(shown, "# default\n");
        size_t keep =
            mark != NULL && mark < shown + len ? (size_t)(mark - shown) : len;

        while (keep > 0 && shown[keep - 1] == ' ' && mark != NULL &&
               mark < shown + len) {
            keep--;
        }
        memcpy(out, shown, keep);
        out[keep] = '\n';
        out += keep + 1;
        shown += len + 1;
    }
    *out = '\0';
}

static void expect_round_trip(struct reading *first)
{
    static char bare[2][1 << 18];
    struct reading second;
    struct nj_buf shown;

    nj_buf_init(&shown, 1 << 18);
    nj_settings_show(first->settings, &shown);
    assert_int_equal(shown.status, 0);
    without_marks(nj_buf_text(&shown), bare[0]);
    reading_text(&second, nj_buf_text(&shown));
    assert_string_equal(nj_buf_text(&second.told), "");
    nj_buf_clear(&shown);
    nj_settings_show(second.settings, &shown);
    without_marks(nj_buf_text(&shown), bare[1]);
    assert_string_equal(bare[0], bare[1]);
    assert_null(strstr(nj_buf_text(&shown), "# default"));
    reading_finish(&second);
    nj_buf_finish(&shown);
}

static void what_is_shown_reads_back_to_the_same(void **state)
{
    static const char *const files[] = {"tests/data/conf/design.yaml",
                                        "tests/data/conf/minimal.yaml",
                                        "config/nightjar.yaml"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct reading r;

        reading_file(&r, files[i]);
        assert_int_equal(r.code, 0);
        expect_round_trip(&r);
        reading_finish(&r);
    }
}

static void odd_texts_read_back_to_the_same(void **state)
{
    struct reading r;

    (void)state;
    reading_good(
        &r, "brands:\n"
            "  a: {title: \"no\", names: [\"5\", \"a, b\", \"#x\", \"a: b\""
            ", \" x \", \"\\\"\"], open: [\"mon,wed 08:00-18:00\"]}\n"
            "channels: {nowhere: {type: null}}\n"
            "rules:\n"
            "  - {name: a, match: {words: [\"null\"]}, playbook: \"x\"}\n"
            "  - {name: b, match: {urgent: 1}, playbook: \"x\\ny\"}\n"
            "  - {name: c, match: {urgent: 1}, playbook: \"x\\n\\ny\\n\"}\n"
            "  - {name: d, match: {urgent: 1}, playbook: \" x\\ny\"}\n"
            "  - {name: e, match: {urgent: 1}, playbook: \"x\\n\\n\"}\n"
            "  - {name: f, match: {urgent: 1}, playbook: \"x\\n\\ty\"}\n"
            "  - {name: g, match: {urgent: 1}, playbook: \"x\\n  y \\n\"}"
            "\n" READING_BASE);
    expect_round_trip(&r);
    reading_finish(&r);
}

static void defaults_are_marked(void **state)
{
    struct nj_buf out;
    struct reading r;

    (void)state;
    reading_good(&r, READING_BASE);
    nj_buf_init(&out, 1 << 18);
    nj_settings_show(r.settings, &out);
    assert_non_null(strstr(nj_buf_text(&out), "    type: feed\n"));
    assert_non_null(
        strstr(nj_buf_text(&out),
               "    every: 5m                                               # "
               "default\n"));
    nj_buf_finish(&out);
    reading_finish(&r);
}

static void json_is_json_and_names_its_defaults(void **state)
{
    struct nj_err err = {0};
    cJSON *json = NULL;
    struct nj_buf out;
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    nj_buf_init(&out, 1 << 18);
    nj_settings_show_json(r.settings, &out);
    assert_int_equal(
        nj_json_parse(nj_buf_text(&out), out.len, 1 << 18, &json, &err), 0);
    assert_true(
        cJSON_IsTrue(nj_json_at(json, "/settings/sources/acme-news/enabled")));
    assert_true(
        nj_json_at(json, "/settings/rules/0/match/offensive")->valuedouble ==
        0.8);
    assert_string_equal(
        nj_json_at(json, "/settings/channels/sms/token/credential")
            ->valuestring,
        "twilio");
    assert_string_equal(
        nj_json_at(json, "/settings/policies/night/steps/0/wait")->valuestring,
        "5m");
    assert_string_equal(nj_json_at(json, "/defaults/0")->valuestring,
                        "daemon.timezone");
    cJSON_Delete(json);
    nj_buf_finish(&out);
    reading_finish(&r);
}

static void a_full_buffer_is_told(void **state)
{
    struct nj_buf out;
    struct reading r;

    (void)state;
    reading_good(&r, READING_BASE);
    nj_buf_init(&out, 100);
    nj_settings_show(r.settings, &out);
    assert_int_equal(out.status, NJ_E_TOOBIG);
    nj_buf_finish(&out);
    reading_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_reads_back_to_the_same),
        cmocka_unit_test(odd_texts_read_back_to_the_same),
        cmocka_unit_test(defaults_are_marked),
        cmocka_unit_test(json_is_json_and_names_its_defaults),
        cmocka_unit_test(a_full_buffer_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
