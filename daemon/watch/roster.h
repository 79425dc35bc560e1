/* watch/roster.h - who is to be woken at this instant: the plan's people and
 * schedules with the overrides and silences that people made by hand. Loop
 * thread only. */

#ifndef NJ_WATCH_ROSTER_H
#define NJ_WATCH_ROSTER_H

#include "escalate/escalate.h"
#include "oncall/oncall.h"
#include "watch/ledger.h"

/* A silence as it is kept; its text is owned by `arena`. */
struct nj_quiet {
    struct nj_silence silence;
    struct nj_arena arena;
    struct nj_quiet *next;
};

struct nj_roster {
    struct nj_watch_env *env;
    struct nj_override *overrides; /* owned; names interned */
    size_t override_count, override_room;
    size_t counting; /* the first so many count; the others name a schedule or
                        person that the plan does not have */
    struct nj_quiet *silences; /* owned list */
    /* An override came or went (OVER is NULL); or it is over and about to be
     * forgotten. May be NULL. */
    void (*on_change)(void *ctx, const struct nj_override *over);
    void *on_change_ctx;
};

void nj_roster_init(struct nj_roster *roster, struct nj_watch_env *env);
void nj_roster_finish(struct nj_roster *roster);

/* Keep a copy; its names are interned. It counts at once when the plan has all
 * whom it names. 0 or NJ_E_NOMEM. */
int nj_roster_add_override(struct nj_roster *roster,
                           const struct nj_override *override_) NJ_MUST;

/* The override ID, or NULL. Lent until the next change. */
const struct nj_override *nj_roster_override(const struct nj_roster *roster,
                                             int64_t id);

/* The schedule or person that O names and PLAN does not have; NULL: it has all.
 */
const char *nj_roster_gone(const struct nj_plan *plan,
                           const struct nj_override *o);

/* Let nj_roster_rota_before(1) be the world without ID. */
void nj_roster_aside(struct nj_roster *roster, int64_t id);

/* 1 when it was there. */
int nj_roster_remove_override(struct nj_roster *roster, int64_t id);

/* The plan is another one: tell each override that counts no longer (GONE is
 * whom it names in vain) or again (GONE is NULL). Nothing is forgotten. */
void nj_roster_replan(struct nj_roster *roster,
                      void (*on_turned)(void *ctx,
                                        const struct nj_override *o,
                                        const char *gone),
                      void *ctx);

int nj_roster_add_silence(struct nj_roster *roster,
                          const struct nj_silence *silence) NJ_MUST;
int nj_roster_remove_silence(struct nj_roster *roster, int64_t id);

/* The silence that covers POST under RULE at NOW, or NULL. */
const struct nj_silence *nj_roster_silenced(const struct nj_roster *roster,
                                            const char *rule,
                                            const struct nj_post *post,
                                            int64_t now_ms);

/* SCHEDULE with the overrides of the day, for oncall/. Lent. */
struct nj_rota nj_roster_rota(const struct nj_roster *roster,
                              const struct nj_schedule *schedule);

/* The same before the NEWEST ones that count were added. */
struct nj_rota nj_roster_rota_before(const struct nj_roster *roster,
                                     const struct nj_schedule *schedule,
                                     size_t newest);

/* How escalate/ sees the world through ROSTER. */
struct nj_esc_view nj_roster_view(struct nj_roster *roster);

/* Forget overrides and silences that ended before NOW. */
void nj_roster_tidy(struct nj_roster *roster, int64_t now_ms);

#endif
