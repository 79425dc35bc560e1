// Each allocation fails in turn: told, nothing lost, nothing half done.
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "score/load.h"
#include "unit/failing.h"
#include "unit/score/judge.h"

static const char lexicon[] =
    "language: en\n"
    "[common]\nthe and to of\n"
    "[class you]\nyou, all of you\n"
    "[class strong]\nkill~\n"
    "[terms]\n"
    "moron | insult 5 | strong scramble joined exact +s | proud moron\n"
    "i (will/am going to) ..2 kill @you | threat 6, urgent.safety 6 | life\n";

static const char *const but[] = {"fine stinky"};
static const struct nj_user_pattern patterns[] = {
    {.kind = NJ_USER_WORD,
     .pattern = "stinky",
     .label = NJ_LABEL_INSULT,
     .exceptions = but,
     .exception_count = 1},
    {.kind = NJ_USER_REGEX, .pattern = "a+b", .label = NJ_LABEL_INSULT},
    {.kind = NJ_USER_ALLOW, .pattern = "moron ale"},
};

static void building_fails_whole_and_frees_all(void **state)
{
    struct nj_lexicon_text text = {"t.txt", lexicon, sizeof lexicon - 1};
    struct nj_engine_input in = {.lexicons = &text,
                                 .lexicon_count = 1,
                                 .patterns = patterns,
                                 .pattern_count = 3};
    struct nj_engine *engine = NULL;
    long k = 1;
    int rc;

    (void)state;
    for (;; k++) {
        struct nj_err err = {0};

        fail_from(k);
        rc = nj_engine_create(&in, &engine, &err);
        if (!failed()) {
            break;
        }
        if (rc == 0) { /* the library made do without */
            nj_engine_destroy(engine);
            engine = NULL;
            continue;
        }
        assert_int_equal(rc, NJ_E_NOMEM);
        assert_non_null(strstr(err.text, "no memory"));
        assert_null(engine);
    }
    assert_int_equal(rc, 0);
    assert_true(k > 30);
    nj_engine_destroy(engine);
}

static void a_scratch_fails_whole(void **state)
{
    struct nj_scratch *scratch = NULL;
    struct judge judge;
    long k = 1;
    int rc;

    (void)state;
    assert_int_equal(judge_open(&judge, lexicon, patterns, 3, NULL), 0);
    for (;; k++) {
        fail_from(k);
        rc = nj_scratch_create(judge.engine, &scratch);
        if (!failed()) {
            break;
        }
        assert_int_equal(rc, NJ_E_NOMEM);
        assert_null(scratch);
    }
    assert_int_equal(rc, 0);
    nj_scratch_destroy(scratch);
    judge_close(&judge);
}

static void scoring_says_that_it_could_not(void **state)
{
    struct nj_score_input in =
        judge_input("ü I will really kill all of you morons, stinky &amp; aab");
    long k = 1;

    (void)state;
    for (;; k++) {
        struct judge judge;
        int rc;

        assert_int_equal(judge_open(&judge, lexicon, patterns, 3, NULL), 0);
        fail_from(k);
        rc = nj_engine_score(judge.engine, judge.scratch, &in, &judge.arena,
                             &judge.score);
        if (!failed()) {
            assert_int_equal(rc, 0);
            assert_int_equal(judge.score.judged, 1);
            judge_close(&judge);
            break;
        }
        assert_int_equal(rc, NJ_E_NOMEM);
        assert_int_equal(judge.score.judged, 0);
        assert_int_equal(judge.score.reason_count, 0);
        /* the scratch works again afterwards */
        assert_non_null(judge_of(&judge, &in));
        assert_int_equal(judge.score.level, NJ_LEVEL_CRITICAL);
        judge_close(&judge);
    }
    assert_true(k > 3);
}

static void in_the_steady_state_the_arena_alone_allocates(void **state)
{
    struct nj_score_input in = judge_input("I will kill all of you, moron");
    struct judge judge;
    struct nj_score score;

    (void)state;
    assert_int_equal(judge_open(&judge, lexicon, patterns, 3, NULL), 0);
    assert_non_null(judge_of(&judge, &in));
    assert_non_null(nj_arena_zalloc(&judge.arena, 1)); /* a block is there */
    fail_from(1);
    assert_int_equal(
        nj_engine_score(judge.engine, judge.scratch, &in, &judge.arena, &score),
        0);
    assert_false(failed());
    judge_close(&judge);
}

static void loading_fails_whole(void **state)
{
    struct nj_lexicon_files files = {.count = 0};
    long k = 1;
    int rc;

    (void)state;
    for (;; k++) {
        struct nj_err err = {0};

        fail_from(k);
        rc = nj_lexicon_files_load("config/lexicons", &files, &err);
        if (!failed()) {
            break;
        }
        if (rc == 0) { /* shrinking a buffer may fail */
            nj_lexicon_files_finish(&files);
            continue;
        }
        assert_true(rc == NJ_E_NOMEM || rc == NJ_E_NOTFOUND || rc == NJ_E_IO);
        assert_true(err.text[0] != '\0');
        assert_int_equal(files.count, 0);
    }
    assert_int_equal(rc, 0);
    nj_lexicon_files_finish(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building_fails_whole_and_frees_all),
        cmocka_unit_test(a_scratch_fails_whole),
        cmocka_unit_test(scoring_says_that_it_could_not),
        cmocka_unit_test(in_the_steady_state_the_arena_alone_allocates),
        cmocka_unit_test(loading_fails_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
