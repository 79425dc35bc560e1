/* oncall/ics_in.h - iCalendar events to days. For holidays.c alone. */

#ifndef NJ_ONCALL_ICS_IN_H
#define NJ_ONCALL_ICS_IN_H

#include "oncall/holidays.h"

/* Append one holiday; TITLE is copied. 0, NJ_E_TOOBIG or NJ_E_NOMEM. */
int nj_holidays_put(struct nj_holidays *h,
                    int64_t from_day,
                    int64_t until_day,
                    const char *title) NJ_MUST;

/* As nj_holidays_ics, but on failure some events may have been appended. */
int nj_ics_read(struct nj_holidays *h,
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
