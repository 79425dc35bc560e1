#include "conf/show.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "conf/node.h"
#include "conf/yaml.h"

enum { STEP = 2, MARK_COLUMN = 60 };

/* Kinds whose text is written as it is; all other text is quoted if need be. */
static int is_bare(const struct nj_node *node)
{
    switch (node->kind) {
    case NJ_KIND_BOOL:
    case NJ_KIND_INT:
    case NJ_KIND_NUMBER:
    case NJ_KIND_DURATION:
    case NJ_KIND_SIZE:
    case NJ_KIND_WINDOW:
    case NJ_KIND_TIME:
    case NJ_KIND_DATE:
    case NJ_KIND_CONTACT:
        return strchr(node->text, ',') == NULL;
    default:
        return 0;
    }
}

static void write_scalar(const struct nj_node *node, struct nj_buf *out)
{
    if (node->kind == NJ_KIND_SECRET) {
        nj_buf_addf(out, "{%s: ", nj_secret_way_name(node->as.secret->way));
        nj_yaml_scalar(out, node->as.secret->name);
        nj_buf_addc(out, '}');
    } else if (is_bare(node)) {
        nj_buf_adds(out, node->text);
    } else {
        nj_yaml_scalar(out, node->text);
    }
}

static int is_scalar(const struct nj_node *node)
{
    return node->kind != NJ_KIND_MAP && node->kind != NJ_KIND_NAMED &&
           node->kind != NJ_KIND_LIST;
}

/* Whether NODE fits between brackets on one line. */
static int is_flow(const struct nj_node *node)
{
    if (node->kind != NJ_KIND_LIST) {
        return is_scalar(node) || node->first == NULL;
    }
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        if (!is_flow(n)) {
            return 0;
        }
    }
    return 1;
}

static void write_flow(const struct nj_node *node, struct nj_buf *out)
{
    const char *comma = "";

    if (is_scalar(node)) {
        write_scalar(node, out);
        return;
    }
    nj_buf_addc(out, node->kind == NJ_KIND_LIST ? '[' : '{');
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        nj_buf_adds(out, comma);
        write_flow(n, out);
        comma = ", ";
    }
    nj_buf_addc(out, node->kind == NJ_KIND_LIST ? ']' : '}');
}

static void indent(struct nj_buf *out, int depth)
{
    nj_buf_addf(out, "%*s", depth * STEP, "");
}

/* The child of MAP that comes next in the order of the rows, the keys without
 * rows of their own last; the children of others in order. Start with
 * *AT = 0 and NODE NULL. */
static const struct nj_node *
next_child(const struct nj_node *map, size_t *at, const struct nj_node *node)
{
    const struct nj_type *type = nj_node_type(map);
    const struct nj_key *key;

    if (map->kind != NJ_KIND_MAP) {
        return node == NULL ? map->first : node->next;
    }
    while ((key = nj_key_next(map->row, type, at)) != NULL) {
        const struct nj_node *child = nj_node_get(map, key->name);

        if (child != NULL) {
            return child;
        }
    }
    node = node == NULL || node->row != &nj_row_person_contact ? map->first
                                                               : node->next;
    while (node != NULL && node->row != &nj_row_person_contact) {
        node = node->next;
    }
    return node;
}

/* Bytes since the last line break. */
static size_t line_width(const struct nj_buf *out)
{
    size_t width = 0;

    while (width < out->len && out->data[out->len - 1 - width] != '\n') {
        width++;
    }
    return width;
}

/* End the line, with a mark if NODE is a default. */
static void end_line(const struct nj_node *node, struct nj_buf *out)
{
    size_t width = line_width(out);

    if (!node->written) {
        nj_buf_addf(out, "%*s# default",
                    width < MARK_COLUMN ? (int)(MARK_COLUMN - width) : 1, "");
    }
    nj_buf_addc(out, '\n');
}

static void write_block(const struct nj_node *node,
                        int depth,
                        int after_dash,
                        struct nj_buf *out);

static void write_name(const struct nj_node *node, struct nj_buf *out)
{
    nj_yaml_scalar(out, node->name);
    nj_buf_addc(out, ':');
}

/* Whether NODE is text that reads better line by line and survives it. */
static int is_block_text(const struct nj_node *node)
{
    const char *text = nj_node_text(node);
    size_t len = text == NULL ? 0 : strlen(text);

    return len > 1 && strchr(text, '\n') != NULL && text[0] != ' ' &&
           text[0] != '\n' && strchr(text, '\t') == NULL &&
           !(text[len - 1] == '\n' && text[len - 2] == '\n');
}

static void
write_block_text(const struct nj_node *node, int depth, struct nj_buf *out)
{
    const char *text = nj_node_text(node);

    nj_buf_adds(out, text[strlen(text) - 1] == '\n' ? " |\n" : " |-\n");
    while (*text != '\0') {
        int len = (int)strcspn(text, "\n");

        if (len > 0) {
            indent(out, depth);
        }
        nj_buf_addf(out, "%.*s\n", len, text);
        text += len + (text[len] == '\n');
    }
}

/* NODE as "key: value" or "key:" with its children below. */
static void write_entry(const struct nj_node *node,
                        int depth,
                        int after_dash,
                        struct nj_buf *out)
{
    if (!after_dash) {
        indent(out, depth);
    }
    write_name(node, out);
    if (is_block_text(node)) {
        write_block_text(node, depth + 1, out);
    } else if (is_flow(node)) {
        nj_buf_addc(out, ' ');
        write_flow(node, out);
        end_line(node, out);
    } else {
        nj_buf_addc(out, '\n');
        write_block(node, depth + 1, 0, out);
    }
}

static void
write_item(const struct nj_node *node, int depth, struct nj_buf *out)
{
    indent(out, depth);
    nj_buf_adds(out, "- ");
    if (is_flow(node)) {
        write_flow(node, out);
        end_line(node, out);
    } else {
        write_block(node, depth + 1, 1, out);
    }
}

/* The children of NODE; the first follows a dash on the same line where
 * AFTER_DASH. */
static void write_block(const struct nj_node *node,
                        int depth,
                        int after_dash,
                        struct nj_buf *out)
{
    const struct nj_node *n = NULL;
    size_t at = 0;

    while ((n = next_child(node, &at, n)) != NULL) {
        if (node->kind == NJ_KIND_LIST) {
            write_item(n, depth, out);
        } else {
            write_entry(n, depth, after_dash, out);
        }
        after_dash = 0;
    }
}

void nj_settings_show(const struct nj_settings *settings, struct nj_buf *out)
{
    write_block(settings->root, 0, 0, out);
}

/* --- JSON --- */

static void
show_scalar(const struct nj_node *node, const char *key, struct nj_jw *w)
{
    char number[32];

    switch (node->kind) {
    case NJ_KIND_SECRET:
        nj_jw_open(w, key, '{');
        nj_jw_text(w, nj_secret_way_name(node->as.secret->way),
                   node->as.secret->name);
        nj_jw_close(w, '}');
        break;
    case NJ_KIND_BOOL:
        nj_jw_bool(w, key, nj_node_bool(node, 0));
        break;
    case NJ_KIND_INT:
        nj_jw_int(w, key, nj_node_int(node, 0));
        break;
    case NJ_KIND_NUMBER:
        (void)snprintf(number, sizeof number, "%.6g", node->as.number);
        nj_jw_raw(w, key, number);
        break;
    default:
        nj_jw_text(w, key, node->text);
        break;
    }
}

static void
show_json(const struct nj_node *node, const char *key, struct nj_jw *w)
{
    const int list = node->kind == NJ_KIND_LIST;
    const struct nj_node *n = NULL;
    size_t at = 0;

    if (is_scalar(node)) {
        show_scalar(node, key, w);
        return;
    }
    nj_jw_open(w, key, list ? '[' : '{');
    while ((n = next_child(node, &at, n)) != NULL) {
        show_json(n, n->name, w);
    }
    nj_jw_close(w, list ? ']' : '}');
}

/* The topmost nodes that are not written. */
static void list_defaults(const struct nj_node *node, struct nj_jw *w)
{
    struct nj_buf path;

    if (node->written) {
        for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
            list_defaults(n, w);
        }
        return;
    }
    nj_buf_init(&path, 4096);
    nj_node_where(node, &path);
    nj_jw_text(w, NULL, nj_buf_text(&path));
    if (path.status == NJ_E_NOMEM) {
        w->out->status = NJ_E_NOMEM;
    }
    nj_buf_finish(&path);
}

void nj_settings_show_json(const struct nj_settings *settings,
                           struct nj_buf *out)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "file", settings->file);
    show_json(settings->root, "settings", &w);
    nj_jw_open(&w, "defaults", '[');
    list_defaults(settings->root, &w);
    nj_jw_close(&w, ']');
    nj_jw_close(&w, '}');
}
