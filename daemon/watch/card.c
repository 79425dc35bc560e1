#include "watch/card.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "score/mask.h"

enum { MASKED_BYTES = 256 << 10, LABEL_SHOWN_PERCENT = 50 };

static const char *make_title(const struct nj_watch_env *env,
                              const struct nj_post *post,
                              const struct nj_rule *rule,
                              struct nj_arena *arena)
{
    const struct nj_brand *brand = nj_plan_brand(env->plan, post->brand);
    char text[200];

    (void)nj_str_format(text, sizeof text, "%s: %s",
                        brand != NULL && brand->title != NULL ? brand->title
                        : post->brand != NULL                 ? post->brand
                                                              : post->source,
                        rule->name);
    return nj_arena_strdup(arena, text);
}

static const char *make_excerpt(const struct nj_post *post,
                                const struct nj_score *score,
                                struct nj_arena *arena)
{
    const char *text = post->text;
    struct nj_buf masked;
    char *copy = NULL;
    size_t len;

    nj_buf_init(&masked, MASKED_BYTES);
    if (post->title != NULL && post->title[0] != '\0') {
        nj_mask_title(post->title, strlen(post->title), score, &masked);
        (void)nj_buf_adds(&masked, text[0] == '\0' ? "" : " - ");
    }
    nj_mask_text(text, strlen(text), score, &masked);
    if (masked.status != NJ_E_NOMEM) {
        len = nj_utf8_cut(nj_buf_text(&masked), masked.len, NJ_CARD_EXCERPT);
        copy = nj_arena_strndup(arena, nj_buf_text(&masked), len);
    }
    nj_buf_finish(&masked);
    return copy;
}

static size_t
add_labels(const struct nj_score *score, char *text, size_t at, size_t room)
{
    const char *mark = ": ";

    for (unsigned i = 0; i < NJ_LABELS; i++) {
        if (score->labels[i] * 100 >= LABEL_SHOWN_PERCENT && at < room) {
            int n = nj_str_format(text + at, room - at, "%s%s", mark,
                                  nj_label_name((enum nj_label)i));

            at += n < 0 ? 0 : (size_t)n;
            mark = ", ";
        }
    }
    return at < room ? at : room - 1;
}

static const char *make_why(const struct nj_score *score,
                            struct nj_arena *arena)
{
    const char *reason = nj_urgent_reason_name(score->urgent_reason);
    char text[240];
    size_t at = 0;

    if (!score->judged) {
        return nj_arena_strdup(arena, "could not be judged");
    }
    if (score->offensive >= score->urgent) {
        at = (size_t)snprintf(text, sizeof text, "offensive %.2f",
                              (double)score->offensive);
        at = add_labels(score, text, at, sizeof text);
    }
    if (score->urgent > score->offensive || score->urgent >= 0.5f) {
        (void)snprintf(text + at, sizeof text - at, "%surgent %.2f%s%s",
                       at > 0 ? "; " : "", (double)score->urgent,
                       reason == NULL ? "" : ": ",
                       reason == NULL ? "" : reason);
    }
    return nj_arena_strdup(arena, text);
}

int nj_card_of_post(const struct nj_watch_env *env,
                    const struct nj_post *post,
                    const struct nj_score *score,
                    const struct nj_rule *rule,
                    struct nj_arena *arena,
                    struct nj_card *out)
{
    struct nj_card card = {
        .title = make_title(env, post, rule, arena),
        .excerpt = make_excerpt(post, score, arena),
        .why = make_why(score, arena),
        .url = post->url,
        .author = score->author,
        .source = post->source,
        .playbook = rule->playbook,
        .place = post->place,
        .published_ms = post->published_ms,
    };

    if (card.title == NULL || card.excerpt == NULL || card.why == NULL) {
        return NJ_E_NOMEM;
    }
    *out = card;
    return 0;
}
