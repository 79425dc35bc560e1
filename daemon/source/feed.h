/* source/feed.h - feeds: bytes in, posts out. RSS 0.90 to 2.0, Atom 0.3 and
 * 1.0, JSON Feed 1.0 and 1.1, told apart by what they are, not by what they
 * say they are.
 *
 *   bytes -> charset.c -> feed_xml.c (structure)  -> draft.c -> posts
 *                         feed_item.c (fields)
 *                      -> feed_json.c
 *
 * Any thread.
 */

#ifndef NJ_SOURCE_FEED_H
#define NJ_SOURCE_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "source/draft.h"

enum { NJ_FEED_TITLE = 256, NJ_FEED_KIND = 24 };

/* What was learned beside the posts. */
struct nj_feed_about {
    char kind[NJ_FEED_KIND];   /* "rss 2.0", "atom 1.0", "json feed" */
    char title[NJ_FEED_TITLE]; /* plain text, "" for none */
    int64_t ttl_ms;            /* the feed's own wish for rest, 0: none */
    int torn;                  /* the document breaks off before its end */
};

struct nj_feed_input {
    const char *bytes; /* as received, lent */
    size_t len;
    const char *content_type; /* as received, or NULL */
    const char *url;          /* what relative addresses start from; or NULL */
};

/* Read a feed and give its posts, in the order of the document, to TAKING. 0
 * and *ABOUT; NJ_E_INVALID with a sentence ("a web page, not a feed; its feed
 * seems to be at ..."); NJ_E_NOMEM. On failure posts may have been given. */
int nj_feed_read(const struct nj_feed_input *input,
                 struct nj_taking *taking,
                 struct nj_feed_about *about,
                 struct nj_err *err) NJ_MUST;

#endif
