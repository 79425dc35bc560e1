/* io/sock_inside.h - connections of the command socket from within: for the
 * sock_*.c files only.
 *
 *                   on_open               nj_sock_close
 *     CONNECTING ------------> OPEN ---------------------> DRAINING
 *          |                    |                             |
 *          |  cannot            |  peer gone, bad line,       |  all is sent,
 *          |                    |  queue full, server closes  |  or too late
 *          |                    v                             |
 *          `----------------> CLOSING <-----------------------'
 *                               |
 *                               `--> on_close, freed
 */

#ifndef NJ_IO_SOCK_INSIDE_H
#define NJ_IO_SOCK_INSIDE_H

#include <uv.h>

#include "io/frame.h"
#include "io/sock.h"

enum nj_sock_state {
    NJ_SOCK_CONNECTING,
    NJ_SOCK_OPEN,
    NJ_SOCK_DRAINING,
    NJ_SOCK_CLOSING,
    NJ_SOCK_STATES, /* count, keep last */
};

struct nj_sock {
    uv_pipe_t pipe;
    struct nj_loop *loop;
    enum nj_sock_state state;
    struct nj_sock_events events;
    struct nj_frame frame;
    struct nj_timer patience; /* DRAINING: until it is dropped */
    size_t queued_bytes;
    uid_t uid;
    int told_open;
    const char *why; /* static: the reason on_close will give */
    void *ctx;
    uv_connect_t connect; /* CONNECTING */
    char *chunk;          /* where bytes arrive: owned, or the server's */

    struct nj_sock_server *server; /* NULL: we connected */
    size_t held_bytes;             /* counted in the server's */
    struct nj_sock *prev;          /* among the server's */
    struct nj_sock *next;
};

struct nj_sock_server {
    uv_pipe_t pipe;
    struct nj_loop *loop;
    struct nj_sock_events events;
    struct nj_timer retry;      /* accept again when memory ran out */
    struct nj_defer retry_soon; /* the same when even that cannot be set */
    struct nj_sock *socks;      /* all connections */
    size_t sock_count;
    size_t held_bytes; /* of unfinished lines */
    int told_full;
    int closing;
    int listener_closed;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
    struct nj_sock_place *place; /* owned */
    char chunk[NJ_FRAME_CHUNK];
};

/* sock.c: a connection in the state CONNECTING that reads into CHUNK (NULL: one
 * of its own); NULL when memory ran out. */
struct nj_sock *nj_sock_create(struct nj_loop *loop,
                               const struct nj_sock_events *events,
                               char *chunk);
/* Ask the kernel who is at the other end. */
void nj_sock_identify(struct nj_sock *sock);
/* It stands: start reading, tell on_open. */
void nj_sock_opened(struct nj_sock *sock);
/* Drop it; on_close says WHY (static text). Fine when it is closing already. */
void nj_sock_drop(struct nj_sock *sock, const char *why);

/* sock_server.c: SOCK is about to be freed. */
void nj_sock_server_forget(struct nj_sock_server *server, struct nj_sock *sock);

/* sock_place.c: the listening socket's place in the file system. Gives a
 * socket that is bound (its file descriptor is the caller's), and in *OUT what
 * must be left with nj_sock_place_leave at the end. */
struct nj_sock_place;
int nj_sock_place_take(const char *path,
                       mode_t mode,
                       int *out_fd,
                       struct nj_sock_place **out,
                       struct nj_err *err) NJ_MUST;
/* Remove the socket file if it is still ours, give the lock up, free PLACE. */
void nj_sock_place_leave(struct nj_sock_place *place); /* NULL is fine */
/* A path that fits a socket address: 0, or NJ_E_INVALID with words. */
int nj_sock_path_check(const char *path, struct nj_err *err) NJ_MUST;

#endif
