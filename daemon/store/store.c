#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "store/migrations.h"
#include "store/store_inside.h"

enum { RETRY_MS = 250, RETRY_MOST_MS = 5000, CHECK_MS = 5000 };

int64_t nj_store_mono_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- running groups: the store thread, or the loop's for `mem:` ---------- */

static void show_life(struct nj_store *store)
{
    atomic_store_explicit(&store->life_mono_ms, nj_store_mono_ms(),
                          memory_order_relaxed);
}

/* Under the lock. */
static void note_trouble(struct nj_store *store, const char *what)
{
    store->failing = what != NULL;
    if (what != NULL) {
        (void)snprintf(store->trouble, sizeof store->trouble, "%s", what);
        store->troubles++;
    }
    store->news = 1;
}

int64_t nj_store_attempt(struct nj_store *store)
{
    int failed_before = store->pause_ms > 0;
    int64_t first = store->opts.retry_ms > 0 ? store->opts.retry_ms : RETRY_MS;
    int code;

    (void)pthread_mutex_lock(&store->lock);
    nj_group_fill(&store->group, &store->waiting);
    store->hurry = store->waiting.first != NULL;
    (void)pthread_mutex_unlock(&store->lock);
    if (store->group.first == NULL) {
        return 0;
    }
    code = nj_group_run(&store->desk, &store->group);
    show_life(store);

    (void)pthread_mutex_lock(&store->lock);
    if (code == 0) {
        nj_items_append(&store->finished, &store->group);
        store->pause_ms = 0;
        if (failed_before) {
            note_trouble(store, NULL);
        }
    } else {
        if (!failed_before) {
            note_trouble(store, store->desk.db->err.text);
        }
        store->pause_ms = failed_before ? 2 * store->pause_ms : first;
        if (store->pause_ms > RETRY_MOST_MS) {
            store->pause_ms = RETRY_MOST_MS;
        }
    }
    (void)pthread_mutex_unlock(&store->lock);
    return store->pause_ms;
}

void nj_store_answer_readers(struct nj_store *store)
{
    struct nj_items questions = {0};

    nj_group_questions(&store->group, &questions);
    (void)pthread_mutex_lock(&store->lock);
    nj_group_questions(&store->waiting, &questions);
    (void)pthread_mutex_unlock(&store->lock);
    if (questions.first == NULL) {
        return;
    }
    if (nj_group_run(&store->desk, &questions) == 0) {
        (void)pthread_mutex_lock(&store->lock);
        nj_items_append(&store->finished, &questions);
        (void)pthread_mutex_unlock(&store->lock);
    }
}

void nj_store_end(struct nj_store *store)
{
    struct nj_items left = store->group;
    struct nj_db *db = store->desk.db;

    store->group = (struct nj_items){0};
    nj_rows_desk_finish(&store->desk);
    db->driver->close(db);
    (void)pthread_mutex_lock(&store->lock);
    nj_items_append(&left, &store->waiting);
    for (struct nj_store_item *at = left.first; at != NULL; at = at->next) {
        at->status = NJ_E_CANCELED;
    }
    nj_items_append(&store->finished, &left);
    store->ended = 1;
    (void)pthread_mutex_unlock(&store->lock);
}

/* ---- results: the loop thread -------------------------------------------- */

static void finish_commit(struct nj_store *store, struct nj_commit_req *req)
{
    int status = req->item.status;

    store->commits--;
    nj_txn_destroy(req->txn);
    req->txn = NULL;
    req->done(req, status);
}

static void finish_query(struct nj_query_req *req)
{
    int status = req->item.status;
    struct nj_rows rows = req->rows; /* REQ may be gone after `done` */

    req->rows = (struct nj_rows){0};
    req->done(req, status, status == 0 ? &rows : NULL);
    nj_arena_finish(&rows.arena);
}

static void tell_owner(struct nj_store *store, const char *what)
{
    if (store->opts.on_trouble != NULL) {
        store->opts.on_trouble(store->opts.ctx, what);
    }
}

static void tell(struct nj_store *store, const char *what)
{
    store->told = what != NULL;
    if (what != NULL) {
        nj_log_error("store: cannot write: %s; trying again until it works",
                     what);
        tell_owner(store, what);
    } else {
        nj_log_warning("store: writes again");
        /* damage is never over by itself */
        tell_owner(store, store->told_damage ? store->damage : NULL);
    }
}

/* On the thread of the check. */
static void on_damage(void *ctx, const char *what)
{
    struct nj_store *store = ctx;

    (void)pthread_mutex_lock(&store->lock);
    (void)snprintf(store->damage, sizeof store->damage, "%s", what);
    store->news = 1;
    store->way->wake(store);
    (void)pthread_mutex_unlock(&store->lock);
}

/* Trouble is told when it begins and when it is over, also when both happened
 * since we looked last. */
static void tell_news(struct nj_store *store)
{
    char what[NJ_ERR_TEXT];
    int began;
    int failing;
    int damaged;

    (void)pthread_mutex_lock(&store->lock);
    memcpy(what, store->trouble, sizeof what);
    began = store->troubles > 0;
    failing = store->failing;
    damaged = store->damage[0] != '\0';
    store->troubles = 0;
    store->news = 0;
    (void)pthread_mutex_unlock(&store->lock);
    if (damaged && !store->told_damage) { /* written once: no lock needed */
        store->told_damage = 1;
        nj_log_error("store: %s", store->damage);
        tell_owner(store, store->damage);
    }
    if (store->told && (began || !failing)) {
        tell(store, NULL);
    }
    if (began) {
        tell(store, what);
        if (!failing) {
            tell(store, NULL);
        }
    }
}

static void destroy(struct nj_store *store)
{
    void (*on_closed)(void *ctx) = store->on_closed;
    void *ctx = store->closed_ctx;

    store->way->join(store);
    (void)pthread_cond_destroy(&store->more);
    (void)pthread_mutex_destroy(&store->lock);
    free(store);
    if (on_closed != NULL) {
        on_closed(ctx);
    }
}

void nj_store_deliver(struct nj_store *store)
{
    struct nj_items finished;
    struct nj_store_item *item;
    int ended;

    (void)pthread_mutex_lock(&store->lock);
    finished = store->finished;
    store->finished = (struct nj_items){0};
    store->wake_posted = 0;
    ended = store->ended;
    (void)pthread_mutex_unlock(&store->lock);

    store->since_mono_ms = nj_store_mono_ms();
    tell_news(store);
    while ((item = nj_items_take(&finished)) != NULL) {
        if (--store->requests == 0) {
            store->way->idle(store);
        }
        if (item->is_query) {
            finish_query((struct nj_query_req *)item);
        } else {
            finish_commit(store, (struct nj_commit_req *)item);
        }
    }
    if (ended) {
        destroy(store);
    }
}

/* ---- the public side ----------------------------------------------------- */

static int read_url(const char *url,
                    const struct nj_driver **driver,
                    const struct nj_store_way **way,
                    const char **place,
                    struct nj_err *err)
{
    if (nj_str_starts(url, "sqlite:") && url[7] != '\0') {
        *driver = &nj_sqlite_driver;
        *way = &nj_store_way_thread;
        *place = url + 7;
        return 0;
    }
    if (strcmp(url, "mem:") == 0) {
        *driver = &nj_sqlite_mem_driver;
        *way = &nj_store_way_inline;
        *place = url + 4;
        return 0;
    }
    (void)nj_err_set(err, NJ_E_INVALID,
                     "'%s' is no store; write sqlite:/path/to/nightjar.db, or "
                     "mem: for one that forgets",
                     url);
    return NJ_E_INVALID;
}

static int init_lock(struct nj_store *store)
{
    pthread_condattr_t attr;

    if (pthread_mutex_init(&store->lock, NULL) != 0) {
        return NJ_E_NOMEM;
    }
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    if (pthread_cond_init(&store->more, &attr) != 0) {
        (void)pthread_mutex_destroy(&store->lock);
        return NJ_E_NOMEM;
    }
    (void)pthread_condattr_destroy(&attr);
    return 0;
}

static int open_db(const struct nj_driver *driver,
                   const char *place,
                   struct nj_db **out,
                   struct nj_err *err)
{
    struct nj_db *db = NULL;
    int code = driver->open(place, &db, err);

    if (code != 0) {
        return nj_err_wrap(err, code, "open store");
    }
    code = nj_migrate(db, nj_migrations_today(), err);
    if (code != 0) {
        driver->close(db);
        return nj_err_wrap(err, code, "open store: %s", place);
    }
    *out = db;
    return 0;
}

int nj_store_open(struct nj_loop *loop,
                  const struct nj_store_opts *opts,
                  struct nj_store **out,
                  struct nj_err *err)
{
    const struct nj_driver *driver = NULL;
    const struct nj_store_way *way = NULL;
    const char *place = NULL;
    struct nj_db *db = NULL;
    struct nj_store *store;
    int code = read_url(opts->url, &driver, &way, &place, err);

    if (code != 0) {
        return code;
    }
    store = calloc(1, sizeof *store);
    if (store == NULL || init_lock(store) != 0) {
        free(store);
        return nj_err_set(err, NJ_E_NOMEM, "open store: no memory");
    }
    code = open_db(driver, place, &db, err);
    if (code != 0) {
        goto fail_lock;
    }
    store->loop = loop;
    store->opts = *opts;
    store->opts.url = NULL;
    store->way = way;
    nj_rows_desk_init(&store->desk, db);
    code = way->start(store, err);
    if (code != 0) {
        goto fail_db;
    }
    if (driver->check != NULL) {
        driver->check(db, opts->check_ms > 0 ? opts->check_ms : CHECK_MS,
                      on_damage, store);
    }
    *out = store;
    return 0;

fail_db:
    nj_rows_desk_finish(&store->desk);
    driver->close(db);
fail_lock:
    (void)pthread_cond_destroy(&store->more);
    (void)pthread_mutex_destroy(&store->lock);
    free(store);
    return code;
}

int nj_store_load(struct nj_store *store,
                  const struct nj_loader *loader,
                  struct nj_err *err)
{
    int code;

    if (store->requests > 0 || store->closing) {
        return nj_err_set(err, NJ_E_STATE,
                          "load from the store: requests are under way");
    }
    /* With nothing under way the store thread sleeps; the lock hands the
     * database over and back. */
    (void)pthread_mutex_lock(&store->lock);
    code = nj_rows_load(&store->desk, store->opts.names, loader, err);
    (void)pthread_mutex_unlock(&store->lock);
    return code;
}

static int push(struct nj_store *store, struct nj_store_item *item)
{
    int hurry;

    if (store->closing) {
        return NJ_E_STATE;
    }
    item->status = 0;
    item->settled = 0;
    if (store->requests++ == 0) {
        store->since_mono_ms = nj_store_mono_ms();
        store->way->busy(store);
    }
    (void)pthread_mutex_lock(&store->lock);
    nj_items_add(&store->waiting, item);
    store->hurry |= !item->calm;
    hurry = store->hurry;
    (void)pthread_mutex_unlock(&store->lock);
    store->way->pushed(store, hurry);
    return 0;
}

static int commit(struct nj_store *store, struct nj_commit_req *req, int calm)
{
    int code = nj_txn_status(req->txn);

    req->item.is_query = 0;
    req->item.calm = calm;
    if (code == 0) {
        code = push(store, &req->item);
    }
    store->commits += code == 0;
    return code;
}

int nj_store_commit(struct nj_store *store, struct nj_commit_req *req)
{
    return commit(store, req, 0);
}

int nj_store_commit_calm(struct nj_store *store, struct nj_commit_req *req)
{
    return commit(store, req, 1);
}

int nj_store_query(struct nj_store *store, struct nj_query_req *req)
{
    req->item.is_query = 1;
    req->item.calm = 0;
    req->rows = (struct nj_rows){0};
    return push(store, &req->item);
}

size_t nj_store_backlog(const struct nj_store *store)
{
    return store->commits;
}

int64_t nj_store_stuck_ms(const struct nj_store *store)
{
    int64_t life =
        atomic_load_explicit(&store->life_mono_ms, memory_order_relaxed);
    int64_t since = life > store->since_mono_ms ? life : store->since_mono_ms;

    return store->requests == 0 ? 0 : nj_store_mono_ms() - since;
}

void nj_store_close(struct nj_store *store,
                    int64_t grace_ms,
                    void (*on_closed)(void *ctx),
                    void *ctx)
{
    if (!store->closing) {
        store->closing = 1;
        store->on_closed = on_closed;
        store->closed_ctx = ctx;
        store->way->close(store, grace_ms);
    }
}
