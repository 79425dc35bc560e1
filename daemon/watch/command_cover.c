/* cover: this shift, from now on: I take it, or you take mine. */

#include <string.h>

#include "base/str.h"
#include "watch/handing.h"
#include "watch/render.h"

#define DAY_MS INT64_C(86400000)

static int stands_in(const struct nj_oncall *now, const char *person)
{
    for (size_t i = 0; i < now->count; i++) {
        if (nj_str_eq(now->people[i], person)) {
            return 1;
        }
    }
    return 0;
}

/* The schedule meant: as said, or the only one on which FROM (NULL: anybody)
 * is on call now. */
static const struct nj_schedule *find_covered(struct nj_answering *a,
                                              const char *from)
{
    const struct nj_plan *plan = a->commander->env->plan;
    int64_t now_ms = nj_loop_wall_ms(a->commander->env->loop);
    const struct nj_schedule *found = NULL;

    for (size_t i = 0; a->req->command.schedule == NULL && from != NULL &&
                       i < plan->schedule_count;
         i++) {
        struct nj_rota rota =
            nj_roster_rota(a->commander->roster, &plan->schedules[i]);
        struct nj_oncall now;

        nj_oncall_span(&rota, now_ms, &now);
        if (stands_in(&now, from)) {
            if (found != NULL) {
                return nj_handing_schedule(a); /* says that there are several */
            }
            found = &plan->schedules[i];
        }
    }
    return found != NULL ? found : nj_handing_schedule(a);
}

/* Until when, when nothing is said: as long as this shift lasts. */
static int find_end(struct nj_answering *a,
                    const struct nj_oncall *now,
                    int64_t now_ms,
                    int64_t *out_ms)
{
    const struct nj_command *c = &a->req->command;

    if (c->until_ms != 0 || c->for_ms != 0) {
        *out_ms = c->until_ms != 0 ? c->until_ms : now_ms + c->for_ms;
        return *out_ms > now_ms
                   ? 0
                   : nj_err_set(&a->err, NJ_E_INVALID, "that is over already");
    }
    if (now->until_ms > now_ms + DAY_MS) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "for how long? This shift lasts more than a day: "
                          "--for 2h, or --until TIME");
    }
    *out_ms = now->until_ms;
    return 0;
}

/* Whom PERSON relieves: FROM, or all who are on call. */
static int add_relieved(struct nj_handing *h,
                        const struct nj_oncall *now,
                        const char *person,
                        const char *from,
                        int64_t now_ms,
                        int64_t until_ms)
{
    struct nj_answering *a = h->a;

    if (from != NULL && !stands_in(now, from)) {
        return nj_err_set(&a->err, NJ_E_STATE, "%s is not on call in %s now",
                          from, h->schedule->name);
    }
    if (now->count == 1 && stands_in(now, person)) {
        return nj_err_set(&a->err, NJ_E_STATE,
                          "%s is on call in %s already, and alone", person,
                          h->schedule->name);
    }
    if (now->count == 0) {
        nj_handing_add(h, person, NULL, now_ms, until_ms);
    }
    for (size_t i = 0; i < now->count; i++) {
        if ((from == NULL || nj_str_eq(from, now->people[i])) &&
            !nj_str_eq(person, now->people[i])) {
            nj_handing_add(h, person, now->people[i], now_ms, until_ms);
        }
    }
    return 0;
}

static void write_cover(struct nj_answering *a, const struct nj_handing *h)
{
    struct nj_jw *w = &a->w;

    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "schedule", h->schedule->name);
    nj_jw_text(w, "person", h->made[0].person);
    nj_render_time(w, "from", h->made[0].from_ms);
    nj_render_time(w, "until", h->made[0].until_ms);
    nj_jw_open(w, "instead_of", '[');
    for (size_t i = 0; i < h->count; i++) {
        if (h->made[i].instead_of != NULL) {
            nj_jw_text(w, NULL, h->made[i].instead_of);
        }
    }
    nj_jw_close(w, ']');
    nj_jw_open(w, "overrides", '[');
    for (size_t i = 0; i < h->count; i++) {
        nj_jw_int(w, NULL, h->made[i].id);
    }
    nj_jw_close(w, ']');
    nj_jw_int(w, "open", (int64_t)a->commander->alerts->count[NJ_ALERT_OPEN]);
    nj_jw_close(w, '}');
}

/* Who takes over, and from whom (NULL: from all). */
static int read_cover(struct nj_answering *a,
                      const char **out_person,
                      const char **out_from)
{
    const struct nj_command *c = &a->req->command;

    *out_from = NULL;
    if (c->instead_of != NULL) {
        *out_from = nj_handing_person(a, c->instead_of);
        if (*out_from == NULL) {
            return a->err.code;
        }
    }
    *out_person = nj_handing_person(a, c->person == NULL ? "me" : c->person);
    if (*out_person == NULL) {
        return a->err.code;
    }
    if (nj_str_eq(*out_person, *out_from)) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "who takes over from %s? --person P", *out_from);
    }
    return 0;
}

int nj_verb_cover(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_handing h = {
        .a = a, .why = "cover", .note = a->req->command.text};
    int64_t now_ms = nj_loop_wall_ms(commander->env->loop);
    const char *person = NULL;
    const char *from = NULL;
    int64_t until_ms = 0;
    struct nj_oncall now;
    struct nj_rota rota;
    struct nj_deed *deed;
    int code = read_cover(a, &person, &from);

    if (code != 0) {
        return code;
    }
    h.schedule = find_covered(a, from);
    if (h.schedule == NULL) {
        return a->err.code;
    }
    rota = nj_roster_rota(commander->roster, h.schedule);
    nj_oncall_at(&rota, now_ms, &now);
    code = find_end(a, &now, now_ms, &until_ms);
    if (code == 0) {
        code = add_relieved(&h, &now, person, from, now_ms, until_ms);
    }
    if (code == 0) {
        code = nj_handing_try(&h, a->req->command.force);
    }
    if (code != 0) {
        return code;
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        nj_handing_undo(&h);
        return NJ_E_NOMEM;
    }
    nj_handing_write(&h, deed);
    write_cover(a, &h);
    return nj_answer_after(a, deed);
}
