#include "score/unmask.h"

#include <string.h>

#include "score/script.h"
#include "score/skeleton.h"

/* words and chunks looked at for signs: the longest honest posts have fewer */
enum { MAX_CHUNKS = 2000 };

uint32_t nj_unmask_strong(const struct nj_lexicon *lexicon, uint32_t word)
{
    return (lexicon->phrases.vocab.words[word].flags & NJ_WORD_STRONG) != 0
               ? word
               : 0;
}

void nj_unmask_merge(struct nj_part *part,
                     size_t first,
                     size_t last,
                     uint32_t word,
                     size_t start,
                     size_t end)
{
    struct nj_word *items = part->words.items;

    items[first].id = word;
    items[first].flags |= NJ_W_UNMASKED;
    items[first].start = (uint32_t)start;
    items[first].end = (uint32_t)end;
    for (size_t i = first + 1; i < last; i++) {
        items[i].flags |= NJ_W_GONE;
    }
}

/* ---- single words ------------------------------------------------------ */

/* Turkish dotless i in other languages' words, and letters that all look
 * Latin in a Latin text. */
static uint32_t look_foreign(const struct nj_part *part,
                             const struct nj_lexicon *lexicon,
                             const char *text,
                             size_t len,
                             int turkish)
{
    const struct nj_vocab *vocab = &lexicon->phrases.vocab;
    char plain[NJ_UNMASK_BYTES];
    size_t wrote = 0;

    /* nobody writes Lisu or Cherokee to a brand; Russian words may happen to
     * look Latin */
    if ((part->canon.scripts & (NJ_SCRIPT_LATIN | NJ_SCRIPT_OTHER)) != 0) {
        size_t latin = nj_skeleton_latin(text, len, plain);
        uint32_t word = nj_vocab_find_short(vocab, plain, latin);

        if (nj_unmask_strong(lexicon, word) != 0) {
            return word;
        }
    }
    if (turkish) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && text[i] == '\xc4' && text[i + 1] == '\xb1') {
            plain[wrote] = 'i';
            i++;
        } else {
            plain[wrote] = text[i];
        }
        wrote++;
    }
    return nj_unmask_strong(lexicon, nj_vocab_find_short(vocab, plain, wrote));
}

/* Short words with digits that hang on others: "X-F4G-22". */
static int is_part_number(const struct nj_part *part,
                          const struct nj_word *word)
{
    const struct nj_word *end = part->words.items + part->words.count;

    return word->end - word->start <= 4 &&
           ((word->flags & NJ_W_GLUED) != 0 ||
            (word + 1 < end && (word[1].flags & NJ_W_GLUED) != 0));
}

static void set_found(struct nj_word *word, uint32_t found)
{
    if (found != 0) {
        word->id = found;
        word->flags |= NJ_W_UNMASKED;
    }
}

static void unmask_word(struct nj_part *part,
                        const struct nj_lexicon *lexicon,
                        struct nj_word *word,
                        int turkish)
{
    const char *text = part->canon.text + word->start;
    size_t len = word->end - word->start;
    uint32_t found = 0;

    if ((word->flags & NJ_W_MENTION) != 0) {
        /* "@sshole": the sign may be a letter */
        found = len < NJ_UNMASK_BYTES
                    ? nj_unmask_leet(lexicon, text - 1, len + 1)
                    : 0;
        if (found != 0) {
            word->start--;
            word->flags &= ~(unsigned)NJ_W_MENTION;
        }
        set_found(word, found);
        return;
    }
    if (len < 3 || len > NJ_UNMASK_BYTES) {
        return;
    }
    if ((word->flags & NJ_W_DIGIT) != 0) {
        found =
            is_part_number(part, word) ? 0 : nj_unmask_leet(lexicon, text, len);
    } else if ((word->flags & NJ_W_FOREIGN) != 0) {
        found = look_foreign(part, lexicon, text, len, turkish);
    }
    if (found == 0) {
        found = nj_unmask_stretched(lexicon, text, len);
    }
    set_found(word, found);
}

/* Strong roots inside unknown words: #fuckacme, unfuckingbelievable. */
static void find_root(const struct nj_part *part,
                      const struct nj_lexicon *lexicon,
                      struct nj_word *word)
{
    uint32_t root =
        nj_roots_find(&lexicon->roots, part->canon.text + word->start,
                      word->end - word->start);

    if (root != 0) {
        word->id = root;
        word->flags |= NJ_W_UNMASKED;
    }
}

/* ---- chunks of words and signs ----------------------------------------- */

static int is_cover(char c)
{
    return c != '\0' && strchr("@$*!+#%|^(<.-_", c) != NULL;
}

/* Signs of more than one byte that stand for letters: cent, pound, euro... */
static size_t sign_bytes(const char *text, size_t len)
{
    unsigned char c = len > 0 ? (unsigned char)text[0] : 0;

    if (c < 0x80) {
        return is_cover((char)c) ? 1 : 0;
    }
    if (c == 0xc2 && len > 1) {
        return 2;
    }
    return len > 2 && memcmp(text, "\xe2\x82\xac", 3) == 0 ? 3 : 0;
}

/* Where the signs that hang on byte AT end. */
static size_t signs_after(const struct nj_part *part, size_t at)
{
    size_t n;

    while ((n = sign_bytes(part->canon.text + at, part->canon.len - at)) > 0) {
        at += n;
    }
    return at;
}

/* Where the signs before word FIRST begin. */
static size_t signs_before(const struct nj_part *part, size_t first)
{
    size_t least = first > 0 ? part->words.items[first - 1].end : 0;
    size_t at = part->words.items[first].start;

    while (at > least && is_cover(part->canon.text[at - 1])) {
        at--;
    }
    if (at >= least + 2 && (unsigned char)part->canon.text[at - 2] == 0xc2) {
        at -= 2;
    }
    return at;
}

static uint32_t
look_chunk(const struct nj_lexicon *lexicon, const char *text, size_t len)
{
    uint32_t found;

    if (len < 3 || len > NJ_UNMASK_BYTES) {
        return 0;
    }
    found = nj_unmask_leet(lexicon, text, len);
    return found != 0 ? found : nj_unmask_covered(lexicon, text, len);
}

/* Signs at both ends may belong to the sentence: "(f*ck!)". Try with them,
 * then without. Returns the words of the chunk that begins with FIRST. */
static size_t unmask_chunk(struct nj_part *part,
                           const struct nj_lexicon *lexicon,
                           size_t first)
{
    const struct nj_word *items = part->words.items;
    const char *text = part->canon.text;
    size_t last = first + 1;
    size_t starts[2] = {signs_before(part, first), items[first].start};
    int any_sign = (items[first].flags & NJ_W_SIGN) != 0;

    while (last < part->words.count &&
           (items[last].flags & (NJ_W_GLUED | NJ_W_GONE | NJ_W_LINK)) ==
               NJ_W_GLUED &&
           signs_after(part, items[last - 1].end) == items[last].start) {
        any_sign |= (items[last].flags & NJ_W_SIGN) != 0;
        last++;
    }
    for (int i = 0; (any_sign || last > first + 1) && i < 4; i++) {
        size_t start = starts[i & 1];
        size_t end = i < 2 ? signs_after(part, items[last - 1].end)
                           : items[last - 1].end;
        uint32_t word = look_chunk(lexicon, text + start, end - start);

        if (word != 0) {
            nj_unmask_merge(part, first, last, word, start, end);
            break;
        }
    }
    return last - first;
}

static void unmask_chunks(struct nj_part *part,
                          const struct nj_lexicon *lexicon)
{
    size_t i = 0;

    for (int looks = 0; i < part->words.count && looks < MAX_CHUNKS; looks++) {
        unsigned flags = part->words.items[i].flags;

        if ((flags & (NJ_W_GONE | NJ_W_LINK | NJ_W_EMOJI | NJ_W_UNMASKED)) !=
            0) {
            i++;
        } else {
            i += unmask_chunk(part, lexicon, i);
        }
    }
}

static void drop_gone(struct nj_words *words)
{
    size_t kept = 0;

    for (size_t i = 0; i < words->count; i++) {
        if ((words->items[i].flags & NJ_W_GONE) == 0) {
            words->items[kept] = words->items[i];
            kept++;
        }
    }
    words->count = kept;
}

void nj_unmask(struct nj_part *part,
               const struct nj_lexicon *lexicon,
               int turkish)
{
    struct nj_words *words = &part->words;
    const unsigned skipped = NJ_W_LINK | NJ_W_EMOJI;
    int glued = 0;

    if (words->count == 0) {
        return;
    }
    nj_unmask_join(part, lexicon);
    for (size_t i = 0; i < words->count; i++) {
        struct nj_word *word = &words->items[i];

        if (word->id == 0 && (word->flags & (skipped | NJ_W_GONE)) == 0) {
            unmask_word(part, lexicon, word, turkish);
        }
        glued |= (word->flags & NJ_W_GLUED) != 0;
    }
    if (words->suspect || glued) {
        unmask_chunks(part, lexicon);
    }
    for (size_t i = 0; i < words->count; i++) {
        struct nj_word *word = &words->items[i];

        if (word->id == 0 && (word->flags & (NJ_W_LINK | NJ_W_GONE)) == 0) {
            find_root(part, lexicon, word);
        }
    }
    drop_gone(words);
}
