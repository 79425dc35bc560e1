// What the statistical model sees of a text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "score/features.h"

static struct nj_fold *fold;
static struct nj_vocab vocab;
static struct nj_canon canon;
static struct nj_words words;
static struct nj_features features;

static int set_up(void **state)
{
    (void)state;
    fold = nj_fold_create();
    return fold == NULL || nj_vocab_init(&vocab) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    nj_words_finish(&words);
    nj_canon_finish(&canon);
    nj_vocab_finish(&vocab);
    free(fold);
    return 0;
}

static size_t see(const char *text, size_t from)
{
    assert_int_equal(nj_canon_make(&canon, fold, text, strlen(text)), 0);
    assert_int_equal(nj_words_split(&words, &vocab, &canon, text), 0);
    return nj_features_make(&features, &canon, &words, from);
}

static void reel_is(const char *text, const char *expected)
{
    (void)see(text, 0);
    assert_int_equal(features.reel_len, strlen(expected));
    assert_memory_equal(features.reel, expected, strlen(expected));
}

static void nothing_has_no_features(void **state)
{
    (void)state;
    (void)see("", 0);
    assert_int_equal(features.token_count, 0);
    assert_int_equal(features.word_count, 0);
    assert_int_equal(features.char_count, 0);
    (void)see("https://example.org/you-idiot", 0);
    assert_int_equal(features.word_count, 0);
    assert_int_equal(features.char_count, 0);
}

static void names_and_links_say_nothing_but_that_they_are_there(void **state)
{
    (void)state;
    reel_is("@acmeair you're a bunch of #Morons!! http://t.co/x",
            " @ you're a bunch of morons ! ");
    reel_is("@a @b @c what?!", " @ what ! ? ");
}

static void disguise_is_off_before_features_are_made(void **state)
{
    uint32_t plain[8];

    (void)state;
    (void)see("you idiot", 0);
    assert_int_equal(features.word_count, 4);
    memcpy(plain, features.words, 4 * sizeof plain[0]);
    (void)see("\xef\xbc\xb9ou \xd1\x96"
              "d\xc3\xac"
              "ot",
              0);
    assert_int_equal(features.word_count, 4);
    assert_memory_equal(plain, features.words, 4 * sizeof plain[0]);
}

static void every_position_has_three_runs_and_every_token_two_words(void **s)
{
    (void)s;
    reel_is("go away", " go away ");
    assert_int_equal(features.char_count, 7 * NJ_CHARS_EACH);
    assert_int_equal(features.word_count, 2 * NJ_WORDS_EACH);
    for (size_t i = 0; i < features.char_count; i++) {
        assert_true(features.chars[i] >= NJ_WORD_BUCKETS);
        assert_true(features.chars[i] < NJ_BUCKETS);
    }
    for (size_t i = 0; i < features.word_count; i++) {
        assert_true(features.words[i] < NJ_WORD_BUCKETS);
    }
}

static void a_long_text_is_seen_in_windows_without_a_gap(void **state)
{
    enum { COUNT = 500 };
    char text[COUNT * 5 + 1] = "";
    size_t at = 0;
    size_t windows = 0;

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(text + i * 5, "word ", 5);
    }
    while (at < COUNT) {
        size_t next = see(text, at);

        assert_true(next > at && next <= COUNT);
        assert_int_equal(features.tokens[0].from, at * 5);
        assert_true(features.token_count <= NJ_REEL_WORDS);
        at = next;
        windows++;
    }
    assert_int_equal(windows, (COUNT + NJ_REEL_WORDS - 1) / NJ_REEL_WORDS);
}

static void a_word_without_end_is_cut_and_passed(void **state)
{
    static char text[20000];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(see(text, 0), 1);
    assert_int_equal(features.reel_len, NJ_REEL_TOKEN + 2);
}

/* A change here needs a new model: make model. */
static void the_fingerprint_is_the_one_models_are_made_with(void **state)
{
    (void)state;
    assert_true(nj_features_print() == 0x52aa2871b58d15b4u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_features),
        cmocka_unit_test(names_and_links_say_nothing_but_that_they_are_there),
        cmocka_unit_test(disguise_is_off_before_features_are_made),
        cmocka_unit_test(
            every_position_has_three_runs_and_every_token_two_words),
        cmocka_unit_test(a_long_text_is_seen_in_windows_without_a_gap),
        cmocka_unit_test(a_word_without_end_is_cut_and_passed),
        cmocka_unit_test(the_fingerprint_is_the_one_models_are_made_with),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
