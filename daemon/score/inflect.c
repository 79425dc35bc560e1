#include "score/inflect.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_SUFFIX = 5 };

static int is_vowel(char c)
{
    return c != '\0' && strchr("aeiou", c) != NULL;
}

static int is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "shit" doubles its last letter before a vowel, "fuck" and "screw" do not:
 * one syllable that ends in consonant, vowel, consonant. */
static int doubles(const char *w, size_t len)
{
    size_t vowels = 0;

    for (size_t i = 0; i < len; i++) {
        vowels += is_vowel(w[i]) ? 1 : 0;
    }
    return len >= 3 && vowels == 1 && is_letter(w[len - 1]) &&
           !is_vowel(w[len - 1]) && is_vowel(w[len - 2]) &&
           !is_vowel(w[len - 3]) && strchr("wxy", w[len - 1]) == NULL;
}

static int takes_es(const char *w, size_t len)
{
    char last = w[len - 1];

    return last == 's' || last == 'x' || last == 'z' ||
           (last == 'h' && len > 1 && (w[len - 2] == 'c' || w[len - 2] == 's'));
}

static int ends_in_consonant_y(const char *w, size_t len)
{
    return len > 1 && w[len - 1] == 'y' && !is_vowel(w[len - 2]);
}

struct forms {
    const char *word;
    size_t len;
    size_t count;
    char (*out)[NJ_INFLECT_BYTES];
};

/* The first LEN letters, perhaps the last again, and SUFFIX. */
static void add(struct forms *f, size_t len, int twice, const char *suffix)
{
    char *to = f->out[f->count];
    int wrote = snprintf(to, NJ_INFLECT_BYTES, "%.*s%.*s%s", (int)len, f->word,
                         twice, f->word + len - 1, suffix);

    if (wrote > 0 && wrote < NJ_INFLECT_BYTES && f->count < NJ_INFLECT_MAX) {
        f->count++;
    }
}

static void add_plural(struct forms *f)
{
    if (ends_in_consonant_y(f->word, f->len)) {
        add(f, f->len - 1, 0, "ies");
    } else {
        add(f, f->len, 0, takes_es(f->word, f->len) ? "es" : "s");
    }
}

/* A suffix that begins with a vowel. */
static void add_vowel(struct forms *f, const char *suffix)
{
    size_t len = f->len;

    if (f->word[len - 1] == 'e') {
        add(f, len - 1, 0, suffix);
    } else if (ends_in_consonant_y(f->word, len) && suffix[0] == 'e') {
        add(f, len - 1, 0, suffix[1] == 'd' ? "ied" : "ier");
    } else {
        add(f, len, doubles(f->word, len), suffix);
    }
}

size_t nj_inflect(const char *word,
                  size_t len,
                  unsigned flags,
                  char out[NJ_INFLECT_MAX][NJ_INFLECT_BYTES])
{
    struct forms f = {.word = word, .len = len, .out = out};

    if (len >= NJ_INFLECT_BYTES) {
        len = NJ_INFLECT_BYTES - 1;
    }
    memcpy(out[0], word, len);
    out[0][len] = '\0';
    f.count = 1;
    if (len < 2 || len + LONGEST_SUFFIX >= NJ_INFLECT_BYTES) {
        return 1;
    }
    if ((flags & NJ_INFLECT_S) != 0) {
        add_plural(&f);
    }
    if ((flags & NJ_INFLECT_ED) != 0) {
        add_vowel(&f, "ed");
    }
    if ((flags & NJ_INFLECT_ING) != 0) {
        add_vowel(&f, "ing");
        add_vowel(&f, "in");
    }
    if ((flags & NJ_INFLECT_ER) != 0) {
        add_vowel(&f, "er");
        add_vowel(&f, "ers");
    }
    if ((flags & NJ_INFLECT_Y) != 0) {
        add_vowel(&f, "y");
    }
    return f.count;
}
