#include "score/language.h"

#include <string.h>

#include "score/script.h"

enum { LANGUAGES = 32 };

static const char *const codes[LANGUAGES] = {
    "und", "en", "de", "es", "pt", "fr", "it", "nl", "tr", "pl", "ru",
    "ar",  "hi", "uk", "el", "he", "zh", "ja", "ko", "th", "fa", "ur",
    "sv",  "da", "no", "fi", "cs", "ro", "hu", "id", "vi", "bg",
};

enum {
    DE = 2,
    ES = 3,
    PT = 4,
    FR = 5,
    IT = 6,
    TR = 8,
    PL = 9,
    RU = 10,
    AR = 11,
    HI = 12,
    UK = 13,
    EL = 14,
    HE = 15,
    ZH = 16,
    JA = 17,
    KO = 18,
    TH = 19,
    FA = 20,
    UR = 21,
    SV = 22,
};

unsigned nj_language_find(const char *code, size_t len)
{
    if (len < 2 || (len > 2 && code[2] != '-' && code[2] != '_')) {
        return NJ_LANGUAGE_UNKNOWN;
    }
    for (unsigned i = 1; i < LANGUAGES; i++) {
        if ((code[0] | 0x20) == codes[i][0] &&
            (code[1] | 0x20) == codes[i][1]) {
            return i;
        }
    }
    return NJ_LANGUAGE_UNKNOWN;
}

const char *nj_language_code(unsigned language)
{
    return codes[language < LANGUAGES ? language : 0];
}

struct special {
    uint32_t first;
    uint32_t last;
    unsigned languages;
};

#define BIT(language) (1u << (language))

static const struct special specials[] = {
    {0x00a1, 0x00a1, BIT(ES)},
    {0x00bf, 0x00bf, BIT(ES)},
    {0x00d1, 0x00d1, BIT(ES)},
    {0x00f1, 0x00f1, BIT(ES)},
    {0x00df, 0x00df, BIT(DE)},
    {0x00c3, 0x00c3, BIT(PT)},
    {0x00e3, 0x00e3, BIT(PT)},
    {0x00d5, 0x00d5, BIT(PT)},
    {0x00f5, 0x00f5, BIT(PT)},
    {0x00ca, 0x00ca, BIT(FR) | BIT(PT)},
    {0x00ea, 0x00ea, BIT(FR) | BIT(PT)},
    {0x00e8, 0x00e8, BIT(FR) | BIT(IT)},
    {0x00f9, 0x00f9, BIT(FR) | BIT(IT)},
    {0x00ec, 0x00ec, BIT(IT)},
    {0x00f2, 0x00f2, BIT(IT)},
    {0x00e4, 0x00e4, BIT(DE) | BIT(SV)},
    {0x00fc, 0x00fc, BIT(DE) | BIT(TR)},
    {0x00f6, 0x00f6, BIT(DE) | BIT(TR) | BIT(SV)},
    {0x00e5, 0x00e5, BIT(SV)},
    {0x0105, 0x0107, BIT(PL)},
    {0x0119, 0x0119, BIT(PL)},
    {0x0142, 0x0142, BIT(PL)},
    {0x0144, 0x0144, BIT(PL)},
    {0x015a, 0x015b, BIT(PL)},
    {0x017b, 0x017c, BIT(PL)},
    {0x011e, 0x011f, BIT(TR)},
    {0x0130, 0x0131, BIT(TR)},
    {0x015e, 0x015f, BIT(TR)},
    {0x0153, 0x0153, BIT(FR)},
    {0x0404, 0x0404, BIT(UK)},
    {0x0406, 0x0407, BIT(UK)},
    {0x0454, 0x0454, BIT(UK)},
    {0x0456, 0x0457, BIT(UK)},
    {0x044b, 0x044b, BIT(RU)},
    {0x044d, 0x044d, BIT(RU)},
    {0x0679, 0x0679, BIT(UR)},
    {0x067e, 0x067e, BIT(FA)},
    {0x0686, 0x0686, BIT(FA)},
    {0x0688, 0x0688, BIT(UR)},
    {0x06af, 0x06af, BIT(FA)},
    {0x0e00, 0x0e7f, BIT(TH)},
    {0x3040, 0x30ff, BIT(JA)},
    {0x4e00, 0x9fff, BIT(ZH)},
    {0xac00, 0xd7a3, BIT(KO)},
};

unsigned nj_language_special(uint32_t cp)
{
    unsigned found = 0;

    if (cp < 0xa1 || (cp > 0x456 && cp < 0x679 && cp != 0x457)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        if (cp >= specials[i].first && cp <= specials[i].last) {
            found |= specials[i].languages;
        }
    }
    return found;
}

/* Each stop word gives its languages 4 points together; a special letter 3. */
static void count_words(const struct nj_vocab *vocab,
                        const struct nj_words *words,
                        int points[LANGUAGES])
{
    for (size_t i = 0; i < words->count; i++) {
        unsigned languages = vocab->words[words->items[i].id].languages;
        int share;

        /* letters that stand alone are no words */
        if (languages == 0 || words->items[i].end - words->items[i].start < 2) {
            continue;
        }
        share = 4 / __builtin_popcount(languages);
        while (languages != 0) {
            points[__builtin_ctz(languages)] += share > 0 ? share : 1;
            languages &= languages - 1;
        }
    }
}

static unsigned by_script(const struct nj_canon *canon)
{
    unsigned special = canon->special;

    if ((canon->scripts & NJ_SCRIPT_CYRILLIC) != 0) {
        return (special & BIT(UK)) != 0 && (special & BIT(RU)) == 0 ? UK : RU;
    }
    if ((canon->scripts & NJ_SCRIPT_ARABIC) != 0) {
        return (special & BIT(UR)) != 0   ? UR
               : (special & BIT(FA)) != 0 ? FA
                                          : AR;
    }
    if ((canon->scripts & NJ_SCRIPT_DEVANAGARI) != 0) {
        return HI;
    }
    if ((canon->scripts & NJ_SCRIPT_GREEK) != 0) {
        return EL;
    }
    if ((canon->scripts & NJ_SCRIPT_HEBREW) != 0) {
        return HE;
    }
    if ((special & (BIT(JA) | BIT(KO))) != 0) {
        return (special & BIT(JA)) != 0 ? JA : KO;
    }
    return (special & BIT(ZH)) != 0   ? ZH
           : (special & BIT(TH)) != 0 ? TH
                                      : NJ_LANGUAGE_UNKNOWN;
}

/* Whether most words are beyond ASCII while the text has another script. */
static int is_foreign(const struct nj_canon *canon,
                      const struct nj_words *words)
{
    const unsigned familiar = NJ_SCRIPT_LATIN | NJ_SCRIPT_COMMON;
    size_t foreign = 0;
    size_t plain = 0;

    if ((canon->scripts & ~familiar) == 0) {
        return 0;
    }
    for (size_t i = 0; i < words->count; i++) {
        unsigned flags = words->items[i].flags;

        foreign += (flags & NJ_W_FOREIGN) != 0;
        plain += (flags &
                  (NJ_W_FOREIGN | NJ_W_LINK | NJ_W_EMOJI | NJ_W_MENTION)) == 0;
    }
    return foreign * 2 > plain;
}

unsigned nj_language_guess(const struct nj_vocab *vocab,
                           const struct nj_canon *canon,
                           const struct nj_words *words,
                           const char *hint)
{
    int points[LANGUAGES] = {0};
    unsigned best = 0;
    int second = 0;
    unsigned hinted = hint == NULL ? 0 : nj_language_find(hint, strlen(hint));

    if (is_foreign(canon, words)) {
        return by_script(canon);
    }
    count_words(vocab, words, points);
    for (unsigned i = 1; i < LANGUAGES; i++) {
        points[i] += (canon->special & BIT(i)) != 0 ? 3 : 0;
        points[i] += i == hinted ? 3 : 0;
    }
    for (unsigned i = 1; i < LANGUAGES; i++) {
        if (points[i] > points[best]) {
            second = points[best];
            best = i;
        } else if (points[i] > second) {
            second = points[i];
        }
    }
    if (points[best] >= 4 && points[best] > second) {
        return best;
    }
    return hinted;
}

#undef BIT
