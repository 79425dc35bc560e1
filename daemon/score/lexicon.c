#include "score/lexicon.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/canon.h"
#include "score/exact.h"
#include "score/grow.h"
#include "score/language.h"
#include "score/lexicon_marks.h"
#include "score/lexicon_term.h"
#include "score/sequence.h"

enum section { IN_HEADER, IN_COMMON, IN_CLASS, IN_TERMS, IN_ALLOW, IN_NOTHING };

struct reader {
    struct nj_lexicon *lexicon;
    const struct nj_fold *fold;
    struct nj_complaints *complaints;
    struct nj_canon canon; /* reused for each line */
    const char *file;
    int line;
    int terms_pass; /* 0: classes and common words; 1: terms and allow */
    enum section section;
    unsigned class;
    unsigned strong;   /* class `strong`: looked for in disguise, no terms */
    unsigned frequent; /* class `frequent`: bad keys to phrases */
    unsigned language;
};

void nj_complain(
    struct nj_complaints *c, const char *file, int line, const char *fmt, ...)
{
    enum { WHAT_BYTES = 256 };
    char what[WHAT_BYTES];
    char whole[WHAT_BYTES + 120];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (c->on_error != NULL) {
        c->on_error(c->arg, file, line, what);
    }
    c->count++;
    if (c->err == NULL) {
        return;
    }
    if (line > 0) {
        (void)snprintf(whole, sizeof whole, "%.100s:%d: %s",
                       file == NULL ? "patterns" : file, line, what);
    } else {
        (void)snprintf(whole, sizeof whole, "%.100s: %s",
                       file == NULL ? "patterns" : file, what);
    }
    if (c->count == 1) {
        (void)nj_err_set(c->err, NJ_E_INVALID, "%s", whole);
    } else {
        size_t used = strlen(c->err->text);

        (void)snprintf(c->err->text + used, sizeof c->err->text - used, "\n%s",
                       whole);
    }
}

int nj_lexicon_init(struct nj_lexicon *lexicon)
{
    *lexicon = (struct nj_lexicon){0};
    nj_arena_init(&lexicon->arena, 0);
    nj_arena_init(&lexicon->parsed, 0);
    return nj_phrases_init(&lexicon->phrases);
}

void nj_lexicon_finish(struct nj_lexicon *lexicon)
{
    nj_phrases_finish(&lexicon->phrases);
    nj_arena_finish(&lexicon->arena);
    nj_arena_finish(&lexicon->parsed);
    free(lexicon->terms);
    nj_roots_finish(&lexicon->roots);
    free(lexicon->strong);
    *lexicon = (struct nj_lexicon){0};
}

/* ---- one line ---------------------------------------------------------- */

static void complain(struct reader *r, const struct nj_err *err)
{
    nj_complain(r->complaints, r->file, r->line, "%s", err->text);
}

/* NJ_E_INVALID is told and forgotten, so that all lines are read. */
static int settle(struct reader *r, int rc, const struct nj_err *err)
{
    if (rc == NJ_E_INVALID) {
        complain(r, err);
        return 0;
    }
    return rc;
}

static int parse(struct reader *r,
                 struct nj_slice text,
                 unsigned forms,
                 const struct nj_sequence **out,
                 struct nj_err *err)
{
    int rc = nj_canon_make(&r->canon, r->fold, text.text, text.len);

    if (rc != 0) {
        return rc;
    }
    return nj_phrase_parse(r->canon.text, r->canon.len, forms,
                           &r->lexicon->parsed, out, err);
}

static int read_common(struct reader *r, struct nj_slice text)
{
    struct nj_vocab *vocab = &r->lexicon->phrases.vocab;
    struct nj_slice word;

    while (nj_slice_next(&text, ' ', &word)) {
        uint32_t id;
        int rc;

        if (word.len == 0) {
            continue;
        }
        rc = nj_canon_make(&r->canon, r->fold, word.text, word.len);
        if (rc != 0) {
            return rc;
        }
        id = nj_vocab_add(vocab, r->canon.text, r->canon.len);
        if (id == 0) {
            return NJ_E_NOMEM;
        }
        vocab->words[id].flags |= NJ_WORD_COMMON;
        vocab->words[id].languages |= 1u << r->language;
    }
    return 0;
}

static int read_member(struct reader *r, struct nj_slice text)
{
    struct nj_slice member;

    while (nj_slice_next(&text, ',', &member)) {
        const struct nj_sequence *sequence = NULL;
        struct nj_err err = {0};
        int rc;

        if (member.len == 0) {
            continue;
        }
        rc = parse(r, member, 0, &sequence, &err);
        if (rc == 0) {
            rc = nj_class_join(&r->lexicon->phrases, r->class, sequence);
        }
        if (rc == 0 && r->class == r->frequent &&
            nj_sequence_is_word(sequence)) {
            nj_lexicon_mark_frequent(r->lexicon, sequence);
        }
        if (rc == 0 && r->class == r->strong && nj_sequence_is_word(sequence)) {
            rc = nj_lexicon_mark_strong(r->lexicon, sequence);
        }
        rc = settle(r, rc, &err);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* Compile SEQUENCE; a mere list of choices as one phrase each, so that single
 * words among them are found at once. */
static int compile(struct reader *r,
                   const struct nj_sequence *sequence,
                   uint32_t term,
                   int allow,
                   struct nj_err *err)
{
    struct nj_phrases *phrases = &r->lexicon->phrases;
    const struct nj_sequence *choice = nj_sequence_choices(sequence);
    int rc = 0;

    if (choice == NULL) {
        return nj_phrases_add(phrases, sequence, term, allow, err);
    }
    for (; choice != NULL && rc == 0; choice = choice->other) {
        rc = nj_phrases_add(phrases, choice, term, allow, err);
    }
    return rc;
}

static int add_phrase(struct reader *r,
                      struct nj_slice text,
                      unsigned forms,
                      uint32_t term,
                      int allow,
                      const struct nj_sequence **out,
                      struct nj_err *err)
{
    int rc = parse(r, text, forms, out, err);

    return rc != 0 ? rc : compile(r, *out, term, allow, err);
}

static int add_exceptions(struct reader *r,
                          struct nj_slice text,
                          uint32_t term,
                          struct nj_err *err)
{
    const struct nj_sequence *sequence;
    struct nj_slice exception;

    while (nj_slice_next(&text, ',', &exception)) {
        int rc = exception.len == 0
                     ? 0
                     : add_phrase(r, exception, 0, term, 1, &sequence, err);

        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

static int fill_term(struct reader *r,
                     struct nj_term *term,
                     struct nj_slice name,
                     struct nj_slice rest,
                     unsigned *out_forms,
                     struct nj_slice *out_exceptions,
                     struct nj_err *err)
{
    struct nj_slice part = {"", 0};
    int rc;

    (void)nj_slice_next(&rest, '|', &part);
    rc = nj_term_read_labels(term, part, err);
    if (rc == 0 && nj_slice_next(&rest, '|', &part)) {
        rc = nj_term_read_flags(term, part, out_forms, err);
    }
    if (rc != 0) {
        return rc;
    }
    *out_exceptions = nj_slice_trim(rest.text, rest.len);
    if ((term->flags & NJ_TERM_ANYWHERE) == 0 &&
        r->language != NJ_LANGUAGE_ENGLISH) {
        term->languages = 1u << r->language;
    }
    term->name = nj_arena_strndup(&r->lexicon->arena, name.text, name.len);
    if (term->name == NULL) {
        return NJ_E_NOMEM;
    }
    if ((term->flags & NJ_TERM_EXACT) != 0) {
        rc = nj_exact_fold(name.text, name.len, &r->lexicon->arena,
                           &term->exact);
    }
    return rc != NJ_E_TOOBIG
               ? rc
               : nj_err_set(err, NJ_E_INVALID,
                            "too long for 'exact' (%d bytes)", NJ_EXACT_BYTES);
}

static int read_term(struct reader *r, struct nj_slice rest)
{
    struct nj_lexicon *lexicon = r->lexicon;
    uint32_t number = (uint32_t)lexicon->term_count;
    struct nj_term term = {0};
    struct nj_slice name = {"", 0};
    struct nj_slice exceptions = {"", 0};
    const struct nj_sequence *sequence = NULL;
    struct nj_err err = {0};
    unsigned forms = 0;
    void *terms;
    int rc;

    (void)nj_slice_next(&rest, '|', &name);
    rc = fill_term(r, &term, name, rest, &forms, &exceptions, &err);
    if (rc == 0) {
        rc = add_phrase(r, name, forms, number, 0, &sequence, &err);
    }
    if (rc == 0) {
        rc = add_exceptions(r, exceptions, number, &err);
    }
    terms =
        nj_grow(lexicon->terms, &lexicon->term_room, number + 1, sizeof term);
    if (terms == NULL) {
        return NJ_E_NOMEM;
    }
    lexicon->terms = terms;
    if (rc != 0) {
        /* keep the number taken: part of it may be compiled already */
        lexicon->terms[number] = (struct nj_term){.name = ""};
        lexicon->term_count++;
        return settle(r, rc, &err);
    }
    term.word = nj_sequence_is_word(sequence);
    lexicon->terms[number] = term;
    lexicon->term_count++;
    lexicon->languages |= 1u << r->language;
    return term.word ? nj_lexicon_mark_term(r->lexicon, &term, sequence) : 0;
}

static int read_allow(struct reader *r, struct nj_slice text)
{
    const struct nj_sequence *sequence;
    struct nj_err err = {0};
    int rc = add_phrase(r, text, 0, NJ_TERM_ALL, 1, &sequence, &err);

    return settle(r, rc, &err);
}

/* ---- sections ---------------------------------------------------------- */

static int starts_with(struct nj_slice text, const char *with)
{
    size_t len = strlen(with);

    return text.len >= len && memcmp(text.text, with, len) == 0;
}

static void open_section(struct reader *r, struct nj_slice name)
{
    r->section = IN_NOTHING;
    if (starts_with(name, "common") && name.len == 6) {
        r->section = IN_COMMON;
    } else if (starts_with(name, "terms") && name.len == 5) {
        r->section = IN_TERMS;
    } else if (starts_with(name, "allow") && name.len == 5) {
        r->section = IN_ALLOW;
    } else if (starts_with(name, "class ")) {
        name = nj_slice_trim(name.text + 6, name.len - 6);
        r->class = nj_class_add(&r->lexicon->phrases, name.text, name.len);
        r->section = IN_CLASS;
        r->strong = nj_class_find(&r->lexicon->phrases, "strong", 6);
        r->frequent = nj_class_find(&r->lexicon->phrases, "frequent", 8);
        if (r->class == NJ_CLASS_NONE) {
            r->section = IN_NOTHING;
            nj_complain(r->complaints, r->file, r->line,
                        "class name too long (24) or too many classes (%d)",
                        NJ_CLASSES_MAX);
        }
    } else if (!r->terms_pass) {
        nj_complain(r->complaints, r->file, r->line,
                    "unknown section [%.*s]; there are [common], [class NAME],"
                    " [terms] and [allow]",
                    (int)name.len, name.text);
    }
}

static void read_header(struct reader *r, struct nj_slice text)
{
    struct nj_slice code;

    if (!starts_with(text, "language:")) {
        nj_complain(r->complaints, r->file, r->line,
                    "expected 'language: en' or a section such as [terms]");
        return;
    }
    code = nj_slice_trim(text.text + 9, text.len - 9);
    r->language = nj_language_find(code.text, code.len);
    if (r->language == NJ_LANGUAGE_UNKNOWN && !r->terms_pass) {
        nj_complain(r->complaints, r->file, r->line,
                    "unknown language '%.*s'; write a code such as 'en'",
                    (int)code.len, code.text);
    }
}

static int read_line(struct reader *r, struct nj_slice text)
{
    if (text.text[0] == '[' && text.text[text.len - 1] == ']') {
        open_section(r, nj_slice_trim(text.text + 1, text.len - 2));
        return 0;
    }
    switch (r->section) {
    case IN_HEADER:
        if (!r->terms_pass || starts_with(text, "language:")) {
            read_header(r, text);
        }
        return 0;
    case IN_COMMON:
        return r->terms_pass ? 0 : read_common(r, text);
    case IN_CLASS:
        return r->terms_pass ? 0 : read_member(r, text);
    case IN_TERMS:
        return r->terms_pass ? read_term(r, text) : 0;
    case IN_ALLOW:
        return r->terms_pass ? read_allow(r, text) : 0;
    case IN_NOTHING:
        break;
    }
    return 0;
}

static int read_text(struct reader *r, const struct nj_lexicon_text *text)
{
    struct nj_slice rest = {text->text, text->len};
    struct nj_slice line;

    r->file = text->name;
    r->line = 0;
    r->section = IN_HEADER;
    r->language = NJ_LANGUAGE_ENGLISH;
    while (nj_slice_next(&rest, '\n', &line)) {
        int rc;

        r->line++;
        if (line.len == 0 || line.text[0] == '#') {
            continue;
        }
        if (!nj_utf8_valid(line.text, line.len)) {
            if (!r->terms_pass) {
                nj_complain(r->complaints, r->file, r->line, "is not UTF-8");
            }
            continue;
        }
        rc = read_line(r, line);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

int nj_lexicon_read(struct nj_lexicon *lexicon,
                    const struct nj_lexicon_text *texts,
                    size_t count,
                    const struct nj_fold *fold,
                    struct nj_complaints *c)
{
    struct reader r = {.lexicon = lexicon,
                       .fold = fold,
                       .complaints = c,
                       .strong = NJ_CLASS_NONE,
                       .frequent = NJ_CLASS_NONE};
    int rc = 0;

    for (r.terms_pass = 0; r.terms_pass < 2 && rc == 0; r.terms_pass++) {
        for (size_t i = 0; i < count && rc == 0; i++) {
            rc = read_text(&r, &texts[i]);
        }
    }
    nj_canon_finish(&r.canon);
    return rc;
}
