/* score/inflect.h - the regular forms of an English word, by suffix rules. */

#ifndef NJ_SCORE_INFLECT_H
#define NJ_SCORE_INFLECT_H

#include <stddef.h>

enum {
    NJ_INFLECT_S = 1u << 0,   /* morons, bitches, pansies */
    NJ_INFLECT_ED = 1u << 1,  /* screwed, raped, shitted */
    NJ_INFLECT_ING = 1u << 2, /* screwing, screwin */
    NJ_INFLECT_ER = 1u << 3,  /* screwer, screwers */
    NJ_INFLECT_Y = 1u << 4,   /* shitty */
    NJ_INFLECT_MAX = 8,       /* most forms of a word, itself included */
    NJ_INFLECT_BYTES = 72,    /* of one form, with its NUL */
};

/* Write WORD[0..LEN) and the forms that FLAGS name into OUT, each ending with
 * a NUL; returns how many. A word too long for a suffix has one form. */
size_t nj_inflect(const char *word,
                  size_t len,
                  unsigned flags,
                  char out[NJ_INFLECT_MAX][NJ_INFLECT_BYTES]);

#endif
