/* What a restart needs: loaded from every back end, and from a file that was
 * closed and opened again. */

#include "unit/store/back_ends.h"

#include "model/climb_json.h"

enum { TOLD = 4096 };

/* Each callback adds a word to STORY, so that a case reads as one line. */
struct listener {
    char story[TOLD];
    size_t at;
    const char *stop_at; /* the word that ends with an error */
    struct nj_names *names;
};

static int tell(struct listener *l, const char *fmt, ...) NJ_PRINTF(2, 3);

static int tell(struct listener *l, const char *fmt, ...)
{
    char *word = l->story + l->at;
    va_list args;

    if (l->at > 0) {
        *word++ = ' ';
        l->at++;
    }
    va_start(args, fmt);
    l->at += (size_t)vsnprintf(word, TOLD - l->at, fmt, args);
    va_end(args);
    assert_true(l->at < TOLD);
    return l->stop_at != NULL && strcmp(word, l->stop_at) == 0 ? NJ_E_STALE : 0;
}

static int on_policy(void *ctx, int64_t id, const char *json)
{
    struct nj_arena arena = {0};
    struct nj_policy policy = {0};
    struct listener *l = ctx;

    assert_int_equal(0, nj_policy_read(json, &arena, l->names, &policy));
    nj_arena_finish(&arena);
    return tell(l, "policy:%lld:%s", (long long)id, policy.name);
}

static int on_alert(void *ctx,
                    const struct nj_alert *alert,
                    int64_t policy_id,
                    const char *chains)
{
    struct listener *l = ctx;
    unsigned long long first = alert->key_count > 0 ? alert->keys[0] : 0;

    /* interned: the same pointer as anybody else's */
    assert_ptr_equal(alert->rule, nj_name(l->names, alert->rule));
    assert_ptr_equal(alert->climb.holder,
                     nj_name(l->names, alert->climb.holder));
    return tell(l, "alert:%lld:%s:%lld:%d/%llu:%s", (long long)alert->id,
                nj_alert_state_name(alert->climb.state), (long long)policy_id,
                alert->key_count, first, chains == NULL ? "-" : chains);
}

static int on_page(void *ctx, const struct nj_page *page)
{
    struct listener *l = ctx;

    assert_ptr_equal(page->person, nj_name(l->names, page->person));
    return tell(l, "page:%lld:%s:%u", (long long)page->id, page->target,
                page->attempts);
}

static int on_cursor(void *ctx, const char *source, const char *cursor)
{
    return tell(ctx, "cursor:%s:%s", source, cursor);
}

static int on_override(void *ctx, const struct nj_override *o)
{
    return tell(ctx, "override:%lld:%s:%s:%s:%lld-%lld@%lld:%s",
                (long long)o->id, o->schedule,
                o->person == NULL ? "-" : o->person,
                o->instead_of == NULL ? "-" : o->instead_of,
                (long long)o->from_ms, (long long)o->until_ms,
                (long long)o->made_ms, o->made_by == NULL ? "-" : o->made_by);
}

static int on_silence(void *ctx, const struct nj_silence *s)
{
    return tell(ctx, "silence:%lld:%s:%s:%s:%s:%s:%s", (long long)s->id,
                s->brand == NULL ? "-" : s->brand,
                s->rule == NULL ? "-" : s->rule,
                s->source == NULL ? "-" : s->source,
                s->author == NULL ? "-" : s->author, s->made_by, s->note);
}

static int on_fact(void *ctx, const char *key, const char *value)
{
    return tell(ctx, "fact:%s=%s", key, value);
}

static int on_last(void *ctx,
                   int64_t post,
                   int64_t alert,
                   int64_t page,
                   int64_t event,
                   int64_t policy,
                   int64_t other)
{
    return tell(ctx, "last:%lld,%lld,%lld,%lld,%lld,%lld", (long long)post,
                (long long)alert, (long long)page, (long long)event,
                (long long)policy, (long long)other);
}

static int load(struct rig *rig,
                struct listener *l,
                int64_t resolved_since_ms,
                struct nj_err *err)
{
    const struct nj_loader loader = {
        .ctx = l,
        .resolved_since_ms = resolved_since_ms,
        .policy = on_policy,
        .alert = on_alert,
        .page = on_page,
        .cursor = on_cursor,
        .override_ = on_override,
        .silence = on_silence,
        .fact = on_fact,
        .last_ids = on_last,
    };

    l->names = &rig->names;
    return nj_store_load(rig->store, &loader, err);
}

static void loads_as(struct rig *rig, int64_t since, const char *want)
{
    struct listener l = {0};
    struct nj_err err = {0};

    if (load(rig, &l, since, &err) != 0) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(want, l.story);
}

/* ---- refusals ------------------------------------------------------------ */

static void loading_while_requests_are_under_way_is_refused(void **state)
{
    struct rig *rig = *state;
    struct listener l = {0};
    struct nj_err err = {0};
    struct waiting w;

    rig_start(rig, &w, rig_whole_alert(1));
    assert_int_equal(NJ_E_STATE, load(rig, &l, 0, &err));
    assert_string_equal("", l.story);
    rig_run(rig);
}

static void an_error_of_a_callback_stops_and_is_returned(void **state)
{
    struct rig *rig = *state;
    struct listener l = {.stop_at = "fact:a=1"};
    struct nj_err err = {0};
    struct nj_txn *txn = rig_txn();

    nj_txn_fact(txn, "a", "1");
    nj_txn_fact(txn, "b", "2");
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(NJ_E_STALE, load(rig, &l, 0, &err));
    assert_string_equal("last:0,0,0,0,0,0 fact:a=1", l.story);
}

static void a_loader_may_leave_callbacks_out(void **state)
{
    const struct nj_loader loader = {0};
    struct rig *rig = *state;
    struct nj_err err = {0};

    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
    assert_int_equal(0, nj_store_load(rig->store, &loader, &err));
}

/* ---- contents ------------------------------------------------------------ */

static void an_empty_store_loads_as_nothing(void **state)
{
    loads_as(*state, 0, "last:0,0,0,0,0,0");
}

static void put_state(struct nj_txn *txn,
                      int64_t id,
                      enum nj_alert_state state,
                      struct nj_policy_snapshot *policy)
{
    struct nj_alert alert = rig_alert(id); /* touched at 2000 + id */
    struct nj_card card = rig_card();

    alert.climb.state = (uint8_t)state;
    alert.policy = policy;
    nj_txn_alert(txn, &alert, &card);
}

static void open_alerts_and_those_closed_lately_come_oldest_first(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();

    put_state(txn, 5, NJ_ALERT_OPEN, NULL);
    put_state(txn, 1, NJ_ALERT_RESOLVED, NULL);
    put_state(txn, 2, NJ_ALERT_RESOLVED, NULL);
    put_state(txn, 3, NJ_ALERT_SNOOZED, NULL);
    put_state(txn, 4, NJ_ALERT_ACKED, NULL);
    put_state(txn, 6, NJ_ALERT_RESOLVED, NULL);
    assert_int_equal(0, rig_commit(rig, txn));
    loads_as(rig, 2002,
             "last:0,6,0,0,0,0 alert:3:snoozed:0:0/0:- "
             "alert:4:acknowledged:0:0/0:- alert:5:open:0:0/0:- "
             "alert:2:resolved:0:0/0:- alert:6:resolved:0:0/0:-");
}

static void policies_come_once_before_their_first_alert(void **state)
{
    const struct nj_target target = {NJ_TARGET_PERSON, "maya"};
    const struct nj_step step = {&target, 1, 300000};
    const struct nj_policy night = {
        .name = "night", .steps = &step, .step_count = 1, .repeat = 3};
    const struct nj_policy day = {
        .name = "day", .steps = &step, .step_count = 1, .repeat = 1};
    struct nj_policy_snapshot snapshots[] = {{.id = 9}, {.id = 4}, {.id = 6}};
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();

    nj_txn_policy(txn, 9, &night);
    nj_txn_policy(txn, 4, &day);
    nj_txn_policy(txn, 6, &day); /* of resolved alerts alone */
    put_state(txn, 1, NJ_ALERT_OPEN, &snapshots[0]);
    put_state(txn, 2, NJ_ALERT_OPEN, &snapshots[1]);
    put_state(txn, 3, NJ_ALERT_OPEN, &snapshots[0]);
    put_state(txn, 4, NJ_ALERT_RESOLVED, &snapshots[2]);
    assert_int_equal(0, rig_commit(rig, txn));
    loads_as(rig, INT64_MAX,
             "last:0,4,0,0,9,0 policy:9:night alert:1:open:9:0/0:- "
             "policy:4:day alert:2:open:4:0/0:- alert:3:open:9:0/0:-");
}

static void waiting_pages_come_and_others_do_not(void **state)
{
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();

    for (int64_t i = 1; i <= 4; i++) {
        struct nj_page page = rig_page(i, i);

        nj_txn_page(txn, &page);
        if (i == 2) {
            page.state = NJ_PAGE_SENT;
            nj_txn_page(txn, &page);
        } else if (i == 3) {
            page.attempts = 7;
            nj_txn_page(txn, &page);
        }
    }
    assert_int_equal(0, rig_commit(rig, txn));
    loads_as(rig, 0,
             "last:0,0,4,0,0,0 page:1:+447700900123:0 page:3:+447700900123:7 "
             "page:4:+447700900123:0");
}

static void put_by_hand(struct rig *rig)
{
    const struct nj_override a = {3, 10, 20, "night", "tom", "maya", 5, "tom"};
    const struct nj_override b = {4, 11, 21, "night", NULL, "maya", 6, "tom"};
    const struct nj_override c = {5, 11, 21, "night", "ana", NULL, 7, NULL};
    const struct nj_silence s = {
        6, 1, 2, "acme-air", NULL, NULL, "Troll \"x\"", "maya", "known"};
    const struct nj_silence gone = {
        .id = 7, .source = "acme-news", .made_by = "tom", .note = "mute"};
    struct nj_txn *txn = rig_txn();

    nj_txn_override(txn, &a, "swap");
    nj_txn_override(txn, &b, NULL);
    nj_txn_override(txn, &c, NULL);
    nj_txn_silence(txn, &s);
    nj_txn_silence(txn, &gone);
    nj_txn_override_remove(txn, 4, "ana", 9);
    nj_txn_silence_remove(txn, 7);
    nj_txn_fact(txn, "link-secret", "ab\"cd");
    nj_txn_fact(txn, "gone", "x");
    nj_txn_fact(txn, "link-secret", "ef");
    nj_txn_fact(txn, "gone", NULL);
    nj_txn_fact(txn, "never", NULL);
    nj_txn_cursor(txn, "acme-page", "{\"high\":\"9\"}");
    assert_int_equal(0, rig_commit(rig, txn));
}

#define BY_HAND                                                                \
    " fact:link-secret=ef cursor:acme-page:{\"high\":\"9\"} "                  \
    "override:3:night:tom:maya:10-20@5:tom override:5:night:ana:-:11-21@7:- "  \
    "silence:6:acme-air:-:-:Troll \"x\":maya:known"

static void what_people_made_by_hand_comes_back(void **state)
{
    put_by_hand(*state);
    loads_as(*state, 0, "last:0,0,0,0,0,7" BY_HAND);
}

static void an_alert_resolved_and_opened_again_comes_as_open(void **state)
{
    static uint64_t keys[] = {UINT64_MAX, 2};
    struct nj_chain chain = {
        .person = "maya", .due_ms = 77, .next = 1, .level = 2};
    struct nj_alert alert = rig_alert(1);
    struct nj_card card = rig_card();
    struct rig *rig = *state;
    struct nj_txn *txn = rig_txn();
    struct nj_buf want;

    nj_txn_alert(txn, &alert, &card);
    alert.climb.state = NJ_ALERT_RESOLVED;
    nj_txn_alert(txn, &alert, NULL);
    alert.climb.state = NJ_ALERT_OPEN;
    alert.climb.generation = 2;
    alert.climb.chains = &chain;
    alert.climb.chain_count = 1;
    alert.keys = keys;
    alert.key_count = 2;
    nj_txn_alert(txn, &alert, NULL);
    assert_int_equal(0, rig_commit(rig, txn));
    nj_buf_init(&want, 1000);
    (void)nj_buf_adds(
        &want, "last:0,1,0,0,0,0 alert:1:open:0:2/18446744073709551615:");
    nj_chains_write(&alert.climb, &want);
    loads_as(rig, 0, nj_buf_text(&want));
    nj_buf_finish(&want);
}

static void all_of_it_is_there_after_the_store_was_closed(void **state)
{
    struct rig *rig = *state;

    put_by_hand(rig);
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
    if (strcmp(rig->url, "mem:") != 0) {
        rig_reopen(rig);
    }
    loads_as(rig, 0,
             "last:1,1,1,1,0,7" BY_HAND
             " alert:1:open:0:0/0:- page:1:+447700900123:0");
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_while_requests_are_under_way_is_refused),
        cmocka_unit_test(an_error_of_a_callback_stops_and_is_returned),
        cmocka_unit_test(a_loader_may_leave_callbacks_out),
        cmocka_unit_test(an_empty_store_loads_as_nothing),
        cmocka_unit_test(open_alerts_and_those_closed_lately_come_oldest_first),
        cmocka_unit_test(policies_come_once_before_their_first_alert),
        cmocka_unit_test(waiting_pages_come_and_others_do_not),
        cmocka_unit_test(what_people_made_by_hand_comes_back),
        cmocka_unit_test(an_alert_resolved_and_opened_again_comes_as_open),
        cmocka_unit_test(all_of_it_is_there_after_the_store_was_closed),
    };

    return RUN_OVER_BACK_ENDS(tests);
}
