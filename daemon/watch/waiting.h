/* watch/waiting.h - inside the outbox: one page between decision and delivery.
 * Shared by outbox.c (what waits) and ring.c (what is being sent) alone. */

#ifndef NJ_WATCH_WAITING_H
#define NJ_WATCH_WAITING_H

#include "watch/compose.h"
#include "watch/outbox.h"

enum nj_waiting_state {
    NJ_WAITING_HELD,    /* its deed is not durable yet */
    NJ_WAITING_DUE,     /* to be sent at page.next_ms */
    NJ_WAITING_ASKING,  /* the store is asked for the card */
    NJ_WAITING_RINGING, /* the channel has it */
    NJ_WAITING_BUNDLED, /* goes out with another one that rings */
};

struct nj_waiting {
    struct nj_heap_entry entry; /* in outbox->due; must stay first */
    struct nj_outbox *outbox;
    struct nj_page page;
    enum nj_waiting_state state;
    int dropped;               /* answered meanwhile: free it when it is back */
    int unwanted;              /* answered while it rang: no other try */
    int backoffs;              /* failures so far, for the delay */
    struct nj_waiting *next;   /* in first_in, or in a bundle */
    struct nj_waiting *bundle; /* others that go out with this one */
    size_t bundled;
    struct nj_arena arena;       /* owns the card */
    struct nj_card *card;        /* NULL: not asked yet */
    int64_t asked_id;            /* the alert whose card is asked */
    struct nj_query_req *query;  /* while ASKING */
    struct nj_composed *message; /* while RINGING */
    struct nj_send_req req;      /* while RINGING */
};

/* Send W now: composes it, or asks for its card first. */
void nj_waiting_ring(struct nj_waiting *w);

/* Keep a copy of CARD in W. 0 or NJ_E_NOMEM. */
int nj_waiting_keep_card(struct nj_waiting *w,
                         const struct nj_card *card) NJ_MUST;

/* Back into the queue, due at W->page.next_ms. */
void nj_waiting_again(struct nj_waiting *w);

/* Whether W belongs to a drill: in no true figure, in no true bundle. */
int nj_waiting_is_drill(const struct nj_waiting *w);

/* Out of the outbox; frees it. */
void nj_waiting_free(struct nj_waiting *w);

#endif
