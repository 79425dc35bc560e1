/* conf/node.h - what a node is made of; for this room's own files only.
 *
 * A big configuration has a hundred thousand of these for as long as the
 * daemon runs, so they are kept small.
 */

#ifndef NJ_CONF_NODE_H
#define NJ_CONF_NODE_H

#include <stdint.h>

#include "base/map.h"
#include "base/mem.h"
#include "conf/key.h"
#include "conf/secret.h"
#include "conf/settings.h"

/* A secret: how it is written, and its value once fetched. */
struct nj_secret_slot {
    struct nj_secret_slot *next;
    enum nj_secret_way way;
    const char *name; /* as written; in the settings' arena */
    char *value;      /* owned; wiped before it is freed; NULL: not fetched */
    size_t len;
};

struct nj_packed_time {
    int16_t year;
    uint8_t month, day, hour, minute, second;
};

struct nj_node {
    const struct nj_key *row;
    struct nj_node *parent;
    struct nj_node *next;  /* neighbour */
    struct nj_node *first; /* MAP, NAMED, LIST: children */
    const char *name;      /* static, or in the settings' arena */
    const char *text;      /* scalars as written; of a CONTACT or REF too */
    union {
        int64_t whole;  /* BOOL, INT, SIZE, DURATION, ENUM's choice */
        double number;  /* NUMBER */
        const char *at; /* PATH: absolute */
        struct nj_packed_time time;
        struct nj_conf_window window;
        struct nj_secret_slot *secret;
        struct {
            const struct nj_node *target; /* once resolved */
            int64_t delay_ms;             /* CONTACT */
        } ref;
    } as;
    int line;
    int column;
    uint8_t kind;    /* enum nj_kind; not the row's where a secret or a date
                        stands instead */
    uint8_t written; /* stands in the file */
    uint8_t broken;  /* an error was told: has no value, only a place */
    uint8_t ref;     /* enum nj_ref of the target, once resolved */
};

struct nj_settings {
    struct nj_arena arena;
    struct nj_node *root;
    const char *file;
    const char *directory;
    struct nj_secret_slot *secrets;
    struct nj_map things[NJ_REFS]; /* name -> struct nj_node */
};

/* The section of the file where things of REF stand: "people". */
const char *nj_ref_section(enum nj_ref ref);

/* The row of key NAME in a MAP of shape ROW, whose type (where it has types)
 * is TYPE, or NULL; NULL when there is none. */
const struct nj_key *nj_key_find(const struct nj_key *row,
                                 const struct nj_type *type,
                                 const char *name);

/* Walk the rows of a MAP of shape ROW and TYPE: start with *AT = 0; the next
 * row, or NULL at the end. */
const struct nj_key *
nj_key_next(const struct nj_key *row, const struct nj_type *type, size_t *at);

/* Whether a person's key of this ROW is where they are on a channel. */
int nj_key_is_contact(const struct nj_key *row);

/* The entry of ROW's types called NAME; NULL: none, or ROW has no types. */
const struct nj_type *nj_type_find(const struct nj_key *row, const char *name);

/* The type of the MAP NODE by its child "type"; NULL: none. */
const struct nj_type *nj_node_type(const struct nj_node *node);

#endif
