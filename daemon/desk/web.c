/* The HTTP server's pages: one row of the table each. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "desk/inside.h"
#include "io/crypto.h"

struct errand {
    struct nj_command_req req; /* first: the watch gives this back */
    struct nj_http_call *call;
    struct nj_request request;
    struct nj_link link;
    int64_t id;
    int html;
};

/* ---- answers ----------------------------------------------------------- */

void nj_web_answer(struct nj_http_call *call,
                   int status,
                   const char *type,
                   const char *body,
                   size_t len)
{
    struct nj_http_reply reply = {
        .status = status,
        .content_type = type,
        .body = body,
        .body_len = len,
    };

    nj_http_answer(call, &reply);
}

void nj_web_error(struct nj_http_call *call, int status, const char *text)
{
    struct nj_buf body;
    struct nj_jw w;

    nj_buf_init(&body, NJ_LIMIT_PUSH_BYTES);
    nj_jw_init(&w, &body);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "error", text);
    nj_jw_close(&w, '}');
    nj_web_answer(call, status, NULL, nj_buf_text(&body), body.len);
    nj_buf_finish(&body);
}

static void
answer_page(struct nj_http_call *call, int status, const struct nj_buf *page)
{
    nj_web_answer(call, status, "text/html; charset=utf-8", nj_buf_text(page),
                  page->len);
}

static void answer_words(struct nj_http_call *call,
                         int status,
                         const char *heading,
                         const char *text)
{
    struct nj_buf page;

    nj_buf_init(&page, NJ_LIMIT_PUSH_BYTES);
    nj_ack_result(&page, heading, text);
    answer_page(call, status, &page);
    nj_buf_finish(&page);
}

static int http_status(int code)
{
    switch (code) {
    case 0:
        return 200;
    case NJ_E_NOTFOUND:
        return 404;
    case NJ_E_DENIED:
        return 403;
    case NJ_E_STATE:
    case NJ_E_STALE:
    case NJ_E_EXISTS:
        return 409;
    case NJ_E_TOOBIG:
        return 413;
    case NJ_E_INVALID:
        return 400;
    case NJ_E_AGAIN:
    case NJ_E_CANCELED:
        return 503;
    default:
        return 500;
    }
}

/* ---- pages for machines ------------------------------------------------ */

static void
page_health(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    const char *what = desk->opts.health(desk->opts.ctx);

    (void)rest;
    if (what == NULL) {
        nj_web_answer(call, 200, "text/plain; charset=utf-8", "ok\n", 3);
    } else {
        nj_web_answer(call, 503, "text/plain; charset=utf-8", what,
                      strlen(what));
    }
}

static void
page_metrics(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    struct nj_buf text;

    (void)rest;
    nj_buf_init(&text, NJ_LIMIT_PUSH_BYTES);
    desk->opts.metrics(desk->opts.ctx, &text);
    nj_web_answer(call, 200, "text/plain; version=0.0.4; charset=utf-8",
                  nj_buf_text(&text), text.len);
    nj_buf_finish(&text);
}

static void
page_posts(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    desk->opts.push(desk->opts.ctx, rest[0] == '\0' ? NULL : rest, call);
}

static void
page_receipts(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    struct nj_callback callback = {
        .channel = rest,
        .page = nj_http_query(call, "page"),
        .content_type = nj_http_header(call, "Content-Type"),
        .signature = nj_http_header(call, "X-Twilio-Signature"),
    };
    int status;

    callback.body = nj_http_body(call, &callback.body_len);
    status = desk->opts.callbacks.callback(desk->opts.callbacks.ctx, &callback);
    nj_web_answer(call, status, "text/plain", "", 0);
}

/* ---- commands over HTTP ------------------------------------------------ */

static void on_done(struct nj_command_req *req,
                    int status,
                    const char *json,
                    const char *text)
{
    struct errand *errand = (struct errand *)req;
    struct nj_buf body;

    if (errand->html) {
        if (status == 0) {
            answer_words(errand->call, 200, "You have it.",
                         "The alert is acknowledged; the others are told.");
        } else {
            answer_words(errand->call, http_status(status), "Not acknowledged",
                         text);
        }
    } else {
        nj_buf_init(&body, NJ_LIMIT_FRAME_BYTES);
        nj_request_answer(&body, status, json, text);
        nj_web_answer(errand->call, http_status(status), NULL,
                      nj_buf_text(&body), body.len);
        nj_buf_finish(&body);
    }
    nj_request_finish(&errand->request);
    free(errand);
}

static void run(struct nj_desk *desk, struct errand *errand)
{
    int code;

    errand->req.done = on_done;
    code = desk->opts.commands.run(desk->opts.commands.ctx, &errand->req);
    if (code != 0) {
        nj_web_error(errand->call, 503, "nightjard is closing");
        nj_request_finish(&errand->request);
        free(errand);
    }
}

/* All are compared, in constant time each. */
const struct nj_desk_token *nj_web_token(const struct nj_desk *desk,
                                         struct nj_http_call *call)
{
    const char *header = nj_http_header(call, "Authorization");
    const struct nj_desk_token *found = NULL;
    size_t len;

    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0) {
        return NULL;
    }
    header += 7;
    len = strlen(header);
    for (size_t i = 0; i < desk->token_count; i++) {
        const struct nj_desk_token *token = &desk->tokens[i];

        if (strlen(token->secret) == len &&
            nj_same_secret(token->secret, header, len)) {
            found = token;
        }
    }
    return found;
}

static void
page_command(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    const struct nj_desk_token *token = nj_web_token(desk, call);
    struct errand *errand = calloc(1, sizeof *errand);
    struct nj_caller caller = {NULL, 0, "http"};
    struct nj_err err = {0};
    const char *body;
    size_t len;
    int code;

    (void)rest;
    if (token == NULL || errand == NULL) {
        free(errand);
        nj_web_error(call, token == NULL ? 401 : 503,
                     token == NULL
                         ? "this token is nobody's: send one that stands as "
                           "`token` in the configuration"
                         : "out of memory");
        return;
    }
    caller.person = token->person;
    caller.trusted = token->person == NULL;
    body = nj_http_body(call, &len);
    code =
        nj_request_read(body, len, desk->plan, nj_loop_wall_ms(desk->opts.loop),
                        &errand->request, &err);
    if (code == 0) {
        code = nj_desk_admit(desk, &caller, &errand->request, &err);
        if (code != 0) {
            nj_request_finish(&errand->request);
        }
    }
    if (code != 0) {
        free(errand);
        nj_web_error(call, http_status(code), err.text);
        return;
    }
    errand->call = call;
    errand->req.command = errand->request.command;
    errand->req.command.ids = errand->request.ids;
    run(desk, errand);
}

/* ---- links ------------------------------------------------------------- */

static void acknowledge(struct nj_desk *desk,
                        struct nj_http_call *call,
                        const struct nj_link *link)
{
    const struct nj_person *person = nj_plan_person(desk->plan, link->person);
    struct errand *errand = calloc(1, sizeof *errand);

    if (person == NULL || errand == NULL) {
        free(errand);
        answer_words(call, person == NULL ? 403 : 503, "Not acknowledged",
                     person == NULL ? "This person is no longer in nightjar's "
                                      "configuration."
                                    : "nightjar is out of memory.");
        return;
    }
    errand->call = call;
    errand->html = 1;
    errand->link = *link;
    errand->id = link->alert;
    errand->req.command = (struct nj_command){
        .verb = "ack",
        .actor = person->name,
        .by = "link",
        .ids = &errand->id,
        .id_count = 1,
        .generation = link->generation,
    };
    run(desk, errand);
}

static void
page_link(struct nj_desk *desk, struct nj_http_call *call, const char *rest)
{
    struct nj_link link;
    struct nj_buf page;
    int code =
        nj_link_read(rest, desk->key, nj_loop_wall_ms(desk->opts.loop), &link);

    if (code == NJ_E_STALE) {
        answer_words(call, 410, "This link is too old",
                     "Answer with `nightjar ack`, or use a newer message.");
    } else if (code != 0) {
        answer_words(call, 403, "This link is not valid",
                     "It may have been cut by your mail program. Answer with "
                     "`nightjar ack`.");
    } else if (nj_http_method(call) == NJ_HTTP_POST) {
        acknowledge(desk, call, &link);
    } else {
        nj_buf_init(&page, NJ_LIMIT_PUSH_BYTES);
        nj_ack_page(&page, &link, rest);
        answer_page(call, 200, &page);
        nj_buf_finish(&page);
    }
}

/* ---- routes ------------------------------------------------------------ */

static const struct {
    const char *path;
    int whole;        /* 1: nothing may follow */
    unsigned methods; /* bits 1 << nj_http_method */
    void (*page)(struct nj_desk *desk,
                 struct nj_http_call *call,
                 const char *rest);
} routes[] = {
    {"/healthz", 1, 1u << NJ_HTTP_GET | 1u << NJ_HTTP_HEAD, page_health},
    {"/metrics", 1, 1u << NJ_HTTP_GET | 1u << NJ_HTTP_HEAD, page_metrics},
    {"/v1/posts", 1, 1u << NJ_HTTP_POST, page_posts},
    {"/v1/posts/", 0, 1u << NJ_HTTP_POST, page_posts},
    {"/v1/receipts/", 0, 1u << NJ_HTTP_POST, page_receipts},
    {"/v1/command", 1, 1u << NJ_HTTP_POST, page_command},
    {"/v1/attend", 1, 1u << NJ_HTTP_POST, nj_web_attend},
    {"/v1/calendar/", 0, 1u << NJ_HTTP_GET | 1u << NJ_HTTP_HEAD,
     nj_web_calendar},
    {"/a/", 0, 1u << NJ_HTTP_GET | 1u << NJ_HTTP_HEAD | 1u << NJ_HTTP_POST,
     page_link},
};

void nj_web_call(void *ctx, struct nj_http_call *call)
{
    struct nj_desk *desk = ctx;
    const char *path = nj_http_path(call);

    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        size_t len = strlen(routes[i].path);

        if (strncmp(path, routes[i].path, len) != 0 ||
            (routes[i].whole && path[len] != '\0')) {
            continue;
        }
        if ((routes[i].methods & 1u << nj_http_method(call)) == 0) {
            nj_web_error(call, 405, "not with this method");
        } else {
            routes[i].page(desk, call, path + len);
        }
        return;
    }
    nj_web_error(call, 404, "there is nothing here");
}
