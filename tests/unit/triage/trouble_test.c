/* Keys of the same trouble. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "triage/trouble.h"

static struct nj_post a;
static struct nj_post b;
static struct nj_score score_a;
static struct nj_score score_b;

static int enter(void **state)
{
    (void)state;
    a = b = (struct nj_post){.source = "page", .brand = "acme", .text = "x"};
    score_a = score_b = (struct nj_score){.judged = 1};
    return 0;
}

/* Kinds of the keys that A (rule X) and B (rule Y) share, as bits. */
static unsigned shared(const char *x, const char *y)
{
    struct nj_trouble keys[2][NJ_TROUBLE_KEYS];
    size_t n = nj_trouble_keys(x, &a, &score_a, keys[0]);
    size_t m = nj_trouble_keys(y, &b, &score_b, keys[1]);
    unsigned kinds = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < m; k++) {
            if (keys[0][i].key == keys[1][k].key) {
                assert_int_equal(keys[0][i].kind, keys[1][k].kind);
                kinds |= 1u << keys[0][i].kind;
            }
        }
    }
    return kinds;
}

static size_t count(void)
{
    struct nj_trouble keys[NJ_TROUBLE_KEYS];

    return nj_trouble_keys("rule", &a, &score_a, keys);
}

static void links_have_one_form(void **state)
{
    FILE *table = fopen("tests/data/triage/links.txt", "r");
    char line[1024];
    int lines = 0;

    (void)state;
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        char out[512];
        char *url = strchr(line, '\t');

        if (line[0] == '#' || url == NULL) {
            continue;
        }
        *url++ = '\0';
        url[strcspn(url, "\n")] = '\0';
        lines++;
        if (nj_trouble_link(url, strlen(url), out, sizeof out) == 0) {
            assert_string_equal(out, "");
            assert_string_equal(line, "-");
        } else {
            assert_string_equal(out, line);
        }
    }
    fclose(table);
    assert_true(lines > 30);
}

static void a_link_that_does_not_fit_is_none(void **state)
{
    static const char url[] = "https://example.org/abc";
    char out[32];

    (void)state;
    for (size_t room = 1; room < 16; room++) {
        assert_int_equal(nj_trouble_link(url, sizeof url - 1, out, room), 0);
        assert_string_equal(out, "");
    }
    assert_int_equal(nj_trouble_link(url, sizeof url - 1, out, 0), 0);
    assert_int_equal(nj_trouble_link(url, sizeof url - 1, out, 16), 15);
}

static void a_plain_post_has_nothing_in_common(void **state)
{
    (void)state;
    assert_int_equal(count(), 0);
    assert_int_equal(shared("r", "r"), 0);
}

static void the_same_thread_joins_only_under_rule_brand_and_source(void **s)
{
    (void)s;
    a.thread = b.thread = "42";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_THREAD);
    assert_int_equal(shared("r", "q"), 0);
    b.brand = "other";
    assert_int_equal(shared("r", "r"), 0);
    b.brand = "acme";
    b.source = "elsewhere";
    assert_int_equal(shared("r", "r"), 0);
}

static void a_thread_that_is_an_address_joins_across_sources(void **state)
{
    (void)state;
    a.thread = "https://example.org/t/1";
    b.thread = "http://www.example.org/t/1/?utm_source=x";
    b.source = "another";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_THREAD);
}

static void the_same_author_joins(void **state)
{
    (void)state;
    a.author = b.author = "troll99";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_AUTHOR);
    a.author_url = "https://x.example/troll99";
    assert_int_equal(shared("r", "r"), 0);
    b.author_url = "https://x.example/troll99/";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_AUTHOR);
}

static void nameless_authors_are_not_one_author(void **state)
{
    (void)state;
    a.author = "Anonymous";
    assert_int_equal(count(), 0);
    a.author = "[deleted]";
    assert_int_equal(count(), 0);
    a.author = "";
    assert_int_equal(count(), 0);
    a.author_url = "";
    assert_int_equal(count(), 0);
}

static void the_same_link_joins_however_it_is_written(void **state)
{
    (void)state;
    a.text = "look (https://News.example.org/a?utm_source=x), awful!";
    b.text = "HTTP://www.news.example.org/a/";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_LINK);
    b.text = "";
    b.url = "https://www.google.com/url?url=https://news.example.org/a&ct=ga";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_LINK);
}

static void a_link_ends_with_its_sentence(void **state)
{
    static const char *const texts[] = {
        "https://x.org/a.",
        "(https://x.org/a)",
        "\"https://x.org/a\"",
        "https://x.org/a, and",
        "<https://x.org/a>",
        "\xe2\x80\x9chttps://x.org/a\xe2\x80\x9d",
        "https://x.org/a\xe7\x9c\x8b",
        "see https://x.org/a?!",
        "://nohttps://x.org/a",
        "ftp://y.org/z https://x.org/a\n",
    };

    (void)state;
    a.text = "https://x.org/a";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        b.text = texts[i];
        if (shared("r", "r") != 1u << NJ_TROUBLE_LINK) {
            fail_msg("no link found in: %s", texts[i]);
        }
    }
    a.text = "https://en.example.org/wiki/A_(b)";
    b.text = "(see https://en.example.org/wiki/A_(b))";
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_LINK);
}

static void a_sites_front_page_is_nothing_in_common(void **state)
{
    (void)state;
    a.text = "https://acme.example/ https://www.acme.example http://";
    a.url = "https://acme.example";
    assert_int_equal(count(), 0);
}

static void the_same_picture_joins(void **state)
{
    static const char *const pictures[] = {"https://cdn.example/1.jpg"};

    (void)state;
    a.media = b.media = pictures;
    a.media_count = b.media_count = 1;
    assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_PICTURE);
}

static void a_short_text_is_like_nothing(void **state)
{
    (void)state;
    assert_false(nj_trouble_near(0, 0));
    assert_false(nj_trouble_near(0, 1));
    assert_int_equal(shared("r", "r"), 0);
}

static void texts_within_three_bits_always_share_a_key(void **state)
{
    (void)state;
    score_a.simhash = UINT64_C(0x123456789abcdef0);
    for (unsigned i = 0; i < 64; i++) {
        for (unsigned k = 0; k < 64; k += 5) {
            for (unsigned l = 0; l < 64; l += 7) {
                score_b.simhash = score_a.simhash ^ (UINT64_C(1) << i) ^
                                  (UINT64_C(1) << k) ^ (UINT64_C(1) << l);
                assert_true(nj_trouble_near(score_a.simhash, score_b.simhash));
                assert_int_equal(shared("r", "r"), 1u << NJ_TROUBLE_NEAR);
            }
        }
    }
    assert_false(nj_trouble_near(score_a.simhash, score_a.simhash ^ 15));
}

static void bands_do_not_stand_for_each_other(void **state)
{
    (void)state;
    score_a.simhash = UINT64_C(0x1111222233334444);
    score_b.simhash = UINT64_C(0x4444111122223333);
    assert_int_equal(shared("r", "r"), 0);
}

static void there_are_never_more_than_twelve(void **state)
{
    static const char *const pictures[] = {
        "https://c.example/1", "https://c.example/2", "https://c.example/3",
        "https://c.example/4", "https://c.example/5"};

    (void)state;
    a.thread = "t";
    a.author = "troll";
    a.url = "https://l.example/0";
    a.text = "https://l.example/1 https://l.example/2 https://l.example/3 "
             "https://l.example/4";
    a.media = pictures;
    a.media_count = 5;
    score_a.simhash = UINT64_C(0x1111222233334444);
    assert_int_equal(count(), NJ_TROUBLE_KEYS);
}

static void the_same_key_is_given_once(void **state)
{
    (void)state;
    a.text = "https://l.example/1 https://l.example/1/ "
             "http://www.l.example/1#x";
    assert_int_equal(count(), 1);
}

static void odd_texts_do_no_harm(void **state)
{
    static const char *const texts[] = {
        "http",
        "https",
        "https:",
        "https:/",
        "https://",
        "://",
        ":// :// ://",
        "http://http://http://",
        "https://)))",
        "https://(((",
        "https://\xff\xfe",
        "h://ttp://x/y",
        "https://[::1",
        "https://@/",
        "https://a@:/",
        "http://x?",
        "http://x#",
        "https://www./a",
        "https://www.google.com/url?url=",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char out[64];

        a.text = a.url = a.thread = a.author_url = texts[i];
        (void)count();
        (void)nj_trouble_link(texts[i], strlen(texts[i]), out, sizeof out);
    }
}

#define T(name) cmocka_unit_test_setup(name, enter)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(links_have_one_form),
        T(a_link_that_does_not_fit_is_none),
        T(a_plain_post_has_nothing_in_common),
        T(the_same_thread_joins_only_under_rule_brand_and_source),
        T(a_thread_that_is_an_address_joins_across_sources),
        T(the_same_author_joins),
        T(nameless_authors_are_not_one_author),
        T(the_same_link_joins_however_it_is_written),
        T(a_link_ends_with_its_sentence),
        T(a_sites_front_page_is_nothing_in_common),
        T(the_same_picture_joins),
        T(a_short_text_is_like_nothing),
        T(texts_within_three_bits_always_share_a_key),
        T(bands_do_not_stand_for_each_other),
        T(there_are_never_more_than_twelve),
        T(the_same_key_is_given_once),
        T(odd_texts_do_no_harm),
    };

    return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
