/* Rules to verdicts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "triage/triage.h"

enum { OUT_OF_HOURS = 0, IN_HOURS = 1 };

static struct nj_rule rules[64];
static const struct nj_brand brands[] = {{.name = "acme", .team = "social"}};
static struct nj_plan plan;
static struct nj_post post;
static struct nj_score score;
static struct nj_verdict verdict;

static int enter(void **state)
{
    (void)state;
    memset(rules, 0, sizeof rules);
    plan = (struct nj_plan){.rules = rules, .brands = brands, .brand_count = 1};
    post = (struct nj_post){
        .source = "s", .brand = "acme", .text = "x", .followers = -1};
    score = (struct nj_score){.judged = 1, .offensive = 0.9F};
    return 0;
}

static struct nj_rule *
rule(const char *name, enum nj_level severity, const char *policy)
{
    struct nj_rule *r = &rules[plan.rule_count++];

    *r = (struct nj_rule){.name = name, .severity = severity, .policy = policy};
    r->match.offensive = r->match.urgent = -1;
    r->match.level = -1;
    r->match.followers = -1;
    for (int i = 0; i < NJ_LABELS; i++) {
        r->match.labels[i] = -1;
    }
    return r;
}

static size_t triage(int in_hours)
{
    size_t n = nj_triage(&plan, &post, &score, in_hours, &verdict);

    assert_int_equal(n, verdict.rule_count);
    return n;
}

static void no_rule_no_trouble(void **state)
{
    (void)state;
    assert_int_equal(triage(OUT_OF_HOURS), 0);
    rule("a", NJ_LEVEL_HIGH, "night")->match.offensive = 0.95F;
    assert_int_equal(triage(OUT_OF_HOURS), 0);
    assert_null(verdict.names);
    assert_int_equal(verdict.reach, NJ_REACH_NOBODY);
}

static void a_deleted_post_is_no_trouble(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night");
    post.flags = NJ_POST_DELETED;
    assert_int_equal(triage(OUT_OF_HOURS), 0);
}

static void a_silent_post_reaches_nobody(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_CRITICAL, "night")->always = 1;
    post.flags = NJ_POST_SILENT;
    assert_int_equal(triage(OUT_OF_HOURS), 1);
    assert_int_equal(verdict.reach, NJ_REACH_NOBODY);
    assert_null(verdict.policy);
    assert_ptr_equal(verdict.names, &rules[0]);
    assert_int_equal(verdict.severity, NJ_LEVEL_CRITICAL);
}

static void the_most_severe_names_the_alert(void **state)
{
    (void)state;
    rule("low", NJ_LEVEL_LOW, "night");
    rule("critical", NJ_LEVEL_CRITICAL, "night");
    rule("high", NJ_LEVEL_HIGH, "night");
    assert_int_equal(triage(OUT_OF_HOURS), 3);
    assert_string_equal(verdict.names->name, "critical");
    assert_string_equal(verdict.rules[1]->name, "high");
    assert_string_equal(verdict.rules[2]->name, "low");
}

static void the_first_in_order_wins_ties(void **state)
{
    (void)state;
    rule("first", NJ_LEVEL_HIGH, "one");
    rule("second", NJ_LEVEL_HIGH, "two");
    (void)triage(OUT_OF_HOURS);
    assert_string_equal(verdict.names->name, "first");
    assert_string_equal(verdict.policy, "one");
}

static void out_of_hours_the_policy_is_paged(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night")->in_hours = "desk";
    (void)triage(OUT_OF_HOURS);
    assert_int_equal(verdict.reach, NJ_REACH_POLICY);
    assert_string_equal(verdict.policy, "night");
    assert_null(verdict.channel);
}

static void a_rule_without_policy_reaches_nobody_at_night(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, NULL);
    (void)triage(OUT_OF_HOURS);
    assert_int_equal(verdict.reach, NJ_REACH_NOBODY);
    assert_ptr_equal(verdict.routes, &rules[0]);
}

static void in_hours_the_team_gets_mail(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night");
    (void)triage(IN_HOURS);
    assert_int_equal(verdict.reach, NJ_REACH_TEAM);
    assert_string_equal(verdict.team, "social");
    assert_null(verdict.policy);
}

static void in_hours_a_channel_or_policy_may_be_named(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night")->in_hours = "desk";
    (void)triage(IN_HOURS);
    assert_int_equal(verdict.reach, NJ_REACH_CHANNEL);
    assert_string_equal(verdict.channel, "desk");
    assert_null(verdict.policy);
    rules[0].in_hours_is_policy = 1;
    (void)triage(IN_HOURS);
    assert_int_equal(verdict.reach, NJ_REACH_POLICY);
    assert_string_equal(verdict.policy, "desk");
    assert_null(verdict.channel);
}

static void always_pages_at_any_hour(void **state)
{
    struct nj_rule *r;

    (void)state;
    r = rule("a", NJ_LEVEL_HIGH, "night");
    r->in_hours = "desk";
    r->always = 1;
    (void)triage(IN_HOURS);
    assert_string_equal(verdict.policy, "night");
}

static void no_rule_silences_another(void **state)
{
    struct nj_rule *urgent;

    (void)state;
    rule("critical by day only", NJ_LEVEL_CRITICAL, NULL)->in_hours = "desk";
    urgent = rule("urgent", NJ_LEVEL_HIGH, "night");
    urgent->always = 1;
    urgent->team = "care";
    (void)triage(IN_HOURS);
    assert_string_equal(verdict.names->name, "critical by day only");
    assert_int_equal(verdict.severity, NJ_LEVEL_CRITICAL);
    assert_int_equal(verdict.reach, NJ_REACH_POLICY);
    assert_string_equal(verdict.policy, "night");
    assert_ptr_equal(verdict.routes, urgent);
    assert_string_equal(verdict.team, "care");
    assert_null(verdict.channel);
}

static void the_team_is_the_rules_or_the_brands(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night");
    (void)triage(OUT_OF_HOURS);
    assert_string_equal(verdict.team, "social");
    rules[0].team = "care";
    (void)triage(OUT_OF_HOURS);
    assert_string_equal(verdict.team, "care");
    rules[0].team = NULL;
    post.brand = "unknown";
    (void)triage(OUT_OF_HOURS);
    assert_null(verdict.team);
}

static void the_brands_own_posts_are_judged_like_others(void **state)
{
    (void)state;
    rule("a", NJ_LEVEL_HIGH, "night");
    post.place = NJ_PLACE_OWN_POST;
    assert_int_equal(triage(OUT_OF_HOURS), 1);
}

static void of_too_many_rules_the_least_severe_are_left_out(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        rule("low", NJ_LEVEL_LOW, NULL);
    }
    rule("critical", NJ_LEVEL_CRITICAL, "night");
    assert_int_equal(triage(OUT_OF_HOURS), NJ_VERDICT_RULES);
    assert_string_equal(verdict.names->name, "critical");
    assert_ptr_equal(verdict.rules[1], &rules[0]);
    assert_ptr_equal(verdict.rules[NJ_VERDICT_RULES - 1],
                     &rules[NJ_VERDICT_RULES - 2]);
}

#define T(name) cmocka_unit_test_setup(name, enter)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(no_rule_no_trouble),
        T(a_deleted_post_is_no_trouble),
        T(a_silent_post_reaches_nobody),
        T(the_most_severe_names_the_alert),
        T(the_first_in_order_wins_ties),
        T(out_of_hours_the_policy_is_paged),
        T(a_rule_without_policy_reaches_nobody_at_night),
        T(in_hours_the_team_gets_mail),
        T(in_hours_a_channel_or_policy_may_be_named),
        T(always_pages_at_any_hour),
        T(no_rule_silences_another),
        T(the_team_is_the_rules_or_the_brands),
        T(the_brands_own_posts_are_judged_like_others),
        T(of_too_many_rules_the_least_severe_are_left_out),
    };

    return cmocka_run_group_tests_name("triage", tests, NULL, NULL);
}
