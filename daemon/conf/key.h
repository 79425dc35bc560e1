/* conf/key.h - one row per key: all that is known about a setting.
 *
 * The tables of keys_*.c are the only place where a key is described. The
 * parser, the defaults, the messages, `config show`, the sample file, the man
 * page and reload's list of changes all read them.
 *
 *   nj_rows_root --keys--> daemon, brands, sources, people ...
 *      brands   NAMED --item--> MAP --keys--> title, names, timezone ...
 *      sources  NAMED --item--> MAP --keys--> type, brand, place ...
 *                                  --types-> feed: its tables of further keys
 *      rules    LIST  --item--> MAP --keys--> name, match, severity ...
 */

#ifndef NJ_CONF_KEY_H
#define NJ_CONF_KEY_H

#include <stdint.h>

#include "conf/problems.h"
#include "conf/settings.h"

enum {
    NJ_KEY_REQUIRED = 1u << 0,  /* an error when it is not written */
    NJ_KEY_RESTART = 1u << 1,   /* a reload cannot change it */
    NJ_KEY_OFF = 1u << 2,       /* a map that, when not written, is not there,
                                   rather than there with its defaults */
    NJ_KEY_OR_SECRET = 1u << 3, /* TEXT, URL, PATH with a URL: a secret may
                                   stand instead */
    NJ_KEY_OR_DATE = 1u << 4,   /* PATH: a date may stand instead */
    NJ_KEY_LINES = 1u << 5,     /* TEXT: may have several lines */
    NJ_KEY_FREE = 1u << 6,      /* NAMED: names as they come (headers) */
    NJ_KEY_CONTACTS = 1u << 7,  /* MAP: takes any channel's name as a key too */
    NJ_KEY_CONTACT = 1u << 8,   /* such a key: where the person is on the
                                   channel of that name */
    NJ_KEY_OR_URL = 1u << 10,   /* PATH: a URL (`names`: schemes) may stand
                                   instead */
    NJ_KEY_UNUSED = 1u << 9,    /* the sample shows it commented out */
};

/* One type of source or channel. */
struct nj_type {
    const char *name;                   /* "feed"; NULL ends the list */
    const char *help;                   /* one sentence */
    const char *sample;                 /* name of its entry in the sample */
    unsigned flags;                     /* NJ_KEY_UNUSED */
    const struct nj_key *const *tables; /* further rows, NULL ends */
};

/* Checks that no single row can make; told as problems at NODE or below. Runs
 * when the tree is whole and every reference leads somewhere. */
typedef void nj_key_check(const struct nj_settings *settings,
                          const struct nj_node *node,
                          struct nj_problems *problems);

struct nj_key {
    const char *name; /* NULL ends a table; the shape of items has "" */
    enum nj_kind kind;
    unsigned flags;            /* NJ_KEY_* */
    const char *help;          /* for people: one or two sentences */
    const char *fallback;      /* default, as it would be written; or NULL */
    const char *otherwise;     /* in words, what holds without it */
    const char *example;       /* a good value, as it would be written */
    const char *more;          /* NAMED, LIST: further entries of the sample */
    const struct nj_key *keys; /* MAP: its rows */
    const struct nj_type *types; /* MAP: more rows by the value of "type" */
    const struct nj_key *item;   /* NAMED, LIST: shape of what is inside */
    const char *const *names;    /* ENUM: choices; URL: schemes. NULL ends */
    unsigned refs;               /* REF: 1 << NJ_REF_* of what it may name */
    int64_t least;       /* INT, NUMBER, SIZE (bytes), DURATION (ms), LIST (most
                      items): bounds; */
    int64_t most;        /* both 0: none but the kind's own */
    nj_key_check *check; /* or NULL */
};

/* The row of the whole file. */
extern const struct nj_key nj_rows_root;

/* Sections, each in its own file. */
extern const struct nj_key nj_rows_daemon[];
extern const struct nj_key nj_rows_scoring[];
extern const struct nj_key nj_row_brand;
extern const struct nj_key nj_row_account;
extern const struct nj_key nj_row_source;
extern const struct nj_key nj_row_person;
extern const struct nj_key nj_row_person_contact; /* a channel's name as key */
extern const struct nj_key nj_row_team;
extern const struct nj_key nj_row_schedule;
extern const struct nj_key nj_row_policy;
extern const struct nj_key nj_row_rule;
extern const struct nj_key nj_row_channel;

/* Shapes of items that many lists share. */
extern const struct nj_key nj_item_text;
extern const struct nj_key nj_item_header;
extern const struct nj_key nj_item_window;
extern const struct nj_key nj_item_person;
extern const struct nj_key nj_item_contact;
extern const struct nj_key nj_item_advice; /* a warning that is accepted */

/* Choices that other files name as well. */
extern const char *const nj_names_place[];
extern const char *const nj_names_level[];
extern const char *const nj_names_label[];
extern const char *const nj_names_reason[];
extern const char *const nj_names_http[];

#endif
