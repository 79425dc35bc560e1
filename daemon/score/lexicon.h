/* score/lexicon.h - terms with what they weigh, read from lexicon files; the
 * format is described in config/lexicons/README.md.
 */

#ifndef NJ_SCORE_LEXICON_H
#define NJ_SCORE_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/score.h"
#include "score/engine.h"
#include "score/fold.h"
#include "score/phrase.h"
#include "score/root.h"

enum {
    NJ_TERM_STRONG = 1u << 0,   /* also masked, leet, stretched, spaced */
    NJ_TERM_SCRAMBLE = 1u << 1, /* also reversed, two letters swapped */
    NJ_TERM_JOINED = 1u << 2,   /* also inside an unknown word */
    NJ_TERM_TARGET = 1u << 3,   /* counts in full only against somebody */
    NJ_TERM_PRAISE = 1u << 4,   /* an intensifier: fine before praise */
    NJ_TERM_FIRM = 1u << 5,     /* neither negation nor quotes weaken it */
    NJ_TERM_STORY = 1u << 6,    /* weaker in films, games, sports, jest */
    NJ_TERM_IF = 1u << 7,       /* weaker after if, would, could */
    NJ_TERM_ONLY = 1u << 8,     /* only where the language is certain */
    NJ_TERM_ANYWHERE = 1u << 9, /* in every language */
    NJ_TERM_EXACT = 1u << 10,   /* with its marks as written */
    NJ_TERM_MASK = 1u << 11,    /* a phrase that readers must not see */
    NJ_TERM_SHOWN = 1u << 12,   /* a word that readers may see */
    NJ_TERM_SAFETY = 1u << 13,  /* by itself at least high */
    NJ_TERM_LIFE = 1u << 14,    /* by itself critical */
    NJ_TERM_TONE = 1u << 15,    /* no offence; a complaint's tone */
    NJ_TERM_CUE = 1u << 16,     /* says little alone; different ones add up */
};

struct nj_term {
    const char *name;        /* as in the lexicon */
    const char *exact;       /* NJ_TERM_EXACT: with marks, folded; else NULL */
    uint32_t flags;          /* NJ_TERM_* */
    uint32_t languages;      /* bits of those in which it counts; 0: all */
    uint32_t refused;        /* bits of those in which it does not */
    float labels[NJ_LABELS]; /* log-odds */
    float urgent;            /* log-odds for urgent_reason */
    enum nj_urgent_reason urgent_reason;
    int word; /* 1: one word, else a phrase */
};

#define NJ_TERM_ALL UINT32_MAX /* owner of an allowed phrase: any term */

struct nj_lexicon {
    struct nj_phrases phrases;
    struct nj_term *terms; /* owned */
    size_t term_count;
    size_t term_room;
    struct nj_roots roots; /* looked for inside words */
    uint32_t *strong;      /* owned: words with NJ_WORD_STRONG */
    size_t strong_count;
    size_t strong_room;
    uint32_t strong_from[257]; /* in strong, by first byte, when frozen */
    uint32_t languages;        /* bits of those with terms */
    struct nj_arena arena;     /* names */
    struct nj_arena parsed;    /* phrases, while building */
};

/* Receives each wrong line; see struct nj_engine_input. */
struct nj_complaints {
    void (*on_error)(void *arg, const char *file, int line, const char *what);
    void *arg;
    struct nj_err *err; /* the first ones, as sentences */
    size_t count;
};

/* Add "FILE:LINE: what" to C. */
void nj_complain(struct nj_complaints *c,
                 const char *file,
                 int line,
                 const char *fmt,
                 ...) NJ_PRINTF(4, 5);

int nj_lexicon_init(struct nj_lexicon *lexicon) NJ_MUST; /* 0, NJ_E_NOMEM */
void nj_lexicon_finish(struct nj_lexicon *lexicon);

/* Read all TEXTS; wrong lines go to C and are left out. Returns 0 even then,
 * or NJ_E_NOMEM. Once only. */
int nj_lexicon_read(struct nj_lexicon *lexicon,
                    const struct nj_lexicon_text *texts,
                    size_t count,
                    const struct nj_fold *fold,
                    struct nj_complaints *c) NJ_MUST;

/* Words whose letters were scrambled, and the tables of strong words; then
 * nothing may be added. 0 or NJ_E_NOMEM. */
int nj_lexicon_freeze(struct nj_lexicon *lexicon) NJ_MUST;

#endif
