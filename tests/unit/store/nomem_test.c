/* Every allocation fails in turn, ours and SQLite's: no crash, no leak, no lie
 * about what is stored. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=reallocarray

#include "unit/store/rig.h"

#include <sqlite3.h>
#include <stdatomic.h>

#include "base/log.h"

/* ---- allocations on command ---------------------------------------------- */

static _Atomic long calls;
static _Atomic long fail_from; /* 0: never */
static _Atomic long fail_until;
static _Atomic long failed;
static int in_sqlite; /* SQLite's fail, not ours */

static int fails(int of_sqlite)
{
    long call;

    if (atomic_load(&fail_from) == 0 || of_sqlite != in_sqlite) {
        return 0;
    }
    call = atomic_fetch_add(&calls, 1) + 1;
    if (call >= atomic_load(&fail_from) && call < atomic_load(&fail_until)) {
        (void)atomic_fetch_add(&failed, 1);
        return 1;
    }
    return 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t count, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails(0) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(0) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails(0) ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t count, size_t size)
{
    return fails(0) ? NULL : __real_reallocarray(p, count, size);
}

char *__wrap_strdup(const char *text)
{
    return fails(0) ? NULL : __real_strdup(text);
}

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size)
{
    return fails(1) ? NULL : real_methods.xMalloc(size);
}

static void *sqlite_realloc(void *p, int size)
{
    return fails(1) ? NULL : real_methods.xRealloc(p, size);
}

static void arm(long k, long count)
{
    atomic_store(&calls, 0);
    atomic_store(&failed, 0);
    atomic_store(&fail_until, k + count);
    atomic_store(&fail_from, k);
}

/* Returns how many failed. */
static long disarm(void)
{
    atomic_store(&fail_from, 0);
    return atomic_load(&failed);
}

static void drop_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)text;
}

/* The next allocation to fail: each of ours; of SQLite's thousands the first
 * ones, then ever further apart. */
static long next(long k)
{
    return in_sqlite ? k + 1 + k / 16 : k + 1;
}

/* ---- the cases ----------------------------------------------------------- */

static void prepare(struct rig *rig, const char *url, int of_sqlite)
{
    rig_prepare(rig, url);
    in_sqlite = of_sqlite;
}

static int shows(struct rig *rig, int64_t id)
{
    const struct nj_query_req query = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};

    return rig_ask(rig, &query, NULL, NULL);
}

static void opening(const char *url, int of_sqlite)
{
    long k = 0;
    long broken;

    do {
        struct rig rig;
        struct nj_err err = {0};
        int code;

        prepare(&rig, url, of_sqlite);
        arm(k = next(k), 1);
        code = rig_open_store(&rig, &err);
        broken = disarm();
        if (code != 0) {
            assert_true(broken > 0);
            assert_int_equal(NJ_E_NOMEM, code);
            assert_true(strlen(err.text) > 0);
            assert_null(rig.store);
            assert_int_equal(0, rig_open_store(&rig, NULL));
        }
        assert_int_equal(0, rig_commit(&rig, rig_whole_alert(1)));
        rig_finish(&rig);
    } while (broken > 0);
    assert_true(k > 3);
}

static void opening_a_file_fails_cleanly(void **state)
{
    (void)state;
    opening(NULL, 0);
}

static void opening_a_file_fails_cleanly_in_sqlite(void **state)
{
    (void)state;
    opening(NULL, 1);
}

static void opening_memory_fails_cleanly(void **state)
{
    (void)state;
    opening("mem:", 0);
}

static void opening_memory_fails_cleanly_in_sqlite(void **state)
{
    (void)state;
    opening("mem:", 1);
}

/* Build and commit one alert while allocations fail; what is told is true. */
static int commit_one(struct rig *rig, int64_t id)
{
    static const char *const media[] = {"https://example.org/1.jpg"};
    static const struct nj_reason reasons[] = {
        {"insult: moron", 1, 2, 1, 0, 0}};
    const struct nj_score score = {
        .judged = 1, .language = "en", .reasons = reasons, .reason_count = 1};
    uint64_t keys[] = {1, 2};
    struct nj_chain chain = {.person = "maya"};
    struct nj_alert alert = rig_alert(id);
    struct nj_card card = rig_card();
    struct nj_page page = rig_page(id, id);
    struct nj_event event = rig_event(id, id);
    struct nj_post post = rig_post("acme-page", "x");
    struct nj_policy policy = {.name = "night"};
    struct nj_txn *txn = nj_txn_create();
    struct waiting w;

    if (txn == NULL) {
        return NJ_E_NOMEM;
    }
    alert.keys = keys;
    alert.key_count = 2;
    alert.climb.chains = &chain;
    alert.climb.chain_count = 1;
    post.media = media;
    post.media_count = 1;
    nj_txn_post(txn, id, &post, &score, id);
    nj_txn_alert(txn, &alert, &card);
    nj_txn_page(txn, &page);
    nj_txn_event(txn, &event);
    nj_txn_policy(txn, id, &policy);
    nj_txn_fact(txn, "key", "value");
    nj_txn_cursor(txn, "acme-page", "{}");
    w = (struct waiting){.rig = rig, .inside = 1};
    w.commit =
        (struct nj_commit_req){.txn = txn, .done = rig_on_commit, .ctx = &w};
    if (nj_store_commit(rig->store, &w.commit) != 0) {
        assert_int_equal(NJ_E_NOMEM, nj_txn_status(txn));
        nj_txn_destroy(txn);
        return NJ_E_NOMEM;
    }
    w.inside = 0;
    rig_run(rig);
    assert_int_equal(1, w.done);
    return w.status;
}

static void committing(const char *url, int of_sqlite, long count)
{
    struct rig rig;
    long k = 0;
    long broken;
    int64_t id = 0;

    prepare(&rig, url, of_sqlite);
    assert_int_equal(0, rig_open_store(&rig, NULL));
    do {
        int code;

        id++;
        if (of_sqlite && id % 8 == 0) { /* statements are made anew */
            rig_finish(&rig);
            prepare(&rig, url, of_sqlite);
            assert_int_equal(0, rig_open_store(&rig, NULL));
        }
        arm(k = next(k), count);
        code = commit_one(&rig, id);
        broken = disarm();
        assert_true(code == 0 || code == NJ_E_NOMEM);
        assert_true(code == 0 || broken > 0);
        assert_int_equal(code == 0 ? 0 : NJ_E_NOTFOUND, shows(&rig, id));
        assert_int_equal(rig.troubles, rig.overs);
    } while (broken > 0);
    assert_true(k > 3);
    rig_finish(&rig);
}

static void commits_are_refused_or_written_whole(void **state)
{
    (void)state;
    committing(NULL, 0, 1);
    committing(NULL, 0, 3);
    committing("mem:", 0, 1);
}

static void commits_are_tried_again_when_sqlite_has_no_memory(void **state)
{
    (void)state;
    committing(NULL, 1, 1);
    committing(NULL, 1, 5);
    committing("mem:", 1, 1);
}

static void ask_all(struct rig *rig)
{
    static const char *const ids[] = {"post-1", "post-2"};
    static const int64_t alerts[] = {1};
    struct nj_query_req query = {.source = "acme-page",
                                 .ids = ids,
                                 .id_count = 2,
                                 .alert_ids = alerts,
                                 .alert_id_count = 1,
                                 .state = -2,
                                 .post_id = 1,
                                 .since_ms = 1,
                                 .until_ms = 1};

    for (int kind = 0; kind <= NJ_QUERY_PURGE; kind++) {
        int code;

        query.kind = (enum nj_query_kind)kind;
        code = rig_ask(rig, &query, NULL, NULL);
        assert_true(code == 0 || code == NJ_E_NOMEM);
    }
}

static void questions(const char *url, int of_sqlite)
{
    struct rig rig;
    long k = 0;
    long broken;

    prepare(&rig, url, of_sqlite);
    assert_int_equal(0, rig_open_store(&rig, NULL));
    assert_int_equal(0, rig_commit(&rig, rig_whole_alert(1)));
    do {
        arm(k = next(k), 1);
        ask_all(&rig);
        broken = disarm();
        if (of_sqlite && url == NULL) {
            rig_reopen(&rig);
        }
    } while (broken > 0);
    assert_true(k > 3);
    rig_finish(&rig);
}

static void questions_are_answered_or_end_with_no_memory(void **state)
{
    (void)state;
    questions(NULL, 0);
    questions(NULL, 1);
    questions("mem:", 0);
    questions("mem:", 1);
}

static int take_alert(void *ctx,
                      const struct nj_alert *alert,
                      int64_t policy_id,
                      const char *chains)
{
    (void)alert;
    (void)policy_id;
    (void)chains;
    ++*(int *)ctx;
    return 0;
}

static int take_page(void *ctx, const struct nj_page *page)
{
    (void)page;
    ++*(int *)ctx;
    return 0;
}

static int take_policy(void *ctx, int64_t id, const char *json)
{
    (void)id;
    (void)json;
    ++*(int *)ctx;
    return 0;
}

static int take_override(void *ctx, const struct nj_override *override_)
{
    (void)override_;
    ++*(int *)ctx;
    return 0;
}

static int take_silence(void *ctx, const struct nj_silence *silence)
{
    (void)silence;
    ++*(int *)ctx;
    return 0;
}

/* Fresh names each time: interning allocates too. */
static void loading(int of_sqlite)
{
    const struct nj_override o = {
        .id = 1, .schedule = "night", .person = "tom"};
    const struct nj_silence s = {.id = 2, .brand = "b", .rule = "r"};
    struct nj_txn *txn = rig_txn();
    struct rig rig;
    long k = 0;
    long broken;

    prepare(&rig, NULL, of_sqlite);
    assert_int_equal(0, rig_open_store(&rig, NULL));
    assert_int_equal(0, commit_one(&rig, 1));
    nj_txn_override(txn, &o, NULL);
    nj_txn_silence(txn, &s);
    assert_int_equal(0, rig_commit(&rig, txn));
    do {
        int count = 0;
        const struct nj_loader loader = {.ctx = &count,
                                         .alert = take_alert,
                                         .page = take_page,
                                         .policy = take_policy,
                                         .override_ = take_override,
                                         .silence = take_silence};
        struct nj_err err = {0};
        int code;

        rig_reopen(&rig);
        nj_names_finish(&rig.names);
        arm(k = next(k), 1);
        code = nj_store_load(rig.store, &loader, &err);
        broken = disarm();
        if (code != 0) {
            assert_int_equal(NJ_E_NOMEM, code);
            assert_true(broken > 0);
            assert_non_null(strstr(err.text, "load from the store: "));
        } else {
            assert_int_equal(4, count);
        }
    } while (broken > 0);
    assert_true(k > 3);
    rig_finish(&rig);
}

static void loading_is_whole_or_fails_with_no_memory(void **state)
{
    (void)state;
    loading(0);
    loading(1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_a_file_fails_cleanly),
        cmocka_unit_test(opening_a_file_fails_cleanly_in_sqlite),
        cmocka_unit_test(opening_memory_fails_cleanly),
        cmocka_unit_test(opening_memory_fails_cleanly_in_sqlite),
        cmocka_unit_test(commits_are_refused_or_written_whole),
        cmocka_unit_test(commits_are_tried_again_when_sqlite_has_no_memory),
        cmocka_unit_test(questions_are_answered_or_end_with_no_memory),
        cmocka_unit_test(loading_is_whole_or_fails_with_no_memory),
    };
    sqlite3_mem_methods methods;

    nj_log_open(NJ_LOG_ERROR, drop_log, NULL);
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods) != SQLITE_OK) {
        return 1;
    }
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) {
        return 1;
    }
    return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
