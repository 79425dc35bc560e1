/* io/httpd.h - HTTP requests in: libmicrohttpd on our loop, with the guards of
 * facts/reliability 5 (one Host, one Content-Length, no Transfer-Encoding from
 * clients, token header names, clean values, origin-form targets, a deadline
 * for the whole request, small memory, connection limits). A request reaches
 * its handler only when it is whole. Loop thread only. */

#ifndef NJ_IO_HTTPD_H
#define NJ_IO_HTTPD_H

#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

struct nj_httpd;     /* opaque */
struct nj_http_call; /* opaque: one request being answered */

enum nj_http_method { NJ_HTTP_GET, NJ_HTTP_HEAD, NJ_HTTP_POST };

struct nj_httpd_opts {
    const char *listen;   /* "127.0.0.1:8484", "[::1]:8484" or ":8484"; port 0
                             takes a free one, see nj_httpd_port */
    size_t max_body;      /* bytes; 0: NJ_LIMIT_PUSH_BYTES */
    unsigned connections; /* 0: 256 */
    int64_t deadline_ms;  /* whole request; 0: 10 s */
    /* A whole request; answer it now or later with nj_http_answer, exactly
     * once. */
    void (*on_call)(void *ctx, struct nj_http_call *call);
    void *ctx;
};

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
const char *nj_http_path(const struct nj_http_call *call); /* decoded */
const char *nj_http_query(const struct nj_http_call *call,
                          const char *name); /* or NULL */
const char *nj_http_header(const struct nj_http_call *call,
                           const char *name); /* or NULL */
const char *nj_http_body(const struct nj_http_call *call, size_t *out_len);
const char *nj_http_peer(const struct nj_http_call *call); /* address */
void nj_http_set_ctx(struct nj_http_call *call, void *ctx);
void *nj_http_ctx(const struct nj_http_call *call);

struct nj_http_reply {
    int status;
    const char *content_type; /* NULL: application/json */
    const char *body;         /* copied */
    size_t body_len;
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL */
};

/* Answer CALL; it is gone after this. Security headers (nosniff, no-referrer,
 * no-store, a strict content security policy) are added to all. */
void nj_http_answer(struct nj_http_call *call,
                    const struct nj_http_reply *reply);

#endif
