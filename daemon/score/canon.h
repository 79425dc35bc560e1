/* score/canon.h - the canonical text: what the judge reads, with a map back to
 * the bytes that were given.
 *
 *   given      H&eacute; ｙｏｕ, ѕhіt<U+200B>head
 *   canonical  he you, shithead
 *
 * Plain ASCII takes a short way (its map is the identity). Marks are dropped
 * from Latin, Greek and Cyrillic letters only; look-alikes become the letters
 * they pass for only in words that mix scripts, so that pure Russian stays
 * Russian. Bytes that are not UTF-8 are read as Windows-1252.
 */

#ifndef NJ_SCORE_CANON_H
#define NJ_SCORE_CANON_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "score/fold.h"

enum {
    NJ_CANON_REPAIRED = 1u << 0,  /* was not UTF-8 */
    NJ_CANON_CUT = 1u << 1,       /* too long: the end was not judged */
    NJ_CANON_DISGUISED = 1u << 2, /* look-alikes were undone */
    /* most bytes of canonical text, for the longest post with room to grow */
    NJ_CANON_MAX_BYTES = 256 << 10,
    /* readable bytes behind the end, so that words are hashed in eights */
    NJ_CANON_PADDING = 16,
};

/* Reused from post to post; zero it first, nj_canon_finish it last. */
struct nj_canon {
    char *text;       /* owned; NUL and padding behind */
    uint32_t *origin; /* owned; byte given for each byte of text and its end */
    size_t len;       /* bytes of text */
    size_t room;
    size_t given_len; /* bytes given that were read */
    int mapped;       /* 0: origin is the identity and not filled in */
    unsigned flags;   /* NJ_CANON_* */
    unsigned scripts; /* enum nj_script bits seen */
    unsigned special; /* letters that tell languages: see language.h */
};

/* Make CANON from GIVEN[0..LEN). Returns 0, or NJ_E_NOMEM (CANON is then
 * empty and can be used again). */
int nj_canon_make(struct nj_canon *canon,
                  const struct nj_fold *fold,
                  const char *given,
                  size_t len) NJ_MUST;

/* The bytes of the given text that became canonical [START, END): whole
 * letters, with what was dropped inside and after them. */
void nj_canon_origin(const struct nj_canon *canon,
                     size_t start,
                     size_t end,
                     uint32_t *out_start,
                     uint32_t *out_end);

void nj_canon_finish(struct nj_canon *canon);

#endif
