#include "score/opinion.h"

#include <math.h>
#include <string.h>

#include "score/language.h"

static const float unlearned = -100.0F;
static const float identity_share = 0.4F; /* of what it says against somebody */
static const float innocent_share = 0.3F; /* of what only looks like a curse */
static const float lone_share = 1.0F;     /* most of a word no rule knows: else
                                             niggling and bitcoin are slurs */
static const float excused = 0.4F;        /* at most this much left of it */
static const size_t terse = 9;            /* fewer words: one alone, hospital,
                                             tonight, would make them urgent */
static const float silent_rules = -4.0F;  /* log-odds: they found nothing */
static const float least_share = 0.15F;   /* told to readers */

void nj_opinion_begin(struct nj_opinion *opinion, const struct nj_model *model)
{
    opinion->model = model;
    opinion->asked = 0;
    opinion->excused = 0;
    opinion->blamed = 0;
    opinion->language = "und";
    opinion->offensive = unlearned;
    opinion->urgent = unlearned;
    for (size_t i = 0; i < NJ_LABELS; i++) {
        opinion->labels[i] = unlearned;
    }
}

int nj_opinion_look(const struct nj_model *model,
                    const struct nj_part *part,
                    struct nj_gaze *gaze)
{
    size_t at = 0;
    int seen = 0;

    gaze->offensive.count = 0;
    gaze->urgent.count = 0;
    while (at < part->words.count) {
        unsigned other = seen ? 1 - gaze->best : 0;
        float raw[NJ_FIRST_HEADS];

        at = nj_features_make(&gaze->windows[other], &part->canon, &part->words,
                              at);
        if (gaze->windows[other].token_count == 0) {
            continue;
        }
        nj_model_first(model, &gaze->windows[other], raw);
        if (!seen || raw[0] > gaze->raw[0]) {
            gaze->raw[0] = raw[0];
            gaze->best = other;
        }
        gaze->raw[1] = seen ? fmaxf(gaze->raw[1], raw[1]) : raw[1];
        seen = 1;
    }
    return seen;
}

/* ---- tempering --------------------------------------------------------- */

/* How much of a word's offence the rules left standing. */
static float left_of(const struct nj_evidence *e)
{
    float left = e->void_ ? 0.0F : 1.0F;

    for (size_t i = 0; i < e->damper_count; i++) {
        left *= e->dampers[i].more ? 1.0F : e->dampers[i].offence;
    }
    return left;
}

/* What becomes of each token's share. */
struct rules {
    float factors[NJ_REEL_WORDS]; /* at most 1 */
    float most[NJ_REEL_WORDS];    /* after that */
};

static int overlaps(const struct nj_reel_token *token, uint32_t a, uint32_t b)
{
    return token->to > a && token->from < b && token->to > token->from;
}

static void lower(const struct nj_features *f,
                  uint32_t start,
                  uint32_t end,
                  float factor,
                  struct rules *rules)
{
    for (size_t t = 0; t < f->token_count; t++) {
        if (overlaps(&f->tokens[t], start, end)) {
            rules->factors[t] = fminf(rules->factors[t], factor);
        }
    }
}

static void know(const struct nj_features *f,
                 const struct nj_evidence *e,
                 struct rules *rules)
{
    for (size_t t = 0; t < f->token_count; t++) {
        if (overlaps(&f->tokens[t], e->start, e->end)) {
            rules->most[t] = HUGE_VALF;
        }
    }
}

static int offends(const struct nj_evidence *e)
{
    float most = 0;

    for (unsigned i = 0; i < NJ_LABELS; i++) {
        most = fmaxf(most, e->term->labels[i]);
    }
    return most >= 1.0F && !e->shadowed && !e->void_;
}

/* How much is left of the offence that is least excused; -1: there is none. */
static float least_excused(const struct nj_part *part)
{
    float worst = -1;

    for (size_t i = 0; i < part->evidence_count; i++) {
        if (offends(&part->evidence[i])) {
            worst = fmaxf(worst, left_of(&part->evidence[i]));
        }
    }
    return worst;
}

static void temper_by_evidence(const struct nj_features *f,
                               const struct nj_part *part,
                               struct rules *rules)
{
    for (size_t i = 0; i < part->evidence_count; i++) {
        const struct nj_evidence *e = &part->evidence[i];

        if (offends(e)) {
            know(f, e, rules);
            lower(f, e->start, e->end, left_of(e), rules);
        }
    }
    for (size_t i = 0; i < part->allowed_count; i++) {
        const struct nj_allowed *a = &part->allowed[i];

        lower(f, a->start, a->end, 0.0F, rules);
    }
}

static void temper_classes(const struct nj_features *f,
                           const struct nj_part *part,
                           const struct nj_vocab *vocab,
                           const struct nj_temper *classes,
                           struct rules *rules)
{
    for (size_t i = 0; i < part->words.count; i++) {
        const struct nj_word *word = &part->words.items[i];
        uint64_t class = vocab->words[word->id].classes;

        if ((class & classes->identity) != 0) {
            lower(f, word->start, word->end, identity_share, rules);
        }
        if ((class & classes->innocent) != 0) {
            lower(f, word->start, word->end, innocent_share, rules);
        }
    }
}

/* Take from the positive SHARES what rules take from their words. Returns how
 * much that is. */
static float temper(const struct nj_features *f,
                    const struct rules *rules,
                    float shares[NJ_REEL_WORDS])
{
    float taken = 0;

    for (size_t t = 0; t < f->token_count; t++) {
        float rest = fminf(shares[t] * rules->factors[t], rules->most[t]);

        if (shares[t] > 0 && shares[t] > rest) {
            taken += shares[t] - rest;
            shares[t] = rest;
        }
    }
    return taken;
}

static struct rules no_rules(void)
{
    struct rules rules;

    for (size_t t = 0; t < NJ_REEL_WORDS; t++) {
        rules.factors[t] = 1.0F;
        rules.most[t] = lone_share;
    }
    return rules;
}

/* ---- reasons ----------------------------------------------------------- */

static void note_word(struct nj_opinion_words *words,
                      struct nj_opinion_word word)
{
    size_t at = words->count;

    while (at > 0 && words->items[at - 1].share < word.share) {
        at--;
    }
    if (at == NJ_OPINION_WORDS) {
        return;
    }
    if (words->count < NJ_OPINION_WORDS) {
        words->count++;
    }
    memmove(words->items + at + 1, words->items + at,
            (words->count - 1 - at) * sizeof word);
    words->items[at] = word;
}

static void note_words(struct nj_opinion_words *words,
                       const struct nj_features *f,
                       const float shares[NJ_REEL_WORDS])
{
    words->count = 0;
    for (size_t t = 0; t < f->token_count; t++) {
        const struct nj_reel_token *token = &f->tokens[t];

        if (token->to > token->from && shares[t] >= least_share) {
            note_word(words, (struct nj_opinion_word){
                                 .start = token->from,
                                 .end = token->to,
                                 .share = shares[t],
                             });
        }
    }
}

/* ---- the second look --------------------------------------------------- */

static void look_again(struct nj_opinion *opinion,
                       struct nj_gaze *gaze,
                       const struct nj_part *part,
                       const struct nj_vocab *vocab,
                       const struct nj_temper *classes)
{
    const struct nj_features *f = &gaze->windows[gaze->best];
    struct rules rules = no_rules();
    float shares[NJ_REEL_WORDS];
    float raw[NJ_HEADS];

    nj_model_all(opinion->model, f, raw);
    nj_model_shares(opinion->model, f, NJ_HEAD_OFFENSIVE, shares);
    temper_by_evidence(f, part, &rules);
    temper_classes(f, part, vocab, classes, &rules);
    gaze->raw[0] -= temper(f, &rules, shares);
    note_words(&gaze->offensive, f, shares);
    for (unsigned i = 0; i < NJ_LABELS; i++) {
        opinion->labels[i] =
            fmaxf(opinion->labels[i],
                  nj_model_odds(opinion->model, NJ_HEAD_PROFANITY + i,
                                raw[NJ_HEAD_PROFANITY + i], 0));
    }
}

static void tell_urgent(const struct nj_model *model, struct nj_gaze *gaze)
{
    const struct nj_features *f = &gaze->windows[gaze->best];
    float shares[NJ_REEL_WORDS];

    nj_model_shares(model, f, NJ_HEAD_URGENT, shares);
    note_words(&gaze->urgent, f, shares);
}

void nj_opinion_form(struct nj_opinion *opinion,
                     struct nj_gaze *gaze,
                     const struct nj_part *part,
                     const struct nj_vocab *vocab,
                     const struct nj_temper *classes)
{
    float worst;

    if (nj_model_raises(opinion->model, gaze->raw[0])) {
        look_again(opinion, gaze, part, vocab, classes);
    }
    if (!opinion->asked) {
        opinion->language = nj_language_code(part->language);
    }
    if (gaze->windows[gaze->best].token_count < terse) {
        gaze->raw[1] = unlearned;
    }
    if (nj_model_odds(opinion->model, NJ_HEAD_URGENT, gaze->raw[1],
                      silent_rules) >= 0) {
        tell_urgent(opinion->model, gaze);
    }
    worst = least_excused(part);
    opinion->excused |= worst >= 0 && worst <= excused;
    opinion->blamed |= worst > excused;
    opinion->asked = 1;
    opinion->offensive = fmaxf(opinion->offensive, gaze->raw[0]);
    opinion->urgent = fmaxf(opinion->urgent, gaze->raw[1]);
}
