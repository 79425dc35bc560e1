#include "score/lexicon_marks.h"

#include <stdlib.h>
#include <string.h>

#include "score/grow.h"
#include "score/inflect.h"
#include "score/scramble.h"

static int note_strong(struct nj_lexicon *lexicon, uint32_t word)
{
    struct nj_vocab *vocab = &lexicon->phrases.vocab;
    void *strong;

    if ((vocab->words[word].flags & NJ_WORD_STRONG) != 0) {
        return 0;
    }
    strong = nj_grow(lexicon->strong, &lexicon->strong_room,
                     lexicon->strong_count + 1, sizeof *lexicon->strong);
    if (strong == NULL) {
        return NJ_E_NOMEM;
    }
    lexicon->strong = strong;
    lexicon->strong[lexicon->strong_count] = word;
    lexicon->strong_count++;
    vocab->words[word].flags |= NJ_WORD_STRONG;
    return 0;
}

int nj_lexicon_mark_strong(struct nj_lexicon *lexicon,
                           const struct nj_sequence *sequence)
{
    char forms[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    const struct nj_element *e = sequence->first;
    size_t n = nj_inflect(e->text, e->len, e->forms, forms);
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = note_strong(lexicon,
                         nj_vocab_find_short(&lexicon->phrases.vocab, forms[i],
                                             strlen(forms[i])));
    }
    return rc;
}

void nj_lexicon_mark_frequent(struct nj_lexicon *lexicon,
                              const struct nj_sequence *sequence)
{
    struct nj_vocab *vocab = &lexicon->phrases.vocab;
    uint32_t id =
        nj_vocab_find_short(vocab, sequence->first->text, sequence->first->len);

    vocab->words[id].flags |= NJ_WORD_COMMON;
}

static int note_root(struct nj_lexicon *lexicon, const char *text, size_t len)
{
    struct nj_root root = {
        .text = nj_arena_strndup(&lexicon->arena, text, len),
        .word = nj_vocab_find_short(&lexicon->phrases.vocab, text, len)};

    return root.text == NULL ? NJ_E_NOMEM : nj_roots_add(&lexicon->roots, root);
}

int nj_lexicon_mark_term(struct nj_lexicon *lexicon,
                         const struct nj_term *term,
                         const struct nj_sequence *sequence)
{
    const struct nj_element *e = sequence->first;
    struct nj_vocab *vocab = &lexicon->phrases.vocab;
    uint32_t id = nj_vocab_find_short(vocab, e->text, e->len);
    int rc = 0;

    if ((term->flags & NJ_TERM_SCRAMBLE) != 0) {
        vocab->words[id].flags |= NJ_WORD_SCRAMBLE;
    }
    if ((term->flags & NJ_TERM_STRONG) != 0) {
        rc = nj_lexicon_mark_strong(lexicon, sequence);
    }
    if (rc == 0 && (term->flags & NJ_TERM_JOINED) != 0) {
        rc = note_root(lexicon, e->text, e->len);
    }
    return rc;
}

/* Sort the strong words by their first byte (a bucket sort in place would not
 * be shorter). */
static int sort_strong(struct nj_lexicon *lexicon)
{
    const struct nj_vocab *vocab = &lexicon->phrases.vocab;
    uint32_t *sorted;
    size_t at = 0;

    if (lexicon->strong_count == 0) {
        return 0;
    }
    sorted = calloc(lexicon->strong_count, sizeof *sorted);
    if (sorted == NULL) {
        return NJ_E_NOMEM;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        lexicon->strong_from[byte] = (uint32_t)at;
        for (size_t i = 0; i < lexicon->strong_count; i++) {
            uint32_t word = lexicon->strong[i];

            if ((unsigned char)vocab->pool[vocab->words[word].text] == byte) {
                sorted[at] = word;
                at++;
            }
        }
    }
    lexicon->strong_from[256] = (uint32_t)at;
    free(lexicon->strong);
    lexicon->strong = sorted;
    return 0;
}

int nj_lexicon_freeze(struct nj_lexicon *lexicon)
{
    int rc = nj_scramble_all(&lexicon->phrases.vocab);

    if (rc == 0) {
        rc = sort_strong(lexicon);
    }
    if (rc == 0) {
        nj_phrases_freeze(&lexicon->phrases);
        nj_roots_freeze(&lexicon->roots);
        nj_arena_finish(&lexicon->parsed);
    }
    return rc;
}
