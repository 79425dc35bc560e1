/* store/txn.h - what one decision wants written, all or nothing: posts with
 * their scores, alerts, pages, events, a source's cursor, what people made by
 * hand. Everything given is copied; ids are the caller's (watch/ counts them),
 * so nothing has to be read back. One thread at a time. */

#ifndef NJ_STORE_TXN_H
#define NJ_STORE_TXN_H

#include "model/alert.h"
#include "model/page.h"
#include "model/post.h"
#include "model/score.h"
#include "model/sink.h"

struct nj_txn; /* opaque */

/* A new, empty transaction; NULL when memory ran out. The caller's until it is
 * given to nj_store_commit or nj_txn_destroy. */
struct nj_txn *nj_txn_create(void);
void nj_txn_destroy(struct nj_txn *txn);

/* 0 while all additions went well, else NJ_E_NOMEM: it sticks, and a commit of
 * such a transaction is refused. The adders below therefore return nothing. */
int nj_txn_status(const struct nj_txn *txn);
int nj_txn_empty(const struct nj_txn *txn);

/* POST with its SCORE (NULL: not judged yet) as row ID, joined to ALERT_ID (0:
 * none). A post of the same source and id that is there already is replaced
 * only when POST is marked edited or deleted; else left alone. */
void nj_txn_post(struct nj_txn *txn,
                 int64_t id,
                 const struct nj_post *post,
                 const struct nj_score *score,
                 int64_t alert_id);

/* Source's new cursor (JSON). */
void nj_txn_cursor(struct nj_txn *txn, const char *source, const char *cursor);

/* The alert's whole row: new with its CARD, or changed (CARD NULL keeps it). */
void nj_txn_alert(struct nj_txn *txn,
                  const struct nj_alert *alert,
                  const struct nj_card *card);

/* A policy text that alerts refer to by id. */
void nj_txn_policy(struct nj_txn *txn,
                   int64_t id,
                   const struct nj_policy *policy);

/* The page's whole row: new or changed. */
void nj_txn_page(struct nj_txn *txn, const struct nj_page *page);

/* A later word about a page that was sent: STATUS 0 makes its state DELIVERED,
 * anything else FAILED with FAULT (may be NULL). No such page: nothing. */
void nj_txn_receipt(struct nj_txn *txn,
                    int64_t page_id,
                    int status,
                    const char *fault);

void nj_txn_event(struct nj_txn *txn, const struct nj_event *event);

/* An override made at run time; NOTE may be NULL. */
void nj_txn_override(struct nj_txn *txn,
                     const struct nj_override *override_,
                     const char *note);
/* Take it back: its row stays, with who did it when. */
void nj_txn_override_remove(struct nj_txn *txn,
                            int64_t id,
                            const char *removed_by,
                            int64_t removed_ms);

/* A silence: alerts that match BRAND, RULE, SOURCE, AUTHOR (NULL: any) page
 * nobody within [from, until). `mute` of a source is one too. */
struct nj_silence {
    int64_t id;
    int64_t from_ms, until_ms;
    const char *brand, *rule, *source, *author;
    const char *made_by, *note;
};
void nj_txn_silence(struct nj_txn *txn, const struct nj_silence *silence);
void nj_txn_silence_remove(struct nj_txn *txn, int64_t id);

/* A small fact under a key ("link-secret", "clean-stop"); NULL removes it. */
void nj_txn_fact(struct nj_txn *txn, const char *key, const char *value);

#endif
