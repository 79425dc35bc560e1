#include "score/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/combine.h"
#include "score/context.h"
#include "score/evidence.h"
#include "score/explain.h"
#include "score/fold.h"
#include "score/grawlix.h"
#include "score/language.h"
#include "score/lexicon.h"
#include "score/opinion.h"
#include "score/pattern.h"
#include "score/simhash.h"
#include "score/temper.h"
#include "score/unmask.h"

struct nj_engine {
    struct nj_fold *fold;
    struct nj_lexicon lexicon;
    struct nj_patterns patterns;
    struct nj_temper temper;
    struct nj_context_weights context;
    struct nj_model *model; /* owned; NULL: rules and word lists only */
    unsigned turkish;       /* languages where a dotless i is at home */
};

struct nj_scratch {
    hs_scratch_t *hs; /* NULL when the engine has no patterns */
    struct nj_part part;
    struct nj_gaze gaze;
    struct nj_reasons reasons;
};

/* ---- building ---------------------------------------------------------- */

static int build(struct nj_engine *engine,
                 const struct nj_engine_input *in,
                 struct nj_complaints *c)
{
    int rc;

    engine->fold = nj_fold_create();
    if (engine->fold == NULL) {
        return NJ_E_NOMEM;
    }
    rc = nj_lexicon_init(&engine->lexicon);
    if (rc == 0) {
        rc = nj_lexicon_read(&engine->lexicon, in->lexicons, in->lexicon_count,
                             engine->fold, c);
    }
    if (rc == 0) {
        rc = nj_lexicon_freeze(&engine->lexicon);
    }
    if (rc == 0) {
        rc = nj_patterns_build(&engine->patterns, in->patterns,
                               in->pattern_count, engine->fold, c);
    }
    return rc;
}

static int refuse(struct nj_complaints *c, int rc, struct nj_err *err)
{
    if (rc == NJ_E_NOMEM) {
        return nj_err_set(err, rc, "scoring: no memory");
    }
    if (rc == NJ_E_STATE) {
        return nj_err_set(err, rc,
                          "scoring: this processor cannot run vectorscan; it "
                          "needs SSE4.2 or newer");
    }
    if (rc != 0) {
        return nj_err_set(err, rc, "scoring: %s", nj_code_name(rc));
    }
    return c->count > 0 ? NJ_E_INVALID : 0;
}

int nj_engine_create(const struct nj_engine_input *in,
                     struct nj_engine **out,
                     struct nj_err *err)
{
    struct nj_complaints c = {
        .on_error = in->on_error, .arg = in->on_error_arg, .err = err};
    struct nj_engine *engine = calloc(1, sizeof *engine);
    int rc;

    if (engine == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "scoring: no memory");
    }
    rc = refuse(&c, build(engine, in, &c), err);
    if (rc != 0) {
        nj_engine_destroy(engine);
        return rc;
    }
    engine->temper = nj_temper_find(&engine->lexicon);
    engine->context =
        in->context != NULL ? *in->context : nj_context_weights_default();
    engine->turkish = nj_language_find("tr", 2);
    *out = engine;
    return 0;
}

void nj_engine_destroy(struct nj_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    nj_patterns_finish(&engine->patterns);
    nj_lexicon_finish(&engine->lexicon);
    nj_model_close(engine->model);
    free(engine->fold);
    free(engine);
}

void nj_engine_take_model(struct nj_engine *engine, struct nj_model *model)
{
    nj_model_close(engine->model);
    engine->model = model;
}

size_t nj_engine_term_count(const struct nj_engine *engine)
{
    return engine->lexicon.term_count;
}

int nj_scratch_create(const struct nj_engine *engine, struct nj_scratch **out)
{
    struct nj_scratch *scratch = calloc(1, sizeof *scratch);

    if (scratch == NULL) {
        return NJ_E_NOMEM;
    }
    if (nj_part_init(&scratch->part) != 0 ||
        nj_patterns_room(&engine->patterns, &scratch->hs) != 0) {
        nj_scratch_destroy(scratch);
        return NJ_E_NOMEM;
    }
    *out = scratch;
    return 0;
}

void nj_scratch_destroy(struct nj_scratch *scratch)
{
    if (scratch == NULL) {
        return;
    }
    nj_patterns_free_room(scratch->hs);
    nj_part_finish(&scratch->part);
    free(scratch);
}

/* ---- scoring ----------------------------------------------------------- */

struct nj_score_input nj_score_input_post(const struct nj_post *post,
                                          int64_t now_ms)
{
    return (struct nj_score_input){
        .text = post->text,
        .text_len = strlen(post->text),
        .title = post->title,
        .title_len = post->title == NULL ? 0 : strlen(post->title),
        .language = post->language,
        .place = post->place,
        .followers = post->followers,
        .shares = post->shares,
        .likes = post->likes,
        .replies = post->replies,
        .published_ms = post->published_ms,
        .now_ms = now_ms,
    };
}

/* One post on its way through. */
struct judge {
    const struct nj_engine *engine;
    struct nj_scratch *scratch;
    const struct nj_score_input *in;
    struct nj_arena *arena;
    struct nj_tally tally;
    struct nj_score *out;
    size_t words; /* in all parts */
};

/* From bytes to words in part->words and a language. */
static int read_part(struct judge *j, const char *text, size_t len)
{
    const struct nj_engine *engine = j->engine;
    struct nj_part *part = &j->scratch->part;
    int rc;

    part->given = text;
    part->given_len = len;
    part->evidence_count = 0;
    part->allowed_count = 0;
    part->crowded = 0;
    rc = nj_canon_make(&part->canon, engine->fold, text, len);
    if (rc != 0) {
        return rc;
    }
    rc = nj_words_split(&part->words, &engine->lexicon.phrases.vocab,
                        &part->canon, text);
    if (rc != 0) {
        return rc;
    }
    part->language =
        nj_language_guess(&engine->lexicon.phrases.vocab, &part->canon,
                          &part->words, j->in->language);
    return nj_patterns_scan(&engine->patterns, j->scratch->hs, part);
}

static int judge_part(struct judge *j,
                      const char *text,
                      size_t len,
                      enum nj_part_kind kind)
{
    const struct nj_engine *engine = j->engine;
    struct nj_part *part = &j->scratch->part;
    int looked;
    int rc;

    if (len == 0) {
        return 0;
    }
    rc = read_part(j, text, len);
    if (rc != 0) {
        return rc;
    }
    j->words += part->words.count;
    if (kind == NJ_PART_TEXT) {
        (void)nj_str_format(j->out->language, sizeof j->out->language, "%s",
                            nj_language_code(part->language));
        j->out->simhash = nj_simhash(&part->canon, &part->words);
    }
    looked = engine->model != NULL &&
             nj_opinion_look(engine->model, part, &j->scratch->gaze);
    nj_unmask(part, &engine->lexicon, part->language == engine->turkish);
    nj_evidence_find(part, &engine->lexicon);
    nj_grawlix_find(part, &engine->lexicon, engine->temper.second);
    nj_patterns_judge(&engine->patterns, part);
    nj_evidence_settle(part, &engine->lexicon);
    nj_temper_apply(&engine->temper, &engine->lexicon, part);
    nj_tally_part(&j->tally, part);
    rc = nj_explain_part(&j->scratch->reasons, part, kind, j->arena);
    if (rc == 0 && looked) {
        nj_opinion_form(&j->tally.opinion, &j->scratch->gaze, part,
                        &engine->lexicon.phrases.vocab, &engine->temper);
        rc = nj_explain_model(&j->scratch->reasons, part, &j->scratch->gaze,
                              kind, j->arena);
    }
    return rc;
}

static int judge_all(struct judge *j)
{
    const struct nj_score_input *in = j->in;
    int rc;

    j->scratch->reasons.count = 0;
    nj_opinion_begin(&j->tally.opinion, j->engine->model);
    rc = judge_part(j, in->text, in->text_len, NJ_PART_TEXT);
    if (rc == 0 && in->title != NULL) {
        rc = judge_part(j, in->title, in->title_len, NJ_PART_TITLE);
    }
    for (size_t i = 0; i < in->picture_count && rc == 0; i++) {
        const struct nj_picture_verdict *picture = &in->pictures[i];

        if (picture->text != NULL) {
            rc = judge_part(j, picture->text, picture->text_len,
                            NJ_PART_PICTURE);
        }
    }
    return rc;
}

/* No lexicon for the text's language: said, never taken for harmless. */
static int note_language(struct judge *j)
{
    const unsigned few = 4;
    unsigned language =
        nj_language_find(j->out->language, strlen(j->out->language));
    char line[96];
    const char *what;

    if (j->words < few ||
        (language != 0 &&
         (j->engine->lexicon.languages >> language & 1) != 0)) {
        return 0;
    }
    if (language == 0) {
        nj_tally_note(&j->tally, "language: unknown, judged by all word lists",
                      0);
        return 0;
    }
    (void)nj_str_format(
        line, sizeof line,
        "language: %s, no word list: judged by your own rules only",
        nj_language_code(language));
    what = nj_arena_strdup(j->arena, line);
    if (what == NULL) {
        return NJ_E_NOMEM;
    }
    nj_tally_note(&j->tally, what, 0);
    return 0;
}

int nj_engine_score(const struct nj_engine *engine,
                    struct nj_scratch *scratch,
                    const struct nj_score_input *in,
                    struct nj_arena *arena,
                    struct nj_score *out)
{
    struct nj_score score = {.language = "und"};
    struct judge j = {.engine = engine,
                      .scratch = scratch,
                      .in = in,
                      .arena = arena,
                      .out = &score};
    int rc = judge_all(&j);

    if (rc == 0) {
        rc = note_language(&j);
    }
    if (rc == 0) {
        nj_context_pictures(&j.tally, in);
        nj_context_count(&j.tally, &engine->context, in);
        nj_tally_finish(&j.tally, &score);
        score.judged = 1;
        rc = nj_explain_finish(&scratch->reasons, &j.tally, arena, &score);
    }
    if (rc != 0) {
        score = (struct nj_score){.language = "und"};
    }
    *out = score;
    return rc;
}

int nj_engine_measure(const struct nj_engine *engine,
                      struct nj_scratch *scratch,
                      const struct nj_score_input *in,
                      struct nj_arena *arena,
                      struct nj_measure *out)
{
    struct nj_score score = {.language = "und"};
    struct judge j = {.engine = engine,
                      .scratch = scratch,
                      .in = in,
                      .arena = arena,
                      .out = &score};
    int rc = judge_all(&j);

    if (rc == 0) {
        *out = (struct nj_measure){.language = j.tally.opinion.language,
                                   .model = j.tally.opinion.offensive,
                                   .rules = nj_tally_rules(&j.tally),
                                   .urgent_model = j.tally.opinion.urgent,
                                   .urgent_rules =
                                       nj_tally_urgency_rules(&j.tally)};
    }
    return rc;
}
