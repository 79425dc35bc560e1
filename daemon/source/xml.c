#include "source/xml.h"

#include <string.h>
#include <strings.h>

void nj_xml_init(struct nj_xml *xml, const char *text, size_t len)
{
    *xml = (struct nj_xml){.begin = text, .at = text, .end = text + len};
}

static size_t left(const struct nj_xml *xml)
{
    return (size_t)(xml->end - xml->at);
}

static int starts_with(const struct nj_xml *xml, const char *text, size_t len)
{
    return left(xml) >= len && memcmp(xml->at, text, len) == 0;
}

static int begins_name(char c)
{
    return nj_is_letter(c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

/* Whether the '<' at AT opens markup of any kind. */
static int opens_markup(const char *at, const char *end)
{
    char next = at + 1 < end ? at[1] : '\0';

    return begins_name(next) || next == '!' || next == '?' ||
           (next == '/' && at + 2 < end && begins_name(at[2]));
}

/* To the end: the rest is the inside of something that never closes. */
static void tear(struct nj_xml *xml)
{
    xml->torn = 1;
    xml->at = xml->end;
}

/* Past MARK, or to the end when it does not come. */
static void skip_past(struct nj_xml *xml, const char *mark)
{
    const char *found = memmem(xml->at, left(xml), mark, strlen(mark));

    if (found == NULL) {
        tear(xml);
    } else {
        xml->at = found + strlen(mark);
    }
}

/* ---- markup that is no element ------------------------------------------ */

static int refuse_entities(const struct nj_xml *xml, struct nj_err *err)
{
    size_t line = 1;

    for (const char *p = xml->begin; p < xml->at; p++) {
        line += *p == '\n';
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "line %zu: a DOCTYPE that declares entities is not "
                      "accepted; a feed needs none",
                      line);
}

static int declares_entities(const char *at, const char *end)
{
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        if (end - at >= 8 && strncasecmp(at, "<!ENTITY", 8) == 0) {
            return 1;
        }
        at++;
    }
    return 0;
}

/* "<!DOCTYPE name ... [ ... ] >": harmless as long as it is only skipped. */
static int skip_doctype(struct nj_xml *xml, struct nj_err *err)
{
    const char *close = memchr(xml->at, '>', left(xml));
    const char *open =
        close == NULL ? NULL : memchr(xml->at, '[', (size_t)(close - xml->at));

    if (open != NULL) {
        const char *shut = memmem(open, (size_t)(xml->end - open), "]>", 2);

        if (shut == NULL) { /* white space may stand between the two */
            shut = memchr(open, ']', (size_t)(xml->end - open));
        }
        if (shut == NULL || declares_entities(open, shut)) {
            return refuse_entities(xml, err);
        }
        xml->at = shut;
        close = memchr(xml->at, '>', left(xml));
    }
    if (close == NULL) {
        tear(xml);
    } else {
        xml->at = close + 1;
    }
    return 0;
}

/* Comments, instructions, DOCTYPE. XML is at "<!" or "<?". */
static int skip_markup(struct nj_xml *xml, struct nj_err *err)
{
    if (starts_with(xml, "<!--", 4)) {
        skip_past(xml, "-->");
    } else if (xml->at[1] == '?') {
        const char *angle = memchr(xml->at, '>', left(xml));

        /* "<?xml ...>" without the second mark is seen in the wild */
        if (angle == NULL) {
            tear(xml);
        } else if (starts_with(xml, "<?xml", 5)) {
            xml->at = angle + 1;
        } else {
            skip_past(xml, "?>");
        }
    } else if (left(xml) >= 9 && strncasecmp(xml->at, "<!DOCTYPE", 9) == 0) {
        return skip_doctype(xml, err);
    } else if (left(xml) >= 8 && strncasecmp(xml->at, "<!ENTITY", 8) == 0) {
        return refuse_entities(xml, err);
    } else {
        skip_past(xml, ">");
    }
    return 0;
}

/* ---- tokens ------------------------------------------------------------- */

static void take_cdata(struct nj_xml *xml, struct nj_xml_token *out)
{
    const char *text = xml->at + 9;

    out->kind = NJ_XML_CDATA;
    skip_past(xml, "]]>");
    out->text = (struct nj_span){text, xml->torn ? xml->end : xml->at - 3};
}

static void take_text(struct nj_xml *xml, struct nj_xml_token *out)
{
    const char *from = xml->at;
    const char *p = xml->at + 1;

    out->kind = NJ_XML_TEXT;
    while ((p = memchr(p, '<', (size_t)(xml->end - p))) != NULL &&
           !opens_markup(p, xml->end)) {
        p++;
    }
    xml->at = p == NULL ? xml->end : p;
    out->text = (struct nj_span){from, xml->at};
}

static void take_tag(struct nj_xml *xml, struct nj_xml_token *out)
{
    int stop = xml->at[1] == '/';
    const char *name = xml->at + 1 + stop;
    const char *p = name;
    const char *close;

    while (p < xml->end && !nj_is_blank(*p) && *p != '/' && *p != '>') {
        p++;
    }
    close = p < xml->end && *p == '>' ? p : nj_tag_end(&xml->ends, p, xml->end);
    if (close == NULL) {
        tear(xml);
        return;
    }
    out->kind = stop ? NJ_XML_STOP : NJ_XML_START;
    out->name = (struct nj_span){name, p};
    out->empty = !stop && close > p && close[-1] == '/';
    out->text = (struct nj_span){p, close - out->empty};
    xml->at = close + 1;
}

int nj_xml_next(struct nj_xml *xml,
                struct nj_xml_token *out,
                struct nj_err *err)
{
    *out = (struct nj_xml_token){.kind = NJ_XML_OVER};
    while (xml->at < xml->end && out->kind == NJ_XML_OVER) {
        out->start = xml->at;
        if (*xml->at != '<' || !opens_markup(xml->at, xml->end)) {
            take_text(xml, out);
        } else if (starts_with(xml, "<![CDATA[", 9)) {
            take_cdata(xml, out);
        } else if (xml->at[1] == '!' || xml->at[1] == '?') {
            int code = skip_markup(xml, err);

            if (code != 0) {
                return code;
            }
        } else {
            take_tag(xml, out);
        }
    }
    return 0;
}
