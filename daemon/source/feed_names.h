/* source/feed_names.h - the vocabulary of feeds: which namespace an address or
 * a prefix means, and which element a name is. Case does not matter. Pure. */

#ifndef NJ_SOURCE_FEED_NAMES_H
#define NJ_SOURCE_FEED_NAMES_H

#include "source/tag.h"

enum nj_feed_space {
    NJ_SPACE_CORE, /* RSS and Atom of all versions, and no namespace at all */
    NJ_SPACE_DC,   /* Dublin Core, elements and terms */
    NJ_SPACE_CONTENT,
    NJ_SPACE_MEDIA,
    NJ_SPACE_ITUNES,
    NJ_SPACE_SLASH,
    NJ_SPACE_THREAD,
    NJ_SPACE_RDF,
    NJ_SPACE_OTHER,
};

/* The namespace at URI: the right addresses and the well-known wrong ones. */
enum nj_feed_space nj_feed_space_of_uri(const struct nj_span *uri);

/* What PREFIX (empty: none) means where nobody declared it, or where it was
 * bound to an address nobody knows. */
enum nj_feed_space nj_feed_space_of_prefix(const struct nj_span *prefix);

enum nj_feed_element {
    NJ_EL_OTHER,
    /* structure */
    NJ_EL_RSS,
    NJ_EL_RDF,
    NJ_EL_FEED,
    NJ_EL_CHANNEL,
    NJ_EL_ITEM, /* and entry */
    NJ_EL_SOURCE,
    NJ_EL_IMAGE,
    NJ_EL_AUTHOR, /* with name, uri, email inside, or plain text */
    NJ_EL_GROUP,  /* media:group */
    NJ_EL_HTML,
    /* text of items and feeds */
    NJ_EL_TITLE,
    NJ_EL_LINK,
    NJ_EL_ID,
    NJ_EL_SUMMARY, /* description, summary, tagline, subtitle */
    NJ_EL_CONTENT,
    NJ_EL_ENCODED, /* content:encoded */
    NJ_EL_BODY,    /* xhtml body in RSS */
    NJ_EL_PUBLISHED,
    NJ_EL_UPDATED,
    NJ_EL_DC_DATE,
    NJ_EL_CREATOR,
    NJ_EL_ITUNES_AUTHOR,
    NJ_EL_ITUNES_SUMMARY, /* and media:description */
    NJ_EL_NAME,
    NJ_EL_URI,
    NJ_EL_EMAIL,
    NJ_EL_LANGUAGE,
    NJ_EL_TTL,
    NJ_EL_SLASH_COMMENTS,
    /* all in attributes */
    NJ_EL_ENCLOSURE,
    NJ_EL_MEDIA_CONTENT,
    NJ_EL_MEDIA_THUMBNAIL,
    NJ_EL_ITUNES_IMAGE,
    NJ_EL_IN_REPLY_TO,
};

/* The element called LOCAL (without prefix) in SPACE. */
enum nj_feed_element nj_feed_element_of(enum nj_feed_space space,
                                        const struct nj_span *local);

/* Whether an element of HTML has the same name, so that it may stand inside a
 * description that forgot to escape its markup. */
int nj_feed_element_is_html(enum nj_feed_element element);

#endif
