/* source/json_map.h - posts in somebody's JSON, found by JSON pointers (RFC
 * 6901).
 *
 * A pointer that leads to a list means its first entry where one value is
 * wanted; a single post where a list is wanted is a list of one. Numbers and
 * texts are the same to us: ids come as either (and long ones keep all their
 * digits, see json_mend.h). Text with tags in it is rendered as HTML. Any
 * thread.
 */

#ifndef NJ_SOURCE_JSON_MAP_H
#define NJ_SOURCE_JSON_MAP_H

#include <cjson/cJSON.h>

#include "source/date.h"
#include "source/draft.h"
#include "source/json_mend.h"

/* Where things stand. LIST is relative to the document, the others to a post;
 * NULL: nowhere. Owned by whoever made it. */
struct nj_json_map {
    const char *list; /* NULL: the document itself */
    const char *id, *text, *title, *author, *author_url, *url, *date, *thread,
        *language, *media, *followers, *shares, *likes, *replies;
    enum nj_date_format date_format;
};

/* Room for numbers that become text, as long as the draft lives. */
struct nj_json_rooms {
    char id[NJ_JSON_ROOM];
    char author[NJ_JSON_ROOM];
    char thread[NJ_JSON_ROOM];
};

/* The list of posts that MAP finds in ROOT: a list, or a single post, or NULL
 * when nothing is there (or null). */
const cJSON *nj_json_map_list(const struct nj_json_map *map, const cJSON *root);

/* Fill DRAFT from POST; it lends from the tree and from ROOMS. */
void nj_json_map_draft(const struct nj_json_map *map,
                       const cJSON *post,
                       struct nj_json_rooms *rooms,
                       struct nj_draft *draft);

/* Give all posts of ROOT to TAKING. 0 with their number in *OUT_COUNT;
 * NJ_E_INVALID with a sentence when the document holds an error instead of
 * posts ("errors" with 200), or when a post is no object; NJ_E_NOMEM. BASE: as
 * in a draft. */
int nj_json_map_read(const struct nj_json_map *map,
                     const cJSON *root,
                     const char *base,
                     struct nj_taking *taking,
                     size_t *out_count,
                     struct nj_err *err) NJ_MUST;

#endif
