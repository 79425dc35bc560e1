/* watch/outbox.h - pages on their way out: released when durable, composed
 * when sent, tried again while the step lasts, handed to the next contact when
 * a channel gives up.
 *
 *   HELD --durable--> DUE --send--> RINGING --took it--> gone (SENT)
 *    |                 ^               |  `-refused, too late--> gone (FAILED)
 *    | answered        `---later-------'          the climb takes the next
 *    `--> gone (DROPPED)                           contact
 *
 * First pages go first. Pages that are not the first of their alert to the
 * same target are bundled when several are due ("and 41 more"). A page that
 * rings when its alert is answered is let go; one that waits is dropped.
 * Loop thread only.
 */

#ifndef NJ_WATCH_OUTBOX_H
#define NJ_WATCH_OUTBOX_H

#include "base/map.h"
#include "watch/alerts.h"

struct nj_waiting; /* opaque: one page in the outbox */

struct nj_outbox {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_heap due;          /* not first, by time */
    struct nj_waiting *first_in; /* first pages, in order */
    struct nj_waiting **first_end;
    struct nj_multimap by_alert; /* alert id -> waiting */
    struct nj_timer timer;
    struct nj_defer pump;
    int64_t last_page_id;
    size_t ringing; /* handed to channels, not answered */
    size_t count;   /* all in the outbox */
    int open;       /* sending has started */
    int closing;
    void (*on_empty)(void *ctx); /* closing: nothing rings any more */
    void *on_empty_ctx;
    /* A page was given up: the climb's turn. */
    void (*on_failed)(void *ctx,
                      struct nj_alert *alert,
                      const struct nj_page *page);
    void *on_failed_ctx;
    /* What came of a message: how its channel does. */
    void (*on_heard)(void *ctx,
                     const struct nj_send_req *req,
                     const char *person,
                     int status);
    void *on_heard_ctx;
};

void nj_outbox_init(struct nj_outbox *outbox,
                    struct nj_watch_env *env,
                    struct nj_ledger *ledger,
                    struct nj_alerts *alerts);
void nj_outbox_finish(struct nj_outbox *outbox);

/* What a new page is made of; text is copied. */
struct nj_page_wish {
    const struct nj_alert *alert; /* NULL: a test */
    const char *person;           /* interned; may be NULL */
    const char *channel;          /* interned */
    const char *target;
    const char *text; /* what a TELL says, or why this page comes */
    enum nj_page_kind kind;
    uint8_t contact;
    int first;
    int64_t until_ms;
    const struct nj_card *card; /* when at hand: spares asking the store */
};

/* Write a page into DEED and hold it until DEED is durable. Memory that runs
 * out spoils DEED. */
void nj_outbox_add(struct nj_outbox *outbox,
                   struct nj_deed *deed,
                   const struct nj_page_wish *wish);

/* Keep a stored page that waits (at start). */
int nj_outbox_load(struct nj_outbox *outbox,
                   const struct nj_page *page) NJ_MUST;

/* Drop the pages of ALERT that still wait, but TELLs and MAILs; only PERSON's
 * unless that is NULL. Written into DEED. */
void nj_outbox_drop(struct nj_outbox *outbox,
                    struct nj_deed *deed,
                    const struct nj_alert *alert,
                    const char *person);

/* The wall clock was set by DELTA_MS: what waits keeps its distance in steady
 * time, in memory and in the store. */
void nj_outbox_shift(struct nj_outbox *outbox, int64_t delta_ms);

/* Begin to send; before that pages only wait. */
void nj_outbox_open(struct nj_outbox *outbox);

/* Send no more; ON_EMPTY comes when nothing rings, never inside this call. */
void nj_outbox_close(struct nj_outbox *outbox,
                     void (*on_empty)(void *ctx),
                     void *ctx);

/* A receipt from a peer about page PAGE_ID of yesterday: 0 delivered. */
void nj_outbox_receipt(struct nj_outbox *outbox,
                       int64_t page_id,
                       int status,
                       const char *fault);

#endif
