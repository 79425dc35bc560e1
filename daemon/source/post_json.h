/* source/post_json.h - posts in our own shape, as people push them over HTTP
 * and drop them into directories:
 *
 *   {"id": "c-4711", "text": "Your shop is on fire", "author": "Ana",
 *    "url": "https://...", "published": "2026-01-05T18:00:00Z"}
 *
 * or a list of these, or {"posts": [...]}. All fields but one of text, html,
 * title and media may be left out: id, title, author (a name, or an object
 * with name, url and followers), author_url, url, published (also as unix
 * time), thread, place, language, followers, likes, shares, replies, media (an
 * address, or a list of them), deleted. What is there must be of the right
 * kind; the answer says where it is not. Fields with other names are let be.
 * Any thread.
 */

#ifndef NJ_SOURCE_POST_JSON_H
#define NJ_SOURCE_POST_JSON_H

#include <stddef.h>

#include "source/draft.h"
#include "source/json_map.h"

/* Read BODY[0..LEN) and give its posts to TAKING. MAP: somebody else's shape,
 * or NULL for ours. 0; NJ_E_INVALID with the place ("posts[2]: \"text\" must be
 * text, not a number"); NJ_E_TOOBIG (bytes, or more posts than TAKING has room
 * for, unless it may leave some); NJ_E_NOMEM. On failure nothing of it counts,
 * though some posts may be in the batch. */
int nj_post_json_read(const char *body,
                      size_t len,
                      const struct nj_json_map *map,
                      struct nj_taking *taking,
                      struct nj_err *err) NJ_MUST;

/* The same for one post that stands alone on LINE[0..LEN) of a file;
 * FALLBACK_ID names it when it does not name itself. */
int nj_post_json_line(const char *line,
                      size_t len,
                      const char *fallback_id,
                      struct nj_taking *taking,
                      struct nj_err *err) NJ_MUST;

/* Whether TEXT begins like JSON of this shape: {, [ or a mark before. */
int nj_post_json_likely(const char *text, size_t len);

#endif
