/* source/xml.h - XML as feeds really are: a tokenizer that never gives up.
 *
 * Tags need not match, ampersands may stand bare, junk may come first, the end
 * may be missing; nothing is loaded, nothing expands, nothing nests in here.
 * What it refuses is a DOCTYPE that declares entities: no feed needs one, and
 * bombs are made of them. (Why not libxml2: on real, broken feeds its recovery
 * loses items and rewrites links with bare ampersands, and its fastest parser
 * costs twice as much: tests/bench/feed_bench.c prints both.)
 *
 * Tokens point into the text. Pure, any thread.
 */

#ifndef NJ_SOURCE_XML_H
#define NJ_SOURCE_XML_H

#include <stddef.h>

#include "base/err.h"
#include "source/tag.h"

enum nj_xml_kind {
    NJ_XML_OVER,  /* the text is at its end */
    NJ_XML_START, /* <name attributes> */
    NJ_XML_STOP,  /* </name> */
    NJ_XML_TEXT,  /* between tags; references not undone */
    NJ_XML_CDATA, /* inside <![CDATA[ ]]>, as it is */
};

struct nj_xml_token {
    enum nj_xml_kind kind;
    struct nj_span name; /* START, STOP: with its prefix */
    struct nj_span text; /* START: attributes, for nj_tag_attribute; TEXT and
                            CDATA: the text */
    int empty;           /* START: <name/>, no STOP follows */
    const char *start;   /* where the token begins */
};

struct nj_xml {
    const char *begin;
    const char *at;
    const char *end;
    struct nj_tag_ends ends;
    int torn; /* the text breaks off inside a tag, comment or CDATA */
};

/* Begin at TEXT[0..LEN), UTF-8, lent. */
void nj_xml_init(struct nj_xml *xml, const char *text, size_t len);

/* The next token to OUT; after the end OVER again and again. 0, or
 * NJ_E_INVALID with the line in ERR when entities are declared. */
int nj_xml_next(struct nj_xml *xml,
                struct nj_xml_token *out,
                struct nj_err *err) NJ_MUST;

#endif
