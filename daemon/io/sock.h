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

struct nj_sock_events {
    void (*on_open)(void *ctx, struct nj_sock *sock); /* server: accepted */
    /* One line without its newline, with a NUL behind; lent for the call. */
    void (*on_line)(void *ctx,
                    struct nj_sock *sock,
                    const char *line,
                    size_t len);
    /* The connection is gone; SOCK is freed after this call. WHY in words. */
    void (*on_close)(void *ctx, struct nj_sock *sock, const char *why);
    void *ctx;
};

/* Listen at PATH with MODE (0660, 0666). A stale socket file is replaced, a
 * live one is refused (NJ_E_EXISTS: another nightjard runs). A socket handed
 * over by systemd (LISTEN_FDS) is used instead when there is one. */
int nj_sock_listen(struct nj_loop *loop,
                   const char *path,
                   mode_t mode,
                   const struct nj_sock_events *events,
                   struct nj_sock_server **out,
                   struct nj_err *err) NJ_MUST;
void nj_sock_server_close(struct nj_sock_server *server,
                          void (*on_closed)(void *ctx),
                          void *ctx);

/* Connect to PATH; on_open comes when it stands, on_close when it cannot. */
int nj_sock_connect(struct nj_loop *loop,
                    const char *path,
                    const struct nj_sock_events *events,
                    struct nj_sock **out,
                    struct nj_err *err) NJ_MUST;

/* Queue LINE and a newline. NJ_E_TOOBIG, NJ_E_STATE (closing), NJ_E_NOMEM. */
int nj_sock_send(struct nj_sock *sock, const char *line, size_t len);

/* Send what is queued, then close; on_close comes later. */
void nj_sock_close(struct nj_sock *sock);

/* The peer's user id by the kernel's word; (uid_t)-1 when unknown. */
uid_t nj_sock_peer_uid(const struct nj_sock *sock);

void nj_sock_set_ctx(struct nj_sock *sock, void *ctx);
void *nj_sock_ctx(const struct nj_sock *sock);

/* Blocking client for the CLI: send one line, read lines one by one. Returns
 * NJ_E_NET with words when PATH cannot be reached. No loop needed. */
struct nj_line_client; /* opaque */
int nj_line_connect(const char *path,
                    struct nj_line_client **out,
                    struct nj_err *err) NJ_MUST;
int nj_line_send(struct nj_line_client *client,
                 const char *line,
                 size_t len,
                 struct nj_err *err) NJ_MUST;
/* The next line (lent until the next call), or NULL at the end with *OUT_LEN 0.
 * TIMEOUT_MS -1 waits for ever. Returns 0, NJ_E_NET, NJ_E_TIMEOUT, NJ_E_TOOBIG.
 */
int nj_line_next(struct nj_line_client *client,
                 int64_t timeout_ms,
                 const char **out,
                 size_t *out_len,
                 struct nj_err *err) NJ_MUST;
void nj_line_close(struct nj_line_client *client); /* NULL is fine */

#endif
