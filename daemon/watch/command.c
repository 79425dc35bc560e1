#include "watch/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { ANSWER_BYTES = 16 << 20 };

static const struct {
    const char *name;
    nj_verb *verb;
} verbs[] = {
    {"ack", nj_verb_ack},
    {"calendar", nj_verb_calendar},
    {"calendar feed", nj_verb_calendar_feed},
    {"cover", nj_verb_cover},
    {"drill", nj_verb_drill},
    {"drill report", nj_verb_drill_report},
    {"escalate", nj_verb_escalate},
    {"explain", nj_verb_explain},
    {"list", nj_verb_list},
    {"log", nj_verb_log},
    {"mute", nj_verb_silence_add},
    {"note", nj_verb_note},
    {"oncall", nj_verb_oncall},
    {"override add", nj_verb_override_add},
    {"override list", nj_verb_override_list},
    {"override remove", nj_verb_override_remove},
    {"post", nj_verb_post},
    {"raise", nj_verb_raise},
    {"reassign", nj_verb_reassign},
    {"resolve", nj_verb_resolve},
    {"shifts", nj_verb_shifts_asked},
    {"show", nj_verb_show},
    {"silence add", nj_verb_silence_add},
    {"silence list", nj_verb_silence_list},
    {"silence remove", nj_verb_silence_remove},
    {"snooze", nj_verb_snooze},
    {"standing", nj_verb_standing},
    {"status", nj_verb_status},
    {"swap", nj_verb_swap},
    {"swap accept", nj_verb_swap_accept},
    {"swap cancel", nj_verb_swap_cancel},
    {"swap decline", nj_verb_swap_decline},
    {"swap list", nj_verb_swap_list},
    {"test", nj_verb_test},
    {"unack", nj_verb_unack},
    {"wrong", nj_verb_wrong},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static nj_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return verbs[i].verb;
        }
    }
    return NULL;
}

static int no_such_verb(struct nj_answering *a)
{
    const char *names[VERBS];
    const char *near;

    for (size_t i = 0; i < VERBS; i++) {
        names[i] = verbs[i].name;
    }
    near = nj_str_nearest(a->req->command.verb, names, VERBS);
    return nj_err_set(&a->err, NJ_E_NOTFOUND, "no verb '%s'%s%s%s",
                      a->req->command.verb,
                      near == NULL ? "" : "; did you mean '",
                      near == NULL ? "" : near, near == NULL ? "" : "'?");
}

void nj_answer_now(struct nj_answering *a, int status)
{
    struct nj_command_req *req = a->req;

    if (status == 0 && a->json.status != 0) {
        status = nj_err_set(&a->err, a->json.status,
                            "the answer is too long; ask for less");
    }
    if (status != 0 && a->err.code == 0) {
        (void)nj_err_set(&a->err, status, "%s", nj_code_name(status));
    }
    req->private_ = NULL;
    req->done(req, status, status == 0 ? nj_buf_text(&a->json) : NULL,
              status == 0 ? NULL : a->err.text);
    nj_buf_finish(&a->json);
    nj_batch_finish(&a->batch);
    free(a);
}

static void on_deferred(struct nj_defer *defer)
{
    struct nj_answering *a = defer->ctx;

    nj_answer_now(a, a->status);
}

static void on_durable(void *ctx, int status)
{
    nj_answer_now(ctx, status);
}

int nj_answer_after(struct nj_answering *a, struct nj_deed *deed)
{
    nj_deed_then(deed, on_durable, a);
    nj_deed_commit(deed);
    return NJ_ANSWER_LATER;
}

const char *nj_answer_actor(const struct nj_answering *a)
{
    const char *actor =
        nj_name(a->commander->env->names, a->req->command.actor);

    return actor == NULL ? "nightjar" : actor;
}

int nj_commander_run(void *ctx, struct nj_command_req *req)
{
    struct nj_commander *commander = ctx;
    nj_verb *verb = find_verb(req->command.verb);
    struct nj_answering *a = calloc(1, sizeof *a);
    int code;

    if (a == NULL) {
        return NJ_E_NOMEM;
    }
    a->commander = commander;
    a->req = req;
    req->private_ = a;
    nj_buf_init(&a->json, ANSWER_BYTES);
    nj_jw_init(&a->w, &a->json);
    code = verb == NULL ? no_such_verb(a) : verb(commander, a);
    if (code != NJ_ANSWER_LATER) {
        a->status = code;
        a->defer.ctx = a;
        nj_loop_defer(commander->env->loop, &a->defer, on_deferred);
    }
    return 0;
}
