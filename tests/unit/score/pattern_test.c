// The user's own words and regular expressions.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "unit/score/judge.h"

static struct nj_user_pattern word(const char *text)
{
    return (struct nj_user_pattern){.kind = NJ_USER_WORD,
                                    .pattern = text,
                                    .label = NJ_LABEL_INSULT,
                                    .file = "nightjar.yaml",
                                    .line = 12};
}

static struct nj_user_pattern regex(const char *text)
{
    struct nj_user_pattern p = word(text);

    p.kind = NJ_USER_REGEX;
    return p;
}

static struct nj_user_pattern allow(const char *text)
{
    struct nj_user_pattern p = word(text);

    p.kind = NJ_USER_ALLOW;
    return p;
}

/* ---- refusals ---------------------------------------------------------- */

struct errors {
    int count;
    int lines[16];
    char text[2048];
};

static void on_error(void *arg, const char *file, int line, const char *what)
{
    struct errors *errors = arg;
    size_t used = strlen(errors->text);

    assert_string_equal(file, "nightjar.yaml");
    errors->lines[errors->count] = line;
    errors->count++;
    (void)snprintf(errors->text + used, sizeof errors->text - used, "%s\n",
                   what);
}

static void every_wrong_pattern_is_named_by_its_line(void **state)
{
    struct nj_user_pattern patterns[] = {
        word("fine"),      regex("a("), regex("[z-a]"), regex("x*"),
        word("\u200b"),    word(""),    word("\xff"),   regex("(?<=a)b"),
        word("right too"), word("x"),   word("y"),
    };
    struct errors errors = {0};
    struct nj_engine_input in = {.patterns = patterns,
                                 .pattern_count = 11,
                                 .on_error = on_error,
                                 .on_error_arg = &errors};
    struct nj_engine *engine = NULL;
    struct nj_err err = {0};

    (void)state;
    for (int i = 0; i < 11; i++) {
        patterns[i].line = i + 1;
    }
    patterns[9].language = "klingon";
    patterns[10].label = NJ_LABELS;
    assert_int_equal(nj_engine_create(&in, &engine, &err), NJ_E_INVALID);
    assert_null(engine);
    assert_int_equal(errors.count, 9);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(errors.lines[i], i + 2);
    }
    assert_int_equal(errors.lines[7], 10);
    assert_int_equal(errors.lines[8], 11);
    assert_non_null(strstr(errors.text, "'a(': "));
    assert_non_null(strstr(errors.text, "also fits where there is nothing"));
    assert_non_null(strstr(errors.text, "no visible letters"));
    assert_non_null(strstr(errors.text, "unknown language"));
    assert_non_null(strstr(errors.text, "needs a label or an urgent reason"));
    assert_true(nj_err_set(NULL, 0, "x") == 0);
    assert_non_null(strstr(err.text, "nightjar.yaml:2: 'a('"));
    assert_non_null(strstr(err.text, "nightjar.yaml:3: "));
}

static void a_pattern_without_file_and_line_is_still_named(void **state)
{
    struct nj_user_pattern p = {.kind = NJ_USER_REGEX, .pattern = "("};
    struct judge judge;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(judge_open(&judge, NULL, &p, 1, &err), NJ_E_INVALID);
    assert_non_null(strstr(err.text, "patterns: '(': "));
    judge_close(&judge);
}

/* ---- what is found ----------------------------------------------------- */

static void
expect(const struct nj_user_pattern *p, size_t n, const char *text, int found)
{
    struct judge judge;
    struct nj_err err = {0};
    const struct nj_score *score;

    if (judge_open(&judge, "[terms]\nbastard | insult 5\n", p, n, &err) != 0) {
        fail_msg("%s", err.text);
    }
    score = judge_text(&judge, text);
    if ((score->offensive >= 0.5F) != found) {
        fail_msg("'%s' gave %.2f", text, (double)score->offensive);
    }
    judge_close(&judge);
}

static void a_word_is_found_whole_in_any_case_and_dress(void **state)
{
    struct nj_user_pattern p = word("Füsse  Stink");

    (void)state;
    expect(&p, 1, "eure FÜSSE   stink!", 1);
    expect(&p, 1, "fusse stink", 1);
    expect(&p, 1, "fusse\nstink", 1);
    expect(&p, 1, "fusse stinken", 0);
    expect(&p, 1, "schweissfusse stink", 0);
}

static void a_star_makes_it_a_beginning(void **state)
{
    struct nj_user_pattern p = word("crapcorp*");

    (void)state;
    expect(&p, 1, "CrapCorporation", 1);
    expect(&p, 1, "crapcorp", 1);
    expect(&p, 1, "mycrapcorp", 0);
}

static void signs_in_words_are_plain_signs(void **state)
{
    struct nj_user_pattern patterns[] = {word(":-("), word("c++ sucks"),
                                         word("👎")};

    (void)state;
    expect(patterns, 3, "sad :-( day", 1);
    expect(patterns, 3, "I think C++ sucks", 1);
    expect(patterns, 3, "so 👎👎", 1);
    expect(patterns, 3, "ccc sucks", 0);
}

static void a_regex_sees_the_canonical_text(void **state)
{
    struct nj_user_pattern p = regex("\\bac+me\\s+(fail|stin[ck]t)\\b");
    struct nj_user_pattern q = regex("Grüße[nx]");

    (void)state;
    expect(&p, 1, "ACCCME   FAIL", 1);
    expect(&p, 1, "𝐚𝐜𝐦𝐞 fail", 1);
    expect(&p, 1, "acme failure", 0);
    expect(&q, 1, "GRÜSSEN", 1);
}

static void exceptions_make_it_fine(void **state)
{
    static const char *const but[] = {"not stinky", "stinky cheese"};
    struct nj_user_pattern p = word("stinky");

    (void)state;
    p.exceptions = but;
    p.exception_count = 2;
    expect(&p, 1, "stinky", 1);
    expect(&p, 1, "Stinky Cheese please", 0);
    expect(&p, 1, "not stinky", 0);
    expect(&p, 1, "stinky cheese, stinky", 1);
}

static void what_is_allowed_is_no_offence_in_any_list(void **state)
{
    struct nj_user_pattern patterns[] = {allow("Old Bastard Ale"), word("ale")};

    (void)state;
    expect(patterns, 1, "you bastard", 1);
    expect(patterns, 1, "one Old Bastard Ale please", 0);
    expect(patterns, 2, "one old bastard ale please", 0);
    expect(patterns, 1, "old bastard", 1);
}

static void a_language_restricts_it(void **state)
{
    struct nj_user_pattern p = word("fahrt");

    (void)state;
    p.language = "de";
    expect(&p, 1, "fahrt", 0);
}

static void its_span_and_weight_are_told(void **state)
{
    struct nj_user_pattern p = regex("st[i1]nks+");
    struct judge judge;
    const struct nj_score *score;
    const struct nj_reason *reason;

    (void)state;
    p.weight = 3.5F;
    p.urgent = NJ_URGENT_PRESS;
    assert_int_equal(judge_open(&judge, NULL, &p, 1, NULL), 0);
    score = judge_text(&judge, "ü it stinkssss!");
    reason = reason_of(score, "insult: st[i1]nks+");
    assert_non_null(reason);
    assert_int_equal(reason->start, 6);
    assert_int_equal(reason->end, 15);
    assert_true(reason->weight > 3.4F && reason->weight < 3.6F);
    assert_int_equal(reason->mask, 1);
    assert_non_null(reason_of(score, "press: "));
    assert_int_equal(score->reason_count, 2);
    judge_close(&judge);
}

static void a_negative_weight_takes_offence_away(void **state)
{
    struct nj_user_pattern p = word("in the theatre");
    struct judge judge;

    (void)state;
    p.weight = -4;
    assert_int_equal(
        judge_open(&judge, "[terms]\nbastard | insult 6\n", &p, 1, NULL), 0);
    assert_true(judge_text(&judge, "bastard")->offensive > 0.8F);
    assert_true(judge_text(&judge, "bastard in the theatre")->offensive < 0.2F);
    judge_close(&judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_pattern_is_named_by_its_line),
        cmocka_unit_test(a_pattern_without_file_and_line_is_still_named),
        cmocka_unit_test(a_word_is_found_whole_in_any_case_and_dress),
        cmocka_unit_test(a_star_makes_it_a_beginning),
        cmocka_unit_test(signs_in_words_are_plain_signs),
        cmocka_unit_test(a_regex_sees_the_canonical_text),
        cmocka_unit_test(exceptions_make_it_fine),
        cmocka_unit_test(what_is_allowed_is_no_offence_in_any_list),
        cmocka_unit_test(a_language_restricts_it),
        cmocka_unit_test(its_span_and_weight_are_told),
        cmocka_unit_test(a_negative_weight_takes_offence_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
