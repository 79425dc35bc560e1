#include "score/exact.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "score/fold.h"

/* Returns the bytes written with a NUL behind, or 0 when it is too long. */
static size_t fold_into(const char *text, size_t len, char out[NJ_EXACT_BYTES])
{
    uint32_t points[NJ_EXACT_BYTES + NJ_FOLD_POINTS];
    size_t count = 0;
    size_t wrote = 0;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        uint32_t cp = 0;

        n = nj_utf8_decode(text + at, len - at, &cp);
        if (n == 0 || count >= NJ_EXACT_BYTES) {
            return 0;
        }
        count += nj_fold_point(cp, points + count);
    }
    count = nj_fold_compose(points, count);
    for (size_t i = 0; i < count; i++) {
        if (wrote + 5 > NJ_EXACT_BYTES) {
            return 0;
        }
        wrote += nj_utf8_encode(points[i], out + wrote);
    }
    out[wrote] = '\0';
    return wrote;
}

int nj_exact_fold(const char *text,
                  size_t len,
                  struct nj_arena *arena,
                  const char **out)
{
    char folded[NJ_EXACT_BYTES];
    size_t wrote = fold_into(text, len, folded);
    char *copy;

    if (wrote == 0) {
        return NJ_E_TOOBIG;
    }
    copy = nj_arena_strndup(arena, folded, wrote);
    if (copy == NULL) {
        return NJ_E_NOMEM;
    }
    *out = copy;
    return 0;
}

int nj_exact_same(const char *given, size_t len, const char *exact)
{
    char folded[NJ_EXACT_BYTES];

    return fold_into(given, len, folded) > 0 && strcmp(folded, exact) == 0;
}
