/* base/utf8_wide.h - which code points take two columns on a terminal. */

#ifndef NJ_BASE_UTF8_WIDE_H
#define NJ_BASE_UTF8_WIDE_H

#include <stdint.h>

/* Whether CP is an ideograph, kana, hangul syllable, full-width form or emoji.
 */
int nj_utf8_is_wide(uint32_t cp);

#endif
