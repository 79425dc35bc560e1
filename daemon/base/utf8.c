#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8_marks.h"
#include "base/utf8_wide.h"

static int is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

static size_t sequence_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t nj_utf8_decode(const char *s, size_t len, uint32_t *out_cp)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s;
    size_t n = len == 0 ? 0 : sequence_length(p[0]);
    uint32_t cp;

    if (n == 0 || n > len) {
        return 0;
    }
    cp = n == 1 ? p[0] : p[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (!is_tail(p[i])) {
            return 0;
        }
        cp = cp << 6 | (p[i] & 0x3fu);
    }
    if (cp < smallest[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        return 0;
    }
    *out_cp = cp;
    return n;
}

size_t nj_utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        if (cp >= 0xd800 && cp <= 0xdfff) {
            return 0;
        }
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    if (cp > 0x10ffff) {
        return 0;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

/* Bytes of ASCII at the front, counted eight at a time. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t at = 0;
    uint64_t eight;

    while (len - at >= sizeof eight) {
        memcpy(&eight, s + at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        at += sizeof eight;
    }
    return at;
}

int nj_utf8_valid(const char *s, size_t len)
{
    size_t at = 0;

    while (at < len) {
        uint32_t cp;
        size_t n;

        at += ascii_run(s + at, len - at);
        if (at == len) {
            break;
        }
        n = nj_utf8_decode(s + at, len - at, &cp);
        if (n == 0) {
            return 0;
        }
        at += n;
    }
    return 1;
}

/* Where a letter of several code points ends, seen from left to right. */
struct joints {
    int after_joiner; /* a zero-width joiner binds what follows */
    int half_flag;    /* one regional indicator waits for its other half */
};

/* Whether a letter may begin with CP. */
static int begins_letter(struct joints *joints, uint32_t cp)
{
    int is_flag = cp >= 0x1f1e6 && cp <= 0x1f1ff;
    int begins = !joints->after_joiner && !(is_flag && joints->half_flag) &&
                 (cp < 0x300 || !nj_utf8_joins_back(cp));

    joints->half_flag = is_flag && begins;
    joints->after_joiner = cp == 0x200d;
    return begins;
}

size_t nj_utf8_cut(const char *s, size_t len, size_t max)
{
    size_t at = 0;
    size_t good = 0;
    struct joints joints = {0, 0};

    if (len <= max) {
        return len;
    }
    while (at < len) {
        uint32_t cp = 0xfffd;
        size_t n = nj_utf8_decode(s + at, len - at, &cp);

        if (begins_letter(&joints, cp)) {
            good = at;
        }
        n = n == 0 ? 1 : n;
        if (at + n > max) {
            break;
        }
        at += n;
    }
    return good;
}

/* Zero-width space, word joiner and their like; U+FEFF. */
static int is_invisible(uint32_t cp)
{
    return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2060 && cp <= 0x2064) ||
           cp == 0xfeff;
}

/* The letter at S: its bytes, and its columns in *OUT_COLUMNS. */
static size_t measure_letter(const char *s, size_t len, size_t *out_columns)
{
    struct joints joints = {0, 0};
    uint32_t first = 0;
    size_t at = 0;

    *out_columns = 0;
    while (at < len) {
        uint32_t cp = 0xfffd;
        size_t n = nj_utf8_decode(s + at, len - at, &cp);

        if (begins_letter(&joints, cp) && at > 0) {
            break;
        }
        if (at == 0) {
            first = cp;
            *out_columns = nj_utf8_is_wide(cp) ? 2 : !is_invisible(cp);
            if (cp >= 0x300 && nj_utf8_joins_back(cp)) {
                *out_columns = 0; /* a mark without a letter */
            }
        } else if ((cp == 0xfe0f && first >= 0x2000) ||
                   (cp >= 0x1f1e6 && cp <= 0x1f1ff)) {
            *out_columns = 2; /* shown as an emoji; the flag's other half */
        }
        at += n == 0 ? 1 : n;
    }
    return at;
}

size_t nj_utf8_fit(const char *s, size_t len, size_t columns)
{
    size_t at = 0;
    size_t used = 0;

    while (at < len) {
        size_t wide;
        size_t n = measure_letter(s + at, len - at, &wide);

        if (used + wide > columns) {
            break;
        }
        used += wide;
        at += n;
    }
    return at;
}

size_t nj_utf8_columns(const char *s, size_t len)
{
    size_t at = 0;
    size_t used = 0;

    while (at < len) {
        size_t wide;

        at += measure_letter(s + at, len - at, &wide);
        used += wide;
    }
    return used;
}

static int is_deceiving(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x2028 ||
           cp == 0x2029 || (cp >= 0x200e && cp <= 0x200f) ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
           cp == 0x061c;
}

static size_t
harmless_piece(const char *s, size_t len, char out[16], size_t *out_len)
{
    uint32_t cp = 0;
    size_t n = nj_utf8_decode(s, len, &cp);
    int wrote;

    if (n == 0 || cp < 0x80) {
        unsigned char byte = (unsigned char)s[0];

        n = 1;
        if (cp >= 0x20 && cp < 0x7f) {
            out[0] = s[0];
            *out_len = 1;
            return n;
        }
        wrote = snprintf(out, 16, "\\x%02x", byte);
    } else if (is_deceiving(cp)) {
        wrote = snprintf(out, 16, "\\u{%x}", (unsigned)cp);
    } else {
        memcpy(out, s, n);
        *out_len = n;
        return n;
    }
    *out_len = wrote < 0 ? 0 : (size_t)wrote;
    return n;
}

size_t nj_str_harmless(const char *s, size_t len, char *out, size_t room)
{
    size_t at = 0;
    size_t wrote = 0;

    if (room == 0) {
        return 0;
    }
    while (at < len) {
        char piece[16];
        size_t piece_len = 0;
        size_t n = harmless_piece(s + at, len - at, piece, &piece_len);

        if (wrote + piece_len + 1 > room) {
            break;
        }
        memcpy(out + wrote, piece, piece_len);
        wrote += piece_len;
        at += n;
    }
    out[wrote] = '\0';
    return wrote;
}
