#include "score/simhash.h"

#include <string.h>

#include "score/engine.h"

enum { LANES = 64, MAX_WORDS = 4000 };

/* Sums per bit, eight lanes of a byte in each row, flushed before they can
 * overflow. */
struct tally {
    uint64_t rows[8];
    unsigned pending; /* features in rows, at most 255 */
    int32_t ones[LANES];
    int32_t features;
};

/* Bit i of BYTE as byte i of a word. */
static uint64_t spread(uint64_t byte)
{
    uint64_t copies = byte * 0x0101010101010101u;

    return ((copies & 0x8040201008040201u) + 0x7f7f7f7f7f7f7f7fu) >> 7 &
           0x0101010101010101u;
}

static void flush_tally(struct tally *t)
{
    for (size_t i = 0; i < LANES; i++) {
        t->ones[i] += (int32_t)(t->rows[i / 8] >> 8 * (i % 8) & 0xff);
    }
    memset(t->rows, 0, sizeof t->rows);
    t->features += (int32_t)t->pending;
    t->pending = 0;
}

static void add_feature(struct tally *t, uint64_t hash)
{
    for (size_t i = 0; i < 8; i++) {
        t->rows[i] += spread(hash >> 8 * i & 0xff);
    }
    t->pending++;
    if (t->pending == 255) {
        flush_tally(t);
    }
}

static uint64_t finish_hash(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

static uint64_t hash_text(const char *text, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    }
    return hash;
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
        own = hash_text(canon->text + word->start, word->end - word->start);
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
    flush_tally(&t);
    for (size_t i = 0; i < LANES; i++) {
        hash |= (uint64_t)(t.ones[i] * 2 > t.features) << i;
    }
    return hash == 0 ? 1 : hash;
}

int nj_simhash_near(uint64_t a, uint64_t b)
{
    return a != 0 && b != 0 &&
           __builtin_popcountll(a ^ b) <= NJ_SIMHASH_NEAR_BITS;
}
