#include "score/scramble.h"

#include <string.h>

enum { SHORTEST = 4 };

static int
add_alias(struct nj_vocab *vocab, const char *form, size_t len, uint32_t word)
{
    uint32_t id;

    if (nj_vocab_find_short(vocab, form, len) != 0) {
        return 0;
    }
    id = nj_vocab_add(vocab, form, len);
    if (id == 0) {
        return NJ_E_NOMEM;
    }
    vocab->words[id].flags |= NJ_WORD_ALIAS;
    vocab->words[id].alias_of = word;
    return 0;
}

static int is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < 'a' || text[i] > 'z') {
            return 0;
        }
    }
    return 1;
}

static int scramble(struct nj_vocab *vocab, uint32_t word)
{
    char text[NJ_WORD_MAX_BYTES];
    char form[NJ_WORD_MAX_BYTES];
    size_t len = vocab->words[word].len;
    int rc = 0;

    memcpy(text, vocab->pool + vocab->words[word].text, len);
    if (len < SHORTEST || !is_plain(text, len)) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        form[i] = text[len - 1 - i];
    }
    rc = add_alias(vocab, form, len, word);
    for (size_t i = 1; i + 1 < len && rc == 0; i++) {
        memcpy(form, text, len);
        form[i] = text[i + 1];
        form[i + 1] = text[i];
        rc = add_alias(vocab, form, len, word);
    }
    return rc;
}

int nj_scramble_all(struct nj_vocab *vocab)
{
    size_t count = vocab->word_count;
    int rc = 0;

    for (size_t i = 1; i < count && rc == 0; i++) {
        if ((vocab->words[i].flags & NJ_WORD_SCRAMBLE) != 0) {
            rc = scramble(vocab, (uint32_t)i);
        }
    }
    return rc;
}
