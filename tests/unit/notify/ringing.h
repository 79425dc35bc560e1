/* Bells for tests: channels from YAML, a clock that stands still, and a peer
 * that is this file: what io/ would put on the wire is caught by --wrap, and
 * answered when the test says so. Link with WRAPS. */

#ifndef NJ_TESTS_NOTIFY_RINGING_H
#define NJ_TESTS_NOTIFY_RINGING_H

#include "unit/notify/fixture.h"

#include "io/mail.h"
#include "notify/channel.h"

enum { MAX_RINGING = 256 };

/* ---- the peer ------------------------------------------------------------ */

static struct {
    struct nj_fetch_req *fetches[MAX_RINGING];
    size_t fetch_count;
    struct nj_mail_req *mails[MAX_RINGING];
    size_t mail_count;
    int fetch_status; /* what starting a request returns */
    int mail_status;
    size_t sessions; /* desktop agents connected */
    char card[8192]; /* last JSON they got */
    char login[64];
    int64_t receipt_page;
    int receipt_status;
    char receipt_fault[256];
    size_t receipts;
} peer;

int __wrap_nj_fetch(struct nj_fetcher *fetcher, struct nj_fetch_req *req);
void __wrap_nj_fetch_cancel(struct nj_fetch_req *req);
int __wrap_nj_mail(struct nj_fetcher *fetcher, struct nj_mail_req *req);

int __wrap_nj_fetch(struct nj_fetcher *fetcher, struct nj_fetch_req *req)
{
    (void)fetcher;
    if (peer.fetch_status == 0) {
        assert_true(peer.fetch_count < MAX_RINGING);
        peer.fetches[peer.fetch_count++] = req;
    }
    return peer.fetch_status;
}

static struct nj_loop *ringing_loop;

static void on_cancelled(struct nj_defer *defer)
{
    struct nj_fetch_req *req = defer->ctx;

    free(defer);
    req->done(req, NJ_E_CANCELED, NULL);
}

void __wrap_nj_fetch_cancel(struct nj_fetch_req *req)
{
    struct nj_defer *defer = calloc(1, sizeof *defer);

    assert_non_null(defer);
    defer->ctx = req;
    nj_loop_defer(ringing_loop, defer, on_cancelled);
    for (size_t i = 0; i < peer.fetch_count; i++) {
        if (peer.fetches[i] == req) {
            peer.fetches[i] = peer.fetches[--peer.fetch_count];
        }
    }
}

int __wrap_nj_mail(struct nj_fetcher *fetcher, struct nj_mail_req *req)
{
    (void)fetcher;
    if (peer.mail_status == 0) {
        assert_true(peer.mail_count < MAX_RINGING);
        peer.mails[peer.mail_count++] = req;
    }
    return peer.mail_status;
}

/* Answer the oldest request: as HTTP with STATUS and BODY, or when MOVED is
 * not 0 as a transfer that failed with it. */
static inline void
peer_answers(int moved, long status, const char *body, int64_t retry_after_ms)
{
    struct nj_answer answer = {.status = status,
                               .body = body,
                               .body_len = strlen(body),
                               .retry_after_ms = retry_after_ms};
    struct nj_fetch_req *req = peer.fetches[0];

    assert_true(peer.fetch_count > 0);
    peer.fetch_count--;
    memmove(peer.fetches, peer.fetches + 1,
            peer.fetch_count * sizeof peer.fetches[0]);
    if (moved != 0) {
        (void)snprintf(req->fault, sizeof req->fault, "the peer hung up");
    }
    req->done(req, moved, moved != 0 ? NULL : &answer);
}

static inline void peer_takes_mail(int status, long code, const char *fault)
{
    struct nj_mail_req *req = peer.mails[0];

    assert_true(peer.mail_count > 0);
    peer.mail_count--;
    memmove(peer.mails, peer.mails + 1, peer.mail_count * sizeof peer.mails[0]);
    req->reply_code = code;
    (void)snprintf(req->fault, sizeof req->fault, "%s", fault);
    req->done(req, status);
}

static size_t ring_agents(void *ctx, const char *login, const char *json)
{
    (void)ctx;
    (void)snprintf(peer.login, sizeof peer.login, "%s", login);
    (void)snprintf(peer.card, sizeof peer.card, "%s", json);
    return peer.sessions;
}

static void
take_receipt(void *ctx, int64_t page_id, int status, const char *fault)
{
    (void)ctx;
    peer.receipts++;
    peer.receipt_page = page_id;
    peer.receipt_status = status;
    (void)snprintf(peer.receipt_fault, sizeof peer.receipt_fault, "%s",
                   fault == NULL ? "" : fault);
}

/* ---- the bells ----------------------------------------------------------- */

struct ringing {
    struct nj_loop *loop;
    struct nj_channel_env env;
    struct nj_bells *bells;
    struct nj_bell_sink sink;
    int closed;
};

static int fetch_secret(void *ctx,
                        enum nj_secret_way way,
                        const char *name,
                        struct nj_secret_value *out,
                        struct nj_err *err)
{
    (void)ctx;
    (void)way;
    (void)err;
    *out = (struct nj_secret_value){.len = 0};
    (void)snprintf(out->bytes, sizeof out->bytes, "secret-%s", name);
    out->len = strlen(out->bytes);
    return 0;
}

/* Channels from YAML, or the status with ERR filled. */
static inline int ringing_set(const struct nj_channel_env *env,
                              const char *yaml,
                              struct nj_bell_set **out,
                              struct nj_err *err)
{
    static const struct nj_secret_resolver secrets = {.fetch = fetch_secret};
    struct nj_conf_input input = {.text = yaml,
                                  .len = strlen(yaml),
                                  .file = "test.yaml",
                                  .directory = "/tmp",
                                  .secrets = &secrets};
    struct nj_settings *settings = NULL;
    struct nj_problems problems;
    int status;

    nj_problems_init(&problems);
    if (nj_settings_read(&input, &settings, &problems) != 0) {
        struct nj_buf text;

        nj_buf_init(&text, 1 << 20);
        nj_problems_print(&problems, &text);
        print_error("%s", nj_buf_text(&text));
        fail_msg("the test's YAML does not check");
    }
    status =
        nj_bell_set_create(env, nj_settings_at(settings, "channels"), out, err);
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
    return status;
}

static inline void ringing_reload(struct ringing *r, const char *yaml)
{
    struct nj_bell_set *set = NULL;
    struct nj_err err = {0};

    if (ringing_set(&r->env, yaml, &set, &err) != 0) {
        fail_msg("%s", err.text);
    }
    nj_bells_take(r->bells, set);
}

static inline void ringing_open(struct ringing *r, const char *yaml)
{
    struct nj_clock clock = {.mode = NJ_CLOCK_VIRTUAL,
                             .start_ms = 1770085091000};

    memset(&peer, 0, sizeof peer);
    *r = (struct ringing){.closed = 0};
    assert_int_equal(nj_loop_create(&clock, &r->loop, NULL), 0);
    ringing_loop = r->loop;
    r->env = (struct nj_channel_env){
        .loop = r->loop,
        .agents = {.ring = ring_agents},
        .receipts = {.receipt = take_receipt},
        .public_url = "https://night.example.org",
    };
    assert_int_equal(nj_bells_create(&r->env, &r->bells, NULL), 0);
    r->sink = nj_bells_sink(r->bells);
    ringing_reload(r, yaml);
}

/* Everything that is due now. */
static inline void ringing_turn(struct ringing *r)
{
    nj_loop_run_virtual(r->loop, nj_loop_wall_ms(r->loop));
}

static inline void ringing_wait(struct ringing *r, int64_t ms)
{
    nj_loop_run_virtual(r->loop, nj_loop_wall_ms(r->loop) + ms);
}

static void on_ringing_closed(void *ctx)
{
    ((struct ringing *)ctx)->closed++;
}

static inline void ringing_close(struct ringing *r)
{
    if (r->closed == 0) {
        nj_bells_close(r->bells, on_ringing_closed, r);
        ringing_turn(r);
    }
    assert_int_equal(r->closed, 1);
    nj_loop_destroy(r->loop);
}

/* ---- one message --------------------------------------------------------- */

struct sending {
    struct nj_send_req req;
    int done; /* how often */
    int status;
};

static void on_sent(struct nj_send_req *req, int status)
{
    struct sending *s = req->ctx;

    s->done++;
    s->status = status;
}

static inline int ringing_send(struct ringing *r,
                               struct sending *s,
                               const char *channel,
                               const char *target,
                               const struct nj_message *message)
{
    int status;

    *s = (struct sending){.req = {.channel = channel,
                                  .target = target,
                                  .message = message,
                                  .done = on_sent}};
    s->req.ctx = s;
    status = r->sink.send(r->sink.ctx, &s->req);
    assert_int_equal(s->done, 0); /* never inside the call */
    return status;
}

#endif
