#include "source/feed_names.h"

#include <string.h>
#include <strings.h>

/* Beginnings of addresses, lower case, without the scheme. */
static const struct {
    const char *start;
    enum nj_feed_space space;
} spaces[] = {
    {"www.w3.org/2005/atom", NJ_SPACE_CORE},
    {"purl.org/atom/ns", NJ_SPACE_CORE},
    {"purl.org/atom-blog/ns", NJ_SPACE_CORE},
    {"example.com/newformat", NJ_SPACE_CORE},
    {"example.com/necho", NJ_SPACE_CORE},
    {"purl.org/echo", NJ_SPACE_CORE},
    {"purl.org/pie", NJ_SPACE_CORE},
    {"purl.org/rss/1.0/modules/content", NJ_SPACE_CONTENT},
    {"purl.org/rss/1.0/modules/slash", NJ_SPACE_SLASH},
    {"purl.org/rss/1.0/modules/rss091", NJ_SPACE_CORE},
    {"purl.org/rss/1.0/modules/", NJ_SPACE_OTHER},
    {"purl.org/rss/1.0/", NJ_SPACE_CORE},
    {"purl.org/rss/1.0", NJ_SPACE_CORE},
    {"purl.org/net/rss1.1", NJ_SPACE_CORE},
    {"my.netscape.com/", NJ_SPACE_CORE},
    {"channel.netscape.com/rdf", NJ_SPACE_CORE},
    {"backend.userland.com/rss", NJ_SPACE_CORE},
    {"blogs.law.harvard.edu/tech/rss", NJ_SPACE_CORE},
    {"cyber.law.harvard.edu/rss", NJ_SPACE_CORE},
    {"www.rssboard.org/", NJ_SPACE_CORE},
    {"purl.org/dc/", NJ_SPACE_DC},
    {"dublincore.org/", NJ_SPACE_DC},
    {"search.yahoo.com/mrss", NJ_SPACE_MEDIA},
    {"tools.search.yahoo.com/mrss", NJ_SPACE_MEDIA},
    {"video.search.yahoo.com/mrss", NJ_SPACE_MEDIA},
    {"www.rssboard.org/media-rss", NJ_SPACE_MEDIA},
    {"www.itunes.com/dtds/podcast", NJ_SPACE_ITUNES},
    {"purl.org/syndication/thread/1.0", NJ_SPACE_THREAD},
    {"www.w3.org/1999/02/22-rdf-syntax-ns", NJ_SPACE_RDF},
    {"www.w3.org/1999/xhtml", NJ_SPACE_CORE},
};

static const struct {
    const char *prefix;
    enum nj_feed_space space;
} prefixes[] = {
    {"", NJ_SPACE_CORE},           {"rss", NJ_SPACE_CORE},
    {"atom", NJ_SPACE_CORE},       {"atom10", NJ_SPACE_CORE},
    {"atom03", NJ_SPACE_CORE},     {"xhtml", NJ_SPACE_CORE},
    {"dc", NJ_SPACE_DC},           {"dcterms", NJ_SPACE_DC},
    {"content", NJ_SPACE_CONTENT}, {"media", NJ_SPACE_MEDIA},
    {"itunes", NJ_SPACE_ITUNES},   {"slash", NJ_SPACE_SLASH},
    {"thr", NJ_SPACE_THREAD},      {"rdf", NJ_SPACE_RDF},
};

/* By name, lower case; a name may stand in several namespaces. */
static const struct {
    char name[16];
    unsigned char space;
    unsigned char element;
} elements[] = {
    {"author", NJ_SPACE_CORE, NJ_EL_AUTHOR},
    {"author", NJ_SPACE_ITUNES, NJ_EL_ITUNES_AUTHOR},
    {"author", NJ_SPACE_DC, NJ_EL_CREATOR},
    {"body", NJ_SPACE_CORE, NJ_EL_BODY},
    {"channel", NJ_SPACE_CORE, NJ_EL_CHANNEL},
    {"comments", NJ_SPACE_SLASH, NJ_EL_SLASH_COMMENTS},
    {"content", NJ_SPACE_CORE, NJ_EL_CONTENT},
    {"content", NJ_SPACE_MEDIA, NJ_EL_MEDIA_CONTENT},
    {"created", NJ_SPACE_CORE, NJ_EL_PUBLISHED},
    {"created", NJ_SPACE_DC, NJ_EL_DC_DATE},
    {"creator", NJ_SPACE_DC, NJ_EL_CREATOR},
    {"date", NJ_SPACE_DC, NJ_EL_DC_DATE},
    {"description", NJ_SPACE_CORE, NJ_EL_SUMMARY},
    {"description", NJ_SPACE_DC, NJ_EL_SUMMARY},
    {"description", NJ_SPACE_MEDIA, NJ_EL_ITUNES_SUMMARY},
    {"div", NJ_SPACE_CORE, NJ_EL_BODY},
    {"email", NJ_SPACE_CORE, NJ_EL_EMAIL},
    {"enclosure", NJ_SPACE_CORE, NJ_EL_ENCLOSURE},
    {"encoded", NJ_SPACE_CONTENT, NJ_EL_ENCODED},
    {"entry", NJ_SPACE_CORE, NJ_EL_ITEM},
    {"feed", NJ_SPACE_CORE, NJ_EL_FEED},
    {"fullitem", NJ_SPACE_CORE, NJ_EL_BODY},
    {"group", NJ_SPACE_MEDIA, NJ_EL_GROUP},
    {"guid", NJ_SPACE_CORE, NJ_EL_ID},
    {"html", NJ_SPACE_CORE, NJ_EL_HTML},
    {"id", NJ_SPACE_CORE, NJ_EL_ID},
    {"image", NJ_SPACE_CORE, NJ_EL_IMAGE},
    {"image", NJ_SPACE_ITUNES, NJ_EL_ITUNES_IMAGE},
    {"in-reply-to", NJ_SPACE_THREAD, NJ_EL_IN_REPLY_TO},
    {"issued", NJ_SPACE_CORE, NJ_EL_PUBLISHED},
    {"issued", NJ_SPACE_DC, NJ_EL_DC_DATE},
    {"item", NJ_SPACE_CORE, NJ_EL_ITEM},
    {"language", NJ_SPACE_CORE, NJ_EL_LANGUAGE},
    {"language", NJ_SPACE_DC, NJ_EL_LANGUAGE},
    {"link", NJ_SPACE_CORE, NJ_EL_LINK},
    {"managingeditor", NJ_SPACE_CORE, NJ_EL_AUTHOR},
    {"modified", NJ_SPACE_CORE, NJ_EL_UPDATED},
    {"modified", NJ_SPACE_DC, NJ_EL_UPDATED},
    {"name", NJ_SPACE_CORE, NJ_EL_NAME},
    {"pubdate", NJ_SPACE_CORE, NJ_EL_PUBLISHED},
    {"published", NJ_SPACE_CORE, NJ_EL_PUBLISHED},
    {"rdf", NJ_SPACE_RDF, NJ_EL_RDF},
    {"rss", NJ_SPACE_CORE, NJ_EL_RSS},
    {"source", NJ_SPACE_CORE, NJ_EL_SOURCE},
    {"subtitle", NJ_SPACE_CORE, NJ_EL_SUMMARY},
    {"summary", NJ_SPACE_CORE, NJ_EL_SUMMARY},
    {"summary", NJ_SPACE_ITUNES, NJ_EL_ITUNES_SUMMARY},
    {"tagline", NJ_SPACE_CORE, NJ_EL_SUMMARY},
    {"textinput", NJ_SPACE_CORE, NJ_EL_IMAGE},
    {"thumbnail", NJ_SPACE_MEDIA, NJ_EL_MEDIA_THUMBNAIL},
    {"title", NJ_SPACE_CORE, NJ_EL_TITLE},
    {"title", NJ_SPACE_DC, NJ_EL_TITLE},
    {"ttl", NJ_SPACE_CORE, NJ_EL_TTL},
    {"updated", NJ_SPACE_CORE, NJ_EL_UPDATED},
    {"uri", NJ_SPACE_CORE, NJ_EL_URI},
    {"url", NJ_SPACE_CORE, NJ_EL_URI},
};

enum {
    SPACES = sizeof spaces / sizeof spaces[0],
    PREFIXES = sizeof prefixes / sizeof prefixes[0],
    ELEMENTS = sizeof elements / sizeof elements[0],
};

enum nj_feed_space nj_feed_space_of_uri(const struct nj_span *uri)
{
    const char *at = uri->at;
    size_t len;

    while (at < uri->end && nj_is_blank(*at)) {
        at++;
    }
    if (uri->end - at > 7 && strncasecmp(at, "http://", 7) == 0) {
        at += 7;
    } else if (uri->end - at > 8 && strncasecmp(at, "https://", 8) == 0) {
        at += 8;
    }
    len = (size_t)(uri->end - at);
    for (size_t i = 0; i < SPACES; i++) {
        size_t n = strlen(spaces[i].start);

        if (len >= n && strncasecmp(at, spaces[i].start, n) == 0) {
            return spaces[i].space;
        }
    }
    return NJ_SPACE_OTHER;
}

enum nj_feed_space nj_feed_space_of_prefix(const struct nj_span *prefix)
{
    for (size_t i = 0; i < PREFIXES; i++) {
        if (nj_span_is(prefix, prefixes[i].prefix)) {
            return prefixes[i].space;
        }
    }
    return NJ_SPACE_OTHER;
}

enum nj_feed_element nj_feed_element_of(enum nj_feed_space space,
                                        const struct nj_span *local)
{
    char name[sizeof elements[0].name] = "";
    size_t len = (size_t)(local->end - local->at);
    size_t low = 0;
    size_t high = ELEMENTS;

    if (space == NJ_SPACE_OTHER || len >= sizeof name) {
        return NJ_EL_OTHER;
    }
    for (size_t i = 0; i < len; i++) {
        name[i] = local->at[i];
        if (name[i] >= 'A' && name[i] <= 'Z') {
            name[i] = (char)(name[i] | 0x20);
        }
    }
    while (low < high) { /* the first row of that name */
        size_t middle = (low + high) / 2;
        int order = elements[middle].name[0] - name[0];

        if (order < 0 ||
            (order == 0 && strcmp(elements[middle].name, name) < 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < ELEMENTS && strcmp(elements[low].name, name) == 0; low++) {
        if (elements[low].space == space) {
            return (enum nj_feed_element)elements[low].element;
        }
    }
    return NJ_EL_OTHER;
}

int nj_feed_element_is_html(enum nj_feed_element element)
{
    return element == NJ_EL_OTHER || element == NJ_EL_TITLE ||
           element == NJ_EL_LINK || element == NJ_EL_SOURCE ||
           element == NJ_EL_IMAGE || element == NJ_EL_SUMMARY ||
           element == NJ_EL_BODY || element == NJ_EL_HTML;
}
