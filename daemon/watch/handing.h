/* watch/handing.h - shifts that change hands because somebody says so: one or
 * more overrides of one schedule, tried, written and told together. Shared by
 * the verbs override, cover and swap. Loop thread only.
 *
 *   try: on the roster, unless nobody would be left -> write: into a deed
 *     `-> undo                                       -> tell: whom it concerns
 */

#ifndef NJ_WATCH_HANDING_H
#define NJ_WATCH_HANDING_H

#include "oncall/rota_change.h"
#include "watch/command.h"

enum { NJ_HANDING_MOST = 32 }; /* overrides made together */

struct nj_handing {
    struct nj_answering *a;
    const struct nj_schedule *schedule;
    const char *why;  /* "cover", "swap 12": stands in story and news */
    const char *note; /* the person's own words; NULL: none */
    int is_told;      /* 1: whoever writes it tells it as well */
    struct nj_override made[NJ_HANDING_MOST];
    size_t count;
    struct nj_rota_change change; /* set by trying */
};

/* Add one to what will be made: PERSON (NULL: nobody) instead of INSTEAD_OF
 * (NULL: in addition); both interned or NULL. */
void nj_handing_add(struct nj_handing *h,
                    const char *person,
                    const char *instead_of,
                    int64_t from_ms,
                    int64_t until_ms);

/* Number them and put them on the roster. NJ_E_DENIED with a sentence, and the
 * roster as before, when nobody would be left on call, or only people without
 * any contact, unless FORCE; NJ_E_NOMEM. */
int nj_handing_try(struct nj_handing *h, int force) NJ_MUST;

/* Take them off the roster again. */
void nj_handing_undo(struct nj_handing *h);

/* Into DEED: their rows, the story, and news to those who gain or lose, but
 * for whoever acts. */
void nj_handing_write(struct nj_handing *h, struct nj_deed *deed);

/* Tell whom CHANGE of SCHEDULE concerns but for the actor; HOW says what
 * happened ("override 12, removed by ana"). */
void nj_handing_tell(struct nj_answering *a,
                     struct nj_deed *deed,
                     const struct nj_schedule *schedule,
                     const struct nj_rota_change *change,
                     const char *how,
                     const char *note);

/* NAME as a person of the plan, interned; "me" is the actor. NULL with A's
 * error set when there is none. */
const char *nj_handing_person(struct nj_answering *a, const char *name);

/* The schedule that A's command names; the only one when it names none. NULL
 * with A's error set. */
const struct nj_schedule *nj_handing_schedule(struct nj_answering *a);

#endif
