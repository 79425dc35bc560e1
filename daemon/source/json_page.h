/* source/json_page.h - addresses of an HTTP JSON API: the template, the next
 * page, and how long its limits make us wait. Pure, any thread. */

#ifndef NJ_SOURCE_JSON_PAGE_H
#define NJ_SOURCE_JSON_PAGE_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/url.h"

/* What stands for the placeholders of a template. */
struct nj_json_place {
    int64_t since_ms;   /* {since} as RFC 3339 UTC, {since_unix} in seconds */
    const char *cursor; /* {cursor}; NULL: "" */
    long page;          /* {page} */
};

/* Append TEMPLATE to OUT with its placeholders filled, values percent-encoded.
 * An "&name=" or "?name=" whose {cursor} is empty is left out whole. */
void nj_json_address(const char *template,
                     const struct nj_json_place *place,
                     struct nj_buf *out);

/* The target of rel="next" in the LINK header (RFC 8288; may be NULL), resolved
 * against BASE, into OUT. 1, or 0 for none. */
int nj_json_link_next(const char *link,
                      const char *base,
                      char out[NJ_URL_ROOM]);

/* The value at POINTER in ROOT as text (numbers too) to ROOM; NULL when it is
 * missing, null, empty or false: there is no further page. */
enum { NJ_JSON_CURSOR = 4096 };
const char *nj_json_cursor(const cJSON *root,
                           const char *pointer,
                           char room[NJ_JSON_CURSOR]);

/* How limits are told. */
enum nj_reset_format { NJ_RESET_AUTO, NJ_RESET_UNIX, NJ_RESET_SECONDS };

/* ms to wait from NOW_MS when REMAINING says that none is left until RESET
 * (header values, may be NULL; a date is understood by AUTO); 0 else. */
int64_t nj_json_limit_wait(const char *remaining,
                           const char *reset,
                           enum nj_reset_format format,
                           int64_t now_ms);

#endif
