/* Rules: which posts become alerts. */

#include "app/plan_build.h"
#include "base/str.h"

static unsigned read_places(const struct nj_node *list)
{
    unsigned bits = 0;

    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        enum nj_place place;

        if (nj_place_read(nj_node_text(item), &place) == 0) {
            bits |= 1u << place;
        }
    }
    return bits;
}

static unsigned read_reasons(const struct nj_node *list)
{
    unsigned bits = 0;

    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        for (unsigned i = 1; i < NJ_URGENT_REASONS; i++) {
            if (nj_str_eq(nj_urgent_reason_name((enum nj_urgent_reason)i),
                          nj_node_text(item))) {
                bits |= 1u << i;
            }
        }
    }
    return bits;
}

static void build_match(struct nj_site *site,
                        const struct nj_node *node,
                        struct nj_match *out)
{
    const struct nj_node *labels = nj_node_get(node, "labels");
    const char *level = nj_node_text(nj_node_get(node, "level"));
    enum nj_level least = NJ_LEVEL_NONE;

    out->places = read_places(nj_node_get(node, "place"));
    out->brands =
        nj_site_list(site, nj_node_get(node, "brand"), &out->brand_count);
    out->sources =
        nj_site_list(site, nj_node_get(node, "source"), &out->source_count);
    out->languages =
        nj_site_list(site, nj_node_get(node, "language"), &out->language_count);
    out->words =
        nj_site_list(site, nj_node_get(node, "words"), &out->word_count);
    out->offensive = (float)nj_node_number(nj_node_get(node, "offensive"), -1);
    out->urgent = (float)nj_node_number(nj_node_get(node, "urgent"), -1);
    for (unsigned i = 0; i < NJ_LABELS; i++) {
        const char *name = nj_label_name((enum nj_label)i);

        out->labels[i] = (float)nj_node_number(nj_node_get(labels, name), -1);
    }
    out->level =
        level != NULL && nj_level_read(level, &least) == 0 ? (int)least : -1;
    out->urgent_reasons = read_reasons(nj_node_get(node, "urgent_reason"));
    out->followers = nj_node_int(nj_node_get(node, "followers"), -1);
    out->unjudged = nj_node_bool(nj_node_get(node, "unjudged"), 0);
}

static void build_rule(struct nj_site *site,
                       const struct nj_node *node,
                       struct nj_rule *out)
{
    const struct nj_node *in_hours = nj_node_get(node, "in_hours");
    const char *severity = nj_node_text(nj_node_get(node, "severity"));

    out->name = nj_site_name(site, nj_node_text(nj_node_get(node, "name")));
    build_match(site, nj_node_get(node, "match"), &out->match);
    out->severity = NJ_LEVEL_HIGH;
    if (severity != NULL && nj_level_read(severity, &out->severity) != 0) {
        out->severity = NJ_LEVEL_HIGH; /* the row allows no other name */
    }
    out->policy = nj_site_ref(site, node, "policy");
    if (in_hours != NULL) {
        out->in_hours = nj_site_name(site, nj_node_ref_name(in_hours));
        out->in_hours_is_policy = nj_node_ref(in_hours) == NJ_REF_POLICY;
    }
    out->always = nj_node_bool(nj_node_get(node, "always"), 0);
    out->team = nj_site_ref(site, node, "team");
    out->playbook =
        nj_site_text(site, nj_node_text(nj_node_get(node, "playbook")));
    out->reopen_ms = nj_node_ms(nj_node_get(node, "reopen"), 0);
    out->join_ms = nj_node_ms(nj_node_get(node, "join"), 0);
}

void nj_site_rules(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "rules");
    struct nj_rule *rules =
        nj_site_records(site, nj_node_count(section), sizeof *rules);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         rules != NULL && node != NULL; node = nj_node_next(node)) {
        build_rule(site, node, &rules[n++]);
    }
    site->plan.rules = rules;
    site->plan.rule_count = n;
}
