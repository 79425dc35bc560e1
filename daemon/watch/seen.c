#include "watch/seen.h"

#include <stdlib.h>

enum {
    BLOCKS = 1 << 16, /* of 512 bits each */
    BLOCK_WORDS = 8,
    BITS_OF_KEY = 6,
};

int nj_seen_init(struct nj_seen *seen)
{
    *seen = (struct nj_seen){0};
    seen->bits = calloc((size_t)BLOCKS * BLOCK_WORDS, sizeof *seen->bits);
    return seen->bits == NULL ? NJ_E_NOMEM : 0;
}

void nj_seen_finish(struct nj_seen *seen)
{
    free(seen->bits);
    nj_multimap_finish(&seen->judging);
    *seen = (struct nj_seen){0};
}

static uint64_t *block_of(const struct nj_seen *seen, uint64_t key)
{
    return seen->bits + (key >> 48) * BLOCK_WORDS;
}

void nj_seen_add(struct nj_seen *seen, uint64_t key)
{
    uint64_t *block = block_of(seen, key);

    for (int i = 0; i < BITS_OF_KEY; i++, key >>= 8) {
        unsigned bit = (unsigned)(key & 0xff) | (unsigned)(i & 1) << 8;

        block[bit >> 6] |= UINT64_C(1) << (bit & 63);
    }
}

int nj_seen_perhaps(const struct nj_seen *seen, uint64_t key)
{
    const uint64_t *block = block_of(seen, key);

    if (!seen->complete) {
        return 1;
    }
    for (int i = 0; i < BITS_OF_KEY; i++, key >>= 8) {
        unsigned bit = (unsigned)(key & 0xff) | (unsigned)(i & 1) << 8;

        if ((block[bit >> 6] & UINT64_C(1) << (bit & 63)) == 0) {
            return 0;
        }
    }
    return 1;
}

int nj_seen_judging_begin(struct nj_seen *seen, uint64_t key)
{
    return nj_multimap_add(&seen->judging, key, seen);
}

int nj_seen_judging(const struct nj_seen *seen, uint64_t key)
{
    size_t at = 0;

    return nj_multimap_next(&seen->judging, key, &at) != NULL;
}

void nj_seen_judging_end(struct nj_seen *seen, uint64_t key)
{
    (void)nj_multimap_remove(&seen->judging, key, seen);
}
