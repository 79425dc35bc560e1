/* The connector `webhook`: posts pushed to us over HTTP, signed.
 *
 *   call -> verified -> read -> sink -> durable -> 202
 *             401        400     503      503
 *
 * The answer 202 is the promise that the posts are stored. Whoever got another
 * one may send the same again; what was stored after all is recognised.
 */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/crypto.h"
#include "source/connectors.h"
#include "source/health.h"
#include "source/map_settings.h"
#include "source/poll_settings.h"
#include "source/post_json.h"
#include "source/webhook_verify.h"

enum {
    PENDING_MOST = 64,    /* pushes on their way to the store: then 503 */
    QUIET_LOG_MS = 60000, /* between two log records of refusals */
};

struct webhook {
    struct nj_source source; /* first */
    struct nj_loop *loop;
    struct nj_post_sink posts;
    struct nj_source_keys keys;
    struct nj_arena arena; /* of the map */
    struct nj_json_map map;
    int has_map;         /* else posts have our own shape */
    struct nj_hmac *key; /* of the secret; NULL: there is none */
    char *header;        /* of the signature */
    int also_hub;        /* the operator named none: GitHub's will do as well */
    char *time_header;   /* NULL: none */
    int64_t max_age_ms;
    struct nj_health health;
    struct nj_timer timer; /* for silence */
    struct nj_defer defer;
    struct push *pushes; /* all that the sink has */
    size_t pending;
    int64_t logged_mono_ms; /* last refusal in the log; 0 never */
    int closing;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* One push on its way to the store. */
struct push {
    struct nj_intake_req intake;
    struct nj_batch batch;
    struct webhook *hook;
    struct nj_http_call *call;
    struct push *next;
    struct push *prev;
};

/* ---- answers ------------------------------------------------------------ */

static void answer_json(struct nj_http_call *call,
                        int status,
                        struct nj_buf *body,
                        const char *const *headers)
{
    struct nj_http_reply reply = {.status = body->status == 0 ? status : 500,
                                  .body = nj_buf_text(body),
                                  .body_len = body->len,
                                  .headers = headers};

    nj_http_answer(call, &reply);
    nj_buf_finish(body);
}

static void answer_error(struct nj_http_call *call,
                         int status,
                         const char *what,
                         const char *header)
{
    const char *const headers[] = {header, NULL};
    struct nj_buf body;
    struct nj_jw w;

    nj_buf_init(&body, 4096);
    nj_jw_init(&w, &body);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "error", what);
    nj_jw_close(&w, '}');
    answer_json(call, status, &body, header == NULL ? NULL : headers);
}

static void
answer_taken(struct nj_http_call *call, size_t accepted, size_t new_count)
{
    struct nj_buf body;
    struct nj_jw w;

    nj_buf_init(&body, 4096);
    nj_jw_init(&w, &body);
    nj_jw_open(&w, NULL, '{');
    nj_jw_int(&w, "accepted", (int64_t)accepted);
    nj_jw_int(&w, "new", (int64_t)new_count);
    nj_jw_close(&w, '}');
    answer_json(call, 202, &body, NULL);
}

static void answer_busy(struct nj_http_call *call)
{
    answer_error(call, 503, "busy; send the same again in a moment",
                 "Retry-After: 1");
}

/* A refusal may be anyone's doing: it is told in the status and now and then in
 * the log, but does not make the source sick. */
static void refuse(struct webhook *hook,
                   struct nj_http_call *call,
                   int status,
                   const char *what)
{
    char text[NJ_SOURCE_FAULT];
    int64_t now_ms = nj_loop_mono_ms(hook->loop);

    (void)snprintf(text, sizeof text, "refused a push from %s: %s",
                   nj_http_peer(call), what);
    nj_health_note(&hook->health, text);
    if (hook->logged_mono_ms == 0 ||
        now_ms - hook->logged_mono_ms >= QUIET_LOG_MS) {
        hook->logged_mono_ms = now_ms;
        nj_log_warning("source %s %s", hook->source.name, text);
    }
    answer_error(call, status, what, NULL);
}

/* ---- life's end --------------------------------------------------------- */

static void free_hook(struct webhook *hook)
{
    nj_timer_stop(&hook->timer);
    nj_loop_undefer(hook->loop, &hook->defer);
    nj_hmac_destroy(hook->key);
    free(hook->header);
    free(hook->time_header);
    nj_arena_finish(&hook->arena);
    nj_health_finish(&hook->health);
    nj_source_keys_finish(&hook->keys);
    free(hook->source.name);
    free(hook);
}

static void on_close(struct nj_defer *defer)
{
    struct webhook *hook = defer->ctx;
    void (*on_closed)(void *ctx) = hook->on_closed;
    void *ctx = hook->closed_ctx;

    free_hook(hook);
    on_closed(ctx);
}

static void finish_close(struct webhook *hook)
{
    hook->defer.ctx = hook;
    nj_loop_defer(hook->loop, &hook->defer, on_close);
}

/* ---- silence ------------------------------------------------------------ */

static void on_patience(struct nj_timer *timer);

static void wait_for_silence(struct webhook *hook)
{
    int64_t delay_ms =
        nj_health_patience(&hook->health, nj_loop_wall_ms(hook->loop));

    hook->timer.ctx = hook;
    if (delay_ms >= 0 && hook->health.mood != NJ_SOURCE_QUIET &&
        nj_timer_set(hook->loop, &hook->timer, delay_ms, 1000, on_patience) !=
            0) {
        nj_log_warning("source %s: no memory to watch for silence",
                       hook->source.name);
    }
}

static void on_patience(struct nj_timer *timer)
{
    struct webhook *hook = timer->ctx;

    nj_health_check(&hook->health, nj_loop_wall_ms(hook->loop));
    wait_for_silence(hook);
}

/* ---- pushes ------------------------------------------------------------- */

static void free_push(struct push *push)
{
    struct webhook *hook = push->hook;

    if (push->prev != NULL) {
        push->prev->next = push->next;
    } else {
        hook->pushes = push->next;
    }
    if (push->next != NULL) {
        push->next->prev = push->prev;
    }
    hook->pending--;
    nj_batch_finish(&push->batch);
    free(push);
}

static void on_intake(struct nj_intake_req *req, int status, size_t new_count)
{
    struct push *push = req->ctx;
    struct webhook *hook = push->hook;
    struct nj_http_call *call = push->call;
    size_t accepted = push->batch.count;

    free_push(push);
    if (status == 0) {
        answer_taken(call, accepted, new_count);
    } else {
        answer_error(call, 503, "not stored; send the same again",
                     "Retry-After: 5");
    }
    if (hook->closing) {
        if (hook->pending == 0) {
            finish_close(hook);
        }
    } else if (status == 0) {
        int64_t now_ms = nj_loop_wall_ms(hook->loop);

        nj_health_ok(&hook->health, now_ms, new_count);
        wait_for_silence(hook);
    }
}

static struct push *add_push(struct webhook *hook, struct nj_http_call *call)
{
    struct push *push = calloc(1, sizeof *push);

    if (push == NULL) {
        return NULL;
    }
    push->hook = hook;
    push->call = call;
    push->batch.source = hook->source.name;
    push->intake = (struct nj_intake_req){
        .batch = &push->batch, .done = on_intake, .ctx = push};
    push->next = hook->pushes;
    if (hook->pushes != NULL) {
        hook->pushes->prev = push;
    }
    hook->pushes = push;
    hook->pending++;
    return push;
}

static int read_body(struct push *push, struct nj_err *err)
{
    struct webhook *hook = push->hook;
    int64_t now_ms = nj_loop_wall_ms(hook->loop);
    struct nj_taking taking = {
        .batch = &push->batch,
        .brand = hook->keys.brand,
        .place = hook->keys.place,
        .language = hook->keys.language,
        .now_ms = now_ms,
        .silent_before_ms =
            hook->max_age_ms > 0 ? now_ms - hook->max_age_ms : 0,
        .room = NJ_LIMIT_ITEMS,
    };
    size_t len;
    const char *body = nj_http_body(push->call, &len);
    int code = nj_post_json_read(body, len, hook->has_map ? &hook->map : NULL,
                                 &taking, err);

    if (code == 0) {
        code = nj_taking_sort(&taking, 0);
    }
    nj_taking_finish(&taking);
    return code;
}

static void take_push(struct webhook *hook, struct nj_http_call *call)
{
    struct push *push = add_push(hook, call);
    struct nj_err err = {0};
    int code;

    if (push == NULL) {
        answer_busy(call);
        return;
    }
    code = read_body(push, &err);
    if (code == 0 && push->batch.count > 0) {
        code = hook->posts.take(hook->posts.ctx, &push->intake);
        if (code == 0) {
            return; /* on_intake answers */
        }
    }
    free_push(push);
    if (code == 0) {
        answer_taken(call, 0, 0);
    } else if (code == NJ_E_INVALID || code == NJ_E_TOOBIG) {
        refuse(hook, call, code == NJ_E_INVALID ? 400 : 413, err.text);
    } else {
        answer_busy(call);
    }
}

static int verify(struct webhook *hook, struct nj_http_call *call)
{
    struct nj_signed sent = {.key = hook->key,
                             .is_timed = hook->time_header != NULL,
                             .now_ms = nj_loop_wall_ms(hook->loop)};
    struct nj_err err = {0};
    char what[NJ_ERR_TEXT];

    sent.body = nj_http_body(call, &sent.len);
    sent.signature = nj_http_header(call, hook->header);
    if (sent.signature == NULL && hook->also_hub) {
        sent.signature = nj_http_header(call, "X-Hub-Signature-256");
    }
    if (sent.is_timed) {
        sent.timestamp = nj_http_header(call, hook->time_header);
    }
    if (nj_webhook_verify(&sent, &err) == 0) {
        return 0;
    }
    (void)snprintf(what, sizeof what, "%.300s (header %.100s)", err.text,
                   hook->header);
    refuse(hook, call, 401, what);
    return NJ_E_DENIED;
}

static void push_webhook(struct nj_source *source, struct nj_http_call *call)
{
    struct webhook *hook = (struct webhook *)(void *)source;

    if (nj_http_method(call) != NJ_HTTP_POST) {
        answer_error(call, 405, "posts are pushed with POST", "Allow: POST");
    } else if (hook->closing || hook->pending >= PENDING_MOST) {
        answer_busy(call);
    } else if (verify(hook, call) == 0) {
        take_push(hook, call);
    }
}

/* ---- life --------------------------------------------------------------- */

static void poll_now(struct nj_source *source)
{
    (void)source; /* pushes come when they come */
}

static void status(const struct nj_source *source, struct nj_source_status *out)
{
    const struct webhook *hook = (const void *)source;

    nj_health_status(&hook->health, out);
}

static char *keep(const struct nj_node *node, const char *key)
{
    const char *text = nj_node_value(nj_node_get(node, key));

    return text == NULL ? NULL : strdup(text);
}

/* What is signed with: OpenSSL wipes its copy at the end. No secret, no key. */
static int read_key(const struct nj_node *node, struct nj_hmac **out)
{
    const char *secret = nj_node_value(nj_node_get(node, "secret"));

    return secret == NULL || secret[0] == '\0'
               ? 0
               : nj_hmac_create(secret, strlen(secret), out);
}

static int fill(struct webhook *hook,
                const struct nj_source_env *env,
                const struct nj_node *node)
{
    const struct nj_node *header = nj_node_get(node, "signature_header");

    hook->source.name = strdup(nj_node_name(node));
    hook->header = keep(node, "signature_header");
    hook->time_header = keep(node, "timestamp_header");
    hook->also_hub = header == NULL || !nj_node_written(header);
    hook->max_age_ms = nj_node_ms(nj_node_get(node, "max_age"), 0);
    if (hook->source.name == NULL || hook->header == NULL ||
        (hook->time_header == NULL &&
         nj_node_get(node, "timestamp_header") != NULL) ||
        nj_source_keys_read(node, env->brand, &hook->keys) != 0 ||
        read_key(node, &hook->key) != 0) {
        return NJ_E_NOMEM;
    }
    nj_health_init(&hook->health, env, hook->source.name, env->started_ms);
    hook->health.silent_after_ms = hook->keys.silent_after_ms;
    hook->has_map = nj_map_settings_written(node);
    return nj_map_settings_read(node, &hook->arena, &hook->map);
}

static int open_webhook(const struct nj_source_env *env,
                        const struct nj_node *node,
                        struct nj_source **out,
                        struct nj_err *err)
{
    struct webhook *hook = calloc(1, sizeof *hook);

    if (hook == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    hook->source.ops = &nj_webhook_source;
    hook->loop = env->loop;
    hook->posts = env->posts;
    if (fill(hook, env, node) != 0) {
        free_hook(hook);
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    if (hook->key == NULL) {
        free_hook(hook);
        return nj_err_set(err, NJ_E_INVALID,
                          "there is no secret, so anyone could push; give it "
                          "one");
    }
    wait_for_silence(hook);
    *out = &hook->source;
    return 0;
}

/* What the sink still has is waited for; whoever pushed it need not. */
static void
close_webhook(struct nj_source *source, void (*on_closed)(void *ctx), void *ctx)
{
    struct webhook *hook = (struct webhook *)(void *)source;

    assert(!hook->closing);
    hook->closing = 1;
    hook->on_closed = on_closed;
    hook->closed_ctx = ctx;
    nj_timer_stop(&hook->timer);
    if (hook->pending == 0) {
        finish_close(hook);
    }
}

const struct nj_source_ops nj_webhook_source = {
    .type = "webhook",
    .open = open_webhook,
    .poll_now = poll_now,
    .push = push_webhook,
    .status = status,
    .close = close_webhook,
};
