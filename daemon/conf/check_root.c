/* Checks that need to see the whole file. */

#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "conf/build.h"
#include "conf/check.h"

/* Tell of children of LIST whose KEY says the same as an earlier one's. */
static void check_different(const struct nj_node *list,
                            const char *key,
                            const char *what,
                            struct nj_problems *problems)
{
    struct nj_map seen = {0};
    const struct nj_node *n = nj_node_first(list);

    for (; n != NULL; n = nj_node_next(n)) {
        const struct nj_node *node = nj_node_get(n, key);
        const char *text = nj_node_text(node);
        const struct nj_node *before =
            text == NULL ? NULL : nj_map_get(&seen, text);
        int code;

        if (before != NULL) {
            nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                          "%s: '%s' stands twice, the first is on line %d; %s",
                          key, text, nj_node_line(before), what);
            continue;
        }
        code =
            text == NULL ? 0 : nj_map_put(&seen, text, (void *)(uintptr_t)node);
        if (code != 0) {
            problems->status = code;
            break;
        }
    }
    nj_map_finish(&seen);
}

static void check_rule(const struct nj_settings *settings,
                       const struct nj_node *rule,
                       struct nj_problems *problems)
{
    const struct nj_node *policies = nj_node_get(settings->root, "policies");
    const char *name = nj_node_text(nj_node_get(rule, "name"));

    if (!rule->broken && nj_node_get(rule, "policy") == NULL) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, rule,
                      "rules: 'policy' is missing; there are several, so "
                      "write which, for example `policy: %s`",
                      nj_node_name(nj_node_first(policies)));
    }
    if (name != NULL && strlen(name) > NJ_LIMIT_NAME_BYTES) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, nj_node_get(rule, "name"),
                      "name: a rule's name has at most %d bytes, since it "
                      "stands in every page",
                      NJ_LIMIT_NAME_BYTES);
    }
}

static void check_policies(const struct nj_settings *settings,
                           const struct nj_node *rules,
                           struct nj_problems *problems)
{
    const struct nj_node *policies = nj_node_get(settings->root, "policies");

    if (!nj_node_written(rules) && nj_node_count(policies) > 1) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, policies,
                      "policies: there are several and no `rules:`, which "
                      "say when to follow which; write them");
        return;
    }
    for (const struct nj_node *n = nj_node_first(rules); n != NULL;
         n = nj_node_next(n)) {
        check_rule(settings, n, problems);
    }
}

static void warn_empty(const struct nj_node *section,
                       const char *so,
                       struct nj_problems *problems)
{
    if (nj_node_first(section) == NULL) {
        nj_problem_at(problems, NJ_PROBLEM_WARNING,
                      nj_node_written(section) ? section : NULL,
                      "%s: there are none, so %s; nightjar.yaml(5) begins "
                      "with the shortest file that works",
                      section->name, so);
    }
}

void nj_check_root(const struct nj_settings *settings,
                   const struct nj_node *node,
                   struct nj_problems *problems)
{
    const struct nj_node *rules = nj_node_get(node, "rules");
    const struct nj_node *people = nj_node_get(node, "people");

    check_policies(settings, rules, problems);
    check_different(rules, "name", "give this rule a name of its own",
                    problems);
    check_different(people, "login", "a login is one person", problems);
    if (problems->errors == 0) {
        warn_empty(people, "nobody will be paged", problems);
        warn_empty(nj_node_get(node, "sources"), "nothing will be read",
                   problems);
    }
}
