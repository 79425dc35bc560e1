/* conf/yaml.h - YAML as a plain tree with positions; the only file that knows
 * libyaml is yaml.c.
 *
 * What makes YAML dangerous or surprising is refused here, in plain words:
 * aliases and anchors, tags, several documents, tabs, duplicate keys, keys
 * that are not text, nesting and sizes beyond base/limits.h. Nothing is
 * resolved: a scalar is its text, and whether it stood in quotes.
 */

#ifndef NJ_CONF_YAML_H
#define NJ_CONF_YAML_H

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/problems.h"

enum nj_yaml_kind { NJ_YAML_SCALAR, NJ_YAML_LIST, NJ_YAML_MAP };

struct nj_yaml {
    enum nj_yaml_kind kind;
    int plain;     /* SCALAR: stood without quotes */
    int line;      /* 1.. */
    int column;    /* 1.., in characters */
    int name_line; /* of the key this stands under; 0: none */
    int name_column;
    const char *name;      /* the key; NULL in lists and at the root */
    const char *text;      /* SCALAR: without NUL bytes inside; else NULL */
    struct nj_yaml *first; /* children in order */
    struct nj_yaml *last;
    struct nj_yaml *next; /* neighbour */
    size_t count;         /* children */
};

/* Parse TEXT[0..LEN) into a tree owned by ARENA; *OUT is NULL for an empty
 * document. Returns 0, with errors in PROBLEMS for what could be passed over
 * (a double key, an anchor, a tag); NJ_E_INVALID with an error there when it
 * is not YAML, or more than we take; NJ_E_NOMEM. */
int nj_yaml_read(const char *text,
                 size_t len,
                 struct nj_arena *arena,
                 struct nj_yaml **out,
                 struct nj_problems *problems) NJ_MUST;

/* Whether NODE is a scalar with nothing in it: "key:", "~" or "null". */
int nj_yaml_is_null(const struct nj_yaml *node);

/* Write TEXT as a YAML scalar, in quotes only where it needs them. Several
 * lines become one quoted line. */
struct nj_buf;
void nj_yaml_scalar(struct nj_buf *out, const char *text);

#endif
