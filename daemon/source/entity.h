/* source/entity.h - character references of HTML and XML: &amp; &#8217;
 * &#x1F6A8; &eacute;. Pure, any thread. */

#ifndef NJ_SOURCE_ENTITY_H
#define NJ_SOURCE_ENTITY_H

#include <stddef.h>

enum { NJ_ENTITY_ROOM = 4 };

/* Read the reference at TEXT[0..LEN), which begins with '&', as UTF-8 into OUT;
 * its bytes (never more than were read) go to *OUT_LEN. Returns the bytes read,
 * 0 when it is none and the '&' stands for itself. As browsers do: numbers and
 * the names of Latin-1 need no semicolon (but then no letter, digit or '=' may
 * follow the name), &#128;..&#159; mean windows-1252, no code point is
 * U+FFFD. A zero or control character gives no bytes. */
size_t nj_entity_read(const char *text,
                      size_t len,
                      char out[NJ_ENTITY_ROOM],
                      size_t *out_len);

/* Undo all references of TEXT[0..LEN) into OUT, which has room for LEN bytes
 * and may be TEXT itself. Returns the bytes written; no NUL is added. */
size_t nj_entity_undo(const char *text, size_t len, char *out);

#endif
