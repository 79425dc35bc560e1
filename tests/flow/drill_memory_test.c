/* Memory that runs out while a drill begins or ends, or while duty changes
 * hands: it is refused, or done in the end, and never half. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "flow/night.h"
#include "unit/failing.h"

static const char yaml[] =
    "brands:\n"
    "  acme: {timezone: Europe/London, team: social}\n"
    "people:\n"
    "  maya: {email: maya@example.org, rules: {critical: [email]}}\n"
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom]}\n"
    "schedules:\n"
    "  s: {timezone: Europe/London, layers: [{rotate: daily,\n"
    "      starts: 2026-02-02 18:00, people: [maya, tom]}]}\n"
    "policies:\n"
    "  night:\n"
    "    steps: [{page: [schedule/s], wait: 5m}]\n"
    "    last_resort: person/tom\n";

static void on_done(struct nj_command_req *req,
                    int status,
                    const char *json,
                    const char *text)
{
    (void)json;
    (void)text;
    *(int *)req->ctx = status;
}

/* Run COMMAND, which may be refused without an answer. */
static void run(struct night *n, struct nj_command *command)
{
    static int status; /* the answer may come as late as the store works */
    static struct nj_command_req req;
    struct nj_command_sink sink = nj_watch_commands(n->watch);

    req = (struct nj_command_req){
        .command = *command, .done = on_done, .ctx = &status};

    if (sink.run(sink.ctx, &req) == 0) {
        nj_loop_run_virtual(n->loop, night_now(n));
    }
}

static void begin_drill(struct night *n)
{
    struct nj_command command = {
        .verb = "drill", .actor = "maya", .policy = "night"};

    run(n, &command);
}

static void end_drill(struct night *n)
{
    static const int64_t id = 1;
    struct nj_command command = {
        .verb = "resolve", .actor = "tom", .ids = &id, .id_count = 1};

    run(n, &command);
    night_pass(n, "1s");
}

static void pass_a_minute(struct night *n)
{
    night_pass(n, "1m");
}

/* ACT with its K-th allocation failing; whether one did. */
static int run_out(struct night *n, long k, void (*act)(struct night *n))
{
    int out;

    fail_from(k);
    act(n);
    out = failed();
    if (n->broken) {
        night_restart(n);
    }
    return out;
}

static int times_told(const struct night *n, const char *words)
{
    int count = 0;

    for (const char *at = nj_buf_text(&n->story);
         (at = strstr(at, words)) != NULL; at++) {
        count++;
    }
    return count;
}

static void a_drill_is_refused_or_begins_whole(void **state)
{
    int out = 1;
    int refused = 0;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 12:00");
        out = run_out(&n, k, begin_drill);
        if (strcmp(night_state(&n, 1), "none") == 0) {
            refused++;
            assert_null(strstr(night_said(&n), " call"));
        } else {
            night_pass(&n, "1h");
            assert_non_null(strstr(night_said(&n), "12:05 tom email call\n"));
            assert_string_equal(night_state(&n, 1), "resolved");
            assert_int_equal(times_told(&n, "report 1 "), 1);
        }
        night_close(&n);
    }
    assert_true(refused > 0);
}

static void a_drill_ends_and_is_reported_whatever_runs_out(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 12:00");
        begin_drill(&n);
        out = run_out(&n, k, end_drill);
        night_pass(&n, "1h");
        assert_string_equal(night_state(&n, 1), "resolved");
        assert_int_equal(times_told(&n, "report 1 "), 1);
        night_close(&n);
    }
}

static void hands_are_changed_with_a_word_whatever_runs_out(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k++) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 17:58");
        night_pass(&n, "1m");
        (void)night_said(&n);
        out = run_out(&n, k, pass_a_minute);
        night_pass(&n, "2h");
        assert_int_equal(times_told(&n, "handover 0 "), 1);
        night_close(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drill_is_refused_or_begins_whole),
        cmocka_unit_test(a_drill_ends_and_is_reported_whatever_runs_out),
        cmocka_unit_test(hands_are_changed_with_a_word_whatever_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
