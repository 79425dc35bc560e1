#include "watch/calendars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

enum { KEPT_BYTES = 8 << 20 };

static const char fact_said[] = "calendar:";
static const char fact_key[] = "calendar-key:";
static const char of_schedule[] = "schedule/";
static const char of_person[] = "person/";

/* ---- life -------------------------------------------------------------- */

static void free_calendar(struct nj_calendar *calendar)
{
    nj_publication_finish(&calendar->said);
    free(calendar->name);
    free(calendar);
}

void nj_calendars_finish(struct nj_calendars *c)
{
    while (c->list != NULL) {
        struct nj_calendar *next = c->list->next;

        free_calendar(c->list);
        c->list = next;
    }
    while (c->keys != NULL) {
        struct nj_calendar_key *next = c->keys->next;

        free(c->keys->holder);
        free(c->keys);
        c->keys = next;
    }
}

static struct nj_calendar *find(const struct nj_calendars *c, const char *name)
{
    for (struct nj_calendar *k = c->list; k != NULL; k = k->next) {
        if (strcmp(k->name, name) == 0) {
            return k;
        }
    }
    return NULL;
}

/* The feed NAME, made when it is not there; NULL when memory ran out. */
static struct nj_calendar *make(struct nj_calendars *c, const char *name)
{
    struct nj_calendar *calendar = find(c, name);

    if (calendar != NULL) {
        return calendar;
    }
    calendar = calloc(1, sizeof *calendar);
    if (calendar != NULL) {
        calendar->name = strdup(name);
        if (calendar->name == NULL) {
            free(calendar);
            return NULL;
        }
        calendar->next = c->list;
        c->list = calendar;
    }
    return calendar;
}

static struct nj_calendar_key *find_key(const struct nj_calendars *c,
                                        const char *holder)
{
    struct nj_calendar_key *key = c->keys;

    while (key != NULL && strcmp(key->holder, holder) != 0) {
        key = key->next;
    }
    return key;
}

static int set_key(struct nj_calendars *c, const char *holder, uint32_t number)
{
    struct nj_calendar_key *key = find_key(c, holder);

    if (key == NULL) {
        key = calloc(1, sizeof *key);
        if (key == NULL) {
            return NJ_E_NOMEM;
        }
        key->holder = strdup(holder);
        if (key->holder == NULL) {
            free(key);
            return NJ_E_NOMEM;
        }
        key->next = c->keys;
        c->keys = key;
    }
    key->generation = number;
    return 0;
}

int nj_calendars_load(struct nj_calendars *c,
                      const char *key,
                      const char *value)
{
    struct nj_calendar *calendar;
    struct nj_err err = {0};
    int64_t number;
    int code;

    if (nj_str_starts(key, fact_key)) {
        return nj_str_int(value, &number) != 0 || number < 1 ||
                       number > UINT32_MAX
                   ? 0
                   : set_key(c, key + strlen(fact_key), (uint32_t)number);
    }
    if (!nj_str_starts(key, fact_said)) {
        return 0;
    }
    calendar = make(c, key + strlen(fact_said));
    if (calendar == NULL) {
        return NJ_E_NOMEM;
    }
    code = nj_publication_read(value, strlen(value), &calendar->said, &err);
    if (code == NJ_E_INVALID || code == NJ_E_TOOBIG) {
        nj_log_warning("calendar %s: what it said is lost: %s", calendar->name,
                       err.text);
        return 0;
    }
    return code;
}

/* ---- who may ----------------------------------------------------------- */

static int is_planned(const struct nj_plan *plan, const char *name)
{
    if (nj_str_starts(name, of_schedule)) {
        return nj_plan_schedule(plan, name + strlen(of_schedule)) != NULL;
    }
    return nj_str_starts(name, of_person) &&
           nj_plan_person(plan, name + strlen(of_person)) != NULL;
}

int nj_calendars_knows(const struct nj_calendars *c, const char *name)
{
    return is_planned(c->env->plan, name) || find(c, name) != NULL;
}

int nj_calendars_may(const struct nj_calendars *c,
                     const char *holder,
                     const char *name)
{
    const struct nj_person *person = nj_plan_person(c->env->plan, holder);

    if (person == NULL) {
        return strcmp(holder, "operator") == 0;
    }
    return nj_str_starts(name, of_schedule) ||
           (nj_str_starts(name, of_person) &&
            strcmp(name + strlen(of_person), holder) == 0);
}

uint32_t nj_calendars_generation(const struct nj_calendars *c,
                                 const char *holder)
{
    const struct nj_calendar_key *key = find_key(c, holder);

    return key == NULL ? 1 : key->generation;
}

int nj_calendars_revoke(struct nj_calendars *c,
                        struct nj_deed *deed,
                        const char *holder)
{
    uint32_t next = nj_calendars_generation(c, holder) + 1;
    char key[sizeof fact_key + NJ_LIMIT_NAME_BYTES];
    char value[16];

    if (set_key(c, holder, next) != 0) {
        return NJ_E_NOMEM;
    }
    (void)snprintf(key, sizeof key, "%s%s", fact_key, holder);
    (void)snprintf(value, sizeof value, "%lu", (unsigned long)next);
    nj_txn_fact(nj_deed_txn(deed), key, value);
    return 0;
}

/* ---- what they say ----------------------------------------------------- */

/* What CALENDAR is about, by the plan of the day; ROTAS has room for all
 * schedules. */
static struct nj_feed feed_of(const struct nj_calendars *c,
                              const struct nj_calendar *calendar,
                              struct nj_rota *rotas)
{
    const struct nj_plan *plan = c->env->plan;
    struct nj_feed feed = {
        .name = calendar->name, .salt = c->env->instance, .rotas = rotas};
    const char *schedule = NULL;

    if (nj_str_starts(calendar->name, of_person)) {
        feed.person = calendar->name + strlen(of_person);
    } else {
        schedule = calendar->name + strlen(of_schedule);
    }
    if (feed.person != NULL && nj_plan_person(plan, feed.person) == NULL) {
        return feed; /* no longer with us */
    }
    for (size_t i = 0; i < plan->schedule_count; i++) {
        const struct nj_schedule *s = &plan->schedules[i];

        if (schedule == NULL || strcmp(s->name, schedule) == 0) {
            rotas[feed.rota_count++] = nj_roster_rota(c->roster, s);
        }
    }
    return feed;
}

/* Write what CALENDAR says into a deed of its own, *OUT_DEED. */
static int keep(struct nj_calendars *c,
                const struct nj_calendar *calendar,
                const struct nj_publication *said,
                struct nj_deed **out_deed)
{
    struct nj_deed *deed = nj_deed_begin(c->ledger);
    struct nj_buf key, value;
    int code;

    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    nj_buf_init(&key,
                sizeof fact_said + NJ_LIMIT_NAME_BYTES + sizeof of_schedule);
    nj_buf_init(&value, KEPT_BYTES);
    (void)nj_buf_addf(&key, "%s%s", fact_said, calendar->name);
    nj_publication_write(said, &value);
    code = key.status != 0 ? key.status : value.status;
    if (code == 0) {
        nj_txn_fact(nj_deed_txn(deed), nj_buf_text(&key), nj_buf_text(&value));
        *out_deed = deed;
    } else {
        nj_deed_drop(deed);
    }
    nj_buf_finish(&key);
    nj_buf_finish(&value);
    return code;
}

/* Renew CALENDAR and, when OUT is not NULL, tell it there. */
static int renew(struct nj_calendars *c,
                 struct nj_calendar *calendar,
                 struct nj_buf *out,
                 struct nj_deed **out_deed)
{
    struct nj_rota *rotas =
        calloc(c->env->plan->schedule_count + 1, sizeof *rotas);
    struct nj_publication said;
    struct nj_feed feed;
    int changed = 0;
    int code;

    *out_deed = NULL;
    if (rotas == NULL) {
        return NJ_E_NOMEM;
    }
    feed = feed_of(c, calendar, rotas);
    code = nj_publication_renew(&calendar->said, &feed,
                                nj_loop_wall_ms(c->env->loop), &said, &changed);
    if (code == 0 && changed) {
        code = keep(c, calendar, &said, out_deed);
        if (code != 0) {
            nj_publication_finish(&said);
        }
    }
    if (code == 0) {
        nj_publication_finish(&calendar->said);
        calendar->said = said;
        if (out != NULL) {
            nj_publication_ics(&calendar->said, &feed, out);
        }
    }
    free(rotas);
    return code;
}

int nj_calendars_read(struct nj_calendars *c,
                      const char *name,
                      struct nj_buf *out,
                      struct nj_deed **out_deed)
{
    struct nj_calendar *calendar = make(c, name);

    *out_deed = NULL;
    return calendar == NULL ? NJ_E_NOMEM : renew(c, calendar, out, out_deed);
}

static void renew_one(struct nj_calendars *c, struct nj_calendar *calendar)
{
    struct nj_deed *deed;

    if (renew(c, calendar, NULL, &deed) != 0) {
        nj_log_warning("calendar %s could not be renewed; the next reading "
                       "will",
                       calendar->name);
    } else if (deed != NULL) {
        nj_deed_commit(deed);
    }
}

/* One each turn: a house of hundreds would hold the loop up. */
static void on_deferred(struct nj_defer *defer)
{
    struct nj_calendars *c = defer->ctx;

    renew_one(c, c->next);
    c->next = c->next->next;
    if (c->next != NULL) {
        nj_loop_defer(c->env->loop, &c->defer, on_deferred);
    }
}

void nj_calendars_renew(struct nj_calendars *c)
{
    int under_way = c->next != NULL;

    c->next = c->list;
    if (!under_way && c->next != NULL) {
        c->defer.ctx = c;
        nj_loop_defer(c->env->loop, &c->defer, on_deferred);
    }
}

static void
renew_named(struct nj_calendars *c, const char *kind, const char *what)
{
    for (struct nj_calendar *k = c->list; what != NULL && k != NULL;
         k = k->next) {
        if (nj_str_starts(k->name, kind) &&
            strcmp(k->name + strlen(kind), what) == 0) {
            renew_one(c, k);
        }
    }
}

/* What is about to be forgotten is told by those it was about first. */
static void on_roster(void *ctx, const struct nj_override *over)
{
    struct nj_calendars *c = ctx;

    if (over == NULL) {
        nj_calendars_renew(c);
        return;
    }
    renew_named(c, of_schedule, over->schedule);
    renew_named(c, of_person, over->person);
    renew_named(c, of_person, over->instead_of);
}

void nj_calendars_init(struct nj_calendars *c,
                       struct nj_watch_env *env,
                       struct nj_ledger *ledger,
                       struct nj_roster *roster)
{
    *c = (struct nj_calendars){.env = env, .ledger = ledger, .roster = roster};
    roster->on_change = on_roster;
    roster->on_change_ctx = c;
}
