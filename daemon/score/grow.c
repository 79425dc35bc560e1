#include "score/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *nj_grow(void *items, size_t *room, size_t need, size_t size)
{
    size_t wide = *room < 16 ? 16 : *room;
    void *moved;

    if (need <= *room) {
        return items;
    }
    while (wide < need) {
        wide += wide / 2;
    }
    if (wide > SIZE_MAX / 2 / size) {
        return NULL;
    }
    moved = realloc(items, wide * size);
    if (moved != NULL) {
        *room = wide;
    }
    return moved;
}
