/* io/reply.h - an HTTP/1.x answer read as it comes in (RFC 9112). Pure but for
 * its memory. */

#ifndef NJ_IO_REPLY_H
#define NJ_IO_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "io/fetch_headers.h"

struct nj_reply {
    struct nj_headers headers; /* of the last response, not the interim ones */
    struct nj_buf body;        /* its max_bytes is the owner's to set */
    struct nj_buf line;        /* the one that is coming in */
    long status;               /* 0 until there is one */
    int state;
    int chunked;
    int keep;       /* the connection may carry another request */
    int bytes_seen; /* anything came at all */
    int64_t length; /* Content-Length; -1 none */
    int64_t left;   /* of the body, or of the chunk */
};

void nj_reply_init(struct nj_reply *reply);

/* Forget all for the next answer; keeps the memory. */
void nj_reply_clear(struct nj_reply *reply);
void nj_reply_finish(struct nj_reply *reply);

/* Read on. 1: the answer is whole (bytes behind it end the connection: KEEP is
 * 0); 0: more must come; NJ_E_NET (no HTTP), NJ_E_TOOBIG (headers, or the body
 * by its limit), NJ_E_NOMEM. */
int nj_reply_take(struct nj_reply *reply,
                  const char *bytes,
                  size_t len) NJ_MUST;

/* The connection has ended: whether that makes the answer whole. */
int nj_reply_ends(const struct nj_reply *reply);

#endif
