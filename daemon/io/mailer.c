#include "io/mailer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

struct nj_mail_session {
    struct nj_mail_server *server;
    struct nj_mail_session *next; /* in the server's list, while alive */
    struct nj_smtp *smtp;
    struct nj_mail_job *job; /* being carried or waited for; NULL: idle */
    int is_ready;
    int carried; /* mails so far */
    struct nj_timer idle;
};

struct nj_mail_server {
    struct nj_mailer *mailer;
    struct nj_mail_server *next;
    struct nj_smtp_server where;
    struct nj_mail_job *line; /* first in line */
    struct nj_mail_job *last; /* and last */
    struct nj_mail_session *sessions;
    size_t session_count; /* with those that are closing */
    size_t live_count;    /* without */
};

/* One set of authorities, read once. */
struct authority {
    struct authority *next;
    char *file;
    SSL_CTX *context;
};

struct nj_mailer {
    struct nj_loop *loop;
    struct nj_mail_server *servers;
    struct authority *authorities;
    struct nj_mail_job *jobs; /* all whose `done` has not come */
    char own_name[256];       /* this machine's, for EHLO */
    struct nj_defer gone;
    int is_closing;
    void (*on_gone)(void *ctx);
    void *gone_ctx;
};

static void serve_line(struct nj_mail_server *server);
static void check_gone(struct nj_mailer *mailer);

/* ---- servers ------------------------------------------------------------ */

static void free_server(struct nj_mail_server *server)
{
    struct nj_smtp_server *where = &server->where;

    free(where->hello);
    free(where->username);
    if (where->password != NULL) {
        nj_wipe(where->password, strlen(where->password));
        free(where->password);
    }
    free(where->ca_file);
    free(server);
}

static int copy(const char *text, char **out)
{
    *out = text == NULL ? NULL : strdup(text);
    return text == NULL || *out != NULL ? 0 : NJ_E_NOMEM;
}

/* The context for FILE, made when it is asked for first. */
static int find_authority(struct nj_mailer *mailer,
                          const char *file,
                          SSL_CTX **out,
                          struct nj_err *err)
{
    struct authority *authority = mailer->authorities;
    int code;

    while (authority != NULL && strcmp(authority->file, file) != 0) {
        authority = authority->next;
    }
    if (authority == NULL) {
        authority = calloc(1, sizeof *authority);
        if (authority == NULL || copy(file, &authority->file) != 0) {
            free(authority);
            return nj_err_set(err, NJ_E_NOMEM, "no memory");
        }
        code = nj_stream_context(file, &authority->context, err);
        if (code != 0) {
            free(authority->file);
            free(authority);
            return code;
        }
        authority->next = mailer->authorities;
        mailer->authorities = authority;
    }
    *out = authority->context;
    return 0;
}

static int is_server_of(const struct nj_mail_server *server,
                        const struct nj_mail_req *req,
                        const struct nj_smtp_place *place,
                        const char *ca_file)
{
    const struct nj_smtp_server *where = &server->where;
    const char *hello =
        req->hello == NULL ? server->mailer->own_name : req->hello;

    return strcmp(where->place.host, place->host) == 0 &&
           strcmp(where->place.port, place->port) == 0 &&
           where->place.implicit_tls == place->implicit_tls &&
           where->starttls == req->starttls && nj_str_eq(where->hello, hello) &&
           nj_str_eq(where->username, req->username) &&
           nj_str_eq(where->password, req->password) &&
           nj_str_eq(where->ca_file, ca_file);
}

static int make_server(struct nj_mailer *mailer,
                       const struct nj_mail_req *req,
                       const struct nj_smtp_place *place,
                       const char *ca_file,
                       struct nj_mail_server **out,
                       struct nj_err *err)
{
    struct nj_mail_server *server = calloc(1, sizeof *server);
    const char *hello = req->hello == NULL ? mailer->own_name : req->hello;
    int needs_tls = place->implicit_tls || req->starttls != NJ_STARTTLS_OFF;
    int code;

    if (server == NULL || copy(hello, &server->where.hello) != 0 ||
        copy(req->username, &server->where.username) != 0 ||
        copy(req->password, &server->where.password) != 0 ||
        copy(ca_file, &server->where.ca_file) != 0) {
        if (server != NULL) {
            free_server(server);
        }
        (void)nj_err_set(err, NJ_E_NOMEM, "no memory");
        return NJ_E_NOMEM;
    }
    code = needs_tls ? find_authority(mailer, ca_file, &server->where.tls, err)
                     : 0;
    if (code != 0) {
        free_server(server);
        return code;
    }
    server->mailer = mailer;
    server->where.place = *place;
    server->where.starttls = req->starttls;
    server->next = mailer->servers;
    mailer->servers = server;
    *out = server;
    return 0;
}

/* Nobody waits for SERVER and nothing is open to it: forget it. */
static void forget_if_unused(struct nj_mail_server *server)
{
    struct nj_mail_server **at = &server->mailer->servers;

    if (server->line != NULL || server->session_count > 0) {
        return;
    }
    while (*at != server) {
        at = &(*at)->next;
    }
    *at = server->next;
    free_server(server);
}

/* ---- the line ----------------------------------------------------------- */

static void append(struct nj_mail_server *server, struct nj_mail_job *job)
{
    job->behind = NULL;
    if (server->line == NULL) {
        server->line = job;
    } else {
        server->last->behind = job;
    }
    server->last = job;
}

static void put_first(struct nj_mail_server *server, struct nj_mail_job *job)
{
    job->behind = server->line;
    server->line = job;
    if (job->behind == NULL) {
        server->last = job;
    }
}

static void leave_line(struct nj_mail_server *server, struct nj_mail_job *job)
{
    struct nj_mail_job *before = NULL;
    struct nj_mail_job *at = server->line;

    while (at != NULL && at != job) {
        before = at;
        at = at->behind;
    }
    if (at == NULL) {
        return;
    }
    if (before == NULL) {
        server->line = job->behind;
    } else {
        before->behind = job->behind;
    }
    if (server->last == job) {
        server->last = before;
    }
    job->behind = NULL;
}

/* ---- sessions ----------------------------------------------------------- */

static void drop_session(struct nj_mail_session *session)
{
    struct nj_mail_session **at = &session->server->sessions;

    while (*at != session) {
        at = &(*at)->next;
    }
    *at = session->next;
    session->server->live_count--;
    nj_timer_stop(&session->idle);
    nj_smtp_close(session->smtp);
}

static void on_idle(struct nj_timer *timer)
{
    drop_session(timer->ctx);
}

static void rest(struct nj_mail_session *session)
{
    if (nj_timer_set(session->server->mailer->loop, &session->idle,
                     NJ_MAIL_IDLE_MS, NJ_MAIL_IDLE_MS / 10, on_idle) != 0) {
        drop_session(session);
    }
}

static void carry(struct nj_mail_session *session)
{
    nj_timer_stop(&session->idle);
    nj_smtp_send(session->smtp, session->job->req, &session->job->body);
}

static void on_ready(void *ctx)
{
    struct nj_mail_session *session = ctx;

    session->is_ready = 1;
    if (session->job != NULL) {
        carry(session);
        return;
    }
    rest(session); /* the mail it was opened for is gone */
    serve_line(session->server);
}

static void on_mail(void *ctx, const struct nj_smtp_outcome *outcome)
{
    struct nj_mail_session *session = ctx;
    struct nj_mail_job *job = session->job;

    session->job = NULL;
    session->carried++;
    job->session = NULL;
    job->req->of_recipient = outcome->of_recipient;
    nj_mail_settle(job, outcome->status, outcome->reply_code, outcome->why);
    rest(session);
    serve_line(session->server);
}

static void on_end(void *ctx, const struct nj_smtp_outcome *outcome)
{
    struct nj_mail_session *session = ctx;
    struct nj_mail_server *server = session->server;
    struct nj_mail_job *job = session->job;

    session->job = NULL;
    if (job != NULL && session->carried > 0 && outcome->untouched &&
        !job->retried) {
        job->retried = 1; /* the connection was dead before this mail came */
        job->session = NULL;
        put_first(server, job);
    } else if (job != NULL) {
        job->session = NULL;
        nj_mail_settle(job, outcome->status, outcome->reply_code, outcome->why);
    }
    drop_session(session);
    serve_line(server);
}

static void on_closed(void *ctx)
{
    struct nj_mail_session *session = ctx;
    struct nj_mail_server *server = session->server;
    struct nj_mailer *mailer = server->mailer;

    free(session);
    server->session_count--;
    forget_if_unused(server);
    check_gone(mailer);
}

static int open_session(struct nj_mail_server *server, struct nj_mail_job *job)
{
    static const struct nj_smtp_events events = {
        .on_ready = on_ready,
        .on_mail = on_mail,
        .on_end = on_end,
        .on_closed = on_closed,
    };
    struct nj_mail_session *session = calloc(1, sizeof *session);

    if (session == NULL ||
        nj_smtp_open(server->mailer->loop, &server->where, &events, session,
                     &session->smtp) != 0) {
        free(session);
        return NJ_E_NOMEM;
    }
    session->server = server;
    session->idle.ctx = session;
    session->job = job;
    job->session = session;
    session->next = server->sessions;
    server->sessions = session;
    server->session_count++;
    server->live_count++;
    return 0;
}

static struct nj_mail_session *find_idle(struct nj_mail_server *server)
{
    struct nj_mail_session *session = server->sessions;

    while (session != NULL && (session->job != NULL || !session->is_ready)) {
        session = session->next;
    }
    return session;
}

/* Give the first in line to connections, idle or new. */
static void serve_line(struct nj_mail_server *server)
{
    while (server->line != NULL && !server->mailer->is_closing) {
        struct nj_mail_job *job = server->line;
        struct nj_mail_session *idle = find_idle(server);

        if (idle == NULL && server->live_count >= NJ_MAIL_SESSIONS) {
            return;
        }
        leave_line(server, job);
        if (idle != NULL) {
            idle->job = job;
            job->session = idle;
            carry(idle);
        } else if (open_session(server, job) != 0) {
            nj_mail_settle(job, NJ_E_NOMEM, 0, "no memory");
        }
    }
}

/* ---- the mailer --------------------------------------------------------- */

/* This machine's name, or one that always serves. */
static void own_name(char out[256])
{
    if (gethostname(out, 255) != 0) {
        out[0] = '\0';
    }
    out[255] = '\0';
    if (!nj_smtp_hello_is_clean(out)) {
        memcpy(out, "localhost", sizeof "localhost");
    }
}

struct nj_mailer *nj_mailer_create(struct nj_loop *loop)
{
    struct nj_mailer *mailer = calloc(1, sizeof *mailer);

    if (mailer != NULL) {
        own_name(mailer->own_name);
        mailer->loop = loop;
        mailer->gone.ctx = mailer;
    }
    return mailer;
}

int nj_mailer_take(struct nj_mailer *mailer,
                   struct nj_mail_job *job,
                   const struct nj_smtp_place *place,
                   const char *ca_file,
                   struct nj_err *err)
{
    struct nj_mail_server *server = mailer->servers;
    int code;

    while (server != NULL && !is_server_of(server, job->req, place, ca_file)) {
        server = server->next;
    }
    if (server == NULL) {
        code = make_server(mailer, job->req, place, ca_file, &server, err);
        if (code != 0) {
            return code;
        }
    }
    job->server = server;
    append(server, job);
    serve_line(server);
    return 0;
}

void nj_mailer_let_go(struct nj_mail_job *job)
{
    struct nj_mail_session *session = job->session;
    struct nj_mail_server *server = job->server;

    if (server == NULL) {
        return; /* it never got into a line */
    }
    leave_line(server, job);
    if (session != NULL) {
        job->session = NULL;
        session->job = NULL;
        drop_session(session);
        serve_line(server);
    }
}

void nj_mailer_enter(struct nj_mailer *mailer, struct nj_mail_job *job)
{
    job->prev = NULL;
    job->next = mailer->jobs;
    if (job->next != NULL) {
        job->next->prev = job;
    }
    mailer->jobs = job;
}

void nj_mailer_leave(struct nj_mailer *mailer, struct nj_mail_job *job)
{
    if (job->prev == NULL) {
        mailer->jobs = job->next;
    } else {
        job->prev->next = job->next;
    }
    if (job->next != NULL) {
        job->next->prev = job->prev;
    }
    check_gone(mailer);
}

struct nj_loop *nj_mailer_loop(const struct nj_mailer *mailer)
{
    return mailer->loop;
}

static void free_mailer(struct nj_mailer *mailer)
{
    while (mailer->servers != NULL) {
        struct nj_mail_server *server = mailer->servers;

        mailer->servers = server->next;
        free_server(server);
    }
    while (mailer->authorities != NULL) {
        struct authority *authority = mailer->authorities;

        mailer->authorities = authority->next;
        SSL_CTX_free(authority->context);
        free(authority->file);
        free(authority);
    }
    free(mailer);
}

static void on_gone(struct nj_defer *defer)
{
    struct nj_mailer *mailer = defer->ctx;
    void (*gone)(void *) = mailer->on_gone;
    void *ctx = mailer->gone_ctx;

    free_mailer(mailer);
    gone(ctx);
}

static void check_gone(struct nj_mailer *mailer)
{
    if (!mailer->is_closing || mailer->jobs != NULL) {
        return;
    }
    for (struct nj_mail_server *server = mailer->servers; server != NULL;
         server = server->next) {
        if (server->session_count > 0) {
            return;
        }
    }
    nj_loop_defer(mailer->loop, &mailer->gone, on_gone);
}

void nj_mailer_close(struct nj_mailer *mailer,
                     void (*gone)(void *ctx),
                     void *ctx)
{
    mailer->is_closing = 1;
    mailer->on_gone = gone;
    mailer->gone_ctx = ctx;
    for (struct nj_mail_job *job = mailer->jobs; job != NULL; job = job->next) {
        nj_mailer_let_go(job);
        nj_mail_settle(job, NJ_E_CANCELED, 0, "cancelled");
    }
    for (struct nj_mail_server *server = mailer->servers; server != NULL;
         server = server->next) {
        while (server->sessions != NULL) {
            drop_session(server->sessions);
        }
    }
    check_gone(mailer);
}
