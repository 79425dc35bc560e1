/* base/crc32.h - the checksum of ISO 3309 (zip, PNG), to notice damage. */

#ifndef NJ_BASE_CRC32_H
#define NJ_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC-32 of BYTES[0..LEN); BYTES may be NULL when LEN is 0. About 1 ms for
 * two megabytes. Any thread. */
uint32_t nj_crc32(const void *bytes, size_t len);

/* The same, piece by piece: SO_FAR is what the bytes before gave, 0 at the
 * beginning. Sets up 8 KB of tables at each call: let the pieces be large. */
uint32_t nj_crc32_add(uint32_t so_far, const void *bytes, size_t len);

#endif
