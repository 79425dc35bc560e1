/* app/plan_build.h - inside app/plan: one building site, shared by the files
 * plan_*.c, each of which builds one section. */

#ifndef NJ_APP_PLAN_BUILD_H
#define NJ_APP_PLAN_BUILD_H

#include "app/plan.h"

struct nj_site {
    const struct nj_settings *settings;
    const struct nj_node *root;
    struct nj_names *names;
    struct nj_problems *problems;
    struct nj_plan plan; /* growing */
    int64_t now_ms;
    int failed; /* memory ran out: sticks */
};

/* COUNT zeroed records of SIZE bytes in the plan's arena; NULL (and the site
 * has failed) when memory ran out. COUNT 0 gives a valid pointer. */
void *nj_site_records(struct nj_site *site, size_t count, size_t size);

/* TEXT (may be NULL) as an interned name, or as a copy in the arena. */
const char *nj_site_name(struct nj_site *site, const char *text);
const char *nj_site_text(struct nj_site *site, const char *text);

/* The zone NODE names, loaded once; NULL when there is none such (told). */
const struct nj_zone *nj_site_zone(struct nj_site *site,
                                   const struct nj_node *node);

/* The name that the reference at KEY of MAP leads to, interned; NULL: none. */
const char *
nj_site_ref(struct nj_site *site, const struct nj_node *map, const char *key);

/* A list of texts or references as names or copies. */
const char *const *nj_site_list(struct nj_site *site,
                                const struct nj_node *list,
                                size_t *out_count);
const struct nj_window *nj_site_windows(struct nj_site *site,
                                        const struct nj_node *list,
                                        size_t *out_count);

void nj_site_brands(struct nj_site *site);
/* Only tell what is wrong with the holidays of the brands. */
void nj_site_examine_holidays(struct nj_site *site, const struct nj_zone *any);
void nj_site_people(struct nj_site *site);
void nj_site_teams(struct nj_site *site);
void nj_site_schedules(struct nj_site *site);
void nj_site_policies(struct nj_site *site);
void nj_site_rules(struct nj_site *site);

#endif
