/* What a reload does to what people made by hand. */

#include <stdio.h>

#include "base/log.h"
#include "watch/command.h"
#include "watch/news.h"

enum { HEADLINE_BYTES = 200, SENTENCE_BYTES = 300 };

struct turning {
    struct nj_commander *commander;
    struct nj_deed *deed;
};

static void tell_whom_it_concerns(const struct turning *t,
                                  const struct nj_override *o,
                                  const char *sentence)
{
    const char *const people[] = {o->made_by, o->person, o->instead_of};
    char headline[HEADLINE_BYTES];

    (void)snprintf(headline, sizeof headline,
                   "Override %lld on %s does not count any more",
                   (long long)o->id, o->schedule);
    for (int i = 0; i < 3; i++) {
        int told = people[i] == NULL ||
                   nj_plan_person(t->commander->env->plan, people[i]) == NULL;

        for (int k = 0; k < i; k++) {
            told |= people[k] == people[i];
        }
        if (!told) {
            (void)nj_news_tell(t->commander->outbox, t->deed, people[i],
                               NJ_NEWS_QUIET, headline, sentence);
        }
    }
}

static void on_turned(void *ctx, const struct nj_override *o, const char *gone)
{
    struct turning *t = ctx;
    char sentence[SENTENCE_BYTES];

    if (t->deed == NULL) {
        t->deed = nj_deed_begin(t->commander->ledger);
    }
    if (gone == NULL) {
        (void)snprintf(sentence, sizeof sentence,
                       "override %lld counts again: the configuration has all "
                       "whom it names",
                       (long long)o->id);
    } else {
        (void)snprintf(
            sentence, sizeof sentence,
            "override %lld (%s%s%s on %s) does not count: the "
            "configuration has no %s any more; the schedule stands "
            "as if it were not there",
            (long long)o->id, o->person == NULL ? "nobody" : o->person,
            o->instead_of == NULL ? "" : " instead of ",
            o->instead_of == NULL ? "" : o->instead_of, o->schedule, gone);
    }
    nj_log_warning("%s", sentence);
    if (t->deed == NULL) {
        return;
    }
    nj_deed_event(t->deed, 0, "override", NULL, "%s", sentence);
    if (gone != NULL) {
        tell_whom_it_concerns(t, o, sentence);
    }
}

void nj_commander_replan(struct nj_commander *commander)
{
    struct turning t = {commander, NULL};

    nj_swaps_replan(commander->swaps);
    nj_roster_replan(commander->roster, on_turned, &t);
    if (t.deed != NULL) {
        nj_deed_commit(t.deed);
    }
}
