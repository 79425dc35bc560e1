/* Verbs override add, list and remove: any span, at once. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/time_say.h"
#include "watch/handing.h"
#include "watch/render.h"

enum { LIST_ROWS = 1000 };

/* ---- override add -------------------------------------------------------- */

/* The span that the command means into *OUT_FROM_MS, *OUT_UNTIL_MS. */
static int
read_span(struct nj_answering *a, int64_t *out_from_ms, int64_t *out_until_ms)
{
    const struct nj_command *c = &a->req->command;
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    int64_t from = c->from_ms == 0 ? now : c->from_ms;
    int64_t until = c->until_ms != 0 ? c->until_ms
                    : c->for_ms != 0 ? from + c->for_ms
                                     : 0;

    if (until == 0) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "for how long? --for 2h, or --until TIME");
    }
    if (until <= from) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "the override ends before it begins");
    }
    if (until <= now) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "that is over already: nobody's night would change");
    }
    *out_from_ms = from;
    *out_until_ms = until;
    return 0;
}

static int read_people(struct nj_answering *a,
                       const char **out_person,
                       const char **out_instead_of)
{
    const struct nj_command *c = &a->req->command;

    if (c->person == NULL && c->instead_of == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "say who takes over (--person), and for whom "
                          "(--instead-of) if for someone");
    }
    *out_person = c->person == NULL ? NULL : nj_handing_person(a, c->person);
    if (c->person != NULL && *out_person == NULL) {
        return a->err.code;
    }
    *out_instead_of =
        c->instead_of == NULL ? NULL : nj_handing_person(a, c->instead_of);
    if (c->instead_of != NULL && *out_instead_of == NULL) {
        return a->err.code;
    }
    if (nj_str_eq(*out_person, *out_instead_of)) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "%s instead of %s changes nothing", *out_person,
                          *out_person);
    }
    return 0;
}

/* What is right but may not be what was meant; NULL: nothing. */
static const char *notice(const struct nj_handing *h, char *out, size_t room)
{
    const struct nj_override *o = &h->made[0];

    if (h->change.from_ms != h->change.until_ms) {
        return NULL;
    }
    if (o->instead_of != NULL) {
        (void)snprintf(out, room,
                       "it changes nothing as things are: %s is not on call "
                       "then",
                       o->instead_of);
    } else {
        (void)snprintf(out, room,
                       "it changes nothing as things are: %s is on call then "
                       "anyway",
                       o->person);
    }
    return out;
}

int nj_verb_override_add(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_handing h = {.a = a, .note = a->req->command.text};
    const char *person = NULL;
    const char *instead_of = NULL;
    int64_t from_ms = 0;
    int64_t until_ms = 0;
    struct nj_deed *deed;
    char said[160];
    int code;

    h.schedule = nj_handing_schedule(a);
    if (h.schedule == NULL) {
        return a->err.code;
    }
    code = read_people(a, &person, &instead_of);
    if (code == 0) {
        code = read_span(a, &from_ms, &until_ms);
    }
    if (code == 0) {
        nj_handing_add(&h, person, instead_of, from_ms, until_ms);
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
    nj_jw_open(&a->w, NULL, '{');
    nj_render_override(&a->w, &h.made[0]);
    nj_jw_text(&a->w, "note", h.note);
    nj_jw_text(&a->w, "notice", notice(&h, said, sizeof said));
    nj_jw_close(&a->w, '}');
    return nj_answer_after(a, deed);
}

/* ---- override remove ----------------------------------------------------- */

/* Whether O, in force or to come, may go; what that means into *OUT. */
static int may_go(struct nj_answering *a,
                  const struct nj_schedule *schedule,
                  const struct nj_override *o,
                  struct nj_rota_change *out)
{
    struct nj_roster *roster = a->commander->roster;
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    struct nj_rota before;
    struct nj_rota after;
    char text[NJ_TIME_TEXT];

    nj_roster_aside(roster, o->id);
    before = nj_roster_rota(roster, schedule);
    after = nj_roster_rota_before(roster, schedule, 1);
    nj_rota_compare(&before, &after, o->from_ms < now ? now : o->from_ms,
                    o->until_ms, out);
    if (out->empties && !a->req->command.force) {
        return nj_err_set(
            &a->err, NJ_E_DENIED,
            "without it nobody would be on call from %s on; make another one "
            "first, or use --force",
            nj_time_text(schedule->zone, out->empty_from_ms, text));
    }
    return 0;
}

static void write_removal(struct nj_answering *a,
                          struct nj_deed *deed,
                          const struct nj_override *o,
                          const struct nj_schedule *schedule,
                          const struct nj_rota_change *change)
{
    const char *actor = nj_answer_actor(a);
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    char how[200];
    char text[NJ_TIME_TEXT];

    (void)snprintf(how, sizeof how, "override %lld removed by %s",
                   (long long)o->id, actor);
    nj_txn_override_remove(nj_deed_txn(deed), o->id, actor, now);
    nj_deed_event(deed, 0, "override", actor, "%s: %s%s%s on %s", how,
                  o->person == NULL ? "nobody" : o->person,
                  o->instead_of == NULL ? "" : " instead of ",
                  o->instead_of == NULL ? "" : o->instead_of, o->schedule);
    if (schedule != NULL && change->empties) {
        nj_deed_event(
            deed, 0, "gap", actor,
            "%s: nobody is on call from %s on, forced by %s", schedule->name,
            nj_time_text(schedule->zone, change->empty_from_ms, text), actor);
    }
    if (schedule != NULL) {
        nj_handing_tell(a, deed, schedule, change, how, a->req->command.text);
    }
}

int nj_verb_override_remove(struct nj_commander *commander,
                            struct nj_answering *a)
{
    int64_t id = a->req->command.id;
    const struct nj_override *found = nj_roster_override(commander->roster, id);
    int counts =
        found != NULL && nj_roster_gone(commander->env->plan, found) == NULL;
    const struct nj_schedule *schedule =
        counts ? nj_plan_schedule(commander->env->plan, found->schedule) : NULL;
    struct nj_rota_change change = {0};
    struct nj_override o;
    struct nj_deed *deed;

    if (found == NULL ||
        found->until_ms <= nj_loop_wall_ms(commander->env->loop)) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND,
                          "no override %lld in force or to come",
                          (long long)id);
    }
    o = *found;
    if (schedule != NULL && may_go(a, schedule, &o, &change) != 0) {
        return a->err.code;
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    (void)nj_roster_remove_override(commander->roster, id);
    write_removal(a, deed, &o, schedule, &change);
    nj_jw_open(&a->w, NULL, '{');
    nj_jw_int(&a->w, "removed", id);
    nj_jw_close(&a->w, '}');
    return nj_answer_after(a, deed);
}

/* ---- override list ------------------------------------------------------- */

static const char *state_of(const struct nj_override_row *row, int64_t now_ms)
{
    if (row->removed) {
        return "removed";
    }
    if (row->what.until_ms <= now_ms) {
        return "over";
    }
    return row->what.from_ms <= now_ms ? "in force" : "to come";
}

static void write_row(struct nj_answering *a, const struct nj_override_row *row)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const char *gone = nj_roster_gone(plan, &row->what);

    nj_jw_open(&a->w, NULL, '{');
    nj_render_override(&a->w, &row->what);
    nj_jw_text(&a->w, "note", row->note);
    nj_jw_text(&a->w, "state",
               state_of(row, nj_loop_wall_ms(a->commander->env->loop)));
    nj_jw_text(&a->w, "gone", row->removed ? NULL : gone);
    nj_render_time(&a->w, "removed", row->removed_ms);
    nj_jw_text(&a->w, "removed_by", row->removed_by);
    nj_jw_close(&a->w, '}');
}

static int is_wanted(const struct nj_command *c, const char *schedule)
{
    return c->schedule == NULL || nj_str_eq(c->schedule, schedule);
}

/* Those that stand in the file. */
static void write_configured(struct nj_answering *a)
{
    const struct nj_plan *plan = a->commander->env->plan;
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);

    for (size_t s = 0; s < plan->schedule_count; s++) {
        const struct nj_schedule *schedule = &plan->schedules[s];

        for (size_t i = 0; i < schedule->override_count; i++) {
            struct nj_override_row row = {.what = schedule->overrides[i]};

            if (is_wanted(&a->req->command, schedule->name) &&
                (a->query.state || row.what.until_ms > now)) {
                write_row(a, &row);
            }
        }
    }
}

static void
on_overrides(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;

    nj_jw_open(&a->w, NULL, '[');
    if (status == 0) {
        write_configured(a);
    }
    for (size_t i = 0; status == 0 && i < rows->override_count; i++) {
        const struct nj_override_row *row = &rows->overrides[i];

        if (is_wanted(&a->req->command, row->what.schedule) &&
            (query->state || !row->removed)) {
            write_row(a, row);
        }
    }
    nj_jw_close(&a->w, ']');
    nj_answer_now(a, status);
}

int nj_verb_override_list(struct nj_commander *commander,
                          struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;

    if (c->schedule != NULL && nj_handing_schedule(a) == NULL) {
        return a->err.code;
    }
    a->query.kind = NJ_QUERY_OVERRIDES;
    a->query.state = nj_str_eq(c->filter, "all");
    a->query.since_ms =
        a->query.state ? INT64_MIN : nj_loop_wall_ms(commander->env->loop);
    a->query.until_ms = INT64_MAX;
    a->query.limit = c->limit == 0 ? LIST_ROWS : c->limit;
    a->query.done = on_overrides;
    a->query.ctx = a;
    return nj_store_query(commander->env->store, &a->query) == 0
               ? NJ_ANSWER_LATER
               : NJ_E_STATE;
}
