/* One mail: checked, handed to the mailer, answered. Not by libcurl: its SMTP
 * waits for the answer to QUIT inside a call, up to two minutes in which the
 * whole loop stands. */

#include "io/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "io/fetch_engine.h"
#include "io/mailer.h"

/* Say why REQ failed; SUBJECT is its server, or the field that is wrong. */
static void
explain(struct nj_mail_req *req, const char *subject, const char *why)
{
    char text[sizeof req->fault];

    (void)snprintf(text, sizeof text, "%s: %s", subject, why);
    (void)nj_str_harmless(text, strlen(text), req->fault, sizeof req->fault);
}

/* ---- the end ------------------------------------------------------------ */

static void free_job(struct nj_mail_job *job)
{
    nj_buf_finish(&job->body);
    free(job);
}

static void on_done(struct nj_defer *defer)
{
    struct nj_mail_job *job = defer->ctx;
    struct nj_mail_req *req = job->req;
    int status = job->status;

    nj_mailer_leave(job->mailer, job);
    free_job(job);
    req->private_ = NULL;
    req->done(req, status);
}

void nj_mail_settle(struct nj_mail_job *job,
                    int status,
                    long reply_code,
                    const char *why)
{
    if (job->done.queued) {
        return; /* it has its outcome already */
    }
    nj_timer_stop(&job->timer);
    job->status = status;
    job->req->reply_code = reply_code;
    job->req->fault[0] = '\0';
    if (status != 0) {
        explain(job->req, job->req->url, why);
    }
    nj_loop_defer(nj_mailer_loop(job->mailer), &job->done, on_done);
}

static void on_late(struct nj_timer *timer)
{
    struct nj_mail_job *job = timer->ctx;
    int64_t ms =
        job->req->timeout_ms > 0 ? job->req->timeout_ms : NJ_MAIL_TIMEOUT_MS;
    char text[NJ_DURATION_TEXT];
    char why[80];

    (void)snprintf(why, sizeof why, "not done within %s",
                   nj_str_duration_text(ms, text));
    nj_mailer_let_go(job);
    nj_mail_settle(job, NJ_E_TIMEOUT, 0, why);
}

/* ---- checks ------------------------------------------------------------- */

static int check_address(struct nj_mail_req *req, const char *address)
{
    const char *why =
        address == NULL ? "is missing" : nj_smtp_address_fault(address);
    char text[200];

    if (why == NULL) {
        return 0;
    }
    (void)snprintf(text, sizeof text, "the address %s",
                   address == NULL ? "" : address);
    explain(req, text, why);
    return NJ_E_INVALID;
}

static int check_recipients(struct nj_mail_req *req)
{
    size_t count = 0;
    int code = 0;

    while (code == 0 && req->to != NULL && req->to[count] != NULL &&
           count <= NJ_MAIL_RECIPIENTS) {
        code = check_address(req, req->to[count]);
        count++;
    }
    if (code == 0 && (count == 0 || count > NJ_MAIL_RECIPIENTS)) {
        explain(req, "the recipients", "there must be 1 to 100");
        code = NJ_E_INVALID;
    }
    return code;
}

static int check(struct nj_mail_req *req, struct nj_smtp_place *out)
{
    int code;

    if (nj_smtp_place_read(req->url, out) != 0) {
        explain(req, "the mail server",
                "write smtp://host, smtp://host:587 or smtps://host");
        return NJ_E_INVALID;
    }
    if (req->hello != NULL && !nj_smtp_hello_is_clean(req->hello)) {
        explain(req, "our name for EHLO", "write a host name");
        return NJ_E_INVALID;
    }
    if (req->data_len > NJ_MAIL_BYTES / 3) {
        explain(req, "the message", "it is too large for a mail");
        return NJ_E_INVALID;
    }
    code = check_address(req, req->from);
    return code != 0 ? code : check_recipients(req);
}

/* ---- start -------------------------------------------------------------- */

static struct nj_mail_job *make_job(struct nj_mailer *mailer,
                                    struct nj_mail_req *req)
{
    struct nj_mail_job *job = calloc(1, sizeof *job);

    if (job == NULL) {
        return NULL;
    }
    job->mailer = mailer;
    job->req = req;
    job->timer.ctx = job;
    job->done.ctx = job;
    nj_buf_init(&job->body, NJ_MAIL_BYTES);
    if (nj_smtp_add_body(&job->body, req->data, req->data_len) != 0) {
        free_job(job);
        return NULL;
    }
    return job;
}

static struct nj_mailer *find_mailer(struct nj_fetcher *fetcher)
{
    if (fetcher->mailer == NULL) {
        fetcher->mailer = nj_mailer_create(fetcher->loop);
    }
    return fetcher->mailer;
}

static int hand_over(struct nj_mail_job *job,
                     const struct nj_smtp_place *place,
                     const char *ca_file)
{
    struct nj_mail_req *req = job->req;
    struct nj_err err = {0};
    int64_t ms = req->timeout_ms > 0 ? req->timeout_ms : NJ_MAIL_TIMEOUT_MS;
    int code =
        nj_timer_set(nj_mailer_loop(job->mailer), &job->timer, ms, 0, on_late);

    if (code != 0) {
        return code;
    }
    code = nj_mailer_take(job->mailer, job, place,
                          req->ca_file == NULL ? ca_file : req->ca_file, &err);
    if (code == NJ_E_DENIED) { /* told like any other failure on the way */
        nj_mail_settle(job, code, 0, err.text);
        return 0;
    }
    if (code != 0) {
        nj_timer_stop(&job->timer);
    }
    return code;
}

int nj_mail(struct nj_fetcher *fetcher, struct nj_mail_req *req)
{
    struct nj_smtp_place place;
    struct nj_mailer *mailer;
    struct nj_mail_job *job;
    int code;

    if (fetcher->is_closing) {
        return NJ_E_STATE;
    }
    code = check(req, &place);
    if (code != 0) {
        return code;
    }
    mailer = find_mailer(fetcher);
    job = mailer == NULL ? NULL : make_job(mailer, req);
    if (job == NULL) {
        return NJ_E_NOMEM;
    }
    nj_mailer_enter(mailer, job);
    code = hand_over(job, &place, fetcher->ca_file);
    if (code != 0) {
        nj_mailer_leave(mailer, job);
        free_job(job);
        return code;
    }
    req->reply_code = 0;
    req->private_ = job;
    return 0;
}
