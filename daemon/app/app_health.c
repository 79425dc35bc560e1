/* How the house feels: metrics, /healthz, the heartbeat to the outside, and a
 * round through the cellar every minute. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/system.h"

enum { ROUND_MS = 60000, DISK_LOW_BYTES = 200 << 20 };

/* ---- metrics ----------------------------------------------------------- */

static void add(struct nj_buf *out,
                const char *name,
                const char *type,
                const char *help,
                double value)
{
    (void)nj_buf_addf(out,
                      "# HELP nightjar_%s %s\n# TYPE nightjar_%s %s\n"
                      "nightjar_%s %.0f\n",
                      name, help, name, type, name, value);
}

void nj_app_metrics(void *ctx, struct nj_buf *out)
{
    const struct nj_app *app = ctx;
    struct nj_watch_stats s = nj_watch_stats(app->watch);
    const struct {
        const char *name, *type, *help;
        double value;
    } rows[] = {
        {"posts_seen_total", "counter", "Posts handed in by sources.",
         (double)s.posts_seen},
        {"posts_new_total", "counter", "Posts not known before.",
         (double)s.posts_new},
        {"posts_unjudged_total", "counter", "Posts that were not scored.",
         (double)s.posts_unjudged},
        {"batches_refused_total", "counter",
         "Batches refused because too much was under way.",
         (double)s.batches_refused},
        {"alerts_opened_total", "counter", "Alerts opened.",
         (double)s.alerts_opened},
        {"alerts_joined_total", "counter", "Posts that joined an alert.",
         (double)s.alerts_joined},
        {"alerts_acknowledged_total", "counter", "Acknowledgements.",
         (double)s.alerts_acked},
        {"alerts_resolved_total", "counter", "Alerts resolved by people.",
         (double)s.alerts_resolved},
        {"pages_sent_total", "counter", "Pages a channel's peer took.",
         (double)s.pages_sent},
        {"pages_failed_total", "counter", "Pages given up.",
         (double)s.pages_failed},
        {"drills_total", "counter", "Drills begun; in no other figure.",
         (double)s.drills},
        {"pages_retried_total", "counter", "Attempts that failed for now.",
         (double)s.pages_retried},
        {"alerts_open", "gauge", "Alerts open now.", (double)s.open},
        {"alerts_acknowledged", "gauge", "Alerts somebody holds now.",
         (double)s.acked},
        {"alerts_snoozed", "gauge", "Alerts snoozed now.", (double)s.snoozed},
        {"pages_waiting", "gauge", "Pages not sent yet.",
         (double)s.pages_waiting},
        {"sources", "gauge", "Sources watched.", (double)app->seat_count},
        {"sources_sick", "gauge", "Sources that fail or fell silent.",
         (double)s.sources_sick},
        {"channels_sick", "gauge", "Channels that refuse or are out of reach.",
         (double)s.channels_sick},
        {"store_backlog", "gauge", "Decisions not on disk yet.",
         (double)nj_store_backlog(app->store)},
        {"start_time_seconds", "gauge", "When nightjard started.",
         (double)app->started_ms / 1000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add(out, rows[i].name, rows[i].type, rows[i].help, rows[i].value);
    }
}

const char *nj_app_health(void *ctx)
{
    const struct nj_app *app = ctx;

    if (app->stopping) {
        return "stopping\n";
    }
    return nj_watch_is_well(app->watch) &&
                   nj_store_stuck_ms(app->store) < ROUND_MS
               ? NULL
               : "the store makes no progress\n";
}

/* ---- heartbeat --------------------------------------------------------- */

static void on_beat(struct nj_timer *timer);

static void next_beat(struct nj_app *app)
{
    struct nj_heart *heart = &app->heart;

    if (nj_timer_set(app->loop, &heart->timer, heart->every_ms,
                     heart->every_ms / 20, on_beat) != 0) {
        nj_log_error("no memory for the heartbeat's timer");
    }
}

static void
on_beaten(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct nj_app *app = req->ctx;
    int failed = status != 0 || answer->status >= 400;

    app->heart.beating = 0;
    if (failed && !app->heart.failing && status != NJ_E_CANCELED) {
        nj_log_warning("the heartbeat does not get through: %s",
                       status != 0 ? req->fault : "the server refused it");
    }
    app->heart.failing = failed;
}

static void on_beat(struct nj_timer *timer)
{
    struct nj_app *app = timer->ctx;
    struct nj_heart *heart = &app->heart;

    if (nj_app_health(app) == NULL && !heart->beating) {
        heart->req = (struct nj_fetch_req){
            .url = heart->url,
            .timeout_ms = 10000,
            .allow_private = 1,
            .done = on_beaten,
            .ctx = app,
        };
        heart->beating = nj_fetch(app->fetcher, &heart->req) == 0;
    }
    next_beat(app);
}

void nj_app_start_heart(struct nj_app *app)
{
    const struct nj_node *node =
        nj_settings_at(app->settings, "daemon.heartbeat");
    const char *url = nj_node_value(nj_node_get(node, "url"));

    if (url == NULL || app->heart.beating) {
        return;
    }
    free(app->heart.url);
    app->heart.url = strdup(url);
    app->heart.every_ms = nj_node_ms(nj_node_get(node, "every"), 60000);
    app->heart.timer.ctx = app;
    if (app->heart.url != NULL) {
        on_beat(&app->heart.timer);
    }
}

void nj_app_stop_heart(struct nj_app *app)
{
    nj_timer_stop(&app->heart.timer);
}

/* ---- rounds ------------------------------------------------------------ */

static void on_round(struct nj_timer *timer)
{
    struct nj_app *app = timer->ctx;
    int64_t bytes = 0;
    char text[160];

    if (app->disk_path != NULL &&
        nj_system_free_bytes(app->disk_path, &bytes) == 0) {
        if (bytes < DISK_LOW_BYTES) {
            (void)snprintf(text, sizeof text,
                           "%lld MB are left where the store lives; nightjar "
                           "stops taking posts when nothing is left.",
                           (long long)(bytes >> 20));
            nj_watch_alarm(app->watch, "disk", NJ_LEVEL_HIGH,
                           "The disk fills up", text);
        } else if (bytes > 2 * (int64_t)DISK_LOW_BYTES) {
            nj_watch_over(app->watch, "disk", "there is room again");
        }
    }
    nj_app_renew_plan(app);
    nj_mem_give_back(); /* what polls and a storm needed for a moment */
    nj_app_start_rounds(app);
}

void nj_app_start_rounds(struct nj_app *app)
{
    app->rounds.ctx = app;
    if (nj_timer_set(app->loop, &app->rounds, ROUND_MS, ROUND_MS / 4,
                     on_round) != 0) {
        nj_log_error("no memory for the rounds' timer");
    }
}
