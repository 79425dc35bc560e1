#include "base/mem.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 4096 };

struct nj_arena_block {
    struct nj_arena_block *prev;
    size_t used; /* bytes of data[] */
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

void nj_arena_init(struct nj_arena *arena, size_t max_bytes)
{
    *arena = (struct nj_arena){.max_bytes = max_bytes};
}

static struct nj_arena_block *add_block(struct nj_arena *arena, size_t need)
{
    size_t size = BLOCK_BYTES - sizeof(struct nj_arena_block);
    struct nj_arena_block *block;

    if (need > size) {
        size = need;
    }
    block = malloc(sizeof *block + size);
    if (block == NULL) {
        return NULL;
    }
    block->prev = arena->last;
    block->used = 0;
    block->size = size;
    arena->last = block;
    return block;
}

void *nj_arena_zalloc(struct nj_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t need = (size + align - 1) / align * align;
    struct nj_arena_block *block = arena->last;
    void *p;

    if (need < size || arena->bytes + need < need ||
        (arena->max_bytes != 0 && arena->bytes + need > arena->max_bytes)) {
        return NULL;
    }
    if (block == NULL || block->size - block->used < need) {
        block = add_block(arena, need);
        if (block == NULL) {
            return NULL;
        }
    }
    p = block->data + block->used;
    block->used += need;
    arena->bytes += need;
    memset(p, 0, need);
    return p;
}

char *nj_arena_strndup(struct nj_arena *arena, const char *text, size_t len)
{
    char *copy = nj_arena_zalloc(arena, len + 1);

    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *nj_arena_strdup(struct nj_arena *arena, const char *text)
{
    return text == NULL ? NULL : nj_arena_strndup(arena, text, strlen(text));
}

void nj_arena_finish(struct nj_arena *arena)
{
    struct nj_arena_block *block = arena->last;

    while (block != NULL) {
        struct nj_arena_block *prev = block->prev;

        free(block);
        block = prev;
    }
    arena->last = NULL;
    arena->bytes = 0;
}

void nj_wipe(void *p, size_t len)
{
    if (p != NULL) {
        explicit_bzero(p, len);
    }
}

void nj_mem_give_back(void)
{
    (void)malloc_trim(0);
}
