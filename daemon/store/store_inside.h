/* store/store_inside.h - a store from within: what its two threads share, and
 * the ways its work is run. For store.c, store_thread.c and store_inline.c. */

#ifndef NJ_STORE_STORE_INSIDE_H
#define NJ_STORE_STORE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/group.h"

struct nj_store {
    struct nj_loop *loop;
    struct nj_store_opts opts; /* url not kept */
    const struct nj_store_way *way;
    struct nj_rows_desk desk; /* whoever runs groups */

    /* loop thread */
    size_t commits; /* under way */
    size_t requests;
    int64_t since_mono_ms; /* requests wait since */
    int closing;
    int told; /* that the disk fails */
    int told_damage;
    void (*on_closed)(void *ctx);
    void *closed_ctx;

    /* whoever runs groups */
    struct nj_items group; /* taken, not durable yet */
    int64_t pause_ms;      /* after the last failure; 0: all is well */
    _Atomic int64_t life_mono_ms;

    /* both, under the lock */
    pthread_mutex_t lock;
    pthread_cond_t more; /* for the store thread */
    struct nj_items waiting;
    struct nj_items finished;
    int news;                  /* the three below have changed */
    int failing;               /* the disk does, now */
    int troubles;              /* begun since it was told */
    char trouble[NJ_ERR_TEXT]; /* the last, in words */
    char damage[NJ_ERR_TEXT];  /* found by the check; "": none */
    int hurry;                 /* somebody waits for what is in `waiting` */
    int ending;                /* nj_store_close was called */
    int64_t end_by_mono_ms;
    int ended; /* nothing will run any more */

    pthread_t thread;
    struct nj_defer wake;  /* to the loop, with what is finished */
    int wake_posted;       /* under the lock */
    struct nj_timer retry; /* inline: the next attempt */
    struct nj_defer nudge; /* thread: at the end of a turn that gave it work */
    struct nj_timer calm;  /* thread: what nobody waits for has waited enough */
};

/* The two ways: on a thread of its own, or on the loop's. */
struct nj_store_way {
    int (*start)(struct nj_store *store, struct nj_err *err);
    void (*wake)(struct nj_store *store); /* from any thread, locked */
    void (*busy)(struct nj_store *store); /* requests are under way now */
    void (*idle)(struct nj_store *store); /* none are */
    void (*pushed)(struct nj_store *store, int hurry); /* one more waits */
    void (*close)(struct nj_store *store, int64_t grace_ms);
    void (*join)(struct nj_store *store); /* it has ended */
};

extern const struct nj_store_way nj_store_way_thread;
extern const struct nj_store_way nj_store_way_inline;

/* Real steady ms. */
int64_t nj_store_mono_ms(void);

/* Take what waits and try to write it: 0 when done or nothing was there (the
 * group is empty then), else the pause before the next try in ms. Puts results
 * and news where nj_store_deliver finds them. Not under the lock. */
int64_t nj_store_attempt(struct nj_store *store);

/* While the disk fails: answer the questions that need not wait for it. */
void nj_store_answer_readers(struct nj_store *store);

/* End what is left with NJ_E_CANCELED, close the database, mark it ended. */
void nj_store_end(struct nj_store *store);

/* Loop thread: hand results and news to their owners; if the store has ended,
 * free it. */
void nj_store_deliver(struct nj_store *store);

#endif
