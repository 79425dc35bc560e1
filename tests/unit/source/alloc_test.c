/* Every allocation of the parsers, the sift and the sources fails in turn:
 * nothing crashes, leaks or is half done. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <cjson/cJSON.h>

#include "io/crypto.h"
#include "source/probe.h"
#include "source/sift.h"
#include "unit/failing.h"
#include "unit/source/rig.h"

/* The rig's own allocations do not count. */
static void calm(int is_calm)
{
    static long kept;

    if (is_calm) {
        kept = fail_at;
        fail_at = 0;
    } else if (!has_failed) {
        fail_at = kept;
    }
}

static char *file_of(const char *name, size_t *out_len)
{
    char path[128];
    FILE *file;
    char *bytes = __real_malloc(1 << 16);

    (void)snprintf(path, sizeof path, "tests/data/feeds/%s", name);
    file = fopen(path, "rb");
    assert_non_null(file);
    *out_len = fread(bytes, 1, 1 << 16, file);
    (void)fclose(file);
    return bytes;
}

static int probe_with(const char *bytes, size_t len, struct nj_buf *out)
{
    struct nj_probe probe = {
        .bytes = bytes, .len = len, .url = "https://a.example/"};
    struct nj_err err = {0};
    int code = nj_probe_write(&probe, out, &err);

    assert_true((code == 0) == (err.text[0] == '\0'));
    return code;
}

static void alloc_failing_in_readers_is_told_and_leaves_nothing(void **state)
{
    static const char *const files[] = {
        "rss20_content.xml", "atom10.xml",          "rss10.rdf",
        "jsonfeed11.json",   "cs_1251_nothing.xml", "cs_utf16le_bom.xml",
        "cs_mixed.xml",      "posts.json",          "posts.jsonl",
        "bad_same_guid.xml", "rss20_media.xml",
    };
    (void)state;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t len;
        char *bytes = file_of(files[i], &len);
        struct nj_buf expected;
        long k = 1;
        int code;

        nj_buf_init(&expected, 1 << 20);
        assert_int_equal(probe_with(bytes, len, &expected), 0);
        do {
            struct nj_buf out;

            nj_buf_init(&out, 1 << 20);
            fail_from(k++);
            code = probe_with(bytes, len, &out);
            if (!failed()) {
                assert_int_equal(code, 0);
                assert_string_equal(nj_buf_text(&out), nj_buf_text(&expected));
                nj_buf_finish(&out);
                break;
            }
            assert_true(code == NJ_E_NOMEM ||
                        (code == 0 && strcmp(nj_buf_text(&out),
                                             nj_buf_text(&expected)) == 0));
            assert_true(code == 0 || out.len == 0);
            nj_buf_finish(&out);
        } while (k < 2000);
        assert_true(k > 3 && k < 2000);
        nj_buf_finish(&expected);
        free(bytes);
    }
}

static void alloc_failing_in_the_cursor_leaves_it_as_it_was(void **state)
{
    struct nj_state s;
    struct nj_buf cursor;
    (void)state;

    nj_state_init(&s, 5);
    s.seen = calloc(3, sizeof *s.seen);
    s.count = 3;
    s.seen[0].id = s.seen[1].id = s.seen[2].id = 7;
    assert_int_equal(nj_state_set(&s.etag, "e"), 0);
    assert_int_equal(nj_state_set(&s.next, "n"), 0);
    nj_buf_init(&cursor, 1 << 16);
    nj_state_write(&s, &cursor);
    for (long k = 1; k < 100; k++) {
        struct nj_state back;
        int code;

        memset(&back, 0x5a, sizeof back);
        fail_from(k);
        code = nj_state_read(nj_buf_text(&cursor), &back, NULL);
        if (!failed()) {
            assert_int_equal(code, 0);
            nj_state_finish(&back);
            assert_true(k > 4);
            break;
        }
        assert_int_equal(code, NJ_E_NOMEM);
        assert_int_equal(back.count, 0x5a5a5a5a5a5a5a5a);
    }
    nj_buf_finish(&cursor);
    nj_state_finish(&s);
}

/* Judge 300 posts; NJ_E_NOMEM or the new state. */
static int sift_all(const struct nj_state *state, struct nj_state *out)
{
    struct nj_sift sift;
    int code = nj_sift_init(&sift, state, 100, 1000);

    if (code != 0) {
        return code;
    }
    for (uint64_t id = 1; id <= 300 && code == 0; id++) {
        struct nj_seen seen = {id, 1, 1};
        enum nj_news news;

        code = nj_sift_judge(&sift, id, 1, (int64_t)id, &news);
        if (code == 0 && news == NJ_NEWS_NEW) {
            code = nj_sift_mark(&sift, &seen, (int64_t)id, 1);
        }
    }
    (void)nj_sift_again(&sift); /* may stay in the first round */
    if (code == 0) {
        code = nj_sift_close(&sift, out);
    }
    nj_sift_finish(&sift);
    return code;
}

static void alloc_failing_in_the_sift_is_told(void **state)
{
    struct nj_state s;
    (void)state;

    nj_state_init(&s, 0);
    assert_int_equal(nj_state_set(&s.etag, "e"), 0);
    for (long k = 1; k < 200; k++) {
        struct nj_state next = {.count = 77};
        int code;

        fail_from(k);
        code = sift_all(&s, &next);
        if (!failed()) {
            assert_int_equal(code, 0);
            nj_state_finish(&next);
            assert_true(k > 5);
            break;
        }
        assert_true(code == NJ_E_NOMEM || code == 0);
        if (code == 0) {
            nj_state_finish(&next);
        } else {
            assert_int_equal(next.count, 77);
        }
    }
    nj_state_finish(&s);
}

/* Open KEYS with the k-th allocation failing. */
static void open_failing(const char *keys)
{
    struct rig *rig = rig_make(keys);
    const struct nj_node *node =
        nj_settings_find(rig->settings, NJ_REF_SOURCE, "acme");

    rig_says(rig, (struct rig_answer){.status = 304});
    for (long k = 1; k < 200; k++) {
        struct nj_err err = {0};
        int code;

        rig->source = NULL;
        fail_from(k);
        code = nj_source_open(&rig->env, node, &rig->source, &err);
        if (!failed()) {
            assert_int_equal(code, 0);
            assert_true(k > 3);
            rig_close(rig);
            break;
        }
        if (code == 0) { /* it can live without, a timer say */
            rig_close(rig);
        } else {
            assert_null(rig->source);
            assert_true(err.text[0] != '\0');
        }
    }
    rig_free(rig);
}

static void alloc_failing_at_open_leaves_nothing_open(void **state)
{
    (void)state;
    open_failing("type: feed, url: https://a.example/f, headers: {X-A: b}, "
                 "auth: {username: u, password: {credential: p}}");
    open_failing("type: json, url: 'https://a.example/{cursor}', next: /n");
    open_failing("type: webhook, secret: {credential: s}, silent_after: 1h, "
                 "timestamp_header: X-T");
    open_failing("type: spool, directory: /tmp");
}

/* A night of polls in which the k-th allocation fails: the posts come all the
 * same, once each. */
static void alloc_failing_while_polling_loses_no_post(void **state)
{
    (void)state;
    for (long k = 1; k < 400; k++) {
        struct rig *rig =
            rig_make("type: feed, url: https://a.example/feed, every: 1m");
        int more;

        rig_says(rig, (struct rig_answer){.status = 200,
                                          .body = rig_feed(1, 3),
                                          .headers = "ETag: \"e\"\n"});
        rig_open(rig);
        fail_from(k);
        rig_run(rig, 30 * 60000);
        more = failed();
        assert_int_equal(rig->post_count, 3);
        assert_int_equal(rig->repeats, 0);
        rig_free(rig);
        if (!more) {
            assert_true(k > 20);
            return;
        }
    }
    fail_msg("there is no end to the allocations");
}

static void alloc_failing_while_pushing_is_answered(void **state)
{
    (void)state;
    for (long k = 1; k < 400; k++) {
        struct rig *rig = rig_make("type: webhook, secret: {credential: hook}");
        struct nj_http_call call = {
            .method = NJ_HTTP_POST,
            .body = "{\"id\":\"1\",\"text\":\"hello\",\"media\":"
                    "\"https://a.example/p.png\"}"};
        unsigned char mac[NJ_SHA256_BYTES];
        int more;

        (void)snprintf(call.header[0][0], 256, "X-Nightjar-Signature");
        assert_int_equal(nj_hmac_sha256("key-of-hook", 11, call.body,
                                        strlen(call.body), mac),
                         0);
        nj_hex(mac, sizeof mac, call.header[0][1]);
        rig_open(rig);
        fail_from(k);
        nj_webhook_push(rig->source, &call);
        more = failed();
        rig_run(rig, 1000);
        assert_true(call.status == 202 || call.status == 503 ||
                    call.status == 500);
        assert_int_equal(rig->post_count, call.status == 202);
        rig_free(rig);
        if (!more) {
            assert_int_equal(call.status, 202);
            return;
        }
    }
    fail_msg("there is no end to the allocations");
}

int main(void)
{
    cJSON_Hooks hooks = {malloc, free};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alloc_failing_in_readers_is_told_and_leaves_nothing),
        cmocka_unit_test(alloc_failing_in_the_cursor_leaves_it_as_it_was),
        cmocka_unit_test(alloc_failing_in_the_sift_is_told),
        cmocka_unit_test(alloc_failing_at_open_leaves_nothing_open),
        cmocka_unit_test(alloc_failing_while_polling_loses_no_post),
        cmocka_unit_test(alloc_failing_while_pushing_is_answered),
    };

    rig_calm = calm;
    cJSON_InitHooks(&hooks);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
