#include "conf/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "conf/value.h"

enum { LINE_BYTES = 4 << 10, LINES_BYTES = 64 << 10 };

static char *keep(struct nj_build *b, const char *text)
{
    char *copy = nj_arena_strdup(&b->settings->arena, text);

    if (copy == NULL) {
        b->code = NJ_E_NOMEM;
    }
    return copy;
}

/* --- text --- */

static const char *bad_text(const struct nj_key *row, const char *text)
{
    const int lines = (row->flags & NJ_KEY_LINES) != 0;
    size_t len = strlen(text);

    if (len > (lines ? LINES_BYTES : LINE_BYTES)) {
        return lines ? "this text is too long; the most is 64 KiB"
                     : "this text is too long; the most is 4 KiB";
    }
    for (const char *p = text; *p != '\0';) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(p, len - (size_t)(p - text), &cp);

        if (n == 0) {
            return "this text is not UTF-8";
        }
        if ((cp == '\n' || cp == '\r') && !lines) {
            return "this text must stay on one line";
        }
        if ((cp < 0x20 && cp != '\n' && cp != '\t') ||
            (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029) {
            return "this text has a control character; take it out";
        }
        p += n;
    }
    return NULL;
}

/* --- paths --- */

static char *join(const char *directory, const char *path)
{
    size_t room = strlen(directory) + strlen(path) + 2;
    char *whole = malloc(room);

    if (whole != NULL) {
        (void)snprintf(whole, room, "%s/%s",
                       strcmp(directory, "/") == 0 ? "" : directory, path);
    }
    return whole;
}

static const char *absolute(struct nj_build *b, const char *path)
{
    char *whole;
    const char *kept;

    if (path[0] == '/') {
        return keep(b, path);
    }
    whole = join(b->settings->directory, path);
    if (whole == NULL) {
        b->code = NJ_E_NOMEM;
        return NULL;
    }
    kept = keep(b, whole);
    free(whole);
    return kept;
}

/* --- secrets --- */

static const char ways_text[] =
    "{credential: NAME}, {file: PATH} or {env: NAME}";

static int fetch(struct nj_build *b,
                 struct nj_node *node,
                 const char *name,
                 struct nj_secret_value *value)
{
    struct nj_secret_slot *slot = node->as.secret;
    struct nj_err err = {0};

    int code = b->secrets->fetch(b->secrets->ctx, slot->way, name, value, &err);

    if (code == NJ_E_AGAIN) {
        nj_problem_at(b->problems, NJ_PROBLEM_WARNING, node, "%s: %s",
                      nj_node_label(node), err.text);
        return 0;
    }
    if (code != 0) {
        nj_build_refuse(b, node, "%s", err.text);
        return 0;
    }
    if (value->warning[0] != '\0') {
        nj_problem_at(b->problems, NJ_PROBLEM_WARNING, node, "%s: %s",
                      nj_node_label(node), value->warning);
    }
    slot->value = malloc(value->len + 1);
    if (slot->value == NULL) {
        b->code = NJ_E_NOMEM;
        return 0;
    }
    memcpy(slot->value, value->bytes, value->len + 1);
    slot->len = value->len;
    return 1;
}

/* A secret that stands for a URL must be one, too. */
static void check_fetched(struct nj_build *b, struct nj_node *node)
{
    const char *value = node->as.secret->value;
    struct nj_err err = {0};

    if ((node->row->kind == NJ_KIND_URL ||
         (node->row->flags & NJ_KEY_OR_URL) != 0) &&
        nj_value_url(value, node->row->names, &err) != 0) {
        nj_build_refuse(b, node, "what the secret holds is refused: %s",
                        err.text);
    }
}

static void fetch_secret(struct nj_build *b, struct nj_node *node)
{
    struct nj_secret_slot *slot = node->as.secret;
    const char *name = slot->name;
    struct nj_secret_value *value;

    if (slot->way == NJ_SECRET_FILE) {
        name = absolute(b, name);
    }
    value = calloc(1, sizeof *value);
    if (value == NULL || name == NULL) {
        b->code = NJ_E_NOMEM;
        free(value);
        return;
    }
    if (fetch(b, node, name, value)) {
        check_fetched(b, node);
    }
    nj_wipe(value, sizeof *value);
    free(value);
}

static void add_slot(struct nj_build *b,
                     struct nj_node *node,
                     enum nj_secret_way way,
                     const char *name)
{
    struct nj_secret_slot *slot =
        nj_arena_zalloc(&b->settings->arena, sizeof *slot);

    if (slot == NULL) {
        b->code = NJ_E_NOMEM;
        return;
    }
    slot->way = way;
    slot->name = keep(b, name);
    slot->next = b->settings->secrets;
    b->settings->secrets = slot;
    node->as.secret = slot;
    if (b->secrets != NULL && b->code == 0) {
        fetch_secret(b, node);
    }
}

/* Names of credentials and variables: no path, nothing odd. */
static int is_plain_name(const char *name)
{
    size_t ok = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    return name[0] != '\0' && name[0] != '.' && name[ok] == '\0';
}

static void build_secret(struct nj_build *b,
                         struct nj_node *node,
                         const struct nj_yaml *yaml)
{
    const struct nj_yaml *way = yaml->first;

    node->kind = NJ_KIND_SECRET;
    if (yaml->kind == NJ_YAML_SCALAR && !nj_yaml_is_null(yaml)) {
        nj_build_refuse(b, node, "a secret never stands in this file; write %s",
                        ways_text);
        return;
    }
    if (yaml->kind != NJ_YAML_MAP || yaml->count != 1 ||
        way->kind != NJ_YAML_SCALAR || way->text[0] == '\0') {
        nj_build_refuse(b, node, "a secret is written %s", ways_text);
        return;
    }
    for (enum nj_secret_way i = 0; i < NJ_SECRET_WAYS; i++) {
        if (strcmp(way->name, nj_secret_way_name(i)) != 0) {
            continue;
        }
        if (bad_text(node->row, way->text) != NULL ||
            (i != NJ_SECRET_FILE && !is_plain_name(way->text))) {
            nj_build_refuse(b, node,
                            "'%s' is not a name of letters, digits and . _ -",
                            way->text);
            return;
        }
        add_slot(b, node, i, way->text);
        return;
    }
    nj_build_refuse(b, node, "'%s' is no way to a secret; write %s", way->name,
                    ways_text);
}

/* --- scalars --- */

/* What stands there, when it is not a scalar. */
static const char *shape_of(const struct nj_yaml *yaml)
{
    return yaml->kind == NJ_YAML_LIST ? "a list" : "a map of keys";
}

static void read_value(struct nj_build *b, struct nj_node *node)
{
    struct nj_err err = {0};

    if ((node->row->flags & NJ_KEY_OR_DATE) != 0 &&
        nj_value_is_date(node->text)) {
        node->kind = NJ_KIND_DATE;
    }
    if ((node->row->flags & NJ_KEY_OR_URL) != 0 &&
        strstr(node->text, "://") != NULL) {
        node->kind = NJ_KIND_URL;
    }
    if (node->kind == NJ_KIND_PATH) {
        node->as.at = absolute(b, node->text);
        return;
    }
    if (nj_value_read(node->row, (enum nj_kind)node->kind, node->text, node,
                      &err) != 0) {
        nj_build_refuse(b, node, "%s", err.text);
    }
}

/* Some choices are called null. */
static int is_choice(const struct nj_key *row, const char *text)
{
    const char *const *name = row->kind == NJ_KIND_ENUM ? row->names : NULL;

    while (name != NULL && *name != NULL && strcmp(*name, text) != 0) {
        name++;
    }
    return name != NULL && *name != NULL;
}

void nj_build_scalar(struct nj_build *b,
                     struct nj_node *node,
                     const struct nj_yaml *yaml)
{
    const struct nj_key *row = node->row;
    const char *bad;

    if (row->kind == NJ_KIND_SECRET ||
        ((row->flags & NJ_KEY_OR_SECRET) != 0 && yaml->kind == NJ_YAML_MAP)) {
        build_secret(b, node, yaml);
        return;
    }
    if (yaml->kind != NJ_YAML_SCALAR) {
        nj_build_refuse(b, node,
                        "%s stands where one value is wanted; write for "
                        "example %s",
                        shape_of(yaml), nj_key_example(row));
        return;
    }
    if ((nj_yaml_is_null(yaml) && !is_choice(row, yaml->text)) ||
        (yaml->text[0] == '\0' && row->kind != NJ_KIND_POINTER)) {
        nj_build_refuse(b, node,
                        "nothing stands here; write for example %s, or take "
                        "the line out",
                        nj_key_example(row));
        return;
    }
    bad = bad_text(row, yaml->text);
    if (bad != NULL) {
        nj_build_refuse(b, node, "%s", bad);
        return;
    }
    node->text = keep(b, yaml->text);
    if (node->text != NULL) {
        read_value(b, node);
    }
}
