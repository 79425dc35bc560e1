/* base/utf8_marks.h - which code points belong to the letter before them. */

#ifndef NJ_BASE_UTF8_MARKS_H
#define NJ_BASE_UTF8_MARKS_H

#include <stdint.h>

/* Whether CP is a combining mark, vowel sign, joiner, variation selector, skin
 * tone, tag, or a jamo that continues a syllable. */
int nj_utf8_joins_back(uint32_t cp);

#endif
