/* Memory that runs out at any moment of a night: the watch refuses, or breaks
 * down and starts anew from the store; nobody sleeps through because of it. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
// link: -Wl,--wrap=nj_engine_score

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
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
    "policies:\n"
    "  night:\n"
    "    steps: [{page: [person/maya], wait: 5m},\n"
    "            {page: [person/tom], wait: 5m}]\n"
    "    last_resort: person/tom\n"
    "rules:\n"
    "  - {name: offensive, match: {place: [own-page], offensive: 0.6},\n"
    "     severity: critical, policy: night}\n";

static const char nasty[] = "You are all worthless idiots and I hate you";

enum { EVERY = 1 };

/* Whether memory ran out while the post itself was judged. */
static int judge_ran_out;

int __real_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out);
int __wrap_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out);

int __wrap_nj_engine_score(const struct nj_engine *engine,
                           struct nj_scratch *scratch,
                           const struct nj_score_input *in,
                           struct nj_arena *arena,
                           struct nj_score *out)
{
    int code = __real_nj_engine_score(engine, scratch, in, arena, out);

    if (code != 0 && in->text_len == sizeof nasty - 1) {
        judge_ran_out = 1;
    }
    return code;
}

static int ran_out(struct night *n, long k, void (*act)(struct night *n))
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

static void post_nasty(struct night *n)
{
    night_post(n, nasty);
}

/* The post could not be judged, and only then: everybody of the operators has
 * mail at once that somebody must look, and nobody is called for a rule that
 * nobody could weigh. */
static void assert_told_unjudged(struct night *n)
{
    assert_true(night_told(n, "alarm 1 A post could not be judged"));
    assert_int_equal(nj_watch_stats(n->watch).posts_unjudged, 1);
    night_pass(n, "6m");
    assert_string_equal(night_said(n), "23:00 maya email mail\n"
                                       "23:00 tom email mail\n");
}

/* The store itself ran out, and tried again until it worked: told, too. */
static int store_ran_out(const struct night *n)
{
    return night_told(n, "alarm 0 the store is in trouble: no memory");
}

/* It was judged: the policy climbs, from step to step. */
static void assert_called(struct night *n)
{
    assert_true(store_ran_out(n) || !night_told(n, "alarm"));
    assert_int_equal(nj_watch_stats(n->watch).posts_unjudged, 0);
    night_pass(n, "6m");
    assert_non_null(strstr(night_said(n), "23:05 tom email call\n"));
}

static void a_post_is_refused_or_wakes_somebody(void **state)
{
    int unjudged = 0;
    int out = 1;

    (void)state;
    for (long k = 1; out; k += EVERY) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 23:00");
        n.may_refuse = 1;
        judge_ran_out = 0;
        out = ran_out(&n, k, post_nasty);
        if (strcmp(night_state(&n, 1), "none") == 0) {
            n.posts = 0; /* refused, or lost before it was durable: its source
                            hands the same post over again */
            night_post(&n, nasty);
        }
        assert_string_equal(night_state(&n, 1), "open");
        assert_true(store_ran_out(&n) ||
                    strcmp(night_state(&n, 2), "none") == 0);
        unjudged += judge_ran_out;
        if (judge_ran_out) {
            assert_told_unjudged(&n);
        } else {
            assert_called(&n);
        }
        night_close(&n);
    }
    assert_true(unjudged > 0); /* and that is a way it can go */
}

static void pass_six_minutes(struct night *n)
{
    night_pass(n, "6m");
}

static void a_step_is_taken_whatever_runs_out(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k += EVERY) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 23:00");
        night_post(&n, nasty);
        out = ran_out(&n, k, pass_six_minutes);
        night_pass(&n, "1m");
        assert_non_null(strstr(night_said(&n), "tom email call"));
        night_close(&n);
    }
}

/* A channel that refuses is an alarm, at the latest when it refuses again. */
static void a_dead_channel_is_told_whatever_runs_out(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k += EVERY) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 23:00");
        n.may_refuse = 1;
        n.failing = NJ_E_REFUSED;
        out = ran_out(&n, k, post_nasty);
        night_post(&n, nasty);
        night_post(&n, "Morons and scum, every single one of your crew");
        assert_true(night_told(&n, "alarm "));
        assert_non_null(
            strstr(nj_buf_text(&n.story),
                   "Channel email does not work: the line is dead"));
        n.failing = 0;
        night_close(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_is_refused_or_wakes_somebody),
        cmocka_unit_test(a_step_is_taken_whatever_runs_out),
        cmocka_unit_test(a_dead_channel_is_told_whatever_runs_out),
    };

    nj_log_open(NJ_LOG_ERROR, NULL, NULL);
    return cmocka_run_group_tests_name("nights without memory", tests, NULL,
                                       NULL);
}
