/* oncall/stints.h - who a calendar says is on call: events that name people, as
 * a layer of a schedule has them.
 *
 *   struct nj_stints s;
 *   nj_stints_init(&s, &how, from_day, until_day);
 *   nj_stints_ics(&s, text, len, &err);
 *   nj_stints_take(&s, &plan->arena, &list, &count);
 *   nj_stints_finish(&s);
 *
 * An event names its people by ATTENDEE (their `email`; who declined does not
 * count), else by its title: "maya", "Maya Osei", "On call: maya, tom",
 * "maya@example.org", a login; case does not matter. Events at the same time
 * are on call together. Pure but for libical.
 */

#ifndef NJ_ONCALL_STINTS_H
#define NJ_ONCALL_STINTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/plan.h"
#include "oncall/ics_zones.h"

/* Somebody a calendar names whom nobody here is called. */
struct nj_stranger {
    char name[80];    /* as it stands there, made harmless */
    const char *near; /* the person probably meant; NULL: none */
    int64_t from_ms;  /* of the first such event */
    size_t line;      /* where that begins */
    size_t events;    /* how many there are */
};

enum { NJ_STRANGERS = 8 }; /* told; more are only counted */

/* One person's time by one event. */
struct nj_stint_part {
    int64_t from_ms;
    int64_t until_ms;
    uint32_t person; /* index into people */
};

struct nj_stints {
    const struct nj_person *people; /* lent */
    size_t people_count;
    struct nj_ics_zones zones; /* times without one, and all-day events, are of
                                  the calendar's own zone where it names one,
                                  else of zones.zone */
    int64_t from_day;
    int64_t until_day;
    int64_t now_ms; /* strangers of before are not told; set after init */
    struct nj_stint_part *parts; /* owned */
    size_t count, room;
    size_t nameless; /* events without any name */
    struct nj_stranger strangers[NJ_STRANGERS];
    size_t stranger_count;
    size_t more_strangers; /* events of others yet */
};

/* Set S up, empty, for days [FROM_DAY, UNTIL_DAY). */
void nj_stints_init(struct nj_stints *s,
                    const struct nj_person *people,
                    size_t people_count,
                    const struct nj_ics_zones *zones,
                    int64_t from_day,
                    int64_t until_day);

/* Add the events of the iCalendar file TEXT[0..LEN). Returns 0; NJ_E_INVALID
 * with the line; NJ_E_TOOBIG past NJ_LIMIT_STINTS or the limits of ics_in.h;
 * NJ_E_NOTFOUND; NJ_E_NOMEM. On failure S is not to be used but finished. */
int nj_stints_ics(struct nj_stints *s,
                  const char *text,
                  size_t len,
                  struct nj_err *err) NJ_MUST;

/* What was collected, into ARENA: in order, without overlaps, neighbours with
 * the same people merged; names are the people's own. Returns 0, NJ_E_TOOBIG
 * (too many at once) or NJ_E_NOMEM (outputs untouched). */
int nj_stints_take(struct nj_stints *s,
                   struct nj_arena *arena,
                   const struct nj_stint **out,
                   size_t *out_count) NJ_MUST;

/* Free what S owns. Safe on a zeroed one. */
void nj_stints_finish(struct nj_stints *s);

/* The stint of LIST[0..COUNT) at AT_MS, or NULL; *OUT_SINCE_MS and
 * *OUT_UNTIL_MS bound the time in which that answer stays. */
const struct nj_stint *nj_stint_at(const struct nj_stint *list,
                                   size_t count,
                                   int64_t at_ms,
                                   int64_t *out_since_ms,
                                   int64_t *out_until_ms);

#endif
