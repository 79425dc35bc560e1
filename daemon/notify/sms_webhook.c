/* The sms-webhook channel: text messages through an HTTP service
 * (notify/sms_request.h). The target is a telephone number. */

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/str.h"
#include "notify/address.h"
#include "notify/sms_request.h"
#include "notify/twilio.h"
#include "notify/verdict.h"

enum { MAX_ANSWER_BYTES = 1 << 20, MAX_CALLBACK_BYTES = 4 << 10 };

struct sms {
    struct nj_channel head;
    struct nj_sms_settings settings;
    char *url, *token; /* owned: may be secrets */
    const char *ca_file;
    int callbacks; /* 1: ask Twilio what became of it */
};

struct sms_errand {
    struct nj_errand head;
    struct nj_fetch_req fetch;
    struct nj_sms_request request;
};

/* ---- settings ------------------------------------------------------------ */

static int read_texts(struct sms *sms, const struct nj_node *node)
{
    struct nj_sms_settings *s = &sms->settings;
    struct nj_channel *head = &sms->head;

    if (nj_channel_secret(node, "url", &sms->url) != 0 ||
        nj_channel_secret(node, "token", &sms->token) != 0 ||
        nj_channel_text(head, node, "account", &s->account) != 0 ||
        nj_channel_text(head, node, "from", &s->from) != 0 ||
        nj_channel_text(head, node, "method", &s->method) != 0 ||
        nj_channel_text(head, node, "body", &s->body) != 0 ||
        nj_channel_path(head, node, "ca_file", &sms->ca_file) != 0) {
        return NJ_E_NOMEM;
    }
    return nj_header_list_read(nj_node_get(node, "headers"), &s->headers);
}

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    struct sms *sms = (struct sms *)channel;
    struct nj_sms_settings *s = &sms->settings;

    (void)err;
    if (read_texts(sms, node) != 0) {
        return NJ_E_NOMEM;
    }
    s->url = sms->url;
    s->token = sms->token;
    s->generic = nj_node_choice(nj_node_get(node, "style"), 0) == 1;
    s->max_chars = (size_t)nj_node_int(nj_node_get(node, "max_chars"), 160);
    sms->callbacks =
        !s->generic && nj_node_bool(nj_node_get(node, "status_callback"), 1);
    /* what each style needs is checked in conf/check_map.c */
    assert(s->generic ? s->url != NULL && s->method != NULL
                      : s->account != NULL && s->from != NULL);
    return 0;
}

static void finish(struct nj_channel *channel)
{
    struct sms *sms = (struct sms *)channel;

    nj_secret_drop(&sms->url);
    nj_secret_drop(&sms->token);
    nj_header_list_finish(&sms->settings.headers);
}

/* ---- sending ------------------------------------------------------------- */

/* Where Twilio is to report PAGE: also what it signs, so it is built the same
 * way when a report comes. Nothing when the world cannot reach us. */
static void
write_callback(const struct sms *sms, int64_t page, struct nj_buf *out)
{
    const char *public_url = sms->head.env->public_url;
    size_t len = public_url == NULL ? 0 : strlen(public_url);

    if (!sms->callbacks || len == 0 || sms->token == NULL) {
        return;
    }
    len -= public_url[len - 1] == '/';
    (void)nj_buf_add(out, public_url, len);
    (void)nj_buf_adds(out, "/v1/receipts/");
    nj_form_encode(out, sms->head.name);
    (void)nj_buf_addf(out, "?page=%lld", (long long)page);
}

static void on_generic(struct nj_fetch_req *fetch,
                       int status,
                       const struct nj_answer *answer)
{
    struct nj_errand *errand = fetch->ctx;

    nj_errand_end(errand, nj_verdict(errand, status, answer, fetch->fault));
}

static void on_twilio(struct nj_fetch_req *fetch,
                      int status,
                      const struct nj_answer *answer)
{
    struct nj_errand *errand = fetch->ctx;
    struct nj_twilio_answer read;

    if (status != 0) {
        nj_errand_end(errand, nj_verdict(errand, status, NULL, fetch->fault));
        return;
    }
    nj_twilio_read(answer->status, answer->body, answer->body_len, &read);
    nj_errand_ref(errand, read.sid);
    if (read.status == NJ_E_AGAIN) {
        nj_verdict_wait(errand, answer);
    }
    if (read.status != 0) {
        (void)nj_errand_fault(errand, read.status, "%s", read.words);
    }
    if (read.of_target) {
        (void)nj_errand_of_target(errand, read.status);
    }
    nj_errand_end(errand, read.status);
}

static int start_request(const struct sms *sms, struct sms_errand *errand)
{
    const struct nj_sms_request *request = &errand->request;
    int generic = sms->settings.generic;
    int status;

    errand->fetch = (struct nj_fetch_req){
        .method = generic ? sms->settings.method : "POST",
        .url = request->url.data,
        .headers = (const char *const *)request->headers.lines,
        .body = request->body.data,
        .body_len = request->body.len,
        .username = generic ? NULL : sms->settings.account,
        .password = generic ? NULL : sms->settings.token,
        .ca_file = sms->ca_file,
        .max_bytes = MAX_ANSWER_BYTES,
        .timeout_ms = sms->head.timeout_ms,
        .allow_private = 1, /* the address stands in the configuration */
        .no_redirects = 1,
        .done = generic ? on_generic : on_twilio,
        .ctx = &errand->head,
    };
    status = nj_fetch(sms->head.env->fetcher, &errand->fetch);
    errand->head.on_wire = status == 0;
    if (status == NJ_E_INVALID) {
        return nj_errand_fault(&errand->head, NJ_E_REFUSED,
                               "channels.%s.url is no http or https url",
                               sms->head.name);
    }
    return status == NJ_E_STATE ? NJ_E_CANCELED : status;
}

static int check_target(const struct sms *sms, struct nj_errand *errand)
{
    const char *to = errand->req->target;

    if (to == NULL || *to == '\0') {
        (void)nj_errand_fault(errand, NJ_E_REFUSED,
                              "no telephone number: give the person a '%s'",
                              sms->head.name);
        return nj_errand_of_target(errand, NJ_E_REFUSED);
    }
    if (!sms->settings.generic && !nj_address_is_phone(to)) {
        (void)nj_errand_fault(errand, NJ_E_REFUSED,
                              "'%s' is not a telephone number; write it like "
                              "+447700900123",
                              to);
        return nj_errand_of_target(errand, NJ_E_REFUSED);
    }
    return 0;
}

static int send(struct nj_channel *channel, struct nj_errand *head)
{
    struct sms *sms = (struct sms *)channel;
    struct sms_errand *errand = (struct sms_errand *)head;
    const struct nj_message *message = head->req->message;
    struct nj_buf callback;
    int status = check_target(sms, head);

    if (status != 0) {
        return status;
    }
    nj_buf_init(&callback, MAX_CALLBACK_BYTES);
    write_callback(sms, message->page_id, &callback);
    status =
        callback.status != 0
            ? callback.status
            : nj_sms_request_write(&sms->settings, message, head->req->target,
                                   callback.len > 0 ? callback.data : NULL,
                                   &errand->request);
    nj_buf_finish(&callback);
    if (status == NJ_E_TOOBIG) {
        (void)nj_errand_fault(head, NJ_E_REFUSED, "the request is too long");
        return nj_errand_of_target(head, NJ_E_REFUSED);
    }
    return status != 0 ? status : start_request(sms, errand);
}

static void cancel(struct nj_errand *head)
{
    nj_fetch_cancel(&((struct sms_errand *)head)->fetch);
}

static void forget(struct nj_errand *head)
{
    nj_sms_request_finish(&((struct sms_errand *)head)->request);
}

/* ---- what became of it --------------------------------------------------- */

static int
take_status(const struct sms *sms, int64_t page, const struct nj_form *form)
{
    const struct nj_receipt_sink *receipts = &sms->head.env->receipts;
    const char *state = nj_form_get(form, "MessageStatus");
    const char *code = nj_form_get(form, "ErrorCode");

    if (state == NULL) {
        return 400;
    }
    if (receipts->receipt == NULL) {
        return 204;
    }
    if (strcmp(state, "delivered") == 0 || strcmp(state, "read") == 0) {
        receipts->receipt(receipts->ctx, page, 0, NULL);
    } else if (strcmp(state, "failed") == 0 ||
               strcmp(state, "undelivered") == 0) {
        receipts->receipt(receipts->ctx, page, NJ_E_REFUSED,
                          nj_twilio_undelivered(code));
    }
    return 204; /* queued, sending, sent: on its way, nothing to tell */
}

static int check_status(const struct sms *sms,
                        int64_t page,
                        const struct nj_callback *callback)
{
    struct nj_form form;
    struct nj_buf url;
    int status = nj_form_read(callback->body, callback->body_len, &form);
    int answer = 403;

    if (status != 0) {
        return status == NJ_E_NOMEM ? 503 : 400;
    }
    nj_buf_init(&url, MAX_CALLBACK_BYTES);
    write_callback(sms, page, &url);
    if (url.len > 0 && url.status == 0 &&
        nj_twilio_is_signed(sms->token, url.data, &form, callback->signature)) {
        answer = take_status(sms, page, &form);
    } else {
        nj_log_warning("channel %s: a status callback for page %lld is not "
                       "signed by our account: ignored",
                       sms->head.name, (long long)page);
    }
    nj_buf_finish(&url);
    nj_form_finish(&form);
    return answer;
}

static int take_callback(struct nj_channel *channel,
                         const struct nj_callback *callback)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const struct sms *sms = (const struct sms *)channel;
    int64_t page = 0;

    if (!sms->callbacks) {
        return 404;
    }
    if (callback->page == NULL || nj_str_int(callback->page, &page) != 0 ||
        page <= 0 || callback->content_type == NULL ||
        strncasecmp(callback->content_type, form, sizeof form - 1) != 0) {
        return 400;
    }
    return check_status(sms, page, callback);
}

const struct nj_channel_ops nj_sms_channel = {
    .type = "sms-webhook",
    .channel_bytes = sizeof(struct sms),
    .errand_bytes = sizeof(struct sms_errand),
    .init = init,
    .send = send,
    .cancel = cancel,
    .forget = forget,
    .callback = take_callback,
    .finish = finish,
};
