/* io/address.h - which network addresses a guarded request may reach. The text
 * form is in fetch.h. Any thread. */

#ifndef NJ_IO_ADDRESS_H
#define NJ_IO_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

enum { NJ_ADDRESS_TEXT = 64 }; /* bytes of an address as text with its NUL */

/* Whether ADDRESS (LEN bytes) is anything but a plain public IPv4 or IPv6
 * address: see nj_address_is_private. Another family or a short one counts as
 * private. */
int nj_sockaddr_is_private(const struct sockaddr *address, size_t len);

/* ADDRESS without its port as text; "?" for what is no IP address. */
void nj_sockaddr_text(const struct sockaddr *address,
                      char out[NJ_ADDRESS_TEXT]);

#endif
