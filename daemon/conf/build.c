#include "conf/build.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "conf/value.h"

enum { SENTENCE_BYTES = 768, NAMES_BYTES = 400, MOST_KEYS = 64 };

const char *nj_node_label(const struct nj_node *node)
{
    while (node->name == NULL && node->parent != NULL) {
        node = node->parent;
    }
    return node->name == NULL ? "the file" : node->name;
}

const char *nj_key_example(const struct nj_key *row)
{
    if (row->example != NULL) {
        return row->example;
    }
    if (row->fallback != NULL) {
        return row->fallback;
    }
    if (row->kind == NJ_KIND_ENUM) {
        return row->names[0];
    }
    return *nj_value_example(row->kind) == '\0' ? "some text"
                                                : nj_value_example(row->kind);
}

void nj_build_refuse(struct nj_build *b,
                     struct nj_node *node,
                     const char *fmt,
                     ...)
{
    char sentence[SENTENCE_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    node->broken = 1;
    nj_problem_at(b->problems, NJ_PROBLEM_ERROR, node, "%s: %s",
                  nj_node_label(node), sentence);
}

/* --- nodes --- */

static struct nj_node *new_node(struct nj_build *b,
                                const struct nj_key *row,
                                const struct nj_yaml *yaml,
                                const char *name)
{
    struct nj_node *node = nj_arena_zalloc(&b->settings->arena, sizeof *node);

    if (node == NULL) {
        b->code = NJ_E_NOMEM;
        return NULL;
    }
    node->row = row;
    node->kind = (uint8_t)row->kind;
    node->written = yaml != NULL && b->written;
    node->name = row->name[0] == '\0' ? NULL : row->name;
    if (name != NULL) {
        node->name = nj_arena_strdup(&b->settings->arena, name);
        if (node->name == NULL) {
            b->code = NJ_E_NOMEM;
            return NULL;
        }
    }
    if (yaml != NULL) {
        int scalar = yaml->kind == NJ_YAML_SCALAR && yaml->text[0] != '\0';

        node->line =
            scalar || yaml->name == NULL ? yaml->line : yaml->name_line;
        node->column =
            scalar || yaml->name == NULL ? yaml->column : yaml->name_column;
    }
    return node;
}

static void append(struct nj_node *parent, struct nj_node *node)
{
    struct nj_node **end = &parent->first;

    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = node;
    node->parent = parent;
}

static void build_into(struct nj_build *b,
                       struct nj_node *node,
                       const struct nj_yaml *yaml);

/* Build a child and put it at *END of PARENT's children, which moves on. */
static void add_child(struct nj_build *b,
                      struct nj_node *parent,
                      struct nj_node ***end,
                      const struct nj_key *row,
                      const struct nj_yaml *yaml)
{
    const char *name = row->name[0] == '\0' && yaml != NULL ? yaml->name : NULL;
    struct nj_node *node = new_node(b, row, yaml, name);

    if (node == NULL) {
        return;
    }
    node->parent = parent;
    **end = node;
    *end = &node->next;
    build_into(b, node, yaml);
}

/* --- maps with fixed keys --- */

/* Write the keys of ROW and TYPE into NAMES; returns how many. */
static size_t key_names(const struct nj_key *row,
                        const struct nj_type *type,
                        const char *names[MOST_KEYS])
{
    const struct nj_key *key;
    size_t at = 0;
    size_t count = 0;

    while ((key = nj_key_next(row, type, &at)) != NULL && count < MOST_KEYS) {
        names[count++] = key->name;
    }
    return count;
}

static void
join_names(const char *const *names, size_t count, char out[NAMES_BYTES])
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        int n = snprintf(out + at, NAMES_BYTES - at, "%s%s", i == 0 ? "" : ", ",
                         names[i]);

        if (n < 0 || (size_t)n >= NAMES_BYTES - at) {
            return;
        }
        at += (size_t)n;
    }
}

/* Where KEY would be right, when it stands one level too high or low: the
 * name of the map it belongs in, "" for the top level, NULL: nowhere. */
static const char *right_place(const struct nj_key *row, const char *key)
{
    for (size_t at = 0;;) {
        const struct nj_key *inner = nj_key_next(row, NULL, &at);

        if (inner == NULL) {
            break;
        }
        if (inner->kind == NJ_KIND_MAP &&
            nj_key_find(inner, NULL, key) != NULL) {
            return inner->name;
        }
    }
    return nj_key_find(&nj_rows_root, NULL, key) == NULL ? NULL : "";
}

/* The other type that has KEY, or NULL. */
static const struct nj_type *type_with(const struct nj_key *row,
                                       const char *key)
{
    const struct nj_type *type = row->types;

    for (; type != NULL && type->name != NULL; type++) {
        if (nj_key_find(row, type, key) != NULL) {
            return type;
        }
    }
    return NULL;
}

/* Where MAP, whose type is not known, has ENTRY: whether that may be all right
 * once the type is. */
static int may_be_known(const struct nj_node *node,
                        const struct nj_yaml *map,
                        const struct nj_yaml *entry)
{
    const struct nj_yaml *n = map->first;

    while (n != NULL && strcmp(n->name, "type") != 0) {
        n = n->next;
    }
    return node->row->types != NULL &&
           (n != NULL || type_with(node->row, entry->name) != NULL);
}

static void refuse_key(struct nj_build *b,
                       struct nj_node *node,
                       const struct nj_type *type,
                       const struct nj_yaml *entry)
{
    const struct nj_type *other = type_with(node->row, entry->name);
    const char *place = right_place(node->row, entry->name);
    const char *names[MOST_KEYS];
    char list[NAMES_BYTES];
    char more[SENTENCE_BYTES];
    size_t count = key_names(node->row, type, names);
    const char *near = nj_str_nearest(entry->name, names, count);

    /* checks of several keys would only say again what this says; but one bad
     * key at the top must not hide the rest of the file's errors */
    node->broken = node->parent != NULL;
    join_names(names, count, list);
    if (other != NULL && type != NULL) {
        (void)snprintf(more, sizeof more, "it belongs to type %s, not %s",
                       other->name, type->name);
    } else if (near != NULL) {
        (void)snprintf(more, sizeof more, "did you mean '%s'?", near);
    } else if (strcmp(entry->name, "<<") == 0) {
        (void)snprintf(more, sizeof more,
                       "merging is not supported, write the keys out");
    } else if (place != NULL && place[0] == '\0') {
        (void)snprintf(more, sizeof more,
                       "it stands at the first column, without indentation");
    } else if (place != NULL) {
        (void)snprintf(more, sizeof more, "it belongs inside '%s'", place);
    } else {
        (void)snprintf(more, sizeof more, "known here: %s", list);
    }
    nj_problem(b->problems, NJ_PROBLEM_ERROR, entry->name_line,
               entry->name_column, "unknown key '%s'; %s", entry->name, more);
}

/* The type that YAML gives NODE; NULL: none, or an unknown one. */
static const struct nj_type *find_type(const struct nj_node *node,
                                       const struct nj_yaml *yaml)
{
    const struct nj_yaml *entry = yaml == NULL ? NULL : yaml->first;

    while (entry != NULL && strcmp(entry->name, "type") != 0) {
        entry = entry->next;
    }
    return entry == NULL ? NULL : nj_type_find(node->row, entry->text);
}

/* Whether an unknown key in YAML was already told to mean KEY. */
static int is_meant(const struct nj_node *node,
                    const struct nj_type *type,
                    const struct nj_yaml *yaml,
                    const char *key)
{
    const struct nj_yaml *entry = yaml == NULL ? NULL : yaml->first;
    const char *names[MOST_KEYS];
    size_t count = key_names(node->row, type, names);

    for (; entry != NULL; entry = entry->next) {
        if (nj_key_find(node->row, type, entry->name) == NULL &&
            nj_str_eq(nj_str_nearest(entry->name, names, count), key)) {
            return 1;
        }
    }
    return 0;
}

static void refuse_missing(struct nj_build *b,
                           const struct nj_node *node,
                           const struct nj_key *key)
{
    nj_problem_at(b->problems, NJ_PROBLEM_ERROR, node,
                  "%s: '%s' is missing; write for example `%s: %s`",
                  nj_node_label(node), key->name, key->name,
                  nj_key_example(key));
}

static void add_defaults(struct nj_build *b,
                         struct nj_node *node,
                         struct nj_node ***end,
                         const struct nj_yaml *yaml)
{
    const struct nj_type *type = find_type(node, yaml);
    const int written = b->written;
    const struct nj_key *key;
    size_t at = 0;

    while ((key = nj_key_next(node->row, type, &at)) != NULL) {
        int map = key->kind == NJ_KIND_MAP || key->kind == NJ_KIND_NAMED;

        if (b->code != 0 || nj_node_get(node, key->name) != NULL) {
            continue;
        }
        if ((key->flags & NJ_KEY_REQUIRED) != 0) {
            if (!is_meant(node, type, yaml, key->name)) {
                refuse_missing(b, node, key);
            }
        } else if (key->fallback != NULL) {
            struct nj_yaml text = {.kind = NJ_YAML_SCALAR,
                                   .text = key->fallback};

            b->written = 0;
            add_child(b, node, end, key, &text);
            b->written = written;
        } else if (map && (key->flags & (NJ_KEY_OFF | NJ_KEY_FREE)) == 0) {
            add_child(b, node, end, key, NULL);
        }
    }
}

/* Whether NAME can name a thing, and what it might have been. */
static int is_thing_name(const char *name)
{
    size_t ok = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");

    return (islower((unsigned char)name[0]) ||
            isdigit((unsigned char)name[0])) &&
           name[ok] == '\0' && ok <= NJ_LIMIT_NAME_BYTES;
}

static void
build_map(struct nj_build *b, struct nj_node *node, const struct nj_yaml *yaml)
{
    const struct nj_type *type = find_type(node, yaml);
    const struct nj_yaml *entry = yaml == NULL ? NULL : yaml->first;
    struct nj_node **end = &node->first;

    for (; entry != NULL && b->code == 0; entry = entry->next) {
        const struct nj_key *row = nj_key_find(node->row, type, entry->name);

        if (row == NULL && (node->row->flags & NJ_KEY_CONTACTS) != 0 &&
            is_thing_name(entry->name)) {
            row = &nj_row_person_contact; /* refs.c looks for the channel */
        }
        if (row == NULL && type == NULL && may_be_known(node, yaml, entry)) {
            node->broken = 1;
        } else if (row == NULL) {
            refuse_key(b, node, type, entry);
        } else {
            add_child(b, node, &end, row, entry);
        }
    }
    add_defaults(b, node, &end, yaml);
}

/* --- maps of chosen names, lists --- */

/* NAME as it should have been written; "" when nothing is left of it. */
static void name_meant(const char *name, char *out, size_t room)
{
    size_t at = 0;

    out[0] = '\0';
    if (strlen(name) >= room) {
        return;
    }
    for (; *name != '\0'; name++) {
        char c = (char)tolower((unsigned char)*name);

        if ((unsigned char)c >= 0x80) {
            out[0] = '\0';
            return;
        }
        if (islower((unsigned char)c) || isdigit((unsigned char)c) ||
            (at > 0 && strchr("._-", c) != NULL)) {
            out[at++] = c;
        } else if (at > 0 && out[at - 1] != '-') {
            out[at++] = '-';
        }
    }
    while (at > 0 && out[at - 1] == '-') {
        at--;
    }
    out[at] = '\0';
}

static void refuse_name(struct nj_build *b,
                        const char *section,
                        const struct nj_yaml *entry)
{
    char meant[NJ_LIMIT_NAME_BYTES + 1];

    name_meant(entry->name, meant, sizeof meant);
    nj_problem(b->problems, NJ_PROBLEM_ERROR, entry->name_line,
               entry->name_column,
               "%s: '%.100s' is not a name; names are of a-z, 0-9 and . _ - "
               "and at most %d long%s%s",
               section, entry->name, NJ_LIMIT_NAME_BYTES,
               meant[0] == '\0' ? "" : ", for example ", meant);
}

static void build_named(struct nj_build *b,
                        struct nj_node *node,
                        const struct nj_yaml *yaml)
{
    const struct nj_yaml *entry = yaml == NULL ? NULL : yaml->first;
    struct nj_node **end = &node->first;

    for (; entry != NULL && b->code == 0; entry = entry->next) {
        if ((node->row->flags & NJ_KEY_FREE) == 0 &&
            !is_thing_name(entry->name)) {
            refuse_name(b, nj_node_label(node), entry);
        }
        add_child(b, node, &end, node->row->item, entry);
    }
}

static void
build_list(struct nj_build *b, struct nj_node *node, const struct nj_yaml *yaml)
{
    const struct nj_yaml *item =
        yaml->kind == NJ_YAML_LIST ? yaml->first : yaml;
    struct nj_node **end = &node->first;
    int64_t count = 0;

    if (nj_yaml_is_null(yaml)) {
        return;
    }
    for (; item != NULL && b->code == 0; item = item->next) {
        struct nj_yaml bare = *item;

        bare.name = NULL; /* a single item does not bear the list's key */
        add_child(b, node, &end, node->row->item, &bare);
        count++;
        if (yaml->kind != NJ_YAML_LIST) {
            break;
        }
    }
    if (node->row->most != 0 && count > node->row->most) {
        nj_build_refuse(b, node, "%lld are too many; the most is %lld",
                        (long long)count, (long long)node->row->most);
    }
}

/* --- any shape --- */

static const char *name_example(const struct nj_key *row)
{
    if (row->item->types != NULL) {
        return row->item->types[0].sample;
    }
    return (row->flags & NJ_KEY_FREE) != 0 ? "X-Name" : row->example;
}

/* Refuse YAML where the keys or names of NODE are wanted. */
static void refuse_shape(struct nj_build *b,
                         struct nj_node *node,
                         const struct nj_yaml *yaml)
{
    const char *shape =
        yaml->kind == NJ_YAML_LIST ? "a list" : "a single value";
    const char *names[MOST_KEYS];
    char list[NAMES_BYTES];

    if (node->parent == NULL) {
        nj_build_refuse(b, node,
                        "%s stands where keys are wanted, such as `sources:`; "
                        "a space must follow each colon",
                        shape);
    } else if (node->kind == NJ_KIND_NAMED) {
        nj_build_refuse(b, node,
                        "%s stands where names are wanted; write `%s:` and "
                        "indent what belongs to it below",
                        shape, name_example(node->row));
    } else {
        join_names(names, key_names(node->row, NULL, names), list);
        nj_build_refuse(b, node, "%s stands where keys are wanted: %s", shape,
                        list);
    }
}

static void
build_into(struct nj_build *b, struct nj_node *node, const struct nj_yaml *yaml)
{
    const int nothing = yaml == NULL || nj_yaml_is_null(yaml);

    if (node->kind == NJ_KIND_LIST) {
        build_list(b, node, yaml);
    } else if (node->kind != NJ_KIND_MAP && node->kind != NJ_KIND_NAMED) {
        nj_build_scalar(b, node, yaml);
    } else if (!nothing && yaml->kind != NJ_YAML_MAP) {
        refuse_shape(b, node, yaml);
    } else if (node->kind == NJ_KIND_MAP) {
        build_map(b, node, nothing ? NULL : yaml);
    } else {
        build_named(b, node, nothing ? NULL : yaml);
    }
}

struct nj_node *nj_build_node(struct nj_build *b,
                              const struct nj_key *row,
                              const struct nj_yaml *yaml,
                              struct nj_node *parent,
                              const char *name)
{
    struct nj_node *node = b->code != 0 ? NULL : new_node(b, row, yaml, name);

    if (node == NULL) {
        return NULL;
    }
    if (parent != NULL) {
        append(parent, node);
    }
    build_into(b, node, yaml);
    return b->code == 0 ? node : NULL;
}

struct nj_node *nj_build_fragment(struct nj_build *b,
                                  const struct nj_key *row,
                                  const char *fragment,
                                  struct nj_node *parent,
                                  const char *name)
{
    const int written = b->written;
    struct nj_arena arena = {0};
    struct nj_yaml *yaml = NULL;
    struct nj_node *node = NULL;

    if (b->code != 0) {
        return NULL;
    }
    if (nj_yaml_read(fragment, strlen(fragment), &arena, &yaml, b->problems) !=
        0) {
        b->code = NJ_E_NOMEM; /* it is ours, so it is YAML */
    } else {
        b->written = 0;
        node = nj_build_node(b, row, yaml, parent, name);
        b->written = written;
    }
    nj_arena_finish(&arena);
    return node;
}
