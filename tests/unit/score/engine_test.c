// The whole engine: parts, context, pictures, the model, hostile posts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "score/mask.h"
#include "unit/score/judge.h"

static const char lexicon[] =
    "language: en\n"
    "[common]\nthe and to of a in is it that for on with this was have be not\n"
    "[class second]\nyou\n[class filler]\na, such, an\n[class negator]\nnot\n"
    "[terms]\n"
    "moron | insult 5 | strong +s\n"
    "fuck | profanity 5.1 | strong joined +ing\n"
    "smoke in the cabin | urgent.safety 6.6 | safety\n"
    "website is down | urgent.outage 4.6 |\n"
    "kill myself | self_harm 7, urgent.self_harm 5 | life\n"
    "terrible | urgent.viral 1.2 | tone\n";

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

/* ---- hostile posts ----------------------------------------------------- */

static void judge_bytes(const char *bytes, size_t len)
{
    struct nj_score_input in = judge_input("");

    in.text = bytes;
    in.text_len = len;
    assert_non_null(judge_of(&judge, &in));
    assert_int_equal(judge.score.judged, 1);
    for (size_t i = 0; i < judge.score.reason_count; i++) {
        assert_true(judge.score.reasons[i].start <= judge.score.reasons[i].end);
        assert_true(judge.score.reasons[i].end <= len);
    }
}

static void fill_and_judge(const char *piece)
{
    enum { LEN = NJ_LIMIT_POST_TEXT_BYTES };
    char *text = malloc(LEN);
    size_t n = strlen(piece);

    assert_non_null(text);
    for (size_t i = 0; i < LEN; i++) {
        text[i] = piece[i % n];
    }
    judge_bytes(text, LEN);
    free(text);
}

static void an_empty_post_is_judged_harmless(void **state)
{
    (void)state;
    judge_bytes("", 0);
    assert_true(judge.score.offensive < 0.05F);
    assert_int_equal(judge.score.level, NJ_LEVEL_NONE);
    assert_string_equal(judge.score.language, "und");
    assert_int_equal(judge.score.reason_count, 0);
}

static void no_text_is_too_hostile_to_be_judged(void **state)
{
    static const char *const pieces[] = {
        "\u0300",   "\xff\xfe", "f u c k ", "fuck ",   "f*",    "a@a",
        "@",        "#a_",      "&amp;",    "\"'",     "1",     "aAaA",
        "\u202e",   "🇫",        "ﷺ",        "ѕh",      "moron", "mmm",
        "\u3099か", "😂",        "i i ",     "$$ ",     "f-",    "http://x ",
        "not you ", "f.u.",     "ﬁ",        "क\u0902", "ı",     "0o0 ",
    };
    char nul[] = "mo\0ron you m\0\0oron";

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        fill_and_judge(pieces[i]);
    }
    judge_bytes(nul, sizeof nul - 1);
    assert_true(judge.score.offensive > 0.5F);
}

static void what_is_too_long_is_told_and_masked(void **state)
{
    size_t len = NJ_LIMIT_POST_TEXT_BYTES + 20;
    char *text = malloc(len);
    struct nj_buf out;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', len);
    memcpy(text + len - 5, "moron", 5);
    judge_bytes(text, len);
    assert_non_null(reason_of(&judge.score, "too long"));
    nj_buf_init(&out, len);
    nj_mask_text(text, len, &judge.score, &out);
    assert_null(strstr(nj_buf_text(&out), "moron"));
    nj_buf_finish(&out);
    free(text);
}

static void more_slurs_than_can_be_counted_are_all_masked(void **state)
{
    char text[600 * 6 + 1];
    struct nj_buf out;

    (void)state;
    for (size_t i = 0; i < 600; i++) {
        memcpy(text + i * 6, "moron ", 6);
    }
    judge_bytes(text, sizeof text - 1);
    assert_non_null(reason_of(&judge.score, "too much at once"));
    nj_buf_init(&out, sizeof text);
    nj_mask_text(text, sizeof text - 1, &judge.score, &out);
    assert_null(strstr(nj_buf_text(&out), "moron"));
    nj_buf_finish(&out);
}

static void an_arena_that_is_full_is_told_and_nothing_is_claimed(void **state)
{
    struct nj_score_input in = judge_input("you moron, fuck this");
    struct nj_score score = {.judged = 1, .offensive = 1};
    struct nj_arena arena;

    (void)state;
    nj_arena_init(&arena, 64);
    assert_int_equal(
        nj_engine_score(judge.engine, judge.scratch, &in, &arena, &score),
        NJ_E_NOMEM);
    assert_int_equal(score.judged, 0);
    assert_int_equal(score.reason_count, 0);
    nj_arena_finish(&arena);
}

/* ---- reasons ----------------------------------------------------------- */

static void a_reason_names_the_word_and_its_bytes(void **state)
{
    const struct nj_reason *reason;

    (void)state;
    (void)judge_text(&judge, "ü M0R0N!");
    reason = reason_of(&judge.score, "insult: moron");
    assert_non_null(reason);
    assert_int_equal(reason->start, 3);
    assert_int_equal(reason->end, 8);
    assert_int_equal(reason->mask, 1);
    assert_int_equal(reason->in_title, 0);
    assert_non_null(reason_of(&judge.score, "in disguise: moron"));
}

static void reasons_come_strongest_first_and_add_up(void **state)
{
    float sum = -4.0F;

    (void)state;
    (void)judge_text(&judge, "not a moron");
    for (size_t i = 0; i < judge.score.reason_count; i++) {
        const struct nj_reason *r = &judge.score.reasons[i];

        sum += r->weight;
        if (i > 0) {
            assert_true(r->weight * r->weight <= r[-1].weight * r[-1].weight);
        }
    }
    assert_non_null(reason_of(&judge.score, "negated: moron"));
    assert_true(sum < -2.9F && sum > -3.1F);
    assert_true(judge.score.labels[NJ_LABEL_INSULT] < 0.06F);
}

static void a_title_is_judged_too(void **state)
{
    struct nj_score_input in = judge_input("harmless");
    const struct nj_reason *reason;
    struct nj_buf out;

    (void)state;
    in.title = "You moron";
    in.title_len = 9;
    (void)judge_of(&judge, &in);
    reason = reason_of(&judge.score, "insult: moron");
    assert_non_null(reason);
    assert_int_equal(reason->in_title, 1);
    assert_int_equal(reason->start, 4);
    nj_buf_init(&out, 100);
    nj_mask_title("You moron", 9, &judge.score, &out);
    assert_string_equal(nj_buf_text(&out), "You m****");
    nj_buf_clear(&out);
    nj_mask_text("harmless", 8, &judge.score, &out);
    assert_string_equal(nj_buf_text(&out), "harmless");
    nj_buf_finish(&out);
}

/* ---- pictures ---------------------------------------------------------- */

static void a_picture_that_cannot_be_judged_is_told(void **state)
{
    struct nj_picture_verdict picture = {.judged = 0};
    struct nj_score_input in = judge_input("look");

    (void)state;
    in.pictures = &picture;
    in.picture_count = 1;
    (void)judge_of(&judge, &in);
    assert_non_null(reason_of(&judge.score, "picture: could not be judged"));
    assert_true(judge.score.offensive < 0.05F);
}

static void pictures_and_what_is_read_in_them_count(void **state)
{
    struct nj_picture_verdict picture = {
        .judged = 1, .porn = 0.97F, .text = "you moron", .text_len = 9};
    struct nj_score_input in = judge_input("look");

    (void)state;
    in.pictures = &picture;
    in.picture_count = 1;
    (void)judge_of(&judge, &in);
    assert_true(judge.score.labels[NJ_LABEL_SEXUAL] > 0.9F);
    assert_true(judge.score.labels[NJ_LABEL_INSULT] > 0.7F);
    assert_true(judge.score.level >= NJ_LEVEL_HIGH);
    assert_non_null(
        reason_of(&judge.score, "insult, read in a picture: moron"));
    picture = (struct nj_picture_verdict){.judged = 1, .blocked = 1};
    (void)judge_of(&judge, &in);
    assert_true(judge.score.level >= NJ_LEVEL_HIGH);
}

/* ---- context ----------------------------------------------------------- */

static float offence_at(enum nj_place place)
{
    struct nj_score_input in = judge_input("what a moron");

    in.place = place;
    return judge_of(&judge, &in)->offensive;
}

static void the_own_page_raises_what_is_there_and_nothing_else(void **state)
{
    struct nj_score_input in = judge_input("what a lovely day");
    float mention = offence_at(NJ_PLACE_MENTION);
    float page = offence_at(NJ_PLACE_OWN_PAGE);

    (void)state;
    assert_true(page > mention + 0.03F);
    assert_true(offence_at(NJ_PLACE_OWN_POST) > page);
    assert_non_null(reason_of(&judge.score, "context: own post"));
    in.place = NJ_PLACE_OWN_PAGE;
    in.followers = 5000000;
    assert_true(judge_of(&judge, &in)->offensive < 0.05F);
    assert_true(judge.score.urgent < 0.05F);
}

static void reach_and_speed_raise_urgency_within_limits(void **state)
{
    struct nj_score_input in = judge_input("your website is down");
    float alone = judge_of(&judge, &in)->urgent;
    float known;

    (void)state;
    in.followers = 900000;
    known = judge_of(&judge, &in)->urgent;
    assert_true(known > alone + 0.05F);
    in.shares = 400;
    in.published_ms = 1000000000;
    in.now_ms = in.published_ms + 3600 * 1000;
    assert_true(judge_of(&judge, &in)->urgent > known);
    in.now_ms = 0;
    assert_int_equal(judge_of(&judge, &in)->judged, 1);
}

static void a_complaint_that_spreads_is_urgent_by_itself(void **state)
{
    struct nj_score_input in = judge_input("terrible, just terrible");

    (void)state;
    assert_int_equal(judge_of(&judge, &in)->urgency, NJ_LEVEL_NONE);
    in.shares = 8000;
    in.published_ms = 1000000000;
    in.now_ms = in.published_ms + 3600 * 1000;
    assert_true(judge_of(&judge, &in)->urgency >= NJ_LEVEL_HIGH);
    assert_int_equal(judge.score.urgent_reason, NJ_URGENT_VIRAL);
    in.text = "what a lovely day";
    in.text_len = strlen(in.text);
    assert_int_equal(judge_of(&judge, &in)->urgency, NJ_LEVEL_NONE);
}

static void context_weights_can_be_given(void **state)
{
    struct nj_context_weights weights = {.own_page = 3, .max_total = 3};
    struct nj_lexicon_text text = {"t", lexicon, sizeof lexicon - 1};
    struct nj_engine_input in = {
        .lexicons = &text, .lexicon_count = 1, .context = &weights};
    struct nj_score_input post = judge_input("what a moron");
    struct judge other = {0};

    (void)state;
    post.place = NJ_PLACE_OWN_PAGE;
    assert_int_equal(nj_engine_create(&in, &other.engine, NULL), 0);
    assert_int_equal(nj_scratch_create(other.engine, &other.scratch), 0);
    assert_true(judge_of(&other, &post)->offensive >
                offence_at(NJ_PLACE_OWN_PAGE) + 0.05F);
    judge_close(&other);
}

/* ---- levels and safety rules ------------------------------------------- */

static void safety_terms_are_high_and_life_critical_by_rule(void **state)
{
    (void)state;
    (void)judge_text(&judge, "there is smoke in the cabin");
    assert_true(judge.score.urgency >= NJ_LEVEL_HIGH);
    assert_int_equal(judge.score.urgent_reason, NJ_URGENT_SAFETY);
    (void)judge_text(&judge, "I will kill myself");
    assert_int_equal(judge.score.urgency, NJ_LEVEL_CRITICAL);
    assert_int_equal(judge.score.level, NJ_LEVEL_CRITICAL);
    assert_true(judge.score.offensive < 0.05F);
    assert_true(judge.score.labels[NJ_LABEL_SELF_HARM] > 0.9F);
}

static void cursing_without_end_stays_below_critical(void **state)
{
    char text[2048] = "";

    (void)state;
    for (int i = 0; i < 200; i++) {
        (void)strncat(text, "fucking ", sizeof text - strlen(text) - 1);
    }
    assert_int_equal(judge_text(&judge, text)->level, NJ_LEVEL_HIGH);
}

/* ---- languages --------------------------------------------------------- */

static void a_language_without_a_list_is_told_not_cleared(void **state)
{
    (void)state;
    (void)judge_text(&judge, "เที่ยวบิน ล่าช้า และ ไม่มีใคร ช่วยเรา");
    assert_string_equal(judge.score.language, "th");
    assert_int_equal(judge.score.judged, 1);
    assert_non_null(reason_of(&judge.score, "language: th, no word list"));
    (void)judge_text(&judge, "zxcv qwer asdf hjkl poiu");
    assert_string_equal(judge.score.language, "und");
    assert_non_null(reason_of(&judge.score, "language: unknown"));
}

static void a_hint_decides_only_where_the_text_does_not(void **state)
{
    struct nj_score_input in = judge_input("hallo welt");

    (void)state;
    in.language = "de-AT";
    assert_string_equal(judge_of(&judge, &in)->language, "de");
    in = judge_input("this is not the way that it was");
    in.language = "de";
    assert_string_equal(judge_of(&judge, &in)->language, "en");
    in = judge_input("hallo");
    in.language = "x";
    assert_string_equal(judge_of(&judge, &in)->language, "und");
}

/* ---- a post ------------------------------------------------------------ */

static void a_post_becomes_an_input(void **state)
{
    struct nj_post post = {.text = "you moron",
                           .title = "t",
                           .place = NJ_PLACE_OWN_PAGE,
                           .followers = 3,
                           .shares = -1,
                           .published_ms = 5};
    struct nj_score_input in = nj_score_input_post(&post, 9);

    (void)state;
    assert_int_equal(in.text_len, 9);
    assert_int_equal(in.title_len, 1);
    assert_int_equal(in.place, NJ_PLACE_OWN_PAGE);
    assert_int_equal(in.followers, 3);
    assert_int_equal(in.now_ms, 9);
    post.title = NULL;
    in = nj_score_input_post(&post, 9);
    assert_null(in.title);
    assert_non_null(judge_of(&judge, &in));
}

static void an_engine_without_any_list_judges_by_pictures(void **state)
{
    struct judge bare;

    (void)state;
    assert_int_equal(judge_open(&bare, NULL, NULL, 0, NULL), 0);
    assert_int_equal(nj_engine_term_count(bare.engine), 0);
    assert_true(judge_text(&bare, "you moron")->offensive < 0.05F);
    judge_close(&bare);
    nj_engine_destroy(NULL);
    nj_scratch_destroy(NULL);
}

/* ---- near-same texts --------------------------------------------------- */

static uint64_t hash_of(const char *text)
{
    return judge_text(&judge, text)->simhash;
}

static void near_same_texts_have_near_hashes(void **state)
{
    uint64_t a = hash_of("They lost my bag and nobody at the desk wanted to "
                         "help us at all, this airline is a joke, avoid it "
                         "https://a.example/1 @anna");
    uint64_t b = hash_of("they lost MY bag and nobody at the desk wanted to "
                         "help us at all!! This airline is a joke; avoid it "
                         "https://b.example/2 @bob 17");
    uint64_t c = hash_of("Great crew and a smooth flight, thank you for the "
                         "lovely breakfast and see you again in the summer");

    (void)state;
    assert_true(nj_simhash_near(a, b));
    assert_false(nj_simhash_near(a, c));
    assert_int_equal(hash_of("too short to compare"), 0);
    assert_false(nj_simhash_near(0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_post_is_judged_harmless),
        cmocka_unit_test(no_text_is_too_hostile_to_be_judged),
        cmocka_unit_test(what_is_too_long_is_told_and_masked),
        cmocka_unit_test(more_slurs_than_can_be_counted_are_all_masked),
        cmocka_unit_test(an_arena_that_is_full_is_told_and_nothing_is_claimed),
        cmocka_unit_test(a_reason_names_the_word_and_its_bytes),
        cmocka_unit_test(reasons_come_strongest_first_and_add_up),
        cmocka_unit_test(a_title_is_judged_too),
        cmocka_unit_test(a_picture_that_cannot_be_judged_is_told),
        cmocka_unit_test(pictures_and_what_is_read_in_them_count),
        cmocka_unit_test(the_own_page_raises_what_is_there_and_nothing_else),
        cmocka_unit_test(reach_and_speed_raise_urgency_within_limits),
        cmocka_unit_test(a_complaint_that_spreads_is_urgent_by_itself),
        cmocka_unit_test(context_weights_can_be_given),
        cmocka_unit_test(safety_terms_are_high_and_life_critical_by_rule),
        cmocka_unit_test(cursing_without_end_stays_below_critical),
        cmocka_unit_test(a_language_without_a_list_is_told_not_cleared),
        cmocka_unit_test(a_hint_decides_only_where_the_text_does_not),
        cmocka_unit_test(a_post_becomes_an_input),
        cmocka_unit_test(an_engine_without_any_list_judges_by_pictures),
        cmocka_unit_test(near_same_texts_have_near_hashes),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
