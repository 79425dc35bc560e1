#include "conf/node.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

static const struct {
    const char *name;
    const char *section;
} refs[NJ_REFS] = {
    [NJ_REF_BRAND] = {"brand", "brands"},
    [NJ_REF_ACCOUNT] = {"account", "accounts"},
    [NJ_REF_SOURCE] = {"source", "sources"},
    [NJ_REF_PERSON] = {"person", "people"},
    [NJ_REF_TEAM] = {"team", "teams"},
    [NJ_REF_SCHEDULE] = {"schedule", "schedules"},
    [NJ_REF_POLICY] = {"policy", "policies"},
    [NJ_REF_CHANNEL] = {"channel", "channels"},
};

const char *nj_ref_name(enum nj_ref ref)
{
    return (unsigned)ref < NJ_REFS ? refs[ref].name : "unknown";
}

const char *nj_ref_section(enum nj_ref ref)
{
    return (unsigned)ref < NJ_REFS ? refs[ref].section : "unknown";
}

/* --- rows --- */

const struct nj_key *
nj_key_next(const struct nj_key *row, const struct nj_type *type, size_t *at)
{
    const struct nj_key *table = row->keys;
    size_t left = *at;

    for (size_t i = 0; table != NULL; i++) {
        for (; table->name != NULL; table++) {
            if (left-- == 0) {
                (*at)++;
                return table;
            }
        }
        table = type == NULL ? NULL : type->tables[i];
    }
    return NULL;
}

const struct nj_key *nj_key_find(const struct nj_key *row,
                                 const struct nj_type *type,
                                 const char *name)
{
    const struct nj_key *table = row->keys;

    for (size_t i = 0; table != NULL; i++) {
        for (; table->name != NULL; table++) {
            if (strcmp(table->name, name) == 0) {
                return table;
            }
        }
        table = type == NULL ? NULL : type->tables[i];
    }
    return NULL;
}

int nj_key_is_contact(const struct nj_key *row)
{
    return row == &nj_row_person_contact || (row->flags & NJ_KEY_CONTACT) != 0;
}

const struct nj_type *nj_type_find(const struct nj_key *row, const char *name)
{
    const struct nj_type *type = row->types;

    for (; type != NULL && type->name != NULL; type++) {
        if (nj_str_eq(type->name, name)) {
            return type;
        }
    }
    return NULL;
}

const struct nj_type *nj_node_type(const struct nj_node *node)
{
    if (node->row->types == NULL) {
        return NULL;
    }
    return nj_type_find(node->row, nj_node_text(nj_node_get(node, "type")));
}

/* --- walking --- */

static int is_container(const struct nj_node *node)
{
    return node->kind == NJ_KIND_MAP || node->kind == NJ_KIND_NAMED ||
           node->kind == NJ_KIND_LIST;
}

const struct nj_node *nj_node_get(const struct nj_node *map, const char *name)
{
    const struct nj_node *child = map == NULL ? NULL : map->first;

    while (child != NULL && !nj_str_eq(child->name, name)) {
        child = child->next;
    }
    return child;
}

const struct nj_node *nj_node_first(const struct nj_node *node)
{
    return node == NULL ? NULL : node->first;
}

const struct nj_node *nj_node_next(const struct nj_node *node)
{
    return node == NULL ? NULL : node->next;
}

int nj_node_broken(const struct nj_node *node)
{
    return node != NULL && node->broken;
}

size_t nj_node_count(const struct nj_node *node)
{
    const struct nj_node *child = node == NULL ? NULL : node->first;
    size_t count = 0;

    for (; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

const struct nj_node *nj_node_parent(const struct nj_node *node)
{
    return node == NULL ? NULL : node->parent;
}

const char *nj_node_name(const struct nj_node *node)
{
    return node == NULL ? NULL : node->name;
}

enum nj_kind nj_node_kind(const struct nj_node *node)
{
    assert(node != NULL);
    return (enum nj_kind)node->kind;
}

const struct nj_key *nj_node_row(const struct nj_node *node)
{
    assert(node != NULL);
    return node->row;
}

int nj_node_written(const struct nj_node *node)
{
    return node != NULL && node->written;
}

int nj_node_line(const struct nj_node *node)
{
    return nj_node_written(node) ? node->line : 0;
}

int nj_node_column(const struct nj_node *node)
{
    return nj_node_written(node) ? node->column : 0;
}

static size_t place_in_list(const struct nj_node *item)
{
    const struct nj_node *n = item->parent->first;
    size_t place = 1;

    for (; n != item; n = n->next) {
        place++;
    }
    return place;
}

void nj_node_where(const struct nj_node *node, struct nj_buf *out)
{
    if (node == NULL || node->parent == NULL) {
        return;
    }
    nj_node_where(node->parent, out);
    if (node->name == NULL) {
        nj_buf_addf(out, "[%zu]", place_in_list(node));
    } else {
        nj_buf_addf(out, "%s%s", node->parent->parent == NULL ? "" : ".",
                    node->name);
    }
}

/* --- values --- */

const char *nj_node_text(const struct nj_node *node)
{
    return node == NULL || is_container(node) ? NULL : node->text;
}

int nj_node_bool(const struct nj_node *node, int fallback)
{
    assert(node == NULL || node->kind == NJ_KIND_BOOL);
    return node == NULL ? fallback : (int)node->as.whole;
}

int64_t nj_node_int(const struct nj_node *node, int64_t fallback)
{
    assert(node == NULL || node->kind == NJ_KIND_INT ||
           node->kind == NJ_KIND_SIZE);
    return node == NULL ? fallback : node->as.whole;
}

double nj_node_number(const struct nj_node *node, double fallback)
{
    assert(node == NULL || node->kind == NJ_KIND_NUMBER);
    return node == NULL ? fallback : node->as.number;
}

int64_t nj_node_ms(const struct nj_node *node, int64_t fallback_ms)
{
    assert(node == NULL || node->kind == NJ_KIND_DURATION ||
           node->kind == NJ_KIND_CONTACT);
    if (node == NULL) {
        return fallback_ms;
    }
    return node->kind == NJ_KIND_CONTACT ? node->as.ref.delay_ms
                                         : node->as.whole;
}

int nj_node_choice(const struct nj_node *node, int fallback)
{
    assert(node == NULL || node->kind == NJ_KIND_ENUM);
    return node == NULL ? fallback : (int)node->as.whole;
}

const char *nj_node_path(const struct nj_node *node)
{
    assert(node == NULL || node->kind == NJ_KIND_PATH);
    return node == NULL ? NULL : node->as.at;
}

const char *nj_node_secret(const struct nj_node *node)
{
    assert(node == NULL || node->kind == NJ_KIND_SECRET);
    return node == NULL || node->as.secret == NULL ? NULL
                                                   : node->as.secret->value;
}

const char *nj_node_value(const struct nj_node *node)
{
    return node != NULL && node->kind == NJ_KIND_SECRET ? nj_node_secret(node)
                                                        : nj_node_text(node);
}

static int is_ref(const struct nj_node *node)
{
    return node->kind == NJ_KIND_REF || node->kind == NJ_KIND_CONTACT;
}

enum nj_ref nj_node_ref(const struct nj_node *node)
{
    assert(node != NULL && is_ref(node));
    return (enum nj_ref)node->ref;
}

const char *nj_node_ref_name(const struct nj_node *node)
{
    return nj_node_name(nj_node_target(node));
}

const struct nj_node *nj_node_target(const struct nj_node *node)
{
    assert(node == NULL || is_ref(node));
    return node == NULL ? NULL : node->as.ref.target;
}

void nj_node_window(const struct nj_node *node, struct nj_conf_window *out)
{
    assert(node != NULL && node->kind == NJ_KIND_WINDOW);
    *out = node->as.window;
}

void nj_node_time(const struct nj_node *node, struct nj_conf_time *out)
{
    const struct nj_packed_time *t = &node->as.time;

    assert(node->kind == NJ_KIND_TIME || node->kind == NJ_KIND_DATE);
    *out = (struct nj_conf_time){.year = t->year,
                                 .month = t->month,
                                 .day = t->day,
                                 .hour = t->hour,
                                 .minute = t->minute,
                                 .second = t->second};
}
