/* Ringing past the store: when nothing can be written, people must hear that,
 * once, by whatever they can be reached. */

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "watch/compose.h"
#include "watch/opening.h"

struct unsaved {
    struct nj_send_req req; /* first: the channel gives this back */
    struct nj_composed composed;
    char title[160];
    char text[300];
};

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
    if (opener->env->bells.send(opener->env->bells.ctx, &u->req) != 0) {
        free(u);
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

        for (size_t j = 0; p != NULL && j < p->rule_count[NJ_LEVEL_CRITICAL];
             j++) {
            ring(opener, p, &p->rules[NJ_LEVEL_CRITICAL][j], title, text);
        }
    }
}
