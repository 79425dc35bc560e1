// link: -Wl,--wrap=nj_fetch,--wrap=nj_fetch_cancel,--wrap=nj_mail
/* What every type of channel must do, whatever it carries. A new type is a row
 * in `kinds` and passes this file unchanged. */

#include "unit/notify/ringing.h"

/* How a peer of each kind answers. */
enum peer_kind { PEER_NONE, PEER_AGENT, PEER_HTTP, PEER_MAIL };

struct kind {
    const char *type;
    const char *yaml;
    const char *target; /* a good one */
    const char *wrong;  /* one that is refused; NULL: all are good */
    enum peer_kind peer;
};

static const struct kind kinds[] = {
    {"null", "channels: {x: {type: 'null'}}\n", "anything", NULL, PEER_NONE},
    {"desktop", "channels: {x: {type: desktop}}\n", "maya", "", PEER_AGENT},
    {"smtp",
     "channels: {x: {type: smtp, url: 'smtp://127.0.0.1:25', from: "
     "nightjar@example.org}}\n",
     "maya@example.org", "maya@example.org\r\nRCPT TO:<x@evil.test>",
     PEER_MAIL},
    {"sms-webhook",
     "channels: {x: {type: sms-webhook, account: "
     "AC00000000000000000000000000000000, token: {env: T}, from: "
     "'+15005550006'}}\n",
     "+447700900123", "447700900123", PEER_HTTP},
    {"sms-webhook",
     "channels: {x: {type: sms-webhook, style: generic, url: "
     "'http://127.0.0.1/{to}', token: {env: T}, body: '{\"t\": {text}}'}}\n",
     "+447700900123", "", PEER_HTTP},
    {"webhook",
     "channels: {x: {type: webhook, url: 'http://127.0.0.1/', secret: {env: "
     "S}, headers: {X-Key: {env: K}}}}\n",
     NULL, NULL, PEER_HTTP},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct nj_message call = {.kind = NJ_PAGE_CALL,
                                       .page_id = 7,
                                       .alert_id = 4711,
                                       .generation = 2,
                                       .key = "p-7",
                                       .severity = NJ_LEVEL_HIGH,
                                       .headline = "Acme: bad (high)",
                                       .excerpt = "b*****",
                                       .person_title = "Maya",
                                       .now_ms = 1770085091000,
                                       .opened_ms = 1770085000000};

static void answer_well(const struct kind *kind)
{
    if (kind->peer == PEER_HTTP) {
        peer_answers(0, 201, "{\"sid\":\"SM1\",\"status\":\"queued\"}", -1);
    } else if (kind->peer == PEER_MAIL) {
        peer_takes_mail(0, 250, "");
    }
}

/* Open the bells of KIND with a peer that listens. */
static void open_kind(struct ringing *r, const struct kind *kind)
{
    ringing_open(r, kind->yaml);
    peer.sessions = 1;
}

#define FOR_EACH(kind)                                                         \
    for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++)

static void an_unknown_channel_is_told_not_found(void **state)
{
    struct ringing r;
    struct sending s;

    (void)state;
    open_kind(&r, &kinds[0]);
    assert_int_equal(ringing_send(&r, &s, "pigeon", "x", &call), 0);
    ringing_turn(&r);
    assert_int_equal(s.done, 1);
    assert_int_equal(s.status, NJ_E_NOTFOUND);
    assert_string_equal(s.req.fault, "there is no channel 'pigeon'");
    ringing_close(&r);
}

static void a_wrong_target_is_refused_in_words(void **state)
{
    (void)state;
    FOR_EACH(kind)
    {
        struct ringing r;
        struct sending s;

        if (kind->wrong == NULL) {
            continue;
        }
        open_kind(&r, kind);
        assert_int_equal(ringing_send(&r, &s, "x", kind->wrong, &call), 0);
        ringing_turn(&r);
        assert_int_equal(s.status, NJ_E_REFUSED);
        assert_true(strlen(s.req.fault) > 10);
        assert_null(strpbrk(s.req.fault, "\r\n"));
        assert_int_equal(peer.fetch_count + peer.mail_count, 0);
        ringing_close(&r);
    }
}

static void no_target_is_refused_where_one_is_needed(void **state)
{
    (void)state;
    FOR_EACH(kind)
    {
        struct ringing r;
        struct sending s;

        open_kind(&r, kind);
        assert_int_equal(ringing_send(&r, &s, "x", NULL, &call), 0);
        ringing_turn(&r);
        if (kind->wrong != NULL) {
            assert_int_equal(s.status, NJ_E_REFUSED);
            assert_true(strlen(s.req.fault) > 10);
        } else {
            answer_well(kind);
            ringing_turn(&r);
            assert_int_equal(s.status, 0);
        }
        ringing_close(&r);
    }
}

static void a_message_taken_is_answered_once(void **state)
{
    (void)state;
    FOR_EACH(kind)
    {
        struct ringing r;
        struct sending s;

        open_kind(&r, kind);
        assert_int_equal(ringing_send(&r, &s, "x", kind->target, &call), 0);
        assert_int_equal(nj_bells_pending(r.bells), 1);
        answer_well(kind);
        ringing_turn(&r);
        ringing_turn(&r);
        assert_int_equal(s.done, 1);
        assert_int_equal(s.status, 0);
        assert_string_equal(s.req.fault, "");
        assert_int_equal(nj_bells_pending(r.bells), 0);
        ringing_close(&r);
        assert_int_equal(s.done, 1);
    }
}

/* One send of KIND whose peer answers with HTTP (or SMTP) codes. */
static void
send_and_answer(const struct kind *kind, long http, int smtp, struct sending *s)
{
    struct ringing r;

    open_kind(&r, kind);
    assert_int_equal(ringing_send(&r, s, "x", kind->target, &call), 0);
    if (kind->peer == PEER_HTTP) {
        peer_answers(0, http, "no \x1b[31m", 42000);
    } else {
        peer_takes_mail(smtp, smtp == NJ_E_AGAIN ? 451 : 550, "smtp says no");
    }
    ringing_turn(&r);
    assert_int_equal(s->done, 1);
    ringing_close(&r);
}

static void a_peer_that_is_busy_may_be_asked_later(void **state)
{
    static const long codes[] = {408, 425, 429, 500, 502, 503, 504};

    (void)state;
    FOR_EACH(kind)
    {
        struct sending s;

        if (kind->peer == PEER_MAIL) {
            send_and_answer(kind, 0, NJ_E_AGAIN, &s);
            assert_int_equal(s.status, NJ_E_AGAIN);
            assert_string_equal(s.req.fault, "smtp says no");
        }
        for (size_t i = 0; kind->peer == PEER_HTTP && i < 7; i++) {
            send_and_answer(kind, codes[i], 0, &s);
            assert_int_equal(s.status, NJ_E_AGAIN);
            assert_int_equal(s.req.retry_ms, 42000);
            assert_true(strlen(s.req.fault) > 0);
        }
    }
}

static void a_peer_that_refuses_is_not_asked_again(void **state)
{
    static const long codes[] = {301, 302, 400, 401, 403, 404, 410, 413, 422};

    (void)state;
    FOR_EACH(kind)
    {
        struct sending s;

        if (kind->peer == PEER_MAIL) {
            send_and_answer(kind, 0, NJ_E_REFUSED, &s);
            assert_int_equal(s.status, NJ_E_REFUSED);
        }
        for (size_t i = 0; kind->peer == PEER_HTTP && i < 9; i++) {
            send_and_answer(kind, codes[i], 0, &s);
            assert_int_equal(s.status, NJ_E_REFUSED);
            assert_true(strlen(s.req.fault) > 0);
            assert_null(strchr(s.req.fault, '\x1b'));
            assert_null(strstr(s.req.fault, "127.0.0.1"));
            assert_null(strstr(s.req.fault, "secret-"));
        }
    }
}

static void a_transfer_that_fails_says_how(void **state)
{
    static const int codes[] = {NJ_E_NET, NJ_E_TIMEOUT, NJ_E_CANCELED};

    (void)state;
    FOR_EACH(kind)
    {
        for (size_t i = 0; i < 3; i++) {
            struct ringing r;
            struct sending s;

            if (kind->peer != PEER_HTTP && kind->peer != PEER_MAIL) {
                continue;
            }
            open_kind(&r, kind);
            (void)ringing_send(&r, &s, "x", kind->target, &call);
            if (kind->peer == PEER_HTTP) {
                peer_answers(codes[i], 0, "", -1);
            } else {
                peer_takes_mail(codes[i], 0, "the peer hung up");
            }
            ringing_turn(&r);
            assert_int_equal(s.status, codes[i]);
            assert_string_equal(s.req.fault, "the peer hung up");
            ringing_close(&r);
        }
    }
}

static void a_request_that_cannot_start_is_told(void **state)
{
    static const int codes[] = {NJ_E_INVALID, NJ_E_STATE};
    static const int want[] = {NJ_E_REFUSED, NJ_E_CANCELED};

    (void)state;
    FOR_EACH(kind)
    {
        for (size_t i = 0; i < 2; i++) {
            struct ringing r;
            struct sending s;

            if (kind->peer != PEER_HTTP && kind->peer != PEER_MAIL) {
                continue;
            }
            open_kind(&r, kind);
            peer.fetch_status = peer.mail_status = codes[i];
            assert_int_equal(ringing_send(&r, &s, "x", kind->target, &call), 0);
            ringing_turn(&r);
            assert_int_equal(s.done, 1);
            assert_int_equal(s.status, want[i]);
            peer.fetch_status = peer.mail_status = NJ_E_NOMEM;
            assert_int_equal(ringing_send(&r, &s, "x", kind->target, &call),
                             NJ_E_NOMEM);
            ringing_turn(&r);
            assert_int_equal(s.done, 0);
            assert_int_equal(nj_bells_pending(r.bells), 0);
            ringing_close(&r);
        }
    }
}

static void closing_cancels_what_is_under_way(void **state)
{
    (void)state;
    FOR_EACH(kind)
    {
        struct ringing r;
        struct sending s;
        struct sending late;

        open_kind(&r, kind);
        (void)ringing_send(&r, &s, "x", kind->target, &call);
        nj_bells_close(r.bells, on_ringing_closed, &r);
        assert_int_equal(s.done + r.closed, 0); /* not inside the call */
        assert_int_equal(ringing_send(&r, &late, "x", kind->target, &call),
                         NJ_E_STATE);
        ringing_turn(&r);
        assert_int_equal(s.done, 1);
        if (kind->peer == PEER_HTTP || kind->peer == PEER_MAIL) {
            assert_int_equal(s.status, NJ_E_CANCELED);
        }
        if (kind->peer == PEER_MAIL) { /* on the wire until io/ lets go */
            assert_int_equal(r.closed, 0);
            peer_takes_mail(NJ_E_CANCELED, 0, "");
            ringing_turn(&r);
        }
        assert_int_equal(s.done, 1);
        ringing_close(&r);
    }
}

static void a_reload_lets_messages_finish_where_they_began(void **state)
{
    (void)state;
    FOR_EACH(kind)
    {
        struct ringing r;
        struct sending s;
        struct sending next;

        open_kind(&r, kind);
        (void)ringing_send(&r, &s, "x", kind->target, &call);
        ringing_reload(&r, "channels: {x: {type: 'null'}}\n");
        (void)ringing_send(&r, &next, "x", "anything", &call);
        answer_well(kind);
        ringing_turn(&r);
        assert_int_equal(s.status, 0);
        assert_int_equal(s.done, 1);
        assert_int_equal(next.status, 0);
        assert_string_equal(next.req.ref, "null-1");
        ringing_close(&r);
    }
}

static void a_destination_is_not_flooded_but_first_pages_go(void **state)
{
    struct nj_message first = call;
    struct ringing r;
    struct sending s;

    (void)state;
    first.first = 1;
    ringing_open(&r, "channels: {x: {type: desktop, per_minute: 3}}\n");
    peer.sessions = 1;
    for (int i = 0; i < 4; i++) {
        (void)ringing_send(&r, &s, "x", "maya", &call);
        ringing_turn(&r);
        assert_int_equal(s.status, i < 3 ? 0 : NJ_E_AGAIN);
    }
    assert_int_equal(s.req.retry_ms, 20000);
    assert_int_equal(s.req.held, 1);
    assert_string_equal(s.req.fault,
                        "held back: 3 messages a minute to maya are enough");
    (void)ringing_send(&r, &s, "x", "maya", &first);
    ringing_turn(&r);
    assert_int_equal(s.status, 0);
    (void)ringing_send(&r, &s, "x", "tom", &call); /* someone else is free */
    ringing_turn(&r);
    assert_int_equal(s.status, 0);
    ringing_wait(&r, 20000);
    (void)ringing_send(&r, &s, "x", "maya", &call);
    ringing_turn(&r);
    assert_int_equal(s.status, 0);
    ringing_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_channel_is_told_not_found),
        cmocka_unit_test(a_wrong_target_is_refused_in_words),
        cmocka_unit_test(no_target_is_refused_where_one_is_needed),
        cmocka_unit_test(a_message_taken_is_answered_once),
        cmocka_unit_test(a_peer_that_is_busy_may_be_asked_later),
        cmocka_unit_test(a_peer_that_refuses_is_not_asked_again),
        cmocka_unit_test(a_transfer_that_fails_says_how),
        cmocka_unit_test(a_request_that_cannot_start_is_told),
        cmocka_unit_test(closing_cancels_what_is_under_way),
        cmocka_unit_test(a_reload_lets_messages_finish_where_they_began),
        cmocka_unit_test(a_destination_is_not_flooded_but_first_pages_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
