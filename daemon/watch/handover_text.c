#include "watch/handover_text.h"

#include <string.h>

#include "base/str.h"
#include "model/time_say.h"

/* ---- whose it is --------------------------------------------------------- */

static int team_has(const struct nj_team *team, const struct nj_oncall *people)
{
    for (size_t i = 0; team != NULL && i < team->people_count; i++) {
        for (size_t k = 0; k < people->count; k++) {
            if (nj_str_eq(team->people[i], people->people[k])) {
                return 1;
            }
        }
    }
    return 0;
}

static int calls(const struct nj_policy *policy, const char *schedule)
{
    for (size_t i = 0; i < policy->step_count; i++) {
        const struct nj_step *step = &policy->steps[i];

        for (size_t k = 0; k < step->target_count; k++) {
            if (step->targets[k].kind == NJ_TARGET_SCHEDULE &&
                nj_str_eq(step->targets[k].name, schedule)) {
                return 1;
            }
        }
    }
    return 0;
}

static int is_of_team(const struct nj_handover_facts *f, const char *team)
{
    const struct nj_team *found = nj_plan_team(f->env->plan, team);

    return team_has(found, &f->change->after) ||
           team_has(found, &f->change->before);
}

int nj_handover_concerns(const struct nj_handover_facts *f,
                         const struct nj_alert *alert)
{
    if (alert->flags & NJ_ALERT_TEST) {
        return 0;
    }
    if (alert->policy != NULL &&
        calls(&alert->policy->policy, f->schedule->name)) {
        return 1;
    }
    return is_of_team(f, alert->team);
}

static const struct nj_alert_row *row_of(const struct nj_handover_facts *f,
                                         int64_t id)
{
    for (size_t i = 0; f->rows != NULL && i < f->rows->alert_count; i++) {
        if (f->rows->alerts[i].alert.id == id) {
            return &f->rows->alerts[i];
        }
    }
    return NULL;
}

/* One that is over may be known by its row alone. */
static int note_concerns(const struct nj_handover_facts *f, int64_t id)
{
    const struct nj_alert *alert = nj_alerts_find(f->alerts, id);
    const struct nj_alert_row *row = row_of(f, id);

    if (alert != NULL) {
        return nj_handover_concerns(f, alert);
    }
    return row != NULL && !(row->alert.flags & NJ_ALERT_TEST) &&
           is_of_team(f, row->alert.team);
}

/* ---- alerts -------------------------------------------------------------- */

static void
say_until(const struct nj_handover_facts *f, int64_t at_ms, struct nj_buf *out)
{
    char text[NJ_TIME_SAID];

    if (at_ms != 0) {
        (void)nj_buf_addf(out, " until %s",
                          nj_time_say(f->zone, at_ms, f->now_ms, text));
    }
}

static void say_alert(const struct nj_handover_facts *f,
                      const struct nj_alert *alert,
                      struct nj_buf *out)
{
    const struct nj_alert_row *row = row_of(f, alert->id);
    int64_t age = f->now_ms - alert->opened_ms;
    char span[NJ_DURATION_TEXT];

    (void)nj_buf_addf(out, "- %lld %s, for %s, ", (long long)alert->id,
                      nj_level_name((enum nj_level)alert->severity),
                      age < 60000
                          ? "less than a minute"
                          : nj_str_duration_text(age - age % 60000, span));
    switch ((enum nj_alert_state)alert->climb.state) {
    case NJ_ALERT_ACKED:
        (void)nj_buf_addf(out, "%s has it",
                          alert->climb.holder == NULL ? "somebody"
                                                      : alert->climb.holder);
        say_until(f, alert->climb.due_ms, out);
        break;
    case NJ_ALERT_SNOOZED:
        (void)nj_buf_adds(out, "snoozed");
        say_until(f, alert->climb.due_ms, out);
        break;
    default:
        (void)nj_buf_adds(out, alert->policy == NULL ? "open, told by mail"
                                                     : "nobody has it");
    }
    (void)nj_buf_addf(out, ": %s\n",
                      row != NULL && row->card.title != NULL ? row->card.title
                                                             : alert->rule);
}

static int is_listed(const struct nj_handover_facts *f,
                     const struct nj_alert *alert)
{
    return alert->climb.state != NJ_ALERT_RESOLVED &&
           nj_handover_concerns(f, alert);
}

/* Put ALERT into LIST[0..COUNT), oldest first; the newest falls out when it is
 * full. Returns the new count. */
static size_t put_oldest(const struct nj_alert *list[NJ_HANDOVER_ROWS],
                         size_t count,
                         const struct nj_alert *alert)
{
    size_t at = count < NJ_HANDOVER_ROWS ? count : NJ_HANDOVER_ROWS - 1;

    if (count == NJ_HANDOVER_ROWS && list[at]->id < alert->id) {
        return count;
    }
    for (; at > 0 && list[at - 1]->id > alert->id; at--) {
        list[at] = list[at - 1];
    }
    list[at] = alert;
    return count < NJ_HANDOVER_ROWS ? count + 1 : count;
}

/* The oldest first, as they climb. */
static void say_alerts(const struct nj_handover_facts *f, struct nj_buf *out)
{
    const struct nj_alert *list[NJ_HANDOVER_ROWS];
    const struct nj_alert *alert;
    size_t listed = 0;
    size_t count = 0;
    size_t at = 0;

    while ((alert = nj_alerts_each(f->alerts, &at)) != NULL) {
        if (is_listed(f, alert)) {
            listed = put_oldest(list, listed, alert);
            count++;
        }
    }
    if (count == 0) {
        (void)nj_buf_adds(out, "Nothing is open.\n");
        return;
    }
    (void)nj_buf_addf(out, "Open (%zu):\n", count);
    for (size_t i = 0; i < listed; i++) {
        say_alert(f, list[i], out);
    }
    if (count > listed) {
        (void)nj_buf_addf(out, "- and %zu more: `nightjar list`\n",
                          count - listed);
    }
}

/* ---- notes, silences ----------------------------------------------------- */

static void say_notes(const struct nj_handover_facts *f, struct nj_buf *out)
{
    char time[NJ_TIME_SAID];
    int begun = 0;

    for (size_t i = 0; i < f->note_count; i++) {
        const struct nj_handover_note *note = &f->notes[i];

        if (note_concerns(f, note->alert)) {
            (void)nj_buf_addf(
                out, "%s- %s, alert %lld, %s\n", begun ? "" : "Noted:\n",
                nj_time_say(f->zone, note->at_ms, f->now_ms, time),
                (long long)note->alert, note->text);
            begun = 1;
        }
    }
}

static void say_word(struct nj_buf *out, const char *what, const char *name)
{
    if (name != NULL) {
        (void)nj_buf_addf(out, " %s %s", what, name);
    }
}

static void say_silences(const struct nj_handover_facts *f, struct nj_buf *out)
{
    int begun = 0;

    for (const struct nj_quiet *q = f->roster->silences; q != NULL;
         q = q->next) {
        const struct nj_silence *s = &q->silence;

        if (s->from_ms > f->now_ms || s->until_ms <= f->now_ms) {
            continue;
        }
        (void)nj_buf_adds(out, begun ? "-" : "Silenced:\n-");
        begun = 1;
        say_word(out, "brand", s->brand);
        say_word(out, "rule", s->rule);
        say_word(out, "source", s->source);
        say_word(out, "author", s->author);
        say_until(f, s->until_ms, out);
        (void)nj_buf_addf(
            out, ", by %s%s%s\n", s->made_by == NULL ? "nightjar" : s->made_by,
            s->note == NULL ? "" : ": ", s->note == NULL ? "" : s->note);
    }
}

/* ---- the whole ----------------------------------------------------------- */

static void say_people(const struct nj_oncall *shift, struct nj_buf *out)
{
    for (size_t i = 0; i < shift->count; i++) {
        (void)nj_buf_addf(out, "%s%s",
                          i == 0                  ? ""
                          : i + 1 == shift->count ? " and "
                                                  : ", ",
                          shift->people[i]);
    }
}

void nj_handover_say(const struct nj_handover_facts *f,
                     int comes,
                     struct nj_buf *out)
{
    const struct nj_duty_change *change = f->change;
    char span[NJ_SPAN_SAID];

    if (comes) {
        (void)nj_buf_addf(out, "%s.\n",
                          nj_span_say(f->zone, change->at_ms, change->until_ms,
                                      f->now_ms, span));
        if (change->before.count > 0) {
            (void)nj_buf_adds(out, "Before you: ");
            say_people(&change->before, out);
            (void)nj_buf_adds(out, ".\n");
        }
    } else {
        (void)nj_buf_adds(out, "From now on: ");
        say_people(&change->after, out);
        (void)nj_buf_adds(out, ".\n");
    }
    say_alerts(f, out);
    say_notes(f, out);
    say_silences(f, out);
}
