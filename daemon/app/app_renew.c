/* A plan made anew of the same settings, because the world has moved on. */

#include <stdlib.h>

#include "app/inside.h"
#include "base/log.h"

#define PLAN_AGE_MS (INT64_C(30) * 86400000)

enum { TOLD_BYTES = 4096 };

static const char *stale_zone(const struct nj_plan *plan)
{
    for (size_t i = 0; i < plan->zone_count; i++) {
        if (nj_zone_is_stale(plan->zones[i])) {
            return nj_zone_name(plan->zones[i]);
        }
    }
    return NULL;
}

static void take_plan(struct nj_app *app, struct nj_plan *plan)
{
    struct nj_plan *old = app->plan;

    app->plan = plan;
    if (nj_app_people(app) != 0) {
        nj_log_error("no memory: the desk goes on with the old plan");
        return; /* which therefore must stay */
    }
    nj_plan_finish(old);
    free(old);
}

/* *REFUSED (may be NULL): set when something is wrong that is no error. */
static int
make_plan(struct nj_app *app, const int *refused, struct nj_problems *problems)
{
    struct nj_plan *plan = calloc(1, sizeof *plan);
    struct nj_shelf shelf = nj_app_shelf(app);
    int code = NJ_E_NOMEM;

    if (plan != NULL) {
        code = nj_plan_build_with(app->settings, &app->names,
                                  nj_loop_wall_ms(app->loop), &shelf, plan,
                                  problems);
    }
    if (code == 0 && refused != NULL && *refused) {
        code = NJ_E_INVALID;
    }
    if (code == 0) {
        code = nj_watch_replan(app->watch, plan, app->engine);
    }
    if (code == 0) {
        take_plan(app, plan);
        nj_app_tell_notes(app);
        return 0;
    }
    if (plan != NULL) {
        nj_plan_finish(plan);
    }
    free(plan);
    return code;
}

static void tell_failure(struct nj_app *app, struct nj_problems *problems)
{
    struct nj_buf text;

    nj_buf_init(&text, TOLD_BYTES);
    (void)nj_buf_adds(&text, "The time zones or calendars of this machine have "
                             "changed and cannot be read. People are paged by "
                             "the old ones until they can: ");
    nj_problems_print(problems, &text);
    nj_watch_alarm(app->watch, "plan", NJ_LEVEL_HIGH,
                   "Time zones or calendars cannot be read",
                   nj_buf_text(&text));
    nj_buf_finish(&text);
}

void nj_app_renew_plan(struct nj_app *app)
{
    const char *zone = stale_zone(app->plan);
    int64_t now_ms = nj_loop_wall_ms(app->loop);
    struct nj_problems problems;

    if (zone == NULL && now_ms - app->planned_ms < PLAN_AGE_MS) {
        return;
    }
    nj_problems_init(&problems);
    if (zone != NULL) {
        nj_log_notice("time zone %s is another one on this machine now: rotas "
                      "and hours are made anew",
                      zone);
    }
    if (make_plan(app, NULL, &problems) == 0) {
        app->planned_ms = now_ms;
        nj_watch_over(app->watch, "plan", "they can be read again");
    } else {
        tell_failure(app, &problems);
    }
    nj_problems_finish(&problems);
}

int nj_app_replan(struct nj_app *app, const int *refused)
{
    struct nj_problems problems;
    int code;

    nj_problems_init(&problems);
    code = make_plan(app, refused, &problems);
    nj_problems_finish(&problems);
    if (code == 0) {
        app->planned_ms = nj_loop_wall_ms(app->loop);
    }
    return code;
}
