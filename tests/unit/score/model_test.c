// The model file: what is refused, and what one that is read says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score/model.h"
#include "unit/score/made_model.h"

static unsigned char *bytes;
static struct nj_features features;

static int set_up(void **state)
{
    (void)state;
    bytes = made_bytes();
    return bytes == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    free(bytes);
    return 0;
}

static void is_refused(size_t len, int code, const char *because)
{
    struct nj_model *model = NULL;
    struct nj_err err = {0};

    assert_int_equal(nj_model_read(bytes, len, &model, &err), code);
    assert_null(model);
    if (strstr(err.text, because) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.text, because);
    }
}

static struct nj_model *opened(void)
{
    struct nj_model *model = NULL;
    struct nj_err err = {0};

    made_seal(bytes);
    if (nj_model_read(bytes, NJ_MODEL_BYTES, &model, &err) != 0) {
        fail_msg("%s", err.text);
    }
    return model;
}

/* ---- refusals ---------------------------------------------------------- */

static void what_is_no_model_is_refused(void **state)
{
    (void)state;
    is_refused(0, NJ_E_INVALID, "not a nightjar model");
    is_refused(100, NJ_E_INVALID, "not a nightjar model");
    bytes[0] = 'M';
    is_refused(NJ_MODEL_BYTES, NJ_E_INVALID, "not a nightjar model");
}

static void another_version_is_refused(void **state)
{
    (void)state;
    put_u32(bytes + 8, 2);
    made_seal(bytes);
    is_refused(NJ_MODEL_BYTES, NJ_E_INVALID, "a model of version 2");
}

static void a_cut_file_is_refused(void **state)
{
    (void)state;
    is_refused(NJ_MODEL_BYTES - 1, NJ_E_CORRUPT, "should have");
    is_refused(NJ_MODEL_HEADER, NJ_E_CORRUPT, "should have");
}

static void one_turned_bit_is_noticed(void **state)
{
    (void)state;
    bytes[NJ_MODEL_BYTES - 7] ^= 0x10;
    is_refused(NJ_MODEL_BYTES, NJ_E_CORRUPT, "damaged");
}

static void a_model_for_other_features_is_refused(void **state)
{
    (void)state;
    bytes[24] ^= 1;
    made_seal(bytes);
    is_refused(NJ_MODEL_BYTES, NJ_E_INVALID, "another version of nightjar");
    bytes[24] ^= 1;
    put_u32(bytes + 32, 1 << 20);
    made_seal(bytes);
    is_refused(NJ_MODEL_BYTES, NJ_E_INVALID, "another version of nightjar");
}

static void a_header_that_cannot_be_is_refused(void **state)
{
    static const struct {
        size_t at;
        float value;
    } wrong[] = {{64 + 4, NAN},    {64 + 8, -1},       {64 + 12, INFINITY},
                 {64 + 16, -0.5F}, {384 + 8, -1},      {384 + 4, 1e9F},
                 {520, 31},        {532, -31},         {648, NAN},
                 {384 + 12, NAN},  {64 + 32 + 24, NAN}};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        unsigned char before[4];

        memcpy(before, bytes + wrong[i].at, 4);
        put_float(bytes + wrong[i].at, wrong[i].value);
        made_seal(bytes);
        is_refused(NJ_MODEL_BYTES, NJ_E_CORRUPT, "cannot be");
        memcpy(bytes + wrong[i].at, before, 4);
    }
}

static void counts_and_names_that_cannot_be_are_refused(void **state)
{
    static const struct {
        size_t at;
        unsigned char value;
    } wrong[] = {{48, 0},   {48, '\n'}, {63, 'x'},  {64, 2},        {64, 0},
                 {512, 17}, {512, 1},   {387, 'x'}, {384 + 20, 'a'}};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        unsigned char before = bytes[wrong[i].at];

        bytes[wrong[i].at] = wrong[i].value;
        made_seal(bytes);
        is_refused(NJ_MODEL_BYTES, NJ_E_CORRUPT, "cannot be");
        bytes[wrong[i].at] = before;
    }
}

static void files_that_are_not_there_or_no_files_are_told(void **state)
{
    struct nj_model *model = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_model_open("/nonexistent/x.njm", &model, &err),
                     NJ_E_NOTFOUND);
    assert_string_equal(err.text,
                        "/nonexistent/x.njm: No such file or directory");
    assert_int_equal(nj_model_open("/", &model, &err), NJ_E_INVALID);
    assert_int_equal(nj_model_open("/dev/null", &model, NULL), NJ_E_INVALID);
    assert_null(model);
    nj_model_close(NULL);
}

/* ---- what it says ------------------------------------------------------ */

static void a_file_says_what_its_bytes_say(void **state)
{
    char path[] = "/tmp/nj-model-XXXXXX";
    int fd = mkstemp(path);
    struct nj_model *model = NULL;

    (void)state;
    assert_int_equal(write(fd, bytes, NJ_MODEL_BYTES), NJ_MODEL_BYTES);
    assert_int_equal(close(fd), 0);
    assert_int_equal(nj_model_open(path, &model, NULL), 0);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(nj_model_name(model), "made-1");
    assert_int_equal(nj_model_date(model), 20260131);
    assert_true(nj_model_has(model, NJ_HEAD_QUESTION));
    nj_model_close(model);
}

/* Buckets without end, of weights without order. */
static void fill(void)
{
    uint32_t seed = 1;

    for (size_t i = NJ_MODEL_HEADER; i < NJ_MODEL_BYTES; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (unsigned char)(seed >> 24);
    }
    for (size_t i = 0; i < sizeof features.chars / sizeof features.chars[0];
         i++) {
        seed = seed * 1664525u + 1013904223u;
        features.chars[i] = seed % NJ_BUCKETS;
    }
    features.chars[0] = NJ_BUCKETS - 1; /* the wide load reaches the gap */
}

static void the_wide_way_says_what_the_plain_one_says(void **state)
{
    struct nj_planes wide;
    struct nj_planes plain;

    (void)state;
    fill();
    wide = nj_planes_of(bytes + NJ_MODEL_HEADER);
    plain = wide;
    plain.wide = 0;
    for (size_t count = 0; count < 300; count++) {
        int32_t a[2];
        int32_t b[2];

        nj_sum_first(&wide, features.chars, count, a);
        nj_sum_first(&plain, features.chars, count, b);
        assert_memory_equal(a, b, sizeof a);
    }
}

static void the_rest_is_summed_bucket_by_bucket(void **state)
{
    struct nj_planes planes;
    int32_t sums[8];
    int32_t same[8] = {0};

    (void)state;
    fill();
    planes = nj_planes_of(bytes + NJ_MODEL_HEADER);
    nj_sum_rest(&planes, features.chars, 1000, sums);
    for (unsigned k = 0; k < 8; k++) {
        for (size_t i = 0; i < 1000; i++) {
            same[k] +=
                nj_plane_weight(&planes, NJ_FIRST_HEADS + k, features.chars[i]);
        }
    }
    assert_memory_equal(sums, same, sizeof same);
}

static void see_two_tokens(void)
{
    features = (struct nj_features){.reel = " ab cd ",
                                    .reel_len = 7,
                                    .tokens = {{1, 3, 0, 2}, {4, 6, 3, 5}},
                                    .token_count = 2,
                                    .words = {10, 11, 12, 13},
                                    .word_count = 4,
                                    .char_count = 15};
    for (uint32_t i = 0; i < 15; i++) {
        features.chars[i] = NJ_WORD_BUCKETS + i;
    }
}

static void
a_verdict_is_bias_words_and_runs_by_the_roots_of_their_number(void **state)
{
    struct nj_model *model;
    float raw[NJ_HEADS];

    (void)state;
    see_two_tokens();
    made_weight(bytes, NJ_HEAD_OFFENSIVE, 10, 4);
    made_weight(bytes, NJ_HEAD_OFFENSIVE, NJ_WORD_BUCKETS + 3, -5);
    made_weight(bytes, NJ_HEAD_THREAT, 13, 6);
    made_weight(bytes, NJ_HEAD_THREAT, 14, 100);
    model = opened();
    nj_model_all(model, &features, raw);
    assert_float_equal(raw[NJ_HEAD_OFFENSIVE], -2 + 4 / 2.0F - 5 / sqrtf(15),
                       1e-5);
    assert_float_equal(raw[NJ_HEAD_THREAT], -2 + 6 / 2.0F, 1e-5);
    assert_float_equal(raw[NJ_HEAD_URGENT], -2, 1e-5);
    assert_float_equal(nj_model_odds(model, NJ_HEAD_THREAT, 1, 0), 1, 1e-5);
    assert_float_equal(nj_model_odds(model, NJ_HEAD_THREAT, 9, 0), 3, 1e-5);
    nj_model_close(model);
}

static void shares_of_the_words_add_up_to_the_verdict(void **state)
{
    struct nj_model *model;
    float shares[NJ_REEL_WORDS];
    float raw[NJ_HEADS];

    (void)state;
    see_two_tokens();
    made_weight(bytes, NJ_HEAD_OFFENSIVE, 12, 8);
    made_weight(bytes, NJ_HEAD_OFFENSIVE, 13, 2);
    for (uint32_t i = 0; i < 15; i++) {
        made_weight(bytes, NJ_HEAD_OFFENSIVE, NJ_WORD_BUCKETS + i, 3);
    }
    model = opened();
    nj_model_all(model, &features, raw);
    nj_model_shares(model, &features, NJ_HEAD_OFFENSIVE, shares);
    assert_float_equal(shares[0] + shares[1], raw[NJ_HEAD_OFFENSIVE] + 2, 1e-4);
    assert_true(shares[1] > shares[0]);
    nj_model_close(model);
}

static void a_head_that_was_not_learned_says_nothing(void **state)
{
    struct nj_model *model;
    float raw[NJ_FIRST_HEADS];

    (void)state;
    see_two_tokens();
    put_u32(bytes + 64 + 32, 0);
    model = opened();
    assert_false(nj_model_has(model, NJ_HEAD_URGENT));
    nj_model_first(model, &features, raw);
    assert_true(raw[NJ_HEAD_URGENT] <= -100);
    assert_true(nj_model_odds(model, NJ_HEAD_URGENT, 50, 0) <= -100);
    nj_model_close(model);
}

static void rules_and_model_join_by_language_and_curve(void **state)
{
    struct nj_model *model;

    (void)state;
    put_float(bytes + 524, -20); /* x -30: y -20, so the slope is 5/6 */
    model = opened();
    assert_float_equal(nj_model_offence(model, "en", 3, 0), 5, 1e-4);
    assert_float_equal(nj_model_offence(model, "en", 3, 12), 10, 1e-4);
    assert_float_equal(nj_model_offence(model, "sw", 3, 12), 15, 1e-4);
    assert_float_equal(nj_model_offence(model, "en", -999, 0), -830, 1);
    assert_true(nj_model_raises(model, -1));
    assert_false(nj_model_raises(model, -1.1F));
    nj_model_close(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_model_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_version_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_cut_file_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_turned_bit_is_noticed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_model_for_other_features_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_header_that_cannot_be_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            counts_and_names_that_cannot_be_are_refused, set_up, tear_down),
        cmocka_unit_test(files_that_are_not_there_or_no_files_are_told),
        cmocka_unit_test_setup_teardown(a_file_says_what_its_bytes_say, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            the_wide_way_says_what_the_plain_one_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_rest_is_summed_bucket_by_bucket,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_verdict_is_bias_words_and_runs_by_the_roots_of_their_number,
            set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            shares_of_the_words_add_up_to_the_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_head_that_was_not_learned_says_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            rules_and_model_join_by_language_and_curve, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
