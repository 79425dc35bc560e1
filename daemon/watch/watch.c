#include "watch/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch/channel_care.h"
#include "watch/command.h"
#include "watch/counsel.h"
#include "watch/handover.h"
#include "watch/news.h"

enum {
    RESOLVED_KEPT_MS = 24 * 3600000, /* read again, they may reopen */
    STUCK_MS = 30000, /* a store that makes no progress for so long hangs */
};

struct nj_watch {
    struct nj_watch_env env;
    struct nj_watch_opts opts;
    struct nj_ledger ledger;
    struct nj_seen seen;
    struct nj_alerts alerts;
    struct nj_roster roster;
    struct nj_outbox outbox;
    struct nj_climber climber;
    struct nj_opener opener;
    struct nj_intake intake;
    struct nj_care care;
    struct nj_channel_care channel_care;
    struct nj_calendars calendars;
    struct nj_swaps swaps;
    struct nj_counsel counsel;
    struct nj_drills drills;
    struct nj_handovers handovers;
    struct nj_commander commander;
    struct nj_timer grace;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* ---- what a restart reads ---------------------------------------------- */

static int load_policy(void *ctx, int64_t id, const char *json)
{
    struct nj_watch *watch = ctx;

    return nj_alerts_load_policy(&watch->alerts, id, json);
}

static int load_alert(void *ctx,
                      const struct nj_alert *alert,
                      int64_t policy_id,
                      const char *chains_json)
{
    struct nj_watch *watch = ctx;
    struct nj_alert stored = *alert;

    stored.ends_ms = nj_drills_end_of(&watch->drills, alert->id);
    return nj_alerts_load(&watch->alerts, &stored, policy_id, chains_json);
}

static int load_page(void *ctx, const struct nj_page *page)
{
    struct nj_watch *watch = ctx;

    return nj_outbox_load(&watch->outbox, page);
}

static int load_cursor(void *ctx, const char *source, const char *cursor)
{
    struct nj_watch *watch = ctx;

    return watch->opts.on_cursor == NULL
               ? 0
               : watch->opts.on_cursor(watch->opts.load_ctx, source, cursor);
}

static int load_override(void *ctx, const struct nj_override *override_)
{
    struct nj_watch *watch = ctx;

    return nj_roster_add_override(&watch->roster, override_);
}

static int load_silence(void *ctx, const struct nj_silence *silence)
{
    struct nj_watch *watch = ctx;

    return nj_roster_add_silence(&watch->roster, silence);
}

static int load_fact(void *ctx, const char *key, const char *value)
{
    struct nj_watch *watch = ctx;

    if (strcmp(key, "instance") == 0) {
        (void)snprintf(watch->env.instance, sizeof watch->env.instance, "%s",
                       value);
    }
    if (nj_calendars_load(&watch->calendars, key, value) != 0 ||
        nj_drills_load(&watch->drills, key, value) != 0 ||
        nj_handovers_load(&watch->handovers, key, value) != 0) {
        return NJ_E_NOMEM;
    }
    if (nj_swaps_load(&watch->swaps, key, value) != 0 ||
        nj_counsel_load(&watch->counsel, key, value) != 0) {
        return NJ_E_NOMEM;
    }
    return watch->opts.on_fact == NULL
               ? 0
               : watch->opts.on_fact(watch->opts.load_ctx, key, value);
}

static int load_last_ids(void *ctx,
                         int64_t post,
                         int64_t alert,
                         int64_t page,
                         int64_t event,
                         int64_t policy,
                         int64_t other)
{
    struct nj_watch *watch = ctx;

    watch->env.last_post_id = post;
    watch->alerts.last_id = alert;
    watch->outbox.last_page_id = page;
    watch->ledger.last_event_id = event;
    watch->env.last_other_id = policy > other ? policy : other;
    return 0;
}

static int load(struct nj_watch *watch, struct nj_err *err)
{
    struct nj_loader loader = {
        .ctx = watch,
        .resolved_since_ms =
            nj_loop_wall_ms(watch->env.loop) - RESOLVED_KEPT_MS,
        .policy = load_policy,
        .alert = load_alert,
        .page = load_page,
        .cursor = load_cursor,
        .override_ = load_override,
        .silence = load_silence,
        .fact = load_fact,
        .last_ids = load_last_ids,
    };

    return nj_store_load(watch->env.store, &loader, err);
}

/* ---- joining the parts ------------------------------------------------- */

static void
on_page_failed(void *ctx, struct nj_alert *alert, const struct nj_page *page)
{
    struct nj_watch *watch = ctx;

    if (page->kind == NJ_PAGE_NEWS) {
        nj_news_failed(&watch->outbox, page);
        return;
    }
    nj_climber_failed(&watch->climber, alert, page);
}

static void
on_woken(void *ctx, struct nj_deed *deed, const struct nj_alert *alert)
{
    struct nj_watch *watch = ctx;

    nj_opener_mail_team(&watch->opener, deed, alert, alert->team, NULL);
}

static int is_drill(void *ctx, int64_t id)
{
    const struct nj_watch *watch = ctx;

    return nj_alerts_is_drill(&watch->alerts, id);
}

static void join_drills(struct nj_watch *watch)
{
    watch->ledger.is_drill = is_drill;
    watch->ledger.is_drill_ctx = watch;
    watch->climber.on_drill_over = nj_drills_over;
    watch->climber.on_drill_over_ctx = &watch->drills;
    watch->drills = (struct nj_drills){
        .env = &watch->env,
        .ledger = &watch->ledger,
        .alerts = &watch->alerts,
        .opener = &watch->opener,
        .climber = &watch->climber,
        .outbox = &watch->outbox,
    };
}

static void join_handovers(struct nj_watch *watch)
{
    watch->handovers = (struct nj_handovers){
        .env = &watch->env,
        .ledger = &watch->ledger,
        .alerts = &watch->alerts,
        .roster = &watch->roster,
        .outbox = &watch->outbox,
    };
    nj_handovers_listen(&watch->handovers);
}

static void join_care(struct nj_watch *watch)
{
    struct nj_watch_env *env = &watch->env;

    watch->channel_care = (struct nj_channel_care){
        .env = env,
        .care = &watch->care,
    };
    watch->care = (struct nj_care){
        .env = env,
        .ledger = &watch->ledger,
        .opener = &watch->opener,
        .climber = &watch->climber,
        .seen = &watch->seen,
        .retention_posts_ms = watch->opts.retention_posts_ms,
        .retention_alerts_ms = watch->opts.retention_alerts_ms,
    };
}

static void join_commander(struct nj_watch *watch)
{
    struct nj_watch_env *env = &watch->env;

    watch->swaps = (struct nj_swaps){
        .env = env,
        .ledger = &watch->ledger,
        .outbox = &watch->outbox,
    };
    watch->counsel = (struct nj_counsel){
        .env = env,
        .ledger = &watch->ledger,
        .outbox = &watch->outbox,
        .roster = &watch->roster,
    };
    watch->commander = (struct nj_commander){
        .env = env,
        .ledger = &watch->ledger,
        .alerts = &watch->alerts,
        .roster = &watch->roster,
        .climber = &watch->climber,
        .outbox = &watch->outbox,
        .opener = &watch->opener,
        .intake = &watch->intake,
        .care = &watch->care,
        .swaps = &watch->swaps,
        .calendars = &watch->calendars,
        .drills = &watch->drills,
        .started_ms = nj_loop_wall_ms(env->loop),
    };
}

static void join_parts(struct nj_watch *watch)
{
    struct nj_watch_env *env = &watch->env;

    nj_ledger_init(&watch->ledger, env);
    nj_alerts_init(&watch->alerts, env);
    nj_roster_init(&watch->roster, env);
    nj_calendars_init(&watch->calendars, env, &watch->ledger, &watch->roster);
    nj_outbox_init(&watch->outbox, env, &watch->ledger, &watch->alerts);
    watch->outbox.on_failed = on_page_failed;
    watch->outbox.on_failed_ctx = watch;
    watch->outbox.on_heard = nj_channel_care_heard;
    watch->outbox.on_heard_ctx = &watch->channel_care;
    watch->climber = (struct nj_climber){
        .env = env,
        .ledger = &watch->ledger,
        .alerts = &watch->alerts,
        .roster = &watch->roster,
        .outbox = &watch->outbox,
        .on_owner = nj_care_owner,
        .on_owner_ctx = &watch->care,
        .on_taken = nj_care_taken,
        .on_taken_ctx = &watch->care,
        .on_woken = on_woken,
        .on_woken_ctx = watch,
    };
    watch->opener = (struct nj_opener){
        .env = env,
        .ledger = &watch->ledger,
        .alerts = &watch->alerts,
        .roster = &watch->roster,
        .climber = &watch->climber,
        .outbox = &watch->outbox,
        .is_lame = nj_channel_care_lame,
        .is_lame_ctx = &watch->channel_care,
    };
    join_care(watch);
    join_drills(watch);
    join_handovers(watch);
    watch->intake = (struct nj_intake){
        .env = env,
        .ledger = &watch->ledger,
        .opener = &watch->opener,
        .seen = &watch->seen,
        .on_unjudged = nj_care_unjudged,
        .on_unjudged_ctx = &watch->care,
    };
    join_commander(watch);
}

int nj_watch_create(const struct nj_watch_opts *opts,
                    struct nj_watch **out,
                    struct nj_err *err)
{
    struct nj_watch *watch = calloc(1, sizeof *watch);
    int code;

    if (watch == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    watch->opts = *opts;
    watch->env = (struct nj_watch_env){
        .loop = opts->loop,
        .store = opts->store,
        .names = opts->names,
        .plan = opts->plan,
        .bells = opts->bells,
        .story = opts->story,
        .ack_url = opts->ack_url,
        .calendar_url = opts->calendar_url,
        .ack_url_ctx = opts->ack_url_ctx,
        .on_broken = opts->on_broken,
        .broken_ctx = opts->broken_ctx,
        .instance = "nightjar",
    };
    join_parts(watch);
    code = nj_seen_init(&watch->seen);
    if (code == 0) {
        code = nj_intake_init(&watch->intake, opts->engine);
    }
    if (code == 0) {
        code = load(watch, err);
    }
    if (code != 0) {
        nj_watch_destroy(watch);
        return nj_err_wrap(err, code, "read what the store has");
    }
    *out = watch;
    return 0;
}

void nj_watch_open(struct nj_watch *watch)
{
    nj_care_open(&watch->care);
    nj_drills_open(&watch->drills);
    nj_handovers_open(&watch->handovers);
    nj_climber_open(&watch->climber);
    nj_swaps_open(&watch->swaps);
    nj_counsel_open(&watch->counsel);
    nj_outbox_open(&watch->outbox);
}

/* ---- closing ----------------------------------------------------------- */

static void closed(struct nj_watch *watch)
{
    void (*on_closed)(void *ctx) = watch->on_closed;

    nj_timer_stop(&watch->grace);
    watch->on_closed = NULL;
    if (on_closed != NULL) {
        on_closed(watch->closed_ctx);
    }
}

static void on_outbox_empty(void *ctx)
{
    closed(ctx);
}

static void on_grace_over(struct nj_timer *timer)
{
    closed(timer->ctx);
}

void nj_watch_close(struct nj_watch *watch,
                    int64_t grace_ms,
                    void (*on_closed)(void *ctx),
                    void *ctx)
{
    watch->on_closed = on_closed;
    watch->closed_ctx = ctx;
    watch->intake.closing = 1;
    nj_care_close(&watch->care);
    nj_climber_close(&watch->climber);
    nj_swaps_close(&watch->swaps);
    nj_counsel_close(&watch->counsel);
    nj_drills_close(&watch->drills);
    nj_handovers_close(&watch->handovers);
    nj_outbox_close(&watch->outbox, on_outbox_empty, watch);
    watch->grace.ctx = watch;
    if (nj_timer_set(watch->env.loop, &watch->grace, grace_ms, 0,
                     on_grace_over) != 0) {
        watch->grace.ctx = NULL; /* then only the outbox can end it */
    }
}

void nj_watch_destroy(struct nj_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    nj_timer_stop(&watch->grace);
    nj_ledger_finish(&watch->ledger);
    nj_drills_finish(&watch->drills);
    nj_handovers_finish(&watch->handovers);
    nj_channel_care_forget(&watch->channel_care);
    nj_care_finish(&watch->care);
    nj_outbox_finish(&watch->outbox);
    nj_alerts_finish(&watch->alerts);
    nj_calendars_finish(&watch->calendars);
    nj_roster_finish(&watch->roster);
    nj_swaps_finish(&watch->swaps);
    nj_counsel_finish(&watch->counsel);
    nj_intake_finish(&watch->intake);
    nj_seen_finish(&watch->seen);
    free(watch);
}

/* ---- doors ------------------------------------------------------------- */

struct nj_post_sink nj_watch_posts(struct nj_watch *watch)
{
    return (struct nj_post_sink){&watch->intake, nj_intake_take};
}

struct nj_command_sink nj_watch_commands(struct nj_watch *watch)
{
    return (struct nj_command_sink){&watch->commander, nj_commander_run};
}

struct nj_health_sink nj_watch_health(struct nj_watch *watch)
{
    return (struct nj_health_sink){&watch->care, nj_care_source};
}

static void
on_receipt(void *ctx, int64_t page_id, int status, const char *fault)
{
    struct nj_watch *watch = ctx;

    nj_outbox_receipt(&watch->outbox, page_id, status, fault);
}

struct nj_receipt_sink nj_watch_receipts(struct nj_watch *watch)
{
    return (struct nj_receipt_sink){watch, on_receipt};
}

void nj_watch_store(struct nj_watch *watch, const char *what)
{
    nj_care_store(&watch->care, what);
}

void nj_watch_jump(struct nj_watch *watch, int64_t delta_ms)
{
    nj_care_jump(&watch->care, delta_ms);
    nj_handovers_look(&watch->handovers);
    nj_drills_look(&watch->drills);
}

int nj_watch_replan(struct nj_watch *watch,
                    const struct nj_plan *plan,
                    const struct nj_engine *engine)
{
    if (engine != watch->intake.engine &&
        nj_intake_set_engine(&watch->intake, engine) != 0) {
        return NJ_E_NOMEM;
    }
    watch->env.plan = plan;
    nj_commander_replan(&watch->commander);
    nj_alerts_plan_changed(&watch->alerts);
    nj_channel_care_forget(&watch->channel_care);
    nj_calendars_renew(&watch->calendars);
    nj_climber_look(&watch->climber);
    nj_handovers_look(&watch->handovers);
    nj_drills_look(&watch->drills);
    return 0;
}

int nj_watch_keep_fact(struct nj_watch *watch,
                       const char *key,
                       const char *value)
{
    struct nj_deed *deed = nj_deed_begin(&watch->ledger);

    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    if (strcmp(key, "instance") == 0) {
        (void)snprintf(watch->env.instance, sizeof watch->env.instance, "%s",
                       value);
    }
    nj_txn_fact(nj_deed_txn(deed), key, value);
    nj_deed_commit(deed);
    return 0;
}

void nj_watch_alarm(struct nj_watch *watch,
                    const char *key,
                    enum nj_level severity,
                    const char *title,
                    const char *text)
{
    nj_care_alarm(&watch->care, key, severity, title, text);
}

void nj_watch_over(struct nj_watch *watch, const char *key, const char *text)
{
    nj_care_over(&watch->care, key, text);
}

struct nj_watch_stats nj_watch_stats(const struct nj_watch *watch)
{
    struct nj_watch_stats stats = watch->env.stats;

    stats.open = watch->alerts.count[NJ_ALERT_OPEN];
    stats.acked = watch->alerts.count[NJ_ALERT_ACKED];
    stats.snoozed = watch->alerts.count[NJ_ALERT_SNOOZED];
    return stats;
}

int nj_watch_is_well(const struct nj_watch *watch)
{
    int told = watch->care.store_trouble[0] != '\0'; /* it tries again */

    return !watch->ledger.broken &&
           (told || nj_store_stuck_ms(watch->env.store) < STUCK_MS);
}
