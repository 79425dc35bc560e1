/* What a good colleague would say before the night shows it, at its line of the
 * file: oncall/advice.h. */

#include "app/plan.h"
#include "oncall/advice.h"

struct warning {
    const struct nj_settings *settings;
    struct nj_problems *problems;
};

static void on_advice(void *ctx, const struct nj_advice *advice)
{
    static const enum nj_ref refs[] = {[NJ_ABOUT_SCHEDULE] = NJ_REF_SCHEDULE,
                                       [NJ_ABOUT_PERSON] = NJ_REF_PERSON,
                                       [NJ_ABOUT_POLICY] = NJ_REF_POLICY};
    struct warning *w = ctx;

    nj_problem_at(
        w->problems, NJ_PROBLEM_WARNING,
        nj_settings_find(w->settings, refs[advice->about], advice->name), "%s",
        advice->text);
}

int nj_plan_warn(const struct nj_settings *settings,
                 const struct nj_plan *plan,
                 int64_t now_ms,
                 struct nj_problems *problems)
{
    struct warning w = {settings, problems};

    return nj_advise(plan, NULL, 0, now_ms, on_advice, &w);
}
