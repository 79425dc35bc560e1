/* What people do with an alert: take it, give it back, put it off, end it, ask
 * for more hands, hand it to somebody. */

#include "base/str.h"
#include "escalate/climbing.h"

/* " for 2h", or nothing when there is no end. */
static void
write_span(const struct nj_climbing *m, int64_t until_ms, char out[NJ_ACT_TEXT])
{
    char span[NJ_DURATION_TEXT];

    out[0] = '\0';
    if (until_ms != 0) {
        nj_act_write(out, " for %s",
                     nj_str_duration_text(until_ms - m->event->now_ms, span));
    }
}

static const char *actor(const struct nj_climbing *m)
{
    return m->event->person == NULL ? "nightjar" : m->event->person;
}

static int need_person(const struct nj_climbing *m, struct nj_err *err)
{
    return m->event->person != NULL
               ? 0
               : nj_err_set(err, NJ_E_INVALID, "say who does this");
}

/* Tell PERSON, by their chain when they were rung, else by their first
 * contact. Nobody is told what they did themselves. */
static void
tell_one(struct nj_climbing *m, const char *person, const char *text)
{
    const struct nj_chain first = {.person = person,
                                   .level = (uint8_t)m->severity};
    const struct nj_chain *chain = nj_chain_find(m, person);

    if (person != NULL && !nj_str_eq(person, m->event->person) &&
        !nj_str_eq(person, m->event->target)) {
        nj_act_tell(m, chain == NULL ? &first : chain, text);
    }
}

/* ---- taking it, giving it back ------------------------------------------ */

static int
ack_end(const struct nj_climbing *m, int64_t *out, struct nj_err *err)
{
    int64_t now = m->event->now_ms;
    int64_t expires = m->policy == NULL ? 0 : m->policy->ack_expires_ms;

    if (m->event->until_ms != 0 && m->event->until_ms <= now) {
        return nj_err_set(err, NJ_E_INVALID,
                          "acknowledge until when? That time is over already");
    }
    *out = m->event->until_ms != 0 ? m->event->until_ms
           : expires > 0           ? now + expires
                                   : 0;
    return 0;
}

int nj_climb_ack(struct nj_climbing *m, struct nj_err *err)
{
    const char *person = m->event->person;
    const char *before = m->climb.holder;
    int again = before != NULL && nj_str_eq(before, person);
    int stale = m->event->generation != 0 &&
                m->event->generation != m->climb.generation;
    char span[NJ_ACT_TEXT];
    char text[NJ_ACT_TEXT];
    int64_t until = 0;
    int code = need_person(m, err);

    if (code == 0) {
        code = ack_end(m, &until, err);
    }
    if (code != 0) {
        return code;
    }
    write_span(m, until, span);
    nj_act_stop(m);
    nj_chains_stop(m);
    m->climb.holder = person;
    if (before != NULL && !again) {
        nj_act_write(text, "%s takes it over from %s%s", person, before, span);
    } else {
        nj_act_write(text, "%s %s it%s", person, again ? "keeps" : "has", span);
    }
    nj_climb_move(m, NJ_ALERT_ACKED, until, "acked", "%s%s", text,
                  stale ? ", answering an earlier page" : "");
    if (!again) {
        nj_act_tell_all(m, before, text);
        tell_one(m, before, text);
    }
    return 0;
}

int nj_climb_unack(struct nj_climbing *m, struct nj_err *err)
{
    char why[NJ_ACT_TEXT];
    int code = need_person(m, err);

    if (code != 0) {
        return code;
    }
    if (nj_str_eq(m->event->person, m->climb.holder)) {
        nj_act_write(why, "%s has given it back", m->event->person);
    } else {
        nj_act_write(why, "%s has taken it from %s", m->event->person,
                     m->climb.holder);
    }
    nj_climb_open_anew(m, "unacked", why);
    nj_step_take(m);
    return 0;
}

/* The holder is called beside step 1, unless that did so already. */
int nj_climb_expire(struct nj_climbing *m, struct nj_err *err)
{
    const char *holder = m->climb.holder;
    char why[NJ_ACT_TEXT];

    (void)err;
    nj_act_write(why, "%s's acknowledgement has run out", holder);
    nj_climb_open_anew(m, "expired", why);
    nj_step_take(m);
    if (nj_chain_find(m, holder) == NULL &&
        m->view->person(m->view->ctx, holder) != NULL &&
        nj_chain_callable(m, holder)) {
        nj_act_write(m->why, "your acknowledgement has run out");
        nj_chain_call(m, holder);
    }
    return 0;
}

/* Whoever was rung by the present step has answered. */
static int all_answered(const struct nj_climbing *m)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        if (m->climb.chains[i].current && !m->climb.chains[i].answered) {
            return 0;
        }
    }
    return 1;
}

int nj_climb_answer(struct nj_climbing *m, struct nj_err *err)
{
    const char *person = m->event->person;
    struct nj_chain *chain = nj_chain_find(m, person);
    int code = need_person(m, err);

    if (code != 0) {
        return code;
    }
    if (chain == NULL) {
        return nj_err_set(err, NJ_E_STATE, "%s was not called yet", person);
    }
    if (chain->answered) {
        return nj_err_set(err, NJ_E_STATE, "%s has answered already", person);
    }
    chain->answered = 1;
    chain->due_ms = 0;
    nj_act_stop_person(m, person);
    nj_act_note(m, "answered", person, "%s has answered", person);
    if (m->climb.due_ms != 0 && all_answered(m)) {
        nj_act_write(m->why, "all called before have answered");
        nj_step_take(m);
    }
    return 0;
}

/* ---- putting it off, ending it ------------------------------------------ */

int nj_climb_snooze(struct nj_climbing *m, struct nj_err *err)
{
    const char *before = m->climb.holder;
    char span[NJ_ACT_TEXT];
    char text[NJ_ACT_TEXT];
    int code = need_person(m, err);

    if (code != 0) {
        return code;
    }
    if (m->event->until_ms <= m->event->now_ms) {
        return nj_err_set(err, NJ_E_INVALID,
                          "snooze until when? That time is over already");
    }
    write_span(m, m->event->until_ms, span);
    nj_act_write(text, "%s has put it off%s", m->event->person, span);
    nj_act_stop(m);
    nj_chains_stop(m);
    nj_climb_move(m, NJ_ALERT_SNOOZED, m->event->until_ms, "snoozed", "%s",
                  text);
    nj_act_tell_all(m, before, text);
    tell_one(m, before, text);
    return 0;
}

int nj_climb_resolve(struct nj_climbing *m, struct nj_err *err)
{
    const char *before = m->climb.holder;
    char text[NJ_ACT_TEXT];

    (void)err;
    nj_act_write(text, "it is over, says %s", actor(m));
    nj_act_stop(m);
    nj_chains_stop(m);
    nj_climb_move(m, NJ_ALERT_RESOLVED, 0, "resolved", "%s", text);
    nj_act_tell_all(m, before, text);
    tell_one(m, before, text);
    return 0;
}

/* ---- more hands, other hands -------------------------------------------- */

static int refuse_stale(const struct nj_climbing *m, struct nj_err *err)
{
    const struct nj_climb *c = &m->climb;

    if (c->holder != NULL) {
        return nj_err_set(err, NJ_E_STALE,
                          "it has gone on since that page: %s has it now",
                          c->holder);
    }
    return nj_err_set(err, NJ_E_STALE,
                      "it has gone on since that page: it was called anew "
                      "(call %u, the page was of call %u)",
                      c->generation, m->event->generation);
}

/* From where it stood, or from the start when it had come to its end. */
static void open_for_more(struct nj_climbing *m, const char *why)
{
    struct nj_climb was = m->climb;
    const char *before = was.holder;

    tell_one(m, before, why);
    nj_act_stop(m);
    nj_climb_open_anew(m, "escalated", why);
    if (was.flags == 0) {
        m->climb.step = was.step;
        m->climb.round = was.round;
    }
}

int nj_climb_escalate(struct nj_climbing *m, struct nj_err *err)
{
    uint32_t generation = m->event->generation;
    char why[NJ_ACT_TEXT];
    int code = need_person(m, err);

    if (code != 0) {
        return code;
    }
    if (generation != 0 && generation != m->climb.generation) {
        return refuse_stale(m, err);
    }
    if (m->policy == NULL) {
        return nj_err_set(err, NJ_E_STATE,
                          "it has no policy to climb; reassign it to a person");
    }
    nj_act_write(why, "%s asks for help", m->event->person);
    if (m->climb.state == NJ_ALERT_OPEN && m->climb.flags == 0) {
        nj_act_note(m, "escalated", m->event->person, "%s", why);
        nj_act_write(m->why, "%s", why);
    } else {
        open_for_more(m, why);
    }
    nj_step_take(m);
    return 0;
}

static int find_target(struct nj_climbing *m, struct nj_err *err)
{
    const char *target = m->event->target;

    if (target == NULL) {
        return nj_err_set(err, NJ_E_INVALID, "say to whom");
    }
    if (m->view->person(m->view->ctx, target) == NULL) {
        return nj_err_set(err, NJ_E_NOTFOUND, "nobody is called %s", target);
    }
    if (!nj_chain_callable(m, target)) {
        return nj_err_set(err, NJ_E_NOTFOUND,
                          "%s has no working contact; give them rules or an "
                          "email",
                          target);
    }
    return 0;
}

int nj_climb_reassign(struct nj_climbing *m, struct nj_err *err)
{
    const char *target = m->event->target;
    const char *before = m->climb.holder;
    char why[NJ_ACT_TEXT];
    int code = need_person(m, err);

    if (code == 0) {
        code = find_target(m, err);
    }
    if (code != 0) {
        return code;
    }
    nj_act_write(why, "%s has given it to %s", m->event->person, target);
    nj_act_stop(m);
    nj_act_tell_all(m, before, why);
    tell_one(m, before, why);
    nj_climb_open_anew(m, "reassigned", why);
    if (m->policy != NULL) {
        int64_t wait = m->policy->step_count > 0 ? nj_step_wait(m, 0)
                                                 : NJ_CLIMB_LAST_WAIT_MS;

        m->climb.due_ms = m->event->now_ms + wait;
    }
    nj_chain_call(m, target);
    return 0;
}
