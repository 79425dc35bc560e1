/* What a hand-over says is asked of the store - the story's notes, page by
 * page, then the alerts' titles - and then told. */

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "watch/handover_inside.h"
#include "watch/news.h"

enum {
    TOLD_MS = 15 * 60000, /* who took a shift so shortly before was told */
    PAGE_ROWS = 2000,     /* of the story, at once */
    PAGES = 200,          /* of them at most */
    TITLES = 300,         /* alerts whose titles are asked for */
};

#define NOTES_BACK_MS (INT64_C(7) * 86400000) /* notes of so long at most */

/* ---- telling ------------------------------------------------------------- */

/* Whoever took the shift by hand a moment ago was told with it. */
static int was_told(const struct nj_handovers *h,
                    const struct nj_duty_change *change,
                    const char *name)
{
    for (size_t i = 0; i < h->roster->override_count; i++) {
        const struct nj_override *o = &h->roster->overrides[i];

        if (o->made_ms >= change->at_ms - TOLD_MS &&
            o->from_ms <= change->at_ms && change->at_ms < o->until_ms &&
            (nj_str_eq(o->person, name) || nj_str_eq(o->instead_of, name))) {
            return 1;
        }
    }
    return 0;
}

static void tell_one(struct nj_handovers *h,
                     struct nj_deed *deed,
                     struct nj_handover_facts *facts,
                     const char *name,
                     int comes)
{
    const struct nj_person *person = nj_plan_person(h->env->plan, name);
    char headline[NJ_LIMIT_NAME_BYTES + 64];
    struct nj_buf body;

    if (person == NULL || was_told(h, facts->change, name)) {
        return;
    }
    facts->zone = person->zone != NULL ? person->zone : facts->schedule->zone;
    (void)snprintf(headline, sizeof headline, "%s in %s",
                   comes ? "You are on call now" : "You are off call now",
                   facts->schedule->name);
    nj_buf_init(&body, NJ_LIMIT_NEWS_BYTES);
    nj_handover_say(facts, comes, &body);
    (void)nj_news_tell(h->outbox, deed, name, NJ_NEWS_QUIET, headline,
                       body.data == NULL ? "" : body.data);
    nj_buf_finish(&body);
}

void nj_duty_tell(struct nj_duty *d,
                  const struct nj_schedule *schedule,
                  struct nj_deed *deed,
                  const struct nj_rows *rows)
{
    struct nj_handovers *h = d->all;
    struct nj_handover_facts facts = {
        .env = h->env,
        .alerts = h->alerts,
        .roster = h->roster,
        .schedule = schedule,
        .change = &d->change,
        .rows = rows,
        .notes = d->notes,
        .note_count = d->note_count,
        .now_ms = d->now_ms,
    };
    const struct nj_duty_change *c = &d->change;

    for (size_t i = 0; i < c->after.count; i++) {
        if (nj_duty_begins(c, c->after.people[i])) {
            tell_one(h, deed, &facts, c->after.people[i], 1);
        }
    }
    for (size_t i = 0; i < c->before.count; i++) {
        if (nj_duty_ends(c, c->before.people[i])) {
            tell_one(h, deed, &facts, c->before.people[i], 0);
        }
    }
    nj_deed_event(deed, 0, "handover", NULL, "%s: %s is on call now%s%s",
                  schedule->name, c->after.people[0],
                  c->before.count > 0 ? ", before " : "",
                  c->before.count > 0 ? c->before.people[0] : "");
}

/* ---- asking -------------------------------------------------------------- */

static void end_asking(struct nj_duty *d)
{
    d->asking = 0;
    d->note_count = 0;
    nj_arena_finish(&d->arena);
    nj_arena_init(&d->arena, 0);
}

static void
on_titles(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_duty *d = query->ctx;
    const struct nj_schedule *schedule =
        nj_plan_schedule(d->all->env->plan, d->schedule);

    if (status != NJ_E_CANCELED && d->all->open && schedule != NULL) {
        nj_duty_settle(d, schedule, status == 0 ? rows : NULL, 1);
    }
    end_asking(d);
    nj_duty_asked(d);
}

static void ask(struct nj_duty *d,
                enum nj_query_kind kind,
                void (*done)(struct nj_query_req *query,
                             int status,
                             const struct nj_rows *rows))
{
    memset(&d->query, 0, sizeof d->query);
    d->query.kind = kind;
    d->query.done = done;
    d->query.ctx = d;
    if (kind == NJ_QUERY_LIST) {
        d->query.state = -2;
        d->query.limit = TITLES;
    }
}

static void ask_titles(struct nj_duty *d)
{
    ask(d, NJ_QUERY_LIST, on_titles);
    if (nj_store_query(d->all->env->store, &d->query) != 0) {
        end_asking(d); /* it closes: the next start tells it */
    }
}

/* The newest ones stay. */
static void keep_note(struct nj_duty *d, const struct nj_event *event)
{
    const char *text = nj_arena_strdup(&d->arena, event->text);

    if (text == NULL) {
        return; /* the story still has it */
    }
    if (d->note_count == NJ_HANDOVER_NOTES) {
        memmove(&d->notes[0], &d->notes[1],
                (NJ_HANDOVER_NOTES - 1) * sizeof d->notes[0]);
        d->note_count--;
    }
    d->notes[d->note_count++] =
        (struct nj_handover_note){event->alert, event->at_ms, text};
}

static void ask_notes(struct nj_duty *d, int64_t since_ms, int64_t after_id);

static void
on_notes(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_duty *d = query->ctx;

    if (status == NJ_E_CANCELED) {
        end_asking(d);
        return;
    }
    for (size_t i = 0; status == 0 && i < rows->event_count; i++) {
        if (strcmp(rows->events[i].kind, "note") == 0) {
            keep_note(d, &rows->events[i]);
        }
    }
    if (status == 0 && rows->event_count >= PAGE_ROWS && d->pages < PAGES) {
        ask_notes(d, 0, rows->events[rows->event_count - 1].id);
    } else {
        ask_titles(d);
    }
}

static void ask_notes(struct nj_duty *d, int64_t since_ms, int64_t after_id)
{
    d->pages++;
    ask(d, NJ_QUERY_EVENTS, on_notes);
    d->query.since_ms = since_ms;
    d->query.after_id = after_id;
    d->query.limit = PAGE_ROWS;
    if (nj_store_query(d->all->env->store, &d->query) != 0) {
        end_asking(d);
    }
}

/* Notes since the shift that ends now began. */
void nj_duty_ask(struct nj_duty *d)
{
    int64_t since = d->now_ms - NOTES_BACK_MS;

    if (d->change.before.count > 0 && d->change.before.since_ms > since) {
        since = d->change.before.since_ms;
    }
    d->asking = 1;
    d->pages = 0;
    ask_notes(d, since, 0);
}
