/* source/url.h - addresses as feeds write them: relative, broken, wrapped in
 * somebody's redirector. Pure, any thread. */

#ifndef NJ_SOURCE_URL_H
#define NJ_SOURCE_URL_H

#include <stddef.h>

#include "base/err.h"
#include "base/limits.h"

enum { NJ_URL_ROOM = NJ_LIMIT_POST_FIELD_BYTES + 1 };

/* Resolve REF[0..LEN) against BASE into OUT (RFC 3986 section 5.2, strict).
 * BASE is an absolute URL; NULL or one that is not absolute: REF must be. White
 * space around REF and line breaks in it are dropped; blanks, controls, quotes
 * and angle brackets are percent-encoded, nothing else is. Any scheme passes.
 * 0; NJ_E_INVALID (nothing absolute comes out); NJ_E_TOOBIG. On failure OUT is
 * undefined. */
int nj_url_resolve(const char *base,
                   const char *ref,
                   size_t len,
                   char out[NJ_URL_ROOM]) NJ_MUST;

/* The same for an address that people will be shown and may follow: http and
 * https with a host only, and Google's redirector (www.google.TLD/url?url=...)
 * is taken off. As above; NJ_E_INVALID for other schemes too. */
int nj_url_link(const char *base,
                const char *ref,
                size_t len,
                char out[NJ_URL_ROOM]) NJ_MUST;

/* Whether URL begins with http:// or https:// (any case) and has a host. */
int nj_url_is_web(const char *url);

/* Whether A and B (absolute) lead to the same host and port by the same
 * scheme, or B only by https instead of http: whom a secret may be told. */
int nj_url_same_host(const char *a, const char *b);

#endif
