#include "score/simhash.h"

#include "score/engine.h"

enum { PLANES = 14, MAX_WORDS = 4000 }; /* 2^14 > twice as many words */

/* How often each of 64 bits was set: bit i of plane p is bit p of its count,
 * so that one addition counts all 64. */
struct tally {
    uint64_t planes[PLANES];
    unsigned features;
};

static void add_feature(struct tally *t, uint64_t carry)
{
    for (size_t p = 0; carry != 0 && p < PLANES; p++) {
        uint64_t sum = t->planes[p] ^ carry;

        carry &= t->planes[p];
        t->planes[p] = sum;
    }
    t->features++;
}

/* The bits that were set in more than half of the features. */
static uint64_t majority(const struct tally *t)
{
    unsigned half = t->features / 2;
    uint64_t more = 0;
    uint64_t equal = ~(uint64_t)0;

    for (size_t p = PLANES; p > 0; p--) {
        uint64_t plane = t->planes[p - 1];

        if ((half >> (p - 1) & 1) != 0) {
            equal &= plane;
        } else {
            more |= equal & plane;
            equal &= ~plane;
        }
    }
    return more;
}

static uint64_t finish_hash(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

static int counts(const struct nj_word *word)
{
    return (word->flags & (NJ_W_LINK | NJ_W_MENTION | NJ_W_DIGIT)) == 0;
}

uint64_t nj_simhash(const struct nj_canon *canon, const struct nj_words *words)
{
    struct tally t = {.features = 0};
    uint64_t before = 0;
    uint64_t hash = 0;
    size_t kept = 0;

    for (size_t i = 0; i < words->count && kept < MAX_WORDS; i++) {
        const struct nj_word *word = &words->items[i];
        uint64_t own;

        if (!counts(word)) {
            continue;
        }
        own = nj_word_hash(canon->text + word->start, word->end - word->start);
        add_feature(&t, finish_hash(own));
        if (kept > 0) {
            add_feature(&t, finish_hash(before * 31 + own));
        }
        before = own;
        kept++;
    }
    if (kept < NJ_SIMHASH_MIN_WORDS) {
        return 0;
    }
    hash = majority(&t);
    return hash == 0 ? 1 : hash;
}

int nj_simhash_near(uint64_t a, uint64_t b)
{
    return a != 0 && b != 0 &&
           __builtin_popcountll(a ^ b) <= NJ_SIMHASH_NEAR_BITS;
}
