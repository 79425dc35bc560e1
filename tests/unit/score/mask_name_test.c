// What readers see of an author's name.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "score/mask_name.h"
#include "unit/score/judge.h"

static const char lexicon[] = "[terms]\n"
                              "moron | insult 5 | strong +s\n"
                              "fuck | profanity 5 | strong joined +ing\n"
                              "shit | profanity 5 |\n"
                              "silly | insult 2 | shown\n";

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

static void shows(const char *name, const char *expected)
{
    const char *shown = "untouched";

    assert_int_equal(
        nj_mask_name(judge.engine, judge.scratch, name, &judge.arena, &shown),
        0);
    if (expected == NULL) {
        assert_null(shown);
    } else {
        assert_string_equal(shown, expected);
    }
}

static void a_name_too_long_to_judge_is_not_shown(void **state)
{
    char *name = malloc(NJ_LIMIT_POST_FIELD_BYTES + 2);
    const char *shown = "untouched";

    (void)state;
    assert_non_null(name);
    memset(name, 'a', NJ_LIMIT_POST_FIELD_BYTES + 1);
    name[NJ_LIMIT_POST_FIELD_BYTES + 1] = '\0';
    assert_int_equal(
        nj_mask_name(judge.engine, judge.scratch, name, &judge.arena, &shown),
        NJ_E_TOOBIG);
    assert_string_equal(shown, "untouched");
    free(name);
}

static void harmless_names_stay_as_they_are(void **state)
{
    (void)state;
    shows(NULL, NULL);
    shows("", "");
    shows("Maya Osei", "Maya Osei");
    shows("silly_goose", "silly_goose");
    shows("Zo\xc3\xab \xff", "Zo\xc3\xab \xff");
    shows("#Maya", "#Maya");
}

static void words_in_names_are_masked(void **state)
{
    (void)state;
    shows("Moron", "M****");
    shows("Acme Morons", "Acme M*****");
    shows("m0r0n", "m****");
    shows("@moron", "@m****");
}

static void words_glued_into_handles_are_masked_too(void **state)
{
    (void)state;
    shows("Shit_Acme", "S***_Acme");
    shows("AcmeIsShit", "AcmeIsS***");
    shows("#AcmeIsShit", "#AcmeIsS***");
    shows("acme_is_shit", "acme_is_s***");
    shows("acme.shit", "acme.s***");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_too_long_to_judge_is_not_shown),
        cmocka_unit_test(harmless_names_stay_as_they_are),
        cmocka_unit_test(words_in_names_are_masked),
        cmocka_unit_test(words_glued_into_handles_are_masked_too),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
