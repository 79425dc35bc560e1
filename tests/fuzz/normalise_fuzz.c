/* Any bytes through the whole engine with the shipped word lists: every score
 * is within bounds, every reason leads to bytes of the text, masking keeps
 * what it must, and the same text gets the same score. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "score/engine.h"
#include "score/load.h"
#include "score/mask.h"

static struct nj_engine *engine;
static struct nj_scratch *scratch;

static const struct nj_user_pattern patterns[] = {
    {.kind = NJ_USER_REGEX, .pattern = "a[c-e]+me", .label = NJ_LABEL_INSULT},
    {.kind = NJ_USER_WORD,
     .pattern = "\xf0\x9f\x91\x8e",
     .label = NJ_LABELS,
     .urgent = NJ_URGENT_PRESS},
    {.kind = NJ_USER_ALLOW, .pattern = "old bastard"},
};

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void open_engine(void)
{
    struct nj_lexicon_files files;
    struct nj_engine_input in = {.patterns = patterns, .pattern_count = 3};

    must(nj_lexicon_files_load("config/lexicons", &files, NULL) == 0);
    in.lexicons = files.texts;
    in.lexicon_count = files.count;
    must(nj_engine_create(&in, &engine, NULL) == 0);
    must(nj_scratch_create(engine, &scratch) == 0);
    nj_lexicon_files_finish(&files);
}

static int in_bounds(float p)
{
    return p >= 0.0F && p <= 1.0F;
}

static void check_score(const struct nj_score *s, size_t text_len, size_t title)
{
    must(s->judged);
    must(in_bounds(s->offensive) && in_bounds(s->urgent));
    must(s->level >= s->urgency && s->level < NJ_LEVELS);
    must((unsigned)s->urgent_reason < NJ_URGENT_REASONS);
    for (size_t i = 0; i < NJ_LABELS; i++) {
        must(in_bounds(s->labels[i]));
    }
    for (size_t i = 0; i < s->reason_count; i++) {
        const struct nj_reason *r = &s->reasons[i];

        must(r->what != NULL && r->start <= r->end);
        must(nj_utf8_valid(r->what, strlen(r->what)));
        must(r->end <= (r->in_title ? title : text_len));
        must(r->weight == r->weight);
    }
}

static void check_mask(const char *text, size_t len, const struct nj_score *s)
{
    struct nj_buf out;

    nj_buf_init(&out, len + 1);
    nj_mask_text(text, len, s, &out);
    must(out.status == 0 && out.len <= len);
    must(!nj_utf8_valid(text, len) ||
         nj_utf8_valid(nj_buf_text(&out), out.len));
    nj_buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t title = size > 0 ? data[0] % 16 : 0;
    struct nj_score_input in = {.text = text,
                                .text_len = size,
                                .title = text,
                                .title_len = title < size ? title : size,
                                .shares = (int64_t)size * 7,
                                .followers = -1,
                                .published_ms = 1,
                                .now_ms = 99999};
    struct nj_arena arena = {0};
    struct nj_score first;
    struct nj_score again;

    if (engine == NULL) {
        open_engine();
    }
    must(nj_engine_score(engine, scratch, &in, &arena, &first) == 0);
    check_score(&first, size, in.title_len);
    check_mask(text, size, &first);
    must(nj_engine_score(engine, scratch, &in, &arena, &again) == 0);
    must(first.offensive == again.offensive && first.urgent == again.urgent);
    must(first.simhash == again.simhash);
    must(first.reason_count == again.reason_count);
    nj_arena_finish(&arena);
    return 0;
}
