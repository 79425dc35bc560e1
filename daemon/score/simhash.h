/* score/simhash.h - a fingerprint under which near-same texts are near
 * (Charikar 2002): copied complaints with a name or link changed. */

#ifndef NJ_SCORE_SIMHASH_H
#define NJ_SCORE_SIMHASH_H

#include <stdint.h>

#include "score/canon.h"
#include "score/words.h"

enum {
    NJ_SIMHASH_MIN_WORDS = 6, /* fewer say too little to compare */
    NJ_SIMHASH_NEAR_BITS = 6, /* nj_simhash_near: at most so many differ */
};

/* The fingerprint of the words and neighbours of words of CANON; links,
 * @names and numbers do not count. 0 when there are too few. */
uint64_t nj_simhash(const struct nj_canon *canon, const struct nj_words *words);

#endif
