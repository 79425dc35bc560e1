#include "watch/counsel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "oncall/advice.h"
#include "watch/news.h"

enum {
    ROUND_MS = 10 * 60000,
    DAY_FROM_HOUR = 9, /* people read mail between these hours */
    DAY_UNTIL_HOUR = 18,
    KEY_BYTES = 16 + 64,
    BODY_BYTES = 14 << 10,
};

static const char key_start[] = "advice/";

/* ---- who was told -------------------------------------------------------- */

static struct nj_counselled *find(struct nj_counsel *c, const char *person)
{
    for (size_t i = 0; i < c->done_count; i++) {
        if (c->done[i].person == person) {
            return &c->done[i];
        }
    }
    return NULL;
}

/* PERSON (interned) is done with until the end of DAY. */
static int mark(struct nj_counsel *c, const char *person, int64_t day)
{
    struct nj_counselled *found = find(c, person);

    if (found == NULL && c->done_count == c->done_room) {
        size_t room = c->done_room * 2 + 8;
        struct nj_counselled *grown = realloc(c->done, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        c->done = grown;
        c->done_room = room;
    }
    if (found == NULL) {
        found = &c->done[c->done_count++];
    }
    *found = (struct nj_counselled){person, day};
    return 0;
}

int nj_counsel_load(struct nj_counsel *c, const char *key, const char *value)
{
    const char *person;
    int64_t day = 0;

    if (!nj_str_starts(key, key_start) || nj_str_int(value, &day) != 0) {
        return 0;
    }
    person = nj_name(c->env->names, key + strlen(key_start));
    return person == NULL ? NJ_E_NOMEM : mark(c, person, day);
}

/* ---- a round ------------------------------------------------------------- */

static int64_t
clock_of(const struct nj_person *p, int64_t now_ms, int *out_hour)
{
    int second = 0;
    int64_t day = 0;

    if (p->zone != NULL) {
        day = nj_zone_day(p->zone, now_ms, &second);
    } else {
        day = now_ms / 86400000;
        second = (int)(now_ms % 86400000 / 1000);
    }
    *out_hour = second / 3600;
    return day;
}

/* Whether P may be told something now and was not asked after today. */
static int is_due(struct nj_counsel *c, const struct nj_person *p, int64_t now)
{
    const struct nj_counselled *done = find(c, p->name);
    int hour = 0;
    int64_t day = clock_of(p, now, &hour);

    return hour >= DAY_FROM_HOUR && hour < DAY_UNTIL_HOUR &&
           (done == NULL || done->day < day);
}

/* What there is to say to one person. */
struct letter {
    const struct nj_person *to;
    int64_t day;
    struct nj_buf body;
    size_t count;
};

/* The letters of one round. */
struct post_bag {
    struct nj_counsel *counsel;
    const char *nobody; /* who hears of what has no owner */
    struct letter *letters;
    size_t count;
};

/* The letter to OWNER, if they are to be told in this round. */
static struct letter *letter_to(const struct post_bag *bag, const char *owner)
{
    const char *to = owner != NULL ? owner : bag->nobody;

    for (size_t i = 0; i < bag->count; i++) {
        if (bag->letters[i].to->name == to) { /* names are interned */
            bag->letters[i].count++;
            return &bag->letters[i];
        }
    }
    return NULL;
}

static void on_advice(void *ctx, const struct nj_advice *advice)
{
    const struct post_bag *bag = ctx;
    const char *file = bag->counsel->env->plan->file;
    struct letter *letter = letter_to(bag, advice->owner);

    if (letter == NULL) {
        return;
    }
    (void)nj_buf_addf(&letter->body, "- %s", advice->text);
    if (advice->line > 0 && file != NULL) {
        (void)nj_buf_addf(&letter->body, " (%s:%d)", file, advice->line);
    }
    (void)nj_buf_addc(&letter->body, '\n');
}

/* What a reload made void belongs to what is wrong, too. */
static void add_void(const struct post_bag *bag)
{
    const struct nj_roster *roster = bag->counsel->roster;
    const struct nj_plan *plan = bag->counsel->env->plan;

    for (size_t i = roster->counting; i < roster->override_count; i++) {
        const struct nj_override *o = &roster->overrides[i];
        const struct nj_schedule *s = nj_plan_schedule(plan, o->schedule);
        struct letter *letter =
            letter_to(bag, s == NULL ? NULL : nj_advice_owner(plan, s));

        if (letter != NULL) {
            (void)nj_buf_addf(&letter->body,
                              "- override %lld on %s does not count: the "
                              "configuration has no %s; `nightjar override "
                              "remove %lld`, or bring them back\n",
                              (long long)o->id, o->schedule,
                              nj_roster_gone(plan, o), (long long)o->id);
        }
    }
}

static const char *operator_of(const struct nj_plan *plan)
{
    const struct nj_team *team = nj_plan_team(plan, plan->ops_team);

    if (team == NULL) {
        return NULL;
    }
    return team->owner != NULL      ? team->owner
           : team->people_count > 0 ? team->people[0]
                                    : NULL;
}

static void send_letter(struct nj_counsel *c, struct letter *letter)
{
    struct nj_deed *deed = nj_deed_begin(c->ledger);
    char headline[120];
    char key[KEY_BYTES];
    char value[24];

    if (deed == NULL) {
        return; /* tomorrow */
    }
    (void)snprintf(headline, sizeof headline,
                   "%zu thing%s to look at in your rota", letter->count,
                   letter->count == 1 ? "" : "s");
    (void)snprintf(key, sizeof key, "%s%s", key_start, letter->to->name);
    (void)snprintf(value, sizeof value, "%lld", (long long)letter->day);
    nj_txn_fact(nj_deed_txn(deed), key, value);
    (void)nj_news_tell(c->outbox, deed, letter->to->name, NJ_NEWS_QUIET,
                       headline,
                       letter->body.data == NULL ? "nightjar check says what."
                                                 : letter->body.data);
    nj_deed_event(deed, 0, "advice", letter->to->name, "%s is told: %s",
                  letter->to->name, headline);
    nj_deed_commit(deed);
}

/* A letter, empty yet, for everybody who is awake and was not told today. */
static void find_readers(struct post_bag *bag, int64_t now)
{
    struct nj_counsel *c = bag->counsel;
    const struct nj_plan *plan = c->env->plan;
    int hour;

    for (size_t i = 0; i < plan->people_count; i++) {
        const struct nj_person *p = &plan->people[i];
        struct letter *letter = &bag->letters[bag->count];

        if (is_due(c, p, now)) {
            *letter = (struct letter){.to = p, .day = clock_of(p, now, &hour)};
            nj_buf_init(&letter->body, BODY_BYTES);
            bag->count += mark(c, p->name, letter->day) == 0;
        }
    }
}

static void make_round(struct nj_counsel *c)
{
    const struct nj_plan *plan = c->env->plan;
    int64_t now = nj_loop_wall_ms(c->env->loop);
    struct post_bag bag = {
        .counsel = c,
        .nobody = operator_of(plan),
        .letters = calloc(plan->people_count + 1, sizeof *bag.letters),
    };

    if (bag.letters == NULL) {
        return; /* the next round */
    }
    find_readers(&bag, now);
    if (bag.count > 0) {
        if (nj_advise(plan, c->roster->overrides, c->roster->counting, now,
                      on_advice, &bag) != 0) {
            nj_log_warning("no memory to look at all of the rota");
        }
        add_void(&bag);
    }
    for (size_t i = 0; i < bag.count; i++) {
        if (bag.letters[i].count > 0) {
            send_letter(c, &bag.letters[i]);
        }
        nj_buf_finish(&bag.letters[i].body);
    }
    free(bag.letters);
}

static void arm(struct nj_counsel *c);

static void on_round(struct nj_timer *timer)
{
    struct nj_counsel *c = timer->ctx;

    if (c->env->plan->advise) {
        make_round(c);
    }
    arm(c);
}

static void arm(struct nj_counsel *c)
{
    c->timer.ctx = c;
    if (c->open && nj_timer_set(c->env->loop, &c->timer, ROUND_MS,
                                ROUND_MS / 10, on_round) != 0) {
        nj_log_error("no memory for the timer of the daily advice");
    }
}

void nj_counsel_open(struct nj_counsel *c)
{
    c->open = 1;
    arm(c);
}

void nj_counsel_close(struct nj_counsel *c)
{
    c->open = 0;
    nj_timer_stop(&c->timer);
}

void nj_counsel_finish(struct nj_counsel *c)
{
    nj_timer_stop(&c->timer);
    free(c->done);
    c->done = NULL;
    c->done_count = 0;
}
