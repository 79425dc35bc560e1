/* The judge hears what the operator wrote under `scoring:`. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/inside.h"
#include "conf/key.h"

#define BASE                                                                   \
    "sources: {blog: {type: feed, url: https://a.example/}}\n"                 \
    "people: {maya: {email: maya@example.org}}\n"

static struct nj_settings *read_text(const char *text)
{
    struct nj_conf_input input = {.text = text,
                                  .len = strlen(text),
                                  .file = "t.yaml",
                                  .directory = "/etc/nightjar"};
    struct nj_settings *settings = NULL;
    struct nj_problems problems;

    nj_problems_init(&problems);
    assert_int_equal(nj_settings_read(&input, &settings, &problems), 0);
    nj_problems_finish(&problems);
    return settings;
}

static struct nj_score judge(const struct nj_engine *engine, const char *text)
{
    struct nj_score_input input = {.text = text, .text_len = strlen(text)};
    struct nj_scratch *scratch = NULL;
    struct nj_arena arena = {0};
    struct nj_score score;

    assert_int_equal(nj_scratch_create(engine, &scratch), 0);
    assert_int_equal(nj_engine_score(engine, scratch, &input, &arena, &score),
                     0);
    nj_scratch_destroy(scratch);
    nj_arena_finish(&arena);
    score.reasons = NULL;
    return score;
}

static struct nj_engine *engine_of(const char *text)
{
    struct nj_settings *settings = read_text(text);
    struct nj_engine *engine = NULL;
    struct nj_problems problems;
    struct nj_err err = {0};

    nj_problems_init(&problems);
    assert_int_equal(
        nj_app_engine("config/lexicons", settings, &engine, &problems, &err),
        0);
    assert_int_equal(problems.count, 0);
    nj_problems_finish(&problems);
    nj_settings_destroy(settings); /* the engine keeps nothing of it */
    return engine;
}

static void a_wrong_sign_is_told_at_its_line(void **state)
{
    struct nj_settings *settings =
        read_text(BASE "scoring:\n"
                       "  patterns:\n"
                       "    - {words: fine, label: insult}\n"
                       "    - {regex: \"a(b\", label: insult}\n");
    struct nj_engine *engine = NULL;
    struct nj_problems problems;
    struct nj_err err = {0};

    (void)state;
    nj_problems_init(&problems);
    assert_int_equal(nj_app_check_signs(settings, &problems), NJ_E_INVALID);
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.list[0].line, 6);
    assert_non_null(strstr(problems.list[0].what, "a(b"));
    assert_int_equal(
        nj_app_engine("config/lexicons", settings, &engine, &problems, &err),
        NJ_E_INVALID);
    assert_null(engine);
    nj_problems_finish(&problems);
    nj_settings_destroy(settings);
}

static void word_lists_that_are_not_there_are_told(void **state)
{
    struct nj_settings *settings =
        read_text(BASE "scoring: {lexicons: nowhere}\n");
    struct nj_engine *engine = NULL;
    struct nj_problems problems;
    struct nj_err err = {0};

    (void)state;
    nj_problems_init(&problems);
    assert_int_equal(nj_app_engine(NULL, settings, &engine, &problems, &err),
                     NJ_E_NOTFOUND);
    assert_non_null(strstr(err.text, "/etc/nightjar/nowhere"));
    assert_null(engine);
    nj_problems_finish(&problems);
    nj_settings_destroy(settings);
}

static void words_of_ones_own_are_signs(void **state)
{
    static const char post[] = "these people are zorglubs, all of them";
    struct nj_engine *plain = engine_of(BASE);
    struct nj_engine *own =
        engine_of(BASE "scoring:\n"
                       "  patterns:\n"
                       "    - {words: [zorglub*], label: insult}\n"
                       "    - {regex: 'q+uux', urgent: safety, weight: 10}\n");

    (void)state;
    assert_true(judge(plain, post).offensive < 0.5f);
    assert_true(judge(own, post).offensive > 0.5f);
    assert_true(judge(own, post).labels[NJ_LABEL_INSULT] > 0.5f);
    assert_true(judge(own, "there is a qqquux here").urgent > 0.5f);
    assert_int_equal(judge(own, "there is a qqquux here").urgent_reason,
                     NJ_URGENT_SAFETY);
    nj_engine_destroy(plain);
    nj_engine_destroy(own);
}

static void a_sign_without_weight_is_none(void **state)
{
    struct nj_engine *own =
        engine_of(BASE "scoring: {patterns: {words: zorglub, label: insult, "
                       "weight: 0}}\n");

    (void)state;
    assert_true(judge(own, "you zorglub").offensive < 0.5f);
    nj_engine_destroy(own);
}

static void what_is_allowed_is_no_offence(void **state)
{
    static const char post[] = "I would like an Old Bastard please";
    struct nj_engine *plain = engine_of(BASE);
    struct nj_engine *own = engine_of(BASE "scoring: {allow: Old Bastard}\n");

    (void)state;
    assert_true(judge(own, post).offensive < judge(plain, post).offensive);
    nj_engine_destroy(plain);
    nj_engine_destroy(own);
}

/* conf/ may not see model/score.h: the names stand in both. */
static void the_names_of_labels_and_reasons_are_the_models(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NJ_LABELS; i++) {
        assert_string_equal(nj_names_label[i], nj_label_name(i));
    }
    assert_null(nj_names_label[NJ_LABELS]);
    for (unsigned i = 1; i < NJ_URGENT_REASONS; i++) {
        assert_string_equal(nj_names_reason[i - 1], nj_urgent_reason_name(i));
    }
    assert_null(nj_names_reason[NJ_URGENT_REASONS - 1]);
    for (unsigned i = 0; i < NJ_PLACES; i++) {
        assert_string_equal(nj_names_place[i], nj_place_name(i));
    }
    for (unsigned i = 1; i < NJ_LEVELS; i++) {
        assert_string_equal(nj_names_level[i - 1], nj_level_name(i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_sign_is_told_at_its_line),
        cmocka_unit_test(word_lists_that_are_not_there_are_told),
        cmocka_unit_test(words_of_ones_own_are_signs),
        cmocka_unit_test(a_sign_without_weight_is_none),
        cmocka_unit_test(what_is_allowed_is_no_offence),
        cmocka_unit_test(the_names_of_labels_and_reasons_are_the_models),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
