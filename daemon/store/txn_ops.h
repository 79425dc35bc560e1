/* store/txn_ops.h - the inside of a transaction: the list of what it wants
 * written, for the store alone. All of it lives in the transaction's arena. */

#ifndef NJ_STORE_TXN_OPS_H
#define NJ_STORE_TXN_OPS_H

#include "store/txn.h"

enum nj_op_kind {
    NJ_OP_POST,
    NJ_OP_CURSOR,
    NJ_OP_ALERT,
    NJ_OP_POLICY,
    NJ_OP_PAGE,
    NJ_OP_RECEIPT,
    NJ_OP_EVENT,
    NJ_OP_OVERRIDE,
    NJ_OP_OVERRIDE_REMOVE,
    NJ_OP_SILENCE,
    NJ_OP_SILENCE_REMOVE,
    NJ_OP_FACT,
    NJ_OPS, /* count, keep last */
};

/* The head of each record below; KIND says which one it is. */
struct nj_op {
    struct nj_op *next;
    enum nj_op_kind kind;
};

struct nj_op_post {
    struct nj_op op; /* must stay first, here and in the others */
    int64_t id;
    int64_t alert_id;
    struct nj_post post;
    const struct nj_score *score; /* NULL: not judged */
};

struct nj_op_alert {
    struct nj_op op;
    struct nj_alert alert; /* policy NULL: see policy_id */
    int64_t policy_id;     /* 0: none */
    const struct nj_card *card;
};

struct nj_op_page {
    struct nj_op op;
    struct nj_page page;
};

struct nj_op_receipt {
    struct nj_op op;
    int64_t page_id;
    enum nj_page_state state;
    const char *fault;
};

struct nj_op_event {
    struct nj_op op;
    struct nj_event event;
};

/* OVERRIDE; OVERRIDE_REMOVE uses the id, `made_ms` and `made_by` for when and
 * by whom it was taken back. */
struct nj_op_override {
    struct nj_op op;
    struct nj_override override_;
    const char *note;
};

struct nj_op_silence {
    struct nj_op op;
    struct nj_silence silence;
};

/* SILENCE_REMOVE uses ID; POLICY uses ID and VALUE (JSON);
 * CURSOR and FACT use KEY and VALUE (NULL removes a fact). */
struct nj_op_pair {
    struct nj_op op;
    int64_t id;
    const char *key;
    const char *value;
};

struct nj_txn {
    struct nj_arena arena;
    struct nj_op *first;
    struct nj_op **end; /* where the next one is hung */
    int status;         /* 0 or NJ_E_NOMEM: sticks */
};

#endif
