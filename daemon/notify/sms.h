/* notify/sms.h - how long a text message is: the GSM 7-bit alphabet (3GPP TS
 * 23.038, 6.2.1) counted in septets, everything else in UCS-2 units (TS 23.040;
 * a code point past U+FFFF is a surrogate pair: two). Pure. */

#ifndef NJ_NOTIFY_SMS_H
#define NJ_NOTIFY_SMS_H

#include <stddef.h>

#include "base/buf.h"

/* Whether TEXT is UTF-8 within the GSM default alphabet and its extension. */
int nj_sms_is_gsm(const char *text);

/* Length of TEXT[0..LEN): septets when GSM (extension characters count two,
 * what is not in the alphabet counts nothing), else UCS-2 units. */
size_t nj_sms_units(const char *text, size_t len, int gsm);

/* The largest length in bytes at which TEXT may be cut to have at most UNITS
 * and no letter broken. */
size_t nj_sms_cut(const char *text, size_t units, int gsm);

/* Append plain TEXT with typographic quotes, dashes, spaces and dots as the
 * GSM alphabet has them: one curly quote would cost more than half the
 * message. */
void nj_sms_simplify(struct nj_buf *out, const char *text);

#endif
