/* watch/climb.h - runs escalate/ against the clock: takes an event for an
 * alert, lets the machine decide, writes what follows into a deed, and wakes
 * for the next deadline. Loop thread only. */

#ifndef NJ_WATCH_CLIMB_H
#define NJ_WATCH_CLIMB_H

#include "watch/outbox.h"
#include "watch/roster.h"

struct nj_climber {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_roster *roster;
    struct nj_outbox *outbox;
    struct nj_timer timer;
    int open; /* timers run */
    /* The team's owner must hear that nobody could be paged. */
    void (*on_owner)(void *ctx,
                     struct nj_deed *deed,
                     const struct nj_alert *alert,
                     const char *text);
    void *on_owner_ctx;
    /* Somebody has ALERT, or it is over: whoever was told that it reached
     * nobody may sleep again. */
    void (*on_taken)(void *ctx,
                     struct nj_deed *deed,
                     const struct nj_alert *alert);
    void *on_taken_ctx;
    /* The snooze of an alert without a policy is over: its team must hear. */
    void (*on_woken)(void *ctx,
                     struct nj_deed *deed,
                     const struct nj_alert *alert);
    void *on_woken_ctx;
    /* A drill has come to its end, or was resolved by hand. */
    void (*on_drill_over)(void *ctx, struct nj_alert *alert);
    void *on_drill_over_ctx;
};

/* Let EVENT happen to ALERT: its new state, pages and story go into DEED.
 * CARD: when at hand, else NULL. Fails as nj_escalate does, ALERT and DEED
 * then unchanged. */
int nj_climber_run(struct nj_climber *climber,
                   struct nj_deed *deed,
                   struct nj_alert *alert,
                   const struct nj_esc_event *event,
                   const struct nj_card *card,
                   struct nj_err *err) NJ_MUST;

/* Begin to run deadlines, those long past first, oldest alert first. */
void nj_climber_open(struct nj_climber *climber);
void nj_climber_close(struct nj_climber *climber);

/* Deadlines may have moved (a new alert, a clock that jumped): look again. */
void nj_climber_look(struct nj_climber *climber);

/* The wall clock was set by DELTA_MS: each deadline keeps its distance in
 * steady time, in memory and in the store. */
void nj_climber_shift(struct nj_climber *climber, int64_t delta_ms);

/* A page was given up: the person's next contact. */
void nj_climber_failed(struct nj_climber *climber,
                       struct nj_alert *alert,
                       const struct nj_page *page);

#endif
