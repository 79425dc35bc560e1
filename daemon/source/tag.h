/* source/tag.h - the inside of a tag: NAME=VALUE, quoted or not. Pure. */

#ifndef NJ_SOURCE_TAG_H
#define NJ_SOURCE_TAG_H

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Bytes AT..END of somebody's text; both NULL: none. */
struct nj_span {
    const char *at;
    const char *end;
};

static inline size_t nj_span_len(const struct nj_span *span)
{
    return (size_t)(span->end - span->at);
}

/* Take the next attribute off REST, what follows the tag's name up to its '>'.
 * NAME and VALUE (empty when there is none) point into it, references are not
 * undone. Returns 1, or 0 at the end. */
int nj_tag_attribute(struct nj_span *rest,
                     struct nj_span *name,
                     struct nj_span *value);

/* Whether SPAN is, or has in it, WORD (lower case) in any case. */
static inline int nj_span_is(const struct nj_span *span, const char *word)
{
    return nj_span_len(span) == strlen(word) &&
           (span->at == NULL || strncasecmp(span->at, word, strlen(word)) == 0);
}

int nj_span_has(const struct nj_span *span, const char *word);

/* What a text was found not to have, so that a page of open ends is not
 * searched to its end for each of them. Zero it for each text. */
struct nj_tag_ends {
    int no_angle;  /* no '>' comes any more */
    int no_quotes; /* quotes in tags do not pair up */
};

/* The '>' that ends the tag which begins before AT, those inside quotes left
 * aside; NULL for none before END. A quote that is never closed swallows
 * nothing. */
const char *
nj_tag_end(struct nj_tag_ends *ends, const char *at, const char *end);

/* The next '>' whatever is around it, or NULL. */
const char *
nj_tag_angle(struct nj_tag_ends *ends, const char *at, const char *end);

static inline int nj_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int nj_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#endif
