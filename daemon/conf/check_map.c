/* Checks of maps that hang together by more than one key. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "conf/build.h"
#include "conf/check.h"
#include "conf/value.h"

static int has(const struct nj_node *map, const char *key)
{
    return nj_node_get(map, key) != NULL;
}

static int says(const struct nj_node *map, const char *key, const char *text)
{
    return nj_str_eq(nj_node_text(nj_node_get(map, key)), text);
}

#define ERROR(node, ...)                                                       \
    nj_problem_at(problems, NJ_PROBLEM_ERROR, node, __VA_ARGS__)
#define WARNING(node, ...)                                                     \
    nj_problem_at(problems, NJ_PROBLEM_WARNING, node, __VA_ARGS__)

/* --- headers, logging in --- */

/* RFC 9110 5.6.2. */
static int is_token(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (!isalnum((unsigned char)*p) &&
            strchr("!#$%&'*+-.^_`|~", *p) == NULL) {
            return 0;
        }
    }
    return text[0] != '\0';
}

static int is_ours(const char *name)
{
    static const char *const ours[] = {
        "host",       "content-length", "transfer-encoding",
        "connection", "if-none-match",  "if-modified-since",
        "upgrade",    "expect",         "te"};

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcasecmp(name, ours[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_secret_name(const char *name)
{
    static const char *const signs[] = {"authorization", "cookie", "token",
                                        "secret",        "apikey", "api-key",
                                        "password"};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strcasestr(name, signs[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

void nj_check_headers(const struct nj_settings *settings,
                      const struct nj_node *node,
                      struct nj_problems *problems)
{
    (void)settings;
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        if (!is_token(n->name)) {
            ERROR(n,
                  "headers: '%s' is not the name of a header; write for "
                  "example X-Api-Key",
                  n->name);
        } else if (is_ours(n->name)) {
            ERROR(n, "headers: nightjar sets '%s' itself; take it out",
                  n->name);
        } else if (is_secret_name(n->name) && n->kind == NJ_KIND_TEXT) {
            WARNING(n,
                    "headers: '%s' looks like a secret; write `%s: "
                    "{credential: NAME}`, so that it does not stand here",
                    n->name, n->name);
        }
    }
}

void nj_check_auth(const struct nj_settings *settings,
                   const struct nj_node *node,
                   struct nj_problems *problems)
{
    const int basic = has(node, "username") || has(node, "password");

    (void)settings;
    if (has(node, "bearer") && basic) {
        ERROR(node, "auth: write either bearer, or username and password");
    } else if (!has(node, "bearer") &&
               (!has(node, "username") || !has(node, "password"))) {
        ERROR(node, "auth: write bearer, or both username and password");
    }
}

/* --- people --- */

static int is_phone(const char *text)
{
    size_t digits = strspn(text + 1, "0123456789");

    return text[0] == '+' && digits >= 6 && digits <= 15 &&
           text[digits + 1] == '\0';
}

/* TARGET must be something that its CHANNEL can reach. */
static void check_target(const struct nj_settings *settings,
                         const struct nj_node *channel,
                         const struct nj_node *target,
                         struct nj_problems *problems)
{
    const char *text = nj_node_text(target);
    struct nj_err err = {0};

    if (text == NULL) {
        return; /* a secret */
    }
    if (says(channel, "type", "smtp")) {
        nj_check_email(settings, target, problems);
    } else if (says(channel, "type", "sms-webhook") && !is_phone(text)) {
        ERROR(target,
              "%s: '%s' is not a number with + and country code; write for "
              "example \"+447700900123\"",
              target->name, text);
    } else if (says(channel, "type", "webhook") &&
               nj_value_url(text, nj_names_http, &err) != 0) {
        ERROR(target, "%s: %s", target->name, err.text);
    }
}

static void check_contact(const struct nj_settings *settings,
                          const struct nj_node *target,
                          struct nj_problems *problems)
{
    const struct nj_node *channel =
        nj_settings_find(settings, NJ_REF_CHANNEL, target->name);
    const struct nj_node *person = target->parent;
    const char *names[64];
    const char *near;
    size_t count = 0;
    size_t at = 0;

    if (channel != NULL) {
        check_target(settings, channel, target, problems);
        return;
    }
    if ((target->row->flags & NJ_KEY_CONTACT) != 0) {
        ERROR(target,
              "there is no channel '%s'; add it below `channels:`, or take "
              "this out",
              target->name);
        return;
    }
    for (const struct nj_key *key = nj_key_next(person->row, NULL, &at);
         key != NULL; key = nj_key_next(person->row, NULL, &at)) {
        names[count++] = key->name;
    }
    for (const struct nj_node *n =
             nj_node_first(nj_node_get(settings->root, "channels"));
         n != NULL && count < 64; n = n->next) {
        names[count++] = n->name;
    }
    near = nj_str_nearest(target->name, names, count);
    ERROR(target, "unknown key '%s', nor is there such a channel%s%s%s",
          target->name, near == NULL ? "" : "; did you mean '",
          near == NULL ? "" : near, near == NULL ? "" : "'?");
}

/* Whether CHANNEL knows whom to ring without the person telling. */
static int needs_no_target(const struct nj_node *channel)
{
    return says(channel, "type", "null") ||
           (says(channel, "type", "webhook") && has(channel, "url"));
}

static void check_rules(const struct nj_node *person,
                        const struct nj_node *list,
                        struct nj_problems *problems)
{
    for (const struct nj_node *n = nj_node_first(list); n != NULL;
         n = n->next) {
        const struct nj_node *channel = n->broken ? NULL : nj_node_target(n);

        if (channel != NULL && !has(person, channel->name) &&
            !needs_no_target(channel)) {
            ERROR(n,
                  "%s: %s has no '%s'; write `%s: WHERE` beside `rules:`, or "
                  "take it out",
                  list->name, person->name, channel->name, channel->name);
        }
    }
}

void nj_check_person(const struct nj_settings *settings,
                     const struct nj_node *node,
                     struct nj_problems *problems)
{
    const struct nj_node *rules = nj_node_get(node, "rules");

    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        if (nj_key_is_contact(n->row) && !n->broken) {
            check_contact(settings, n, problems);
        }
    }
    for (const struct nj_node *n = nj_node_first(rules); n != NULL;
         n = n->next) {
        check_rules(node, n, problems);
    }
}

/* --- on call --- */

static int64_t minutes_of(const struct nj_node *node)
{
    struct nj_conf_time t;

    nj_node_time(node, &t);
    return ((((int64_t)t.year * 12 + t.month) * 31 + t.day) * 24 + t.hour) *
               60 +
           t.minute;
}

/* Whether the time at KEY_A of MAP is before the one at KEY_B; yes when either
 * is not there. */
static int in_order(const struct nj_node *map, const char *a, const char *b)
{
    const struct nj_node *first = nj_node_get(map, a);
    const struct nj_node *second = nj_node_get(map, b);

    return first == NULL || second == NULL || first->broken || second->broken ||
           minutes_of(first) < minutes_of(second);
}

void nj_check_layer(const struct nj_settings *settings,
                    const struct nj_node *node,
                    struct nj_problems *problems)
{
    const struct nj_node *starts = nj_node_get(node, "starts");

    (void)settings;
    if (!in_order(node, "starts", "ends")) {
        ERROR(nj_node_get(node, "ends"),
              "ends: this is not after `starts`, so the layer would never "
              "have anyone");
    }
    if (!in_order(node, "from", "ends")) {
        ERROR(nj_node_get(node, "ends"),
              "ends: this is not after `from`, so the layer would never have "
              "anyone");
    }
    if (!has(node, "people") && !has(node, "calendar")) {
        ERROR(node, "layers: write `people:`, who takes turns, or `calendar:`, "
                    "an iCalendar file or URL that says who is on call");
    }
    if (!nj_node_written(starts) &&
        nj_node_count(nj_node_get(node, "people")) > 1) {
        ERROR(node,
              "layers: 'starts' is missing, since people take turns; write "
              "the first handoff, for example `starts: 2026-01-05 18:00`");
    }
}

void nj_check_override(const struct nj_settings *settings,
                       const struct nj_node *node,
                       struct nj_problems *problems)
{
    (void)settings;
    if (!in_order(node, "from", "until")) {
        ERROR(nj_node_get(node, "until"), "until: this is not after `from`");
    }
    if (!has(node, "person") && !has(node, "instead_of")) {
        ERROR(node, "overrides: write `person:`, who is on call then, or "
                    "`instead_of:`, who is not");
    }
}

/* --- sources --- */

static void check_brand(const struct nj_settings *settings,
                        const struct nj_node *node,
                        struct nj_problems *problems)
{
    const struct nj_node *brand = nj_node_get(node, "brand");
    const struct nj_node *account = nj_node_get(node, "account");
    const struct nj_node *its;

    if (brand == NULL && account == NULL) {
        ERROR(
            node,
            "%s: 'brand' is missing; there are several, so write which, for "
            "example `brand: %s`",
            node->name,
            nj_node_name(nj_node_first(nj_node_get(settings->root, "brands"))));
        return;
    }
    if (brand == NULL || account == NULL || brand->broken || account->broken) {
        return;
    }
    its = nj_node_get(nj_node_target(account), "brand");
    if (its != NULL && nj_node_target(its) != nj_node_target(brand)) {
        ERROR(brand, "brand: account '%s' belongs to brand '%s', not '%s'",
              nj_node_ref_name(account), nj_node_ref_name(its),
              nj_node_ref_name(brand));
    }
}

void nj_check_source(const struct nj_settings *settings,
                     const struct nj_node *node,
                     struct nj_problems *problems)
{
    const struct nj_node *url = nj_node_get(node, "url");

    check_brand(settings, node, problems);
    if (says(node, "type", "webhook") &&
        nj_settings_at(settings, "daemon.http") == NULL) {
        ERROR(node,
              "%s: a webhook needs the HTTP server; write `http: {listen: "
              "127.0.0.1:8484}` below `daemon:`",
              node->name);
    }
    if (says(node, "next", "page") && nj_node_text(url) != NULL &&
        strstr(nj_node_text(url), "{page}") == NULL) {
        ERROR(nj_node_get(node, "next"),
              "next: page needs {page} in the url, to put the number there");
    }
}

/* --- rules --- */

void nj_check_match(const struct nj_settings *settings,
                    const struct nj_node *node,
                    struct nj_problems *problems)
{
    (void)settings;
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        if (nj_node_written(n) || !nj_node_written(node)) {
            return;
        }
    }
    WARNING(node, "match: this matches every post; write for example "
                  "`offensive: 0.8`");
}

void nj_check_pattern(const struct nj_settings *settings,
                      const struct nj_node *node,
                      struct nj_problems *problems)
{
    (void)settings;
    if (!has(node, "words") && !has(node, "regex")) {
        ERROR(node, "patterns: write what to look for, for example `words: "
                    "[boycott*]`");
    }
    if (!has(node, "label") && !has(node, "urgent")) {
        ERROR(node, "patterns: write what it means, for example `label: "
                    "insult` or `urgent: safety`");
    }
}

/* --- channels --- */

static void need(const struct nj_node *channel,
                 const char *key,
                 struct nj_problems *problems)
{
    if (!has(channel, key)) {
        ERROR(channel, "%s: style %s needs '%s'; write for example `%s: %s`",
              channel->name, nj_node_text(nj_node_get(channel, "style")), key,
              key,
              nj_key_example(
                  nj_key_find(channel->row, nj_node_type(channel), key)));
    }
}

static void check_sms(const struct nj_settings *settings,
                      const struct nj_node *node,
                      struct nj_problems *problems)
{
    const struct nj_node *status = nj_node_get(node, "status_callback");

    if (says(node, "style", "twilio")) {
        need(node, "account", problems);
        need(node, "token", problems);
        need(node, "from", problems);
    } else if (says(node, "style", "generic")) {
        need(node, "url", problems);
    }
    if (nj_node_written(status) && !status->broken && nj_node_bool(status, 0) &&
        nj_settings_at(settings, "daemon.http.public_url") == NULL) {
        ERROR(status, "status_callback: needs daemon.http.public_url, for the "
                      "reports to arrive at");
    }
}

static void check_smtp(const struct nj_node *node, struct nj_problems *problems)
{
    const struct nj_node *starttls = nj_node_get(node, "starttls");
    const char *url = nj_node_text(nj_node_get(node, "url"));

    if (has(node, "username") != has(node, "password")) {
        ERROR(node, "%s: write both username and password, or neither",
              node->name);
    }
    if (url != NULL && nj_str_starts(url, "smtps://") &&
        nj_node_written(starttls)) {
        ERROR(starttls, "starttls: smtps:// is encrypted from the start; take "
                        "this out");
    }
    if (says(node, "starttls", "off") && has(node, "username")) {
        WARNING(starttls, "starttls: the password travels unencrypted");
    }
}

void nj_check_channel(const struct nj_settings *settings,
                      const struct nj_node *node,
                      struct nj_problems *problems)
{
    const struct nj_key *key = nj_key_find(&nj_row_person, NULL, node->name);

    if (key != NULL && !nj_key_is_contact(key)) {
        ERROR(node,
              "channels: '%s' is already a key of people; give the channel "
              "another name",
              node->name);
    }
    if (says(node, "type", "smtp")) {
        check_smtp(node, problems);
    } else if (says(node, "type", "sms-webhook")) {
        check_sms(settings, node, problems);
    }
}

#undef ERROR
#undef WARNING
