/* model/sink.h - how rooms of the same height reach each other: structs of
 * functions that app/ joins. One direction each:
 *
 *   source --posts--> watch --messages--> notify
 *   desk --commands--> watch --story--> desk, journal
 *   notify/desktop --cards--> desk (agents in people's sessions)
 *
 * A request is the caller's struct: it completes exactly once, never inside
 * the call that started it; a call that returns an error completes nothing.
 * Loop thread only.
 */

#ifndef NJ_MODEL_SINK_H
#define NJ_MODEL_SINK_H

#include "base/buf.h"
#include "model/message.h"
#include "model/post.h"

/* ---- posts in ---------------------------------------------------------- */

/* Hand over a batch. The batch stays the caller's and unchanged until `done`.
 * STATUS 0: all is durable, with the cursor; NEW_COUNT posts were new. Else an
 * NJ_E_*: nothing of it may be taken as stored (the same batch may be given
 * again; what was stored after all is recognised). */
struct nj_intake_req {
    struct nj_batch *batch;
    void (*done)(struct nj_intake_req *req, int status, size_t new_count);
    void *ctx;                  /* the caller's */
    struct nj_intake_req *next; /* watch's own, while under way */
    void *private_;             /* watch's own, while under way */
};

struct nj_post_sink {
    void *ctx;
    /* Returns 0; NJ_E_AGAIN when too much is under way (try later, or answer
     * 503); NJ_E_STATE when closing. */
    int (*take)(void *ctx, struct nj_intake_req *req);
};

/* How a source feels: WHAT is a sentence ("http 503 for 12m"), NULL when well
 * again. NEXT_MS: its next try, wall time, 0 unknown. */
struct nj_health_sink {
    void *ctx;
    void (*source)(void *ctx,
                   const char *source,
                   const char *what,
                   int64_t next_ms);
};

/* ---- messages out ------------------------------------------------------ */

enum { NJ_SEND_REF = 80, NJ_SEND_FAULT = 200 };

/* Send MESSAGE by CHANNEL to TARGET. All is lent until `done`, which says:
 *   0             the peer took it (REF: its id for it, or "")
 *   NJ_E_NET, NJ_E_TIMEOUT, NJ_E_AGAIN  may work later (RETRY_MS: not before
 *                 so many ms, 0 unknown)
 *   NJ_E_REFUSED  this target or content is refused for good
 *   NJ_E_NOTFOUND nobody there: no such channel, no agent connected
 *   NJ_E_CANCELED we closed
 * FAULT says why in words. */
struct nj_send_req {
    const char *channel;
    const char *target;
    const struct nj_message *message;
    void (*done)(struct nj_send_req *req, int status);
    void *ctx;
    char ref[NJ_SEND_REF];
    char fault[NJ_SEND_FAULT];
    int64_t retry_ms;
    int held;       /* 1, with NJ_E_AGAIN: held back here, nobody was asked */
    int of_target;  /* 1, with NJ_E_REFUSED or NJ_E_AGAIN: for this target,
                      not by the channel as a whole */
    void *private_; /* notify's own */
};

struct nj_bell_sink {
    void *ctx;
    /* Returns 0 (then `done` comes), NJ_E_NOMEM or NJ_E_STATE (closing). */
    int (*send)(void *ctx, struct nj_send_req *req);
};

/* A later word from the peer about a message it took (a status callback):
 * STATUS 0 delivered, else NJ_E_REFUSED with FAULT. */
struct nj_receipt_sink {
    void *ctx;
    void (*receipt)(void *ctx, int64_t page_id, int status, const char *fault);
};

/* A peer's status callback as the desk's HTTP server got it, whole; lent for
 * the call. The channel knows the URL that the peer was told to call. */
struct nj_callback {
    const char *channel; /* from the path: /v1/receipts/CHANNEL */
    const char *page;    /* query parameter "page"; NULL: none */
    const char *content_type;
    const char *signature; /* header X-Twilio-Signature; NULL: none */
    const char *body;
    size_t body_len;
};

struct nj_callback_sink {
    void *ctx;
    /* Returns the HTTP status to answer: 204, 400, 403, 404. */
    int (*callback)(void *ctx, const struct nj_callback *callback);
};

/* Desktop agents connected to the desk: hand JSON, one document without a
 * newline ({"ring":{...}} or {"clear":{...}}, see notify/render.h), as it is
 * to every session of LOGIN. Returns how many took it (0: nobody there). */
struct nj_agent_sink {
    void *ctx;
    size_t (*ring)(void *ctx, const char *login, const char *json);
};

/* ---- people's commands ------------------------------------------------- */

/* One verb of DESIGN 7 as a person gave it; lent until `done`. */
struct nj_command {
    const char *verb;   /* "ack", "override add"... */
    const char *actor;  /* person's name; "root" or "nightjar" else */
    const char *by;     /* "cli", "link", "desktop", "http": for the log */
    const int64_t *ids; /* alerts, or posts for explain */
    size_t id_count;
    uint32_t generation;       /* of the page that is answered; 0: none */
    int64_t for_ms;            /* --for; 0: none */
    int64_t from_ms, until_ms; /* spans; 0: none */
    int64_t id;                /* of an override or silence */
    const char *person, *schedule, *instead_of;
    const char *source, *brand, *rule, *policy, *author, *title, *url, *place;
    const char *give, *take; /* of a swap: spans, as written */
    const char *text;        /* note, message, post */
    const char *filter;      /* list: "open", "all", "mine", a state */
    enum nj_level severity;
    int force;
    int all;
    int64_t before; /* list: only alerts with a smaller number; 0: any */
    size_t limit;   /* rows; 0: default */
};

/* OUT is the JSON answer (an object or array) on success; on failure TEXT says
 * why in words. Both lent for the length of `done`. */
struct nj_command_req {
    struct nj_command command;
    void (*done)(struct nj_command_req *req,
                 int status,
                 const char *json,
                 const char *text);
    void *ctx;
    void *private_; /* watch's own */
};

struct nj_command_sink {
    void *ctx;
    int (*run)(void *ctx, struct nj_command_req *req);
};

/* ---- the story of the night ------------------------------------------- */

/* One thing that happened, as `nightjar log` tells it. */
struct nj_event {
    int64_t id;       /* rises; store key */
    int64_t at_ms;    /* wall time */
    int64_t alert;    /* 0: none */
    const char *kind; /* "post", "opened", "paged", "sent", "failed", "acked",
                          "expired", "step", "skipped", "resolved", ... */
    const char *who;  /* person or source or channel; may be NULL */
    const char *text; /* a sentence, never NULL, plain text */
};

struct nj_story_sink {
    void *ctx;
    void (*tell)(void *ctx, const struct nj_event *event);
};

#endif
