/* io/fetch_guard.h - which URLs and headers a request may carry, and where a
 * redirect may lead. Pure. */

#ifndef NJ_IO_FETCH_GUARD_H
#define NJ_IO_FETCH_GUARD_H

#include <stddef.h>

#include "base/err.h"

enum { NJ_FETCH_FAULT = 256 }; /* bytes of a fault with its NUL */

/* A URL ready to be fetched. */
struct nj_target {
    char *url;      /* owned: without user and password, blanks encoded */
    char *user;     /* owned, decoded; NULL: none in the URL */
    char *password; /* owned, decoded; NULL: none in the URL */
};

/* Read URL (http or https, a host, a port that is one) into OUT. Returns 0,
 * NJ_E_INVALID with FAULT, NJ_E_NOMEM. */
int nj_target_read(const char *url,
                   struct nj_target *out,
                   char fault[NJ_FETCH_FAULT]) NJ_MUST;

/* Where LOCATION (absolute or relative) leads from URL. OUT_SAME becomes 1 if
 * that is the same host and port, also over https instead of http on their own
 * ports: there the secrets may go too. User and password in a redirect are
 * dropped. Returns 0, NJ_E_DENIED (another scheme than http and https, or https
 * to http), NJ_E_NET (no URL) with FAULT; NJ_E_NOMEM. */
int nj_target_redirect(const char *url,
                       const char *location,
                       struct nj_target *out,
                       int *out_same,
                       char fault[NJ_FETCH_FAULT]) NJ_MUST;

/* Wipe and free. Safe on a zeroed one. */
void nj_target_finish(struct nj_target *target);

/* Whether LINE is "Name: value" with a token for a name and no control bytes.
 */
int nj_header_is_clean(const char *line);

/* Whether header LINE may go to another host than it was meant for. */
int nj_header_is_harmless(const char *line);

/* Write scheme, host and port of URL to OUT: all of a URL that may stand in a
 * log, for paths and queries carry tokens. */
void nj_url_origin(const char *url, char *out, size_t room);

#endif
