/* score/combine.h - from evidence to numbers between 0 and 1, to levels, to
 * reasons.
 *
 * Each label sums its evidence in log-odds, the strongest whole, the next ones
 * less and less (they are not independent), on a bias of -4 (2 in 100 without
 * evidence). Offence joins the labels: profanity alone weighs less than an
 * insult, a threat more; again the strongest whole and the rest in part.
 * Urgency is the strongest reason and parts of the others; cues, weak words
 * that only mean something together, are summed whole up to a limit.
 *
 * Levels, the one place where they are decided:
 *
 *              low    high   critical
 *   offensive  0.50   0.75   0.97
 *   urgent     0.50   0.75   0.92
 */

#ifndef NJ_SCORE_COMBINE_H
#define NJ_SCORE_COMBINE_H

#include "base/mem.h"
#include "model/score.h"
#include "score/evidence.h"
#include "score/opinion.h"

/* A sum of evidence: the strongest pieces, in order. */
struct nj_sum {
    float best[4];
    float against; /* negative evidence, whole */
    int any;       /* 0: no evidence at all */
};

/* Evidence that is no place in a text, and small amounts of it. */
struct nj_extra {
    const char *what; /* static or in the arena */
    float weight;
};

enum { NJ_EXTRAS_MAX = 48 };

/* Everything known about a post while it is judged. */
struct nj_tally {
    struct nj_sum labels[NJ_LABELS];
    struct nj_sum urgent[NJ_URGENT_REASONS];
    float cues[NJ_URGENT_REASONS]; /* sums of cues, whole */
    float cues_any;                /* of cues that belong to no reason */
    float cues_threat;             /* of cues for the label threat... */
    float cues_self_harm;          /* ...and for self-harm */
    float tone;                    /* how much a complaint it is, log-odds */
    float context_offence;         /* added where there is evidence */
    float context_urgency;
    enum nj_level at_least;                /* what safety rules demand */
    struct nj_opinion opinion;             /* the model's */
    struct nj_extra extras[NJ_EXTRAS_MAX]; /* reasons that are no place */
    size_t extra_count;
};

/* Count the evidence of PART in. */
void nj_tally_part(struct nj_tally *tally, const struct nj_part *part);

/* Count WEIGHT in for LABEL, or for reason URGENT, with no place in the text;
 * WHAT becomes a reason. */
void nj_tally_label(struct nj_tally *tally,
                    enum nj_label label,
                    float weight,
                    const char *what);
void nj_tally_urgent(struct nj_tally *tally,
                     enum nj_urgent_reason reason,
                     float weight,
                     const char *what);

/* A reason only, without any weight in the sums. */
void nj_tally_note(struct nj_tally *tally, const char *what, float weight);

/* Fill OUT's numbers and levels (not reasons, language, simhash). */
void nj_tally_finish(const struct nj_tally *tally, struct nj_score *out);

/* What rules and word lists say of offence, log-odds; 0: nothing. */
float nj_tally_rules(const struct nj_tally *tally);

/* Log-odds that rules and word lists alone give to urgency. */
float nj_tally_urgency_rules(const struct nj_tally *tally);

/* Whether there is anything that context could raise. */
int nj_tally_offends(const struct nj_tally *tally);
int nj_tally_urges(const struct nj_tally *tally);

#endif
