#include "base/map.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

struct nj_multimap_slot {
    uint64_t key;
    void *value; /* NULL: never used; GONE: removed */
};

static char gone_mark;

static size_t start_of(uint64_t key, size_t room)
{
    key ^= key >> 31;
    key *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(key >> 20) & (room - 1);
}

static void
place(struct nj_multimap_slot *slots, size_t room, uint64_t key, void *value)
{
    size_t i = start_of(key, room);

    while (slots[i].value != NULL) {
        i = (i + 1) & (room - 1);
    }
    slots[i] = (struct nj_multimap_slot){key, value};
}

static int grow_multimap(struct nj_multimap *map)
{
    size_t room = FIRST_ROOM;
    struct nj_multimap_slot *slots;

    while (room * 3 < (map->count + 1) * 5) {
        room *= 2;
    }
    slots = calloc(room, sizeof *slots);
    if (slots == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < map->room; i++) {
        void *value = map->slots[i].value;

        if (value != NULL && value != &gone_mark) {
            place(slots, room, map->slots[i].key, value);
        }
    }
    free(map->slots);
    map->slots = slots;
    map->room = room;
    map->used = map->count;
    return 0;
}

int nj_multimap_add(struct nj_multimap *map, uint64_t key, void *value)
{
    if ((map->used + 1) * 5 > map->room * 4 && grow_multimap(map) != 0) {
        return NJ_E_NOMEM;
    }
    place(map->slots, map->room, key, value);
    map->count++;
    map->used++;
    return 0;
}

int nj_multimap_remove(struct nj_multimap *map, uint64_t key, const void *value)
{
    size_t mask = map->room - 1;

    if (map->room == 0) {
        return 0;
    }
    for (size_t i = start_of(key, map->room); map->slots[i].value != NULL;
         i = (i + 1) & mask) {
        if (map->slots[i].key == key && map->slots[i].value == value) {
            map->slots[i].value = &gone_mark;
            map->count--;
            return 1;
        }
    }
    return 0;
}

void *nj_multimap_next(const struct nj_multimap *map, uint64_t key, size_t *at)
{
    size_t mask = map->room - 1;

    if (map->room == 0) {
        return NULL;
    }
    for (;;) {
        size_t i = (start_of(key, map->room) + *at) & mask;
        void *value = map->slots[i].value;

        if (value == NULL) {
            return NULL;
        }
        (*at)++;
        if (map->slots[i].key == key && value != &gone_mark) {
            return value;
        }
    }
}

void nj_multimap_finish(struct nj_multimap *map)
{
    free(map->slots);
    *map = (struct nj_multimap){0};
}

void *nj_multimap_each(const struct nj_multimap *map, size_t *at)
{
    while (*at < map->room) {
        void *value = map->slots[(*at)++].value;

        if (value != NULL && value != &gone_mark) {
            return value;
        }
    }
    return NULL;
}
