#include "watch/opening.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "watch/card.h"

enum {
    FLAPPING_FROM = 3,          /* calls of the same trouble */
    OWN_REOPEN_MS = 30 * 60000, /* nightjar's own trouble, again so soon */
};

/* ---- who hears of it without a climb ----------------------------------- */

static void mail_one(struct nj_opener *opener,
                     struct nj_deed *deed,
                     const struct nj_alert *alert,
                     const char *person,
                     const char *channel,
                     const char *target,
                     const struct nj_card *card)
{
    struct nj_page_wish wish = {
        .alert = alert,
        .person = person,
        .channel = channel,
        .target = target,
        .kind = NJ_PAGE_MAIL,
        .first = 1,
        .card = card,
    };

    nj_outbox_add(opener->outbox, deed, &wish);
}

/* Whether ALERT must not go by CHANNEL, because that does not work. */
static int is_barred(const struct nj_opener *opener,
                     const struct nj_alert *alert,
                     const char *channel)
{
    return (alert->flags & NJ_ALERT_OPS) != 0 &&
           opener->is_lame(opener->is_lame_ctx, channel);
}

/* The first of PERSON's contacts, of the worst level first, on a channel that
 * works. */
static int find_other_way(const struct nj_opener *opener,
                          const struct nj_person *p,
                          struct nj_contact_step *out)
{
    for (int level = NJ_LEVEL_CRITICAL; level >= NJ_LEVEL_NONE; level--) {
        for (size_t i = 0; i < p->rule_count[level]; i++) {
            const struct nj_contact_step *way = &p->rules[level][i];

            if (!opener->is_lame(opener->is_lame_ctx, way->channel)) {
                *out = *way;
                return 1;
            }
        }
    }
    return 0;
}

/* Email; when that is barred another way, and when there is none, email all
 * the same: it is tried until it works again. */
static int find_way(const struct nj_opener *opener,
                    const struct nj_alert *alert,
                    const struct nj_person *p,
                    struct nj_contact_step *out)
{
    int has_email = p->email != NULL && p->email_channel != NULL;

    if (has_email && is_barred(opener, alert, p->email_channel) &&
        find_other_way(opener, p, out)) {
        return 1;
    }
    *out = (struct nj_contact_step){.channel = p->email_channel,
                                    .target = p->email};
    return has_email;
}

static size_t mail_people(struct nj_opener *opener,
                          struct nj_deed *deed,
                          const struct nj_alert *alert,
                          const struct nj_team *team,
                          const struct nj_card *card)
{
    const struct nj_plan *plan = opener->env->plan;
    size_t told = 0;

    for (size_t i = 0; i < team->people_count; i++) {
        const struct nj_person *p = nj_plan_person(plan, team->people[i]);
        struct nj_contact_step way;

        if (p != NULL && find_way(opener, alert, p, &way)) {
            mail_one(opener, deed, alert, p->name, way.channel, way.target,
                     card);
            told++;
        }
    }
    return told;
}

void nj_opener_mail_team(struct nj_opener *opener,
                         struct nj_deed *deed,
                         const struct nj_alert *alert,
                         const char *team_name,
                         const struct nj_card *card)
{
    const struct nj_plan *plan = opener->env->plan;
    const struct nj_team *team = nj_plan_team(plan, team_name);
    size_t told = 0;

    if (team != NULL && team->email != NULL && plan->mail_channel != NULL &&
        !is_barred(opener, alert, plan->mail_channel)) {
        mail_one(opener, deed, alert, NULL, plan->mail_channel, team->email,
                 card);
        told = 1;
    } else if (team != NULL) {
        told = mail_people(opener, deed, alert, team, card);
    }
    if (told == 0) {
        nj_deed_event(deed, alert->id, "skipped", NULL,
                      "nobody to mail: %s%s has no address",
                      team_name == NULL ? "no team is named" : "team ",
                      team_name == NULL ? "; the alert" : team_name);
    }
}

/* ---- opening ----------------------------------------------------------- */

/* ALERT, filled but for its climb, starts: by its policy, or quietly. */
static int start_climb(struct nj_opener *opener,
                       struct nj_deed *deed,
                       struct nj_alert *alert,
                       const struct nj_card *card)
{
    struct nj_esc_event event = {
        .kind = NJ_ESC_OPEN,
        .now_ms = nj_loop_wall_ms(opener->env->loop),
    };

    if (alert->policy == NULL) {
        nj_txn_alert(nj_deed_txn(deed), alert, card);
        return 0;
    }
    return nj_climber_run(opener->climber, deed, alert, &event, card, NULL);
}

static void tell_quietly(struct nj_opener *opener,
                         struct nj_deed *deed,
                         const struct nj_alert *alert,
                         const struct nj_verdict *verdict,
                         const struct nj_card *card)
{
    switch (verdict->reach) {
    case NJ_REACH_TEAM:
        nj_opener_mail_team(opener, deed, alert, verdict->team, card);
        break;
    case NJ_REACH_CHANNEL:
        mail_one(opener, deed, alert, NULL, verdict->channel, NULL, card);
        break;
    case NJ_REACH_NOBODY:
    case NJ_REACH_POLICY:
        break;
    }
}

static struct nj_alert *open_new(struct nj_opener *opener,
                                 struct nj_deed *deed,
                                 const struct nj_trouble *keys,
                                 size_t key_count,
                                 const struct nj_alert *like)
{
    int64_t now = nj_loop_wall_ms(opener->env->loop);
    struct nj_alert *alert = nj_alerts_add(opener->alerts, keys, key_count);

    if (alert == NULL) {
        nj_deed_spoil(deed);
        return NULL;
    }
    alert->rule = like->rule;
    alert->brand = like->brand;
    alert->team = like->team;
    alert->policy = like->policy;
    alert->severity = like->severity;
    alert->ends_ms = like->ends_ms;
    nj_alerts_flag(opener->alerts, alert, like->flags);
    alert->simhash = like->simhash;
    alert->posts = like->posts;
    alert->opened_ms = now;
    alert->touched_ms = now;
    if (like->flags & NJ_ALERT_DRILL) {
        opener->env->stats.drills++;
    } else {
        opener->env->stats.alerts_opened++;
    }
    return alert;
}

static void story_of_opening(struct nj_deed *deed,
                             const struct nj_alert *alert,
                             const struct nj_card *card)
{
    size_t cut = nj_utf8_cut(card->excerpt, strlen(card->excerpt), 100);

    nj_deed_event(
        deed, alert->id, "opened", NULL, "%s on %s%s%s: \"%.*s%s\" (%s)",
        card->title, card->source, card->author == NULL ? "" : " by ",
        card->author == NULL ? "" : card->author, (int)cut, card->excerpt,
        card->excerpt[cut] == '\0' ? "" : "...", card->why);
}

static struct nj_alert *open_for_post(struct nj_opener *opener,
                                      struct nj_deed *deed,
                                      const struct nj_post *post,
                                      const struct nj_score *score,
                                      const struct nj_verdict *verdict,
                                      const struct nj_trouble *keys,
                                      size_t key_count,
                                      const struct nj_card *card)
{
    const struct nj_plan *plan = opener->env->plan;
    const struct nj_policy *policy = verdict->reach == NJ_REACH_POLICY
                                         ? nj_plan_policy(plan, verdict->policy)
                                         : NULL;
    struct nj_alert like = {
        .rule = verdict->names->name,
        .brand = nj_name(opener->env->names, post->brand),
        .team = verdict->team,
        .policy = nj_alerts_policy(opener->alerts, policy, deed),
        .severity = (uint8_t)verdict->severity,
        .flags = policy == NULL ? NJ_ALERT_QUIET : 0,
        .simhash = score->simhash,
        .posts = 1,
    };
    struct nj_alert *alert = open_new(opener, deed, keys, key_count, &like);

    if (alert == NULL) {
        return NULL;
    }
    story_of_opening(deed, alert, card);
    if (start_climb(opener, deed, alert, card) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    tell_quietly(opener, deed, alert, verdict, card);
    return alert;
}

/* ---- joining ----------------------------------------------------------- */

/* What a further post means to ALERT. */
struct joining {
    struct nj_opener *opener;
    struct nj_deed *deed;
    struct nj_alert *alert;
    const struct nj_verdict *verdict;
    int worse;
};

/* No policy, no climb: told by mail or channel until it must wake people. */
static void make_quiet(const struct joining *j)
{
    nj_alerts_unref(j->opener->alerts, j->alert->policy);
    j->alert->policy = NULL;
    j->alert->flags |= NJ_ALERT_QUIET;
}

/* In hours it was quiet; now it reaches people. Returns whether it does. */
static int make_loud(const struct joining *j)
{
    const struct nj_policy *policy =
        j->verdict->reach == NJ_REACH_POLICY
            ? nj_plan_policy(j->opener->env->plan, j->verdict->policy)
            : NULL;

    if (policy == NULL) {
        return 0;
    }
    j->alert->policy = nj_alerts_policy(j->opener->alerts, policy, j->deed);
    j->alert->flags &= (uint8_t)~NJ_ALERT_QUIET;
    return j->alert->policy != NULL;
}

/* The event that this is to the climb; KINDS for none. Who acknowledged a
 * quiet alert has it: they are told when it gets worse, nobody is woken; one
 * that was snoozed sleeps on unless it gets worse. */
static enum nj_esc_kind event_of_joining(const struct joining *j)
{
    struct nj_alert *alert = j->alert;
    enum nj_alert_state state = (enum nj_alert_state)alert->climb.state;

    if (state == NJ_ALERT_ACKED) {
        return j->worse ? NJ_ESC_WORSE : NJ_ESC_KINDS;
    }
    if (state == NJ_ALERT_RESOLVED && alert->policy != NULL &&
        j->verdict->reach != NJ_REACH_POLICY) {
        make_quiet(j); /* closed at night, again by day */
    }
    if (alert->policy == NULL) {
        int sleeps = state == NJ_ALERT_SNOOZED && !j->worse;

        return !sleeps && make_loud(j) ? NJ_ESC_OPEN : NJ_ESC_KINDS;
    }
    if (state == NJ_ALERT_RESOLVED) {
        return NJ_ESC_OPEN;
    }
    return j->worse ? NJ_ESC_WORSE : NJ_ESC_KINDS;
}

/* It stays quiet: whoever reads the mail hears again when it was over, or when
 * it got worse. */
static void join_quietly(const struct joining *j)
{
    struct nj_alert *alert = j->alert;
    enum nj_alert_state before = (enum nj_alert_state)alert->climb.state;
    int again =
        before == NJ_ALERT_RESOLVED || (before == NJ_ALERT_SNOOZED && j->worse);

    if (again) {
        alert->climb.state = NJ_ALERT_OPEN;
        alert->climb.due_ms = 0;
        nj_deed_event(j->deed, alert->id, "reopened", NULL, "%s",
                      before == NJ_ALERT_RESOLVED ? "the same trouble again"
                                                  : "it got worse");
        if (nj_alerts_moved(j->opener->alerts, alert, before) != 0) {
            nj_deed_spoil(j->deed);
        }
    }
    if (alert->policy == NULL && alert->climb.state == NJ_ALERT_OPEN &&
        (again || j->worse)) {
        tell_quietly(j->opener, j->deed, alert, j->verdict, NULL);
    }
}

/* Say so when it is called again and again: a rule, a source or a person to
 * look at. */
static void tell_flapping(struct nj_deed *deed, const struct nj_alert *alert)
{
    if (alert->climb.generation >= FLAPPING_FROM) {
        nj_deed_event(deed, alert->id, "flapping", NULL,
                      "flapping: this is call %u of the same trouble; "
                      "silence what causes it, or resolve it for good",
                      alert->climb.generation);
    }
}

/* Covered by a silence: counted, but it changes nothing and wakes nobody. */
static void join_silenced(const struct joining *j)
{
    nj_deed_event(j->deed, j->alert->id, "silenced", NULL,
                  "post %u of it is covered by a silence", j->alert->posts);
    nj_txn_alert(nj_deed_txn(j->deed), j->alert, NULL);
}

static void join(struct joining *j,
                 const struct nj_post *post,
                 const char *author,
                 int silenced)
{
    struct nj_opener *opener = j->opener;
    struct nj_deed *deed = j->deed;
    struct nj_alert *alert = j->alert;
    struct nj_esc_event event = {.now_ms = nj_loop_wall_ms(opener->env->loop)};
    int was_over = alert->climb.state == NJ_ALERT_RESOLVED;

    alert->posts++;
    opener->env->stats.alerts_joined++;
    nj_deed_event(deed, alert->id, "joined", NULL, "%s%s%s: post %u of it",
                  post->source, author == NULL ? "" : " by ",
                  author == NULL ? "" : author, alert->posts);
    if (silenced) {
        join_silenced(j);
        return;
    }
    if (j->worse) {
        alert->severity = (uint8_t)j->verdict->severity;
    }
    event.kind = event_of_joining(j);
    if (event.kind == NJ_ESC_KINDS) {
        join_quietly(j);
        alert->touched_ms = event.now_ms;
        nj_txn_alert(nj_deed_txn(deed), alert, NULL);
        return;
    }
    if (nj_climber_run(opener->climber, deed, alert, &event, NULL, NULL) != 0) {
        nj_deed_spoil(deed);
    }
    alert->touched_ms = event.now_ms;
    if (was_over) {
        tell_flapping(deed, alert);
    }
}

struct nj_alert *nj_opener_post(struct nj_opener *opener,
                                struct nj_deed *deed,
                                const struct nj_post *post,
                                const struct nj_score *score,
                                const struct nj_verdict *verdict)
{
    int64_t now = nj_loop_wall_ms(opener->env->loop);
    const struct nj_rule *rule = verdict->names;
    struct nj_verdict heard = *verdict;
    struct nj_trouble keys[NJ_TROUBLE_KEYS];
    size_t count = nj_trouble_keys(rule->name, post, score, keys);
    struct nj_alert *alert =
        nj_alerts_same(opener->alerts, keys, count, score->simhash, now,
                       rule->join_ms, rule->reopen_ms);
    struct nj_card card;
    int silenced =
        nj_roster_silenced(opener->roster, rule->name, post, now) != NULL;

    if (silenced) {
        heard.reach = NJ_REACH_NOBODY;
    }
    if (alert != NULL) {
        struct joining j = {opener, deed, alert, &heard,
                            heard.severity > (enum nj_level)alert->severity};

        join(&j, post, score->author, silenced);
        if (nj_alerts_extend(opener->alerts, alert, keys, count) != 0) {
            nj_deed_spoil(deed);
        }
        return alert;
    }
    if (nj_card_of_post(opener->env, post, score, rule, nj_deed_arena(deed),
                        &card) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    return open_for_post(opener, deed, post, score, &heard, keys, count, &card);
}

/* ---- by hand, and nightjar's own --------------------------------------- */

static struct nj_trouble own_key(const char *trouble)
{
    return (struct nj_trouble){NJ_TROUBLE_LINK,
                               nj_hash_str("nightjar") ^ nj_hash_str(trouble)};
}

/* With one resolved less than REOPEN_MS ago. */
static struct nj_alert *
find_own(const struct nj_opener *opener, const char *trouble, int64_t reopen_ms)
{
    struct nj_trouble key = own_key(trouble);

    return nj_alerts_same(opener->alerts, &key, 1, 0,
                          nj_loop_wall_ms(opener->env->loop), 0, reopen_ms);
}

struct nj_alert *nj_opener_find(const struct nj_opener *opener,
                                const char *trouble)
{
    return find_own(opener, trouble, 0);
}

/* It was over a moment ago: the same alert again. */
static struct nj_alert *reopen_own(struct nj_opener *opener,
                                   struct nj_deed *deed,
                                   struct nj_alert *alert,
                                   const struct nj_opening *opening)
{
    const struct nj_verdict verdict = {.reach = NJ_REACH_TEAM,
                                       .team = alert->team};
    struct joining j = {opener, deed, alert, &verdict, 0};

    nj_deed_event(deed, alert->id, "alarm", opening->who, "again: %s%s%s",
                  opening->card.title,
                  opening->card.excerpt[0] == '\0' ? "" : ": ",
                  opening->card.excerpt);
    if (alert->policy == NULL) {
        join_quietly(&j);
        alert->touched_ms = nj_loop_wall_ms(opener->env->loop);
        nj_txn_alert(nj_deed_txn(deed), alert, &opening->card);
    } else if (start_climb(opener, deed, alert, &opening->card) != 0) {
        nj_deed_spoil(deed);
    }
    tell_flapping(deed, alert);
    return alert;
}

struct nj_alert *nj_opener_raise(struct nj_opener *opener,
                                 struct nj_deed *deed,
                                 const struct nj_opening *opening)
{
    struct nj_trouble key = {0};
    size_t key_count = opening->trouble == NULL ? 0 : 1;
    struct nj_alert like = {
        .rule = opening->rule,
        .brand = opening->brand,
        .team = opening->team,
        .severity = (uint8_t)opening->severity,
        .flags = (uint8_t)opening->flags,
        .ends_ms = opening->ends_ms,
    };
    struct nj_alert *alert;

    if (key_count > 0) {
        key = own_key(opening->trouble);
        alert = find_own(opener, opening->trouble, OWN_REOPEN_MS);
        if (alert != NULL) {
            return alert->climb.state == NJ_ALERT_RESOLVED
                       ? reopen_own(opener, deed, alert, opening)
                       : alert;
        }
    }
    like.policy =
        opening->own_policy
            ? nj_alerts_own_policy(opener->alerts, opening->policy, deed)
            : nj_alerts_policy(opener->alerts, opening->policy, deed);
    if (like.policy == NULL) {
        like.flags |= NJ_ALERT_QUIET;
    }
    alert = open_new(opener, deed, &key, key_count, &like);
    if (alert == NULL) {
        return NULL;
    }
    nj_deed_event(deed, alert->id,
                  opening->flags & NJ_ALERT_OPS     ? "alarm"
                  : opening->flags & NJ_ALERT_DRILL ? "drill"
                                                    : "raised",
                  opening->who, "%s%s%s", opening->card.title,
                  opening->card.excerpt[0] == '\0' ? "" : ": ",
                  opening->card.excerpt);
    if (start_climb(opener, deed, alert, &opening->card) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    if (alert->policy == NULL) {
        nj_opener_mail_team(opener, deed, alert, opening->team, &opening->card);
    }
    return alert;
}
