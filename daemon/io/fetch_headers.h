/* io/fetch_headers.h - the header block of an answer: collected line by line,
 * read by name. */

#ifndef NJ_IO_FETCH_HEADERS_H
#define NJ_IO_FETCH_HEADERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* "Name: value" lines, each with a NUL, of the last response. Zero it, then
 * nj_headers_init. */
struct nj_headers {
    struct nj_buf lines;
    size_t bytes; /* seen on the wire, interim responses too */
    int whole;    /* 1: the blank line came; what follows are trailers */
};

void nj_headers_init(struct nj_headers *headers);

/* Forget all; keeps the memory. */
void nj_headers_clear(struct nj_headers *headers);

/* One line as it came (status line, header, blank line or trailer). Headers
 * with control bytes in them are left out. Returns 0, NJ_E_TOOBIG
 * (NJ_LIMIT_HEADER_BYTES), NJ_E_NOMEM. */
int nj_headers_add(struct nj_headers *headers,
                   const char *line,
                   size_t len) NJ_MUST;

/* The lines, ended by an empty one; never NULL. */
const char *nj_headers_text(const struct nj_headers *headers);

/* The value of the first NAME (any case) of LINES, or NULL. */
const char *nj_headers_find(const char *lines, const char *name);

/* Read Retry-After (RFC 9110 10.2.3): seconds, or a date taken against
 * DATE_MS. Milliseconds from then, at least 0, at most a year; -1 when TEXT is
 * NULL or neither. */
int64_t nj_retry_after(const char *text, int64_t date_ms);

/* Read an HTTP date (RFC 9110 5.6.7) to ms since 1970; 0 when TEXT is NULL or
 * none. */
int64_t nj_http_date(const char *text);

void nj_headers_finish(struct nj_headers *headers);

#endif
