/* oncall/publish.h - what a calendar feed says, from one reading to the next.
 *
 *   last publication --.
 *   the rota of now ----+--> renew --> this publication --> iCalendar text
 *                               what is over stays as it was
 *                               what changed: same UID, SEQUENCE + 1
 *                               what is gone: STATUS:CANCELLED, still there
 *
 * A calendar that subscribed knows a shift by its UID alone: one that is left
 * out stays in many calendars for ever, and one that comes back under another
 * UID stands twice. So what was published is remembered, and the past is never
 * rewritten: who really was on call until now stays so.
 *
 * A feed is of one schedule (each shift names its people) or of one person (the
 * shifts of that person on all schedules). Pure; any thread.
 */

#ifndef NJ_ONCALL_PUBLISH_H
#define NJ_ONCALL_PUBLISH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "oncall/oncall.h"

enum { NJ_PUBLISH_UID = 64 };

/* One shift as it was told last. Text is the publication's. */
struct nj_published {
    char uid[NJ_PUBLISH_UID];
    const char *schedule;
    const char *who; /* "maya, tom": names in order of the alphabet */
    int64_t since_ms;
    int64_t until_ms;
    int64_t changed_ms; /* when it became as it is */
    int sequence;       /* RFC 5545, 3.8.7.4 */
    int cancelled;
};

struct nj_publication {
    struct nj_arena arena;
    struct nj_published *items; /* in order of their beginning */
    size_t count;
};

/* What a feed is about. All lent. */
struct nj_feed {
    const char *name;   /* "schedule/social-night" or "person/maya" */
    const char *salt;   /* makes UIDs differ from another nightjar's */
    const char *person; /* whose shifts alone; NULL: everybody's */
    const struct nj_rota *rotas;
    size_t rota_count; /* 0: it is gone, all that was to come is cancelled */
};

/* What FEED says at NOW_MS, given what it said LAST (may be empty): shifts
 * that ended within NJ_PUBLISH_BACK_MS, and those to come until the end of the
 * sixth month after this one. *OUT_CHANGED: 1 when it differs from LAST.
 * Returns 0 or NJ_E_NOMEM (outputs untouched). *OUT is finished by the caller.
 */
#define NJ_PUBLISH_BACK_MS (INT64_C(31) * 86400000)
int nj_publication_renew(const struct nj_publication *last,
                         const struct nj_feed *feed,
                         int64_t now_ms,
                         struct nj_publication *out,
                         int *out_changed) NJ_MUST;

/* The publication as JSON to be kept, and back. Reading returns 0,
 * NJ_E_INVALID or NJ_E_NOMEM (*OUT untouched). */
void nj_publication_write(const struct nj_publication *p, struct nj_buf *out);
int nj_publication_read(const char *json,
                        size_t len,
                        struct nj_publication *out,
                        struct nj_err *err) NJ_MUST;

/* The publication of FEED as an iCalendar file. Failures stick in OUT. */
void nj_publication_ics(const struct nj_publication *p,
                        const struct nj_feed *feed,
                        struct nj_buf *out);

/* Free what P owns. Safe on a zeroed one. */
void nj_publication_finish(struct nj_publication *p);

#endif
