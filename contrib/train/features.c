/* features - tells the trainer what the judge sees. Reads texts from standard
 * input, each as its length (32 bits) and its bytes, to the end of input; all
 * numbers in the machine's byte order.
 *
 *   features                   writes for each text its first window: counts
 *                              of word and character buckets (32 bits each),
 *                              then the buckets
 *   features print             writes the fingerprint of all this (64 bits)
 *   features MODEL LEXICONS    writes for each text what a score is made of:
 *                              its language (4 bytes); raw verdict of the
 *                              model and what the rules say, of offence, then
 *                              of urgency (floats) */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "score/engine.h"
#include "score/features.h"
#include "score/load.h"
#include "score/model.h"
#include "score/vocab.h"

struct teller {
    struct nj_fold *fold;
    struct nj_vocab vocab;
    struct nj_canon canon;
    struct nj_words words;
    struct nj_features features;
    struct nj_engine *engine;
    struct nj_scratch *scratch;
};

static void must(int condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "features: %s\n", what);
        exit(1);
    }
}

static void put(const void *items, size_t size, size_t count)
{
    must(fwrite(items, size, count, stdout) == count, "cannot write");
}

static void tell_features(struct teller *t, const char *text, size_t len)
{
    struct nj_features *f = &t->features;
    uint32_t counts[2];

    must(nj_canon_make(&t->canon, t->fold, text, len) == 0, "no memory");
    must(nj_words_split(&t->words, &t->vocab, &t->canon, text) == 0,
         "no memory");
    (void)nj_features_make(f, &t->canon, &t->words, 0);
    counts[0] = (uint32_t)f->word_count;
    counts[1] = (uint32_t)f->char_count;
    put(counts, sizeof counts[0], 2);
    put(f->words, sizeof f->words[0], f->word_count);
    put(f->chars, sizeof f->chars[0], f->char_count);
}

static void tell_measure(struct teller *t, const char *text, size_t len)
{
    struct nj_score_input in = {.text = text,
                                .text_len = len,
                                .followers = -1,
                                .shares = -1,
                                .likes = -1,
                                .replies = -1};
    struct nj_arena arena = {0};
    struct nj_measure measure;
    char language[4] = "";

    must(nj_engine_measure(t->engine, t->scratch, &in, &arena, &measure) == 0,
         "no memory");
    memcpy(language, measure.language, strnlen(measure.language, 3));
    put(language, 1, sizeof language);
    put(&measure.model, sizeof measure.model, 1);
    put(&measure.rules, sizeof measure.rules, 1);
    put(&measure.urgent_model, sizeof measure.urgent_model, 1);
    put(&measure.urgent_rules, sizeof measure.urgent_rules, 1);
    nj_arena_finish(&arena);
}

static void open_engine(struct teller *t, const char *model, const char *dir)
{
    struct nj_lexicon_files files = {0};
    struct nj_engine_input in = {0};
    struct nj_model *read = NULL;
    struct nj_err err = {0};

    must(nj_model_open(model, &read, &err) == 0, err.text);
    must(nj_lexicon_files_load(dir, &files, &err) == 0, err.text);
    in.lexicons = files.texts;
    in.lexicon_count = files.count;
    must(nj_engine_create(&in, &t->engine, &err) == 0, err.text);
    nj_engine_take_model(t->engine, read);
    must(nj_scratch_create(t->engine, &t->scratch) == 0, "no memory");
    nj_lexicon_files_finish(&files);
}

int main(int argc, char **argv)
{
    static struct teller t;
    static char text[NJ_LIMIT_POST_TEXT_BYTES + 64];
    uint32_t len;

    must(argc <= 3, "usage: features [print | MODEL LEXICONS]");
    if (argc == 2) {
        const uint64_t fingerprint = nj_features_print();

        put(&fingerprint, sizeof fingerprint, 1);
        return 0;
    }
    t.fold = nj_fold_create();
    must(t.fold != NULL && nj_vocab_init(&t.vocab) == 0, "no memory");
    if (argc == 3) {
        open_engine(&t, argv[1], argv[2]);
    }
    while (fread(&len, sizeof len, 1, stdin) == 1) {
        must(len <= NJ_LIMIT_POST_TEXT_BYTES, "a text is too long");
        must(fread(text, 1, len, stdin) == len, "a text is cut");
        if (t.engine == NULL) {
            tell_features(&t, text, len);
        } else {
            tell_measure(&t, text, len);
        }
    }
    nj_scratch_destroy(t.scratch);
    nj_engine_destroy(t.engine);
    nj_words_finish(&t.words);
    nj_canon_finish(&t.canon);
    nj_vocab_finish(&t.vocab);
    free(t.fold);
    return 0;
}
