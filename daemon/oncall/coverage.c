#include "oncall/coverage.h"

#include <string.h>

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

static int same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int is_paged_by(const struct nj_plan *plan,
                       const char *policy_name,
                       const char *schedule)
{
    const struct nj_policy *policy = nj_plan_policy(plan, policy_name);

    for (size_t i = 0; policy != NULL && i < policy->step_count; i++) {
        for (size_t j = 0; j < policy->steps[i].target_count; j++) {
            const struct nj_target *t = &policy->steps[i].targets[j];

            if (t->kind == NJ_TARGET_SCHEDULE && same(t->name, schedule)) {
                return 1;
            }
        }
    }
    return 0;
}

size_t nj_coverage_brands(const struct nj_plan *plan,
                          const char *schedule,
                          const struct nj_brand **out,
                          size_t max)
{
    size_t count = 0;

    for (size_t b = 0; b < plan->brand_count && count < max; b++) {
        for (size_t r = 0; r < plan->rule_count; r++) {
            const struct nj_match *match = &plan->rules[r].match;
            int meant = match->brand_count == 0;

            for (size_t i = 0; i < match->brand_count; i++) {
                meant |= same(match->brands[i], plan->brands[b].name);
            }
            if (meant && is_paged_by(plan, plan->rules[r].policy, schedule)) {
                out[count++] = &plan->brands[b];
                break;
            }
        }
    }
    return count;
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
