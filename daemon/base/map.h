/* base/map.h - hash tables: text to pointer (nj_map) and a 64-bit key to a
 * pointer, several under one key allowed (nj_multimap). Iteration order is
 * unspecified. Neither owns the values. */

#ifndef NJ_BASE_MAP_H
#define NJ_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nj_map {
    struct nj_map_slot *slots; /* owned, NULL while empty */
    size_t room;               /* a power of two, or 0 */
    size_t count;              /* live entries */
    size_t used;               /* live and removed */
};

/* Put VALUE (not NULL) under KEY, which is copied. Returns 0; NJ_E_EXISTS if
 * KEY is there (unchanged); NJ_E_NOMEM. */
int nj_map_put(struct nj_map *map, const char *key, void *value) NJ_MUST;

/* The value under KEY, or NULL. */
void *nj_map_get(const struct nj_map *map, const char *key);

/* Remove KEY; returns its value or NULL. */
void *nj_map_remove(struct nj_map *map, const char *key);

/* Walk: start with *AT = 0; returns 1 and the next key (lent) and value, or 0
 * at the end. The map may not change meanwhile. */
int nj_map_next(const struct nj_map *map,
                size_t *at,
                const char **out_key,
                void **out_value);

/* Free keys and table. Safe on a zeroed map. */
void nj_map_finish(struct nj_map *map);

struct nj_multimap {
    struct nj_multimap_slot *slots; /* owned, NULL while empty */
    size_t room;                    /* a power of two, or 0 */
    size_t count;                   /* live entries */
    size_t used;                    /* live and removed */
};

/* Add VALUE (not NULL) under KEY; the same pair twice is kept twice. Returns 0
 * or NJ_E_NOMEM (unchanged). */
int nj_multimap_add(struct nj_multimap *map, uint64_t key, void *value) NJ_MUST;

/* Remove one (KEY, VALUE) pair; returns 1 if it was there, else 0. */
int nj_multimap_remove(struct nj_multimap *map,
                       uint64_t key,
                       const void *value);

/* Walk the values under KEY: start with *AT = 0; the next value or NULL at the
 * end. The map may not change meanwhile. */
void *nj_multimap_next(const struct nj_multimap *map, uint64_t key, size_t *at);

/* Walk all values: start with *AT = 0; the next value or NULL at the end. The
 * map may not change meanwhile. */
void *nj_multimap_each(const struct nj_multimap *map, size_t *at);

/* Free the table. Safe on a zeroed map. */
void nj_multimap_finish(struct nj_multimap *map);

#endif
