/* source/html_attr.h - the inside of a tag: NAME=VALUE, quoted or not. Pure. */

#ifndef NJ_SOURCE_HTML_ATTR_H
#define NJ_SOURCE_HTML_ATTR_H

/* Bytes AT..END of somebody's text. */
struct nj_html_span {
    const char *at;
    const char *end;
};

/* Take the next attribute off REST, what follows the tag's name up to its '>'.
 * NAME and VALUE (empty when there is none) point into it, references are not
 * undone. Returns 1, or 0 at the end. */
int nj_html_attribute(struct nj_html_span *rest,
                      struct nj_html_span *name,
                      struct nj_html_span *value);

/* Whether SPAN is, or has in it, WORD (lower case) in any case. */
int nj_html_is(const struct nj_html_span *span, const char *word);
int nj_html_has(const struct nj_html_span *span, const char *word);

static inline int nj_html_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int nj_html_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#endif
