/* One page on the wire: composed, sent, and what comes of it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "watch/waiting.h"

enum {
    FIRST_BACKOFF_MS = 5000,
    LAST_BACKOFF_MS = 60000,
    LAST_MAIL_BACKOFF_MS = 10 * 60000,
    MAIL_TRIED_MS = 24 * 3600000, /* it is all that tells of a quiet alert */
    TRIES_WITHOUT_END = 8,        /* of a page whose step has no end */
};

/* ---- what came of it --------------------------------------------------- */

static const char *person_or_target(const struct nj_page *page)
{
    if (page->person != NULL) {
        return page->person;
    }
    return page->target != NULL ? page->target : page->channel;
}

/* Whether W stands in the figures: of true alerts, not of tests, drills and
 * news. */
static unsigned counts(const struct nj_waiting *w)
{
    return w->page.kind != NJ_PAGE_TEST && w->page.kind != NJ_PAGE_NEWS &&
           !nj_waiting_is_drill(w);
}

/* A deed, or the watch breaks down: what happened outside must be written. */
static struct nj_deed *must_begin(struct nj_outbox *outbox)
{
    struct nj_deed *deed = nj_deed_begin(outbox->ledger);

    if (deed == NULL) {
        outbox->env->on_broken(outbox->env->broken_ctx,
                               "memory ran out while a page came back");
    }
    return deed;
}

static void keep_text(const char *text, char **out)
{
    free(*out);
    *out = text[0] == '\0' ? NULL : strdup(text); /* a note: may be lost */
}

static void mark_sent(struct nj_waiting *w, const char *ref)
{
    struct nj_outbox *outbox = w->outbox;
    struct nj_deed *deed = must_begin(outbox);

    if (deed == NULL) {
        return;
    }
    w->page.state = NJ_PAGE_SENT;
    w->page.attempts++;
    w->page.done_ms = nj_loop_wall_ms(outbox->env->loop);
    keep_text(ref, &w->page.ref);
    outbox->env->stats.pages_sent += counts(w);
    nj_txn_page(nj_deed_txn(deed), &w->page);
    nj_deed_event(deed, w->page.alert, "sent", w->page.person, "%s by %s: %s",
                  person_or_target(&w->page), w->page.channel,
                  w->page.kind == NJ_PAGE_TELL || w->page.kind == NJ_PAGE_NEWS
                      ? "told"
                      : "sent");
    nj_deed_commit_calm(deed);
}

static void mark_failed(struct nj_waiting *w, const char *fault)
{
    struct nj_outbox *outbox = w->outbox;
    struct nj_alert *alert = nj_alerts_find(outbox->alerts, w->page.alert);
    struct nj_deed *deed = must_begin(outbox);

    if (deed == NULL) {
        return;
    }
    w->page.state = NJ_PAGE_FAILED;
    w->page.attempts++;
    w->page.done_ms = nj_loop_wall_ms(outbox->env->loop);
    keep_text(fault, &w->page.fault);
    outbox->env->stats.pages_failed += counts(w);
    nj_txn_page(nj_deed_txn(deed), &w->page);
    nj_deed_event(deed, w->page.alert, "failed", w->page.person,
                  "%s by %s: not sent, given up: %s",
                  person_or_target(&w->page), w->page.channel, fault);
    nj_deed_commit(deed);
    outbox->on_failed(outbox->on_failed_ctx, alert, &w->page);
}

/* Somebody answered while it rang, and it did not get through: no loss. */
static void mark_dropped(struct nj_waiting *w, const char *fault)
{
    struct nj_outbox *outbox = w->outbox;
    struct nj_deed *deed = must_begin(outbox);

    if (deed == NULL) {
        return;
    }
    w->page.state = NJ_PAGE_DROPPED;
    w->page.attempts++;
    w->page.done_ms = nj_loop_wall_ms(outbox->env->loop);
    keep_text(fault, &w->page.fault);
    nj_txn_page(nj_deed_txn(deed), &w->page);
    nj_deed_event(deed, w->page.alert, "dropped", w->page.person,
                  "%s by %s: not sent, and not needed any more: %s",
                  person_or_target(&w->page), w->page.channel, fault);
    nj_deed_commit(deed);
}

/* No climb stands behind it that would take the next contact. */
static int is_patient(const struct nj_waiting *w)
{
    return w->page.kind == NJ_PAGE_MAIL || w->page.kind == NJ_PAGE_NEWS;
}

static int64_t backoff_ms(const struct nj_waiting *w, int64_t retry_ms)
{
    int64_t ms = FIRST_BACKOFF_MS;
    int64_t most = is_patient(w) ? LAST_MAIL_BACKOFF_MS : LAST_BACKOFF_MS;

    for (int i = 0; i < w->backoffs && ms < most; i++) {
        ms *= 2;
    }
    if (ms > most) {
        ms = most;
    }
    return retry_ms > ms ? retry_ms : ms;
}

/* Whether another try at NEXT_MS still makes sense. */
static int is_too_late(const struct nj_waiting *w, int64_t next_ms)
{
    if (w->page.until_ms != 0) {
        return next_ms >= w->page.until_ms;
    }
    if (is_patient(w)) {
        return next_ms >= w->page.made_ms + MAIL_TRIED_MS;
    }
    return w->backoffs + 1 >= TRIES_WITHOUT_END;
}

/* What was only held back here is no failure, and has no end but its turn. */
static void try_later(struct nj_waiting *w, const struct nj_send_req *result)
{
    struct nj_outbox *outbox = w->outbox;
    const char *fault = result->fault;
    int64_t now = nj_loop_wall_ms(outbox->env->loop);
    int64_t delay = result->held && result->retry_ms > 0
                        ? result->retry_ms
                        : backoff_ms(w, result->retry_ms);

    if (!result->held && is_too_late(w, now + delay)) {
        mark_failed(w, fault);
        nj_waiting_free(w);
        return;
    }
    if (!result->held) {
        struct nj_deed *deed = must_begin(outbox);

        if (deed == NULL) {
            return;
        }
        w->backoffs++;
        w->page.attempts++;
        outbox->env->stats.pages_retried += counts(w);
        nj_deed_event(deed, w->page.alert, "retry", w->page.person,
                      "%s by %s: not sent: %s (again in %lld s)",
                      person_or_target(&w->page), w->page.channel, fault,
                      (long long)((delay + 999) / 1000));
        nj_deed_commit(deed);
    }
    w->page.next_ms = now + delay;
    nj_waiting_again(w);
}

static void
settle(struct nj_waiting *w, int status, const struct nj_send_req *result)
{
    if (w->unwanted && status != 0 && status != NJ_E_CANCELED) {
        mark_dropped(w, result->fault);
        nj_waiting_free(w);
        return;
    }
    switch (status) {
    case 0:
        mark_sent(w, result->ref);
        nj_waiting_free(w);
        break;
    case NJ_E_CANCELED: /* we close: the store still has it waiting */
        nj_waiting_free(w);
        break;
    case NJ_E_NET:
    case NJ_E_TIMEOUT:
    case NJ_E_AGAIN:
    case NJ_E_NOMEM:
        try_later(w, result);
        break;
    default:
        mark_failed(w, result->fault);
        nj_waiting_free(w);
        break;
    }
}

static void on_sent(struct nj_send_req *req, int status)
{
    struct nj_waiting *w = req->ctx;
    struct nj_outbox *outbox = w->outbox;
    struct nj_waiting *bundle = w->bundle;
    struct nj_send_req result = *req; /* W goes before its bundle */
    const char *person = w->page.person;
    char *target = req->target == NULL ? NULL : strdup(req->target);

    outbox->ringing--;
    free(w->message);
    w->message = NULL;
    w->bundle = NULL;
    w->bundled = 0;
    result.target = target;
    settle(w, status, &result);
    while (bundle != NULL) {
        struct nj_waiting *next = bundle->next;

        bundle->next = NULL;
        settle(bundle, status, &result);
        bundle = next;
    }
    outbox->on_heard(outbox->on_heard_ctx, &result, person, status);
    free(target);
    nj_loop_defer(outbox->env->loop, &outbox->pump, outbox->pump.on_run);
}

/* ---- sending ----------------------------------------------------------- */

static void ring_now(struct nj_waiting *w)
{
    struct nj_outbox *outbox = w->outbox;
    const struct nj_alert *alert =
        nj_alerts_find(outbox->alerts, w->page.alert);
    int code = NJ_E_NOMEM;

    w->state = NJ_WAITING_RINGING;
    outbox->ringing++;
    w->message = malloc(sizeof *w->message);
    if (w->message != NULL) {
        nj_compose(outbox->env, &w->page, alert, w->card, w->bundled,
                   w->message);
        w->req = (struct nj_send_req){
            .channel = w->page.channel,
            .target = w->page.target,
            .message = &w->message->message,
            .done = on_sent,
            .ctx = w,
        };
        code = outbox->env->bells.send(outbox->env->bells.ctx, &w->req);
    }
    if (code != 0) {
        (void)snprintf(w->req.fault, sizeof w->req.fault, "%s",
                       nj_code_name(code));
        w->req.ctx = w;
        on_sent(&w->req, code == NJ_E_STATE ? NJ_E_CANCELED : code);
    }
}

static void
on_card(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_waiting *w = query->ctx;
    struct nj_outbox *outbox = w->outbox;

    if (status == 0 && rows->alert_count > 0 &&
        nj_waiting_keep_card(w, &rows->alerts[0].card) != 0) {
        nj_log_warning("alert %lld: paged without its text: no memory",
                       (long long)w->page.alert);
    }
    free(query);
    w->query = NULL;
    outbox->ringing--;
    if (w->dropped || status == NJ_E_CANCELED) {
        nj_waiting_free(w); /* and its place on the wire is another's */
        nj_loop_defer(outbox->env->loop, &outbox->pump, outbox->pump.on_run);
        return;
    }
    ring_now(w); /* even when the store could not say more */
}

static int ask_card(struct nj_waiting *w)
{
    struct nj_query_req *query = calloc(1, sizeof *query);

    if (query == NULL) {
        return NJ_E_NOMEM;
    }
    w->asked_id = w->page.alert;
    query->kind = NJ_QUERY_CARDS;
    query->alert_ids = &w->asked_id;
    query->alert_id_count = 1;
    query->done = on_card;
    query->ctx = w;
    if (nj_store_query(w->outbox->env->store, query) != 0) {
        free(query);
        return NJ_E_STATE;
    }
    w->query = query;
    w->state = NJ_WAITING_ASKING;
    w->outbox->ringing++;
    return 0;
}

void nj_waiting_ring(struct nj_waiting *w)
{
    if (w->card == NULL && w->page.alert != 0 && ask_card(w) == 0) {
        return;
    }
    ring_now(w);
}

/* ---- receipts ---------------------------------------------------------- */

void nj_outbox_receipt(struct nj_outbox *outbox,
                       int64_t page_id,
                       int status,
                       const char *fault)
{
    struct nj_deed *deed = nj_deed_begin(outbox->ledger);

    if (deed == NULL) {
        return; /* a receipt may be lost; the peer's log still has it */
    }
    if (status == 0) {
        nj_deed_event(deed, 0, "delivered", NULL, "page %lld arrived",
                      (long long)page_id);
    } else {
        nj_deed_event(deed, 0, "undelivered", NULL, "page %lld: %s",
                      (long long)page_id, fault == NULL ? "no reason" : fault);
    }
    nj_txn_receipt(nj_deed_txn(deed), page_id, status, fault);
    nj_deed_commit(deed);
}
