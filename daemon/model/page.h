/* model/page.h - one attempt to reach one person by one contact, from the
 * decision to its delivery. Saved before it is sent; sent again with the same
 * key after a crash. Names interned; wall times in ms, 0 none. */

#ifndef NJ_MODEL_PAGE_H
#define NJ_MODEL_PAGE_H

#include <stdint.h>

#include "base/err.h"

enum nj_page_kind {
    NJ_PAGE_CALL,  /* somebody must answer: the real thing */
    NJ_PAGE_TELL,  /* "maya has it": no answer asked */
    NJ_PAGE_MAIL,  /* in hours: to the team or a channel */
    NJ_PAGE_TEST,  /* `nightjar test` */
    NJ_PAGE_NEWS,  /* of no alert: a shift changed hands, advice... Its text
                      is a headline, then what there is to say */
    NJ_PAGE_KINDS, /* count, keep last */
};

enum nj_page_state {
    NJ_PAGE_WAITING,   /* saved, not handed to its channel yet, or to retry */
    NJ_PAGE_SENT,      /* the channel's peer took it */
    NJ_PAGE_DELIVERED, /* the peer says it arrived */
    NJ_PAGE_FAILED,    /* given up: refused, or time ran out */
    NJ_PAGE_DROPPED,   /* not needed any more: somebody answered */
    NJ_PAGE_STATES,    /* count, keep last */
};

struct nj_page {
    int64_t id;          /* store key, > 0 */
    int64_t alert;       /* 0 for a test */
    const char *person;  /* interned; NULL: to a channel or team address */
    const char *channel; /* interned configured name */
    char *target;        /* owned: address, number, login or url; may be NULL */
    uint8_t kind;        /* enum nj_page_kind */
    uint8_t state;       /* enum nj_page_state */
    uint8_t contact;     /* index in the person's rules; 255: fallback email */
    uint8_t first;       /* 1: first page of its alert: never throttled */
    uint32_t generation; /* of the alert when it was made */
    uint32_t attempts;
    int64_t made_ms;
    int64_t next_ms;  /* when to try (again) */
    int64_t until_ms; /* give up retrying then; 0: by attempts alone */
    int64_t done_ms;  /* sent, failed or dropped at */
    char *ref;        /* owned: the peer's own id (Twilio SID); may be NULL */
    char *fault;      /* owned: last failure in words; may be NULL */
    char *text;       /* owned: what a TELL says; may be NULL */
};

/* "call" ... ; "waiting" ...; static, never NULL. */
const char *nj_page_kind_name(enum nj_page_kind kind);
const char *nj_page_state_name(enum nj_page_state state);

/* Free what PAGE owns and zero it. Safe on a zeroed one. */
void nj_page_finish(struct nj_page *page);

#endif
