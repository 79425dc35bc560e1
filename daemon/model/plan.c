#include "model/plan.h"

#include <stdlib.h>

#include "base/str.h"

#define FIND(function, record, array, count, field)                            \
    const struct record *function(const struct nj_plan *plan,                  \
                                  const char *name)                            \
    {                                                                          \
        for (size_t i = 0; name != NULL && i < plan->count; i++) {             \
            if (nj_str_eq(plan->array[i].field, name)) {                       \
                return &plan->array[i];                                        \
            }                                                                  \
        }                                                                      \
        return NULL;                                                           \
    }

FIND(nj_plan_brand, nj_brand, brands, brand_count, name)
FIND(nj_plan_person, nj_person, people, people_count, name)
FIND(nj_plan_login, nj_person, people, people_count, login)
FIND(nj_plan_team, nj_team, teams, team_count, name)
FIND(nj_plan_schedule, nj_schedule, schedules, schedule_count, name)
FIND(nj_plan_policy, nj_policy, policies, policy_count, name)
FIND(nj_plan_rule, nj_rule, rules, rule_count, name)

#undef FIND

void nj_plan_finish(struct nj_plan *plan)
{
    for (size_t i = 0; i < plan->zone_count; i++) {
        nj_zone_destroy(plan->zones[i]);
    }
    free(plan->zones);
    nj_arena_finish(&plan->arena);
    *plan = (struct nj_plan){0};
}
