#include "notify/plain.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"

enum glyph { GLYPH_KEEP, GLYPH_SPACE, GLYPH_BREAK, GLYPH_DROP };

/* Direction marks and overrides can show "kcatta" as "attack"; fillers and tag
 * characters hide text from the reader that a machine still sees. */
static int is_hidden(uint32_t cp)
{
    return cp == 0xad || cp == 0x34f || cp == 0x61c || cp == 0x115f ||
           cp == 0x1160 || cp == 0x17b4 || cp == 0x17b5 || cp == 0x180e ||
           cp == 0x200b || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
           cp == 0x3164 || cp == 0xfeff || cp == 0xffa0 ||
           (cp >= 0xfff9 && cp <= 0xfffb) || (cp & 0xfffe) == 0xfffe ||
           (cp >= 0xfdd0 && cp <= 0xfdef) || (cp >= 0x1d173 && cp <= 0x1d17a) ||
           (cp >= 0xe0000 && cp <= 0xe0fff);
}

static enum glyph glyph_of(uint32_t cp)
{
    if (cp >= 0x21 && cp <= 0x7e) {
        return GLYPH_KEEP;
    }
    if (cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 ||
        cp == 0x2029 || cp == '\v' || cp == '\f') {
        return GLYPH_BREAK;
    }
    if (cp < 0xa1 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f ||
        cp == 0x205f || cp == 0x3000 || cp == 0x1680) {
        return GLYPH_SPACE; /* with all C0, DEL and C1 controls */
    }
    return is_hidden(cp) ? GLYPH_DROP : GLYPH_KEEP;
}

/* What waits before the next visible letter. */
struct gap {
    int space;
    int breaks;
    int begun; /* something visible was written */
};

static void write_gap(struct nj_buf *out, struct gap *gap)
{
    if (gap->begun && gap->breaks > 0) {
        (void)nj_buf_add(out, "\n\n", gap->breaks > 1 ? 2 : 1);
    } else if (gap->begun && gap->space) {
        (void)nj_buf_addc(out, ' ');
    }
    *gap = (struct gap){.begun = 1};
}

/* How much of TEXT is visible ASCII: most of most text, and fit to be read as
 * it is. In pieces, so that a text over the buffer's limit fills it. */
static size_t visible_run(const char *text)
{
    size_t n = 0;

    while (n < 128 && text[n] > 0x20 && text[n] < 0x7f) {
        n++;
    }
    return n;
}

static void write_plain(struct nj_buf *out, const char *text, int one_line)
{
    size_t len = text == NULL ? 0 : strlen(text);
    struct gap gap = {0, 0, 0};

    for (size_t at = 0; at < len;) {
        uint32_t cp = 0xfffd;
        size_t n = visible_run(text + at);
        enum glyph glyph = GLYPH_KEEP;

        if (n == 0) {
            n = nj_utf8_decode(text + at, len - at, &cp);
            glyph = n == 0 ? GLYPH_KEEP : glyph_of(cp);
        }

        if (cp == '\r' && at + 1 < len && text[at + 1] == '\n') {
            n = 2; /* CRLF is one break */
        }
        if (glyph == GLYPH_KEEP) {
            write_gap(out, &gap);
            (void)nj_buf_add(out, n == 0 ? "\xef\xbf\xbd" : text + at,
                             n == 0 ? 3 : n);
        } else if (glyph == GLYPH_BREAK && !one_line) {
            gap.breaks++;
        } else if (glyph != GLYPH_DROP) {
            gap.space = 1;
        }
        at += n == 0 ? 1 : n;
    }
}

void nj_plain_line(struct nj_buf *out, const char *text)
{
    write_plain(out, text, 1);
}

void nj_plain_block(struct nj_buf *out, const char *text)
{
    write_plain(out, text, 0);
}

size_t nj_plain_columns(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t at = 0; at < len; columns++) {
        uint32_t cp;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);

        at += n == 0 ? 1 : n;
    }
    return columns;
}

/* Bytes of the first COLUMNS code points of TEXT[0..LEN). */
static size_t bytes_of_columns(const char *text, size_t len, size_t columns)
{
    size_t at = 0;

    while (at < len && columns > 0) {
        uint32_t cp;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);

        at += n == 0 ? 1 : n;
        columns--;
    }
    return at;
}

/* How much of TEXT[0..LEN) goes on one line of COLUMNS. */
static size_t line_length(const char *text, size_t len, size_t columns)
{
    size_t most = bytes_of_columns(text, len, columns);
    size_t cut;

    if (most == len || text[most] == ' ') {
        return most;
    }
    for (cut = most; cut > 0 && text[cut - 1] != ' '; cut--) {
    }
    if (cut > 1) {
        return cut - 1;
    }
    cut = nj_utf8_cut(text, len, most);
    return cut > 0 ? cut : most;
}

static void wrap_line(struct nj_buf *out,
                      const char *line,
                      size_t len,
                      const char *prefix,
                      size_t width)
{
    size_t prefix_len = strlen(prefix);
    size_t columns = width > prefix_len + 8 ? width - prefix_len : 8;

    if (len == 0) {
        while (prefix_len > 0 && prefix[prefix_len - 1] == ' ') {
            prefix_len--;
        }
        (void)nj_buf_add(out, prefix, prefix_len);
        (void)nj_buf_addc(out, '\n');
        return;
    }
    while (len > 0) {
        size_t n = line_length(line, len, columns);

        (void)nj_buf_adds(out, prefix);
        (void)nj_buf_add(out, line, n);
        (void)nj_buf_addc(out, '\n');
        while (n < len && line[n] == ' ') {
            n++;
        }
        line += n;
        len -= n;
    }
}

void nj_plain_wrap(struct nj_buf *out,
                   const char *text,
                   const char *prefix,
                   size_t width)
{
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");

        wrap_line(out, text, len, prefix, width);
        text += len;
        text += *text == '\n';
    }
}

void nj_plain_cut(struct nj_buf *out, const char *text, size_t max_bytes)
{
    size_t len = strlen(text);

    if (len <= max_bytes) {
        (void)nj_buf_add(out, text, len);
        return;
    }
    len = nj_utf8_cut(text, len, max_bytes < 3 ? 0 : max_bytes - 3);
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    (void)nj_buf_add(out, text, len);
    (void)nj_buf_adds(out, "...");
}

int nj_plain_is_link(const char *url)
{
    const char *host;

    if (url == NULL) {
        return 0;
    }
    if (nj_str_starts(url, "https://")) {
        host = url + 8;
    } else if (nj_str_starts(url, "http://")) {
        host = url + 7;
    } else {
        return 0;
    }
    for (const char *p = url; *p != '\0'; p++) {
        if (*p <= 0x20 || *p >= 0x7f || strchr("\"'<>\\`{}|^", *p) != NULL) {
            return 0;
        }
    }
    /* "https://facebook.com@evil.test" reads as one place, leads to another */
    return *host != '\0' && strchr("/?#:", *host) == NULL &&
           memchr(host, '@', strcspn(host, "/?#")) == NULL;
}
