/* `nightjar check` and `nightjard --check`: all that is wrong with a file, at
 * once. */

#include <time.h>

#include "app/inside.h"

static int64_t system_wall_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether something at or below NODE was refused. */
static int has_broken(const struct nj_node *node)
{
    if (nj_node_broken(node)) {
        return 1;
    }
    for (const struct nj_node *child = nj_node_first(node); child != NULL;
         child = nj_node_next(child)) {
        if (has_broken(child)) {
            return 1;
        }
    }
    return 0;
}

/* The file has errors: what else is wrong is told with them. */
static int examine(const struct nj_settings *settings,
                   int64_t now_ms,
                   struct nj_problems *problems)
{
    int code = nj_plan_examine(settings, now_ms, problems);

    if (code == 0 && !has_broken(nj_settings_at(settings, "scoring"))) {
        code = nj_app_check_signs(settings, problems);
    }
    return code == NJ_E_NOMEM ? code : NJ_E_INVALID;
}

/* The file reads well: what only the plan shows. */
static int plan_and_warn(const struct nj_settings *settings,
                         int64_t now_ms,
                         struct nj_problems *problems)
{
    struct nj_names names = {0};
    struct nj_plan plan = {0};
    int code = nj_plan_build(settings, &names, now_ms, &plan, problems);
    int signs = nj_app_check_signs(settings, problems);

    code = code != 0 ? code : signs;
    if (code == 0) {
        code = nj_plan_warn(settings, &plan, now_ms, problems);
    }
    nj_plan_finish(&plan);
    nj_names_finish(&names);
    return code;
}

int nj_app_check(const char *config,
                 int64_t now_ms,
                 struct nj_problems *problems)
{
    struct nj_settings *settings = NULL;
    int64_t now = now_ms == 0 ? system_wall_ms() : now_ms;
    int code =
        nj_settings_examine(config, &nj_secrets_offline, &settings, problems);

    if (code == 0) {
        code = plan_and_warn(settings, now, problems);
    } else if (settings != NULL) {
        code = examine(settings, now, problems);
    }
    nj_settings_destroy(settings);
    return code;
}
