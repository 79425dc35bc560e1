/* score/scramble.h - words written backwards or with two letters swapped:
 * "kcuf", "fcuk". They are put into the vocabulary, so that finding them costs
 * nothing. */

#ifndef NJ_SCORE_SCRAMBLE_H
#define NJ_SCORE_SCRAMBLE_H

#include "base/err.h"
#include "score/vocab.h"

/* For each word of VOCAB with NJ_WORD_SCRAMBLE and at least four letters, add
 * its scrambled forms as aliases unless such a word is known already (a word
 * of class `innocent` is thus safe). The first letter stays in swaps. 0 or
 * NJ_E_NOMEM. */
int nj_scramble_all(struct nj_vocab *vocab) NJ_MUST;

#endif
