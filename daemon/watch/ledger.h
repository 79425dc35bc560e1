/* watch/ledger.h - decide, commit, act: the one way by which anything that the
 * watch decides becomes true.
 *
 *   deed = begin -> ...decide, write into its transaction... -> commit
 *                                                 |
 *        store: durable (or tried until it is)    v
 *                                   then: tell the story, act, answer
 *
 * A deed is a decision on its way to the disk. What must happen only when it
 * is durable is hung on it with nj_deed_then and runs in the order given. When
 * memory runs out in between, the watch is told to stop (env->on_broken): the
 * next start reads the truth from the store. Loop thread only.
 */

#ifndef NJ_WATCH_LEDGER_H
#define NJ_WATCH_LEDGER_H

#include <stdarg.h>

#include "watch/env.h"

struct nj_deed; /* opaque: one decision */

struct nj_ledger {
    struct nj_watch_env *env;
    int64_t last_event_id;
    size_t under_way; /* deeds given to the store, not durable yet */
    int broken;
    /* Whether ALERT is a drill: its story says so in each line. May be NULL. */
    int (*is_drill)(void *ctx, int64_t alert);
    void *is_drill_ctx;
    struct nj_deed *lost; /* could not be written: their hooks hear so */
    struct nj_defer defer;
};

void nj_ledger_init(struct nj_ledger *ledger, struct nj_watch_env *env);
void nj_ledger_finish(struct nj_ledger *ledger);

/* A new deed; NULL when memory ran out (nothing was decided yet, so the caller
 * may simply refuse). */
struct nj_deed *nj_deed_begin(struct nj_ledger *ledger);

/* Its transaction, to add records to. */
struct nj_txn *nj_deed_txn(struct nj_deed *deed);

/* Memory that lives as long as the deed; NULL when it ran out (then also call
 * nj_deed_spoil). */
struct nj_arena *nj_deed_arena(struct nj_deed *deed);

/* A piece of the decision could not be written down: the commit will fail. */
void nj_deed_spoil(struct nj_deed *deed);

/* Write an event into the story of ALERT (0: none), told when durable. KIND is
 * static; WHO is interned or NULL. */
void nj_deed_event(struct nj_deed *deed,
                   int64_t alert,
                   const char *kind,
                   const char *who,
                   const char *fmt,
                   ...) NJ_PRINTF(5, 6);

/* Run ON_DURABLE(CTX, STATUS) when the deed is durable (0), or when that will
 * never be (NJ_E_CANCELED: the store closes, or the watch broke down). */
void nj_deed_then(struct nj_deed *deed,
                  void (*on_durable)(void *ctx, int status),
                  void *ctx);

/* Hand the deed over; it is gone after this. Even an empty one completes, in
 * order behind those before it. Hooks never run inside this call. */
void nj_deed_commit(struct nj_deed *deed);

/* The same for what nobody waits for, such as that a page was sent: durable
 * with the next deed, or some ms later. */
void nj_deed_commit_calm(struct nj_deed *deed);

/* Throw a deed away before its commit; hooks do not run. */
void nj_deed_drop(struct nj_deed *deed);

/* Tell the story of something that is not worth storing. */
void nj_ledger_tell(struct nj_ledger *ledger,
                    const char *kind,
                    const char *who,
                    const char *fmt,
                    ...) NJ_PRINTF(4, 5);

#endif
