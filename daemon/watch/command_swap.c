/* swap: propose, accept, decline, cancel, list. Nothing changes before the
 * other has said yes; then both halves do, or none. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/time_say.h"
#include "watch/handing.h"
#include "watch/news.h"
#include "watch/render.h"
#include "watch/swap_span.h"

enum {
    WAITS_MS = 3 * 86400000, /* for an answer, when nothing is said */
    SOON_MS = 12 * 3600000,  /* what begins so soon must be read soon */
    BODY_BYTES = 4 << 10,
    HEADLINE_BYTES = 200,
    SENTENCE_BYTES = 300,
};

/* ---- saying it ----------------------------------------------------------- */

static void
render_span(struct nj_jw *w, const char *key, const struct nj_swap_span *span)
{
    if (span->until_ms == 0) {
        nj_jw_null(w, key);
        return;
    }
    nj_jw_open(w, key, '{');
    nj_render_time(w, "from", span->from_ms);
    nj_render_time(w, "until", span->until_ms);
    nj_jw_close(w, '}');
}

static void render(struct nj_jw *w, const struct nj_swap *s, const char *state)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_int(w, "id", s->id);
    nj_jw_text(w, "schedule", s->schedule);
    nj_jw_text(w, "person", s->person);
    nj_jw_text(w, "with", s->with);
    render_span(w, "give", &s->give);
    render_span(w, "take", &s->take);
    nj_render_time(w, "made", s->made_ms);
    nj_render_time(w, "expires", s->expires_ms);
    nj_jw_text(w, "note", s->note[0] == '\0' ? NULL : s->note);
    nj_jw_text(w, "state", state);
    nj_jw_close(w, '}');
}

/* What it means to both, on READER's clock. */
static void say_both(const struct nj_answering *a,
                     const struct nj_swap *s,
                     const char *reader,
                     struct nj_buf *out)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const struct nj_person *person = nj_plan_person(plan, reader);
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    char span[NJ_SPAN_SAID];
    const struct nj_zone *zone =
        person != NULL && person->zone != NULL
            ? person->zone
            : nj_plan_schedule(plan, s->schedule)->zone;

    (void)nj_buf_addf(
        out, "%s takes %s: %s\n", s->with, s->schedule,
        nj_span_say(zone, s->give.from_ms, s->give.until_ms, now, span));
    if (s->take.until_ms != 0) {
        (void)nj_buf_addf(
            out, "%s takes %s: %s\n", s->person, s->schedule,
            nj_span_say(zone, s->take.from_ms, s->take.until_ms, now, span));
    }
    if (s->note[0] != '\0') {
        (void)nj_buf_addf(out, "\"%s\"\n", s->note);
    }
}

static int64_t begins_ms(const struct nj_swap *s)
{
    return s->take.until_ms != 0 && s->take.from_ms < s->give.from_ms
               ? s->take.from_ms
               : s->give.from_ms;
}

/* Tell READER: HEADLINE, both halves, LAST. */
static void tell(struct nj_answering *a,
                 struct nj_deed *deed,
                 const struct nj_swap *s,
                 const char *reader,
                 const char *headline,
                 const char *last)
{
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    struct nj_buf body;

    nj_buf_init(&body, BODY_BYTES);
    say_both(a, s, reader, &body);
    (void)nj_buf_adds(&body, last);
    (void)nj_news_tell(a->commander->outbox, deed, reader,
                       begins_ms(s) <= now + SOON_MS ? NJ_NEWS_SOON
                                                     : NJ_NEWS_QUIET,
                       headline, body.data);
    nj_buf_finish(&body);
}

/* ---- propose ------------------------------------------------------------- */

static int read_partners(struct nj_answering *a, struct nj_swap *s)
{
    const struct nj_command *c = &a->req->command;

    s->person = nj_handing_person(a, "me");
    if (s->person == NULL) {
        return a->err.code;
    }
    if (c->person == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID, "with whom? --with PERSON");
    }
    s->with = nj_handing_person(a, c->person);
    if (s->with == NULL) {
        return a->err.code;
    }
    if (nj_str_eq(s->person, s->with)) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "%s cannot swap with themselves", s->person);
    }
    if (c->give == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "what do you give? --give 2026-11-24, or --give "
                          "FROM..UNTIL");
    }
    return 0;
}

/* Until when it waits: as said, but never beyond what it is about. */
static int find_expiry(struct nj_answering *a, struct nj_swap *s)
{
    const struct nj_command *c = &a->req->command;
    const struct nj_swap_span *const spans[] = {&s->give, &s->take};
    int64_t at = c->until_ms != 0 ? c->until_ms
                 : c->for_ms != 0 ? s->made_ms + c->for_ms
                                  : s->made_ms + WAITS_MS;

    for (int i = 0; i < 2; i++) {
        int64_t last = spans[i]->from_ms > s->made_ms ? spans[i]->from_ms
                                                      : spans[i]->until_ms;

        at = spans[i]->until_ms != 0 && last < at ? last : at;
    }
    if (at <= s->made_ms) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "it would lapse before it is read: say --for 1d");
    }
    s->expires_ms = at;
    return 0;
}

static int read_swap(struct nj_answering *a, struct nj_swap *s)
{
    const struct nj_command *c = &a->req->command;
    const struct nj_schedule *schedule = nj_handing_schedule(a);
    int code;

    if (schedule == NULL) {
        return a->err.code;
    }
    s->schedule = schedule->name;
    s->made_ms = nj_loop_wall_ms(a->commander->env->loop);
    s->id = a->commander->env->last_other_id + 1;
    if (c->text != NULL) {
        (void)snprintf(
            s->note, sizeof s->note, "%.*s",
            (int)nj_utf8_cut(c->text, strlen(c->text), sizeof s->note - 1),
            c->text);
    }
    code = read_partners(a, s);
    if (code == 0) {
        code = nj_swap_span_read(a, schedule, s->person, c->give, &s->give);
    }
    if (code == 0 && c->take != NULL) {
        code = nj_swap_span_read(a, schedule, s->with, c->take, &s->take);
    }
    if (code == 0 && s->give.from_ms < s->take.until_ms &&
        s->take.from_ms < s->give.until_ms) {
        code = nj_err_set(&a->err, NJ_E_INVALID,
                          "what is given and what is taken overlap");
    }
    return code == 0 ? find_expiry(a, s) : code;
}

static void
ask_other(struct nj_answering *a, struct nj_deed *deed, const struct nj_swap *s)
{
    const struct nj_person *with =
        nj_plan_person(a->commander->env->plan, s->with);
    char headline[HEADLINE_BYTES];
    char last[SENTENCE_BYTES];
    char when[NJ_TIME_SAID];

    (void)snprintf(headline, sizeof headline,
                   "%s asks you to %s in %s (swap "
                   "%lld)",
                   s->person,
                   s->take.until_ms == 0 ? "take a shift" : "swap shifts",
                   s->schedule, (long long)s->id);
    (void)snprintf(last, sizeof last,
                   "Yes: nightjar swap accept %lld\n"
                   "No: nightjar swap decline %lld\n"
                   "Nothing changes before you say yes; it lapses on %s.\n",
                   (long long)s->id, (long long)s->id,
                   nj_time_say(with->zone, s->expires_ms, s->made_ms, when));
    tell(a, deed, s, s->with, headline, last);
}

int nj_verb_swap(struct nj_commander *commander, struct nj_answering *a)
{
    struct nj_swap s = {0};
    struct nj_deed *deed;
    int code = read_swap(a, &s);

    if (code != 0) {
        return code;
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    if (nj_swaps_add(commander->swaps, deed, &s) != 0) {
        nj_deed_drop(deed);
        return NJ_E_NOMEM;
    }
    commander->env->last_other_id = s.id;
    nj_deed_event(deed, 0, "swap", s.person,
                  "swap %lld: %s proposes to %s in %s", (long long)s.id,
                  s.person, s.with, s.schedule);
    ask_other(a, deed, &s);
    render(&a->w, &s, "proposed");
    return nj_answer_after(a, deed);
}

/* ---- answer -------------------------------------------------------------- */

/* The swap meant, which ALLOWED to answer is; NULL with the error set. */
static const struct nj_swap *find_for(struct nj_answering *a, int by_proposer)
{
    const struct nj_swap *s =
        nj_swaps_find(a->commander->swaps, a->req->command.id);
    const char *actor = a->req->command.actor;
    const char *allowed;

    if (s == NULL ||
        s->expires_ms <= nj_loop_wall_ms(a->commander->env->loop)) {
        (void)nj_err_set(&a->err, NJ_E_NOTFOUND,
                         "no swap %lld waits for an answer",
                         (long long)a->req->command.id);
        return NULL;
    }
    allowed = by_proposer ? s->person : s->with;
    if (!nj_str_eq(actor, allowed)) {
        (void)nj_err_set(&a->err, NJ_E_DENIED,
                         "only %s can do that (you are %s)", allowed,
                         actor == NULL ? "nobody" : actor);
        return NULL;
    }
    return s;
}

/* It ends without a change. */
static int end_it(struct nj_answering *a,
                  const struct nj_swap *found,
                  const char *what,
                  const char *reader)
{
    const struct nj_swap s = *found;
    const char *actor = nj_answer_actor(a);
    struct nj_deed *deed = nj_deed_begin(a->commander->ledger);
    char headline[HEADLINE_BYTES];
    char last[SENTENCE_BYTES] = "Nothing changes.\n";

    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    nj_swaps_drop(a->commander->swaps, deed, s.id);
    nj_deed_event(deed, 0, "swap", actor, "swap %lld %s by %s", (long long)s.id,
                  what, actor);
    (void)snprintf(headline, sizeof headline, "%s %s swap %lld in %s", actor,
                   what, (long long)s.id, s.schedule);
    if (a->req->command.text != NULL) {
        (void)snprintf(last, sizeof last, "%s says: %.200s\nNothing changes.\n",
                       actor, a->req->command.text);
    }
    tell(a, deed, &s, reader, headline, last);
    render(&a->w, &s, what);
    return nj_answer_after(a, deed);
}

int nj_verb_swap_decline(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_swap *s = find_for(a, 0);

    (void)commander;
    return s == NULL ? a->err.code : end_it(a, s, "declined", s->person);
}

int nj_verb_swap_cancel(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_swap *s = find_for(a, 1);

    (void)commander;
    return s == NULL ? a->err.code : end_it(a, s, "withdrawn", s->with);
}

/* One half: GAINER instead of LOSER in SPAN, as far as it is not over. */
static int add_half(struct nj_handing *h,
                    const char *gainer,
                    const char *loser,
                    const struct nj_swap_span *span)
{
    struct nj_answering *a = h->a;
    struct nj_rota rota = nj_roster_rota(a->commander->roster, h->schedule);
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);
    struct nj_swap_span rest = *span;

    if (span->until_ms == 0) {
        return 0;
    }
    rest.from_ms = rest.from_ms < now ? now : rest.from_ms;
    if (nj_swap_first(&rota, loser, &rest) == INT64_MAX) {
        return nj_err_set(&a->err, NJ_E_STATE,
                          "things have changed: %s is not on call then any "
                          "more; nothing was swapped",
                          loser);
    }
    nj_handing_add(h, gainer, loser, rest.from_ms, rest.until_ms);
    return 0;
}

static int accept_it(struct nj_answering *a, const struct nj_swap *found)
{
    struct nj_commander *c = a->commander;
    const struct nj_swap s = *found;
    char why[40];
    char headline[HEADLINE_BYTES];
    struct nj_handing h = {
        .a = a,
        .schedule = nj_plan_schedule(c->env->plan, s.schedule),
        .why = why,
        .is_told = 1,
    };
    struct nj_deed *deed;
    int code;

    (void)snprintf(why, sizeof why, "swap %lld", (long long)s.id);
    code = add_half(&h, s.with, s.person, &s.give);
    if (code == 0) {
        code = add_half(&h, s.person, s.with, &s.take);
    }
    if (code == 0) {
        code = nj_handing_try(&h, 0);
    }
    if (code != 0) {
        return code;
    }
    deed = nj_deed_begin(c->ledger);
    if (deed == NULL) {
        nj_handing_undo(&h);
        return NJ_E_NOMEM;
    }
    nj_handing_write(&h, deed);
    nj_swaps_drop(c->swaps, deed, s.id);
    nj_deed_event(deed, 0, "swap", s.with, "swap %lld accepted by %s",
                  (long long)s.id, s.with);
    (void)snprintf(headline, sizeof headline, "%s says yes: swap %lld in %s",
                   s.with, (long long)s.id, s.schedule);
    tell(a, deed, &s, s.person, headline, "It stands.\n");
    render(&a->w, &s, "accepted");
    return nj_answer_after(a, deed);
}

int nj_verb_swap_accept(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_swap *s = find_for(a, 0);

    (void)commander;
    return s == NULL ? a->err.code : accept_it(a, s);
}

int nj_verb_swap_list(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_swaps *swaps = commander->swaps;
    int64_t now = nj_loop_wall_ms(commander->env->loop);

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; i < swaps->count; i++) {
        if (swaps->list[i].expires_ms > now) {
            render(&a->w, &swaps->list[i], "proposed");
        }
    }
    nj_jw_close(&a->w, ']');
    return 0;
}
