#include "score/fold.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"
#include "score/script.h"

struct swap {
    uint32_t from;
    uint32_t to;
};

/* What NFKC leaves alone but a reader takes for a letter or for one sign;
 * sorted. */
static const struct swap swaps[] = {
    {0x00ab, '"'},  {0x00bb, '"'},  {0x00d8, 'o'},  {0x00f8, 'o'},
    {0x0110, 'd'},  {0x0111, 'd'},  {0x0126, 'h'},  {0x0127, 'h'},
    {0x0141, 'l'},  {0x0142, 'l'},  {0x0166, 't'},  {0x0167, 't'},
    {0x0180, 'b'},  {0x0188, 'c'},  {0x0191, 'f'},  {0x0192, 'f'},
    {0x0197, 'i'},  {0x0199, 'k'},  {0x019a, 'l'},  {0x01a5, 'p'},
    {0x01b6, 'z'},  {0x023c, 'c'},  {0x0247, 'e'},  {0x0249, 'j'},
    {0x024d, 'r'},  {0x024f, 'y'},  {0x0251, 'a'},  {0x0253, 'b'},
    {0x0256, 'd'},  {0x0257, 'd'},  {0x0260, 'g'},  {0x0261, 'g'},
    {0x0262, 'g'},  {0x0266, 'h'},  {0x0268, 'i'},  {0x026a, 'i'},
    {0x0271, 'm'},  {0x0272, 'n'},  {0x0274, 'n'},  {0x0276, 'o'},
    {0x0280, 'r'},  {0x0288, 't'},  {0x0289, 'u'},  {0x028b, 'v'},
    {0x028f, 'y'},  {0x0290, 'z'},  {0x0299, 'b'},  {0x029c, 'h'},
    {0x029f, 'l'},  {0x02bc, '\''}, {0x1d00, 'a'},  {0x1d04, 'c'},
    {0x1d05, 'd'},  {0x1d07, 'e'},  {0x1d0a, 'j'},  {0x1d0b, 'k'},
    {0x1d0d, 'm'},  {0x1d0f, 'o'},  {0x1d18, 'p'},  {0x1d1b, 't'},
    {0x1d1c, 'u'},  {0x1d20, 'v'},  {0x1d21, 'w'},  {0x1d22, 'z'},
    {0x2010, '-'},  {0x2011, '-'},  {0x2012, '-'},  {0x2013, '-'},
    {0x2014, '-'},  {0x2015, '-'},  {0x2018, '\''}, {0x2019, '\''},
    {0x201a, '\''}, {0x201b, '\''}, {0x201c, '"'},  {0x201d, '"'},
    {0x201e, '"'},  {0x201f, '"'},  {0x2032, '\''}, {0x2033, '"'},
    {0x2039, '\''}, {0x203a, '\''}, {0x2212, '-'},  {0x300c, '"'},
    {0x300d, '"'},  {0xa730, 'f'},  {0xa731, 's'},
};

/* Runs of capitals A to Z that NFKC does not know as letters. */
static const uint32_t alphabets[] = {
    0x249c,  /* parenthesised small */
    0x1f110, /* parenthesised */
    0x1f150, /* negative circled */
    0x1f170, /* negative squared */
    0x1f1e6, /* regional indicators */
};

static uint32_t swap_disguise(uint32_t cp)
{
    size_t low = 0;
    size_t high = sizeof swaps / sizeof swaps[0];

    for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++) {
        if (cp >= alphabets[i] && cp < alphabets[i] + 26) {
            return 'a' + (cp - alphabets[i]);
        }
    }
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (swaps[mid].from == cp) {
            return swaps[mid].to;
        }
        if (swaps[mid].from < cp) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return cp;
}

int nj_fold_is_mark(uint32_t cp)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);

    return category == UTF8PROC_CATEGORY_MN ||
           category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_MC;
}

/* Invisible: format characters, controls, fillers, the Arabic stretcher and
 * vowel signs, which are optional in writing, and skin tones. */
static int is_dropped(uint32_t cp)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);

    return category == UTF8PROC_CATEGORY_CF || cp == 0x0640 ||
           (cp >= 0x064b && cp <= 0x0652) || cp == 0x2800 ||
           (cp >= 0x1f3fb && cp <= 0x1f3ff) ||
           (category == UTF8PROC_CATEGORY_CC && cp != '\t' && cp != '\n' &&
            cp != '\r' && cp != 0x85);
}

/* &aelig; and its like, which no normal form takes apart. */
static size_t split_ligature(uint32_t cp, uint32_t *out)
{
    if (cp != 0xe6 && cp != 0xc6 && cp != 0x152 && cp != 0x153) {
        return 0;
    }
    out[0] = cp < 0x100 ? 'a' : 'o';
    out[1] = 'e';
    return 2;
}

size_t nj_fold_point(uint32_t cp, uint32_t out[NJ_FOLD_POINTS])
{
    utf8proc_int32_t points[NJ_FOLD_POINTS];
    utf8proc_ssize_t n;
    int bound = 0;
    size_t kept = split_ligature(cp, out);

    if (kept > 0 || is_dropped(cp)) {
        return kept;
    }
    if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
        out[0] = '\n';
        return 1;
    }
    n = utf8proc_decompose_char((utf8proc_int32_t)swap_disguise(cp), points,
                                NJ_FOLD_POINTS,
                                UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
                                &bound);
    for (utf8proc_ssize_t i = 0; i < n && i < NJ_FOLD_POINTS; i++) {
        if (!is_dropped((uint32_t)points[i])) {
            out[kept] = swap_disguise((uint32_t)points[i]);
            kept++;
        }
    }
    return kept;
}

static int combining_class(uint32_t cp)
{
    return utf8proc_get_property((utf8proc_int32_t)cp)->combining_class;
}

size_t nj_fold_compose(uint32_t *points, size_t count)
{
    utf8proc_ssize_t n;

    for (size_t i = 1; i < count; i++) {
        uint32_t cp = points[i];
        int class = combining_class(cp);
        size_t at = i;

        while (class > 0 && at > 0 && combining_class(points[at - 1]) > class) {
            points[at] = points[at - 1];
            at--;
        }
        points[at] = cp;
    }
    n = utf8proc_normalize_utf32((utf8proc_int32_t *)points,
                                 (utf8proc_ssize_t)count,
                                 UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return n < 0 ? count : (size_t)n;
}

/* Latin, Greek, Cyrillic and everything that is no letter: loses its marks. */
static int loses_marks(enum nj_script script)
{
    return script == NJ_SCRIPT_COMMON || script == NJ_SCRIPT_LATIN ||
           script == NJ_SCRIPT_GREEK || script == NJ_SCRIPT_CYRILLIC;
}

static struct nj_folded text_row(const uint32_t *points, size_t count)
{
    struct nj_folded row = {.kind = NJ_FOLD_TEXT};

    for (size_t i = 0; i < count; i++) {
        char bytes[4];
        size_t n;

        if (nj_fold_is_mark(points[i])) {
            continue;
        }
        n = nj_utf8_encode(points[i], bytes);
        if (row.len + n > sizeof row.text) {
            return (struct nj_folded){.kind = NJ_FOLD_SLOW};
        }
        memcpy(row.text + row.len, bytes, n);
        row.len = (uint8_t)(row.len + n);
        row.script |= (uint8_t)nj_script_of(points[i]);
    }
    return row;
}

static struct nj_folded make_row(uint32_t cp)
{
    uint32_t points[NJ_FOLD_POINTS];
    size_t n = nj_fold_point(cp, points);
    enum nj_script script;

    if (n == 0) {
        return (struct nj_folded){.kind = NJ_FOLD_DROP};
    }
    if (nj_fold_is_mark(points[0])) {
        return (struct nj_folded){
            .kind = n == 1 && points[0] == cp ? NJ_FOLD_MARK : NJ_FOLD_SLOW};
    }
    script = nj_script_of(points[0]);
    if (loses_marks(script)) {
        return text_row(points, n);
    }
    if (n == 1 && points[0] == cp && !(cp >= 0x1100 && cp <= 0x11ff)) {
        return (struct nj_folded){.kind = NJ_FOLD_STARTER,
                                  .script = (uint8_t)script};
    }
    return (struct nj_folded){.kind = NJ_FOLD_SLOW};
}

struct nj_fold *nj_fold_create(void)
{
    struct nj_fold *fold = malloc(sizeof *fold);

    if (fold == NULL) {
        return NULL;
    }
    for (uint32_t cp = 0; cp < NJ_FOLD_TABLE; cp++) {
        fold->rows[cp] = make_row(cp);
    }
    return fold;
}
