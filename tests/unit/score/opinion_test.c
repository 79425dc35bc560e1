// What the statistical model adds to rules and word lists, and what they take
// from it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "score/model.h"
#include "unit/score/judge.h"
#include "unit/score/made_model.h"

static const char lexicon[] = "language: en\n"
                              "[common]\nthe a you and are is of to\n"
                              "[class negator]\nnot, never\n"
                              "[class filler]\na, an\n"
                              "[class identity]\nwomen, muslims\n"
                              "[terms]\nmoron | insult 5.0 | strong |\n"
                              "drat | profanity 2.0 | |\n"
                              "goodbye world | self_harm 5.0 | |\n"
                              "[allow]\nold numpty\n";

static struct judge judge;

/* The bucket of WORD alone. */
static uint32_t bucket_of(const char *word)
{
    const struct nj_canon canon = {.text = (char *)(uintptr_t)word,
                                   .len = strlen(word)};
    struct nj_word item = {.end = (uint32_t)strlen(word)};
    const struct nj_words words = {.items = &item, .count = 1};
    struct nj_features f;

    (void)nj_features_make(&f, &canon, &words, 0);
    return f.words[0];
}

static unsigned char *bytes;

static int set_up(void **state)
{
    static const char *const bad[] = {"numpty", "women", "moron"};
    static const int8_t weights[] = {120, 3, 4};
    struct nj_model *model = NULL;

    (void)state;
    bytes = made_bytes();
    for (size_t i = 0; i < 3; i++) {
        char padded[32] = "";

        memcpy(padded, bad[i], strlen(bad[i]));
        made_weight(bytes, NJ_HEAD_OFFENSIVE, bucket_of(padded), weights[i]);
        made_weight(bytes, NJ_HEAD_INSULT, bucket_of(padded), weights[i]);
    }
    put_float(bytes + 64 + 12, 0.3F); /* the bias of offensive, */
    for (size_t row = 0; row < 2; row++) {
        put_float(bytes + 384 + 20 * row + 8, 4); /* how much it weighs */
    }
    made_seal(bytes);
    if (judge_open(&judge, lexicon, NULL, 0, NULL) != 0 ||
        nj_model_read(bytes, NJ_MODEL_BYTES, &model, NULL) != 0) {
        return -1;
    }
    nj_engine_take_model(judge.engine, model);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    judge_close(&judge);
    free(bytes);
    return 0;
}

static float offence_of(const char *text)
{
    return judge_text(&judge, text)->offensive;
}

static void a_model_sees_what_no_list_names_and_says_where(void **state)
{
    const struct nj_reason *reason;

    (void)state;
    assert_true(offence_of("\xc3\xbc Numpty") > 0.7F);
    assert_true(judge.score.labels[NJ_LABEL_INSULT] > 0.7F);
    reason = reason_of(&judge.score, "model: numpty");
    assert_non_null(reason);
    assert_int_equal(reason->start, 3);
    assert_int_equal(reason->end, 9);
    assert_true(reason->weight > 0.5F);
}

static void what_it_does_not_mind_stays_low_and_unexplained(void **state)
{
    (void)state;
    assert_true(offence_of("the flight is late") < 0.2F);
    assert_int_equal(judge.score.reason_count, 0);
    assert_true(judge.score.labels[NJ_LABEL_INSULT] < 0.2F);
}

static void nothing_but_a_link_is_for_rules_alone(void **state)
{
    (void)state;
    assert_true(offence_of("https://example.org/numpty") < 0.05F);
    assert_true(offence_of("") < 0.05F);
}

static void what_is_negated_counts_less_for_the_model_too(void **state)
{
    float said = offence_of("you are a moron");

    (void)state;
    assert_true(said > 0.7F);
    assert_true(offence_of("you are not a moron") < said - 0.2F);
    assert_true(judge.score.offensive < 0.5F);
}

static void what_is_allowed_is_nothing_for_the_model_either(void **state)
{
    (void)state;
    assert_true(offence_of("the old numpty") < 0.2F);
    assert_true(offence_of("the young numpty") > 0.7F);
}

static void whom_people_are_weighs_less_than_what_they_are_called(void **state)
{
    (void)state;
    assert_true(offence_of("the women are of") < 0.5F);
    assert_true(offence_of("the numpty are of") > 0.7F);
}

static void rules_hold_where_the_model_sees_nothing(void **state)
{
    float alone;

    (void)state;
    nj_engine_take_model(judge.engine, NULL);
    alone = offence_of("m0r0n");
    assert_true(alone > 0.5F);
    (void)tear_down(state);
    assert_int_equal(set_up(state), 0);
    assert_true(offence_of("m0r0n") >= alone);
}

static void a_word_that_no_rule_knows_does_not_decide_alone(void **state)
{
    (void)state;
    assert_true(offence_of("numpty") < 0.93F);
    assert_true(offence_of("numpty numpty") > judge.score.offensive - 0.01F);
    assert_int_equal(judge.score.level < NJ_LEVEL_CRITICAL, 1);
}

static void who_is_in_need_offends_nobody(void **state)
{
    (void)state;
    assert_true(offence_of("numpty goodbye world") < 0.5F);
    assert_true(judge.score.labels[NJ_LABEL_SELF_HARM] > 0.5F);
}

static void a_curse_at_nobody_wakes_nobody(void **state)
{
    (void)state;
    assert_true(offence_of("numpty numpty drat") > 0.5F);
    assert_true(judge.score.offensive < 0.76F);
}

static void the_worst_window_of_a_long_text_counts(void **state)
{
    char text[4000] = "";

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        memcpy(text + strlen(text), "word ", 6);
    }
    assert_true(offence_of(text) < 0.2F);
    memcpy(text + 5 * 150, "numpty xyz", 10);
    assert_true(offence_of(text) > 0.5F);
    memcpy(text, "numpty xyz", 10);
    assert_true(offence_of(text) > 0.5F);
}

static void the_title_counts_and_says_so(void **state)
{
    struct nj_score_input in = judge_input("the flight is late");

    (void)state;
    in.title = "numpty";
    in.title_len = 6;
    assert_true(judge_of(&judge, &in)->offensive > 0.7F);
    assert_int_equal(reason_of(&judge.score, "model: numpty")->in_title, 1);
}

static void a_measure_says_what_a_score_is_made_of(void **state)
{
    struct nj_score_input in = judge_input("you are a moron");
    struct nj_measure measure;

    (void)state;
    nj_arena_finish(&judge.arena);
    assert_int_equal(nj_engine_measure(judge.engine, judge.scratch, &in,
                                       &judge.arena, &measure),
                     0);
    assert_string_equal(measure.language, "en");
    assert_true(measure.model > 1);
    assert_true(measure.rules > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_sees_what_no_list_names_and_says_where),
        cmocka_unit_test(what_it_does_not_mind_stays_low_and_unexplained),
        cmocka_unit_test(nothing_but_a_link_is_for_rules_alone),
        cmocka_unit_test(what_is_negated_counts_less_for_the_model_too),
        cmocka_unit_test(what_is_allowed_is_nothing_for_the_model_either),
        cmocka_unit_test(whom_people_are_weighs_less_than_what_they_are_called),
        cmocka_unit_test(rules_hold_where_the_model_sees_nothing),
        cmocka_unit_test(a_word_that_no_rule_knows_does_not_decide_alone),
        cmocka_unit_test(who_is_in_need_offends_nobody),
        cmocka_unit_test(a_curse_at_nobody_wakes_nobody),
        cmocka_unit_test(the_worst_window_of_a_long_text_counts),
        cmocka_unit_test(the_title_counts_and_says_so),
        cmocka_unit_test(a_measure_says_what_a_score_is_made_of),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
