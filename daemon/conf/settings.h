/* conf/settings.h - the configuration file, read, checked and typed.
 *
 *   nightjar.yaml --> yaml.c --> build.c --> implied.c --> refs.c --> tree
 *                     (text,     (rows give   (what need    (every name
 *                      lines)     each value   not be        leads
 *                                 its kind)    written)      somewhere)
 *
 * The tree is made of nodes. Every node came from a row (struct nj_key, see
 * conf/key.h), so what you read from it is already of the right kind, within
 * its limits, and refers to things that exist. Defaults stand in the tree like
 * written values; nj_node_written() tells them apart.
 *
 * To add a key, start here: add one row to the table of its section in
 * conf/keys_*.c. The row alone feeds the parser, `config show`, the sample
 * file, the man page and reload's list of changes; then run
 * `NJ_WRITE=1 build/release/tests/unit/conf/sample_test` once to write
 * config/nightjar.yaml and docs/nightjar.yaml.5 anew, and read the value where
 * it is used: nj_node_ms(nj_node_get(source, "every"), 0). A new source or
 * channel type is one table and one line in `types` of keys_sources.c or
 * keys_channels.c.
 *
 * Everything here is immutable after reading, so any thread may look.
 */

#ifndef NJ_CONF_SETTINGS_H
#define NJ_CONF_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "conf/problems.h"
#include "conf/secret.h"

enum nj_kind {
    NJ_KIND_MAP,      /* fixed keys, each with a row of its own */
    NJ_KIND_NAMED,    /* names chosen by the operator, all of one shape */
    NJ_KIND_LIST,     /* items of one shape, in order; a single item may stand
                         in the file without brackets */
    NJ_KIND_TEXT,     /* nj_node_text */
    NJ_KIND_SECRET,   /* nj_node_secret */
    NJ_KIND_BOOL,     /* nj_node_bool */
    NJ_KIND_INT,      /* nj_node_int */
    NJ_KIND_NUMBER,   /* nj_node_number */
    NJ_KIND_DURATION, /* nj_node_ms */
    NJ_KIND_SIZE,     /* nj_node_int, in bytes: 8MiB */
    NJ_KIND_ENUM,     /* nj_node_text; nj_node_choice its place in the row */
    NJ_KIND_URL,      /* nj_node_text; scheme and host are there */
    NJ_KIND_PATH,     /* nj_node_path absolute; nj_node_text as written */
    NJ_KIND_ADDRESS,  /* nj_node_text: 127.0.0.1:8484, [::1]:8484 */
    NJ_KIND_ZONE,     /* nj_node_text: well formed, maybe unknown here */
    NJ_KIND_POINTER,  /* nj_node_text: JSON pointer, "" or "/data/0/id" */
    NJ_KIND_WINDOW,   /* nj_node_window: mon-fri 18:00-08:00 */
    NJ_KIND_TIME,     /* nj_node_time: 2026-01-05 18:00, on some wall clock */
    NJ_KIND_DATE,     /* nj_node_time with 00:00: 2026-12-25 */
    NJ_KIND_REF,      /* nj_node_ref and friends: person/maya, or maya */
    NJ_KIND_CONTACT,  /* "3m sms": nj_node_ms the delay, nj_node_ref the
                         channel */
    NJ_KINDS,         /* count, keep last */
};

/* Kinds of things that have names and can be referred to. */
enum nj_ref {
    NJ_REF_BRAND,
    NJ_REF_ACCOUNT,
    NJ_REF_SOURCE,
    NJ_REF_PERSON,
    NJ_REF_TEAM,
    NJ_REF_SCHEDULE,
    NJ_REF_POLICY,
    NJ_REF_CHANNEL,
    NJ_REFS, /* count, keep last */
};

/* "brand" ... "channel", as in "person/maya"; static, never NULL. */
const char *nj_ref_name(enum nj_ref ref);

/* The same fields as struct nj_window of model/window.h, which see. */
struct nj_conf_window {
    uint8_t days;      /* bit 0 Monday .. bit 6 Sunday: where it starts */
    int16_t start_min; /* minutes after midnight, 0..1439 */
    int16_t end_min;   /* 1..1440; at or before start_min: next day */
};

/* The same fields as struct nj_civil of model/zone.h. */
struct nj_conf_time {
    int year;   /* 1970..9999 */
    int month;  /* 1..12 */
    int day;    /* 1..31, exists in its month */
    int hour;   /* 0..23 */
    int minute; /* 0..59 */
    int second; /* 0..59 */
};

struct nj_key;      /* one row: conf/key.h */
struct nj_node;     /* opaque, owned by the settings */
struct nj_settings; /* opaque */

/* --- reading --- */

struct nj_conf_input {
    const char *text;      /* UTF-8 YAML; need not end with a NUL */
    size_t len;            /* bytes, at most NJ_LIMIT_CONFIG_BYTES */
    const char *file;      /* name for messages */
    const char *directory; /* what relative paths start from; absolute */
    const struct nj_secret_resolver *secrets; /* NULL: secrets are checked
                                                 for shape but not fetched */
};

/* Read and check INPUT (lent for the call). Returns 0 and *OUT, to be freed
 * with nj_settings_destroy; PROBLEMS (must be initialised) may then hold
 * warnings. On failure *OUT is untouched and PROBLEMS says why:
 * NJ_E_INVALID, or NJ_E_NOMEM. */
int nj_settings_read(const struct nj_conf_input *input,
                     struct nj_settings **out,
                     struct nj_problems *problems) NJ_MUST;

/* Read the file at PATH; relative paths in it start from its directory.
 * SECRETS as above. Returns as nj_settings_read, and NJ_E_NOTFOUND,
 * NJ_E_DENIED, NJ_E_TOOBIG or NJ_E_IO when the file cannot be had. Blocks on
 * the disk. */
int nj_settings_load(const char *path,
                     const struct nj_secret_resolver *secrets,
                     struct nj_settings **out,
                     struct nj_problems *problems) NJ_MUST;

/* The same for those who can find more that is wrong: a file with errors gives
 * NJ_E_INVALID and its tree all the same, in *OUT, when there is one (NULL:
 * none). What was refused is broken in it, what is missing is not there, and
 * references may lead nowhere: only for telling, never for use. */
int nj_settings_examine(const char *path,
                        const struct nj_secret_resolver *secrets,
                        struct nj_settings **out,
                        struct nj_problems *problems) NJ_MUST;

/* Free the tree and wipe its secrets. NULL is allowed. */
void nj_settings_destroy(struct nj_settings *settings);

/* The whole file: a map with daemon, brands, accounts, sources, people,
 * teams, schedules, policies, rules, scoring, channels. Never NULL. */
const struct nj_node *nj_settings_root(const struct nj_settings *settings);

/* The node at PATH below the root, keys joined by dots:
 * "daemon.http.listen"; NULL when there is none. For fixed keys: a chosen
 * name may itself hold a dot. */
const struct nj_node *nj_settings_at(const struct nj_settings *settings,
                                     const char *path);

/* The thing of kind REF called NAME (without "person/"); NULL: none. */
const struct nj_node *nj_settings_find(const struct nj_settings *settings,
                                       enum nj_ref ref,
                                       const char *name);

/* The file's name as it was given, and the absolute directory. Lent. */
const char *nj_settings_file(const struct nj_settings *settings);
const char *nj_settings_directory(const struct nj_settings *settings);

/* --- walking --- */
/* All take NULL for a node and then give NULL, 0 or the fallback, so that
 * lookups can be nested. What they give is lent by the settings. */

/* The child of a map called NAME; NULL when it is neither written nor has a
 * default. */
const struct nj_node *nj_node_get(const struct nj_node *map, const char *name);

/* Children of a map or list, in the order of the file, defaults last:
 * for (n = nj_node_first(list); n != NULL; n = nj_node_next(n)) */
const struct nj_node *nj_node_first(const struct nj_node *node);
const struct nj_node *nj_node_next(const struct nj_node *node);
size_t nj_node_count(const struct nj_node *node);

/* The map or list NODE stands in; NULL for the root. */
const struct nj_node *nj_node_parent(const struct nj_node *node);

/* The key NODE stands under ("every", or "acme-news"); NULL for list items
 * and the root. */
const char *nj_node_name(const struct nj_node *node);

enum nj_kind nj_node_kind(const struct nj_node *node);        /* not NULL */
const struct nj_key *nj_node_row(const struct nj_node *node); /* not NULL */

/* 1 when it stands in the file, 0 when it is a default or built in. */
int nj_node_written(const struct nj_node *node);

/* 1 when its value was refused: it has none. */
int nj_node_broken(const struct nj_node *node);

/* Where it stands, 1..; 0 when not written. Columns count characters. */
int nj_node_line(const struct nj_node *node);
int nj_node_column(const struct nj_node *node);

/* Append "sources.acme-news.every" or "policies.night.steps[2].wait" (items
 * count from 1) to OUT. */
void nj_node_where(const struct nj_node *node, struct nj_buf *out);

/* --- values --- */
/* Asking a node for a value of another kind is our own mistake: assert. */

/* Any scalar as it was written, enums and references too; NULL for a secret,
 * a map, a list, and NULL. */
const char *nj_node_text(const struct nj_node *node);
int nj_node_bool(const struct nj_node *node, int fallback);
int64_t nj_node_int(const struct nj_node *node, int64_t fallback);
double nj_node_number(const struct nj_node *node, double fallback);
int64_t nj_node_ms(const struct nj_node *node, int64_t fallback_ms);

/* The place of an enum's value among the row's names: 0.. */
int nj_node_choice(const struct nj_node *node, int fallback);

/* Absolute form of a path. */
const char *nj_node_path(const struct nj_node *node);

/* The value of a secret, with a NUL; NULL when it was not fetched. Never log
 * or show it. */
const char *nj_node_secret(const struct nj_node *node);

/* Text, or the value of the secret that stands in its place, for keys that
 * take either (header values, webhook urls). */
const char *nj_node_value(const struct nj_node *node);

/* What a reference (or a contact's channel) leads to. Only for kinds REF and
 * CONTACT; name and target of NULL are NULL. */
enum nj_ref nj_node_ref(const struct nj_node *node);
const char *nj_node_ref_name(const struct nj_node *node);
const struct nj_node *nj_node_target(const struct nj_node *node);

/* Fill OUT; NODE must be of that kind and not NULL. */
void nj_node_window(const struct nj_node *node, struct nj_conf_window *out);
void nj_node_time(const struct nj_node *node, struct nj_conf_time *out);

#endif
