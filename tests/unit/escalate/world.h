/* A small world for the escalation tests: people with contacts, schedules that
 * can change, one alert, a clock that stands where it is put. */

#ifndef NJ_TEST_ESCALATE_WORLD_H
#define NJ_TEST_ESCALATE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "escalate/escalate.h"

#define MIN INT64_C(60000)

enum { WORLD_PEOPLE = 5, WORLD_STEPS = 3, WORLD_TEXT = 8192 };

struct world {
    int64_t now;
    enum nj_level severity;
    struct nj_person people[WORLD_PEOPLE];
    const char *night[4]; /* on call in schedule/night, NULL-terminated */
    struct nj_target targets[WORLD_STEPS];
    struct nj_step steps[WORLD_STEPS];
    struct nj_policy policy;
    int no_policy;
    struct nj_climb climb;
    struct nj_actions actions;
    struct nj_err err;
    char text[WORLD_TEXT];
};

/* desktop and sms at once, sms again after 3 minutes, email 3 minutes later */
static const struct nj_contact_step critical_rules[] = {
    {0, "desktop", "maya"},
    {0, "sms", "+447700900123"},
    {3 * MIN, "sms", "+447700900123"},
    {3 * MIN, "email", "maya@example.org"},
};
static const struct nj_contact_step one_sms[] = {{0, "sms", "+44"}};
static const struct nj_contact_step slow_sms[] = {{2 * MIN, "sms", "+44"}};

static inline struct nj_person *person_of(struct world *w, const char *name)
{
    for (size_t i = 0; i < WORLD_PEOPLE; i++) {
        if (nj_str_eq(w->people[i].name, name)) {
            return &w->people[i];
        }
    }
    return NULL;
}

static inline const struct nj_person *view_person(void *ctx, const char *name)
{
    return name == NULL ? NULL : person_of(ctx, name);
}

static inline size_t view_people(void *ctx,
                                 const struct nj_target *target,
                                 int64_t now_ms,
                                 const char **out,
                                 size_t max)
{
    const struct world *w = ctx;
    size_t count = 0;

    (void)now_ms;
    (void)max;
    if (target->kind == NJ_TARGET_PERSON) {
        out[count++] = target->name;
    } else if (target->kind == NJ_TARGET_SCHEDULE) {
        while (count < 3 && w->night[count] != NULL) {
            out[count] = w->night[count];
            count++;
        }
    } else {
        out[count++] = "maya";
        out[count++] = "tom";
        out[count++] = "ana";
    }
    return count;
}

static inline void set_rules(struct world *w,
                             const char *name,
                             enum nj_level level,
                             const struct nj_contact_step *rules,
                             size_t count)
{
    person_of(w, name)->rules[level] = rules;
    person_of(w, name)->rule_count[level] = count;
}

/* The policy of DESIGN 6: schedule/night 5m, person/tom 10m, team/social 5m;
 * three rounds, acknowledgements for two hours, maya as the last resort. Maya
 * has all her rules, tom and ana one sms, li only an email, bo nothing. */
static inline void open_world(struct world *w)
{
    *w = (struct world){.now = 1000 * MIN, .severity = NJ_LEVEL_CRITICAL};
    w->people[0] = (struct nj_person){
        .name = "maya", .email = "maya@example.org", .email_channel = "email"};
    w->people[1] = (struct nj_person){.name = "tom"};
    w->people[2] = (struct nj_person){
        .name = "ana", .email = "ana@example.org", .email_channel = "email"};
    w->people[3] = (struct nj_person){
        .name = "li", .email = "li@example.org", .email_channel = "email"};
    w->people[4] = (struct nj_person){.name = "bo"};
    set_rules(w, "maya", NJ_LEVEL_CRITICAL, critical_rules, 4);
    set_rules(w, "tom", NJ_LEVEL_CRITICAL, one_sms, 1);
    set_rules(w, "ana", NJ_LEVEL_CRITICAL, one_sms, 1);
    w->night[0] = "maya";
    w->targets[0] = (struct nj_target){NJ_TARGET_SCHEDULE, "night"};
    w->targets[1] = (struct nj_target){NJ_TARGET_PERSON, "tom"};
    w->targets[2] = (struct nj_target){NJ_TARGET_TEAM, "social"};
    w->steps[0] = (struct nj_step){&w->targets[0], 1, 5 * MIN};
    w->steps[1] = (struct nj_step){&w->targets[1], 1, 10 * MIN};
    w->steps[2] = (struct nj_step){&w->targets[2], 1, 5 * MIN};
    w->policy = (struct nj_policy){.name = "night",
                                   .steps = w->steps,
                                   .step_count = 3,
                                   .repeat = 3,
                                   .ack_expires_ms = 120 * MIN,
                                   .last_resort = "maya"};
}

static inline void close_world(struct world *w)
{
    nj_climb_finish(&w->climb);
    nj_actions_finish(&w->actions);
}

/* Let EVENT happen; its actions replace those of the event before. */
static inline int happen(struct world *w, struct nj_esc_event event)
{
    const struct nj_esc_view view = {w, view_people, view_person};

    event.now_ms = w->now;
    w->actions.count = 0;
    w->err = (struct nj_err){0};
    return nj_escalate(&w->climb, w->no_policy ? NULL : &w->policy, w->severity,
                       &event, &view, &w->actions, &w->err);
}

static inline void must_happen(struct world *w, struct nj_esc_event event)
{
    if (happen(w, event) != 0) {
        fail_msg("refused: %s", w->err.text);
    }
}

static inline void open_alert(struct world *w)
{
    must_happen(w, (struct nj_esc_event){.kind = NJ_ESC_OPEN});
}

/* Move the clock on and ring the timer. */
static inline void after(struct world *w, int64_t ms)
{
    w->now += ms;
    must_happen(w, (struct nj_esc_event){.kind = NJ_ESC_TIMER});
}

static inline void ack_by(struct world *w, const char *person)
{
    must_happen(w, (struct nj_esc_event){.kind = NJ_ESC_ACK, .person = person});
}

static inline void
fail_contact(struct world *w, const char *person, uint8_t contact)
{
    must_happen(w, (struct nj_esc_event){.kind = NJ_ESC_FAILED,
                                         .person = person,
                                         .contact = contact,
                                         .generation = w->climb.generation});
}

static inline void
write_action(char *out, size_t room, const struct nj_action *a, int64_t now)
{
    char contact[8];

    (void)snprintf(contact, sizeof contact, "%d", a->contact);
    switch (a->kind) {
    case NJ_ACT_PAGE:
        (void)snprintf(out, room, "page %s %s %lldm", a->person,
                       a->contact == NJ_CONTACT_EMAIL ? "email" : contact,
                       (long long)((a->until_ms - now) / MIN));
        break;
    case NJ_ACT_TELL:
        (void)snprintf(out, room, "tell %s: %s", a->person, a->text);
        break;
    case NJ_ACT_STOP:
        (void)snprintf(out, room, "stop");
        break;
    case NJ_ACT_NOTE:
        (void)snprintf(out, room, "%s: %s", a->note, a->text);
        break;
    case NJ_ACT_OWNER:
        (void)snprintf(out, room, "owner: %s", a->text);
        break;
    }
}

/* What the last event caused, all in order: "a; b; c". */
static inline const char *caused(struct world *w)
{
    size_t used = 0;

    w->text[0] = '\0';
    for (size_t i = 0; i < w->actions.count; i++) {
        char line[256];

        write_action(line, sizeof line, &w->actions.items[i], w->now);
        used += (size_t)snprintf(w->text + used, sizeof w->text - used, "%s%s",
                                 used == 0 ? "" : "; ", line);
    }
    return w->text;
}

/* The same of one kind only. */
static inline const char *caused_of(struct world *w, enum nj_act_kind kind)
{
    size_t used = 0;

    w->text[0] = '\0';
    for (size_t i = 0; i < w->actions.count; i++) {
        char line[256];

        if (w->actions.items[i].kind == kind) {
            write_action(line, sizeof line, &w->actions.items[i], w->now);
            used += (size_t)snprintf(w->text + used, sizeof w->text - used,
                                     "%s%s", used == 0 ? "" : "; ", line);
        }
    }
    return w->text;
}

static inline const char *pages(struct world *w)
{
    return caused_of(w, NJ_ACT_PAGE);
}

static inline const char *tells(struct world *w)
{
    return caused_of(w, NJ_ACT_TELL);
}

/* What the first page of the last event says. */
static inline const char *why(const struct world *w)
{
    for (size_t i = 0; i < w->actions.count; i++) {
        if (w->actions.items[i].kind == NJ_ACT_PAGE) {
            return w->actions.items[i].text;
        }
    }
    return "";
}

/* How often an action of KIND with NOTE (NULL: any) came. */
static inline size_t
count_of(const struct world *w, enum nj_act_kind kind, const char *note)
{
    size_t count = 0;

    for (size_t i = 0; i < w->actions.count; i++) {
        count += w->actions.items[i].kind == kind &&
                 (note == NULL || nj_str_eq(w->actions.items[i].note, note));
    }
    return count;
}

#endif
