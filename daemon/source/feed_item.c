/* What the fields of a feed and of its items mean: of several titles, links,
 * texts, dates and authors the best. */

#include <string.h>

#include "base/str.h"
#include "source/date.h"
#include "source/entity.h"
#include "source/feed_parts.h"
#include "source/html_text.h"

enum { TEXT_MOST = 4096 };

static struct nj_span trimmed(struct nj_span span)
{
    while (span.at < span.end && nj_is_blank(*span.at)) {
        span.at++;
    }
    while (span.end > span.at && nj_is_blank(span.end[-1])) {
        span.end--;
    }
    return span;
}

/* Whether something of RANK is to replace what *HAVE says we have. */
static int is_better(int *have, int rank)
{
    if (rank <= *have) {
        return 0;
    }
    *have = rank;
    return 1;
}

/* ---- items -------------------------------------------------------------- */

/* Resolve VALUE (an attribute) against BASE into OUT; BASE itself when there is
 * no value or it is none. */
static void
join_base(const char *base, const struct nj_span *value, char out[NJ_URL_ROOM])
{
    char undone[NJ_URL_ROOM];
    char joined[NJ_URL_ROOM];
    size_t len = nj_span_len(value);
    const char *from = base;

    if (len > 0 && len < sizeof undone) {
        len = nj_entity_undo(value->at, len, undone);
        if (nj_url_resolve(base[0] == '\0' ? NULL : base, undone, len,
                           joined) == 0) {
            from = joined;
        }
    }
    memmove(out, from, strlen(from) + 1);
}

void nj_feed_begin_item(struct nj_feed *feed, const struct nj_feed_attrs *attrs)
{
    feed->in_item = 1;
    feed->item_mark = feed->used;
    feed->ranks = (struct nj_feed_ranks){0};
    nj_draft_init(&feed->item);
    join_base(feed->feed_base, &attrs->base, feed->item_base);
    feed->item.base = feed->item_base[0] == '\0' ? NULL : feed->item_base;
    if (attrs->about.at != NULL) {
        feed->item.id = nj_feed_undo(feed, &attrs->about);
    }
    if (attrs->lang.at != NULL) {
        feed->item.language = attrs->lang;
    }
}

/* A comment's permanent address is that of what it comments on, and a mark. */
static void find_thread(struct nj_feed *feed)
{
    struct nj_draft *item = &feed->item;
    char *mark;

    if (item->thread.at != NULL || !nj_span_has(&item->url, "#comment") ||
        nj_url_link(item->base, item->url.at, nj_span_len(&item->url),
                    feed->thread) != 0) {
        return;
    }
    mark = strchr(feed->thread, '#');
    if (mark != NULL) {
        item->thread = (struct nj_span){feed->thread, mark};
    }
}

int nj_feed_end_item(struct nj_feed *feed)
{
    struct nj_draft *item = &feed->item;
    int code;

    if (feed->ranks.author == 0) {
        item->author = feed->feed_author;
        item->author_url = feed->feed_author_url;
    }
    if (item->language.at == NULL) {
        item->language = feed->feed_language;
    }
    find_thread(feed);
    code = nj_taking_add(feed->taking, item);
    feed->in_item = 0;
    feed->used = feed->item_mark;
    return code;
}

/* ---- authors ------------------------------------------------------------ */

/* "jane@example.org (Jane)" and "Jane <jane@example.org>" are Jane. */
static struct nj_span author_name(struct nj_span text)
{
    const char *open;
    const char *p;

    text = trimmed(text);
    if (nj_span_len(&text) == 0 ||
        memchr(text.at, '@', nj_span_len(&text)) == NULL) {
        return text;
    }
    open = memchr(text.at, '(', nj_span_len(&text));
    if (open != NULL && text.end[-1] == ')' && open + 1 < text.end - 1) {
        return trimmed((struct nj_span){open + 1, text.end - 1});
    }
    p = memchr(text.at, '<', nj_span_len(&text));
    if (p != NULL && p > text.at) {
        return trimmed((struct nj_span){text.at, p});
    }
    return text;
}

static void set_author(struct nj_feed *feed, struct nj_span text, int rank)
{
    text = author_name(text);
    if (nj_span_len(&text) == 0) {
        return;
    }
    if (!feed->in_item) {
        if (feed->is_atom && feed->feed_author.at == NULL) {
            feed->feed_author = text;
        }
    } else if (is_better(&feed->ranks.author, rank)) {
        feed->item.author = text;
    }
}

void nj_feed_author_text(struct nj_feed *feed, struct nj_span text)
{
    set_author(feed, text, 2);
}

static void set_author_url(struct nj_feed *feed, struct nj_span url)
{
    struct nj_span *slot =
        feed->in_item ? &feed->item.author_url : &feed->feed_author_url;

    if (slot->at == NULL) {
        *slot = url;
    }
}

/* ---- links and media ---------------------------------------------------- */

static int is_picture(const struct nj_feed_attrs *attrs)
{
    return nj_span_has(&attrs->type, "image/") ||
           nj_span_has(&attrs->type, "video/") ||
           nj_span_is(&attrs->medium, "image") ||
           nj_span_is(&attrs->medium, "video") ||
           (attrs->type.at == NULL && attrs->medium.at == NULL);
}

static void add_media(struct nj_feed *feed, const struct nj_span *url)
{
    struct nj_span undone;

    if (feed->in_item && nj_span_len(url) > 0) {
        undone = nj_feed_undo(feed, url);
        nj_draft_add_media(&feed->item, undone.at, nj_span_len(&undone));
    }
}

/* A link with a base of its own is made whole at once. */
static void use_link(struct nj_feed *feed, struct nj_span link)
{
    if (strcmp(feed->field_base, feed->item_base) != 0 &&
        nj_url_resolve(feed->field_base, link.at, nj_span_len(&link),
                       feed->link) == 0) {
        link = (struct nj_span){feed->link, feed->link + strlen(feed->link)};
    }
    feed->item.url = link;
}

/* Of Atom's links the web page about the item; else any. */
static void read_link(struct nj_feed *feed, const struct nj_feed_attrs *attrs)
{
    const struct nj_span *rel = &attrs->rel;
    int plain = rel->at == NULL || nj_span_is(rel, "alternate");
    int is_page = attrs->type.at == NULL || nj_span_has(&attrs->type, "html");

    if (nj_span_is(rel, "enclosure")) {
        if (is_picture(attrs)) {
            add_media(feed, &attrs->href);
        }
    } else if (plain && feed->in_item &&
               is_better(&feed->ranks.link, is_page ? 3 : 2)) {
        use_link(feed, nj_feed_undo(feed, &attrs->href));
    }
}

/* ---- texts -------------------------------------------------------------- */

/* A small whole number, 0 for none. */
static int64_t read_count(const struct nj_span *text)
{
    struct nj_span digits = trimmed(*text);
    int64_t value = 0;

    for (const char *p = digits.at; p < digits.end; p++) {
        if (*p < '0' || *p > '9' || value > 100000000) {
            return 0;
        }
        value = value * 10 + (*p - '0');
    }
    return value;
}

static void set_feed_title(struct nj_feed *feed,
                           const struct nj_feed_text *text)
{
    char work[TEXT_MOST + 1];
    struct nj_span neat;
    size_t len = nj_span_len(&text->span);

    if (feed->about->title[0] != '\0' || len > TEXT_MOST) {
        return;
    }
    if (text->form == NJ_FORM_HTML) {
        len = nj_html_text(text->span.at, len, work, NULL);
    } else if (len > 0) {
        memcpy(work, text->span.at, len);
    }
    for (size_t i = 0; i < len; i++) {
        work[i] = (char)((unsigned char)work[i] < ' ' ? ' ' : work[i]);
    }
    neat = trimmed((struct nj_span){work, work + len});
    len = nj_utf8_cut(neat.at, nj_span_len(&neat), NJ_FEED_TITLE - 1);
    memcpy(feed->about->title, neat.at, len);
    feed->about->title[len] = '\0';
}

static void
set_title(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    rank = nj_span_len(&text->span) > 0 ? rank : 0;
    if (!feed->in_item) {
        set_feed_title(feed, text);
    } else if (is_better(&feed->ranks.title, rank)) {
        feed->item.title = text->span;
        feed->item.title_form = text->form;
    }
}

static void
set_text(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    if (feed->in_item && nj_span_len(&text->span) > 0 &&
        is_better(&feed->ranks.text, rank)) {
        feed->item.text = text->span;
        feed->item.text_form = text->form;
        memcpy(feed->text_base, feed->field_base, strlen(feed->field_base) + 1);
        feed->item.text_base =
            feed->text_base[0] == '\0' ? NULL : feed->text_base;
    }
}

static void
set_date(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    int64_t when = nj_date_read(text->span.at, nj_span_len(&text->span));

    if (feed->in_item && when != 0 && is_better(&feed->ranks.date, rank)) {
        feed->item.published_ms = when;
    }
}

static void
set_id(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    struct nj_span id = trimmed(text->span);

    (void)rank; /* the first one is it */
    if (feed->in_item && feed->item.id.at == NULL && nj_span_len(&id) > 0) {
        feed->item.id = id;
    }
}

static void
set_language(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    struct nj_span *slot =
        feed->in_item ? &feed->item.language : &feed->feed_language;
    struct nj_span language = trimmed(text->span);

    (void)rank;
    if (slot->at == NULL && nj_span_len(&language) > 0) {
        *slot = language;
    }
}

static void
set_link(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    struct nj_span link = trimmed(text->span);

    if (feed->in_item && nj_span_len(&link) > 0 &&
        is_better(&feed->ranks.link, rank)) {
        use_link(feed, link);
    }
}

static void
set_name(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    set_author(feed, text->span, rank);
}

static void
set_uri(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    (void)rank;
    set_author_url(feed, trimmed(text->span));
}

static void
set_ttl(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    (void)rank;
    if (!feed->in_item) {
        feed->about->ttl_ms = read_count(&text->span) * 60000;
    }
}

static void
set_replies(struct nj_feed *feed, const struct nj_feed_text *text, int rank)
{
    (void)rank;
    if (feed->in_item) {
        feed->item.replies = read_count(&text->span);
    }
}

/* What each field's text is for, and how good it is at that. */
static const struct {
    enum nj_feed_element element;
    int rank;
    void (*set)(struct nj_feed *feed,
                const struct nj_feed_text *text,
                int rank);
} uses[] = {
    {NJ_EL_TITLE, 1, set_title},    {NJ_EL_LINK, 3, set_link},
    {NJ_EL_ID, 1, set_id},          {NJ_EL_ENCODED, 4, set_text},
    {NJ_EL_CONTENT, 3, set_text},   {NJ_EL_BODY, 3, set_text},
    {NJ_EL_SUMMARY, 2, set_text},   {NJ_EL_ITUNES_SUMMARY, 1, set_text},
    {NJ_EL_PUBLISHED, 3, set_date}, {NJ_EL_DC_DATE, 2, set_date},
    {NJ_EL_UPDATED, 1, set_date},   {NJ_EL_CREATOR, 3, set_name},
    {NJ_EL_NAME, 2, set_name},      {NJ_EL_ITUNES_AUTHOR, 1, set_name},
    {NJ_EL_URI, 1, set_uri},        {NJ_EL_LANGUAGE, 1, set_language},
    {NJ_EL_TTL, 1, set_ttl},        {NJ_EL_SLASH_COMMENTS, 1, set_replies},
};

static void use_text(struct nj_feed *feed,
                     enum nj_feed_element element,
                     const struct nj_feed_text *text)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (uses[i].element == element) {
            uses[i].set(feed, text, uses[i].rank);
            return;
        }
    }
}

int nj_feed_is_field(enum nj_feed_element element)
{
    return element >= NJ_EL_TITLE;
}

/* Fields that are all in their attributes; returns 1 for one of these. */
static int use_attrs(struct nj_feed *feed,
                     enum nj_feed_element element,
                     const struct nj_feed_attrs *attrs)
{
    switch (element) {
    case NJ_EL_LINK:
        if (attrs->href.at == NULL) {
            return 0;
        }
        read_link(feed, attrs);
        return 1;
    case NJ_EL_ENCLOSURE:
    case NJ_EL_MEDIA_CONTENT:
        if (is_picture(attrs)) {
            add_media(feed, &attrs->url);
        }
        return 1;
    case NJ_EL_MEDIA_THUMBNAIL:
        add_media(feed, &attrs->url);
        return 1;
    case NJ_EL_ITUNES_IMAGE:
        return 1; /* the show's cover, not the post's picture */
    case NJ_EL_IN_REPLY_TO:
        if (feed->in_item && feed->item.thread.at == NULL) {
            feed->item.thread = nj_feed_undo(
                feed, attrs->ref.at != NULL ? &attrs->ref : &attrs->href);
        }
        return 1;
    default:
        return 0;
    }
}

/* "<link/>https://..." of software that took the feed for HTML. */
static void read_loose_link(struct nj_feed *feed)
{
    struct nj_xml ahead = feed->xml;
    struct nj_xml_token next;
    struct nj_feed_text text = {.form = NJ_FORM_PLAIN};

    if (!feed->in_item || nj_xml_next(&ahead, &next, NULL) != 0 ||
        next.kind != NJ_XML_TEXT) {
        return;
    }
    text.span = trimmed(next.text);
    if (nj_span_has(&text.span, "://")) {
        feed->xml = ahead;
        text.span = nj_feed_undo(feed, &text.span);
        set_link(feed, &text, 3);
    }
}

int nj_feed_field(struct nj_feed *feed,
                  const struct nj_xml_token *token,
                  enum nj_feed_element element,
                  const struct nj_feed_attrs *attrs,
                  enum nj_feed_element container)
{
    struct nj_feed_text text;
    int in_author =
        element == NJ_EL_NAME || element == NJ_EL_URI || element == NJ_EL_EMAIL;
    int code;

    join_base(feed->in_item ? feed->item_base : feed->feed_base, &attrs->base,
              feed->field_base);
    if (use_attrs(feed, element, attrs)) {
        element = NJ_EL_OTHER; /* its text, if any, is not wanted */
    } else if (element == NJ_EL_LINK && token->empty) {
        read_loose_link(feed);
    }
    code = nj_feed_collect(feed, token, element, attrs, &text);
    if (code == 0 && in_author == (container == NJ_EL_AUTHOR)) {
        use_text(feed, element, &text);
    }
    return code;
}
