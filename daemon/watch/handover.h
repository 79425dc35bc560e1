/* watch/handover.h - duty that begins and ends: people are reminded before it,
 * and told at each change of hands what is open, snoozed, silenced and noted.
 *
 *   the next reminder or change of each schedule --timer--> due
 *      only reminders: one deed at once
 *      a change:       notes, then the alerts' titles are asked of the store
 *                      --> one deed: reminders, hand-over, and the mark
 *
 * The mark of a schedule is the instant up to which all of this was told; it
 * is written in the deed that tells, as the fact "handover NAME", so that a
 * restart neither repeats nor loses anything. Who gains or loses a shift by
 * somebody's word is told by watch/handing at once. News only: nothing here
 * wakes anybody. Loop thread only.
 */

#ifndef NJ_WATCH_HANDOVER_H
#define NJ_WATCH_HANDOVER_H

#include "oncall/duty.h"
#include "watch/outbox.h"
#include "watch/roster.h"

struct nj_duty; /* opaque: one schedule */

struct nj_handovers {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_roster *roster;
    struct nj_outbox *outbox;
    struct nj_duty *first; /* owned list */
    struct nj_timer timer;
    int64_t stored_ms; /* when the marks were written last */
    int unmet;         /* a schedule of the plan could not be taken in yet */
    int open;
    /* The roster's listener of before, told as well. */
    void (*on_change)(void *ctx, const struct nj_override *over);
    void *on_change_ctx;
};

/* Listen to ROSTER's changes, behind whoever did so before. */
void nj_handovers_listen(struct nj_handovers *handovers);

/* A stored fact: taken when it is a mark. 0 or NJ_E_NOMEM. */
int nj_handovers_load(struct nj_handovers *handovers,
                      const char *key,
                      const char *value) NJ_MUST;

/* The plan, an override or the clock may have changed: look again. */
void nj_handovers_look(struct nj_handovers *handovers);

void nj_handovers_open(struct nj_handovers *handovers);
void nj_handovers_close(struct nj_handovers *handovers);
void nj_handovers_finish(struct nj_handovers *handovers);

#endif
