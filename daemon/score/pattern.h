/* score/pattern.h - the user's own words and regular expressions, all looked
 * for at once by vectorscan, which comes in with the first (pattern_hs.c): most
 * daemons have none.
 *
 * A word of the user's is found as a whole word of the canonical text, in any
 * case and with or without marks; "boycott*" also as the beginning of one. A
 * regular expression (PCRE as far as vectorscan knows it) sees the canonical
 * text too: small letters, no marks, plain quotes; \w and \b
 * know the letters a to z alone.
 */

#ifndef NJ_SCORE_PATTERN_H
#define NJ_SCORE_PATTERN_H

#include <hs/hs.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "score/engine.h"
#include "score/evidence.h"
#include "score/fold.h"
#include "score/lexicon.h"

enum nj_sighting_kind { NJ_SEEN_TERM, NJ_SEEN_ALLOW };

struct nj_pattern {
    enum nj_sighting_kind kind;
    uint32_t number; /* in terms, or NJ_TERM_ALL: always allowed */
    int whole_start; /* must begin where a word begins */
    int whole_end;
};

struct nj_patterns {
    hs_database_t *database;  /* owned; NULL when there is nothing to find */
    struct nj_pattern *items; /* owned */
    size_t count;
    size_t room;
    char **expressions; /* owned, while building */
    unsigned *flags;    /* owned, while building */
    size_t expression_room;
    size_t flags_room;
    struct nj_term *terms; /* owned: the user's */
    size_t term_count;
    size_t term_room;
    struct nj_arena arena;
};

/* Build from the user's patterns. Wrong ones go to C, and so does it when
 * vectorscan is not there. Returns 0 even then (PATTERNS must be finished all
 * the same); NJ_E_NOMEM; NJ_E_STATE when this processor cannot run it. */
int nj_patterns_build(struct nj_patterns *patterns,
                      const struct nj_user_pattern *user,
                      size_t count,
                      const struct nj_fold *fold,
                      struct nj_complaints *c) NJ_MUST;
void nj_patterns_finish(struct nj_patterns *patterns);

/* Room to scan with, NULL when PATTERNS has nothing to look for. 0 or
 * NJ_E_NOMEM. */
int nj_patterns_room(const struct nj_patterns *patterns,
                     hs_scratch_t **out) NJ_MUST;
void nj_patterns_free_room(hs_scratch_t *room); /* NULL is allowed */

/* Note every sighting in PART's canonical text. Returns 0 or NJ_E_NOMEM. */
int nj_patterns_scan(const struct nj_patterns *patterns,
                     hs_scratch_t *scratch,
                     struct nj_part *part) NJ_MUST;

/* Turn the sightings of the user's patterns into evidence and exceptions. */
void nj_patterns_judge(const struct nj_patterns *patterns,
                       struct nj_part *part);

/* Bring vectorscan in, before anything of it is called (pattern_hs.c). 0 or
 * NJ_E_NOTFOUND with what is missing. */
int nj_patterns_bring(struct nj_err *err) NJ_MUST;

#endif
