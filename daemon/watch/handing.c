#include "watch/handing.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/time_say.h"
#include "watch/news.h"

enum {
    SOON_MS = 15 * 60000, /* who is on call so soon must hear of it now */
    HOW_BYTES = 240,
    BODY_BYTES = 4 << 10,
    OPEN_TOLD = 5,
};

/* ---- who and which ------------------------------------------------------- */

const char *nj_handing_person(struct nj_answering *a, const char *name)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const char *wanted = nj_str_eq(name, "me") ? a->req->command.actor : name;
    const struct nj_person *person = nj_plan_person(plan, wanted);

    if (person != NULL) {
        return person->name;
    }
    if (nj_str_eq(name, "me")) {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND,
                         "you are %s, who is no person of the configuration; "
                         "say who with --as PERSON",
                         wanted == NULL ? "nobody" : wanted);
    } else {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND, "no person '%s'",
                         name == NULL ? "" : name);
    }
    return NULL;
}

static const char *
list_schedules(const struct nj_plan *plan, char *out, size_t room)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < plan->schedule_count && len < room; i++) {
        int n = snprintf(out + len, room - len, "%s%s", i == 0 ? "" : ", ",
                         plan->schedules[i].name);

        len += n > 0 ? (size_t)n : 0;
    }
    return out;
}

const struct nj_schedule *nj_handing_schedule(struct nj_answering *a)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const char *name = a->req->command.schedule;
    const struct nj_schedule *found = nj_plan_schedule(plan, name);
    char names[300];

    if (name == NULL && plan->schedule_count == 1) {
        return &plan->schedules[0];
    }
    if (found == NULL && plan->schedule_count == 0) {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND, "there is no schedule");
    } else if (found == NULL && name == NULL) {
        (void)nj_err_set(&a->err, NJ_E_INVALID, "which schedule? %s",
                         list_schedules(plan, names, sizeof names));
    } else if (found == NULL) {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND,
                         "no schedule '%s'; there is "
                         "%s",
                         name, list_schedules(plan, names, sizeof names));
    }
    return found;
}

/* ---- trying -------------------------------------------------------------- */

void nj_handing_add(struct nj_handing *h,
                    const char *person,
                    const char *instead_of,
                    int64_t from_ms,
                    int64_t until_ms)
{
    if (h->count < NJ_HANDING_MOST) {
        h->made[h->count++] = (struct nj_override){
            .from_ms = from_ms,
            .until_ms = until_ms,
            .schedule = h->schedule->name,
            .person = person,
            .instead_of = instead_of,
            .made_by = nj_answer_actor(h->a),
        };
    }
}

void nj_handing_undo(struct nj_handing *h)
{
    for (size_t i = 0; i < h->count; i++) {
        (void)nj_roster_remove_override(h->a->commander->roster, h->made[i].id);
    }
}

/* When it is made: later than all others, even when the clock went back, since
 * the latest made wins. */
static int64_t made_now(const struct nj_commander *c)
{
    int64_t now = nj_loop_wall_ms(c->env->loop);

    for (size_t i = 0; i < c->roster->override_count; i++) {
        if (c->roster->overrides[i].made_ms > now) {
            now = c->roster->overrides[i].made_ms;
        }
    }
    return now;
}

static int put_on_roster(struct nj_handing *h)
{
    struct nj_commander *c = h->a->commander;
    int64_t made = made_now(c);

    for (size_t i = 0; i < h->count; i++) {
        h->made[i].id = c->env->last_other_id + 1 + (int64_t)i;
        h->made[i].made_ms = made;
        if (nj_roster_add_override(c->roster, &h->made[i]) != 0) {
            nj_handing_undo(h);
            return NJ_E_NOMEM;
        }
    }
    return 0;
}

static void compare(struct nj_handing *h)
{
    const struct nj_roster *roster = h->a->commander->roster;
    struct nj_rota before =
        nj_roster_rota_before(roster, h->schedule, h->count);
    struct nj_rota after = nj_roster_rota(roster, h->schedule);
    int64_t from = INT64_MAX;
    int64_t until = INT64_MIN;

    for (size_t i = 0; i < h->count; i++) {
        from = h->made[i].from_ms < from ? h->made[i].from_ms : from;
        until = h->made[i].until_ms > until ? h->made[i].until_ms : until;
    }
    nj_rota_compare(&before, &after, from, until, &h->change);
}

static int is_reachable(const struct nj_person *person)
{
    size_t contacts = person->email != NULL;

    for (int level = 0; level < NJ_LEVELS; level++) {
        contacts += person->rule_count[level];
    }
    return contacts > 0;
}

static int refuse(struct nj_handing *h)
{
    const struct nj_plan *plan = h->a->commander->env->plan;
    char text[NJ_TIME_TEXT];

    if (h->change.empties) {
        return nj_err_set(
            &h->a->err, NJ_E_DENIED,
            "from %s on nobody would be on call; name someone "
            "instead, or use --force",
            nj_time_text(h->schedule->zone, h->change.empty_from_ms, text));
    }
    for (size_t i = 0; i < h->change.gainer_count; i++) {
        const struct nj_person *p = nj_plan_person(plan, h->change.gainers[i]);

        if (p != NULL && !is_reachable(p)) {
            return nj_err_set(&h->a->err, NJ_E_DENIED,
                              "%s has no contact at all: a page would reach "
                              "nobody; give them one in the configuration, or "
                              "use --force",
                              p->name);
        }
    }
    return 0;
}

int nj_handing_try(struct nj_handing *h, int force)
{
    int code = put_on_roster(h);

    if (code != 0) {
        return code;
    }
    compare(h);
    code = force ? 0 : refuse(h);
    if (code != 0) {
        nj_handing_undo(h);
    }
    return code;
}

/* ---- writing and telling ------------------------------------------------- */

/* What waits for whoever is on call now: their first question. */
static void say_open(const struct nj_answering *a, struct nj_buf *out)
{
    const struct nj_alerts *alerts = a->commander->alerts;
    const struct nj_alert *alert;
    size_t at = 0;
    size_t open = 0;

    while ((alert = nj_alerts_each(alerts, &at)) != NULL) {
        if (alert->climb.state == NJ_ALERT_OPEN && alert->policy != NULL &&
            !(alert->flags & NJ_ALERT_TEST)) {
            open++;
            if (open <= OPEN_TOLD) {
                (void)nj_buf_addf(out, "%s %lld", open == 1 ? "Open now:" : ",",
                                  (long long)alert->id);
            }
        }
    }
    if (open > 0) {
        (void)nj_buf_addf(out, "%s. `nightjar list` shows %s.\n",
                          open > OPEN_TOLD ? " and more" : "",
                          open == 1 ? "it" : "them");
    }
}

static void tell_one(struct nj_answering *a,
                     struct nj_deed *deed,
                     const char *name,
                     int gains,
                     const struct nj_schedule *schedule,
                     const struct nj_rota_change *change,
                     const char *how,
                     const char *note)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const struct nj_person *person = nj_plan_person(plan, name);
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    int soon = change->from_ms <= now + SOON_MS;
    char headline[200];
    char span[NJ_SPAN_SAID];
    struct nj_buf body;

    if (person == NULL || name == nj_answer_actor(a)) {
        return;
    }
    (void)nj_span_say(person->zone != NULL ? person->zone : schedule->zone,
                      change->from_ms, change->until_ms, now, span);
    (void)snprintf(headline, sizeof headline, "You are %son call in %s",
                   gains ? "" : "no longer ", schedule->name);
    nj_buf_init(&body, BODY_BYTES);
    (void)nj_buf_addf(&body, "%s.\n%s.\n", span, how);
    if (note != NULL) {
        (void)nj_buf_addf(&body, "\"%s\"\n", note);
    }
    if (gains && soon) {
        say_open(a, &body);
    }
    (void)nj_news_tell(a->commander->outbox, deed, name,
                       soon ? NJ_NEWS_SOON : NJ_NEWS_QUIET, headline,
                       body.data == NULL ? how : body.data);
    nj_buf_finish(&body);
}

void nj_handing_tell(struct nj_answering *a,
                     struct nj_deed *deed,
                     const struct nj_schedule *schedule,
                     const struct nj_rota_change *change,
                     const char *how,
                     const char *note)
{
    for (size_t i = 0; i < change->gainer_count; i++) {
        tell_one(a, deed, change->gainers[i], 1, schedule, change, how, note);
    }
    for (size_t i = 0; i < change->loser_count; i++) {
        tell_one(a, deed, change->losers[i], 0, schedule, change, how, note);
    }
}

static void write_one(struct nj_handing *h,
                      struct nj_deed *deed,
                      const struct nj_override *o,
                      char how[HOW_BYTES])
{
    const char *actor = nj_answer_actor(h->a);
    int64_t now = nj_loop_wall_ms(h->a->commander->env->loop);
    char span[NJ_SPAN_SAID];

    (void)snprintf(how, HOW_BYTES, "%s%s%s on %s by %s",
                   o->person == NULL ? "nobody" : o->person,
                   o->instead_of == NULL ? "" : " instead of ",
                   o->instead_of == NULL ? "" : o->instead_of, o->schedule,
                   actor);
    nj_txn_override(nj_deed_txn(deed), o, h->note != NULL ? h->note : h->why);
    nj_deed_event(
        deed, 0, "override", actor, "%s, %s (%s%s%lld)", how,
        nj_span_say(h->schedule->zone, o->from_ms, o->until_ms, now, span),
        h->why == NULL ? "" : h->why, h->why == NULL ? "" : ", ",
        (long long)o->id);
}

void nj_handing_write(struct nj_handing *h, struct nj_deed *deed)
{
    const char *actor = nj_answer_actor(h->a);
    char how[HOW_BYTES] = "";
    char text[NJ_TIME_TEXT];

    h->a->commander->env->last_other_id += (int64_t)h->count;
    for (size_t i = 0; i < h->count; i++) {
        write_one(h, deed, &h->made[i], how);
    }
    if (h->change.empties) {
        nj_deed_event(
            deed, 0, "gap", actor,
            "%s: nobody is on call from %s on, forced by %s", h->schedule->name,
            nj_time_text(h->schedule->zone, h->change.empty_from_ms, text),
            actor);
    }
    if (!h->is_told) {
        nj_handing_tell(h->a, deed, h->schedule, &h->change, how, h->note);
    }
}
