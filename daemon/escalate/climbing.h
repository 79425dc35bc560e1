/* escalate/climbing.h - one call of nj_escalate under way: a copy of the climb
 * that is changed freely and put in place only when all went well. For the
 * files of escalate/ only. */

#ifndef NJ_ESCALATE_CLIMBING_H
#define NJ_ESCALATE_CLIMBING_H

#include <stdarg.h>

#include "base/limits.h"
#include "escalate/escalate.h"

/* The wait after the last step, and for the last resort, is at least this. */
#define NJ_CLIMB_LAST_WAIT_MS (INT64_C(10) * 60000)
/* A page is tried at least so long, even when its step is about to end. */
#define NJ_PAGE_TRY_MS INT64_C(60000)

struct nj_climbing {
    struct nj_climb climb; /* the copy; owned until it is put in place */
    const struct nj_policy *policy; /* NULL: none */
    enum nj_level severity;
    const struct nj_esc_event *event;
    const struct nj_esc_view *view;
    struct nj_actions *actions;
    int status;            /* 0, or NJ_E_NOMEM: sticks, looked at once */
    char why[NJ_ACT_TEXT]; /* what the pages of this call say */
};

/* ---- actions.c: append what must be done -------------------------------- */

void nj_act_page(struct nj_climbing *m,
                 const struct nj_chain *chain,
                 uint8_t contact,
                 int64_t until_ms);
/* Tell the person of CHAIN by the contact that rang last. */
void nj_act_tell(struct nj_climbing *m,
                 const struct nj_chain *chain,
                 const char *text);
/* The same for everyone who was rung, but the event's person and target, and
 * BUT (may be NULL). */
void nj_act_tell_all(struct nj_climbing *m, const char *but, const char *text);
void nj_act_stop(struct nj_climbing *m);
void nj_act_stop_person(struct nj_climbing *m, const char *person);
void nj_act_note(struct nj_climbing *m,
                 const char *note,
                 const char *person,
                 const char *fmt,
                 ...) NJ_PRINTF(4, 5);
void nj_act_owner(struct nj_climbing *m, const char *fmt, ...) NJ_PRINTF(2, 3);

/* Write a sentence into TEXT; too long ones are cut between letters. */
void nj_act_write(char text[NJ_ACT_TEXT], const char *fmt, ...) NJ_PRINTF(2, 3);
void nj_act_vwrite(char text[NJ_ACT_TEXT], const char *fmt, va_list args)
    NJ_PRINTF(2, 0);

/* ---- chain.c: one person's own rules ------------------------------------ */

/* NAME's chain since the last opening, or NULL. */
struct nj_chain *nj_chain_find(const struct nj_climbing *m, const char *name);

/* Whether NAME could be called; if not, the story says why. */
int nj_chain_callable(struct nj_climbing *m, const char *name);

/* Call NAME, who is callable, for the present step: their rules begin, or begin
 * again, unless they run still. */
void nj_chain_call(struct nj_climbing *m, const char *name);

/* Ring what is due in all chains: one contact each, with those that follow it
 * without delay. */
void nj_chains_ring_due(struct nj_climbing *m);

/* Contact CONTACT of CHAIN failed: the next one at once, or email. Returns
 * whether the person can still be reached. */
int nj_chain_failed(struct nj_climbing *m,
                    struct nj_chain *chain,
                    uint8_t contact);

/* Whether CHAIN has rung, or will ring, a contact that has not failed. */
int nj_chain_reaches(const struct nj_climbing *m, const struct nj_chain *chain);

/* Whether the person of CHAIN was rung at all. */
int nj_chain_rang(const struct nj_chain *chain);

/* Stop all chains where they are; forget them all. */
void nj_chains_stop(struct nj_climbing *m);
void nj_chains_forget(struct nj_climbing *m);

/* ---- step.c: the policy's steps ----------------------------------------- */

/* Take the next step that has somebody, or the last resort, or give up. */
void nj_step_take(struct nj_climbing *m);
/* Nobody the present step called can be reached: go on, or wait for the next
 * round. */
void nj_step_lost(struct nj_climbing *m);
/* When a page made now may be given up. */
int64_t nj_step_page_until(const struct nj_climbing *m);
/* Milliseconds that the step INDEX lasts; 0 without a policy. */
int64_t nj_step_wait(const struct nj_climbing *m, size_t index);

/* ---- climb.c ------------------------------------------------------------ */

/* The one mover: go to STATE, due at DUE_MS (0: never), and note WORD with both
 * names and the sentence. */
void nj_climb_move(struct nj_climbing *m,
                   enum nj_alert_state state,
                   int64_t due_ms,
                   const char *word,
                   const char *fmt,
                   ...) NJ_PRINTF(5, 6);
/* Move to OPEN as new: next generation, step 1, nobody told yet, no due time
 * until a step is taken. WHY stands first in what the pages say. */
void nj_climb_open_anew(struct nj_climbing *m,
                        const char *word,
                        const char *why);

/* ---- ack.c: what people do ---------------------------------------------- */

int nj_climb_ack(struct nj_climbing *m, struct nj_err *err);
int nj_climb_unack(struct nj_climbing *m, struct nj_err *err);
int nj_climb_expire(struct nj_climbing *m, struct nj_err *err);
int nj_climb_snooze(struct nj_climbing *m, struct nj_err *err);
int nj_climb_resolve(struct nj_climbing *m, struct nj_err *err);
int nj_climb_escalate(struct nj_climbing *m, struct nj_err *err);
int nj_climb_reassign(struct nj_climbing *m, struct nj_err *err);
int nj_climb_answer(struct nj_climbing *m, struct nj_err *err);

#endif
