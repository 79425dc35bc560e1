/* What every source promises, whatever it reads: one suite, run for each entry
 * of the registry. A new connector adds its bench below and passes unchanged.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/crypto.h"
#include "unit/source/rig.h"

/* How a kind of source is fed. */
struct bench {
    const char *type;
    const char *keys; /* %s: the scratch directory */
    /* Make the posts FIRST .. FIRST + COUNT - 1 known and let the source look;
     * BROKEN: what cannot be read instead. Returns whether it has to wait. */
    void (*offer)(struct rig *rig, int first, int count, int broken);
    int repeats_itself; /* offers again by itself what was not stored */
};

static void look(struct rig *rig)
{
    nj_source_poll_now(rig->source);
    rig_run(rig, 10);
}

/* ---- benches ------------------------------------------------------------ */

static void offer_feed(struct rig *rig, int first, int count, int broken)
{
    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = broken ? "<html>502</html>"
                                                     : rig_feed(first, count)});
    rig->answered = rig->answer_count - 1;
    look(rig);
}

static struct nj_buf json_body;

static const char *posts_json(int first, int count, const char *list)
{
    nj_buf_finish(&json_body);
    nj_buf_init(&json_body, 1 << 20);
    (void)nj_buf_addf(&json_body, "{\"%s\":[", list);
    for (int i = first; i < first + count; i++) {
        (void)nj_buf_addf(&json_body,
                          "%s{\"id\":\"p-%d\",\"text\":\"post %d\",\"date\":"
                          "\"2026-01-05T18:%02d:00Z\"}",
                          i == first ? "" : ",", i, i, i % 60);
    }
    (void)nj_buf_adds(&json_body, "]}");
    return nj_buf_text(&json_body);
}

static void offer_json(struct rig *rig, int first, int count, int broken)
{
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = broken ? "{\"data\": oops"
                                     : posts_json(first, count, "data")});
    rig->answered = rig->answer_count - 1;
    look(rig);
}

static struct nj_http_call last_call;

static void sign(struct nj_http_call *call, const char *key)
{
    unsigned char mac[NJ_SHA256_BYTES];
    char hex[2 * NJ_SHA256_BYTES + 1];

    assert_int_equal(
        nj_hmac_sha256(key, strlen(key), call->body, strlen(call->body), mac),
        0);
    nj_hex(mac, sizeof mac, hex);
    (void)snprintf(call->header[0][0], 256, "X-Nightjar-Signature");
    (void)snprintf(call->header[0][1], 256, "sha256=%s", hex);
}

static void offer_webhook(struct rig *rig, int first, int count, int broken)
{
    last_call = (struct nj_http_call){.method = NJ_HTTP_POST};
    last_call.body =
        broken ? "{\"posts\":5}" : posts_json(first, count, "posts");
    sign(&last_call, "key-of-hook");
    nj_webhook_push(rig->source, &last_call);
    rig_run(rig, 10);
}

static void offer_spool(struct rig *rig, int first, int count, int broken)
{
    static int files;
    char path[RIG_PATH + 64];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%06d.jsonl", rig->dir, files++);
    file = fopen(path, "w");
    assert_non_null(file);
    for (int i = first; i < first + count; i++) {
        (void)fprintf(file,
                      broken ? "{\"id\":%d, %d %d\n"
                             : "{\"id\":\"p-%d\",\"text\":\"post %d\",\"date\":"
                               "\"2026-01-05T18:%02d:00Z\"}\n",
                      i, i, i % 60);
    }
    (void)fclose(file);
    look(rig);
    rig_run(rig, 2000); /* where no lease is given it has to settle */
}

static const struct bench benches[] = {
    {"feed", "type: feed, url: https://a.example/feed, every: 1m", offer_feed,
     1},
    {"json", "type: json, url: https://a.example/api, every: 1m, list: /data",
     offer_json, 1},
    {"webhook", "type: webhook, secret: {credential: hook}", offer_webhook, 0},
    {"spool", "type: spool, directory: %s", offer_spool, 1},
};

static struct rig *set_up(const struct bench *bench)
{
    char dir[RIG_PATH] = "/tmp/nj-source-XXXXXX";
    char keys[512];
    struct rig *rig;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(keys, sizeof keys, bench->keys, dir);
    rig = rig_make(keys);
    memcpy(rig->dir, dir, sizeof dir);
    return rig;
}

static void tear_down(struct rig *rig)
{
    char command[RIG_PATH + 16];

    (void)snprintf(command, sizeof command, "rm -rf %s", rig->dir);
    rig_free(rig);
    assert_int_equal(system(command), 0);
    nj_buf_finish(&json_body);
}

static void assert_posts(const struct rig *rig, int first, int count)
{
    assert_int_equal(rig->post_count, count);
    for (int i = 0; i < count; i++) {
        char id[32];
        char text[32];

        (void)snprintf(id, sizeof id, "p-%d", first + i);
        (void)snprintf(text, sizeof text, "post %d", first + i);
        assert_string_equal(rig->posts[i].id, id);
        assert_string_equal(rig->posts[i].text, text);
        assert_string_equal(rig->posts[i].brand, "acme-air");
        assert_string_equal(rig->posts[i].source, "acme");
        assert_int_equal(rig->posts[i].published_ms,
                         RIG_START + (first + i) % 60 * 60000);
    }
}

/* ---- the promises ------------------------------------------------------- */

typedef void promise(const struct bench *bench);

static void
what_cannot_be_read_is_told_and_the_next_is_read(const struct bench *bench)
{
    struct rig *rig = set_up(bench);
    struct nj_source_status status;

    rig_run(rig, 3600000);
    rig_open(rig);
    bench->offer(rig, 1, 1, 1);
    status = rig_status(rig);
    assert_int_equal(rig->post_count, 0);
    assert_true(status.faults > 0 || rig->repeats == 0);
    bench->offer(rig, 1, 3, 0);
    assert_posts(rig, 1, 3);
    assert_int_equal(rig_status(rig).mood, NJ_SOURCE_WELL);
    tear_down(rig);
}

static void posts_come_whole_and_the_oldest_first(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    bench->offer(rig, 1, 5, 0);
    assert_posts(rig, 1, 5);
    tear_down(rig);
}

static void what_was_stored_is_not_new_again(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    bench->offer(rig, 1, 4, 0);
    bench->offer(rig, 2, 5, 0);
    bench->offer(rig, 2, 5, 0);
    assert_posts(rig, 1, 6);
    assert_int_equal(rig_status(rig).posts, 6);
    tear_down(rig);
}

static void a_busy_sink_loses_nothing(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    rig->mood = RIG_BUSY;
    bench->offer(rig, 1, 3, 0);
    rig_run(rig, 20000);
    assert_int_equal(rig->post_count, 0);
    rig->mood = RIG_TAKES;
    if (bench->repeats_itself) {
        rig_run(rig, 20000);
    } else {
        assert_int_equal(last_call.status, 503);
        bench->offer(rig, 1, 3, 0);
    }
    assert_posts(rig, 1, 3);
    tear_down(rig);
}

static void
a_sink_that_fails_is_offered_the_same_again(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    rig->mood = RIG_FAILS;
    bench->offer(rig, 1, 3, 0);
    assert_int_equal(rig->post_count, 0);
    assert_true(rig->batches > 0);
    rig->mood = RIG_TAKES;
    if (bench->repeats_itself) {
        rig_run(rig, 20000);
    } else {
        assert_int_equal(last_call.status, 503);
        bench->offer(rig, 1, 3, 0);
    }
    assert_posts(rig, 1, 3);
    tear_down(rig);
}

static void after_a_restart_nothing_comes_twice(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    bench->offer(rig, 1, 4, 0);
    rig_close(rig);
    rig_open(rig);
    bench->offer(rig, 1, 6, 0);
    assert_posts(rig, 1, 6);
    tear_down(rig);
}

static void
what_was_not_durable_comes_again_after_a_restart(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    rig->mood = RIG_CLOSES;
    bench->offer(rig, 1, 4, 0);
    rig_close(rig);
    assert_int_equal(rig->post_count, 0);
    rig->mood = RIG_TAKES;
    rig_open(rig);
    bench->offer(rig, 1, 4, 0);
    rig_run(rig, 1000);
    assert_posts(rig, 1, 4);
    tear_down(rig);
}

static void closing_waits_for_the_sink(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    rig->mood = RIG_HOLDS;
    bench->offer(rig, 1, 2, 0);
    assert_non_null(rig->taken);
    rig_begin_close(rig);
    rig_run(rig, 60000);
    assert_false(rig->closed);
    rig_release(rig, RIG_TAKES);
    for (int i = 0; i < 100 && !rig->closed; i++) {
        rig_run(rig, 1);
    }
    assert_true(rig->closed);
    assert_int_equal(rig->post_count, 2);
    tear_down(rig);
}

static void closing_at_once_is_fine(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_close(rig);
    rig_open(rig);
    nj_source_poll_now(rig->source);
    nj_source_poll_now(rig->source);
    rig_close(rig);
    tear_down(rig);
}

static void status_counts_and_has_a_name(const struct bench *bench)
{
    struct rig *rig = set_up(bench);
    struct nj_source_status status;

    rig_run(rig, 3600000);
    rig_open(rig);
    status = rig_status(rig);
    assert_string_equal(status.name, "acme");
    assert_string_equal(status.type, bench->type);
    assert_int_equal(status.mood, NJ_SOURCE_FRESH);
    bench->offer(rig, 1, 2, 0);
    status = rig_status(rig);
    assert_int_equal(status.mood, NJ_SOURCE_WELL);
    assert_int_equal(status.posts, 2);
    assert_true(status.reads >= 1);
    assert_true(status.last_ok_ms > 0);
    assert_true(status.last_new_ms > 0);
    assert_string_equal(status.fault, "");
    tear_down(rig);
}

static void a_thousand_posts_come_once_each(const struct bench *bench)
{
    struct rig *rig = set_up(bench);

    rig_run(rig, 3600000);
    rig_open(rig);
    bench->offer(rig, 1, 1000, 0);
    rig_run(rig, 600000);
    assert_int_equal(rig->post_count, 1000);
    assert_int_equal(rig->repeats, 0);
    tear_down(rig);
}

static void for_each(promise *kept)
{
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        kept(&benches[i]);
    }
}

static void every_type_of_the_registry_has_a_bench(void **state)
{
    size_t count = 0;
    (void)state;

    while (nj_source_type_at(count) != NULL) {
        const struct nj_source_ops *ops = nj_source_type_at(count++);
        size_t found = 0;

        assert_ptr_equal(nj_source_type(ops->type), ops);
        for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
            found += strcmp(benches[i].type, ops->type) == 0;
        }
        assert_int_equal(found, 1);
    }
    assert_null(nj_source_type("carrier-pigeon"));
    assert_null(nj_source_type(NULL));
}

#define PROMISE(name)                                                          \
    static void contract_##name(void **state)                                  \
    {                                                                          \
        (void)state;                                                           \
        for_each(name);                                                        \
    }
PROMISE(what_cannot_be_read_is_told_and_the_next_is_read)
PROMISE(posts_come_whole_and_the_oldest_first)
PROMISE(what_was_stored_is_not_new_again)
PROMISE(a_busy_sink_loses_nothing)
PROMISE(a_sink_that_fails_is_offered_the_same_again)
PROMISE(after_a_restart_nothing_comes_twice)
PROMISE(what_was_not_durable_comes_again_after_a_restart)
PROMISE(closing_waits_for_the_sink)
PROMISE(closing_at_once_is_fine)
PROMISE(status_counts_and_has_a_name)
PROMISE(a_thousand_posts_come_once_each)
#undef PROMISE

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_the_registry_has_a_bench),
        cmocka_unit_test(
            contract_what_cannot_be_read_is_told_and_the_next_is_read),
        cmocka_unit_test(contract_posts_come_whole_and_the_oldest_first),
        cmocka_unit_test(contract_what_was_stored_is_not_new_again),
        cmocka_unit_test(contract_a_busy_sink_loses_nothing),
        cmocka_unit_test(contract_a_sink_that_fails_is_offered_the_same_again),
        cmocka_unit_test(contract_after_a_restart_nothing_comes_twice),
        cmocka_unit_test(
            contract_what_was_not_durable_comes_again_after_a_restart),
        cmocka_unit_test(contract_closing_waits_for_the_sink),
        cmocka_unit_test(contract_closing_at_once_is_fine),
        cmocka_unit_test(contract_status_counts_and_has_a_name),
        cmocka_unit_test(contract_a_thousand_posts_come_once_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
