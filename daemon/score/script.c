#include "score/script.h"

#include <stddef.h>
#include <utf8proc.h>

struct range {
    uint32_t first;
    uint32_t last;
    enum nj_script script;
};

/* Sorted; letters of blocks, as coarse as the judge needs it. */
static const struct range ranges[] = {
    {0x0041, 0x005a, NJ_SCRIPT_LATIN},
    {0x0061, 0x007a, NJ_SCRIPT_LATIN},
    {0x00aa, 0x00aa, NJ_SCRIPT_LATIN},
    {0x00ba, 0x00ba, NJ_SCRIPT_LATIN},
    {0x00c0, 0x02af, NJ_SCRIPT_LATIN},
    {0x0370, 0x03ff, NJ_SCRIPT_GREEK},
    {0x0400, 0x052f, NJ_SCRIPT_CYRILLIC},
    {0x0530, 0x058f, NJ_SCRIPT_OTHER},
    {0x0590, 0x05ff, NJ_SCRIPT_HEBREW},
    {0x0600, 0x06ff, NJ_SCRIPT_ARABIC},
    {0x0700, 0x074f, NJ_SCRIPT_OTHER},
    {0x0750, 0x077f, NJ_SCRIPT_ARABIC},
    {0x0780, 0x089f, NJ_SCRIPT_OTHER},
    {0x08a0, 0x08ff, NJ_SCRIPT_ARABIC},
    {0x0900, 0x097f, NJ_SCRIPT_DEVANAGARI},
    {0x0980, 0x10ff, NJ_SCRIPT_OTHER},
    {0x1100, 0x11ff, NJ_SCRIPT_EAST_ASIAN},
    {0x1200, 0x1c7f, NJ_SCRIPT_OTHER},
    {0x1c80, 0x1c8f, NJ_SCRIPT_CYRILLIC},
    {0x1c90, 0x1cbf, NJ_SCRIPT_OTHER},
    {0x1d00, 0x1dbf, NJ_SCRIPT_LATIN},
    {0x1e00, 0x1eff, NJ_SCRIPT_LATIN},
    {0x1f00, 0x1fff, NJ_SCRIPT_GREEK},
    {0x2c60, 0x2c7f, NJ_SCRIPT_LATIN},
    {0x2d00, 0x2ddf, NJ_SCRIPT_OTHER},
    {0x2de0, 0x2dff, NJ_SCRIPT_CYRILLIC},
    {0x3005, 0x3007, NJ_SCRIPT_EAST_ASIAN},
    {0x3041, 0x318f, NJ_SCRIPT_EAST_ASIAN},
    {0x31a0, 0x31ff, NJ_SCRIPT_EAST_ASIAN},
    {0x3400, 0x4dbf, NJ_SCRIPT_EAST_ASIAN},
    {0x4e00, 0x9fff, NJ_SCRIPT_EAST_ASIAN},
    {0xa000, 0xa63f, NJ_SCRIPT_OTHER},
    {0xa640, 0xa69f, NJ_SCRIPT_CYRILLIC},
    {0xa6a0, 0xa71f, NJ_SCRIPT_OTHER},
    {0xa720, 0xa7ff, NJ_SCRIPT_LATIN},
    {0xa800, 0xa8df, NJ_SCRIPT_OTHER},
    {0xa8e0, 0xa8ff, NJ_SCRIPT_DEVANAGARI},
    {0xa900, 0xa95f, NJ_SCRIPT_OTHER},
    {0xa960, 0xa97f, NJ_SCRIPT_EAST_ASIAN},
    {0xa980, 0xab2f, NJ_SCRIPT_OTHER},
    {0xab30, 0xab6f, NJ_SCRIPT_LATIN},
    {0xab70, 0xabff, NJ_SCRIPT_OTHER},
    {0xac00, 0xd7ff, NJ_SCRIPT_EAST_ASIAN},
    {0xf900, 0xfaff, NJ_SCRIPT_EAST_ASIAN},
    {0xfb00, 0xfb06, NJ_SCRIPT_LATIN},
    {0xfb1d, 0xfb4f, NJ_SCRIPT_HEBREW},
    {0xfb50, 0xfdff, NJ_SCRIPT_ARABIC},
    {0xfe70, 0xfeff, NJ_SCRIPT_ARABIC},
    {0x10000, 0x1cfff, NJ_SCRIPT_OTHER},
    {0x20000, 0x3ffff, NJ_SCRIPT_EAST_ASIAN},
};

static int is_mark(utf8proc_category_t category)
{
    return category == UTF8PROC_CATEGORY_MN ||
           category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

static int is_letter(utf8proc_category_t category)
{
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

int nj_script_is_word(uint32_t cp)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);

    return is_letter(category) || is_mark(category) ||
           category == UTF8PROC_CATEGORY_ND ||
           category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_NO;
}

int nj_script_is_emoji(uint32_t cp)
{
    return (cp >= 0x2190 && cp <= 0x2bff) || (cp >= 0x1f000 && cp <= 0x1faff);
}

enum nj_script nj_script_of(uint32_t cp)
{
    size_t low = 0;
    size_t high = sizeof ranges / sizeof ranges[0];
    utf8proc_category_t category;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (cp > ranges[mid].last) {
            low = mid + 1;
        } else if (cp < ranges[mid].first) {
            high = mid;
        } else {
            category = utf8proc_category((utf8proc_int32_t)cp);
            return is_letter(category) || is_mark(category) ? ranges[mid].script
                                                            : NJ_SCRIPT_COMMON;
        }
    }
    return NJ_SCRIPT_COMMON;
}

struct pair {
    uint32_t cp;
    char latin;
};

/* Sorted by code point. Capitals stand where their shape differs from the
 * small letter's; others are found through the small one. */
static const struct pair pairs[] = {
    {0x0370, 'h'}, {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'},
    {0x0397, 'h'}, {0x0399, 'i'}, {0x039a, 'k'}, {0x039c, 'm'}, {0x039d, 'n'},
    {0x039f, 'o'}, {0x03a1, 'p'}, {0x03a3, 'e'}, {0x03a4, 't'}, {0x03a5, 'y'},
    {0x03a7, 'x'}, {0x03b1, 'a'}, {0x03b2, 'b'}, {0x03b3, 'y'}, {0x03b4, 'd'},
    {0x03b5, 'e'}, {0x03b6, 'z'}, {0x03b7, 'n'}, {0x03b8, 'o'}, {0x03b9, 'i'},
    {0x03ba, 'k'}, {0x03bb, 'l'}, {0x03bc, 'u'}, {0x03bd, 'v'}, {0x03bf, 'o'},
    {0x03c0, 'n'}, {0x03c1, 'p'}, {0x03c2, 's'}, {0x03c3, 'o'}, {0x03c4, 't'},
    {0x03c5, 'u'}, {0x03c7, 'x'}, {0x03c9, 'w'}, {0x03f2, 'c'}, {0x03f3, 'j'},
    {0x0412, 'b'}, {0x041d, 'h'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0423, 'y'},
    {0x0425, 'x'}, {0x0430, 'a'}, {0x0431, 'b'}, {0x0432, 'b'}, {0x0433, 'r'},
    {0x0435, 'e'}, {0x0437, 'e'}, {0x0438, 'u'}, {0x043a, 'k'}, {0x043c, 'm'},
    {0x043d, 'h'}, {0x043e, 'o'}, {0x043f, 'n'}, {0x0440, 'p'}, {0x0441, 'c'},
    {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x044c, 'b'}, {0x044f, 'r'},
    {0x0454, 'e'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x045b, 'h'},
    {0x0475, 'v'}, {0x0493, 'f'}, {0x04ab, 'c'}, {0x04af, 'y'}, {0x04bb, 'h'},
    {0x04bd, 'e'}, {0x04cf, 'l'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'},
    {0x0561, 'w'}, {0x0563, 'q'}, {0x0566, 'q'}, {0x0570, 'h'}, {0x0578, 'n'},
    {0x057d, 'u'}, {0x0581, 'g'}, {0x0582, 'i'}, {0x0585, 'o'}, {0x13a0, 'd'},
    {0x13a1, 'r'}, {0x13a2, 't'}, {0x13a5, 'i'}, {0x13a9, 'y'}, {0x13aa, 'a'},
    {0x13ab, 'j'}, {0x13ac, 'e'}, {0x13b3, 'w'}, {0x13b7, 'm'}, {0x13bb, 'h'},
    {0x13c0, 'g'}, {0x13c2, 'h'}, {0x13c3, 'z'}, {0x13cf, 'b'}, {0x13d2, 'r'},
    {0x13d4, 'w'}, {0x13d5, 's'}, {0x13d9, 'v'}, {0x13da, 's'}, {0x13de, 'l'},
    {0x13df, 'c'}, {0x13e2, 'p'}, {0x13e6, 'k'}, {0x13f4, 'b'}, {0xa4d0, 'b'},
    {0xa4d1, 'p'}, {0xa4d3, 'd'}, {0xa4d4, 't'}, {0xa4d6, 'g'}, {0xa4d7, 'k'},
    {0xa4d9, 'j'}, {0xa4da, 'c'}, {0xa4dc, 'z'}, {0xa4dd, 'f'}, {0xa4df, 'm'},
    {0xa4e0, 'n'}, {0xa4e1, 'l'}, {0xa4e2, 's'}, {0xa4e3, 'r'}, {0xa4e6, 'v'},
    {0xa4e7, 'h'}, {0xa4ea, 'w'}, {0xa4eb, 'x'}, {0xa4ec, 'y'}, {0xa4ee, 'a'},
    {0xa4f0, 'e'}, {0xa4f2, 'i'}, {0xa4f3, 'o'}, {0xa4f4, 'u'},
};

static char find_latin(uint32_t cp)
{
    size_t low = 0;
    size_t high = sizeof pairs / sizeof pairs[0];

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (pairs[mid].cp == cp) {
            return pairs[mid].latin;
        }
        if (pairs[mid].cp < cp) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return 0;
}

char nj_lookalike_latin(uint32_t cp)
{
    char latin = find_latin(cp);

    return latin != 0
               ? latin
               : find_latin((uint32_t)utf8proc_tolower((utf8proc_int32_t)cp));
}

uint32_t nj_lookalike_cyrillic(char letter)
{
    static const struct {
        char latin;
        uint32_t cp;
    } back[] = {
        {'a', 0x0430}, {'b', 0x0432}, {'c', 0x0441}, {'e', 0x0435},
        {'h', 0x043d}, {'i', 0x0456}, {'k', 0x043a}, {'m', 0x043c},
        {'o', 0x043e}, {'p', 0x0440}, {'t', 0x0442}, {'x', 0x0445},
        {'y', 0x0443}, {'3', 0x0437}, {'s', 0x0455}, {'j', 0x0458},
    };

    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        if (back[i].latin == letter) {
            return back[i].cp;
        }
    }
    return 0;
}
