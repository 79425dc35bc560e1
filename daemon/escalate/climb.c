/* The table of arrows, and the one mover.
 *
 *              ack                 resolve
 *    OPEN ----------> ACKED ------------------> RESOLVED
 *    ^ ^ \              | \                      ^   |
 *    | |  \ snooze      |  \ expires, unack,     |   | the same trouble
 *    | |   `-> SNOOZED  |   \ escalate, reassign |   | again: OPEN
 *    | |        |  |    |    `-> OPEN            |   |
 *    | `--------'  `----+------ resolve ---------'   |
 *    |   until, escalate, reassign, worse            |
 *    `-----------------------------------------------'
 */

#include <stdarg.h>

#include "base/str.h"
#include "escalate/climbing.h"

/* ---- the mover ---------------------------------------------------------- */

void nj_climb_move(struct nj_climbing *m,
                   enum nj_alert_state state,
                   int64_t due_ms,
                   const char *word,
                   const char *fmt,
                   ...)
{
    enum nj_alert_state from = (enum nj_alert_state)m->climb.state;
    char text[NJ_ACT_TEXT];
    va_list args;

    va_start(args, fmt);
    nj_act_vwrite(text, fmt, args);
    va_end(args);
    m->climb.state = (uint8_t)state;
    m->climb.due_ms = due_ms;
    if (state != NJ_ALERT_ACKED) {
        m->climb.holder = NULL;
    }
    if (from == state) {
        nj_act_note(m, word, m->event->person, "%s", text);
    } else {
        nj_act_note(m, word, m->event->person, "%s (%s -> %s)", text,
                    nj_alert_state_name(from), nj_alert_state_name(state));
    }
}

void nj_climb_open_anew(struct nj_climbing *m,
                        const char *word,
                        const char *why)
{
    m->climb.generation++;
    m->climb.flags = 0;
    m->climb.step = 0;
    m->climb.round = 0;
    nj_chains_forget(m);
    nj_act_write(m->why, "%s", why);
    nj_climb_move(m, NJ_ALERT_OPEN, 0, word, "%s", why);
}

/* ---- opening, and getting worse ----------------------------------------- */

/* What was waiting is dropped, and all begins anew. */
static int begin_again(struct nj_climbing *m, const char *word, const char *why)
{
    nj_act_stop(m);
    nj_climb_open_anew(m, word, why);
    nj_step_take(m);
    return 0;
}

static int reach_people(struct nj_climbing *m, struct nj_err *err)
{
    (void)err;
    return begin_again(m, "open", "it now reaches people");
}

static int reopen(struct nj_climbing *m, struct nj_err *err)
{
    (void)err;
    return begin_again(m, "reopened", "the same trouble again");
}

/* The very first opening has its own line in the story already. */
static int open_new(struct nj_climbing *m, struct nj_err *err)
{
    if (m->climb.generation > 0) {
        return reach_people(m, err);
    }
    m->climb.generation = 1;
    nj_step_take(m);
    return 0;
}

static int get_worse(struct nj_climbing *m, struct nj_err *err)
{
    char why[NJ_ACT_TEXT];

    (void)err;
    nj_act_write(why, "it got worse: now %s", nj_level_name(m->severity));
    return begin_again(m, "worse", why);
}

/* Somebody holds it: they are told, and nobody is woken. */
static int tell_worse(struct nj_climbing *m, struct nj_err *err)
{
    struct nj_chain as_holder = {.person = m->climb.holder,
                                 .level = (uint8_t)m->severity};
    const struct nj_chain *chain = nj_chain_find(m, m->climb.holder);
    char text[NJ_ACT_TEXT];

    (void)err;
    nj_act_write(text, "it got worse: now %s; %s has it and is told",
                 nj_level_name(m->severity), m->climb.holder);
    nj_act_note(m, "worse", m->climb.holder, "%s", text);
    nj_act_tell(m, chain == NULL ? &as_holder : chain, text);
    return 0;
}

/* ---- time and failures -------------------------------------------------- */

/* The step goes first, so that whoever still runs is not begun again by it, and
 * what they are rung by then is tried as long as the new step lasts. */
static int run_due(struct nj_climbing *m, struct nj_err *err)
{
    (void)err;
    if (m->climb.due_ms != 0 && m->climb.due_ms <= m->event->now_ms) {
        nj_step_take(m);
    }
    nj_chains_ring_due(m);
    return 0;
}

static int wake(struct nj_climbing *m, struct nj_err *err)
{
    (void)err;
    nj_climb_open_anew(m, "open", "the snooze is over");
    nj_step_take(m);
    return 0;
}

static int nothing(struct nj_climbing *m, struct nj_err *err)
{
    (void)m;
    (void)err;
    return 0;
}

static int take_failure(struct nj_climbing *m, struct nj_err *err)
{
    const struct nj_esc_event *event = m->event;
    struct nj_chain *chain = nj_chain_find(m, event->person);

    if (event->generation != 0 && event->generation != m->climb.generation) {
        return nj_err_set(err, NJ_E_STALE,
                          "the page that failed is of an earlier call (%u, now "
                          "%u)",
                          event->generation, m->climb.generation);
    }
    if (chain == NULL) {
        return nj_err_set(err, NJ_E_STATE, "%s was not called for this alert",
                          event->person == NULL ? "nobody" : event->person);
    }
    if (chain->answered) {
        return 0;
    }
    if (nj_chain_failed(m, chain, event->contact) || !chain->current) {
        return 0;
    }
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        if (m->climb.chains[i].current && !m->climb.chains[i].answered &&
            nj_chain_reaches(m, &m->climb.chains[i])) {
            return 0;
        }
    }
    nj_step_lost(m);
    return 0;
}

/* ---- refusals ----------------------------------------------------------- */

static int refuse_over(struct nj_climbing *m, struct nj_err *err)
{
    (void)m;
    return nj_err_set(err, NJ_E_STATE, "it is over: resolved already");
}

static int refuse_not_held(struct nj_climbing *m, struct nj_err *err)
{
    return nj_err_set(err, NJ_E_STATE, "nobody has acknowledged it: it is %s",
                      nj_alert_state_name((enum nj_alert_state)m->climb.state));
}

static int refuse_quiet(struct nj_climbing *m, struct nj_err *err)
{
    return nj_err_set(err, NJ_E_STATE, "nobody is being rung: it is %s",
                      nj_alert_state_name((enum nj_alert_state)m->climb.state));
}

/* ---- the table ---------------------------------------------------------- */

typedef int arrow(struct nj_climbing *m, struct nj_err *err);

static arrow *const arrows[NJ_ESC_KINDS][NJ_ALERT_STATES] = {
    /*                    OPEN, ACKED, SNOOZED, RESOLVED */
    [NJ_ESC_OPEN] = {open_new, reach_people, reach_people, reopen},
    [NJ_ESC_TIMER] = {run_due, nj_climb_expire, wake, nothing},
    [NJ_ESC_ACK] = {nj_climb_ack, nj_climb_ack, nj_climb_ack, refuse_over},
    [NJ_ESC_UNACK] = {refuse_not_held, nj_climb_unack, refuse_not_held,
                      refuse_over},
    [NJ_ESC_SNOOZE] = {nj_climb_snooze, nj_climb_snooze, nj_climb_snooze,
                       refuse_over},
    [NJ_ESC_RESOLVE] = {nj_climb_resolve, nj_climb_resolve, nj_climb_resolve,
                        refuse_over},
    [NJ_ESC_ESCALATE] = {nj_climb_escalate, nj_climb_escalate,
                         nj_climb_escalate, refuse_over},
    [NJ_ESC_REASSIGN] = {nj_climb_reassign, nj_climb_reassign,
                         nj_climb_reassign, refuse_over},
    [NJ_ESC_WORSE] = {get_worse, tell_worse, get_worse, refuse_over},
    [NJ_ESC_FAILED] = {take_failure, refuse_quiet, refuse_quiet, refuse_over},
    [NJ_ESC_ANSWER] = {nj_climb_answer, refuse_quiet, refuse_quiet,
                       refuse_over},
};

/* A timer that comes early, or for what has no deadline, finds nothing. */
static int is_early(const struct nj_climb *climb,
                    const struct nj_esc_event *event)
{
    int64_t due = nj_climb_due(climb);

    return event->kind == NJ_ESC_TIMER && (due == 0 || due > event->now_ms);
}

int nj_escalate(struct nj_climb *climb,
                const struct nj_policy *policy,
                enum nj_level severity,
                const struct nj_esc_event *event,
                const struct nj_esc_view *view,
                struct nj_actions *actions,
                struct nj_err *err)
{
    struct nj_climbing m = {.policy = policy,
                            .severity = severity,
                            .event = event,
                            .view = view,
                            .actions = actions};
    size_t before = actions->count;
    int code;

    if (is_early(climb, event)) {
        return 0;
    }
    if (nj_climb_copy(climb, &m.climb) != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory to escalate");
    }
    code = arrows[event->kind][climb->state](&m, err);
    if (code == 0 && m.status != 0) {
        code = nj_err_set(err, m.status, "no memory to escalate");
    }
    if (code != 0) {
        actions->count = before;
        nj_climb_finish(&m.climb);
        return code;
    }
    nj_climb_finish(climb);
    *climb = m.climb;
    return 0;
}
