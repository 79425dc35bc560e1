/* score/words.h - the canonical text as words, with what stands around them:
 * sentences, quotes, tags, links. */

#ifndef NJ_SCORE_WORDS_H
#define NJ_SCORE_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "score/canon.h"
#include "score/vocab.h"

enum {
    NJ_W_SENTENCE = 1u << 0,  /* the first word of a sentence */
    NJ_W_QUOTED = 1u << 1,    /* between quotation marks */
    NJ_W_MENTION = 1u << 2,   /* @name */
    NJ_W_TAG = 1u << 3,       /* #tag, or a piece of one */
    NJ_W_LINK = 1u << 4,      /* a link or mail address: never looked up */
    NJ_W_EMOJI = 1u << 5,     /* one pictograph */
    NJ_W_FOREIGN = 1u << 6,   /* has letters beyond ASCII */
    NJ_W_DIGIT = 1u << 7,     /* has digits */
    NJ_W_GLUED = 1u << 8,     /* no space between this and the word before */
    NJ_W_SIGN = 1u << 9,      /* a sign that may hide a letter touches it */
    NJ_W_UNMASKED = 1u << 10, /* found by unmask.c, not written so */
    NJ_W_GONE = 1u << 11,     /* became part of an unmasked word */
    NJ_W_QUESTION = 1u << 12, /* the first word of a question */
    NJ_W_CLAUSE = 1u << 13,   /* a comma or the like stands before it */
};

struct nj_word {
    uint32_t start; /* bytes of the canonical text */
    uint32_t end;
    uint32_t id; /* in the vocabulary; 0 unknown */
    uint32_t flags;
};

struct nj_words {
    struct nj_word *items; /* owned, reused */
    size_t count;
    size_t room;
    int suspect; /* some word is worth unmask.c's time */
};

/* Split CANON (of GIVEN) into words and look them up in VOCAB. 0 or NJ_E_NOMEM
 * (WORDS is then empty). */
int nj_words_split(struct nj_words *words,
                   const struct nj_vocab *vocab,
                   const struct nj_canon *canon,
                   const char *given) NJ_MUST;

void nj_words_finish(struct nj_words *words);

#endif
