/* score/entity.h - HTML entities that survived into plain text ("&amp;#102;"),
 * as far as they can hide or mean letters. */

#ifndef NJ_SCORE_ENTITY_H
#define NJ_SCORE_ENTITY_H

#include <stddef.h>
#include <stdint.h>

/* Decode the entity at S[0..LEN), which begins with '&': numeric ones (with or
 * without ';', HTML 13.2.5.80), the names of signs and spaces, and letters
 * with marks (&eacute;). "&amp;" before another entity's name is undone too.
 * Returns the bytes it takes and its code point, or 0: no entity. */
size_t nj_entity_decode(const char *s, size_t len, uint32_t *out_cp);

#endif
