/*
 * Which network addresses the client may speak to: a gateway's name that resolves to the inside of
 * our own network is refused, whoever set it up. Pure. Ranges: IANA special-purpose registries
 * (RFC 6890 and its updates), read 2025.
 */
#ifndef NB_HTTP_ADDRESS_H
#define NB_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for loopback, private, link-local, shared, multicast, documentation and reserved ranges,
 * for IPv4 inside IPv6 of these, and for every family but IPv4 and IPv6. */
bool http_address_public(const struct sockaddr *address);

#endif
