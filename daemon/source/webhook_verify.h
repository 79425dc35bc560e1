/* source/webhook_verify.h - whether a pushed body was signed with our key. Pure
 * but for nothing; any thread. */

#ifndef NJ_SOURCE_WEBHOOK_VERIFY_H
#define NJ_SOURCE_WEBHOOK_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nj_hmac; /* io/crypto.h */

struct nj_signed {
    struct nj_hmac *key; /* of the secret */
    const char *body;    /* raw, as received */
    size_t len;
    const char *signature; /* header value; NULL: missing */
    int is_timed;          /* a timestamp is part of what is signed */
    const char *timestamp; /* header value, unix seconds; NULL: missing */
    int64_t now_ms;
};

enum { NJ_SIGNED_WINDOW_MS = 5 * 60000 };

/* HMAC-SHA256 of the raw body (or of TIMESTAMP.BODY) against "sha256=HEX", bare
 * hex, or either in base64, compared in constant time. 0; NJ_E_DENIED with a
 * sentence that helps an honest sender and tells no secret; NJ_E_NOMEM. */
int nj_webhook_verify(const struct nj_signed *sent, struct nj_err *err) NJ_MUST;

#endif
