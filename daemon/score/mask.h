/* score/mask.h - the text as a reader may see it: "m****" for what was found
 * offensive, however it was spelt. */

#ifndef NJ_SCORE_MASK_H
#define NJ_SCORE_MASK_H

#include <stddef.h>

#include "base/buf.h"
#include "model/score.h"

/* Append TEXT[0..LEN), the text SCORE was made from, to OUT with each span
 * that SCORE says to mask shown as its first letter and a '*' for each further
 * one (spaces stay; a letter with its marks counts as one). Bytes that are not
 * UTF-8 are kept as they are. Failures stick in OUT->status. */
void nj_mask_text(const char *text,
                  size_t len,
                  const struct nj_score *score,
                  struct nj_buf *out);

/* The same for the post's title. */
void nj_mask_title(const char *title,
                   size_t len,
                   const struct nj_score *score,
                   struct nj_buf *out);

#endif
