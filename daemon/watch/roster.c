#include "watch/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void nj_roster_init(struct nj_roster *roster, struct nj_watch_env *env)
{
    *roster = (struct nj_roster){.env = env};
}

static void free_quiet(struct nj_quiet *quiet)
{
    nj_arena_finish(&quiet->arena);
    free(quiet);
}

void nj_roster_finish(struct nj_roster *roster)
{
    while (roster->silences != NULL) {
        struct nj_quiet *next = roster->silences->next;

        free_quiet(roster->silences);
        roster->silences = next;
    }
    free(roster->overrides);
    *roster = (struct nj_roster){0};
}

static int intern(struct nj_names *names, const char **text)
{
    const char *name = nj_name(names, *text);

    if (*text != NULL && name == NULL) {
        return NJ_E_NOMEM;
    }
    *text = name;
    return 0;
}

static void tell_change(const struct nj_roster *roster,
                        const struct nj_override *over)
{
    if (roster->on_change != NULL) {
        roster->on_change(roster->on_change_ctx, over);
    }
}

/* ---- overrides --------------------------------------------------------- */

const char *nj_roster_gone(const struct nj_plan *plan,
                           const struct nj_override *o)
{
    if (nj_plan_schedule(plan, o->schedule) == NULL) {
        return o->schedule;
    }
    if (o->person != NULL && nj_plan_person(plan, o->person) == NULL) {
        return o->person;
    }
    if (o->instead_of != NULL && nj_plan_person(plan, o->instead_of) == NULL) {
        return o->instead_of;
    }
    return NULL;
}

static int grow(struct nj_roster *roster)
{
    size_t room = roster->override_room * 2 + 8;
    struct nj_override *grown;

    if (roster->override_count < roster->override_room) {
        return 0;
    }
    grown = realloc(roster->overrides, room * sizeof *grown);
    if (grown == NULL) {
        return NJ_E_NOMEM;
    }
    roster->overrides = grown;
    roster->override_room = room;
    return 0;
}

static void exchange(struct nj_override *a, struct nj_override *b)
{
    struct nj_override kept = *a;

    *a = *b;
    *b = kept;
}

int nj_roster_add_override(struct nj_roster *roster,
                           const struct nj_override *override_)
{
    struct nj_names *names = roster->env->names;
    struct nj_override copy = *override_;

    if (intern(names, &copy.schedule) != 0 ||
        intern(names, &copy.person) != 0 ||
        intern(names, &copy.instead_of) != 0 ||
        intern(names, &copy.made_by) != 0 || grow(roster) != 0) {
        return NJ_E_NOMEM;
    }
    roster->overrides[roster->override_count++] = copy;
    if (nj_roster_gone(roster->env->plan, &copy) == NULL) {
        exchange(&roster->overrides[roster->counting++],
                 &roster->overrides[roster->override_count - 1]);
    }
    tell_change(roster, NULL);
    return 0;
}

static size_t place_of(const struct nj_roster *roster, int64_t id)
{
    size_t i = 0;

    while (i < roster->override_count && roster->overrides[i].id != id) {
        i++;
    }
    return i;
}

const struct nj_override *nj_roster_override(const struct nj_roster *roster,
                                             int64_t id)
{
    size_t i = place_of(roster, id);

    return i < roster->override_count ? &roster->overrides[i] : NULL;
}

void nj_roster_aside(struct nj_roster *roster, int64_t id)
{
    size_t i = place_of(roster, id);

    if (i < roster->counting) {
        exchange(&roster->overrides[i],
                 &roster->overrides[roster->counting - 1]);
    }
}

static void drop(struct nj_roster *roster, size_t i)
{
    if (i < roster->counting) {
        exchange(&roster->overrides[i], &roster->overrides[--roster->counting]);
        i = roster->counting;
    }
    exchange(&roster->overrides[i],
             &roster->overrides[--roster->override_count]);
}

int nj_roster_remove_override(struct nj_roster *roster, int64_t id)
{
    size_t i = place_of(roster, id);

    if (i == roster->override_count) {
        return 0;
    }
    drop(roster, i);
    tell_change(roster, NULL);
    return 1;
}

void nj_roster_replan(struct nj_roster *roster,
                      void (*on_turned)(void *ctx,
                                        const struct nj_override *o,
                                        const char *gone),
                      void *ctx)
{
    size_t counted = roster->counting;

    roster->counting = 0;
    for (size_t i = 0; i < roster->override_count; i++) {
        struct nj_override *o = &roster->overrides[i];
        const char *gone = nj_roster_gone(roster->env->plan, o);

        if ((i < counted) != (gone == NULL)) {
            on_turned(ctx, o, gone);
        }
    }
    for (size_t i = 0; i < roster->override_count; i++) {
        if (nj_roster_gone(roster->env->plan, &roster->overrides[i]) == NULL) {
            exchange(&roster->overrides[i],
                     &roster->overrides[roster->counting++]);
        }
    }
}

/* ---- silences ---------------------------------------------------------- */

static int copy_text(struct nj_arena *arena, const char **text)
{
    const char *copy = nj_arena_strdup(arena, *text);

    if (*text != NULL && copy == NULL) {
        return NJ_E_NOMEM;
    }
    *text = copy;
    return 0;
}

int nj_roster_add_silence(struct nj_roster *roster,
                          const struct nj_silence *silence)
{
    struct nj_quiet *quiet = calloc(1, sizeof *quiet);

    if (quiet == NULL) {
        return NJ_E_NOMEM;
    }
    quiet->silence = *silence;
    if (copy_text(&quiet->arena, &quiet->silence.brand) != 0 ||
        copy_text(&quiet->arena, &quiet->silence.rule) != 0 ||
        copy_text(&quiet->arena, &quiet->silence.source) != 0 ||
        copy_text(&quiet->arena, &quiet->silence.author) != 0 ||
        copy_text(&quiet->arena, &quiet->silence.made_by) != 0 ||
        copy_text(&quiet->arena, &quiet->silence.note) != 0) {
        free_quiet(quiet);
        return NJ_E_NOMEM;
    }
    quiet->next = roster->silences;
    roster->silences = quiet;
    return 0;
}

int nj_roster_remove_silence(struct nj_roster *roster, int64_t id)
{
    for (struct nj_quiet **at = &roster->silences; *at != NULL;
         at = &(*at)->next) {
        if ((*at)->silence.id == id) {
            struct nj_quiet *gone = *at;

            *at = gone->next;
            free_quiet(gone);
            return 1;
        }
    }
    return 0;
}

static int asks_or_any(const char *asked, const char *have)
{
    return asked == NULL || nj_str_eq(asked, have);
}

const struct nj_silence *nj_roster_silenced(const struct nj_roster *roster,
                                            const char *rule,
                                            const struct nj_post *post,
                                            int64_t now_ms)
{
    for (const struct nj_quiet *q = roster->silences; q != NULL; q = q->next) {
        const struct nj_silence *s = &q->silence;

        if (s->from_ms <= now_ms && now_ms < s->until_ms &&
            asks_or_any(s->rule, rule) && asks_or_any(s->brand, post->brand) &&
            asks_or_any(s->source, post->source) &&
            asks_or_any(s->author, post->author)) {
            return s;
        }
    }
    return NULL;
}

/* ---- who --------------------------------------------------------------- */

struct nj_rota nj_roster_rota_before(const struct nj_roster *roster,
                                     const struct nj_schedule *schedule,
                                     size_t newest)
{
    return (struct nj_rota){schedule, roster->overrides,
                            roster->counting - newest};
}

struct nj_rota nj_roster_rota(const struct nj_roster *roster,
                              const struct nj_schedule *schedule)
{
    return nj_roster_rota_before(roster, schedule, 0);
}

static size_t
add_person(const char *name, const char **out, size_t count, size_t max)
{
    for (size_t i = 0; i < count; i++) {
        if (out[i] == name) {
            return count;
        }
    }
    if (count < max) {
        out[count++] = name;
    }
    return count;
}

static size_t on_call_people(const struct nj_roster *roster,
                             const char *schedule_name,
                             int64_t now_ms,
                             const char **out,
                             size_t max)
{
    const struct nj_schedule *schedule =
        nj_plan_schedule(roster->env->plan, schedule_name);
    struct nj_oncall oncall;
    struct nj_rota rota;
    size_t count = 0;

    if (schedule == NULL) {
        return 0;
    }
    rota = nj_roster_rota(roster, schedule);
    nj_oncall_span(&rota, now_ms, &oncall);
    for (size_t i = 0; i < oncall.count; i++) {
        count = add_person(oncall.people[i], out, count, max);
    }
    return count;
}

static size_t view_people(void *ctx,
                          const struct nj_target *target,
                          int64_t now_ms,
                          const char **out,
                          size_t max)
{
    const struct nj_roster *roster = ctx;
    const struct nj_team *team;
    size_t count = 0;

    switch (target->kind) {
    case NJ_TARGET_PERSON:
        return add_person(target->name, out, 0, max);
    case NJ_TARGET_SCHEDULE:
        return on_call_people(roster, target->name, now_ms, out, max);
    case NJ_TARGET_TEAM:
        team = nj_plan_team(roster->env->plan, target->name);
        for (size_t i = 0; team != NULL && i < team->people_count; i++) {
            count = add_person(team->people[i], out, count, max);
        }
        return count;
    }
    return 0;
}

static const struct nj_person *view_person(void *ctx, const char *name)
{
    const struct nj_roster *roster = ctx;

    return nj_plan_person(roster->env->plan, name);
}

struct nj_esc_view nj_roster_view(struct nj_roster *roster)
{
    return (struct nj_esc_view){roster, view_people, view_person};
}

void nj_roster_tidy(struct nj_roster *roster, int64_t now_ms)
{
    for (size_t i = 0; i < roster->override_count; i++) {
        if (roster->overrides[i].until_ms <= now_ms) {
            tell_change(roster, &roster->overrides[i]);
        }
    }
    for (size_t i = roster->override_count; i > 0; i--) {
        if (roster->overrides[i - 1].until_ms <= now_ms) {
            drop(roster, i - 1);
        }
    }
    for (struct nj_quiet **at = &roster->silences; *at != NULL;) {
        struct nj_quiet *quiet = *at;

        if (quiet->silence.until_ms <= now_ms) {
            *at = quiet->next;
            free_quiet(quiet);
        } else {
            at = &quiet->next;
        }
    }
}
