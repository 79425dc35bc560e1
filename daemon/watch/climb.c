#include "watch/climb.h"

#include "base/log.h"

enum { DEADLINES_A_TURN = 256, SHIFTED_A_DEED = 256, LOOK_AGAIN_MS = 60000 };

/* ---- from actions to pages --------------------------------------------- */

struct contact {
    const char *channel;
    const char *target;
};

/* The contact INDEX of PERSON's rules of LEVEL; 0 when the plan has none any
 * more. */
static int find_contact(const struct nj_climber *climber,
                        const struct nj_action *action,
                        struct contact *out)
{
    const struct nj_person *person =
        nj_plan_person(climber->env->plan, action->person);

    if (person == NULL) {
        return 0;
    }
    if (action->contact == NJ_CONTACT_EMAIL) {
        *out = (struct contact){person->email_channel, person->email};
        return out->channel != NULL && out->target != NULL;
    }
    if (action->level >= NJ_LEVELS ||
        action->contact >= person->rule_count[action->level]) {
        return 0;
    }
    *out =
        (struct contact){person->rules[action->level][action->contact].channel,
                         person->rules[action->level][action->contact].target};
    return 1;
}

struct run {
    struct nj_climber *climber;
    struct nj_deed *deed;
    struct nj_alert *alert;
    const struct nj_card *card;
    int fresh; /* nobody was rung for the alert yet: these are its firsts */
    int hush;  /* who was rung knows already: nobody is told */
};

static void do_page(const struct run *run, const struct nj_action *action)
{
    struct contact contact;
    struct nj_page_wish wish = {
        .alert = run->alert,
        .person = action->person,
        .kind = NJ_PAGE_CALL,
        .contact = action->contact,
        .first = run->fresh && !(run->alert->flags & NJ_ALERT_DRILL),
        .until_ms = action->until_ms,
        .text = action->text[0] == '\0' ? NULL : action->text,
        .card = run->card,
    };

    if (!find_contact(run->climber, action, &contact)) {
        nj_deed_event(run->deed, run->alert->id, "skipped", action->person,
                      "%s: this contact is gone from the configuration",
                      action->person);
        return;
    }
    wish.channel = contact.channel;
    wish.target = contact.target;
    nj_outbox_add(run->climber->outbox, run->deed, &wish);
}

static void do_tell(const struct run *run, const struct nj_action *action)
{
    struct nj_action by = *action;
    struct contact contact;
    struct nj_page_wish wish = {
        .alert = run->alert,
        .person = action->person,
        .kind = NJ_PAGE_TELL,
        .contact = action->contact,
        .text = action->text,
        .card = run->card,
    };

    if (!find_contact(run->climber, &by, &contact)) {
        by.contact = NJ_CONTACT_EMAIL;
        if (!find_contact(run->climber, &by, &contact)) {
            nj_deed_event(run->deed, run->alert->id, "skipped", action->person,
                          "%s could not be told: no contact is left",
                          action->person);
            return;
        }
    }
    wish.channel = contact.channel;
    wish.target = contact.target;
    nj_outbox_add(run->climber->outbox, run->deed, &wish);
}

static void act(const struct run *run, const struct nj_action *action)
{
    struct nj_climber *climber = run->climber;

    switch (action->kind) {
    case NJ_ACT_PAGE:
        do_page(run, action);
        break;
    case NJ_ACT_TELL:
        if (!run->hush) {
            do_tell(run, action);
        }
        break;
    case NJ_ACT_STOP:
        nj_outbox_drop(climber->outbox, run->deed, run->alert, action->person);
        break;
    case NJ_ACT_NOTE:
        nj_deed_event(run->deed, run->alert->id, action->note, action->person,
                      "%s", action->text);
        break;
    case NJ_ACT_OWNER:
        if (!(run->alert->flags & NJ_ALERT_DRILL)) { /* its report says so */
            climber->on_owner(climber->on_owner_ctx, run->deed, run->alert,
                              action->text);
        }
        break;
    }
}

/* Whether nobody was ever rung for ALERT: not for this opening, and there was
 * none before. */
static int is_fresh(const struct nj_alert *alert)
{
    for (size_t i = 0; i < alert->climb.chain_count; i++) {
        const struct nj_chain *chain = &alert->climb.chains[i];

        if (chain->next > 0 || chain->fell_back) {
            return 0;
        }
    }
    return alert->climb.generation <= 1;
}

static int is_taken(const struct nj_alert *alert)
{
    return alert->climb.state == NJ_ALERT_ACKED ||
           alert->climb.state == NJ_ALERT_RESOLVED;
}

int nj_climber_run(struct nj_climber *climber,
                   struct nj_deed *deed,
                   struct nj_alert *alert,
                   const struct nj_esc_event *event,
                   const struct nj_card *card,
                   struct nj_err *err)
{
    struct nj_esc_view view = nj_roster_view(climber->roster);
    const struct nj_policy *policy =
        alert->policy == NULL ? NULL : &alert->policy->policy;
    enum nj_alert_state before = (enum nj_alert_state)alert->climb.state;
    struct nj_actions actions = {0};
    struct run run = {climber, deed, alert, card, is_fresh(alert),
                      /* that a drill is answered says that it is over */
                      (alert->flags & NJ_ALERT_DRILL) != 0 &&
                          before == NJ_ALERT_ACKED &&
                          event->kind == NJ_ESC_RESOLVE};
    int code =
        nj_escalate(&alert->climb, policy, (enum nj_level)alert->severity,
                    event, &view, &actions, err);

    if (code != 0) {
        nj_actions_finish(&actions);
        return code;
    }
    if (alert->climb.state != before || event->kind == NJ_ESC_OPEN) {
        alert->touched_ms = event->now_ms;
    }
    for (size_t i = 0; i < actions.count; i++) {
        act(&run, &actions.items[i]);
    }
    nj_actions_finish(&actions);
    nj_txn_alert(nj_deed_txn(deed), alert, card);
    if (nj_alerts_moved(climber->alerts, alert, before) != 0) {
        nj_deed_spoil(deed);
    }
    if (is_taken(alert) && alert->climb.state != before) {
        climber->on_taken(climber->on_taken_ctx, deed, alert);
    }
    if ((alert->flags & NJ_ALERT_DRILL) &&
        alert->climb.state == NJ_ALERT_RESOLVED &&
        before != NJ_ALERT_RESOLVED) {
        climber->on_drill_over(climber->on_drill_over_ctx, alert);
    }
    nj_climber_look(climber);
    return 0;
}

/* ---- deadlines --------------------------------------------------------- */

static void
run_timer(struct nj_climber *climber, struct nj_alert *alert, int64_t now_ms)
{
    int was_snoozed = alert->climb.state == NJ_ALERT_SNOOZED;
    struct nj_esc_event event = {.kind = NJ_ESC_TIMER, .now_ms = now_ms};
    struct nj_err err = {0};
    struct nj_deed *deed = nj_deed_begin(climber->ledger);

    if (deed == NULL) {
        climber->env->on_broken(climber->env->broken_ctx,
                                "memory ran out at an escalation");
        return;
    }
    if (nj_climber_run(climber, deed, alert, &event, NULL, &err) != 0) {
        nj_log_error("alert %lld does not climb: %s", (long long)alert->id,
                     err.text);
        nj_deed_drop(deed);
        climber->env->on_broken(climber->env->broken_ctx, err.text);
        return;
    }
    if (was_snoozed && alert->policy == NULL &&
        alert->climb.state == NJ_ALERT_OPEN) {
        climber->on_woken(climber->on_woken_ctx, deed, alert);
    }
    nj_deed_commit(deed);
}

static void run_due(struct nj_climber *climber)
{
    int64_t now = nj_loop_wall_ms(climber->env->loop);
    int64_t due;

    for (int i = 0; i < DEADLINES_A_TURN && !climber->ledger->broken; i++) {
        struct nj_alert *alert = nj_alerts_next(climber->alerts, &due);

        if (alert == NULL || due > now) {
            break;
        }
        if (alert->climb.state == NJ_ALERT_RESOLVED) {
            nj_alerts_forget(climber->alerts, alert);
        } else if (nj_alerts_is_over(alert, now)) {
            nj_alerts_rest(climber->alerts, alert);
            climber->on_drill_over(climber->on_drill_over_ctx, alert);
        } else {
            run_timer(climber, alert, now);
        }
    }
}

static void on_due(struct nj_timer *timer)
{
    struct nj_climber *climber = timer->ctx;

    run_due(climber);
    nj_climber_look(climber);
}

void nj_climber_look(struct nj_climber *climber)
{
    int64_t delay = LOOK_AGAIN_MS;
    int64_t due;

    if (!climber->open) {
        return;
    }
    if (nj_alerts_next(climber->alerts, &due) != NULL) {
        delay = due - nj_loop_wall_ms(climber->env->loop);
    } else {
        nj_timer_stop(&climber->timer);
        return;
    }
    if (delay > LOOK_AGAIN_MS) {
        delay = LOOK_AGAIN_MS; /* wall time may be set meanwhile */
    }
    climber->timer.ctx = climber;
    if (nj_timer_set(climber->env->loop, &climber->timer, delay < 0 ? 0 : delay,
                     0, on_due) != 0) {
        climber->env->on_broken(climber->env->broken_ctx,
                                "memory ran out while arming a timer");
    }
}

/* Returns whether ALERT has a deadline that moved. */
static int shift_climb(struct nj_climb *climb, int64_t delta_ms)
{
    int moved = climb->due_ms != 0;

    climb->due_ms += climb->due_ms == 0 ? 0 : delta_ms;
    for (size_t i = 0; i < climb->chain_count; i++) {
        if (climb->chains[i].due_ms != 0) {
            climb->chains[i].due_ms += delta_ms;
            moved = 1;
        }
    }
    return moved;
}

static void shift_alert(struct nj_climber *climber,
                        struct nj_deed *deed,
                        struct nj_alert *alert)
{
    enum nj_alert_state state = (enum nj_alert_state)alert->climb.state;

    nj_txn_alert(nj_deed_txn(deed), alert, NULL);
    if (nj_alerts_moved(climber->alerts, alert, state) != 0) {
        nj_deed_spoil(deed);
    }
}

void nj_climber_shift(struct nj_climber *climber, int64_t delta_ms)
{
    struct nj_deed *deed = NULL;
    struct nj_alert *alert;
    size_t count = 0;
    size_t at = 0;

    while ((alert = nj_alerts_each(climber->alerts, &at)) != NULL) {
        if (alert->climb.state == NJ_ALERT_RESOLVED ||
            !shift_climb(&alert->climb, delta_ms)) {
            continue;
        }
        if (deed == NULL) {
            deed = nj_deed_begin(climber->ledger);
        }
        if (deed == NULL) {
            climber->env->on_broken(climber->env->broken_ctx,
                                    "memory ran out when the clock was set");
            return;
        }
        shift_alert(climber, deed, alert);
        if (++count % SHIFTED_A_DEED == 0) {
            nj_deed_commit(deed);
            deed = NULL;
        }
    }
    if (deed != NULL) {
        nj_deed_commit(deed);
    }
    nj_climber_look(climber);
}

void nj_climber_open(struct nj_climber *climber)
{
    climber->open = 1;
    nj_climber_look(climber);
}

void nj_climber_close(struct nj_climber *climber)
{
    climber->open = 0;
    nj_timer_stop(&climber->timer);
}

void nj_climber_failed(struct nj_climber *climber,
                       struct nj_alert *alert,
                       const struct nj_page *page)
{
    struct nj_esc_event event = {
        .kind = NJ_ESC_FAILED,
        .now_ms = nj_loop_wall_ms(climber->env->loop),
        .person = page->person,
        .contact = page->contact,
        .generation = page->generation,
    };
    struct nj_deed *deed;

    if (alert == NULL || page->kind != NJ_PAGE_CALL || page->person == NULL ||
        alert->climb.state != NJ_ALERT_OPEN ||
        page->generation != alert->climb.generation) {
        return;
    }
    deed = nj_deed_begin(climber->ledger);
    if (deed == NULL) {
        climber->env->on_broken(climber->env->broken_ctx,
                                "memory ran out at an escalation");
        return;
    }
    if (nj_climber_run(climber, deed, alert, &event, NULL, NULL) != 0) {
        nj_deed_drop(deed);
        return;
    }
    nj_deed_commit(deed);
}
