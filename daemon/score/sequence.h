/* score/sequence.h - a phrase as it was parsed: between phrase_parse.c, which
 * makes it, phrase.c, which compiles it, and phrase_keys.c, which finds the
 * words by which it is found. All in one arena. */

#ifndef NJ_SCORE_SEQUENCE_H
#define NJ_SCORE_SEQUENCE_H

#include <stddef.h>

#include "score/phrase.h"

enum nj_element_kind {
    NJ_ELEMENT_WORD,
    NJ_ELEMENT_CLASS,
    NJ_ELEMENT_GAP,
    NJ_ELEMENT_CHOICE,
};

struct nj_element {
    enum nj_element_kind kind;
    int optional;
    unsigned forms;   /* word: NJ_INFLECT_* */
    unsigned gap;     /* gap: words */
    const char *text; /* word, class: the name */
    size_t len;
    const struct nj_sequence *choices; /* choice: linked by other */
    struct nj_element *next;           /* in the sequence */
};

struct nj_sequence {
    struct nj_element *first;  /* NULL: empty */
    struct nj_sequence *other; /* the next choice */
    struct nj_sequence *also;  /* the next part behind '&' */
};

/* Note the key words of SEQUENCE, the next phrase of PHRASES, in the
 * vocabulary, and where they stand in PHRASE. NJ_E_INVALID: nothing but
 * optional words; NJ_E_NOMEM. */
int nj_phrase_key(struct nj_phrases *phrases,
                  const struct nj_sequence *sequence,
                  struct nj_phrase *phrase,
                  struct nj_err *err) NJ_MUST;

/* Whether SEQUENCE is one word and nothing else. */
int nj_sequence_is_word(const struct nj_sequence *sequence);

/* The first choice if SEQUENCE is a list of choices and nothing else, NULL
 * otherwise; the next ones by `other`. */
const struct nj_sequence *
nj_sequence_choices(const struct nj_sequence *sequence);

#endif
