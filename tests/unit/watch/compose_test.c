/* What people read: the card of a post, and the message made of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "watch/card.h"
#include "watch/compose.h"

static struct nj_brand brand = {.name = "acme", .title = "Acme Air"};
static struct nj_plan plan = {.brands = &brand, .brand_count = 1};
static struct nj_rule rule = {.name = "offensive on our page",
                              .playbook = "Hide it."};
static struct nj_watch_env env = {.plan = &plan, .instance = "cafe"};
static struct nj_arena arena;

static int open_rig(void **state)
{
    struct nj_clock clock = {NJ_CLOCK_VIRTUAL, 1770159600000, 1};
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_loop_create(&clock, &env.loop, &err), 0);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    nj_arena_finish(&arena);
    nj_loop_destroy(env.loop);
    env.ack_url = NULL;
    return 0;
}

static struct nj_card card_of(const char *text, const struct nj_score *score)
{
    struct nj_post post = {.source = "page",
                           .id = "1",
                           .brand = "acme",
                           .text = text,
                           .author = "troll"};
    struct nj_card card;

    assert_int_equal(nj_card_of_post(&env, &post, score, &rule, &arena, &card),
                     0);
    return card;
}

/* ---- card ---------------------------------------------------------------- */

static void a_slur_is_never_repeated(void **state)
{
    const struct nj_reason reason = {
        .what = "insult: moron", .start = 8, .end = 13, .mask = 1};
    const struct nj_score score = {
        .judged = 1, .offensive = 0.93f, .reasons = &reason, .reason_count = 1};

    (void)state;
    assert_string_equal(card_of("You big moron, go away", &score).excerpt,
                        "You big m****, go away");
}

static void a_long_text_is_cut_between_letters(void **state)
{
    const struct nj_score score = {.judged = 1};
    char text[1200] = "x"; /* so that byte 500 is inside a letter */
    const char *excerpt;

    (void)state;
    for (size_t i = 1; i + 2 < sizeof text; i += 2) {
        memcpy(text + i, "\xc3\xa4", 3);
    }
    excerpt = card_of(text, &score).excerpt;
    assert_int_equal(strlen(excerpt), NJ_CARD_EXCERPT - 1);
    assert_memory_equal(excerpt + NJ_CARD_EXCERPT - 3, "\xc3\xa4", 3);
}

static void the_title_names_brand_and_rule(void **state)
{
    const struct nj_score score = {.judged = 1};
    struct nj_card card = card_of("text", &score);

    (void)state;
    assert_string_equal(card.title, "Acme Air: offensive on our page");
    assert_string_equal(card.playbook, "Hide it.");
}

static void why_names_what_was_found(void **state)
{
    struct nj_score score = {.judged = 1, .offensive = 0.93f};

    (void)state;
    score.labels[NJ_LABEL_INSULT] = 0.93f;
    score.labels[NJ_LABEL_PROFANITY] = 0.49f;
    assert_string_equal(card_of("t", &score).why, "offensive 0.93: insult");
    score.labels[NJ_LABEL_THREAT] = 0.7f;
    score.urgent = 0.6f;
    score.urgent_reason = NJ_URGENT_SAFETY;
    assert_string_equal(card_of("t", &score).why,
                        "offensive 0.93: insult, threat; urgent 0.60: safety");
    score.offensive = 0.1f;
    assert_string_equal(card_of("t", &score).why, "urgent 0.60: safety");
    score.judged = 0;
    assert_string_equal(card_of("t", &score).why, "could not be judged");
}

/* ---- message --------------------------------------------------------------- */

static const struct nj_card card = {.title = "Acme Air: rude",
                                    .excerpt = "m****",
                                    .why = "offensive 0.93",
                                    .author = "troll"};
static const struct nj_alert alert = {.id = 4711,
                                      .rule = "rude",
                                      .brand = "acme",
                                      .severity = NJ_LEVEL_CRITICAL,
                                      .posts = 3};
static const struct nj_page call = {.id = 9,
                                    .alert = 4711,
                                    .kind = NJ_PAGE_CALL,
                                    .person = "maya",
                                    .generation = 2};

static void sign(void *ctx,
                 int64_t id,
                 const char *person,
                 uint32_t generation,
                 char *out,
                 size_t room)
{
    (void)ctx;
    assert_int_equal(id, 4711);
    assert_string_equal(person, "maya");
    assert_int_equal(generation, 2);
    (void)strncpy(out, "https://night/a", room);
}

static void a_call_says_what_it_is_and_how_to_answer(void **state)
{
    struct nj_composed out;

    (void)state;
    env.ack_url = sign;
    nj_compose(&env, &call, &alert, &card, 0, &out);
    assert_string_equal(out.message.headline, "Acme Air: rude (critical)");
    assert_string_equal(out.message.brand, "Acme Air");
    assert_string_equal(out.message.excerpt, "m****");
    assert_string_equal(out.message.ack_url, "https://night/a");
    assert_string_equal(out.message.key, "cafe-9");
    assert_int_equal(out.message.alert_id, 4711);
    assert_int_equal(out.message.posts, 3);
    assert_false(out.message.test);
}

static void a_bundle_says_how_many_more(void **state)
{
    struct nj_composed out;

    (void)state;
    nj_compose(&env, &call, &alert, &card, 41, &out);
    assert_string_equal(out.message.headline,
                        "Acme Air: rude (critical) and 41 more");
}

static void without_a_card_the_rule_is_named(void **state)
{
    struct nj_composed out;

    (void)state;
    nj_compose(&env, &call, &alert, NULL, 0, &out);
    assert_string_equal(out.message.headline, "rude (critical)");
    assert_null(out.message.ack_url);
}

static void of_an_alert_long_over_the_card_and_number_are_left(void **state)
{
    struct nj_composed out;

    (void)state;
    nj_compose(&env, &call, NULL, &card, 0, &out);
    assert_string_equal(out.message.headline, "Acme Air: rude (alert 4711)");
    nj_compose(&env, &call, NULL, NULL, 0, &out);
    assert_string_equal(out.message.headline, "It is over (alert 4711)");
    assert_int_equal(out.message.alert_id, 4711);
}

static void a_test_says_so(void **state)
{
    const struct nj_page test = {
        .id = 5, .kind = NJ_PAGE_TEST, .person = "maya"};
    struct nj_composed out;

    (void)state;
    nj_compose(&env, &test, NULL, NULL, 0, &out);
    assert_string_equal(out.message.headline, "This is a test of nightjar");
    assert_true(out.message.test);
}

static void news_is_a_headline_and_what_there_is_to_say(void **state)
{
    char text[] = "maya asks for a swap\nYes: nightjar swap accept 12";
    struct nj_page news = {
        .id = 6, .kind = NJ_PAGE_NEWS, .person = "tom", .text = text};
    struct nj_composed out;

    (void)state;
    nj_compose(&env, &news, NULL, NULL, 0, &out);
    assert_string_equal(out.message.headline, "maya asks for a swap");
    assert_string_equal(out.message.note, "Yes: nightjar swap accept 12");
    assert_false(out.message.test);
    text[strlen("maya asks for a swap")] = '\0';
    nj_compose(&env, &news, NULL, NULL, 0, &out);
    assert_string_equal(out.message.headline, "maya asks for a swap");
    assert_null(out.message.note);
}

#define RIG(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(a_slur_is_never_repeated),
        RIG(a_long_text_is_cut_between_letters),
        RIG(the_title_names_brand_and_rule),
        RIG(why_names_what_was_found),
        RIG(a_call_says_what_it_is_and_how_to_answer),
        RIG(a_bundle_says_how_many_more),
        RIG(without_a_card_the_rule_is_named),
        RIG(of_an_alert_long_over_the_card_and_number_are_left),
        RIG(a_test_says_so),
        RIG(news_is_a_headline_and_what_there_is_to_say),
    };

    return cmocka_run_group_tests_name("card and message", tests, NULL, NULL);
}
