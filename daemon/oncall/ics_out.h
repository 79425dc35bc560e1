/* oncall/ics_out.h - shifts as an iCalendar file (RFC 5545) that calendars can
 * subscribe to: one VEVENT for each shift with somebody in it.
 *
 * Lines end with CRLF and are folded at 75 bytes without splitting a
 * character; text is escaped; times are UTC. A shift keeps its UID for as long
 * as its schedule, start and people stay the same. Failures stick in
 * OUT->status.
 */

#ifndef NJ_ONCALL_ICS_OUT_H
#define NJ_ONCALL_ICS_OUT_H

#include <stdint.h>

#include "base/buf.h"
#include "oncall/oncall.h"

/* The head of the file for SCHEDULE (its name). */
void nj_ics_open(struct nj_buf *out, const char *schedule);

/* One shift; a gap, or a shift without beginning or end, writes nothing.
 * STAMP_MS is when the file is made. */
void nj_ics_shift(struct nj_buf *out,
                  const char *schedule,
                  const struct nj_oncall *shift,
                  int64_t stamp_ms);

/* One line "NAME:BEFORE" and TEXT, escaped and folded. */
void nj_ics_text(struct nj_buf *out,
                 const char *name,
                 const char *before,
                 const char *text);

/* One line "NAME:20260203T180000Z". */
void nj_ics_time(struct nj_buf *out, const char *name, int64_t at_ms);

/* The foot of the file. */
void nj_ics_close(struct nj_buf *out);

#endif
