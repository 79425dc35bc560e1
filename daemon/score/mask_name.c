#include "score/mask_name.h"

#include <string.h>

#include "base/limits.h"
#include "score/mask.h"

/* A name is judged twice: as it is, and as a hashtag, whose humps the judge
 * takes for words of their own; without its '@', since who is addressed in a
 * text is not what it says. */
struct looks {
    const struct nj_engine *engine;
    struct nj_scratch *scratch;
    struct nj_arena *arena;
    uint32_t at; /* where the name begins behind its '@' */
    struct nj_score plain;
    struct nj_score tagged; /* of '#' and the name */
};

static int
judge(struct looks *looks, const char *text, size_t len, struct nj_score *out)
{
    const struct nj_score_input in = {.text = text,
                                      .text_len = len,
                                      .followers = -1,
                                      .shares = -1,
                                      .likes = -1,
                                      .replies = -1};
    int code =
        nj_engine_score(looks->engine, looks->scratch, &in, looks->arena, out);

    return code != 0 ? code : out->judged ? 0 : NJ_E_TOOBIG;
}

/* What both say must not be shown, by the bytes of the name itself. */
static int merge(const struct looks *looks, struct nj_score *out)
{
    size_t plain = looks->plain.reason_count;
    size_t tagged = looks->tagged.reason_count;
    struct nj_reason *all =
        nj_arena_zalloc(looks->arena, (plain + tagged + 1) * sizeof *all);

    if (all == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < plain; i++) {
        all[i] = looks->plain.reasons[i];
        all[i].start += looks->at;
        all[i].end += looks->at;
    }
    for (size_t i = 0; i < tagged; i++) {
        struct nj_reason *r = &all[plain + i];

        *r = looks->tagged.reasons[i];
        r->start = looks->at + (r->start > 0 ? r->start - 1 : 0);
        r->end = looks->at + (r->end > 0 ? r->end - 1 : 0);
    }
    *out = (struct nj_score){.reasons = all, .reason_count = plain + tagged};
    return 0;
}

static int write_masked(struct looks *looks,
                        const char *name,
                        size_t len,
                        const char **out)
{
    struct nj_score both;
    struct nj_buf masked;
    char *copy = NULL;
    int code = merge(looks, &both);

    if (code != 0) {
        return code;
    }
    nj_buf_init(&masked, NJ_LIMIT_POST_FIELD_BYTES + 1);
    nj_mask_text(name, len, &both, &masked);
    if (masked.status == 0) {
        copy = nj_arena_strndup(looks->arena, nj_buf_text(&masked), masked.len);
    }
    code = masked.status != 0 ? masked.status : copy == NULL ? NJ_E_NOMEM : 0;
    nj_buf_finish(&masked);
    if (code == 0) {
        *out = copy;
    }
    return code;
}

int nj_mask_name(const struct nj_engine *engine,
                 struct nj_scratch *scratch,
                 const char *name,
                 struct nj_arena *arena,
                 const char **out)
{
    struct looks looks = {.engine = engine, .scratch = scratch, .arena = arena};
    size_t len = name == NULL ? 0 : strlen(name);
    char *tag;
    int code;

    if (name == NULL) {
        *out = NULL;
        return 0;
    }
    if (len > NJ_LIMIT_POST_FIELD_BYTES) {
        return NJ_E_TOOBIG;
    }
    tag = nj_arena_zalloc(arena, len + 2);
    if (tag == NULL) {
        return NJ_E_NOMEM;
    }
    looks.at = name[0] == '@';
    tag[0] = '#';
    memcpy(tag + 1, name + looks.at, len - looks.at);
    code = judge(&looks, tag + 1, len - looks.at, &looks.plain);
    if (code == 0) {
        code = judge(&looks, tag, len - looks.at + 1, &looks.tagged);
    }
    return code != 0 ? code : write_masked(&looks, name, len, out);
}
