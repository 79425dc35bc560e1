/* oncall/rota_view.h - a rota, perhaps with one override more, as it would be
 * if that one were made now. For this room alone. */

#ifndef NJ_ONCALL_ROTA_VIEW_H
#define NJ_ONCALL_ROTA_VIEW_H

#include "oncall/oncall.h"

struct nj_rota_view {
    const struct nj_rota *rota;
    const struct nj_override *added; /* made last of all; NULL: none */
};

/* As nj_oncall_span. */
void nj_rota_view_at(const struct nj_rota_view *view,
                     int64_t at_ms,
                     struct nj_oncall *out);

#endif
