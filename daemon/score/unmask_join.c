#include <string.h>

#include "score/unmask.h"

enum {
    MAX_RUN = 64,      /* letters of a spaced run that are looked at */
    MAX_GAP = 3,       /* bytes between two of them */
    MAX_PIECES = 4,    /* of a torn word */
    MAX_PIECE = 5,     /* letters of one */
    LONGEST_WORD = 14, /* inside a run */
};

static int is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* The letter that a word of one byte is or stands for, or 0. */
static char single_letter(const struct nj_part *part, size_t at)
{
    static const char digits[] = "oizeasgtbg";
    const struct nj_word *word = &part->words.items[at];
    char c = part->canon.text[word->start];

    if (word->end - word->start != 1 || (word->flags & NJ_W_MENTION) != 0) {
        return 0;
    }
    if (is_letter(c)) {
        return c;
    }
    return c >= '0' && c <= '9' ? digits[c - '0'] : 0;
}

static size_t gap_before(const struct nj_part *part, size_t at)
{
    return part->words.items[at].start - part->words.items[at - 1].end;
}

/* ---- s p a c e d ------------------------------------------------------- */

/* Whether LETTERS can be read as known words, common ones or strong ones. */
static int parses(const struct nj_lexicon *lexicon,
                  const char *letters,
                  size_t len,
                  unsigned *budget)
{
    const struct nj_vocab *vocab = &lexicon->phrases.vocab;
    size_t longest = len < LONGEST_WORD ? len : LONGEST_WORD;

    if (len == 0) {
        return 1;
    }
    for (size_t n = longest; n > 0 && *budget > 0; n--) {
        uint32_t word = nj_vocab_find_short(vocab, letters, n);

        --*budget;
        if (word != 0 &&
            (vocab->words[word].flags & (NJ_WORD_COMMON | NJ_WORD_STRONG)) !=
                0 &&
            parses(lexicon, letters + n, len - n, budget)) {
            return 1;
        }
    }
    return 0;
}

struct run {
    char letters[MAX_RUN];
    size_t first; /* word of letters[0] */
    size_t count;
    size_t digits;
};

static void merge_run(struct nj_part *part,
                      const struct run *run,
                      size_t from,
                      size_t to,
                      uint32_t word)
{
    const struct nj_word *items = part->words.items;

    nj_unmask_merge(part, run->first + from, run->first + to, word,
                    items[run->first + from].start,
                    items[run->first + to - 1].end);
}

static uint32_t
strong_at(const struct nj_lexicon *lexicon, const char *letters, size_t len)
{
    return nj_unmask_strong(
        lexicon, nj_vocab_find_short(&lexicon->phrases.vocab, letters, len));
}

/* The whole run, or a strong word of four letters and more inside it when the
 * rest can be read as words. */
static void look_in_run(struct nj_part *part,
                        const struct nj_lexicon *lexicon,
                        const struct run *run)
{
    uint32_t word = strong_at(lexicon, run->letters, run->count);

    if (word == 0) {
        word = nj_unmask_stretched(lexicon, run->letters, run->count);
    }
    if (word != 0) {
        merge_run(part, run, 0, run->count, word);
        return;
    }
    for (size_t from = 0; from + 4 <= run->count; from++) {
        size_t most =
            run->count - from < LONGEST_WORD ? run->count - from : LONGEST_WORD;

        for (size_t n = most; n >= 4; n--) {
            unsigned budget = 200;

            word = strong_at(lexicon, run->letters + from, n);
            if (word != 0 && parses(lexicon, run->letters, from, &budget) &&
                parses(lexicon, run->letters + from + n, run->count - from - n,
                       &budget)) {
                merge_run(part, run, from, from + n, word);
                from += n - 1;
                break;
            }
        }
    }
}

/* Read the run that begins at word FIRST; wider gaps end words inside it. */
static size_t read_run(const struct nj_part *part, size_t first, struct run *r)
{
    size_t at = first;
    size_t usual = 0;

    *r = (struct run){.first = first};
    while (at < part->words.count && r->count < MAX_RUN) {
        char letter = single_letter(part, at);

        if (letter == 0) {
            break;
        }
        if (r->count == 1) {
            usual = gap_before(part, at);
        }
        if (r->count > 0 &&
            (gap_before(part, at) > MAX_GAP || gap_before(part, at) > usual)) {
            break;
        }
        r->digits +=
            is_letter(part->canon.text[part->words.items[at].start]) ? 0 : 1;
        r->letters[r->count] = letter;
        r->count++;
        at++;
    }
    return r->count;
}

/* ---- torn words: "fu ck", "sh it" -------------------------------------- */

static int is_fragment(const struct nj_part *part, size_t at)
{
    const struct nj_word *word = &part->words.items[at];
    size_t len = word->end - word->start;

    if (len > MAX_PIECE ||
        (word->flags & (NJ_W_MENTION | NJ_W_LINK | NJ_W_DIGIT | NJ_W_FOREIGN |
                        NJ_W_EMOJI | NJ_W_GONE)) != 0) {
        return 0;
    }
    return len == 1 || word->id == 0;
}

/* Join pieces from word FIRST on to a strong word. Returns how many it took. */
static size_t
join_torn(struct nj_part *part, const struct nj_lexicon *lexicon, size_t first)
{
    char letters[MAX_PIECES * MAX_PIECE];
    size_t len = 0;
    size_t at = first;
    size_t singles = 0;

    if (single_letter(part, first) == 's') {
        return 0; /* "the 90 s hit" */
    }
    while (at < part->words.count && at - first < MAX_PIECES &&
           is_fragment(part, at)) {
        const struct nj_word *word = &part->words.items[at];
        size_t n = word->end - word->start;
        uint32_t found;

        if (at > first && gap_before(part, at) > 1) {
            break;
        }
        memcpy(letters + len, part->canon.text + word->start, n);
        len += n;
        singles += n == 1 ? 1 : 0;
        at++;
        if (at - first < 2 || len < 4 || singles > at - first - 1) {
            continue;
        }
        found = strong_at(lexicon, letters, len);
        if (found != 0) {
            nj_unmask_merge(part, first, at, found,
                            part->words.items[first].start, word->end);
            return at - first;
        }
    }
    return 0;
}

void nj_unmask_join(struct nj_part *part, const struct nj_lexicon *lexicon)
{
    size_t i = 0;

    while (i + 1 < part->words.count) {
        struct run run;
        size_t n;

        if (part->words.items[i].end - part->words.items[i].start > MAX_PIECE) {
            i++;
            continue;
        }
        n = single_letter(part, i) != 0 ? read_run(part, i, &run) : 0;
        if (n >= 3 && run.digits * 2 <= n) {
            look_in_run(part, lexicon, &run);
            i += n;
            continue;
        }
        n = is_fragment(part, i) ? join_torn(part, lexicon, i) : 0;
        i += n > 0 ? n : 1;
    }
}
