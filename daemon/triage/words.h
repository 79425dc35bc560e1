/* triage/words.h - letters, as far as finding a word needs them: which code
 * points are letters, which case they have, which scripts have no spaces.
 *
 * Coarse on purpose: everything beyond ASCII that is not known to be
 * punctuation, a symbol or a space is taken for a letter. The judge of texts
 * is score/; here a rule's own words are looked for. */

#ifndef NJ_TRIAGE_WORDS_H
#define NJ_TRIAGE_WORDS_H

#include <stdint.h>

/* Lower case of CP in ASCII, Latin, Greek, Cyrillic and Armenian; CP itself
 * otherwise. */
uint32_t nj_letter_fold(uint32_t cp);

/* Whether CP is a letter, digit or mark. */
int nj_letter_is(uint32_t cp);

/* Whether CP belongs to a script that does not part words by spaces. */
int nj_letter_is_unspaced(uint32_t cp);

/* Whether CP is white space. */
int nj_letter_is_space(uint32_t cp);

#endif
