/* Names that lead somewhere: the index of all named things, and every
 * reference resolved or told with the nearest name. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "conf/build.h"

enum { KINDS_BYTES = 128, NAME_BYTES = 128 };

void nj_build_index(struct nj_build *b)
{
    for (enum nj_ref ref = 0; ref < NJ_REFS && b->code == 0; ref++) {
        const struct nj_node *section =
            nj_node_get(b->settings->root, nj_ref_section(ref));
        struct nj_node *n = section == NULL ? NULL : section->first;

        for (; n != NULL && b->code == 0; n = n->next) {
            int code = nj_map_put(&b->settings->things[ref], n->name, n);

            b->code = code == NJ_E_EXISTS ? 0 : code;
        }
    }
}

/* --- words for messages --- */

/* "person, team or schedule" for the bits of MASK. */
static void kinds_text(unsigned mask, char out[KINDS_BYTES])
{
    size_t at = 0;

    out[0] = '\0';
    for (enum nj_ref ref = 0; ref < NJ_REFS; ref++) {
        unsigned later = mask >> (ref + 1);

        if ((mask & 1u << ref) == 0) {
            continue;
        }
        at += (size_t)snprintf(out + at, KINDS_BYTES - at, "%s%s",
                               nj_ref_name(ref),
                               later == 0                   ? ""
                               : (later & (later - 1)) == 0 ? " or "
                                                            : ", ");
    }
}

/* The name nearest to NAME among things of MASK's kinds; *OUT_REF its kind.
 * NULL: none, or no memory. */
static const char *nearest(const struct nj_settings *settings,
                           unsigned mask,
                           const char *name,
                           enum nj_ref *out_ref)
{
    const char **names;
    const char *found;
    size_t count = 0;
    size_t at = 0;

    for (enum nj_ref ref = 0; ref < NJ_REFS; ref++) {
        count += (mask & 1u << ref) != 0 ? settings->things[ref].count : 0;
    }
    names = calloc(count + 1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    for (enum nj_ref ref = 0; ref < NJ_REFS; ref++) {
        const struct nj_node *section =
            nj_node_get(settings->root, nj_ref_section(ref));
        const struct nj_node *n =
            (mask & 1u << ref) != 0 ? nj_node_first(section) : NULL;

        for (; n != NULL && at < count; n = nj_node_next(n)) {
            names[at++] = n->name;
        }
    }
    found = nj_str_nearest(name, names, at);
    free(names);
    for (enum nj_ref ref = 0; found != NULL && ref < NJ_REFS; ref++) {
        if ((mask & 1u << ref) != 0 &&
            nj_map_get(&settings->things[ref], found) != NULL) {
            *out_ref = ref;
        }
    }
    return found;
}

/* --- resolving --- */

/* Kinds of MASK that have a NAME. */
static unsigned
kinds_of(const struct nj_settings *settings, unsigned mask, const char *name)
{
    unsigned found = 0;

    for (enum nj_ref ref = 0; ref < NJ_REFS; ref++) {
        if ((mask & 1u << ref) != 0 &&
            nj_map_get(&settings->things[ref], name) != NULL) {
            found |= 1u << ref;
        }
    }
    return found;
}

static enum nj_ref lowest(unsigned mask)
{
    unsigned ref = 0;

    while ((mask & 1u << ref) == 0) {
        ref++;
    }
    return (enum nj_ref)ref;
}

/* Refuse NAME, of which there is none among MASK. A default that leads nowhere
 * repeats what was told where it comes from. */
static void refuse_unknown(struct nj_build *b,
                           struct nj_node *node,
                           unsigned mask,
                           const char *name)
{
    const int many = (mask & (mask - 1)) != 0;
    enum nj_ref ref = lowest(mask);
    char kinds[KINDS_BYTES];
    unsigned other = kinds_of(b->settings, ~0u, name);
    const char *near = nj_problems_full(b->problems)
                           ? NULL
                           : nearest(b->settings, mask, name, &ref);

    kinds_text(mask, kinds);
    if (!node->written && b->problems->errors > 0) {
        node->broken = 1;
    } else if (other != 0) {
        nj_build_refuse(b, node, "'%s' stands below `%s:`; wanted here: %s",
                        name, nj_ref_section(lowest(other)), kinds);
    } else if (near != NULL) {
        nj_build_refuse(b, node, "there is no %s '%s'; did you mean '%s%s%s'?",
                        kinds, name, many ? nj_ref_name(ref) : "",
                        many ? "/" : "", near);
    } else {
        nj_build_refuse(b, node,
                        "there is no %s '%s'; add it below `%s:`, or name one "
                        "that is there",
                        kinds, name, nj_ref_section(lowest(mask)));
    }
}

/* Cut "person/" off *NAME and narrow *MASK; 0 when that was refused. */
static int take_prefix(struct nj_build *b,
                       struct nj_node *node,
                       unsigned *mask,
                       const char **name)
{
    const char *slash = strchr(*name, '/');
    char kinds[KINDS_BYTES];
    size_t len = slash == NULL ? 0 : (size_t)(slash - *name);

    if (slash == NULL) {
        return 1;
    }
    for (enum nj_ref ref = 0; ref < NJ_REFS; ref++) {
        const char *prefix = nj_ref_name(ref);

        if (strlen(prefix) == len && memcmp(prefix, *name, len) == 0 &&
            (*mask & 1u << ref) != 0) {
            *mask = 1u << ref;
            *name = slash + 1;
            return 1;
        }
    }
    kinds_text(*mask, kinds);
    nj_build_refuse(b, node, "'%s': wanted here: %s; write for example %s/NAME",
                    *name, kinds, nj_ref_name(lowest(*mask)));
    return 0;
}

static void resolve(struct nj_build *b, struct nj_node *node)
{
    const char *name = node->text;
    unsigned mask = node->row->refs;
    unsigned found;
    char kinds[KINDS_BYTES];

    if (node->kind == NJ_KIND_CONTACT && strchr(name, ' ') != NULL) {
        name = strchr(name, ' ') + 1;
    }
    if (!take_prefix(b, node, &mask, &name)) {
        return;
    }
    found = kinds_of(b->settings, mask, name);
    if (found == 0) {
        refuse_unknown(b, node, mask, name);
        return;
    }
    if ((found & (found - 1)) != 0) {
        kinds_text(found, kinds);
        nj_build_refuse(b, node, "'%s' may be %s; write %s/%s, or the other",
                        name, kinds, nj_ref_name(lowest(found)), name);
        return;
    }
    node->ref = (uint8_t)lowest(found);
    node->as.ref.target = nj_map_get(&b->settings->things[node->ref], name);
}

static void resolve_below(struct nj_build *b, struct nj_node *node)
{
    if ((node->kind == NJ_KIND_REF || node->kind == NJ_KIND_CONTACT) &&
        !node->broken) {
        resolve(b, node);
    }
    for (struct nj_node *n = node->first; n != NULL; n = n->next) {
        resolve_below(b, n);
    }
}

void nj_build_refs(struct nj_build *b)
{
    if (b->code == 0) {
        resolve_below(b, b->settings->root);
    }
}
