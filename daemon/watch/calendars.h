/* watch/calendars.h - the calendar feeds that people subscribe to: what each
 * said last, kept in the store as facts, and who may still read them.
 *
 *   fact "calendar:schedule/NAME"  what that feed said (oncall/publish.h)
 *   fact "calendar-key:PERSON"     how often that person took their URLs back
 *
 * A feed is remembered from its first reading on. It is renewed when it is
 * read, when an override is made, removed or about to be forgotten, and when
 * the plan changes, so that the past it tells is what really was. Loop thread
 * only. */

#ifndef NJ_WATCH_CALENDARS_H
#define NJ_WATCH_CALENDARS_H

#include "oncall/publish.h"
#include "watch/roster.h"

/* One feed that was read at least once. */
struct nj_calendar {
    struct nj_calendar *next;
    char *name; /* owned: "schedule/NAME" or "person/NAME" */
    struct nj_publication said;
};

/* How often somebody took back the URLs they were given. */
struct nj_calendar_key {
    struct nj_calendar_key *next;
    char *holder; /* owned */
    uint32_t generation;
};

struct nj_calendars {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_roster *roster;
    struct nj_calendar *list;     /* owned */
    struct nj_calendar_key *keys; /* owned */
    struct nj_defer defer;
    struct nj_calendar *next; /* to be renewed; NULL: none waits */
};

void nj_calendars_init(struct nj_calendars *c,
                       struct nj_watch_env *env,
                       struct nj_ledger *ledger,
                       struct nj_roster *roster);
void nj_calendars_finish(struct nj_calendars *c);

/* A stored fact; others' are passed over. 0 or NJ_E_NOMEM. */
int nj_calendars_load(struct nj_calendars *c,
                      const char *key,
                      const char *value) NJ_MUST;

/* Whether the plan of the day has NAME ("schedule/...", "person/..."), or had
 * it when it was first read. */
int nj_calendars_knows(const struct nj_calendars *c, const char *name);

/* Whether HOLDER ("operator", or a person of the plan) may read NAME: any
 * schedule, and their own shifts; operators all. */
int nj_calendars_may(const struct nj_calendars *c,
                     const char *holder,
                     const char *name);

/* The number that is part of HOLDER's URLs, 1 at first. */
uint32_t nj_calendars_generation(const struct nj_calendars *c,
                                 const char *holder);

/* Let no URL given to HOLDER so far be good any more, once DEED is durable. 0
 * or NJ_E_NOMEM. */
int nj_calendars_revoke(struct nj_calendars *c,
                        struct nj_deed *deed,
                        const char *holder) NJ_MUST;

/* Renew NAME and append it to OUT as an iCalendar file. *OUT_DEED is NULL, or
 * must be durable before anybody sees the text: it says what is told now.
 * Returns 0 or NJ_E_NOMEM (nothing to commit). */
int nj_calendars_read(struct nj_calendars *c,
                      const char *name,
                      struct nj_buf *out,
                      struct nj_deed **out_deed) NJ_MUST;

/* Renew all that were read before, one each turn from the next one on. */
void nj_calendars_renew(struct nj_calendars *c);

#endif
