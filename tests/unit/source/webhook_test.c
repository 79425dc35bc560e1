/* What only pushed sources do: signatures, answers, shapes. */

#include "io/crypto.h"
#include "source/webhook_verify.h"
#include "unit/source/rig.h"

static const char one_post[] = "{\"id\":\"1\",\"text\":\"hello\"}";

static void mac_hex(const char *key, const char *text, char hex[65])
{
    unsigned char mac[NJ_SHA256_BYTES];

    assert_int_equal(nj_hmac_sha256(key, strlen(key), text, strlen(text), mac),
                     0);
    nj_hex(mac, sizeof mac, hex);
}

static struct nj_http_call signed_call(const char *header, const char *body)
{
    struct nj_http_call call = {.method = NJ_HTTP_POST, .body = body};
    char hex[65];

    mac_hex("key-of-hook", body, hex);
    (void)snprintf(call.header[0][0], 256, "%s", header);
    (void)snprintf(call.header[0][1], 256, "sha256=%s", hex);
    return call;
}

static struct rig *open_hook(const char *more)
{
    char keys[512];
    struct rig *rig;

    (void)snprintf(keys, sizeof keys,
                   "type: webhook, secret: {credential: hook}%s", more);
    rig = rig_make(keys);
    rig_open(rig);
    return rig;
}

static void push(struct rig *rig, struct nj_http_call *call)
{
    nj_webhook_push(rig->source, call);
    rig_run(rig, 10);
}

/* ---- signatures --------------------------------------------------------- */

static int verify(const char *signature, const char *timestamp, int is_timed)
{
    struct nj_hmac *key = NULL;
    struct nj_signed sent = {.body = "body",
                             .len = 4,
                             .signature = signature,
                             .is_timed = is_timed,
                             .timestamp = timestamp,
                             .now_ms = INT64_C(1767636000000)};
    struct nj_err err = {0};
    int code;

    assert_int_equal(nj_hmac_create("k", 1, &key), 0);
    sent.key = key;
    code = nj_webhook_verify(&sent, &err);
    nj_hmac_destroy(key);
    assert_true((code == 0) == (err.text[0] == '\0'));
    return code;
}

static void signature_that_is_wrong_is_refused(void **state)
{
    char hex[65];
    char text[128];
    (void)state;

    mac_hex("k", "body", hex);
    assert_int_equal(verify(NULL, NULL, 0), NJ_E_DENIED);
    assert_int_equal(verify("", NULL, 0), NJ_E_DENIED);
    assert_int_equal(verify("sha256=", NULL, 0), NJ_E_DENIED);
    assert_int_equal(verify("sha256=zz", NULL, 0), NJ_E_DENIED);
    (void)snprintf(text, sizeof text, "sha1=%s", hex);
    assert_int_equal(verify(text, NULL, 0), NJ_E_DENIED);
    (void)snprintf(text, sizeof text, "%s0", hex);
    assert_int_equal(verify(text, NULL, 0), NJ_E_DENIED);
    for (size_t i = 0; i < 64; i++) { /* each digit counts */
        (void)snprintf(text, sizeof text, "sha256=%s", hex);
        text[7 + i] = text[7 + i] == '0' ? '1' : '0';
        assert_int_equal(verify(text, NULL, 0), NJ_E_DENIED);
    }
}

static void signature_in_each_known_dress_is_taken(void **state)
{
    unsigned char mac[NJ_SHA256_BYTES];
    char hex[65];
    char text[128] = "sha256=";
    (void)state;

    mac_hex("k", "body", hex);
    assert_int_equal(verify(hex, NULL, 0), 0);
    (void)snprintf(text, sizeof text, "SHA256=%s", hex);
    for (char *p = text + 7; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' ? *p - 32 : *p);
    }
    assert_int_equal(verify(text, NULL, 0), 0);
    assert_int_equal(nj_hmac_sha256("k", 1, "body", 4, mac), 0);
    assert_true(nj_base64(mac, sizeof mac, 0, text + 7, sizeof text - 7) > 0);
    memcpy(text, "sha256=", 7);
    assert_int_equal(verify(text, NULL, 0), 0);
    assert_int_equal(verify(text + 7, NULL, 0), 0);
}

static void signature_with_a_time_must_be_fresh(void **state)
{
    static const struct {
        const char *time;
        int code;
    } cases[] = {
        {"1767636000", 0},           {"1767635701", 0},
        {"1767636299", 0},           {"1767635699", NJ_E_DENIED},
        {"1767636301", NJ_E_DENIED}, {"soon", NJ_E_DENIED},
        {"-5", NJ_E_DENIED},         {"99999999999999999999", NJ_E_DENIED}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        char hex[65];

        (void)snprintf(text, sizeof text, "%s.body", cases[i].time);
        mac_hex("k", text, hex);
        assert_int_equal(verify(hex, cases[i].time, 1), cases[i].code);
        mac_hex("k", "body", hex); /* the body alone is not enough */
        assert_int_equal(verify(hex, cases[i].time, 1), NJ_E_DENIED);
    }
    assert_int_equal(verify("00", NULL, 1), NJ_E_DENIED);
}

/* ---- answers ------------------------------------------------------------ */

static void push_unsigned_or_forged_is_401_and_says_which_header(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call bare = {.method = NJ_HTTP_POST, .body = one_post};
    struct nj_http_call forged = signed_call("X-Nightjar-Signature", one_post);
    (void)state;

    push(rig, &bare);
    assert_int_equal(bare.status, 401);
    assert_non_null(strstr(bare.answer, "X-Nightjar-Signature"));
    forged.body = "{\"id\":\"1\",\"text\":\"hellO\"}";
    push(rig, &forged);
    assert_int_equal(forged.status, 401);
    assert_null(strstr(forged.answer, "key-of-hook"));
    assert_int_equal(rig->batches, 0);
    assert_int_equal(rig->told_count, 0); /* strangers make nobody sick */
    assert_int_equal(rig_status(rig).faults, 2);
    assert_non_null(strstr(rig_status(rig).fault, "192.0.2.1"));
    rig_free(rig);
}

static void push_stored_is_202_and_not_before(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call = signed_call("X-Nightjar-Signature", one_post);
    (void)state;

    rig->mood = RIG_HOLDS;
    push(rig, &call);
    rig_run(rig, 60000);
    assert_int_equal(call.status, 0);
    rig_release(rig, RIG_TAKES);
    rig_run(rig, 10);
    assert_int_equal(call.status, 202);
    assert_string_equal(call.answer, "{\"accepted\":1,\"new\":1}");
    call = signed_call("X-Nightjar-Signature", one_post);
    push(rig, &call);
    assert_string_equal(call.answer, "{\"accepted\":1,\"new\":0}");
    rig_free(rig);
}

static void push_not_stored_is_503_with_a_time(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call = signed_call("X-Nightjar-Signature", one_post);
    (void)state;

    rig->mood = RIG_FAILS;
    push(rig, &call);
    assert_int_equal(call.status, 503);
    assert_string_equal(call.answer_header, "Retry-After: 5");
    rig->mood = RIG_BUSY;
    call = signed_call("X-Nightjar-Signature", one_post);
    push(rig, &call);
    assert_int_equal(call.status, 503);
    assert_string_equal(call.answer_header, "Retry-After: 1");
    rig_free(rig);
}

static void push_with_a_mistake_is_400_with_its_place(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call =
        signed_call("X-Nightjar-Signature", "{\"posts\":[{\"text\":1}]}");
    (void)state;

    push(rig, &call);
    assert_int_equal(call.status, 400);
    assert_non_null(strstr(call.answer, "posts[0]"));
    call = signed_call("X-Nightjar-Signature", "{\"posts\":[");
    push(rig, &call);
    assert_int_equal(call.status, 400);
    assert_non_null(strstr(call.answer, "line 1 column"));
    rig_free(rig);
}

static void push_of_too_many_is_413(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_buf body;
    struct nj_http_call call;
    (void)state;

    nj_buf_init(&body, 1 << 20);
    (void)nj_buf_addc(&body, '[');
    for (int i = 0; i <= 1000; i++) {
        (void)nj_buf_addf(&body, "%s{\"text\":\"%d\"}", i == 0 ? "" : ",", i);
    }
    (void)nj_buf_addc(&body, ']');
    call = signed_call("X-Nightjar-Signature", nj_buf_text(&body));
    push(rig, &call);
    assert_int_equal(call.status, 413);
    assert_int_equal(rig->batches, 0);
    nj_buf_finish(&body);
    rig_free(rig);
}

static void push_other_than_post_is_405(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call = {.method = NJ_HTTP_GET, .body = ""};
    (void)state;

    push(rig, &call);
    assert_int_equal(call.status, 405);
    assert_string_equal(call.answer_header, "Allow: POST");
    rig_free(rig);
}

static void push_of_nothing_is_fine(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call = signed_call("X-Nightjar-Signature", "[]");
    (void)state;

    push(rig, &call);
    assert_int_equal(call.status, 202);
    assert_string_equal(call.answer, "{\"accepted\":0,\"new\":0}");
    assert_int_equal(rig->batches, 0);
    rig_free(rig);
}

static void push_while_closing_is_503(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call first = signed_call("X-Nightjar-Signature", one_post);
    struct nj_http_call late = signed_call("X-Nightjar-Signature", one_post);
    (void)state;

    rig->mood = RIG_HOLDS;
    push(rig, &first);
    rig_begin_close(rig);
    push(rig, &late);
    assert_int_equal(late.status, 503);
    rig_release(rig, RIG_CLOSES);
    rig_run(rig, 10);
    assert_int_equal(first.status, 503);
    assert_true(rig->closed);
    rig_free(rig);
}

static void push_to_a_source_that_is_polled_is_404(void **state)
{
    struct rig *rig = rig_make("type: feed, url: https://a.example/feed");
    struct nj_http_call call = {.method = NJ_HTTP_POST, .body = one_post};
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    push(rig, &call);
    assert_int_equal(call.status, 404);
    rig_free(rig);
}

/* ---- keys --------------------------------------------------------------- */

static void push_signed_as_github_does_is_taken_unless_named_else(void **state)
{
    struct rig *rig = open_hook("");
    struct nj_http_call call = signed_call("X-Hub-Signature-256", one_post);
    (void)state;

    push(rig, &call);
    assert_int_equal(call.status, 202);
    rig_free(rig);
    rig = open_hook(", signature_header: X-Other");
    call = signed_call("X-Hub-Signature-256", one_post);
    push(rig, &call);
    assert_int_equal(call.status, 401);
    assert_non_null(strstr(call.answer, "X-Other"));
    call = signed_call("x-other", one_post);
    push(rig, &call);
    assert_int_equal(call.status, 202);
    rig_free(rig);
}

static void push_with_a_signed_time_is_checked(void **state)
{
    struct rig *rig = open_hook(", timestamp_header: X-Time");
    struct nj_http_call call = {.method = NJ_HTTP_POST, .body = one_post};
    char text[128];
    char hex[65];
    (void)state;

    (void)snprintf(text, sizeof text, "1767636000.%s", one_post);
    mac_hex("key-of-hook", text, hex);
    (void)snprintf(call.header[0][0], 256, "X-Nightjar-Signature");
    (void)snprintf(call.header[0][1], 256, "%s", hex);
    (void)snprintf(call.header[1][0], 256, "X-Time");
    (void)snprintf(call.header[1][1], 256, "1767636000");
    push(rig, &call);
    assert_int_equal(call.status, 202);
    rig_run(rig, 600000); /* the same again, ten minutes later */
    call.status = 0;
    push(rig, &call);
    assert_int_equal(call.status, 401);
    rig_free(rig);
}

static void push_in_another_shape_is_read_by_pointers(void **state)
{
    struct rig *rig = open_hook(", list: /events, post: {id: /ref, text: "
                                "/what/said}, date_format: unix");
    struct nj_http_call call = signed_call(
        "X-Nightjar-Signature",
        "{\"events\":[{\"ref\":7,\"what\":{\"said\":\"hi\"},\"date\":"
        "1767636000}]}");
    (void)state;

    push(rig, &call);
    assert_int_equal(call.status, 202);
    assert_string_equal(rig->posts[0].id, "7");
    assert_string_equal(rig->posts[0].text, "hi");
    assert_int_equal(rig->posts[0].published_ms, RIG_START);
    rig_free(rig);
}

static void push_of_the_old_pages_nobody(void **state)
{
    struct rig *rig = open_hook(", max_age: 1h");
    struct nj_http_call call =
        signed_call("X-Nightjar-Signature",
                    "[{\"id\":1,\"text\":\"a\",\"published\":1767632399},"
                    "{\"id\":2,\"text\":\"b\",\"published\":1767632401}]");
    (void)state;

    push(rig, &call);
    assert_int_equal(rig->posts[0].flags, NJ_POST_SILENT);
    assert_int_equal(rig->posts[1].flags, 0);
    rig_free(rig);
}

static void push_that_never_comes_is_told(void **state)
{
    struct rig *rig = open_hook(", silent_after: 2h");
    struct nj_http_call call = signed_call("X-Nightjar-Signature", one_post);
    (void)state;

    rig_run(rig, 3600000);
    push(rig, &call);
    rig_run(rig, 7100000);
    assert_int_equal(rig->told_count, 0);
    rig_run(rig, 200000);
    assert_int_equal(rig->told_count, 1);
    call = signed_call("X-Nightjar-Signature", "{\"text\":\"again\"}");
    push(rig, &call);
    assert_int_equal(rig->told_count, 2);
    assert_string_equal(rig->told[1], "");
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature_that_is_wrong_is_refused),
        cmocka_unit_test(signature_in_each_known_dress_is_taken),
        cmocka_unit_test(signature_with_a_time_must_be_fresh),
        cmocka_unit_test(push_unsigned_or_forged_is_401_and_says_which_header),
        cmocka_unit_test(push_stored_is_202_and_not_before),
        cmocka_unit_test(push_not_stored_is_503_with_a_time),
        cmocka_unit_test(push_with_a_mistake_is_400_with_its_place),
        cmocka_unit_test(push_of_too_many_is_413),
        cmocka_unit_test(push_other_than_post_is_405),
        cmocka_unit_test(push_of_nothing_is_fine),
        cmocka_unit_test(push_while_closing_is_503),
        cmocka_unit_test(push_to_a_source_that_is_polled_is_404),
        cmocka_unit_test(push_signed_as_github_does_is_taken_unless_named_else),
        cmocka_unit_test(push_with_a_signed_time_is_checked),
        cmocka_unit_test(push_in_another_shape_is_read_by_pointers),
        cmocka_unit_test(push_of_the_old_pages_nobody),
        cmocka_unit_test(push_that_never_comes_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
