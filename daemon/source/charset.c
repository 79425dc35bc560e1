#include "source/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* Labels whose text is in truth a superset of what they name. */
static const char *const aliases[][2] = {
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"latin-1", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"x-sjis", "cp932"},
    {"sjis", "cp932"},
    {"euc-kr", "cp949"},
    {"ks_c_5601-1987", "cp949"},
    {"tis-620", "cp874"},
    {"x-mac-roman", "macintosh"},
    {"macroman", "macintosh"},
    {"utf8", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
};

enum { ALIASES = sizeof aliases / sizeof aliases[0] };

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A label as iconv may be asked for it: lower case, nothing strange. */
static void put_label(const char *label, size_t len, char out[NJ_CHARSET_NAME])
{
    out[0] = '\0';
    if (len >= NJ_CHARSET_NAME) {
        return;
    }
    for (size_t i = 0; i < len; i++) {
        char c = label[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        } else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
                   strchr("-_.:+", c) == NULL) {
            out[0] = '\0';
            return;
        }
        out[i] = c;
        out[i + 1] = '\0';
    }
    for (size_t i = 0; i < ALIASES; i++) {
        if (strcmp(out, aliases[i][0]) == 0) {
            memcpy(out, aliases[i][1], strlen(aliases[i][1]) + 1);
            return;
        }
    }
}

void nj_content_type_parameter(const char *content_type,
                               const char *name,
                               char out[NJ_CHARSET_NAME])
{
    const char *p = content_type == NULL ? "" : content_type;
    size_t n = strlen(name);

    out[0] = '\0';
    while ((p = strchr(p, ';')) != NULL) {
        size_t len;

        for (p++; is_blank(*p); p++) {
        }
        if (strncasecmp(p, name, n) != 0) {
            continue;
        }
        for (p += n; is_blank(*p); p++) {
        }
        if (*p != '=') {
            continue;
        }
        for (p++; is_blank(*p) || *p == '"' || *p == '\''; p++) {
        }
        len = strcspn(p, "\"'; \t");
        put_label(p, len, out);
        return;
    }
}

/* The encoding="..." of an XML declaration within the first bytes. */
static void declared(const char *bytes, size_t len, char out[NJ_CHARSET_NAME])
{
    const char *xml = memmem(bytes, len < 512 ? len : 512, "<?xml", 5);
    const char *end;
    const char *p;
    size_t n;

    out[0] = '\0';
    if (xml == NULL) {
        return;
    }
    len -= (size_t)(xml - bytes);
    end = memchr(xml, '>', len < 512 ? len : 512);
    p = end == NULL ? NULL : memmem(xml, (size_t)(end - xml), "encoding", 8);
    if (p == NULL) {
        return;
    }
    for (p += 8; p < end && (is_blank(*p) || strchr("=\"'", *p)); p++) {
    }
    for (n = 0; p + n < end && !is_blank(p[n]) && !strchr("\"'?", p[n]); n++) {
    }
    put_label(p, n, out);
}

/* ---- decoding ----------------------------------------------------------- */

static size_t unit_bytes(const char *name)
{
    return strncmp(name, "utf-16", 6) == 0   ? 2
           : strncmp(name, "utf-32", 6) == 0 ? 4
                                             : 1;
}

/* All of IN to OUT, at most FAULTS units replaced by U+FFFD; their end, or NULL
 * when there are more. A character cut off at the very end is let go. */
static char *pump(iconv_t handle,
                  char *in,
                  size_t left,
                  char *out,
                  size_t unit,
                  size_t faults)
{
    size_t room = 3 * left + 8;

    while (iconv(handle, &in, &left, &out, &room) == (size_t)-1) {
        if (errno == EINVAL && left < 4) {
            break;
        }
        if (faults == 0 || left < unit || room < 4) {
            return NULL;
        }
        faults--;
        out += nj_utf8_encode(0xfffd, out);
        room -= 3;
        in += unit;
        left -= unit;
    }
    return out;
}

/* By iconv, at most FAULTS bad characters replaced. 0; NJ_E_INVALID when the
 * bytes are something else or the charset is unknown; NJ_E_NOMEM. */
static int decode_as(const char *name,
                     const char *bytes,
                     size_t len,
                     size_t faults,
                     struct nj_decoded *out)
{
    iconv_t handle = iconv_open("UTF-8", name);
    char *in = (char *)(uintptr_t)bytes; /* iconv does not write there */
    char *text;
    char *end;

    if (handle == (iconv_t)-1) {
        return errno == ENOMEM ? NJ_E_NOMEM : NJ_E_INVALID;
    }
    text = malloc(3 * len + 8);
    if (text == NULL) {
        iconv_close(handle);
        return NJ_E_NOMEM;
    }
    end = pump(handle, in, len, text, unit_bytes(name), faults);
    iconv_close(handle);
    if (end == NULL || !nj_utf8_valid(text, (size_t)(end - text))) {
        free(text);
        return NJ_E_INVALID;
    }
    *out = (struct nj_decoded){
        .text = text, .len = (size_t)(end - text), .owned = text};
    memcpy(out->name, name, strnlen(name, NJ_CHARSET_NAME - 1));
    return 0;
}

/* Bytes of a UTF-8 sequence that was cut or damaged: a lead and one tail at
 * least; 0 when it is none. */
static size_t broken_sequence(const unsigned char *bytes, size_t len)
{
    size_t most = bytes[0] < 0xc2 || bytes[0] > 0xf4 ? 0
                  : bytes[0] < 0xe0                  ? 2
                  : bytes[0] < 0xf0                  ? 3
                                                     : 4;
    size_t n = 1;

    while (n < most && n < len && (bytes[n] & 0xc0) == 0x80) {
        n++;
    }
    return n > 1 ? n : 0;
}

/* UTF-8 where it is, windows-1252 where it is not. */
static int decode_mixed(const char *bytes, size_t len, struct nj_decoded *out)
{
    static const uint16_t upper[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
        0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
    char *text = malloc(3 * len + 8);
    size_t n = 0;
    size_t at = 0;

    if (text == NULL) {
        return NJ_E_NOMEM;
    }
    while (at < len) {
        unsigned char byte = (unsigned char)bytes[at];
        uint32_t cp;
        size_t used = nj_utf8_decode(bytes + at, len - at, &cp);

        if (used == 0) {
            used = broken_sequence((const unsigned char *)bytes + at, len - at);
            cp = 0xfffd;
        }
        if (used == 0) {
            used = 1;
            cp = byte >= 0xa0 ? byte : upper[byte - 0x80];
        }
        n += nj_utf8_encode(cp, text + n);
        at += used;
    }
    *out = (struct nj_decoded){
        .text = text, .len = n, .owned = text, .name = "windows-1252"};
    return 0;
}

/* Russian without a label: letters stand beside letters above 0xbf, and the
 * small ones, which are most, lie high in windows-1251 and low in KOI8-R. */
static const char *guess_cyrillic(const char *bytes, size_t len)
{
    size_t letters = 0;
    size_t pairs = 0;
    size_t low = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c >= 0xc0) {
            letters++;
            low += c < 0xe0;
            pairs += i + 1 < len && (unsigned char)bytes[i + 1] >= 0xc0;
        }
    }
    if (letters < 8 || pairs * 10 < letters * 6) {
        return NULL;
    }
    return low * 2 > letters ? "koi8-r" : "windows-1251";
}

/* ---- telling ------------------------------------------------------------ */

struct mark {
    const char *bytes;
    size_t len;
    size_t skip; /* of them are no text */
    const char *name;
};

/* Longer ones first. UTF-16 and UTF-32 without a mark are known by a '<' or a
 * JSON bracket with its zeros. */
static const struct mark marks[] = {
    {"\x00\x00\xfe\xff", 4, 4, "utf-32be"},
    {"\xff\xfe\x00\x00", 4, 4, "utf-32le"},
    {"\xef\xbb\xbf", 3, 3, "utf-8"},
    {"\xfe\xff", 2, 2, "utf-16be"},
    {"\xff\xfe", 2, 2, "utf-16le"},
    {"\x00\x00\x00<", 4, 0, "utf-32be"},
    {"<\x00\x00\x00", 4, 0, "utf-32le"},
    {"\x00<\x00", 3, 0, "utf-16be"},
    {"<\x00", 2, 0, "utf-16le"},
    {"\x00{\x00", 3, 0, "utf-16be"},
    {"{\x00", 2, 0, "utf-16le"},
    {"\x4c\x6f\xa7\x94", 4, 0, "cp037"},
};

static const struct mark *find_mark(const char *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (len >= marks[i].len &&
            memcmp(bytes, marks[i].bytes, marks[i].len) == 0) {
            return &marks[i];
        }
    }
    return NULL;
}

static int has_high_bytes(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] >= 0x80) {
            return 1;
        }
    }
    return 0;
}

/* Charsets of escape sequences or of other widths, in which bytes that are all
 * below 0x80 may mean anything. */
static int is_shifted(const char *name)
{
    return strncmp(name, "iso-2022", 8) == 0 ||
           strcmp(name, "hz-gb-2312") == 0 || strncmp(name, "cp037", 5) == 0 ||
           strncmp(name, "ebcdic", 6) == 0;
}

static int is_wide(const char *name)
{
    return strncmp(name, "utf-16", 6) == 0 || strncmp(name, "utf-32", 6) == 0 ||
           strncmp(name, "ucs-", 4) == 0 || strncmp(name, "utf-7", 5) == 0 ||
           strncmp(name, "iso-10646-ucs", 13) == 0;
}

static int try_label(const char *name,
                     const char *bytes,
                     size_t len,
                     size_t faults,
                     struct nj_decoded *out)
{
    if (name[0] == '\0' || strcmp(name, "utf-8") == 0 || is_wide(name)) {
        return NJ_E_INVALID;
    }
    return decode_as(name, bytes, len, faults, out);
}

/* No mark, no zeros: one byte or several a character. */
static int decode_unmarked(const char *bytes,
                           size_t len,
                           const char *content_type,
                           struct nj_decoded *out)
{
    char labels[2][NJ_CHARSET_NAME];
    const char *guess;
    int code = NJ_E_INVALID;

    nj_content_type_parameter(content_type, "charset", labels[0]);
    declared(bytes, len, labels[1]);
    if (nj_utf8_valid(bytes, len) &&
        !((is_shifted(labels[0]) || is_shifted(labels[1])) &&
          !has_high_bytes(bytes, len))) {
        *out = (struct nj_decoded){.text = bytes, .len = len, .name = "utf-8"};
        return 0;
    }
    /* first whole, then with a bad character here and there */
    for (int i = 0; i < 4 && code == NJ_E_INVALID; i++) {
        code = try_label(labels[i % 2], bytes, len, i < 2 ? 0 : 1 + len / 128,
                         out);
    }
    guess = guess_cyrillic(bytes, len);
    if (code == NJ_E_INVALID && guess != NULL && labels[0][0] == '\0' &&
        labels[1][0] == '\0') {
        code = decode_as(guess, bytes, len, 0, out);
    }
    return code == NJ_E_INVALID ? decode_mixed(bytes, len, out) : code;
}

int nj_charset_decode(const char *bytes,
                      size_t len,
                      const char *content_type,
                      struct nj_decoded *out)
{
    struct nj_decoded made = {0};
    const struct mark *mark = find_mark(bytes, len);
    int code;

    if (mark == NULL) {
        code = decode_unmarked(bytes, len, content_type, &made);
    } else if (strcmp(mark->name, "utf-8") == 0) {
        code = decode_unmarked(bytes + 3, len - 3, "x; charset=utf-8", &made);
    } else {
        code = decode_as(mark->name, bytes + mark->skip, len - mark->skip, len,
                         &made);
        if (code == NJ_E_INVALID) {
            code = decode_mixed(bytes, len, &made);
        }
    }
    if (code == 0) {
        *out = made;
    }
    return code;
}

void nj_decoded_finish(struct nj_decoded *decoded)
{
    free(decoded->owned);
    *decoded = (struct nj_decoded){0};
}
