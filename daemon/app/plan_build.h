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
    struct nj_plan plan;          /* growing */
    const struct nj_shelf *shelf; /* NULL: no URL is known */
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

/* The zone NAME; NULL when there is none such (not told). */
const struct nj_zone *nj_site_zone_named(struct nj_site *site,
                                         const char *name);

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

/* What the calendar NODE says, into OUT, a layer of SCHEDULE, of which zone
 * and clock are there already. */
void nj_site_calendar(struct nj_site *site,
                      const struct nj_node *node,
                      const struct nj_schedule *schedule,
                      struct nj_layer *out);

/* The days in LIST, dates and calendars, into OUT, of which the zone is there
 * already. */
void nj_site_holidays(struct nj_site *site,
                      const struct nj_node *list,
                      struct nj_brand *out);

void nj_site_brands(struct nj_site *site);
/* Only tell what is wrong with the holidays of the brands. */
void nj_site_examine_holidays(struct nj_site *site, const struct nj_zone *any);
void nj_site_people(struct nj_site *site);
void nj_site_teams(struct nj_site *site);
void nj_site_schedules(struct nj_site *site);
void nj_site_policies(struct nj_site *site);
void nj_site_rules(struct nj_site *site);

/* The kinds of advice that NODE's `accept` names: 1 << nj_advice_kind. */
unsigned nj_site_accept(const struct nj_node *node);

#endif
