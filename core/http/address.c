#include "core/http/address.h"

#include "core/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct range4 {
    uint32_t network;
    unsigned bits;
};

static const struct range4 closed4[] = {
    {0x00000000, 8},  /* this network */
    {0x0a000000, 8},  /* private */
    {0x64400000, 10}, /* shared, carrier-grade NAT */
    {0x7f000000, 8},  /* loopback */
    {0xa9fe0000, 16}, /* link-local, cloud metadata */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, /* protocol assignments */
    {0xc0000200, 24}, /* documentation */
    {0xc0586300, 24}, /* 6to4 relays */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* benchmarks */
    {0xc6336400, 24}, /* documentation */
    {0xcb007100, 24}, /* documentation */
    {0xe0000000, 3},  /* multicast, reserved, broadcast */
};

static bool public4(uint32_t address)
{
    for (size_t i = 0; i < NB_COUNT(closed4); i++) {
        uint32_t mask = UINT32_MAX << (32 - closed4[i].bits);
        if ((address & mask) == closed4[i].network) {
            return false;
        }
    }
    return true;
}

static uint32_t four_bytes(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only global unicast (2000::/3) is public at all; inside it some ranges carry an IPv4 address or
 * are not routed. */
static bool public6(const uint8_t *b)
{
    static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(b, nat64, sizeof nat64) == 0 || memcmp(b, mapped, sizeof mapped) == 0) {
        return public4(four_bytes(b + 12));
    }
    if ((b[0] & 0xe0) != 0x20) {
        return false;
    }
    uint32_t head = four_bytes(b);
    if (head >> 16 == 0x2002) {
        return public4(four_bytes(b + 2)); /* 6to4 */
    }
    bool assignments = head >> 9 == 0x20010000U >> 9; /* Teredo and protocol assignments */
    bool documentation = head == 0x20010db8U || head >> 12 == 0x3fff0000U >> 12;
    return !assignments && !documentation;
}

bool http_address_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return public4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return public6(in6.sin6_addr.s6_addr);
    }
    return false;
}
