/* oncall/ics_reading.h - one reading of a calendar, shared by ics_in.c (events)
 * and ics_repeat.c (their repetitions). Sees libical. */

#ifndef NJ_ONCALL_ICS_READING_H
#define NJ_ONCALL_ICS_READING_H

#include <libical/ical.h>

#include "oncall/ics_in.h"
#include "oncall/ics_time.h"

enum { NJ_ICS_EXCEPT_MAX = 512 }; /* exceptions of one event */

/* An event that stands in for one repetition of another with its UID. */
struct nj_ics_stand_in {
    uint64_t uid; /* hash */
    icalcomponent *comp;
};

struct nj_ics_reading {
    const struct nj_ics_sink *sink;
    struct nj_ics_zones zones; /* of the calendar at hand */
    struct nj_ics_lines lines;
    icalcomponent *root;               /* all calendars of the file */
    struct nj_ics_stand_in *stand_ins; /* owned; of the calendar at hand, by
                                          uid */
    size_t stand_in_count;
    size_t event; /* index of the event at hand */
    int64_t work; /* days looked through */
    int repeating;
    struct nj_err *err;
};

/* One event's first occurrence and what its others share with it. */
struct nj_ics_event {
    icalcomponent *comp;
    icalcomponent *calendar;
    icalproperty *dtstart; /* of comp: asking it again would put back its one
                              cursor over properties */
    struct icaltimetype start;
    struct nj_ics_span first;
    int64_t wall_s; /* length on the wall clock; -1: it is an elapsed time */
    struct nj_ics_occurrence told;     /* title and attendees are in it */
    int64_t except[NJ_ICS_EXCEPT_MAX]; /* starts that do not happen */
    size_t except_count;
};

/* Set the error "line N: event 'TITLE': WHY"; returns NJ_E_INVALID. */
int nj_ics_refuse(struct nj_ics_reading *r,
                  const struct nj_ics_event *e,
                  const char *why);
int nj_ics_refuse_time(struct nj_ics_reading *r, const struct nj_ics_event *e);

/* Tell of the occurrence of E that starts at T, a value of P, unless it is
 * excepted or out of range. */
int nj_ics_put(struct nj_ics_reading *r,
               struct nj_ics_event *e,
               icalproperty *p,
               const struct icaltimetype *t);

/* The start of the occurrence that T, a value of P, names, into *OUT_P and *T
 * as it is to be put; a date alone means the event's own time of that day. */
void nj_ics_name_start(const struct nj_ics_event *e,
                       icalproperty *p,
                       struct icaltimetype *t,
                       icalproperty **out_p);

/* Tell of all that E's RRULEs and RDATEs make of it. */
int nj_ics_repeat(struct nj_ics_reading *r, struct nj_ics_event *e);

#endif
