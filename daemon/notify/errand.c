#include "notify/errand.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "notify/set.h"

struct nj_errand *nj_errand_create(struct nj_bells *bells,
                                   struct nj_channel *channel,
                                   struct nj_send_req *req)
{
    size_t bytes =
        channel == NULL ? sizeof(struct nj_errand) : channel->ops->errand_bytes;
    struct nj_errand *errand = calloc(1, bytes);

    if (errand == NULL) {
        return NULL;
    }
    errand->bells = bells;
    errand->channel = channel;
    errand->req = req;
    errand->next = bells->errands;
    errand->back = &bells->errands;
    if (errand->next != NULL) {
        errand->next->back = &errand->next;
    }
    bells->errands = errand;
    bells->pending++;
    if (channel != NULL) {
        channel->errands++;
    }
    req->private_ = errand;
    req->ref[0] = '\0';
    req->fault[0] = '\0';
    req->retry_ms = 0;
    req->held = 0;
    req->of_target = 0;
    return errand;
}

void nj_errand_destroy(struct nj_errand *errand)
{
    struct nj_channel *channel = errand->channel;

    nj_loop_undefer(errand->bells->env->loop, &errand->defer);
    *errand->back = errand->next;
    if (errand->next != NULL) {
        errand->next->back = errand->back;
    }
    errand->bells->pending -= errand->req != NULL;
    if (channel != NULL && channel->ops->forget != NULL) {
        channel->ops->forget(errand);
    }
    free(errand);
    if (channel != NULL) {
        channel->errands--;
        nj_channel_release(channel);
    }
}

void nj_errand_end(struct nj_errand *errand, int status)
{
    struct nj_send_req *req = errand->req;
    struct nj_bells *bells = errand->bells;

    nj_errand_destroy(errand);
    nj_bells_rest(bells);
    if (req != NULL) {
        req->private_ = NULL;
        req->done(req, status);
    }
}

static void on_end(struct nj_defer *defer)
{
    struct nj_errand *errand = defer->ctx;

    nj_errand_end(errand, errand->status);
}

void nj_errand_end_later(struct nj_errand *errand, int status)
{
    errand->status = status;
    errand->defer.ctx = errand;
    nj_loop_defer(errand->bells->env->loop, &errand->defer, on_end);
}

/* The answer goes now; the memory when io/ has let go of it. */
static void on_call_off(struct nj_defer *defer)
{
    struct nj_errand *errand = defer->ctx;
    struct nj_send_req *req = errand->req;

    errand->req = NULL;
    errand->bells->pending--;
    req->private_ = NULL;
    req->done(req, NJ_E_CANCELED);
}

void nj_errand_cancel(struct nj_errand *errand)
{
    if (!errand->on_wire || errand->req == NULL) {
        return; /* its answer is already due in the next turn, or given */
    }
    (void)nj_errand_fault(errand, NJ_E_CANCELED, "nightjar is stopping");
    if (errand->channel->ops->cancel != NULL) {
        errand->channel->ops->cancel(errand);
        return;
    }
    errand->defer.ctx = errand;
    nj_loop_defer(errand->bells->env->loop, &errand->defer, on_call_off);
}

/* Foreign TEXT in at most ROOM bytes, whole letters, nothing that a terminal
 * or a log would obey. */
static void copy_harmless(char *out, size_t room, const char *text)
{
    size_t len = strlen(text);

    len = nj_utf8_cut(text, len, room - 1);
    (void)nj_str_harmless(text, len, out, room);
}

int nj_errand_fault(struct nj_errand *errand, int code, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    if (errand->req == NULL) {
        return code;
    }
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    copy_harmless(errand->req->fault, sizeof errand->req->fault, text);
    return code;
}

int nj_errand_of_target(struct nj_errand *errand, int code)
{
    if (errand->req != NULL) {
        errand->req->of_target = code == NJ_E_REFUSED || code == NJ_E_AGAIN;
    }
    return code;
}

void nj_errand_ref(struct nj_errand *errand, const char *ref)
{
    if (errand->req != NULL && ref != NULL) {
        copy_harmless(errand->req->ref, sizeof errand->req->ref, ref);
    }
}
