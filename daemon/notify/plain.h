/* notify/plain.h - foreign text made fit for a person to read anywhere: no
 * control, no bidi trick, no invisible filler, always UTF-8. Pure.
 *
 * Joiners, variation selectors and combining marks stay: scripts and emoji
 * need them. Failures stick in OUT->status. */

#ifndef NJ_NOTIFY_PLAIN_H
#define NJ_NOTIFY_PLAIN_H

#include <stddef.h>

#include "base/buf.h"

/* Append TEXT (NULL: nothing) as one line: every control and run of spaces is
 * one space, none at the ends. */
void nj_plain_line(struct nj_buf *out, const char *text);

/* Append TEXT (NULL: nothing) with its line breaks as '\n', at most one empty
 * line at a time, none at the ends, no space before a break. */
void nj_plain_block(struct nj_buf *out, const char *text);

/* Append the plain TEXT in lines of at most WIDTH columns (a code point is
 * one), each beginning with PREFIX and ending with '\n'. A word longer than a
 * line is broken where letters end. Empty lines are kept, PREFIX without its
 * last space. */
void nj_plain_wrap(struct nj_buf *out,
                   const char *text,
                   const char *prefix,
                   size_t width);

/* Append plain TEXT cut to MAX_BYTES where a letter ends, with "..." when it
 * was longer (counted in MAX_BYTES). */
void nj_plain_cut(struct nj_buf *out, const char *text, size_t max_bytes);

/* Code points in TEXT[0..LEN); bytes that are no UTF-8 count one each. */
size_t nj_plain_columns(const char *text, size_t len);

/* Whether URL is one a person may be led to: http or https with a host, only
 * visible ASCII, nothing that could end an attribute. NULL: no. */
int nj_plain_is_link(const char *url);

#endif
