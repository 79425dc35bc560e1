/* source/poll_settings.h - what the configuration says about a source that is
 * polled over HTTP: its keys as plain values. */

#ifndef NJ_SOURCE_POLL_SETTINGS_H
#define NJ_SOURCE_POLL_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "conf/settings.h"
#include "model/post.h"

/* All text is owned; secrets in it are wiped by nj_poll_settings_finish. */
struct nj_poll_settings {
    char *url;
    char **headers; /* "Name: value", NULL-terminated, never NULL */
    size_t header_count;
    char *username; /* these: NULL none */
    char *password;
    char *ca_file;
    int has_secrets; /* something among these is for this host alone */
    int64_t timeout_ms;
    size_t max_bytes;
    size_t max_items;
};

/* What every source has, polled or not. */
struct nj_source_keys {
    char *brand;    /* owned */
    char *language; /* owned; NULL: as the post says */
    enum nj_place place;
    int64_t silent_after_ms;
    int64_t fails_after_ms;
    int64_t backfill_ms;
    size_t max_bytes; /* of one document: daemon.limits.body */
};

/* Read NODE (an entry of `sources`, in its whole tree). ACCEPT: the media types
 * wanted, unless the operator wrote a header Accept. 0 or NJ_E_NOMEM; on
 * failure nothing is to be freed. */
int nj_poll_settings_read(const struct nj_node *node,
                          const char *accept,
                          struct nj_poll_settings *out) NJ_MUST;
void nj_poll_settings_finish(struct nj_poll_settings *settings);

/* BRAND (may be NULL) goes before the node's. */
int nj_source_keys_read(const struct nj_node *node,
                        const char *brand,
                        struct nj_source_keys *out) NJ_MUST;
void nj_source_keys_finish(struct nj_source_keys *keys);

#endif
