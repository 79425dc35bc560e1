/* score/evidence.h - what was found in one part of a post (its text, its
 * title, the text in a picture), between finding, weighing and telling. */

#ifndef NJ_SCORE_EVIDENCE_H
#define NJ_SCORE_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "score/canon.h"
#include "score/lexicon.h"
#include "score/words.h"

enum {
    NJ_EVIDENCE_MAX = 256, /* in one part; the rest would change nothing */
    NJ_DAMPERS_MAX = 4,    /* reasons why one counts less or more */
};

#define NJ_NO_PHRASE UINT32_MAX

/* Why evidence counts less, or more. */
struct nj_damper {
    const char *why; /* static: "negated" */
    float offence;   /* factor on labels, or log-odds when MORE */
    float urgency;   /* the same on the urgent reason */
    int more;        /* 1: added, not multiplied */
};

struct nj_evidence {
    const struct nj_term *term;
    uint32_t phrase; /* number, NJ_NO_PHRASE for user patterns */
    uint32_t first;  /* words [first, last); both 0 for user patterns */
    uint32_t last;
    uint32_t start; /* canonical bytes */
    uint32_t end;
    int void_;    /* an exception covers it: as if never found */
    int shadowed; /* a stronger one covers it: no weight, but masked */
    struct nj_damper dampers[NJ_DAMPERS_MAX];
    size_t damper_count;
};

/* An exception that was found. */
struct nj_allowed {
    uint32_t term;  /* whose, or NJ_TERM_ALL */
    uint32_t start; /* canonical bytes */
    uint32_t end;
};

/* What of the user's patterns was seen: see pattern.h. */
struct nj_sighting {
    uint32_t pattern;
    uint32_t start; /* canonical bytes */
    uint32_t end;
};

/* One part of a post and all that is known of it; reused. */
struct nj_part {
    const char *given;
    size_t given_len;
    struct nj_canon canon;
    struct nj_words words;
    unsigned language;
    struct nj_evidence *evidence; /* owned, NJ_EVIDENCE_MAX of them */
    size_t evidence_count;
    struct nj_allowed *allowed; /* owned, NJ_EVIDENCE_MAX of them */
    size_t allowed_count;
    struct nj_sighting *sightings; /* owned, NJ_EVIDENCE_MAX of them */
    size_t sighting_count;
    int crowded; /* some limit was reached: not everything was looked at */
};

int nj_part_init(struct nj_part *part) NJ_MUST; /* 0, NJ_E_NOMEM */
void nj_part_finish(struct nj_part *part);      /* safe on a zeroed one */

/* A new, empty piece of evidence, or NULL when PART has enough. */
struct nj_evidence *nj_evidence_add(struct nj_part *part);

/* Note why EVIDENCE counts less (factors 0..1); one too many is left out. */
void nj_evidence_damp(struct nj_evidence *evidence,
                      const char *why,
                      float offence,
                      float urgency);

/* Note why its offence counts WEIGHT more. */
void nj_evidence_raise(struct nj_evidence *evidence,
                       const char *why,
                       float weight);

/* What is left of EVIDENCE's weight for LABEL and for its urgent reason. */
float nj_evidence_label(const struct nj_evidence *evidence,
                        enum nj_label label);
float nj_evidence_urgent(const struct nj_evidence *evidence);

/* Find LEXICON's terms among PART's words, whose language is known, and void
 * what exceptions cover. */
void nj_evidence_find(struct nj_part *part, const struct nj_lexicon *lexicon);

/* Void what ALLOWED covers, shadow what stronger evidence covers; once all
 * evidence is there. */
void nj_evidence_settle(struct nj_part *part, const struct nj_lexicon *lexicon);

#endif
