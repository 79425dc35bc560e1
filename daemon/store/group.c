#include "store/group.h"

#include "base/log.h"
#include "store/txn_ops.h"

enum {
    /* What one transaction may hold: far more than comes in while the disk is
     * busy with the one before, and small enough for the page cache. */
    GROUP_REQUESTS = 1000,
    GROUP_BYTES = 2 << 20,
};

/* ---- lists --------------------------------------------------------------- */

void nj_items_add(struct nj_items *items, struct nj_store_item *item)
{
    item->next = NULL;
    if (items->first == NULL) {
        items->first = item;
    } else {
        items->last->next = item;
    }
    items->last = item;
    items->count++;
}

struct nj_store_item *nj_items_take(struct nj_items *items)
{
    struct nj_store_item *item = items->first;

    if (item != NULL) {
        items->first = item->next;
        items->count--;
        item->next = NULL;
    }
    return item;
}

void nj_items_append(struct nj_items *items, struct nj_items *more)
{
    if (more->first != NULL) {
        if (items->first == NULL) {
            items->first = more->first;
        } else {
            items->last->next = more->first;
        }
        items->last = more->last;
        items->count += more->count;
    }
    *more = (struct nj_items){0};
}

static struct nj_query_req *query_of(struct nj_store_item *item)
{
    return item->is_query ? (struct nj_query_req *)item : NULL;
}

static int is_purge(struct nj_store_item *item)
{
    return item->is_query && query_of(item)->kind == NJ_QUERY_PURGE;
}

static size_t bytes_of(struct nj_store_item *item)
{
    return item->is_query ? 0
                          : ((struct nj_commit_req *)item)->txn->arena.bytes;
}

void nj_group_fill(struct nj_items *group, struct nj_items *waiting)
{
    size_t bytes = 0;

    for (struct nj_store_item *at = group->first; at != NULL; at = at->next) {
        bytes += bytes_of(at);
    }
    /* Retention goes alone, so that a failure there holds no commit up. */
    while (waiting->first != NULL && group->count < GROUP_REQUESTS &&
           bytes < GROUP_BYTES &&
           (group->first == NULL ||
            (!is_purge(group->first) && !is_purge(waiting->first)))) {
        bytes += bytes_of(waiting->first);
        nj_items_add(group, nj_items_take(waiting));
    }
}

void nj_group_questions(struct nj_items *items, struct nj_items *questions)
{
    struct nj_items rest = {0};
    struct nj_store_item *item;

    while ((item = nj_items_take(items)) != NULL) {
        struct nj_query_req *query = query_of(item);

        if (query != NULL && query->kind != NJ_QUERY_KNOWN &&
            query->kind != NJ_QUERY_PURGE) {
            nj_items_add(questions, item);
        } else {
            nj_items_add(&rest, item);
        }
    }
    *items = rest;
}

/* ---- one transaction ----------------------------------------------------- */

static int control(struct nj_rows_desk *desk, enum nj_control what)
{
    return desk->db->driver->control(desk->db, what);
}

static int give_up(struct nj_rows_desk *desk, int code)
{
    nj_rows_forget(desk);
    (void)control(desk, NJ_CONTROL_ROLLBACK);
    return code;
}

/* Answer a question, anew when an attempt went before. Returns 0 unless the
 * transaction broke. */
static int answer(struct nj_rows_desk *desk, struct nj_query_req *req)
{
    nj_arena_finish(&req->rows.arena);
    req->rows = (struct nj_rows){0};
    req->item.status = nj_rows_answer(desk, req);
    switch (req->item.status) {
    case 0:
    case NJ_E_NOTFOUND:
    case NJ_E_NOMEM:
        break;
    case NJ_E_INVALID:
        req->item.status = NJ_E_CORRUPT;
        break;
    default:
        nj_log_warning("store: a question failed: %s", desk->db->err.text);
        break;
    }
    if (desk->db->driver->in_txn(desk->db)) {
        return 0;
    }
    return req->item.status == 0 ? NJ_E_IO : req->item.status;
}

static int run_item(struct nj_rows_desk *desk, struct nj_store_item *item)
{
    int code;

    if (item->settled) {
        return 0;
    }
    if (item->is_query) { /* it sees all that was given before it */
        code = nj_rows_flush(desk);
        return code != 0 ? code : answer(desk, query_of(item));
    }
    code = nj_rows_write(desk, ((struct nj_commit_req *)item)->txn);
    item->status = code;
    return code;
}

/* The second try of a group in which some commit can never be written: each
 * behind a mark, so that only the bad ones are left out. */
static int run_marked(struct nj_rows_desk *desk, struct nj_items *group)
{
    int code = control(desk, NJ_CONTROL_BEGIN_WRITE);

    for (struct nj_store_item *at = group->first; at != NULL && code == 0;
         at = at->next) {
        if (at->is_query) {
            code = run_item(desk, at);
            continue;
        }
        code = control(desk, NJ_CONTROL_MARK);
        if (code != 0) {
            break;
        }
        code = run_item(desk, at);
        if (code == 0) {
            code = nj_rows_flush(desk);
        }
        if (code == NJ_E_INVALID) {
            nj_rows_forget(desk);
            nj_log_error("store: a commit can never be written and is left "
                         "out: %s",
                         desk->db->err.text);
            at->status = NJ_E_CORRUPT;
            at->settled = 1;
            code = control(desk, NJ_CONTROL_BACK);
        } else if (code == 0) {
            code = control(desk, NJ_CONTROL_KEEP);
        }
    }
    if (code == 0) {
        code = control(desk, NJ_CONTROL_COMMIT);
    }
    return code == 0 ? 0 : give_up(desk, code);
}

static int run_writing(struct nj_rows_desk *desk, struct nj_items *group)
{
    int code = control(desk, NJ_CONTROL_BEGIN_WRITE);

    for (struct nj_store_item *at = group->first; at != NULL && code == 0;
         at = at->next) {
        code = run_item(desk, at);
    }
    if (code == 0) {
        code = nj_rows_flush(desk);
    }
    if (code == 0) {
        code = control(desk, NJ_CONTROL_COMMIT);
    }
    if (code == 0) {
        return 0;
    }
    (void)give_up(desk, code);
    return code == NJ_E_INVALID ? run_marked(desk, group) : code;
}

/* Questions alone see one state of the data and never hold anything up. */
static void run_reading(struct nj_rows_desk *desk, struct nj_items *group)
{
    for (struct nj_store_item *at = group->first; at != NULL; at = at->next) {
        struct nj_query_req *req = query_of(at);
        int code = desk->db->driver->in_txn(desk->db)
                       ? 0
                       : control(desk, is_purge(at) ? NJ_CONTROL_BEGIN_WRITE
                                                    : NJ_CONTROL_BEGIN_READ);

        if (code == 0) {
            code = answer(desk, req);
        }
        if (code == 0 && is_purge(at) && req->item.status == 0) {
            code = control(desk, NJ_CONTROL_COMMIT);
        }
        if (code != 0) {
            req->item.status = code == NJ_E_INVALID ? NJ_E_CORRUPT : code;
        }
    }
    (void)control(desk, NJ_CONTROL_ROLLBACK); /* nothing was written */
}

int nj_group_run(struct nj_rows_desk *desk, struct nj_items *group)
{
    for (struct nj_store_item *at = group->first; at != NULL; at = at->next) {
        if (!at->is_query) {
            return run_writing(desk, group);
        }
    }
    run_reading(desk, group);
    return 0;
}
