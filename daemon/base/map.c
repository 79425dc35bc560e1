#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { FIRST_ROOM = 16 };

struct nj_map_slot {
    char *key; /* owned; NULL: never used; GONE: removed */
    void *value;
    uint64_t hash;
};

static char gone_mark[1];

static struct nj_map_slot *
find_slot(const struct nj_map *map, const char *key, uint64_t hash)
{
    size_t mask = map->room - 1;

    if (map->room == 0) {
        return NULL;
    }
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct nj_map_slot *slot = &map->slots[i];

        if (slot->key == NULL) {
            return NULL;
        }
        if (slot->key != gone_mark && slot->hash == hash &&
            strcmp(slot->key, key) == 0) {
            return slot;
        }
    }
}

static struct nj_map_slot *
free_slot(struct nj_map_slot *slots, size_t room, uint64_t hash)
{
    size_t i = hash & (room - 1);

    while (slots[i].key != NULL) {
        i = (i + 1) & (room - 1);
    }
    return &slots[i];
}

static int grow_map(struct nj_map *map)
{
    size_t room = FIRST_ROOM;
    struct nj_map_slot *slots;

    while (room < map->count * 4) {
        room *= 2;
    }
    slots = calloc(room, sizeof *slots);
    if (slots == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < map->room; i++) {
        const struct nj_map_slot *old = &map->slots[i];

        if (old->key != NULL && old->key != gone_mark) {
            *free_slot(slots, room, old->hash) = *old;
        }
    }
    free(map->slots);
    map->slots = slots;
    map->room = room;
    map->used = map->count;
    return 0;
}

int nj_map_put(struct nj_map *map, const char *key, void *value)
{
    uint64_t hash = nj_hash_str(key);
    struct nj_map_slot *slot;
    char *copy;

    if (find_slot(map, key, hash) != NULL) {
        return NJ_E_EXISTS;
    }
    if ((map->used + 1) * 4 > map->room * 3 && grow_map(map) != 0) {
        return NJ_E_NOMEM;
    }
    copy = strdup(key);
    if (copy == NULL) {
        return NJ_E_NOMEM;
    }
    slot = free_slot(map->slots, map->room, hash);
    *slot = (struct nj_map_slot){copy, value, hash};
    map->count++;
    map->used++;
    return 0; /* cppcheck-suppress memleak ; the slot owns the copy */
}

void *nj_map_get(const struct nj_map *map, const char *key)
{
    const struct nj_map_slot *slot = find_slot(map, key, nj_hash_str(key));

    return slot == NULL ? NULL : slot->value;
}

void *nj_map_remove(struct nj_map *map, const char *key)
{
    struct nj_map_slot *slot = find_slot(map, key, nj_hash_str(key));
    void *value;

    if (slot == NULL) {
        return NULL;
    }
    value = slot->value;
    free(slot->key);
    slot->key = gone_mark;
    slot->value = NULL;
    map->count--;
    return value;
}

int nj_map_next(const struct nj_map *map,
                size_t *at,
                const char **out_key,
                void **out_value)
{
    while (*at < map->room) {
        const struct nj_map_slot *slot = &map->slots[(*at)++];

        if (slot->key != NULL && slot->key != gone_mark) {
            *out_key = slot->key;
            *out_value = slot->value;
            return 1;
        }
    }
    return 0;
}

void nj_map_finish(struct nj_map *map)
{
    for (size_t i = 0; i < map->room; i++) {
        if (map->slots[i].key != gone_mark) {
            free(map->slots[i].key);
        }
    }
    free(map->slots);
    *map = (struct nj_map){0};
}
