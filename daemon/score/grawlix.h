/* score/grawlix.h - curses of which nothing but signs is left: "what the
 * @#$%!", "**** you". */

#ifndef NJ_SCORE_GRAWLIX_H
#define NJ_SCORE_GRAWLIX_H

#include <stdint.h>

#include "score/evidence.h"
#include "score/lexicon.h"

/* Add evidence for each in PART, whose words are final. SECOND is the class of
 * "you" (a bit, or 0): stars alone count only beside such a word, since hotels
 * have stars too. */
void nj_grawlix_find(struct nj_part *part,
                     const struct nj_lexicon *lexicon,
                     uint64_t second);

#endif
