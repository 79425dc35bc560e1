#include "watch/opening.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "watch/card.h"

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

        if (p != NULL && p->email != NULL && p->email_channel != NULL) {
            mail_one(opener, deed, alert, p->name, p->email_channel, p->email,
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

    if (team != NULL && team->email != NULL && plan->mail_channel != NULL) {
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
    alert->flags = like->flags;
    alert->simhash = like->simhash;
    alert->posts = like->posts;
    alert->opened_ms = now;
    alert->touched_ms = now;
    opener->env->stats.alerts_opened++;
    return alert;
}

static void story_of_opening(struct nj_deed *deed,
                             const struct nj_alert *alert,
                             const struct nj_post *post,
                             const struct nj_card *card)
{
    size_t cut = nj_utf8_cut(card->excerpt, strlen(card->excerpt), 100);

    nj_deed_event(
        deed, alert->id, "opened", NULL, "%s on %s%s%s: \"%.*s%s\" (%s)",
        card->title, post->source, post->author == NULL ? "" : " by ",
        post->author == NULL ? "" : post->author, (int)cut, card->excerpt,
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
    story_of_opening(deed, alert, post, card);
    if (start_climb(opener, deed, alert, card) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    tell_quietly(opener, deed, alert, verdict, card);
    return alert;
}

/* ---- joining ----------------------------------------------------------- */

/* The event that a further post means to ALERT's climb; KINDS for none. */
static enum nj_esc_kind event_of_joining(struct nj_alert *alert,
                                         enum nj_level severity)
{
    int worse = severity > (enum nj_level)alert->severity;

    if (worse) {
        alert->severity = (uint8_t)severity;
    }
    if (alert->policy == NULL) {
        return NJ_ESC_KINDS;
    }
    if (alert->climb.state == NJ_ALERT_RESOLVED) {
        return NJ_ESC_OPEN;
    }
    return worse ? NJ_ESC_WORSE : NJ_ESC_KINDS;
}

/* In hours it was quiet; now it reaches people. */
static int wake_quiet(struct nj_opener *opener,
                      struct nj_deed *deed,
                      struct nj_alert *alert,
                      const struct nj_verdict *verdict)
{
    const struct nj_policy *policy =
        nj_plan_policy(opener->env->plan, verdict->policy);

    if (alert->policy != NULL || verdict->reach != NJ_REACH_POLICY ||
        policy == NULL) {
        return 0;
    }
    alert->policy = nj_alerts_policy(opener->alerts, policy, deed);
    alert->flags &= (uint8_t)~NJ_ALERT_QUIET;
    return alert->policy != NULL;
}

static void reopen_quietly(struct nj_opener *opener,
                           struct nj_deed *deed,
                           struct nj_alert *alert)
{
    if (alert->climb.state == NJ_ALERT_RESOLVED) {
        alert->climb.state = NJ_ALERT_OPEN;
        nj_deed_event(deed, alert->id, "reopened", NULL,
                      "the same trouble again");
        if (nj_alerts_moved(opener->alerts, alert, NJ_ALERT_RESOLVED) != 0) {
            nj_deed_spoil(deed);
        }
    }
}

static void join(struct nj_opener *opener,
                 struct nj_deed *deed,
                 struct nj_alert *alert,
                 const struct nj_post *post,
                 const struct nj_verdict *verdict)
{
    struct nj_esc_event event = {
        .kind = event_of_joining(alert, verdict->severity),
        .now_ms = nj_loop_wall_ms(opener->env->loop),
    };

    alert->posts++;
    opener->env->stats.alerts_joined++;
    nj_deed_event(deed, alert->id, "joined", NULL, "%s%s%s: post %u of it",
                  post->source, post->author == NULL ? "" : " by ",
                  post->author == NULL ? "" : post->author, alert->posts);
    if (wake_quiet(opener, deed, alert, verdict)) {
        event.kind = NJ_ESC_OPEN;
    }
    if (event.kind == NJ_ESC_KINDS) {
        reopen_quietly(opener, deed, alert);
        alert->touched_ms = event.now_ms;
        nj_txn_alert(nj_deed_txn(deed), alert, NULL);
        return;
    }
    if (nj_climber_run(opener->climber, deed, alert, &event, NULL, NULL) != 0) {
        nj_deed_spoil(deed);
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

    if (nj_roster_silenced(opener->roster, rule->name, post, now) != NULL) {
        heard.reach = NJ_REACH_NOBODY;
    }
    if (alert != NULL) {
        join(opener, deed, alert, post, &heard);
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

struct nj_alert *nj_opener_find(const struct nj_opener *opener,
                                const char *trouble)
{
    struct nj_trouble key = own_key(trouble);

    return nj_alerts_same(opener->alerts, &key, 1, 0,
                          nj_loop_wall_ms(opener->env->loop), 0, 0);
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
    };
    struct nj_alert *alert;

    if (key_count > 0) {
        key = own_key(opening->trouble);
        alert = nj_opener_find(opener, opening->trouble);
        if (alert != NULL) {
            return alert;
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
    nj_deed_event(
        deed, alert->id, opening->flags & NJ_ALERT_OPS ? "alarm" : "raised",
        opening->who, "%s%s%s", opening->card.title,
        opening->card.excerpt[0] == '\0' ? "" : ": ", opening->card.excerpt);
    if (start_climb(opener, deed, alert, &opening->card) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    if (alert->policy == NULL) {
        nj_opener_mail_team(opener, deed, alert, opening->team, &opening->card);
    }
    return alert;
}
