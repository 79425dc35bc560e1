/* score/opinion.h - what the statistical model makes of a post, tempered by
 * what the rules know: a word that is negated, quoted, or allowed counts for
 * the model no more than for the rules, and whom people are is no offence.
 *
 *   look   first two heads, every window of every part, before unmasking
 *   form   second look at what they raised, once rules have spoken: shares of
 *          each word, the other heads, reasons
 */

#ifndef NJ_SCORE_OPINION_H
#define NJ_SCORE_OPINION_H

#include "model/score.h"
#include "score/evidence.h"
#include "score/features.h"
#include "score/model.h"
#include "score/temper.h"

/* A word that moved the model, for readers. */
struct nj_opinion_word {
    uint32_t start; /* bytes of the canonical text */
    uint32_t end;
    float share; /* log-odds of its head, tempered */
};

enum { NJ_OPINION_WORDS = 5 }; /* told of one part and head */

struct nj_opinion_words {
    struct nj_opinion_word items[NJ_OPINION_WORDS]; /* strongest first */
    size_t count;
};

/* The window of a part that the model minds most; lives in the scratch. */
struct nj_gaze {
    struct nj_features windows[2]; /* the one at hand and the best so far */
    unsigned best;
    float raw[NJ_FIRST_HEADS]; /* of the best; highest urgent of any */
    struct nj_opinion_words offensive;
    struct nj_opinion_words urgent;
};

/* Of the whole post: the highest of its parts. */
struct nj_opinion {
    const struct nj_model *model; /* lent; NULL: none, all else unset */
    const char *language;         /* static, of the first part */
    int asked;                    /* some part had anything to look at */
    int excused;                  /* rules found offence: negated, quoted... */
    int blamed;                   /* ...or not: told by some part */
    float offensive;              /* raw, tempered */
    float urgent;                 /* raw */
    float labels[NJ_LABELS];      /* calibrated log-odds; -100: not raised */
};

void nj_opinion_begin(struct nj_opinion *opinion, const struct nj_model *model);

/* Look at PART, split and not yet unmasked. Returns 1 when there was anything
 * to see; GAZE then holds its worst window. */
int nj_opinion_look(const struct nj_model *model,
                    const struct nj_part *part,
                    struct nj_gaze *gaze);

/* Count what GAZE saw of PART into OPINION, once PART's evidence is settled
 * and tempered. CLASSES names the words for who people are and those that
 * only look like curses. */
void nj_opinion_form(struct nj_opinion *opinion,
                     struct nj_gaze *gaze,
                     const struct nj_part *part,
                     const struct nj_vocab *vocab,
                     const struct nj_temper *classes);

#endif
