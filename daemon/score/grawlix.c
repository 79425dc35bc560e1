#include "score/grawlix.h"

#include <string.h>

enum { SHORTEST = 4, LONGEST = 24, DISTINCT = 3 };

static const struct nj_term term = {
    .name = "signs for a curse",
    .flags = NJ_TERM_SHOWN,
    .labels = {[NJ_LABEL_PROFANITY] = 4.6F},
    .word = 1,
};

static const char signs[] = "@#$%&*!^";

static int is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\0';
}

/* How many different signs stand in TEXT[0..LEN). */
static size_t kinds(const char *text, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++) {
        count += memchr(text, text[i], i) == NULL ? 1 : 0;
    }
    return count;
}

struct search {
    const struct nj_part *part;
    const struct nj_vocab_word *vocab;
    uint64_t second;
    size_t word; /* the first that ends behind the run at hand */
};

static int is_second(const struct search *s, size_t word)
{
    return word < s->part->words.count &&
           (s->vocab[s->part->words.items[word].id].classes & s->second) != 0;
}

static int counts(const struct search *s, size_t start, size_t len)
{
    const char *text = s->part->canon.text + start;

    if (len < SHORTEST || len > LONGEST) {
        return 0;
    }
    if (kinds(text, len) >= DISTINCT) {
        return 1;
    }
    return memchr(text, '*', len) == text && kinds(text, len) == 1 &&
           (is_second(s, s->word) ||
            (s->word > 0 && is_second(s, s->word - 1)));
}

static void add(struct nj_part *part, size_t start, size_t len)
{
    struct nj_evidence *evidence = nj_evidence_add(part);

    if (evidence != NULL) {
        evidence->term = &term;
        evidence->start = (uint32_t)start;
        evidence->end = (uint32_t)(start + len);
    }
}

void nj_grawlix_find(struct nj_part *part,
                     const struct nj_lexicon *lexicon,
                     uint64_t second)
{
    struct search s = {
        .part = part, .vocab = lexicon->phrases.vocab.words, .second = second};
    const char *text = part->canon.text;
    size_t at = 0;

    for (;;) {
        size_t start = at + strcspn(text + at, signs);

        if (start >= part->canon.len) {
            return;
        }
        at = start + strspn(text + start, signs);
        while (s.word < part->words.count &&
               part->words.items[s.word].end <= start) {
            s.word++;
        }
        if ((start == 0 || is_space(text[start - 1])) && is_space(text[at]) &&
            counts(&s, start, at - start)) {
            add(part, start, at - start);
        }
    }
}
