/* desk/links.h - signed links: whoever holds one may answer one alert as one
 * person until it expires, or read one calendar until its holder takes that
 * back; nothing else. The signature is HMAC-SHA256 over the text, cut to 16
 * bytes, compared in constant time. Pure but for OpenSSL. */

#ifndef NJ_DESK_LINKS_H
#define NJ_DESK_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

enum { NJ_LINK_KEY = 32, NJ_LINK_TEXT = 240 };

struct nj_link {
    int64_t alert;
    uint32_t generation;
    int64_t until_ms; /* expiry */
    char person[NJ_LIMIT_NAME_BYTES + 1];
};

/* Write LINK as a token of url-safe characters into OUT. 0 or NJ_E_NOMEM. */
int nj_link_write(const struct nj_link *link,
                  const unsigned char key[NJ_LINK_KEY],
                  char out[NJ_LINK_TEXT]) NJ_MUST;

/* Read TOKEN at NOW. 0; NJ_E_DENIED (not signed by KEY, or not a link);
 * NJ_E_STALE (it expired). OUT untouched on failure. */
int nj_link_read(const char *token,
                 const unsigned char key[NJ_LINK_KEY],
                 int64_t now_ms,
                 struct nj_link *out) NJ_MUST;

/* Who was given a calendar's URL, and which of theirs it is: one of another
 * generation was taken back. */
struct nj_calendar_link {
    uint32_t generation;
    char holder[NJ_LIMIT_NAME_BYTES + 1];
};

/* The same for a link to the calendar FEED ("schedule/night"). Reading: 0 or
 * NJ_E_DENIED. */
int nj_calendar_link_write(const struct nj_calendar_link *link,
                           const char *feed,
                           const unsigned char key[NJ_LINK_KEY],
                           char out[NJ_LINK_TEXT]) NJ_MUST;
int nj_calendar_link_read(const char *token,
                          const char *feed,
                          const unsigned char key[NJ_LINK_KEY],
                          struct nj_calendar_link *out) NJ_MUST;

#endif
