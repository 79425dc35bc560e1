/* Verbs drill and drill report: a policy tried on real people. */

#include "base/str.h"
#include "watch/command.h"
#include "watch/drill_report.h"
#include "watch/render.h"

enum { MOST_FOR_MS = 24 * 3600000, DRILLS_AT_ONCE = 8 };

/* What is wished, of the plan. */
static int read_wish(struct nj_answering *a, struct nj_drill_wish *out)
{
    const struct nj_command *c = &a->req->command;
    const struct nj_plan *plan = a->commander->env->plan;

    *out = (struct nj_drill_wish){
        .policy = nj_plan_policy(plan, c->policy),
        .rule = nj_plan_rule(plan, c->rule),
        .severity = c->severity,
        .note = c->text,
        .who = nj_answer_actor(a),
        .for_ms = c->for_ms,
        .walk = c->all || nj_str_eq(c->filter, "all"),
    };
    if (c->policy == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "which policy? `nightjar drill POLICY`");
    }
    if (out->policy == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no policy '%s'", c->policy);
    }
    if (c->rule != NULL && out->rule == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND,
                          "no rule '%s'; quote a name of several words",
                          c->rule);
    }
    if (c->for_ms < 0 || c->for_ms > MOST_FOR_MS) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "a drill lasts a day at most: --for 30m");
    }
    if (a->commander->env->drills >= DRILLS_AT_ONCE) {
        return nj_err_set(&a->err, NJ_E_STATE,
                          "%d drills are under way; let one end first",
                          DRILLS_AT_ONCE);
    }
    return 0;
}

int nj_verb_drill(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_drill_wish wish;
    struct nj_card card;
    const struct nj_alert *alert;
    struct nj_deed *deed;
    int code = read_wish(a, &wish);

    if (code != 0) {
        return code;
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    alert = nj_drill_start(commander->drills, deed, &wish, &card);
    if (alert != NULL) {
        nj_jw_open(&a->w, NULL, '{');
        nj_render_alert(&a->w, alert, &card);
        nj_jw_bool(&a->w, "all", wish.walk);
        nj_render_time(&a->w, "ends", alert->ends_ms);
        nj_jw_close(&a->w, '}');
    }
    return nj_answer_after(a, deed);
}

/* ---- the report ---------------------------------------------------------- */

static void
on_story(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;
    struct nj_drill_report report;

    if (status == 0 && !(rows->alerts[0].alert.flags & NJ_ALERT_DRILL)) {
        status = nj_err_set(&a->err, NJ_E_INVALID,
                            "alert %lld is no drill; `nightjar show %lld` has "
                            "its story",
                            (long long)a->ids[0], (long long)a->ids[0]);
    } else if (status == 0) {
        nj_drill_report_make(rows, &report);
        nj_jw_open(&a->w, NULL, '{');
        nj_drill_report_json(&report, &a->w);
        nj_jw_close(&a->w, '}');
    } else if (status == NJ_E_NOTFOUND) {
        (void)nj_err_set(&a->err, status, "there is no drill %lld",
                         (long long)a->ids[0]);
    }
    nj_answer_now(a, status);
}

int nj_verb_drill_report(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;

    if (c->id_count != 1) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "which drill, one number? `nightjar list --all` "
                          "shows them");
    }
    a->ids[0] = c->ids[0];
    a->query.kind = NJ_QUERY_SHOW;
    a->query.alert_ids = a->ids;
    a->query.alert_id_count = 1;
    a->query.done = on_story;
    a->query.ctx = a;
    return nj_store_query(commander->env->store, &a->query) == 0
               ? NJ_ANSWER_LATER
               : NJ_E_STATE;
}
