/* tests/unit/source/rig.h - a source on a virtual clock, between a web that is
 * scripted and a sink that obeys. Takes the place of io/fetch.c and of the
 * HTTP server's calls; include it once in a test program. */

#ifndef NJ_TESTS_SOURCE_RIG_H
#define NJ_TESTS_SOURCE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>
#include <uv.h>

#include "base/map.h"
#include "base/str.h"
#include "source/source.h"

static const int64_t RIG_START = INT64_C(1767636000000); /* 2026-01-05 18:00 */

enum { RIG_ANSWERS = 64, RIG_POSTS = 8192, RIG_TOLD = 64, RIG_PATH = 64 };

/* ---- the web ------------------------------------------------------------ */

/* What the web says next; the last answer is said again and again. */
struct rig_answer {
    int code; /* NJ_E_*: no answer at all */
    long status;
    const char *body;
    const char *headers; /* "Name: value\n..." */
    const char *url;     /* after redirects; NULL: as asked */
    int moved_for_good;
    int64_t retry_after_ms; /* 0: none */
};

/* One question that was asked. */
struct rig_question {
    char url[2048];
    char headers[2048]; /* one a line */
    int allow_private;
    int64_t at_ms;
};

/* ---- the sink ----------------------------------------------------------- */

enum rig_mood {
    RIG_TAKES,  /* durable in the next turn */
    RIG_BUSY,   /* NJ_E_AGAIN */
    RIG_FAILS,  /* taken, then not stored */
    RIG_HOLDS,  /* taken, and kept until rig_release */
    RIG_CLOSES, /* taken, then NJ_E_CANCELED */
};

/* A post as the sink got it. */
struct rig_post {
    char id[256];
    char text[256];
    char brand[32];
    char source[32];
    enum nj_place place;
    unsigned flags;
    int64_t published_ms;
};

struct rig {
    struct nj_loop *loop;
    struct nj_settings *settings;
    struct nj_source *source;
    struct nj_source_env env;

    struct rig_answer answers[RIG_ANSWERS];
    size_t answer_count;
    size_t answered;
    struct rig_question questions[RIG_ANSWERS];
    size_t asked;
    struct nj_fetch_req *fetching;
    struct nj_defer web;
    int web_holds; /* no answer comes */
    int canceled;

    enum rig_mood mood;
    struct nj_intake_req *taken;
    struct nj_defer sink;
    struct nj_map stored;             /* ids of durable posts */
    struct rig_post posts[RIG_POSTS]; /* durable and new, in order */
    size_t post_count;
    size_t batches;                     /* offered */
    size_t takes;                       /* durable ones */
    size_t repeats;                     /* posts that were stored already */
    char *cursor;                       /* durable */
    void (*on_stored)(struct rig *rig); /* before the source is told */
    char told[RIG_TOLD][512];
    size_t told_count;

    char dir[RIG_PATH];
    int closed;
};

/* The loop knows no web: one rig at a time. */
static struct rig *rig_now;

/* Told 1 before the rig allocates for itself and 0 after; may be NULL. */
static void (*rig_calm)(int is_calm);

/* ---- the web, by another name io/fetch.c -------------------------------- */

static void rig_answer_next(struct nj_defer *defer)
{
    struct rig *rig = defer->ctx;
    struct nj_fetch_req *req = rig->fetching;
    const struct rig_answer *said =
        &rig->answers[rig->answered < rig->answer_count
                          ? rig->answered
                          : rig->answer_count - 1];
    struct nj_answer answer = {.status = said->status, .retry_after_ms = -1};
    static char headers[4096];
    const char *p = said->headers == NULL ? "" : said->headers;
    size_t n = 0;

    rig->fetching = NULL;
    rig->answered++;
    if (rig->canceled) {
        rig->canceled = 0;
        req->done(req, NJ_E_CANCELED, NULL);
        return;
    }
    if (said->code != 0) {
        (void)snprintf(req->fault, sizeof req->fault, "no route to host");
        req->done(req, said->code, NULL);
        return;
    }
    for (; *p != '\0'; p++) {
        headers[n++] = (char)(*p == '\n' ? '\0' : *p);
    }
    headers[n] = '\0';
    headers[n + 1] = '\0';
    answer.headers = headers;
    answer.body = said->body == NULL ? "" : said->body;
    answer.body_len = strlen(answer.body);
    answer.url = said->url == NULL ? req->url : said->url;
    answer.moved_for_good = said->moved_for_good;
    answer.content_type = nj_answer_header(&answer, "Content-Type");
    if (said->retry_after_ms > 0) {
        answer.retry_after_ms = said->retry_after_ms;
    }
    req->done(req, 0, &answer);
}

int nj_fetch(struct nj_fetcher *fetcher, struct nj_fetch_req *req)
{
    struct rig *rig = rig_now;
    struct rig_question *asked = &rig->questions[rig->asked % RIG_ANSWERS];
    size_t n = 0;

    (void)fetcher;
    assert_null(rig->fetching);
    assert_true(rig->answer_count > 0);
    rig->asked++;
    *asked = (struct rig_question){.allow_private = req->allow_private,
                                   .at_ms = nj_loop_wall_ms(rig->loop)};
    (void)snprintf(asked->url, sizeof asked->url, "%s", req->url);
    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++) {
        n += (size_t)snprintf(asked->headers + n, sizeof asked->headers - n,
                              "%s\n", req->headers[i]);
    }
    rig->fetching = req;
    rig->web.ctx = rig;
    if (!rig->web_holds) {
        nj_loop_defer(rig->loop, &rig->web, rig_answer_next);
    }
    return 0;
}

void nj_fetch_cancel(struct nj_fetch_req *req)
{
    struct rig *rig = rig_now;

    assert_ptr_equal(req, rig->fetching);
    rig->canceled = 1;
    nj_loop_defer(rig->loop, &rig->web, rig_answer_next);
}

const char *nj_answer_header(const struct nj_answer *answer, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = answer->headers; len > 0 && *p != '\0';
         p += strlen(p) + 1) {
        if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
            return p + len + 2;
        }
    }
    return NULL;
}

static inline void rig_says(struct rig *rig, struct rig_answer answer)
{
    assert_true(rig->answer_count < RIG_ANSWERS);
    rig->answers[rig->answer_count++] = answer;
}

static inline const struct rig_question *rig_question(const struct rig *rig)
{
    assert_true(rig->asked > 0);
    return &rig->questions[(rig->asked - 1) % RIG_ANSWERS];
}

/* ---- calls, by another name the HTTP server ----------------------------- */

struct nj_http_call {
    enum nj_http_method method;
    const char *body;
    char header[2][2][256]; /* name, value */
    int status;             /* 0: not answered */
    char answer[1024];
    char answer_header[256];
};

enum nj_http_method nj_http_method(const struct nj_http_call *call)
{
    return call->method;
}

const char *nj_http_header(const struct nj_http_call *call, const char *name)
{
    for (size_t i = 0; i < 2; i++) {
        if (strcasecmp(call->header[i][0], name) == 0) {
            return call->header[i][1];
        }
    }
    return NULL;
}

const char *nj_http_body(const struct nj_http_call *call, size_t *out_len)
{
    *out_len = strlen(call->body);
    return call->body;
}

const char *nj_http_peer(const struct nj_http_call *call)
{
    (void)call;
    return "192.0.2.1";
}

void nj_http_answer(struct nj_http_call *call,
                    const struct nj_http_reply *reply)
{
    assert_int_equal(call->status, 0);
    call->status = reply->status;
    (void)snprintf(call->answer, sizeof call->answer, "%.*s",
                   (int)reply->body_len, reply->body);
    if (reply->headers != NULL) {
        (void)snprintf(call->answer_header, sizeof call->answer_header, "%s",
                       reply->headers[0]);
    }
}

/* ---- the sink ----------------------------------------------------------- */

static void rig_store(struct rig *rig, const struct nj_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct nj_post *post = &batch->posts[i];
        struct rig_post *kept;

        assert_true(rig->post_count < RIG_POSTS);
        kept = &rig->posts[rig->post_count];
        if (nj_map_put(&rig->stored, post->id, rig) != 0 &&
            (post->flags & NJ_POST_EDITED) == 0) {
            rig->repeats++;
            continue;
        }
        rig->post_count++;
        *kept = (struct rig_post){.place = post->place,
                                  .flags = post->flags,
                                  .published_ms = post->published_ms};
        (void)snprintf(kept->id, sizeof kept->id, "%s", post->id);
        (void)snprintf(kept->text, sizeof kept->text, "%s", post->text);
        (void)snprintf(kept->brand, sizeof kept->brand, "%s", post->brand);
        (void)snprintf(kept->source, sizeof kept->source, "%s", post->source);
    }
    if (batch->cursor != NULL) {
        free(rig->cursor);
        rig->cursor = strdup(batch->cursor);
    }
}

static void rig_finish_take(struct nj_defer *defer)
{
    struct rig *rig = defer->ctx;
    struct nj_intake_req *req = rig->taken;
    size_t before = rig->post_count;

    rig->taken = NULL;
    if (rig->mood == RIG_FAILS || rig->mood == RIG_CLOSES) {
        req->done(req, rig->mood == RIG_FAILS ? NJ_E_IO : NJ_E_CANCELED, 0);
        return;
    }
    rig->takes++;
    if (rig_calm != NULL) {
        rig_calm(1);
    }
    rig_store(rig, req->batch);
    if (rig_calm != NULL) {
        rig_calm(0);
    }
    if (rig->on_stored != NULL) {
        rig->on_stored(rig);
    }
    req->done(req, 0, rig->post_count - before);
}

static int rig_take(void *ctx, struct nj_intake_req *req)
{
    struct rig *rig = ctx;

    rig->batches++;
    assert_string_equal(req->batch->source, "acme");
    if (rig->mood == RIG_BUSY) {
        return NJ_E_AGAIN;
    }
    assert_null(rig->taken);
    rig->taken = req;
    rig->sink.ctx = rig;
    if (rig->mood != RIG_HOLDS) {
        nj_loop_defer(rig->loop, &rig->sink, rig_finish_take);
    }
    return 0;
}

/* Let go of what RIG_HOLDS kept, as MOOD. */
static inline void rig_release(struct rig *rig, enum rig_mood mood)
{
    assert_non_null(rig->taken);
    rig->mood = mood;
    nj_loop_defer(rig->loop, &rig->sink, rig_finish_take);
}

static void
rig_told(void *ctx, const char *source, const char *what, int64_t next_ms)
{
    struct rig *rig = ctx;

    (void)next_ms;
    assert_string_equal(source, "acme");
    assert_true(rig->told_count < RIG_TOLD);
    (void)snprintf(rig->told[rig->told_count++], sizeof rig->told[0], "%s",
                   what == NULL ? "" : what);
}

/* ---- life --------------------------------------------------------------- */

static int rig_secret(void *ctx,
                      enum nj_secret_way way,
                      const char *name,
                      struct nj_secret_value *out,
                      struct nj_err *err)
{
    (void)ctx;
    (void)way;
    (void)err;
    out->len =
        (size_t)snprintf(out->bytes, sizeof out->bytes, "key-of-%s", name);
    out->warning[0] = '\0';
    return 0;
}

/* Read a configuration whose one source is called acme and has KEYS. */
static inline void rig_configure(struct rig *rig, const char *keys)
{
    static const struct nj_secret_resolver secrets = {rig_secret, NULL};
    char text[4096];
    struct nj_conf_input input = {.text = text,
                                  .file = "t.yaml",
                                  .directory = "/nowhere",
                                  .secrets = &secrets};
    struct nj_problems problems;

    input.len = (size_t)snprintf(
        text, sizeof text,
        "daemon: {http: {listen: 127.0.0.1:0}}\n"
        "brands: {acme-air: {title: Acme, timezone: UTC}}\n"
        "people: {maya: {name: Maya, email: maya@example.org}}\n"
        "sources: {acme: {%s}}\n",
        keys);
    nj_problems_init(&problems);
    if (nj_settings_read(&input, &rig->settings, &problems) != 0) {
        struct nj_buf told;

        nj_buf_init(&told, 1 << 16);
        nj_problems_print(&problems, &told);
        fail_msg("%s", nj_buf_text(&told));
    }
    nj_problems_finish(&problems);
}

static inline struct rig *rig_make(const char *keys)
{
    const struct nj_clock clock = {.mode = NJ_CLOCK_VIRTUAL,
                                   .start_ms = RIG_START};
    struct rig *rig = calloc(1, sizeof *rig);

    rig_now = rig;
    assert_int_equal(nj_loop_create(&clock, &rig->loop, NULL), 0);
    rig_configure(rig, keys);
    rig->env = (struct nj_source_env){
        .loop = rig->loop,
        .fetcher = (struct nj_fetcher *)(void *)rig,
        .posts = {rig, rig_take},
        .health = {rig, rig_told},
        .started_ms = RIG_START,
        .sources = 1,
    };
    return rig;
}

static inline void rig_open(struct rig *rig)
{
    struct nj_err err = {0};
    size_t batches = rig->batches;
    const struct nj_node *node =
        nj_settings_find(rig->settings, NJ_REF_SOURCE, "acme");

    rig->env.cursor = rig->cursor;
    if (nj_source_open(&rig->env, node, &rig->source, &err) != 0) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(rig->batches, batches); /* never inside open */
}

/* A virtual clock does not run libuv, which the watch of a directory needs. */
static inline void rig_run(struct rig *rig, int64_t for_ms)
{
    (void)uv_run(nj_loop_uv(rig->loop), UV_RUN_NOWAIT);
    nj_loop_run_virtual(rig->loop, nj_loop_wall_ms(rig->loop) + for_ms);
}

static void rig_closed(void *ctx)
{
    struct rig *rig = ctx;

    rig->closed = 1;
    rig->source = NULL;
}

static inline void rig_begin_close(struct rig *rig)
{
    rig->closed = 0;
    nj_source_close(rig->source, rig_closed, rig);
    assert_false(rig->closed); /* never inside close */
}

static inline void rig_close(struct rig *rig)
{
    rig_begin_close(rig);
    for (int i = 0; i < 100 && !rig->closed; i++) {
        rig_run(rig, 1);
    }
    assert_true(rig->closed);
}

static inline void rig_free(struct rig *rig)
{
    if (rig->source != NULL) {
        if (rig->mood == RIG_HOLDS && rig->taken != NULL) {
            rig_release(rig, RIG_CLOSES);
        }
        rig_close(rig);
    }
    nj_settings_destroy(rig->settings);
    nj_loop_destroy(rig->loop);
    nj_map_finish(&rig->stored);
    free(rig->cursor);
    free(rig);
    rig_now = NULL;
}

static inline struct nj_source_status rig_status(const struct rig *rig)
{
    struct nj_source_status status;

    nj_source_status(rig->source, &status);
    return status;
}

/* A feed of the posts FIRST .. FIRST + COUNT - 1, the newest on top, a minute
 * apart, the first at RIG_START. Good for the next three calls. */
static inline const char *rig_feed(int first, int count)
{
    static struct nj_buf feeds[4];
    static unsigned nth;
    struct nj_buf *feed = &feeds[nth++ % 4];

    nj_buf_finish(feed);
    nj_buf_init(feed, 8 << 20);
    (void)nj_buf_adds(feed, "<feed xmlns='http://www.w3.org/2005/Atom'>");
    for (int i = first + count - 1; i >= first; i--) {
        (void)nj_buf_addf(feed,
                          "<entry><id>p-%d</id><title>t</title><published>"
                          "2026-01-05T18:%02d:00Z</published><content>post %d"
                          "</content></entry>",
                          i, i % 60, i);
    }
    (void)nj_buf_adds(feed, "</feed>");
    return nj_buf_text(feed);
}

#endif
