/* source/probe.h - what a source would yield: a saved answer to posts as JSON,
 * for `nightjar probe`. Any thread. */

#ifndef NJ_SOURCE_PROBE_H
#define NJ_SOURCE_PROBE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct nj_probe {
    const char *bytes; /* as received */
    size_t len;
    const char *url;          /* the address it came from; or NULL */
    const char *content_type; /* as received; or NULL */
    const char *type; /* "feed", "json", "webhook", "spool"; NULL: look */
};

/* Append {"title":...,"posts":[{"id","url","title","text","author",
 * "published"},...]} to OUT, all posts in the order of the document (at most
 * NJ_LIMIT_ITEMS), times as RFC 3339, null for what is not there; further
 * members may follow these. 0; NJ_E_INVALID with a sentence; NJ_E_NOMEM. On
 * failure OUT has what it had. */
int nj_probe_write(const struct nj_probe *probe,
                   struct nj_buf *out,
                   struct nj_err *err) NJ_MUST;

#endif
