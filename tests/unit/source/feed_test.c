#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "source/feed.h"
#include "unit/source/probing.h"

static void feed_files_give_what_is_expected(void **state)
{
    static struct probed p;
    FILE *file = NULL;
    size_t count = 0;
    (void)state;

    while (probed_next(&file, &p)) {
        struct nj_buf got;

        nj_buf_init(&got, 1 << 20);
        (void)probed_run(&p, &got);
        if (strcmp(nj_buf_text(&got), p.expected) != 0) {
            fail_msg("%s gives\n%sand not\n%s", p.file, nj_buf_text(&got),
                     p.expected);
        }
        nj_buf_finish(&got);
        count++;
    }
    assert_true(count >= 90);
}

/* A truncated document must never invent a post: the cut at each byte. */
static void feed_cut_anywhere_gives_whole_posts_only(void **state)
{
    static const char *const files[] = {"rss20.xml", "atom10.xml", "rss10.rdf"};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        char path[64];
        size_t len;
        char *bytes;

        (void)snprintf(path, sizeof path, "tests/data/feeds/%s", files[i]);
        bytes = table_file(path, &len);
        for (size_t cut = 0; cut < len; cut++) {
            char *copy = malloc(cut + 1);
            struct nj_batch batch = {0};
            struct nj_taking taking = {
                .batch = &batch, .brand = "", .now_ms = INT64_MAX, .room = 9};
            struct nj_feed_input input = {.bytes = copy, .len = cut};
            struct nj_feed_about about = {0};

            memcpy(copy, bytes, cut);
            if (nj_feed_read(&input, &taking, &about, NULL) == 0 &&
                cut + 1 < len) {
                assert_true(about.torn);
            }
            for (size_t n = 0; n < batch.count; n++) {
                assert_non_null(batch.posts[n].title);
                assert_true(strlen(batch.posts[n].id) >= 6);
            }
            nj_taking_finish(&taking);
            nj_batch_finish(&batch);
            free(copy);
        }
        free(bytes);
    }
}

static long peak_kb(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Repeat PART into a document of about SIZE bytes between HEAD and TAIL. */
static char *repeat(const char *head,
                    const char *part,
                    const char *tail,
                    size_t size,
                    size_t *out_len)
{
    char *text = malloc(size + strlen(head) + strlen(tail) + 1);
    size_t n = strlen(head);

    memcpy(text, head, n);
    while (n + strlen(part) < size) {
        memcpy(text + n, part, strlen(part));
        n += strlen(part);
    }
    memcpy(text + n, tail, strlen(tail) + 1);
    *out_len = n + strlen(tail);
    return text;
}

static int read_text(const char *text,
                     size_t len,
                     size_t room,
                     size_t *out_seen,
                     size_t *out_count)
{
    struct nj_batch batch = {0};
    struct nj_taking taking = {
        .batch = &batch, .brand = "", .now_ms = INT64_MAX, .room = room};
    struct nj_feed_input input = {.bytes = text, .len = len};
    struct nj_feed_about about = {0};
    int code = nj_feed_read(&input, &taking, &about, NULL);

    *out_seen = taking.seen;
    *out_count = batch.count;
    nj_taking_finish(&taking);
    nj_batch_finish(&batch);
    return code;
}

static void feed_of_100000_items_is_limited_and_memory_stays_flat(void **state)
{
    size_t len;
    size_t seen;
    size_t count;
    char *text = repeat("<rss version='2.0'><channel><title>x</title>",
                        "<item><title>post</title><link>http://x.example/"
                        "</link><description>some words</description></item>",
                        "</channel></rss>", NJ_LIMIT_BODY_BYTES, &len);
    long before = peak_kb();
    (void)state;

    assert_int_equal(read_text(text, len, NJ_LIMIT_ITEMS, &seen, &count), 0);
    assert_true(seen > 80000);
    assert_int_equal(count, NJ_LIMIT_ITEMS);
    assert_true(peak_kb() - before < 6 * 1024);
    free(text);
}

/* Documents built to make a reader search, nest or copy without end. */
static void feed_bombs_cost_linear_time(void **state)
{
    static const char head[] = "<rss version='2.0'><channel>";
    static const char *const parts[] = {
        "<item>",
        "<item><title>",
        "<item><description>&lt;script&gt;",
        "<item><description>",
        "</item>",
        "<a/>",
        "<item x='>'>",
        "<item xmlns:a='b' xmlns:c='d'><a:b/></item>",
        "<!-- ",
        "<![CDATA[",
        "<?x ",
        "<",
        "<item",
        "&amp;",
        "<item><link/><link/>",
        "<item><author>x",
        "<item><author><name>x",
        "<item><description><b>",
        "<item><description></b>",
        "<item><content><content>",
        "<!DOCTYPE ",
        "<item><title>&#38;",
        "<item xml:base='a/b/c/'/>",
    };
    (void)state;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t len;
        size_t seen;
        size_t count;
        char *text = repeat(head, parts[i], "</channel></rss>", 2 << 20, &len);
        clock_t start = clock();

        (void)read_text(text, len, 1000, &seen, &count);
        if (clock() - start > 4 * CLOCKS_PER_SEC) {
            fail_msg("%s takes %ld ms", parts[i],
                     (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
        }
        free(text);
    }
}

static void feed_huge_attribute_and_text_are_cut(void **state)
{
    size_t len;
    size_t seen;
    size_t count;
    char *text =
        repeat("<rss version='2.0'><channel><item><enclosure url='", "a",
               "'/><title>t</title></item></channel></rss>", 4 << 20, &len);
    (void)state;

    assert_int_equal(read_text(text, len, 10, &seen, &count), 0);
    assert_int_equal(count, 1);
    free(text);
    text =
        repeat("<rss version='2.0'><channel><item><description>", "w\xc3\xa4 ",
               "</description></item></channel></rss>", 4 << 20, &len);
    assert_int_equal(read_text(text, len, 10, &seen, &count), 0);
    assert_int_equal(count, 1);
    free(text);
}

static void feed_json_too_deep_is_refused(void **state)
{
    size_t len;
    size_t seen;
    size_t count;
    char *text = repeat("{\"items\":", "[", "1", 5000, &len);
    (void)state;

    assert_int_equal(read_text(text, len, 10, &seen, &count), NJ_E_INVALID);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(feed_files_give_what_is_expected),
        cmocka_unit_test(feed_cut_anywhere_gives_whole_posts_only),
        cmocka_unit_test(feed_of_100000_items_is_limited_and_memory_stays_flat),
        cmocka_unit_test(feed_bombs_cost_linear_time),
        cmocka_unit_test(feed_huge_attribute_and_text_are_cut),
        cmocka_unit_test(feed_json_too_deep_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
