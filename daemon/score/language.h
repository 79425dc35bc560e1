/* score/language.h - a simple guess at a text's language: its script, letters
 * that only few languages have, and stop words, which stand in the [common]
 * section of each lexicon.
 *
 * To add a language: a row in language.c and a lexicon with [common] words.
 */

#ifndef NJ_SCORE_LANGUAGE_H
#define NJ_SCORE_LANGUAGE_H

#include <stddef.h>
#include <stdint.h>

#include "score/canon.h"
#include "score/vocab.h"
#include "score/words.h"

enum {
    NJ_LANGUAGE_UNKNOWN = 0, /* "und" */
    NJ_LANGUAGE_ENGLISH = 1,
};

/* The number of the language that CODE (BCP 47, any case: "en-GB") begins
 * with, or NJ_LANGUAGE_UNKNOWN. */
unsigned nj_language_find(const char *code, size_t len);

/* "en"; static, never NULL. */
const char *nj_language_code(unsigned language);

/* Bits of the languages that letter CP points to, 0 for most. */
unsigned nj_language_special(uint32_t cp);

/* The language of CANON split into WORDS; HINT (may be NULL) decides where the
 * text itself says little. */
unsigned nj_language_guess(const struct nj_vocab *vocab,
                           const struct nj_canon *canon,
                           const struct nj_words *words,
                           const char *hint);

#endif
