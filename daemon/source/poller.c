#include "source/poller.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "source/poll_inside.h"
#include "source/url.h"

enum {
    HOLD_FIRST_MS = 250, /* the sink was busy: try again after this, doubling */
    HOLD_MOST_MS = 5000,
    URL_BYTES = 16 << 10,
    SENTENCE = 320,
};

static const char *const phases[NJ_POLL_PHASES] = {"idle", "fetching",
                                                   "handing", "held"};

#define TO(phase) (1u << NJ_POLL_##phase)

static const unsigned may_go_to[NJ_POLL_PHASES] = {
    [NJ_POLL_IDLE] = TO(FETCHING),
    [NJ_POLL_FETCHING] = TO(HANDING) | TO(HELD) | TO(IDLE),
    [NJ_POLL_HANDING] = TO(IDLE) | TO(HELD),
    [NJ_POLL_HELD] = TO(HANDING) | TO(HELD) | TO(IDLE),
};

#undef TO

static void move(struct nj_poller *p, enum nj_poll_phase to)
{
    assert((may_go_to[p->phase] & (1u << to)) != 0);
    nj_log_debug("source %s %s -> %s", p->source.name, phases[p->phase],
                 phases[to]);
    p->phase = to;
}

size_t nj_poller_idle_bytes(void)
{
    return sizeof(struct nj_poller);
}

static void on_due(struct nj_timer *timer);
static void on_intake(struct nj_intake_req *req, int status, size_t new_count);

/* ---- timer -------------------------------------------------------------- */

static void arm(struct nj_poller *p, int64_t delay_ms);

static void on_rearm(struct nj_defer *defer)
{
    arm(defer->ctx, 1000);
}

/* Without memory for the timer the next turn tries again: a source never stops
 * for good. */
static void arm(struct nj_poller *p, int64_t delay_ms)
{
    p->timer.ctx = p;
    if (nj_timer_set(p->loop, &p->timer, delay_ms, nj_schedule_slack(delay_ms),
                     on_due) != 0) {
        p->defer.ctx = p;
        nj_loop_defer(p->loop, &p->defer, on_rearm);
    }
}

/* ---- the end of a poll -------------------------------------------------- */

static void free_poll(struct nj_poll *poll)
{
    free(poll->headers);
    free(poll->conditions[0]);
    free(poll->conditions[1]);
    free(poll->reading.next);
    nj_buf_finish(&poll->url);
    nj_batch_finish(&poll->batch);
    nj_state_finish(&poll->next);
    free(poll);
}

static void free_poller(struct nj_poller *p)
{
    nj_timer_stop(&p->timer);
    nj_loop_undefer(p->loop, &p->defer);
    if (p->poll != NULL) {
        free_poll(p->poll);
    }
    p->reader.destroy(p->reader.ctx);
    nj_state_finish(&p->state);
    nj_health_finish(&p->health);
    nj_poll_settings_finish(&p->settings);
    nj_source_keys_finish(&p->keys);
    free(p->source.name);
    free(p);
}

static void on_close(struct nj_defer *defer)
{
    struct nj_poller *p = defer->ctx;
    void (*on_closed)(void *ctx) = p->on_closed;
    void *ctx = p->closed_ctx;

    free_poller(p);
    on_closed(ctx);
}

static void finish_close(struct nj_poller *p)
{
    nj_loop_undefer(p->loop, &p->defer);
    p->defer.ctx = p;
    nj_loop_defer(p->loop, &p->defer, on_close);
}

/* How a poll went, as far as the next one depends on it. */
struct ending {
    enum nj_outcome outcome;
    const char *what; /* NULL: it worked */
    int64_t retry_after_ms;
    size_t new_count;
};

static int64_t plan_next(struct nj_poller *p, const struct ending *ending)
{
    int64_t now_ms = nj_loop_wall_ms(p->loop);
    int64_t spent_ms = nj_loop_mono_ms(p->loop) - p->poll->started_mono_ms;
    int is_first = p->health.fails == 0;
    struct nj_result result = {
        .outcome = ending->outcome,
        .fails = ending->what == NULL ? 0 : p->health.fails + 1,
        .failing_ms = is_first ? 0 : now_ms - p->health.failing_since_ms,
        .retry_after_ms = ending->retry_after_ms,
        .wish_ms = p->poll->wish_ms,
        .nth = ++p->nth,
    };
    int64_t delay_ms = nj_schedule_next(&p->rhythm, &result);

    if (ending->what == NULL) {
        delay_ms -= spent_ms;
    }
    if (delay_ms < p->poll->reading.wait_ms) {
        delay_ms = p->poll->reading.wait_ms;
    }
    return delay_ms < 0 ? 0 : delay_ms;
}

/* The poll is over: plan the next, then tell how it went. The telling is last,
 * because it may call back. */
static void end_poll(struct nj_poller *p, const struct ending *ending)
{
    int64_t now_ms = nj_loop_wall_ms(p->loop);
    int64_t delay_ms = plan_next(p, ending);

    free_poll(p->poll);
    p->poll = NULL;
    move(p, NJ_POLL_IDLE);
    p->health.next_ms = now_ms + delay_ms;
    arm(p, delay_ms);
    if (ending->what == NULL) {
        nj_health_ok(&p->health, now_ms, ending->new_count);
    } else {
        nj_health_failed(&p->health, now_ms, ending->what,
                         ending->outcome == NJ_OUTCOME_GONE);
    }
}

static void fail(struct nj_poller *p, const char *what)
{
    struct ending ending = {
        .outcome = NJ_OUTCOME_FAILED, .what = what, .retry_after_ms = -1};

    /* a place within pages may have gone stale: from the beginning then */
    free(p->state.next);
    p->state.next = NULL;
    p->pages = 0;
    p->high_ms = 0;
    end_poll(p, &ending);
}

/* ---- handing over ------------------------------------------------------- */

static void succeed(struct nj_poller *p, size_t new_count)
{
    struct nj_poll *poll = p->poll;
    int more = poll->later > 0 || poll->reading.next != NULL;
    struct ending ending = {
        .outcome = NJ_OUTCOME_OK, .retry_after_ms = -1, .new_count = new_count};

    nj_log_debug("source %s: %zu posts, %zu news, %zu new, %zu for later",
                 p->source.name, poll->seen, poll->taken, new_count,
                 poll->later);
    nj_state_finish(&p->state);
    p->state = poll->next;
    poll->next = (struct nj_state){0};
    if (more && ++p->pages < p->reader.max_pages) {
        ending.outcome = NJ_OUTCOME_MORE;
    } else {
        p->pages = 0;
        p->high_ms = more ? p->high_ms : 0;
    }
    end_poll(p, &ending);
}

static void hold(struct nj_poller *p)
{
    struct nj_poll *poll = p->poll;
    int64_t delay_ms = HOLD_FIRST_MS;

    for (unsigned i = 0; i < poll->tries && delay_ms < HOLD_MOST_MS; i++) {
        delay_ms *= 2;
    }
    poll->tries++;
    move(p, NJ_POLL_HELD);
    arm(p, delay_ms > HOLD_MOST_MS ? HOLD_MOST_MS : delay_ms);
}

static void hand_over(struct nj_poller *p)
{
    struct nj_poll *poll = p->poll;
    int code;

    poll->intake.batch = &poll->batch;
    poll->intake.done = on_intake;
    poll->intake.ctx = p;
    code = p->posts.take(p->posts.ctx, &poll->intake);
    if (code != 0) {
        hold(p); /* busy, or closing: then we are closed soon as well */
        return;
    }
    move(p, NJ_POLL_HANDING);
}

static void on_intake(struct nj_intake_req *req, int status, size_t new_count)
{
    struct nj_poller *p = req->ctx;

    if (status == 0) {
        p->is_saved = 1;
    }
    if (p->closing) {
        finish_close(p);
    } else if (status == 0) {
        succeed(p, new_count);
    } else {
        nj_log_info("source %s: posts not stored (%s), offered again",
                    p->source.name, nj_code_name(status));
        hold(p);
    }
}

/* ---- the answer --------------------------------------------------------- */

static void on_unchanged(struct nj_poller *p, const struct nj_answer *answer)
{
    struct ending ending = {.outcome = NJ_OUTCOME_OK, .retry_after_ms = -1};

    p->poll->wish_ms = nj_poll_max_age(answer);
    end_poll(p, &ending);
}

static void on_document(struct nj_poller *p, const struct nj_answer *answer)
{
    struct nj_err err = {0};
    int code;

    if (answer->body_len == 0) {
        fail(p, "the answer is empty");
        return;
    }
    code = nj_poll_read_answer(p, answer, &err);
    if (code != 0) {
        fail(p, err.text);
        return;
    }
    p->poll->wish_ms = nj_poll_max_age(answer);
    if (p->poll->wish_ms < p->poll->reading.ttl_ms) {
        p->poll->wish_ms = p->poll->reading.ttl_ms;
    }
    /* beyond max_pages we go on only where posts would be missed */
    if (p->poll->reading.next != NULL && !p->poll->reading.next_counts &&
        p->pages + 1 >= p->reader.max_pages) {
        free(p->poll->reading.next);
        free(p->poll->next.next);
        p->poll->reading.next = NULL;
        p->poll->next.next = NULL;
    }
    if (p->poll->must_save) {
        hand_over(p);
    } else {
        succeed(p, 0);
    }
}

static const char *status_hint(long status)
{
    switch (status) {
    case 401:
        return ": log in; see `auth` and `headers`";
    case 403:
        return ": not allowed";
    case 404:
        return ": nothing is there";
    case 410:
        return ": gone for good; take it out of the configuration";
    default:
        return "";
    }
}

static void on_refusal(struct nj_poller *p, const struct nj_answer *answer)
{
    char what[SENTENCE];
    char span[NJ_DURATION_TEXT];
    struct ending ending = {.outcome = NJ_OUTCOME_FAILED,
                            .what = what,
                            .retry_after_ms = answer->retry_after_ms};

    (void)snprintf(what, sizeof what, "http %ld%s", answer->status,
                   status_hint(answer->status));
    if (answer->status == 410) {
        ending.outcome = NJ_OUTCOME_GONE;
    } else if (answer->retry_after_ms >= 0) {
        ending.outcome = NJ_OUTCOME_LIMITED;
        (void)snprintf(what, sizeof what, "http %ld: told to wait %s",
                       answer->status,
                       nj_str_duration_text(answer->retry_after_ms, span));
    } else if (answer->status == 429) {
        ending.outcome = NJ_OUTCOME_LIMITED;
    } else {
        fail(p, what);
        return;
    }
    end_poll(p, &ending);
}

static void
on_answer(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct nj_poller *p = req->ctx;
    char what[SENTENCE];

    if (p->closing) {
        finish_close(p);
    } else if (status != 0) {
        (void)snprintf(what, sizeof what, "%s",
                       req->fault[0] != '\0' ? req->fault
                                             : nj_code_name(status));
        fail(p, what);
    } else if (answer->status == 304) {
        on_unchanged(p, answer);
    } else if (answer->status >= 200 && answer->status < 300) {
        on_document(p, answer);
    } else {
        on_refusal(p, answer);
    }
}

/* ---- the question ------------------------------------------------------- */

/* "NAME: VALUE" to *OUT. */
static int condition(const char *name, const char *value, char **out)
{
    size_t room = strlen(name) + strlen(value) + 3;

    *out = malloc(room);
    if (*out == NULL) {
        return NJ_E_NOMEM;
    }
    (void)snprintf(*out, room, "%s: %s", name, value);
    return 0;
}

static int fill_headers(struct nj_poller *p)
{
    struct nj_poll *poll = p->poll;
    size_t n = p->settings.header_count;

    poll->headers = calloc(n + 3, sizeof *poll->headers);
    if (poll->headers == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        poll->headers[i] = p->settings.headers[i];
    }
    if (p->state.etag != NULL) {
        if (condition("If-None-Match", p->state.etag, &poll->conditions[0])) {
            return NJ_E_NOMEM;
        }
        poll->headers[n++] = poll->conditions[0];
    }
    if (p->state.modified != NULL) {
        if (condition("If-Modified-Since", p->state.modified,
                      &poll->conditions[1])) {
            return NJ_E_NOMEM;
        }
        poll->headers[n] = poll->conditions[1];
    }
    return 0;
}

static int ask(struct nj_poller *p, struct nj_err *err)
{
    struct nj_poll *poll = p->poll;
    const char *base = p->state.url != NULL ? p->state.url : p->settings.url;
    int code;

    nj_buf_init(&poll->url, URL_BYTES);
    code = p->reader.address(p->reader.ctx, base, &p->state, &poll->url, err);
    if (code == 0 && poll->url.status != 0) {
        code = nj_err_set(err, poll->url.status, "the address grew too long");
    }
    if (code == 0 && fill_headers(p) != 0) {
        code = nj_err_set(err, NJ_E_NOMEM, "no memory to ask");
    }
    if (code != 0) {
        return code;
    }
    poll->req = (struct nj_fetch_req){
        .url = nj_buf_text(&poll->url),
        .headers = poll->headers,
        .username = p->settings.username,
        .password = p->settings.password,
        .ca_file = p->settings.ca_file,
        .max_bytes = p->settings.max_bytes,
        .timeout_ms = p->settings.timeout_ms,
        .allow_private =
            nj_url_same_host(p->settings.url, nj_buf_text(&poll->url)),
        .done = on_answer,
        .ctx = p,
    };
    code = nj_fetch(p->fetcher, &poll->req);
    return code == 0
               ? 0
               : nj_err_set(err, code, "cannot ask: %s", nj_code_name(code));
}

static void begin_poll(struct nj_poller *p)
{
    struct nj_err err = {0};

    p->poll = calloc(1, sizeof *p->poll);
    if (p->poll == NULL) {
        nj_log_warning("source %s: no memory to poll", p->source.name);
        arm(p, p->rhythm.every_ms);
        return;
    }
    p->poll->started_mono_ms = nj_loop_mono_ms(p->loop);
    move(p, NJ_POLL_FETCHING);
    if (ask(p, &err) != 0) {
        fail(p, err.text);
    }
}

static void on_due(struct nj_timer *timer)
{
    struct nj_poller *p = timer->ctx;

    if (p->phase == NJ_POLL_IDLE) {
        begin_poll(p);
    } else if (p->phase == NJ_POLL_HELD) {
        hand_over(p);
    }
}

/* ---- life --------------------------------------------------------------- */

static int read_cursor(struct nj_poller *p, const struct nj_source_env *env)
{
    int64_t since_ms = env->started_ms - p->keys.backfill_ms;
    struct nj_err err = {0};
    int code = NJ_E_INVALID;

    if (env->cursor != NULL) {
        code = nj_state_read(env->cursor, &p->state, &err);
        if (code == NJ_E_INVALID) {
            nj_log_warning("source %s: %s; begun anew, what is known already "
                           "will be recognised",
                           p->source.name, err.text);
        }
    }
    if (code == NJ_E_INVALID) {
        nj_state_init(&p->state, since_ms);
        code = 0;
    } else if (code == 0) {
        p->is_saved = 1;
    }
    return code;
}

static int fill(struct nj_poller *p,
                const struct nj_source_env *env,
                const struct nj_node *node)
{
    const struct nj_node *every = nj_node_get(node, "every");
    int64_t since_ms = env->started_ms;
    int code;

    p->source.name = strdup(nj_node_name(node));
    if (p->source.name == NULL) {
        return NJ_E_NOMEM;
    }
    code = nj_source_keys_read(node, env->brand, &p->keys);
    if (code == 0) {
        code = nj_poll_settings_read(node, p->reader.accept, &p->settings);
    }
    if (code == 0) {
        code = read_cursor(p, env);
    }
    if (code != 0) {
        return code;
    }
    p->rhythm = (struct nj_rhythm){
        .every_ms = nj_node_ms(every, 300000),
        .every_written = nj_node_written(every),
        .fails_after_ms = p->keys.fails_after_ms,
        .seed = nj_hash_str(p->source.name),
    };
    if (p->state.high_ms > 0) {
        since_ms = p->state.high_ms;
    }
    nj_health_init(&p->health, env, p->source.name, since_ms);
    p->health.fails_after_ms = p->keys.fails_after_ms;
    p->health.silent_after_ms = p->keys.silent_after_ms;
    return 0;
}

int nj_poller_open(const struct nj_source_ops *ops,
                   const struct nj_source_env *env,
                   const struct nj_node *node,
                   const struct nj_reader *reader,
                   struct nj_source **out,
                   struct nj_err *err)
{
    struct nj_poller *p = calloc(1, sizeof *p);
    int64_t delay_ms;

    if (p == NULL) {
        reader->destroy(reader->ctx);
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    p->source.ops = ops;
    p->loop = env->loop;
    p->fetcher = env->fetcher;
    p->posts = env->posts;
    p->reader = *reader;
    if (fill(p, env, node) != 0) {
        free_poller(p);
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    delay_ms = nj_schedule_first(&p->rhythm, env->sources);
    p->health.next_ms = nj_loop_wall_ms(p->loop) + delay_ms;
    arm(p, delay_ms);
    *out = &p->source;
    return 0;
}

static struct nj_poller *of(struct nj_source *source)
{
    return (struct nj_poller *)(void *)source;
}

void nj_poller_poll_now(struct nj_source *source)
{
    struct nj_poller *p = of(source);

    if (!p->closing && p->phase == NJ_POLL_IDLE) {
        arm(p, 0);
    }
}

void nj_poller_status(const struct nj_source *source,
                      struct nj_source_status *out)
{
    const struct nj_poller *p = (const void *)source;

    nj_health_status(&p->health, out);
}

void nj_poller_close(struct nj_source *source,
                     void (*on_closed)(void *ctx),
                     void *ctx)
{
    struct nj_poller *p = of(source);

    assert(!p->closing);
    p->closing = 1;
    p->on_closed = on_closed;
    p->closed_ctx = ctx;
    nj_timer_stop(&p->timer);
    if (p->phase == NJ_POLL_FETCHING) {
        nj_fetch_cancel(&p->poll->req);
    } else if (p->phase != NJ_POLL_HANDING) {
        finish_close(p);
    }
}
