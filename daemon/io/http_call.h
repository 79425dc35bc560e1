/* io/http_call.h - one connection of the server and the request on it. For the
 * http*.c files only.
 *
 *             accept
 *               |   .--------- answered, kept -------------.
 *               v   v                                      |
 *            READING ---whole request---> CALLED ---> (WRITING)
 *               |                            |             |
 *               | refused                    | client left | answered, last
 *               v                            |             v
 *            (WRITING) -----------------> DRAINING <-------'
 *                                            | end of input, 1 s, too much
 *        any: connection lost ----> GONE <---'
 *
 * A call that is GONE but not answered yet lives on by itself until it is: the
 * handler still holds it. WRITING is skipped when the socket takes all at once.
 */

#ifndef NJ_IO_HTTP_CALL_H
#define NJ_IO_HTTP_CALL_H

#include <uv.h>

#include "base/buf.h"
#include "io/address.h"
#include "io/http_guard.h"
#include "io/httpd.h"

enum {
    NJ_HTTP_IDLE_MS = 60000,     /* between two requests of a connection */
    NJ_HTTP_DRAIN_MS = 1000,     /* for the client to read a last answer */
    NJ_HTTP_FRESH_MS = 1000,     /* a wait so short is not pushed out */
    NJ_HTTP_AHEAD_BYTES = 65536, /* taken of further requests meanwhile */
    NJ_HTTP_SCRATCH_BYTES = 65536,
    NJ_HTTP_PARAMS = 32,
    NJ_HTTP_REPLY_BYTES = 64 << 20, /* one answer's body, at most */
};

enum nj_http_state {
    NJ_HTTP_READING,
    NJ_HTTP_CALLED,
    NJ_HTTP_WRITING,
    NJ_HTTP_DRAINING,
    NJ_HTTP_GONE,
};

/* Decoded names and values of a query or a form. */
struct nj_http_params {
    struct nj_buf text; /* name NUL value NUL ... */
    uint32_t names[NJ_HTTP_PARAMS];
    uint32_t values[NJ_HTTP_PARAMS];
    unsigned count;
};

struct nj_http_call {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct nj_httpd *httpd; /* valid until GONE */
    struct nj_http_call *prev;
    struct nj_http_call *next;
    struct nj_timer timer;
    struct nj_defer more; /* reads what came ahead */
    int64_t due_ms;       /* steady time of the deadline; INT64_MAX never */
    int64_t armed_ms;     /* what the timer is set to, never later than that */
    int64_t since_ms;     /* steady time of the last wait's start */

    enum nj_http_state state;
    int in_handler; /* inside on_call: the answer may come at once */
    int unanswered; /* the handler holds this call */
    int closed;     /* the uv handle is */
    int paused;     /* not reading */
    int no_more;    /* the client has sent all it will */
    int last;       /* close after this answer */
    int hard;       /* close by reset */
    int skipped;    /* a blank line before the request was forgiven */
    size_t drained; /* bytes thrown away */

    struct nj_buf in;
    size_t seen; /* of the head, see nj_http_head_length */
    int has_head;
    struct nj_http_head head;
    char after_body;     /* the byte that the body's NUL stands on */
    struct nj_buf ahead; /* came while the handler holds what is in `in` */
    struct nj_http_params query;
    struct nj_http_params form;
    int form_read;
    struct nj_buf out; /* what the socket did not take at once */
    char peer[NJ_ADDRESS_TEXT];
    void *ctx; /* the handler's */
};

struct nj_httpd {
    struct nj_loop *loop;
    uv_tcp_t listener;
    uv_tcp_t turned_away; /* takes a connection there is no memory for */
    int is_turning;       /* that handle is closing */
    int is_waiting;       /* another connection stands at the door meanwhile */
    size_t max_body;
    unsigned max_calls;
    int64_t deadline_ms;
    void (*on_call)(void *ctx, struct nj_http_call *call);
    void *ctx;

    struct nj_http_call *calls; /* connections, newest first */
    unsigned call_count;
    size_t handles; /* uv handles not closed yet */
    int is_closing;
    struct nj_defer closing;
    void (*on_closed)(void *ctx);
    void *closed_ctx;

    struct nj_buf head; /* of the answer being written */
    int64_t date_s;     /* second that `date` tells */
    char date[32];
    char scratch[NJ_HTTP_SCRATCH_BYTES]; /* what read() fills */
};

/* http_call.c: a connection waits at HTTPD's listener. */
void nj_http_call_accept(struct nj_httpd *httpd);
/* Close the connection. CALL is freed when that is done and it is answered. */
void nj_http_call_drop(struct nj_http_call *call);
/* Free CALL, which is closed and answered. */
void nj_http_call_free(struct nj_http_call *call);
/* Say that we have ended, let the client read it, then drop. */
void nj_http_call_drain(struct nj_http_call *call);
void nj_http_call_move(struct nj_http_call *call, enum nj_http_state to);
/* Let the deadline be DELAY_MS from now. May drop CALL for want of memory. */
void nj_http_call_set_due(struct nj_http_call *call, int64_t delay_ms);
/* Read on after a pause. */
void nj_http_call_resume(struct nj_http_call *call);

/* http_serve.c: serve what is whole in CALL's buffer, one after the other. */
void nj_http_call_proceed(struct nj_http_call *call);
/* http_serve.c: answer with STATUS and words, then close. */
void nj_http_call_refuse(struct nj_http_call *call, int status);

/* httpd.c: one uv handle of HTTPD is closed. */
void nj_httpd_handle_closed(struct nj_httpd *httpd);

/* http_reply.c: put status line and headers for REPLY with BODY_LEN bytes into
 * HTTPD's `head`. 0 or NJ_E_NOMEM. */
int nj_http_reply_head(struct nj_httpd *httpd,
                       const struct nj_http_reply *reply,
                       int last) NJ_MUST;

/* http_reply.c: words for STATUS ("Not Found"), never NULL. */
const char *nj_http_status_words(int status);

/* http_params.c: split and decode TEXT[0..LEN). 0, NJ_E_INVALID, NJ_E_NOMEM. */
int nj_http_params_read(struct nj_http_params *params,
                        const char *text,
                        size_t len) NJ_MUST;
const char *nj_http_params_find(const struct nj_http_params *params,
                                const char *name);

#endif
