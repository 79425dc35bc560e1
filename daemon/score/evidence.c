#include "score/evidence.h"

#include <stdlib.h>

#include "score/exact.h"

int nj_part_init(struct nj_part *part)
{
    *part = (struct nj_part){0};
    part->evidence = calloc(NJ_EVIDENCE_MAX, sizeof *part->evidence);
    part->allowed = calloc(NJ_EVIDENCE_MAX, sizeof *part->allowed);
    part->sightings = calloc(NJ_EVIDENCE_MAX, sizeof *part->sightings);
    if (part->evidence == NULL || part->allowed == NULL ||
        part->sightings == NULL) {
        nj_part_finish(part);
        return NJ_E_NOMEM;
    }
    return 0;
}

void nj_part_finish(struct nj_part *part)
{
    nj_canon_finish(&part->canon);
    nj_words_finish(&part->words);
    free(part->evidence);
    free(part->allowed);
    free(part->sightings);
    *part = (struct nj_part){0};
}

struct nj_evidence *nj_evidence_add(struct nj_part *part)
{
    struct nj_evidence *evidence;

    if (part->evidence_count == NJ_EVIDENCE_MAX) {
        part->crowded = 1;
        return NULL;
    }
    evidence = &part->evidence[part->evidence_count];
    *evidence = (struct nj_evidence){.phrase = NJ_NO_PHRASE};
    part->evidence_count++;
    return evidence;
}

static void add_damper(struct nj_evidence *evidence, struct nj_damper damper)
{
    if (evidence->damper_count < NJ_DAMPERS_MAX) {
        evidence->dampers[evidence->damper_count] = damper;
        evidence->damper_count++;
    }
}

void nj_evidence_damp(struct nj_evidence *evidence,
                      const char *why,
                      float offence,
                      float urgency)
{
    add_damper(evidence, (struct nj_damper){why, offence, urgency, 0});
}

void nj_evidence_raise(struct nj_evidence *evidence,
                       const char *why,
                       float weight)
{
    add_damper(evidence, (struct nj_damper){why, weight, 0, 1});
}

float nj_evidence_label(const struct nj_evidence *evidence, enum nj_label label)
{
    float weight = evidence->term->labels[label];

    if (weight == 0.0F || evidence->void_ || evidence->shadowed) {
        return 0.0F;
    }
    for (size_t i = 0; i < evidence->damper_count; i++) {
        const struct nj_damper *d = &evidence->dampers[i];

        weight = d->more ? weight + d->offence : weight * d->offence;
    }
    return weight;
}

float nj_evidence_urgent(const struct nj_evidence *evidence)
{
    float weight = evidence->term->urgent;

    if (evidence->void_ || evidence->shadowed) {
        return 0.0F;
    }
    for (size_t i = 0; i < evidence->damper_count; i++) {
        const struct nj_damper *d = &evidence->dampers[i];

        weight = d->more ? weight : weight * d->urgency;
    }
    return weight;
}

/* ---- finding ----------------------------------------------------------- */

struct finder {
    struct nj_part *part;
    const struct nj_lexicon *lexicon;
    unsigned steps;
};

/* Whether TERM counts in this language; where it is unknown, words that mean
 * something else elsewhere do not. */
static int speaks(const struct nj_term *term, unsigned language, unsigned known)
{
    unsigned bit = 1u << language;

    if ((term->refused & bit) != 0) {
        return 0;
    }
    if (term->languages == 0 || (term->languages & bit) != 0) {
        return 1;
    }
    return (term->flags & NJ_TERM_ONLY) == 0 &&
           (language == 0 || (known & bit) == 0);
}

static int
is_exact(const struct nj_part *part, const struct nj_term *term, size_t first)
{
    const struct nj_word *word = &part->words.items[first];
    uint32_t start;
    uint32_t end;

    if (term->exact == NULL) {
        return 1;
    }
    nj_canon_origin(&part->canon, word->start, word->end, &start, &end);
    return nj_exact_same(part->given + start, end - start, term->exact);
}

static int is_known(const struct finder *f, uint32_t phrase, size_t first)
{
    const struct nj_part *part = f->part;

    for (size_t i = part->evidence_count; i > 0; i--) {
        const struct nj_evidence *e = &part->evidence[i - 1];

        if (e->phrase == phrase && e->first == first) {
            return 1;
        }
    }
    return 0;
}

static void
allow_words(struct finder *f, uint32_t term, size_t first, size_t last)
{
    struct nj_part *part = f->part;

    if (part->allowed_count == NJ_EVIDENCE_MAX) {
        part->crowded = 1;
        return;
    }
    part->allowed[part->allowed_count] =
        (struct nj_allowed){.term = term,
                            .start = part->words.items[first].start,
                            .end = part->words.items[last - 1].end};
    part->allowed_count++;
}

static void
take_hit(struct finder *f, uint32_t number, size_t first, size_t last)
{
    const struct nj_phrase *phrase = &f->lexicon->phrases.items[number];
    const struct nj_term *term;
    struct nj_evidence *evidence;

    if (phrase->allow) {
        allow_words(f, phrase->term, first, last);
        return;
    }
    term = &f->lexicon->terms[phrase->term];
    if (!speaks(term, f->part->language, f->lexicon->languages) ||
        !is_exact(f->part, term, first) ||
        (!phrase->single && is_known(f, number, first))) {
        return;
    }
    evidence = nj_evidence_add(f->part);
    if (evidence == NULL) {
        return;
    }
    evidence->term = term;
    evidence->phrase = number;
    evidence->first = (uint32_t)first;
    evidence->last = (uint32_t)last;
    evidence->start = f->part->words.items[first].start;
    evidence->end = f->part->words.items[last - 1].end;
}

/* The phrases for which word AT is a key. */
static void try_word(struct finder *f, size_t at)
{
    const struct nj_phrases *phrases = &f->lexicon->phrases;
    const struct nj_vocab_word *word =
        &phrases->vocab.words[f->part->words.items[at].id];

    for (uint32_t i = 0; i < word->use_count; i++) {
        uint32_t number = phrases->vocab.uses[word->use_first + i].phrase;
        const struct nj_phrase *phrase = &phrases->items[number];
        size_t from = at > phrase->before ? at - phrase->before : 0;
        size_t until = at + 1 > phrase->least ? at + 1 - phrase->least : 0;

        if (phrase->single) {
            take_hit(f, number, at, at + 1);
            continue;
        }
        for (size_t first = from; first < until; first++) {
            size_t last = nj_phrase_match(phrases, phrase, &f->part->words,
                                          first, &f->steps);

            if (last > at) {
                take_hit(f, number, first, last);
                break;
            }
        }
    }
}

void nj_evidence_find(struct nj_part *part, const struct nj_lexicon *lexicon)
{
    struct finder f = {
        .part = part, .lexicon = lexicon, .steps = NJ_PHRASE_STEPS};

    for (size_t i = 0; i < part->words.count; i++) {
        if (part->words.items[i].id != 0) {
            try_word(&f, i);
        }
    }
    if (f.steps == 0) {
        part->crowded = 1;
    }
}

/* ---- settling ---------------------------------------------------------- */

static int
covers(uint32_t start, uint32_t end, const struct nj_evidence *evidence)
{
    return start <= evidence->start && evidence->end <= end;
}

static void apply_allowed(struct nj_part *part, const struct nj_term *terms)
{
    for (size_t i = 0; i < part->allowed_count; i++) {
        const struct nj_allowed *a = &part->allowed[i];

        for (size_t k = 0; k < part->evidence_count; k++) {
            struct nj_evidence *e = &part->evidence[k];

            if (covers(a->start, a->end, e) &&
                (a->term == NJ_TERM_ALL || e->term == &terms[a->term])) {
                e->void_ = 1;
            }
        }
    }
}

/* Whether A, which covers B, says all that B says and at least as strongly. */
static int outweighs(const struct nj_term *a, const struct nj_term *b)
{
    for (unsigned i = 0; i < NJ_LABELS; i++) {
        if (b->labels[i] > a->labels[i]) {
            return 0;
        }
    }
    return b->urgent <= a->urgent && (b->urgent_reason == a->urgent_reason ||
                                      b->urgent_reason == NJ_URGENT_NOTHING);
}

void nj_evidence_settle(struct nj_part *part, const struct nj_lexicon *lexicon)
{
    apply_allowed(part, lexicon->terms);
    for (size_t i = 0; i < part->evidence_count; i++) {
        struct nj_evidence *e = &part->evidence[i];

        for (size_t k = 0; k < part->evidence_count && !e->void_; k++) {
            const struct nj_evidence *other = &part->evidence[k];
            int same = other->start == e->start && other->end == e->end;

            if (k != i && !other->void_ && !other->shadowed &&
                covers(other->start, other->end, e) &&
                outweighs(other->term, e->term) && (!same || k < i)) {
                e->shadowed = 1;
                break;
            }
        }
    }
}
