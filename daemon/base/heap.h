/* base/heap.h - a queue by deadline: the earliest entry is on top.
 *
 * Entries live inside the caller's structs and remember their place, so that
 * moving or removing one costs log n. The heap owns only its table.
 */

#ifndef NJ_BASE_HEAP_H
#define NJ_BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nj_heap_entry {
    int64_t key;    /* deadline; smaller comes first; equal keys by `order` */
    uint64_t order; /* tie break: who came first (say, the alert's id) */
    size_t place;   /* 1-based place in the heap; 0: not in it */
};

struct nj_heap {
    struct nj_heap_entry **entries; /* owned table */
    size_t count;
    size_t room;
};

/* Put ENTRY in with KEY, or move it when it is in already. Returns 0 or
 * NJ_E_NOMEM (unchanged; cannot happen for an entry that is in already). */
int nj_heap_set(struct nj_heap *heap,
                struct nj_heap_entry *entry,
                int64_t key) NJ_MUST;

/* Take ENTRY out; nothing happens when it is not in. */
void nj_heap_remove(struct nj_heap *heap, struct nj_heap_entry *entry);

/* The earliest entry, or NULL. */
struct nj_heap_entry *nj_heap_top(const struct nj_heap *heap);

/* Free the table; entries are untouched. Safe on a zeroed heap. */
void nj_heap_finish(struct nj_heap *heap);

#endif
