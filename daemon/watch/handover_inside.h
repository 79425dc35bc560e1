/* watch/handover_inside.h - one schedule's hands, shared by the files of
 * watch/handover and by nobody else: handover.c finds what is due and keeps
 * the marks, handover_tell.c asks what a hand-over must say and writes it. */

#ifndef NJ_WATCH_HANDOVER_INSIDE_H
#define NJ_WATCH_HANDOVER_INSIDE_H

#include "watch/handover.h"
#include "watch/handover_text.h"

struct nj_duty {
    struct nj_handovers *all;
    const char *schedule; /* interned */
    int64_t mark_ms;      /* all up to here was told */
    int64_t next_ms;      /* due then; 0: to be found out; INT64_MAX: never */
    /* A hand-over under way: */
    int asking;
    int64_t now_ms; /* the mark to come */
    struct nj_duty_change change;
    struct nj_query_req query;
    struct nj_arena arena; /* the notes' text */
    struct nj_handover_note notes[NJ_HANDOVER_NOTES];
    size_t note_count;
    int pages;
    struct nj_duty *next;
};

/* ---- handover.c ---------------------------------------------------------- */

/* All that fell due up to D's now, in one deed with the mark: reminders, and
 * D's change when HAS_CHANGE, with the titles of ROWS (may be NULL). */
void nj_duty_settle(struct nj_duty *duty,
                    const struct nj_schedule *schedule,
                    const struct nj_rows *rows,
                    int has_change);

/* D is no longer asking: the timer is set anew. */
void nj_duty_asked(struct nj_duty *duty);

/* ---- handover_tell.c ----------------------------------------------------- */

/* Ask what must be known to tell D's change, then settle. */
void nj_duty_ask(struct nj_duty *duty);

/* Tell those who come and those who go, into DEED. */
void nj_duty_tell(struct nj_duty *duty,
                  const struct nj_schedule *schedule,
                  struct nj_deed *deed,
                  const struct nj_rows *rows);

#endif
