#include "score/phrase.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "score/grow.h"
#include "score/inflect.h"
#include "score/sequence.h"

enum { CLASS_DEPTH = 4, FAIL = 1 /* the node that never matches */ };

int nj_phrases_init(struct nj_phrases *phrases)
{
    *phrases = (struct nj_phrases){0};
    phrases->nodes =
        nj_grow(NULL, &phrases->node_room, 2, sizeof *phrases->nodes);
    if (phrases->nodes == NULL || nj_vocab_init(&phrases->vocab) != 0) {
        nj_phrases_finish(phrases);
        return NJ_E_NOMEM;
    }
    phrases->nodes[0] = (struct nj_node){.kind = NJ_NODE_END};
    phrases->nodes[FAIL] = (struct nj_node){.kind = NJ_NODE_FAIL};
    phrases->node_count = 2;
    return 0;
}

static void forget_classes(struct nj_phrases *phrases)
{
    for (size_t i = 0; i < phrases->class_count; i++) {
        struct nj_class *class = &phrases->classes[i];

        free(class->members);
        free(class->words);
        class->members = NULL;
        class->words = NULL;
        class->count = 0;
        class->word_count = 0;
    }
}

void nj_phrases_freeze(struct nj_phrases *phrases)
{
    nj_vocab_freeze(&phrases->vocab);
    forget_classes(phrases);
}

void nj_phrases_finish(struct nj_phrases *phrases)
{
    forget_classes(phrases);
    free(phrases->nodes);
    free(phrases->cases);
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

static int note_word(struct nj_class *class, uint32_t id)
{
    void *words = nj_grow(class->words, &class->word_room,
                          class->word_count + 1, sizeof *class->words);

    if (words == NULL) {
        return NJ_E_NOMEM;
    }
    class->words = words;
    class->words[class->word_count] = id;
    class->word_count++;
    return 0;
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
        if ((phrases->vocab.words[id].classes >> number & 1) == 0 &&
            note_word(&phrases->classes[number], id) != 0) {
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
    members =
        nj_grow(class->members, &class->room, class->count + 1, sizeof(void *));
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
        c, (struct nj_node){.kind = NJ_NODE_SPLIT, .next = next, .arg = alt});
}

/* Note that NODE follows each form of the word ELEMENT. */
static void
add_cases(struct compiler *c, const struct nj_element *element, uint32_t node)
{
    char forms[NJ_INFLECT_MAX][NJ_INFLECT_BYTES];
    size_t n = nj_inflect(element->text, element->len, element->forms, forms);
    struct nj_phrases *p = c->phrases;

    for (size_t i = 0; i < n && c->status == 0; i++) {
        uint32_t id = nj_vocab_add(&p->vocab, forms[i], strlen(forms[i]));
        void *cases = nj_grow(p->cases, &p->case_room, p->case_count + 1,
                              sizeof *p->cases);

        if (id == 0 || cases == NULL) {
            c->status = NJ_E_NOMEM;
        }
        p->cases = cases == NULL ? p->cases : cases;
        if (c->status == 0) {
            p->cases[p->case_count] = (struct nj_case){id, node};
            p->case_count++;
        }
    }
}

static int compare_cases(const void *a, const void *b)
{
    const struct nj_case *x = a;
    const struct nj_case *y = b;

    return x->word < y->word ? -1 : x->word > y->word;
}

/* A switch over the cases from FIRST on; where none fits, FALLBACK. */
static uint32_t
close_switch(struct compiler *c, size_t first, uint32_t fallback)
{
    struct nj_phrases *p = c->phrases;
    size_t kept = first;

    if (c->status != 0 || p->case_count == first) {
        return fallback;
    }
    qsort(p->cases + first, p->case_count - first, sizeof *p->cases,
          compare_cases);
    for (size_t i = first; i < p->case_count; i++) {
        if (kept > first && p->cases[kept - 1].word == p->cases[i].word) {
            p->cases[kept - 1].node =
                split(c, p->cases[kept - 1].node, p->cases[i].node);
        } else {
            p->cases[kept] = p->cases[i];
            kept++;
        }
    }
    p->case_count = kept;
    return add_node(c, (struct nj_node){.kind = NJ_NODE_SWITCH,
                                        .arg = (uint32_t)first,
                                        .next = fallback,
                                        .count = (uint16_t)(kept - first)});
}

static uint32_t
compile_word(struct compiler *c, const struct nj_element *element, uint32_t to)
{
    size_t first = c->phrases->case_count;

    if (element->forms != 0) {
        add_cases(c, element, to);
        return close_switch(c, first, FAIL);
    }
    return add_node(
        c, (struct nj_node){.kind = NJ_NODE_WORD,
                            .arg = nj_vocab_add(&c->phrases->vocab,
                                                element->text, element->len),
                            .next = to});
}

static uint32_t compile_sequence(struct compiler *c,
                                 const struct nj_sequence *sequence,
                                 uint32_t to);
static uint32_t
compile_from(struct compiler *c, const struct nj_element *element, uint32_t to);

static int begins_plain(const struct nj_sequence *sequence)
{
    const struct nj_element *e = sequence->first;

    return e->kind == NJ_ELEMENT_WORD && !e->optional;
}

/* Choices that begin with a plain word become cases of one switch, what they
 * go on with being compiled first; the others branch off before it. */
static uint32_t compile_choices(struct compiler *c,
                                const struct nj_sequence *const *choices,
                                size_t count,
                                uint32_t to,
                                uint32_t fallback)
{
    uint32_t rests[NJ_PHRASE_ELEMENTS];
    size_t first;

    if (count > NJ_PHRASE_ELEMENTS) {
        c->status = nj_err_set(c->err, NJ_E_INVALID, "more than %d choices",
                               NJ_PHRASE_ELEMENTS);
        return FAIL;
    }
    for (size_t i = 0; i < count; i++) {
        const struct nj_element *e = choices[i]->first;

        rests[i] = begins_plain(choices[i]) ? compile_from(c, e->next, to) : 0;
    }
    first = c->phrases->case_count;
    for (size_t i = 0; i < count; i++) {
        if (begins_plain(choices[i])) {
            add_cases(c, choices[i]->first, rests[i]);
        }
    }
    fallback = close_switch(c, first, fallback);
    for (size_t i = 0; i < count && c->status == 0; i++) {
        if (!begins_plain(choices[i])) {
            fallback = split(c, compile_sequence(c, choices[i], to), fallback);
        }
    }
    return fallback;
}

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
    entry = compile_choices(c, class->members, class->count, to, entry);
    c->depth--;
    return entry;
}

static uint32_t
compile_choice(struct compiler *c, const struct nj_element *e, uint32_t to)
{
    const struct nj_sequence *choices[NJ_PHRASE_ELEMENTS];
    size_t count = 0;

    for (const struct nj_sequence *s = e->choices; s != NULL; s = s->other) {
        choices[count] = s;
        count++;
    }
    return compile_choices(c, choices, count, to, FAIL);
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
        entry = compile_choice(c, e, to);
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

int nj_phrases_add(struct nj_phrases *phrases,
                   const struct nj_sequence *sequence,
                   uint32_t term,
                   int allow,
                   struct nj_err *err)
{
    struct compiler c = {.phrases = phrases, .err = err};
    struct nj_phrase phrase = {.term = term,
                               .single = (uint8_t)nj_sequence_is_word(sequence),
                               .allow = allow != 0};
    size_t parts = 0;
    void *items;
    int rc;

    phrase.node = compile_sequence(&c, sequence, 0);
    for (const struct nj_sequence *s = sequence->also; s != NULL; s = s->also) {
        phrase.also[parts] = compile_sequence(&c, s, 0);
        parts++;
    }
    if (c.status != 0) {
        return c.status;
    }
    items = nj_grow(phrases->items, &phrases->room, phrases->count + 1,
                    sizeof *phrases->items);
    if (items == NULL) {
        return NJ_E_NOMEM;
    }
    phrases->items = items;
    rc = nj_phrase_key(phrases, sequence, &phrase, err);
    if (rc != 0) {
        return rc;
    }
    phrases->items[phrases->count] = phrase;
    phrases->count++;
    return 0;
}
