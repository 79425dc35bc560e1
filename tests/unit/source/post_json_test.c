#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "source/post_json.h"
#include "unit/source/table.h"

struct result {
    struct nj_batch batch;
    int code;
    struct nj_err err;
};

static struct result
read_body(const char *body, const struct nj_json_map *map, size_t room)
{
    struct result r = {.code = 0};
    struct nj_taking taking = {.batch = &r.batch,
                               .brand = "acme",
                               .place = NJ_PLACE_MENTION,
                               .language = "en",
                               .now_ms = INT64_C(1800000000000),
                               .silent_before_ms = INT64_C(1767636000000),
                               .room = room};

    r.code = nj_post_json_read(body, strlen(body), map, &taking, &r.err);
    nj_taking_finish(&taking);
    return r;
}

static void post_mistakes_are_refused_with_their_place(void **state)
{
    struct table t;
    (void)state;

    table_open(&t, "tests/data/source/post_refused.tsv");
    while (table_next(&t)) {
        struct result r = read_body(t.count > 1 ? t.columns[1] : "", NULL, 10);

        if (r.code != NJ_E_INVALID ||
            strstr(r.err.text, t.columns[0]) == NULL) {
            fail_msg("line %d: %d %s", t.line, r.code, r.err.text);
        }
        nj_batch_finish(&r.batch);
    }
}

static void post_full_one_is_read_whole(void **state)
{
    struct result r = read_body(
        "{\"id\":\"c-1\",\"text\":\"Fire & <smoke>\",\"title\":\"T\","
        "\"author\":{\"name\":\"Ana\",\"url\":\"https://x.example/ana\","
        "\"followers\":12},\"url\":\"https://x.example/1\",\"published\":"
        "\"2026-01-05T18:00:00Z\",\"thread\":\"t\",\"place\":\"own-page\","
        "\"language\":\"de\",\"likes\":1,\"shares\":2,\"replies\":3,"
        "\"media\":[\"https://x.example/a.jpg\",{\"url\":"
        "\"https://x.example/b.jpg\"}],\"deleted\":true,\"unknown\":[1]}",
        NULL, 10);
    const struct nj_post *post = r.batch.posts;
    (void)state;

    assert_int_equal(r.code, 0);
    assert_int_equal(r.batch.count, 1);
    assert_string_equal(post->id, "c-1");
    assert_string_equal(post->text, "Fire & <smoke>");
    assert_string_equal(post->title, "T");
    assert_string_equal(post->author, "Ana");
    assert_string_equal(post->author_url, "https://x.example/ana");
    assert_string_equal(post->thread, "t");
    assert_string_equal(post->language, "de");
    assert_int_equal(post->place, NJ_PLACE_OWN_PAGE);
    assert_int_equal(post->flags, NJ_POST_DELETED);
    assert_int_equal(post->followers, 12);
    assert_int_equal(post->likes + post->shares * 10 + post->replies * 100,
                     321);
    assert_int_equal(post->media_count, 2);
    assert_int_equal(post->published_ms, INT64_C(1767636000000));
    nj_batch_finish(&r.batch);
}

static void post_shapes_all_are_taken(void **state)
{
    static const char *const bodies[] = {
        "{\"text\":\"a\"}", "[{\"text\":\"a\"}]",
        "{\"posts\":[{\"text\":\"a\"}]}", "\xef\xbb\xbf [{\"html\":\"a\"}]"};
    (void)state;

    for (size_t i = 0; i < 4; i++) {
        struct result r = read_body(bodies[i], NULL, 10);

        assert_int_equal(r.code, 0);
        assert_int_equal(r.batch.count, 1);
        assert_string_equal(r.batch.posts[0].text, "a");
        assert_string_equal(r.batch.posts[0].brand, "acme");
        assert_string_equal(r.batch.posts[0].language, "en");
        nj_batch_finish(&r.batch);
    }
}

static void post_empty_list_is_fine(void **state)
{
    struct result r = read_body("{\"posts\":[]}", NULL, 10);
    (void)state;

    assert_int_equal(r.code, 0);
    assert_int_equal(r.batch.count, 0);
}

static void post_id_that_is_missing_is_made_and_stays_the_same(void **state)
{
    struct result a = read_body("{\"text\":\"same\"}", NULL, 10);
    struct result b = read_body("{ \"text\" : \"same\" }", NULL, 10);
    struct result c = read_body("{\"text\":\"other\"}", NULL, 10);
    struct result d =
        read_body("{\"text\":\"x\",\"url\":\"https://x.example/1\"}", NULL, 10);
    (void)state;

    assert_string_equal(a.batch.posts[0].id, b.batch.posts[0].id);
    assert_string_not_equal(a.batch.posts[0].id, c.batch.posts[0].id);
    assert_string_equal(d.batch.posts[0].id, "https://x.example/1");
    nj_batch_finish(&a.batch);
    nj_batch_finish(&b.batch);
    nj_batch_finish(&c.batch);
    nj_batch_finish(&d.batch);
}

static void post_too_many_are_refused_whole(void **state)
{
    struct result r = read_body(
        "[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"}]", NULL, 2);
    (void)state;

    assert_int_equal(r.code, NJ_E_TOOBIG);
    assert_non_null(strstr(r.err.text, "3 posts in one push, at most 2"));
    nj_batch_finish(&r.batch);
}

static void post_older_than_the_limit_is_silent(void **state)
{
    struct result r =
        read_body("[{\"text\":\"a\",\"published\":\"2026-01-05T17:59:59Z\"},"
                  "{\"text\":\"b\",\"published\":1767636000},{\"text\":\"c\"}]",
                  NULL, 10);
    (void)state;

    assert_int_equal(r.batch.posts[0].flags, NJ_POST_SILENT);
    assert_int_equal(r.batch.posts[1].flags, 0);
    assert_int_equal(r.batch.posts[2].flags, 0);
    nj_batch_finish(&r.batch);
}

static void post_in_somebody_elses_shape_is_read_by_its_map(void **state)
{
    const struct nj_json_map map = {
        .list = "/events", .id = "/ref", .text = "/body/said"};
    struct result r = read_body("{\"events\":[{\"ref\":5,\"body\":{\"said\":"
                                "\"hello\"}}]}",
                                &map, 10);
    (void)state;

    assert_int_equal(r.code, 0);
    assert_string_equal(r.batch.posts[0].id, "5");
    assert_string_equal(r.batch.posts[0].text, "hello");
    nj_batch_finish(&r.batch);
}

static void post_dated_ahead_is_dated_now(void **state)
{
    struct result r = read_body(
        "{\"text\":\"a\",\"published\":\"2099-01-01T00:00:00Z\"}", NULL, 10);
    (void)state;

    assert_int_equal(r.batch.posts[0].published_ms, INT64_C(1800000000000));
    nj_batch_finish(&r.batch);
}

static void post_long_text_is_cut_between_letters(void **state)
{
    enum { LONG = NJ_LIMIT_POST_TEXT_BYTES + 100 };
    char *body = malloc(LONG + 64);
    size_t n = (size_t)sprintf(body, "{\"text\":\"x");
    struct result r;
    (void)state;

    while (n < LONG) {
        memcpy(body + n, "\xc3\xa4", 2);
        n += 2;
    }
    memcpy(body + n, "\"}", 3);
    r = read_body(body, NULL, 10);
    assert_int_equal(r.code, 0);
    assert_int_equal(strlen(r.batch.posts[0].text),
                     NJ_LIMIT_POST_TEXT_BYTES - 1);
    nj_batch_finish(&r.batch);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(post_mistakes_are_refused_with_their_place),
        cmocka_unit_test(post_full_one_is_read_whole),
        cmocka_unit_test(post_shapes_all_are_taken),
        cmocka_unit_test(post_empty_list_is_fine),
        cmocka_unit_test(post_id_that_is_missing_is_made_and_stays_the_same),
        cmocka_unit_test(post_too_many_are_refused_whole),
        cmocka_unit_test(post_older_than_the_limit_is_silent),
        cmocka_unit_test(post_in_somebody_elses_shape_is_read_by_its_map),
        cmocka_unit_test(post_dated_ahead_is_dated_now),
        cmocka_unit_test(post_long_text_is_cut_between_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
