/* source/charset.h - bytes from outside to UTF-8, whatever they say they are.
 *
 * Told by, in this order: a byte order mark; the shape of the first bytes
 * (UTF-16 and UTF-32 without a mark, EBCDIC); being UTF-8 beyond doubt; the
 * charset of the Content-Type header; the XML declaration; for Cyrillic
 * without any label the letters that are frequent. What still does not decode
 * is read as UTF-8 where it is UTF-8 and as windows-1252 where it is not.
 * Labels mean what browsers take them for (latin1 is windows-1252, gb2312 is
 * gb18030: WHATWG Encoding section 4.2). By iconv. Any thread.
 */

#ifndef NJ_SOURCE_CHARSET_H
#define NJ_SOURCE_CHARSET_H

#include <stddef.h>

#include "base/err.h"

enum { NJ_CHARSET_NAME = 48 };

struct nj_decoded {
    const char *text; /* well-formed UTF-8 without a mark; NUL and other
                         controls may be in it; no NUL behind it */
    size_t len;
    char *owned;                /* what it lives in; NULL: in the bytes given */
    char name[NJ_CHARSET_NAME]; /* "utf-8", "windows-1251"... */
};

/* Decode BYTES[0..LEN) (lent as long as OUT lives). CONTENT_TYPE: the header's
 * value, or NULL. 0 or NJ_E_NOMEM (OUT untouched). */
int nj_charset_decode(const char *bytes,
                      size_t len,
                      const char *content_type,
                      struct nj_decoded *out) NJ_MUST;

void nj_decoded_finish(struct nj_decoded *decoded);

/* The parameter NAME ("charset") of a CONTENT_TYPE (may be NULL), lower case,
 * into OUT; "" when it is not there or too long. */
void nj_content_type_parameter(const char *content_type,
                               const char *name,
                               char out[NJ_CHARSET_NAME]);

#endif
