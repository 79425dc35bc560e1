/* score/fold.h - what one code point becomes in the canonical text: NFKC, case
 * folding, letters in disguise (squared, small capitals, strokes) undone, one
 * kind of quote, apostrophe and dash.
 */

#ifndef NJ_SCORE_FOLD_H
#define NJ_SCORE_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum nj_fold_kind {
    NJ_FOLD_SLOW,    /* not in the table: ask nj_fold_point */
    NJ_FOLD_DROP,    /* invisible: gone */
    NJ_FOLD_MARK,    /* belongs to the letter before it */
    NJ_FOLD_TEXT,    /* UTF-8 bytes; marks after it are dropped */
    NJ_FOLD_STARTER, /* itself; marks after it stay (Arabic, Hindi...) */
};

/* One row of the table, eight bytes. */
struct nj_folded {
    uint8_t kind;   /* enum nj_fold_kind */
    uint8_t script; /* enum nj_script of the result */
    uint8_t len;    /* bytes of text */
    char text[5];   /* UTF-8, NJ_FOLD_TEXT only */
};

enum {
    NJ_FOLD_TABLE = 0x2500, /* code points below have a row */
    NJ_FOLD_POINTS = 24,    /* most that one becomes (U+FDFA: 18) */
};

struct nj_fold {
    struct nj_folded rows[NJ_FOLD_TABLE];
};

/* A table to share between threads, freed by the caller; NULL: no memory. */
struct nj_fold *nj_fold_create(void);

/* Fold CP without a table into OUT[NJ_FOLD_POINTS]. Returns how many code
 * points, 0 when it is dropped. They are decomposed, marks included. */
size_t nj_fold_point(uint32_t cp, uint32_t out[NJ_FOLD_POINTS]);

/* Whether CP combines with the letter before it. */
int nj_fold_is_mark(uint32_t cp);

/* Put COUNT decomposed code points, one letter with its marks or the pieces of
 * a Hangul syllable, into canonical order and compose them (NFC). Returns the
 * new count. */
size_t nj_fold_compose(uint32_t *points, size_t count);

#endif
