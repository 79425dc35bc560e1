#include "triage/triage.h"

#include <string.h>

#include "triage/match.h"

enum nj_reach nj_triage_reach(const struct nj_rule *rule,
                              int in_hours,
                              const char **out_target)
{
    const char *target = NULL;
    enum nj_reach reach = NJ_REACH_TEAM;

    if (!in_hours || rule->always) {
        target = rule->policy;
        reach = target == NULL ? NJ_REACH_NOBODY : NJ_REACH_POLICY;
    } else if (rule->in_hours != NULL) {
        target = rule->in_hours;
        reach = rule->in_hours_is_policy ? NJ_REACH_POLICY : NJ_REACH_CHANNEL;
    }
    if (out_target != NULL) {
        *out_target = target;
    }
    return reach;
}

/* Put RULE behind those that are as severe or more; the last falls off. */
static void add_rule(struct nj_verdict *out, const struct nj_rule *rule)
{
    size_t i = out->rule_count;

    if (i == NJ_VERDICT_RULES) {
        if (out->rules[i - 1]->severity >= rule->severity) {
            return;
        }
        i--;
    } else {
        out->rule_count++;
    }
    for (; i > 0 && out->rules[i - 1]->severity < rule->severity; i--) {
        out->rules[i] = out->rules[i - 1];
    }
    out->rules[i] = rule;
}

/* Take the target of the rule that reaches furthest. */
static void route(struct nj_verdict *out, int in_hours, int silent)
{
    out->reach = NJ_REACH_NOBODY;
    out->routes = out->names;
    for (size_t i = 0; i < out->rule_count && !silent; i++) {
        const char *target = NULL;
        enum nj_reach reach = nj_triage_reach(out->rules[i], in_hours, &target);

        if (reach > out->reach) {
            out->reach = reach;
            out->routes = out->rules[i];
            out->policy = reach == NJ_REACH_POLICY ? target : NULL;
            out->channel = reach == NJ_REACH_CHANNEL ? target : NULL;
        }
    }
}

size_t nj_triage(const struct nj_plan *plan,
                 const struct nj_post *post,
                 const struct nj_score *score,
                 int in_hours,
                 struct nj_verdict *out)
{
    const struct nj_brand *brand;

    memset(out, 0, sizeof *out);
    if ((post->flags & NJ_POST_DELETED) != 0) {
        return 0;
    }
    for (size_t i = 0; i < plan->rule_count; i++) {
        if (nj_match_holds(&plan->rules[i].match, post, score)) {
            add_rule(out, &plan->rules[i]);
        }
    }
    if (out->rule_count == 0) {
        return 0;
    }
    out->names = out->rules[0];
    out->severity = out->names->severity;
    route(out, in_hours, (post->flags & NJ_POST_SILENT) != 0);
    out->team = out->routes->team;
    if (out->team == NULL) {
        brand = nj_plan_brand(plan, post->brand);
        out->team = brand == NULL ? NULL : brand->team;
    }
    return out->rule_count;
}
