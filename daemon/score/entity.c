#include "score/entity.h"

#include <string.h>

enum { MAX_NAME = 16 };

struct entity {
    const char *name;
    uint32_t cp;
};

static const struct entity named[] = {
    {"amp", '&'},      {"lt", '<'},        {"gt", '>'},
    {"quot", '"'},     {"apos", '\''},     {"nbsp", ' '},
    {"shy", 0xad},     {"zwj", 0x200d},    {"zwnj", 0x200c},
    {"lrm", 0x200e},   {"rlm", 0x200f},    {"ensp", ' '},
    {"emsp", ' '},     {"thinsp", ' '},    {"ndash", '-'},
    {"mdash", '-'},    {"lsquo", '\''},    {"rsquo", '\''},
    {"ldquo", '"'},    {"rdquo", '"'},     {"laquo", '"'},
    {"raquo", '"'},    {"hellip", 0x2026}, {"bull", 0x2022},
    {"middot", 0xb7},  {"ast", '*'},       {"dollar", '$'},
    {"commat", '@'},   {"num", '#'},       {"excl", '!'},
    {"period", '.'},   {"lowbar", '_'},    {"hyphen", '-'},
    {"percnt", '%'},   {"plus", '+'},      {"szlig", 0xdf},
    {"aelig", 0xe6},   {"AElig", 0xc6},    {"eth", 0xf0},
    {"thorn", 0xfe},   {"euro", 0x20ac},   {"pound", 0xa3},
    {"yen", 0xa5},     {"cent", 0xa2},     {"sol", '/'},
    {"NewLine", '\n'}, {"Tab", '\t'},      {"ZeroWidthSpace", 0x200b},
};

static int is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* "&#102;" or "&#x66;", S at '#'. */
static size_t decode_number(const char *s, size_t len, uint32_t *out_cp)
{
    int base = len > 1 && (s[1] == 'x' || s[1] == 'X') ? 16 : 10;
    size_t first = base == 16 ? 2 : 1;
    size_t at = first;
    uint32_t cp = 0;

    while (at < len && at < MAX_NAME && digit_value(s[at]) < base) {
        cp = cp * (uint32_t)base + (uint32_t)digit_value(s[at]);
        if (cp > 0x10ffff) {
            return 0;
        }
        at++;
    }
    if (at == first || cp == 0 || (cp >= 0xd800 && cp <= 0xdfff)) {
        return 0;
    }
    *out_cp = cp;
    return at < len && s[at] == ';' ? at + 1 : at;
}

/* "eacute" is e and a mark; the mark would be dropped anyway. */
static uint32_t letter_with_mark(const char *name, size_t len)
{
    static const char *const marks[] = {"grave", "acute", "circ",  "tilde",
                                        "uml",   "ring",  "cedil", "slash",
                                        "caron", "breve", "macr",  "ogon"};

    if (len < 4 || digit_value(name[0]) < 10) {
        return 0;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strlen(marks[i]) == len - 1 &&
            memcmp(name + 1, marks[i], len - 1) == 0) {
            return (uint32_t)(unsigned char)name[0];
        }
    }
    return 0;
}

/* "&lt;", S behind '&'. Names need their ';'. */
static size_t decode_name(const char *s, size_t len, uint32_t *out_cp)
{
    size_t n = 0;
    uint32_t cp = 0;

    while (n < len && n < MAX_NAME && is_alnum(s[n])) {
        n++;
    }
    if (n == 0 || n == len || s[n] != ';') {
        return 0;
    }
    for (size_t i = 0; cp == 0 && i < sizeof named / sizeof named[0]; i++) {
        if (strlen(named[i].name) == n && memcmp(named[i].name, s, n) == 0) {
            cp = named[i].cp;
        }
    }
    if (cp == 0) {
        cp = letter_with_mark(s, n);
    }
    if (cp == 0) {
        return 0;
    }
    *out_cp = cp;
    return n + 1;
}

static size_t decode_behind_amp(const char *s, size_t len, uint32_t *out_cp)
{
    if (len == 0) {
        return 0;
    }
    return s[0] == '#' ? decode_number(s, len, out_cp)
                       : decode_name(s, len, out_cp);
}

size_t nj_entity_decode(const char *s, size_t len, uint32_t *out_cp)
{
    uint32_t cp = 0;
    size_t n = decode_behind_amp(s + 1, len - 1, &cp);
    size_t more;

    if (n == 0) {
        return 0;
    }
    n++;
    while (cp == '&' && (more = decode_behind_amp(s + n, len - n, &cp)) > 0) {
        n += more;
    }
    *out_cp = cp;
    return n;
}
