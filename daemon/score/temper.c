#include "score/temper.h"

#include <string.h>

enum {
    NEAR = 4,      /* words before a hit in which a negation covers it */
    SENTENCE = 12, /* words on either side taken for the same thought */
};

struct view {
    const struct nj_temper *t;
    const struct nj_vocab_word *vocab;
    const struct nj_words *words;
    const struct nj_term *term;
    size_t first;
    size_t last;
    int jest;    /* somewhere in the text somebody laughs */
    int fiction; /* the text tells of a film, game or song */
};

static uint64_t bit(const struct nj_lexicon *lexicon, const char *name)
{
    unsigned class = nj_class_find(&lexicon->phrases, name, strlen(name));

    return class == NJ_CLASS_NONE ? 0 : (uint64_t)1 << class;
}

struct nj_temper nj_temper_find(const struct nj_lexicon *lexicon)
{
    return (struct nj_temper){
        .negator = bit(lexicon, "negator"),
        .filler = bit(lexicon, "filler"),
        .but = bit(lexicon, "but"),
        .bare = bit(lexicon, "bare"),
        .second = bit(lexicon, "second"),
        .first = bit(lexicon, "first"),
        .other = bit(lexicon, "other"),
        .group = bit(lexicon, "group"),
        .be = bit(lexicon, "be"),
        .positive = bit(lexicon, "positive"),
        .negative = bit(lexicon, "negative"),
        .report = bit(lexicon, "report"),
        .term = bit(lexicon, "term"),
        .condemn = bit(lexicon, "condemn"),
        .object = bit(lexicon, "object"),
        .doubt = bit(lexicon, "doubt"),
        .jest = bit(lexicon, "jest"),
        .fiction = bit(lexicon, "fiction"),
        .innocent = bit(lexicon, "innocent"),
        .identity = bit(lexicon, "identity"),
    };
}

/* ---- looking around ---------------------------------------------------- */

static int is(const struct view *v, size_t at, uint64_t class)
{
    return (v->vocab[v->words->items[at].id].classes & class) != 0;
}

/* Whether word AT begins a sentence, so that what is before is another one. */
static int begins(const struct view *v, size_t at)
{
    return at == 0 || (v->words->items[at].flags & NJ_W_SENTENCE) != 0;
}

/* The same at a comma: "I never said that, you idiot" denies nothing. */
static int begins_clause(const struct view *v, size_t at)
{
    return begins(v, at) || (v->words->items[at].flags & NJ_W_CLAUSE) != 0;
}

/* Whether a word of CLASS stands at most FAR words before AT in its sentence.
 * Returns 1 + its index, or 0. */
static size_t
before(const struct view *v, size_t at, size_t far, uint64_t class)
{
    for (size_t n = 0; n < far && !begins(v, at); n++) {
        at--;
        if (is(v, at, class)) {
            return at + 1;
        }
    }
    return 0;
}

static size_t after(const struct view *v, size_t at, size_t far, uint64_t class)
{
    for (size_t n = 0; n < far && at < v->words->count; n++) {
        if (n > 0 && begins(v, at)) {
            return 0;
        }
        if (is(v, at, class)) {
            return at + 1;
        }
        at++;
    }
    return 0;
}

static int is_offence(const struct nj_term *term)
{
    return term->labels[NJ_LABEL_INSULT] > 0 ||
           term->labels[NJ_LABEL_IDENTITY_ATTACK] > 0;
}

static int is_threat(const struct nj_term *term)
{
    return term->labels[NJ_LABEL_THREAT] > 0;
}

/* ---- the rules; each returns whether it speaks -------------------------- */

/* "not a moron", "I would never call you an idiot": only fillers between, and
 * not "not only a moron", nor "don't be an idiot". */
static int is_negated(const struct view *v)
{
    size_t at = v->first;

    for (size_t n = 0; n < NEAR + 2 && !begins_clause(v, at); n++) {
        at--;
        if (is(v, at, v->t->negator)) {
            return at + 1 == v->first || !is(v, at + 1, v->t->bare);
        }
        if (!is(v, at,
                v->t->filler | v->t->report | v->t->second | v->t->object)) {
            return 0;
        }
    }
    return 0;
}

/* In quotes, with somebody who said it near by; or called a word: 'the word
 * "moron"', "the slur moron". */
static int is_quoted(const struct view *v)
{
    if (before(v, v->first, 2, v->t->term) != 0) {
        return 1;
    }
    for (size_t i = v->first; i < v->last; i++) {
        if ((v->words->items[i].flags & NJ_W_QUOTED) == 0) {
            return 0;
        }
    }
    return before(v, v->first, SENTENCE, v->t->report | v->t->term) != 0 ||
           after(v, v->last, NEAR + 2, v->t->report | v->t->term) != 0;
}

/* "called me a moron", "stop calling people morons", "was called a moron":
 * told, not said. "I call you a moron" is said. */
static int is_reported(const struct view *v)
{
    size_t at = v->first;

    while (!begins_clause(v, at) && is(v, at - 1, v->t->filler)) {
        at--;
        if (is(v, at, v->t->report) && !begins(v, at) &&
            is(v, at - 1, v->t->be)) {
            return 1;
        }
    }
    if (begins_clause(v, at) || !is(v, at - 1, v->t->object)) {
        return 0;
    }
    return before(v, at - 1, 3, v->t->report) != 0;
}

/* "it is wrong to say that all ... are scum": said to be condemned; of
 * phrases only, since "I said no, you idiot" condemns nothing. */
static int is_condemned(const struct view *v)
{
    uint64_t against = v->t->condemn | v->t->negator;

    if (v->last < v->first + 2 || !is_offence(v->term) ||
        before(v, v->first, 3, v->t->report) == 0) {
        return 0;
    }
    return before(v, v->first, SENTENCE / 2, against) != 0 ||
           after(v, v->last, SENTENCE / 2, v->t->condemn) != 0;
}

/* "fucking awesome" */
static int is_praise(const struct view *v)
{
    return (v->term->flags & NJ_TERM_PRAISE) != 0 &&
           after(v, v->last, 3, v->t->positive) != 0 &&
           after(v, v->last, 3, v->t->negative | v->t->negator) == 0;
}

/* "holy shit this is great": praise in the sentence and nothing against it. */
static int is_glad(const struct view *v)
{
    uint64_t good = v->t->positive;
    uint64_t bad = v->t->negative | v->t->negator;

    return v->term->labels[NJ_LABEL_PROFANITY] > 0 && !is_offence(v->term) &&
           (before(v, v->first, SENTENCE, good) != 0 ||
            after(v, v->last, SENTENCE, good) != 0) &&
           before(v, v->first, SENTENCE, bad) == 0 &&
           after(v, v->last, SENTENCE, bad) == 0;
}

/* "I'm such an idiot", "I was an idiot": only fillers and a verb between. */
static int is_oneself(const struct view *v)
{
    int verb = 0;
    size_t at;

    if (!is_offence(v->term)) {
        return 0;
    }
    for (at = v->first; !begins(v, at); at--) {
        const size_t word = at - 1;

        verb |= is(v, word, v->t->be);
        if (!is(v, word, v->t->filler | v->t->be) || is(v, word, v->t->first)) {
            return verb && is(v, word, v->t->first);
        }
    }
    return 0;
}

/* "you moron", "you are a moron", "moron like you", "your staff are morons",
 * or a sentence that begins with @name or the insult itself. */
static int is_aimed(const struct view *v)
{
    size_t at = before(v, v->first, NEAR, v->t->second);
    size_t group;

    if (at != 0) {
        return 1;
    }
    if (after(v, v->last, 2, v->t->second) != 0) {
        return 1;
    }
    group = before(v, v->first, NEAR + 1, v->t->group);
    if (group != 0 && before(v, v->first, NEAR, v->t->be) != 0) {
        return 1;
    }
    return v->first > 0 && begins(v, v->first - 1) &&
           (v->words->items[v->first - 1].flags & NJ_W_MENTION) != 0;
}

static int is_aimed_elsewhere(const struct view *v)
{
    return before(v, v->first, NEAR + 1, v->t->other | v->t->group) != 0;
}

static int is_doubtful(const struct view *v)
{
    return (v->term->flags & NJ_TERM_IF) != 0 &&
           before(v, v->first, NEAR + 2, v->t->doubt) != 0;
}

static int is_story(const struct view *v)
{
    return (v->term->flags & NJ_TERM_STORY) != 0 && v->fiction;
}

static int is_jest(const struct view *v)
{
    return v->jest && ((v->term->flags & NJ_TERM_STORY) != 0 ||
                       is_threat(v->term) || is_offence(v->term));
}

static int is_just_a_name(const struct view *v)
{
    return v->last == v->first + 1 &&
           (v->words->items[v->first].flags & NJ_W_MENTION) != 0;
}

/* ---- the table --------------------------------------------------------- */

struct rule {
    const char *why;
    int (*speaks)(const struct view *v);
    float profanity; /* factors, by what the term is above all */
    float offence;
    float urgency;
    int ends; /* 1: no rule after this one is asked */
};

static const struct rule rules[] = {
    {"only a name", is_just_a_name, 0.5F, 0.5F, 0.5F, 1},
    {"told of a story", is_story, 1.0F, 0.35F, 0.3F, 0},
    {"if", is_doubtful, 1.0F, 0.6F, 0.5F, 0},
    {"in jest", is_jest, 0.9F, 0.75F, 0.6F, 0},
    {"negated", is_negated, 1.0F, 0.2F, 0.25F, 1},
    {"quoted", is_quoted, 0.35F, 0.25F, 0.9F, 1},
    {"reported", is_reported, 0.5F, 0.3F, 1.0F, 1},
    {"condemned", is_condemned, 0.5F, 0.3F, 1.0F, 1},
    {"about oneself", is_oneself, 0.8F, 0.2F, 1.0F, 1},
    {"praise", is_praise, 0.25F, 1.0F, 1.0F, 0},
    {"glad", is_glad, 0.6F, 1.0F, 1.0F, 0},
};

static int is_mere_profanity(const struct nj_term *term)
{
    return !is_offence(term) && !is_threat(term);
}

static void aim(const struct view *v, struct nj_evidence *e)
{
    const float bonus = 1.2F;
    int weak = (v->term->flags & NJ_TERM_TARGET) != 0;

    if (!is_offence(v->term) && !weak) {
        return;
    }
    if (is_aimed(v)) {
        nj_evidence_raise(e, "aimed at somebody", bonus);
    } else if (weak) {
        int elsewhere = is_aimed_elsewhere(v);

        nj_evidence_damp(e, elsewhere ? "aimed at others" : "aimed at nobody",
                         elsewhere ? 0.85F : 0.65F, 1.0F);
    }
}

static void temper(const struct view *v, struct nj_evidence *e)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];

        if (!rule->speaks(v)) {
            continue;
        }
        nj_evidence_damp(e, rule->why,
                         is_mere_profanity(v->term) ? rule->profanity
                                                    : rule->offence,
                         rule->urgency);
        if (rule->ends) {
            return;
        }
    }
    aim(v, e);
}

void nj_temper_apply(const struct nj_temper *t,
                     const struct nj_lexicon *lexicon,
                     struct nj_part *part)
{
    struct view v = {
        .t = t, .vocab = lexicon->phrases.vocab.words, .words = &part->words};

    if (part->evidence_count == 0) {
        return;
    }
    for (size_t i = 0; i < part->words.count; i++) {
        v.jest |= is(&v, i, t->jest);
        v.fiction |= is(&v, i, t->fiction);
    }
    for (size_t i = 0; i < part->evidence_count; i++) {
        struct nj_evidence *e = &part->evidence[i];

        if (e->void_ || e->last == e->first) {
            continue;
        }
        v.term = e->term;
        v.first = e->first;
        v.last = e->last;
        if ((e->term->flags & NJ_TERM_FIRM) == 0) {
            temper(&v, e);
        }
        if (part->words.items[e->first].flags & NJ_W_UNMASKED) {
            nj_evidence_raise(e, "in disguise", 0.3F);
        }
    }
}
