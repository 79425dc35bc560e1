/* How fast the store makes things durable, beside its goals. An alert here is
 * what one post costs on its way to a page: {post with score, alert with card,
 * two events, page}, then {page sent, event}. Prints one line a figure. */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

enum { MOST_IN_FLIGHT = 1000 };

struct bench {
    char dir[64];
    char path[128];
    char url[160];
    struct nj_loop *loop;
    struct nj_store *store;
    struct nj_names names;
    int64_t next_id;
    int64_t next_event;
    size_t in_flight;
    struct nj_commit_req reqs[MOST_IN_FLIGHT];
};

static double seconds(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* CPU of the store thread: all of the process but this thread's. */
static double store_cpu(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID);
}

static void die(const char *what)
{
    (void)fprintf(stderr, "store_bench: %s\n", what);
    exit(1);
}

static void open_store(struct bench *b)
{
    struct nj_store_opts opts = {.url = b->url, .names = &b->names};
    struct nj_err err = {0};

    if (nj_store_open(b->loop, &opts, &b->store, &err) != 0) {
        die(err.text);
    }
}

static void on_closed(void *ctx)
{
    *(int *)ctx = 1;
}

static void close_store(struct bench *b)
{
    int closed = 0;

    nj_store_close(b->store, 5000, on_closed, &closed);
    nj_loop_run(b->loop);
    if (!closed) {
        die("did not close");
    }
}

static void remove_files(struct bench *b)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    char path[160];

    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof path, "%s%s", b->path, suffixes[i]);
        (void)unlink(path);
    }
}

/* ---- what is written ----------------------------------------------------- */

static void add_post(struct nj_txn *txn, int64_t id, int64_t alert)
{
    static const struct nj_reason reasons[] = {
        {"insult: moron", 8, 14, 2.1f, 1, 0},
        {"context: own page", 0, 0, 0.4f, 0, 0},
    };
    const struct nj_score score = {
        .judged = 1,
        .offensive = 0.93f,
        .urgent = 0.12f,
        .level = NJ_LEVEL_HIGH,
        .labels = {0.41f, 0.93f, 0.02f, 0.01f, 0, 0},
        .language = "en",
        .simhash = 0x1234567890abcdefu,
        .reasons = reasons,
        .reason_count = 2,
    };
    char ext[48];
    struct nj_post post = {
        .source = "acme-page",
        .id = ext,
        .brand = "acme-air",
        .place = NJ_PLACE_OWN_PAGE,
        .url = "https://social.example.org/@someone/109876543210987654",
        .text = "You are all morons, I have been waiting at gate 12 for three "
                "hours now!",
        .author = "someone",
        .thread = "109876543210987000",
        .published_ms = 1700000000000 + id,
        .seen_ms = 1700000001000 + id,
        .followers = 120,
        .shares = 1,
        .likes = 2,
        .replies = 0,
    };

    (void)snprintf(ext, sizeof ext, "https://example.org/posts/%lld",
                   (long long)id * 7919);
    nj_txn_post(txn, id, &post, &score, alert);
}

static void
add_event(struct bench *b, struct nj_txn *txn, int64_t alert, const char *kind)
{
    const struct nj_event event = {
        .id = ++b->next_event,
        .at_ms = 1700000001000 + b->next_event,
        .alert = alert,
        .kind = kind,
        .who = "acme-page",
        .text = "offensive on our page: \"You are all m***s, I have been\"",
    };

    nj_txn_event(txn, &event);
}

static void add_page(struct nj_txn *txn, int64_t alert, int state)
{
    const struct nj_page page = {
        .id = alert,
        .alert = alert,
        .person = "maya",
        .channel = "sms",
        .target = (char *)(uintptr_t) "+447700900123",
        .state = (uint8_t)state,
        .first = 1,
        .generation = 1,
        .attempts = (uint32_t)state,
        .made_ms = 1700000001000,
        .next_ms = 1700000001000,
        .until_ms = 1700000301000,
        .done_ms = state ? 1700000002000 : 0,
        .ref = state ? (char *)(uintptr_t) "SM0123456789abcdef0123456789abcd"
                     : NULL,
    };

    nj_txn_page(txn, &page);
}

static struct nj_txn *new_alert(struct bench *b, int64_t id)
{
    struct nj_txn *txn = nj_txn_create();
    uint64_t keys[3] = {(uint64_t)id * 3, (uint64_t)id * 5, (uint64_t)id * 7};
    struct nj_chain chain = {.person = "maya", .due_ms = 1700000181000};
    const struct nj_alert alert = {
        .id = id,
        .rule = "offensive on our page",
        .brand = "acme-air",
        .team = "social",
        .opened_ms = 1700000001000,
        .touched_ms = 1700000001000,
        .posts = 1,
        .severity = NJ_LEVEL_CRITICAL,
        .key_count = 3,
        .keys = keys,
        .climb = {.generation = 1,
                  .step = 1,
                  .due_ms = 1700000301000,
                  .chains = &chain,
                  .chain_count = 1},
        .simhash = (uint64_t)id * 0x9e3779b97f4a7c15u,
    };
    const struct nj_card card = {
        .title = "Acme Air: offensive on our page",
        .excerpt = "You are all m***s, I have been waiting at gate 12 for "
                   "three hours now!",
        .url = "https://social.example.org/@someone/109876543210987654",
        .author = "someone",
        .source = "acme-page",
        .why = "offensive 0.93: insult, profanity",
        .playbook = "Hide the post first. Then screenshot it, then tell "
                    "legal.\n",
        .place = NJ_PLACE_OWN_PAGE,
        .published_ms = 1700000000000,
    };

    add_post(txn, id, id);
    nj_txn_alert(txn, &alert, &card);
    add_event(b, txn, id, "post");
    add_event(b, txn, id, "opened");
    add_page(txn, id, NJ_PAGE_WAITING);
    return txn;
}

static struct nj_txn *page_sent(struct bench *b, int64_t id)
{
    struct nj_txn *txn = nj_txn_create();

    add_page(txn, id, NJ_PAGE_SENT);
    add_event(b, txn, id, "sent");
    return txn;
}

/* ---- figures ------------------------------------------------------------- */

static void on_done(struct nj_commit_req *req, int status)
{
    struct bench *b = req->ctx;

    if (status != 0) {
        die("a commit failed");
    }
    b->in_flight--;
}

static void commit(struct bench *b, struct nj_txn *txn)
{
    struct nj_commit_req *req = &b->reqs[b->in_flight++];

    *req = (struct nj_commit_req){.txn = txn, .done = on_done, .ctx = b};
    if (nj_store_commit(b->store, req) != 0) {
        die("commit refused");
    }
}

static void one_group(struct bench *b, size_t group, int sent)
{
    for (size_t i = 0; i < group; i++) {
        int64_t id = b->next_id + (int64_t)i + 1;

        commit(b, sent ? page_sent(b, id) : new_alert(b, id));
    }
    nj_loop_run(b->loop);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Alerts in groups of GROUP for LIMIT_S seconds at most. */
static void alerts(struct bench *b, size_t group, size_t most, double limit_s)
{
    double *took = calloc(most / group + 1, sizeof *took);
    double cpu = store_cpu();
    double start = seconds(CLOCK_MONOTONIC);
    double now = start;
    size_t n = 0;
    size_t groups = 0;

    while (n < most && now - start < limit_s) {
        double before = now;

        one_group(b, group, 0);
        now = seconds(CLOCK_MONOTONIC);
        took[groups++] = now - before;
        one_group(b, group, 1);
        now = seconds(CLOCK_MONOTONIC);
        b->next_id += (int64_t)group;
        n += group;
    }
    cpu = store_cpu() - cpu;
    qsort(took, groups, sizeof *took, by_value);
    (void)printf("alerts, %4zu a group: %7.0f alerts/s durable (%.0f commits/s)"
                 ", %5.1f us store CPU an alert, first commit p50 %.3f p99 "
                 "%.3f ms\n",
                 group, (double)n / (now - start),
                 2 * (double)n / (now - start), cpu / (double)n * 1e6,
                 took[groups / 2] * 1e3, took[groups * 99 / 100] * 1e3);
    free(took);
}

static void posts(struct bench *b, size_t group, size_t most)
{
    double cpu = store_cpu();
    double start = seconds(CLOCK_MONOTONIC);

    for (size_t n = 0; n < most; n += group) {
        struct nj_txn *txn = nj_txn_create();

        for (size_t i = 0; i < group; i++) {
            add_post(txn, ++b->next_id, 0);
        }
        commit(b, txn);
        nj_loop_run(b->loop);
    }
    (void)printf("posts,  %4zu a commit: %6.0f posts/s durable, %.1f us store "
                 "CPU a post (goal: 40000 posts/s)\n",
                 group, (double)most / (seconds(CLOCK_MONOTONIC) - start),
                 (store_cpu() - cpu) / (double)most * 1e6);
}

/* ---- the limit: SQLite alone, as facts/performance.md measured it --------- */

static void run_sql(sqlite3 *db, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        die(why);
    }
}

/* Rows of an 83-byte text under a unique 33-byte key, GROUP a commit. */
static void bare_sqlite(struct bench *b, int group, int most)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *add = NULL;
    double cpu;
    double start;

    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* as the store does */
    if (sqlite3_open(b->path, &db) != SQLITE_OK) {
        die("cannot open a bare database");
    }
    run_sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE post (id INTEGER PRIMARY KEY, key TEXT UNIQUE,"
                " text TEXT)");
    if (sqlite3_prepare_v2(db, "INSERT INTO post (key, text) VALUES (?1, ?2)",
                           -1, &add, NULL) != SQLITE_OK) {
        die(sqlite3_errmsg(db));
    }
    cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    start = seconds(CLOCK_MONOTONIC);
    for (int i = 0; i < most; i++) {
        char key[40];

        if (i % group == 0) {
            run_sql(db, "BEGIN");
        }
        (void)snprintf(key, sizeof key, "https://example.org/p/%011d",
                       (int)((unsigned)i * 2654435761u % 2000000011u));
        (void)sqlite3_bind_text(add, 1, key, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(add, 2,
                                "You are all morons, I have been waiting at "
                                "gate 12 for three hours now, and nobody!",
                                -1, SQLITE_STATIC);
        (void)sqlite3_step(add);
        (void)sqlite3_reset(add);
        if (i % group == group - 1) {
            run_sql(db, "COMMIT");
        }
    }
    (void)printf("bare SQLite, one table, %4d rows a commit: %6.0f rows/s, "
                 "%.1f us CPU a row (13 to 15 when the goals were set)\n",
                 group, most / (seconds(CLOCK_MONOTONIC) - start),
                 (seconds(CLOCK_THREAD_CPUTIME_ID) - cpu) / most * 1e6);
    (void)sqlite3_finalize(add);
    (void)sqlite3_close(db);
    remove_files(b);
}

/* ---- a large store ------------------------------------------------------- */

/* A million posts, a hundred thousand open alerts with their cards, events and
 * waiting pages, as if they had come in over time. */
static void fill(struct bench *b)
{
    static const char *const sql =
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA cache_size=-400000; BEGIN;"
        "DROP INDEX post_key; DROP INDEX post_alert;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 1000000) "
        "INSERT INTO post (id, key, alert, source, ext, brand, place, flags,"
        " seen_ms, published_ms, url, text, author, followers, shares, likes,"
        " replies, offensive, urgent, level, language, score) "
        "SELECT i, random(), CASE WHEN i > 900000 THEN i - 900000 ELSE 0 END,"
        " 'acme-page', 'https://example.org/posts/x' || i, 'acme-air', 1, 0,"
        " 1690000000000 + i * 1000, 1690000000000 + i * 1000,"
        " 'https://social.example.org/@someone/109876543210987654',"
        " 'We have been waiting at gate 12 for three hours now, what is on?',"
        " 'someone', 120, 1, 2, 0, 0.03, 0.1, 0, 'en',"
        " '[1,0,null,[1,3,2,1,0,0],[]]' FROM n;"
        "CREATE UNIQUE INDEX post_key ON post (key);"
        "CREATE INDEX post_alert ON post (alert) WHERE alert <> 0;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 100000) "
        "INSERT INTO alert_live SELECT i, 0, 'offensive on our page', "
        "'acme-air',"
        " 'social', 1, 1700000000000 + i, 1700000000000 + i, 1, 3, 0, 0, 1, 0,"
        " 1, 1700000301000 + i, NULL, random(), randomblob(24),"
        " '[[\"maya\",1700000181000,1,3,0]]' FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 100000) "
        "INSERT INTO card SELECT i, 'Acme Air: offensive on our page',"
        " 'You are all m***s, I have been waiting at gate 12 for three hours',"
        " 'https://social.example.org/@someone/109876543210987654', 'someone',"
        " 'acme-page', 'offensive 0.93: insult', 'Hide the post first.', 1,"
        " 1700000000000 FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 300000) "
        "INSERT INTO event SELECT i, 1700000000000 + i, (i + 2) / 3, 'opened',"
        " 'acme-page', 'offensive on our page: You are all m***s' FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 100000) "
        "INSERT INTO page_live SELECT i, i, 'maya', 'sms', '+447700900123', 0, "
        "0, 0,"
        " 1, 1, 1, 1700000000000, 1700000000000, 0, 1700000001000, 'SM01',"
        " NULL, NULL FROM n;"
        "INSERT INTO policy VALUES (1, '{\"name\":\"night\",\"steps\":[]}');"
        "COMMIT; PRAGMA journal_mode=WAL;";
    sqlite3 *db = NULL;

    if (sqlite3_open(b->path, &db) != SQLITE_OK) {
        die("cannot open the database to fill it");
    }
    run_sql(db, sql);
    (void)sqlite3_close(db);
}

static int count_alert(void *ctx,
                       const struct nj_alert *alert,
                       int64_t policy_id,
                       const char *chains_json)
{
    (void)alert;
    (void)policy_id;
    (void)chains_json;
    ++*(int *)ctx;
    return 0;
}

static int skip_page(void *ctx, const struct nj_page *page)
{
    (void)ctx;
    (void)page;
    return 0;
}

static void large(struct bench *b)
{
    int count = 0;
    const struct nj_loader loader = {
        .ctx = &count, .alert = count_alert, .page = skip_page};
    struct nj_err err = {0};
    double start = seconds(CLOCK_MONOTONIC);
    double opened;
    double loaded;

    open_store(b);
    close_store(b);
    fill(b);
    (void)printf("(filled a large store in %.1f s)\n",
                 seconds(CLOCK_MONOTONIC) - start);

    start = seconds(CLOCK_MONOTONIC);
    open_store(b);
    opened = seconds(CLOCK_MONOTONIC);
    if (nj_store_load(b->store, &loader, &err) != 0) {
        die(err.text);
    }
    loaded = seconds(CLOCK_MONOTONIC);
    (void)printf("open: %.0f ms, load of %d open alerts with their waiting "
                 "pages beside 1000000 posts: %.0f ms (goal: ready in 300 "
                 "ms)\n",
                 (opened - start) * 1e3, count, (loaded - opened) * 1e3);
    b->next_id = 1000000;
    b->next_event = 1000000;
    alerts(b, 1, 20000, 3);
    alerts(b, 100, 20000, 3);
    posts(b, 100, 20000);
    close_store(b);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    static struct bench b = {.dir = "/tmp/nj-store-bench-XXXXXX"};
    struct nj_err err = {0};
    double start;

    if (mkdtemp(b.dir) == NULL || nj_loop_create(NULL, &b.loop, &err) != 0) {
        die("cannot begin");
    }
    (void)snprintf(b.path, sizeof b.path, "%s/night.db", b.dir);
    (void)snprintf(b.url, sizeof b.url, "sqlite:%s", b.path);

    bare_sqlite(&b, 100, 50000);
    start = seconds(CLOCK_MONOTONIC);
    open_store(&b);
    (void)printf("open, empty and new: %.1f ms\n",
                 (seconds(CLOCK_MONOTONIC) - start) * 1e3);
    (void)printf("(goals: 10000 alerts/s, 25 us CPU an alert)\n");
    if (strcmp(only, "100") != 0) {
        alerts(&b, 1, 20000, 4);
        alerts(&b, 10, 50000, 4);
    }
    alerts(&b, 100, 50000, 4);
    alerts(&b, 1000, 50000, 4);
    posts(&b, 100, 50000);
    close_store(&b);
    remove_files(&b);
    if (*only == '\0') {
        b.next_id = 0;
        large(&b);
    }

    remove_files(&b);
    nj_names_finish(&b.names);
    nj_loop_destroy(b.loop);
    return rmdir(b.dir) == 0 ? 0 : 1;
}
