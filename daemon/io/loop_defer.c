/* Deferred calls, and calls posted by other threads: lists through the
 * callers' structs, first come first served. */

#include <assert.h>

#include "io/loop_inside.h"

static void append(struct nj_defer_list *list, struct nj_defer *defer)
{
    defer->next = NULL;
    if (list->first == NULL) {
        list->first = defer;
    } else {
        list->last->next = defer;
    }
    list->last = defer;
}

static struct nj_defer *pop(struct nj_defer_list *list)
{
    struct nj_defer *defer = list->first;

    if (defer != NULL) {
        list->first = defer->next;
        defer->next = NULL;
    }
    return defer;
}

static void join(struct nj_defer_list *list, struct nj_defer_list *more)
{
    if (more->first == NULL) {
        return;
    }
    if (list->first == NULL) {
        list->first = more->first;
    } else {
        list->last->next = more->first;
    }
    list->last = more->last;
    *more = (struct nj_defer_list){0};
}

static int unlink_from(struct nj_defer_list *list, struct nj_defer *defer)
{
    struct nj_defer *before = NULL;

    for (struct nj_defer *at = list->first; at != NULL; at = at->next) {
        if (at == defer) {
            if (before == NULL) {
                list->first = at->next;
            } else {
                before->next = at->next;
            }
            if (list->last == at) {
                list->last = before;
            }
            return 1;
        }
        before = at;
    }
    return 0;
}

void nj_loop_defer(struct nj_loop *loop,
                   struct nj_defer *defer,
                   void (*on_run)(struct nj_defer *defer))
{
    if (defer->queued) {
        return;
    }
    defer->on_run = on_run;
    defer->queued = 1;
    append(&loop->queued, defer);
}

void nj_loop_undefer(struct nj_loop *loop, struct nj_defer *defer)
{
    uv_mutex_lock(&loop->lock);
    if (defer->queued && !unlink_from(&loop->queued, defer) &&
        !unlink_from(&loop->under_way, defer)) {
        (void)unlink_from(&loop->posted, defer);
    }
    defer->queued = 0;
    defer->next = NULL;
    uv_mutex_unlock(&loop->lock);
}

void nj_loop_post_from_thread(struct nj_loop *loop,
                              struct nj_defer *defer,
                              void (*on_run)(struct nj_defer *defer))
{
    uv_mutex_lock(&loop->lock);
    assert(!defer->queued);
    defer->on_run = on_run;
    defer->queued = 1;
    append(&loop->posted, defer);
    uv_cond_signal(&loop->posted_more);
    /* Still under the lock: once it is open the loop may run DEFER, stop and
     * be destroyed. */
    (void)uv_async_send(&loop->async);
    uv_mutex_unlock(&loop->lock);
}

size_t nj_loop_defers_run(struct nj_loop *loop)
{
    struct nj_defer *defer;
    size_t ran = 0;

    uv_mutex_lock(&loop->lock);
    join(&loop->queued, &loop->posted);
    uv_mutex_unlock(&loop->lock);
    join(&loop->under_way, &loop->queued);
    while (!loop->stopping && (defer = pop(&loop->under_way)) != NULL) {
        defer->queued = 0;
        defer->on_run(defer);
        ran++;
    }
    return ran;
}

int nj_loop_defers_waiting(struct nj_loop *loop)
{
    int posted;

    uv_mutex_lock(&loop->lock);
    posted = loop->posted.first != NULL;
    uv_mutex_unlock(&loop->lock);
    return posted || loop->queued.first != NULL ||
           loop->under_way.first != NULL;
}

void nj_loop_defers_await(struct nj_loop *loop)
{
    uv_mutex_lock(&loop->lock);
    while (loop->posted.first == NULL) {
        uv_cond_wait(&loop->posted_more, &loop->lock);
    }
    uv_mutex_unlock(&loop->lock);
}

void nj_loop_hold(struct nj_loop *loop)
{
    if (loop->holds++ == 0) {
        uv_ref((uv_handle_t *)&loop->async);
    }
}

void nj_loop_release(struct nj_loop *loop)
{
    assert(loop->holds > 0);
    if (--loop->holds == 0) {
        uv_unref((uv_handle_t *)&loop->async);
    }
}
