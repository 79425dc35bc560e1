/* score/lexicon_marks.h - what single words of a lexicon are to the other
 * stages: looked for in disguise, scrambled, inside other words. Between the
 * lexicon files. */

#ifndef NJ_SCORE_LEXICON_MARKS_H
#define NJ_SCORE_LEXICON_MARKS_H

#include "base/err.h"
#include "score/lexicon.h"
#include "score/sequence.h"

/* All forms of the one word SEQUENCE are also looked for in disguise. 0 or
 * NJ_E_NOMEM. */
int nj_lexicon_mark_strong(struct nj_lexicon *lexicon,
                           const struct nj_sequence *sequence) NJ_MUST;

/* The one word SEQUENCE is met too often to find phrases by. */
void nj_lexicon_mark_frequent(struct nj_lexicon *lexicon,
                              const struct nj_sequence *sequence);

/* The one word SEQUENCE is TERM: mark it as TERM's flags say. 0 or
 * NJ_E_NOMEM. */
int nj_lexicon_mark_term(struct nj_lexicon *lexicon,
                         const struct nj_term *term,
                         const struct nj_sequence *sequence) NJ_MUST;

#endif
