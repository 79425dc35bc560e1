/* store/group.h - one group of requests in one transaction, and lists of
 * requests. */

#ifndef NJ_STORE_GROUP_H
#define NJ_STORE_GROUP_H

#include "store/rows.h"

/* Requests in the order given. */
struct nj_items {
    struct nj_store_item *first;
    struct nj_store_item *last;
    size_t count;
};

void nj_items_add(struct nj_items *items, struct nj_store_item *item);
struct nj_store_item *nj_items_take(struct nj_items *items);
/* Put MORE, emptied by that, behind or before ITEMS. */
void nj_items_append(struct nj_items *items, struct nj_items *more);

/* Move to GROUP what of WAITING may be written together with it. */
void nj_group_fill(struct nj_items *group, struct nj_items *waiting);

/* Move to QUESTIONS those items that only read and need not see the commits
 * before them. */
void nj_group_questions(struct nj_items *items, struct nj_items *questions);

/* Run GROUP in one transaction. 0: each item has its status, and what was
 * written is durable. Else nothing of it is stored, DB->err says why, and it
 * may work later. A group without commits always returns 0: its questions end
 * with what went wrong. */
int nj_group_run(struct nj_rows_desk *desk, struct nj_items *group) NJ_MUST;

#endif
