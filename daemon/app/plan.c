#include "app/plan.h"

#include <stdlib.h>

#include "app/plan_build.h"
#include "base/str.h"

void *nj_site_records(struct nj_site *site, size_t count, size_t size)
{
    void *records = nj_arena_zalloc(&site->plan.arena, count * size);

    if (records == NULL) {
        site->failed = 1;
    }
    return records;
}

const char *nj_site_name(struct nj_site *site, const char *text)
{
    const char *name = nj_name(site->names, text);

    if (text != NULL && name == NULL) {
        site->failed = 1;
    }
    return name;
}

const char *nj_site_text(struct nj_site *site, const char *text)
{
    const char *copy = nj_arena_strdup(&site->plan.arena, text);

    if (text != NULL && copy == NULL) {
        site->failed = 1;
    }
    return copy;
}

static const struct nj_zone *find_zone(const struct nj_site *site,
                                       const char *name)
{
    for (size_t i = 0; i < site->plan.zone_count; i++) {
        if (nj_str_eq(nj_zone_name(site->plan.zones[i]), name)) {
            return site->plan.zones[i];
        }
    }
    return NULL;
}

/* Load NAME into the plan. 0 or what nj_zone_load says. */
static int load_zone(struct nj_site *site,
                     const char *name,
                     const struct nj_zone **out,
                     struct nj_err *err)
{
    struct nj_plan *plan = &site->plan;
    struct nj_zone **grown;
    struct nj_zone *zone;
    int code = nj_zone_load(NULL, name, &zone, err);

    if (code != 0) {
        site->failed |= code == NJ_E_NOMEM;
        return code;
    }
    grown =
        realloc(plan->zones, (plan->zone_count + 1) * sizeof(struct nj_zone *));
    if (grown == NULL) {
        nj_zone_destroy(zone);
        site->failed = 1;
        return NJ_E_NOMEM;
    }
    plan->zones = grown;
    plan->zones[plan->zone_count++] = zone;
    *out = zone;
    return 0;
}

const struct nj_zone *nj_site_zone_named(struct nj_site *site, const char *name)
{
    const struct nj_zone *zone = find_zone(site, name);
    struct nj_err err = {0};

    return zone != NULL || load_zone(site, name, &zone, &err) == 0 ? zone
                                                                   : NULL;
}

const struct nj_zone *nj_site_zone(struct nj_site *site,
                                   const struct nj_node *node)
{
    const char *name = nj_node_text(node);
    const struct nj_zone *zone = find_zone(site, name);
    struct nj_err err = {0};

    if (zone == NULL && name != NULL &&
        load_zone(site, name, &zone, &err) != 0) {
        nj_problem_at(site->problems, NJ_PROBLEM_ERROR, node, "%s", err.text);
    }
    return zone;
}

const char *
nj_site_ref(struct nj_site *site, const struct nj_node *map, const char *key)
{
    const struct nj_node *node = nj_node_get(map, key);

    return node == NULL ? NULL : nj_site_name(site, nj_node_ref_name(node));
}

static const char *item_text(struct nj_site *site, const struct nj_node *item)
{
    if (nj_node_kind(item) == NJ_KIND_REF) {
        return nj_site_name(site, nj_node_ref_name(item));
    }
    return nj_site_text(site, nj_node_text(item));
}

const char *const *nj_site_list(struct nj_site *site,
                                const struct nj_node *list,
                                size_t *out_count)
{
    size_t count = nj_node_count(list);
    const char **texts = nj_site_records(site, count, sizeof(char *));
    size_t n = 0;

    if (texts == NULL) {
        return NULL;
    }
    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        texts[n++] = item_text(site, item);
    }
    *out_count = n;
    return texts;
}

const struct nj_window *nj_site_windows(struct nj_site *site,
                                        const struct nj_node *list,
                                        size_t *out_count)
{
    size_t count = nj_node_count(list);
    struct nj_window *windows = nj_site_records(site, count, sizeof *windows);
    size_t n = 0;

    if (windows == NULL) {
        return NULL;
    }
    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        struct nj_conf_window w;

        nj_node_window(item, &w);
        windows[n++] = (struct nj_window){w.days, w.start_min, w.end_min};
    }
    *out_count = n;
    return windows;
}

static void build_rest(struct nj_site *site)
{
    const struct nj_node *daemon = nj_node_get(site->root, "daemon");
    const struct nj_node *ops = nj_node_get(daemon, "ops");
    const struct nj_node *channels = nj_node_get(site->root, "channels");

    site->plan.backfill_ms = nj_node_ms(nj_node_get(daemon, "backfill"), 0);
    site->plan.ops_team = nj_site_ref(site, ops, "team");
    site->plan.ops_policy = nj_site_ref(site, ops, "policy");
    site->plan.advise = nj_node_bool(nj_node_get(ops, "advice"), 1);
    site->plan.file = nj_site_text(site, nj_settings_file(site->settings));
    site->plan.ops_channel_after_ms =
        nj_node_ms(nj_node_get(ops, "channel_after"), 0);
    for (const struct nj_node *c = nj_node_first(channels);
         c != NULL && site->plan.mail_channel == NULL; c = nj_node_next(c)) {
        if (nj_str_eq(nj_node_text(nj_node_get(c, "type")), "smtp")) {
            site->plan.mail_channel = nj_site_name(site, nj_node_name(c));
        }
    }
}

/* Below NODE, each zone that the file names. */
static void examine_zones(struct nj_site *site, const struct nj_node *node)
{
    if (nj_node_kind(node) == NJ_KIND_ZONE && nj_node_written(node) &&
        !nj_node_broken(node)) {
        (void)nj_site_zone(site, node);
    }
    for (const struct nj_node *child = nj_node_first(node); child != NULL;
         child = nj_node_next(child)) {
        examine_zones(site, child);
    }
}

int nj_plan_examine(const struct nj_settings *settings,
                    int64_t now_ms,
                    struct nj_problems *problems)
{
    struct nj_names names = {0};
    struct nj_zone *utc = NULL;
    struct nj_site site = {
        .settings = settings,
        .root = nj_settings_root(settings),
        .names = &names,
        .problems = problems,
        .now_ms = now_ms,
    };

    examine_zones(&site, site.root);
    if (nj_zone_load(NULL, "UTC", &utc, NULL) == 0) {
        nj_site_examine_holidays(&site, utc);
    }
    nj_zone_destroy(utc);
    nj_plan_finish(&site.plan);
    nj_names_finish(&names);
    return site.failed ? NJ_E_NOMEM : 0;
}

int nj_plan_build(const struct nj_settings *settings,
                  struct nj_names *names,
                  int64_t now_ms,
                  struct nj_plan *out,
                  struct nj_problems *problems)
{
    return nj_plan_build_with(settings, names, now_ms, NULL, out, problems);
}

int nj_plan_build_with(const struct nj_settings *settings,
                       struct nj_names *names,
                       int64_t now_ms,
                       const struct nj_shelf *shelf,
                       struct nj_plan *out,
                       struct nj_problems *problems)
{
    struct nj_site site = {
        .settings = settings,
        .root = nj_settings_root(settings),
        .names = names,
        .problems = problems,
        .shelf = shelf,
        .now_ms = now_ms,
    };
    size_t errors = problems->errors;

    build_rest(&site); /* people need the mail channel */
    nj_site_brands(&site);
    nj_site_people(&site);
    nj_site_teams(&site);
    nj_site_schedules(&site);
    nj_site_policies(&site);
    nj_site_rules(&site);
    if (site.failed || problems->errors > errors) {
        nj_plan_finish(&site.plan);
        return site.failed ? NJ_E_NOMEM : NJ_E_INVALID;
    }
    *out = site.plan;
    return 0;
}
