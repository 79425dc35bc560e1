/* One person's own rules: contact after contact, to the end.
 *
 *     call --> rings contact 0 (and all that follow without delay)
 *                 |  delay          |  it fails, and it was the last rung
 *                 v                 v
 *              rings the next    rings the next at once
 *                 |                 |  none is left: email, once
 *                 v                 v
 *              the end           out of reach when all that rang have failed
 */

#include <stdlib.h>

#include "base/str.h"
#include "escalate/climbing.h"

/* ---- who can be called -------------------------------------------------- */

static int has_email(const struct nj_person *person)
{
    return person->email != NULL && person->email_channel != NULL;
}

/* The level whose rules ring PERSON: the severity's own, else the next lower
 * that has some, else the next higher; NONE: no rules at all. */
static enum nj_level rules_for(const struct nj_person *person,
                               enum nj_level severity)
{
    for (int level = (int)severity; level >= 0; level--) {
        if (person->rule_count[level] > 0) {
            return (enum nj_level)level;
        }
    }
    for (int level = (int)severity + 1; level < NJ_LEVELS; level++) {
        if (person->rule_count[level] > 0) {
            return (enum nj_level)level;
        }
    }
    return NJ_LEVEL_NONE;
}

int nj_chain_callable(struct nj_climbing *m, const char *name)
{
    const struct nj_person *person = m->view->person(m->view->ctx, name);

    if (person == NULL) {
        nj_act_note(m, "skipped", name,
                    "%s is not configured any more and counts as nobody", name);
        return 0;
    }
    if (!has_email(person) &&
        person->rule_count[rules_for(person, m->severity)] == 0) {
        nj_act_note(m, "skipped", name,
                    "%s has no working contact and counts as nobody; give "
                    "them rules or an email",
                    name);
        return 0;
    }
    return 1;
}

/* ---- the chains --------------------------------------------------------- */

struct nj_chain *nj_chain_find(const struct nj_climbing *m, const char *name)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        if (nj_str_eq(m->climb.chains[i].person, name)) {
            return &m->climb.chains[i];
        }
    }
    return NULL;
}

static struct nj_chain *add(struct nj_climbing *m, const char *name)
{
    size_t count = m->climb.chain_count;
    struct nj_chain *chains =
        realloc(m->climb.chains, (count + 1) * sizeof *chains);

    if (chains == NULL) {
        m->status = NJ_E_NOMEM;
        return NULL;
    }
    m->climb.chains = chains;
    m->climb.chain_count = count + 1;
    chains[count] = (struct nj_chain){.person = name};
    return &chains[count];
}

void nj_chains_stop(struct nj_climbing *m)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        m->climb.chains[i].due_ms = 0;
    }
}

void nj_chains_forget(struct nj_climbing *m)
{
    free(m->climb.chains);
    m->climb.chains = NULL;
    m->climb.chain_count = 0;
}

int nj_chain_rang(const struct nj_chain *chain)
{
    return chain->next > 0 || chain->fell_back;
}

int nj_chain_reaches(const struct nj_climbing *m, const struct nj_chain *chain)
{
    const struct nj_person *person =
        m->view->person(m->view->ctx, chain->person);

    if (person == NULL) {
        return 0;
    }
    return chain->due_ms != 0 || chain->failed < chain->next + chain->fell_back;
}

/* ---- ringing ------------------------------------------------------------ */

/* Ring the next contact of CHAIN now, with all that follow it without delay,
 * and set the time of the one after; 0 when it has come to its end. */
static void ring(struct nj_climbing *m,
                 struct nj_chain *chain,
                 const struct nj_person *person)
{
    const struct nj_contact_step *rules = person->rules[chain->level];
    size_t count = person->rule_count[chain->level];

    chain->due_ms = 0;
    do {
        nj_act_page(m, chain, chain->next, nj_step_page_until(m));
        chain->next++;
    } while (chain->next < count && rules[chain->next].delay_ms <= 0);
    if (chain->next < count) {
        chain->due_ms = m->event->now_ms + rules[chain->next].delay_ms;
    }
}

static void ring_email(struct nj_climbing *m, struct nj_chain *chain)
{
    chain->due_ms = 0;
    chain->fell_back = 1;
    nj_act_page(m, chain, NJ_CONTACT_EMAIL, nj_step_page_until(m));
}

/* From the top: the first contact may have a delay of its own. */
static void begin(struct nj_climbing *m,
                  struct nj_chain *chain,
                  const struct nj_person *person)
{
    enum nj_level level = rules_for(person, m->severity);

    chain->level = (uint8_t)level;
    chain->next = 0;
    chain->failed = 0;
    chain->fell_back = 0;
    if (person->rule_count[level] == 0) {
        chain->level = (uint8_t)m->severity;
        ring_email(m, chain);
    } else if (person->rules[level][0].delay_ms > 0) {
        chain->due_ms = m->event->now_ms + person->rules[level][0].delay_ms;
    } else {
        ring(m, chain, person);
    }
}

void nj_chain_call(struct nj_climbing *m, const char *name)
{
    const struct nj_person *person = m->view->person(m->view->ctx, name);
    struct nj_chain *chain = nj_chain_find(m, name);

    if (chain == NULL) {
        chain = add(m, name);
    }
    if (chain == NULL || person == NULL) {
        return;
    }
    chain->current = 1;
    if (chain->due_ms == 0) {
        begin(m, chain, person);
    }
}

void nj_chains_ring_due(struct nj_climbing *m)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        struct nj_chain *chain = &m->climb.chains[i];
        const struct nj_person *person;

        if (chain->due_ms == 0 || chain->due_ms > m->event->now_ms) {
            continue;
        }
        person = m->view->person(m->view->ctx, chain->person);
        if (person == NULL || chain->next >= person->rule_count[chain->level]) {
            chain->due_ms = 0;
            nj_act_note(m, "skipped", chain->person,
                        "%s: the contact that was to ring is not configured "
                        "any more",
                        chain->person);
            continue;
        }
        nj_act_write(m->why, "nobody has answered yet");
        nj_act_note(m, "paged", chain->person,
                    "%s: nobody has answered, contact %d of their rules",
                    chain->person, chain->next + 1);
        ring(m, chain, person);
    }
}

/* ---- contacts that fail ------------------------------------------------- */

/* Whether CHAIN has rung PERSON's email address by its channel already. */
static int email_rang(const struct nj_chain *chain,
                      const struct nj_person *person)
{
    const struct nj_contact_step *rules = person->rules[chain->level];
    size_t count = person->rule_count[chain->level];

    for (size_t i = 0; i < chain->next && i < count; i++) {
        if (nj_str_eq(rules[i].channel, person->email_channel) &&
            nj_str_eq(rules[i].target, person->email)) {
            return 1;
        }
    }
    return chain->fell_back;
}

/* Whether CONTACT was the last that rang: then nothing else is under way. */
static int was_last(const struct nj_chain *chain, uint8_t contact)
{
    return chain->fell_back ? contact == NJ_CONTACT_EMAIL
                            : contact + 1 == chain->next;
}

int nj_chain_failed(struct nj_climbing *m,
                    struct nj_chain *chain,
                    uint8_t contact)
{
    const char *name = chain->person;
    const struct nj_person *person = m->view->person(m->view->ctx, name);

    if (chain->failed < chain->next + chain->fell_back) {
        chain->failed++;
    }
    nj_act_write(m->why, "you could not be reached otherwise");
    if (person != NULL && was_last(chain, contact)) {
        if (!chain->fell_back &&
            chain->next < person->rule_count[chain->level]) {
            nj_act_note(m, "paged", name,
                        "%s: not reached, at once contact %d of their rules",
                        name, chain->next + 1);
            ring(m, chain, person);
        } else if (has_email(person) && !email_rang(chain, person)) {
            nj_act_note(m, "paged", name, "%s: not reached, at once by email",
                        name);
            ring_email(m, chain);
        }
    }
    if (nj_chain_reaches(m, chain)) {
        return 1;
    }
    nj_act_note(m, "unreachable", name, "%s cannot be reached by any contact",
                name);
    return 0;
}
