#include "model/post.h"

#include <string.h>

#include "base/str.h"

enum { FIRST_POSTS = 4 }; /* a power of two */

static const char *const places[NJ_PLACES] = {"mention", "own-page", "own-post",
                                              "elsewhere"};

const char *nj_place_name(enum nj_place place)
{
    return (unsigned)place < NJ_PLACES ? places[place] : "unknown";
}

int nj_place_read(const char *text, enum nj_place *out)
{
    for (unsigned i = 0; i < NJ_PLACES; i++) {
        if (strcmp(places[i], text) == 0) {
            *out = (enum nj_place)i;
            return 0;
        }
    }
    return NJ_E_INVALID;
}

uint64_t nj_post_key(const char *source, const char *id)
{
    return nj_hash_str(source) * UINT64_C(0x9e3779b97f4a7c15) ^ nj_hash_str(id);
}

/* Make place for one more: the array doubles whenever it is full, in the
 * arena, so that a batch of one post does not pay for a thousand. */
static int grow(struct nj_batch *batch, size_t room)
{
    size_t count = batch->count;
    size_t want = count == 0 ? FIRST_POSTS : 2 * count;
    struct nj_post *posts;

    if (count > 0 && (count < FIRST_POSTS || (count & (count - 1)) != 0)) {
        return 0; /* not full */
    }
    posts = nj_arena_zalloc(&batch->arena,
                            (want < room ? want : room) * sizeof *posts);
    if (posts == NULL) {
        return NJ_E_NOMEM;
    }
    if (count > 0) {
        memcpy(posts, batch->posts, count * sizeof *posts);
    }
    batch->posts = posts;
    return 0;
}

struct nj_post *nj_batch_add(struct nj_batch *batch, size_t room)
{
    struct nj_post *post;

    if (batch->count >= room || grow(batch, room) != 0) {
        return NULL;
    }
    post = &batch->posts[batch->count++];
    *post = (struct nj_post){
        .source = batch->source,
        .text = "",
        .followers = -1,
        .shares = -1,
        .likes = -1,
        .replies = -1,
    };
    return post;
}

void nj_batch_finish(struct nj_batch *batch)
{
    nj_arena_finish(&batch->arena);
    *batch = (struct nj_batch){0};
}
