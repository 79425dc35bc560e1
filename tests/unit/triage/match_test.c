/* Does a rule hold for a post? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "triage/match.h"

static struct nj_match match;
static struct nj_post post;
static struct nj_score score;

/* A rule that asks nothing, and a judged post that is nothing special. */
static int enter(void **state)
{
    (void)state;
    match = (struct nj_match){
        .offensive = -1, .urgent = -1, .level = -1, .followers = -1};
    for (int i = 0; i < NJ_LABELS; i++) {
        match.labels[i] = -1;
    }
    post = (struct nj_post){.source = "acme-page",
                            .brand = "acme",
                            .text = "You moron",
                            .followers = -1};
    score = (struct nj_score){.judged = 1,
                              .offensive = 0.8F,
                              .urgent = 0.2F,
                              .level = NJ_LEVEL_HIGH,
                              .urgent_reason = NJ_URGENT_SAFETY,
                              .language = "en"};
    return 0;
}

static int holds(void)
{
    return nj_match_holds(&match, &post, &score);
}

static void words_stand_whole_or_not_at_all(void **state)
{
    FILE *table = fopen("tests/data/triage/words.txt", "r");
    char line[512];
    int lines = 0;

    (void)state;
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        char *word = strchr(line, '\t');
        char *text = word == NULL ? NULL : strchr(word + 1, '\t');

        if (line[0] == '#' || text == NULL) {
            continue;
        }
        *word++ = '\0';
        *text++ = '\0';
        text[strcspn(text, "\n")] = '\0';
        lines++;
        if (nj_match_word(text, word) != (strcmp(line, "yes") == 0)) {
            fail_msg("'%s' in '%s' should be: %s", word, text, line);
        }
    }
    fclose(table);
    assert_true(lines > 40);
}

static void an_empty_word_stands_nowhere(void **state)
{
    (void)state;
    assert_false(nj_match_word("text", ""));
    assert_false(nj_match_word("text", "  "));
    assert_false(nj_match_word(NULL, "word"));
    assert_false(nj_match_word("", "word"));
}

static void broken_utf8_is_a_boundary_and_no_letter(void **state)
{
    (void)state;
    assert_true(nj_match_word("\xff\xfe moron\xc3", "moron"));
    assert_true(nj_match_word("\x80moron", "moron"));
    assert_false(nj_match_word("\xf0\x9f", "moron"));
    assert_false(nj_match_word("moro", "moron\xf0"));
}

static void a_rule_that_asks_nothing_holds(void **state)
{
    (void)state;
    assert_true(holds());
}

static void places_are_any_of_those_named(void **state)
{
    (void)state;
    match.places = 1u << NJ_PLACE_OWN_PAGE;
    assert_false(holds());
    post.place = NJ_PLACE_OWN_PAGE;
    assert_true(holds());
    post.place = NJ_PLACE_OWN_POST;
    match.places |= 1u << NJ_PLACE_OWN_POST;
    assert_true(holds());
}

static void elsewhere_must_be_named(void **state)
{
    (void)state;
    post.place = NJ_PLACE_ELSEWHERE;
    assert_false(holds());
    match.places = 1u << NJ_PLACE_ELSEWHERE;
    assert_true(holds());
}

static void brands_and_sources_are_any_of_those_named(void **state)
{
    static const char *const others[] = {"other", "another"};
    static const char *const ours[] = {"other", "acme"};
    static const char *const page[] = {"acme-page"};

    (void)state;
    match.brands = others;
    match.brand_count = 2;
    assert_false(holds());
    match.brands = ours;
    assert_true(holds());
    match.sources = others;
    match.source_count = 2;
    assert_false(holds());
    match.sources = page;
    match.source_count = 1;
    assert_true(holds());
}

static void languages_are_matched_with_their_regions(void **state)
{
    static const char *const english[] = {"de", "en"};

    (void)state;
    assert_true(nj_match_language("en", "en"));
    assert_true(nj_match_language("EN-gb", "en"));
    assert_true(nj_match_language("pt_BR", "pt-br"));
    assert_false(nj_match_language("en", "en-GB"));
    assert_false(nj_match_language("eng", "en"));
    assert_false(nj_match_language(NULL, "en"));
    match.languages = english;
    match.language_count = 2;
    assert_true(holds());
    memcpy(score.language, "fr", 3);
    assert_false(holds());
}

static void what_the_network_says_counts_when_we_do_not_know(void **state)
{
    static const char *const english[] = {"en"};
    static const char *const unknown[] = {"und"};

    (void)state;
    match.languages = english;
    match.language_count = 1;
    memcpy(score.language, "und", 4);
    assert_false(holds());
    post.language = "en-US";
    assert_true(holds());
    post.language = NULL;
    match.languages = unknown;
    assert_true(holds());
}

static void a_bare_number_means_at_least(void **state)
{
    (void)state;
    match.offensive = 0.8F;
    assert_true(holds());
    match.offensive = 0.81F;
    assert_false(holds());
    match.offensive = -1;
    match.urgent = 0.3F;
    assert_false(holds());
    match.urgent = 0.0F;
    assert_true(holds());
    match.labels[NJ_LABEL_THREAT] = 0.5F;
    assert_false(holds());
    score.labels[NJ_LABEL_THREAT] = 0.5F;
    assert_true(holds());
}

static void levels_are_at_least_too(void **state)
{
    (void)state;
    match.level = NJ_LEVEL_HIGH;
    assert_true(holds());
    match.level = NJ_LEVEL_CRITICAL;
    assert_false(holds());
}

static void urgent_reasons_are_any_of_those_named(void **state)
{
    (void)state;
    match.urgent_reasons = 1u << NJ_URGENT_FRAUD | 1u << NJ_URGENT_RECALL;
    assert_false(holds());
    score.urgent_reason = NJ_URGENT_RECALL;
    assert_true(holds());
    score.urgent_reason = NJ_URGENT_NOTHING;
    assert_false(holds());
}

static void unknown_followers_are_not_enough(void **state)
{
    (void)state;
    match.followers = 1000;
    assert_false(holds());
    post.followers = 999;
    assert_false(holds());
    post.followers = 1000;
    assert_true(holds());
}

static void words_are_looked_for_in_text_and_title(void **state)
{
    static const char *const words[] = {"recall", "fire"};

    (void)state;
    match.words = words;
    match.word_count = 2;
    assert_false(holds());
    post.title = "Fire on board";
    assert_true(holds());
    post.title = NULL;
    post.text = "a RECALL?";
    assert_true(holds());
}

static void what_could_not_be_judged_meets_no_minimum(void **state)
{
    (void)state;
    score = (struct nj_score){.judged = 0};
    assert_true(holds()); /* the rule asks nothing of the score */
    match.offensive = 0.0F;
    assert_false(holds());
    match.offensive = -1;
    match.level = NJ_LEVEL_NONE;
    assert_false(holds());
    match.level = -1;
    match.urgent_reasons = 1u << NJ_URGENT_NOTHING;
    assert_false(holds());
}

static void unjudged_alone_holds_for_such_posts_alone(void **state)
{
    (void)state;
    match.unjudged = 1;
    assert_false(holds());
    score.judged = 0;
    assert_true(holds());
}

static void unjudged_with_a_minimum_holds_for_both(void **state)
{
    (void)state;
    match.unjudged = 1;
    match.offensive = 0.9F;
    assert_false(holds());
    score.offensive = 0.95F;
    assert_true(holds());
    score.judged = 0;
    score.offensive = 0;
    assert_true(holds());
}

#define T(name) cmocka_unit_test_setup(name, enter)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(words_stand_whole_or_not_at_all),
        T(an_empty_word_stands_nowhere),
        T(broken_utf8_is_a_boundary_and_no_letter),
        T(a_rule_that_asks_nothing_holds),
        T(places_are_any_of_those_named),
        T(elsewhere_must_be_named),
        T(brands_and_sources_are_any_of_those_named),
        T(languages_are_matched_with_their_regions),
        T(what_the_network_says_counts_when_we_do_not_know),
        T(a_bare_number_means_at_least),
        T(levels_are_at_least_too),
        T(urgent_reasons_are_any_of_those_named),
        T(unknown_followers_are_not_enough),
        T(words_are_looked_for_in_text_and_title),
        T(what_could_not_be_judged_meets_no_minimum),
        T(unjudged_alone_holds_for_such_posts_alone),
        T(unjudged_with_a_minimum_holds_for_both),
    };

    return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
