/* io/fetch.h - HTTP requests out, through one libcurl multi handle on the loop
 * (pages to plain http addresses by a shorter way, io/lane.h): keep-alive,
 * shared TLS sessions, HTTP/2 where offered, per-host limits, byte limits
 * counted after decompression, time limits, no surprises.
 *
 * Guards (DESIGN 12): http and https only; addresses that are private,
 * loopback or link-local are refused after resolving and at each redirect
 * unless ALLOW_PRIVATE (a URL of the configuration names such a host); no
 * https to http downgrade; secrets are not sent after a redirect to another
 * host; proxies come from configuration, never from the environment.
 *
 * Handles are made per transfer and pooled. Loop thread only.
 */

#ifndef NJ_IO_FETCH_H
#define NJ_IO_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "io/loop.h"

struct nj_fetcher; /* opaque: the shared engine, also carries mail (mail.h) */

struct nj_fetcher_opts {
    const char *user_agent; /* NULL: "nightjar/VERSION" */
    const char *ca_file;    /* NULL: the system's */
    long per_host;          /* connections to one host, default 6 */
    long total;             /* connections in all, default 64 */
};

int nj_fetcher_create(struct nj_loop *loop,
                      const struct nj_fetcher_opts *opts,
                      struct nj_fetcher **out,
                      struct nj_err *err) NJ_MUST;

/* Ends each pending request with NJ_E_CANCELED, frees the engine, then calls
 * ON_CLOSED, never inside this call. */
void nj_fetcher_close(struct nj_fetcher *fetcher,
                      void (*on_closed)(void *ctx),
                      void *ctx);

/* One answer; lent for the length of `done`. */
struct nj_answer {
    long status;      /* 200, 304... */
    const char *body; /* never NULL, with a NUL behind */
    size_t body_len;
    const char *url;          /* after redirects */
    int moved_for_good;       /* 1: every redirect on the way was 301 or 308 */
    const char *content_type; /* as sent, or NULL */
    int64_t retry_after_ms;   /* from Retry-After, both forms; -1 none */
    int64_t date_ms;          /* Date header; 0 none */
    const char *headers;      /* of the last hop: "Name: value" lines, each with
                                 a NUL, then an empty one; may be NULL */
};

/* The caller's struct; zero it, fill the first block, start it. Text is lent
 * until `done`. */
struct nj_fetch_req {
    const char *method; /* NULL: GET, or POST with a body */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL */
    const char *body;           /* NULL: none */
    size_t body_len;
    const char *username; /* HTTP basic; NULL: none */
    const char *password;
    const char *ca_file; /* NULL: the engine's */
    size_t max_bytes;    /* after decompression; 0: NJ_LIMIT_BODY_BYTES */
    int64_t timeout_ms;  /* whole transfer; 0: 30 s */
    int allow_private;   /* the configuration names this host */
    int no_redirects;
    void (*done)(struct nj_fetch_req *req,
                 int status,
                 const struct nj_answer *answer);
    void *ctx;
    /* result beside `answer` */
    char fault[256]; /* why it failed, in words */
    void *private_;  /* the engine's, */
    int is_parcel_;  /* this too */
};

/* Start REQ. `done` comes once, never inside this call: 0 with an ANSWER of any
 * HTTP status; NJ_E_NET, NJ_E_TIMEOUT, NJ_E_TOOBIG, NJ_E_DENIED (a guarded
 * address or scheme), NJ_E_CANCELED with ANSWER NULL. Returns 0, NJ_E_INVALID
 * (url), NJ_E_STATE (closing) or NJ_E_NOMEM: then `done` never comes. */
int nj_fetch(struct nj_fetcher *fetcher, struct nj_fetch_req *req) NJ_MUST;

/* Give REQ up: `done` comes with NJ_E_CANCELED, not inside this call. */
void nj_fetch_cancel(struct nj_fetch_req *req);

/* Header NAME (any case) of ANSWER's last hop, or NULL. Lent as ANSWER is. */
const char *nj_answer_header(const struct nj_answer *answer, const char *name);

/* Whether ADDRESS text (IPv4 or IPv6, no brackets) is private, loopback,
 * link-local, multicast, mapped or translated to one of these, or no address:
 * what a guarded request may not reach. */
int nj_address_is_private(const char *address);

#endif
