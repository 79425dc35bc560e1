/* score/script.h - which script a letter belongs to, and which Latin letter it
 * passes for (a small table of our own in the spirit of Unicode TR39). */

#ifndef NJ_SCORE_SCRIPT_H
#define NJ_SCORE_SCRIPT_H

#include <stdint.h>

/* Values are bits, so that the scripts of a word make a mask. */
enum nj_script {
    NJ_SCRIPT_COMMON = 0, /* digits, signs, emoji */
    NJ_SCRIPT_LATIN = 1 << 0,
    NJ_SCRIPT_GREEK = 1 << 1,
    NJ_SCRIPT_CYRILLIC = 1 << 2,
    NJ_SCRIPT_ARABIC = 1 << 3,
    NJ_SCRIPT_DEVANAGARI = 1 << 4,
    NJ_SCRIPT_HEBREW = 1 << 5,
    NJ_SCRIPT_EAST_ASIAN = 1 << 6, /* Han, kana, Hangul */
    NJ_SCRIPT_OTHER = 1 << 7,      /* Thai, Tamil, Armenian, Cherokee... */
};

/* The script of CP; letters only, all else is common. */
enum nj_script nj_script_of(uint32_t cp);

/* Whether CP is written inside words: letter, digit or mark. */
int nj_script_is_word(uint32_t cp);

/* Whether CP is a pictograph that counts as a word of its own. */
int nj_script_is_emoji(uint32_t cp);

/* The small Latin letter that CP (any case) passes for, or 0. */
char nj_lookalike_latin(uint32_t cp);

/* The small Cyrillic letter that small Latin LETTER passes for, or 0. */
uint32_t nj_lookalike_cyrillic(char letter);

#endif
