/* conf/build.h - from YAML to nodes, led by the rows. The steps of reading a
 * configuration, in order; all take the same struct nj_build.
 *
 * A value that is refused leaves a node marked broken, so that what comes
 * after can still see that something stood there and all errors are told at
 * once. When memory runs out `code` is set and everything after does nothing.
 */

#ifndef NJ_CONF_BUILD_H
#define NJ_CONF_BUILD_H

#include "conf/node.h"
#include "conf/yaml.h"

struct nj_build {
    struct nj_settings *settings;
    struct nj_problems *problems;
    const struct nj_secret_resolver *secrets; /* may be NULL */
    int written; /* 1 while the file is read, 0 for defaults */
    int code;    /* 0 or NJ_E_NOMEM: sticks */
};

/* Build the node of shape ROW from YAML (lent; NULL: nothing is written) and
 * append it below PARENT (NULL: the root) as NAME (NULL: the row's own name,
 * else copied). NULL when memory ran out. */
struct nj_node *nj_build_node(struct nj_build *b,
                              const struct nj_key *row,
                              const struct nj_yaml *yaml,
                              struct nj_node *parent,
                              const char *name);

/* The same from a fragment of YAML that is ours. */
struct nj_node *nj_build_fragment(struct nj_build *b,
                                  const struct nj_key *row,
                                  const char *fragment,
                                  struct nj_node *parent,
                                  const char *name);

/* build_scalar.c: read the scalar or secret YAML into NODE. */
void nj_build_scalar(struct nj_build *b,
                     struct nj_node *node,
                     const struct nj_yaml *yaml);

/* implied.c: add what need not be written: channels, teams, policies, rules,
 * brands, and each default that depends on another key. */
void nj_build_implied(struct nj_build *b);

/* refs.c: list every named thing in settings->things. */
void nj_build_index(struct nj_build *b);

/* refs.c: let every reference lead to its target, or tell. */
void nj_build_refs(struct nj_build *b);

/* check.c: run the checks of the rows. */
void nj_build_checks(struct nj_build *b);

/* Tell an error about NODE, beginning with its key, and mark it broken. */
void nj_build_refuse(struct nj_build *b,
                     struct nj_node *node,
                     const char *fmt,
                     ...) NJ_PRINTF(3, 4);

/* What messages call NODE: its key, or that of the list it stands in. */
const char *nj_node_label(const struct nj_node *node);

/* A good value for ROW, for messages; never NULL. */
const char *nj_key_example(const struct nj_key *row);

#endif
