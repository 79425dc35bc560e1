/* The webhook channel: a message as JSON (nj_render_json) in an HTTP POST.
 *
 * Signed, when there is a secret, in two ways over the same bytes, so that a
 * receiver may check whichever it knows:
 *   X-Nightjar-Signature: sha256=HEX     HMAC-SHA256 of the body
 *   webhook-id, webhook-timestamp, webhook-signature: v1,BASE64
 *       HMAC-SHA256 of "ID.TIMESTAMP.BODY" (standardwebhooks.com); a secret
 *       that begins with "whsec_" is base64 there, as that text has it.
 * The key that stays the same when a page is sent again is webhook-id and
 * Idempotency-Key. Redirects are not followed. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "io/crypto.h"
#include "notify/header_list.h"
#include "notify/render.h"
#include "notify/verdict.h"

enum {
    MAX_PAGE_BYTES = 256 << 10,
    MAX_ANSWER_BYTES = 1 << 20,
    OUR_HEADERS = 8,
    HEADER_BYTES = 160,
};

struct webhook {
    struct nj_channel head;
    char *url;    /* may be a secret; NULL: each target's own */
    char *secret; /* NULL: not signed */
    const char *ca_file;
    struct nj_header_list headers;
};

struct webhook_errand {
    struct nj_errand head;
    struct nj_fetch_req fetch;
    struct nj_buf body;
    const char **headers; /* owned array of lent lines */
    char lines[OUR_HEADERS][HEADER_BYTES];
    size_t line_count;
};

/* ---- settings ------------------------------------------------------------ */

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    struct webhook *hook = (struct webhook *)channel;

    (void)err;
    if (nj_channel_secret(node, "url", &hook->url) != 0 ||
        nj_channel_secret(node, "secret", &hook->secret) != 0 ||
        nj_channel_path(channel, node, "ca_file", &hook->ca_file) != 0) {
        return NJ_E_NOMEM;
    }
    return nj_header_list_read(nj_node_get(node, "headers"), &hook->headers);
}

static void finish(struct nj_channel *channel)
{
    struct webhook *hook = (struct webhook *)channel;

    nj_secret_drop(&hook->url);
    nj_secret_drop(&hook->secret);
    nj_header_list_finish(&hook->headers);
}

/* ---- signing ------------------------------------------------------------- */

static void add_line(struct webhook_errand *errand,
                     const char *name,
                     const char *before,
                     const char *value)
{
    (void)nj_str_format(errand->lines[errand->line_count++], HEADER_BYTES,
                        "%s: %s%s", name, before, value);
}

/* The bytes that the Standard Webhooks key stands for. */
static size_t
standard_key(const char *secret, unsigned char *room, size_t room_len)
{
    size_t len = 0;

    if (nj_str_starts(secret, "whsec_") &&
        nj_unbase64(secret + 6, room, room_len, &len) == 0) {
        return len;
    }
    len = strlen(secret) < room_len ? strlen(secret) : room_len;
    memcpy(room, secret, len);
    return len;
}

static int sign_standard(struct webhook_errand *errand,
                         const char *secret,
                         const char *id,
                         const char *timestamp)
{
    unsigned char key[NJ_LIMIT_SECRET_BYTES];
    unsigned char mac[NJ_SHA256_BYTES];
    char coded[NJ_SHA256_BYTES * 2];
    size_t key_len = standard_key(secret, key, sizeof key);
    struct nj_buf text;
    int status;

    nj_buf_init(&text, MAX_PAGE_BYTES + HEADER_BYTES);
    (void)nj_buf_addf(&text, "%s.%s.", id, timestamp);
    (void)nj_buf_add(&text, errand->body.data, errand->body.len);
    status = text.status != 0
                 ? text.status
                 : nj_hmac_sha256(key, key_len, text.data, text.len, mac);
    nj_wipe(key, sizeof key);
    nj_buf_finish(&text);
    if (status == 0) {
        (void)nj_base64(mac, sizeof mac, 0, coded, sizeof coded);
        add_line(errand, "webhook-signature", "v1,", coded);
    }
    return status;
}

static int sign_body(struct webhook_errand *errand, const char *secret)
{
    unsigned char mac[NJ_SHA256_BYTES];
    char hex[2 * NJ_SHA256_BYTES + 1];
    int status = nj_hmac_sha256(secret, strlen(secret), errand->body.data,
                                errand->body.len, mac);

    if (status == 0) {
        nj_hex(mac, sizeof mac, hex);
        add_line(errand, "X-Nightjar-Signature", "sha256=", hex);
    }
    return status;
}

/* ---- sending ------------------------------------------------------------- */

static int write_headers(const struct webhook *hook,
                         struct webhook_errand *errand)
{
    const char *key = errand->head.req->message->key;
    char timestamp[24];
    int status = 0;

    (void)nj_str_format(
        timestamp, sizeof timestamp, "%lld",
        (long long)(nj_loop_wall_ms(hook->head.env->loop) / 1000));
    if (nj_header_list_find(&hook->headers, "Content-Type") == NULL) {
        add_line(errand, "Content-Type", "", "application/json");
    }
    add_line(errand, "Idempotency-Key", "", key);
    add_line(errand, "webhook-id", "", key);
    add_line(errand, "webhook-timestamp", "", timestamp);
    if (hook->secret != NULL) {
        status = sign_body(errand, hook->secret);
        if (status == 0) {
            status = sign_standard(errand, hook->secret, key, timestamp);
        }
    }
    if (status != 0) {
        return status;
    }
    errand->headers = calloc(errand->line_count + hook->headers.count + 1,
                             sizeof errand->headers[0]);
    if (errand->headers == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < errand->line_count; i++) {
        errand->headers[i] = errand->lines[i];
    }
    for (size_t i = 0; i < hook->headers.count; i++) {
        errand->headers[errand->line_count + i] = hook->headers.lines[i];
    }
    return 0;
}

static void on_answer(struct nj_fetch_req *fetch,
                      int status,
                      const struct nj_answer *answer)
{
    struct nj_errand *errand = fetch->ctx;

    nj_errand_end(errand, nj_verdict(errand, status, answer, fetch->fault));
}

static int start_post(const struct webhook *hook,
                      struct webhook_errand *errand,
                      const char *url)
{
    int status;

    errand->fetch = (struct nj_fetch_req){
        .method = "POST",
        .url = url,
        .headers = errand->headers,
        .body = errand->body.data,
        .body_len = errand->body.len,
        .ca_file = hook->ca_file,
        .max_bytes = MAX_ANSWER_BYTES,
        .timeout_ms = hook->head.timeout_ms,
        .allow_private = 1, /* the address stands in the configuration */
        .no_redirects = 1,
        .done = on_answer,
        .ctx = &errand->head,
    };
    status = nj_fetch(hook->head.env->fetcher, &errand->fetch);
    errand->head.on_wire = status == 0;
    if (status == NJ_E_INVALID) {
        return nj_errand_fault(&errand->head, NJ_E_REFUSED,
                               "its address is no http or https url");
    }
    return status == NJ_E_STATE ? NJ_E_CANCELED : status;
}

static int send(struct nj_channel *channel, struct nj_errand *head)
{
    struct webhook *hook = (struct webhook *)channel;
    struct webhook_errand *errand = (struct webhook_errand *)head;
    const char *url = head->req->target != NULL ? head->req->target : hook->url;
    int status;

    nj_buf_init(&errand->body, MAX_PAGE_BYTES);
    if (url == NULL) {
        return nj_errand_fault(head, NJ_E_REFUSED,
                               "no address: write channels.%s.url",
                               channel->name);
    }
    nj_render_json(head->req->message, &errand->body);
    if (errand->body.status == NJ_E_TOOBIG) {
        (void)nj_errand_fault(head, NJ_E_REFUSED, "the message is too long");
        return nj_errand_of_target(head, NJ_E_REFUSED);
    }
    status = errand->body.status != 0 ? errand->body.status
                                      : write_headers(hook, errand);
    return status != 0 ? status : start_post(hook, errand, url);
}

static void cancel(struct nj_errand *head)
{
    nj_fetch_cancel(&((struct webhook_errand *)head)->fetch);
}

static void forget(struct nj_errand *head)
{
    struct webhook_errand *errand = (struct webhook_errand *)head;

    nj_buf_finish(&errand->body);
    free(errand->headers);
}

const struct nj_channel_ops nj_webhook_channel = {
    .type = "webhook",
    .channel_bytes = sizeof(struct webhook),
    .errand_bytes = sizeof(struct webhook_errand),
    .init = init,
    .send = send,
    .cancel = cancel,
    .forget = forget,
    .finish = finish,
};
