/* cmd/strip.h - who is on call as a strip of characters, a row a day:
 *
 *               00          06          12          18
 *   Mon 23 Nov  MMMMMMMMMMMMMMMM....................TTTTTTTTTTTT
 *   Tue 24 Nov  TTTTTTTTTTTTTTTT!!!!................MMMMMMMMMMMM
 *               M maya  T tom  . nobody, in hours  ! NOBODY
 *
 * A cell is an hour, half or quarter of it, as the width allows, on the
 * schedule's wall clock; it shows who has most of it, but a hole of any length
 * shows. A skipped hour is blank; a repeated one is one cell. Pure. */

#ifndef NJ_CMD_STRIP_H
#define NJ_CMD_STRIP_H

#include "base/buf.h"
#include "model/zone.h"

struct nj_strip_span {
    int64_t from_ms, until_ms;
    const char *who; /* "maya, tom"; "" nobody. Lent */
};

struct nj_strip {
    const struct nj_zone *zone;
    const struct nj_strip_span *shifts; /* in order, without holes */
    size_t shift_count;
    const struct nj_strip_span *holes; /* nobody, although somebody should be */
    size_t hole_count;
    int64_t now_ms; /* its day is marked; 0: none */
    int columns;
    int colour;
};

enum { NJ_STRIP_DAYS = 62 }; /* more are left out */

/* Append the strip of STRIP to OUT; failures stick in OUT->status. */
void nj_strip_write(const struct nj_strip *strip, struct nj_buf *out);

/* How many columns TEXT takes on a terminal (wide letters two, marks none). */
int nj_text_columns(const char *text);

#endif
