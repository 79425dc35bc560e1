/* Questions of every kind but those about single records: lists, events,
 * cards, cursors, keys, and retention. */

#include "unit/store/back_ends.h"

enum { MOST = 128 };

struct seen {
    int64_t ids[MOST];
    size_t count;
    const char *texts[MOST];
    struct nj_rows rows; /* counts only */
};

static void put_alert(struct nj_txn *txn,
                      int64_t id,
                      enum nj_alert_state state,
                      const char *brand)
{
    struct nj_alert alert = rig_alert(id);
    struct nj_card card = rig_card();

    alert.climb.state = (uint8_t)state;
    alert.brand = brand;
    nj_txn_alert(txn, &alert, &card);
}

/* Alerts 1 open, 2 resolved, 3 acknowledged, 4 snoozed of another brand, 5
 * open of none, 6 resolved of another. */
static void put_six(struct rig *rig)
{
    struct nj_txn *txn = rig_txn();

    put_alert(txn, 1, NJ_ALERT_OPEN, "acme-air");
    put_alert(txn, 2, NJ_ALERT_RESOLVED, "acme-air");
    put_alert(txn, 3, NJ_ALERT_ACKED, "acme-air");
    put_alert(txn, 4, NJ_ALERT_SNOOZED, "zeta");
    put_alert(txn, 5, NJ_ALERT_OPEN, NULL);
    put_alert(txn, 6, NJ_ALERT_RESOLVED, "zeta");
    assert_int_equal(0, rig_commit(rig, txn));
}

static void see_alerts(void *ctx, const struct nj_rows *rows)
{
    struct seen *seen = ctx;

    seen->count = 0;
    for (size_t i = 0; i < rows->alert_count; i++) {
        seen->ids[seen->count++] = rows->alerts[i].alert.id;
        assert_string_equal(rig_card().title, rows->alerts[i].card.title);
    }
}

/* The list's ids as digits. */
static const char *list_before(
    struct rig *rig, int state, const char *brand, size_t n, int64_t before)
{
    static char digits[MOST];
    const struct nj_query_req query = {.kind = NJ_QUERY_LIST,
                                       .state = state,
                                       .brand = brand,
                                       .before_id = before,
                                       .limit = n};
    struct seen seen = {0};

    assert_int_equal(0, rig_ask(rig, &query, see_alerts, &seen));
    for (size_t i = 0; i < seen.count; i++) {
        digits[i] = (char)('0' + seen.ids[i]);
    }
    digits[seen.count] = '\0';
    return digits;
}

static const char *list(struct rig *rig, int state, const char *brand, size_t n)
{
    return list_before(rig, state, brand, n, 0);
}

static void a_list_of_nothing_is_empty(void **state)
{
    assert_string_equal("", list(*state, -2, NULL, 0));
}

static void lists_come_newest_first_by_state_and_brand(void **state)
{
    struct rig *rig = *state;

    put_six(rig);
    assert_string_equal("5431", list(rig, -1, NULL, 0));
    assert_string_equal("654321", list(rig, -2, NULL, 0));
    assert_string_equal("51", list(rig, NJ_ALERT_OPEN, NULL, 0));
    assert_string_equal("3", list(rig, NJ_ALERT_ACKED, NULL, 0));
    assert_string_equal("4", list(rig, NJ_ALERT_SNOOZED, NULL, 0));
    assert_string_equal("62", list(rig, NJ_ALERT_RESOLVED, NULL, 0));
    assert_string_equal("31", list(rig, -1, "acme-air", 0));
    assert_string_equal("64", list(rig, -2, "zeta", 0));
    assert_string_equal("", list(rig, -2, "nobody's", 0));
    assert_string_equal("2", list(rig, NJ_ALERT_RESOLVED, "acme-air", 0));
    assert_string_equal("65", list(rig, -2, NULL, 2));
    assert_string_equal("5", list(rig, -1, NULL, 1));
}

static void lists_go_on_where_they_were_cut(void **state)
{
    struct rig *rig = *state;

    put_six(rig);
    assert_string_equal("43", list_before(rig, -1, NULL, 2, 5));
    assert_string_equal("321", list_before(rig, -2, NULL, 0, 4));
    assert_string_equal("2", list_before(rig, NJ_ALERT_RESOLVED, NULL, 0, 6));
    assert_string_equal("", list_before(rig, -2, NULL, 0, 1));
}

static void cards_come_in_the_order_asked_without_those_unknown(void **state)
{
    static const int64_t ids[] = {6, 99, 1, 2};
    const struct nj_query_req query = {
        .kind = NJ_QUERY_CARDS, .alert_ids = ids, .alert_id_count = 4};
    struct seen seen = {0};

    put_six(*state);
    assert_int_equal(0, rig_ask(*state, &query, see_alerts, &seen));
    assert_int_equal(3, seen.count);
    assert_int_equal(6, seen.ids[0]);
    assert_int_equal(1, seen.ids[1]);
    assert_int_equal(2, seen.ids[2]);
}

/* ---- events -------------------------------------------------------------- */

static void see_events(void *ctx, const struct nj_rows *rows)
{
    struct seen *seen = ctx;

    seen->count = 0;
    for (size_t i = 0; i < rows->event_count; i++) {
        seen->ids[seen->count++] = rows->events[i].id;
    }
}

/* The first id and how many; 0 when none. */
static int64_t
events(struct rig *rig, int64_t after, int64_t since, size_t n, size_t *count)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_EVENTS,
                                       .after_id = after,
                                       .since_ms = since,
                                       .limit = n};
    struct seen seen = {0};

    assert_int_equal(0, rig_ask(rig, &query, see_events, &seen));
    *count = seen.count;
    for (size_t i = 1; i < seen.count; i++) {
        assert_true(seen.ids[i - 1] < seen.ids[i]);
    }
    return seen.count == 0 ? 0 : seen.ids[0];
}

static void no_events_are_no_rows(void **state)
{
    size_t count;

    assert_int_equal(0, events(*state, 0, 0, 0, &count));
    assert_int_equal(0, events(*state, 0, 5, 0, &count));
    assert_int_equal(0, count);
}

static void events_are_found_by_number_and_by_time(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();
    size_t count;

    for (int64_t id = 10; id < 70; id += 2) { /* gaps: some were purged */
        struct nj_event event = rig_event(id, id % 4);

        nj_txn_event(txn, &event);
    }
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(10, events(rig, 0, 0, 0, &count));
    assert_int_equal(30, count);
    assert_int_equal(10, events(rig, 0, 0, 7, &count));
    assert_int_equal(7, count);
    assert_int_equal(32, events(rig, 31, 0, 0, &count));
    assert_int_equal(34, events(rig, 32, 0, 0, &count));
    assert_int_equal(0, events(rig, 68, 0, 0, &count));
    for (int64_t ms = 1; ms < 70000; ms += 333) {
        int64_t want = ms <= 10000 ? 10 : (ms + 1999) / 2000 * 2;

        assert_int_equal(want > 68 ? 0 : want, events(rig, 0, ms, 0, &count));
    }
    assert_int_equal(40, events(rig, 39, 20000, 3, &count));
    assert_int_equal(50, events(rig, 12, 50000, 3, &count));
}

/* ---- cursors and keys ---------------------------------------------------- */

static void see_cursor(void *ctx, const struct nj_rows *rows)
{
    char *out = ctx; /* [64] */

    (void)snprintf(out, 64, "%s", rows->cursor == NULL ? "-" : rows->cursor);
}

static void a_cursor_is_the_last_one_written(void **state)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_CURSOR,
                                       .source = "acme-page"};
    char cursor[64] = "";
    struct nj_txn *txn = rig_txn();

    assert_int_equal(0, rig_ask(*state, &query, see_cursor, cursor));
    assert_string_equal("-", cursor);
    nj_txn_cursor(txn, "acme-page", "{\"high\":1}");
    nj_txn_cursor(txn, "acme-news", "{\"high\":7}");
    nj_txn_cursor(txn, "acme-page", "{\"high\":2}");
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, rig_ask(*state, &query, see_cursor, cursor));
    assert_string_equal("{\"high\":2}", cursor);
}

struct keys {
    uint64_t keys[MOST];
    size_t count;
    int64_t last;
    size_t part;
};

static void see_keys(void *ctx, const struct nj_rows *rows)
{
    struct keys *keys = ctx;

    keys->part = rows->hash_count;
    keys->last = rows->last_id;
    for (size_t i = 0; i < rows->hash_count; i++) {
        keys->keys[keys->count++] = rows->hashes[i];
    }
}

static int has_key(const struct keys *keys, uint64_t key)
{
    int found = 0;

    for (size_t i = 0; i < keys->count; i++) {
        found += keys->keys[i] == key;
    }
    return found;
}

static void the_keys_of_all_posts_come_in_parts(void **state)
{
    struct nj_query_req query = {.kind = NJ_QUERY_HASHES, .limit = 7};
    struct keys keys = {0};
    struct nj_txn *txn = rig_txn();
    char id[24];

    for (int i = 0; i < 30; i++) {
        struct nj_post post = rig_post("acme-page", id);

        (void)snprintf(id, sizeof id, "p%d", i);
        nj_txn_post(txn, i + 1, &post, NULL, 0);
    }
    assert_int_equal(0, rig_commit(*state, txn));
    do {
        assert_int_equal(0, rig_ask(*state, &query, see_keys, &keys));
        assert_true(keys.part <= 7);
        query.after_id = keys.last;
    } while (keys.part > 0);
    assert_int_equal(30, keys.count);
    for (int i = 0; i < 30; i++) {
        (void)snprintf(id, sizeof id, "p%d", i);
        assert_int_equal(1, has_key(&keys, nj_post_key("acme-page", id)));
    }
}

/* ---- retention ----------------------------------------------------------- */

static void see_purged(void *ctx, const struct nj_rows *rows)
{
    struct seen *seen = ctx;

    seen->rows.purged += rows->purged;
    seen->rows.purge_more = rows->purge_more;
}

static size_t
purge(struct rig *rig, int64_t posts_before, int64_t alerts_before)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_PURGE,
                                       .since_ms = posts_before,
                                       .until_ms = alerts_before};
    struct seen seen = {0};

    do {
        assert_int_equal(0, rig_ask(rig, &query, see_purged, &seen));
    } while (seen.rows.purge_more);
    return seen.rows.purged;
}

static void nothing_is_purged_from_nothing(void **state)
{
    assert_int_equal(0, purge(*state, INT64_MAX, INT64_MAX));
}

static void count_posts(void *ctx, const struct nj_rows *rows)
{
    *(size_t *)ctx = rows->hash_count;
}

static size_t posts_left(struct rig *rig)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_HASHES, .limit = 9999};
    size_t count = 0;

    assert_int_equal(0, rig_ask(rig, &query, count_posts, &count));
    return count;
}

static void old_posts_go_but_those_an_open_alert_needs(void **state)
{
    enum { MANY = 1500 };
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();

    put_alert(txn, 1, NJ_ALERT_OPEN, NULL);
    put_alert(txn, 2, NJ_ALERT_RESOLVED, NULL);
    for (int64_t i = 1; i <= MANY; i++) {
        char id[32];
        struct nj_post post = rig_post("acme-page", id);

        (void)snprintf(id, sizeof id, "p%lld", (long long)i);
        post.seen_ms = i;
        nj_txn_post(txn, i, &post, NULL, i % 3); /* none, open, resolved */
    }
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(0, purge(rig, 0, 0)); /* 0: none */
    assert_int_equal(0, purge(rig, 1, 1));
    assert_int_equal(600, purge(rig, 901, 0)); /* 300 of 900 are needed */
    assert_int_equal(900, posts_left(rig));
    assert_int_equal(0, purge(rig, 901, 0));
    /* once resolved they go too, at the next pass; the newest post stays */
    txn = rig_txn();
    put_alert(txn, 1, NJ_ALERT_RESOLVED, NULL);
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(899, purge(rig, INT64_MAX, 0));
    assert_int_equal(1, posts_left(rig));
}

static int show(struct rig *rig, int64_t id)
{
    const struct nj_query_req query = {
        .kind = NJ_QUERY_SHOW, .alert_ids = &id, .alert_id_count = 1};

    return rig_ask(rig, &query, NULL, NULL);
}

static void old_resolved_alerts_go_with_all_that_is_theirs(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn;
    size_t count;

    for (int64_t id = 1; id <= 4; id++) {
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(id)));
    }
    txn = rig_txn();
    for (int64_t id = 1; id <= 3; id++) { /* touched at 2000 + id */
        struct nj_page page = rig_page(id, id);

        page.state = NJ_PAGE_SENT;
        nj_txn_page(txn, &page);
        put_alert(txn, id, NJ_ALERT_RESOLVED, NULL);
    }
    for (int64_t id = 100; id < 600; id++) { /* one with very many events */
        struct nj_event event = rig_event(id, 1);

        nj_txn_event(txn, &event);
    }
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(0, purge(rig, 0, 2001)); /* closed before, not at */
    /* two alerts, cards, pages, events of both (one event is the newest) */
    assert_int_equal(2 + 2 + 2 + 2 + 499, purge(rig, 0, 2003));
    assert_int_equal(NJ_E_NOTFOUND, show(rig, 1));
    assert_int_equal(NJ_E_NOTFOUND, show(rig, 2));
    assert_int_equal(0, show(rig, 3));
    assert_int_equal(0, show(rig, 4));
    assert_int_equal(3, events(rig, 0, 0, 0, &count));
    assert_int_equal(3, count);
}

static void old_events_of_no_alert_go_too(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();
    size_t count;

    put_alert(txn, 1, NJ_ALERT_OPEN, NULL);
    for (int64_t id = 1; id <= 500; id++) { /* at 1000 * id */
        struct nj_event event = rig_event(id, id % 2);

        nj_txn_event(txn, &event);
    }
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(99, purge(rig, 0, 200000)); /* 2, 4 .. 198 */
    assert_int_equal(1, events(rig, 0, 0, 0, &count));
    assert_int_equal(200, events(rig, 199, 0, 0, &count));
}

enum { TRAIL = 400 };

static const char *text_or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

/* "id by note removed_by@removed_ms;" of each. */
static void see_overrides(void *ctx, const struct nj_rows *rows)
{
    char *out = ctx;
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < rows->override_count; i++) {
        const struct nj_override_row *row = &rows->overrides[i];

        len += (size_t)snprintf(
            out + len, TRAIL - len, "%lld %s %s %s@%lld;",
            (long long)row->what.id, text_or_dash(row->what.made_by),
            text_or_dash(row->note), text_or_dash(row->removed_by),
            (long long)row->removed_ms);
    }
}

static const char *trail(struct rig *rig, int64_t since, int64_t until, int all)
{
    static char out[TRAIL];
    const struct nj_query_req query = {.kind = NJ_QUERY_OVERRIDES,
                                       .since_ms = since,
                                       .until_ms = until,
                                       .state = all};

    assert_int_equal(0, rig_ask(rig, &query, see_overrides, out));
    return out;
}

static void who_made_an_override_and_who_took_it_back_is_kept(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();
    const struct nj_override made[] = {
        {3, 10, 20, "night", "tom", "maya", 5, "tom"},
        {4, 30, 40, "night", "ana", "maya", 6, "maya"},
        {5, 12, 40, "night", NULL, "maya", 7, NULL}};

    assert_string_equal(trail(rig, 0, INT64_MAX, 1), "");
    nj_txn_override(txn, &made[0], "dentist");
    nj_txn_override(txn, &made[1], NULL);
    nj_txn_override(txn, &made[2], NULL);
    nj_txn_override_remove(txn, 3, "ana", 9);  /* before it began */
    nj_txn_override_remove(txn, 5, "ana", 15); /* in its midst */
    nj_txn_override_remove(txn, 5, "tom", 16); /* once is enough */
    assert_int_equal(0, rig_commit(rig, txn));
    assert_string_equal(trail(rig, 0, INT64_MAX, 1),
                        "3 tom dentist ana@9;4 maya - -@0;5 - - ana@15;");
    assert_string_equal(trail(rig, 0, INT64_MAX, 0),
                        "4 maya - -@0;5 - - ana@15;");
    assert_string_equal(trail(rig, 0, 30, 0), "5 - - ana@15;");
    assert_string_equal(trail(rig, 40, INT64_MAX, 1), "");
}

static void the_last_numbers_are_never_given_again(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();
    const struct nj_override override_ = {
        .id = 8, .schedule = "night", .person = "tom", .until_ms = 5};
    const struct nj_silence silence = {.id = 9, .until_ms = 5};

    put_alert(txn, 7, NJ_ALERT_RESOLVED, NULL);
    nj_txn_override(txn, &override_, NULL);
    nj_txn_silence(txn, &silence);
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(0, purge(rig, INT64_MAX, INT64_MAX));
    assert_int_equal(0, show(rig, 7));
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_nothing_is_empty),
        cmocka_unit_test(lists_come_newest_first_by_state_and_brand),
        cmocka_unit_test(lists_go_on_where_they_were_cut),
        cmocka_unit_test(cards_come_in_the_order_asked_without_those_unknown),
        cmocka_unit_test(no_events_are_no_rows),
        cmocka_unit_test(events_are_found_by_number_and_by_time),
        cmocka_unit_test(a_cursor_is_the_last_one_written),
        cmocka_unit_test(the_keys_of_all_posts_come_in_parts),
        cmocka_unit_test(nothing_is_purged_from_nothing),
        cmocka_unit_test(old_posts_go_but_those_an_open_alert_needs),
        cmocka_unit_test(old_resolved_alerts_go_with_all_that_is_theirs),
        cmocka_unit_test(old_events_of_no_alert_go_too),
        cmocka_unit_test(who_made_an_override_and_who_took_it_back_is_kept),
        cmocka_unit_test(the_last_numbers_are_never_given_again),
    };

    return RUN_OVER_BACK_ENDS(tests);
}
