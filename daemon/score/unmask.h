/* score/unmask.h - words in disguise, for the lexicon alone: leet, stretched
 * and doubled letters, m*sked letters, s p a c e d letters, torn and joined
 * words. What is found takes the place of what was written among the words.
 *
 * Only words that are otherwise unknown are touched, and only strong words
 * come out of it (class `strong`, flag strong), else part numbers, names and
 * slogans would be taken for curses.
 */

#ifndef NJ_SCORE_UNMASK_H
#define NJ_SCORE_UNMASK_H

#include <stddef.h>
#include <stdint.h>

#include "score/evidence.h"
#include "score/lexicon.h"

/* Undo disguises in PART, whose words are split. TURKISH says whether a
 * dotless i is at home in the text. */
void nj_unmask(struct nj_part *part,
               const struct nj_lexicon *lexicon,
               int turkish);

/* ---- one word; between the unmask files -------------------------------- */

enum { NJ_UNMASK_BYTES = 40 }; /* longer words and chunks are left alone */

/* The strong word that TEXT[0..LEN) spells with digits and signs for letters,
 * or 0. */
uint32_t
nj_unmask_leet(const struct nj_lexicon *lexicon, const char *text, size_t len);

/* The strong word that TEXT is with doubled letters made single; any known
 * word when a letter stands three times or more. 0: none. */
uint32_t nj_unmask_stretched(const struct nj_lexicon *lexicon,
                             const char *text,
                             size_t len);

/* The strong word that fits TEXT with some letters covered by signs, or 0. */
uint32_t nj_unmask_covered(const struct nj_lexicon *lexicon,
                           const char *text,
                           size_t len);

/* Join torn and spaced words of PART: "f u c k", "fu ck". */
void nj_unmask_join(struct nj_part *part, const struct nj_lexicon *lexicon);

/* Let words [FIRST, LAST) of PART be one, WORD, from byte START to END. */
void nj_unmask_merge(struct nj_part *part,
                     size_t first,
                     size_t last,
                     uint32_t word,
                     size_t start,
                     size_t end);

/* WORD if it is a strong one, else 0. */
uint32_t nj_unmask_strong(const struct nj_lexicon *lexicon, uint32_t word);

#endif
