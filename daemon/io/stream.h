/* io/stream.h - one TCP connection out, in the clear or under TLS, with the
 * names looked up and the certificate checked. Loop thread only.
 *
 *   open -> (look-up, connect to each address in turn) -> on_ready
 *   secure -> (handshake) -> on_ready
 *   any failure, or the peer's end -> on_end, once; nothing after it
 *   close -> no callback but on_closed; only there the owner's memory may go
 */

#ifndef NJ_IO_STREAM_H
#define NJ_IO_STREAM_H

#include <stddef.h>

#include <openssl/ssl.h>

#include "io/loop.h"

struct nj_stream; /* opaque */

enum {
    NJ_STREAM_TRY_MS = 5000,         /* for each address of a host */
    NJ_STREAM_QUEUE_BYTES = 64 << 20 /* written and not yet sent, at most */
};

struct nj_stream_events {
    void (*on_ready)(void *ctx);
    void (*on_data)(void *ctx, const char *bytes, size_t len); /* lent */
    /* NJ_E_NET, NJ_E_DENIED (the certificate), NJ_E_NOMEM; WHY in words. */
    void (*on_end)(void *ctx, int code, const char *why);
    void (*on_closed)(void *ctx); /* may be NULL */
};

/* Connect to HOST (a name or an address) at PORT, both copied. EVENTS is lent
 * for the stream's life. No callback inside this call. 0 or NJ_E_NOMEM. */
int nj_stream_open(struct nj_loop *loop,
                   const char *host,
                   const char *port,
                   const struct nj_stream_events *events,
                   void *ctx,
                   struct nj_stream **out) NJ_MUST;

/* Turn to TLS with CONTEXT's authorities; the certificate must be HOST's. 0 or
 * NJ_E_NOMEM; on_ready or on_end comes later. */
int nj_stream_secure(struct nj_stream *stream, SSL_CTX *context) NJ_MUST;

/* Send BYTES, copied where they must wait. A failure is told by on_end, later.
 */
void nj_stream_write(struct nj_stream *stream, const char *bytes, size_t len);

/* While RESTS, an open connection does not keep the loop running. */
void nj_stream_rest(struct nj_stream *stream, int rests);

/* Give up the connection at once. */
void nj_stream_close(struct nj_stream *stream);

/* A context for clients: TLS 1.2 and later, certificates checked against
 * CA_FILE. 0; NJ_E_DENIED when the file has none; NJ_E_NOMEM. */
int nj_stream_context(const char *ca_file,
                      SSL_CTX **out,
                      struct nj_err *err) NJ_MUST;

#endif
