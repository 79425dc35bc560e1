/* Every record comes back from every back end byte for byte: to questions and
 * to a restart (the same store loaded again). */

#include "unit/store/back_ends.h"

enum { LONG_TEXT = 64 << 10 };

#define ODD                                                                    \
    "O'Brien \"said\"; DROP TABLE post; --\r\n\t\x01\x7f\xc2\x85 caf\xc3\xa9 " \
    "e\xcc\x81 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xe2\x80\xae"      \
    "\xef\xbb\xbf %s ?1 $1 \\"

static void same_text(const char *want, const char *got)
{
    if (want == NULL) {
        assert_null(got);
    } else {
        assert_non_null(got);
        assert_string_equal(want, got);
    }
}

/* ---- posts --------------------------------------------------------------- */

static struct nj_post full_post(const char *long_text)
{
    static const char *const media[] = {"https://example.org/a b.jpg",
                                        "https://example.org/\"\\" ODD};

    return (struct nj_post){
        .source = "acme-page",
        .id = "tag:example.org,2026:" ODD,
        .brand = "acme-air",
        .place = NJ_PLACE_ELSEWHERE,
        .flags = NJ_POST_SILENT,
        .url = "https://example.org/?q=" ODD,
        .title = ODD,
        .text = long_text,
        .author = ODD,
        .author_url = "https://example.org/@troll",
        .thread = "thread-7",
        .language = "en-GB",
        .media = media,
        .media_count = 2,
        .published_ms = 1,
        .seen_ms = INT64_MAX,
        .followers = 0,
        .shares = 5000000000,
        .likes = -1,
        .replies = 3,
    };
}

static void same_post(const struct nj_post *want, const struct nj_post *got)
{
    same_text(want->source, got->source);
    same_text(want->id, got->id);
    same_text(want->brand, got->brand);
    same_text(want->url, got->url);
    same_text(want->title, got->title);
    same_text(want->text, got->text);
    same_text(want->author, got->author);
    same_text(want->author_url, got->author_url);
    same_text(want->thread, got->thread);
    same_text(want->language, got->language);
    assert_int_equal(want->place, got->place);
    assert_int_equal(want->flags, got->flags);
    assert_int_equal(want->published_ms, got->published_ms);
    assert_int_equal(want->seen_ms, got->seen_ms);
    assert_int_equal(want->followers, got->followers);
    assert_int_equal(want->shares, got->shares);
    assert_int_equal(want->likes, got->likes);
    assert_int_equal(want->replies, got->replies);
    assert_int_equal(want->media_count, got->media_count);
    for (size_t i = 0; i < want->media_count; i++) {
        same_text(want->media[i], got->media[i]);
    }
}

struct want_post {
    const struct nj_post *post;
    int64_t id, alert_id;
    const char *score;
};

static void see_post(void *ctx, const struct nj_rows *rows)
{
    const struct want_post *want = ctx;

    assert_int_equal(1, rows->post_count);
    assert_int_equal(want->id, rows->posts[0].id);
    assert_int_equal(want->alert_id, rows->posts[0].alert_id);
    same_text(want->score, rows->posts[0].score_json);
    same_post(want->post, &rows->posts[0].post);
}

static int ask_post(struct rig *rig, struct want_post *want)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_POST,
                                       .post_id = want->id};

    return rig_ask(rig, &query, see_post, want);
}

static void an_unknown_post_is_not_found(void **state)
{
    struct want_post want = {.id = 7};

    assert_int_equal(NJ_E_NOTFOUND, ask_post(*state, &want));
}

static void a_full_post_comes_back_byte_for_byte(void **state)
{
    static const struct nj_reason reasons[] = {
        {"insult: \"moron\"", 4, 9, 2.1f, 1, 0},
        {"context: own page", 0, 0, -0.25f, 0, 1},
    };
    const struct nj_score score = {.judged = 1,
                                   .offensive = 0.934f,
                                   .urgent = 0.125f,
                                   .urgency = NJ_LEVEL_LOW,
                                   .level = NJ_LEVEL_HIGH,
                                   .labels = {0.41f, 0.93f, 0, 1, 0, 0.005f},
                                   .urgent_reason = NJ_URGENT_OUTAGE,
                                   .language = "en",
                                   .reasons = reasons,
                                   .reason_count = 2};
    struct rig *rig = *state;
    char *text = malloc(LONG_TEXT + 1);
    struct nj_post post = full_post(text);
    struct want_post want = {&post, INT64_MAX - 1, 12, NULL};
    struct nj_txn *txn = rig_txn();

    assert_non_null(text);
    for (size_t i = 0; i < LONG_TEXT; i++) {
        text[i] = (char)(1 + i % 127);
    }
    text[LONG_TEXT] = '\0';
    want.score = "{\"offensive\":0.93,\"urgent\":0.12,\"urgency\":\"low\","
                 "\"level\":\"high\",\"labels\":{\"profanity\":0.41,"
                 "\"insult\":0.93,\"identity_attack\":0.00,\"threat\":1.00,"
                 "\"sexual\":0.00,\"self_harm\":0.00},\"urgent_reason\":"
                 "\"outage\",\"language\":\"en\",\"reasons\":[{\"what\":"
                 "\"insult: \\\"moron\\\"\",\"start\":4,\"end\":9,\"weight\":"
                 "2.10},{\"what\":\"context: own page\",\"start\":0,\"end\":0,"
                 "\"weight\":-0.25,\"in\":\"title\"}]}";
    nj_txn_post(txn, want.id, &post, &score, 12);
    assert_int_equal(0, rig_commit(rig, txn));
    assert_int_equal(0, ask_post(rig, &want));
    free(text);
}

static void a_post_with_nothing_but_its_text_comes_back(void **state)
{
    const struct nj_post post = {.source = "s", .id = "", .text = ""};
    struct want_post want = {&post, 1, 0, NULL};
    struct nj_txn *txn = rig_txn();

    nj_txn_post(txn, 1, &post, NULL, 0);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_post(*state, &want));
}

static void the_same_post_again_is_left_alone(void **state)
{
    struct nj_post post = rig_post("acme-page", "a");
    struct nj_post other = post;
    struct want_post want = {&post, 1, 0, NULL};
    struct nj_txn *txn = rig_txn();

    nj_txn_post(txn, 1, &post, NULL, 0);
    other.text = "something else";
    nj_txn_post(txn, 2, &other, NULL, 9);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_post(*state, &want));
    want.id = 2;
    assert_int_equal(NJ_E_NOTFOUND, ask_post(*state, &want));
}

static void an_edited_post_keeps_its_row_and_its_alert(void **state)
{
    struct nj_post post = rig_post("acme-page", "a");
    struct nj_post edited = full_post("the later text");
    struct want_post want = {&edited, 1, 5, NULL};
    struct nj_txn *txn = rig_txn();

    nj_txn_post(txn, 1, &post, NULL, 5);
    edited.id = "a";
    edited.flags = NJ_POST_EDITED;
    nj_txn_post(txn, 2, &edited, NULL, 0);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_post(*state, &want));

    edited.flags = NJ_POST_DELETED;
    edited.media_count = 0;
    want.alert_id = 6;
    txn = rig_txn();
    nj_txn_post(txn, 3, &edited, NULL, 6);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_post(*state, &want));
}

/* ---- transactions -------------------------------------------------------- */

static void a_transaction_is_empty_until_something_is_added(void **state)
{
    struct nj_txn *txn = rig_txn();

    (void)state;
    assert_true(nj_txn_empty(txn));
    nj_txn_fact(txn, "key", NULL);
    assert_false(nj_txn_empty(txn));
    assert_int_equal(0, nj_txn_status(txn));
    nj_txn_destroy(txn);
    nj_txn_destroy(NULL);
}

static void what_was_added_is_a_copy(void **state)
{
    char text[] = "text", url[] = "url", what[] = "what", name[] = "name";
    const char *media[] = {url};
    struct nj_reason reason = {.what = what};
    const struct nj_score score = {
        .judged = 1, .language = "en", .reasons = &reason, .reason_count = 1};
    struct nj_post post = {.source = name,
                           .id = text,
                           .text = text,
                           .media = media,
                           .media_count = 1};
    const char *kept_media[] = {"url"};
    const struct nj_post kept = {.source = "name",
                                 .id = "text",
                                 .text = "text",
                                 .media = kept_media,
                                 .media_count = 1};
    struct want_post want = {&kept, 1, 0, NULL};
    struct nj_txn *txn = rig_txn();

    nj_txn_post(txn, 1, &post, &score, 0);
    memset(text, 'x', sizeof text - 1);
    memset(url, 'x', sizeof url - 1);
    memset(what, 'x', sizeof what - 1);
    memset(name, 'x', sizeof name - 1);
    media[0] = NULL;
    reason.what = NULL;
    assert_int_equal(0, rig_commit(*state, txn));
    want.score = "{\"offensive\":0.00,\"urgent\":0.00,\"urgency\":\"none\","
                 "\"level\":\"none\",\"labels\":{\"profanity\":0.00,"
                 "\"insult\":0.00,\"identity_attack\":0.00,\"threat\":0.00,"
                 "\"sexual\":0.00,\"self_harm\":0.00},\"urgent_reason\":"
                 "null,\"language\":\"en\",\"reasons\":[{\"what\":"
                 "\"what\",\"start\":0,\"end\":0,\"weight\":0.00}]}";
    assert_int_equal(0, ask_post(*state, &want));
}

/* ---- alerts, cards, pages, events ---------------------------------------- */

static uint64_t all_keys[255];
static struct nj_chain two_chains[] = {
    {.person = "maya", .due_ms = 123456789012, .next = 2, .level = 3},
    {.person = "tom \"t\"", .next = 255, .level = 1, .fell_back = 1}};

static struct nj_alert full_alert(int64_t id)
{
    for (size_t i = 0; i < 255; i++) {
        all_keys[i] = UINT64_MAX / (i + 1);
    }
    return (struct nj_alert){
        .id = id,
        .rule = ODD,
        .brand = "acme-air",
        .team = "social",
        .opened_ms = 11,
        .touched_ms = 12,
        .posts = UINT32_MAX,
        .severity = NJ_LEVEL_CRITICAL,
        .flags = NJ_ALERT_TEST | NJ_ALERT_WRONG,
        .key_count = 255,
        .keys = all_keys,
        .climb = {.state = NJ_ALERT_ACKED,
                  .flags = NJ_CLIMB_EXHAUSTED,
                  .step = 31,
                  .round = 255,
                  .generation = UINT32_MAX,
                  .due_ms = 1,
                  .holder = "maya",
                  .chains = two_chains,
                  .chain_count = 2},
        .simhash = UINT64_MAX,
    };
}

static void same_alert(const struct nj_alert *want, const struct nj_alert *got)
{
    assert_int_equal(want->id, got->id);
    same_text(want->rule, got->rule);
    same_text(want->brand, got->brand);
    same_text(want->team, got->team);
    assert_null(got->policy);
    assert_int_equal(want->opened_ms, got->opened_ms);
    assert_int_equal(want->touched_ms, got->touched_ms);
    assert_int_equal(want->posts, got->posts);
    assert_int_equal(want->severity, got->severity);
    assert_int_equal(want->flags, got->flags);
    assert_true(want->simhash == got->simhash);
    assert_int_equal(want->key_count, got->key_count);
    if (want->key_count > 0) {
        assert_memory_equal(want->keys, got->keys,
                            want->key_count * sizeof *got->keys);
    }
    assert_int_equal(want->climb.state, got->climb.state);
    assert_int_equal(want->climb.flags, got->climb.flags);
    assert_int_equal(want->climb.step, got->climb.step);
    assert_int_equal(want->climb.round, got->climb.round);
    assert_int_equal(want->climb.generation, got->climb.generation);
    assert_int_equal(want->climb.due_ms, got->climb.due_ms);
    same_text(want->climb.holder, got->climb.holder);
}

static void same_card(const struct nj_card *want, const struct nj_card *got)
{
    same_text(want->title, got->title);
    same_text(want->excerpt, got->excerpt);
    same_text(want->url, got->url);
    same_text(want->author, got->author);
    same_text(want->source, got->source);
    same_text(want->why, got->why);
    same_text(want->playbook, got->playbook);
    assert_int_equal(want->place, got->place);
    assert_int_equal(want->published_ms, got->published_ms);
}

static struct nj_page full_page(int64_t id, int64_t alert)
{
    return (struct nj_page){
        .id = id,
        .alert = alert,
        .person = "maya",
        .channel = "sms",
        .target = (char *)(uintptr_t)ODD,
        .kind = NJ_PAGE_TELL,
        .state = NJ_PAGE_FAILED,
        .contact = 255,
        .first = 1,
        .generation = UINT32_MAX,
        .attempts = UINT32_MAX,
        .made_ms = 1,
        .next_ms = 2,
        .until_ms = 3,
        .done_ms = 4,
        .ref = (char *)(uintptr_t) "SM1",
        .fault = (char *)(uintptr_t)ODD,
        .text = (char *)(uintptr_t) "maya has it",
    };
}

static void same_page(const struct nj_page *want, const struct nj_page *got)
{
    assert_int_equal(want->id, got->id);
    assert_int_equal(want->alert, got->alert);
    same_text(want->person, got->person);
    same_text(want->channel, got->channel);
    same_text(want->target, got->target);
    assert_int_equal(want->kind, got->kind);
    assert_int_equal(want->state, got->state);
    assert_int_equal(want->contact, got->contact);
    assert_int_equal(want->first, got->first);
    assert_int_equal(want->generation, got->generation);
    assert_int_equal(want->attempts, got->attempts);
    assert_int_equal(want->made_ms, got->made_ms);
    assert_int_equal(want->next_ms, got->next_ms);
    assert_int_equal(want->until_ms, got->until_ms);
    assert_int_equal(want->done_ms, got->done_ms);
    same_text(want->ref, got->ref);
    same_text(want->fault, got->fault);
    same_text(want->text, got->text);
}

struct want_show {
    struct nj_alert alert;
    struct nj_card card;
    struct nj_page page;
    struct nj_event event;
    size_t pages, events, posts;
};

static void see_all(void *ctx, const struct nj_rows *rows)
{
    const struct want_show *want = ctx;

    assert_int_equal(1, rows->alert_count);
    same_alert(&want->alert, &rows->alerts[0].alert);
    assert_int_equal(want->alert.policy == NULL ? 0 : want->alert.policy->id,
                     rows->alerts[0].policy_id);
    same_card(&want->card, &rows->alerts[0].card);
    assert_int_equal(want->pages, rows->page_count);
    assert_int_equal(want->events, rows->event_count);
    assert_int_equal(want->posts, rows->post_count);
    if (want->pages > 0) {
        same_page(&want->page, &rows->pages[0]);
    }
    if (want->events > 0) {
        assert_int_equal(want->event.id, rows->events[0].id);
        assert_int_equal(want->event.at_ms, rows->events[0].at_ms);
        assert_int_equal(want->event.alert, rows->events[0].alert);
        same_text(want->event.kind, rows->events[0].kind);
        same_text(want->event.who, rows->events[0].who);
        same_text(want->event.text, rows->events[0].text);
    }
}

static int ask_show(struct rig *rig, struct want_show *want, size_t limit)
{
    const struct nj_query_req query = {.kind = NJ_QUERY_SHOW,
                                       .alert_ids = &want->alert.id,
                                       .alert_id_count = 1,
                                       .limit = limit};

    return rig_ask(rig, &query, see_all, want);
}

static void an_unknown_alert_is_not_found(void **state)
{
    struct want_show want = {.alert = {.id = 3}};

    assert_int_equal(NJ_E_NOTFOUND, ask_show(*state, &want, 0));
}

static void a_full_alert_comes_back_with_all_that_is_its_own(void **state)
{
    struct nj_policy_snapshot policy = {.id = 77};
    struct want_show want = {
        .alert = full_alert(40),
        .card = {ODD, ODD, ODD, ODD, ODD, ODD, ODD, NJ_PLACE_OWN_POST, -5},
        .page = full_page(5, 40),
        .event = {9, 10, 40, "acked", "maya", ODD},
        .pages = 1,
        .events = 1,
        .posts = 1};
    struct nj_post post = rig_post("acme-page", "a");
    struct nj_txn *txn = rig_txn();

    want.alert.policy = &policy;
    nj_txn_alert(txn, &want.alert, &want.card);
    nj_txn_page(txn, &want.page);
    nj_txn_event(txn, &want.event);
    nj_txn_post(txn, 1, &post, NULL, 40);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_show(*state, &want, 0));
}

static void an_alert_keeps_its_card_when_it_changes(void **state)
{
    struct want_show want = {
        .alert = rig_alert(1), .card = rig_card(), .posts = 0};
    struct nj_txn *txn = rig_txn();

    want.alert.brand = NULL;
    want.alert.team = NULL;
    nj_txn_alert(txn, &want.alert, &want.card);
    want.alert.climb.state = NJ_ALERT_RESOLVED;
    nj_txn_alert(txn, &want.alert, NULL);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_show(*state, &want, 0));
    /* and back: the same trouble again */
    txn = rig_txn();
    want.alert.climb.state = NJ_ALERT_OPEN;
    want.alert.climb.generation++;
    nj_txn_alert(txn, &want.alert, NULL);
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_show(*state, &want, 0));
}

static void a_page_is_one_row_through_all_its_states(void **state)
{
    struct want_show want = {.alert = rig_alert(1),
                             .card = rig_card(),
                             .page = rig_page(1, 1),
                             .pages = 1};
    struct nj_txn *txn = rig_txn();

    nj_txn_alert(txn, &want.alert, &want.card);
    for (int i = 0; i < NJ_PAGE_STATES + 1; i++) {
        want.page.state = (uint8_t)(i % NJ_PAGE_STATES);
        want.page.attempts = (uint32_t)i;
        nj_txn_page(txn, &want.page);
        assert_int_equal(0, rig_commit(*state, txn));
        assert_int_equal(0, ask_show(*state, &want, 0));
        txn = rig_txn();
    }
    nj_txn_destroy(txn);
}

static void a_receipt_changes_the_page_and_no_other(void **state)
{
    struct want_show want = {.alert = rig_alert(1),
                             .card = rig_card(),
                             .page = rig_page(1, 1),
                             .pages = 1};
    struct nj_txn *txn = rig_txn();

    want.page.state = NJ_PAGE_SENT;
    nj_txn_alert(txn, &want.alert, &want.card);
    nj_txn_page(txn, &want.page);
    nj_txn_receipt(txn, 2, NJ_E_REFUSED, "no such page"); /* nothing */
    nj_txn_receipt(txn, 1, NJ_E_REFUSED, "21610: opted out");
    assert_int_equal(0, rig_commit(*state, txn));
    want.page.state = NJ_PAGE_FAILED;
    want.page.fault = (char *)(uintptr_t) "21610: opted out";
    assert_int_equal(0, ask_show(*state, &want, 0));
    txn = rig_txn();
    nj_txn_receipt(txn, 1, 0, NULL);
    assert_int_equal(0, rig_commit(*state, txn));
    want.page.state = NJ_PAGE_DELIVERED;
    assert_int_equal(0, ask_show(*state, &want, 0));
}

static void show_gives_the_newest_of_many_oldest_first(void **state)
{
    struct want_show want = {.alert = rig_alert(1),
                             .card = rig_card(),
                             .page = rig_page(4, 1),
                             .event = rig_event(5, 1),
                             .pages = 7,
                             .events = 7,
                             .posts = 7};
    struct nj_txn *txn = rig_txn();

    want.page.state = NJ_PAGE_SENT;
    nj_txn_alert(txn, &want.alert, &want.card);
    for (int64_t i = 1; i <= 11; i++) {
        struct nj_event event = rig_event(i, 1);
        struct nj_page page = rig_page(i == 11 ? 1000 : i, i == 11 ? 2 : 1);
        char id[8] = {(char)('a' + i)};
        struct nj_post post = rig_post("acme-page", id);

        page.state = i % 2 ? NJ_PAGE_WAITING : NJ_PAGE_SENT;
        nj_txn_event(txn, &event);
        nj_txn_page(txn, &page);
        nj_txn_post(txn, i, &post, NULL, 1);
    }
    assert_int_equal(0, rig_commit(*state, txn));
    assert_int_equal(0, ask_show(*state, &want, 7));
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_post_is_not_found),
        cmocka_unit_test(an_unknown_alert_is_not_found),
        cmocka_unit_test(a_full_post_comes_back_byte_for_byte),
        cmocka_unit_test(a_post_with_nothing_but_its_text_comes_back),
        cmocka_unit_test(the_same_post_again_is_left_alone),
        cmocka_unit_test(an_edited_post_keeps_its_row_and_its_alert),
        cmocka_unit_test(a_transaction_is_empty_until_something_is_added),
        cmocka_unit_test(what_was_added_is_a_copy),
        cmocka_unit_test(a_full_alert_comes_back_with_all_that_is_its_own),
        cmocka_unit_test(an_alert_keeps_its_card_when_it_changes),
        cmocka_unit_test(a_page_is_one_row_through_all_its_states),
        cmocka_unit_test(a_receipt_changes_the_page_and_no_other),
        cmocka_unit_test(show_gives_the_newest_of_many_oldest_first),
    };

    return RUN_OVER_BACK_ENDS(tests);
}
