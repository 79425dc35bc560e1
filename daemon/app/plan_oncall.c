/* Schedules with layers and overrides; policies with steps. */

#include "app/plan_build.h"
#include "base/str.h"
#include "oncall/advice.h"

#define DAY_MS INT64_C(86400000)

unsigned nj_site_accept(const struct nj_node *node)
{
    const struct nj_node *list = nj_node_get(node, "accept");
    unsigned bits = 0;

    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        for (int k = 0; k < NJ_ADVICE_KINDS; k++) {
            if (nj_str_eq(nj_node_text(item),
                          nj_advice_name((enum nj_advice_kind)k))) {
                bits |= 1u << k;
            }
        }
    }
    return bits;
}

/* The person that `owner` names, or the owner of the team. */
static const char *owner_of(struct nj_site *site, const struct nj_node *node)
{
    const struct nj_node *owner = nj_node_get(node, "owner");
    const char *name = nj_site_ref(site, node, "owner");
    const struct nj_team *team;

    if (owner == NULL || name == NULL || nj_node_ref(owner) != NJ_REF_TEAM) {
        return name;
    }
    team = nj_plan_team(&site->plan, name);
    if (team == NULL) {
        return NULL;
    }
    return team->owner != NULL      ? team->owner
           : team->people_count > 0 ? team->people[0]
                                    : NULL;
}

static struct nj_civil read_civil(const struct nj_node *node,
                                  struct nj_civil fallback)
{
    struct nj_conf_time t;

    if (node == NULL) {
        return fallback;
    }
    nj_node_time(node, &t);
    return (struct nj_civil){t.year, t.month,  t.day,
                             t.hour, t.minute, t.second};
}

static void build_turns(struct nj_site *site,
                        const struct nj_node *list,
                        struct nj_layer *out)
{
    struct nj_turn *turns =
        nj_site_records(site, nj_node_count(list), sizeof *turns);
    size_t n = 0;

    for (const struct nj_node *item = nj_node_first(list);
         turns != NULL && item != NULL; item = nj_node_next(item)) {
        turns[n].people = nj_site_list(site, item, &turns[n].people_count);
        n++;
    }
    out->turns = turns;
    out->turn_count = n;
}

static void build_layer(struct nj_site *site,
                        const struct nj_node *node,
                        const struct nj_schedule *schedule,
                        struct nj_layer *out)
{
    static const struct nj_civil a_monday = {2024, 1, 1, 0, 0, 0};
    const struct nj_node *calendar = nj_node_get(node, "calendar");
    const char *skip = nj_node_text(nj_node_get(node, "skip"));

    out->rotate =
        (enum nj_rotate)nj_node_choice(nj_node_get(node, "rotate"), 2);
    out->every = (int)nj_node_int(nj_node_get(node, "every"), 1);
    out->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
    out->starts = read_civil(nj_node_get(node, "starts"), a_monday);
    out->from = read_civil(nj_node_get(node, "from"), (struct nj_civil){0});
    out->ends = read_civil(nj_node_get(node, "ends"), (struct nj_civil){0});
    out->only =
        nj_site_windows(site, nj_node_get(node, "only"), &out->only_count);
    out->skip_masked = nj_str_eq(skip, "masked");
    out->join = nj_node_bool(nj_node_get(node, "join"), 0);
    build_turns(site, nj_node_get(node, "people"), out);
    if (calendar != NULL) {
        nj_site_calendar(site, calendar, schedule, out);
    }
}

static void build_override(struct nj_site *site,
                           const struct nj_node *node,
                           const struct nj_schedule *schedule,
                           struct nj_override *out)
{
    struct nj_civil none = {1970, 1, 1, 0, 0, 0};
    struct nj_civil from = read_civil(nj_node_get(node, "from"), none);
    struct nj_civil until = read_civil(nj_node_get(node, "until"), none);

    out->schedule = schedule->name;
    out->person = nj_site_ref(site, node, "person");
    out->instead_of = nj_site_ref(site, node, "instead_of");
    if (schedule->zone == NULL) {
        return; /* told already */
    }
    out->from_ms = nj_zone_instant(schedule->zone, &from, NJ_FOLD_FIRST);
    out->until_ms = nj_zone_instant(schedule->zone, &until, NJ_FOLD_LAST);
}

static void build_schedule(struct nj_site *site,
                           const struct nj_node *node,
                           struct nj_schedule *out)
{
    const struct nj_node *layers = nj_node_get(node, "layers");
    const struct nj_node *overrides = nj_node_get(node, "overrides");
    struct nj_layer *l =
        nj_site_records(site, nj_node_count(layers), sizeof *l);
    struct nj_override *o =
        nj_site_records(site, nj_node_count(overrides), sizeof *o);

    out->name = nj_site_name(site, nj_node_name(node));
    out->handover = nj_node_bool(nj_node_get(node, "handover"), 1);
    out->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
    out->layers = l;
    out->overrides = o;
    out->owner = owner_of(site, node);
    out->accept = nj_site_accept(node);
    out->line = nj_node_written(node) ? nj_node_line(node) : 0;
    for (const struct nj_node *item = nj_node_first(layers);
         l != NULL && item != NULL; item = nj_node_next(item)) {
        build_layer(site, item, out, &l[out->layer_count++]);
    }
    for (const struct nj_node *item = nj_node_first(overrides);
         o != NULL && item != NULL; item = nj_node_next(item)) {
        build_override(site, item, out, &o[out->override_count++]);
    }
}

void nj_site_schedules(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "schedules");
    struct nj_schedule *schedules =
        nj_site_records(site, nj_node_count(section), sizeof *schedules);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         schedules != NULL && node != NULL; node = nj_node_next(node)) {
        build_schedule(site, node, &schedules[n++]);
    }
    site->plan.schedules = schedules;
    site->plan.schedule_count = n;
}

static void build_step(struct nj_site *site,
                       const struct nj_node *node,
                       struct nj_step *out)
{
    const struct nj_node *list = nj_node_get(node, "page");
    struct nj_target *targets =
        nj_site_records(site, nj_node_count(list), sizeof *targets);
    size_t n = 0;

    for (const struct nj_node *item = nj_node_first(list);
         targets != NULL && item != NULL; item = nj_node_next(item)) {
        enum nj_ref ref = nj_node_ref(item);

        targets[n++] = (struct nj_target){
            .kind = ref == NJ_REF_TEAM       ? NJ_TARGET_TEAM
                    : ref == NJ_REF_SCHEDULE ? NJ_TARGET_SCHEDULE
                                             : NJ_TARGET_PERSON,
            .name = nj_site_name(site, nj_node_ref_name(item)),
        };
    }
    out->targets = targets;
    out->target_count = n;
    out->wait_ms = nj_node_ms(nj_node_get(node, "wait"), 300000);
}

static const struct nj_drill_plan *build_drill(struct nj_site *site,
                                               const struct nj_node *node)
{
    static const struct nj_civil none = {1970, 1, 1, 0, 0, 0};
    struct nj_drill_plan *drill = nj_node_get(node, "at") == NULL
                                      ? NULL
                                      : nj_site_records(site, 1, sizeof *drill);

    if (drill != NULL) {
        drill->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
        drill->at = read_civil(nj_node_get(node, "at"), none);
        drill->every_days =
            (int)(nj_node_ms(nj_node_get(node, "every"), 90 * DAY_MS) / DAY_MS);
        drill->all = nj_node_bool(nj_node_get(node, "all"), 0);
    }
    return drill;
}

static void build_policy(struct nj_site *site,
                         const struct nj_node *node,
                         struct nj_policy *out)
{
    const struct nj_node *list = nj_node_get(node, "steps");
    struct nj_step *steps =
        nj_site_records(site, nj_node_count(list), sizeof *steps);
    size_t n = 0;

    for (const struct nj_node *item = nj_node_first(list);
         steps != NULL && item != NULL; item = nj_node_next(item)) {
        build_step(site, item, &steps[n++]);
    }
    out->name = nj_site_name(site, nj_node_name(node));
    out->steps = steps;
    out->step_count = n;
    out->repeat = (int)nj_node_int(nj_node_get(node, "repeat"), 1);
    out->ack_expires_ms = nj_node_ms(nj_node_get(node, "ack_expires"), 0);
    out->last_resort = nj_site_ref(site, node, "last_resort");
    out->team = nj_site_ref(site, node, "team");
    out->accept = nj_site_accept(node);
    out->line = nj_node_written(node) ? nj_node_line(node) : 0;
    out->drill = build_drill(site, nj_node_get(node, "drill"));
}

void nj_site_policies(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "policies");
    struct nj_policy *policies =
        nj_site_records(site, nj_node_count(section), sizeof *policies);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         policies != NULL && node != NULL; node = nj_node_next(node)) {
        build_policy(site, node, &policies[n++]);
    }
    site->plan.policies = policies;
    site->plan.policy_count = n;
}
