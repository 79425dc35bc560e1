/* The text of one field: entities, CDATA, inline markup, and the many ways in
 * which its end tag can be missing. */

#include <string.h>

#include "base/str.h"
#include "io/crypto.h"
#include "source/entity.h"
#include "source/feed_parts.h"

/* How a field's text is to be taken. */
enum manner {
    MANNER_PLAIN,   /* text; references undone once */
    MANNER_ESCAPED, /* html behind one layer of references */
    MANNER_INLINE,  /* html as it stands */
    MANNER_BASE64,
    MANNER_SKIP, /* not text at all */
};

void nj_feed_read_attrs(struct nj_span text, struct nj_feed_attrs *out)
{
    struct nj_span name;
    struct nj_span value;

    *out = (struct nj_feed_attrs){0};
    while (nj_tag_attribute(&text, &name, &value)) {
        struct nj_span *slot = nj_span_is(&name, "type")        ? &out->type
                               : nj_span_is(&name, "mode")      ? &out->mode
                               : nj_span_is(&name, "href")      ? &out->href
                               : nj_span_is(&name, "rel")       ? &out->rel
                               : nj_span_is(&name, "url")       ? &out->url
                               : nj_span_is(&name, "medium")    ? &out->medium
                               : nj_span_is(&name, "ref")       ? &out->ref
                               : nj_span_is(&name, "rdf:about") ? &out->about
                               : nj_span_is(&name, "src")       ? &out->src
                               : nj_span_is(&name, "xml:base")  ? &out->base
                               : nj_span_is(&name, "xml:lang")  ? &out->lang
                               : nj_span_is(&name, "version")   ? &out->version
                                                                : NULL;

        if (slot != NULL && slot->at == NULL) {
            *slot = value;
        }
    }
}

/* ---- scratch ------------------------------------------------------------ */

static void put(struct nj_feed *feed, const struct nj_span *span)
{
    size_t len = nj_span_len(span);

    memcpy(feed->scratch + feed->used, span->at, len);
    feed->used += len;
}

static void put_undone(struct nj_feed *feed, const struct nj_span *span)
{
    feed->used +=
        nj_entity_undo(span->at, nj_span_len(span), feed->scratch + feed->used);
}

struct nj_span nj_feed_undo(struct nj_feed *feed, const struct nj_span *span)
{
    struct nj_span out = {feed->scratch + feed->used, NULL};

    put_undone(feed, span);
    out.end = feed->scratch + feed->used;
    return out;
}

/* ---- manner ------------------------------------------------------------- */

static enum manner manner_of_type(const struct nj_feed_attrs *attrs)
{
    const struct nj_span *type = &attrs->type;

    if (nj_span_is(&attrs->mode, "base64")) {
        return nj_span_has(type, "text") || type->at == NULL ||
                       nj_span_has(type, "html")
                   ? MANNER_BASE64
                   : MANNER_SKIP;
    }
    if (nj_span_has(type, "xhtml") ||
        (nj_span_is(&attrs->mode, "xml") && nj_span_has(type, "html"))) {
        return MANNER_INLINE;
    }
    if (nj_span_has(type, "html")) {
        return MANNER_ESCAPED;
    }
    if (nj_span_is(type, "text") || nj_span_is(type, "text/plain")) {
        return MANNER_PLAIN;
    }
    return nj_span_has(type, "image/") || nj_span_has(type, "video/") ||
                   nj_span_has(type, "audio/")
               ? MANNER_SKIP
               : MANNER_ESCAPED;
}

/* RSS has no types and means HTML wherever it may be longer than a line; Atom
 * says what it means, or means plain text. */
static enum manner manner_of(const struct nj_feed *feed,
                             enum nj_feed_element element,
                             const struct nj_feed_attrs *attrs)
{
    switch (element) {
    case NJ_EL_BODY:
        return MANNER_INLINE;
    case NJ_EL_ENCODED:
        return MANNER_ESCAPED;
    case NJ_EL_TITLE:
    case NJ_EL_SUMMARY:
    case NJ_EL_CONTENT:
    case NJ_EL_ITUNES_SUMMARY:
        if (attrs->type.at == NULL && attrs->mode.at == NULL) {
            return feed->is_atom ? MANNER_PLAIN : MANNER_ESCAPED;
        }
        return manner_of_type(attrs);
    default:
        return MANNER_PLAIN;
    }
}

/* Atom without a type is plain text by the letter; some mean HTML all the
 * same. */
static int looks_like_html(const struct nj_span *text)
{
    return nj_span_has(text, "</") || nj_span_has(text, "<br") ||
           nj_span_has(text, "<p>") || nj_span_has(text, "/>");
}

/* ---- collecting --------------------------------------------------------- */

static int same_name(const struct nj_span *a, const struct nj_span *b)
{
    return nj_span_len(a) == nj_span_len(b) &&
           memcmp(a->at, b->at, nj_span_len(a)) == 0;
}

static int is_open(const struct nj_feed *feed, const struct nj_span *name)
{
    for (size_t i = 0; i < feed->depth; i++) {
        if (same_name(&feed->frames[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

static int is_long(enum nj_feed_element element)
{
    return element == NJ_EL_SUMMARY || element == NJ_EL_CONTENT ||
           element == NJ_EL_ENCODED || element == NJ_EL_BODY;
}

/* Whether a start tag inside a field shows that its end tag was forgotten. */
static int ends_field(enum nj_feed_element field, const struct nj_span *name)
{
    struct nj_span local = *name;
    const char *colon = memchr(name->at, ':', nj_span_len(name));
    struct nj_span prefix = {name->at, colon == NULL ? name->at : colon};
    enum nj_feed_element element;

    if (colon != NULL) {
        local.at = colon + 1;
    }
    element = nj_feed_element_of(nj_feed_space_of_prefix(&prefix), &local);
    if (element == NJ_EL_OTHER || element == NJ_EL_BODY) {
        return 0;
    }
    return is_long(field) ? !nj_feed_element_is_html(element) : 1;
}

static int has_words(enum nj_feed_element element)
{
    return element == NJ_EL_CONTENT || element == NJ_EL_SUMMARY ||
           element == NJ_EL_TITLE;
}

struct gathering {
    const struct nj_xml_token *field; /* its start tag */
    enum nj_feed_element element;
    enum manner manner;
    const char *inner; /* behind the start tag */
    size_t from;       /* of the scratch */
    size_t nested;     /* elements of the same name inside */
    int has_tags;
};

/* One token of the field. Returns 1 when it ended the field. */
static int gather(struct nj_feed *feed,
                  struct gathering *g,
                  const struct nj_xml_token *token)
{
    switch (token->kind) {
    case NJ_XML_TEXT:
        if (g->manner != MANNER_INLINE) {
            put_undone(feed, &token->text);
        }
        return 0;
    case NJ_XML_CDATA:
        if (g->manner != MANNER_INLINE) {
            put(feed, &token->text);
        }
        return 0;
    case NJ_XML_START:
        if (g->manner != MANNER_INLINE &&
            ends_field(g->element, &token->name)) {
            feed->xml.at = token->start;
            return 1;
        }
        g->has_tags = 1;
        g->nested += !token->empty && same_name(&token->name, &g->field->name);
        return 0;
    case NJ_XML_STOP:
        if (same_name(&token->name, &g->field->name)) {
            return g->nested == 0 || g->nested-- == 0;
        }
        if (is_open(feed, &token->name)) {
            feed->xml.at = token->start;
            return 1;
        }
        return 0;
    case NJ_XML_OVER:
        break;
    }
    return 1;
}

static int is_base64(char c)
{
    return nj_is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
}

/* Decode what was gathered from FROM on, behind itself. */
static void
decode_base64(struct nj_feed *feed, size_t from, struct nj_span *out)
{
    char *text = feed->scratch + from;
    size_t n = 0;
    size_t len = 0;

    for (size_t i = 0; i < feed->used - from; i++) {
        if (is_base64(text[i])) {
            text[n++] = text[i];
        }
    }
    text[n] = '\0';
    if (nj_unbase64(text, text + n + 1, n, &len) != 0 ||
        !nj_utf8_valid(text + n + 1, len)) {
        len = 0;
    }
    *out = (struct nj_span){text + n + 1, text + n + 1 + len};
    feed->used = from + n + 1 + len;
}

/* What was gathered up to LAST, as OUT. */
static void finish_text(struct nj_feed *feed,
                        const struct gathering *g,
                        const struct nj_xml_token *last,
                        const struct nj_feed_attrs *attrs,
                        struct nj_feed_text *out)
{
    struct nj_span text = {feed->scratch + g->from, feed->scratch + feed->used};
    int escaped = g->manner == MANNER_ESCAPED;

    if (g->manner == MANNER_SKIP) {
        return;
    }
    if (g->manner == MANNER_BASE64) {
        decode_base64(feed, g->from, &text);
        out->form =
            nj_span_has(&attrs->type, "html") ? NJ_FORM_HTML : NJ_FORM_PLAIN;
    } else if (g->manner == MANNER_INLINE || (escaped && g->has_tags)) {
        text = (struct nj_span){
            g->inner, last->kind == NJ_XML_OVER ? feed->xml.end : last->start};
        out->form = NJ_FORM_HTML;
    } else {
        int is_html =
            escaped || (attrs->type.at == NULL && feed->is_atom &&
                        has_words(g->element) && looks_like_html(&text));

        out->form = is_html ? NJ_FORM_HTML : NJ_FORM_PLAIN;
    }
    out->span = text;
}

int nj_feed_collect(struct nj_feed *feed,
                    const struct nj_xml_token *token,
                    enum nj_feed_element element,
                    const struct nj_feed_attrs *attrs,
                    struct nj_feed_text *out)
{
    enum manner manner = manner_of(feed, element, attrs);
    struct gathering g = {.field = token,
                          .element = element,
                          .manner = manner,
                          .inner = feed->xml.at,
                          .from = feed->used};
    struct nj_xml_token next;

    *out = (struct nj_feed_text){0};
    if (token->empty) {
        return 0;
    }
    do {
        int code = nj_xml_next(&feed->xml, &next, feed->err);

        if (code != 0) {
            return code;
        }
    } while (!gather(feed, &g, &next));
    finish_text(feed, &g, &next, attrs, out);
    return 0;
}
