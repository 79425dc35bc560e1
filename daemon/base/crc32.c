#include "base/crc32.h"

enum { LANES = 8 }; /* bytes taken at once */

static void fill_tables(uint32_t tables[LANES][256])
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;

        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
        }
        tables[0][i] = crc;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (int lane = 1; lane < LANES; lane++) {
            uint32_t before = tables[lane - 1][i];

            tables[lane][i] = before >> 8 ^ tables[0][before & 0xff];
        }
    }
}

uint32_t nj_crc32(const void *bytes, size_t len)
{
    return nj_crc32_add(0, bytes, len);
}

uint32_t nj_crc32_add(uint32_t so_far, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint32_t t[LANES][256];
    uint32_t crc = ~so_far;

    fill_tables(t);
    for (; len >= LANES; len -= LANES, at += LANES) {
        crc ^= (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
               (uint32_t)at[3] << 24;
        crc = t[7][crc & 0xff] ^ t[6][crc >> 8 & 0xff] ^
              t[5][crc >> 16 & 0xff] ^ t[4][crc >> 24] ^ t[3][at[4]] ^
              t[2][at[5]] ^ t[1][at[6]] ^ t[0][at[7]];
    }
    for (; len > 0; len--, at++) {
        crc = crc >> 8 ^ t[0][(crc ^ *at) & 0xff];
    }
    return ~crc;
}
