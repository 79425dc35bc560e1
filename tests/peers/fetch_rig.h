/* peers/fetch_rig.h - a loop, a fetcher and one request at a time for tests,
 * with a copy of what came back. */

#ifndef NJ_TESTS_FETCH_RIG_H
#define NJ_TESTS_FETCH_RIG_H

#include "peers/peer.h"

#include "io/fetch.h"
#include "io/loop.h"

struct rig {
    struct nj_loop *loop;
    struct nj_fetcher *fetcher;
    struct nj_fetch_req req;
    /* of the last request */
    int came; /* how often `done` was called */
    int status;
    long http;
    char body[4096];
    size_t body_len;
    char url[512];
    char content_type[128];
    char header[256]; /* of the name in `want` */
    const char *want;
    int moved_for_good;
    int64_t retry_after_ms;
    int64_t date_ms;
};

static inline void copy_text(char *out, size_t room, const char *text)
{
    (void)snprintf(out, room, "%s", text == NULL ? "(none)" : text);
}

static inline void
on_rig_done(struct nj_fetch_req *req, int status, const struct nj_answer *got)
{
    struct rig *rig = req->ctx;

    rig->came++;
    rig->status = status;
    rig->http = 0;
    rig->body_len = 0;
    copy_text(rig->body, sizeof rig->body, NULL);
    copy_text(rig->url, sizeof rig->url, NULL);
    if (got != NULL) {
        rig->http = got->status;
        rig->body_len = got->body_len;
        copy_text(rig->body, sizeof rig->body, got->body);
        copy_text(rig->url, sizeof rig->url, got->url);
        copy_text(rig->content_type, sizeof rig->content_type,
                  got->content_type);
        copy_text(rig->header, sizeof rig->header,
                  rig->want == NULL ? NULL : nj_answer_header(got, rig->want));
        rig->moved_for_good = got->moved_for_good;
        rig->retry_after_ms = got->retry_after_ms;
        rig->date_ms = got->date_ms;
    }
    nj_loop_stop(rig->loop);
}

static inline void rig_open(struct rig *rig, const struct nj_fetcher_opts *opts)
{
    struct nj_err err = {0};

    *rig = (struct rig){0};
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(nj_loop_create(NULL, &rig->loop, NULL), 0);
    if (nj_fetcher_create(rig->loop, opts, &rig->fetcher, &err) != 0) {
        fail_msg("%s", err.text);
    }
    rig->req = (struct nj_fetch_req){
        .allow_private = 1, .done = on_rig_done, .ctx = rig};
}

static inline void on_rig_closed(void *ctx)
{
    *(int *)ctx = 1;
}

static inline void rig_close(struct rig *rig)
{
    int closed = 0;

    nj_fetcher_close(rig->fetcher, on_rig_closed, &closed);
    assert_false(closed);
    nj_loop_run(rig->loop);
    assert_true(closed);
    nj_loop_destroy(rig->loop);
}

/* Send rig->req to URL and wait; returns the status `done` was given. */
static inline int rig_fetch(struct rig *rig, const char *url)
{
    int before = rig->came;
    int code;

    rig->req.url = url;
    code = nj_fetch(rig->fetcher, &rig->req);
    if (code != 0) {
        return code;
    }
    assert_int_equal(rig->came, before);
    nj_loop_run(rig->loop);
    assert_int_equal(rig->came, before + 1);
    return rig->status;
}

#endif
