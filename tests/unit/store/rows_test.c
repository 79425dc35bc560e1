/* The store from within: that statements are what both drivers can read and
 * use the indexes they were written for, and that a row which was edited by
 * hand, or made up by an attacker, is met with care. */

#include "unit/store/rig.h"

#include <sqlite3.h>

#include "store/migrations.h"
#include "store/rows.h"
#include "store/sqlite.h"

static int set_up(void **state)
{
    struct nj_rows_desk *desk = calloc(1, sizeof *desk);
    struct nj_db *db = NULL;

    assert_non_null(desk);
    assert_int_equal(0, nj_sqlite_mem_driver.open("", &db, NULL));
    assert_int_equal(0, nj_migrate(db, nj_migrations_today(), NULL));
    nj_rows_desk_init(desk, db);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct nj_rows_desk *desk = *state;

    nj_rows_desk_finish(desk);
    desk->db->driver->close(desk->db);
    free(desk);
    return 0;
}

static void script(struct nj_rows_desk *desk, const char *sql)
{
    if (desk->db->driver->script(desk->db, sql) != 0) {
        fail_msg("%s", desk->db->err.text);
    }
}

static sqlite3_stmt *prepare(struct nj_rows_desk *desk, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(((struct nj_sqlite *)desk->db)->handle, sql, -1,
                           &stmt, NULL) != SQLITE_OK) {
        fail_msg("%s in %s", desk->db->err.text, sql);
    }
    return stmt;
}

/* ---- statements ---------------------------------------------------------- */

static void parameters_stand_in_order_for_both_drivers(void **state)
{
    for (int i = 0; i < NJ_STATEMENTS; i++) {
        sqlite3_stmt *stmt =
            prepare(*state, nj_statement_text((enum nj_statement)i));
        int count = sqlite3_bind_parameter_count(stmt);

        for (int at = 1; at <= count; at++) {
            char name[16];

            (void)snprintf(name, sizeof name, "$%d", at);
            assert_string_equal(name, sqlite3_bind_parameter_name(stmt, at));
        }
        (void)sqlite3_finalize(stmt);
    }
}

/* What SQLite would do for STATEMENT, its steps joined by ';'. */
static const char *plan_of(struct nj_rows_desk *desk,
                           enum nj_statement statement)
{
    static char plan[2048];
    char sql[4096];
    size_t at = 0;
    sqlite3_stmt *stmt;

    (void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s",
                   nj_statement_text(statement));
    stmt = prepare(desk, sql);
    plan[0] = '\0';
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        at += (size_t)snprintf(plan + at, sizeof plan - at, "%s;",
                               (const char *)sqlite3_column_text(stmt, 3));
    }
    (void)sqlite3_finalize(stmt);
    return plan;
}

static void no_question_sorts_or_reads_a_whole_table(void **state)
{
    /* scans that are meant: small tables, or parts by number */
    static const enum nj_statement scans[] = {
        NJ_SQL_LOAD_LIVE,      NJ_SQL_LOAD_PAGES,    NJ_SQL_LOAD_CURSORS,
        NJ_SQL_LOAD_OVERRIDES, NJ_SQL_LOAD_SILENCES, NJ_SQL_LOAD_FACTS,
        NJ_SQL_LIST_LIVE,      NJ_SQL_LIST_PAST,     NJ_SQL_LIST_ALL,
        NJ_SQL_EVENT_ADD_MANY, /* its own values */
        NJ_SQL_SHOW_PAGES,     /* the waiting ones */
        NJ_SQL_LOAD_LAST_IDS,  NJ_SQL_EVENT_SPAN,    NJ_SQL_PURGE_OVERRIDES,
        NJ_SQL_PURGE_SILENCES, NJ_SQL_META_READ,     NJ_SQL_META_WRITE,
    };

    for (int i = 0; i < NJ_STATEMENTS; i++) {
        const char *plan = plan_of(*state, (enum nj_statement)i);
        int may_scan = 0;

        for (size_t j = 0; j < sizeof scans / sizeof *scans; j++) {
            may_scan |= (int)scans[j] == i;
        }
        if (strstr(plan, "TEMP B-TREE") != NULL ||
            (!may_scan && strstr(plan, "SCAN ") != NULL)) {
            fail_msg("%s\n%s", nj_statement_text((enum nj_statement)i), plan);
        }
    }
}

static void posts_are_found_by_their_key(void **state)
{
    assert_string_equal("SEARCH post USING INDEX post_key (key=?);",
                        plan_of(*state, NJ_SQL_POST_FIND));
    assert_string_equal("SEARCH post USING COVERING INDEX post_key (key>?);",
                        plan_of(*state, NJ_SQL_POST_KEYS));
}

/* ---- posts with the same key --------------------------------------------- */

static void take_key(struct nj_rows_desk *desk, int row, uint64_t key)
{
    char sql[512];

    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO post (id, key, alert, source, ext, place, flags, seen_ms,"
        " published_ms, text, followers, shares, likes, replies)"
        " VALUES (%d, %lld, 0, 'other', 'x%d', 0, 0, 0, 0, '', 0, 0, 0, 0)",
        row, (long long)key, row);
    script(desk, sql);
}

static int64_t find(struct nj_rows_desk *desk, const char *id)
{
    int64_t row = -1;

    assert_int_equal(0, nj_rows_find_post(desk->db, "acme-page", id, &row));
    return row;
}

static void write_post(struct nj_rows_desk *desk, int64_t row, const char *id)
{
    struct nj_post post = rig_post("acme-page", id);
    struct nj_txn *txn = rig_txn();

    nj_txn_post(txn, row, &post, NULL, 0);
    assert_int_equal(0, nj_rows_write(desk, txn));
    assert_int_equal(0, nj_rows_flush(desk));
    nj_txn_destroy(txn);
}

static void a_post_whose_key_is_taken_by_another_is_kept_and_found(void **state)
{
    struct nj_rows_desk *desk = *state;
    uint64_t key = nj_post_key("acme-page", "a");

    take_key(desk, 1, key);
    take_key(desk, 2, key + 1);
    assert_int_equal(0, find(desk, "a"));
    write_post(desk, 3, "a");
    assert_int_equal(3, find(desk, "a"));
    write_post(desk, 4, "a"); /* the same one again is left alone */
    assert_int_equal(3, find(desk, "a"));
    /* somebody took much trouble; one post of theirs is not kept */
    take_key(desk, 5, nj_post_key("acme-page", "b"));
    take_key(desk, 6, nj_post_key("acme-page", "b") + 1);
    take_key(desk, 7, nj_post_key("acme-page", "b") + 2);
    write_post(desk, 8, "b");
    assert_int_equal(0, find(desk, "b"));
}

/* ---- rows edited by hand ------------------------------------------------- */

static int take_alert(void *ctx,
                      const struct nj_alert *alert,
                      int64_t policy_id,
                      const char *chains)
{
    (void)ctx;
    (void)alert;
    (void)policy_id;
    (void)chains;
    return 0;
}

static int take_page(void *ctx, const struct nj_page *page)
{
    (void)ctx;
    (void)page;
    return 0;
}

static int take_policy(void *ctx, int64_t id, const char *json)
{
    (void)ctx;
    (void)id;
    assert_non_null(json);
    return 0;
}

static int load(struct nj_rows_desk *desk, struct nj_err *err)
{
    const struct nj_loader loader = {
        .alert = take_alert, .page = take_page, .policy = take_policy};
    struct nj_names names = {0};
    int code = nj_rows_load(desk, &names, &loader, err);

    nj_names_finish(&names);
    return code;
}

static int ask(struct nj_rows_desk *desk, enum nj_query_kind kind)
{
    static const int64_t one = 1;
    struct nj_query_req req = {.kind = kind,
                               .alert_ids = &one,
                               .alert_id_count = 1,
                               .state = -2,
                               .post_id = 1};
    int code = nj_rows_answer(desk, &req);

    nj_arena_finish(&req.rows.arena);
    return code;
}

static void write_whole(struct nj_rows_desk *desk)
{
    struct nj_policy_snapshot policy = {.id = 1};
    struct nj_alert alert = rig_alert(1);
    struct nj_policy text = {.name = "night"};
    struct nj_txn *txn = rig_whole_alert(1);

    alert.policy = &policy;
    nj_txn_policy(txn, 1, &text);
    nj_txn_alert(txn, &alert, NULL);
    assert_int_equal(0, nj_rows_write(desk, txn));
    assert_int_equal(0, nj_rows_flush(desk));
    nj_txn_destroy(txn);
}

static void values_that_nightjar_never_writes_are_refused(void **state)
{
    static const struct {
        const char *edit;
        const char *words; /* of the loader; NULL: questions alone mind */
    } cases[] = {
        {"UPDATE alert_live SET state = 77", "alert 1 holds values"},
        {"UPDATE alert_live SET state = -1", "alert 1 holds values"},
        {"UPDATE alert_live SET state = 'open'", "alert 1 holds values"},
        {"UPDATE alert_live SET severity = 4", "alert 1 holds values"},
        {"UPDATE alert_live SET posts = 5000000000", "alert 1 holds values"},
        {"UPDATE alert_live SET keys = x'00'", "alert 1 holds values"},
        {"UPDATE alert_live SET keys = zeroblob(2048)", "alert 1 holds"},
        {"UPDATE alert_live SET keys = 'text'", "alert 1 holds values"},
        {"UPDATE alert_live SET rule = x'00'", "alert 1 holds values"},
        {"UPDATE page_live SET kind = 9", "page 1 holds values"},
        {"UPDATE page_live SET contact = 256", "page 1 holds values"},
        {"UPDATE policy SET json = 7.5, id = id", NULL},
        {"UPDATE post SET place = 4", NULL},
        {"UPDATE post SET media = '[1, '", NULL},
        {"UPDATE card SET place = 99", NULL},
        {"UPDATE post SET level = 9", NULL},
        {"UPDATE post SET score = '[1,7,null,[],[]]'", NULL},
        {"UPDATE post SET score = '[1'", NULL},
        {"UPDATE post SET score = 5", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *fresh = NULL;
        struct nj_err err = {0};
        int code;

        assert_int_equal(0, set_up(&fresh));
        write_whole(fresh);
        assert_int_equal(0, load(fresh, &err));
        assert_int_equal(0, ask(fresh, NJ_QUERY_SHOW));
        script(fresh, cases[i].edit);
        code = load(fresh, &err);
        if (cases[i].words != NULL) {
            assert_int_equal(NJ_E_CORRUPT, code);
            assert_non_null(strstr(err.text, cases[i].words));
        }
        code = ask(fresh, NJ_QUERY_SHOW);
        assert_true(code == NJ_E_CORRUPT || i == 11);
        (void)ask(fresh, NJ_QUERY_LIST);
        (void)ask(fresh, NJ_QUERY_POST);
        (void)ask(fresh, NJ_QUERY_EVENTS);
        assert_int_equal(0, tear_down(&fresh));
    }
}

static void labels_keep_their_places_in_stored_scores(void **state)
{
    static const char *const names[] = {
        "profanity", "insult", "identity_attack",
        "threat",    "sexual", "self_harm",
    };

    /* rows hold them by number: add new ones at the end */
    (void)state;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        assert_string_equal(names[i], nj_label_name((enum nj_label)i));
    }
}

static void a_policy_that_is_gone_is_no_reason_to_stop(void **state)
{
    struct nj_err err = {0};

    write_whole(*state);
    script(*state, "DELETE FROM policy");
    assert_int_equal(0, load(*state, &err));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(parameters_stand_in_order_for_both_drivers),
        CASE(no_question_sorts_or_reads_a_whole_table),
        CASE(posts_are_found_by_their_key),
        CASE(a_post_whose_key_is_taken_by_another_is_kept_and_found),
        CASE(values_that_nightjar_never_writes_are_refused),
        CASE(labels_keep_their_places_in_stored_scores),
        CASE(a_policy_that_is_gone_is_no_reason_to_stop),
#undef CASE
    };

    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
