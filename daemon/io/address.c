#include "io/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/fetch.h"

/* IANA special-purpose registry, IPv4 (RFC 6890 and later): everything that is
 * not a host on the public internet. Host byte order. */
static const struct {
    uint32_t net;
    int bits;
} special_v4[] = {
    {0x00000000, 8},  /* 0/8: this host */
    {0x0a000000, 8},  /* 10/8 */
    {0x64400000, 10}, /* 100.64/10: carrier's NAT */
    {0x7f000000, 8},  /* 127/8: loopback */
    {0xa9fe0000, 16}, /* 169.254/16: link-local, cloud metadata */
    {0xac100000, 12}, /* 172.16/12 */
    {0xc0000000, 24}, /* 192.0.0/24: protocol assignments */
    {0xc0000200, 24}, /* 192.0.2/24: documentation */
    {0xc0a80000, 16}, /* 192.168/16 */
    {0xc6120000, 15}, /* 198.18/15: benchmarks */
    {0xc6336400, 24}, /* 198.51.100/24: documentation */
    {0xcb007100, 24}, /* 203.0.113/24: documentation */
    {0xe0000000, 3},  /* 224/4 multicast, 240/4 reserved, broadcast */
};

static int private_v4(uint32_t address)
{
    for (size_t i = 0; i < sizeof special_v4 / sizeof special_v4[0]; i++) {
        uint32_t mask = UINT32_MAX << (32 - special_v4[i].bits);

        if ((address & mask) == special_v4[i].net) {
            return 1;
        }
    }
    return 0;
}

/* The IPv4 address in network order at B. */
static uint32_t v4_at(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

static int begins(const uint8_t *b, const uint8_t *prefix, size_t len)
{
    return memcmp(b, prefix, len) == 0;
}

/* Forms that carry an IPv4 address in their last four bytes. */
static int carries_v4(const uint8_t b[16])
{
    static const uint8_t compatible[12] = {0}; /* also :: and ::1 */
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const uint8_t translated[12] = {[8] = 0xff, [9] = 0xff};
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b}; /* RFC 6052 */

    return begins(b, compatible, 12) || begins(b, mapped, 12) ||
           begins(b, translated, 12) || begins(b, nat64, 12);
}

/* ISATAP (RFC 5214): any prefix, then 0000:5efe or 0200:5efe and an IPv4. */
static int isatap(const uint8_t b[16])
{
    return (b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

static int private_v6(const uint8_t b[16])
{
    static const uint8_t documentation[4] = {0x20, 0x01, 0x0d, 0xb8};

    if (carries_v4(b)) {
        return private_v4(v4_at(b + 12));
    }
    if ((b[0] & 0xe0) != 0x20) {
        return 1; /* outside 2000::/3: unique local, link-local, multicast... */
    }
    if (b[0] == 0x20 && b[1] == 0x02) {
        return private_v4(v4_at(b + 2)); /* 6to4 */
    }
    if (b[0] == 0x20 && b[1] == 0x01 && b[2] < 2) {
        return 1; /* 2001::/23: Teredo, ORCHID, benchmarks */
    }
    if (begins(b, documentation, 4) ||
        (b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10)) {
        return 1;
    }
    return isatap(b) && private_v4(v4_at(b + 12));
}

int nj_sockaddr_is_private(const struct sockaddr *address, size_t len)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET && len >= sizeof v4) {
        memcpy(&v4, address, sizeof v4);
        return private_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6 && len >= sizeof v6) {
        memcpy(&v6, address, sizeof v6);
        return private_v6(v6.sin6_addr.s6_addr);
    }
    return 1;
}

void nj_sockaddr_text(const struct sockaddr *address, char out[NJ_ADDRESS_TEXT])
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    const char *text = NULL;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        text = inet_ntop(AF_INET, &v4.sin_addr, out, NJ_ADDRESS_TEXT);
    } else if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        text = inet_ntop(AF_INET6, &v6.sin6_addr, out, NJ_ADDRESS_TEXT);
    }
    if (text == NULL) {
        (void)snprintf(out, NJ_ADDRESS_TEXT, "?");
    }
}

int nj_address_is_private(const char *address)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (inet_pton(AF_INET6, address, &v6) == 1) {
        return private_v6(v6.s6_addr);
    }
    /* inet_aton reads every spelling a resolver takes (decimal, octal, hex,
     * two or three parts), but also text behind a space */
    if (address[strcspn(address, " \t\r\n\v\f")] == '\0' &&
        inet_aton(address, &v4) != 0) {
        return private_v4(ntohl(v4.s_addr));
    }
    return 1;
}
