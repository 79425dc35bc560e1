/* Verbs that only ask: list, show, explain, log, status, and what is silenced.
 */

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "watch/command.h"
#include "watch/render.h"

enum { LOG_ROWS = 50, LIST_ROWS = 100 };

static int ask(struct nj_answering *a,
               void (*done)(struct nj_query_req *req,
                            int status,
                            const struct nj_rows *rows))
{
    a->query.done = done;
    a->query.ctx = a;
    return nj_store_query(a->commander->env->store, &a->query) == 0
               ? NJ_ANSWER_LATER
               : NJ_E_STATE;
}

/* ---- list -------------------------------------------------------------- */

static void
on_list(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; status == 0 && i < rows->alert_count; i++) {
        nj_jw_open(&a->w, NULL, '{');
        nj_render_alert(&a->w, &rows->alerts[i].alert, &rows->alerts[i].card);
        nj_jw_close(&a->w, '}');
    }
    nj_jw_close(&a->w, ']');
    nj_answer_now(a, status);
}

int nj_verb_list(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;

    /* "All quiet" about a name that nobody has would be a lie. */
    if (c->brand != NULL &&
        nj_plan_brand(commander->env->plan, c->brand) == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no brand '%s'", c->brand);
    }
    a->query.kind = NJ_QUERY_LIST;
    a->query.brand = c->brand;
    a->query.limit = c->limit == 0 ? LIST_ROWS : c->limit;
    a->query.before_id = c->before;
    a->query.state = -1;
    if (c->filter != NULL && strcmp(c->filter, "all") == 0) {
        a->query.state = -2;
    } else if (c->filter != NULL) {
        int state = 0;

        while (state < NJ_ALERT_STATES &&
               strcmp(nj_alert_state_name((enum nj_alert_state)state),
                      c->filter) != 0) {
            state++;
        }
        if (state == NJ_ALERT_STATES) {
            return nj_err_set(&a->err, NJ_E_INVALID,
                              "no state '%s': open, acknowledged, snoozed, "
                              "resolved or all",
                              c->filter);
        }
        a->query.state = state;
    }
    return ask(a, on_list);
}

/* ---- show, explain ----------------------------------------------------- */

static void write_show(struct nj_jw *w, const struct nj_rows *rows)
{
    nj_jw_open(w, NULL, '{');
    nj_render_alert(w, &rows->alerts[0].alert, &rows->alerts[0].card);
    nj_jw_open(w, "collected", '[');
    for (size_t i = 0; i < rows->post_count; i++) {
        nj_render_post(w, &rows->posts[i]);
    }
    nj_jw_close(w, ']');
    nj_jw_open(w, "pages", '[');
    for (size_t i = 0; i < rows->page_count; i++) {
        nj_render_page(w, &rows->pages[i]);
    }
    nj_jw_close(w, ']');
    nj_jw_open(w, "story", '[');
    for (size_t i = 0; i < rows->event_count; i++) {
        nj_render_event(w, &rows->events[i]);
    }
    nj_jw_close(w, ']');
    nj_jw_close(w, '}');
}

static void
on_show(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;

    if (status == 0) {
        write_show(&a->w, rows);
    } else if (status == NJ_E_NOTFOUND) {
        (void)nj_err_set(&a->err, status, "there is no alert %lld",
                         (long long)a->ids[0]);
    }
    nj_answer_now(a, status);
}

static int ask_one(struct nj_answering *a,
                   void (*done)(struct nj_query_req *req,
                                int status,
                                const struct nj_rows *rows))
{
    const struct nj_command *c = &a->req->command;

    if (c->id_count != 1) {
        return nj_err_set(&a->err, NJ_E_INVALID, "say which alert, one number");
    }
    a->ids[0] = c->ids[0];
    a->query.kind = NJ_QUERY_SHOW;
    a->query.alert_ids = a->ids;
    a->query.alert_id_count = 1;
    return ask(a, done);
}

int nj_verb_show(struct nj_commander *commander, struct nj_answering *a)
{
    (void)commander;
    return ask_one(a, on_show);
}

static void
on_explain(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; status == 0 && i < rows->post_count; i++) {
        nj_render_post(&a->w, &rows->posts[i]);
    }
    nj_jw_close(&a->w, ']');
    if (status == NJ_E_NOTFOUND) {
        (void)nj_err_set(&a->err, status, "there is no alert %lld",
                         (long long)a->ids[0]);
    }
    nj_answer_now(a, status);
}

int nj_verb_explain(struct nj_commander *commander, struct nj_answering *a)
{
    (void)commander;
    return ask_one(a, on_explain);
}

/* ---- standing ------------------------------------------------------------ */

/* Why nobody need look at ALERT (NULL: long gone) any more; NULL: they must. */
static const char *why_settled(const struct nj_alert *alert,
                               char out[NJ_LIMIT_NAME_BYTES + 16])
{
    if (alert == NULL || alert->climb.state == NJ_ALERT_RESOLVED) {
        return "It is over";
    }
    if (alert->climb.state == NJ_ALERT_ACKED && alert->climb.holder != NULL) {
        (void)snprintf(out, NJ_LIMIT_NAME_BYTES + 16, "%s has it",
                       alert->climb.holder);
        return out;
    }
    return alert->climb.state == NJ_ALERT_OPEN ? NULL : "It sleeps for a while";
}

/* For an agent that was away: which of the alerts it shows are settled. */
int nj_verb_standing(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; i < c->id_count; i++) {
        char room[NJ_LIMIT_NAME_BYTES + 16];
        const char *why =
            why_settled(nj_alerts_find(commander->alerts, c->ids[i]), room);

        if (why != NULL) {
            nj_jw_open(&a->w, NULL, '{');
            nj_jw_int(&a->w, "alert", c->ids[i]);
            nj_jw_text(&a->w, "text", why);
            nj_jw_close(&a->w, '}');
        }
    }
    nj_jw_close(&a->w, ']');
    return 0;
}

/* ---- log --------------------------------------------------------------- */

static void
on_log(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_answering *a = query->ctx;

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; status == 0 && i < rows->event_count; i++) {
        nj_render_event(&a->w, &rows->events[i]);
    }
    nj_jw_close(&a->w, ']');
    nj_answer_now(a, status);
}

int nj_verb_log(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    size_t limit = c->limit == 0 ? LOG_ROWS : c->limit;
    int64_t last = commander->ledger->last_event_id;

    a->query.kind = NJ_QUERY_EVENTS;
    a->query.limit = c->from_ms != 0 && c->limit == 0 ? 100000 : limit;
    a->query.since_ms = c->from_ms;
    if (c->from_ms == 0 && last > (int64_t)limit) {
        a->query.after_id = last - (int64_t)limit;
    }
    return ask(a, on_log);
}

/* ---- status ------------------------------------------------------------ */

static void write_counts(struct nj_jw *w, const struct nj_commander *c)
{
    const struct nj_watch_stats *s = &c->env->stats;

    nj_jw_int(w, "open", (int64_t)c->alerts->count[NJ_ALERT_OPEN]);
    nj_jw_int(w, "acknowledged", (int64_t)c->alerts->count[NJ_ALERT_ACKED]);
    nj_jw_int(w, "snoozed", (int64_t)c->alerts->count[NJ_ALERT_SNOOZED]);
    nj_jw_int(w, "pages_waiting", (int64_t)s->pages_waiting);
    nj_jw_int(w, "posts_seen", (int64_t)s->posts_seen);
    nj_jw_int(w, "posts_new", (int64_t)s->posts_new);
    nj_jw_int(w, "posts_unjudged", (int64_t)s->posts_unjudged);
    nj_jw_int(w, "alerts_opened", (int64_t)s->alerts_opened);
    nj_jw_int(w, "pages_sent", (int64_t)s->pages_sent);
    nj_jw_int(w, "pages_failed", (int64_t)s->pages_failed);
}

int nj_verb_status(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_jw *w = &a->w;
    const struct nj_care *care = commander->care;

    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "version", NJ_VERSION);
    nj_render_time(w, "now", nj_loop_wall_ms(commander->env->loop));
    nj_render_time(w, "started", commander->started_ms);
    write_counts(w, commander);
    nj_jw_int(w, "store_backlog",
              (int64_t)nj_store_backlog(commander->env->store));
    nj_jw_text(w, "store_trouble",
               care->store_trouble[0] == '\0' ? NULL : care->store_trouble);
    nj_jw_open(w, "sick_sources", '[');
    for (size_t i = 0; i < care->source_count; i++) {
        if (care->sources[i].what != NULL) {
            nj_jw_open(w, NULL, '{');
            nj_jw_text(w, "source", care->sources[i].source);
            nj_jw_text(w, "what", care->sources[i].what);
            nj_render_time(w, "since", care->sources[i].since_ms);
            nj_render_time(w, "next", care->sources[i].next_ms);
            nj_jw_close(w, '}');
        }
    }
    nj_jw_close(w, ']');
    nj_jw_close(w, '}');
    return 0;
}

/* ---- silences ----------------------------------------------------------- */

int nj_verb_silence_list(struct nj_commander *commander, struct nj_answering *a)
{
    nj_jw_open(&a->w, NULL, '[');
    for (const struct nj_quiet *q = commander->roster->silences; q != NULL;
         q = q->next) {
        nj_render_silence(&a->w, &q->silence);
    }
    nj_jw_close(&a->w, ']');
    return 0;
}
