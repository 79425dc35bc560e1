/* score/vocab.h - every word that the lexicons mention, once: a hash table from
 * canonical words to small numbers, and what is known of each.
 *
 * Built word by word, then frozen; a frozen one is only read. Word 0 is the
 * unknown word.
 */

#ifndef NJ_SCORE_VOCAB_H
#define NJ_SCORE_VOCAB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    NJ_WORD_STRONG = 1u << 0,   /* also found when masked: f*ck, sh1t */
    NJ_WORD_ALIAS = 1u << 1,    /* a scrambled form: its hits are unmasked */
    NJ_WORD_COMMON = 1u << 2,   /* a stop word of some language */
    NJ_WORD_TERM = 1u << 3,     /* by itself a term */
    NJ_WORD_SCRAMBLE = 1u << 3, /* also found reversed or with a swap */
    NJ_WORD_MAX_BYTES = 64,     /* longer ones are never looked up */
};

struct nj_vocab_word {
    uint32_t text;      /* offset into pool */
    uint16_t len;       /* bytes */
    uint16_t flags;     /* NJ_WORD_* */
    uint32_t languages; /* whose stop word it is, a bit each */
    uint32_t alias_of;  /* with NJ_WORD_ALIAS: the real word */
    uint64_t classes;   /* a bit for each class it is in */
    uint32_t use_first; /* range of uses, when frozen */
    uint32_t use_count;
};

struct nj_vocab_slot {
    uint32_t hash; /* 0: free */
    uint32_t id;
};

/* Word WORD makes phrase PHRASE worth a look. */
struct nj_vocab_use {
    uint32_t word;
    uint32_t phrase;
};

struct nj_vocab {
    struct nj_vocab_slot *slots; /* owned; count is a power of two */
    size_t slot_count;
    struct nj_vocab_word *words; /* owned; [0] is the unknown word */
    size_t word_count;
    size_t word_room;
    char *pool; /* owned; words one after another */
    size_t pool_len;
    size_t pool_room;
    struct nj_vocab_use *uses; /* owned; by word when frozen */
    size_t use_count;
    size_t use_room;
    uint32_t number; /* the word "#", which any number is; 0: not mentioned */
};

/* Set VOCAB up with the unknown word. 0 or NJ_E_NOMEM (then finished). */
int nj_vocab_init(struct nj_vocab *vocab) NJ_MUST;
void nj_vocab_finish(struct nj_vocab *vocab); /* safe on a zeroed one */

/* The number of TEXT[0..LEN), added if new (at most NJ_WORD_MAX_BYTES, more is
 * cut). Returns it, 0 when memory ran out. */
uint32_t nj_vocab_add(struct nj_vocab *vocab, const char *text, size_t len);

/* Note that WORD is a key to PHRASE. 0 or NJ_E_NOMEM. */
int nj_vocab_use(struct nj_vocab *vocab,
                 uint32_t word,
                 uint32_t phrase) NJ_MUST;

/* Sort the uses; nothing may be added afterwards. */
void nj_vocab_freeze(struct nj_vocab *vocab);

/* A hash of TEXT[0..LEN). Reads up to 8 bytes past the end. */
uint64_t nj_word_hash(const char *text, size_t len);

/* The number of TEXT[0..LEN), or 0. Reads up to 8 bytes past the end. */
uint32_t
nj_vocab_find(const struct nj_vocab *vocab, const char *text, size_t len);

/* The same where nothing may be read past the end. */
uint32_t
nj_vocab_find_short(const struct nj_vocab *vocab, const char *text, size_t len);

#endif
