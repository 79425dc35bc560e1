/* score/temper.h - what stands around a hit changes what it means: "not a
 * moron", 'he called me a "moron"', "fucking awesome", "I'm such an idiot",
 * "you moron".
 *
 * The rules know words by the classes of config/lexicons/classes.txt; a class
 * that is missing silences its rule. To add a rule: a row in the table of
 * temper.c and a line in tests/data/score/.
 */

#ifndef NJ_SCORE_TEMPER_H
#define NJ_SCORE_TEMPER_H

#include <stdint.h>

#include "score/evidence.h"
#include "score/lexicon.h"

/* Bits of the classes that the rules use; 0 for one that is missing. */
struct nj_temper {
    uint64_t negator;  /* not, never, isn't */
    uint64_t filler;   /* a, such, really: may stand before the hit */
    uint64_t but;      /* ends what a negation covers */
    uint64_t bare;     /* be: "don't be" negates nothing */
    uint64_t second;   /* you, your, u */
    uint64_t first;    /* i, my, me */
    uint64_t other;    /* he, they, this guy */
    uint64_t group;    /* staff, crew, company: who the brand is */
    uint64_t be;       /* am, is, are, 're */
    uint64_t positive; /* awesome, love, great */
    uint64_t negative; /* terrible, hate, worst */
    uint64_t report;   /* called, said, yelled */
    uint64_t term;     /* word, slur, term */
    uint64_t condemn;  /* wrong, unacceptable, stop */
    uint64_t object;   /* me, her, people: who was called something */
    uint64_t doubt;    /* if, would, could */
    uint64_t jest;     /* lol, haha */
    uint64_t fiction;  /* movie, game, lyrics */
    uint64_t innocent; /* peacock, cocktail: what only looks like a curse */
    uint64_t identity; /* women, muslims, refugees: who people are */
};

/* Find the classes in LEXICON. */
struct nj_temper nj_temper_find(const struct nj_lexicon *lexicon);

/* Weigh PART's evidence by what stands around it. */
void nj_temper_apply(const struct nj_temper *temper,
                     const struct nj_lexicon *lexicon,
                     struct nj_part *part);

#endif
