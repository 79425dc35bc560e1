/* oncall/ics_in.h - the events of an iCalendar file (RFC 5545), one by one with
 * all their repetitions. For the readers of calendars in this room (holidays.c,
 * stints.c).
 *
 *   text --ics_scan--> sound? --libical--> events --ics_repeat--> occurrences
 *                                                          `--> sink.put
 */

#ifndef NJ_ONCALL_ICS_IN_H
#define NJ_ONCALL_ICS_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "oncall/ics_zones.h"

enum { NJ_ICS_ATTENDEES = 32 }; /* of one event; what is beyond is left out */

/* One occurrence of an event; lent for the call. */
struct nj_ics_occurrence {
    int is_days;  /* all-day: days since 1970; else wall milliseconds */
    int64_t from; /* [from, until) */
    int64_t until;
    int64_t from_ms;   /* the same as instants, days being those of the */
    int64_t until_ms;  /* calendar's zone */
    const char *title; /* SUMMARY; NULL: none */
    size_t line;       /* of the file, where the event begins */
    const char *attendees[NJ_ICS_ATTENDEES]; /* "mailto:..."; none declined */
    size_t attendee_count;
};

/* Who is told of occurrences, and which are wanted. */
struct nj_ics_sink {
    void *ctx;
    /* Not 0 ends the reading with that code; ERR is set by it. */
    int (*put)(void *ctx,
               const struct nj_ics_occurrence *occurrence,
               struct nj_err *err);
    struct nj_ics_zones zones;
    int64_t from_day;  /* occurrences that touch no day of [from_day, */
    int64_t until_day; /* until_day) are left out */
    int own_zone;    /* the calendar's own zone (X-WR-TIMEZONE), where it names
                     one, goes before zones.zone */
    int by_the_hour; /* hourly rules are followed, too */
};

/* Tell SINK of the events in TEXT[0..LEN): RRULE, RDATE, EXDATE and
 * RECURRENCE-ID are followed, cancelled events left out. Returns 0;
 * NJ_E_INVALID with the line in ERR; NJ_E_TOOBIG past NJ_LIMIT_ICS_BYTES or the
 * limits of ics_in.c, ics_repeat.c and ics_scan.c; NJ_E_NOTFOUND without
 * libical; NJ_E_NOMEM; what SINK returned. Some may have been told before. */
int nj_ics_read(const struct nj_ics_sink *sink,
                const char *text,
                size_t len,
                struct nj_err *err) NJ_MUST;

/* Bring libical in, before anything of it is called (ics_libical.c). 0 or
 * NJ_E_NOTFOUND with what is missing. */
int nj_ics_bring(struct nj_err *err) NJ_MUST;

/* Where the events of a file begin, so that errors can say the line. */
struct nj_ics_lines {
    size_t *events; /* owned; 1-based line of each BEGIN:VEVENT, in order */
    size_t count;
};

/* Look over TEXT[0..LEN) before libical sees it: it must be UTF-8 without
 * NUL, begin as a calendar, and nest soundly and not deeply (libical frees by
 * recursion). Returns 0; NJ_E_INVALID with the line; NJ_E_TOOBIG; NJ_E_NOMEM.
 * *OUT's array is freed with free(). */
int nj_ics_scan(const char *text,
                size_t len,
                struct nj_ics_lines *out,
                struct nj_err *err) NJ_MUST;

#endif
