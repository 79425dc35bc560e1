/* score/lexicon_term.h - one line of a lexicon's [terms]: what it weighs and
 * how it is treated. Between lexicon.c and lexicon_term.c. */

#ifndef NJ_SCORE_LEXICON_TERM_H
#define NJ_SCORE_LEXICON_TERM_H

#include <stddef.h>

#include "base/err.h"
#include "score/lexicon.h"

/* A piece of a line, not ending with a NUL. */
struct nj_slice {
    const char *text;
    size_t len;
};

/* TEXT without the spaces around it. */
struct nj_slice nj_slice_trim(const char *text, size_t len);

/* Take the part of *REST before SEPARATOR (or all of it), trimmed; *REST then
 * begins behind it. Returns 0 when nothing was left. */
int nj_slice_next(struct nj_slice *rest, char separator, struct nj_slice *out);

/* Fill TERM's weights from "insult 4.6, urgent.safety 3". NJ_E_INVALID. */
int nj_term_read_labels(struct nj_term *term,
                        struct nj_slice text,
                        struct nj_err *err) NJ_MUST;

/* Fill TERM's flags and refused languages and *OUT_FORMS (NJ_INFLECT_*) from
 * "strong +s +ing -sv". NJ_E_INVALID. */
int nj_term_read_flags(struct nj_term *term,
                       struct nj_slice text,
                       unsigned *out_forms,
                       struct nj_err *err) NJ_MUST;

#endif
