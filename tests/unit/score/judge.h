/* tests/unit/score/judge.h - an engine in one call, and what it says of one
 * text. Included once by a test. */

#ifndef TESTS_UNIT_SCORE_JUDGE_H
#define TESTS_UNIT_SCORE_JUDGE_H

#include <string.h>

#include "score/engine.h"

struct judge {
    struct nj_engine *engine;
    struct nj_scratch *scratch;
    struct nj_arena arena;
    struct nj_score score; /* of the last text */
};

/* A judge with LEXICON (may be NULL) and COUNT user PATTERNS. */
static int judge_open(struct judge *judge,
                      const char *lexicon,
                      const struct nj_user_pattern *patterns,
                      size_t count,
                      struct nj_err *err)
{
    struct nj_lexicon_text text = {"test.txt", lexicon,
                                   lexicon == NULL ? 0 : strlen(lexicon)};
    struct nj_engine_input in = {.lexicons = &text,
                                 .lexicon_count = lexicon != NULL,
                                 .patterns = patterns,
                                 .pattern_count = count};
    int rc;

    *judge = (struct judge){0};
    rc = nj_engine_create(&in, &judge->engine, err);
    return rc != 0 ? rc : nj_scratch_create(judge->engine, &judge->scratch);
}

static struct nj_score_input judge_input(const char *text)
{
    return (struct nj_score_input){.text = text,
                                   .text_len = strlen(text),
                                   .followers = -1,
                                   .shares = -1,
                                   .likes = -1,
                                   .replies = -1};
}

static const struct nj_score *judge_of(struct judge *judge,
                                       const struct nj_score_input *in)
{
    nj_arena_finish(&judge->arena);
    if (nj_engine_score(judge->engine, judge->scratch, in, &judge->arena,
                        &judge->score) != 0) {
        return NULL;
    }
    return &judge->score;
}

static inline const struct nj_score *judge_text(struct judge *judge,
                                                const char *text)
{
    struct nj_score_input in = judge_input(text);

    return judge_of(judge, &in);
}

/* The first reason that begins with WHAT, or NULL. */
static inline const struct nj_reason *reason_of(const struct nj_score *score,
                                                const char *what)
{
    for (size_t i = 0; i < score->reason_count; i++) {
        if (strncmp(score->reasons[i].what, what, strlen(what)) == 0) {
            return &score->reasons[i];
        }
    }
    return NULL;
}

static void judge_close(struct judge *judge)
{
    nj_arena_finish(&judge->arena);
    nj_scratch_destroy(judge->scratch);
    nj_engine_destroy(judge->engine);
    *judge = (struct judge){0};
}

#endif
