#include <string.h>

#include "score/unmask.h"

enum { MAX_VARIANTS = 32 };

/* ---- leet -------------------------------------------------------------- */

struct leet {
    const char *sign; /* UTF-8 */
    const char *letters;
};

static const struct leet leets[] = {
    {"0", "o"},
    {"1", "il"},
    {"2", "z"},
    {"3", "e"},
    {"4", "a"},
    {"5", "s"},
    {"6", "gb"},
    {"7", "t"},
    {"8", "b"},
    {"9", "g"},
    {"@", "a"},
    {"$", "s"},
    {"!", "il"},
    {"+", "t"},
    {"|", "il"},
    {"(", "c"},
    {"<", "c"},
    {"^", "a"},
    {"\xe2\x82\xac", "e"},
    {"\xc2\xa3", "l"},
    {"\xc2\xa5", "y"},
    {"\xc2\xa2", "c"},
    {"\xc2\xa7", "s"},
};

static const struct leet *find_leet(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof leets / sizeof leets[0]; i++) {
        size_t n = strlen(leets[i].sign);

        if (n <= len && memcmp(text, leets[i].sign, n) == 0) {
            return &leets[i];
        }
    }
    return NULL;
}

struct spelling {
    const char *choices[NJ_UNMASK_BYTES]; /* NULL: the letter itself */
    char letters[NJ_UNMASK_BYTES];
    size_t len;
    size_t plain;  /* letters written as such */
    size_t digits; /* digits that stand for letters */
    size_t signs;  /* signs that do */
};

static int read_spelling(const char *text, size_t len, struct spelling *out)
{
    size_t at = 0;

    while (at < len) {
        const struct leet *leet = NULL;
        char c = text[at];

        if (c >= 'a' && c <= 'z') {
            out->choices[out->len] = NULL;
            out->plain++;
            at++;
        } else {
            leet = find_leet(text + at, len - at);
            if (leet == NULL) {
                return 0;
            }
            out->choices[out->len] = leet->letters;
            out->digits += c >= '0' && c <= '9' ? 1 : 0;
            out->signs += c >= '0' && c <= '9' ? 0 : 1;
            at += strlen(leet->sign);
        }
        out->letters[out->len] = leet == NULL ? c : leet->letters[0];
        out->len++;
    }
    return 1;
}

/* Part numbers have more digits than letters: "A55" is a telephone. */
static int believable(const struct spelling *s)
{
    if (s->plain == 0 || s->digits + s->signs == 0 || s->len < 3) {
        return 0;
    }
    return s->signs >= s->digits || s->plain >= s->digits ||
           (s->len >= 5 && s->plain >= 2);
}

static uint32_t
look_up(const struct nj_lexicon *lexicon, const char *letters, size_t len)
{
    uint32_t word = nj_unmask_strong(
        lexicon, nj_vocab_find_short(&lexicon->phrases.vocab, letters, len));

    return word != 0 ? word : nj_unmask_stretched(lexicon, letters, len);
}

/* "bitch1", "fuck69": digits behind a strong word mean nothing. */
static uint32_t
without_tail(const struct nj_lexicon *lexicon, const char *text, size_t len)
{
    while (len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9') {
        len--;
    }
    return len < 4 ? 0
                   : nj_unmask_strong(
                         lexicon, nj_vocab_find_short(&lexicon->phrases.vocab,
                                                      text, len));
}

uint32_t
nj_unmask_leet(const struct nj_lexicon *lexicon, const char *text, size_t len)
{
    struct spelling s = {.len = 0};
    uint32_t word = without_tail(lexicon, text, len);

    if (word != 0 || !read_spelling(text, len, &s) || !believable(&s)) {
        return word;
    }
    /* count in the mixed radix of the choices: the first place turns fastest */
    for (int i = 0; i < MAX_VARIANTS; i++) {
        size_t at = 0;

        word = look_up(lexicon, s.letters, s.len);
        if (word != 0) {
            return word;
        }
        while (at < s.len) {
            const char *choices = s.choices[at];
            const char *now =
                choices == NULL ? NULL : strchr(choices, s.letters[at]);

            if (now != NULL && now[1] != '\0') {
                s.letters[at] = now[1];
                break;
            }
            if (now != NULL) {
                s.letters[at] = choices[0];
            }
            at++;
        }
        if (at == s.len) {
            return 0;
        }
    }
    return 0;
}

/* ---- stretched letters ------------------------------------------------- */

struct runs {
    char letter[NJ_UNMASK_BYTES];
    unsigned char length[NJ_UNMASK_BYTES];
    size_t count;
    size_t doubled; /* runs of two or more */
    int stretched;  /* some run of three or more */
};

static void read_runs(const char *text, size_t len, struct runs *out)
{
    for (size_t i = 0; i < len; i++) {
        if (out->count > 0 && out->letter[out->count - 1] == text[i]) {
            unsigned char n = ++out->length[out->count - 1];

            out->doubled += n == 2 ? 1 : 0;
            out->stretched |= n >= 3;
        } else {
            out->letter[out->count] = text[i];
            out->length[out->count] = 1;
            out->count++;
        }
    }
}

/* Write the word in which doubled run number i is double if bit i of DOUBLE_
 * is set, else single. */
static size_t
write_runs(const struct runs *r, unsigned double_, char out[NJ_UNMASK_BYTES])
{
    size_t len = 0;
    unsigned at = 0;

    for (size_t i = 0; i < r->count; i++) {
        out[len] = r->letter[i];
        len++;
        if (r->length[i] >= 2) {
            if ((double_ >> at & 1) != 0) {
                out[len] = r->letter[i];
                len++;
            }
            at++;
        }
    }
    return len;
}

uint32_t nj_unmask_stretched(const struct nj_lexicon *lexicon,
                             const char *text,
                             size_t len)
{
    struct runs r = {.count = 0};
    unsigned variants;

    if (len > NJ_UNMASK_BYTES) {
        return 0;
    }
    read_runs(text, len, &r);
    if (r.doubled == 0 || r.doubled > 4) {
        return 0;
    }
    variants = 1u << r.doubled;
    for (unsigned v = variants; v > 0; v--) {
        char letters[NJ_UNMASK_BYTES];
        size_t wrote = write_runs(&r, v - 1, letters);
        uint32_t word =
            nj_vocab_find_short(&lexicon->phrases.vocab, letters, wrote);

        if (nj_unmask_strong(lexicon, word) != 0 && wrote >= 3 &&
            (wrote >= 4 || r.stretched)) {
            return word;
        }
        if (r.stretched && word != 0 && wrote >= 3) {
            return word;
        }
    }
    return 0;
}

/* ---- covered letters --------------------------------------------------- */

static int is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_vowel(char c)
{
    return c != '\0' && strchr("aeiou", c) != NULL;
}

/* What kind of cover C is: 2 hides any letter, 1 only a vowel (a dash or dot
 * may just as well be punctuation), 0 none. */
static int cover_kind(char c)
{
    if (c == '-' || c == '.' || c == '_') {
        return 1;
    }
    return c == '\0' || strchr("@$*!+#%|^", c) == NULL ? 0 : 2;
}

struct mask {
    const char *text;
    size_t len;
    size_t visible; /* letters that can be read */
    size_t covers;
    int dashes; /* covers that may be punctuation */
};

static int read_mask(const char *text, size_t len, struct mask *out)
{
    *out = (struct mask){.text = text, .len = len};
    for (size_t i = 0; i < len; i++) {
        int kind = cover_kind(text[i]);

        if (is_letter(text[i])) {
            out->visible++;
        } else if (kind == 0) {
            return 0;
        } else {
            out->covers++;
            out->dashes += kind == 1;
        }
    }
    return out->covers > 0 && is_letter(text[0]);
}

/* Whether WORD fits MASK letter by letter. */
static int fits(const struct mask *mask, const char *word, size_t len)
{
    if (len != mask->len) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        int kind = cover_kind(mask->text[i]);

        if (kind == 0 ? mask->text[i] != word[i]
                      : kind == 1 && !is_vowel(word[i])) {
            return 0;
        }
    }
    return 1;
}

/* Whether WORD fits with any number of letters under one run of covers:
 * "f*ing", "motherf***". */
static int fits_loosely(const struct mask *mask, const char *word, size_t len)
{
    size_t head = 0;
    size_t tail = 0;

    while (head < mask->len && is_letter(mask->text[head])) {
        head++;
    }
    while (tail < mask->len && is_letter(mask->text[mask->len - 1 - tail])) {
        tail++;
    }
    if (mask->visible != head + tail || len <= head + tail ||
        len > mask->len + 2) {
        return 0;
    }
    return memcmp(word, mask->text, head) == 0 &&
           memcmp(word + len - tail, mask->text + mask->len - tail, tail) == 0;
}

/* With one letter visible only the customary ones: "f***", "s***". */
static int customary(const struct mask *mask, const char *word, size_t len)
{
    static const char *const words[] = {"fuck",  "shit",   "cunt",   "bitch",
                                        "nigga", "nigger", "faggot", "fucking"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], word, len) == 0) {
            return mask->dashes == 0 && mask->covers >= 3;
        }
    }
    return 0;
}

static int plausible(const struct mask *mask, const char *word, size_t len)
{
    if (mask->visible == 1) {
        return customary(mask, word, len) && fits(mask, word, len);
    }
    return fits(mask, word, len);
}

uint32_t nj_unmask_covered(const struct nj_lexicon *lexicon,
                           const char *text,
                           size_t len)
{
    const struct nj_vocab *vocab = &lexicon->phrases.vocab;
    struct mask mask;
    uint32_t loose = 0;
    size_t first;

    if (len < 3 || !read_mask(text, len, &mask) || mask.visible == 0) {
        return 0;
    }
    first = (unsigned char)text[0];
    for (size_t i = lexicon->strong_from[first];
         i < lexicon->strong_from[first + 1]; i++) {
        const struct nj_vocab_word *word = &vocab->words[lexicon->strong[i]];
        const char *letters = vocab->pool + word->text;

        if (plausible(&mask, letters, word->len)) {
            return lexicon->strong[i];
        }
        if (loose == 0 && mask.dashes == 0 && mask.visible >= 4 &&
            word->len >= 6 && fits_loosely(&mask, letters, word->len)) {
            loose = lexicon->strong[i];
        }
    }
    return loose;
}
