/* score/phrase.h - phrases over whole words: written for people, compiled to
 * a small graph, found by their rarest word.
 *
 *   i (will/gonna/am going to) ..2 kill~ @person
 *
 *   word        itself (after canon.h); a '-' is a space
 *   word~       itself, -s, -ed, -ing (inflect.h)
 *   (a/b c/d)   one of these
 *   x?          x or nothing; also (a/b)?
 *   ..2         up to two words of the same sentence, whatever they are
 *   #           any number
 *   a & b       a, and b within 25 words before or after it, also in another
 *               sentence; at most three such parts
 *   @name       a word or phrase of class NAME ([class name] in a lexicon)
 *
 * All words of a part stand in one sentence. At least one word must not be
 * optional.
 */

#ifndef NJ_SCORE_PHRASE_H
#define NJ_SCORE_PHRASE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "score/vocab.h"
#include "score/words.h"

enum {
    NJ_CLASSES_MAX = 64,       /* bits of nj_vocab_word.classes */
    NJ_CLASS_NONE = 0xff,      /* no such class */
    NJ_PHRASE_ELEMENTS = 512,  /* in one phrase, classes aside */
    NJ_PHRASE_ALSO = 2,        /* parts behind the first */
    NJ_PHRASE_WINDOW = 25,     /* words, for them */
    NJ_PHRASE_GAP_MAX = 9,     /* one digit after ".." */
    NJ_PHRASE_STEPS = 1 << 18, /* comparisons in one text, all phrases: the
                                    bound on hostile texts */
};

enum nj_node_kind {
    NJ_NODE_END,
    NJ_NODE_FAIL,
    NJ_NODE_WORD,   /* arg: word */
    NJ_NODE_SWITCH, /* arg, count: cases, by word; then next */
    NJ_NODE_CLASS,  /* arg: class number */
    NJ_NODE_SPLIT,  /* next, or else arg */
    NJ_NODE_GAP,    /* arg: most words passed over */
};

/* There are tens of thousands: kept small. */
struct nj_node {
    uint32_t arg;
    uint32_t next;
    uint16_t count;
    uint16_t kind; /* enum nj_node_kind */
};

/* Where a choice goes on after WORD. */
struct nj_case {
    uint32_t word;
    uint32_t node;
};

struct nj_phrase {
    uint32_t node;                 /* where it begins */
    uint32_t also[NJ_PHRASE_ALSO]; /* where further parts begin; 0: none */
    uint32_t term;                 /* whose it is */
    uint16_t before;               /* most words before a key word */
    uint16_t least;                /* fewest words before one */
    uint8_t single;                /* it is one word: a key word is a hit */
    uint8_t allow;                 /* words in it are no hits */
};

/* A parsed phrase; opaque, in the arena it was parsed into. */
struct nj_sequence;

/* Parse TEXT[0..LEN), canonical, into ARENA. The last plain word also takes
 * the FORMS (NJ_INFLECT_*). Returns 0; NJ_E_INVALID with the reason in ERR
 * (not wrapped); NJ_E_NOMEM. */
int nj_phrase_parse(const char *text,
                    size_t len,
                    unsigned forms,
                    struct nj_arena *arena,
                    const struct nj_sequence **out,
                    struct nj_err *err) NJ_MUST;

/* The only word of SEQUENCE, or NULL if it is more than one plain word. */
const char *nj_phrase_single(const struct nj_sequence *sequence,
                             size_t *out_len);

struct nj_class {
    char name[24];
    const struct nj_sequence **members; /* owned: phrases, while building */
    size_t count;
    size_t room;
    uint32_t *words; /* owned: single words, while building */
    size_t word_count;
    size_t word_room;
};

/* What phrases compile into. */
struct nj_phrases {
    struct nj_vocab vocab;
    struct nj_node *nodes; /* owned; [0] is NJ_NODE_END */
    size_t node_count;
    size_t node_room;
    struct nj_case *cases; /* owned: of NJ_NODE_SWITCHes, each sorted */
    size_t case_count;
    size_t case_room;
    struct nj_phrase *items; /* owned */
    size_t count;
    size_t room;
    struct nj_class classes[NJ_CLASSES_MAX];
    size_t class_count;
};

int nj_phrases_init(struct nj_phrases *phrases) NJ_MUST; /* 0, NJ_E_NOMEM */
void nj_phrases_finish(struct nj_phrases *phrases);

/* The number of class NAME, or NJ_CLASS_NONE. */
unsigned
nj_class_find(const struct nj_phrases *phrases, const char *name, size_t len);

/* The same, made when there is none; NJ_CLASS_NONE when all are taken. */
unsigned nj_class_add(struct nj_phrases *phrases, const char *name, size_t len);

/* Add SEQUENCE to class NUMBER; its single words are marked in the vocabulary
 * at once. 0 or NJ_E_NOMEM. */
int nj_class_join(struct nj_phrases *phrases,
                  unsigned number,
                  const struct nj_sequence *sequence) NJ_MUST;

/* Compile SEQUENCE for TERM. Returns 0; NJ_E_INVALID (an unknown class, a
 * class in a circle, nothing but optional words); NJ_E_NOMEM. */
int nj_phrases_add(struct nj_phrases *phrases,
                   const struct nj_sequence *sequence,
                   uint32_t term,
                   int allow,
                   struct nj_err *err) NJ_MUST;

/* Everything is added: freeze the vocabulary and forget what was parsed. */
void nj_phrases_freeze(struct nj_phrases *phrases);

/* Match PHRASE at word FIRST of WORDS, its first part there and the others
 * near it. Returns the word after the first part's last one, or 0: no. *STEPS
 * is counted down to 0, where nothing matches any more. */
size_t nj_phrase_match(const struct nj_phrases *phrases,
                       const struct nj_phrase *phrase,
                       const struct nj_words *words,
                       size_t first,
                       unsigned *steps);

#endif
