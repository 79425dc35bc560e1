/* watch/handover_text.h - what a hand-over says: the alerts of a schedule that
 * are not over, what people noted, and what is silenced. */

#ifndef NJ_WATCH_HANDOVER_TEXT_H
#define NJ_WATCH_HANDOVER_TEXT_H

#include "oncall/duty.h"
#include "store/store.h"
#include "watch/alerts.h"
#include "watch/roster.h"

enum { NJ_HANDOVER_NOTES = 64, NJ_HANDOVER_ROWS = 20 };

/* A note that somebody made; text lent. */
struct nj_handover_note {
    int64_t alert;
    int64_t at_ms;
    const char *text; /* "maya: told legal" */
};

struct nj_handover_facts {
    const struct nj_watch_env *env;
    const struct nj_alerts *alerts;
    const struct nj_roster *roster;
    const struct nj_schedule *schedule;
    const struct nj_duty_change *change;
    const struct nj_rows *rows; /* alerts with their titles, newest first */
    const struct nj_handover_note *notes; /* oldest first */
    size_t note_count;
    const struct nj_zone *zone; /* the reader's */
    int64_t now_ms;
};

/* Whether ALERT is of SCHEDULE's people: its policy calls the schedule, or
 * somebody of CHANGE is in its team. Tests and drills are of nobody. */
int nj_handover_concerns(const struct nj_handover_facts *facts,
                         const struct nj_alert *alert);

/* Append the body for who comes (COMES 1) or goes. */
void nj_handover_say(const struct nj_handover_facts *facts,
                     int comes,
                     struct nj_buf *out);

#endif
