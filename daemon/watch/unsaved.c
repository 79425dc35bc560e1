/* Ringing past the store: when nothing can be written, people must hear that,
 * once, by whatever they can be reached. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "watch/compose.h"
#include "watch/opening.h"

struct unsaved {
    struct nj_send_req req; /* first: the channel gives this back */
    struct nj_composed composed;
    char title[160];
    char text[300];
};

/* What the message wears instead of the number of a stored page. */
static void name_it(const struct nj_opener *opener, struct unsaved *u)
{
    const struct nj_person *person =
        nj_plan_person(opener->env->plan, u->composed.message.person);
    uint64_t who = nj_hash_str(person->name) ^ nj_hash_str(u->req.channel) ^
                   nj_hash_str(u->req.target == NULL ? "" : u->req.target);

    (void)snprintf(u->composed.key, sizeof u->composed.key, "%s-%llx-%016llx",
                   opener->env->instance,
                   (unsigned long long)nj_loop_wall_ms(opener->env->loop),
                   (unsigned long long)who);
}

static void on_sent(struct nj_send_req *req, int status)
{
    if (status != 0 && status != NJ_E_CANCELED) {
        nj_log_error("nightjar's own alarm did not leave by %s: %s",
                     req->channel, req->fault);
    }
    free(req); /* the first member of struct unsaved */
}

static void ring(struct nj_opener *opener,
                 const struct nj_person *person,
                 const struct nj_contact_step *contact,
                 const char *title,
                 const char *text)
{
    struct unsaved *u = calloc(1, sizeof *u);
    struct nj_page page = {.kind = NJ_PAGE_TELL, .first = 1};

    if (u == NULL) {
        nj_log_error("no memory to ring %s", person->name);
        return;
    }
    (void)strncpy(u->title, title, sizeof u->title - 1);
    (void)strncpy(u->text, text, sizeof u->text - 1);
    page.person = person->name;
    nj_compose(opener->env, &page, NULL, NULL, 0, &u->composed);
    u->composed.message.headline = u->title;
    u->composed.message.note = u->text;
    u->composed.message.severity = NJ_LEVEL_CRITICAL;
    u->req.channel = contact->channel;
    u->req.target = contact->target;
    u->req.message = &u->composed.message;
    u->req.done = on_sent;
    name_it(opener, u);
    if (opener->env->bells.send(opener->env->bells.ctx, &u->req) != 0) {
        nj_log_error("nightjar's own alarm did not leave by %s: %s",
                     contact->channel, title);
        free(u);
    }
}

/* By all rules for the worst; by email when there are none. */
static void ring_all(struct nj_opener *opener,
                     const struct nj_person *p,
                     const char *title,
                     const char *text)
{
    const struct nj_contact_step email = {.channel = p->email_channel,
                                          .target = p->email};
    size_t count = p->rule_count[NJ_LEVEL_CRITICAL];

    for (size_t i = 0; i < count; i++) {
        ring(opener, p, &p->rules[NJ_LEVEL_CRITICAL][i], title, text);
    }
    if (count == 0 && p->email != NULL && p->email_channel != NULL) {
        ring(opener, p, &email, title, text);
    }
}

void nj_opener_ring_unsaved(struct nj_opener *opener,
                            const char *title,
                            const char *text)
{
    const struct nj_plan *plan = opener->env->plan;
    const struct nj_team *team = nj_plan_team(plan, plan->ops_team);

    for (size_t i = 0; team != NULL && i < team->people_count; i++) {
        const struct nj_person *p = nj_plan_person(plan, team->people[i]);

        if (p != NULL) {
            ring_all(opener, p, title, text);
        }
    }
}
