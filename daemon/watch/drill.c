#include "watch/drill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "watch/drill_report.h"
#include "watch/news.h"

enum {
    LAST_WAIT_MS = 10 * 60000, /* of the last resort as a step of a walk */
    SPARE_MS = 60000,          /* past the last step, before it is cut off */
    AGAIN_MS = 60000,          /* the store could not say: asked again */
    KEY_BYTES = 32,
};

struct nj_drill {
    struct nj_drills *drills;
    int64_t alert;
    int64_t ends_ms;
    const char *who; /* interned; NULL: unknown */
    struct nj_defer defer;
    struct nj_query_req query;
    int asking; /* 1: its end is under way */
    struct nj_drill *next;
};

/* ---- the list ------------------------------------------------------------ */

static struct nj_drill *find(const struct nj_drills *drills, int64_t alert)
{
    struct nj_drill *d = drills->first;

    while (d != NULL && d->alert != alert) {
        d = d->next;
    }
    return d;
}

static struct nj_drill *
add(struct nj_drills *drills, int64_t alert, int64_t ends_ms, const char *who)
{
    struct nj_drill *d = calloc(1, sizeof *d);

    if (d != NULL) {
        d->drills = drills;
        d->alert = alert;
        d->ends_ms = ends_ms;
        d->who = who;
        d->next = drills->first;
        drills->first = d;
        drills->env->drills++;
    }
    return d;
}

static void forget(struct nj_drill *drill)
{
    struct nj_drills *drills = drill->drills;
    struct nj_drill **at = &drills->first;

    while (*at != drill) {
        at = &(*at)->next;
    }
    *at = drill->next;
    drills->env->drills--;
    nj_loop_undefer(drills->env->loop, &drill->defer);
    free(drill);
}

int64_t nj_drills_end_of(const struct nj_drills *drills, int64_t alert)
{
    const struct nj_drill *d = find(drills, alert);

    return d == NULL ? 0 : d->ends_ms;
}

/* ---- facts --------------------------------------------------------------- */

static void write_key(int64_t alert, char out[KEY_BYTES])
{
    (void)snprintf(out, KEY_BYTES, "drill %lld", (long long)alert);
}

static void keep_fact(const struct nj_drill *d, struct nj_deed *deed)
{
    char key[KEY_BYTES];
    char value[NJ_LIMIT_NAME_BYTES + 32];

    write_key(d->alert, key);
    (void)snprintf(value, sizeof value, "%lld %s", (long long)d->ends_ms,
                   d->who == NULL ? "" : d->who);
    nj_txn_fact(nj_deed_txn(deed), key, value);
}

int nj_drills_load(struct nj_drills *drills, const char *key, const char *value)
{
    char number[24];
    const char *space = strchr(value, ' ');
    const char *who = NULL;
    int64_t alert;
    int64_t ends;

    if (nj_str_starts(key, "drilled ")) {
        return nj_drill_marks_load(drills, key, value);
    }
    if (!nj_str_starts(key, "drill ") || space == NULL ||
        (size_t)(space - value) >= sizeof number ||
        nj_str_int(key + strlen("drill "), &alert) != 0) {
        return 0;
    }
    (void)snprintf(number, sizeof number, "%.*s", (int)(space - value), value);
    if (nj_str_int(number, &ends) != 0) {
        return 0;
    }
    if (space[1] != '\0') {
        who = nj_name(drills->env->names, space + 1);
        if (who == NULL) {
            return NJ_E_NOMEM;
        }
    }
    return add(drills, alert, ends, who) == NULL ? NJ_E_NOMEM : 0;
}

/* ---- starting ------------------------------------------------------------ */

/* The policy as a drill climbs it: one round, and no answer runs out. The last
 * resort of a walk is one more step. */
static int copy_policy(const struct nj_drill_wish *wish,
                       struct nj_arena *arena,
                       struct nj_policy *out)
{
    const struct nj_policy *from = wish->policy;
    int more = wish->walk && from->last_resort != NULL;
    struct nj_step *steps =
        nj_arena_zalloc(arena, (from->step_count + 1) * sizeof *steps);
    struct nj_target *last = nj_arena_zalloc(arena, sizeof *last);

    if (steps == NULL || last == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < from->step_count; i++) {
        steps[i] = from->steps[i];
    }
    *out = *from;
    if (more) {
        *last = (struct nj_target){NJ_TARGET_PERSON, from->last_resort};
        steps[from->step_count] = (struct nj_step){last, 1, LAST_WAIT_MS};
        out->step_count++;
        out->last_resort = NULL;
    }
    out->steps = steps;
    out->repeat = 1;
    out->ack_expires_ms = 0;
    return 0;
}

/* How long one round lasts, with the last resort. */
static int64_t length_of(const struct nj_policy *policy)
{
    int64_t sum = 0;
    int64_t last = 0;

    for (size_t i = 0; i < policy->step_count; i++) {
        last = policy->steps[i].wait_ms;
        sum += last;
    }
    if (policy->last_resort != NULL) {
        sum += last > LAST_WAIT_MS ? last : LAST_WAIT_MS;
    }
    return sum + SPARE_MS;
}

static const char *
say(struct nj_arena *arena, const char *before, const char *s)
{
    char text[400];

    (void)snprintf(text, sizeof text, "%s%s", before, s);
    return nj_arena_strdup(arena, text);
}

static void fill_card(const struct nj_drill_wish *wish,
                      struct nj_arena *arena,
                      struct nj_card *out)
{
    *out = (struct nj_card){
        .title = say(arena, "Drill of policy ", wish->policy->name),
        .excerpt = "",
        .why = wish->note != NULL && wish->note[0] != '\0' ? wish->note : NULL,
        .playbook = wish->rule == NULL ? NULL : wish->rule->playbook,
        .place = NJ_PLACE_ELSEWHERE,
    };
    if (wish->rule != NULL && out->title != NULL) {
        out->title = say(arena, out->title, " as of rule ");
        out->title = out->title == NULL
                         ? NULL
                         : say(arena, out->title, wish->rule->name);
    }
}

static const char *team_of(const struct nj_plan *plan,
                           const struct nj_drill_wish *wish)
{
    if (wish->rule != NULL && wish->rule->team != NULL) {
        return wish->rule->team;
    }
    return wish->policy->team != NULL ? wish->policy->team : plan->ops_team;
}

static struct nj_alert *open_alert(struct nj_drills *drills,
                                   struct nj_deed *deed,
                                   const struct nj_drill_wish *wish,
                                   const struct nj_policy *policy,
                                   const struct nj_card *card)
{
    struct nj_opening opening = {
        .rule = nj_name(drills->env->names, "drill"),
        .team = team_of(drills->env->plan, wish),
        .policy = policy,
        .own_policy = 1,
        .severity = wish->severity != NJ_LEVEL_NONE ? wish->severity
                    : wish->rule != NULL            ? wish->rule->severity
                                                    : NJ_LEVEL_CRITICAL,
        .flags = NJ_ALERT_RAISED | NJ_ALERT_TEST | NJ_ALERT_DRILL |
                 (wish->walk ? (unsigned)NJ_ALERT_WALK : 0u),
        .card = *card,
        .who = wish->who,
        .ends_ms = nj_loop_wall_ms(drills->env->loop) +
                   (wish->for_ms > 0 ? wish->for_ms : length_of(policy)),
    };

    if (opening.rule == NULL) {
        nj_deed_spoil(deed);
        return NULL;
    }
    return nj_opener_raise(drills->opener, deed, &opening);
}

struct nj_alert *nj_drill_start(struct nj_drills *drills,
                                struct nj_deed *deed,
                                const struct nj_drill_wish *wish,
                                struct nj_card *out_card)
{
    struct nj_arena *arena = nj_deed_arena(deed);
    struct nj_policy policy;
    struct nj_alert *alert;
    struct nj_drill *drill;

    fill_card(wish, arena, out_card);
    if (out_card->title == NULL || copy_policy(wish, arena, &policy) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    alert = open_alert(drills, deed, wish, &policy, out_card);
    if (alert == NULL) {
        return NULL;
    }
    drill = add(drills, alert->id, alert->ends_ms, wish->who);
    if (drill == NULL) {
        nj_deed_spoil(deed);
        return NULL;
    }
    keep_fact(drill, deed);
    return alert;
}

/* ---- ending -------------------------------------------------------------- */

static void begin_ends(struct nj_drills *drills);

static void on_again(struct nj_timer *timer)
{
    begin_ends(timer->ctx);
}

/* The end could not be told now: in a while. */
static void try_again(struct nj_drill *drill)
{
    struct nj_drills *drills = drill->drills;

    drill->asking = 0;
    drills->again.ctx = drills;
    if (nj_timer_set(drills->env->loop, &drills->again, AGAIN_MS, 0,
                     on_again) != 0) {
        nj_log_error("no memory to end drill %lld; the next start does",
                     (long long)drill->alert);
    }
}

static int
resolve(struct nj_drill *drill, struct nj_deed *deed, struct nj_alert *alert)
{
    struct nj_esc_event event = {
        .kind = NJ_ESC_RESOLVE,
        .now_ms = nj_loop_wall_ms(drill->drills->env->loop),
    };

    return nj_climber_run(drill->drills->climber, deed, alert, &event, NULL,
                          NULL);
}

/* Into the story, and to who started it. */
static void
report(struct nj_drill *drill, struct nj_deed *deed, const struct nj_rows *rows)
{
    struct nj_drill_report result;
    struct nj_buf text;
    char headline[200];
    char key[KEY_BYTES];

    nj_drill_report_make(rows, &result);
    nj_buf_init(&text, NJ_LIMIT_NEWS_BYTES);
    nj_drill_report_line(&result, &text);
    nj_deed_event(deed, drill->alert, "report", drill->who, "%.500s",
                  nj_buf_text(&text));
    nj_buf_clear(&text);
    nj_drill_report_text(&result, &text);
    (void)snprintf(headline, sizeof headline,
                   "DRILL %lld is over: %zu of %zu called answered",
                   (long long)drill->alert, result.answered, result.count);
    if (nj_plan_person(drill->drills->env->plan, drill->who) != NULL) {
        (void)nj_news_tell(drill->drills->outbox, deed, drill->who,
                           NJ_NEWS_QUIET, headline, nj_buf_text(&text));
    }
    nj_buf_finish(&text);
    write_key(drill->alert, key);
    nj_txn_fact(nj_deed_txn(deed), key, NULL);
}

static void
on_story(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_drill *drill = query->ctx;
    struct nj_drills *drills = drill->drills;
    struct nj_alert *alert = nj_alerts_find(drills->alerts, drill->alert);
    struct nj_deed *deed;

    if (status == NJ_E_CANCELED || !drills->open) {
        drill->asking = 0;
        return; /* the next start reports it */
    }
    deed = nj_deed_begin(drills->ledger);
    if (deed == NULL || (status != 0 && status != NJ_E_NOTFOUND)) {
        if (deed != NULL) {
            nj_deed_drop(deed);
        }
        try_again(drill);
        return;
    }
    if (alert != NULL && alert->climb.state != NJ_ALERT_RESOLVED &&
        resolve(drill, deed, alert) != 0) {
        nj_deed_spoil(deed);
    }
    if (status == 0) {
        report(drill, deed, rows);
    }
    forget(drill);
    nj_deed_commit(deed);
}

static void on_over(struct nj_defer *defer)
{
    struct nj_drill *drill = defer->ctx;

    memset(&drill->query, 0, sizeof drill->query);
    drill->query.kind = NJ_QUERY_SHOW;
    drill->query.alert_ids = &drill->alert;
    drill->query.alert_id_count = 1;
    drill->query.done = on_story;
    drill->query.ctx = drill;
    if (nj_store_query(drill->drills->env->store, &drill->query) != 0) {
        drill->asking = 0; /* it closes: the next start reports it */
    }
}

static void begin_end(struct nj_drill *drill)
{
    if (!drill->asking && drill->drills->open) {
        drill->asking = 1;
        drill->defer.ctx = drill;
        nj_loop_defer(drill->drills->env->loop, &drill->defer, on_over);
    }
}

void nj_drills_over(void *ctx, struct nj_alert *alert)
{
    struct nj_drills *drills = ctx;
    struct nj_drill *drill = find(drills, alert->id);

    if (drill == NULL) { /* its fact was lost: the alert has all but the name */
        drill = add(drills, alert->id, alert->ends_ms, NULL);
    }
    if (drill == NULL) {
        nj_log_error("no memory to end drill %lld", (long long)alert->id);
        return;
    }
    begin_end(drill);
}

/* Those that have come to their end and are not told of yet. */
static void begin_ends(struct nj_drills *drills)
{
    int64_t now = nj_loop_wall_ms(drills->env->loop);

    for (struct nj_drill *d = drills->first; d != NULL; d = d->next) {
        const struct nj_alert *alert = nj_alerts_find(drills->alerts, d->alert);

        if (alert == NULL || nj_alerts_is_over(alert, now)) {
            begin_end(d);
        }
    }
}

void nj_drills_open(struct nj_drills *drills)
{
    drills->open = 1;
    begin_ends(drills);
    nj_drills_look(drills);
}

void nj_drills_close(struct nj_drills *drills)
{
    drills->open = 0;
    nj_timer_stop(&drills->again);
    nj_timer_stop(&drills->timer);
}

void nj_drills_finish(struct nj_drills *drills)
{
    nj_timer_stop(&drills->again);
    nj_drill_marks_finish(drills);
    while (drills->first != NULL) {
        struct nj_drill *next = drills->first->next;

        nj_loop_undefer(drills->env->loop, &drills->first->defer);
        free(drills->first);
        drills->first = next;
        drills->env->drills--;
    }
}
