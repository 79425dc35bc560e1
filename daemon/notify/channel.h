/* notify/channel.h - the bells: everything that carries a message to a person.
 *
 *   watch/outbox                                    desk (/v1/receipts)
 *        | nj_send_req                                   | nj_callback
 *        v                                               v
 *   +-- nj_bells ---------------------------------------------------+
 *   |  throttle --> channel by name --> errand --> io/ --> the peer |
 *   |                                      |                        |
 *   |  done(req, status) <-----------------'       receipts --------+-> watch
 *   +---------------------------------------------------------------+
 *
 * Words: a *channel* is one configured way out ("email", "sms"), of a *type*
 * (smtp, sms-webhook, webhook, desktop, null). An *errand* is one message on
 * its way through a channel: made by the bells, answered exactly once.
 *
 * Thinking is apart from doing: what a message looks like is decided by pure
 * files (render_*.c, mime.c, sms.c, twilio.c, form.c: values in, text out);
 * the channels only carry it.
 *
 * To add a channel, start here:
 *  1. Give it a table of keys in conf/keys_channels.c.
 *  2. Write notify/NAME.c: a struct whose first member is struct nj_channel,
 *     one for its errands whose first member is struct nj_errand, and a
 *     `const struct nj_channel_ops nj_NAME_channel`.
 *  3. Add it to `types` in notify/types.c and to the contract suite's list in
 *     tests/unit/notify/contract_test.c, which it must pass unchanged.
 *
 * Loop thread only.
 */

#ifndef NJ_NOTIFY_CHANNEL_H
#define NJ_NOTIFY_CHANNEL_H

#include "base/mem.h"
#include "conf/settings.h"
#include "io/fetch.h"
#include "io/loop.h"
#include "model/sink.h"

/* What channels are given; lent, with all it points to, for the life of the
 * bells and looked at anew for each message: the owner may fill in the sinks
 * later and change public_url at a reload. */
struct nj_channel_env {
    struct nj_loop *loop;            /* also the wall clock */
    struct nj_fetcher *fetcher;      /* HTTP and mail */
    struct nj_agent_sink agents;     /* ring may be NULL: no desk */
    struct nj_receipt_sink receipts; /* receipt may be NULL: nobody asks */
    const char *public_url; /* "https://night.example.org"; NULL: the world
                               cannot reach us */
};

/* ---- for those who use the bells -------------------------------------- */

struct nj_bells;    /* opaque: the configured channels by name */
struct nj_bell_set; /* opaque: channels read from a file, not in use yet */

/* Make the channels under CHANNELS (the map `channels` of the file; NULL:
 * none); nothing of it is kept. Returns 0 and *OUT, for nj_bells_take or
 * nj_bell_set_destroy; NJ_E_INVALID with the channel and key named; NJ_E_NOMEM.
 */
int nj_bell_set_create(const struct nj_channel_env *env,
                       const struct nj_node *channels,
                       struct nj_bell_set **out,
                       struct nj_err *err) NJ_MUST;
void nj_bell_set_destroy(struct nj_bell_set *set); /* NULL is fine */

/* Bells without channels yet, the caller's until closed. 0 or NJ_E_NOMEM. */
int nj_bells_create(const struct nj_channel_env *env,
                    struct nj_bells **out,
                    struct nj_err *err) NJ_MUST;

/* Use SET (taken over) from now on. Messages under way finish on the channels
 * they began with, which go when their last one has. Cannot fail. */
void nj_bells_take(struct nj_bells *bells, struct nj_bell_set *set);

/* What watch/ rings, and what desk/ hands status callbacks to. A channel that
 * does not exist, a target that is wrong: `done` says so, never the call. */
struct nj_bell_sink nj_bells_sink(struct nj_bells *bells);
struct nj_callback_sink nj_bells_callbacks(struct nj_bells *bells);

/* Messages under way. */
size_t nj_bells_pending(const struct nj_bells *bells);

/* Answer each message under way with NJ_E_CANCELED, then ON_CLOSED, never
 * inside this call; then BELLS is gone. A mail already on the wire cannot be
 * called back: close the fetcher in the same turn, and ON_CLOSED comes as soon
 * as it has let go. */
void nj_bells_close(struct nj_bells *bells,
                    void (*on_closed)(void *ctx),
                    void *ctx);

/* ---- for those who write a channel ------------------------------------ */

/* Head of every channel; zeroed memory of `channel_bytes`. */
struct nj_channel {
    const struct nj_channel_ops *ops;
    const struct nj_channel_env *env;
    const char *name;        /* "sms", in `arena` */
    struct nj_arena arena;   /* copies of what was read; freed by the bells */
    struct nj_channel *next; /* the bells' own */
    size_t errands;          /* under way */
    int64_t timeout_ms;      /* of one attempt */
    int per_minute;          /* to one destination; 0: not held back */
    int retired;             /* 1: replaced; goes after its last errand */
};

/* Head of every errand; zeroed memory of `errand_bytes`. */
struct nj_errand {
    struct nj_bells *bells;
    struct nj_channel *channel; /* NULL: there is none of that name */
    struct nj_send_req *req;    /* NULL once answered */
    struct nj_defer defer;
    struct nj_errand *next, **back; /* the bells' list */
    int status;                     /* for the deferred answer */
    int on_wire; /* 1: io/ holds part of it; set by the channel's `send` */
};

struct nj_channel_ops {
    const char *type; /* as the file says it */
    size_t channel_bytes;
    size_t errand_bytes;

    /* Read NODE into CHANNEL (head filled in). 0, NJ_E_INVALID with a sentence
     * in ERR, or NJ_E_NOMEM; after a failure `finish` is called as well. */
    int (*init)(struct nj_channel *channel,
                const struct nj_node *node,
                struct nj_err *err);

    /* Set ERRAND's request going. 0: nj_errand_end comes later, from io/ or a
     * deferred call (on_wire says that memory must stay till then). Else the
     * bells answer with the code returned: NJ_E_NOMEM, or any status of
     * nj_send_req after nj_errand_fault. */
    int (*send)(struct nj_channel *channel, struct nj_errand *errand);

    /* Give up what is on the wire, if that can be done; nj_errand_end still
     * comes. NULL: cannot be called back. */
    void (*cancel)(struct nj_errand *errand);

    /* Free what ERRAND owns, secrets wiped. NULL: nothing. */
    void (*forget)(struct nj_errand *errand);

    /* A status callback; the HTTP status to answer. NULL: has none. */
    int (*callback)(struct nj_channel *channel,
                    const struct nj_callback *callback);

    /* Free what CHANNEL owns beside its arena, secrets wiped; no errand is
     * left. NULL: nothing. Safe after a failed init. */
    void (*finish)(struct nj_channel *channel);
};

/* Answer ERRAND with STATUS and let it go. From a callback of io/ or of the
 * loop, never inside `send`. */
void nj_errand_end(struct nj_errand *errand, int status);

/* The same, in the next turn: for channels that are done at once. */
void nj_errand_end_later(struct nj_errand *errand, int status);

/* Say in words why ERRAND failed, for the person who reads the alert; text
 * from outside is made harmless. Returns CODE. */
int nj_errand_fault(struct nj_errand *errand, int code, const char *fmt, ...)
    NJ_PRINTF(3, 4);

/* Say that it was refused (CODE) for its target or text alone: the channel
 * works for others. Returns CODE. */
int nj_errand_of_target(struct nj_errand *errand, int code);

/* The peer's own id for the message; cut and made harmless. */
void nj_errand_ref(struct nj_errand *errand, const char *ref);

/* Copy the text of NODE's child NAME into OUT, owned by the CHANNEL's arena;
 * NULL when it is not there. 0 or NJ_E_NOMEM (OUT untouched). */
int nj_channel_text(struct nj_channel *channel,
                    const struct nj_node *node,
                    const char *name,
                    const char **out) NJ_MUST;

/* The same for a path, made absolute. */
int nj_channel_path(struct nj_channel *channel,
                    const struct nj_node *node,
                    const char *name,
                    const char **out) NJ_MUST;

/* The same for a secret (or a text that may be one), into memory of its own:
 * `finish` wipes it with nj_secret_drop. */
int nj_channel_secret(const struct nj_node *node,
                      const char *name,
                      char **out) NJ_MUST;
void nj_secret_drop(char **secret); /* wipe, free, NULL */

extern const struct nj_channel_ops nj_smtp_channel;
extern const struct nj_channel_ops nj_sms_channel;
extern const struct nj_channel_ops nj_webhook_channel;
extern const struct nj_channel_ops nj_desktop_channel;
extern const struct nj_channel_ops nj_null_channel;

/* The type called NAME, or NULL. */
const struct nj_channel_ops *nj_channel_type(const char *name);

#endif
