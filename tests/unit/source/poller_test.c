/* What only polled sources do: conditions, limits, moves, back-off, cursors. */

#include "source/poller.h"
#include "unit/source/rig.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

static const char feed_keys[] =
    "type: feed, url: https://a.example/feed, every: 1m";

static struct rig *open_feed(const char *keys)
{
    struct rig *rig = rig_make(keys);

    rig_run(rig, HOUR);
    rig->env.started_ms = nj_loop_wall_ms(rig->loop);
    return rig;
}

/* ---- asking ------------------------------------------------------------- */

static void poll_gives_validators_back_byte_for_byte(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 2),
                                      .headers = "ETag: W/\"a-b:c\\\"\n"
                                                 "Last-Modified: when ever\n"});
    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_run(rig, 10);
    assert_null(strstr(rig_question(rig)->headers, "If-None-Match"));
    assert_non_null(strstr(rig_question(rig)->headers, "Accept: application/"));
    rig_run(rig, 2 * MINUTE);
    assert_non_null(
        strstr(rig_question(rig)->headers, "If-None-Match: W/\"a-b:c\\\"\n"));
    assert_non_null(
        strstr(rig_question(rig)->headers, "If-Modified-Since: when ever\n"));
    assert_int_equal(rig->post_count, 2);
    assert_int_equal(rig->batches, 1); /* 304 writes nothing */
    rig_free(rig);
}

static void poll_validators_survive_a_restart(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 2),
                                      .headers = "ETag: \"e1\"\n"});
    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_run(rig, 10);
    rig_close(rig);
    rig_open(rig);
    rig_run(rig, 10);
    assert_non_null(
        strstr(rig_question(rig)->headers, "If-None-Match: \"e1\"\n"));
    rig_free(rig);
}

static void poll_asks_for_the_whole_after_a_failed_store(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 2),
                                      .headers = "ETag: \"e1\"\n"});
    rig->mood = RIG_CLOSES;
    rig_open(rig);
    rig_run(rig, 10);
    rig_close(rig);
    rig->mood = RIG_TAKES;
    rig_open(rig);
    rig_run(rig, 10);
    assert_null(strstr(rig_question(rig)->headers, "If-None-Match"));
    assert_int_equal(rig->post_count, 2);
    rig_free(rig);
}

static void poll_torn_document_is_asked_for_whole_again(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed><entry><id>1</id><title>a</title></entry>"
                              "<entry><id>2</id><title>b</ti",
                      .headers = "ETag: \"e1\"\n"});
    rig_says(rig, (struct rig_answer){.status = 200, .body = rig_feed(1, 2)});
    rig_open(rig);
    rig_run(rig, 10);
    assert_int_equal(rig->post_count, 1);
    rig_run(rig, 2 * MINUTE);
    assert_null(strstr(rig->questions[1].headers, "If-None-Match"));
    rig_free(rig);
}

static void poll_sends_secrets_and_the_operators_headers(void **state)
{
    struct rig *rig = open_feed(
        "type: feed, url: https://a.example/feed, headers: {X-Key: "
        "{credential: k}, accept: text/x}, auth: {bearer: {credential: b}}, "
        "user_agent: owl");
    const char *headers;
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_run(rig, 10);
    headers = rig_question(rig)->headers;
    assert_non_null(strstr(headers, "X-Key: key-of-k\n"));
    assert_non_null(strstr(headers, "accept: text/x\n"));
    assert_null(strstr(headers, "application/atom"));
    assert_non_null(strstr(headers, "Authorization: Bearer key-of-b\n"));
    assert_non_null(strstr(headers, "User-Agent: owl\n"));
    rig_free(rig);
}

/* ---- moves -------------------------------------------------------------- */

static void poll_follows_a_permanent_move_and_remembers_it(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 1),
                                      .url = "https://new.example/feed",
                                      .moved_for_good = 1});
    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_run(rig, 10);
    assert_true(rig_question(rig)->allow_private);
    rig_close(rig);
    rig_open(rig);
    rig_run(rig, 10);
    assert_string_equal(rig_question(rig)->url, "https://new.example/feed");
    assert_false(rig_question(rig)->allow_private); /* nobody wrote that one */
    rig_free(rig);
}

static void poll_move_that_would_carry_secrets_away_is_not_kept(void **state)
{
    struct rig *rig = open_feed("type: feed, url: https://a.example/feed, "
                                "auth: {bearer: {credential: b}}");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 1),
                                      .url = "https://evil.example/feed",
                                      .moved_for_good = 1});
    rig_open(rig);
    rig_run(rig, 6 * MINUTE);
    assert_string_equal(rig_question(rig)->url, "https://a.example/feed");
    rig_free(rig);
}

static void poll_temporary_redirect_is_not_kept(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 1),
                                      .url = "https://other.example/feed"});
    rig_open(rig);
    rig_run(rig, 2 * MINUTE);
    assert_string_equal(rig_question(rig)->url, "https://a.example/feed");
    rig_free(rig);
}

/* ---- trouble ------------------------------------------------------------ */

static void poll_failure_is_told_after_its_time_and_its_end_too(void **state)
{
    struct rig *rig = open_feed(
        "type: feed, url: https://a.example/feed, every: 1m, fails_after: 10m");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 503});
    rig_open(rig);
    rig_run(rig, 9 * MINUTE);
    assert_int_equal(rig->told_count, 0);
    assert_int_equal(rig_status(rig).mood, NJ_SOURCE_FAILING);
    rig_run(rig, 3 * MINUTE);
    assert_int_equal(rig->told_count, 1);
    assert_non_null(strstr(rig->told[0], "http 503, for 1"));
    assert_int_equal(rig_status(rig).mood, NJ_SOURCE_SICK);
    rig_says(rig, (struct rig_answer){.status = 200, .body = rig_feed(1, 1)});
    rig->answered = rig->answer_count - 1;
    rig_run(rig, 20 * MINUTE);
    assert_int_equal(rig->told_count, 2);
    assert_string_equal(rig->told[1], "");
    assert_int_equal(rig->post_count, 1);
    rig_free(rig);
}

static void poll_failure_backs_off_but_never_stops(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    size_t asked;
    (void)state;

    rig_says(rig, (struct rig_answer){.code = NJ_E_NET});
    rig_open(rig);
    rig_run(rig, 24 * HOUR);
    asked = rig->asked;
    assert_in_range(asked, 70, 110); /* about four an hour */
    rig_run(rig, 24 * HOUR);
    assert_true(rig->asked > asked + 70);
    assert_int_equal(rig->told_count, 1);
    assert_non_null(strstr(rig->told[0], "no route to host"));
    rig_free(rig);
}

static void poll_retry_after_is_kept(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig,
             (struct rig_answer){.status = 429, .retry_after_ms = 30 * MINUTE});
    rig_open(rig);
    rig_run(rig, 29 * MINUTE);
    assert_int_equal(rig->asked, 1);
    rig_run(rig, 6 * MINUTE);
    assert_int_equal(rig->asked, 2);
    rig_free(rig);
}

static void poll_gone_is_told_at_once_and_looked_at_daily(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 410});
    rig_open(rig);
    rig_run(rig, 10);
    assert_int_equal(rig->told_count, 1);
    assert_non_null(strstr(rig->told[0], "gone for good"));
    rig_run(rig, 23 * HOUR);
    assert_int_equal(rig->asked, 1);
    rig_run(rig, 3 * HOUR);
    assert_int_equal(rig->asked, 2);
    rig_free(rig);
}

static void poll_silence_is_told(void **state)
{
    struct rig *rig =
        open_feed("type: feed, url: https://a.example/feed, every: 1m, "
                  "silent_after: 3h");
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed xmlns='http://www.w3.org/2005/Atom'/>"});
    rig_open(rig);
    rig_run(rig, 3 * HOUR - 3 * MINUTE);
    assert_int_equal(rig->told_count, 0);
    rig_run(rig, 6 * MINUTE);
    assert_int_equal(rig->told_count, 1);
    assert_non_null(strstr(rig->told[0], "nothing new for"));
    assert_int_equal(rig_status(rig).mood, NJ_SOURCE_QUIET);
    rig_free(rig);
}

/* ---- news --------------------------------------------------------------- */

static void poll_first_read_of_an_empty_feed_saves_when_it_began(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed xmlns='http://www.w3.org/2005/Atom'/>"});
    rig_open(rig);
    rig_run(rig, 10);
    assert_non_null(rig->cursor);
    assert_non_null(strstr(rig->cursor, "\"since\""));
    assert_null(strstr(rig->cursor, "\"baseline\""));
    rig_run(rig, 10 * MINUTE);
    assert_int_equal(rig->batches, 1);
    rig_free(rig);
}

static void poll_first_read_is_silent_about_the_past(void **state)
{
    struct rig *rig = rig_make(feed_keys);
    (void)state;

    rig_run(rig, HOUR + 5 * MINUTE); /* backfill is an hour: since 18:05 */
    rig->env.started_ms = nj_loop_wall_ms(rig->loop);
    rig_says(rig, (struct rig_answer){.status = 200, .body = rig_feed(1, 10)});
    rig_says(rig, (struct rig_answer){.status = 200, .body = rig_feed(1, 12)});
    rig_open(rig);
    rig_run(rig, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(rig->posts[i].flags, i + 1 < 5 ? NJ_POST_SILENT : 0);
    }
    rig_run(rig, 2 * MINUTE);
    assert_int_equal(rig->post_count, 12);
    assert_int_equal(rig->posts[11].flags, 0);
    rig_free(rig);
}

static void poll_edited_post_comes_again_as_edited(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed><entry><id>1</id><title>t</title><content"
                              " type='html'>kind</content></entry></feed>"});
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed><entry><id>1</id><title>t</title><content "
                              " type='html'>kind&lt;img src='/p?1' width=1>"
                              "</content></entry></feed>"});
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "<feed><entry><id>1</id><title>t</title><content "
                              " type='html'>cruel</content></entry></feed>"});
    rig_open(rig);
    rig_run(rig, 5 * MINUTE);
    assert_int_equal(rig->post_count, 2);
    assert_string_equal(rig->posts[1].text, "cruel");
    assert_int_equal(rig->posts[1].flags & NJ_POST_EDITED, NJ_POST_EDITED);
    rig_free(rig);
}

static void poll_more_than_fit_come_at_once_without_conditions(void **state)
{
    struct rig *rig = open_feed("type: feed, url: https://a.example/feed, "
                                "every: 1h, max_items: 10");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = rig_feed(1, 55),
                                      .headers = "ETag: \"e\"\n"});
    rig_open(rig);
    rig_run(rig, MINUTE);
    assert_int_equal(rig->post_count, 55);
    assert_int_equal(rig->repeats, 0);
    assert_int_equal(rig->asked, 6);
    for (size_t i = 0; i < 55; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "p-%zu", i + 1);
        assert_string_equal(rig->posts[i].id, id);
    }
    for (size_t i = 0; i < 6; i++) {
        assert_null(strstr(rig->questions[i].headers, "If-None-Match"));
    }
    rig_free(rig);
}

static void poll_damaged_cursor_begins_anew_and_repeats_nothing(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200, .body = rig_feed(1, 3)});
    rig_open(rig);
    rig_run(rig, 10);
    rig_close(rig);
    free(rig->cursor);
    rig->cursor = strdup("{\"v\":99}");
    rig_open(rig);
    rig_run(rig, 10);
    assert_int_equal(rig->post_count, 3);
    assert_int_equal(rig->repeats, 3); /* the store recognised them */
    rig_free(rig);
}

static void poll_poll_now_does_not_wait(void **state)
{
    struct rig *rig =
        open_feed("type: feed, url: https://a.example/feed, every: 1d");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 304});
    rig_open(rig);
    rig_run(rig, 10);
    nj_source_poll_now(rig->source);
    rig_run(rig, 10);
    assert_int_equal(rig->asked, 2);
    rig_free(rig);
}

static void poll_close_gives_the_fetch_up(void **state)
{
    struct rig *rig = open_feed(feed_keys);
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 304});
    rig->web_holds = 1;
    rig_open(rig);
    rig_run(rig, 10);
    assert_non_null(rig->fetching);
    rig_close(rig);
    assert_null(rig->fetching);
    rig_free(rig);
}

static void poll_waiting_source_is_small(void **state)
{
    (void)state;
    assert_true(nj_poller_idle_bytes() <= 1024);
}

/* ---- JSON APIs ---------------------------------------------------------- */

static void json_pages_are_read_by_cursor_until_nothing_is_new(void **state)
{
    struct rig *rig = open_feed(
        "type: json, url: 'https://a.example/api?c={cursor}', every: 1h, list: "
        "/d, next: /next");
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"next\":\"c 2\",\"d\":[{\"id\":5,\"text\":"
                              "\"e\",\"date\":\"2026-01-05T18:05:00Z\"},"
                              "{\"id\":4,\"text\":\"d\",\"date\":"
                              "\"2026-01-05T18:04:00Z\"}]}"});
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"next\":\"c3\",\"d\":[{\"id\":3,\"text\":"
                              "\"c\",\"date\":\"2026-01-05T18:03:00Z\"},"
                              "{\"id\":2,\"text\":\"b\",\"date\":"
                              "\"2026-01-05T18:02:00Z\"}]}"});
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"next\":null,\"d\":[{\"id\":1,\"text\":"
                              "\"a\",\"date\":\"2026-01-05T18:01:00Z\"}]}"});
    rig_open(rig);
    rig_run(rig, MINUTE);
    assert_int_equal(rig->asked, 3);
    assert_string_equal(rig->questions[0].url, "https://a.example/api?");
    assert_string_equal(rig->questions[1].url, "https://a.example/api?c=c%202");
    assert_int_equal(rig->post_count, 5);
    rig->answered = 0;
    rig_run(rig, HOUR + 5 * MINUTE);
    assert_int_equal(rig->asked, 4); /* the first page brought nothing new */
    rig_free(rig);
}

static void json_kill_between_pages_goes_on_where_it_was(void **state)
{
    struct rig *rig = open_feed(
        "type: json, url: 'https://a.example/api?c={cursor}&since={since}', "
        "every: 1h, list: /d, next: /next");
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"next\":\"two\",\"d\":[{\"id\":5,\"text\":"
                              "\"e\",\"date\":\"2026-01-05T18:55:00Z\"},"
                              "{\"id\":4,\"text\":\"d\",\"date\":"
                              "\"2026-01-05T18:54:00Z\"}]}"});
    rig_says(rig, (struct rig_answer){.code = NJ_E_NET});
    rig_open(rig);
    rig->web_holds = 0;
    while (rig->takes == 0) {
        rig_run(rig, 1);
    }
    rig_close(rig);
    assert_int_equal(rig->post_count, 2);
    rig->answer_count = rig->answered = 0;
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"d\":[{\"id\":3,\"text\":\"c\",\"date\":"
                              "\"2026-01-05T18:53:00Z\"}]}"});
    rig_open(rig);
    rig_run(rig, 10);
    /* {since} has not moved past what the second page holds */
    assert_string_equal(rig_question(rig)->url,
                        "https://a.example/api?c=two&since="
                        "2026-01-05T18%3A00%3A00Z");
    assert_int_equal(rig->post_count, 3);
    rig_run(rig, HOUR + 5 * MINUTE);
    assert_non_null(strstr(rig_question(rig)->url, "since=2026-01-05T17%3A53"));
    rig_free(rig);
}

static void json_stale_cursor_begins_again(void **state)
{
    struct rig *rig = open_feed(
        "type: json, url: 'https://a.example/api?c={cursor}', every: 1m, list: "
        "/d, next: /next");
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .body = "{\"next\":\"two\",\"d\":[{\"id\":5,\"text\":"
                              "\"e\",\"date\":\"2026-01-05T18:55:00Z\"},"
                              "{\"id\":4,\"text\":\"d\",\"date\":"
                              "\"2026-01-05T18:54:00Z\"}]}"});
    rig_says(rig, (struct rig_answer){.status = 400});
    rig_open(rig);
    rig_run(rig, 10);
    assert_non_null(strstr(rig_question(rig)->url, "c=two"));
    rig_run(rig, 2 * MINUTE);
    assert_string_equal(rig_question(rig)->url, "https://a.example/api?");
    rig_free(rig);
}

static void json_rising_pages_are_read_to_the_end(void **state)
{
    struct rig *rig = open_feed(
        "type: json, url: 'https://a.example/api?p={page}', every: 1h, list: "
        "/d, next: page, max_pages: 2");
    (void)state;

    for (int i = 1; i <= 3; i++) {
        static char body[3][256];

        (void)snprintf(body[i - 1], sizeof body[0],
                       "{\"d\":[{\"id\":%d,\"text\":\"x\",\"date\":"
                       "\"2026-01-05T18:%02d:00Z\"},{\"id\":%d,\"text\":\"x\","
                       "\"date\":\"2026-01-05T18:%02d:00Z\"}]}",
                       2 * i, 2 * i, 2 * i + 1, 2 * i + 1);
        rig_says(rig, (struct rig_answer){.status = 200, .body = body[i - 1]});
    }
    rig_says(rig, (struct rig_answer){.status = 200, .body = "{\"d\":[]}"});
    rig_open(rig);
    rig_run(rig, MINUTE);
    assert_int_equal(rig->asked, 2); /* max_pages */
    assert_int_equal(rig->post_count, 4);
    rig_run(rig, HOUR + 5 * MINUTE);
    assert_int_equal(rig->asked, 4);
    assert_string_equal(rig->questions[2].url, "https://a.example/api?p=3");
    assert_int_equal(rig->post_count, 6);
    rig->answered = 0;
    rig_run(rig, HOUR + 5 * MINUTE); /* from the first page again */
    assert_string_equal(rig->questions[4].url, "https://a.example/api?p=1");
    rig_free(rig);
}

static void json_link_header_leads_on_but_not_to_another_host(void **state)
{
    struct rig *rig = open_feed("type: json, url: https://a.example/api, "
                                "every: 1h, next: link-header, fails_after: 0");
    (void)state;

    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .headers = "Link: </api?page=2>; rel=\"next\"\n",
                      .body = "[{\"id\":2,\"text\":\"b\",\"date\":"
                              "\"2026-01-05T18:02:00Z\"},{\"id\":1,\"text\":"
                              "\"a\",\"date\":\"2026-01-05T18:01:00Z\"}]"});
    rig_says(rig, (struct rig_answer){
                      .status = 200,
                      .headers = "Link: <https://evil.example/x>; rel=next\n",
                      .body = "[{\"id\":4,\"text\":\"b\",\"date\":"
                              "\"2026-01-05T18:04:00Z\"},{\"id\":3,\"text\":"
                              "\"a\",\"date\":\"2026-01-05T18:03:00Z\"}]"});
    rig_open(rig);
    rig_run(rig, MINUTE);
    assert_int_equal(rig->asked, 2);
    assert_string_equal(rig->questions[1].url, "https://a.example/api?page=2");
    assert_int_equal(rig->told_count, 1);
    assert_non_null(strstr(rig->told[0], "another host"));
    rig_free(rig);
}

static void json_used_up_limit_is_waited_for(void **state)
{
    struct rig *rig =
        open_feed("type: json, url: https://a.example/api, every: 1m");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .headers = "X-RateLimit-Remaining: 0\n"
                                                 "X-RateLimit-Reset: 1800\n",
                                      .body = "[]"});
    rig_open(rig);
    rig_run(rig, 29 * MINUTE);
    assert_int_equal(rig->asked, 1);
    rig_run(rig, 2 * MINUTE);
    assert_int_equal(rig->asked, 2);
    rig_free(rig);
}

static void json_history_without_dates_is_not_crawled(void **state)
{
    struct rig *rig = open_feed(
        "type: json, url: 'https://a.example/api?p={page}', next: page");
    (void)state;

    rig_says(rig, (struct rig_answer){.status = 200,
                                      .body = "[{\"id\":1,\"text\":\"a\"}]"});
    rig_open(rig);
    rig_run(rig, MINUTE);
    assert_int_equal(rig->asked, 1);
    assert_int_equal(rig->posts[0].flags, NJ_POST_SILENT);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poll_gives_validators_back_byte_for_byte),
        cmocka_unit_test(poll_validators_survive_a_restart),
        cmocka_unit_test(poll_asks_for_the_whole_after_a_failed_store),
        cmocka_unit_test(poll_torn_document_is_asked_for_whole_again),
        cmocka_unit_test(poll_sends_secrets_and_the_operators_headers),
        cmocka_unit_test(poll_follows_a_permanent_move_and_remembers_it),
        cmocka_unit_test(poll_move_that_would_carry_secrets_away_is_not_kept),
        cmocka_unit_test(poll_temporary_redirect_is_not_kept),
        cmocka_unit_test(poll_failure_is_told_after_its_time_and_its_end_too),
        cmocka_unit_test(poll_failure_backs_off_but_never_stops),
        cmocka_unit_test(poll_retry_after_is_kept),
        cmocka_unit_test(poll_gone_is_told_at_once_and_looked_at_daily),
        cmocka_unit_test(poll_silence_is_told),
        cmocka_unit_test(poll_first_read_of_an_empty_feed_saves_when_it_began),
        cmocka_unit_test(poll_first_read_is_silent_about_the_past),
        cmocka_unit_test(poll_edited_post_comes_again_as_edited),
        cmocka_unit_test(poll_more_than_fit_come_at_once_without_conditions),
        cmocka_unit_test(poll_damaged_cursor_begins_anew_and_repeats_nothing),
        cmocka_unit_test(poll_poll_now_does_not_wait),
        cmocka_unit_test(poll_close_gives_the_fetch_up),
        cmocka_unit_test(poll_waiting_source_is_small),
        cmocka_unit_test(json_pages_are_read_by_cursor_until_nothing_is_new),
        cmocka_unit_test(json_kill_between_pages_goes_on_where_it_was),
        cmocka_unit_test(json_stale_cursor_begins_again),
        cmocka_unit_test(json_rising_pages_are_read_to_the_end),
        cmocka_unit_test(json_link_header_leads_on_but_not_to_another_host),
        cmocka_unit_test(json_used_up_limit_is_waited_for),
        cmocka_unit_test(json_history_without_dates_is_not_crawled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
