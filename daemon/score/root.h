/* score/root.h - strong roots inside longer words: #fuckacme.
 *
 * There are a few dozen, so a bit for each pair of letters one of them begins
 * with passes over nearly every byte, and the rest are compared one by one. */

#ifndef NJ_SCORE_ROOT_H
#define NJ_SCORE_ROOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nj_root {
    const char *text; /* lent; canonical, not empty */
    uint32_t word;    /* in the vocabulary */
};

struct nj_roots {
    struct nj_root *items; /* owned; by text once frozen */
    size_t count;
    size_t room;
    uint32_t from[257];   /* in items, by first byte, when frozen */
    uint64_t pairs[1024]; /* a bit for each pair of bytes, when frozen */
};

/* Zero ROOTS first. Returns 0 or NJ_E_NOMEM (ROOTS as before). */
int nj_roots_add(struct nj_roots *roots, struct nj_root root) NJ_MUST;

/* After the last was added. */
void nj_roots_freeze(struct nj_roots *roots);

/* The word of the root that ends first in TEXT[0..LEN), of those the longest;
 * 0 when there is none. One byte behind TEXT may be read. Any thread, once
 * frozen. */
uint32_t
nj_roots_find(const struct nj_roots *roots, const char *text, size_t len);

void nj_roots_finish(struct nj_roots *roots);

#endif
