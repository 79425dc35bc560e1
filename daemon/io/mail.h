/* io/mail.h - one mail out by SMTP, beside the fetcher's requests: STARTTLS or
 * implicit TLS, AUTH PLAIN or LOGIN, a few kept connections to each server. The
 * text is the caller's; addresses with controls, blanks, quotes, brackets or
 * letters beyond ASCII are refused here again, so that no envelope can be
 * injected; the body is CRLF-normalised and dot-safe. A mail to several is
 * accepted for all or for none. Certificates are always checked. Loop thread
 * only. */

#ifndef NJ_IO_MAIL_H
#define NJ_IO_MAIL_H

#include "io/fetch.h"

/* MAY goes without TLS only where the server offers none and there is no
 * password: that is sent in the clear with OFF alone. */
enum nj_starttls { NJ_STARTTLS_REQUIRED, NJ_STARTTLS_MAY, NJ_STARTTLS_OFF };

struct nj_mail_req {
    const char *url;       /* smtp://host[:port] or smtps://host[:port] */
    const char *hello;     /* EHLO name; NULL: this machine's */
    const char *from;      /* bare address of the envelope */
    const char *const *to; /* bare addresses, NULL-terminated, at least one */
    const char *data;      /* whole message, headers and body */
    size_t data_len;
    const char *username; /* NULL: no AUTH */
    const char *password;
    const char *ca_file;       /* NULL: the engine's */
    enum nj_starttls starttls; /* for smtp:// */
    int64_t timeout_ms;        /* waiting in line included; 0: 60 s */
    void (*done)(struct nj_mail_req *req, int status);
    void *ctx;
    /* results */
    long reply_code;  /* last SMTP reply: 250, 451, 550...; 0 none */
    char fault[256];  /* in words, with the server's own */
    int of_recipient; /* 1: the server takes mail, but not for somebody in TO */
    void *private_;
};

/* Start REQ. `done` comes once, never inside this call: 0 accepted by the
 * server; NJ_E_AGAIN (4xx), NJ_E_REFUSED (5xx, bad login), NJ_E_NET,
 * NJ_E_TIMEOUT, NJ_E_DENIED (TLS wanted and not to be had, or certificate),
 * NJ_E_NOMEM, NJ_E_CANCELED. After NET or TIMEOUT the server may have taken it
 * all the same. Returns 0, NJ_E_INVALID (an address, url or size, see `fault`),
 * NJ_E_STATE or NJ_E_NOMEM: then `done` never comes. */
int nj_mail(struct nj_fetcher *fetcher, struct nj_mail_req *req) NJ_MUST;

#endif
