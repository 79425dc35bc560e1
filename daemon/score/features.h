/* score/features.h - a text as the statistical model sees it: numbers of
 * buckets for its words, pairs of words, and runs of three to five letters.
 *
 *   canonical  @acmeair you're a bunch of #Morons!!
 *   reel       " @ you're a bunch of morons ! "
 *   words      @, ^@, you're, @ you're, a, you're a, ...   a pair each
 *   chars      " @ ", " @ y", " @ yo", "@ y", ...          three a position
 *
 * The trainer (contrib/train) runs this very code, so that what was learned
 * and what is judged cannot drift apart; a model file carries a fingerprint of
 * it (nj_features_print) and is refused when that differs.
 *
 * A long text is seen in windows of NJ_REEL_WORDS words, since models learn
 * from short posts and one bad sentence must not drown in a long comment.
 */

#ifndef NJ_SCORE_FEATURES_H
#define NJ_SCORE_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "score/canon.h"
#include "score/words.h"

enum {
    NJ_WORD_BUCKETS = 1 << 17,
    NJ_CHAR_BUCKETS = 1 << 19,
    NJ_BUCKETS = NJ_WORD_BUCKETS + NJ_CHAR_BUCKETS,
    NJ_REEL_WORDS = 96,   /* tokens in a window */
    NJ_REEL_BYTES = 1024, /* bytes in a window */
    NJ_REEL_TOKEN = 48,   /* bytes of a token; more is cut */
    NJ_REEL_PADDING = 64, /* spaces readable behind the end */
    NJ_CHARS_EACH = 3,    /* runs that begin at a byte of the reel */
    NJ_WORDS_EACH = 2,    /* buckets of a token: itself, with the one before */
};

/* What one token of the reel is. */
struct nj_reel_token {
    uint16_t start; /* bytes of the reel, without the space after it */
    uint16_t end;
    uint32_t from; /* bytes of the canonical text; both 0 for a sign */
    uint32_t to;
};

/* One window; reused. */
struct nj_features {
    char reel[NJ_REEL_BYTES + NJ_REEL_PADDING];
    size_t reel_len;
    struct nj_reel_token tokens[NJ_REEL_WORDS];
    size_t token_count;
    /* Buckets of token t are words[2t] and words[2t + 1], all below
     * NJ_WORD_BUCKETS; those of the runs at byte i chars[3i] to chars[3i + 2],
     * from NJ_WORD_BUCKETS up. */
    uint32_t words[NJ_REEL_WORDS * NJ_WORDS_EACH];
    size_t word_count;
    uint32_t chars[NJ_REEL_BYTES * NJ_CHARS_EACH];
    size_t char_count;
};

/* Fill F from WORDS of CANON, which were split and not yet unmasked, beginning
 * with word FROM. Returns the word at which the next window begins; that is
 * the count of WORDS at the end. F may be empty: a text of links alone. */
size_t nj_features_make(struct nj_features *f,
                        const struct nj_canon *canon,
                        const struct nj_words *words,
                        size_t from);

/* A fingerprint of how features are made, to hold a model against. */
uint64_t nj_features_print(void);

#endif
