/* source/feed_parts.h - the inside of the feed reader, shared by feed_xml.c
 * (which element we are in) and feed_item.c (what its text means). */

#ifndef NJ_SOURCE_FEED_PARTS_H
#define NJ_SOURCE_FEED_PARTS_H

#include "base/limits.h"
#include "source/charset.h"
#include "source/feed.h"
#include "source/feed_names.h"
#include "source/url.h"
#include "source/xml.h"

enum { NJ_FEED_BINDINGS = 64 };

/* An open element. */
struct nj_feed_frame {
    struct nj_span name; /* with prefix */
    enum nj_feed_element element;
    size_t bindings; /* namespaces bound before it */
};

struct nj_feed_binding {
    struct nj_span prefix;
    enum nj_feed_space space;
};

/* How good what we have is; the better replaces, the same does not. */
struct nj_feed_ranks {
    int title, link, text, date, author;
};

/* Attributes of the element at hand that any element may have a use for; at
 * NULL: not there. References not undone. */
struct nj_feed_attrs {
    struct nj_span type, mode, href, rel, url, medium, ref, about, src, base,
        lang, version;
};

struct nj_feed {
    struct nj_xml xml;
    struct nj_taking *taking;
    struct nj_feed_about *about;
    struct nj_err *err;

    struct nj_feed_frame frames[NJ_LIMIT_DEPTH];
    size_t depth;
    struct nj_feed_binding bindings[NJ_FEED_BINDINGS];
    size_t binding_count;

    /* decoded text; what belongs to an item is let go with it. Never more than
     * twice the document, because text shrinks when references are undone. */
    char *scratch;
    size_t used;
    size_t item_mark;

    int rooted; /* a feed's element was seen */
    int is_atom;
    int is_page;                 /* html was seen */
    char alternate[NJ_URL_ROOM]; /* a page's feed */

    char feed_base[NJ_URL_ROOM]; /* "" for none */
    struct nj_span feed_language;
    struct nj_span feed_author;
    struct nj_span feed_author_url;

    int in_item;
    struct nj_draft item;
    struct nj_feed_ranks ranks;
    char item_base[NJ_URL_ROOM];
    char field_base[NJ_URL_ROOM]; /* of the field being read */
    char text_base[NJ_URL_ROOM];  /* of the text that was kept */
    char link[NJ_URL_ROOM];
    char thread[NJ_URL_ROOM];
};

/* The text of a field. */
struct nj_feed_text {
    struct nj_span span;
    enum nj_form form;
};

/* Read the attributes in TEXT. */
void nj_feed_read_attrs(struct nj_span text, struct nj_feed_attrs *out);

/* A copy of SPAN in the scratch with references undone. */
struct nj_span nj_feed_undo(struct nj_feed *feed, const struct nj_span *span);

/* Collect the text of the field that TOKEN (its start tag, not empty) opened.
 * 0 or NJ_E_INVALID. */
int nj_feed_collect(struct nj_feed *feed,
                    const struct nj_xml_token *token,
                    enum nj_feed_element element,
                    const struct nj_feed_attrs *attrs,
                    struct nj_feed_text *out) NJ_MUST;

/* Whether ELEMENT carries what we want in its text or attributes, when it
 * stands in an item or feed, and so is read by nj_feed_field. */
int nj_feed_is_field(enum nj_feed_element element);

/* Read the field that TOKEN opens inside CONTAINER (ITEM, CHANNEL, AUTHOR...),
 * up to its end. 0, NJ_E_INVALID or NJ_E_NOMEM. */
int nj_feed_field(struct nj_feed *feed,
                  const struct nj_xml_token *token,
                  enum nj_feed_element element,
                  const struct nj_feed_attrs *attrs,
                  enum nj_feed_element container) NJ_MUST;

/* Text that stands right inside an author. */
void nj_feed_author_text(struct nj_feed *feed, struct nj_span text);

/* An item begins, with ATTRS; it is whole: give it away. */
void nj_feed_begin_item(struct nj_feed *feed,
                        const struct nj_feed_attrs *attrs);
int nj_feed_end_item(struct nj_feed *feed) NJ_MUST;

/* RSS and Atom; JSON Feed 1.0 and 1.1. As nj_feed_read. */
int nj_feed_read_xml(const struct nj_decoded *decoded,
                     const struct nj_feed_input *input,
                     struct nj_taking *taking,
                     struct nj_feed_about *about,
                     struct nj_err *err) NJ_MUST;
int nj_feed_read_json(const struct nj_decoded *decoded,
                      const struct nj_feed_input *input,
                      struct nj_taking *taking,
                      struct nj_feed_about *about,
                      struct nj_err *err) NJ_MUST;

#endif
