/* Verbs about calendar feeds: `calendar` gives URLs to subscribe to and takes
 * them back; `calendar feed` is what such a URL answers. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "watch/calendars.h"
#include "watch/command.h"

enum {
    FEED_BYTES = 4 << 20, /* eight thousand shifts */
    URL_BYTES = 1024,
    NAME_BYTES = NJ_LIMIT_NAME_BYTES + 16,
};

/* ---- calendar ---------------------------------------------------------- */

static int write_url(struct nj_answering *a, const char *name)
{
    const struct nj_watch_env *env = a->commander->env;
    const struct nj_calendars *c = a->commander->calendars;
    const char *holder = nj_answer_actor(a);
    char url[URL_BYTES] = "";

    if (env->calendar_url != NULL) {
        env->calendar_url(env->ack_url_ctx, name, holder,
                          nj_calendars_generation(c, holder), url, sizeof url);
    }
    if (url[0] == '\0') {
        return nj_err_set(
            &a->err, NJ_E_STATE,
            "calendars are read over HTTP: set daemon.http.listen "
            "and daemon.http.public_url first");
    }
    nj_jw_open(&a->w, NULL, '{');
    nj_jw_text(&a->w, "calendar", name);
    nj_jw_text(&a->w, "url", url);
    nj_jw_close(&a->w, '}');
    return 0;
}

/* WANTED, or the schedule or person of that name, as a feed's name. */
static int
find_name(struct nj_answering *a, const char *wanted, char out[NAME_BYTES])
{
    const struct nj_calendars *c = a->commander->calendars;
    static const char *const kinds[] = {"", "schedule/", "person/"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int n = snprintf(out, NAME_BYTES, "%s%s", kinds[i], wanted);

        if (n > 0 && n < NAME_BYTES && nj_calendars_knows(c, out)) {
            return 0;
        }
    }
    return nj_err_set(&a->err, NJ_E_NOTFOUND,
                      "no schedule or person '%s'; write schedule/NAME or "
                      "person/NAME",
                      wanted);
}

static int write_one(struct nj_answering *a, const char *wanted)
{
    char name[NAME_BYTES];
    int code = find_name(a, wanted, name);

    if (code == 0 &&
        !nj_calendars_may(a->commander->calendars, nj_answer_actor(a), name)) {
        return nj_err_set(&a->err, NJ_E_DENIED,
                          "%s is somebody else's calendar: they can give you "
                          "their URL, or subscribe to a schedule",
                          name);
    }
    return code == 0 ? write_url(a, name) : code;
}

static int write_all(struct nj_answering *a)
{
    const struct nj_plan *plan = a->commander->env->plan;
    char name[NAME_BYTES];
    int code = 0;

    if (nj_plan_person(plan, nj_answer_actor(a)) != NULL) {
        (void)snprintf(name, sizeof name, "person/%s", nj_answer_actor(a));
        code = write_url(a, name);
    }
    for (size_t i = 0; code == 0 && i < plan->schedule_count; i++) {
        (void)snprintf(name, sizeof name, "schedule/%s",
                       plan->schedules[i].name);
        code = write_url(a, name);
    }
    return code;
}

int nj_verb_calendar(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    const char *holder = nj_answer_actor(a);
    struct nj_deed *deed = NULL;
    int code = 0;

    if (nj_str_eq(c->filter, "revoke")) {
        deed = nj_deed_begin(commander->ledger);
        if (deed == NULL) {
            return NJ_E_NOMEM;
        }
        code = nj_calendars_revoke(commander->calendars, deed, holder);
        nj_deed_event(deed, 0, "calendar", holder,
                      "%s takes back the calendar URLs given so far", holder);
    }
    if (code == 0) {
        nj_jw_open(&a->w, NULL, '[');
        code = c->text == NULL ? write_all(a) : write_one(a, c->text);
        nj_jw_close(&a->w, ']');
    }
    if (deed != NULL && code == 0) {
        return nj_answer_after(a, deed);
    }
    if (deed != NULL) {
        nj_deed_commit(deed); /* taken back all the same */
    }
    return code;
}

/* ---- calendar feed ----------------------------------------------------- */

int nj_verb_calendar_feed(struct nj_commander *commander,
                          struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    struct nj_calendars *calendars = commander->calendars;
    const char *name = c->text == NULL ? "" : c->text;
    struct nj_deed *deed = NULL;
    struct nj_buf text;
    int code;

    if (!nj_calendars_knows(calendars, name)) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no calendar '%s'", name);
    }
    if (!nj_calendars_may(calendars, nj_answer_actor(a), name) ||
        c->generation !=
            nj_calendars_generation(calendars, nj_answer_actor(a))) {
        return nj_err_set(&a->err, NJ_E_DENIED,
                          "this URL was taken back; `nightjar calendar` gives "
                          "another");
    }
    nj_buf_init(&text, FEED_BYTES);
    code = nj_calendars_read(calendars, name, &text, &deed);
    if (code == 0) {
        nj_jw_open(&a->w, NULL, '{');
        nj_jw_text(&a->w, "ics", nj_buf_text(&text));
        nj_jw_close(&a->w, '}');
        a->json.status = a->json.status == 0 ? text.status : a->json.status;
    }
    nj_buf_finish(&text);
    return deed == NULL ? code : nj_answer_after(a, deed);
}
