/* People with their contacts, and teams. */

#include <string.h>

#include "app/plan_build.h"
#include "base/str.h"

static void build_rules(struct nj_site *site,
                        const struct nj_node *person,
                        enum nj_level level,
                        struct nj_person *out)
{
    const struct nj_node *list =
        nj_node_get(nj_node_get(person, "rules"), nj_level_name(level));
    struct nj_contact_step *steps =
        nj_site_records(site, nj_node_count(list), sizeof *steps);
    size_t n = 0;

    for (const struct nj_node *item = nj_node_first(list);
         steps != NULL && item != NULL; item = nj_node_next(item)) {
        const char *channel = nj_node_ref_name(item);
        const char *target = nj_node_value(nj_node_get(person, channel));

        steps[n++] = (struct nj_contact_step){
            .delay_ms = nj_node_ms(item, 0),
            .channel = nj_site_name(site, channel),
            .target = nj_site_text(site, target),
        };
    }
    out->rules[level] = steps;
    out->rule_count[level] = n;
}

/* A day and an hour before, unless the person has chosen. */
static void build_reminders(struct nj_site *site,
                            const struct nj_node *list,
                            struct nj_person *out)
{
    static const int64_t usual[] = {86400000, 3600000};
    size_t count = list == NULL ? 2 : nj_node_count(list);
    int64_t *ms = nj_site_records(site, count, sizeof *ms);
    size_t n = 0;

    for (size_t i = 0; list == NULL && ms != NULL && i < count; i++) {
        ms[n++] = usual[i];
    }
    for (const struct nj_node *item = nj_node_first(list);
         ms != NULL && item != NULL; item = nj_node_next(item)) {
        ms[n++] = nj_node_ms(item, 0);
    }
    out->remind_ms = ms;
    out->remind_count = n;
}

static void build_person(struct nj_site *site,
                         const struct nj_node *node,
                         struct nj_person *out)
{
    const char *mail = site->plan.mail_channel;

    out->name = nj_site_name(site, nj_node_name(node));
    out->title = nj_site_text(site, nj_node_text(nj_node_get(node, "name")));
    out->login = nj_site_text(site, nj_node_text(nj_node_get(node, "login")));
    out->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
    out->email = nj_site_text(site, nj_node_value(nj_node_get(node, "email")));
    out->accept = nj_site_accept(node);
    out->line = nj_node_written(node) ? nj_node_line(node) : 0;
    if (out->title == NULL) {
        out->title = out->name;
    }
    if (out->email != NULL) {
        out->email_channel =
            nj_settings_find(site->settings, NJ_REF_CHANNEL, "email") != NULL
                ? nj_site_name(site, "email")
                : mail;
    }
    build_reminders(site, nj_node_get(node, "remind"), out);
    for (int level = NJ_LEVEL_LOW; level < NJ_LEVELS; level++) {
        build_rules(site, node, (enum nj_level)level, out);
    }
}

void nj_site_people(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "people");
    struct nj_person *people =
        nj_site_records(site, nj_node_count(section), sizeof *people);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         people != NULL && node != NULL; node = nj_node_next(node)) {
        build_person(site, node, &people[n++]);
    }
    site->plan.people = people;
    site->plan.people_count = n;
}

void nj_site_teams(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "teams");
    struct nj_team *teams =
        nj_site_records(site, nj_node_count(section), sizeof *teams);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         teams != NULL && node != NULL; node = nj_node_next(node)) {
        struct nj_team *team = &teams[n++];

        team->name = nj_site_name(site, nj_node_name(node));
        team->people = nj_site_list(site, nj_node_get(node, "people"),
                                    &team->people_count);
        team->owner = nj_site_ref(site, node, "owner");
        team->email =
            nj_site_text(site, nj_node_text(nj_node_get(node, "email")));
    }
    site->plan.teams = teams;
    site->plan.team_count = n;
}
