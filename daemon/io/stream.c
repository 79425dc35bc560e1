/* Connections out. Each address gets a uv handle of its own, because a handle
 * that failed to connect cannot be used again. */

#include "io/stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <uv.h>

#include "base/buf.h"

enum { SCRATCH_BYTES = 4096, WHY_BYTES = 200 };

/* One try at one address; the one that succeeds carries the connection. */
struct wire {
    uv_tcp_t tcp;
    uv_connect_t connect;
    struct nj_stream *stream;
    char scratch[SCRATCH_BYTES]; /* what read() fills */
};

struct nj_stream {
    struct nj_loop *loop;
    const struct nj_stream_events *events;
    void *ctx;
    char *host;

    uv_getaddrinfo_t lookup;
    int looking_up;
    struct addrinfo *addresses; /* owned */
    struct addrinfo *next;      /* to be tried */
    struct wire *wire;          /* the one in use; NULL between tries */
    size_t wires;               /* uv handles not closed yet */
    struct nj_timer try_timer;
    struct nj_defer ended; /* tells on_end outside of the caller's turn */
    struct nj_defer gone;
    int is_open;
    int has_ended;
    int is_closed;
    int code;
    char why[WHY_BYTES];

    SSL *ssl;
    BIO *from_net; /* SSL's */
    BIO *to_net;   /* SSL's */
    int handshaken;
};

struct writing {
    uv_write_t request;
    struct nj_stream *stream;
    char bytes[];
};

static void try_next(struct nj_stream *stream);

/* ---- the end ------------------------------------------------------------ */

static void free_stream(struct nj_stream *stream)
{
    SSL_free(stream->ssl);
    if (stream->addresses != NULL) {
        uv_freeaddrinfo(stream->addresses);
    }
    free(stream->host);
    free(stream);
}

static void on_gone(struct nj_defer *defer)
{
    struct nj_stream *stream = defer->ctx;
    void (*on_closed)(void *ctx) = stream->events->on_closed;
    void *ctx = stream->ctx;

    free_stream(stream);
    if (on_closed != NULL) {
        on_closed(ctx);
    }
}

static void check_gone(struct nj_stream *stream)
{
    if (stream->is_closed && stream->wires == 0 && !stream->looking_up) {
        nj_loop_defer(stream->loop, &stream->gone, on_gone);
    }
}

static void on_wire_closed(uv_handle_t *handle)
{
    struct wire *wire = handle->data;
    struct nj_stream *stream = wire->stream;

    free(wire);
    stream->wires--;
    check_gone(stream);
}

static void drop_wire(struct nj_stream *stream)
{
    struct wire *wire = stream->wire;

    nj_timer_stop(&stream->try_timer);
    if (wire != NULL) {
        stream->wire = NULL;
        uv_close((uv_handle_t *)&wire->tcp, on_wire_closed);
    }
}

static void on_ended(struct nj_defer *defer)
{
    struct nj_stream *stream = defer->ctx;

    stream->events->on_end(stream->ctx, stream->code, stream->why);
}

/* The connection is over; the owner hears of it in a turn of its own. */
static void end(struct nj_stream *stream, int code, const char *why)
{
    if (stream->has_ended) {
        return;
    }
    stream->has_ended = 1;
    stream->code = code;
    (void)snprintf(stream->why, sizeof stream->why, "%s", why);
    drop_wire(stream);
    nj_loop_defer(stream->loop, &stream->ended, on_ended);
}

/* ---- writing ------------------------------------------------------------ */

static void on_written(uv_write_t *request, int status)
{
    struct writing *writing = request->data;
    struct nj_stream *stream = writing->stream;

    if (status != 0 && status != UV_ECANCELED) {
        end(stream, NJ_E_NET, uv_strerror(status));
    }
    free(writing);
}

static void write_raw(struct nj_stream *stream, const char *bytes, size_t len)
{
    uv_stream_t *out = (uv_stream_t *)&stream->wire->tcp;
    uv_buf_t part = uv_buf_init((char *)bytes, (unsigned)len);
    struct writing *writing;
    int sent = uv_try_write(out, &part, 1);

    if (sent >= 0 && (size_t)sent == len) {
        return;
    }
    if (sent < 0 && sent != UV_EAGAIN) {
        end(stream, NJ_E_NET, uv_strerror(sent));
        return;
    }
    part.base += sent < 0 ? 0 : sent;
    part.len -= sent < 0 ? 0 : (size_t)sent;
    writing = uv_stream_get_write_queue_size(out) > NJ_STREAM_QUEUE_BYTES
                  ? NULL
                  : malloc(sizeof *writing + part.len);
    if (writing == NULL) {
        end(stream, NJ_E_NOMEM, "no memory");
        return;
    }
    memcpy(writing->bytes, part.base, part.len);
    part.base = writing->bytes;
    writing->stream = stream;
    writing->request.data = writing;
    sent = uv_write(&writing->request, out, &part, 1, on_written);
    if (sent != 0) {
        free(writing);
        end(stream, NJ_E_NET, uv_strerror(sent));
    }
}

/* Send what OpenSSL has put into its output. */
static void flush_tls(struct nj_stream *stream)
{
    char *bytes;
    long len = BIO_get_mem_data(stream->to_net, &bytes);

    if (len > 0 && !stream->has_ended) {
        write_raw(stream, bytes, (size_t)len);
    }
    (void)BIO_reset(stream->to_net);
}

/* What OpenSSL says about the last failure, in words. */
static void end_tls(struct nj_stream *stream)
{
    long verdict = SSL_get_verify_result(stream->ssl);
    char why[WHY_BYTES];
    unsigned long code = ERR_get_error();
    const char *reason = ERR_reason_error_string(code);

    ERR_clear_error();
    if (verdict != X509_V_OK) {
        (void)snprintf(why, sizeof why, "the certificate is not good: %s",
                       X509_verify_cert_error_string(verdict));
        end(stream, NJ_E_DENIED, why);
        return;
    }
    (void)snprintf(why, sizeof why, "TLS failed: %s",
                   reason == NULL ? "the peer broke it off" : reason);
    end(stream, NJ_E_NET, why);
}

void nj_stream_write(struct nj_stream *stream, const char *bytes, size_t len)
{
    if (stream->has_ended || len == 0) {
        return;
    }
    ERR_clear_error();
    if (stream->ssl == NULL) {
        write_raw(stream, bytes, len);
    } else if (SSL_write(stream->ssl, bytes, (int)len) <= 0) {
        end_tls(stream);
    } else {
        flush_tls(stream);
    }
}

/* ---- reading ------------------------------------------------------------ */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buf)
{
    struct wire *wire = handle->data;

    (void)suggested;
    *out_buf = uv_buf_init(wire->scratch, SCRATCH_BYTES);
}

static void read_plain(struct nj_stream *stream)
{
    char bytes[SCRATCH_BYTES];
    int n = 1;

    ERR_clear_error();
    while (!stream->has_ended &&
           (n = SSL_read(stream->ssl, bytes, sizeof bytes)) > 0) {
        stream->events->on_data(stream->ctx, bytes, (size_t)n);
    }
    if (stream->has_ended) {
        return;
    }
    flush_tls(stream);
    n = SSL_get_error(stream->ssl, n);
    if (n == SSL_ERROR_ZERO_RETURN) {
        end(stream, NJ_E_NET, "the server closed the connection");
    } else if (n != SSL_ERROR_WANT_READ) {
        end_tls(stream);
    }
}

static void shake_hands(struct nj_stream *stream)
{
    int n;

    ERR_clear_error();
    n = SSL_do_handshake(stream->ssl);
    flush_tls(stream);
    if (stream->has_ended) {
        return;
    }
    if (n == 1) {
        stream->handshaken = 1;
        stream->events->on_ready(stream->ctx);
        if (!stream->has_ended && stream->ssl != NULL) {
            read_plain(stream);
        }
    } else if (SSL_get_error(stream->ssl, n) != SSL_ERROR_WANT_READ) {
        end_tls(stream);
    }
}

static void take_tls(struct nj_stream *stream, const char *bytes, int len)
{
    if (BIO_write(stream->from_net, bytes, len) != len) {
        end(stream, NJ_E_NOMEM, "no memory");
    } else if (stream->handshaken) {
        read_plain(stream);
    } else {
        shake_hands(stream);
    }
}

static void on_read(uv_stream_t *in, ssize_t n, const uv_buf_t *buf)
{
    struct wire *wire = in->data;
    struct nj_stream *stream = wire->stream;

    if (n > 0 && stream->ssl != NULL) {
        take_tls(stream, buf->base, (int)n);
    } else if (n > 0) {
        stream->events->on_data(stream->ctx, buf->base, (size_t)n);
    } else if (n == UV_EOF) {
        end(stream, NJ_E_NET, "the server closed the connection");
    } else if (n < 0) {
        end(stream, NJ_E_NET, uv_strerror((int)n));
    }
}

/* ---- TLS ---------------------------------------------------------------- */

int nj_stream_context(const char *ca_file, SSL_CTX **out, struct nj_err *err)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    (void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    (void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_file(context, ca_file) != 1) {
        ERR_clear_error();
        SSL_CTX_free(context);
        return nj_err_set(err, NJ_E_DENIED,
                          "no certificates can be read from %s; name a file "
                          "with PEM certificates",
                          ca_file);
    }
    *out = context;
    return 0;
}

static int name_peer(SSL *ssl, const char *host)
{
    unsigned char address[16];
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

    if (inet_pton(AF_INET, host, address) == 1 ||
        inet_pton(AF_INET6, host, address) == 1) {
        return X509_VERIFY_PARAM_set1_ip_asc(param, host);
    }
    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(ssl, host) == 1 &&
           X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

int nj_stream_secure(struct nj_stream *stream, SSL_CTX *context)
{
    SSL *ssl = SSL_new(context);
    BIO *from_net = BIO_new(BIO_s_mem());
    BIO *to_net = BIO_new(BIO_s_mem());

    assert(stream->ssl == NULL && stream->is_open);
    if (ssl == NULL || from_net == NULL || to_net == NULL ||
        !name_peer(ssl, stream->host)) {
        SSL_free(ssl);
        BIO_free(from_net);
        BIO_free(to_net);
        ERR_clear_error();
        return NJ_E_NOMEM;
    }
    (void)BIO_set_mem_eof_return(from_net, -1);
    SSL_set_bio(ssl, from_net, to_net); /* takes both */
    SSL_set_connect_state(ssl);
    stream->ssl = ssl;
    stream->from_net = from_net;
    stream->to_net = to_net;
    shake_hands(stream); /* only says hello: nothing is ready yet */
    return 0;
}

void nj_stream_rest(struct nj_stream *stream, int rests)
{
    if (stream->wire == NULL) {
        return;
    }
    if (rests) {
        uv_unref((uv_handle_t *)&stream->wire->tcp);
    } else {
        uv_ref((uv_handle_t *)&stream->wire->tcp);
    }
}

void nj_stream_close(struct nj_stream *stream)
{
    assert(!stream->is_closed);
    if (!stream->has_ended && stream->handshaken) {
        (void)SSL_shutdown(stream->ssl);
        flush_tls(stream);
    }
    stream->is_closed = 1;
    stream->has_ended = 1;
    nj_loop_undefer(stream->loop, &stream->ended);
    drop_wire(stream);
    if (stream->looking_up) {
        (void)uv_cancel((uv_req_t *)&stream->lookup);
    }
    check_gone(stream);
}

/* ---- connecting --------------------------------------------------------- */

static void on_connected(uv_connect_t *connect, int status)
{
    struct wire *wire = connect->data;
    struct nj_stream *stream = wire->stream;

    if (status == UV_ECANCELED || stream->wire != wire) {
        return; /* given up meanwhile */
    }
    if (status != 0) {
        (void)snprintf(stream->why, sizeof stream->why, "%s",
                       uv_strerror(status));
        drop_wire(stream);
        try_next(stream);
        return;
    }
    nj_timer_stop(&stream->try_timer);
    (void)uv_tcp_nodelay(&wire->tcp, 1);
    (void)uv_tcp_keepalive(&wire->tcp, 1, 60);
    if (uv_read_start((uv_stream_t *)&wire->tcp, on_alloc, on_read) != 0) {
        end(stream, NJ_E_NET, "the connection cannot be read");
        return;
    }
    stream->is_open = 1;
    stream->events->on_ready(stream->ctx);
}

static void on_try_late(struct nj_timer *timer)
{
    struct nj_stream *stream = timer->ctx;

    (void)snprintf(stream->why, sizeof stream->why, "no answer within %d s",
                   NJ_STREAM_TRY_MS / 1000);
    drop_wire(stream);
    try_next(stream);
}

static int try_address(struct nj_stream *stream, const struct sockaddr *address)
{
    struct wire *wire = calloc(1, sizeof *wire);
    int bad;

    if (wire == NULL) {
        return UV_ENOMEM;
    }
    bad = uv_tcp_init(nj_loop_uv(stream->loop), &wire->tcp);
    if (bad != 0) {
        free(wire);
        return bad;
    }
    wire->stream = stream;
    wire->tcp.data = wire;
    wire->connect.data = wire;
    stream->wire = wire;
    stream->wires++;
    bad =
        nj_timer_set(stream->loop, &stream->try_timer, NJ_STREAM_TRY_MS, 0,
                     on_try_late) == 0
            ? uv_tcp_connect(&wire->connect, &wire->tcp, address, on_connected)
            : UV_ENOMEM;
    if (bad != 0) {
        drop_wire(stream);
    }
    return bad;
}

static void try_next(struct nj_stream *stream)
{
    char why[WHY_BYTES];

    while (stream->next != NULL) {
        struct addrinfo *address = stream->next;
        int bad;

        stream->next = address->ai_next;
        bad = try_address(stream, address->ai_addr);
        if (bad == 0) {
            return;
        }
        (void)snprintf(stream->why, sizeof stream->why, "%s", uv_strerror(bad));
    }
    (void)snprintf(why, sizeof why, "%s", stream->why);
    end(stream, NJ_E_NET, why);
}

static void
on_looked_up(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
    struct nj_stream *stream = lookup->data;

    stream->looking_up = 0;
    stream->addresses = found;
    stream->next = found;
    if (stream->is_closed) {
        check_gone(stream);
    } else if (status != 0) {
        end(stream, NJ_E_NET, uv_strerror(status));
    } else {
        try_next(stream);
    }
}

int nj_stream_open(struct nj_loop *loop,
                   const char *host,
                   const char *port,
                   const struct nj_stream_events *events,
                   void *ctx,
                   struct nj_stream **out)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct nj_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        return NJ_E_NOMEM;
    }
    stream->loop = loop;
    stream->events = events;
    stream->ctx = ctx;
    stream->lookup.data = stream;
    stream->try_timer.ctx = stream;
    stream->ended.ctx = stream;
    stream->gone.ctx = stream;
    stream->host = strdup(host);
    if (stream->host == NULL ||
        uv_getaddrinfo(nj_loop_uv(loop), &stream->lookup, on_looked_up, host,
                       port, &hints) != 0) {
        free_stream(stream);
        return NJ_E_NOMEM;
    }
    stream->looking_up = 1;
    *out = stream;
    return 0;
}
