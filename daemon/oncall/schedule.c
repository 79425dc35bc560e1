/* Layers and overrides to people. */

#include <string.h>

#include "oncall/oncall.h"
#include "oncall/rotation.h"

static void narrow(struct nj_oncall *out, int64_t since_ms, int64_t until_ms)
{
    if (since_ms > out->since_ms) {
        out->since_ms = since_ms;
    }
    if (until_ms < out->until_ms) {
        out->until_ms = until_ms;
    }
}

static int same_name(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int stands_in(const struct nj_oncall *list, const char *person)
{
    for (size_t i = 0; i < list->count; i++) {
        if (same_name(list->people[i], person)) {
            return 1;
        }
    }
    return 0;
}

static void add_person(struct nj_oncall *out, const char *person)
{
    if (out->count < NJ_LIMIT_STEP_PEOPLE && !stands_in(out, person)) {
        out->people[out->count++] = person;
    }
}

static void add_turn(struct nj_oncall *out, const struct nj_turn *turn)
{
    for (size_t i = 0; i < turn->people_count; i++) {
        add_person(out, turn->people[i]);
    }
}

/* People by layers alone. Layers hidden by a later one are not looked at, so
 * that their handoffs are no edges. */
static void
from_layers(const struct nj_schedule *s, int64_t at_ms, struct nj_oncall *out)
{
    struct nj_duty duty = {0};
    size_t base = s->layer_count; /* the layer that hides those below */

    while (base > 0) {
        base--;
        nj_layer_at(&s->layers[base], s->zone, at_ms, &duty);
        narrow(out, duty.since_ms, duty.until_ms);
        if (duty.turn != NULL && !s->layers[base].join) {
            break;
        }
    }
    if (s->layer_count > 0 && duty.turn != NULL) {
        add_turn(out, duty.turn);
    }
    for (size_t i = base + 1; i < s->layer_count; i++) {
        if (s->layers[i].join) {
            nj_layer_at(&s->layers[i], s->zone, at_ms, &duty);
            if (duty.turn != NULL) {
                add_turn(out, duty.turn);
            }
        }
    }
}

/* A duty that was taken from somebody, so that a later override of the same
 * person still finds it. */
struct taken {
    const char *from;
    size_t duty;
};

/* Overrides at work: who holds each duty (NULL: nobody now). */
struct duties {
    size_t count;
    const char *holder[NJ_LIMIT_STEP_PEOPLE];
    size_t taken_count;
    struct taken taken[NJ_LIMIT_STEP_PEOPLE];
};

static void hand_over(struct duties *d, size_t duty, const char *person)
{
    if (d->holder[duty] != NULL && d->taken_count < NJ_LIMIT_STEP_PEOPLE) {
        d->taken[d->taken_count++] = (struct taken){d->holder[duty], duty};
    }
    d->holder[duty] = person;
}

static void add_duty(struct duties *d, const char *person)
{
    if (person == NULL || d->count == NJ_LIMIT_STEP_PEOPLE) {
        return;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (same_name(d->holder[i], person)) {
            return;
        }
    }
    d->holder[d->count++] = person;
}

static void apply(struct duties *d, const struct nj_override *o)
{
    int found = 0;
    size_t taken_before = d->taken_count;

    if (o->instead_of == NULL) {
        add_duty(d, o->person);
        return;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (d->holder[i] != NULL && same_name(d->holder[i], o->instead_of)) {
            hand_over(d, i, o->person);
            found = 1;
        }
    }
    for (size_t i = 0; !found && i < taken_before; i++) {
        if (same_name(d->taken[i].from, o->instead_of)) {
            hand_over(d, d->taken[i].duty, o->person);
        }
    }
}

static const struct nj_override *override_of(const struct nj_rota *rota,
                                             size_t i)
{
    size_t configured = rota->schedule->override_count;

    return i < configured ? &rota->schedule->overrides[i]
                          : &rota->overrides[i - configured];
}

/* Whether A was made after B; where neither was, it is as listed. */
static int is_later(const struct nj_override *a, const struct nj_override *b)
{
    if (a->made_ms != b->made_ms) {
        return a->made_ms > b->made_ms;
    }
    return a->id >= b->id; /* configured ones have 0; then as listed */
}

/* The overrides in force, oldest first. */
struct in_force {
    size_t count;
    const struct nj_override *list[NJ_LIMIT_STEP_PEOPLE];
};

/* Put O in its place; when all places are taken the oldest gives way. */
static void put_in_force(struct in_force *f, const struct nj_override *o)
{
    size_t i;

    if (f->count == NJ_LIMIT_STEP_PEOPLE) {
        if (!is_later(o, f->list[0])) {
            return;
        }
        f->count--;
        for (i = 0; i < f->count; i++) {
            f->list[i] = f->list[i + 1];
        }
    }
    for (i = f->count; i > 0 && !is_later(o, f->list[i - 1]); i--) {
        f->list[i] = f->list[i - 1];
    }
    f->list[i] = o;
    f->count++;
}

static void collect(const struct nj_rota *rota,
                    int64_t at_ms,
                    struct in_force *f,
                    struct nj_oncall *out)
{
    const struct nj_schedule *schedule = rota->schedule;
    size_t total = schedule->override_count + rota->override_count;

    for (size_t i = 0; i < total; i++) {
        const struct nj_override *o = override_of(rota, i);

        if (o->until_ms <= out->since_ms || o->from_ms >= out->until_ms ||
            o->from_ms >= o->until_ms ||
            (i >= schedule->override_count &&
             !same_name(o->schedule, schedule->name))) {
            continue; /* too far to matter, or another's */
        }
        if (at_ms < o->from_ms) {
            narrow(out, INT64_MIN, o->from_ms);
        } else if (at_ms >= o->until_ms) {
            narrow(out, o->until_ms, INT64_MAX);
        } else {
            narrow(out, o->from_ms, o->until_ms);
            put_in_force(f, o);
        }
    }
}

static void from_overrides(const struct in_force *f, struct nj_oncall *out)
{
    struct duties d;

    d.count = out->count;
    d.taken_count = 0;
    memcpy(d.holder, out->people, out->count * sizeof(out->people[0]));
    for (size_t i = 0; i < f->count; i++) {
        apply(&d, f->list[i]);
    }
    out->count = 0;
    for (size_t i = 0; i < d.count; i++) {
        if (d.holder[i] != NULL) {
            add_person(out, d.holder[i]);
        }
    }
}

void nj_oncall_span(const struct nj_rota *rota,
                    int64_t at_ms,
                    struct nj_oncall *out)
{
    int64_t asked_ms = at_ms < NJ_ONCALL_FAR_MS ? at_ms : NJ_ONCALL_FAR_MS;
    struct in_force f;

    out->since_ms = INT64_MIN;
    out->until_ms = INT64_MAX;
    out->count = 0;
    f.count = 0;
    from_layers(rota->schedule, asked_ms, out);
    collect(rota, asked_ms, &f, out);
    if (f.count > 0) {
        from_overrides(&f, out);
    }
    if (at_ms >= NJ_ONCALL_FAR_MS) {
        out->until_ms = INT64_MAX;
    }
}
