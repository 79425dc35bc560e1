/* unit/store/rig.h - a store on a loop for tests: opened in a scratch
 * directory, asked and answered synchronously, with records to put in. */

#ifndef NJ_TESTS_STORE_RIG_H
#define NJ_TESTS_STORE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

struct rig {
    char dir[64];
    char url[160];
    char path[128];
    struct nj_loop *loop;
    struct nj_store *store;
    struct nj_names names;
    int troubles; /* told */
    int overs;
    char trouble[NJ_ERR_TEXT];
    int closed;
    int running; /* still set at the end: a test failed inside the loop */
};

static inline void rig_run(struct rig *rig)
{
    rig->running = 1;
    nj_loop_run(rig->loop);
    rig->running = 0;
}

static void rig_on_trouble(void *ctx, const char *what)
{
    struct rig *rig = ctx;

    if (what == NULL) {
        rig->overs++;
    } else {
        rig->troubles++;
        (void)snprintf(rig->trouble, sizeof rig->trouble, "%s", what);
    }
}

static void rig_on_closed(void *ctx)
{
    struct rig *rig = ctx;

    rig->closed = 1;
    rig->store = NULL;
}

static inline int rig_open_store(struct rig *rig, struct nj_err *err)
{
    const struct nj_store_opts opts = {
        .url = rig->url,
        .names = &rig->names,
        .on_trouble = rig_on_trouble,
        .ctx = rig,
        .retry_ms = 1,
        .check_ms = 1,
    };

    rig->closed = 0;
    return nj_store_open(rig->loop, &opts, &rig->store, err);
}

/* A scratch directory and a loop; URL is "mem:" or NULL for a file there. */
static inline void rig_prepare(struct rig *rig, const char *url)
{
    struct nj_err err = {0};

    /* in memory where there is such a place: hundreds of stores are made */
    *rig = (struct rig){.dir = "/dev/shm/nj-store-XXXXXX"};
    if (mkdtemp(rig->dir) == NULL) {
        (void)snprintf(rig->dir, sizeof rig->dir, "/tmp/nj-store-XXXXXX");
        assert_non_null(mkdtemp(rig->dir));
    }
    (void)snprintf(rig->path, sizeof rig->path, "%s/night.db", rig->dir);
    if (url == NULL) {
        (void)snprintf(rig->url, sizeof rig->url, "sqlite:%s", rig->path);
    } else {
        (void)snprintf(rig->url, sizeof rig->url, "%s", url);
    }
    assert_int_equal(0, nj_loop_create(NULL, &rig->loop, &err));
}

static inline void rig_open(struct rig *rig, const char *url)
{
    struct nj_err err = {0};

    rig_prepare(rig, url);
    if (rig_open_store(rig, &err) != 0) {
        fail_msg("%s", err.text);
    }
}

static inline void rig_close_store(struct rig *rig)
{
    nj_store_close(rig->store, 5000, rig_on_closed, rig);
    assert_int_equal(0, rig->closed);
    rig_run(rig);
    assert_int_equal(1, rig->closed);
}

static inline void rig_reopen(struct rig *rig)
{
    struct nj_err err = {0};

    rig_close_store(rig);
    if (rig_open_store(rig, &err) != 0) {
        fail_msg("%s", err.text);
    }
}

static inline void rig_remove_dir(struct rig *rig)
{
    static const char *const files[] = {"night.db", "night.db-wal",
                                        "night.db-shm", "night.db.lock"};
    char path[128];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", rig->dir, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(0, rmdir(rig->dir));
}

static inline void rig_finish(struct rig *rig)
{
    if (rig->running) {
        return;
    }
    if (rig->store != NULL) {
        rig_close_store(rig);
    }
    nj_loop_destroy(rig->loop);
    nj_names_finish(&rig->names);
    rig_remove_dir(rig);
}

/* ---- asking and waiting -------------------------------------------------- */

struct waiting {
    struct nj_commit_req commit;
    struct nj_query_req query;
    struct rig *rig;
    int inside; /* the call that started it has not returned */
    int done;
    int status;
    void (*on_rows)(void *ctx, const struct nj_rows *rows);
    void *ctx;
};

static void rig_on_commit(struct nj_commit_req *req, int status)
{
    struct waiting *w = req->ctx;

    assert_int_equal(0, w->inside);
    w->done++;
    w->status = status;
}

static void
rig_on_query(struct nj_query_req *req, int status, const struct nj_rows *rows)
{
    struct waiting *w = req->ctx;

    assert_int_equal(0, w->inside);
    w->done++;
    w->status = status;
    if (status == 0) {
        assert_non_null(rows);
        if (w->on_rows != NULL) {
            w->on_rows(w->ctx, rows);
        }
    } else {
        assert_null(rows);
    }
}

/* Queue TXN; W->done tells. */
static inline void
rig_start(struct rig *rig, struct waiting *w, struct nj_txn *txn)
{
    *w = (struct waiting){.rig = rig, .inside = 1};
    w->commit.txn = txn;
    w->commit.done = rig_on_commit;
    w->commit.ctx = w;
    assert_int_equal(0, nj_store_commit(rig->store, &w->commit));
    w->inside = 0;
}

static inline int rig_commit(struct rig *rig, struct nj_txn *txn)
{
    struct waiting w;

    rig_start(rig, &w, txn);
    rig_run(rig);
    assert_int_equal(1, w.done);
    return w.status;
}

static inline void rig_ask_start(struct rig *rig,
                                 struct waiting *w,
                                 const struct nj_query_req *query,
                                 void (*on_rows)(void *,
                                                 const struct nj_rows *),
                                 void *ctx)
{
    *w = (struct waiting){
        .rig = rig, .inside = 1, .on_rows = on_rows, .ctx = ctx};
    w->query = *query;
    w->query.done = rig_on_query;
    w->query.ctx = w;
    assert_int_equal(0, nj_store_query(rig->store, &w->query));
    w->inside = 0;
}

static inline int rig_ask(struct rig *rig,
                          const struct nj_query_req *query,
                          void (*on_rows)(void *, const struct nj_rows *),
                          void *ctx)
{
    struct waiting w;

    rig_ask_start(rig, &w, query, on_rows, ctx);
    rig_run(rig);
    assert_int_equal(1, w.done);
    return w.status;
}

/* ---- records ------------------------------------------------------------- */

static inline struct nj_post rig_post(const char *source, const char *id)
{
    return (struct nj_post){
        .source = source,
        .id = id,
        .brand = "acme-air",
        .place = NJ_PLACE_OWN_PAGE,
        .url = "https://example.org/p/1",
        .text = "you are all morons",
        .author = "Troll",
        .published_ms = 1000,
        .seen_ms = 2000,
        .followers = -1,
        .shares = -1,
        .likes = -1,
        .replies = -1,
    };
}

static inline struct nj_alert rig_alert(int64_t id)
{
    return (struct nj_alert){
        .id = id,
        .rule = "offensive on our page",
        .brand = "acme-air",
        .team = "social",
        .opened_ms = 1000 + id,
        .touched_ms = 2000 + id,
        .posts = 1,
        .severity = NJ_LEVEL_CRITICAL,
        .climb = {.generation = 1, .due_ms = 5000},
    };
}

static inline struct nj_card rig_card(void)
{
    return (struct nj_card){
        .title = "Acme Air: offensive on our page",
        .excerpt = "you are all m***s",
        .url = "https://example.org/p/1",
        .author = "Troll",
        .source = "acme-page",
        .why = "offensive 0.93: insult",
        .playbook = "Hide the post first.\n",
        .place = NJ_PLACE_OWN_PAGE,
        .published_ms = 1000,
    };
}

static inline struct nj_event rig_event(int64_t id, int64_t alert)
{
    return (struct nj_event){
        .id = id,
        .at_ms = 1000 * id,
        .alert = alert,
        .kind = "opened",
        .who = "acme-page",
        .text = "alert opened",
    };
}

static inline struct nj_page rig_page(int64_t id, int64_t alert)
{
    return (struct nj_page){
        .id = id,
        .alert = alert,
        .person = "maya",
        .channel = "sms",
        .target = (char *)(uintptr_t) "+447700900123",
        .kind = NJ_PAGE_CALL,
        .first = 1,
        .generation = 1,
        .made_ms = 1000,
        .next_ms = 1000,
        .until_ms = 301000,
    };
}

static inline struct nj_txn *rig_txn(void)
{
    struct nj_txn *txn = nj_txn_create();

    assert_non_null(txn);
    return txn;
}

/* An open alert with all that comes with it. */
static inline struct nj_txn *rig_whole_alert(int64_t id)
{
    struct nj_txn *txn = rig_txn();
    char ext[32];
    struct nj_post post;
    struct nj_score score = {.judged = 1,
                             .offensive = 0.93f,
                             .level = NJ_LEVEL_CRITICAL,
                             .language = "en"};
    struct nj_alert alert = rig_alert(id);
    struct nj_card card = rig_card();
    struct nj_event event = rig_event(id, id);
    struct nj_page page = rig_page(id, id);

    (void)snprintf(ext, sizeof ext, "post-%lld", (long long)id);
    post = rig_post("acme-page", ext);
    nj_txn_post(txn, id, &post, &score, id);
    nj_txn_alert(txn, &alert, &card);
    nj_txn_event(txn, &event);
    nj_txn_page(txn, &page);
    return txn;
}

#endif
