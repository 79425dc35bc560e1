// A score as JSON, the shape that DESIGN promises to scripts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/score_json.h"

static void writes(const struct nj_score *score, int explain, const char *json)
{
    struct nj_buf out;
    struct nj_jw w;

    nj_buf_init(&out, 4096);
    nj_jw_init(&w, &out);
    nj_score_write(&w, NULL, score, explain);
    assert_string_equal(nj_buf_text(&out), json);
    nj_buf_finish(&out);
}

static void a_score_that_was_not_judged_says_so(void **state)
{
    struct nj_score score = {.language = "und"};

    (void)state;
    writes(&score, 0,
           "{\"judged\":false,\"offensive\":0.00,\"urgent\":0.00,"
           "\"urgency\":\"none\",\"level\":\"none\",\"labels\":{"
           "\"profanity\":0.00,\"insult\":0.00,\"identity_attack\":0.00,"
           "\"threat\":0.00,\"sexual\":0.00,\"self_harm\":0.00},"
           "\"urgent_reason\":null,\"language\":\"und\"}");
}

static void reasons_stand_only_in_an_explained_one(void **state)
{
    struct nj_reason reasons[] = {
        {.what = "insult: moron", .start = 4, .end = 9, .weight = 2.1F},
        {.what = "a \"b\"", .weight = -1, .in_title = 1}};
    struct nj_score score = {.judged = 1,
                             .offensive = 0.93F,
                             .urgent = 0.12F,
                             .level = NJ_LEVEL_HIGH,
                             .labels = {0.41F, 0.93F, 0.02F, 0.01F, 0, 0},
                             .urgent_reason = NJ_URGENT_DATA_BREACH,
                             .language = "en",
                             .reasons = reasons,
                             .reason_count = 2};

    (void)state;
    writes(&score, 1,
           "{\"offensive\":0.93,\"urgent\":0.12,\"urgency\":\"none\","
           "\"level\":\"high\",\"labels\":{\"profanity\":0.41,"
           "\"insult\":0.93,\"identity_attack\":0.02,\"threat\":0.01,"
           "\"sexual\":0.00,\"self_harm\":0.00},"
           "\"urgent_reason\":\"data_breach\",\"language\":\"en\","
           "\"reasons\":[{\"what\":\"insult: moron\",\"start\":4,\"end\":9,"
           "\"weight\":2.10},{\"what\":\"a \\\"b\\\"\",\"start\":0,\"end\":0,"
           "\"weight\":-1.00,\"in\":\"title\"}]}");
}

static void an_explained_one_without_reasons_has_an_empty_list(void **state)
{
    struct nj_score score = {.judged = 1, .language = "en"};
    struct nj_buf out;
    struct nj_jw w;

    (void)state;
    nj_buf_init(&out, 4096);
    nj_jw_init(&w, &out);
    nj_score_write(&w, NULL, &score, 1);
    assert_non_null(strstr(nj_buf_text(&out), "\"reasons\":[]}"));
    nj_buf_finish(&out);
}

static void members_join_an_object_that_is_open(void **state)
{
    struct nj_score score = {.judged = 1, .language = "en"};
    struct nj_buf out;
    struct nj_jw w;

    (void)state;
    nj_buf_init(&out, 4096);
    nj_jw_init(&w, &out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_int(&w, "id", 7);
    nj_score_write_members(&w, &score, 0);
    nj_score_write(&w, "again", &score, 0);
    nj_jw_close(&w, '}');
    assert_non_null(strstr(nj_buf_text(&out), "{\"id\":7,\"offensive\":0.00"));
    assert_non_null(strstr(nj_buf_text(&out), "\"again\":{\"offensive\""));
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_that_was_not_judged_says_so),
        cmocka_unit_test(reasons_stand_only_in_an_explained_one),
        cmocka_unit_test(an_explained_one_without_reasons_has_an_empty_list),
        cmocka_unit_test(members_join_an_object_that_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
