/* RSS and Atom: which element we are in, however its tags are broken. */

#include <stdlib.h>
#include <string.h>

#include "source/charset.h"
#include "source/entity.h"
#include "source/feed_parts.h"

/* ---- names -------------------------------------------------------------- */

static void split_name(const struct nj_span *name,
                       struct nj_span *prefix,
                       struct nj_span *local)
{
    const char *colon = memchr(name->at, ':', nj_span_len(name));

    *prefix = (struct nj_span){name->at, colon == NULL ? name->at : colon};
    *local = (struct nj_span){colon == NULL ? name->at : colon + 1, name->end};
}

static void bind_names(struct nj_feed *feed, struct nj_span attrs)
{
    struct nj_span name;
    struct nj_span value;

    while (nj_tag_attribute(&attrs, &name, &value)) {
        size_t len = nj_span_len(&name);
        struct nj_feed_binding binding;

        if (len < 5 || memcmp(name.at, "xmlns", 5) != 0 ||
            (len > 5 && name.at[5] != ':') ||
            feed->binding_count == NJ_FEED_BINDINGS) {
            continue;
        }
        binding.prefix =
            (struct nj_span){name.at + (len > 5 ? 6 : 5), name.end};
        binding.space = nj_feed_space_of_uri(&value);
        if (binding.space == NJ_SPACE_OTHER) {
            binding.space = nj_feed_space_of_prefix(&binding.prefix);
        }
        feed->bindings[feed->binding_count++] = binding;
    }
}

static enum nj_feed_space space_of(const struct nj_feed *feed,
                                   const struct nj_span *prefix)
{
    for (size_t i = feed->binding_count; i > 0; i--) {
        const struct nj_span *bound = &feed->bindings[i - 1].prefix;

        if (nj_span_len(bound) == nj_span_len(prefix) &&
            memcmp(bound->at, prefix->at, nj_span_len(prefix)) == 0) {
            return feed->bindings[i - 1].space;
        }
    }
    return nj_feed_space_of_prefix(prefix);
}

static enum nj_feed_element name_element(const struct nj_feed *feed,
                                         const struct nj_span *name)
{
    struct nj_span prefix;
    struct nj_span local;

    split_name(name, &prefix, &local);
    return nj_feed_element_of(space_of(feed, &prefix), &local);
}

/* The element around us that means something. An unknown one without prefix is
 * looked through (its end tag may have been forgotten), one with a prefix is a
 * world of its own. */
static enum nj_feed_element container(const struct nj_feed *feed)
{
    for (size_t i = feed->depth; i > 0; i--) {
        const struct nj_feed_frame *frame = &feed->frames[i - 1];

        if (frame->element != NJ_EL_OTHER) {
            return frame->element;
        }
        if (memchr(frame->name.at, ':', nj_span_len(&frame->name)) != NULL) {
            return NJ_EL_OTHER;
        }
    }
    return NJ_EL_OTHER;
}

/* ---- opening and closing ------------------------------------------------ */

static int push(struct nj_feed *feed,
                const struct nj_xml_token *token,
                enum nj_feed_element element,
                size_t bindings)
{
    if (feed->depth == NJ_LIMIT_DEPTH) {
        return nj_err_set(feed->err, NJ_E_INVALID,
                          "elements are nested more than %d deep",
                          NJ_LIMIT_DEPTH);
    }
    feed->frames[feed->depth++] = (struct nj_feed_frame){
        .name = token->name, .element = element, .bindings = bindings};
    return 0;
}

/* Close what is open down to, and with, frame AT. */
static int pop_to(struct nj_feed *feed, size_t at)
{
    int code = 0;

    while (feed->depth > at && code == 0) {
        const struct nj_feed_frame *frame = &feed->frames[--feed->depth];

        feed->binding_count = frame->bindings;
        if (frame->element == NJ_EL_ITEM && feed->in_item) {
            code = nj_feed_end_item(feed);
        }
    }
    return code;
}

/* An end tag closes the nearest element of its name, and what was left open
 * inside; one that closes nothing is a slip. */
static int on_stop(struct nj_feed *feed, const struct nj_span *name)
{
    for (size_t i = feed->depth; i > 0; i--) {
        const struct nj_span *open = &feed->frames[i - 1].name;

        if (nj_span_len(open) == nj_span_len(name) &&
            memcmp(open->at, name->at, nj_span_len(name)) == 0) {
            return pop_to(feed, i - 1);
        }
    }
    return 0;
}

/* An item begins while one is open: its end tag was forgotten. */
static int close_item(struct nj_feed *feed)
{
    for (size_t i = feed->depth; i > 0; i--) {
        if (feed->frames[i - 1].element == NJ_EL_ITEM) {
            return pop_to(feed, i - 1);
        }
    }
    return 0;
}

/* ---- the feed itself ---------------------------------------------------- */

static void
set_kind(struct nj_feed *feed, const char *name, const struct nj_span *version)
{
    char *kind = feed->about->kind;
    size_t n = strlen(name);
    size_t len = nj_span_len(version);

    memcpy(kind, name, n + 1);
    if (len > 0 && len < 8) {
        kind[n] = ' ';
        memcpy(kind + n + 1, version->at, len);
        kind[n + 1 + len] = '\0';
    }
}

static void root(struct nj_feed *feed,
                 enum nj_feed_element element,
                 const struct nj_feed_attrs *attrs)
{
    static const char one[] = "1.0";
    struct nj_span ten = {one, one + 3};

    feed->is_atom = element == NJ_EL_FEED;
    if (!feed->rooted && element == NJ_EL_FEED) {
        set_kind(feed, "atom",
                 attrs->version.at != NULL ? &attrs->version : &ten);
    } else if (!feed->rooted && element == NJ_EL_RDF) {
        set_kind(feed, "rdf", &(struct nj_span){0});
    } else if (!feed->rooted) {
        set_kind(feed, "rss", &attrs->version);
    }
    feed->rooted = 1;
}

static void open_feed(struct nj_feed *feed, const struct nj_feed_attrs *attrs)
{
    char undone[NJ_URL_ROOM];
    char joined[NJ_URL_ROOM];
    size_t len = nj_span_len(&attrs->base);

    if (attrs->lang.at != NULL) {
        feed->feed_language = attrs->lang;
    }
    if (len == 0 || len >= sizeof undone) {
        return;
    }
    len = nj_entity_undo(attrs->base.at, len, undone);
    if (nj_url_resolve(feed->feed_base[0] == '\0' ? NULL : feed->feed_base,
                       undone, len, joined) == 0) {
        memcpy(feed->feed_base, joined, strlen(joined) + 1);
    }
}

/* A web page says where its feed is: <link rel=alternate type=...>. */
static void note_page(struct nj_feed *feed,
                      enum nj_feed_element element,
                      const struct nj_feed_attrs *attrs)
{
    feed->is_page |= element == NJ_EL_HTML;
    if (element == NJ_EL_LINK && feed->alternate[0] == '\0' &&
        nj_span_is(&attrs->rel, "alternate") &&
        (nj_span_has(&attrs->type, "rss+xml") ||
         nj_span_has(&attrs->type, "atom+xml") ||
         nj_span_has(&attrs->type, "feed+json")) &&
        nj_url_link(feed->feed_base, attrs->href.at, nj_span_len(&attrs->href),
                    feed->alternate) != 0) {
        feed->alternate[0] = '\0';
    }
}

/* ---- tokens ------------------------------------------------------------- */

static int is_feed_level(enum nj_feed_element around)
{
    return around == NJ_EL_CHANNEL || around == NJ_EL_FEED;
}

/* Whether a field that stands in AROUND belongs to the item or the feed. */
static int is_wanted(const struct nj_feed *feed, enum nj_feed_element around)
{
    return feed->in_item ? around == NJ_EL_ITEM || around == NJ_EL_GROUP ||
                               around == NJ_EL_AUTHOR
                         : is_feed_level(around) || around == NJ_EL_AUTHOR;
}

/* An author inside a source or an image is somebody else. */
static int is_other_world(enum nj_feed_element around)
{
    return around == NJ_EL_SOURCE || around == NJ_EL_IMAGE;
}

static int open_structure(struct nj_feed *feed,
                          const struct nj_xml_token *token,
                          enum nj_feed_element element,
                          const struct nj_feed_attrs *attrs,
                          size_t bindings)
{
    int code = 0;

    switch (element) {
    case NJ_EL_RSS:
    case NJ_EL_RDF:
    case NJ_EL_FEED:
    case NJ_EL_CHANNEL:
        if (element == NJ_EL_CHANNEL ? !feed->rooted : 1) {
            root(feed, element, attrs);
        }
        open_feed(feed, attrs);
        break;
    case NJ_EL_ITEM:
        if (!feed->rooted && feed->is_page) {
            element = NJ_EL_OTHER;
            break;
        }
        if (!feed->rooted) { /* a document of one Atom entry */
            root(feed, NJ_EL_FEED, attrs);
        }
        code = feed->in_item ? close_item(feed) : 0;
        if (code == 0) {
            nj_feed_begin_item(feed, attrs);
            code = token->empty ? nj_feed_end_item(feed) : 0;
        }
        break;
    default:
        break;
    }
    if (code != 0 || token->empty) {
        feed->binding_count = bindings;
        return code;
    }
    return push(feed, token, element, bindings);
}

/* A title or a text inside an author: its end tag was forgotten. */
static enum nj_feed_element leave_author(struct nj_feed *feed,
                                         enum nj_feed_element element)
{
    enum nj_feed_element around = container(feed);
    int is_alien = element >= NJ_EL_TITLE && element != NJ_EL_LINK &&
                   element != NJ_EL_ID && element <= NJ_EL_DC_DATE;

    if (around == NJ_EL_AUTHOR && is_alien) {
        size_t at = feed->depth;

        while (feed->frames[at - 1].element != NJ_EL_AUTHOR) {
            at--;
        }
        feed->binding_count = feed->frames[at - 1].bindings;
        feed->depth = at - 1; /* no item lies between */
        around = container(feed);
    }
    return around;
}

static int on_start(struct nj_feed *feed, const struct nj_xml_token *token)
{
    size_t bindings = feed->binding_count;
    enum nj_feed_element element;
    enum nj_feed_element around;
    struct nj_feed_attrs attrs = {0};
    int code;

    if (token->text.at < token->text.end) {
        if (memmem(token->text.at, nj_span_len(&token->text), "xmlns", 5)) {
            bind_names(feed, token->text);
        }
        nj_feed_read_attrs(token->text, &attrs);
    }
    element = name_element(feed, &token->name);
    if (!feed->rooted) {
        note_page(feed, element, &attrs);
    }
    around = leave_author(feed, element);
    if (is_other_world(around) && element != NJ_EL_ITEM) {
        element = NJ_EL_OTHER;
    }
    if (nj_feed_is_field(element) && is_wanted(feed, around)) {
        code = nj_feed_field(feed, token, element, &attrs, around);
        feed->binding_count = bindings;
        return code;
    }
    if (nj_feed_is_field(element)) {
        element = NJ_EL_OTHER;
    }
    return open_structure(feed, token, element, &attrs, bindings);
}

/* Text right inside an author: RSS has no name element there. */
static void on_text(struct nj_feed *feed, const struct nj_xml_token *token)
{
    struct nj_span text = token->text;

    while (text.at < text.end && nj_is_blank(*text.at)) {
        text.at++;
    }
    if (text.at == text.end || feed->depth == 0 ||
        feed->frames[feed->depth - 1].element != NJ_EL_AUTHOR) {
        return;
    }
    nj_feed_author_text(feed, token->kind == NJ_XML_CDATA
                                  ? token->text
                                  : nj_feed_undo(feed, &token->text));
}

static int refuse(const struct nj_feed *feed)
{
    if (feed->alternate[0] != '\0') {
        return nj_err_set(feed->err, NJ_E_INVALID,
                          "a web page, not a feed; its feed seems to be at %s",
                          feed->alternate);
    }
    return nj_err_set(feed->err, NJ_E_INVALID,
                      feed->is_page
                          ? "a web page, not a feed; look there for a link to "
                            "its feed"
                          : "neither RSS nor Atom nor JSON Feed");
}

/* All but what the caller gave: the frames need no zeros. */
static void init_reader(struct nj_feed *feed, const char *url)
{
    feed->depth = 0;
    feed->binding_count = 0;
    feed->used = 0;
    feed->item_mark = 0;
    feed->rooted = 0;
    feed->is_atom = 0;
    feed->is_page = 0;
    feed->alternate[0] = '\0';
    feed->feed_base[0] = '\0';
    feed->feed_language = (struct nj_span){0};
    feed->feed_author = (struct nj_span){0};
    feed->feed_author_url = (struct nj_span){0};
    feed->in_item = 0;
    if (url != NULL && strlen(url) < NJ_URL_ROOM) {
        memcpy(feed->feed_base, url, strlen(url) + 1);
    }
}

static int read_all(struct nj_feed *feed)
{
    struct nj_xml_token token;
    int code;

    do {
        code = nj_xml_next(&feed->xml, &token, feed->err);
        if (code != 0) {
            return code;
        }
        if (token.kind == NJ_XML_START) {
            code = on_start(feed, &token);
        } else if (token.kind == NJ_XML_STOP) {
            code = on_stop(feed, &token.name);
        } else if (token.kind != NJ_XML_OVER) {
            on_text(feed, &token);
        }
    } while (code == 0 && token.kind != NJ_XML_OVER);
    if (code == 0 && !feed->rooted) {
        return refuse(feed);
    }
    feed->about->torn = feed->xml.torn || feed->depth > 0;
    return code;
}

/* One reader, too big for a stack that others use as well. */
int nj_feed_read_xml(const struct nj_decoded *decoded,
                     const struct nj_feed_input *input,
                     struct nj_taking *taking,
                     struct nj_feed_about *about,
                     struct nj_err *err)
{
    struct nj_feed *feed = malloc(sizeof *feed);
    char *scratch = malloc(2 * decoded->len + 64);
    int code = NJ_E_NOMEM;

    if (feed != NULL && scratch != NULL) {
        nj_xml_init(&feed->xml, decoded->text, decoded->len);
        feed->taking = taking;
        feed->about = about;
        feed->err = err;
        feed->scratch = scratch;
        init_reader(feed, input->url);
        code = read_all(feed);
    }
    free(scratch);
    free(feed);
    return code;
}
