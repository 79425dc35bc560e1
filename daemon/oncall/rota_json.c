#include "oncall/rota_json.h"

#include <stdlib.h>
#include <string.h>

#include "oncall/coverage.h"
#include "oncall/fairness.h"

/* ---- pieces -------------------------------------------------------------- */

static void write_bound(struct nj_jw *w,
                        const char *key,
                        const struct nj_zone *zone,
                        int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    if (at_ms == INT64_MIN || at_ms == INT64_MAX) {
        nj_jw_null(w, key);
    } else {
        nj_jw_text(w, key, nj_time_text(zone, at_ms, text));
    }
}

static void write_people(struct nj_jw *w, const struct nj_oncall *shift)
{
    nj_jw_open(w, "people", '[');
    for (size_t i = 0; i < shift->count; i++) {
        nj_jw_text(w, NULL, shift->people[i]);
    }
    nj_jw_close(w, ']');
}

static void write_overrides(struct nj_jw *w,
                            const struct nj_rota *rota,
                            int64_t from_ms,
                            int64_t until_ms)
{
    nj_jw_open(w, "overrides", '[');
    for (size_t i = 0; i < rota->override_count; i++) {
        const struct nj_override *o = &rota->overrides[i];

        if (strcmp(o->schedule, rota->schedule->name) == 0 &&
            o->from_ms < until_ms && o->until_ms > from_ms) {
            nj_jw_open(w, NULL, '{');
            nj_jw_int(w, "id", o->id);
            nj_jw_text(w, "by", o->made_by);
            nj_jw_text(w, "person", o->person);
            nj_jw_text(w, "instead_of", o->instead_of);
            nj_jw_close(w, '}');
        }
    }
    nj_jw_close(w, ']');
}

/* ---- now ----------------------------------------------------------------- */

/* The shift after SHIFT that has somebody: at once, or behind one gap. */
static int find_next(const struct nj_rota *rota,
                     struct nj_oncall *shift /* in, out */)
{
    for (int i = 0; i < 2 && shift->until_ms != INT64_MAX; i++) {
        nj_oncall_at(rota, shift->until_ms, shift);
        if (shift->count > 0) {
            return 1;
        }
    }
    return 0;
}

void nj_rota_write_now(struct nj_jw *w,
                       const struct nj_rota *rota,
                       int64_t at_ms)
{
    const struct nj_zone *zone = rota->schedule->zone;
    struct nj_oncall shift;

    nj_oncall_at(rota, at_ms, &shift);
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "schedule", rota->schedule->name);
    write_people(w, &shift);
    write_bound(w, "since", zone, shift.since_ms);
    write_bound(w, "until", zone, shift.until_ms);
    write_overrides(w, rota, shift.since_ms, shift.until_ms);
    if (find_next(rota, &shift)) {
        nj_jw_open(w, "next", '{');
        write_people(w, &shift);
        write_bound(w, "since", zone, shift.since_ms);
        write_bound(w, "until", zone, shift.until_ms);
        nj_jw_close(w, '}');
    } else {
        nj_jw_null(w, "next");
    }
    nj_jw_close(w, '}');
}

/* ---- shifts -------------------------------------------------------------- */

struct writing {
    struct nj_jw *w;
    const struct nj_zone *zone;
};

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct writing *writing = ctx;

    nj_jw_open(writing->w, NULL, '{');
    write_bound(writing->w, "from", writing->zone, shift->since_ms);
    write_bound(writing->w, "until", writing->zone, shift->until_ms);
    write_people(writing->w, shift);
    nj_jw_close(writing->w, '}');
    return writing->w->out->status;
}

static int on_gap(void *ctx, int64_t from_ms, int64_t until_ms)
{
    struct writing *writing = ctx;

    nj_jw_open(writing->w, NULL, '{');
    write_bound(writing->w, "from", writing->zone, from_ms);
    write_bound(writing->w, "until", writing->zone, until_ms);
    nj_jw_close(writing->w, '}');
    return writing->w->out->status;
}

void nj_rota_write_shifts(struct nj_jw *w,
                          const struct nj_rota *rota,
                          const struct nj_brand *const *brands,
                          size_t count,
                          int64_t from_ms,
                          int64_t until_ms)
{
    struct writing writing = {w, rota->schedule->zone};

    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "schedule", rota->schedule->name);
    nj_jw_text(w, "zone", nj_zone_name(rota->schedule->zone));
    nj_jw_open(w, "shifts", '[');
    (void)nj_oncall_shifts(rota, from_ms, until_ms, on_shift, &writing);
    nj_jw_close(w, ']');
    nj_jw_open(w, "uncovered", '[');
    (void)nj_coverage_gaps(rota, brands, count, from_ms, until_ms, on_gap,
                           &writing);
    nj_jw_close(w, ']');
    write_overrides(w, rota, from_ms, until_ms);
    nj_jw_close(w, '}');
}

/* ---- fairness ------------------------------------------------------------ */

static void write_share(struct nj_jw *w, const struct nj_share *s)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "person", s->person);
    nj_jw_number(w, "hours", (double)s->ms / 3600000, 2);
    nj_jw_int(w, "nights", s->nights);
    nj_jw_int(w, "weekends", s->weekends);
    nj_jw_int(w, "holidays", s->holidays);
    nj_jw_close(w, '}');
}

int nj_rota_write_fairness(struct nj_jw *w,
                           const struct nj_rota *rota,
                           const struct nj_brand *const *brands,
                           size_t count,
                           int64_t from_ms,
                           int64_t until_ms)
{
    struct nj_fairness *f = malloc(sizeof *f);

    if (f == NULL) {
        return NJ_E_NOMEM;
    }
    nj_fairness_count(rota, brands, count, from_ms, until_ms, f);
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "schedule", rota->schedule->name);
    write_bound(w, "from", rota->schedule->zone, from_ms);
    write_bound(w, "until", rota->schedule->zone, until_ms);
    nj_jw_int(w, "nights", f->nights);
    nj_jw_int(w, "weekends", f->weekends);
    nj_jw_int(w, "holidays", f->holidays);
    nj_jw_number(w, "nobody_hours", (double)f->nobody_ms / 3600000, 2);
    nj_jw_open(w, "people", '[');
    for (size_t i = 0; i < f->count; i++) {
        write_share(w, &f->shares[i]);
    }
    nj_jw_close(w, ']');
    nj_jw_close(w, '}');
    free(f);
    return 0;
}
