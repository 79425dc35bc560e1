// link: -Wl,--wrap=nj_fetch,--wrap=nj_fetch_cancel,--wrap=nj_mail
/* What the webhook, smtp and desktop channels put on the wire. */

#include "unit/notify/ringing.h"

#include "base/json.h"
#include "io/crypto.h"
#include "notify/throttle.h"

static const struct nj_message call = {.kind = NJ_PAGE_CALL,
                                       .page_id = 812,
                                       .alert_id = 4711,
                                       .generation = 3,
                                       .key = "p-812",
                                       .severity = NJ_LEVEL_CRITICAL,
                                       .headline = "Acme: bad (critical)",
                                       .person_title = "Maya Osei",
                                       .url = "https://example.org/1",
                                       .now_ms = 1770085091000};

static const char *header(const char *name)
{
    const struct nj_fetch_req *req = peer.fetches[0];

    for (size_t i = 0; req->headers[i] != NULL; i++) {
        if (nj_str_starts(req->headers[i], name)) {
            return req->headers[i] + strlen(name);
        }
    }
    return "";
}

/* ---- webhook ------------------------------------------------------------- */

static void open_hook(struct ringing *r, struct sending *s, const char *yaml)
{
    ringing_open(r, yaml);
    (void)ringing_send(r, s, "hook", NULL, &call);
    assert_int_equal(peer.fetch_count, 1);
}

static void a_webhook_is_signed_over_the_bytes_it_carries(void **state)
{
    struct ringing r;
    struct sending s;
    const struct nj_fetch_req *req;
    unsigned char mac[NJ_SHA256_BYTES];
    char hex[128] = "sha256=";
    char signed_text[4096];
    char coded[128] = "v1,";

    (void)state;
    open_hook(&r, &s,
              "channels: {hook: {type: webhook, url: "
              "'https://chat.example.org/h', secret: {env: S}}}\n");
    req = peer.fetches[0];
    assert_int_equal(
        nj_hmac_sha256("secret-S", 8, req->body, req->body_len, mac), 0);
    nj_hex(mac, sizeof mac, hex + 7);
    assert_string_equal(header("X-Nightjar-Signature: "), hex);
    assert_string_equal(header("webhook-id: "), "p-812");
    assert_string_equal(header("webhook-timestamp: "), "1770085091");
    (void)snprintf(signed_text, sizeof signed_text, "p-812.1770085091.%.*s",
                   (int)req->body_len, req->body);
    assert_int_equal(
        nj_hmac_sha256("secret-S", 8, signed_text, strlen(signed_text), mac),
        0);
    (void)nj_base64(mac, sizeof mac, 0, coded + 3, sizeof coded - 3);
    assert_string_equal(header("webhook-signature: "), coded);
    ringing_close(&r);
}

static void a_webhook_names_its_key_and_type(void **state)
{
    struct ringing r;
    struct sending s;
    cJSON *tree = NULL;

    (void)state;
    open_hook(&r, &s,
              "channels: {hook: {type: webhook, url: "
              "'http://127.0.0.1:9/h', headers: {X-Key: {env: K}}}}\n");
    assert_string_equal(peer.fetches[0]->url, "http://127.0.0.1:9/h");
    assert_string_equal(peer.fetches[0]->method, "POST");
    assert_int_equal(peer.fetches[0]->allow_private, 1);
    assert_int_equal(peer.fetches[0]->no_redirects, 1);
    assert_string_equal(header("Idempotency-Key: "), "p-812");
    assert_string_equal(header("Content-Type: "), "application/json");
    assert_string_equal(header("X-Key: "), "secret-K");
    assert_string_equal(header("X-Nightjar-Signature: "), "");
    assert_int_equal(nj_json_parse(peer.fetches[0]->body,
                                   peer.fetches[0]->body_len, 1 << 20, &tree,
                                   NULL),
                     0);
    assert_int_equal(nj_json_int(tree, "version", 0), 1);
    assert_string_equal(nj_json_text(tree, "key"), "p-812");
    cJSON_Delete(tree);
    ringing_close(&r);
}

static void a_webhook_goes_to_a_persons_own_address_first(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels: {hook: {type: webhook, url: "
                     "'https://chat.example.org/h'}}\n");
    (void)ringing_send(&r, &s, "hook", "https://maya.example.org/in", &call);
    assert_string_equal(peer.fetches[0]->url, "https://maya.example.org/in");
    ringing_close(&r);
    ringing_open(&r, "channels: {hook: {type: webhook}}\n");
    (void)ringing_send(&r, &s, "hook", NULL, &call);
    ringing_turn(&r);
    assert_int_equal(s.status, NJ_E_REFUSED);
    assert_string_equal(s.req.fault, "no address: write channels.hook.url");
    ringing_close(&r);
}

/* ---- smtp ---------------------------------------------------------------- */

static void a_mail_goes_with_its_login_and_encryption(void **state)
{
    struct ringing r;
    struct sending s;
    const struct nj_mail_req *mail;

    (void)state;
    ringing_open(&r, "channels:\n"
                     "  email: {type: smtp, url: 'smtp://mx.example.org:587',\n"
                     "          from: nightjar@example.org, username: nj,\n"
                     "          password: {env: P}, timeout: 7s}\n");
    (void)ringing_send(&r, &s, "email", "maya@example.org", &call);
    mail = peer.mails[0];
    assert_string_equal(mail->url, "smtp://mx.example.org:587");
    assert_string_equal(mail->from, "nightjar@example.org");
    assert_string_equal(mail->to[0], "maya@example.org");
    assert_null(mail->to[1]);
    assert_string_equal(mail->username, "nj");
    assert_string_equal(mail->password, "secret-P");
    assert_int_equal(mail->starttls, NJ_STARTTLS_REQUIRED);
    assert_int_equal(mail->timeout_ms, 7000);
    assert_non_null(strstr(mail->data, "Subject: [nightjar 4711] Acme: "
                                       "bad\r\n"));
    assert_non_null(strstr(mail->data, "To: \"Maya Osei\" <maya@example.org>"));
    peer_takes_mail(0, 250, "");
    assert_int_equal(s.status, 0);
    ringing_close(&r);
}

static void encryption_is_as_configured(void **state)
{
    static const struct {
        const char *key;
        enum nj_starttls want;
    } cases[] = {
        {"", NJ_STARTTLS_MAY},
        {", starttls: required", NJ_STARTTLS_REQUIRED},
        {", starttls: opportunistic", NJ_STARTTLS_MAY},
        {", starttls: 'off'", NJ_STARTTLS_OFF},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ringing r;
        struct sending s;
        char yaml[256];

        (void)snprintf(yaml, sizeof yaml,
                       "channels: {email: {type: smtp, url: "
                       "'smtp://127.0.0.1:25'%s}}\n",
                       cases[i].key);
        ringing_open(&r, yaml);
        (void)ringing_send(&r, &s, "email", "maya@example.org", &call);
        assert_int_equal(peer.mails[0]->starttls, cases[i].want);
        assert_true(nj_str_starts(peer.mails[0]->from, "nightjar@"));
        peer_takes_mail(0, 250, "");
        ringing_close(&r);
    }
}

static void a_certificate_that_does_not_hold_may_be_mended(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels: {email: {type: smtp}}\n");
    (void)ringing_send(&r, &s, "email", "maya@example.org", &call);
    peer_takes_mail(NJ_E_DENIED, 0, "certificate of 127.0.0.1 is not trusted");
    assert_int_equal(s.status, NJ_E_NET);
    assert_string_equal(s.req.fault, "certificate of 127.0.0.1 is not trusted");
    ringing_close(&r);
}

static void a_recipient_that_is_refused_is_not_the_channels_fault(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels: {email: {type: smtp, url: "
                     "'smtp://127.0.0.1:25', from: n@example.org}}\n");
    for (int of_recipient = 0; of_recipient < 2; of_recipient++) {
        (void)ringing_send(&r, &s, "email", "maya@example.org", &call);
        peer.mails[0]->of_recipient = of_recipient;
        peer_takes_mail(NJ_E_REFUSED, 550, "550 no such user");
        assert_int_equal(s.status, NJ_E_REFUSED);
        assert_int_equal(s.req.of_target, of_recipient);
    }
    ringing_close(&r);
}

static void a_mail_on_the_wire_outlives_its_request(void **state)
{
    struct nj_message *message = malloc(sizeof *message);
    char *target = strdup("maya@example.org");
    struct ringing r;
    struct sending s;

    (void)state;
    assert_true(message != NULL && target != NULL);
    *message = call;
    ringing_open(&r, "channels: {email: {type: smtp}}\n");
    (void)ringing_send(&r, &s, "email", target, message);
    nj_bells_close(r.bells, on_ringing_closed, &r);
    ringing_turn(&r);
    assert_int_equal(s.status, NJ_E_CANCELED);
    free(message);
    free(target);
    assert_string_equal(peer.mails[0]->to[0], "maya@example.org");
    peer_takes_mail(0, 250, "");
    assert_int_equal(s.done, 1);
    ringing_turn(&r);
    ringing_close(&r);
}

/* ---- desktop ------------------------------------------------------------- */

static void a_desktop_rings_at_the_login(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels: {desktop: {type: desktop}}\n");
    peer.sessions = 2;
    (void)ringing_send(&r, &s, "desktop", "maya", &call);
    ringing_turn(&r);
    assert_int_equal(s.status, 0);
    assert_string_equal(s.req.ref, "2 sessions");
    assert_string_equal(peer.login, "maya");
    assert_true(nj_str_starts(peer.card, "{\"ring\":{\"page\":812,"));
    assert_null(strchr(peer.card, '\n'));
    ringing_close(&r);
}

static void a_desktop_without_a_session_is_nobody(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels: {desktop: {type: desktop}}\n");
    (void)ringing_send(&r, &s, "desktop", "maya", &call);
    ringing_turn(&r);
    assert_int_equal(s.status, NJ_E_NOTFOUND);
    assert_string_equal(s.req.fault, "no session of maya is connected");
    ringing_close(&r);
}

/* ---- throttle ------------------------------------------------------------ */

static void a_minute_is_shared_out(void **state)
{
    struct nj_throttle *t = calloc(1, sizeof *t);
    int gone = 0;

    (void)state;
    assert_non_null(t);
    for (int64_t ms = 0; ms < 60000; ms += 10) {
        gone += nj_throttle_take(t, 1, 60, ms, 0) == 0;
    }
    assert_int_equal(gone, 60 + 59); /* a full minute, then one a second */
    assert_int_equal(nj_throttle_take(t, 1, 0, 60000, 0), 0); /* no limit */
    free(t);
}

static void what_waits_as_long_as_it_was_told_goes(void **state)
{
    struct nj_throttle *t = calloc(1, sizeof *t);
    int64_t now = 5;

    (void)state;
    assert_non_null(t);
    for (int i = 0; i < 200; i++) {
        int64_t wait = nj_throttle_take(t, 1, 7, now, 0);

        if (wait > 0) {
            assert_true(wait <= 60000);
            assert_true(nj_throttle_take(t, 1, 7, now + wait - 2, 0) > 0);
            now += wait;
            assert_int_equal(nj_throttle_take(t, 1, 7, now, 0), 0);
        }
    }
    free(t);
}

static void a_storm_of_first_pages_owes_one_minute_at_most(void **state)
{
    struct nj_throttle *t = calloc(1, sizeof *t);

    (void)state;
    assert_non_null(t);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(nj_throttle_take(t, 1, 30, 0, 1), 0);
    }
    assert_int_equal(nj_throttle_take(t, 1, 30, 0, 0), 2000);
    assert_int_equal(nj_throttle_take(t, 1, 30, 2000, 0), 0);
    free(t);
}

static void a_full_table_holds_nobody_back(void **state)
{
    struct nj_throttle *t = calloc(1, sizeof *t);

    (void)state;
    assert_non_null(t);
    for (uint64_t d = 1; d < 4 * NJ_THROTTLE_SLOTS; d++) {
        assert_int_equal(nj_throttle_take(t, d, 1, 0, 0), 0);
    }
    assert_true(nj_throttle_take(t, 1, 1, 59000, 0) > 0);
    assert_int_equal(nj_throttle_take(t, 5000, 1, 60000, 0), 0);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_webhook_is_signed_over_the_bytes_it_carries),
        cmocka_unit_test(a_webhook_names_its_key_and_type),
        cmocka_unit_test(a_webhook_goes_to_a_persons_own_address_first),
        cmocka_unit_test(a_mail_goes_with_its_login_and_encryption),
        cmocka_unit_test(encryption_is_as_configured),
        cmocka_unit_test(a_certificate_that_does_not_hold_may_be_mended),
        cmocka_unit_test(a_recipient_that_is_refused_is_not_the_channels_fault),
        cmocka_unit_test(a_mail_on_the_wire_outlives_its_request),
        cmocka_unit_test(a_desktop_without_a_session_is_nobody),
        cmocka_unit_test(a_desktop_rings_at_the_login),
        cmocka_unit_test(a_minute_is_shared_out),
        cmocka_unit_test(what_waits_as_long_as_it_was_told_goes),
        cmocka_unit_test(a_storm_of_first_pages_owes_one_minute_at_most),
        cmocka_unit_test(a_full_table_holds_nobody_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
