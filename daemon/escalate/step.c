/* The policy's steps: who is called when, and what comes when all is in vain.
 *
 *     step 1 --wait--> step 2 --wait--> ... --wait--> round 2 ... --wait-->
 *        \_ nobody: at once _/                                          |
 *     last resort --wait--> exhausted <---- none to reach --------------'
 */

#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "escalate/climbing.h"

/* ---- how long ----------------------------------------------------------- */

int64_t nj_step_wait(const struct nj_climbing *m, size_t index)
{
    if (m->policy == NULL || index >= m->policy->step_count) {
        return 0;
    }
    return m->policy->steps[index].wait_ms > 0 ? m->policy->steps[index].wait_ms
                                               : 0;
}

/* What the last resort gets: the last step's wait, or longer. */
static int64_t last_wait(const struct nj_climbing *m)
{
    size_t count = m->policy == NULL ? 0 : m->policy->step_count;
    int64_t wait = count == 0 ? 0 : nj_step_wait(m, count - 1);

    return wait > NJ_CLIMB_LAST_WAIT_MS ? wait : NJ_CLIMB_LAST_WAIT_MS;
}

static int rounds(const struct nj_climbing *m)
{
    int repeat = m->policy->repeat;

    return repeat < 1 ? 1 : repeat > UINT8_MAX ? UINT8_MAX : repeat;
}

static int steps_left(const struct nj_climbing *m)
{
    return m->policy->step_count > 0 && m->climb.round < rounds(m);
}

int64_t nj_step_page_until(const struct nj_climbing *m)
{
    int64_t now = m->event->now_ms;
    int over = m->climb.due_ms == 0 || m->policy == NULL ||
               (!steps_left(m) && !(m->climb.flags & NJ_CLIMB_LAST_RESORT));
    int64_t until = over ? now + last_wait(m) : m->climb.due_ms;

    return until < now + NJ_PAGE_TRY_MS ? now + NJ_PAGE_TRY_MS : until;
}

/* ---- who ---------------------------------------------------------------- */

struct crowd {
    const char *people[NJ_LIMIT_STEP_PEOPLE];
    size_t count;
};

/* Everyone whom STEP names now, nobody twice. */
static void gather(const struct nj_climbing *m,
                   const struct nj_step *step,
                   struct crowd *out)
{
    const char *found[NJ_LIMIT_STEP_PEOPLE];

    out->count = 0;
    for (size_t i = 0; i < step->target_count; i++) {
        size_t n =
            m->view->people(m->view->ctx, &step->targets[i], m->event->now_ms,
                            found, NJ_LIMIT_STEP_PEOPLE);

        for (size_t j = 0; j < n && out->count < NJ_LIMIT_STEP_PEOPLE; j++) {
            size_t k = 0;

            while (k < out->count && !nj_str_eq(out->people[k], found[j])) {
                k++;
            }
            if (k == out->count) {
                out->people[out->count++] = found[j];
            }
        }
    }
}

/* ---- sentences ---------------------------------------------------------- */

/* Append to TEXT, with SEP before it when there is something already. */
NJ_PRINTF(3, 4)
static void join(char text[NJ_ACT_TEXT], const char *sep, const char *fmt, ...)
{
    char before[NJ_ACT_TEXT];
    char more[NJ_ACT_TEXT];
    va_list args;

    memcpy(before, text, sizeof before);
    va_start(args, fmt);
    nj_act_vwrite(more, fmt, args);
    va_end(args);
    nj_act_write(text, "%s%s%s", before, before[0] == '\0' ? "" : sep, more);
}

/* "step 2 of 3", "step 2 of 3 (round 2)" */
static void write_place(const struct nj_climbing *m, char out[NJ_ACT_TEXT])
{
    if (m->climb.round == 0) {
        nj_act_write(out, "step %d of %zu", m->climb.step + 1,
                     m->policy->step_count);
    } else {
        nj_act_write(out, "step %d of %zu (round %d)", m->climb.step + 1,
                     m->policy->step_count, m->climb.round + 1);
    }
}

/* What gave nobody, as the story calls it. */
static void write_targets(const struct nj_step *step, char out[NJ_ACT_TEXT])
{
    out[0] = '\0';
    for (size_t i = 0; i < step->target_count; i++) {
        const char *name = step->targets[i].name;

        switch (step->targets[i].kind) {
        case NJ_TARGET_PERSON:
            join(out, " nor ", "by the name of person/%s", name);
            break;
        case NJ_TARGET_TEAM:
            join(out, " nor ", "in team/%s", name);
            break;
        case NJ_TARGET_SCHEDULE:
            join(out, " nor ", "on call in schedule/%s", name);
            break;
        }
    }
    if (out[0] == '\0') {
        nj_act_write(out, "named");
    }
}

/* Add to OUT who was called by the step before and has not answered. */
static void add_silent(const struct nj_climbing *m, char out[NJ_ACT_TEXT])
{
    char names[NJ_ACT_TEXT] = "";

    for (size_t i = 0; i < m->climb.chain_count; i++) {
        if (m->climb.chains[i].current && !m->climb.chains[i].answered &&
            nj_chain_rang(&m->climb.chains[i])) {
            join(names, ", ", "%s", m->climb.chains[i].person);
        }
    }
    if (names[0] != '\0') {
        join(out, "; ", "no answer from %s", names);
    }
}

/* ---- taking one step ---------------------------------------------------- */

/* Nobody is of the present step until one is called anew. */
static void leave_step(struct nj_climbing *m)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        m->climb.chains[i].current = 0;
    }
}

static void count_step(struct nj_climbing *m)
{
    m->climb.step++;
    if (m->climb.step >= m->policy->step_count) {
        m->climb.step = 0;
        m->climb.round++;
    }
}

/* Leave in CROWD who can be called, and say of the others why not; NAMES tells
 * of each who is left. */
static void
sort_out(struct nj_climbing *m, struct crowd *crowd, char names[NJ_ACT_TEXT])
{
    size_t kept = 0;

    names[0] = '\0';
    for (size_t i = 0; i < crowd->count; i++) {
        const char *name = crowd->people[i];
        const struct nj_chain *chain = nj_chain_find(m, name);

        if (chain != NULL && chain->answered) {
            nj_act_note(m, "skipped", name, "%s has answered already", name);
        } else if (nj_chain_callable(m, name)) {
            crowd->people[kept++] = name;
            join(names, ", ", "%s%s", name,
                 chain != NULL && chain->due_ms != 0 ? " (being rung already)"
                                                     : "");
        }
    }
    crowd->count = kept;
}

/* The step whose turn it is; whether it had somebody. BASE is what the pages
 * say beside the step. */
static int try_step(struct nj_climbing *m, const char *base)
{
    size_t index = m->climb.step;
    const struct nj_step *step = &m->policy->steps[index];
    char place[NJ_ACT_TEXT];
    char names[NJ_ACT_TEXT];
    struct crowd crowd;
    size_t found;

    write_place(m, place);
    gather(m, step, &crowd);
    found = crowd.count;
    sort_out(m, &crowd, names);
    count_step(m);
    if (crowd.count == 0) {
        write_targets(step, names);
        nj_act_note(m, "skipped", NULL,
                    found == 0 ? "%s: nobody %s, going on"
                               : "%s: nobody who can be reached %s, going on",
                    place, names);
        return 0;
    }
    m->climb.due_ms = m->event->now_ms + nj_step_wait(m, index);
    nj_act_note(m, "step", NULL, "%s: %s", place, names);
    nj_act_write(m->why, "%s", place);
    if (base[0] != '\0') {
        join(m->why, "; ", "%s", base);
    }
    leave_step(m);
    for (size_t i = 0; i < crowd.count; i++) {
        nj_chain_call(m, crowd.people[i]);
    }
    return 1;
}

/* ---- the end of the climb ----------------------------------------------- */

static int has_answer(const struct nj_climbing *m)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        if (m->climb.chains[i].answered) {
            return 1;
        }
    }
    return 0;
}

static void give_up(struct nj_climbing *m, int empty)
{
    const char *name = m->policy->name;
    char text[NJ_ACT_TEXT];

    if (m->climb.flags & NJ_CLIMB_LAST_RESORT) {
        nj_act_write(text,
                     "nobody answers, not even %s, the last resort of policy "
                     "%s",
                     m->policy->last_resort, name);
    } else if (has_answer(m)) {
        nj_act_write(text, "all steps of policy %s were taken", name);
    } else {
        nj_act_write(text, "%s, and policy %s has no last resort to reach",
                     empty ? "no step has anyone" : "nobody answers", name);
    }
    m->climb.flags |= NJ_CLIMB_EXHAUSTED;
    m->climb.due_ms = 0;
    leave_step(m);
    nj_act_note(m, "exhausted", NULL, "%s", text);
    nj_act_owner(m, "%s", text);
}

static void call_last_resort(struct nj_climbing *m, int empty)
{
    const char *person = m->policy->last_resort;
    const char *cause = empty ? "no step has anyone" : "nobody answered";
    const struct nj_chain *chain = nj_chain_find(m, person);

    if (person == NULL || (chain != NULL && chain->answered) ||
        !nj_chain_callable(m, person)) {
        give_up(m, empty);
        return;
    }
    m->climb.flags |= NJ_CLIMB_LAST_RESORT;
    m->climb.due_ms = m->event->now_ms + last_wait(m);
    nj_act_note(m, "last_resort", person, "%s: %s, the last resort, is paged",
                cause, person);
    nj_act_write(m->why, "you are the last resort: %s", cause);
    leave_step(m);
    nj_chain_call(m, person);
    if (empty) {
        nj_act_owner(m,
                     "no step of policy %s has anyone; %s, the last resort, "
                     "is paged",
                     m->policy->name, person);
    }
}

void nj_step_take(struct nj_climbing *m)
{
    char base[NJ_ACT_TEXT];
    size_t tried = 0;

    m->climb.due_ms = 0;
    if (m->policy == NULL) {
        return;
    }
    if (m->climb.flags & (NJ_CLIMB_LAST_RESORT | NJ_CLIMB_EXHAUSTED)) {
        give_up(m, 0);
        return;
    }
    nj_act_write(base, "%s", m->why);
    add_silent(m, base);
    while (steps_left(m) && tried < m->policy->step_count) {
        if (try_step(m, base)) {
            return;
        }
        tried++;
    }
    m->climb.round = (uint8_t)rounds(m);
    call_last_resort(m, tried == m->policy->step_count);
}

void nj_step_lost(struct nj_climbing *m)
{
    char left[NJ_DURATION_TEXT];

    if (m->policy == NULL || m->climb.due_ms == 0) {
        return;
    }
    if (m->climb.step == 0 && m->climb.round > 0 && steps_left(m)) {
        nj_act_note(
            m, "skipped", NULL,
            "nobody called can be reached; round %d begins in %s",
            m->climb.round + 1,
            nj_str_duration_text(m->climb.due_ms - m->event->now_ms, left));
        return;
    }
    nj_act_note(m, "skipped", NULL,
                "nobody called can be reached, going on at once");
    nj_act_write(m->why, "nobody called before can be reached");
    leave_step(m);
    nj_step_take(m);
}
