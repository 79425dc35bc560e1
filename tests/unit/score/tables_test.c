// The tables of tests/data/score against the lexicons that are shipped. The
// words before '|' are explained in tests/data/score/offensive.txt.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/engine.h"
#include "score/load.h"

struct judge {
    struct nj_engine *engine;
    struct nj_scratch *scratch;
};

static int set_up(void **state)
{
    static struct judge judge;
    struct nj_lexicon_files files;
    struct nj_engine_input in = {0};
    struct nj_err err = {0};

    if (nj_lexicon_files_load("config/lexicons", &files, &err) != 0) {
        print_error("%s\n", err.text);
        return -1;
    }
    in.lexicons = files.texts;
    in.lexicon_count = files.count;
    if (nj_engine_create(&in, &judge.engine, &err) != 0) {
        print_error("%s\n", err.text);
        return -1;
    }
    nj_lexicon_files_finish(&files);
    *state = &judge;
    return nj_scratch_create(judge.engine, &judge.scratch);
}

static int tear_down(void **state)
{
    struct judge *judge = *state;

    nj_scratch_destroy(judge->scratch);
    nj_engine_destroy(judge->engine);
    return 0;
}

static int label_number(const char *name)
{
    for (int i = 0; i < NJ_LABELS; i++) {
        if (strcmp(nj_label_name((enum nj_label)i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static int meets(const struct nj_score *s, const char *want)
{
    const char *reason = nj_urgent_reason_name(s->urgent_reason);
    int label = label_number(want);

    if (label >= 0) {
        return s->labels[label] >= 0.5F;
    }
    if (nj_str_starts(want, "r:")) {
        return nj_str_eq(reason, want + 2);
    }
    if (nj_str_starts(want, "l:")) {
        return nj_str_eq(s->language, want + 2);
    }
    if (strcmp(want, "clean") == 0) {
        return s->offensive < 0.5F && s->urgency == NJ_LEVEL_NONE;
    }
    if (strcmp(want, "kind") == 0) {
        return s->offensive < 0.5F;
    }
    if (strcmp(want, "mild") == 0) {
        return s->offensive >= 0.3F && s->offensive < 0.75F;
    }
    if (strcmp(want, "offensive") == 0) {
        return s->offensive >= 0.5F;
    }
    if (strcmp(want, "strong") == 0) {
        return s->offensive >= 0.75F;
    }
    if (strcmp(want, "calm") == 0) {
        return s->urgency == NJ_LEVEL_NONE;
    }
    if (strcmp(want, "urgent") == 0) {
        return s->urgency >= NJ_LEVEL_LOW;
    }
    if (strcmp(want, "page") == 0) {
        return s->urgency >= NJ_LEVEL_HIGH;
    }
    if (strcmp(want, "critical") == 0) {
        return s->level == NJ_LEVEL_CRITICAL;
    }
    print_error("unknown expectation '%s'\n", want);
    return 0;
}

static void tell_wrong(const char *file,
                       int line,
                       const char *want,
                       const char *text,
                       const struct nj_score *s)
{
    const char *reason = nj_urgent_reason_name(s->urgent_reason);

    print_error("%s:%d: not %s: %s\n    offensive %.2f urgent %.2f (%s) %s",
                file, line, want, text, (double)s->offensive, (double)s->urgent,
                reason == NULL ? "-" : reason, s->language);
    for (size_t i = 0; i < s->reason_count && i < 6; i++) {
        print_error(", %s %.1f", s->reasons[i].what,
                    (double)s->reasons[i].weight);
    }
    print_error("\n");
}

/* Judge one row; returns how many expectations it fails. */
static int
try_row(const struct judge *judge, const char *file, int line, char *row)
{
    char *bar = strchr(row, '|');
    struct nj_score_input in = {
        .followers = -1, .shares = -1, .likes = -1, .replies = -1};
    struct nj_arena arena = {0};
    struct nj_score score;
    int failed = 0;
    char *rest = NULL;

    assert_non_null(bar);
    *bar = '\0';
    in.text = bar + 2;
    in.text_len = strlen(bar + 2);
    assert_int_equal(
        nj_engine_score(judge->engine, judge->scratch, &in, &arena, &score), 0);
    for (char *want = strtok_r(row, " ", &rest); want != NULL;
         want = strtok_r(NULL, " ", &rest)) {
        if (!meets(&score, want)) {
            tell_wrong(file, line, want, bar + 2, &score);
            failed++;
        }
    }
    nj_arena_finish(&arena);
    return failed;
}

static void try_table(void **state, const char *name)
{
    char path[128];
    char *row = NULL;
    size_t room = 0;
    ssize_t len;
    int line = 0;
    int rows = 0;
    int failed = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "tests/data/score/%s.txt", name);
    file = fopen(path, "r");
    assert_non_null(file);
    while ((len = getline(&row, &room, file)) > 0) {
        line++;
        if (row[0] == '#' || row[0] == '\n') {
            continue;
        }
        row[len - 1] = '\0';
        rows++;
        failed += try_row(*state, name, line, row);
    }
    free(row);
    (void)fclose(file);
    assert_true(rows >= 30);
    assert_int_equal(failed, 0);
}

static void offensive_posts_are_found(void **state)
{
    try_table(state, "offensive");
}

static void innocent_words_are_left_alone(void **state)
{
    try_table(state, "innocent");
}

static void disguised_words_are_found(void **state)
{
    try_table(state, "disguised");
}

static void what_is_denied_quoted_or_praised_is_no_offence(void **state)
{
    try_table(state, "unsaid");
}

static void threats_are_told_from_figures_of_speech(void **state)
{
    try_table(state, "threats");
}

static void people_who_may_harm_themselves_are_urgent(void **state)
{
    try_table(state, "self_harm");
}

static void urgent_posts_have_their_reason(void **state)
{
    try_table(state, "urgent");
}

static void what_only_sounds_urgent_is_calm(void **state)
{
    try_table(state, "calm");
}

static void other_languages_are_judged_by_their_own_words(void **state)
{
    try_table(state, "languages");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offensive_posts_are_found),
        cmocka_unit_test(innocent_words_are_left_alone),
        cmocka_unit_test(disguised_words_are_found),
        cmocka_unit_test(what_is_denied_quoted_or_praised_is_no_offence),
        cmocka_unit_test(threats_are_told_from_figures_of_speech),
        cmocka_unit_test(people_who_may_harm_themselves_are_urgent),
        cmocka_unit_test(urgent_posts_have_their_reason),
        cmocka_unit_test(what_only_sounds_urgent_is_calm),
        cmocka_unit_test(other_languages_are_judged_by_their_own_words),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
