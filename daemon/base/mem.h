/* base/mem.h - memory with one owner: arenas for records that live and die
 * together, and wiping for secrets.
 *
 * Single objects use malloc and free as they are (tests make every allocation
 * fail in turn by wrapping malloc at link time).
 */

#ifndef NJ_BASE_MEM_H
#define NJ_BASE_MEM_H

#include <stddef.h>

#include "base/err.h"

/* A bump allocator: many small things, one free. Zero it or nj_arena_init;
 * finish with nj_arena_finish. Not for growing things. One thread. */
struct nj_arena {
    struct nj_arena_block *last; /* newest block, owned */
    size_t bytes;                /* handed out so far */
    size_t max_bytes;            /* 0: no limit of its own */
};

/* Set ARENA up, empty; it refuses to hand out more than MAX_BYTES (0: any). */
void nj_arena_init(struct nj_arena *arena, size_t max_bytes);

/* SIZE zeroed bytes aligned for any type, owned by ARENA; NULL when memory or
 * the arena's maximum ran out. SIZE 0 gives a valid pointer. */
void *nj_arena_zalloc(struct nj_arena *arena, size_t size);

/* A copy of TEXT[0..LEN) with a NUL, owned by ARENA; NULL as above. */
char *nj_arena_strndup(struct nj_arena *arena, const char *text, size_t len);

/* A copy of TEXT (may be NULL, then NULL), owned by ARENA. */
char *nj_arena_strdup(struct nj_arena *arena, const char *text);

/* Free everything ARENA handed out and make it empty. Safe on a zeroed one. */
void nj_arena_finish(struct nj_arena *arena);

/* Give whole pages that nobody uses any more back to the system: after a start
 * or a reload, which read and build much and keep little of it. Any thread. */
void nj_mem_give_back(void);

/* Overwrite P[0..LEN) so that the compiler cannot drop it. P may be NULL. */
void nj_wipe(void *p, size_t len);

#endif
