#include "base/heap.h"

#include <stdlib.h>

static int comes_before(const struct nj_heap_entry *a,
                        const struct nj_heap_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void
put_at(struct nj_heap *heap, size_t place, struct nj_heap_entry *entry)
{
    heap->entries[place - 1] = entry;
    entry->place = place;
}

static void sift(struct nj_heap *heap, struct nj_heap_entry *entry)
{
    size_t at = entry->place;

    while (at > 1 && comes_before(entry, heap->entries[at / 2 - 1])) {
        put_at(heap, at, heap->entries[at / 2 - 1]);
        at /= 2;
    }
    for (;;) {
        size_t child = at * 2;

        if (child > heap->count) {
            break;
        }
        if (child < heap->count &&
            comes_before(heap->entries[child], heap->entries[child - 1])) {
            child++;
        }
        if (!comes_before(heap->entries[child - 1], entry)) {
            break;
        }
        put_at(heap, at, heap->entries[child - 1]);
        at = child;
    }
    put_at(heap, at, entry);
}

int nj_heap_set(struct nj_heap *heap, struct nj_heap_entry *entry, int64_t key)
{
    if (entry->place == 0) {
        if (heap->count == heap->room) {
            size_t room = heap->room == 0 ? 16 : heap->room * 2;
            struct nj_heap_entry **entries =
                realloc(heap->entries, room * sizeof(struct nj_heap_entry *));

            if (entries == NULL) {
                return NJ_E_NOMEM;
            }
            heap->entries = entries;
            heap->room = room;
        }
        heap->count++;
        put_at(heap, heap->count, entry);
    }
    entry->key = key;
    sift(heap, entry);
    return 0;
}

void nj_heap_remove(struct nj_heap *heap, struct nj_heap_entry *entry)
{
    struct nj_heap_entry *last;
    size_t place = entry->place;

    if (place == 0) {
        return;
    }
    last = heap->entries[heap->count - 1];
    heap->count--;
    entry->place = 0;
    if (last != entry) {
        put_at(heap, place, last);
        sift(heap, last);
    }
}

struct nj_heap_entry *nj_heap_top(const struct nj_heap *heap)
{
    return heap->count == 0 ? NULL : heap->entries[0];
}

void nj_heap_finish(struct nj_heap *heap)
{
    free(heap->entries);
    *heap = (struct nj_heap){0};
}
