/* Calendar feeds over HTTP: GET /v1/calendar/schedule/NAME.ics?token=...
 *
 * The token is whom the URL was given to, which of theirs it is, and our
 * signature of both with the feed's name; nothing secret is stored. The watch
 * says whether that one was taken back meanwhile. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "desk/inside.h"

enum {
    FEED_NAME_BYTES = NJ_LIMIT_NAME_BYTES + 16,
    ETAG_BYTES = 24,
    ANSWER_BYTES = 16 << 20,
};

struct reading {
    struct nj_command_req req; /* first: the watch gives this back */
    struct nj_http_call *call;
    struct nj_calendar_link link;
    char feed[FEED_NAME_BYTES];
};

/* ---- answers ----------------------------------------------------------- */

static void answer_text(struct nj_http_call *call, int status, const char *text)
{
    struct nj_http_reply reply = {
        .status = status,
        .content_type = "text/plain; charset=utf-8",
        .body = text,
        .body_len = strlen(text),
    };

    nj_http_answer(call, &reply);
}

/* Whether the list of entity tags that HEADER is names ETAG (RFC 9110,
 * 13.1.2: weakly compared, so W/ does not matter). */
static int names_etag(const char *header, const char *etag)
{
    return header != NULL &&
           (strcmp(header, "*") == 0 || strstr(header, etag) != NULL);
}

static void answer_feed(struct nj_http_call *call, const char *ics)
{
    char etag[ETAG_BYTES];
    char etag_line[ETAG_BYTES + 8];
    const char *const headers[] = {etag_line,
                                   "Cache-Control: private, no-cache", NULL};
    struct nj_http_reply reply = {
        .status = 200,
        .content_type = "text/calendar; charset=utf-8",
        .body = ics,
        .body_len = strlen(ics),
        .headers = headers,
    };

    (void)snprintf(etag, sizeof etag, "\"%016llx\"",
                   (unsigned long long)nj_hash(ics, reply.body_len));
    (void)snprintf(etag_line, sizeof etag_line, "ETag: %s", etag);
    if (names_etag(nj_http_header(call, "If-None-Match"), etag)) {
        reply.status = 304;
        reply.body = "";
        reply.body_len = 0;
    }
    nj_http_answer(call, &reply);
}

static void on_done(struct nj_command_req *req,
                    int status,
                    const char *json,
                    const char *text)
{
    struct reading *reading = (struct reading *)req;
    cJSON *tree = NULL;
    const char *ics;

    if (status == 0) {
        status = nj_json_parse(json, strlen(json), ANSWER_BYTES, &tree, NULL);
        text = "nightjar is out of memory";
    }
    ics = nj_json_text(tree, "ics");
    if (ics != NULL) {
        answer_feed(reading->call, ics);
    } else {
        answer_text(reading->call,
                    status == NJ_E_NOTFOUND ? 404
                    : status == NJ_E_DENIED ? 403
                                            : 503,
                    text == NULL ? "" : text);
    }
    cJSON_Delete(tree);
    free(reading);
}

/* ---- the page ---------------------------------------------------------- */

/* REST without its ".ics" into OUT. */
static int read_name(const char *rest, char out[FEED_NAME_BYTES])
{
    size_t len = strlen(rest);

    if (len > 4 && strcmp(rest + len - 4, ".ics") == 0) {
        len -= 4;
    }
    if (len == 0 || len >= FEED_NAME_BYTES) {
        return NJ_E_NOTFOUND;
    }
    memcpy(out, rest, len);
    out[len] = '\0';
    return 0;
}

void nj_web_calendar(struct nj_desk *desk,
                     struct nj_http_call *call,
                     const char *rest)
{
    const char *token = nj_http_query(call, "token");
    struct reading *reading = calloc(1, sizeof *reading);

    if (reading == NULL) {
        answer_text(call, 503, "nightjar is out of memory");
        return;
    }
    if (token == NULL || read_name(rest, reading->feed) != 0 ||
        nj_calendar_link_read(token, reading->feed, desk->key,
                              &reading->link) != 0) {
        free(reading);
        answer_text(call, 403,
                    "this is not a calendar's URL as `nightjar calendar` "
                    "gives it");
        return;
    }
    reading->call = call;
    reading->req.done = on_done;
    reading->req.command = (struct nj_command){
        .verb = "calendar feed",
        .actor = reading->link.holder,
        .by = "link",
        .text = reading->feed,
        .generation = reading->link.generation,
    };
    if (desk->opts.commands.run(desk->opts.commands.ctx, &reading->req) != 0) {
        free(reading);
        answer_text(call, 503, "nightjard is closing");
    }
}
