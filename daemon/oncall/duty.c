#include "oncall/duty.h"

#include <string.h>

static int stands_in(const struct nj_oncall *shift, const char *name)
{
    for (size_t i = 0; i < shift->count; i++) {
        if (strcmp(shift->people[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int same_people(const struct nj_oncall *a, const struct nj_oncall *b)
{
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!stands_in(b, a->people[i])) {
            return 0;
        }
    }
    return 1;
}

struct walk {
    const struct nj_rota *rota;
    struct nj_oncall last; /* who had it last */
    nj_on_duty_change *on_change;
    void *ctx;
};

/* The shift cut to the walk's range is looked up whole: its end is told. */
static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct walk *w = ctx;
    struct nj_duty_change change = {.at_ms = shift->since_ms,
                                    .before = w->last};

    if (shift->count == 0) {
        return 0;
    }
    if (same_people(&w->last, shift)) {
        w->last.until_ms = shift->until_ms; /* they go on since they began */
        return 0;
    }
    w->last = *shift;
    nj_oncall_at(w->rota, shift->since_ms, &change.after);
    change.until_ms = change.after.until_ms;
    w->last.until_ms = change.until_ms;
    return w->on_change(w->ctx, &change);
}

int nj_duty_changes(const struct nj_rota *rota,
                    int64_t from_ms,
                    int64_t until_ms,
                    nj_on_duty_change *on_change,
                    void *ctx)
{
    struct walk w = {.rota = rota, .on_change = on_change, .ctx = ctx};

    if (from_ms >= until_ms) {
        return 0;
    }
    nj_oncall_at(rota, from_ms - 1, &w.last);
    if (w.last.count == 0 && w.last.since_ms != INT64_MIN) {
        nj_oncall_at(rota, w.last.since_ms - 1, &w.last);
    }
    return nj_oncall_shifts(rota, from_ms, until_ms, on_shift, &w);
}

int nj_duty_begins(const struct nj_duty_change *change, const char *name)
{
    return stands_in(&change->after, name) && !stands_in(&change->before, name);
}

int nj_duty_ends(const struct nj_duty_change *change, const char *name)
{
    return change->before.until_ms == change->at_ms &&
           stands_in(&change->before, name) && !stands_in(&change->after, name);
}

int nj_duty_reminds(const struct nj_rota *rota,
                    const struct nj_duty_change *change,
                    const char *name,
                    int64_t ahead_ms)
{
    struct nj_oncall then;
    struct nj_oncall just_before;

    if (!nj_duty_begins(change, name)) {
        return 0;
    }
    nj_oncall_span(rota, change->at_ms - ahead_ms, &then);
    nj_oncall_span(rota, change->at_ms - ahead_ms - 1, &just_before);
    return !stands_in(&then, name) && !stands_in(&just_before, name);
}
