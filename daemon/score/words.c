#include "score/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/grow.h"
#include "score/script.h"

enum { MAX_DOMAIN = 255 }; /* bytes of a host name, RFC 1035 */

enum byte_kind {
    OTHER = '.',
    SPACE = '_',
    SIGN = '$', /* people write it instead of a letter */
    LETTER = 'a',
    DIGIT = '0',
    APOSTROPHE = '\'',
    HIGH = 'h', /* part of a letter or sign beyond ASCII */
};

struct splitter {
    struct nj_words *words;
    const struct nj_vocab *vocab;
    const struct nj_canon *canon;
    const char *given;
    const char *text;
    size_t len;
    size_t at;
    unsigned pending;   /* NJ_W_* for the next word */
    size_t sentence;    /* index of the present sentence's first word */
    size_t double_open; /* 1 + index of the first word in "..." */
    size_t single_open; /* the same in '...' */
};

/* The kind of each byte, 32 in a line; capitals do not come here. */
static const char kinds[] = ".........__.._.................."
                            "_$.$$$.'$.$$....0000000000..$..."
                            "$.............................$."
                            ".aaaaaaaaaaaaaaaaaaaaaaaaaa.$..."
                            "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"
                            "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"
                            "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"
                            "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh";

static enum byte_kind kind_of(char c)
{
    return (enum byte_kind)kinds[(unsigned char)c];
}

/* Signs people write instead of letters. */
static int is_sign(char c)
{
    return kind_of(c) == SIGN;
}

static int is_alnum(char c)
{
    enum byte_kind kind = kind_of(c);

    return kind == LETTER || kind == DIGIT || kind == HIGH;
}

static char byte_at(const struct splitter *s, size_t at)
{
    return at < s->len ? s->text[at] : ' ';
}

static struct nj_word *add_word(struct splitter *s, size_t start, size_t end)
{
    struct nj_words *words = s->words;
    struct nj_word *word;

    if (words->count == words->room) {
        void *items = nj_grow(words->items, &words->room, words->count + 1,
                              sizeof *words->items);

        if (items == NULL) {
            return NULL;
        }
        words->items = items;
    }
    word = &words->items[words->count];
    *word = (struct nj_word){
        .start = (uint32_t)start, .end = (uint32_t)end, .flags = s->pending};
    words->count++;
    s->pending = NJ_W_GLUED;
    return word;
}

static int is_number(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (kind_of(text[i]) != DIGIT) {
            return 0;
        }
    }
    return 1;
}

static void look_up(const struct splitter *s, struct nj_word *word)
{
    const char *text = s->text + word->start;
    size_t len = word->end - word->start;
    uint32_t id = nj_vocab_find(s->vocab, text, len);

    if (id == 0 && len > 2 && text[len - 1] == 's' && text[len - 2] == '\'') {
        id = nj_vocab_find(s->vocab, text, len - 2);
    }
    if (id == 0 && (word->flags & NJ_W_DIGIT) != 0 && is_number(text, len)) {
        id = s->vocab->number;
    }
    if ((s->vocab->words[id].flags & NJ_WORD_ALIAS) != 0) {
        id = s->vocab->words[id].alias_of;
        word->flags |= NJ_W_UNMASKED;
    }
    word->id = id;
}

/* How many bytes of a word stand at AT: a letter, digit or mark; 0: none. */
static size_t word_step(const struct splitter *s, size_t at)
{
    enum byte_kind kind = kind_of(s->text[at]);
    uint32_t cp = 0;
    size_t n;

    if (kind == LETTER || kind == DIGIT) {
        return 1;
    }
    if (kind == APOSTROPHE) {
        return at > 0 && is_alnum(s->text[at - 1]) && at + 1 < s->len &&
                       is_alnum(s->text[at + 1])
                   ? 1
                   : 0;
    }
    if (kind != HIGH) {
        return 0;
    }
    n = nj_utf8_decode(s->text + at, s->len - at, &cp);
    return nj_script_is_word(cp) ? n : 0;
}

static size_t word_end(const struct splitter *s, size_t at, unsigned *flags)
{
    while (at < s->len) {
        enum byte_kind kind = kind_of(s->text[at]);
        size_t n = 1;

        if (kind == DIGIT) {
            *flags |= NJ_W_DIGIT;
        } else if (kind != LETTER) {
            n = word_step(s, at);
            if (n == 0) {
                break;
            }
            *flags |= kind == HIGH ? NJ_W_FOREIGN : 0u;
        }
        at += n;
    }
    return at;
}

static size_t chunk_end(const struct splitter *s, size_t at)
{
    while (at < s->len && kind_of(s->text[at]) != SPACE) {
        at++;
    }
    return at;
}

/* Whether a link or mail address begins with the word at [START, END). */
static int is_link(const struct splitter *s, size_t start, size_t end)
{
    const char *text = s->text + start;
    size_t len = end - start;
    size_t stop;
    const char *dot;

    if ((len == 4 && memcmp(text, "http", 4) == 0) ||
        (len == 5 && memcmp(text, "https", 5) == 0)) {
        return byte_at(s, end) == ':' && byte_at(s, end + 1) == '/';
    }
    if (len == 3 && memcmp(text, "www", 3) == 0) {
        return byte_at(s, end) == '.';
    }
    if (byte_at(s, end) != '@' || !is_alnum(byte_at(s, end + 1))) {
        return 0;
    }
    stop = chunk_end(s, end);
    if (stop > end + MAX_DOMAIN) {
        stop = end + MAX_DOMAIN; /* else a@a@a@... takes forever */
    }
    dot = memchr(s->text + end, '.', stop - end);
    return dot != NULL &&
           kind_of(byte_at(s, (size_t)(dot - s->text) + 1)) == LETTER;
}

static int add_plain(struct splitter *s, size_t start, size_t end, unsigned fl)
{
    struct nj_word *word = add_word(s, start, end);

    if (word == NULL) {
        return NJ_E_NOMEM;
    }
    word->flags |= fl;
    look_up(s, word);
    return 0;
}

static int read_word(struct splitter *s)
{
    unsigned flags = 0;
    size_t start = s->at;
    size_t end = word_end(s, start, &flags);

    if (is_link(s, start, end)) {
        struct nj_word *word;

        s->at = chunk_end(s, end);
        word = add_word(s, start, s->at);
        if (word == NULL) {
            return NJ_E_NOMEM;
        }
        word->flags |= NJ_W_LINK;
        return 0;
    }
    s->at = end;
    if (is_sign(byte_at(s, end)) &&
        (byte_at(s, end) != '!' || kind_of(byte_at(s, end + 1)) == LETTER)) {
        flags |= NJ_W_SIGN;
        s->words->suspect = 1;
    }
    return add_plain(s, start, end, flags);
}

/* ---- #tags and @names -------------------------------------------------- */

static int was_upper(const struct splitter *s, size_t at)
{
    uint32_t from;
    uint32_t to;
    char c;

    nj_canon_origin(s->canon, at, at + 1, &from, &to);
    c = s->given[from];
    return c >= 'A' && c <= 'Z';
}

static int was_lower(const struct splitter *s, size_t at)
{
    return !was_upper(s, at) && kind_of(s->text[at]) == LETTER;
}

/* Whether a piece of a tag ends before AT: #HelloWorld, #top10, #a_b. */
static int is_seam(const struct splitter *s, size_t at)
{
    char c = s->text[at];
    char before = s->text[at - 1];

    if (c == '_' || before == '_') {
        return 1;
    }
    if (kind_of(c) == LETTER && kind_of(before) == DIGIT) {
        return was_upper(s, at);
    }
    return kind_of(c) == LETTER && kind_of(before) == LETTER &&
           was_upper(s, at) && was_lower(s, at - 1);
}

static int read_tag(struct splitter *s)
{
    size_t start = s->at + 1;
    size_t end = start;
    size_t n;

    while (end < s->len &&
           ((n = word_step(s, end)) > 0 || s->text[end] == '_')) {
        end += n > 0 ? n : 1;
    }
    for (size_t at = start + 1; at <= end; at++) {
        int rc = 0;

        if (at < end && !is_seam(s, at)) {
            continue;
        }
        if (s->text[start] != '_') {
            rc = add_plain(s, start, at, NJ_W_TAG);
        }
        if (rc != 0) {
            return rc;
        }
        start = at;
    }
    s->at = end;
    return 0;
}

static int read_mention(struct splitter *s)
{
    size_t start = s->at + 1;
    size_t end = start;
    struct nj_word *word;

    while (end < s->len && (word_step(s, end) > 0 || s->text[end] == '_')) {
        end += s->text[end] == '_' ? 1 : word_step(s, end);
    }
    word = add_word(s, start, end);
    if (word == NULL) {
        return NJ_E_NOMEM;
    }
    word->flags |= NJ_W_MENTION;
    s->at = end;
    return 0;
}

/* ---- what stands between words ----------------------------------------- */

/* "@anna: what she said" is passed on, not held up to be looked at. */
static int is_retweet(const struct splitter *s, size_t first)
{
    const struct nj_word *word = &s->words->items[first];

    return first < s->words->count && (word->flags & NJ_W_MENTION) != 0 &&
           s->text[word->end] == ':';
}

static void quote_words(struct splitter *s, size_t *open)
{
    if (*open == 0) {
        *open = s->words->count + 1;
        return;
    }
    if (!is_retweet(s, *open - 1)) {
        for (size_t i = *open - 1; i < s->words->count; i++) {
            s->words->items[i].flags |= NJ_W_QUOTED;
        }
    }
    *open = 0;
}

static void single_quote(struct splitter *s)
{
    int after_word = s->at > 0 && is_alnum(s->text[s->at - 1]);
    int before_word = is_alnum(byte_at(s, s->at + 1));

    if (s->single_open == 0 ? before_word && !after_word : !before_word) {
        quote_words(s, &s->single_open);
    }
}

static void end_sentence(struct splitter *s, char sign)
{
    if (sign == '?' && s->sentence < s->words->count) {
        s->words->items[s->sentence].flags |= NJ_W_QUESTION;
    }
    s->sentence = s->words->count;
    s->pending |= NJ_W_SENTENCE;
}

static void read_sign(struct splitter *s)
{
    char c = s->text[s->at];
    char next = byte_at(s, s->at + 1);

    if (c == '"') {
        quote_words(s, &s->double_open);
    } else if (c == '\n' || ((c == '.' || c == '!' || c == '?') &&
                             !is_alnum(next) && !is_sign(next))) {
        end_sentence(s, c);
    }
    if (c == ',' || c == ';' || c == ':') {
        s->pending |= NJ_W_CLAUSE;
    }
    if (kind_of(c) == SPACE) {
        s->pending &= ~(unsigned)NJ_W_GLUED;
    } else if (is_sign(c) && kind_of(next) == LETTER) {
        s->pending |= NJ_W_SIGN;
        s->words->suspect = 1;
    }
    s->at++;
}

/* A sign beyond ASCII: a pictograph is a word, the rest stands between. */
static int read_high(struct splitter *s)
{
    uint32_t cp = 0;
    size_t n = nj_utf8_decode(s->text + s->at, s->len - s->at, &cp);
    size_t start = s->at;

    s->at += n > 0 ? n : 1;
    if (cp == 0x3002 || cp == 0x0964 || cp == 0x061f || cp == 0x06d4) {
        end_sentence(s, cp == 0x061f ? '?' : '.');
    }
    if (!nj_script_is_emoji(cp)) {
        if (cp == 0x20ac || cp == 0xa3 || cp == 0xa5 || cp == 0xa2 ||
            cp == 0xa7) {
            s->pending |= NJ_W_SIGN;
            s->words->suspect = 1;
        }
        return 0;
    }
    return add_plain(s, start, s->at, NJ_W_EMOJI);
}

static int read_next(struct splitter *s)
{
    char c = s->text[s->at];
    enum byte_kind kind = kind_of(c);
    int stands_free = s->at == 0 || !is_alnum(s->text[s->at - 1]);

    if (kind == LETTER || kind == DIGIT ||
        (kind == HIGH && word_step(s, s->at) > 0)) {
        return read_word(s);
    }
    if (kind == HIGH) {
        return read_high(s);
    }
    if (stands_free && s->at + 1 < s->len && is_alnum(s->text[s->at + 1]) &&
        word_step(s, s->at + 1) > 0) {
        if (c == '#') {
            return read_tag(s);
        }
        if (c == '@') {
            return read_mention(s);
        }
    }
    if (kind == APOSTROPHE) {
        single_quote(s);
    }
    read_sign(s);
    return 0;
}

int nj_words_split(struct nj_words *words,
                   const struct nj_vocab *vocab,
                   const struct nj_canon *canon,
                   const char *given)
{
    struct splitter s = {.words = words,
                         .vocab = vocab,
                         .canon = canon,
                         .given = given,
                         .text = canon->text,
                         .len = canon->len,
                         .pending = NJ_W_SENTENCE};

    words->count = 0;
    words->suspect = 0;
    while (s.at < s.len) {
        int rc = read_next(&s);

        if (rc != 0) {
            words->count = 0;
            return rc;
        }
    }
    return 0;
}

void nj_words_finish(struct nj_words *words)
{
    free(words->items);
    *words = (struct nj_words){0};
}
