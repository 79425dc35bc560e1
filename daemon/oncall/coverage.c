#include "oncall/coverage.h"

#include "oncall/rotation.h"

/* Whether one of BRANDS is out of hours at AT_MS (or there are none), and
 * until when that surely stays. */
static int is_wanted(const struct nj_brand *const *brands,
                     size_t count,
                     int64_t at_ms,
                     int64_t *out_until_ms)
{
    int wanted = count == 0;
    int64_t until_ms = INT64_MAX;

    for (size_t i = 0; i < count; i++) {
        int64_t edge_ms = nj_hours_next_edge(brands[i], at_ms);

        wanted |= !nj_hours_open(brands[i], at_ms);
        if (edge_ms < until_ms) {
            until_ms = edge_ms;
        }
    }
    *out_until_ms = until_ms;
    return wanted;
}

int nj_coverage_gaps(const struct nj_rota *rota,
                     const struct nj_brand *const *brands,
                     size_t count,
                     int64_t from_ms,
                     int64_t until_ms,
                     nj_on_gap *on_gap,
                     void *ctx)
{
    int64_t at_ms = from_ms;
    int64_t gap_ms = 0;
    int in_gap = 0;

    while (at_ms < until_ms) {
        struct nj_oncall now;
        int64_t hours_ms = INT64_MAX;
        int gap;

        nj_oncall_span(rota, at_ms, &now);
        gap = now.count == 0 && is_wanted(brands, count, at_ms, &hours_ms);
        if (gap && !in_gap) {
            gap_ms = at_ms;
        } else if (!gap && in_gap) {
            int rc = on_gap(ctx, gap_ms, at_ms);

            if (rc != 0) {
                return rc;
            }
        }
        in_gap = gap;
        at_ms = now.until_ms < hours_ms ? now.until_ms : hours_ms;
    }
    return in_gap ? on_gap(ctx, gap_ms, until_ms) : 0;
}

enum nj_layer_fault nj_coverage_layer(const struct nj_schedule *schedule,
                                      const struct nj_layer *layer,
                                      int64_t now_ms,
                                      size_t *out_turn)
{
    int64_t end_ms = nj_layer_end(layer, schedule->zone);

    if (layer->calendar != NULL && layer->turn_count == 0) {
        return layer->stint_count == 0 && !layer->calendar_unread
                   ? NJ_LAYER_EMPTY
               : end_ms <= now_ms ? NJ_LAYER_OVER
                                  : NJ_LAYER_SOUND;
    }
    if (layer->turn_count == 0) {
        return NJ_LAYER_EMPTY;
    }
    for (size_t i = 0; i < layer->turn_count; i++) {
        if (layer->turns[i].people_count == 0) {
            if (out_turn != NULL) {
                *out_turn = i;
            }
            return NJ_LAYER_EMPTY_TURN;
        }
    }
    if (end_ms <= nj_layer_begin(layer, schedule->zone)) {
        return NJ_LAYER_NEVER;
    }
    return end_ms <= now_ms ? NJ_LAYER_OVER : NJ_LAYER_SOUND;
}
