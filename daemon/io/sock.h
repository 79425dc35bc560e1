/* io/sock.h - the command socket: JSON lines over a unix stream socket, server
 * and client. The kernel tells who is at the other end (SO_PEERCRED). A line
 * is at most NJ_LIMIT_FRAME_BYTES; more, or a NUL byte, ends the connection.
 * Writes queue up to that limit too; a peer that does not read is dropped.
 * Loop thread only. */

#ifndef NJ_IO_SOCK_H
#define NJ_IO_SOCK_H

#include <stddef.h>
#include <sys/types.h>

#include "io/loop.h"

struct nj_sock_server; /* opaque */
struct nj_sock;        /* opaque: one connection, either side */

/* All three must be set. Each may send, close this or other connections, or
 * close the server. */
struct nj_sock_events {
    void (*on_open)(void *ctx, struct nj_sock *sock); /* it stands */
    /* One line without its newline, with a NUL behind; lent for the call. */
    void (*on_line)(void *ctx,
                    struct nj_sock *sock,
                    const char *line,
                    size_t len);
    /* The connection is gone; SOCK is freed after this call. WHY in words.
     * Comes once after each on_open, and for a client's that never stood. */
    void (*on_close)(void *ctx, struct nj_sock *sock, const char *why);
    void *ctx;
};

/* Listen at PATH with MODE (0660, 0666). A stale socket file is replaced, a
 * live one is refused (NJ_E_EXISTS: another nightjard runs), as is what is no
 * socket; PATH.lock is held as long as we live. A socket handed over by systemd
 * (LISTEN_FDS, the one at PATH or else the first) is used instead when there is
 * one. Connections beyond NJ_LIMIT_SOCKS, or NJ_LIMIT_SOCKS_OF_USER of one
 * user, are turned away. Returns 0, NJ_E_EXISTS, NJ_E_INVALID (PATH is empty or
 * over 107 bytes), NJ_E_IO or NJ_E_NOMEM. */
int nj_sock_listen(struct nj_loop *loop,
                   const char *path,
                   mode_t mode,
                   const struct nj_sock_events *events,
                   struct nj_sock_server **out,
                   struct nj_err *err) NJ_MUST;
/* End all connections (on_close for each), remove the socket file, free SERVER,
 * then ON_CLOSED (may be NULL), never inside this call. */
void nj_sock_server_close(struct nj_sock_server *server,
                          void (*on_closed)(void *ctx),
                          void *ctx);

/* Connect to PATH; on_open comes when it stands, on_close when it cannot. 0,
 * NJ_E_INVALID (PATH as above) or NJ_E_NOMEM: then nothing comes. */
int nj_sock_connect(struct nj_loop *loop,
                    const char *path,
                    const struct nj_sock_events *events,
                    struct nj_sock **out,
                    struct nj_err *err) NJ_MUST;

/* Queue LINE (copied; no newline in it) and a newline. 0, or what was not
 * queued: NJ_E_TOOBIG (LINE is over the limit; or the queue is, then the peer
 * is dropped), NJ_E_STATE (not open), NJ_E_NOMEM. A caller who cannot help it
 * may ignore it: a connection that lost part of a line is dropped. */
int nj_sock_send(struct nj_sock *sock, const char *line, size_t len);

/* Send what is queued (for at most 30 s), then close; on_close comes later, no
 * line before it. Fine when it is closing already. */
void nj_sock_close(struct nj_sock *sock);

/* The peer's user id by the kernel's word; (uid_t)-1 when unknown. */
uid_t nj_sock_peer_uid(const struct nj_sock *sock);

/* The caller's own pointer with SOCK; NULL at first. */
void nj_sock_set_ctx(struct nj_sock *sock, void *ctx);
void *nj_sock_ctx(const struct nj_sock *sock);

/* Blocking client for the CLI: send one line, read lines one by one. Returns
 * NJ_E_NET with words when PATH cannot be reached, NJ_E_NOMEM. No loop. */
struct nj_line_client; /* opaque */
int nj_line_connect(const char *path,
                    struct nj_line_client **out,
                    struct nj_err *err) NJ_MUST;
/* 0, NJ_E_TOOBIG or NJ_E_NET. */
int nj_line_send(struct nj_line_client *client,
                 const char *line,
                 size_t len,
                 struct nj_err *err) NJ_MUST;
/* The next line (lent until the next call), or NULL at the end with *OUT_LEN 0.
 * TIMEOUT_MS -1 waits for ever. Returns 0, NJ_E_NET, NJ_E_TIMEOUT, NJ_E_TOOBIG
 * or NJ_E_NOMEM. */
int nj_line_next(struct nj_line_client *client,
                 int64_t timeout_ms,
                 const char **out,
                 size_t *out_len,
                 struct nj_err *err) NJ_MUST;
void nj_line_close(struct nj_line_client *client); /* NULL is fine */

#endif
