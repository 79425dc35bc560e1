/* io/http_guard.h - reads the head of one HTTP/1.x request, strictly. Pure.
 *
 * A server that forgives what a proxy in front of it reads another way lets
 * requests be smuggled, so nothing is forgiven: one Host, one Content-Length of
 * digits, no Transfer-Encoding, token names, values without controls, no folded
 * lines, CR LF ends, origin-form targets (RFC 9112).
 */

#ifndef NJ_IO_HTTP_GUARD_H
#define NJ_IO_HTTP_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "io/httpd.h"

enum {
    NJ_HTTP_HEAD_BYTES = 16384,  /* of one request, with its blank line */
    NJ_HTTP_TARGET_BYTES = 8192, /* path and query as sent */
    NJ_HTTP_HEADERS = 64,
};

/* A piece of the request, by offset from its start. */
struct nj_http_span {
    uint32_t at;
    uint32_t len;
};

struct nj_http_field {
    struct nj_http_span name;
    struct nj_http_span value; /* without the blanks around it */
};

struct nj_http_head {
    enum nj_http_method method;
    int keep_alive;      /* the connection may serve another request */
    int expect_continue; /* the client waits for "100 Continue" */
    struct nj_http_span path;
    struct nj_http_span query; /* behind the '?'; len 0 when none */
    uint64_t body_bytes;       /* Content-Length, 0 when none */
    struct nj_http_field fields[NJ_HTTP_HEADERS];
    unsigned field_count;
    size_t bytes; /* of the head */
};

/* Where the head ends in TEXT[0..LEN): its length with the blank line; 0 when
 * it is not whole yet; -1 for a line end that is not CR LF or a first byte no
 * method begins with. *SEEN (0 at first) remembers how far it looked. */
long nj_http_head_length(const char *text, size_t len, size_t *seen);

/* Read the whole head TEXT[0..LEN) into OUT. Returns 0, or the HTTP status to
 * refuse it with: 400, 405, 411, 414, 417, 431, 505; then OUT holds nothing of
 * use. */
int nj_http_head_read(const char *text, size_t len, struct nj_http_head *out);

/* Undo percent-encoding (and '+', when FORM) of TEXT[0..*LEN) in place. Returns
 * 0 and the new length; NJ_E_INVALID for what is no encoding, decodes to a
 * control or is not UTF-8 (TEXT is then damaged). */
int nj_http_decode(char *text, size_t *len, int form) NJ_MUST;

/* Whether PATH (decoded, with a NUL) has no "." or ".." between slashes. */
int nj_http_path_is_straight(const char *path);

#endif
