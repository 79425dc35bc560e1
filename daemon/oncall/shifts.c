/* Shifts: spans with the same people, merged. */

#include <string.h>

#include "oncall/oncall.h"

/* Whether A and B name the same people, in whatever order. */
static int same_people(const struct nj_oncall *a, const struct nj_oncall *b)
{
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count; i++) {
        size_t k = 0;

        while (k < b->count && strcmp(a->people[i], b->people[k]) != 0) {
            k++;
        }
        if (k == b->count) {
            return 0;
        }
    }
    return 1;
}

static void copy(struct nj_oncall *to, const struct nj_oncall *from)
{
    to->since_ms = from->since_ms;
    to->until_ms = from->until_ms;
    to->count = from->count;
    memcpy(to->people, from->people, from->count * sizeof from->people[0]);
}

/* Whether LATER lies beyond the horizon of EARLIER (not after it). */
static int is_far(int64_t earlier_ms, int64_t later_ms)
{
    return (uint64_t)later_ms - (uint64_t)earlier_ms >
           (uint64_t)NJ_ONCALL_HORIZON_MS;
}

static void
look_ahead(const struct nj_rota *rota, int64_t at_ms, struct nj_oncall *shift)
{
    struct nj_oncall next;

    while (shift->until_ms != INT64_MAX && !is_far(at_ms, shift->until_ms)) {
        nj_oncall_span(rota, shift->until_ms, &next);
        if (!same_people(shift, &next)) {
            return;
        }
        shift->until_ms = next.until_ms;
    }
}

static void
look_back(const struct nj_rota *rota, int64_t at_ms, struct nj_oncall *shift)
{
    struct nj_oncall last;

    while (shift->since_ms != INT64_MIN && !is_far(shift->since_ms, at_ms)) {
        nj_oncall_span(rota, shift->since_ms - 1, &last);
        if (!same_people(shift, &last)) {
            return;
        }
        shift->since_ms = last.since_ms;
    }
}

void nj_oncall_at(const struct nj_rota *rota,
                  int64_t at_ms,
                  struct nj_oncall *out)
{
    nj_oncall_span(rota, at_ms, out);
    look_ahead(rota, at_ms, out);
    look_back(rota, at_ms, out);
}

int nj_oncall_shifts(const struct nj_rota *rota,
                     int64_t from_ms,
                     int64_t until_ms,
                     nj_on_shift *on_shift,
                     void *ctx)
{
    struct nj_oncall shift;
    struct nj_oncall next;

    if (from_ms >= until_ms) {
        return 0;
    }
    nj_oncall_span(rota, from_ms, &shift);
    shift.since_ms = from_ms;
    while (shift.until_ms < until_ms) {
        nj_oncall_span(rota, shift.until_ms, &next);
        if (same_people(&shift, &next)) {
            shift.until_ms = next.until_ms;
        } else {
            int rc = on_shift(ctx, &shift);

            if (rc != 0) {
                return rc;
            }
            next.since_ms = shift.until_ms;
            copy(&shift, &next);
        }
    }
    shift.until_ms = until_ms;
    return on_shift(ctx, &shift);
}
