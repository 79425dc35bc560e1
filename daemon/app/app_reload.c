/* Reload: read, check and build everything new; only when all of it is good,
 * exchange it for the old. */

#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "conf/show.h"

enum { DIFF_BYTES = 1 << 20 };

struct fresh {
    struct nj_settings *settings;
    struct nj_plan *plan;
    struct nj_engine *engine; /* NULL: the old one stays */
    struct nj_bell_set *bells;
    struct nj_diff diff;
};

static void drop_fresh(struct fresh *fresh)
{
    nj_bell_set_destroy(fresh->bells);
    if (fresh->plan != NULL) {
        nj_plan_finish(fresh->plan);
    }
    free(fresh->plan);
    nj_engine_destroy(fresh->engine);
    nj_settings_destroy(fresh->settings);
}

static int read_fresh(struct nj_app *app,
                      struct fresh *fresh,
                      struct nj_problems *problems,
                      struct nj_err *err)
{
    struct nj_shelf shelf = nj_app_shelf(app);
    int code = nj_settings_load(app->config, &nj_secrets_system,
                                &fresh->settings, problems);

    if (code != 0) {
        return nj_err_set(err, code, "the configuration has errors");
    }
    fresh->plan = calloc(1, sizeof *fresh->plan);
    if (fresh->plan == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    code = nj_plan_build_with(fresh->settings, &app->names,
                              nj_loop_wall_ms(app->loop), &shelf, fresh->plan,
                              problems);
    if (code != 0) {
        return nj_err_set(err, code, "the configuration has errors");
    }
    return nj_bell_set_create(&app->channel_env,
                              nj_settings_at(fresh->settings, "channels"),
                              &fresh->bells, err);
}

/* Names of open sources whose settings are other ones in FRESH, or gone; all
 * of them when what they share has changed. */
static int changed_sources(const struct nj_app *app,
                           const struct fresh *fresh,
                           struct nj_map *out)
{
    static const char shared[] = "daemon.limits";
    static char yes;
    const int all = !nj_node_same(nj_settings_at(app->settings, shared),
                                  nj_settings_at(fresh->settings, shared));

    for (size_t i = 0; i < app->seat_count; i++) {
        const char *name = app->seats[i]->name;
        const struct nj_node *was =
            nj_settings_find(app->settings, NJ_REF_SOURCE, name);
        const struct nj_node *is =
            nj_settings_find(fresh->settings, NJ_REF_SOURCE, name);
        int code = 0;

        if (was == NULL || is == NULL || all || !nj_node_same(was, is)) {
            code = nj_map_put(out, name, &yes);
        }
        if (code != 0 && code != NJ_E_EXISTS) {
            return code;
        }
    }
    return 0;
}

/* A new judge, when it would judge by other things than the old one. */
static int renew_engine(const struct nj_app *app,
                        struct fresh *fresh,
                        struct nj_problems *problems,
                        struct nj_err *err)
{
    if (nj_node_same(nj_settings_at(app->settings, "scoring"),
                     nj_settings_at(fresh->settings, "scoring"))) {
        return 0;
    }
    return nj_app_engine(app->lexicons, fresh->settings, &fresh->engine,
                         problems, err);
}

/* From here on nothing may fail but what is told and survived. */
static void
exchange(struct nj_app *app, struct fresh *fresh, const struct nj_map *changed)
{
    struct nj_settings *old_settings = app->settings;
    struct nj_plan *old_plan = app->plan;

    if (fresh->engine != NULL) {
        nj_engine_destroy(app->engine);
        app->engine = fresh->engine;
    }

    app->settings = fresh->settings;
    app->plan = fresh->plan;
    app->planned_ms = nj_loop_wall_ms(app->loop);
    nj_app_log_level(app);
    app->channel_env.public_url =
        nj_node_text(nj_settings_at(app->settings, "daemon.http.public_url"));
    nj_bells_take(app->bells, fresh->bells);
    if (nj_app_people(app) != 0) {
        nj_log_error("no memory: tokens of the old configuration stay");
        old_plan = NULL; /* and the plan, into which the desk looks */
    }
    nj_app_stop_heart(app);
    nj_app_start_heart(app);
    nj_app_renew_sources(app, changed);
    nj_app_renew_calendars(app);
    nj_app_tell_notes(app);
    if (old_plan != NULL) {
        nj_plan_finish(old_plan);
    }
    free(old_plan);
    nj_settings_destroy(old_settings);
}

int nj_app_reload(struct nj_app *app, struct nj_buf *out)
{
    struct fresh fresh = {0};
    struct nj_problems problems;
    struct nj_err err = {0};
    struct nj_map changed = {0};
    int code;

    nj_problems_init(&problems);
    code = read_fresh(app, &fresh, &problems, &err);
    if (code == 0) {
        nj_settings_diff(app->settings, fresh.settings, out, &fresh.diff);
        nj_app_tell_history(app->plan, fresh.plan, nj_loop_wall_ms(app->loop),
                            out);
        code = out->status;
    }
    if (code == 0) {
        code = renew_engine(app, &fresh, &problems, &err);
    }
    if (code != 0) {
        nj_buf_clear(out);
        (void)nj_buf_addf(out, "%s\n", err.text);
        nj_problems_print(&problems, out);
    } else if (out->len == 0) {
        (void)nj_buf_adds(out, "nothing changed\n");
    }
    if (code == 0) {
        code = changed_sources(app, &fresh, &changed);
    }
    if (code == 0) {
        code =
            nj_watch_replan(app->watch, fresh.plan,
                            fresh.engine == NULL ? app->engine : fresh.engine);
    }
    if (code == 0) {
        exchange(app, &fresh, &changed);
        nj_mem_give_back();
    } else {
        drop_fresh(&fresh);
    }
    nj_map_finish(&changed);
    nj_problems_finish(&problems);
    return code;
}

int nj_app_people(struct nj_app *app)
{
    const struct nj_node *people = nj_settings_at(app->settings, "people");
    const char *operator_ =
        nj_node_secret(nj_settings_at(app->settings, "daemon.http.token"));
    struct nj_desk_token *tokens =
        calloc(nj_node_count(people) + 1, sizeof *tokens);
    size_t count = 0;
    int code;

    if (tokens == NULL) {
        return NJ_E_NOMEM;
    }
    if (operator_ != NULL) {
        tokens[count++] = (struct nj_desk_token){operator_, NULL};
    }
    for (const struct nj_node *n = nj_node_first(people); n != NULL;
         n = nj_node_next(n)) {
        const char *secret = nj_node_secret(nj_node_get(n, "token"));

        if (secret != NULL) {
            tokens[count++] = (struct nj_desk_token){secret, nj_node_name(n)};
        }
    }
    code = nj_desk_set_people(app->desk, app->plan, tokens, count);
    free(tokens);
    return code;
}
