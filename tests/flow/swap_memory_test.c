/* Memory that runs out while shifts change hands: both halves of a swap, or
 * none; a cover that was confirmed is one; nothing leaks, nothing is half. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"
#include "unit/failing.h"

#define PERSON(name)                                                           \
    "  " name ": {email: " name "@example.org, rules: {critical: [email]}}\n"

static const char house[] =
    "daemon: {ops: {advice: false}}\n"
    "brands:\n"
    "  acme: {title: Acme Air, timezone: Europe/London, team: social}\n"
    "people:\n" PERSON("maya") PERSON(
        "tom") "teams:\n"
               "  social: {people: [maya], owner: maya}\n"
               "channels:\n"
               "  email: {type: smtp, url: 'smtp://127.0.0.1', from: "
               "n@example.org}\n"
               "schedules:\n"
               "  s: {timezone: Europe/London, layers: [{rotate: daily,\n"
               "      starts: 2026-02-02 18:00, people: [maya, tom]}]}\n";

static int status; /* of the last command; 77: it was not even begun */

static void on_replied(struct nj_command_req *req,
                       int code,
                       const char *json,
                       const char *text)
{
    (void)req;
    (void)json;
    (void)text;
    status = code;
}

/* Run C; memory may run out on the way, at the K-th allocation from now (0:
 * never). Returns whether it did. */
static int run(struct night *n, const struct nj_command *c, long k)
{
    struct nj_command_sink sink = nj_watch_commands(n->watch);
    struct nj_command_req req = {.command = *c, .done = on_replied};
    int out;

    status = 77;
    if (k > 0) {
        fail_from(k);
    }
    if (sink.run(sink.ctx, &req) == 0) {
        night_pass(n, "2s"); /* the store tries again until it works */
    }
    out = k > 0 ? failed() : 0;
    if (n->broken) {
        night_restart(n);
    }
    night_pass(n, "2s");
    return out;
}

/* Who is on call at 20:00 on 2 and 3 February: "maya tom". */
static const char *two_nights(struct night *n)
{
    static char text[80];
    size_t len = 0;

    for (int day = 2; day <= 3; day++) {
        struct nj_command c = {.verb = "oncall", .actor = "maya"};
        const char *people;
        char date[32];

        (void)snprintf(date, sizeof date, "2026-02-%02d 20:00", day);
        assert_int_equal(nj_time_read(NULL, date, NJ_FOLD_FIRST, &c.from_ms),
                         0);
        assert_int_equal(night_command(n, &c), 0);
        people = strstr(nj_buf_text(&n->reply), "\"people\":[\"");
        people = people == NULL ? "-\"" : people + strlen("\"people\":[\"");
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s",
                                day == 2 ? "" : " ", (int)strcspn(people, "\""),
                                people);
    }
    return text;
}

static const struct nj_command propose = {.verb = "swap",
                                          .actor = "maya",
                                          .person = "tom",
                                          .give = "2026-02-02",
                                          .take = "2026-02-03"};
static const struct nj_command accept_it = {
    .verb = "swap accept", .actor = "tom", .id = 1};

static void a_yes_moves_both_halves_or_none(void **state)
{
    int out = 1;
    int moved = 0;
    int kept = 0;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;
        char nights[80];

        night_open(&n, house, "2026-02-01 12:00");
        (void)run(&n, &propose, 0);
        assert_int_equal(status, 0);
        out = run(&n, &accept_it, k);
        (void)snprintf(nights, sizeof nights, "%s", two_nights(&n));
        if (strcmp(nights, "tom maya") == 0) {
            moved++;
        } else {
            assert_string_equal(nights, "maya tom");
            assert_int_not_equal(status, 0); /* nobody was told otherwise */
            kept++;
        }
        night_restart(&n); /* and the disk has it as memory had */
        assert_string_equal(two_nights(&n), nights);
        night_close(&n);
    }
    assert_true(moved > 0);
    assert_true(kept > 0);
}

static void a_proposal_is_kept_or_refused(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;

        night_open(&n, house, "2026-02-01 12:00");
        out = run(&n, &propose, k);
        if (status == 0) {
            (void)run(&n, &accept_it, 0);
            assert_int_equal(status, 0);
            assert_string_equal(two_nights(&n), "tom maya");
        } else {
            assert_string_equal(two_nights(&n), "maya tom");
        }
        night_close(&n);
    }
}

static void a_cover_that_is_confirmed_is_one(void **state)
{
    const struct nj_command cover = {
        .verb = "cover", .actor = "tom", .for_ms = 3600000};
    int out = 1;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;

        night_open(&n, house, "2026-02-02 19:30");
        out = run(&n, &cover, k);
        if (status == 0) {
            assert_string_equal(two_nights(&n), "tom tom");
            night_restart(&n);
            assert_string_equal(two_nights(&n), "tom tom");
        }
        night_close(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_yes_moves_both_halves_or_none),
        cmocka_unit_test(a_proposal_is_kept_or_refused),
        cmocka_unit_test(a_cover_that_is_confirmed_is_one),
    };

    return cmocka_run_group_tests_name("swaps without memory", tests, NULL,
                                       NULL);
}
