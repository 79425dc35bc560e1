/* The sms-webhook channel: a text message through an HTTP service, in Twilio's
 * style (notify/twilio.h) or in the operator's own words
 * (notify/sms_template.h). The target is a telephone number. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/str.h"
#include "notify/address.h"
#include "notify/header_list.h"
#include "notify/render.h"
#include "notify/sms_template.h"
#include "notify/twilio.h"
#include "notify/verdict.h"

enum { MAX_FORM_BYTES = 64 << 10, MAX_ANSWER_BYTES = 1 << 20 };

struct sms {
    struct nj_channel head;
    int generic; /* 1: in the operator's words */
    char *url;   /* twilio: the base, may be NULL */
    char *token; /* NULL: none */
    const char *account, *from, *method, *body, *ca_file;
    struct nj_header_list headers;
    size_t max_chars;
    int callbacks; /* 1: ask Twilio what became of it */
};

struct sms_errand {
    struct nj_errand head;
    struct nj_fetch_req fetch;
    struct nj_buf url, body, text;
    struct nj_header_list headers; /* filled in */
};

/* ---- settings ------------------------------------------------------------ */

static int check_settings(const struct sms *sms, struct nj_err *err)
{
    if (sms->generic && sms->url == NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "url: style generic needs one, such as "
                          "https://sms.example.org/send");
    }
    if (sms->generic) {
        return 0;
    }
    if (sms->account == NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "account: write the account's SID, AC...");
    }
    if (sms->from == NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "from: write the number messages come from, such as "
                          "\"+15005550006\", or a messaging service MG...");
    }
    return 0;
}

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    struct sms *sms = (struct sms *)channel;
    const char *style = nj_node_text(nj_node_get(node, "style"));

    sms->generic = style != NULL && strcmp(style, "generic") == 0;
    sms->max_chars = (size_t)nj_node_int(nj_node_get(node, "max_chars"), 160);
    sms->callbacks = nj_node_bool(nj_node_get(node, "status_callback"), 1);
    if (nj_channel_secret(node, "url", &sms->url) != 0 ||
        nj_channel_secret(node, "token", &sms->token) != 0 ||
        nj_channel_text(channel, node, "account", &sms->account) != 0 ||
        nj_channel_text(channel, node, "from", &sms->from) != 0 ||
        nj_channel_text(channel, node, "method", &sms->method) != 0 ||
        nj_channel_text(channel, node, "body", &sms->body) != 0 ||
        nj_channel_path(channel, node, "ca_file", &sms->ca_file) != 0 ||
        nj_header_list_read(nj_node_get(node, "headers"), &sms->headers) != 0) {
        return NJ_E_NOMEM;
    }
    return check_settings(sms, err);
}

static void finish(struct nj_channel *channel)
{
    struct sms *sms = (struct sms *)channel;

    nj_secret_drop(&sms->url);
    nj_secret_drop(&sms->token);
    nj_header_list_finish(&sms->headers);
}

/* ---- twilio -------------------------------------------------------------- */

/* Where Twilio is to report PAGE: also what it signs, so it is built the same
 * way when a report comes. Nothing when we cannot be reached. */
static void
callback_url(const struct sms *sms, int64_t page, struct nj_buf *out)
{
    const char *public_url = sms->head.env->public_url;

    if (!sms->callbacks || public_url == NULL || sms->token == NULL) {
        return;
    }
    (void)nj_buf_addf(out, "%s/v1/receipts/", public_url);
    nj_form_encode(out, sms->head.name);
    (void)nj_buf_addf(out, "?page=%lld", (long long)page);
}

static int write_twilio(const struct sms *sms, struct sms_errand *errand)
{
    const struct nj_send_req *req = errand->head.req;
    struct nj_buf callback;

    nj_buf_init(&callback, 4 << 10);
    callback_url(sms, req->message->page_id, &callback);
    nj_twilio_url(&errand->url, sms->url != NULL ? sms->url : NJ_TWILIO_BASE,
                  sms->account);
    nj_twilio_form(
        &(struct nj_twilio_sms){
            .to = req->target,
            .from = sms->from,
            .body = nj_buf_text(&errand->text),
            .callback = callback.len > 0 ? callback.data : NULL,
        },
        &errand->body);
    if (callback.status == NJ_E_NOMEM) {
        errand->body.status = NJ_E_NOMEM;
    }
    nj_buf_finish(&callback);
    errand->fetch.username = sms->account;
    errand->fetch.password = sms->token;
    return 0;
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
    nj_errand_end(errand, read.status);
}

/* ---- generic ------------------------------------------------------------- */

/* The configured headers with their placeholders filled in. */
static int fill_headers(const struct sms *sms,
                        const struct nj_sms_values *values,
                        struct nj_header_list *out)
{
    size_t room = sms->headers.count + 4;

    out->lines = calloc(room, sizeof out->lines[0]);
    if (out->lines == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < sms->headers.count; i++) {
        struct nj_buf line;

        nj_buf_init(&line, NJ_LIMIT_HEADER_BYTES);
        nj_sms_fill(&line, sms->headers.lines[i], NJ_SMS_PLAIN, values);
        out->lines[out->count] = nj_buf_take(&line);
        if (out->lines[out->count] == NULL) {
            return NJ_E_NOMEM;
        }
        out->count++;
    }
    return 0;
}

static int add_header(struct nj_header_list *list,
                      const char *name,
                      const char *before,
                      const char *value)
{
    struct nj_buf line;

    if (value == NULL || nj_header_list_find(list, name) != NULL) {
        return 0;
    }
    nj_buf_init(&line, NJ_LIMIT_HEADER_BYTES);
    (void)nj_buf_addf(&line, "%s: %s%s", name, before, value);
    list->lines[list->count] = nj_buf_take(&line);
    if (list->lines[list->count] == NULL) {
        return NJ_E_NOMEM;
    }
    list->count++;
    return 0;
}

static int write_body(const struct sms *sms,
                      const struct nj_sms_values *values,
                      struct sms_errand *errand)
{
    static const char *const types[] = {
        [NJ_SMS_JSON] = "application/json",
        [NJ_SMS_FORM] = "application/x-www-form-urlencoded",
        [NJ_SMS_PLAIN] = "text/plain; charset=utf-8",
    };
    const char *template = sms->body != NULL
                               ? sms->body
                               : "{\"to\": {to}, \"from\": {from}, "
                                 "\"text\": {text}, \"key\": {key}}";
    enum nj_sms_form form = nj_sms_form_of(
        nj_header_list_find(&sms->headers, "Content-Type"), template);

    nj_sms_fill(&errand->body, template, form, values);
    return add_header(&errand->headers, "Content-Type", "", types[form]);
}

static int write_generic(const struct sms *sms, struct sms_errand *errand)
{
    const struct nj_send_req *req = errand->head.req;
    char id[24] = "";
    struct nj_sms_values values = {
        .to = req->target,
        .from = sms->from == NULL ? "" : sms->from,
        .text = nj_buf_text(&errand->text),
        .id = id,
        .key = req->message->key,
    };
    int status;

    if (req->message->alert_id > 0) {
        (void)snprintf(id, sizeof id, "%lld",
                       (long long)req->message->alert_id);
    }
    nj_sms_fill(&errand->url, sms->url, NJ_SMS_FORM, &values);
    status = fill_headers(sms, &values, &errand->headers);
    if (status == 0 && strcmp(sms->method, "GET") != 0) {
        status = write_body(sms, &values, errand);
    }
    if (status == 0) {
        status = add_header(&errand->headers, "Authorization", "Bearer ",
                            sms->token);
    }
    if (status == 0) {
        status =
            add_header(&errand->headers, "Idempotency-Key", "", values.key);
    }
    errand->fetch.headers = (const char *const *)errand->headers.lines;
    errand->fetch.method = sms->method;
    return status;
}

static void on_generic(struct nj_fetch_req *fetch,
                       int status,
                       const struct nj_answer *answer)
{
    struct nj_errand *errand = fetch->ctx;

    nj_errand_end(errand, nj_verdict(errand, status, answer, fetch->fault));
}

/* ---- sending ------------------------------------------------------------- */

static int start_request(const struct sms *sms, struct sms_errand *errand)
{
    struct nj_fetch_req *fetch = &errand->fetch;
    int status;

    fetch->url = errand->url.data;
    fetch->body = errand->body.len > 0 ? errand->body.data : NULL;
    fetch->body_len = errand->body.len;
    fetch->ca_file = sms->ca_file;
    fetch->max_bytes = MAX_ANSWER_BYTES;
    fetch->timeout_ms = sms->head.timeout_ms;
    fetch->allow_private = 1; /* the address stands in the configuration */
    fetch->no_redirects = 1;
    fetch->done = sms->generic ? on_generic : on_twilio;
    fetch->ctx = &errand->head;
    status = nj_fetch(sms->head.env->fetcher, fetch);
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
        return nj_errand_fault(errand, NJ_E_REFUSED,
                               "no telephone number: give the person a '%s'",
                               sms->head.name);
    }
    if (!sms->generic && !nj_address_is_phone(to)) {
        return nj_errand_fault(errand, NJ_E_REFUSED,
                               "'%s' is not a telephone number; write it like "
                               "+447700900123",
                               to);
    }
    return 0;
}

static int send(struct nj_channel *channel, struct nj_errand *head)
{
    struct sms *sms = (struct sms *)channel;
    struct sms_errand *errand = (struct sms_errand *)head;
    int status = check_target(sms, head);

    nj_buf_init(&errand->url, 8 << 10);
    nj_buf_init(&errand->body, MAX_FORM_BYTES);
    nj_buf_init(&errand->text, 8 << 10);
    if (status != 0) {
        return status;
    }
    nj_render_sms(head->req->message, sms->max_chars, &errand->text);
    status =
        sms->generic ? write_generic(sms, errand) : write_twilio(sms, errand);
    if (status != 0 || errand->text.status != 0) {
        return NJ_E_NOMEM;
    }
    if (errand->url.status == NJ_E_TOOBIG ||
        errand->body.status == NJ_E_TOOBIG) {
        return nj_errand_fault(head, NJ_E_REFUSED, "the request is too long");
    }
    if (errand->url.status != 0 || errand->body.status != 0) {
        return NJ_E_NOMEM;
    }
    return start_request(sms, errand);
}

static void cancel(struct nj_errand *head)
{
    nj_fetch_cancel(&((struct sms_errand *)head)->fetch);
}

static void forget(struct nj_errand *head)
{
    struct sms_errand *errand = (struct sms_errand *)head;

    nj_buf_finish(&errand->url);
    nj_buf_finish(&errand->body);
    nj_buf_finish(&errand->text);
    nj_header_list_finish(&errand->headers);
}

/* ---- what became of it --------------------------------------------------- */

static int
take_status(const struct sms *sms, int64_t page, const struct nj_form *form)
{
    const struct nj_receipt_sink *receipts = &sms->head.env->receipts;
    const char *state = nj_form_get(form, "MessageStatus");
    int delivered;
    int failed;

    if (state == NULL) {
        return 400;
    }
    delivered = strcmp(state, "delivered") == 0 || strcmp(state, "read") == 0;
    failed = strcmp(state, "failed") == 0 || strcmp(state, "undelivered") == 0;
    if (receipts->receipt != NULL && delivered) {
        receipts->receipt(receipts->ctx, page, 0, NULL);
    } else if (receipts->receipt != NULL && failed) {
        receipts->receipt(
            receipts->ctx, page, NJ_E_REFUSED,
            nj_twilio_undelivered(nj_form_get(form, "ErrorCode")));
    }
    return 204; /* queued, sending, sent: on its way, nothing to tell */
}

static int check_status(const struct sms *sms,
                        int64_t page,
                        const struct nj_callback *callback)
{
    struct nj_form form;
    struct nj_buf url;
    int answer;

    if (nj_form_read(callback->body, callback->body_len, &form) != 0) {
        return 400;
    }
    nj_buf_init(&url, 4 << 10);
    callback_url(sms, page, &url);
    if (url.len > 0 && url.status == 0 &&
        nj_twilio_is_signed(sms->token, url.data, &form, callback->signature)) {
        answer = take_status(sms, page, &form);
    } else {
        nj_log_warning("channel %s: a status callback for page %lld is not "
                       "signed by our account: ignored",
                       sms->head.name, (long long)page);
        answer = 403;
    }
    nj_buf_finish(&url);
    nj_form_finish(&form);
    return answer;
}

static int take_callback(struct nj_channel *channel,
                         const struct nj_callback *callback)
{
    const struct sms *sms = (const struct sms *)channel;
    int64_t page = 0;

    if (sms->generic || sms->token == NULL) {
        return 404;
    }
    if (callback->page == NULL || nj_str_int(callback->page, &page) != 0 ||
        page <= 0) {
        return 400;
    }
    if (callback->content_type == NULL ||
        strncasecmp(callback->content_type, "application/x-www-form-urlencoded",
                    33) != 0) {
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
