/* score/grow.h - arrays that grow: one function, so that overflow and failure
 * are handled in one place. */

#ifndef NJ_SCORE_GROW_H
#define NJ_SCORE_GROW_H

#include <stddef.h>

/* Room for NEED items of SIZE bytes at ITEMS (malloc's or NULL), *ROOM items
 * wide now. Returns the array, perhaps moved, and sets *ROOM; NULL when memory
 * ran out: ITEMS and *ROOM are then as before. New bytes are not cleared. */
void *nj_grow(void *items, size_t *room, size_t need, size_t size);

#endif
