/* store/store.h - the durable truth.
 *
 *    loop thread                     store thread
 *    nj_store_commit --- queue ---> [ group: BEGIN; all that waits; COMMIT ]
 *        done(0)    <-- one wake --- one fdatasync for the whole group
 *
 * SQLite in WAL mode with synchronous=FULL, asserted at start; `mem:` is the
 * same SQL over SQLite's memory on the caller's thread (tests, dry runs), done
 * through the loop all the same. Requests run in the order given; a query sees
 * every commit given before it.
 *
 * When the disk fails, a commit stays at the head of the queue and is tried
 * again (250 ms doubling to 5 s) until it is durable or the store closes:
 * nothing is lost, nothing acts early. ON_TROUBLE tells of it once and again
 * when it is over. A commit that can never work (a bug) ends with NJ_E_CORRUPT
 * alone, without the group.
 * While it fails, questions other than KNOWN and PURGE do not wait behind the
 * commits: they see what is durable.
 *
 * Loop thread only. To add a kind of record: a struct in model/, an adder in
 * txn.h, its table in a new step of migrations.c, its texts in statements.c,
 * its writer in rows_write.c.
 */

#ifndef NJ_STORE_STORE_H
#define NJ_STORE_STORE_H

#include "io/loop.h"
#include "model/names.h"
#include "store/txn.h"

struct nj_store; /* opaque */

struct nj_store_opts {
    const char *url; /* "sqlite:/path/file.db", "sqlite:file.db" or "mem:" */
    struct nj_names *names; /* for what is loaded; outlives the store */
    /* WHAT in words, NULL when it is over. Since when: wall ms. */
    void (*on_trouble)(void *ctx, const char *what);
    void *ctx;
    int64_t retry_ms; /* first pause after a failure; 0: 250 */
    int64_t check_ms; /* large stores are looked through for damage so long
                         after the start; 0: 5000 */
};

/* Open or create, look for damage (small ones whole; large ones beside the
 * work, and ON_TROUBLE tells), migrate, start the thread. 0; NJ_E_INVALID (url,
 * or a database of another program); NJ_E_IO (names path and reason);
 * NJ_E_AGAIN (another nightjard has it); NJ_E_CORRUPT (says how to get it out);
 * NJ_E_STATE (written by a newer nightjar); NJ_E_NOMEM. */
int nj_store_open(struct nj_loop *loop,
                  const struct nj_store_opts *opts,
                  struct nj_store **out,
                  struct nj_err *err) NJ_MUST;

/* Write what waits (at most GRACE_MS), cancel the rest with NJ_E_CANCELED, stop
 * the thread, then ON_CLOSED, never inside this call. */
void nj_store_close(struct nj_store *store,
                    int64_t grace_ms,
                    void (*on_closed)(void *ctx),
                    void *ctx);

/* What a restart needs, read at once before the loop runs. Callbacks (each may
 * be NULL) take copies; records are lent, names in them are interned; a
 * callback's error stops and is returned. Order: last_ids, facts, cursors,
 * overrides, silences, alerts, pages. Alerts come oldest first: all not
 * resolved, then resolved ones closed at or after RESOLVED_SINCE_MS; a policy
 * comes before the first alert that refers to it. Pages: all still waiting. */
struct nj_loader {
    void *ctx;
    int64_t resolved_since_ms;
    int (*policy)(void *ctx, int64_t id, const char *json);
    int (*alert)(void *ctx,
                 const struct nj_alert *alert,
                 int64_t policy_id,
                 const char *chains_json);
    int (*page)(void *ctx, const struct nj_page *page);
    int (*cursor)(void *ctx, const char *source, const char *cursor);
    int (*override_)(void *ctx, const struct nj_override *override_);
    int (*silence)(void *ctx, const struct nj_silence *silence);
    int (*fact)(void *ctx, const char *key, const char *value);
    /* highest ids in use: posts, alerts, pages, events, policies,
     * overrides and silences */
    int (*last_ids)(void *ctx,
                    int64_t post,
                    int64_t alert,
                    int64_t page,
                    int64_t event,
                    int64_t policy,
                    int64_t other);
};

/* Call LOADER for all that is stored. 0; NJ_E_STATE (requests are under way);
 * NJ_E_CORRUPT, NJ_E_IO, NJ_E_NOMEM in words; a callback's own error. */
int nj_store_load(struct nj_store *store,
                  const struct nj_loader *loader,
                  struct nj_err *err) NJ_MUST;

/* The store's own, inside each request while it is under way. */
struct nj_store_item {
    struct nj_store_item *next;
    int is_query;
    int status;
    int settled; /* STATUS stands, whatever becomes of the group */
    int calm;    /* nobody waits: see nj_store_commit_calm */
};

/* The caller's struct. TXN is taken over when 0 is returned. */
struct nj_commit_req {
    struct nj_store_item item; /* the store's; must stay first */
    struct nj_txn *txn;
    void (*done)(struct nj_commit_req *req, int status);
    void *ctx;
};

/* Queue TXN. `done` comes once, never inside this call: 0 when it is durable,
 * NJ_E_CANCELED at close, NJ_E_CORRUPT when it can never be written. Returns
 * 0, NJ_E_NOMEM (its status), NJ_E_STATE (closing): TXN stays the caller's. */
int nj_store_commit(struct nj_store *store, struct nj_commit_req *req) NJ_MUST;

/* The same for what nobody waits for: it goes with the next request, or alone
 * after some ms, so that it costs no sync of its own in a rush. */
int nj_store_commit_calm(struct nj_store *store,
                         struct nj_commit_req *req) NJ_MUST;

/* Commits queued and not durable yet; 0 when all is well. */
size_t nj_store_backlog(const struct nj_store *store);

/* Real steady ms since the store last showed life while work waited; 0 when
 * nothing waits: what the watchdog asks. An attempt that failed in words is
 * life (ON_TROUBLE tells of it; a restart would not heal the disk); one that
 * does not come back from the disk is not. */
int64_t nj_store_stuck_ms(const struct nj_store *store);

enum nj_query_kind {
    NJ_QUERY_KNOWN,     /* which of source + ids[] are stored: `known` bits */
    NJ_QUERY_CARDS,     /* cards of alerts `alert_ids` */
    NJ_QUERY_LIST,      /* alerts with cards: `filter`, newest first */
    NJ_QUERY_SHOW,      /* alert_ids[0]: alert, card, posts, pages, events */
    NJ_QUERY_EVENTS,    /* events after `after_id` or since `since_ms`, oldest
                        first, at most `limit` */
    NJ_QUERY_POST,      /* one post row by `post_id`, with its score as JSON */
    NJ_QUERY_CURSOR,    /* the cursor of `source`: `cursor`, NULL: none */
    NJ_QUERY_OVERRIDES, /* overrides after `after_id` that touch [`since_ms`,
                           `until_ms`), in the order they were made, at most
                           `limit`; those taken back before they began only
                           with `state` 1 */
    NJ_QUERY_HASHES, /* nj_post_key of all posts, a part each time: `after_id`
                        0 begins; the next part begins at `last_id`; at most
                        `limit` in `hashes`, none at the end. In the order of
                        the keys: rows written meanwhile may be left out */
    NJ_QUERY_PURGE,  /* retention: drop posts seen before `since_ms` that no
                        open alert needs, and resolved alerts closed before
                        `until_ms` with all that is theirs (0: none), for some
                        5 ms; ask again while `purge_more`. The newest row of
                        a kind stays, so that no number is given twice */
};

struct nj_alert_row {
    struct nj_alert alert; /* climb without chains; policy NULL; names are text
                              of the arena, not interned */
    int64_t policy_id;
    struct nj_card card;
};

struct nj_post_row {
    int64_t id;
    int64_t alert_id;
    struct nj_post post;
    const char *score_json; /* DESIGN 7's shape; NULL: not judged */
};

/* An override with what became of it. */
struct nj_override_row {
    struct nj_override what; /* names are text of the arena, not interned */
    const char *made_by;
    const char *note;
    int removed;
    int64_t removed_ms; /* 0: not, or before such things were kept */
    const char *removed_by;
};

/* Everything lives in ARENA and is lent for the length of `done`. */
struct nj_rows {
    struct nj_arena arena;
    unsigned char *known; /* one byte an id */
    struct nj_alert_row *alerts;
    size_t alert_count;
    struct nj_post_row *posts;
    size_t post_count;
    struct nj_page *pages;
    size_t page_count;
    struct nj_event *events;
    size_t event_count;
    struct nj_override_row *overrides;
    size_t override_count;
    const char *cursor;
    uint64_t *hashes;
    size_t hash_count;
    int64_t last_id; /* HASHES: `after_id` of the next part */
    size_t purged;   /* PURGE: rows dropped */
    int purge_more;  /* PURGE: 1: ask again, there may be more */
};

struct nj_query_req {
    struct nj_store_item item; /* the store's; must stay first */
    enum nj_query_kind kind;
    const char *source; /* KNOWN, CURSOR; lent until done */
    const char *const *ids;
    size_t id_count;
    const int64_t *alert_ids;
    size_t alert_id_count;
    int state; /* LIST: enum nj_alert_state, or -1 not resolved, -2 all */
    const char *brand; /* LIST: NULL any */
    int64_t before_id; /* LIST: only smaller ids; 0: any */
    int64_t after_id, since_ms, until_ms, post_id;
    size_t limit; /* 0: 100 */
    void (*done)(struct nj_query_req *req,
                 int status,
                 const struct nj_rows *rows);
    void *ctx;
    struct nj_rows rows; /* the store's */
};

/* Ask. `done` comes once, never inside this call: 0 with ROWS (maybe empty),
 * NJ_E_NOTFOUND (SHOW, POST), NJ_E_IO, NJ_E_NOMEM, NJ_E_CANCELED with ROWS
 * NULL. Returns 0 or NJ_E_STATE (closing). */
int nj_store_query(struct nj_store *store, struct nj_query_req *req) NJ_MUST;

#endif
