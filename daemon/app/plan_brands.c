/* Brands: opening hours, and the days on which they are closed. */

#include "app/plan_build.h"

void nj_site_examine_holidays(struct nj_site *site, const struct nj_zone *any)
{
    const struct nj_node *section = nj_node_get(site->root, "brands");

    for (const struct nj_node *node = nj_node_first(section); node != NULL;
         node = nj_node_next(node)) {
        struct nj_brand brand = {.zone = any};

        nj_site_holidays(site, nj_node_get(node, "holidays"), &brand);
    }
}

static void build_brand(struct nj_site *site,
                        const struct nj_node *node,
                        struct nj_brand *out)
{
    const struct nj_node *answer = nj_node_get(node, "answer_within");

    out->name = nj_site_name(site, nj_node_name(node));
    out->title = nj_site_text(site, nj_node_text(nj_node_get(node, "title")));
    out->aliases =
        nj_site_list(site, nj_node_get(node, "names"), &out->alias_count);
    out->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
    out->open =
        nj_site_windows(site, nj_node_get(node, "open"), &out->open_count);
    out->team = nj_site_ref(site, node, "team");
    out->answer_question_ms = nj_node_ms(nj_node_get(answer, "question"), 0);
    out->answer_complaint_ms = nj_node_ms(nj_node_get(answer, "complaint"), 0);
    nj_site_holidays(site, nj_node_get(node, "holidays"), out);
}

void nj_site_brands(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "brands");
    struct nj_brand *brands =
        nj_site_records(site, nj_node_count(section), sizeof *brands);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         brands != NULL && node != NULL; node = nj_node_next(node)) {
        build_brand(site, node, &brands[n++]);
    }
    site->plan.brands = brands;
    site->plan.brand_count = n;
}
