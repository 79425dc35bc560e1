#include "source/html_text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "source/entity.h"
#include "source/tag.h"

/* What separates the next word from the text before it. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

enum tag_deed {
    TAG_LINE,      /* starts a line, ends one */
    TAG_PARAGRAPH, /* has an empty line around it */
    TAG_CELL,      /* a blank */
    TAG_ITEM,      /* a line with a dash */
    TAG_QUOTE,     /* a quotation mark on each side */
    TAG_PRE,       /* white space counts inside */
    TAG_HIDDEN,    /* its content is no text; runs to its end tag */
    TAG_IMAGE,
    TAG_MEDIA, /* video, audio, source, embed */
};

/* By name; lower case. */
static const struct tag {
    char name[11];
    unsigned char deed;
    unsigned char nth; /* of the hidden ones: bit above LACKS_HIDDEN */
} tags[] = {
    {"address", TAG_LINE, 0},
    {"article", TAG_PARAGRAPH, 0},
    {"aside", TAG_PARAGRAPH, 0},
    {"audio", TAG_MEDIA, 0},
    {"blockquote", TAG_PARAGRAPH, 0},
    {"body", TAG_LINE, 0},
    {"br", TAG_LINE, 0},
    {"caption", TAG_LINE, 0},
    {"center", TAG_LINE, 0},
    {"dd", TAG_LINE, 0},
    {"details", TAG_LINE, 0},
    {"div", TAG_LINE, 0},
    {"dl", TAG_PARAGRAPH, 0},
    {"dt", TAG_LINE, 0},
    {"embed", TAG_MEDIA, 0},
    {"fieldset", TAG_LINE, 0},
    {"figcaption", TAG_LINE, 0},
    {"figure", TAG_PARAGRAPH, 0},
    {"footer", TAG_LINE, 0},
    {"form", TAG_LINE, 0},
    {"h1", TAG_PARAGRAPH, 0},
    {"h2", TAG_PARAGRAPH, 0},
    {"h3", TAG_PARAGRAPH, 0},
    {"h4", TAG_PARAGRAPH, 0},
    {"h5", TAG_PARAGRAPH, 0},
    {"h6", TAG_PARAGRAPH, 0},
    {"header", TAG_LINE, 0},
    {"hr", TAG_PARAGRAPH, 0},
    {"iframe", TAG_HIDDEN, 0},
    {"img", TAG_IMAGE, 0},
    {"legend", TAG_LINE, 0},
    {"li", TAG_ITEM, 0},
    {"main", TAG_LINE, 0},
    {"nav", TAG_LINE, 0},
    {"noembed", TAG_HIDDEN, 1},
    {"noframes", TAG_HIDDEN, 2},
    {"ol", TAG_LINE, 0},
    {"option", TAG_LINE, 0},
    {"p", TAG_PARAGRAPH, 0},
    {"pre", TAG_PRE, 0},
    {"q", TAG_QUOTE, 0},
    {"script", TAG_HIDDEN, 3},
    {"section", TAG_PARAGRAPH, 0},
    {"source", TAG_MEDIA, 0},
    {"style", TAG_HIDDEN, 4},
    {"summary", TAG_LINE, 0},
    {"table", TAG_PARAGRAPH, 0},
    {"td", TAG_CELL, 0},
    {"th", TAG_CELL, 0},
    {"tr", TAG_LINE, 0},
    {"ul", TAG_LINE, 0},
    {"video", TAG_MEDIA, 0},
};

enum { TAGS = sizeof tags / sizeof tags[0], NAME_ROOM = 12 };

/* OUT never overtakes the reading: every byte written was paid for by one that
 * was read. That is what lets OUT be the html itself. */
struct writer {
    char *out;
    size_t n;
    enum gap gap;
    int bullet; /* the next text begins a list item */
    int pre;    /* depth of <pre> */
    const struct nj_html_media *media;
    struct nj_tag_ends ends;
    unsigned lacks; /* LACKS_*: not looked for again, or a page of open ends
                       would be searched to its end for each of them */
};

enum {
    LACKS_COMMENT = 1u << 0, /* no "-->" comes any more */
    LACKS_HIDDEN = 1u << 1,  /* and so on: no end tag of this name */
};

/* ---- writing ------------------------------------------------------------ */

static void widen(struct writer *w, enum gap gap)
{
    if (gap > w->gap && !w->bullet) { /* a block may open a list item */
        w->gap = gap;
    }
}

static void write_gap(struct writer *w)
{
    if (w->n > 0 && w->gap != GAP_NONE) {
        if (w->gap == GAP_SPACE) {
            w->out[w->n++] = ' ';
        } else {
            w->out[w->n++] = '\n';
            if (w->gap == GAP_PARAGRAPH) {
                w->out[w->n++] = '\n';
            }
        }
    }
    w->gap = GAP_NONE;
    if (w->bullet) {
        w->out[w->n++] = '-';
        w->out[w->n++] = ' ';
        w->bullet = 0;
    }
}

static void write_text(struct writer *w, const char *bytes, size_t len)
{
    if (len > 0) {
        write_gap(w);
        memmove(w->out + w->n, bytes, len);
        w->n += len;
    }
}

static void write_blank(struct writer *w, char c)
{
    if (w->pre == 0) {
        widen(w, GAP_SPACE);
    } else if (c == '\n' && w->n > 0) {
        widen(w, w->gap >= GAP_LINE ? GAP_PARAGRAPH : GAP_LINE);
    } else if (c == ' ' || c == '\t') {
        write_text(w, " ", 1);
    }
}

/* ---- pictures ------------------------------------------------------------ */

static void tell_media(const struct writer *w, const struct nj_span *src)
{
    char url[NJ_LIMIT_POST_FIELD_BYTES];
    size_t len = (size_t)(src->end - src->at);

    if (w->media != NULL && len > 0 && len <= sizeof url) {
        len = nj_entity_undo(src->at, len, url);
        w->media->on_media(w->media->ctx, url, len);
    }
}

/* The words of an attribute: blanks stay as they are, controls become some. */
static void write_phrase(struct writer *w, const struct nj_span *words)
{
    size_t end;

    write_gap(w);
    end = w->n + nj_entity_undo(words->at, nj_span_len(words), w->out + w->n);
    for (; w->n < end; w->n++) {
        if ((unsigned char)w->out[w->n] < ' ' || w->out[w->n] == 0x7f) {
            w->out[w->n] = ' ';
        }
    }
}

static void do_image(struct writer *w, struct nj_span rest)
{
    struct nj_span name;
    struct nj_span value;
    struct nj_span src = {NULL, NULL};
    struct nj_span alt = {NULL, NULL};
    int tiny = 0;
    int smiley = 0;

    while (nj_tag_attribute(&rest, &name, &value)) {
        if (nj_span_is(&name, "src")) {
            src = value;
        } else if (nj_span_is(&name, "alt")) {
            alt = value;
        } else if (nj_span_is(&name, "width") || nj_span_is(&name, "height")) {
            tiny |= nj_span_is(&value, "0") || nj_span_is(&value, "1");
        } else if (nj_span_is(&name, "class")) {
            smiley |=
                nj_span_has(&value, "smiley") || nj_span_has(&value, "emoji");
        }
    }
    if (src.at != NULL && !tiny && !smiley) {
        tell_media(w, &src);
    }
    if (alt.at < alt.end) {
        widen(w, smiley ? GAP_NONE : GAP_SPACE);
        write_phrase(w, &alt);
        widen(w, smiley ? GAP_NONE : GAP_SPACE);
    }
}

static void do_media(struct writer *w, struct nj_span rest)
{
    struct nj_span name;
    struct nj_span value;

    while (nj_tag_attribute(&rest, &name, &value)) {
        if (nj_span_is(&name, "src") || nj_span_is(&name, "poster")) {
            tell_media(w, &value);
        }
    }
}

/* ---- tags --------------------------------------------------------------- */

/* The row of NAME, or NULL. */
static const struct tag *find_tag(const char *name)
{
    size_t low = 0;
    size_t high = TAGS;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = tags[middle].name[0] - name[0];

        if (order == 0) {
            order = strcmp(tags[middle].name, name);
        }
        if (order == 0) {
            return &tags[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* Behind the end tag of NAME, or NULL when there is none. */
static const char *
behind_end_tag(const char *at, const char *end, const char *name)
{
    size_t n = strlen(name);

    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) > n + 2 && at[1] == '/' &&
            strncasecmp(at + 2, name, n) == 0 && !nj_is_letter(at[n + 2])) {
            const char *close = memchr(at, '>', (size_t)(end - at));

            return close == NULL ? end : close + 1;
        }
        at++;
    }
    return NULL;
}

/* Past all that is inside a hidden tag, if it ends at all. */
static void
skip_hidden(struct writer *w, struct nj_span *t, const struct tag *tag)
{
    unsigned lack = (unsigned)LACKS_HIDDEN << tag->nth;
    const char *behind = NULL;

    if ((w->lacks & lack) == 0) {
        behind = behind_end_tag(t->at, t->end, tag->name);
        w->lacks |= behind == NULL ? lack : 0;
    }
    t->at = behind != NULL ? behind : t->at;
}

static void do_pre(struct writer *w, int closing)
{
    widen(w, GAP_PARAGRAPH);
    if (!closing) {
        w->pre++;
    } else if (w->pre > 0) {
        w->pre--;
    }
}

/* One whole tag, its attributes in REST, T behind it. */
static void do_tag(struct writer *w,
                   struct nj_span *t,
                   const struct tag *tag,
                   int closing,
                   struct nj_span rest)
{
    switch ((enum tag_deed)tag->deed) {
    case TAG_LINE:
        widen(w, w->gap == GAP_LINE && strcmp(tag->name, "br") == 0
                     ? GAP_PARAGRAPH
                     : GAP_LINE);
        break;
    case TAG_PARAGRAPH:
        widen(w, GAP_PARAGRAPH);
        break;
    case TAG_CELL:
        widen(w, GAP_SPACE);
        break;
    case TAG_ITEM:
        w->bullet = 0;
        widen(w, GAP_LINE);
        w->bullet = !closing;
        break;
    case TAG_QUOTE:
        if (closing) {
            w->gap = GAP_NONE;
        }
        write_text(w, "\"", 1);
        break;
    case TAG_PRE:
        do_pre(w, closing);
        break;
    case TAG_HIDDEN:
        if (!closing) {
            skip_hidden(w, t, tag);
        }
        break;
    case TAG_IMAGE:
        do_image(w, rest);
        break;
    case TAG_MEDIA:
        do_media(w, rest);
        break;
    }
}

/* T stands at '<' before a letter, or before "/" and a letter. Returns 0 when
 * no tag comes of it. */
static int take_tag(struct writer *w, struct nj_span *t)
{
    int closing = t->at[1] == '/';
    const char *p = t->at + 1 + closing;
    const char *close = nj_tag_end(&w->ends, t->at, t->end);
    char name[NAME_ROOM] = "";
    size_t n = 0;
    const struct tag *tag;

    if (close == NULL) {
        return 0;
    }
    while (p < close && !nj_is_blank(*p) && *p != '/') {
        if (n < NAME_ROOM - 1) {
            name[n++] = (char)(nj_is_letter(*p) ? *p | 0x20 : *p);
        }
        p++;
    }
    t->at = close + 1;
    tag = find_tag(name);
    if (tag != NULL) {
        do_tag(w, t, tag, closing, (struct nj_span){p, close});
    }
    return 1;
}

/* "<!-- -->", "<!DOCTYPE ...>", "<?xml ... ?>", and CDATA, whose content is
 * text to whoever wrapped it twice. */
static int take_markup(struct writer *w, struct nj_span *t)
{
    size_t len = (size_t)(t->end - t->at);
    const char *close = NULL;

    if (len >= 9 && memcmp(t->at, "<![CDATA[", 9) == 0) {
        t->at += 9;
        return 1;
    }
    if (len >= 4 && memcmp(t->at, "<!--", 4) == 0 &&
        (w->lacks & LACKS_COMMENT) == 0) {
        close = memmem(t->at + 4, len - 4, "-->", 3);
        w->lacks |= close == NULL ? LACKS_COMMENT : 0;
        close = close == NULL ? NULL : close + 2;
    }
    if (close == NULL) {
        close = nj_tag_angle(&w->ends, t->at, t->end);
    }
    if (close == NULL) {
        return 0;
    }
    t->at = close + 1;
    return 1;
}

static int take_angle(struct writer *w, struct nj_span *t)
{
    size_t len = (size_t)(t->end - t->at);
    char next = len > 1 ? t->at[1] : '\0';

    if (nj_is_letter(next) ||
        (next == '/' && len > 2 && nj_is_letter(t->at[2]))) {
        return take_tag(w, t);
    }
    return next == '!' || next == '?' ? take_markup(w, t) : 0;
}

/* ---- text --------------------------------------------------------------- */

static void take_reference(struct writer *w, struct nj_span *t)
{
    char bytes[NJ_ENTITY_ROOM];
    size_t made = 0;
    size_t used = nj_entity_read(t->at, (size_t)(t->end - t->at), bytes, &made);

    if (used == 0) {
        write_text(w, "&", 1);
        t->at++;
        return;
    }
    if (made == 1 && nj_is_blank(bytes[0])) {
        write_blank(w, bytes[0]);
    } else if (made == 2 && memcmp(bytes, "\xc2\xa0", 2) == 0) {
        write_text(w, " ", 1);
    } else {
        write_text(w, bytes, made);
    }
    t->at += used;
}

/* Bytes that end a run of plain text: controls, blanks, < & ] and DEL. */
static int is_special(char c)
{
    static const uint64_t below_128[2] = {
        UINT64_C(0x10000041ffffffff), /* 0..' ', '&', '<' */
        UINT64_C(0x8000000020000000), /* ']', DEL */
    };
    unsigned char byte = (unsigned char)c;

    return byte < 128 && (below_128[byte >> 6] >> (byte & 63) & 1) != 0;
}

/* Words, with the single blanks between them. */
static void take_words(struct writer *w, struct nj_span *t)
{
    const char *p = t->at;

    while (p < t->end) {
        if (!is_special(*p)) {
            p++;
        } else if (*p == ' ' && p > t->at && p + 1 < t->end &&
                   !is_special(p[1])) {
            p += 2;
        } else {
            break;
        }
    }
    write_text(w, t->at, (size_t)(p - t->at));
    t->at = p;
}

size_t nj_html_text(const char *html,
                    size_t len,
                    char *out,
                    const struct nj_html_media *media)
{
    struct writer w = {.out = out, .media = media};
    struct nj_span t = {html, html + len};

    while (t.at < t.end) {
        char c = *t.at;

        if (!is_special(c)) {
            take_words(&w, &t);
        } else if (nj_is_blank(c)) {
            write_blank(&w, c);
            t.at++;
        } else if (c == '&') {
            take_reference(&w, &t);
        } else if (c == '<' && take_angle(&w, &t)) {
            continue;
        } else if (c == ']' && t.end - t.at >= 3 &&
                   memcmp(t.at, "]]>", 3) == 0) {
            t.at += 3;
        } else {
            if (c == '<' || c == ']') {
                write_text(&w, t.at, 1);
            }
            t.at++;
        }
    }
    w.out[w.n] = '\0';
    return w.n;
}
