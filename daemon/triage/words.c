#include "triage/words.h"

#include <stddef.h>

#include "base/str.h"
#include "triage/match.h"

struct range {
    uint32_t first;
    uint32_t last;
};

static int is_in(const struct range *ranges, size_t count, uint32_t cp)
{
    for (size_t i = 0; i < count; i++) {
        if (cp >= ranges[i].first && cp <= ranges[i].last) {
            return 1;
        }
    }
    return 0;
}

#define IS_IN(ranges, cp) is_in(ranges, sizeof(ranges) / sizeof(ranges)[0], cp)

int nj_letter_is_space(uint32_t cp)
{
    static const struct range spaces[] = {
        {0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},
        {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
        {0x205f, 0x205f}, {0x3000, 0x3000},
    };

    return IS_IN(spaces, cp);
}

int nj_letter_is(uint32_t cp)
{
    static const struct range others[] = {
        {0x80, 0xa9},        {0xab, 0xb4},       {0xb6, 0xb9},
        {0xbb, 0xbf},        {0xd7, 0xd7},       {0xf7, 0xf7},
        {0x02c2, 0x02c5},    {0x037e, 0x037e},   {0x0387, 0x0387},
        {0x055a, 0x055f},    {0x0589, 0x058a},   {0x05be, 0x05be},
        {0x05c0, 0x05c0},    {0x05f3, 0x05f4},   {0x060c, 0x060d},
        {0x061b, 0x061f},    {0x066a, 0x066d},   {0x06d4, 0x06d4},
        {0x0964, 0x0965},    {0x0e4f, 0x0e4f},   {0x0e5a, 0x0e5b},
        {0x1680, 0x1680},    {0x2000, 0x206f},   {0x20a0, 0x20cf},
        {0x2190, 0x2bff},    {0x2e00, 0x2e7f},   {0x3000, 0x3004},
        {0x3008, 0x3020},    {0x3030, 0x3030},   {0x303d, 0x303d},
        {0x30a0, 0x30a0},    {0x30fb, 0x30fb},   {0xe000, 0xf8ff},
        {0xfe00, 0xfe1f},    {0xfe30, 0xfe6f},   {0xff00, 0xff0f},
        {0xff1a, 0xff20},    {0xff3b, 0xff40},   {0xff5b, 0xff65},
        {0xffe0, 0xffff},    {0x1f000, 0x1faff}, {0xe0000, 0xe01ef},
        {0xf0000, 0x10ffff},
    };

    if (cp < 0x80) {
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
               (cp >= 'A' && cp <= 'Z') || cp == '_';
    }
    return !IS_IN(others, cp);
}

int nj_letter_is_unspaced(uint32_t cp)
{
    static const struct range scripts[] = {
        {0x0e00, 0x0eff}, /* Thai, Lao */
        {0x0f00, 0x109f}, /* Tibetan, Myanmar */
        {0x1780, 0x17ff}, /* Khmer */
        {0x2e80, 0x2fdf}, /* radicals */
        {0x3005, 0x3007},   {0x3021, 0x302f},
        {0x3040, 0x31ff},                     /* kana, bopomofo, strokes */
        {0x3400, 0x4dbf},   {0x4e00, 0x9fff}, /* ideographs */
        {0xf900, 0xfaff},   {0xff66, 0xff9f},
        {0x20000, 0x3ffff},
    };

    return IS_IN(scripts, cp);
}

/* Pairs of upper and lower case that stand side by side, upper one even. */
static int is_even_pair(uint32_t cp)
{
    static const struct range pairs[] = {
        {0x0100, 0x012f}, {0x0132, 0x0137}, {0x014a, 0x0177}, {0x0200, 0x021f},
        {0x0222, 0x0233}, {0x0370, 0x0373}, {0x0460, 0x0481}, {0x048a, 0x04bf},
        {0x04d0, 0x052f}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff},
    };

    return IS_IN(pairs, cp);
}

/* The same with the upper one odd. */
static int is_odd_pair(uint32_t cp)
{
    static const struct range pairs[] = {
        {0x0139, 0x0148},
        {0x0179, 0x017e},
        {0x01cd, 0x01dc},
        {0x04c1, 0x04ce},
    };

    return IS_IN(pairs, cp);
}

uint32_t nj_letter_fold(uint32_t cp)
{
    if (cp < 0x80) {
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    if (is_even_pair(cp)) {
        return cp | 1;
    }
    if (is_odd_pair(cp)) {
        return cp + (cp & 1);
    }
    if ((cp >= 0xc0 && cp <= 0xde && cp != 0xd7) ||
        (cp >= 0x0391 && cp <= 0x03ab && cp != 0x03a2) ||
        (cp >= 0x0410 && cp <= 0x042f) || (cp >= 0xff21 && cp <= 0xff3a)) {
        return cp + 32;
    }
    if (cp >= 0x0400 && cp <= 0x040f) {
        return cp + 80;
    }
    if (cp >= 0x0531 && cp <= 0x0556) {
        return cp + 48;
    }
    switch (cp) {
    case 0x0178: /* Y with diaeresis */
        return 0xff;
    case 0x0386: /* Greek with tonos */
        return 0x03ac;
    case 0x0388:
    case 0x0389:
    case 0x038a:
        return cp + 37;
    case 0x038c:
        return 0x03cc;
    case 0x038e:
    case 0x038f:
        return cp + 63;
    case 0x03c2: /* final sigma */
        return 0x03c3;
    case 0x1e9e: /* sharp s */
        return 0xdf;
    default:
        return cp;
    }
}

/* A place in UTF-8 text; bytes that are not UTF-8 count as one symbol each. */
static const char *step(const char *p, uint32_t *out_cp)
{
    size_t left = 0;
    size_t n;

    if ((unsigned char)*p < 0x80) {
        *out_cp = (unsigned char)*p;
        return p + 1;
    }
    while (left < 4 && p[left] != '\0') {
        left++;
    }
    n = nj_utf8_decode(p, left, out_cp);
    if (n == 0) {
        *out_cp = 0xffff; /* no letter, no space, in no word */
        n = 1;
    }
    return p + n;
}

static const char *skip_spaces(const char *p)
{
    uint32_t cp;

    while (*p != '\0') {
        const char *next = step(p, &cp);

        if (!nj_letter_is_space(cp)) {
            break;
        }
        p = next;
    }
    return p;
}

/* Whether a word may begin or end between the neighbours A and B. */
static int is_boundary(uint32_t a, uint32_t b)
{
    return !nj_letter_is(a) || !nj_letter_is(b) || nj_letter_is_unspaced(a) ||
           nj_letter_is_unspaced(b);
}

/* Whether WORD stands at P, which follows code point BEFORE. */
static int stands_at(const char *p, const char *word, uint32_t before)
{
    uint32_t last = before;
    int first = 1;

    while (*word != '\0') {
        uint32_t want;
        uint32_t got;
        const char *next = step(word, &want);

        if (nj_letter_is_space(want)) {
            next = skip_spaces(next);
            if (*next == '\0') {
                break; /* blanks after the word mean nothing */
            }
        }
        if (*p == '\0') {
            return 0;
        }
        p = step(p, &got);
        if (nj_letter_is_space(want)) {
            if (!nj_letter_is_space(got)) {
                return 0;
            }
            p = skip_spaces(p);
        } else if (nj_letter_fold(want) != nj_letter_fold(got)) {
            return 0;
        }
        if (first && !is_boundary(before, got)) {
            return 0;
        }
        first = 0;
        last = got;
        word = next;
    }
    if (*p == '\0') {
        return 1;
    }
    (void)step(p, &before);
    return is_boundary(last, before);
}

int nj_match_word(const char *text, const char *word)
{
    uint32_t before = ' ';
    uint32_t first;

    word = skip_spaces(word);
    if (text == NULL || *word == '\0') {
        return 0;
    }
    (void)step(word, &first);
    first = nj_letter_fold(first);
    while (*text != '\0') {
        uint32_t cp;
        const char *next = step(text, &cp);

        if (nj_letter_fold(cp) == first && stands_at(text, word, before)) {
            return 1;
        }
        before = cp;
        text = next;
    }
    return 0;
}
