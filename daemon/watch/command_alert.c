/* Verbs that answer an alert: ack, unack, resolve, snooze, escalate, reassign,
 * note, wrong. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "watch/command.h"
#include "watch/render.h"

/* ---- which alerts are meant -------------------------------------------- */

static int waits_for(const struct nj_alert *alert, const char *person)
{
    if (alert->climb.state != NJ_ALERT_OPEN) {
        return 0;
    }
    for (size_t i = 0; i < alert->climb.chain_count; i++) {
        if (alert->climb.chains[i].person == person) {
            return 1;
        }
    }
    return 0;
}

/* "ack" alone: the one alert that waits for whoever asks; a drill only when
 * nothing true does. */
static int find_waiting(struct nj_answering *a, struct nj_alert **out)
{
    const char *actor = nj_answer_actor(a);
    char ids[200] = "";
    struct nj_alert *alert;
    size_t at = 0;
    size_t found = 0;
    struct nj_alert *drill = NULL;

    while ((alert = nj_alerts_each(a->commander->alerts, &at)) != NULL) {
        if (waits_for(alert, actor) && (alert->flags & NJ_ALERT_DRILL)) {
            drill = alert;
        } else if (waits_for(alert, actor)) {
            size_t len = strlen(ids);

            found++;
            *out = alert;
            (void)snprintf(ids + len, sizeof ids - len, " %lld",
                           (long long)alert->id);
        }
    }
    if (found == 0 && drill != NULL) {
        *out = drill;
        return 0;
    }
    if (found == 1) {
        return 0;
    }
    if (found == 0) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND,
                          "no alert waits for %s; `nightjar list` shows all",
                          actor);
    }
    return nj_err_set(&a->err, NJ_E_INVALID,
                      "%zu alerts wait for %s:%s; say which", found, actor,
                      ids);
}

/* The live alert ID; NULL, and the error says why. */
static struct nj_alert *find_one(struct nj_answering *a, int64_t id)
{
    struct nj_alert *alert = nj_alerts_find(a->commander->alerts, id);

    if (alert == NULL) {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND,
                         "no alert %lld is open (`nightjar show %lld` if it "
                         "is over, `nightjar list` for the open ones)",
                         (long long)id, (long long)id);
    }
    return alert;
}

/* ---- the same event for each ------------------------------------------- */

/* Let EVENT happen to each alert that is meant, in one deed. When some fail,
 * the others still happen and the answer says which did not; when all fail,
 * the command fails with the first reason. */
struct many {
    struct nj_answering *a;
    struct nj_deed *deed;
    const struct nj_esc_event *event;
    uint64_t *counter; /* of true alerts moved; may be NULL */
    size_t moved;
    struct nj_err first; /* of what failed */
};

static void write_result(struct nj_answering *a,
                         const struct nj_alert *alert,
                         int64_t id,
                         const char *fault)
{
    nj_jw_open(&a->w, NULL, '{');
    if (alert != NULL) {
        nj_render_alert(&a->w, alert, NULL);
    } else {
        nj_jw_int(&a->w, "id", id);
    }
    if (fault != NULL) {
        nj_jw_text(&a->w, "error", fault);
    }
    nj_jw_close(&a->w, '}');
}

/* What the person said with it: --note. */
static void add_note(struct many *m, const struct nj_alert *alert)
{
    const char *text = m->a->req->command.text;

    if (text != NULL && text[0] != '\0') {
        nj_deed_event(m->deed, alert->id, "note", nj_answer_actor(m->a),
                      "%s: %s", nj_answer_actor(m->a), text);
    }
}

/* Who answers a drill that walks on stops what rings them, nobody else. */
static struct nj_esc_event event_for(const struct many *m,
                                     const struct nj_alert *alert)
{
    struct nj_esc_event event = *m->event;

    if (event.kind == NJ_ESC_ACK && (alert->flags & NJ_ALERT_WALK) &&
        alert->climb.state == NJ_ALERT_OPEN) {
        event.kind = NJ_ESC_ANSWER;
    }
    return event;
}

/* By which way somebody answered a drill: it is what a drill measures. */
static void note_way(struct many *m, const struct nj_alert *alert)
{
    const char *way = m->a->req->command.by;

    if (m->event->kind == NJ_ESC_ACK && (alert->flags & NJ_ALERT_DRILL)) {
        nj_deed_event(m->deed, alert->id, "answer", nj_answer_actor(m->a),
                      "%s answered by %s", nj_answer_actor(m->a),
                      way == NULL ? "hand" : way);
    }
}

static void move_one(struct many *m, int64_t id)
{
    struct nj_answering *a = m->a;
    struct nj_alert *alert = find_one(a, id);
    struct nj_err err = a->err;
    int code = NJ_E_NOTFOUND;

    if (alert != NULL) {
        err = (struct nj_err){0};
        struct nj_esc_event event = event_for(m, alert);

        code = nj_climber_run(a->commander->climber, m->deed, alert, &event,
                              NULL, &err);
    }
    if (alert != NULL && code == 0) {
        m->moved++;
        if (m->counter != NULL && !(alert->flags & NJ_ALERT_DRILL)) {
            (*m->counter)++;
        }
        note_way(m, alert);
        add_note(m, alert);
        write_result(a, alert, id, NULL);
        return;
    }
    if (m->first.code == 0) {
        m->first = err;
        m->first.code = code;
    }
    write_result(a, alert, id, err.text);
}

static int move_counted(struct nj_answering *a,
                        const struct nj_esc_event *event,
                        uint64_t *counter)
{
    const struct nj_command *c = &a->req->command;
    struct many many = {.a = a, .event = event, .counter = counter};
    struct nj_alert *waiting = NULL;

    if (c->id_count == 0) {
        int code = find_waiting(a, &waiting);

        if (code != 0) {
            return code;
        }
    }
    many.deed = nj_deed_begin(a->commander->ledger);
    if (many.deed == NULL) {
        return NJ_E_NOMEM;
    }
    nj_jw_open(&a->w, NULL, '[');
    if (waiting != NULL) {
        move_one(&many, waiting->id);
    }
    for (size_t i = 0; i < c->id_count; i++) {
        move_one(&many, c->ids[i]);
    }
    nj_jw_close(&a->w, ']');
    if (many.moved == 0) {
        nj_deed_drop(many.deed);
        a->err = many.first;
        return a->err.code;
    }
    return nj_answer_after(a, many.deed);
}

static int move_alerts(struct nj_answering *a, const struct nj_esc_event *event)
{
    return move_counted(a, event, NULL);
}

static struct nj_esc_event event_by(struct nj_answering *a,
                                    enum nj_esc_kind kind)
{
    return (struct nj_esc_event){
        .kind = kind,
        .now_ms = nj_loop_wall_ms(a->commander->env->loop),
        .person = nj_answer_actor(a),
        .generation = a->req->command.generation,
    };
}

int nj_verb_ack(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_ACK);

    if (a->req->command.for_ms > 0) {
        event.until_ms = event.now_ms + a->req->command.for_ms;
    }
    return move_counted(a, &event, &commander->env->stats.alerts_acked);
}

int nj_verb_unack(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_UNACK);

    (void)commander;
    return move_alerts(a, &event);
}

int nj_verb_resolve(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_RESOLVE);

    return move_counted(a, &event, &commander->env->stats.alerts_resolved);
}

int nj_verb_snooze(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_SNOOZE);

    (void)commander;
    if (a->req->command.for_ms <= 0) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "snooze for how long? `nightjar snooze ID 30m`");
    }
    event.until_ms = event.now_ms + a->req->command.for_ms;
    return move_alerts(a, &event);
}

int nj_verb_escalate(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_ESCALATE);

    (void)commander;
    return move_alerts(a, &event);
}

int nj_verb_reassign(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_REASSIGN);
    const char *to = a->req->command.person;

    if (to == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "to whom? `nightjar reassign ID PERSON`");
    }
    event.target = nj_name(commander->env->names, to);
    return move_alerts(a, &event);
}

/* ---- words ------------------------------------------------------------- */

static struct nj_alert *one_alert(struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;

    if (c->id_count != 1) {
        (void)nj_err_set(&a->err, NJ_E_INVALID, "say which alert, one number");
        return NULL;
    }
    return find_one(a, c->ids[0]);
}

int nj_verb_note(struct nj_commander *commander, struct nj_answering *a)
{
    const char *text = a->req->command.text;
    struct nj_alert *alert = one_alert(a);
    struct nj_deed *deed;

    if (alert == NULL) {
        return a->err.code;
    }
    if (text == NULL || text[0] == '\0') {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "the note is empty: `nightjar note ID TEXT`");
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    nj_deed_event(deed, alert->id, "note", nj_answer_actor(a), "%s: %s",
                  nj_answer_actor(a), text);
    write_result(a, alert, alert->id, NULL);
    return nj_answer_after(a, deed);
}

int nj_verb_wrong(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_esc_event event = event_by(a, NJ_ESC_RESOLVE);
    struct nj_alert *alert = one_alert(a);
    struct nj_deed *deed;
    uint8_t flags;

    if (alert == NULL) {
        return a->err.code;
    }
    if (alert->flags & NJ_ALERT_DRILL) {
        return nj_err_set(&a->err, NJ_E_STATE,
                          "%lld is a drill: nothing was judged; `nightjar "
                          "resolve %lld` ends it",
                          (long long)alert->id, (long long)alert->id);
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    flags = alert->flags;
    alert->flags |= NJ_ALERT_WRONG;
    nj_deed_event(deed, alert->id, "wrong", event.person,
                  "%s says this was a false alarm%s%s", event.person,
                  a->req->command.text == NULL ? "" : ": ",
                  a->req->command.text == NULL ? "" : a->req->command.text);
    if (alert->climb.state == NJ_ALERT_RESOLVED) {
        nj_txn_alert(nj_deed_txn(deed), alert, NULL);
    } else if (nj_climber_run(commander->climber, deed, alert, &event, NULL,
                              &a->err) != 0) {
        alert->flags = flags;
        nj_deed_drop(deed);
        return a->err.code;
    }
    write_result(a, alert, alert->id, NULL);
    return nj_answer_after(a, deed);
}
