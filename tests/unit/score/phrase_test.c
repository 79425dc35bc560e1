// Phrases: how they are written, refused, and found among words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "score/inflect.h"
#include "unit/score/judge.h"

/* What is wrong with one line of [terms], or "" if nothing. */
static const char *refusal(const char *line)
{
    static struct nj_err err;
    static char lexicon[8192];
    struct judge judge;

    err = (struct nj_err){0};
    (void)snprintf(lexicon, sizeof lexicon,
                   "[class loop]\nx, y @loop\n[class you]\nyou, all of you\n"
                   "[terms]\n%s\n",
                   line);
    if (judge_open(&judge, lexicon, NULL, 0, &err) == 0) {
        err.text[0] = '\0';
    }
    judge_close(&judge);
    return err.text;
}

static void refuses(const char *line, const char *reason)
{
    const char *said = refusal(line);

    if (strstr(said, reason) == NULL) {
        fail_msg("'%s' gave '%s'", line, said);
    }
    assert_non_null(strstr(said, "test.txt:6: "));
}

static void a_wrong_phrase_is_refused_with_its_line(void **state)
{
    (void)state;
    refuses("(a/b | insult 5", "')' is missing");
    refuses("(a//b) | insult 5", "empty choice");
    refuses("() x | insult 5", "empty choice");
    refuses("@nobody | insult 5", "no class @nobody");
    refuses("@ x | insult 5", "stands alone");
    refuses("a .. b | insult 5", "how many words");
    refuses("a? b? | insult 5", "must not be optional");
    refuses("..3 | insult 5", "must not be optional");
    refuses("@loop | insult 5", "made of itself");
    refuses("((((((((((a)))))))))) | insult 5", "too deep");
    refuses(" | insult 5", "empty phrase");
    refuses("a) b | insult 5", "stands alone");
    refuses("a & | insult 5", "empty phrase");
    refuses("a & b? | insult 5", "must not be optional");
    refuses("a & b & c & d | insult 5", "more than 3 parts");
}

static void a_wrong_weight_or_flag_is_refused_with_its_line(void **state)
{
    (void)state;
    refuses("moron", "no label");
    refuses("moron | ", "no label");
    refuses("moron | insult", "needs a weight");
    refuses("moron | insult much", "needs a weight");
    refuses("moron | insult 99", "needs a weight");
    refuses("moron | insolt 5", "did you mean 'insult'");
    refuses("moron | urgent.fire 5", "unknown label 'urgent.fire'");
    refuses("moron | insult 5 | strnog", "did you mean 'strong'");
    refuses("moron | insult 5 | -xx", "is no language");
    refuses("moron | insult 5 | | (a", "')' is missing");
}

static void whatever_is_right_is_taken(void **state)
{
    (void)state;
    assert_string_equal(refusal("moron | insult 5"), "");
    assert_string_equal(refusal("# only a comment"), "");
    assert_string_equal(
        refusal("(a/b c)? d~ ..3 @you | insult 5, urgent.press -1.5 | strong "
                "+s -sv | a d, b (c/e)"),
        "");
}

static const char lexicon[] =
    "language: en\n"
    "[common]\nthe a is to of and\n"
    "[class you]\nyou, u, all of you\n"
    "[class kill]\nkill~, murder~\n"
    "[terms]\n"
    "moron | insult 5 | +s | proud moron\n"
    "son of a gun | insult 5 |\n"
    "i (will/am going to)? ..2 @kill @you | threat 6 |\n"
    "(low life/low down) | insult 5 |\n"
    "pants? on fire | insult 5 |\n"
    "ran # miles | insult 5 |\n"
    "nail & (bread/cake) & found | insult 5 |\n"
    "shit | profanity 5 | +s +ed +ing +er +y\n"
    "[allow]\n"
    "killer moron whale\n";

static void finds(const char *text, const char *what)
{
    struct judge judge;
    const struct nj_score *score;

    assert_int_equal(judge_open(&judge, lexicon, NULL, 0, NULL), 0);
    score = judge_text(&judge, text);
    if (what == NULL) {
        assert_true(score->offensive < 0.1F);
    } else if (reason_of(score, what) == NULL) {
        fail_msg("'%s' has no reason '%s'", text, what);
    }
    judge_close(&judge);
}

static void words_are_found_whole_only(void **state)
{
    (void)state;
    finds("oxymoron", NULL);
    finds("moronic", NULL);
    finds("a moron", "insult: moron");
    finds("MORONS!", "insult: moron");
    finds("the moron's car", "insult: moron");
    finds("moron.", "insult: moron");
    finds("(moron)", "insult: moron");
    finds("moron/idiot", "insult: moron");
}

static void forms_follow_the_suffix_rules(void **state)
{
    (void)state;
    finds("shits", "profanity: shit");
    finds("shitting", "profanity: shit");
    finds("shittin", "profanity: shit");
    finds("shitted", "profanity: shit");
    finds("shitty", "profanity: shit");
    finds("shitters", "profanity: shit");
    finds("shiting", NULL);
}

static void phrases_bridge_hyphens_but_not_sentences(void **state)
{
    (void)state;
    finds("son of a gun", "insult: son of a gun");
    finds("Son-of-a-Gun!", "insult: son-of-a-gun");
    finds("son of. A gun", NULL);
    finds("my son, of a gun", "insult: son, of a gun");
    finds("lowlife", NULL);
    finds("low-life", "insult: low-life");
}

static void gaps_choices_and_classes_match(void **state)
{
    (void)state;
    finds("I kill you", "threat: i kill you");
    finds("i will kill you", "threat: i will kill you");
    finds("I am going to really truly murder all of you",
          "threat: i am going to really truly murder all of you");
    finds("I will a b c kill you", NULL);
    finds("i will. Kill you", NULL);
    finds("I was killing u", "threat: i was killing u");
    finds("on fire", "insult: on fire");
    finds("pants on fire", "insult: pants on fire");
    finds("ran 26 miles", "insult: ran 26 miles");
    finds("ran many miles", NULL);
}

static void parts_may_stand_apart(void **state)
{
    (void)state;
    finds("There is a nail in the bread. I found it today", "insult: nail");
    finds("bread! found! A NAIL!", "insult: nail");
    finds("There is a nail in the bread", NULL);
    finds("I found bread", NULL);
    finds("bread found 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 "
          "22 23 24 25 26 27 nail",
          NULL);
}

static void exceptions_cover_their_term(void **state)
{
    (void)state;
    finds("proud moron", NULL);
    finds("killer moron whale", NULL);
    finds("proud moron, moron", "insult: moron");
}

static void inflection_knows_doubling_es_and_ies(void **state)
{
    char out[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    size_t n = nj_inflect("bitch", 5, NJ_INFLECT_S | NJ_INFLECT_Y, out);

    (void)state;
    assert_int_equal(n, 3);
    assert_string_equal(out[1], "bitches");
    assert_string_equal(out[2], "bitchy");
    n = nj_inflect("pansy", 5, NJ_INFLECT_S | NJ_INFLECT_ED, out);
    assert_string_equal(out[1], "pansies");
    assert_string_equal(out[2], "pansied");
    n = nj_inflect("rape", 4, NJ_INFLECT_ED | NJ_INFLECT_ING, out);
    assert_string_equal(out[1], "raped");
    assert_string_equal(out[2], "raping");
    n = nj_inflect("fuck", 4, NJ_INFLECT_ING | NJ_INFLECT_ER, out);
    assert_int_equal(n, 5);
    assert_string_equal(out[1], "fucking");
    assert_string_equal(out[4], "fuckers");
    n = nj_inflect("x", 1, 31, out);
    assert_int_equal(n, 1);
}

static void a_hostile_text_ends_in_time(void **state)
{
    enum { LEN = 60000 };
    static char text[LEN];
    struct nj_score_input in;
    struct judge judge;

    (void)state;
    for (size_t i = 0; i < LEN; i++) {
        text[i] = "i kill "[i % 7];
    }
    in = judge_input("");
    in.text = text;
    in.text_len = LEN;
    assert_int_equal(judge_open(&judge, lexicon, NULL, 0, NULL), 0);
    assert_non_null(judge_of(&judge, &in));
    judge_close(&judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_phrase_is_refused_with_its_line),
        cmocka_unit_test(a_wrong_weight_or_flag_is_refused_with_its_line),
        cmocka_unit_test(whatever_is_right_is_taken),
        cmocka_unit_test(words_are_found_whole_only),
        cmocka_unit_test(forms_follow_the_suffix_rules),
        cmocka_unit_test(phrases_bridge_hyphens_but_not_sentences),
        cmocka_unit_test(gaps_choices_and_classes_match),
        cmocka_unit_test(parts_may_stand_apart),
        cmocka_unit_test(exceptions_cover_their_term),
        cmocka_unit_test(inflection_knows_doubling_es_and_ies),
        cmocka_unit_test(a_hostile_text_ends_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
