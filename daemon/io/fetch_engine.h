/* io/fetch_engine.h - libcurl's multi handle on our loop: sockets, its timer,
 * handles. For the fetch_*.c files and lane.c only.
 *
 *   nj_fetch -> transfer -> multi -- on_timer --> nj_timer, kick
 *                            |  `--- on_socket -> uv_poll per socket, kept
 *                            `-- done --> nj_transfer_done (fetch.c)
 *
 * A socket keeps its uv_poll from birth to close, and keeps it polling between
 * two requests: an idle connection costs no system call. It is unreferenced
 * while nobody waits for it, so that idle connections do not keep the loop
 * running.
 */

#ifndef NJ_IO_FETCH_ENGINE_H
#define NJ_IO_FETCH_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "io/address.h"
#include "io/fetch.h"
#include "io/fetch_guard.h"
#include "io/fetch_headers.h"

enum {
    NJ_FETCH_HOPS = 5,           /* redirects followed for one request */
    NJ_FETCH_HEADERS = 39,       /* a request's own headers */
    NJ_FETCH_OURS = 3,           /* and ours beside them */
    NJ_FETCH_SHARES = 64,        /* of TLS sessions, for five hosts each */
    NJ_FETCH_SPARES = 32,        /* transfers kept for the next requests */
    NJ_FETCH_USES = 256,         /* of one handle */
    NJ_FETCH_KEPT_BYTES = 65536, /* of body memory in a spare transfer */
    NJ_FETCH_CONNECT_MS = 10000, /* longest wait for a connection */
    NJ_FETCH_TIMEOUT_MS = 30000, /* of a request that names none */
    NJ_FETCH_UNACKED_MS = 20000, /* a silent peer is gone after that */
    NJ_FETCH_SLOW_BYTES = 10,    /* a second: less is a drip */
};

/* One request under way, or a spare. */
struct nj_transfer {
    struct nj_fetcher *fetcher;
    struct nj_transfer *prev; /* in the fetcher's `active` or `spare` */
    struct nj_transfer *next;
    CURL *easy;
    CURLSH *share;            /* which EASY uses; NULL: none */
    struct nj_fetch_req *req; /* NULL in a spare */
    int uses;                 /* of EASY so far */
    int is_detached;          /* 1: out of the multi handle, to be failed */
    struct nj_defer canceled;

    struct nj_target target; /* of this hop */
    int may_private;         /* 1: this hop may reach private addresses */
    int crossed;             /* 1: on another host than the request's */
    int plain_get;           /* 1: a redirect turned the request into GET */
    int own_ca;              /* 1: EASY has another CA file than the engine's */
    int hops;
    int moved_for_good;
    int64_t spent_us; /* on earlier hops */
    struct curl_slist lines[NJ_FETCH_HEADERS + NJ_FETCH_OURS]; /* text lent */

    struct nj_headers headers;
    struct nj_buf body;
    int stopped; /* NJ_E_*: why a callback of ours ended it */
    char denied[NJ_ADDRESS_TEXT];
    char error[CURL_ERROR_SIZE];
};

struct nj_fetch_socket; /* one of libcurl's sockets */

struct nj_fetcher {
    struct nj_loop *loop;
    CURLM *multi; /* NULL when memory ran out: see nj_engine_ready */
    CURLSH *shares[NJ_FETCH_SHARES]; /* TLS sessions, made when needed */
    struct nj_timer timer;
    struct nj_defer kick;
    struct nj_defer closing;
    struct nj_fetch_socket **by_fd; /* owned table, NULL where none */
    size_t fds;
    size_t open_polls; /* uv handles not closed yet */

    struct nj_transfer *active;
    struct nj_transfer *spare;
    size_t spares;
    size_t unanswered; /* requests whose `done` has not come */

    struct nj_parcel *parcels; /* lane.c's: under way and waiting */
    struct nj_parcel *last_parcel;
    struct nj_lane *lanes;
    long lane_count; /* closing ones too */

    struct nj_mailer *mailer; /* mail.c's; NULL until the first mail */
    char *user_agent;         /* the whole line */
    char *ca_file;
    long per_host;
    long total;
    int is_closing;
    int is_shut; /* the multi handle is gone for good */
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* fetch_engine.c: give EASY the engine's ways: its sockets, its CA file. 0 or
 * NJ_E_NOMEM. */
int nj_engine_adopt(struct nj_fetcher *fetcher, CURL *easy) NJ_MUST;

/* fetch_engine.c: make sure that there is a multi handle. 0 or NJ_E_NOMEM. */
int nj_engine_ready(struct nj_fetcher *fetcher) NJ_MUST;

/* fetch_share.c: where TLS sessions of URL's host are kept; NULL for want of
 * memory. Then: give all of them up, after the last handle is gone. */
CURLSH *nj_engine_share(struct nj_fetcher *fetcher, const char *url);
void nj_engine_unshare(struct nj_fetcher *fetcher);

/* fetch_send.c: send the request of TRANSFER to its target. 0 or NJ_E_NOMEM. */
int nj_transfer_send(struct nj_transfer *transfer) NJ_MUST;

/* fetch_send.c: what this hop sends, after redirects. */
int nj_transfer_has_body(const struct nj_transfer *transfer);
const char *nj_transfer_method(const struct nj_transfer *transfer);

/* REQ's limits, or those of a request that names none. */
int64_t nj_fetch_timeout_ms(const struct nj_fetch_req *req);
size_t nj_fetch_max_bytes(const struct nj_fetch_req *req);

/* Say why REQ failed, behind the only part of URL that is no secret. */
void nj_fetch_explain(struct nj_fetch_req *req,
                      const char *url,
                      const char *what);

/* An answer from what came in, all of it lent. */
void nj_answer_fill(const struct nj_fetcher *fetcher,
                    const struct nj_headers *headers,
                    const struct nj_buf *body,
                    const char *url,
                    long status,
                    struct nj_answer *out);

/* fetch_engine.c: one of the things that closing waits for is gone. */
void nj_engine_look_closed(struct nj_fetcher *fetcher);

/* fetch.c: TRANSFER has ended with RESULT and is out of the multi handle. */
void nj_transfer_done(struct nj_transfer *transfer, CURLcode result);

/* fetch.c: cancel all that is under way; their `done` comes deferred. */
void nj_transfers_cancel(struct nj_fetcher *fetcher);

/* fetch.c: take all that is under way out of the multi handle; later: end it
 * with NJ_E_NOMEM. */
void nj_transfers_detach(struct nj_fetcher *fetcher);
void nj_transfers_give_up(struct nj_fetcher *fetcher);

/* fetch.c: free TRANSFER, which is in no list. */
void nj_transfer_free(struct nj_transfer *transfer);

/* fetch.c: whether SOCKADDR may be connected to for TRANSFER; notes it when
 * not. */
int nj_transfer_may_connect(struct nj_transfer *transfer,
                            const struct sockaddr *address,
                            size_t len);

#endif
