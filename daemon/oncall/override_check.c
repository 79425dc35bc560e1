#include <string.h>

#include "oncall/rota_view.h"

/* Whether ADDED leaves nobody at AT_MS where there is somebody without it;
 * *OUT_UNTIL_MS gets an instant until which the answer stays. */
static int empties_at(const struct nj_rota *rota,
                      const struct nj_override *added,
                      int64_t at_ms,
                      int64_t *out_until_ms)
{
    struct nj_rota_view view = {.rota = rota, .added = added};
    struct nj_oncall with;
    struct nj_oncall without;

    nj_rota_view_at(&view, at_ms, &with);
    *out_until_ms = with.until_ms;
    if (with.count > 0) {
        return 0;
    }
    nj_oncall_span(rota, at_ms, &without);
    if (without.until_ms < with.until_ms) {
        *out_until_ms = without.until_ms;
    }
    return without.count > 0;
}

int nj_override_empties(const struct nj_rota *rota,
                        const struct nj_override *added,
                        int64_t *out_from_ms,
                        int64_t *out_until_ms)
{
    int64_t at_ms = added->from_ms;
    int64_t from_ms = 0;
    int found = 0;

    if (strcmp(added->schedule, rota->schedule->name) != 0) {
        return 0;
    }
    while (at_ms < added->until_ms) {
        int64_t until_ms;
        int empty = empties_at(rota, added, at_ms, &until_ms);

        if (found && !empty) {
            break;
        }
        if (empty && !found) {
            found = 1;
            from_ms = at_ms;
        }
        at_ms = until_ms;
    }
    if (found) {
        *out_from_ms = from_ms;
        *out_until_ms = at_ms < added->until_ms ? at_ms : added->until_ms;
    }
    return found;
}
