/* model/post.h - one public message, whatever network it came from, and the
 * batch in which a source hands posts over.
 *
 * All text is UTF-8 plain text (HTML already rendered), within the limits of
 * base/limits.h, and belongs to the batch's arena. Wall times are milliseconds
 * since 1970 UTC; 0 means unknown.
 */

#ifndef NJ_MODEL_POST_H
#define NJ_MODEL_POST_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum nj_place {
    NJ_PLACE_MENTION,   /* someone else's page, about the brand (default) */
    NJ_PLACE_OWN_PAGE,  /* under the brand's own page: comments, reviews */
    NJ_PLACE_OWN_POST,  /* written by the brand itself */
    NJ_PLACE_ELSEWHERE, /* read for context only */
    NJ_PLACES,          /* count, keep last */
};

/* "mention", "own-page", "own-post", "elsewhere"; static, never NULL. */
const char *nj_place_name(enum nj_place place);

/* Read a name as above. 0, or NJ_E_INVALID (out untouched). */
int nj_place_read(const char *text, enum nj_place *out) NJ_MUST;

enum {
    NJ_POST_EDITED = 1u << 0,  /* a later version of a post already seen */
    NJ_POST_DELETED = 1u << 1, /* the network says it is gone */
    NJ_POST_SILENT = 1u << 2,  /* older than backfill at first start: store,
                                  score, but never page */
};

struct nj_post {
    const char *source; /* configured name of the source */
    const char *id;     /* the network's id, unique within the source */
    const char *brand;  /* configured name */
    enum nj_place place;
    unsigned flags;           /* NJ_POST_* */
    const char *url;          /* permalink; may be NULL */
    const char *title;        /* may be NULL */
    const char *text;         /* never NULL, may be "" */
    const char *author;       /* display name or handle; may be NULL */
    const char *author_url;   /* may be NULL */
    const char *thread;       /* id or url of the conversation; may be NULL */
    const char *language;     /* as the network says (BCP 47); may be NULL */
    const char *const *media; /* picture and video urls; NULL when none */
    size_t media_count;
    int64_t published_ms; /* as the author or network says */
    int64_t seen_ms;      /* when we read it */
    int64_t followers;    /* of the author; -1 unknown */
    int64_t shares;       /* reposts so far; -1 unknown */
    int64_t likes;        /* -1 unknown */
    int64_t replies;      /* -1 unknown */
};

/* The id of a post of SOURCE as one number, the same in memory and in the
 * store. */
uint64_t nj_post_key(const char *source, const char *id);

/* What one poll or push brought. Plain record: the arena owns all text. */
struct nj_batch {
    struct nj_arena arena;
    const char *source;    /* configured name */
    struct nj_post *posts; /* in the arena, oldest first */
    size_t count;
    const char *cursor; /* source's new state as JSON; NULL: unchanged */
};

/* An empty post in BATCH's arena with unknown counts, counted in; fill it
 * before the next call, which may move the posts. ROOM is the most the batch
 * may hold, the same at each call. NULL when memory ran out or ROOM is
 * reached. */
struct nj_post *nj_batch_add(struct nj_batch *batch, size_t room);

/* Free what the batch owns and zero it. Safe on a zeroed one. */
void nj_batch_finish(struct nj_batch *batch);

#endif
