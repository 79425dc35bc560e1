// link: -Wl,--wrap=nj_fetch,--wrap=nj_fetch_cancel,--wrap=nj_mail
/* Text messages over HTTP: what Twilio and other services are sent, what their
 * answers mean, and whose status callbacks are believed. */

#include "unit/notify/ringing.h"
#include "unit/notify/table.h"

#include "notify/sms_template.h"
#include "notify/twilio.h"

#define SID "AC0123456789abcdef0123456789abcdef"

static const char twilio_yaml[] =
    "daemon: {http: {public_url: 'https://night.example.org'}}\n"
    "channels:\n"
    "  sms: {type: sms-webhook, account: " SID ",\n"
    "        token: {env: T}, from: '+15005550006'}\n";

static const char generic_yaml[] =
    "channels:\n"
    "  sms:\n"
    "    type: sms-webhook\n"
    "    style: generic\n"
    "    url: 'https://sms.example.org/send/{to}?k={key}'\n"
    "    method: PUT\n"
    "    token: {env: T}\n"
    "    from: Acme\n"
    "    headers: {X-Id: 'n {id}', X-Key: {env: K}}\n"
    "    body: '{\"to\": {to}, \"text\": \"<{text}>\"}'\n";

static struct nj_message call = {.kind = NJ_PAGE_CALL,
                                 .page_id = 812,
                                 .alert_id = 4711,
                                 .key = "p-812",
                                 .headline = "Acme: bad \"&=\r\nEvil: x"};

static void twilio_is_asked_as_its_specification_says(void **state)
{
    struct ringing r;
    struct sending s;
    const struct nj_fetch_req *req;

    (void)state;
    ringing_open(&r, twilio_yaml);
    (void)ringing_send(&r, &s, "sms", "+447700900123", &call);
    req = peer.fetches[0];
    assert_string_equal(req->url,
                        "https://api.twilio.com/2010-04-01/Accounts/" SID
                        "/Messages.json");
    assert_string_equal(req->method, "POST");
    assert_string_equal(req->username, SID);
    assert_string_equal(req->password, "secret-T");
    assert_int_equal(req->no_redirects, 1);
    assert_string_equal(
        req->body,
        "To=%2B447700900123&From=%2B15005550006&Body=nightjar%204711%3A%20Acme"
        "%3A%20bad%20%22%26%3D%20Evil%3A%20x%20ack%3A%20nightjar%20ack%204711&"
        "StatusCallback=https%3A%2F%2Fnight.example.org%2Fv1%2Freceipts%2Fsms%"
        "3Fpage%3D812");
    peer_answers(0, 201, "{\"sid\":\"SM1\",\"status\":\"queued\"}", -1);
    assert_int_equal(s.status, 0);
    assert_string_equal(s.req.ref, "SM1");
    ringing_close(&r);
}

static void a_messaging_service_is_named_as_such(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels:\n"
                     "  sms: {type: sms-webhook, account: " SID ",\n"
                     "        token: {env: T}, from: MG01, status_callback: "
                     "false, url: 'http://127.0.0.1:4010/'}\n");
    (void)ringing_send(&r, &s, "sms", "+447700900123", &call);
    assert_non_null(
        strstr(peer.fetches[0]->body, "&MessagingServiceSid=MG01&"));
    assert_null(strstr(peer.fetches[0]->body, "StatusCallback"));
    assert_string_equal(peer.fetches[0]->url,
                        "http://127.0.0.1:4010/2010-04-01/Accounts/" SID
                        "/Messages.json");
    assert_int_equal(peer.fetches[0]->allow_private, 1);
    ringing_close(&r);
}

static const char *status_name(int status)
{
    return status == 0 ? "ok" : status == NJ_E_AGAIN ? "again" : "refused";
}

static void answers_of_twilio_mean_what_its_dictionary_says(void **state)
{
    struct table t;

    (void)state;
    table_open("twilio_answers.table", &t);
    while (table_next(&t)) {
        struct nj_twilio_answer answer;

        nj_twilio_read(strtol(t.fields[3], NULL, 10), t.fields[4],
                       strlen(t.fields[4]), &answer);
        table_check(&t, strcmp(status_name(answer.status), t.fields[0]) == 0);
        table_check(&t, strcmp(answer.sid, t.fields[1]) == 0);
        if (strcmp(answer.words, t.fields[2]) != 0) {
            print_error("%s\n", answer.words);
        }
        table_check(&t, strcmp(answer.words, t.fields[2]) == 0);
    }
    table_close(&t);
}

static void a_wrong_number_is_told_apart_from_a_wrong_account(void **state)
{
    static const struct {
        const char *body;
        int of_target;
    } cases[] = {
        {"{\"code\":21211,\"message\":\"invalid To\"}", 1},
        {"{\"code\":21610,\"message\":\"opted out\"}", 1},
        {"{\"code\":20003,\"message\":\"authenticate\"}", 0},
        {"{\"code\":77777,\"message\":\"who knows\"}", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ringing r;
        struct sending s;

        ringing_open(&r, twilio_yaml);
        (void)ringing_send(&r, &s, "sms", "+447700900123", &call);
        peer_answers(0, 400, cases[i].body, -1);
        assert_int_equal(s.status, NJ_E_REFUSED);
        assert_int_equal(s.req.of_target, cases[i].of_target);
        ringing_close(&r);
    }
}

/* ---- generic ------------------------------------------------------------- */

static const char *header(const struct nj_fetch_req *req, const char *name)
{
    for (size_t i = 0; req->headers[i] != NULL; i++) {
        if (nj_str_starts(req->headers[i], name)) {
            return req->headers[i] + strlen(name);
        }
    }
    return "";
}

static void a_service_is_asked_in_the_operators_words(void **state)
{
    struct ringing r;
    struct sending s;
    const struct nj_fetch_req *req;

    (void)state;
    ringing_open(&r, generic_yaml);
    (void)ringing_send(&r, &s, "sms", "+44 7700", &call);
    req = peer.fetches[0];
    assert_string_equal(req->url,
                        "https://sms.example.org/send/%2B44%207700?k=p-812");
    assert_string_equal(req->method, "PUT");
    assert_null(req->username);
    assert_string_equal(header(req, "X-Id: "), "n 4711");
    assert_string_equal(header(req, "X-Key: "), "secret-K");
    assert_string_equal(header(req, "Content-Type: "), "application/json");
    assert_string_equal(header(req, "Authorization: "), "Bearer secret-T");
    assert_string_equal(header(req, "Idempotency-Key: "), "p-812");
    assert_string_equal(req->body,
                        "{\"to\": \"+44 7700\", \"text\": \"<nightjar 4711: "
                        "Acme: bad \\\"&= Evil: x ack: nightjar ack 4711>\"}");
    peer_answers(0, 204, "", -1);
    assert_int_equal(s.status, 0);
    ringing_close(&r);
}

static void a_get_has_no_body(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels:\n"
                     "  sms: {type: sms-webhook, style: generic, method: GET,\n"
                     "        url: 'http://127.0.0.1/?t={text}'}\n");
    (void)ringing_send(&r, &s, "sms", "+4477", &call);
    assert_null(peer.fetches[0]->body);
    assert_string_equal(header(peer.fetches[0], "Content-Type: "), "");
    assert_string_equal(peer.fetches[0]->url,
                        "http://127.0.0.1/?t=nightjar%204711%3A%20Acme%3A%20bad"
                        "%20%22%26%3D%20Evil%3A%20x%20ack%3A%20nightjar%20ack"
                        "%204711");
    ringing_close(&r);
}

static void no_number_can_add_a_header_or_leave_its_place(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    ringing_open(&r, "channels:\n"
                     "  sms: {type: sms-webhook, style: generic,\n"
                     "        url: 'http://127.0.0.1/{to}', headers: {X-To: "
                     "'{to}'}, body: 'to={to}'}\n");
    (void)ringing_send(&r, &s, "sms", "1\r\nEvil: x/../&a=b", &call);
    assert_string_equal(header(peer.fetches[0], "X-To: "), "1 Evil: x/../&a=b");
    assert_string_equal(peer.fetches[0]->url,
                        "http://127.0.0.1/1%0D%0AEvil%3A%20x%2F..%2F%26a%3Db");
    assert_string_equal(peer.fetches[0]->body,
                        "to=1%0D%0AEvil%3A%20x%2F..%2F%26a%3Db");
    ringing_close(&r);
}

static void templates_are_filled_as_their_form_needs(void **state)
{
    static const struct nj_sms_values values = {.to = "+4477",
                                                .from = "Acme",
                                                .text = "say \"hi\"\\ & "
                                                        "\xc3\xa9=1",
                                                .id = "7",
                                                .key = "k-7"};
    struct table t;

    (void)state;
    table_open("sms_template.table", &t);
    while (table_next(&t)) {
        enum nj_sms_form form = strcmp(t.fields[1], "json") == 0 ? NJ_SMS_JSON
                                : strcmp(t.fields[1], "form") == 0
                                    ? NJ_SMS_FORM
                                    : NJ_SMS_PLAIN;
        struct nj_buf out;

        nj_buf_init(&out, 4096);
        nj_sms_fill(&out, t.fields[2], form, &values);
        table_check(&t, strcmp(nj_buf_text(&out), t.fields[0]) == 0);
        nj_buf_finish(&out);
    }
    table_close(&t);
}

static void the_form_of_a_body_is_told_by_its_type_or_start(void **state)
{
    (void)state;
    assert_int_equal(nj_sms_form_of(NULL, " {"), NJ_SMS_JSON);
    assert_int_equal(nj_sms_form_of(NULL, "[1]"), NJ_SMS_JSON);
    assert_int_equal(nj_sms_form_of(NULL, "a={to}"), NJ_SMS_FORM);
    assert_int_equal(nj_sms_form_of("application/vnd.x+JSON", "a"),
                     NJ_SMS_JSON);
    assert_int_equal(
        nj_sms_form_of("Application/X-WWW-Form-Urlencoded; charset=utf-8", "{"),
        NJ_SMS_FORM);
    assert_int_equal(nj_sms_form_of("text/plain", "{"), NJ_SMS_PLAIN);
}

/* ---- status callbacks ---------------------------------------------------- */

#define FORM_TYPE "application/x-www-form-urlencoded"

static int call_back(struct ringing *r,
                     const char *page,
                     const char *body,
                     const char *signature)
{
    struct nj_callback_sink sink = nj_bells_callbacks(r->bells);
    struct nj_callback callback = {.channel = "sms",
                                   .page = page,
                                   .content_type = FORM_TYPE,
                                   .signature = signature,
                                   .body = body,
                                   .body_len = strlen(body)};

    return sink.callback(sink.ctx, &callback);
}

/* What Twilio would sign BODY for PAGE with. */
static void sign(const char *page, const char *body, char out[64])
{
    struct nj_form form;
    char url[256];

    (void)snprintf(url, sizeof url,
                   "https://night.example.org/v1/receipts/sms?page=%s", page);
    assert_int_equal(nj_form_read(body, strlen(body), &form), 0);
    assert_int_equal(nj_twilio_sign("secret-T", url, &form, out), 0);
    nj_form_finish(&form);
}

static void callbacks_that_are_not_twilios_are_refused(void **state)
{
    static const char body[] = "MessageSid=SM1&MessageStatus=delivered";
    struct nj_callback_sink sink;
    struct ringing r;
    char good[64];

    (void)state;
    ringing_open(&r, twilio_yaml);
    sign("812", body, good);
    assert_int_equal(call_back(&r, "812", body, NULL), 403);
    assert_int_equal(call_back(&r, "812", body, ""), 403);
    assert_int_equal(call_back(&r, "812", body, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                     403);
    assert_int_equal(call_back(&r, "813", body, good), 403);
    assert_int_equal(
        call_back(&r, "812", "MessageSid=SM1&MessageStatus=failed", good), 403);
    assert_int_equal(call_back(&r, NULL, body, good), 400);
    assert_int_equal(call_back(&r, "812x", body, good), 400);
    assert_int_equal(call_back(&r, "-1", body, good), 400);
    assert_int_equal(call_back(&r, "812", "a=%zz", good), 400);
    sink = nj_bells_callbacks(r.bells);
    assert_int_equal(
        sink.callback(sink.ctx, &(struct nj_callback){.channel = "pigeon"}),
        404);
    assert_int_equal(
        sink.callback(sink.ctx,
                      &(struct nj_callback){.channel = "sms",
                                            .page = "812",
                                            .content_type = "text/plain",
                                            .body = ""}),
        400);
    assert_int_equal(peer.receipts, 0);
    ringing_close(&r);
}

static void a_signed_callback_says_what_became_of_the_page(void **state)
{
    static const struct {
        const char *body;
        size_t receipts;
        int status;
        const char *fault;
    } cases[] = {
        {"MessageStatus=delivered&MessageSid=SM1", 1, 0, ""},
        {"MessageStatus=read", 1, 0, ""},
        {"MessageStatus=sent", 0, 0, ""},
        {"MessageStatus=queued", 0, 0, ""},
        {"MessageStatus=undelivered&ErrorCode=30003", 1, NJ_E_REFUSED,
         "the telephone is off or out of reach"},
        {"MessageStatus=failed&ErrorCode=12", 1, NJ_E_REFUSED,
         "it was not delivered"},
        {"MessageStatus=failed", 1, NJ_E_REFUSED, "it was not delivered"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ringing r;
        char signature[64];

        ringing_open(&r, twilio_yaml);
        sign("812", cases[i].body, signature);
        assert_int_equal(call_back(&r, "812", cases[i].body, signature), 204);
        assert_int_equal(peer.receipts, cases[i].receipts);
        assert_int_equal(peer.receipt_status, cases[i].status);
        assert_string_equal(peer.receipt_fault, cases[i].fault);
        assert_int_equal(peer.receipt_page, cases[i].receipts ? 812 : 0);
        ringing_close(&r);
    }
}

static void a_signed_callback_without_a_status_is_refused(void **state)
{
    struct ringing r;
    char signature[64];

    (void)state;
    ringing_open(&r, twilio_yaml);
    sign("812", "MessageSid=SM1", signature);
    assert_int_equal(call_back(&r, "812", "MessageSid=SM1", signature), 400);
    ringing_close(&r);
}

static void nobody_calls_back_where_nobody_was_asked_to(void **state)
{
    struct ringing r;

    (void)state;
    ringing_open(&r, generic_yaml);
    assert_int_equal(call_back(&r, "812", "a=b", "x"), 404);
    ringing_close(&r);
}

/* ---- pure parts ---------------------------------------------------------- */

static void signatures_are_as_twilios_documentation_shows(void **state)
{
    /* "Security", twilio.com/docs/usage/security: the worked example */
    static const char body[] = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309"
                               "&Digits=1234&From=%2B14158675309&To="
                               "%2B18005551212";
    static const char url[] = "https://mycompany.com/myapp.php?foo=1&bar=2";
    static const char want[] = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    struct nj_form form;
    char out[NJ_TWILIO_SIGNATURE];

    (void)state;
    assert_int_equal(nj_form_read(body, strlen(body), &form), 0);
    assert_int_equal(nj_twilio_sign("12345", url, &form, out), 0);
    assert_string_equal(out, want);
    assert_true(nj_twilio_is_signed("12345", url, &form, want));
    assert_true(nj_twilio_is_signed(
        "12345", "https://mycompany.com:443/myapp.php?foo=1&bar=2", &form,
        want));
    assert_false(nj_twilio_is_signed(
        "12345", "https://mycompany.com:8443/myapp.php?foo=1&bar=2", &form,
        want));
    assert_false(nj_twilio_is_signed("12346", url, &form, want));
    nj_form_finish(&form);
}

static void forms_are_read_whole_or_refused(void **state)
{
    struct table t;

    (void)state;
    table_open("forms.table", &t);
    while (table_next(&t)) {
        struct nj_form form = {.count = 0};
        char got[256] = "";
        size_t at = 0;

        if (nj_form_read(t.fields[1], strlen(t.fields[1]), &form) != 0) {
            table_check(&t, strcmp(t.fields[0], "invalid") == 0);
            continue;
        }
        for (size_t i = 0; i < form.count; i++) {
            at += (size_t)snprintf(got + at, sizeof got - at, "%s%s=%s",
                                   i == 0 ? "" : ";", form.fields[i].name,
                                   form.fields[i].value);
        }
        table_check(&t, strcmp(got, t.fields[0]) == 0);
        nj_form_finish(&form);
    }
    table_close(&t);
}

static void forms_have_limits(void **state)
{
    struct nj_form form;
    char many[NJ_FORM_FIELDS * 2 + 4];
    char *large = calloc(1, NJ_FORM_BYTES + 2);

    (void)state;
    for (size_t i = 0; i < sizeof many - 2; i += 2) {
        memcpy(many + i, "a&", 2);
    }
    assert_int_equal(nj_form_read(many, NJ_FORM_FIELDS * 2, &form), 0);
    assert_int_equal(form.count, NJ_FORM_FIELDS);
    nj_form_finish(&form);
    assert_int_equal(nj_form_read(many, NJ_FORM_FIELDS * 2 + 2, &form),
                     NJ_E_TOOBIG);
    assert_non_null(large);
    memset(large, 'a', NJ_FORM_BYTES + 1);
    assert_int_equal(nj_form_read(large, NJ_FORM_BYTES + 1, &form),
                     NJ_E_TOOBIG);
    assert_int_equal(nj_form_read("a\0b", 3, &form), NJ_E_INVALID);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_that_are_not_twilios_are_refused),
        cmocka_unit_test(a_signed_callback_without_a_status_is_refused),
        cmocka_unit_test(nobody_calls_back_where_nobody_was_asked_to),
        cmocka_unit_test(a_signed_callback_says_what_became_of_the_page),
        cmocka_unit_test(twilio_is_asked_as_its_specification_says),
        cmocka_unit_test(a_messaging_service_is_named_as_such),
        cmocka_unit_test(answers_of_twilio_mean_what_its_dictionary_says),
        cmocka_unit_test(a_wrong_number_is_told_apart_from_a_wrong_account),
        cmocka_unit_test(no_number_can_add_a_header_or_leave_its_place),
        cmocka_unit_test(a_service_is_asked_in_the_operators_words),
        cmocka_unit_test(a_get_has_no_body),
        cmocka_unit_test(templates_are_filled_as_their_form_needs),
        cmocka_unit_test(the_form_of_a_body_is_told_by_its_type_or_start),
        cmocka_unit_test(signatures_are_as_twilios_documentation_shows),
        cmocka_unit_test(forms_are_read_whole_or_refused),
        cmocka_unit_test(forms_have_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
