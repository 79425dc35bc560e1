#include "app/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/crypto.h"
#include "io/system.h"

enum { STORE_GRACE_MS = 5000, WATCH_GRACE_MS = 3000 };

/* ---- settings and plan ------------------------------------------------- */

static int
read_all(struct nj_app *app, struct nj_problems *problems, struct nj_err *err)
{
    struct nj_shelf shelf = nj_app_shelf(app); /* empty as yet */
    int code = nj_settings_load(app->config, &nj_secrets_system, &app->settings,
                                problems);

    if (code != 0) {
        return nj_err_set(err, code, "%s cannot be used", app->config);
    }
    app->plan = calloc(1, sizeof *app->plan);
    if (app->plan == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    code = nj_plan_build_with(app->settings, &app->names,
                              nj_loop_wall_ms(app->loop), &shelf, app->plan,
                              problems);
    if (code != 0) {
        return nj_err_set(err, code, "%s cannot be used", app->config);
    }
    app->planned_ms = nj_loop_wall_ms(app->loop);
    return nj_app_engine(app->lexicons, app->settings, &app->engine, problems,
                         err);
}

static const struct nj_node *setting(const struct nj_app *app, const char *path)
{
    return nj_settings_at(app->settings, path);
}

/* ---- opening, room by room --------------------------------------------- */

static void break_down(void *ctx, const char *what)
{
    struct nj_app *app = ctx;

    nj_log_error("%s: stopping, to start anew from the store", what);
    app->broken = 1;
    nj_loop_stop(app->loop);
}

static void on_store_trouble(void *ctx, const char *what)
{
    struct nj_app *app = ctx;

    if (app->watch != NULL) {
        nj_watch_store(app->watch, what);
    }
}

void nj_app_log_level(const struct nj_app *app)
{
    if (!app->verbose) {
        nj_log_level((enum nj_log_level)nj_node_choice(
            setting(app, "daemon.log"), NJ_LOG_INFO));
    }
}

static int open_store(struct nj_app *app, struct nj_err *err)
{
    struct nj_store_opts opts = {
        .url = nj_node_text(setting(app, "daemon.store")),
        .names = &app->names,
        .on_trouble = on_store_trouble,
        .ctx = app,
    };

    if (nj_str_starts(opts.url, "sqlite:")) {
        app->disk_path = strdup(opts.url + 7);
    }
    return nj_store_open(app->loop, &opts, &app->store, err);
}

static int open_channels(struct nj_app *app, struct nj_err *err)
{
    struct nj_fetcher_opts opts = {
        .user_agent = nj_node_text(setting(app, "daemon.user_agent")),
        .per_host =
            (long)nj_node_int(setting(app, "daemon.limits.per_host"), 2),
        .total = (long)nj_node_int(setting(app, "daemon.limits.requests"), 64),
    };
    struct nj_bell_set *set;
    int code = nj_fetcher_create(app->loop, &opts, &app->fetcher, err);

    if (code != 0) {
        return code;
    }
    app->channel_env.loop = app->loop;
    app->channel_env.fetcher = app->fetcher;
    app->channel_env.public_url =
        nj_node_text(setting(app, "daemon.http.public_url"));
    code = nj_bells_create(&app->channel_env, &app->bells, err);
    if (code != 0) {
        return code;
    }
    code = nj_bell_set_create(&app->channel_env, setting(app, "channels"), &set,
                              err);
    if (code == 0) {
        nj_bells_take(app->bells, set);
    }
    return code;
}

static int keep_cursor(void *ctx, const char *source, const char *cursor)
{
    struct nj_app *app = ctx;
    char *copy = strdup(cursor);

    if (copy == NULL || nj_map_put(&app->cursors, source, copy) != 0) {
        free(copy);
        return NJ_E_NOMEM;
    }
    return 0;
}

static int keep_fact(void *ctx, const char *key, const char *value)
{
    struct nj_app *app = ctx;
    unsigned char secret[32];

    if (strcmp(key, "instance") == 0) {
        app->has_instance = 1;
    } else if (strcmp(key, "link-key") == 0 && app->desk != NULL &&
               nj_unhex(value, secret, sizeof secret) == 0) {
        nj_desk_set_key(app->desk, secret);
        app->has_key = 1;
        nj_wipe(secret, sizeof secret);
    }
    return nj_app_load_calendar(app, key, value);
}

static int open_watch(struct nj_app *app, struct nj_err *err)
{
    struct nj_watch_opts opts = {
        .loop = app->loop,
        .store = app->store,
        .names = &app->names,
        .plan = app->plan,
        .engine = app->engine,
        .bells = nj_bells_sink(app->bells),
        .story = nj_desk_story(app->desk),
        .retention_posts_ms =
            nj_node_ms(setting(app, "daemon.retention.posts"), 0),
        .retention_alerts_ms =
            nj_node_ms(setting(app, "daemon.retention.alerts"), 0),
        .ack_url = nj_desk_link,
        .calendar_url = nj_desk_calendar_url,
        .ack_url_ctx = app->desk,
        .on_broken = break_down,
        .broken_ctx = app,
        .on_fact = keep_fact,
        .on_cursor = keep_cursor,
        .load_ctx = app,
    };
    int code = nj_watch_create(&opts, &app->watch, err);

    if (code == 0) {
        app->watch_commands = nj_watch_commands(app->watch);
        app->channel_env.receipts = nj_watch_receipts(app->watch);
        app->channel_env.agents = nj_desk_agents(app->desk);
    }
    return code;
}

static int open_desk(struct nj_app *app, struct nj_err *err)
{
    const struct nj_node *http = setting(app, "daemon.http");
    struct nj_desk_opts opts = {
        .loop = app->loop,
        .socket = nj_node_path(setting(app, "daemon.socket")),
        .listen = nj_node_text(nj_node_get(http, "listen")),
        .public_url = nj_node_text(nj_node_get(http, "public_url")),
        .commands = {app, nj_app_command},
        .callbacks = nj_bells_callbacks(app->bells),
        .push = nj_app_push,
        .metrics = nj_app_metrics,
        .health = nj_app_health,
        .ctx = app,
    };

    return nj_desk_open(&opts, &app->desk, err);
}

/* Make what a first start needs: a name of its own, a key for links. */
static int keep_first_facts(struct nj_app *app)
{
    unsigned char secret[32];
    char hex[65];
    int code = 0;

    if (!app->has_instance) {
        code = nj_random(secret, 8);
        nj_hex(secret, 8, hex);
        if (code == 0) {
            code = nj_watch_keep_fact(app->watch, "instance", hex);
        }
    }
    if (code == 0 && !app->has_key) {
        code = nj_random(secret, sizeof secret);
        nj_hex(secret, sizeof secret, hex);
        if (code == 0) {
            nj_desk_set_key(app->desk, secret);
            code = nj_watch_keep_fact(app->watch, "link-key", hex);
        }
    }
    nj_wipe(secret, sizeof secret);
    nj_wipe(hex, sizeof hex);
    return code;
}

static void on_jump(void *ctx, int64_t delta_ms)
{
    struct nj_app *app = ctx;

    nj_watch_jump(app->watch, delta_ms);
}

/* The plan of the start knew no copies. */
static void open_calendars(struct nj_app *app)
{
    if (nj_app_has_copies(app) && nj_app_replan(app, NULL) != 0) {
        nj_log_error("no plan could be made with the calendars' last copies");
    }
    nj_app_renew_calendars(app);
}

static int open_all(struct nj_app *app, struct nj_err *err)
{
    int code = open_store(app, err);

    if (code != 0) {
        return nj_err_wrap(err, code, "open the store");
    }
    code = open_channels(app, err);
    if (code != 0) {
        return nj_err_wrap(err, code, "open the channels");
    }
    code = open_desk(app, err);
    if (code != 0) {
        return nj_err_wrap(err, code, "open the desk");
    }
    code = open_watch(app, err);
    if (code == 0) {
        code = keep_first_facts(app);
    }
    if (code == 0) {
        code = nj_app_people(app);
    }
    if (code == 0) {
        open_calendars(app);
        code = nj_app_open_sources(app, err);
    }
    return code;
}

/* ---- life -------------------------------------------------------------- */

static void begin_closing(struct nj_app *app);

static void on_signal(void *ctx, int signum)
{
    struct nj_app *app = ctx;
    struct nj_buf text;

    if (signum != SIGHUP) {
        nj_log_notice("asked to stop");
        begin_closing(app);
        return;
    }
    nj_buf_init(&text, 1 << 20);
    nj_system_notify("RELOADING=1");
    if (nj_app_reload(app, &text) == 0) {
        nj_log_notice("reloaded: %s", nj_buf_text(&text));
    } else {
        nj_log_error("not reloaded, the old configuration stays: %s",
                     nj_buf_text(&text));
    }
    nj_system_notify("READY=1");
    nj_buf_finish(&text);
}

static void on_watchdog(struct nj_timer *timer)
{
    struct nj_app *app = timer->ctx;
    int64_t every = nj_system_watchdog_ms();

    if (nj_watch_is_well(app->watch)) {
        nj_system_notify("WATCHDOG=1");
    } else {
        nj_log_error("no progress: the watchdog is not fed");
    }
    if (nj_timer_set(app->loop, timer, every, every / 4, on_watchdog) != 0) {
        break_down(app, "no memory for the watchdog's timer");
    }
}

static int start_signals(struct nj_app *app)
{
    int code = nj_loop_on_signal(app->loop, SIGHUP, on_signal, app);

    if (code == 0) {
        code = nj_loop_on_signal(app->loop, SIGTERM, on_signal, app);
    }
    if (code == 0) {
        code = nj_loop_on_signal(app->loop, SIGINT, on_signal, app);
    }
    return code;
}

static void start(struct nj_app *app)
{
    char status[120];

    nj_loop_on_jump(app->loop, on_jump, app);
    nj_watch_open(app->watch);
    nj_app_tell_notes(app);
    nj_app_start_heart(app);
    nj_app_start_rounds(app);
    app->watchdog.ctx = app;
    if (nj_system_watchdog_ms() > 0) {
        on_watchdog(&app->watchdog);
    }
    (void)snprintf(status, sizeof status,
                   "READY=1\nSTATUS=watching %zu sources", app->seat_count);
    nj_system_notify(status);
    nj_log_notice("nightjard %s watches %zu sources for %zu brands", NJ_VERSION,
                  app->seat_count, app->plan->brand_count);
    app->opened = 1;
    nj_mem_give_back();
}

static int
make_loop(struct nj_app *app, const struct nj_clock *clock, struct nj_err *err)
{
    int code = nj_loop_create(clock, &app->loop, err);

    if (code == 0) {
        code = start_signals(app);
    }
    return code;
}

static void close_what_opened(struct nj_app *app)
{
    if (app->loop != NULL) {
        begin_closing(app);
        nj_loop_run(app->loop);
    }
    nj_app_destroy(app);
}

int nj_app_create(const struct nj_app_opts *opts,
                  struct nj_app **out,
                  struct nj_problems *problems,
                  struct nj_err *err)
{
    struct nj_app *app = calloc(1, sizeof *app);
    int code;

    if (app == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    app->config = strdup(opts->config);
    app->verbose = opts->verbose;
    app->lexicons = opts->lexicons == NULL ? NULL : strdup(opts->lexicons);
    code = app->config == NULL ? NJ_E_NOMEM : make_loop(app, opts->clock, err);
    if (code == 0) {
        app->started_ms = nj_loop_wall_ms(app->loop);
        code = read_all(app, problems, err);
    }
    if (code == 0) {
        nj_app_log_level(app);
        code = open_all(app, err);
    }
    if (code != 0) {
        close_what_opened(app);
        return code;
    }
    *out = app;
    return 0;
}

int nj_app_run(struct nj_app *app)
{
    start(app);
    nj_loop_run(app->loop);
    return app->broken;
}

/* ---- closing, in reverse ----------------------------------------------- */

static void on_store_closed(void *ctx)
{
    struct nj_app *app = ctx;

    app->store = NULL;
    nj_watch_destroy(app->watch);
    app->watch = NULL;
    nj_loop_stop(app->loop);
}

static void on_out_closed(void *ctx)
{
    struct nj_app *app = ctx;

    app->left_open--;
    if (app->left_open > 0) {
        return;
    }
    if (app->store == NULL) {
        on_store_closed(app);
        return;
    }
    nj_store_close(app->store, STORE_GRACE_MS, on_store_closed, app);
}

static void close_channels(struct nj_app *app)
{
    struct nj_bells *bells = app->bells;
    struct nj_fetcher *fetcher = app->fetcher;

    app->bells = NULL;
    app->fetcher = NULL;
    app->left_open = 1u + (bells != NULL) + (fetcher != NULL);
    if (bells != NULL) {
        nj_bells_close(bells, on_out_closed, app);
    }
    if (fetcher != NULL) {
        nj_fetcher_close(fetcher, on_out_closed, app);
    }
    on_out_closed(app);
}

static void on_watch_closed(void *ctx)
{
    close_channels(ctx);
}

static void on_desk_closed(void *ctx)
{
    struct nj_app *app = ctx;

    app->desk = NULL;
    if (app->watch == NULL) {
        on_watch_closed(app);
        return;
    }
    nj_watch_close(app->watch, WATCH_GRACE_MS, on_watch_closed, app);
}

static void on_sources_closed(void *ctx)
{
    struct nj_app *app = ctx;

    if (app->desk == NULL) {
        on_desk_closed(app);
        return;
    }
    nj_desk_close(app->desk, on_desk_closed, app);
}

static void begin_closing(struct nj_app *app)
{
    if (app->stopping) {
        return;
    }
    app->stopping = 1;
    if (app->opened) {
        nj_system_notify("STOPPING=1");
    }
    nj_timer_stop(&app->watchdog);
    nj_timer_stop(&app->rounds);
    nj_app_stop_calendars(app);
    nj_app_stop_heart(app);
    nj_app_close_sources(app, on_sources_closed);
}

static void free_cursors(struct nj_app *app)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (nj_map_next(&app->cursors, &at, &key, &value)) {
        free(value);
    }
    nj_map_finish(&app->cursors);
}

void nj_app_destroy(struct nj_app *app)
{
    if (app == NULL) {
        return;
    }
    free_cursors(app);
    nj_app_free_calendars(app);
    nj_engine_destroy(app->engine);
    if (app->plan != NULL) {
        nj_plan_finish(app->plan);
    }
    free(app->plan);
    nj_settings_destroy(app->settings);
    nj_names_finish(&app->names);
    nj_loop_destroy(app->loop);
    free(app->seats);
    free(app->heart.url);
    free(app->disk_path);
    free(app->config);
    free(app->lexicons);
    free(app);
}
