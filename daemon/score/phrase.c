#include "score/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "score/grow.h"
#include "score/inflect.h"
#include "score/sequence.h"

enum { CLASS_DEPTH = 4, COMMON_COST = 40, NO_COST = 1 << 20 };

int nj_phrases_init(struct nj_phrases *phrases)
{
    *phrases = (struct nj_phrases){0};
    phrases->nodes =
        nj_grow(NULL, &phrases->node_room, 1, sizeof *phrases->nodes);
    if (phrases->nodes == NULL || nj_vocab_init(&phrases->vocab) != 0) {
        nj_phrases_finish(phrases);
        return NJ_E_NOMEM;
    }
    phrases->nodes[0] = (struct nj_node){.kind = NJ_NODE_END};
    phrases->node_count = 1;
    return 0;
}

void nj_phrases_finish(struct nj_phrases *phrases)
{
    for (size_t i = 0; i < phrases->class_count; i++) {
        free(phrases->classes[i].members);
    }
    free(phrases->nodes);
    free(phrases->items);
    nj_vocab_finish(&phrases->vocab);
    *phrases = (struct nj_phrases){0};
}

/* ---- classes ----------------------------------------------------------- */

unsigned
nj_class_find(const struct nj_phrases *phrases, const char *name, size_t len)
{
    for (size_t i = 0; i < phrases->class_count; i++) {
        const char *known = phrases->classes[i].name;

        if (strlen(known) == len && memcmp(known, name, len) == 0) {
            return (unsigned)i;
        }
    }
    return NJ_CLASS_NONE;
}

unsigned nj_class_add(struct nj_phrases *phrases, const char *name, size_t len)
{
    unsigned number = nj_class_find(phrases, name, len);
    struct nj_class *class;

    if (number != NJ_CLASS_NONE) {
        return number;
    }
    if (phrases->class_count == NJ_CLASSES_MAX ||
        len >= sizeof phrases->classes[0].name) {
        return NJ_CLASS_NONE;
    }
    class = &phrases->classes[phrases->class_count];
    memcpy(class->name, name, len);
    class->name[len] = '\0';
    phrases->class_count++;
    return (unsigned)phrases->class_count - 1;
}

static int mark_forms(struct nj_phrases *phrases,
                      unsigned number,
                      const struct nj_element *element)
{
    char forms[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    size_t n = nj_inflect(element->text, element->len, element->forms, forms);

    for (size_t i = 0; i < n; i++) {
        uint32_t id = nj_vocab_add(&phrases->vocab, forms[i], strlen(forms[i]));

        if (id == 0) {
            return NJ_E_NOMEM;
        }
        phrases->vocab.words[id].classes |= (uint64_t)1 << number;
    }
    return 0;
}

int nj_class_join(struct nj_phrases *phrases,
                  unsigned number,
                  const struct nj_sequence *sequence)
{
    struct nj_class *class = &phrases->classes[number];
    void *members;

    if (nj_sequence_is_word(sequence)) {
        return mark_forms(phrases, number, sequence->first);
    }
    members = nj_grow(class->members, &class->room, class->count + 1,
                      sizeof *class->members);
    if (members == NULL) {
        return NJ_E_NOMEM;
    }
    class->members = members;
    class->members[class->count] = sequence;
    class->count++;
    return 0;
}

/* ---- compiling, from the end to the beginning -------------------------- */

struct compiler {
    struct nj_phrases *phrases;
    struct nj_err *err;
    int status;
    int depth; /* of classes within classes */
};

static uint32_t add_node(struct compiler *c, struct nj_node node)
{
    struct nj_phrases *p = c->phrases;
    void *nodes =
        nj_grow(p->nodes, &p->node_room, p->node_count + 1, sizeof *p->nodes);

    if (nodes == NULL) {
        c->status = NJ_E_NOMEM;
        return 0;
    }
    p->nodes = nodes;
    p->nodes[p->node_count] = node;
    p->node_count++;
    return (uint32_t)p->node_count - 1;
}

static uint32_t split(struct compiler *c, uint32_t next, uint32_t alt)
{
    return add_node(
        c, (struct nj_node){.kind = NJ_NODE_SPLIT, .next = next, .alt = alt});
}

static uint32_t
compile_word(struct compiler *c, const struct nj_element *element, uint32_t to)
{
    char forms[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    size_t n = nj_inflect(element->text, element->len, element->forms, forms);
    uint32_t entry = 0;

    for (size_t i = 0; i < n && c->status == 0; i++) {
        uint32_t id =
            nj_vocab_add(&c->phrases->vocab, forms[i], strlen(forms[i]));
        uint32_t node = add_node(
            c, (struct nj_node){.kind = NJ_NODE_WORD, .arg = id, .next = to});

        if (id == 0) {
            c->status = NJ_E_NOMEM;
        }
        entry = i == 0 ? node : split(c, node, entry);
    }
    return entry;
}

static uint32_t compile_sequence(struct compiler *c,
                                 const struct nj_sequence *sequence,
                                 uint32_t to);

static uint32_t
compile_class(struct compiler *c, const struct nj_element *element, uint32_t to)
{
    unsigned number = nj_class_find(c->phrases, element->text, element->len);
    const struct nj_class *class;
    uint32_t entry;

    if (number == NJ_CLASS_NONE || c->depth == CLASS_DEPTH) {
        c->status = nj_err_set(
            c->err, NJ_E_INVALID,
            number == NJ_CLASS_NONE
                ? "there is no class @%.*s; add a section [class %.*s]"
                : "class @%.*s is made of itself; take @%.*s out of it",
            (int)element->len, element->text, (int)element->len, element->text);
        return 0;
    }
    class = &c->phrases->classes[number];
    c->depth++;
    entry = add_node(
        c, (struct nj_node){.kind = NJ_NODE_CLASS, .arg = number, .next = to});
    for (size_t i = 0; i < class->count && c->status == 0; i++) {
        entry = split(c, compile_sequence(c, class->members[i], to), entry);
    }
    c->depth--;
    return entry;
}

static uint32_t
compile_element(struct compiler *c, const struct nj_element *e, uint32_t to)
{
    uint32_t entry = 0;

    switch (e->kind) {
    case NJ_ELEMENT_WORD:
        entry = compile_word(c, e, to);
        break;
    case NJ_ELEMENT_CLASS:
        entry = compile_class(c, e, to);
        break;
    case NJ_ELEMENT_GAP:
        entry = add_node(
            c,
            (struct nj_node){.kind = NJ_NODE_GAP, .arg = e->gap, .next = to});
        break;
    case NJ_ELEMENT_CHOICE:
        for (const struct nj_sequence *s = e->choices; s != NULL;
             s = s->other) {
            uint32_t branch = compile_sequence(c, s, to);

            entry = s == e->choices ? branch : split(c, branch, entry);
        }
        break;
    }
    return e->optional ? split(c, entry, to) : entry;
}

static uint32_t
compile_from(struct compiler *c, const struct nj_element *element, uint32_t to)
{
    if (element == NULL || c->status != 0) {
        return to;
    }
    return compile_element(c, element, compile_from(c, element->next, to));
}

static uint32_t compile_sequence(struct compiler *c,
                                 const struct nj_sequence *sequence,
                                 uint32_t to)
{
    return compile_from(c, sequence->first, to);
}

/* ---- key words: by which a phrase is found ------------------------------ */

struct keys {
    struct nj_phrases *phrases;
    uint32_t phrase; /* NJ_KEYS_COUNT: only counting costs */
    int status;
    size_t before; /* most words before the key word at hand */
    size_t most_before;
};

static int word_cost(const struct keys *k, const struct nj_element *e)
{
    uint32_t id = nj_vocab_find_short(&k->phrases->vocab, e->text, e->len);

    return (k->phrases->vocab.words[id].flags & NJ_WORD_COMMON) != 0
               ? COMMON_COST
               : 1;
}

static int sequence_cost(const struct keys *k,
                         const struct nj_sequence *sequence,
                         const struct nj_element **out_best);

static int class_cost(const struct keys *k, unsigned number)
{
    const struct nj_class *class = &k->phrases->classes[number];
    const struct nj_vocab *vocab = &k->phrases->vocab;
    const struct nj_element *best;
    int cost = 0;

    for (size_t i = 1; i < vocab->word_count; i++) {
        if ((vocab->words[i].classes >> number & 1) != 0) {
            cost +=
                (vocab->words[i].flags & NJ_WORD_COMMON) != 0 ? COMMON_COST : 1;
        }
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

static void add_key(struct keys *k, uint32_t word)
{
    if (k->before > k->most_before) {
        k->most_before = k->before;
    }
    if (word != 0 && k->status == 0) {
        k->status = nj_vocab_use(&k->phrases->vocab, word, k->phrase);
    }
}

static void add_keys_of(struct keys *k, const struct nj_sequence *sequence);

static void add_class_keys(struct keys *k, unsigned number)
{
    const struct nj_class *class = &k->phrases->classes[number];

    for (size_t i = 1; i < k->phrases->vocab.word_count; i++) {
        if ((k->phrases->vocab.words[i].classes >> number & 1) != 0) {
            add_key(k, (uint32_t)i);
        }
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

    (void)sequence_cost(k, sequence, &best);
    for (const struct nj_element *e = sequence->first; e != best; e = e->next) {
        k->before += longest_element(k, e);
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
}

int nj_phrases_add(struct nj_phrases *phrases,
                   const struct nj_sequence *sequence,
                   uint32_t term,
                   int allow,
                   struct nj_err *err)
{
    struct compiler c = {.phrases = phrases, .err = err};
    struct keys k = {.phrases = phrases, .phrase = (uint32_t)phrases->count};
    const struct nj_element *best = NULL;
    uint32_t entry = compile_sequence(&c, sequence, 0);
    void *items;

    if (c.status != 0) {
        return c.status;
    }
    if (sequence_cost(&k, sequence, &best) >= NO_COST) {
        return nj_err_set(err, NJ_E_INVALID,
                          "at least one word must not be optional");
    }
    items = nj_grow(phrases->items, &phrases->room, phrases->count + 1,
                    sizeof *phrases->items);
    if (items == NULL) {
        return NJ_E_NOMEM;
    }
    phrases->items = items;
    add_keys_of(&k, sequence);
    if (k.status != 0) {
        return k.status;
    }
    phrases->items[phrases->count] =
        (struct nj_phrase){.node = entry,
                           .term = term,
                           .before = (uint16_t)k.most_before,
                           .single = (uint8_t)nj_sequence_is_word(sequence),
                           .allow = allow != 0};
    phrases->count++;
    return 0;
}
