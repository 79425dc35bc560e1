/* notify/address.h - what may stand in an envelope. Strict on purpose: an
 * address is refused rather than repaired, since a repaired one may be someone
 * else's. Pure. */

#ifndef NJ_NOTIFY_ADDRESS_H
#define NJ_NOTIFY_ADDRESS_H

/* Whether TEXT is one bare ASCII mail address, local@domain, without comments,
 * quotes or names (RFC 5321 4.1.2: dot-string at a domain or address literal;
 * 64, 255 and 254 bytes at most). NULL: no. */
int nj_address_is_mail(const char *text);

/* The domain of a mail address: what follows the '@', lent. */
const char *nj_address_domain(const char *mail);

/* Whether TEXT is a telephone number as E.164 has it: '+', then 7 to 15
 * digits, the first not 0. NULL: no. */
int nj_address_is_phone(const char *text);

#endif
