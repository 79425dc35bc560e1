/* score/model.h - the statistical model: int8 weights of every head for every
 * bucket of features.h, and how its verdict joins that of rules and word lists.
 *
 *   file   header (1024 bytes) | first plane | 64 zeros | second plane
 *   first  two bytes a bucket: offensive, urgent; asked of every post
 *   second eight bytes a bucket, one load: the labels, complaint, question;
 *          asked of posts only that the first two raise
 *
 * A head's raw verdict is bias + words / sqrt(number of words) + chars /
 * sqrt(number of chars), each sum of integers times one scale, so that every
 * processor comes to the same number. All integers in the file are little
 * endian; contrib/train/njm.py writes it and says what stands where.
 */

#ifndef NJ_SCORE_MODEL_H
#define NJ_SCORE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum nj_head {
    NJ_HEAD_OFFENSIVE,
    NJ_HEAD_URGENT,
    NJ_HEAD_PROFANITY, /* the labels, in the order of enum nj_label */
    NJ_HEAD_INSULT,
    NJ_HEAD_IDENTITY_ATTACK,
    NJ_HEAD_THREAT,
    NJ_HEAD_SEXUAL,
    NJ_HEAD_SELF_HARM,
    NJ_HEAD_COMPLAINT,
    NJ_HEAD_QUESTION,
    NJ_HEADS, /* count, keep last */
};

enum { NJ_FIRST_HEADS = 2 };

struct nj_features;
struct nj_model;

/* A model over BYTES[0..LEN), which it lends for its whole life. Returns 0 and
 * *OUT (nj_model_close); NJ_E_INVALID when it is no model, one of another
 * version, or made for other features; NJ_E_CORRUPT when it is cut, damaged or
 * holds what cannot be; NJ_E_NOMEM. ERR says which and what to do. On failure
 * *OUT is untouched. Takes some ms. */
int nj_model_read(const void *bytes,
                  size_t len,
                  struct nj_model **out,
                  struct nj_err *err) NJ_MUST;

/* The same from the file PATH, mapped into memory: only what is used is read,
 * and processes share it. Besides: NJ_E_NOTFOUND, NJ_E_IO. Replace the file by
 * renaming another over it, never by writing into it. */
int nj_model_open(const char *path,
                  struct nj_model **out,
                  struct nj_err *err) NJ_MUST;

void nj_model_close(struct nj_model *model); /* may be NULL */

/* "words-1", and the day it was made as 20260131. */
const char *nj_model_name(const struct nj_model *model);
uint32_t nj_model_date(const struct nj_model *model);

/* Whether MODEL has learned HEAD at all. */
int nj_model_has(const struct nj_model *model, enum nj_head head);

/* ---- asking; any thread ------------------------------------------------ */

/* Raw verdicts of the first two heads on F; those it lacks say -100. */
void nj_model_first(const struct nj_model *model,
                    const struct nj_features *f,
                    float out[NJ_FIRST_HEADS]);

/* Raw verdicts of all heads on F. */
void nj_model_all(const struct nj_model *model,
                  const struct nj_features *f,
                  float out[NJ_HEADS]);

/* What each token of F adds to HEAD's raw verdict, the bias apart: a run of
 * letters counts for the token in its middle, a pair half for each. OUT has
 * room for NJ_REEL_WORDS. */
void nj_model_shares(const struct nj_model *model,
                     const struct nj_features *f,
                     enum nj_head head,
                     float *out);

/* Whether RAW of the offensive head deserves a second look. */
int nj_model_raises(const struct nj_model *model, float raw);

/* Log-odds that a post in LANGUAGE ("en") offends of which the model says RAW
 * and the rules RULES (log-odds without their bias, 0: nothing found). */
float nj_model_offence(const struct nj_model *model,
                       const char *language,
                       float raw,
                       float rules);

/* The log-odds from which on rules and word lists alone are believed in
 * LANGUAGE, whatever the model says. */
float nj_model_trust(const struct nj_model *model, const char *language);

/* Calibrated log-odds of any other HEAD that says RAW where rules alone say
 * RULES, log-odds too. */
float nj_model_odds(const struct nj_model *model,
                    enum nj_head head,
                    float raw,
                    float rules);

#endif
