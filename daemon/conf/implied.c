/* What need not be written: defaults that depend on other keys, and the
 * things a short file may leave out.
 *
 *   channels   email (smtp on this machine), desktop, webhook
 *   teams      everyone: all people
 *   policies   none written: default, pages team everyone three times
 *   brands     none written: default, never open, so always out of hours
 *   rules      not written: offensive on our page, urgent, not judged
 *
 * A name that is written is never touched. All of it stands in the tree as
 * not written, so `config show` tells it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "conf/build.h"

enum { FRAGMENT_BYTES = 64 << 10, CONTACT_KEYS = 4 };

static const char rules_fragment[] =
    "- {name: offensive on our page,\n"
    "   match: {place: [own-page, own-post], offensive: 0.8},\n"
    "   severity: critical}\n"
    "- {name: urgent,\n"
    "   match: {place: [own-page, mention], urgent: 0.8},\n"
    "   severity: critical}\n"
    "- {name: could not be judged, match: {unjudged: true}, severity: low}\n";

static const char policy_fragment[] =
    "{steps: [{page: [team/everyone], wait: 10m}], repeat: 3}";

static struct nj_node *section(struct nj_build *b, const char *name)
{
    struct nj_node *n = b->settings->root->first;

    while (n != NULL && !nj_str_eq(n->name, name)) {
        n = n->next;
    }
    return n;
}

/* The text of NODE, unless it was refused: once is enough. */
static const char *sound(const struct nj_node *node)
{
    return node == NULL || node->broken ? NULL : nj_node_text(node);
}

static const char *text_at(const struct nj_node *map, const char *key)
{
    return sound(nj_node_get(map, key));
}

/* The text at PATH, to be the default of something else. */
static const char *daemon_text(const struct nj_build *b, const char *path)
{
    return sound(nj_settings_at(b->settings, path));
}

/* The thing of kind REF that TEXT ("maya", "person/maya") names, or NULL. */
static const struct nj_node *
thing(struct nj_build *b, enum nj_ref ref, const char *text)
{
    const char *slash = text == NULL ? NULL : strchr(text, '/');

    return nj_settings_find(b->settings, ref, slash == NULL ? text : slash + 1);
}

/* The row of KEY in MAP when it is not there and may be filled in. */
static const struct nj_key *room_for(struct nj_node *map, const char *key)
{
    if (map == NULL || map->broken || nj_node_get(map, key) != NULL) {
        return NULL;
    }
    return nj_key_find(map->row, nj_node_type(map), key);
}

/* KEY of MAP, where it is not written, as FRAGMENT of YAML. */
static void imply(struct nj_build *b,
                  struct nj_node *map,
                  const char *key,
                  const char *fragment)
{
    const struct nj_key *row = room_for(map, key);

    if (row != NULL && fragment != NULL) {
        (void)nj_build_fragment(b, row, fragment, map, NULL);
    }
}

/* KEY of MAP, where it is not written, as the scalar TEXT (NULL: leave). */
static void imply_text(struct nj_build *b,
                       struct nj_node *map,
                       const char *key,
                       const char *text)
{
    const struct nj_yaml scalar = {.kind = NJ_YAML_SCALAR, .text = text};
    const struct nj_key *row = room_for(map, key);
    const int written = b->written;

    if (row != NULL && text != NULL) {
        b->written = 0;
        (void)nj_build_node(b, row, &scalar, map, NULL);
        b->written = written;
    }
}

/* A thing called NAME in SECTION, where there is none. */
static void imply_thing(struct nj_build *b,
                        const char *name_of_section,
                        const char *name,
                        const char *fragment)
{
    struct nj_node *map = section(b, name_of_section);

    if (map != NULL && nj_node_get(map, name) == NULL) {
        (void)nj_build_fragment(b, map->row->item, fragment, map, name);
    }
}

/* --- things --- */

static void imply_everyone(struct nj_build *b)
{
    const struct nj_node *people = section(b, "people");
    struct nj_node *teams = section(b, "teams");
    struct nj_yaml team = {.kind = NJ_YAML_MAP};
    struct nj_yaml list = {.kind = NJ_YAML_LIST, .name = "people"};
    struct nj_yaml *names = calloc(nj_node_count(people) + 1, sizeof *names);
    struct nj_yaml **end = &list.first;
    const int written = b->written;
    size_t at = 0;

    if (names == NULL) {
        b->code = NJ_E_NOMEM;
        return;
    }
    for (const struct nj_node *n = nj_node_first(people); n != NULL;
         n = nj_node_next(n)) {
        names[at] = (struct nj_yaml){.kind = NJ_YAML_SCALAR, .text = n->name};
        *end = &names[at++];
        end = &(*end)->next;
    }
    team.first = &list;
    if (teams != NULL && nj_node_get(teams, "everyone") == NULL) {
        b->written = 0;
        (void)nj_build_node(b, teams->row->item, &team, teams, "everyone");
        b->written = written;
    }
    free(names);
}

static void imply_things(struct nj_build *b)
{
    struct nj_node *root = b->settings->root;

    imply_thing(b, "channels", "email", "{type: smtp}");
    imply_thing(b, "channels", "desktop", "{type: desktop}");
    imply_thing(b, "channels", "webhook", "{type: webhook}");
    imply_everyone(b);
    if (nj_node_first(section(b, "policies")) == NULL) {
        imply_thing(b, "policies", "default", policy_fragment);
    }
    if (nj_node_first(section(b, "brands")) == NULL) {
        imply_thing(b, "brands", "default", "{}");
    }
    imply(b, root, "rules", rules_fragment);
}

/* --- defaults that depend on other keys --- */

/* The name of the only thing in SECTION, or NULL. */
static const char *only_one(struct nj_build *b, const char *name_of_section)
{
    const struct nj_node *first = nj_node_first(section(b, name_of_section));

    return nj_node_next(first) == NULL ? nj_node_name(first) : NULL;
}

/* People call a brand by its title; by its key, nobody does. */
static void imply_names(struct nj_build *b, struct nj_node *brand)
{
    const char *title = text_at(brand, "title");
    struct nj_buf list;

    if (title == NULL || !nj_node_written(nj_node_get(brand, "title"))) {
        imply(b, brand, "names", "[]");
        return;
    }
    nj_buf_init(&list, FRAGMENT_BYTES);
    nj_buf_addc(&list, '[');
    nj_yaml_scalar(&list, title);
    nj_buf_addc(&list, ']');
    if (list.status != 0) {
        b->code = list.status;
    } else {
        imply(b, brand, "names", nj_buf_text(&list));
    }
    nj_buf_finish(&list);
}

static void imply_brand(struct nj_build *b, struct nj_node *brand)
{
    imply_text(b, brand, "title", brand->name);
    imply_names(b, brand);
    imply_text(b, brand, "timezone", daemon_text(b, "daemon.timezone"));
    imply_text(b, brand, "team", "everyone");
}

static void imply_account(struct nj_build *b, struct nj_node *account)
{
    const struct nj_node *brand;
    const char *team;
    char owner[128];

    imply_text(b, account, "brand", only_one(b, "brands"));
    imply_text(b, account, "handle", account->name);
    brand = thing(b, NJ_REF_BRAND, text_at(account, "brand"));
    team = nj_node_name(thing(b, NJ_REF_TEAM, text_at(brand, "team")));
    if (team != NULL) {
        (void)snprintf(owner, sizeof owner, "team/%s", team);
        imply_text(b, account, "owner", owner);
    }
}

static void imply_source(struct nj_build *b, struct nj_node *source)
{
    const struct nj_node *account =
        thing(b, NJ_REF_ACCOUNT, text_at(source, "account"));

    imply_text(b, source, "brand", text_at(account, "brand"));
    if (nj_node_get(source, "account") == NULL) {
        imply_text(b, source, "brand", only_one(b, "brands"));
    }
    imply_text(b, source, "silent_after",
               daemon_text(b, "daemon.silent_after"));
    imply_text(b, source, "fails_after", daemon_text(b, "daemon.fails_after"));
    imply_text(b, source, "timeout", daemon_text(b, "daemon.limits.timeout"));
    imply_text(b, source, "user_agent", daemon_text(b, "daemon.user_agent"));
}

/* Whether NODE is one of a person's contacts, by a channel that is there. */
static int is_contact(struct nj_build *b, const struct nj_node *node)
{
    return node != NULL && nj_key_is_contact(node->row) &&
           nj_settings_find(b->settings, NJ_REF_CHANNEL, node->name) != NULL;
}

/* A person's contacts as a list: those of FIRST at once, then the others, the
 * first of them after DELAY. */
static void contact_list(struct nj_build *b,
                         const struct nj_node *person,
                         const char *const first[CONTACT_KEYS],
                         const char *delay,
                         struct nj_buf *out)
{
    const char *comma = "";

    nj_buf_addc(out, '[');
    for (int i = 0; i < CONTACT_KEYS && first[i] != NULL; i++) {
        if (is_contact(b, nj_node_get(person, first[i]))) {
            nj_buf_addf(out, "%s%s", comma, first[i]);
            comma = ", ";
        }
    }
    if (comma[0] == '\0') {
        delay = "";
    }
    for (const struct nj_node *n = person->first; n != NULL; n = n->next) {
        int done = !is_contact(b, n);

        for (int i = 0; i < CONTACT_KEYS && first[i] != NULL; i++) {
            done |= strcmp(n->name, first[i]) == 0;
        }
        if (!done) {
            nj_buf_addf(out, "%s%s%s", comma, delay, n->name);
            comma = ", ";
            delay = "";
        }
    }
    nj_buf_addc(out, ']');
}

static void imply_person_rule(struct nj_build *b,
                              struct nj_node *person,
                              const char *level,
                              const char *const first[CONTACT_KEYS],
                              const char *delay)
{
    struct nj_node *rules = person->first;
    struct nj_buf list;

    while (rules != NULL && !nj_str_eq(rules->name, "rules")) {
        rules = rules->next;
    }
    nj_buf_init(&list, FRAGMENT_BYTES);
    contact_list(b, person, first, delay, &list);
    if (list.status != 0) {
        b->code = list.status;
    } else {
        imply(b, rules, level, nj_buf_text(&list));
    }
    nj_buf_finish(&list);
}

/* Low: one contact, email if there is one. */
static void imply_low(struct nj_build *b, struct nj_node *person)
{
    struct nj_node *rules = person->first;
    const struct nj_node *contact = nj_node_get(person, "email");

    while (rules != NULL && !nj_str_eq(rules->name, "rules")) {
        rules = rules->next;
    }
    for (const struct nj_node *n = person->first; n != NULL && contact == NULL;
         n = n->next) {
        contact = is_contact(b, n) ? n : NULL;
    }
    imply_text(b, rules, "low", nj_node_name(contact));
}

static void imply_person(struct nj_build *b, struct nj_node *person)
{
    static const char *const critical[CONTACT_KEYS] = {"desktop", "sms",
                                                       "email", NULL};
    static const char *const high[CONTACT_KEYS] = {"desktop", "email", NULL};

    imply_text(b, person, "name", person->name);
    imply_text(b, person, "timezone", daemon_text(b, "daemon.timezone"));
    imply_person_rule(b, person, "critical", critical, "");
    imply_person_rule(b, person, "high", high, "5m ");
    imply_low(b, person);
}

static void imply_team(struct nj_build *b, struct nj_node *team)
{
    imply_text(b, team, "owner",
               sound(nj_node_first(nj_node_get(team, "people"))));
}

static void imply_schedule(struct nj_build *b, struct nj_node *schedule)
{
    struct nj_node *layers = schedule->first;

    imply_text(b, schedule, "timezone", daemon_text(b, "daemon.timezone"));
    while (layers != NULL && !nj_str_eq(layers->name, "layers")) {
        layers = layers->next;
    }
    for (struct nj_node *n = layers == NULL ? NULL : layers->first; n != NULL;
         n = n->next) {
        imply_text(b, n, "starts", "2024-01-01 00:00");
    }
}

static void imply_policy(struct nj_build *b, struct nj_node *policy)
{
    for (struct nj_node *n = policy->first; n != NULL; n = n->next) {
        if (nj_str_eq(n->name, "drill")) {
            imply_text(b, n, "timezone", daemon_text(b, "daemon.timezone"));
        }
    }
}

static void imply_channel(struct nj_build *b, struct nj_node *channel)
{
    const char *type = text_at(channel, "type");

    const char *url = text_at(channel, "url");

    if (nj_str_eq(type, "smtp") && url != NULL &&
        nj_str_starts(url, "smtp://")) {
        imply_text(b, channel, "starttls",
                   nj_node_get(channel, "username") == NULL ? "opportunistic"
                                                            : "required");
    }
    if (nj_str_eq(type, "sms-webhook")) {
        imply_text(b, channel, "status_callback",
                   daemon_text(b, "daemon.http.public_url") == NULL ? "false"
                                                                    : "true");
    }
    if (nj_str_eq(type, "sms-webhook") &&
        nj_str_eq(text_at(channel, "style"), "twilio")) {
        imply_text(b, channel, "url", "https://api.twilio.com");
    }
}

static void imply_rule(struct nj_build *b, struct nj_node *rule)
{
    imply_text(b, rule, "policy", only_one(b, "policies"));
}

static void for_each(struct nj_build *b,
                     const char *name,
                     void (*each)(struct nj_build *, struct nj_node *))
{
    struct nj_node *map = section(b, name);
    struct nj_node *n = map == NULL ? NULL : map->first;

    for (; n != NULL && b->code == 0; n = n->next) {
        if (!n->broken) {
            each(b, n);
        }
    }
}

static void imply_daemon(struct nj_build *b)
{
    struct nj_node *daemon = section(b, "daemon");
    struct nj_node *n = daemon == NULL ? NULL : daemon->first;

    while (n != NULL && !nj_str_eq(n->name, "ops")) {
        n = n->next;
    }
    imply_text(b, n, "team", "everyone");
}

void nj_build_implied(struct nj_build *b)
{
    imply_things(b);
    nj_build_index(b);
    imply_daemon(b);
    for_each(b, "brands", imply_brand);
    for_each(b, "accounts", imply_account);
    for_each(b, "sources", imply_source);
    for_each(b, "people", imply_person);
    for_each(b, "teams", imply_team);
    for_each(b, "schedules", imply_schedule);
    for_each(b, "policies", imply_policy);
    for_each(b, "channels", imply_channel);
    for_each(b, "rules", imply_rule);
}
