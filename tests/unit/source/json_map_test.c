#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/json_map.h"

static const struct nj_json_map map = {
    .list = "/data",
    .id = "/id",
    .text = "/text",
    .title = "/title",
    .author = "/user/name",
    .url = "/link",
    .date = "/at",
    .thread = "/conversation",
    .media = "/pictures",
    .followers = "/user/followers",
    .likes = "/n/likes",
};

struct result {
    struct nj_batch batch;
    size_t count;
    int code;
    struct nj_err err;
};

static struct result read_with(const struct nj_json_map *with, const char *json)
{
    struct result r = {.code = 0};
    struct nj_taking taking = {
        .batch = &r.batch, .brand = "acme", .now_ms = INT64_MAX, .room = 10};
    cJSON *root = NULL;

    assert_int_equal(nj_json_mend(json, strlen(json), 1 << 20, &root, NULL), 0);
    r.code = nj_json_map_read(with, root, "https://api.example/v1/", &taking,
                              &r.count, &r.err);
    nj_taking_finish(&taking);
    cJSON_Delete(root);
    return r;
}

static void map_finds_each_piece(void **state)
{
    struct result r = read_with(
        &map, "{\"data\":[{\"id\":9007199254740993,\"text\":\"<p>a<br>b</p>\","
              "\"user\":{\"name\":\"Ana\",\"followers\":12},\"link\":\"/p/1\","
              "\"at\":\"2026-01-05T18:00:00Z\",\"conversation\":77,\"n\":"
              "{\"likes\":\"5\"},\"pictures\":[\"/a.png\",{\"url\":\"b.png\"},"
              "5]}]}");
    const struct nj_post *post = r.batch.posts;
    (void)state;

    assert_int_equal(r.code, 0);
    assert_int_equal(r.count, 1);
    assert_string_equal(post->id, "9007199254740993");
    assert_string_equal(post->text, "a\nb");
    assert_string_equal(post->author, "Ana");
    assert_string_equal(post->url, "https://api.example/p/1");
    assert_string_equal(post->thread, "77");
    assert_int_equal(post->published_ms, INT64_C(1767636000000));
    assert_int_equal(post->followers, 12);
    assert_int_equal(post->likes, 5);
    assert_int_equal(post->shares, -1);
    assert_int_equal(post->media_count, 2);
    assert_string_equal(post->media[1], "https://api.example/v1/b.png");
    nj_batch_finish(&r.batch);
}

static void map_plain_text_stays_plain(void **state)
{
    struct result r = read_with(
        &map,
        "{\"data\":[{\"id\":\"1\",\"text\":\"AT&amp;T <3\\nline two\"}]}");
    (void)state;

    assert_string_equal(r.batch.posts[0].text, "AT&T <3\nline two");
    nj_batch_finish(&r.batch);
}

static void map_takes_object_for_list_and_list_for_value(void **state)
{
    struct result r = read_with(
        &map, "{\"data\":{\"id\":[\"x\",\"y\"],\"text\":[\"only\"]}}");
    (void)state;

    assert_int_equal(r.count, 1);
    assert_string_equal(r.batch.posts[0].id, "x");
    assert_string_equal(r.batch.posts[0].text, "only");
    nj_batch_finish(&r.batch);
}

static void map_missing_list_is_empty_but_errors_are_told(void **state)
{
    struct result r = read_with(&map, "{\"meta\":{\"result_count\":0}}");
    (void)state;

    assert_int_equal(r.code, 0);
    assert_int_equal(r.count, 0);
    r = read_with(&map, "{\"data\":null}");
    assert_int_equal(r.code, 0);
    r = read_with(&map, "{\"errors\":[{\"message\":\"Not Found Error\"}]}");
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_non_null(strstr(r.err.text, "Not Found Error"));
    r = read_with(&map, "{\"error\":\"quota\"}");
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_non_null(strstr(r.err.text, "quota"));
}

static void map_entry_that_is_no_post_is_told_with_its_place(void **state)
{
    struct result r = read_with(&map, "{\"data\":[{\"id\":\"1\"},7]}");
    (void)state;

    assert_int_equal(r.code, NJ_E_INVALID);
    assert_non_null(strstr(r.err.text, "entry 1"));
    nj_batch_finish(&r.batch);
}

static void map_list_of_strings_is_posts(void **state)
{
    const struct nj_json_map bare = {.text = ""};
    struct result r = read_with(&bare, "[\"one\",\"two\"]");
    (void)state;

    assert_int_equal(r.count, 2);
    assert_string_equal(r.batch.posts[1].text, "two");
    nj_batch_finish(&r.batch);
}

static void map_counts_that_are_none_are_unknown(void **state)
{
    struct result r =
        read_with(&map, "{\"data\":[{\"n\":{\"likes\":-3},\"text\":\"a\"},"
                        "{\"n\":{\"likes\":\"many\"},\"text\":\"b\"},"
                        "{\"n\":{\"likes\":1e300},\"text\":\"c\"}]}");
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(r.batch.posts[i].likes, -1);
    }
    nj_batch_finish(&r.batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_finds_each_piece),
        cmocka_unit_test(map_plain_text_stays_plain),
        cmocka_unit_test(map_takes_object_for_list_and_list_for_value),
        cmocka_unit_test(map_missing_list_is_empty_but_errors_are_told),
        cmocka_unit_test(map_entry_that_is_no_post_is_told_with_its_place),
        cmocka_unit_test(map_list_of_strings_is_posts),
        cmocka_unit_test(map_counts_that_are_none_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
