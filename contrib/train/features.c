/* features - tells the trainer what the judge sees. Reads texts from standard
 * input, each as its length (32 bits) and its bytes; writes for each one its
 * first window: counts of word and character buckets (32 bits each), then the
 * buckets; in the machine's byte order. Ends at the end of input. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "score/features.h"
#include "score/vocab.h"

struct teller {
    struct nj_fold *fold;
    struct nj_vocab vocab;
    struct nj_canon canon;
    struct nj_words words;
    struct nj_features features;
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

static void tell(struct teller *t, const char *text, size_t len)
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

int main(void)
{
    static struct teller t;
    static char text[NJ_LIMIT_POST_TEXT_BYTES + 64];
    uint32_t len;

    t.fold = nj_fold_create();
    must(t.fold != NULL && nj_vocab_init(&t.vocab) == 0, "no memory");
    while (fread(&len, sizeof len, 1, stdin) == 1) {
        must(len <= NJ_LIMIT_POST_TEXT_BYTES, "a text is too long");
        must(fread(text, 1, len, stdin) == len, "a text is cut");
        tell(&t, text, len);
    }
    nj_words_finish(&t.words);
    nj_canon_finish(&t.canon);
    nj_vocab_finish(&t.vocab);
    free(t.fold);
    return 0;
}
