#include "score/vocab.h"

#include <stdlib.h>
#include <string.h>

#include "score/grow.h"

enum { FIRST_SLOTS = 1024 };

static uint64_t mix(uint64_t hash, uint64_t piece)
{
    hash = (hash ^ piece) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

/* Eight bytes at a time; the bytes after the end are read and masked out. */
uint64_t nj_word_hash(const char *text, size_t len)
{
    uint64_t hash = len * 0xc2b2ae3d27d4eb4fu;
    uint64_t piece;

    while (len >= 8) {
        memcpy(&piece, text, 8);
        hash = mix(hash, piece);
        text += 8;
        len -= 8;
    }
    if (len > 0) {
        memcpy(&piece, text, 8);
        hash = mix(hash, piece & (((uint64_t)1 << 8 * len) - 1));
    }
    return hash;
}

static uint32_t hash_word(const char *text, size_t len)
{
    uint64_t hash = nj_word_hash(text, len);
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);

    return folded == 0 ? 1 : folded;
}

int nj_vocab_init(struct nj_vocab *vocab)
{
    *vocab = (struct nj_vocab){0};
    vocab->slots = calloc(FIRST_SLOTS, sizeof *vocab->slots);
    vocab->words = calloc(FIRST_SLOTS, sizeof *vocab->words);
    vocab->pool = calloc(1, FIRST_SLOTS);
    if (vocab->slots == NULL || vocab->words == NULL || vocab->pool == NULL) {
        nj_vocab_finish(vocab);
        return NJ_E_NOMEM;
    }
    vocab->slot_count = FIRST_SLOTS;
    vocab->word_room = FIRST_SLOTS;
    vocab->pool_room = FIRST_SLOTS;
    vocab->word_count = 1;
    return 0;
}

void nj_vocab_finish(struct nj_vocab *vocab)
{
    free(vocab->slots);
    free(vocab->words);
    free(vocab->pool);
    free(vocab->uses);
    *vocab = (struct nj_vocab){0};
}

/* The slot of TEXT, or the free one where it belongs. */
static struct nj_vocab_slot *find_slot(const struct nj_vocab *vocab,
                                       uint32_t hash,
                                       const char *text,
                                       size_t len)
{
    size_t at = hash & (vocab->slot_count - 1);

    for (;;) {
        struct nj_vocab_slot *slot = &vocab->slots[at];

        if (slot->hash == 0) {
            return slot;
        }
        if (slot->hash == hash) {
            const struct nj_vocab_word *word = &vocab->words[slot->id];

            if (word->len == len &&
                memcmp(vocab->pool + word->text, text, len) == 0) {
                return slot;
            }
        }
        at = (at + 1) & (vocab->slot_count - 1);
    }
}

static int widen(struct nj_vocab *vocab)
{
    size_t old_count = vocab->slot_count;
    struct nj_vocab_slot *old = vocab->slots;
    struct nj_vocab_slot *slots = calloc(old_count * 2, sizeof *slots);

    if (slots == NULL) {
        return NJ_E_NOMEM;
    }
    vocab->slots = slots;
    vocab->slot_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        size_t at = old[i].hash & (vocab->slot_count - 1);

        while (old[i].hash != 0 && slots[at].hash != 0) {
            at = (at + 1) & (vocab->slot_count - 1);
        }
        if (old[i].hash != 0) {
            slots[at] = old[i];
        }
    }
    free(old);
    return 0;
}

static int make_room(struct nj_vocab *vocab, size_t len)
{
    void *words = nj_grow(vocab->words, &vocab->word_room,
                          vocab->word_count + 1, sizeof *vocab->words);
    void *pool;

    if (words == NULL) {
        return NJ_E_NOMEM;
    }
    vocab->words = words;
    /* room behind the last word, for hashes that read in eights */
    pool =
        nj_grow(vocab->pool, &vocab->pool_room, vocab->pool_len + len + 16, 1);
    if (pool == NULL) {
        return NJ_E_NOMEM;
    }
    vocab->pool = pool;
    return (vocab->word_count + 1) * 4 > vocab->slot_count ? widen(vocab) : 0;
}

static uint32_t hash_short(const char *text, size_t len)
{
    char padded[NJ_WORD_MAX_BYTES + 8] = {0};

    memcpy(padded, text, len);
    return hash_word(padded, len);
}

uint32_t nj_vocab_add(struct nj_vocab *vocab, const char *text, size_t len)
{
    struct nj_vocab_slot *slot;
    struct nj_vocab_word *word;
    uint32_t hash;

    if (len > NJ_WORD_MAX_BYTES) {
        len = NJ_WORD_MAX_BYTES;
    }
    if (make_room(vocab, len) != 0) {
        return 0;
    }
    hash = hash_short(text, len);
    slot = find_slot(vocab, hash, text, len);
    if (slot->hash != 0) {
        return slot->id;
    }
    word = &vocab->words[vocab->word_count];
    *word = (struct nj_vocab_word){.text = (uint32_t)vocab->pool_len,
                                   .len = (uint16_t)len};
    memcpy(vocab->pool + vocab->pool_len, text, len);
    vocab->pool_len += len;
    slot->hash = hash;
    slot->id = (uint32_t)vocab->word_count;
    vocab->word_count++;
    return slot->id;
}

int nj_vocab_use(struct nj_vocab *vocab, uint32_t word, uint32_t phrase)
{
    void *uses = nj_grow(vocab->uses, &vocab->use_room, vocab->use_count + 1,
                         sizeof *vocab->uses);

    if (uses == NULL) {
        return NJ_E_NOMEM;
    }
    vocab->uses = uses;
    vocab->uses[vocab->use_count] = (struct nj_vocab_use){word, phrase};
    vocab->use_count++;
    return 0;
}

static int compare_uses(const void *a, const void *b)
{
    const struct nj_vocab_use *x = a;
    const struct nj_vocab_use *y = b;

    if (x->word != y->word) {
        return x->word < y->word ? -1 : 1;
    }
    return x->phrase < y->phrase ? -1 : x->phrase > y->phrase;
}

void nj_vocab_freeze(struct nj_vocab *vocab)
{
    size_t kept = 0;

    vocab->number = nj_vocab_find_short(vocab, "#", 1);
    if (vocab->use_count == 0) {
        return;
    }
    qsort(vocab->uses, vocab->use_count, sizeof *vocab->uses, compare_uses);
    for (size_t i = 0; i < vocab->use_count; i++) {
        if (kept == 0 ||
            compare_uses(&vocab->uses[kept - 1], &vocab->uses[i]) != 0) {
            vocab->uses[kept] = vocab->uses[i];
            kept++;
        }
    }
    vocab->use_count = kept;
    for (size_t i = 0; i < kept; i++) {
        struct nj_vocab_word *word = &vocab->words[vocab->uses[i].word];

        if (word->use_count == 0) {
            word->use_first = (uint32_t)i;
        }
        word->use_count++;
    }
}

uint32_t
nj_vocab_find(const struct nj_vocab *vocab, const char *text, size_t len)
{
    if (len == 0 || len > NJ_WORD_MAX_BYTES) {
        return 0;
    }
    return find_slot(vocab, hash_word(text, len), text, len)->id;
}

uint32_t
nj_vocab_find_short(const struct nj_vocab *vocab, const char *text, size_t len)
{
    if (len == 0 || len > NJ_WORD_MAX_BYTES) {
        return 0;
    }
    return find_slot(vocab, hash_short(text, len), text, len)->id;
}
