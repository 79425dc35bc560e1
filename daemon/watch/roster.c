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

static void tell_change(const struct nj_roster *roster, int is_tidying)
{
    if (roster->on_change != NULL) {
        roster->on_change(roster->on_change_ctx, is_tidying);
    }
}

int nj_roster_add_override(struct nj_roster *roster,
                           const struct nj_override *override_)
{
    struct nj_names *names = roster->env->names;
    struct nj_override copy = *override_;

    if (intern(names, &copy.schedule) != 0 ||
        intern(names, &copy.person) != 0 ||
        intern(names, &copy.instead_of) != 0) {
        return NJ_E_NOMEM;
    }
    if (roster->override_count == roster->override_room) {
        size_t room = roster->override_room * 2 + 8;
        struct nj_override *grown =
            realloc(roster->overrides, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        roster->overrides = grown;
        roster->override_room = room;
    }
    roster->overrides[roster->override_count++] = copy;
    tell_change(roster, 0);
    return 0;
}

int nj_roster_remove_override(struct nj_roster *roster, int64_t id)
{
    for (size_t i = 0; i < roster->override_count; i++) {
        if (roster->overrides[i].id == id) {
            roster->override_count--;
            memmove(&roster->overrides[i], &roster->overrides[i + 1],
                    (roster->override_count - i) * sizeof *roster->overrides);
            tell_change(roster, 0);
            return 1;
        }
    }
    return 0;
}

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

struct nj_rota nj_roster_rota(const struct nj_roster *roster,
                              const struct nj_schedule *schedule)
{
    return (struct nj_rota){schedule, roster->overrides,
                            roster->override_count};
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
    size_t count = 0;

    if (schedule == NULL) {
        return 0;
    }
    nj_oncall_span(
        &(struct nj_rota){schedule, roster->overrides, roster->override_count},
        now_ms, &oncall);
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
    size_t kept = 0;

    tell_change(roster, 1);
    for (size_t i = 0; i < roster->override_count; i++) {
        if (roster->overrides[i].until_ms > now_ms) {
            roster->overrides[kept++] = roster->overrides[i];
        }
    }
    roster->override_count = kept;
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
