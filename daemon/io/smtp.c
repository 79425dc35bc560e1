#include "io/smtp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "io/smtp_inside.h"

enum { IN_BYTES = 32768, OUT_BYTES = 1 << 20 };

/* ---- states ------------------------------------------------------------- */

#define TO(state) (1u << NJ_SMTP_##state)

static const struct {
    const char *name;
    unsigned may_go_to;
} states[NJ_SMTP_STATES] = {
    [NJ_SMTP_LOOKUP] = {"lookup", TO(GREETING) | TO(TLS) | TO(ENDED)},
    [NJ_SMTP_GREETING] = {"greeting", TO(HELLO) | TO(ENDED)},
    [NJ_SMTP_HELLO] = {"hello",
                       TO(STARTTLS) | TO(LOGIN) | TO(READY) | TO(ENDED)},
    [NJ_SMTP_STARTTLS] = {"starttls", TO(TLS) | TO(ENDED)},
    [NJ_SMTP_TLS] = {"tls", TO(GREETING) | TO(HELLO) | TO(ENDED)},
    [NJ_SMTP_LOGIN] = {"login", TO(LOGIN_NAME) | TO(READY) | TO(ENDED)},
    [NJ_SMTP_LOGIN_NAME] = {"login name", TO(LOGIN_LAST) | TO(ENDED)},
    [NJ_SMTP_LOGIN_LAST] = {"login password", TO(READY) | TO(ENDED)},
    [NJ_SMTP_READY] = {"ready", TO(ENVELOPE) | TO(ENDED)},
    [NJ_SMTP_ENVELOPE] = {"envelope", TO(DATA) | TO(RESET) | TO(ENDED)},
    [NJ_SMTP_DATA] = {"data", TO(BODY) | TO(RESET) | TO(ENDED)},
    [NJ_SMTP_BODY] = {"body", TO(READY) | TO(ENDED)},
    [NJ_SMTP_RESET] = {"reset", TO(READY) | TO(ENDED)},
    [NJ_SMTP_ENDED] = {"ended", 0},
};

#undef TO

void nj_smtp_move(struct nj_smtp *smtp, enum nj_smtp_state to)
{
    assert((states[smtp->state].may_go_to & (1u << to)) != 0);
    nj_log_debug("smtp: %s: %s -> %s", smtp->server->place.host,
                 states[smtp->state].name, states[to].name);
    smtp->state = to;
}

/* ---- ends --------------------------------------------------------------- */

static void blame(struct nj_smtp *smtp, int status, const char *why)
{
    struct nj_smtp_outcome *outcome = &smtp->outcome;

    outcome->status = status;
    outcome->reply_code = smtp->reply.code;
    (void)snprintf(outcome->why, sizeof outcome->why, "%s", why);
}

/* The same, with the server's own words. */
static void blame_reply(struct nj_smtp *smtp, int status, const char *what)
{
    char why[512];

    (void)snprintf(why, sizeof why, "%s: %s", what, smtp->reply.text);
    blame(smtp, status, why);
}

static void end(struct nj_smtp *smtp)
{
    nj_smtp_move(smtp, NJ_SMTP_ENDED);
    smtp->events->on_end(smtp->ctx, &smtp->outcome);
}

void nj_smtp_fail(struct nj_smtp *smtp, int status, const char *why)
{
    blame(smtp, status, why);
    end(smtp);
}

static int refusal(int code)
{
    return code >= 500 ? NJ_E_REFUSED : code >= 400 ? NJ_E_AGAIN : NJ_E_NET;
}

void nj_smtp_fail_reply_as(struct nj_smtp *smtp, int status, const char *what)
{
    blame_reply(smtp, status, what);
    end(smtp);
}

void nj_smtp_fail_reply(struct nj_smtp *smtp, const char *what)
{
    nj_smtp_fail_reply_as(smtp, refusal(smtp->reply.code), what);
}

static void finish_mail(struct nj_smtp *smtp)
{
    smtp->req = NULL;
    nj_smtp_move(smtp, NJ_SMTP_READY);
    smtp->events->on_mail(smtp->ctx, &smtp->outcome);
}

/* ---- words to the server ------------------------------------------------ */

void nj_smtp_say(struct nj_smtp *smtp, const char *line)
{
    nj_smtp_reply_clear(&smtp->reply);
    nj_stream_write(smtp->stream, line, strlen(line));
}

static void say_hello(struct nj_smtp *smtp)
{
    char line[300];

    (void)snprintf(line, sizeof line, "EHLO %s\r\n", smtp->server->hello);
    smtp->skills = (struct nj_smtp_skills){0};
    nj_smtp_move(smtp, NJ_SMTP_HELLO);
    nj_smtp_say(smtp, line);
}

/* ---- a mail ------------------------------------------------------------- */

static size_t count_to(const struct nj_mail_req *req)
{
    size_t count = 0;

    while (req->to[count] != NULL) {
        count++;
    }
    return count;
}

static int has_eight_bit(const struct nj_buf *body)
{
    for (size_t i = 0; i < body->len; i++) {
        if ((unsigned char)body->data[i] >= 0x80) {
            return 1;
        }
    }
    return 0;
}

/* Put envelope command number AT into OUT: MAIL, then one RCPT each. */
static void
add_command(const struct nj_smtp *smtp, size_t at, struct nj_buf *out)
{
    if (at > 0) {
        (void)nj_buf_addf(out, "RCPT TO:<%s>\r\n", smtp->req->to[at - 1]);
        return;
    }
    (void)nj_buf_addf(out, "MAIL FROM:<%s>", smtp->req->from);
    if (smtp->skills.size) {
        (void)nj_buf_addf(out, " SIZE=%zu", smtp->body->len);
    }
    if (smtp->skills.eight_bit && has_eight_bit(smtp->body)) {
        (void)nj_buf_adds(out, " BODY=8BITMIME");
    }
    (void)nj_buf_add(out, "\r\n", 2);
}

/* Send the next envelope command, or all of them where the server takes them
 * at once (RFC 2920). DATA always waits: a server that has refused somebody
 * could take it for an empty mail to the others. */
static void say_envelope(struct nj_smtp *smtp)
{
    size_t all = count_to(smtp->req) + 1;
    struct nj_buf out;

    nj_buf_init(&out, OUT_BYTES);
    do {
        add_command(smtp, smtp->sent, &out);
        smtp->sent++;
    } while (smtp->skills.pipelining && smtp->sent < all);
    nj_smtp_reply_clear(&smtp->reply);
    if (out.status == 0) {
        nj_stream_write(smtp->stream, out.data, out.len);
    }
    if (out.status != 0) {
        nj_smtp_fail(smtp, NJ_E_NOMEM, "no memory");
    }
    nj_buf_finish(&out);
}

void nj_smtp_send(struct nj_smtp *smtp,
                  const struct nj_mail_req *req,
                  const struct nj_buf *body)
{
    assert(smtp->state == NJ_SMTP_READY);
    smtp->req = req;
    smtp->body = body;
    smtp->sent = 0;
    smtp->replied = 0;
    smtp->outcome = (struct nj_smtp_outcome){.untouched = 1};
    nj_smtp_move(smtp, NJ_SMTP_ENVELOPE);
    say_envelope(smtp);
}

static void reset(struct nj_smtp *smtp)
{
    nj_smtp_move(smtp, NJ_SMTP_RESET);
    nj_smtp_say(smtp, "RSET\r\n");
}

static void note_envelope_reply(struct nj_smtp *smtp)
{
    char what[300];
    int ok = smtp->reply.code == 250 || smtp->reply.code == 251 ||
             smtp->reply.code == 252;

    if (ok || smtp->outcome.status != 0) {
        return; /* the first refusal is the one that is told */
    }
    (void)snprintf(what, sizeof what, "%s refused",
                   smtp->replied == 0 ? smtp->req->from
                                      : smtp->req->to[smtp->replied - 1]);
    blame_reply(smtp, refusal(smtp->reply.code), what);
    smtp->outcome.of_recipient = smtp->replied > 0;
}

static void on_envelope_reply(struct nj_smtp *smtp)
{
    note_envelope_reply(smtp);
    smtp->replied++;
    if (smtp->replied < smtp->sent) {
        nj_smtp_reply_clear(&smtp->reply);
    } else if (smtp->outcome.status != 0) {
        reset(smtp);
    } else if (smtp->sent <= count_to(smtp->req)) {
        say_envelope(smtp);
    } else {
        nj_smtp_move(smtp, NJ_SMTP_DATA);
        nj_smtp_say(smtp, "DATA\r\n");
    }
}

static void on_data_reply(struct nj_smtp *smtp)
{
    if (smtp->reply.code == 354) {
        nj_smtp_move(smtp, NJ_SMTP_BODY);
        nj_smtp_reply_clear(&smtp->reply);
        nj_stream_write(smtp->stream, smtp->body->data, smtp->body->len);
    } else {
        blame_reply(smtp, refusal(smtp->reply.code), "the mail is refused");
        reset(smtp);
    }
}

static void on_body_reply(struct nj_smtp *smtp)
{
    if (smtp->reply.code == 250) {
        blame(smtp, 0, "");
    } else {
        blame_reply(smtp, refusal(smtp->reply.code), "the mail is refused");
    }
    finish_mail(smtp);
}

/* ---- words from the server ---------------------------------------------- */

static void on_greeting(struct nj_smtp *smtp)
{
    if (smtp->reply.code == 220) {
        say_hello(smtp);
    } else {
        nj_smtp_fail_reply(smtp, "the server is not ready");
    }
}

static void on_reply(struct nj_smtp *smtp)
{
    /* 421 before anything else is an idle connection's late farewell */
    smtp->outcome.untouched &= smtp->reply.code == 421;
    if (smtp->reply.code == 421 && smtp->state != NJ_SMTP_READY) {
        nj_smtp_fail_reply(smtp, "the server closes down");
        return;
    }
    switch (smtp->state) {
    case NJ_SMTP_GREETING:
        on_greeting(smtp);
        return;
    case NJ_SMTP_HELLO:
        nj_smtp_on_hello(smtp);
        return;
    case NJ_SMTP_STARTTLS:
        nj_smtp_on_starttls(smtp);
        return;
    case NJ_SMTP_LOGIN:
    case NJ_SMTP_LOGIN_NAME:
    case NJ_SMTP_LOGIN_LAST:
        nj_smtp_on_login(smtp);
        return;
    case NJ_SMTP_ENVELOPE:
        on_envelope_reply(smtp);
        return;
    case NJ_SMTP_DATA:
        on_data_reply(smtp);
        return;
    case NJ_SMTP_BODY:
        on_body_reply(smtp);
        return;
    case NJ_SMTP_RESET:
        finish_mail(smtp);
        return;
    default: /* unasked: 421 to an idle connection, or nonsense */
        nj_smtp_fail_reply(smtp, "the server speaks unasked");
        return;
    }
}

/* Take one line out of what has come; 0 when there is none. */
static int take_line(struct nj_smtp *smtp)
{
    const char *lf =
        smtp->in.len == 0 ? NULL : memchr(smtp->in.data, '\n', smtp->in.len);
    char line[NJ_SMTP_LINE_BYTES + 1];
    size_t len;
    int whole;

    if (lf == NULL) {
        return 0;
    }
    len = (size_t)(lf - smtp->in.data);
    if (len > NJ_SMTP_LINE_BYTES) {
        nj_smtp_fail(smtp, NJ_E_NET, "the server does not speak SMTP");
        return 0;
    }
    memcpy(line, smtp->in.data, len);
    nj_buf_drop(&smtp->in, len + 1);
    len -= len > 0 && line[len - 1] == '\r';
    whole =
        nj_smtp_reply_line(&smtp->reply, line, len,
                           smtp->state == NJ_SMTP_HELLO ? &smtp->skills : NULL);
    if (whole < 0) {
        nj_smtp_fail(smtp, NJ_E_NET, "the server does not speak SMTP");
    } else if (whole) {
        on_reply(smtp);
    }
    return smtp->state != NJ_SMTP_ENDED;
}

static void on_data(void *ctx, const char *bytes, size_t len)
{
    struct nj_smtp *smtp = ctx;

    if (smtp->state == NJ_SMTP_ENDED) {
        return;
    }
    if (nj_buf_add(&smtp->in, bytes, len) != 0) {
        nj_smtp_fail(smtp, NJ_E_NET, "the server says too much");
        return;
    }
    while (take_line(smtp)) {
    }
    if (smtp->state != NJ_SMTP_ENDED && smtp->in.len > NJ_SMTP_LINE_BYTES) {
        nj_smtp_fail(smtp, NJ_E_NET, "the server does not speak SMTP");
    }
}

static void on_ready(void *ctx)
{
    struct nj_smtp *smtp = ctx;

    nj_smtp_reply_clear(&smtp->reply);
    if (smtp->state == NJ_SMTP_LOOKUP && smtp->server->place.implicit_tls) {
        nj_smtp_secure(smtp);
    } else if (smtp->state == NJ_SMTP_LOOKUP) {
        nj_smtp_move(smtp, NJ_SMTP_GREETING);
    } else {
        smtp->secure = 1;
        if (smtp->server->place.implicit_tls) {
            nj_smtp_move(smtp, NJ_SMTP_GREETING);
        } else {
            say_hello(smtp);
        }
    }
}

static void on_end(void *ctx, int code, const char *why)
{
    struct nj_smtp *smtp = ctx;

    if (smtp->state != NJ_SMTP_ENDED) {
        blame(smtp, code, why);
        end(smtp);
    }
}

static void on_closed(void *ctx)
{
    struct nj_smtp *smtp = ctx;
    void (*closed)(void *) = smtp->events->on_closed;
    void *owner = smtp->ctx;

    nj_buf_finish(&smtp->in);
    free(smtp);
    closed(owner);
}

/* ---- birth and end ------------------------------------------------------ */

int nj_smtp_open(struct nj_loop *loop,
                 const struct nj_smtp_server *server,
                 const struct nj_smtp_events *events,
                 void *ctx,
                 struct nj_smtp **out)
{
    static const struct nj_stream_events of_stream = {
        .on_ready = on_ready,
        .on_data = on_data,
        .on_end = on_end,
        .on_closed = on_closed,
    };
    struct nj_smtp *smtp = calloc(1, sizeof *smtp);

    if (smtp == NULL) {
        return NJ_E_NOMEM;
    }
    smtp->server = server;
    smtp->events = events;
    smtp->ctx = ctx;
    nj_buf_init(&smtp->in, IN_BYTES);
    if (nj_stream_open(loop, server->place.host, server->place.port, &of_stream,
                       smtp, &smtp->stream) != 0) {
        free(smtp);
        return NJ_E_NOMEM;
    }
    *out = smtp;
    return 0;
}

void nj_smtp_close(struct nj_smtp *smtp)
{
    if (smtp->state == NJ_SMTP_READY) {
        nj_smtp_say(smtp, "QUIT\r\n");
    }
    if (smtp->state != NJ_SMTP_ENDED) {
        nj_smtp_move(smtp, NJ_SMTP_ENDED);
    }
    nj_stream_close(smtp->stream);
}
