/* oncall/advice.h - what a good colleague would say about the rota before the
 * night shows it: hours with nobody on call, people whom nothing reaches, too
 * many nights in a row. Told by `nightjar check` with the file's lines, and
 * once a day to a schedule's owner.
 *
 * What is known and meant is silenced where it stands: `accept: [nights]`.
 *
 * To add one: its kind and name here and in conf/keys_oncall.c, the place in
 * advice.c (schedules, policies) or advice_people.c that finds it, a test. */

#ifndef NJ_ONCALL_ADVICE_H
#define NJ_ONCALL_ADVICE_H

#include "oncall/oncall.h"

enum nj_advice_kind {
    NJ_ADVICE_GAP,         /* nobody on call though a brand is out of hours */
    NJ_ADVICE_HOLIDAY,     /* the same on a holiday */
    NJ_ADVICE_EMPTY,       /* a rotation or turn with nobody in it */
    NJ_ADVICE_OVER,        /* a layer that ended, or never begins */
    NJ_ADVICE_UNPAGED,     /* a schedule that no rule leads to */
    NJ_ADVICE_UNREACHABLE, /* a person without a contact */
    NJ_ADVICE_SLOW,        /* personal rules slower than their step */
    NJ_ADVICE_NIGHTS,      /* more than NJ_ADVICE_ROW nights in a row */
    NJ_ADVICE_DOUBLE,      /* on call in two schedules at once */
    NJ_ADVICE_LAST_RESORT, /* a policy without one */
    NJ_ADVICE_KINDS,       /* count, keep last */
};

enum {
    NJ_ADVICE_DAYS = 30,         /* looked ahead */
    NJ_ADVICE_HOLIDAY_DAYS = 60, /* for holidays: time to find somebody */
    NJ_ADVICE_ROW = 14,          /* nights in a row that are still fine */
    NJ_ADVICE_BYTES = 512,
};

/* What the advice is about, where it stands in the file. */
enum nj_advice_about { NJ_ABOUT_SCHEDULE, NJ_ABOUT_PERSON, NJ_ABOUT_POLICY };

struct nj_advice {
    enum nj_advice_kind kind;
    enum nj_advice_about about;
    const char *name;  /* of the schedule, person or policy */
    int line;          /* in the configuration; 0: unknown */
    const char *owner; /* whom to tell; NULL: whoever looks after nightjar */
    const char *text;  /* what, and what to write instead. Lent */
};

/* "gap", "nights"...: what `accept` takes. Static, never NULL. */
const char *nj_advice_name(enum nj_advice_kind kind);

/* The person who is told about SCHEDULE: its `owner`, else the last resort of
 * the first policy that pages it, else the owner of the operators' team. May be
 * NULL. */
const char *nj_advice_owner(const struct nj_plan *plan,
                            const struct nj_schedule *schedule);

typedef void nj_on_advice(void *ctx, const struct nj_advice *advice);

/* Say all there is to say about PLAN, with the run-time OVERRIDES[0..COUNT),
 * as seen at NOW_MS. 0, or NJ_E_NOMEM (some was said, then). */
int nj_advise(const struct nj_plan *plan,
              const struct nj_override *overrides,
              size_t count,
              int64_t now_ms,
              nj_on_advice *on_advice,
              void *ctx) NJ_MUST;

#endif
