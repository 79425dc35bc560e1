/* oncall/rotation.h - whose turn one layer says it is. For this room alone. */

#ifndef NJ_ONCALL_ROTATION_H
#define NJ_ONCALL_ROTATION_H

#include <stdint.h>

#include "model/plan.h"

/* Beyond this instant nothing is computed: it is as at this instant. */
#define NJ_ONCALL_FAR_MS (INT64_MAX / 4)

struct nj_duty {
    const struct nj_turn *turn; /* NULL: nobody */
    int64_t since_ms; /* INT64_MIN, or an instant at or before the asked */
    int64_t until_ms; /* after it; nothing changes in between */
};

/* What LAYER says for AT_MS (at most NJ_ONCALL_FAR_MS), its times on its own
 * wall clock or else on ZONE's. A turn has at least one person. */
void nj_layer_at(const struct nj_layer *layer,
                 const struct nj_zone *zone,
                 int64_t at_ms,
                 struct nj_duty *out);

/* The instants at which LAYER first has someone and falls silent (INT64_MAX:
 * never). */
int64_t nj_layer_begin(const struct nj_layer *layer,
                       const struct nj_zone *zone);
int64_t nj_layer_end(const struct nj_layer *layer, const struct nj_zone *zone);

#endif
