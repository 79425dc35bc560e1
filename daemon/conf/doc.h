/* conf/doc.h - rows put into words, for the sample file and the man page. */

#ifndef NJ_CONF_DOC_H
#define NJ_CONF_DOC_H

#include "base/buf.h"
#include "conf/key.h"

/* Append what kind of value ROW takes: "duration, 1s to 24h", "one of low,
 * high, critical", "list of person/NAME". */
void nj_doc_kind(const struct nj_key *row, struct nj_buf *out);

/* Append what holds when ROW is not written, as sentences with a space before
 * each: " Default: 5m." (unless NO_DEFAULT), " Without it: none.",
 * " Required."; and " A change needs a restart." */
void nj_doc_without(const struct nj_key *row,
                    int no_default,
                    struct nj_buf *out);

/* The grammar of values, as pairs of a title and a paragraph; the last has a
 * NULL title. */
struct nj_doc_topic {
    const char *title;
    const char *text;
};
extern const struct nj_doc_topic nj_doc_topics[];

/* The shortest file that works. */
extern const char nj_doc_minimal[];

/* A whole night's worth. */
extern const char nj_doc_example[];

#endif
