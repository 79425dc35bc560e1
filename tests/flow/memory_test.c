/* Memory that runs out at any moment of a night: the watch refuses, or breaks
 * down and starts anew from the store; nobody sleeps through because of it. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

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

static void a_post_is_refused_or_wakes_somebody(void **state)
{
    int out = 1;

    (void)state;
    for (long k = 1; out; k += EVERY) {
        struct night n;

        night_open(&n, yaml, "2026-02-03 23:00");
        n.may_refuse = 1;
        out = ran_out(&n, k, post_nasty);
        if (strcmp(night_state(&n, 1), "none") == 0) {
            n.posts = 0; /* refused, or lost before it was durable: its source
                            hands the same post over again */
            night_post(&n, nasty);
        }
        assert_string_equal(night_state(&n, 1), "open");
        assert_string_equal(night_state(&n, 2), "none");
        night_pass(&n, "6m");
        /* a call by the policy, or mail that it could not be judged */
        assert_non_null(strstr(night_said(&n), "tom email "));
        night_close(&n);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_is_refused_or_wakes_somebody),
        cmocka_unit_test(a_step_is_taken_whatever_runs_out),
    };

    nj_log_open(NJ_LOG_ERROR, NULL, NULL);
    return cmocka_run_group_tests_name("nights without memory", tests, NULL,
                                       NULL);
}
