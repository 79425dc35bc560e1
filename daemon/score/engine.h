/* score/engine.h - judges one post: how offensive, how urgent, and why.
 *
 *   text, title, text in pictures                      (bytes as given)
 *        |
 *        v   canon.c     repair UTF-8, entities, invisible characters, NFKC,
 *   canonical text       case, marks, look-alikes; a map back to the bytes
 *        |
 *        v   words.c     words, sentences, quotes, tags, links
 *      words  ---------> language.c   which language
 *        |    ---------> simhash.c    near-same texts
 *        |    ---------> features.c   buckets -> model.c, the statistical model
 *        v   unmask.c    the lexicon's own view: l33t, streeetched, s p a c d,
 *        |               m*sked, reversed, #JoinedWords undone
 *        v   lexicon.c   terms and phrases, whole words only
 *        |   pattern.c   the user's own words and regular expressions
 *        v
 *     evidence           label or urgent reason, place in the text, log-odds
 *        |
 *        v   temper.c    negation, quotation, praise, jest, "you", "I"
 *        |   opinion.c   what the model says, tempered alike
 *        |   context.c   place, reach, speed, pictures
 *        v   combine.c   sums per label -> 0..1 -> levels; the safety rules
 *   struct nj_score      (model/score.h)
 *
 * Glossary
 *   term       one word or phrase of a lexicon, with labels and weights
 *   hit        a term found in a text, before anything was weighed
 *   evidence   a hit (or context) with its log-odds; becomes a nj_reason
 *   canonical  the text as the judge reads it; see canon.h
 *   weight     log-odds: +1 makes an offence e = 2.7 times as likely
 *
 * To add a language: a file config/lexicons/XX.txt (its header says how), stop
 * words in score/language.c, a table tests/data/score/languages.txt.
 * To add a rule ("this is said in jest"): a row in score/temper.c and lines in
 * tests/data/score/. To add a stage: one file here, one call in engine.c.
 *
 * A thinking room: nothing here reads a clock or a file, except load.h and
 * model.h, which say so. An engine never changes once built, any number of
 * threads may use it at once, each with its own scratch.
 */

#ifndef NJ_SCORE_ENGINE_H
#define NJ_SCORE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/post.h"
#include "model/score.h"

/* ---- building ---------------------------------------------------------- */

/* One lexicon file. Both texts are only read while the engine is built. */
struct nj_lexicon_text {
    const char *name; /* for errors: "en.txt" */
    const char *text; /* UTF-8, need not end with a NUL */
    size_t len;
};

enum nj_user_kind {
    NJ_USER_WORD,  /* whole word or words; "boycott*" is a beginning */
    NJ_USER_REGEX, /* a regular expression over the canonical text */
    NJ_USER_ALLOW, /* never an offence: our beer is called "Old Bastard" */
};

/* What the user adds. Strings are only read while the engine is built. */
struct nj_user_pattern {
    enum nj_user_kind kind;
    const char *pattern;
    enum nj_label label;           /* NJ_LABELS: none, urgent only */
    enum nj_urgent_reason urgent;  /* NJ_URGENT_NOTHING: none, label only */
    float weight;                  /* log-odds; 0 means the usual 5.0 */
    const char *language;          /* only in this language; NULL: any */
    const char *const *exceptions; /* words or phrases in which it is fine */
    size_t exception_count;
    const char *file; /* for errors; may be NULL */
    int line;         /* for errors; 0 unknown */
};

/* Log-odds that context adds to evidence which is there; never alone. */
struct nj_context_weights {
    float own_page;   /* under the brand's own page */
    float own_post;   /* written by the brand itself */
    float reach;      /* an author with a million followers; less for fewer */
    float engagement; /* thousands of shares; less for fewer */
    float speed;      /* a hundred shares an hour or more */
    float max_total;  /* all of these together at most */
};

/* The defaults, which are documented beside their values in context.c. */
struct nj_context_weights nj_context_weights_default(void);

struct nj_engine_input {
    const struct nj_lexicon_text *lexicons;
    size_t lexicon_count;
    const struct nj_user_pattern *patterns;
    size_t pattern_count;
    const struct nj_context_weights *context; /* NULL: the defaults */
    /* Told of every wrong line, one call each; may be NULL. FILE may be NULL,
     * LINE 0 when unknown; WHAT is lent for the call. */
    void (*on_error)(void *arg, const char *file, int line, const char *what);
    void *on_error_arg;
};

struct nj_engine;
struct nj_scratch;

/* Build an engine from IN, which is not kept. Returns 0 and *OUT, which the
 * caller frees with nj_engine_destroy; NJ_E_INVALID with every wrong line of
 * lexicons and patterns in ERR ("en.txt:12: ..."; as many as fit, then how
 * many more); NJ_E_NOMEM. On failure *OUT is untouched. Takes some ms. */
int nj_engine_create(const struct nj_engine_input *in,
                     struct nj_engine **out,
                     struct nj_err *err) NJ_MUST;

/* Free ENGINE (may be NULL). Its scratches must be gone before. */
void nj_engine_destroy(struct nj_engine *engine);

struct nj_model; /* score/model.h */

/* Let ENGINE, which has judged nothing yet, ask MODEL (may be NULL) too; it is
 * closed with the engine. */
void nj_engine_take_model(struct nj_engine *engine, struct nj_model *model);

/* Terms in all lexicons (for `status` and tests). */
size_t nj_engine_term_count(const struct nj_engine *engine);

/* ---- scoring ----------------------------------------------------------- */

/* One thread's working memory for ENGINE, which must outlive it; buffers grow
 * to the longest post seen and stay. Returns 0 and *OUT (nj_scratch_destroy),
 * or NJ_E_NOMEM (*OUT untouched). */
int nj_scratch_create(const struct nj_engine *engine,
                      struct nj_scratch **out) NJ_MUST;
void nj_scratch_destroy(struct nj_scratch *scratch); /* may be NULL */

/* What the eye (nightjar-lens) said about one picture of the post. */
struct nj_picture_verdict {
    int judged;       /* 0: could not be looked at: told, never harmless */
    int blocked;      /* 1: looks like one on a block list or earlier alert */
    float porn;       /* 0..1 */
    float hentai;     /* 0..1 */
    float sexy;       /* 0..1 */
    const char *text; /* text read in it, scored as text; may be NULL */
    size_t text_len;
};

struct nj_score_input {
    const char *text; /* any bytes, need not be UTF-8; NULL only if len 0 */
    size_t text_len;
    const char *title; /* may be NULL */
    size_t title_len;
    const char *language; /* as the network says (BCP 47); may be NULL */
    enum nj_place place;
    int64_t followers;    /* of the author; -1 unknown */
    int64_t shares;       /* -1 unknown */
    int64_t likes;        /* -1 unknown */
    int64_t replies;      /* -1 unknown */
    int64_t published_ms; /* wall time; 0 unknown */
    int64_t now_ms;       /* wall time; 0: speed is not judged */
    const struct nj_picture_verdict *pictures;
    size_t picture_count;
};

/* An input for POST at NOW_MS without pictures. Lends POST's strings. */
struct nj_score_input nj_score_input_post(const struct nj_post *post,
                                          int64_t now_ms);

/* Judge IN with ENGINE and SCRATCH (of that engine). *OUT is filled whole;
 * its reasons live in ARENA. Hostile text is never an error: what is not
 * UTF-8 is repaired and judged; beyond NJ_LIMIT_POST_TEXT_BYTES it is cut and
 * a reason says so. Returns 0, or NJ_E_NOMEM / NJ_E_TOOBIG (the arena's
 * maximum): then *OUT has judged = 0 and no reasons. In the steady state the
 * arena alone allocates. Any thread, SCRATCH one at a time. */
int nj_engine_score(const struct nj_engine *engine,
                    struct nj_scratch *scratch,
                    const struct nj_score_input *in,
                    struct nj_arena *arena,
                    struct nj_score *out) NJ_MUST;

/* What a score is made of, before it is joined: for the trainer, which learns
 * how to join it. */
struct nj_measure {
    const char *language; /* static, of the text */
    float model;          /* raw verdict of the offensive head; -100: none */
    float rules;          /* log-odds of rules and word lists, 0: nothing */
    float urgent_model;   /* raw verdict of the urgent head */
    float urgent_rules;   /* log-odds that rules alone give to urgency */
};

/* The measure of IN; otherwise as nj_engine_score. */
int nj_engine_measure(const struct nj_engine *engine,
                      struct nj_scratch *scratch,
                      const struct nj_score_input *in,
                      struct nj_arena *arena,
                      struct nj_measure *out) NJ_MUST;

/* Whether two scores' simhashes (model/score.h) are of near-same texts; never
 * when either is 0. */
int nj_simhash_near(uint64_t a, uint64_t b);

#endif
