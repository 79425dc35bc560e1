// What readers see instead of the words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/mask.h"
#include "unit/score/judge.h"

static const char lexicon[] = "[terms]\n"
                              "moron | insult 5 | strong +s\n"
                              "fuck | profanity 5 | strong joined +ing\n"
                              "son of a gun | insult 5 | mask\n"
                              "kill you | threat 6 |\n"
                              "silly | insult 2 | shown\n"
                              "किताब | insult 5 |\n";

static struct judge judge;

static int set_up(void **state)
{
    (void)state;
    return judge_open(&judge, lexicon, NULL, 0, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    judge_close(&judge);
    return 0;
}

static void reads(const char *text, const char *expected)
{
    struct nj_buf out;

    nj_buf_init(&out, 4096);
    nj_mask_text(text, strlen(text), judge_text(&judge, text), &out);
    assert_string_equal(nj_buf_text(&out), expected);
    assert_int_equal(out.status, 0);
    nj_buf_finish(&out);
}

static void harmless_text_stays_as_it_is(void **state)
{
    (void)state;
    reads("", "");
    reads("Hello \xff world\n", "Hello \xff world\n");
}

static void the_first_letter_stays(void **state)
{
    (void)state;
    reads("You MORON!", "You M****!");
    reads("morons, morons", "m*****, m*****");
    reads("fuck", "f***");
}

static void disguised_words_are_masked_as_they_were_written(void **state)
{
    (void)state;
    reads("f*ck this", "f*** this");
    reads("f u c k this", "f * * * this");
    reads("F.U.C.K", "F******");
    reads("#FuckAcme", "#F***Acme");
    reads("m\u200boron", "m*****");
    reads("f\u0336u\u0336c\u0336k\u0336 it", "f\u0336*** it");
    reads("&#109;oron x", "&********* x");
    reads("mοrοn", "m****");
}

static void marks_are_not_torn_from_their_letters(void **state)
{
    (void)state;
    reads("ḟück", "ḟ***");
    reads("f\u0307u\u0308ck", "f\u0307***");
}

static void phrases_are_masked_only_where_the_list_says_so(void **state)
{
    (void)state;
    reads("you son of a gun", "you s** ** * ***");
    reads("I kill you silly moron", "I kill you silly m****");
}

static void what_does_not_fit_is_told_by_the_buffer(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 5);
    nj_mask_text("you moron", 9, judge_text(&judge, "you moron"), &out);
    assert_int_equal(out.status, NJ_E_TOOBIG);
    nj_buf_finish(&out);
}

static void a_score_of_another_text_breaks_nothing(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 100);
    nj_mask_text("you m", 5, judge_text(&judge, "you moron"), &out);
    assert_string_equal(nj_buf_text(&out), "you m");
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmless_text_stays_as_it_is),
        cmocka_unit_test(the_first_letter_stays),
        cmocka_unit_test(disguised_words_are_masked_as_they_were_written),
        cmocka_unit_test(marks_are_not_torn_from_their_letters),
        cmocka_unit_test(phrases_are_masked_only_where_the_list_says_so),
        cmocka_unit_test(what_does_not_fit_is_told_by_the_buffer),
        cmocka_unit_test(a_score_of_another_text_breaks_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
