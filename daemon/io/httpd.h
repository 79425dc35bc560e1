/* io/httpd.h - HTTP/1.1 requests in, on our loop, read strictly (http_guard.h:
 * one Host, one Content-Length, no Transfer-Encoding from clients, token header
 * names, clean values, origin-form targets), with a deadline for the whole
 * request, small memory and a limit of connections. A request reaches its
 * handler only when it is whole. What is refused gets a JSON body {"error"} and
 * the connection is closed: 400, 405, 408, 411, 413, 414, 417, 431, 505.
 * No TLS: a reverse proxy is the way. Loop thread only. */

#ifndef NJ_IO_HTTPD_H
#define NJ_IO_HTTPD_H

#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

struct nj_httpd;     /* opaque */
struct nj_http_call; /* opaque: one request being answered */

enum nj_http_method { NJ_HTTP_GET, NJ_HTTP_HEAD, NJ_HTTP_POST };

struct nj_httpd_opts {
    const char *listen;   /* "127.0.0.1:8484", "[::1]:8484", "localhost:8484" or
                             ":8484" (every address); port 0 takes a free one,
                             see nj_httpd_port */
    size_t max_body;      /* bytes; 0: NJ_LIMIT_PUSH_BYTES */
    unsigned connections; /* 0: 256; then the longest idle one has to go */
    int64_t deadline_ms;  /* whole request, and reading its answer; 0: 10 s */
    /* A whole request; answer it now or later with nj_http_answer, exactly
     * once. */
    void (*on_call)(void *ctx, struct nj_http_call *call);
    void *ctx;
};

/* Listen. 0; NJ_E_INVALID (listen), NJ_E_EXISTS (taken), NJ_E_DENIED (a port
 * below 1024), NJ_E_IO, NJ_E_NOMEM. */
int nj_httpd_open(struct nj_loop *loop,
                  const struct nj_httpd_opts *opts,
                  struct nj_httpd **out,
                  struct nj_err *err) NJ_MUST;
unsigned nj_httpd_port(const struct nj_httpd *httpd);

/* Stop listening, drop what is unanswered (answers to it become no-ops), then
 * ON_CLOSED, never inside this call. */
void nj_httpd_close(struct nj_httpd *httpd,
                    void (*on_closed)(void *ctx),
                    void *ctx);

/* Of a call, lent until it is answered. */
enum nj_http_method nj_http_method(const struct nj_http_call *call);
/* Decoded: UTF-8 without controls, without "." and ".." between slashes. */
const char *nj_http_path(const struct nj_http_call *call);
/* The first NAME of the query, decoded UTF-8 (no controls but line ends and
 * tabs), or NULL. At most 32 are read. */
const char *nj_http_query(const struct nj_http_call *call, const char *name);
/* The same of a body sent as application/x-www-form-urlencoded; NULL too when
 * the body is something else, is not well formed, or memory ran out. */
const char *nj_http_form(struct nj_http_call *call, const char *name);
/* The first header NAME (any case), or NULL. */
const char *nj_http_header(const struct nj_http_call *call, const char *name);
/* The raw body, never NULL, with a NUL behind. */
const char *nj_http_body(const struct nj_http_call *call, size_t *out_len);
const char *nj_http_peer(const struct nj_http_call *call); /* address */
void nj_http_set_ctx(struct nj_http_call *call, void *ctx);
void *nj_http_ctx(const struct nj_http_call *call);

/* Whether the client has left, so that nobody would read an answer. */
int nj_http_is_gone(const struct nj_http_call *call);

struct nj_http_reply {
    int status;
    const char *content_type; /* NULL: application/json */
    const char *body;         /* copied */
    size_t body_len;
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL */
};

/* Answer CALL; it is gone after this, whether the client still listens or not.
 * A HEAD is sent without its body. Security headers (nosniff, no framing,
 * no-referrer, no-store, a strict content security policy) are added unless
 * HEADERS has its own of that name; a header with control bytes is left out.
 * May be called inside on_call, and after the server was closed. */
void nj_http_answer(struct nj_http_call *call,
                    const struct nj_http_reply *reply);

#endif
