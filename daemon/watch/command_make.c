/* Verbs that make something: raise, post, test, silences. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "watch/command.h"
#include "watch/render.h"

/* Whether TEXT says nothing; NULL does not. */
static int is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* ---- raise ------------------------------------------------------------- */

static const struct nj_policy *policy_for(struct nj_answering *a)
{
    const struct nj_plan *plan = a->commander->env->plan;
    const char *name = a->req->command.policy;

    if (name != NULL) {
        return nj_plan_policy(plan, name);
    }
    if (plan->ops_policy != NULL) {
        return nj_plan_policy(plan, plan->ops_policy);
    }
    return plan->policy_count > 0 ? &plan->policies[0] : NULL;
}

int nj_verb_raise(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    const struct nj_plan *plan = commander->env->plan;
    const struct nj_policy *policy = policy_for(a);
    const struct nj_brand *brand = nj_plan_brand(plan, c->brand);
    struct nj_opening opening = {
        .rule = nj_name(commander->env->names, "raised"),
        .policy = policy,
        .severity = c->severity == NJ_LEVEL_NONE ? NJ_LEVEL_HIGH : c->severity,
        .flags = NJ_ALERT_RAISED,
        .who = nj_answer_actor(a),
        .card = {.title = c->text, .excerpt = "", .url = c->url},
    };
    const struct nj_alert *alert;
    struct nj_deed *deed;

    if (is_blank(c->text)) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "what is the trouble? `nightjar raise TEXT`");
    }
    if (policy == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no policy '%s'",
                          c->policy == NULL ? "" : c->policy);
    }
    if (c->brand != NULL && brand == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no brand '%s'", c->brand);
    }
    opening.brand = brand == NULL ? NULL : brand->name;
    opening.team = policy->team != NULL ? policy->team
                   : brand != NULL      ? brand->team
                                        : plan->ops_team;
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    alert = nj_opener_raise(commander->opener, deed, &opening);
    if (alert != NULL) {
        nj_jw_open(&a->w, NULL, '{');
        nj_render_alert(&a->w, alert, &opening.card);
        nj_jw_close(&a->w, '}');
    }
    return nj_answer_after(a, deed);
}

/* ---- post -------------------------------------------------------------- */

static void on_taken(struct nj_intake_req *req, int status, size_t new_count)
{
    struct nj_answering *a = req->ctx;

    nj_jw_open(&a->w, NULL, '{');
    nj_jw_int(&a->w, "accepted", (int64_t)req->batch->count);
    nj_jw_int(&a->w, "new", (int64_t)new_count);
    nj_jw_close(&a->w, '}');
    nj_answer_now(a, status);
}

static int fill_post(struct nj_answering *a, struct nj_post *post)
{
    const struct nj_command *c = &a->req->command;
    struct nj_arena *arena = &a->batch.arena;
    struct nj_watch_env *env = a->commander->env;
    char id[64];

    (void)snprintf(
        id, sizeof id, "%lld-%016llx", (long long)nj_loop_wall_ms(env->loop),
        (unsigned long long)nj_hash_str(c->text == NULL ? c->title : c->text));
    post->id = nj_arena_strdup(arena, id);
    post->brand = c->brand != NULL             ? c->brand
                  : env->plan->brand_count > 0 ? env->plan->brands[0].name
                                               : NULL;
    post->text = c->text == NULL ? "" : c->text;
    post->title = c->title;
    post->author = c->author;
    post->url = c->url;
    post->seen_ms = nj_loop_wall_ms(env->loop);
    post->published_ms = post->seen_ms;
    if (c->place != NULL && nj_place_read(c->place, &post->place) != 0) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "no place '%s': own-page, mention, own-post or "
                          "elsewhere",
                          c->place);
    }
    return post->id == NULL ? NJ_E_NOMEM : 0;
}

int nj_verb_post(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    struct nj_post *post;
    int code;

    if (is_blank(c->text) && is_blank(c->title)) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "the post is empty: what does it say? "
                          "`nightjar post TEXT`");
    }
    if (c->brand != NULL &&
        nj_plan_brand(commander->env->plan, c->brand) == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no brand '%s'", c->brand);
    }
    a->batch.source = c->source == NULL ? "cli" : c->source;
    post = nj_batch_add(&a->batch, 1);
    code = post == NULL ? NJ_E_NOMEM : fill_post(a, post);
    if (code != 0) {
        return code;
    }
    a->intake.batch = &a->batch;
    a->intake.done = on_taken;
    a->intake.ctx = a;
    code = nj_intake_take(commander->intake, &a->intake);
    return code == 0 ? NJ_ANSWER_LATER : code;
}

/* ---- test -------------------------------------------------------------- */

static const struct nj_contact_step *contacts_of(const struct nj_person *p,
                                                 size_t *out_count)
{
    for (int level = NJ_LEVEL_CRITICAL; level > NJ_LEVEL_NONE; level--) {
        if (p->rule_count[level] > 0) {
            *out_count = p->rule_count[level];
            return p->rules[level];
        }
    }
    *out_count = 0;
    return NULL;
}

static int is_first_use(const struct nj_contact_step *contacts, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (nj_str_eq(contacts[i].channel, contacts[at].channel)) {
            return 0;
        }
    }
    return 1;
}

int nj_verb_test(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_person *person =
        nj_plan_person(commander->env->plan, a->req->command.person);
    const struct nj_contact_step *contacts;
    struct nj_deed *deed;
    size_t count = 0;

    if (person == NULL) {
        return nj_err_set(
            &a->err, NJ_E_NOTFOUND, "no person '%s'",
            a->req->command.person == NULL ? "" : a->req->command.person);
    }
    contacts = contacts_of(person, &count);
    if (count == 0) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND,
                          "%s has no contact at all: nobody could wake them",
                          person->name);
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        struct nj_page_wish wish = {
            .person = person->name,
            .channel = contacts[i].channel,
            .target = contacts[i].target,
            .kind = NJ_PAGE_TEST,
            .contact = (uint8_t)i,
            .first = 1,
        };

        if (is_first_use(contacts, i)) {
            nj_outbox_add(commander->outbox, deed, &wish);
            nj_jw_text(&a->w, NULL, contacts[i].channel);
        }
    }
    nj_jw_close(&a->w, ']');
    nj_deed_event(deed, 0, "test", person->name, "%s tests the contacts of %s",
                  nj_answer_actor(a), person->name);
    return nj_answer_after(a, deed);
}

/* ---- silences ---------------------------------------------------------- */

int nj_verb_silence_add(struct nj_commander *commander, struct nj_answering *a)
{
    const struct nj_command *c = &a->req->command;
    struct nj_watch_env *env = commander->env;
    int64_t now = nj_loop_wall_ms(env->loop);
    struct nj_silence s = {
        .id = env->last_other_id + 1,
        .from_ms = c->from_ms == 0 ? now : c->from_ms,
        .until_ms = c->until_ms != 0
                        ? c->until_ms
                        : (c->from_ms == 0 ? now : c->from_ms) + c->for_ms,
        .brand = c->brand,
        .rule = c->rule,
        .source = c->source,
        .author = c->author,
        .made_by = nj_answer_actor(a),
        .note = c->text,
    };
    struct nj_deed *deed;

    if (s.until_ms <= s.from_ms) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "for how long? --for 2h, or --until TIME");
    }
    if (s.brand == NULL && s.rule == NULL && s.source == NULL &&
        s.author == NULL) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "silence what? --brand, --rule, --source or "
                          "--author");
    }
    if (s.brand != NULL && nj_plan_brand(env->plan, s.brand) == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no brand '%s'", s.brand);
    }
    if (s.rule != NULL && nj_plan_rule(env->plan, s.rule) == NULL) {
        return nj_err_set(&a->err, NJ_E_NOTFOUND,
                          "no rule '%s'; quote a name of several words",
                          s.rule);
    }
    deed = nj_deed_begin(commander->ledger);
    if (deed == NULL || nj_roster_add_silence(commander->roster, &s) != 0) {
        if (deed != NULL) {
            nj_deed_drop(deed);
        }
        return NJ_E_NOMEM;
    }
    env->last_other_id++;
    nj_txn_silence(nj_deed_txn(deed), &s);
    nj_deed_event(deed, 0, "silence", nj_answer_actor(a),
                  "silence %lld by %s%s%s", (long long)s.id, nj_answer_actor(a),
                  c->text == NULL ? "" : ": ", c->text == NULL ? "" : c->text);
    nj_render_silence(&a->w, &s);
    return nj_answer_after(a, deed);
}

int nj_verb_silence_remove(struct nj_commander *commander,
                           struct nj_answering *a)
{
    int64_t id = a->req->command.id;
    const char *actor = nj_answer_actor(a);
    struct nj_deed *deed = nj_deed_begin(commander->ledger);

    if (deed == NULL) {
        return NJ_E_NOMEM;
    }
    if (!nj_roster_remove_silence(commander->roster, id)) {
        nj_deed_drop(deed);
        return nj_err_set(&a->err, NJ_E_NOTFOUND, "no silence %lld",
                          (long long)id);
    }
    nj_txn_silence_remove(nj_deed_txn(deed), id);
    nj_deed_event(deed, 0, "silence", actor, "silence %lld removed by %s",
                  (long long)id, actor);
    nj_jw_open(&a->w, NULL, '{');
    nj_jw_int(&a->w, "removed", id);
    nj_jw_close(&a->w, '}');
    return nj_answer_after(a, deed);
}
