/* score/exact.h - words whose marks matter: German "schwül" is muggy weather,
 * and Turkish "göt" must not be found in English "got". */

#ifndef NJ_SCORE_EXACT_H
#define NJ_SCORE_EXACT_H

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

enum { NJ_EXACT_BYTES = 128 }; /* longest that is compared, with its NUL */

/* TEXT[0..LEN), case folded and in NFC with its marks, into ARENA. 0;
 * NJ_E_TOOBIG when longer than NJ_EXACT_BYTES; NJ_E_NOMEM. */
int nj_exact_fold(const char *text,
                  size_t len,
                  struct nj_arena *arena,
                  const char **out) NJ_MUST;

/* Whether GIVEN[0..LEN) folds to EXACT. */
int nj_exact_same(const char *given, size_t len, const char *exact);

#endif
