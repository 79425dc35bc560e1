#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "notify/errand.h"
#include "notify/set.h"

/* ---- messages in --------------------------------------------------------- */

static struct nj_channel *find_channel(const struct nj_bells *bells,
                                       const char *name)
{
    struct nj_channel *channel = bells->channels;

    while (channel != NULL && strcmp(channel->name, name) != 0) {
        channel = channel->next;
    }
    return channel;
}

/* How long this message has to wait for others to the same destination. */
static int64_t hold_ms(struct nj_bells *bells,
                       const struct nj_channel *channel,
                       const struct nj_send_req *req)
{
    uint64_t destination =
        (nj_hash_str(channel->name) * 31 +
         nj_hash_str(req->target == NULL ? "" : req->target)) |
        1;

    return nj_throttle_take(&bells->throttle, destination, channel->per_minute,
                            nj_loop_mono_ms(bells->env->loop),
                            req->message->first);
}

/* How a person knows the destination; an address of the web may be a secret. */
static const char *destination_name(const struct nj_send_req *req)
{
    return req->target == NULL || strstr(req->target, "://") != NULL
               ? req->channel
               : req->target;
}

/* The status of an errand that needs no channel, or 0. */
static int refuse_early(struct nj_errand *errand)
{
    struct nj_send_req *req = errand->req;

    if (errand->channel == NULL) {
        return nj_errand_fault(errand, NJ_E_NOTFOUND,
                               "there is no channel '%s'", req->channel);
    }
    req->retry_ms = hold_ms(errand->bells, errand->channel, req);
    if (req->retry_ms > 0) {
        req->held = 1;
        return nj_errand_fault(errand, NJ_E_AGAIN,
                               "held back: %d messages a minute to %s are "
                               "enough",
                               errand->channel->per_minute,
                               destination_name(req));
    }
    return 0;
}

static int ring(void *ctx, struct nj_send_req *req)
{
    struct nj_bells *bells = ctx;
    struct nj_errand *errand;
    int status;

    if (bells->closing) {
        return NJ_E_STATE;
    }
    errand = nj_errand_create(bells, find_channel(bells, req->channel), req);
    if (errand == NULL) {
        return NJ_E_NOMEM;
    }
    status = refuse_early(errand);
    if (status == 0) {
        status = errand->channel->ops->send(errand->channel, errand);
    }
    if (status == NJ_E_NOMEM) {
        nj_errand_destroy(errand);
        return NJ_E_NOMEM;
    }
    if (status != 0) {
        nj_errand_end_later(errand, status);
    }
    return 0;
}

struct nj_bell_sink nj_bells_sink(struct nj_bells *bells)
{
    return (struct nj_bell_sink){.ctx = bells, .send = ring};
}

/* ---- status callbacks ---------------------------------------------------- */

static int take_callback(void *ctx, const struct nj_callback *callback)
{
    struct nj_bells *bells = ctx;
    struct nj_channel *channel = find_channel(bells, callback->channel);

    if (bells->closing) {
        return 503;
    }
    if (channel == NULL || channel->ops->callback == NULL) {
        return 404;
    }
    return channel->ops->callback(channel, callback);
}

struct nj_callback_sink nj_bells_callbacks(struct nj_bells *bells)
{
    return (struct nj_callback_sink){.ctx = bells, .callback = take_callback};
}

/* ---- life ---------------------------------------------------------------- */

int nj_bells_create(const struct nj_channel_env *env,
                    struct nj_bells **out,
                    struct nj_err *err)
{
    struct nj_bells *bells = calloc(1, sizeof *bells);

    if (bells == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "bells: no memory");
    }
    bells->env = env;
    *out = bells;
    return 0;
}

void nj_bells_take(struct nj_bells *bells, struct nj_bell_set *set)
{
    struct nj_channel *old = bells->channels;

    bells->channels = nj_bell_set_open(set, bells->env);
    while (old != NULL) {
        struct nj_channel *next = old->next;

        nj_channel_retire(old);
        old = next;
    }
}

size_t nj_bells_pending(const struct nj_bells *bells)
{
    return bells->pending;
}

static void on_close_done(struct nj_defer *defer)
{
    struct nj_bells *bells = defer->ctx;
    void (*on_closed)(void *ctx) = bells->on_closed;
    void *ctx = bells->closed_ctx;

    assert(bells->errands == NULL);
    while (bells->channels != NULL) {
        struct nj_channel *next = bells->channels->next;

        nj_channel_retire(bells->channels);
        bells->channels = next;
    }
    free(bells);
    on_closed(ctx);
}

void nj_bells_rest(struct nj_bells *bells)
{
    if (bells->closing && bells->errands == NULL) {
        bells->closed.ctx = bells;
        nj_loop_defer(bells->env->loop, &bells->closed, on_close_done);
    }
}

void nj_bells_close(struct nj_bells *bells,
                    void (*on_closed)(void *ctx),
                    void *ctx)
{
    bells->closing = 1;
    bells->on_closed = on_closed;
    bells->closed_ctx = ctx;
    for (struct nj_errand *e = bells->errands; e != NULL; e = e->next) {
        nj_errand_cancel(e);
    }
    nj_bells_rest(bells);
}
