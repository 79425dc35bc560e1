#include "watch/care.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

enum {
    OWNER_WAIT_MS = 600000, /* the owner is rung again after this */
    HOUSE_MS = 10 * 60000,  /* between two rounds of tidying */
    AGAIN_MS = 200,         /* there was more to purge: soon again */
    CALM_MS = 3600000,      /* what happened once is over when it stays calm */
    QUIET_DAYS = 7, /* what was only mailed and nobody touched is over */
    CLOSED_A_ROUND = 256,
    NOBODY_KEY = 48,
};

#define DAY_MS INT64_C(86400000)

/* ---- alarms ------------------------------------------------------------ */

static void raise_alarm(struct nj_care *care,
                        struct nj_deed *deed,
                        const char *key,
                        enum nj_level severity,
                        const char *title,
                        const char *text,
                        const char *team,
                        const struct nj_policy *own_policy)
{
    const struct nj_plan *plan = care->env->plan;
    struct nj_opening opening = {
        .rule = nj_name(care->env->names, "nightjar"),
        .team = team,
        .trouble = key,
        .policy = own_policy != NULL ? own_policy
                                     : nj_plan_policy(plan, plan->ops_policy),
        .own_policy = own_policy != NULL,
        .severity = severity,
        .flags = NJ_ALERT_OPS,
        .card = {.title = title, .excerpt = text, .why = "nightjar itself"},
    };

    if (opening.rule == NULL) {
        nj_deed_spoil(deed);
        return;
    }
    (void)nj_opener_raise(care->opener, deed, &opening);
}

void nj_care_alarm(struct nj_care *care,
                   const char *key,
                   enum nj_level severity,
                   const char *title,
                   const char *text)
{
    struct nj_deed *deed;

    if (!care->open || nj_opener_find(care->opener, key) != NULL) {
        return;
    }
    deed = nj_deed_begin(care->ledger);
    if (deed == NULL) {
        nj_log_error("%s: %s (and no memory to raise an alert)", title, text);
        return;
    }
    raise_alarm(care, deed, key, severity, title, text,
                care->env->plan->ops_team, NULL);
    nj_deed_commit(deed);
}

static int
resolve(struct nj_care *care, struct nj_deed *deed, struct nj_alert *alert)
{
    struct nj_esc_event event = {
        .kind = NJ_ESC_RESOLVE,
        .now_ms = nj_loop_wall_ms(care->env->loop),
    };

    return nj_climber_run(care->climber, deed, alert, &event, NULL, NULL);
}

static void end_alarm(struct nj_care *care,
                      struct nj_deed *deed,
                      struct nj_alert *alert,
                      const char *text)
{
    nj_deed_event(deed, alert->id, "over", NULL, "%s", text);
    if (resolve(care, deed, alert) != 0) {
        nj_deed_spoil(deed);
    }
}

void nj_care_over(struct nj_care *care, const char *key, const char *text)
{
    struct nj_alert *alert = nj_opener_find(care->opener, key);
    struct nj_deed *deed;

    if (alert == NULL || alert->climb.state == NJ_ALERT_RESOLVED) {
        return;
    }
    deed = nj_deed_begin(care->ledger);
    if (deed == NULL) {
        return; /* it stays open until a person resolves it */
    }
    end_alarm(care, deed, alert, text);
    nj_deed_commit(deed);
}

/* ---- sources ----------------------------------------------------------- */

const struct nj_sick *nj_care_find(const struct nj_care *care,
                                   const char *source)
{
    for (size_t i = 0; i < care->source_count; i++) {
        if (nj_str_eq(care->sources[i].source, source)) {
            return &care->sources[i];
        }
    }
    return NULL;
}

static struct nj_sick *find_or_add(struct nj_care *care, const char *source)
{
    const struct nj_sick *found = nj_care_find(care, source);
    const char *name = nj_name(care->env->names, source);

    if (found != NULL) {
        return &care->sources[found - care->sources];
    }
    if (name == NULL) {
        return NULL;
    }
    if (care->source_count == care->source_room) {
        size_t room = care->source_room * 2 + 16;
        struct nj_sick *grown = realloc(care->sources, room * sizeof *grown);

        if (grown == NULL) {
            return NULL;
        }
        care->sources = grown;
        care->source_room = room;
    }
    care->sources[care->source_count] = (struct nj_sick){.source = name};
    return &care->sources[care->source_count++];
}

static void count_sick(struct nj_care *care)
{
    care->env->stats.sources_sick = 0;
    for (size_t i = 0; i < care->source_count; i++) {
        care->env->stats.sources_sick += care->sources[i].what != NULL;
    }
}

void nj_care_source(void *ctx,
                    const char *source,
                    const char *what,
                    int64_t next_ms)
{
    struct nj_care *care = ctx;
    struct nj_sick *sick = find_or_add(care, source);
    char key[NJ_LIMIT_NAME_BYTES + 16];
    char title[160];

    if (sick == NULL) {
        nj_log_error("source %s: %s", source, what == NULL ? "well" : what);
        return;
    }
    if (sick->what == NULL && what != NULL) {
        sick->since_ms = nj_loop_wall_ms(care->env->loop);
    }
    free(sick->what);
    sick->what = what == NULL ? NULL : strdup(what);
    sick->next_ms = next_ms;
    count_sick(care);
    (void)snprintf(key, sizeof key, "source %s", source);
    (void)snprintf(title, sizeof title, "Source %s cannot be watched", source);
    if (what != NULL) {
        nj_care_alarm(care, key, NJ_LEVEL_HIGH, title, what);
    } else {
        nj_care_over(care, key, "the source answers again");
    }
}

/* ---- store, clock, judge, owner ---------------------------------------- */

/* What was told of is over by itself when it does not happen again. Steady
 * time: the clock itself may be what jumped. */
static void over_later(struct nj_care *care, int64_t *at_mono_ms)
{
    *at_mono_ms = nj_loop_mono_ms(care->env->loop) + CALM_MS;
}

static void calm_down(struct nj_care *care)
{
    int64_t now = nj_loop_mono_ms(care->env->loop);

    if (care->clock_over_ms != 0 && now >= care->clock_over_ms) {
        care->clock_over_ms = 0;
        nj_care_over(care, "clock", "the clock has not jumped again");
    }
    if (care->store_over_ms != 0 && now >= care->store_over_ms &&
        care->store_trouble[0] == '\0') {
        care->store_over_ms = 0;
        nj_care_over(care, "store", "the store has worked since");
    }
}

/* Tell the operators past the store: a page that cannot be written down. */
static void ring_without_store(struct nj_care *care, const char *what)
{
    nj_log_error("the store is in trouble: %s", what);
    nj_ledger_tell(care->ledger, "alarm", NULL, "the store is in trouble: %s",
                   what);
    nj_opener_ring_unsaved(care->opener, "nightjar cannot store anything",
                           what);
}

void nj_care_store(void *ctx, const char *what)
{
    struct nj_care *care = ctx;

    if (what != NULL) {
        (void)snprintf(care->store_trouble, sizeof care->store_trouble, "%s",
                       what);
        if (care->open) {
            ring_without_store(care, what);
        }
        return;
    }
    care->store_trouble[0] = '\0';
    nj_ledger_tell(care->ledger, "over", NULL, "the store works again");
    nj_care_alarm(care, "store", NJ_LEVEL_HIGH,
                  "The store was in trouble and works again",
                  "Nothing was lost; what waited is written now.");
    over_later(care, &care->store_over_ms);
}

void nj_care_jump(void *ctx, int64_t delta_ms)
{
    struct nj_care *care = ctx;
    char text[160];
    char by[NJ_DURATION_TEXT];

    (void)snprintf(text, sizeof text, "The system's clock jumped by %s%s.",
                   nj_str_duration_text(delta_ms / 1000 * 1000, by),
                   delta_ms > 0 ? " (or the machine slept). What came due "
                                  "meanwhile runs now"
                                : ". Deadlines keep their distance");
    nj_log_warning("%s", text);
    if (delta_ms < 0) { /* else everybody would be woken too late */
        nj_climber_shift(care->climber, delta_ms);
        nj_outbox_shift(care->opener->outbox, delta_ms);
    }
    nj_care_alarm(care, "clock", NJ_LEVEL_LOW, "The clock jumped", text);
    over_later(care, &care->clock_over_ms);
    nj_climber_look(care->climber);
}

void nj_care_unjudged(void *ctx,
                      struct nj_deed *deed,
                      const struct nj_post *post)
{
    struct nj_care *care = ctx;
    char text[200];
    const struct nj_alert *alert;
    char *copy;

    (void)snprintf(text, sizeof text,
                   "A post of %s could not be judged; it is stored. Look at "
                   "it yourself: %.100s",
                   post->source, post->url == NULL ? post->id : post->url);
    copy = nj_arena_strdup(nj_deed_arena(deed), text);
    if (copy == NULL) {
        nj_deed_spoil(deed);
        return;
    }
    alert = nj_opener_find(care->opener, "unjudged");
    if (alert != NULL) { /* told already: the story has each of them */
        nj_deed_event(deed, alert->id, "unjudged", NULL, "%s", copy);
        return;
    }
    raise_alarm(care, deed, "unjudged", NJ_LEVEL_HIGH,
                "A post could not be judged", copy, care->env->plan->ops_team,
                NULL);
}

/* The key of the trouble that ALERT reached nobody. */
static void name_nobody(const struct nj_alert *alert, char out[NOBODY_KEY])
{
    (void)snprintf(out, NOBODY_KEY, "nobody %lld", (long long)alert->id);
}

void nj_care_owner(void *ctx,
                   struct nj_deed *deed,
                   const struct nj_alert *alert,
                   const char *text)
{
    struct nj_care *care = ctx;
    const struct nj_team *team = nj_plan_team(care->env->plan, alert->team);
    struct nj_target owner = {NJ_TARGET_PERSON, NULL};
    struct nj_step step = {&owner, 1, OWNER_WAIT_MS};
    struct nj_policy policy = {.name = nj_name(care->env->names, "owner"),
                               .steps = &step,
                               .step_count = 1,
                               .repeat = 3};
    char key[NOBODY_KEY];

    if (alert->flags & NJ_ALERT_OPS) {
        nj_log_error("alert %lld about nightjar itself reached nobody: %s",
                     (long long)alert->id, text);
        nj_opener_mail_team(care->opener, deed, alert,
                            care->env->plan->ops_team, NULL);
        return;
    }
    if (team != NULL) {
        owner.name = team->owner != NULL      ? team->owner
                     : team->people_count > 0 ? team->people[0]
                                              : NULL;
    }
    name_nobody(alert, key);
    raise_alarm(care, deed, key, NJ_LEVEL_CRITICAL, "An alert reached nobody",
                text, team == NULL ? care->env->plan->ops_team : team->name,
                owner.name == NULL || policy.name == NULL ? NULL : &policy);
}

void nj_care_taken(void *ctx,
                   struct nj_deed *deed,
                   const struct nj_alert *alert)
{
    struct nj_care *care = ctx;
    struct nj_alert *nobody;
    char key[NOBODY_KEY];
    char text[80];

    if (alert->flags & NJ_ALERT_OPS) {
        return; /* and those about itself call no owner */
    }
    name_nobody(alert, key);
    nobody = nj_opener_find(care->opener, key);
    if (nobody == NULL) {
        return;
    }
    (void)snprintf(
        text, sizeof text, "alert %lld is %s", (long long)alert->id,
        nj_alert_state_name((enum nj_alert_state)alert->climb.state));
    end_alarm(care, deed, nobody, text);
}

/* ---- keeping house ----------------------------------------------------- */

/* Nobody has to answer mail: without this, quiet alerts would pile up. */
static void close_quiet(struct nj_care *care)
{
    int64_t before = nj_loop_wall_ms(care->env->loop) - QUIET_DAYS * DAY_MS;
    struct nj_alert *old[CLOSED_A_ROUND];
    struct nj_alert *alert;
    struct nj_deed *deed;
    size_t count = 0;
    size_t at = 0;

    while (count < CLOSED_A_ROUND &&
           (alert = nj_alerts_each(care->opener->alerts, &at)) != NULL) {
        if (alert->climb.state == NJ_ALERT_OPEN && alert->policy == NULL &&
            !(alert->flags & NJ_ALERT_OPS) && alert->touched_ms < before) {
            old[count++] = alert;
        }
    }
    deed = count == 0 ? NULL : nj_deed_begin(care->ledger);
    if (deed == NULL) {
        return; /* nothing to do, or the next round does it */
    }
    for (size_t i = 0; i < count; i++) {
        nj_deed_event(deed, old[i]->id, "over", NULL,
                      "it was told by mail, and nothing has come for %d days",
                      QUIET_DAYS);
        if (resolve(care, deed, old[i]) != 0) {
            nj_deed_spoil(deed);
        }
    }
    nj_deed_commit(deed);
}

static void arm(struct nj_care *care, int64_t delay_ms);

static void
on_filter(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_care *care = query->ctx;

    care->asking = 0;
    if (status != 0) {
        arm(care, HOUSE_MS);
        return;
    }
    for (size_t i = 0; i < rows->hash_count; i++) {
        nj_seen_add(care->seen, rows->hashes[i]);
    }
    if (rows->hash_count == 0) {
        care->seen->complete = 1;
    } else {
        care->filter_at = rows->last_id;
    }
    arm(care, 0);
}

static void
on_purged(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_care *care = query->ctx;

    care->asking = 0;
    arm(care, status == 0 && rows->purge_more ? AGAIN_MS : HOUSE_MS);
}

static void ask(struct nj_care *care, enum nj_query_kind kind)
{
    int64_t now = nj_loop_wall_ms(care->env->loop);

    memset(&care->query, 0, sizeof care->query);
    care->query.kind = kind;
    care->query.ctx = care;
    if (kind == NJ_QUERY_HASHES) {
        care->query.after_id = care->filter_at;
        care->query.done = on_filter;
        care->query.limit = 20000;
    } else {
        care->query.since_ms =
            care->retention_posts_ms == 0 ? 0 : now - care->retention_posts_ms;
        care->query.until_ms = care->retention_alerts_ms == 0
                                   ? 0
                                   : now - care->retention_alerts_ms;
        care->query.done = on_purged;
    }
    care->asking = nj_store_query(care->env->store, &care->query) == 0;
}

static void on_house(struct nj_timer *timer)
{
    struct nj_care *care = timer->ctx;

    if (care->asking) {
        return;
    }
    if (!care->seen->complete) {
        ask(care, NJ_QUERY_HASHES);
        return;
    }
    calm_down(care);
    close_quiet(care);
    nj_roster_tidy(care->opener->roster, nj_loop_wall_ms(care->env->loop));
    ask(care, NJ_QUERY_PURGE);
}

static void arm(struct nj_care *care, int64_t delay_ms)
{
    care->timer.ctx = care;
    if (care->open && nj_timer_set(care->env->loop, &care->timer, delay_ms,
                                   delay_ms / 10, on_house) != 0) {
        nj_log_error("no memory for the house-keeping timer");
    }
}

void nj_care_open(struct nj_care *care)
{
    care->open = 1;
    if (care->env->last_post_id == 0) {
        care->seen->complete = 1;
    }
    arm(care, care->seen->complete ? HOUSE_MS : 0);
}

void nj_care_close(struct nj_care *care)
{
    care->open = 0;
    nj_timer_stop(&care->timer);
}

void nj_care_finish(struct nj_care *care)
{
    for (size_t i = 0; i < care->source_count; i++) {
        free(care->sources[i].what);
    }
    free(care->sources);
    care->sources = NULL;
    care->source_count = 0;
}
