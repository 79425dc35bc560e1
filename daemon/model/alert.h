/* model/alert.h - one piece of trouble that someone must take, and how far its
 * escalation has climbed.
 *
 *              ack                 resolve
 *    OPEN ----------> ACKED ------------------> RESOLVED
 *    ^ ^ \              | \                      ^   |
 *    | |  \ snooze      |  \ expires, unack      |   | the same trouble
 *    | |   `-> SNOOZED  |   `-> OPEN             |   | within `reopen`
 *    | |        |  |    |                        |   |
 *    | `--------'  `----+------ resolve ---------'   |
 *    |    until                                      |
 *    `-----------------------------------------------'
 *
 * A climb is a value: escalate/ alone changes it (state + event + now ->
 * actions), watch/ keeps it, store/ saves it before anything acts. Names are
 * interned (model/names.h). Wall times in ms; 0 means none.
 */

#ifndef NJ_MODEL_ALERT_H
#define NJ_MODEL_ALERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "model/plan.h"

enum nj_alert_state {
    NJ_ALERT_OPEN,     /* nobody has answered; escalation is climbing */
    NJ_ALERT_ACKED,    /* a person holds it until due_ms; no pages */
    NJ_ALERT_SNOOZED,  /* quiet until due_ms, then as if newly opened */
    NJ_ALERT_RESOLVED, /* over; the same trouble may reopen it for a while */
    NJ_ALERT_STATES,   /* count, keep last */
};

/* "open", "acknowledged", "snoozed", "resolved"; static, never NULL. */
const char *nj_alert_state_name(enum nj_alert_state state);

/* One person who was told of the alert, and their own rules running: contact
 * after contact, to the end, until someone acknowledges. */
struct nj_chain {
    const char *person; /* interned */
    int64_t due_ms;     /* when contact NEXT rings; 0: run to its end */
    uint8_t next;       /* index into the person's rules of LEVEL */
    uint8_t level;      /* enum nj_level whose rules run */
    uint8_t fell_back;  /* 1: the last fallback, email, was rung */
    uint8_t failed;     /* contacts of this run that could not be reached */
    uint8_t current;    /* 1: called by the step that lasts now */
    uint8_t answered;   /* 1: has answered, and the climb went on (a drill) */
};

enum {
    NJ_CLIMB_LAST_RESORT = 1u << 0, /* last_resort has been paged */
    NJ_CLIMB_EXHAUSTED = 1u << 1,   /* nothing left to climb; owner was told */
};

struct nj_climb {
    uint8_t state;       /* enum nj_alert_state */
    uint8_t flags;       /* NJ_CLIMB_* */
    uint8_t step;        /* index of the next step to take */
    uint8_t round;       /* rounds completed */
    uint32_t generation; /* rises at each opening anew; pages carry it */
    int64_t due_ms; /* OPEN: next step; ACKED: expiry; SNOOZED: end; 0: none */
    const char *holder;      /* who acknowledged; NULL unless ACKED */
    struct nj_chain *chains; /* owned: everyone told since the last opening */
    size_t chain_count;
};

/* The earliest of the climb's own deadline and its chains'; 0 when none. */
int64_t nj_climb_due(const struct nj_climb *climb);

/* Free the chains and zero the climb. Safe on a zeroed one. */
void nj_climb_finish(struct nj_climb *climb);

/* Make OUT (overwritten, not freed) a copy of CLIMB with chains of its own.
 * 0 or NJ_E_NOMEM (OUT untouched). */
int nj_climb_copy(const struct nj_climb *climb, struct nj_climb *out) NJ_MUST;

/* A policy as it was when an alert opened; shared by all alerts of that text.
 * watch/ counts the references. */
struct nj_policy_snapshot {
    int64_t id; /* store key, > 0 */
    size_t refs;
    struct nj_arena arena; /* owns what POLICY points to, but names */
    struct nj_policy policy;
};

enum {
    NJ_ALERT_QUIET = 1u << 0,  /* in hours, told by mail or channel: no climb */
    NJ_ALERT_OPS = 1u << 1,    /* nightjar's own trouble */
    NJ_ALERT_RAISED = 1u << 2, /* by a person's hand */
    NJ_ALERT_TEST = 1u << 3,   /* a test or drill: never in true figures */
    NJ_ALERT_WRONG = 1u << 4,  /* a person called it a false alarm */
    NJ_ALERT_DRILL = 1u << 5,  /* a drill (with TEST): ends by itself */
    NJ_ALERT_WALK = 1u << 6,   /* a drill that goes on to everybody, whoever
                                  answers */
};

/* The live record: small, because a hundred thousand may be open at once.
 * What people read of it (struct nj_card) stays in the store. */
struct nj_alert {
    int64_t id;        /* short number people type, > 0 */
    const char *rule;  /* interned; "raised" or "nightjar" for those */
    const char *brand; /* interned; NULL for nightjar's own */
    const char *team;  /* interned; NULL: none */
    struct nj_policy_snapshot *policy; /* one reference; NULL: no climb */
    int64_t opened_ms;                 /* first opening */
    int64_t touched_ms;                /* last post joined or state moved */
    int64_t ends_ms;                   /* a drill ends by itself; 0: never */
    uint32_t posts;                    /* posts collected */
    uint8_t severity;                  /* enum nj_level */
    uint8_t flags;                     /* NJ_ALERT_* */
    uint8_t key_count;
    struct nj_climb climb;
    uint64_t simhash;         /* of the first post; 0 none */
    uint64_t *keys;           /* owned: join keys of the trouble */
    struct nj_heap_entry due; /* watch's: place in the queue of deadlines */
};

/* What a person reads of an alert: kept in the store, masked already. Lent
 * text; members may be NULL unless said. */
struct nj_card {
    const char *title;   /* one line, never NULL */
    const char *excerpt; /* masked text, at most 500 bytes, never NULL */
    const char *url;
    const char *author;
    const char *source;
    const char *why; /* "offensive 0.97: insult, threat" */
    const char *playbook;
    enum nj_place place;
    int64_t published_ms;
};

/* Free what ALERT owns but its policy reference, and zero it. */
void nj_alert_finish(struct nj_alert *alert);

#endif
