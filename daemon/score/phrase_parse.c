#include <string.h>

#include "score/inflect.h"
#include "score/phrase.h"
#include "score/sequence.h"

struct parser {
    const char *text;
    size_t len;
    size_t at;
    int depth;       /* of brackets */
    size_t elements; /* so far */
    struct nj_arena *arena;
    struct nj_err *err;
};

enum { MAX_DEPTH = 8 };

int nj_sequence_is_word(const struct nj_sequence *sequence)
{
    const struct nj_element *e = sequence->first;

    return e != NULL && e->next == NULL && e->kind == NJ_ELEMENT_WORD &&
           !e->optional && sequence->also == NULL;
}

const struct nj_sequence *
nj_sequence_choices(const struct nj_sequence *sequence)
{
    const struct nj_element *e = sequence->first;

    return e->next == NULL && e->kind == NJ_ELEMENT_CHOICE && !e->optional &&
                   sequence->also == NULL
               ? e->choices
               : NULL;
}

const char *nj_phrase_single(const struct nj_sequence *sequence,
                             size_t *out_len)
{
    if (!nj_sequence_is_word(sequence)) {
        return NULL;
    }
    *out_len = sequence->first->len;
    return sequence->first->text;
}

static int parse_sequence(struct parser *p, struct nj_sequence **out);

static char peek(const struct parser *p)
{
    return p->at < p->len ? p->text[p->at] : '\0';
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '-' || c == '\r' || c == '\n';
}

static int ends_name(char c)
{
    return c == '\0' || is_space(c) || strchr("()/?@~&", c) != NULL;
}

static size_t read_name(struct parser *p)
{
    size_t start = p->at;

    while (!ends_name(peek(p))) {
        p->at++;
    }
    return p->at - start;
}

static int parse_choice(struct parser *p, struct nj_element *e)
{
    struct nj_sequence *last = NULL;

    if (p->depth == MAX_DEPTH) {
        return nj_err_set(p->err, NJ_E_INVALID, "brackets are too deep");
    }
    p->depth++;
    do {
        struct nj_sequence *sequence;
        int rc;

        p->at++; /* '(' or '/' */
        rc = parse_sequence(p, &sequence);
        if (rc != 0) {
            return rc;
        }
        if (sequence->first == NULL) {
            return nj_err_set(p->err, NJ_E_INVALID,
                              "an empty choice; write (a/b)? instead");
        }
        sequence->other = last;
        last = sequence;
    } while (peek(p) == '/');
    p->depth--;
    if (peek(p) != ')') {
        return nj_err_set(p->err, NJ_E_INVALID, "a ')' is missing");
    }
    p->at++;
    e->kind = NJ_ELEMENT_CHOICE;
    e->choices = last;
    return 0;
}

static int parse_gap(struct parser *p, struct nj_element *e)
{
    char digit;

    p->at += 2;
    digit = peek(p);
    if (digit < '1' || digit > '9') {
        return nj_err_set(p->err, NJ_E_INVALID,
                          "'..' needs how many words, 1 to 9: ..3");
    }
    p->at++;
    e->kind = NJ_ELEMENT_GAP;
    e->gap = (unsigned)(digit - '0');
    return 0;
}

static int parse_name(struct parser *p, struct nj_element *e)
{
    e->kind = peek(p) == '@' ? NJ_ELEMENT_CLASS : NJ_ELEMENT_WORD;
    if (e->kind == NJ_ELEMENT_CLASS) {
        p->at++;
    }
    e->text = p->text + p->at;
    e->len = read_name(p);
    if (e->len == 0) {
        return nj_err_set(p->err, NJ_E_INVALID, "'%c' stands alone",
                          p->at > 0 ? p->text[p->at - 1] : peek(p));
    }
    if (peek(p) == '~' && e->kind == NJ_ELEMENT_WORD) {
        p->at++;
        e->forms = NJ_INFLECT_S | NJ_INFLECT_ED | NJ_INFLECT_ING;
    }
    return 0;
}

static int parse_element(struct parser *p, struct nj_element **out)
{
    struct nj_element *e = nj_arena_zalloc(p->arena, sizeof *e);
    int rc;

    if (e == NULL) {
        return NJ_E_NOMEM;
    }
    p->elements++;
    if (p->elements > NJ_PHRASE_ELEMENTS) {
        return nj_err_set(p->err, NJ_E_INVALID,
                          "more than %d words; make a class of some",
                          NJ_PHRASE_ELEMENTS);
    }
    if (peek(p) == '(') {
        rc = parse_choice(p, e);
    } else if (peek(p) == '.' && p->at + 1 < p->len &&
               p->text[p->at + 1] == '.') {
        rc = parse_gap(p, e);
    } else {
        rc = parse_name(p, e);
    }
    if (rc != 0) {
        return rc;
    }
    if (peek(p) == '?') {
        p->at++;
        e->optional = 1;
    }
    *out = e;
    return 0;
}

static int parse_sequence(struct parser *p, struct nj_sequence **out)
{
    struct nj_sequence *sequence = nj_arena_zalloc(p->arena, sizeof *sequence);
    struct nj_element **to;

    if (sequence == NULL) {
        return NJ_E_NOMEM;
    }
    to = &sequence->first;
    for (;;) {
        int rc;

        while (is_space(peek(p))) {
            p->at++;
        }
        if (p->at == p->len || peek(p) == '&' ||
            (p->depth > 0 && (peek(p) == '/' || peek(p) == ')'))) {
            break;
        }
        rc = parse_element(p, to);
        if (rc != 0) {
            return rc;
        }
        to = &(*to)->next;
    }
    *out = sequence;
    return 0;
}

/* a & b & c */
static int parse_parts(struct parser *p, struct nj_sequence **out)
{
    struct nj_sequence **to = out;
    size_t count = 0;

    for (;;) {
        int rc = parse_sequence(p, to);

        if (rc != 0) {
            return rc;
        }
        if ((*to)->first == NULL) {
            return nj_err_set(p->err, NJ_E_INVALID, "an empty phrase");
        }
        if (p->at == p->len) {
            return 0;
        }
        p->at++; /* '&' */
        count++;
        if (count > NJ_PHRASE_ALSO) {
            return nj_err_set(p->err, NJ_E_INVALID,
                              "more than %d parts joined by '&'",
                              NJ_PHRASE_ALSO + 1);
        }
        to = &(*to)->also;
    }
}

/* The last element that is a plain word takes the forms. */
static void give_forms(struct nj_sequence *sequence, unsigned forms)
{
    struct nj_element *last = sequence->first;

    while (last != NULL && last->next != NULL) {
        last = last->next;
    }
    if (last != NULL && last->kind == NJ_ELEMENT_WORD) {
        last->forms |= forms;
    }
}

int nj_phrase_parse(const char *text,
                    size_t len,
                    unsigned forms,
                    struct nj_arena *arena,
                    const struct nj_sequence **out,
                    struct nj_err *err)
{
    struct parser p = {.len = len, .arena = arena, .err = err};
    struct nj_sequence *sequence;
    int rc;

    p.text = nj_arena_strndup(arena, text, len);
    if (p.text == NULL) {
        return NJ_E_NOMEM;
    }
    rc = parse_parts(&p, &sequence);
    if (rc != 0) {
        return rc;
    }
    give_forms(sequence, forms);
    *out = sequence;
    return 0;
}
