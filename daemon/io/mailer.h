/* io/mailer.h - who carries the mails: for each server a line of mails and a
 * few kept connections. For mail.c, mailer.c and the fetcher.
 *
 *   nj_mail -> job -> server's line -> session (nj_smtp) -> job done
 *                          ^                 |
 *                          `---- once, when a kept connection had died
 */

#ifndef NJ_IO_MAILER_H
#define NJ_IO_MAILER_H

#include "io/smtp.h"

enum {
    NJ_MAIL_SESSIONS = 4,       /* connections to one server */
    NJ_MAIL_IDLE_MS = 30000,    /* an idle one is kept so long */
    NJ_MAIL_TIMEOUT_MS = 60000, /* of a mail that names none */
    NJ_MAIL_RECIPIENTS = 100,   /* RFC 5321 4.5.3.1.8 */
    NJ_MAIL_BYTES = 32 << 20,   /* of one message on the wire */
};

struct nj_mailer;      /* opaque */
struct nj_mail_server; /* a server and its login; opaque */

/* One mail on its way. */
struct nj_mail_job {
    struct nj_mailer *mailer;
    struct nj_mail_server *server;
    struct nj_mail_job *prev; /* in the mailer's list of all */
    struct nj_mail_job *next;
    struct nj_mail_job *behind;      /* in the server's line */
    struct nj_mail_session *session; /* that carries it; NULL in the line */
    struct nj_mail_req *req;
    struct nj_buf body; /* as it goes over the wire */
    struct nj_timer timer;
    struct nj_defer done;
    int retried;
    int status;
};

/* An empty mailer. NULL when memory ran out. */
struct nj_mailer *nj_mailer_create(struct nj_loop *loop);

/* End all mails with NJ_E_CANCELED, close all connections, then ON_GONE, never
 * inside this call. */
void nj_mailer_close(struct nj_mailer *mailer,
                     void (*on_gone)(void *ctx),
                     void *ctx);

/* Take JOB over (mailer, req and body are filled) for the server of its
 * request; CA_FILE stands in where the request names none. Its end is told by
 * nj_mail_settle. 0 or NJ_E_NOMEM, NJ_E_DENIED (no certificates; ERR): then the
 * caller keeps JOB. */
int nj_mailer_take(struct nj_mailer *mailer,
                   struct nj_mail_job *job,
                   const struct nj_smtp_place *place,
                   const char *ca_file,
                   struct nj_err *err) NJ_MUST;

/* Give up carrying JOB: out of the line, or its connection is closed. */
void nj_mailer_let_go(struct nj_mail_job *job);

/* mail.c: JOB has ended so. */
void nj_mail_settle(struct nj_mail_job *job,
                    int status,
                    long reply_code,
                    const char *why);

/* Enter JOB into the list of mails whose `done` has not come, or take it out.
 */
void nj_mailer_enter(struct nj_mailer *mailer, struct nj_mail_job *job);
void nj_mailer_leave(struct nj_mailer *mailer, struct nj_mail_job *job);

struct nj_loop *nj_mailer_loop(const struct nj_mailer *mailer);

#endif
