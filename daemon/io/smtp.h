/* io/smtp.h - one SMTP connection: it greets, secures, logs in, then carries
 * mail after mail. For mail.c. Loop thread only.
 *
 *   LOOKUP -> GREETING -> HELLO -> (STARTTLS -> TLS -> HELLO) -> (LOGIN...)
 *      -> READY -> ENVELOPE -> DATA -> BODY -> READY ...
 *                     `-> RESET -> READY      (a recipient refused)
 *   any: on_end; nothing after it but nj_smtp_close
 */

#ifndef NJ_IO_SMTP_H
#define NJ_IO_SMTP_H

#include "io/mail.h"
#include "io/smtp_text.h"
#include "io/stream.h"

struct nj_smtp; /* opaque */

/* Where to and how; lent for the connection's life. */
struct nj_smtp_server {
    struct nj_smtp_place place;
    char *hello;
    char *username; /* NULL: no login */
    char *password;
    char *ca_file;
    enum nj_starttls starttls;
    SSL_CTX *tls; /* for CA_FILE */
};

/* How a mail or a connection ended. */
struct nj_smtp_outcome {
    int status; /* 0, or as nj_mail tells it */
    long reply_code;
    char why[512];
    int untouched;    /* 1: the server has said nothing to this mail yet */
    int of_recipient; /* 1: it is a recipient that was refused */
};

struct nj_smtp_events {
    void (*on_ready)(void *ctx); /* may carry a mail now */
    void (*on_mail)(void *ctx, const struct nj_smtp_outcome *outcome);
    /* The connection is no more, and the mail on it, if any, has failed. */
    void (*on_end)(void *ctx, const struct nj_smtp_outcome *outcome);
    void (*on_closed)(void *ctx); /* memory may go */
};

/* Connect to SERVER. No callback inside this call. 0 or NJ_E_NOMEM. */
int nj_smtp_open(struct nj_loop *loop,
                 const struct nj_smtp_server *server,
                 const struct nj_smtp_events *events,
                 void *ctx,
                 struct nj_smtp **out) NJ_MUST;

/* Carry one mail, lent until on_mail or on_end; only when ready. BODY is as
 * nj_smtp_add_body made it. */
void nj_smtp_send(struct nj_smtp *smtp,
                  const struct nj_mail_req *req,
                  const struct nj_buf *body);

/* Say QUIT where that is polite, and close. */
void nj_smtp_close(struct nj_smtp *smtp);

#endif
