#include <stdint.h>
#include <string.h>

#include "score/inflect.h"
#include "score/language.h"
#include "score/phrase.h"
#include "score/sequence.h"

/* Which words make a phrase worth a look: those of its rarest element that
 * cannot be left out. */

/* English words, which most phrases are of, are by far the most frequent. */
enum { COMMON_COST = 200, FREQUENT_COST = 20, NO_COST = 1 << 20 };

struct keys {
    struct nj_phrases *phrases;
    uint32_t phrase; /* NJ_KEYS_COUNT: only counting costs */
    int status;
    size_t before; /* most words before the key word at hand */
    size_t most_before;
    size_t least; /* fewest words before it */
    size_t least_before;
};

static int id_cost(const struct keys *k, uint32_t id)
{
    const struct nj_vocab_word *word = &k->phrases->vocab.words[id];

    if ((word->languages >> NJ_LANGUAGE_ENGLISH & 1) != 0) {
        return COMMON_COST;
    }
    return (word->flags & NJ_WORD_COMMON) != 0 ? FREQUENT_COST : 1;
}

static int word_cost(const struct keys *k, const struct nj_element *e)
{
    return id_cost(k, nj_vocab_find_short(&k->phrases->vocab, e->text, e->len));
}

static int sequence_cost(const struct keys *k,
                         const struct nj_sequence *sequence,
                         const struct nj_element **out_best);

static int class_cost(const struct keys *k, unsigned number)
{
    const struct nj_class *class = &k->phrases->classes[number];
    const struct nj_element *best;
    int cost = 0;

    for (size_t i = 0; i < class->word_count; i++) {
        cost += id_cost(k, class->words[i]);
    }
    for (size_t i = 0; i < class->count; i++) {
        cost += sequence_cost(k, class->members[i], &best);
    }
    return cost;
}

static int element_cost(const struct keys *k, const struct nj_element *e)
{
    const struct nj_element *best;
    int cost = 0;

    if (e->optional || e->kind == NJ_ELEMENT_GAP) {
        return NO_COST;
    }
    if (e->kind == NJ_ELEMENT_WORD) {
        return word_cost(k, e);
    }
    if (e->kind == NJ_ELEMENT_CLASS) {
        return class_cost(k, nj_class_find(k->phrases, e->text, e->len));
    }
    for (const struct nj_sequence *s = e->choices; s != NULL; s = s->other) {
        cost += sequence_cost(k, s, &best);
    }
    return cost < NO_COST ? cost : NO_COST;
}

static int sequence_cost(const struct keys *k,
                         const struct nj_sequence *sequence,
                         const struct nj_element **out_best)
{
    int best = NO_COST;

    *out_best = NULL;
    /* A class has `count` members, none of them NULL. */
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    for (const struct nj_element *e = sequence->first; e != NULL; e = e->next) {
        int cost = element_cost(k, e);

        if (cost < best) {
            best = cost;
            *out_best = e;
        }
    }
    return best;
}

static size_t longest(const struct keys *k, const struct nj_sequence *s);

static size_t longest_element(const struct keys *k, const struct nj_element *e)
{
    size_t most = 1;
    size_t len;

    if (e->kind == NJ_ELEMENT_GAP) {
        return e->gap;
    }
    if (e->kind == NJ_ELEMENT_CLASS) {
        unsigned number = nj_class_find(k->phrases, e->text, e->len);
        const struct nj_class *class = &k->phrases->classes[number];

        for (size_t i = 0; i < class->count; i++) {
            len = longest(k, class->members[i]);
            most = len > most ? len : most;
        }
        return most;
    }
    for (const struct nj_sequence *s = e->choices; s != NULL; s = s->other) {
        len = longest(k, s);
        most = len > most ? len : most;
    }
    return most;
}

static size_t longest(const struct keys *k, const struct nj_sequence *sequence)
{
    size_t sum = 0;

    for (const struct nj_element *e = sequence->first; e != NULL; e = e->next) {
        sum += longest_element(k, e);
    }
    return sum;
}

static size_t shortest(const struct keys *k, const struct nj_sequence *s);

static size_t shortest_element(const struct keys *k, const struct nj_element *e)
{
    size_t least = SIZE_MAX;

    if (e->optional || e->kind == NJ_ELEMENT_GAP) {
        return 0;
    }
    if (e->kind != NJ_ELEMENT_CHOICE) {
        return 1; /* members of classes have at least one word */
    }
    for (const struct nj_sequence *s = e->choices; s != NULL; s = s->other) {
        size_t len = shortest(k, s);

        least = len < least ? len : least;
    }
    return least;
}

static size_t shortest(const struct keys *k, const struct nj_sequence *sequence)
{
    size_t sum = 0;

    for (const struct nj_element *e = sequence->first; e != NULL; e = e->next) {
        sum += shortest_element(k, e);
    }
    return sum;
}

static void add_key(struct keys *k, uint32_t word)
{
    if (k->before > k->most_before) {
        k->most_before = k->before;
    }
    if (k->least < k->least_before) {
        k->least_before = k->least;
    }
    if (word != 0 && k->status == 0) {
        k->status = nj_vocab_use(&k->phrases->vocab, word, k->phrase);
    }
}

static void add_keys_of(struct keys *k, const struct nj_sequence *sequence);

static void add_class_keys(struct keys *k, unsigned number)
{
    const struct nj_class *class = &k->phrases->classes[number];

    for (size_t i = 0; i < class->word_count; i++) {
        add_key(k, class->words[i]);
    }
    for (size_t i = 0; i < class->count; i++) {
        add_keys_of(k, class->members[i]);
    }
}

static void add_word_keys(struct keys *k, const struct nj_element *e)
{
    char forms[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    size_t n = nj_inflect(e->text, e->len, e->forms, forms);

    for (size_t i = 0; i < n; i++) {
        add_key(k, nj_vocab_find_short(&k->phrases->vocab, forms[i],
                                       strlen(forms[i])));
    }
}

/* The rarest element of SEQUENCE becomes its key. */
static void add_keys_of(struct keys *k, const struct nj_sequence *sequence)
{
    const struct nj_element *best = NULL;
    size_t outer = k->before;
    size_t outer_least = k->least;

    (void)sequence_cost(k, sequence, &best);
    for (const struct nj_element *e = sequence->first; e != best; e = e->next) {
        k->before += longest_element(k, e);
        k->least += shortest_element(k, e);
    }
    if (best != NULL && best->kind == NJ_ELEMENT_WORD) {
        add_word_keys(k, best);
    } else if (best != NULL && best->kind == NJ_ELEMENT_CLASS) {
        add_class_keys(k, nj_class_find(k->phrases, best->text, best->len));
    } else if (best != NULL) {
        for (const struct nj_sequence *s = best->choices; s != NULL;
             s = s->other) {
            add_keys_of(k, s);
        }
    }
    k->before = outer;
    k->least = outer_least;
}

int nj_phrase_key(struct nj_phrases *phrases,
                  const struct nj_sequence *sequence,
                  struct nj_phrase *phrase,
                  struct nj_err *err)
{
    struct keys k = {.phrases = phrases,
                     .phrase = (uint32_t)phrases->count,
                     .least_before = SIZE_MAX};
    const struct nj_element *best = NULL;

    for (const struct nj_sequence *s = sequence; s != NULL; s = s->also) {
        if (sequence_cost(&k, s, &best) >= NO_COST) {
            return nj_err_set(err, NJ_E_INVALID,
                              "at least one word must not be optional");
        }
    }
    add_keys_of(&k, sequence);
    if (k.least_before > k.most_before) {
        k.least_before = 0; /* no key at all: every class is empty */
    }
    phrase->before = (uint16_t)k.most_before;
    phrase->least = (uint16_t)k.least_before;
    return k.status;
}
