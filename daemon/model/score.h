/* model/score.h - what nightjar thinks of a post, and why. */

#ifndef NJ_MODEL_SCORE_H
#define NJ_MODEL_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "model/level.h"

enum nj_label {
    NJ_LABEL_PROFANITY,
    NJ_LABEL_INSULT,
    NJ_LABEL_IDENTITY_ATTACK,
    NJ_LABEL_THREAT,
    NJ_LABEL_SEXUAL,
    NJ_LABEL_SELF_HARM,
    NJ_LABELS, /* count, keep last */
};

enum nj_urgent_reason {
    NJ_URGENT_NOTHING, /* named NULL in JSON */
    NJ_URGENT_SAFETY,
    NJ_URGENT_INJURY,
    NJ_URGENT_OUTAGE,
    NJ_URGENT_FRAUD,
    NJ_URGENT_DATA_BREACH,
    NJ_URGENT_RECALL,
    NJ_URGENT_DISCRIMINATION,
    NJ_URGENT_LEGAL,
    NJ_URGENT_SELF_HARM,
    NJ_URGENT_MINORS,
    NJ_URGENT_PRESS,
    NJ_URGENT_VIRAL,
    NJ_URGENT_REASONS, /* count, keep last */
};

/* One piece of evidence. START and END are bytes of the text that was given
 * (END exclusive); both 0 when the evidence is not a place in the text. */
struct nj_reason {
    const char *what; /* "insult: moron", "context: own page"; never NULL */
    uint32_t start;
    uint32_t end;
    float weight; /* log-odds this added (or took, when negative) */
    int mask;     /* 1: this span must not be shown to a reader */
    int in_title; /* 1: START and END are bytes of the post's title */
};

struct nj_score {
    int judged;      /* 0: could not be judged; then it is told, not hidden */
    float offensive; /* 0..1 */
    float urgent;    /* 0..1 */
    enum nj_level urgency;   /* by urgency alone */
    enum nj_level level;     /* the higher of offence and urgency */
    float labels[NJ_LABELS]; /* 0..1 each */
    enum nj_urgent_reason urgent_reason;
    char language[12]; /* BCP 47 guess, "und" when unknown */
    uint64_t simhash;  /* of the canonical words, for near-same texts; 0 when
                          the text is too short to compare */
    const struct nj_reason *reasons; /* strongest first; lent by the scorer's
                                        arena */
    size_t reason_count;
    const char *author; /* the author's name as a reader may see it; set only
                           for posts that people will read of; NULL: none */
};

/* "profanity" ... "self_harm"; "safety" ... "viral" (NULL for nothing). */
const char *nj_label_name(enum nj_label label);
const char *nj_urgent_reason_name(enum nj_urgent_reason reason);

#endif
