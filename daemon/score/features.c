#include "score/features.h"

#include <string.h>

/* ---- the reel ---------------------------------------------------------- */

static int has_room(const struct nj_features *f, size_t len)
{
    return f->token_count < NJ_REEL_WORDS &&
           f->reel_len + len + 1 <= NJ_REEL_BYTES;
}

static void add_token(struct nj_features *f,
                      const char *text,
                      size_t len,
                      const struct nj_word *word)
{
    struct nj_reel_token *token = &f->tokens[f->token_count];

    memcpy(f->reel + f->reel_len, text, len);
    token->start = (uint16_t)f->reel_len;
    token->end = (uint16_t)(f->reel_len + len);
    token->from = word == NULL ? 0 : word->start;
    token->to = word == NULL ? 0 : word->end;
    f->reel_len += len;
    f->reel[f->reel_len] = ' ';
    f->reel_len++;
    f->token_count++;
}

/* Add '!' and '?' that stand in TEXT, once each. */
static void add_signs(struct nj_features *f, const char *text, size_t len)
{
    int shout = 0;
    int ask = 0;

    for (size_t i = 0; i < len; i++) {
        shout |= text[i] == '!';
        ask |= text[i] == '?';
    }
    if (shout && has_room(f, 1)) {
        add_token(f, "!", 1, NULL);
    }
    if (ask && has_room(f, 1)) {
        add_token(f, "?", 1, NULL);
    }
}

/* Names say nothing, and three of them no more than one. */
static int is_repeated_name(const struct nj_features *f)
{
    const struct nj_reel_token *last;

    if (f->token_count == 0) {
        return 0;
    }
    last = &f->tokens[f->token_count - 1];
    return f->reel[last->start] == '@' && last->end - last->start == 1;
}

static size_t token_len(const struct nj_word *word)
{
    size_t len = word->end - word->start;

    return len > NJ_REEL_TOKEN ? NJ_REEL_TOKEN : len;
}

/* Words from FROM on, as many as fit. Returns the first that did not. */
static size_t fill_reel(struct nj_features *f,
                        const struct nj_canon *canon,
                        const struct nj_words *words,
                        size_t from)
{
    size_t before = from == 0 ? 0 : words->items[from - 1].end;
    size_t at = from;

    f->reel[0] = ' ';
    f->reel_len = 1;
    f->token_count = 0;
    for (; at < words->count; at++) {
        const struct nj_word *word = &words->items[at];
        size_t len = token_len(word);

        if (word->start > before + 1) {
            add_signs(f, canon->text + before, word->start - before);
        }
        if ((word->flags & NJ_W_LINK) == 0) {
            if (!has_room(f, len)) {
                return at > from ? at : at + 1;
            }
            if ((word->flags & NJ_W_MENTION) == 0) {
                add_token(f, canon->text + word->start, len, word);
            } else if (!is_repeated_name(f)) {
                add_token(f, "@", 1, word);
            }
        }
        before = word->end;
    }
    add_signs(f, canon->text + before, canon->len - before);
    return at;
}

/* ---- the buckets ------------------------------------------------------- */

enum { CHAR_BITS = 19, WORD_BITS = 17 };

static void hash_words(struct nj_features *f)
{
    uint64_t before = 0x9ae16a3b2f90404fu;

    for (size_t t = 0; t < f->token_count; t++) {
        const struct nj_reel_token *token = &f->tokens[t];
        uint64_t hash = nj_word_hash(f->reel + token->start,
                                     (size_t)(token->end - token->start));
        uint64_t pair = (before + (hash ^ hash >> 31)) * 0xd6e8feb86659fd93u;

        f->words[2 * t] =
            (uint32_t)(hash * 0x9fb21c651e98df25u >> (64 - WORD_BITS));
        f->words[2 * t + 1] = (uint32_t)(pair >> (64 - WORD_BITS));
        before = hash * 0xff51afd7ed558ccdu;
    }
    f->word_count = f->token_count * NJ_WORDS_EACH;
}

static void hash_chars(struct nj_features *f)
{
    size_t count = f->reel_len > 2 ? f->reel_len - 2 : 0;
    uint32_t *out = f->chars;

    for (size_t i = 0; i < count; i++) {
        uint32_t four;
        uint32_t h4;
        uint32_t h5;

        memcpy(&four, f->reel + i, 4);
        h4 = four * 0x9e3779b1u;
        h5 = (h4 ^ h4 >> 15) + (unsigned char)f->reel[i + 4];
        out[0] =
            NJ_WORD_BUCKETS + ((four << 8) * 0x85ebca6bu >> (32 - CHAR_BITS));
        out[1] = NJ_WORD_BUCKETS + (h4 >> (32 - CHAR_BITS));
        out[2] = NJ_WORD_BUCKETS + (h5 * 0xc2b2ae35u >> (32 - CHAR_BITS));
        out += NJ_CHARS_EACH;
    }
    f->char_count = count * NJ_CHARS_EACH;
}

size_t nj_features_make(struct nj_features *f,
                        const struct nj_canon *canon,
                        const struct nj_words *words,
                        size_t from)
{
    size_t next = fill_reel(f, canon, words, from);

    memset(f->reel + f->reel_len, ' ', NJ_REEL_PADDING);
    if (f->token_count == 0) {
        f->reel_len = 0;
    }
    hash_words(f);
    hash_chars(f);
    return next;
}

static uint64_t add_print(uint64_t print, const uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print = (print ^ items[i]) * 0x100000001b3u;
    }
    return print;
}

uint64_t nj_features_print(void)
{
    static char text[64] =
        "@a oh no! don't be so #silly, see http://b.cd/e ok?";
    static const uint32_t spans[][3] = {
        {1, 2, NJ_W_MENTION}, {3, 5, 0},   {6, 8, 0},          {10, 15, 0},
        {16, 18, 0},          {19, 21, 0}, {23, 28, NJ_W_TAG}, {30, 33, 0},
        {34, 47, NJ_W_LINK},  {48, 50, 0},
    };
    enum { COUNT = sizeof spans / sizeof spans[0] };
    struct nj_word items[COUNT];
    const struct nj_canon canon = {.text = text, .len = strlen(text)};
    const struct nj_words words = {.items = items, .count = COUNT};
    struct nj_features f;
    uint64_t print = 0xcbf29ce484222325u;

    for (size_t i = 0; i < COUNT; i++) {
        items[i] = (struct nj_word){
            .start = spans[i][0], .end = spans[i][1], .flags = spans[i][2]};
    }
    (void)nj_features_make(&f, &canon, &words, 0);
    print = add_print(print, f.words, f.word_count);
    return add_print(print, f.chars, f.char_count);
}
