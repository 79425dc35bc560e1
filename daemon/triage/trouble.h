/* triage/trouble.h - the keys by which posts of the same trouble find each
 * other: same rule and brand, and the same thread, author, link, picture or
 * near-same text (DESIGN 9).
 *
 * A key is a 64-bit hash with rule, brand and kind mixed in: put an alert
 * under all keys of its posts in an nj_multimap; a new post joins an open
 * alert it shares a key with. Keys of kind NEAR are only candidates: verify
 * them with nj_trouble_near on the stored simhashes.
 */

#ifndef NJ_TRIAGE_TROUBLE_H
#define NJ_TRIAGE_TROUBLE_H

#include <stddef.h>
#include <stdint.h>

#include "model/post.h"
#include "model/score.h"

enum nj_trouble_kind {
    NJ_TROUBLE_THREAD,
    NJ_TROUBLE_AUTHOR,
    NJ_TROUBLE_LINK,
    NJ_TROUBLE_PICTURE,
    NJ_TROUBLE_NEAR, /* a quarter of the simhash: a candidate */
};

struct nj_trouble {
    enum nj_trouble_kind kind;
    uint64_t key;
};

enum {
    NJ_TROUBLE_KEYS = 12,     /* thread, author, 3 links, 3 pictures, 4 near */
    NJ_TROUBLE_NEAR_BITS = 3, /* simhashes this close are near-same texts */
};

/* Fill OUT with the keys of POST under RULE (a name), without doubles. Returns
 * how many. A nameless author ("Anonymous", "guest") and a text too short to
 * have a simhash give no key. */
size_t nj_trouble_keys(const char *rule,
                       const struct nj_post *post,
                       const struct nj_score *score,
                       struct nj_trouble out[NJ_TROUBLE_KEYS]);

/* Whether two simhashes are of near-same texts; 0 is like nothing. */
int nj_trouble_near(uint64_t a, uint64_t b);

/* Write the canonical form of URL[0..LEN) into OUT[0..ROOM): host in lower
 * case without "www.", no scheme, default port, fragment, tracking parameters
 * (utm_*, fbclid, gclid...) or trailing slash; redirects of google.com/url are
 * unwrapped. Returns the length, or 0 when it is no http(s) URL or does not
 * fit (OUT is then ""). */
size_t nj_trouble_link(const char *url, size_t len, char *out, size_t room);

#endif
