/* io/smtp_inside.h - an SMTP connection from within: for smtp.c and
 * smtp_login.c only. */

#ifndef NJ_IO_SMTP_INSIDE_H
#define NJ_IO_SMTP_INSIDE_H

#include "io/smtp.h"

enum nj_smtp_state {
    NJ_SMTP_LOOKUP,
    NJ_SMTP_GREETING,
    NJ_SMTP_HELLO,
    NJ_SMTP_STARTTLS,
    NJ_SMTP_TLS,
    NJ_SMTP_LOGIN,      /* AUTH PLAIN, or the first step of LOGIN */
    NJ_SMTP_LOGIN_NAME, /* the name is sent */
    NJ_SMTP_LOGIN_LAST, /* the password is sent */
    NJ_SMTP_READY,
    NJ_SMTP_ENVELOPE,
    NJ_SMTP_DATA,
    NJ_SMTP_BODY,
    NJ_SMTP_RESET,
    NJ_SMTP_ENDED,
    NJ_SMTP_STATES
};

struct nj_smtp {
    struct nj_stream *stream;
    const struct nj_smtp_server *server;
    const struct nj_smtp_events *events;
    void *ctx;
    enum nj_smtp_state state;
    int secure;
    struct nj_smtp_skills skills;
    struct nj_smtp_reply reply;
    struct nj_buf in;

    const struct nj_mail_req *req; /* the mail under way, or NULL */
    const struct nj_buf *body;
    size_t sent;    /* envelope commands sent */
    size_t replied; /* and answered */
    struct nj_smtp_outcome outcome;
};

/* smtp.c: the one way to another state. */
void nj_smtp_move(struct nj_smtp *smtp, enum nj_smtp_state to);

/* smtp.c: send LINE and await its reply. */
void nj_smtp_say(struct nj_smtp *smtp, const char *line);

/* smtp.c: the connection has failed, for our reason or with the server's own
 * words behind WHAT; _AS says how, else the reply's code does. */
void nj_smtp_fail(struct nj_smtp *smtp, int status, const char *why);
void nj_smtp_fail_reply(struct nj_smtp *smtp, const char *what);
void nj_smtp_fail_reply_as(struct nj_smtp *smtp, int status, const char *what);

/* smtp_login.c: a reply to EHLO, STARTTLS or a step of AUTH has come. */
void nj_smtp_on_hello(struct nj_smtp *smtp);
void nj_smtp_on_starttls(struct nj_smtp *smtp);
void nj_smtp_on_login(struct nj_smtp *smtp);
/* smtp_login.c: begin the handshake. */
void nj_smtp_secure(struct nj_smtp *smtp);

#endif
