#include "source/poll_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

enum { OWN_HEADERS = 3 }; /* User-Agent, Accept, Authorization */

/* Where the tree has no default: the rows have them all. */
static const int64_t TIMEOUT_MS = 30000;
static const int64_t FAILS_AFTER_MS = 900000;
static const int64_t BACKFILL_MS = 3600000;

/* A copy of TEXT (NULL: none) to *OUT; 0 or NJ_E_NOMEM. */
static int copy(const char *text, char **out)
{
    if (text == NULL) {
        return 0;
    }
    *out = strdup(text);
    return *out == NULL ? NJ_E_NOMEM : 0;
}

static void wipe(char *text)
{
    if (text != NULL) {
        nj_wipe(text, strlen(text));
        free(text);
    }
}

/* ---- headers ------------------------------------------------------------ */

static int add_header(struct nj_poll_settings *settings,
                      const char *name,
                      const char *prefix,
                      const char *value)
{
    size_t room;
    char *line;

    if (value == NULL || value[0] == '\0') {
        return 0;
    }
    room = strlen(name) + strlen(prefix) + strlen(value) + 3;
    line = malloc(room); /* kept for each of thousands of sources */
    if (line == NULL) {
        return NJ_E_NOMEM;
    }
    (void)snprintf(line, room, "%s: %s%s", name, prefix, value);
    settings->headers[settings->header_count++] = line;
    return 0;
}

static int is_named(const struct nj_node *headers, const char *name)
{
    const struct nj_node *one;

    for (one = nj_node_first(headers); one != NULL; one = nj_node_next(one)) {
        if (strcasecmp(nj_node_name(one), name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int read_headers(const struct nj_node *node,
                        const char *accept,
                        struct nj_poll_settings *out)
{
    const struct nj_node *headers = nj_node_get(node, "headers");
    const struct nj_node *auth = nj_node_get(node, "auth");
    const struct nj_node *one;
    const char *bearer = nj_node_secret(nj_node_get(auth, "bearer"));
    int code = 0;

    out->headers =
        calloc(nj_node_count(headers) + OWN_HEADERS + 1, sizeof *out->headers);
    if (out->headers == NULL) {
        return NJ_E_NOMEM;
    }
    if (!is_named(headers, "User-Agent")) {
        code = add_header(out, "User-Agent", "",
                          nj_node_text(nj_node_get(node, "user_agent")));
    }
    if (code == 0 && !is_named(headers, "Accept")) {
        code = add_header(out, "Accept", "", accept);
    }
    if (code == 0) {
        code = add_header(out, "Authorization", "Bearer ", bearer);
    }
    for (one = nj_node_first(headers); one != NULL && code == 0;
         one = nj_node_next(one)) {
        code = add_header(out, nj_node_name(one), "", nj_node_value(one));
        out->has_secrets |= nj_node_kind(one) == NJ_KIND_SECRET;
    }
    out->has_secrets |= bearer != NULL;
    return code;
}

int nj_poll_settings_read(const struct nj_node *node,
                          const char *accept,
                          struct nj_poll_settings *out)
{
    const struct nj_node *auth = nj_node_get(node, "auth");
    const struct nj_node *root = nj_node_parent(nj_node_parent(node));
    const struct nj_node *limits =
        nj_node_get(nj_node_get(root, "daemon"), "limits");
    struct nj_poll_settings made = {0};
    int code = copy(nj_node_value(nj_node_get(node, "url")), &made.url);

    if (code == 0) {
        code =
            copy(nj_node_text(nj_node_get(auth, "username")), &made.username);
    }
    if (code == 0) {
        code =
            copy(nj_node_secret(nj_node_get(auth, "password")), &made.password);
    }
    if (code == 0) {
        code = copy(nj_node_path(nj_node_get(node, "ca_file")), &made.ca_file);
    }
    if (code == 0) {
        code = read_headers(node, accept, &made);
    }
    if (code != 0) {
        nj_poll_settings_finish(&made);
        return code;
    }
    made.has_secrets |= made.password != NULL;
    made.timeout_ms = nj_node_ms(nj_node_get(node, "timeout"), TIMEOUT_MS);
    made.max_items = (size_t)nj_node_int(nj_node_get(node, "max_items"), 200);
    made.max_bytes =
        (size_t)nj_node_int(nj_node_get(limits, "body"), NJ_LIMIT_BODY_BYTES);
    *out = made;
    return 0;
}

void nj_poll_settings_finish(struct nj_poll_settings *settings)
{
    for (size_t i = 0; i < settings->header_count; i++) {
        wipe(settings->headers[i]);
    }
    free(settings->headers);
    wipe(settings->url);
    wipe(settings->username);
    wipe(settings->password);
    free(settings->ca_file);
    *settings = (struct nj_poll_settings){0};
}

/* ---- what all have ------------------------------------------------------ */

int nj_source_keys_read(const struct nj_node *node,
                        const char *brand,
                        struct nj_source_keys *out)
{
    const struct nj_node *root = nj_node_parent(nj_node_parent(node));
    const struct nj_node *daemon = nj_node_get(root, "daemon");
    const char *place = nj_node_text(nj_node_get(node, "place"));
    struct nj_source_keys made = {.place = NJ_PLACE_MENTION};
    int code;

    if (brand == NULL) {
        brand = nj_node_ref_name(nj_node_get(node, "brand"));
    }
    code = copy(brand == NULL ? "" : brand, &made.brand);
    if (code == 0) {
        code =
            copy(nj_node_text(nj_node_get(node, "language")), &made.language);
    }
    if (code != 0) {
        nj_source_keys_finish(&made);
        return code;
    }
    if (place == NULL || nj_place_read(place, &made.place) != 0) {
        made.place = NJ_PLACE_MENTION; /* the row has checked it */
    }
    made.silent_after_ms = nj_node_ms(nj_node_get(node, "silent_after"), 0);
    made.fails_after_ms =
        nj_node_ms(nj_node_get(node, "fails_after"), FAILS_AFTER_MS);
    made.backfill_ms = nj_node_ms(nj_node_get(daemon, "backfill"), BACKFILL_MS);
    made.max_bytes =
        (size_t)nj_node_int(nj_node_get(nj_node_get(daemon, "limits"), "body"),
                            NJ_LIMIT_BODY_BYTES);
    *out = made;
    return 0;
}

void nj_source_keys_finish(struct nj_source_keys *keys)
{
    free(keys->brand);
    free(keys->language);
    *keys = (struct nj_source_keys){0};
}
