/* SPDX-License-Identifier: GPL-2.0 */
/* Address prefixes, kinds of addresses, and the order of routes: pure logic. */
#ifndef _GONET_PREFIX_H
#define _GONET_PREFIX_H

#include "pure.h"

struct gonet_route;

#define PREFIX_BITS	32	/* of the longest prefix */

/**
 * struct gonet_prefix - the key by which routes are found
 * @addr: the network, without host bits
 * @plen: length in bits, 0 to PREFIX_BITS
 *
 * Hashed and compared as bytes, so it has no padding. Only prefix.c looks into it.
 */
struct gonet_prefix {
	__be32 addr;
	u32 plen;
};

/**
 * enum gonet_addr_kind - what an IPv4 address is by itself (RFC 1122 3.2.1.3)
 * @ADDR_ANY: 0.0.0.0, this host
 * @ADDR_THIS_NET: the rest of 0.0.0.0/8
 * @ADDR_LOOPBACK: 127.0.0.0/8
 * @ADDR_LINK_LOCAL: 169.254.0.0/16 (RFC 3927)
 * @ADDR_MULTICAST: 224.0.0.0/4
 * @ADDR_BROADCAST: 255.255.255.255
 * @ADDR_UNICAST: any other, 240.0.0.0/4 included
 */
enum gonet_addr_kind {
	ADDR_ANY,
	ADDR_THIS_NET,
	ADDR_LOOPBACK,
	ADDR_LINK_LOCAL,
	ADDR_MULTICAST,
	ADDR_BROADCAST,
	ADDR_UNICAST,
};

/**
 * enum gonet_placing - what route_place() decided
 * @ROUTE_INSERT: put it before the one at the index
 * @ROUTE_REPLACE: put it in the place of the one at the index
 * @ROUTE_KEEP: it is there already, and nothing is to be done
 */
enum gonet_placing {
	ROUTE_INSERT,
	ROUTE_REPLACE,
	ROUTE_KEEP,
};

__be32 prefix_mask(unsigned int plen);
__be32 prefix_network(__be32 addr, unsigned int plen);
__be32 prefix_broadcast(__be32 addr, unsigned int plen);
bool prefix_holds(__be32 network, unsigned int plen, __be32 addr);
struct gonet_prefix prefix_of(__be32 addr, unsigned int plen);
int prefix_compare(const struct gonet_prefix *a, const struct gonet_prefix *b);
u64 prefix_number(const struct gonet_prefix *prefix);
struct gonet_prefix prefix_from_number(u64 number);

enum gonet_addr_kind addr_kind(__be32 addr);
bool addr_is_local_group(__be32 addr);
bool addr_may_be_own(__be32 addr);
bool addr_is_host_of(__be32 addr, unsigned int plen);

int route_error(u8 type);
u8 route_least_scope(u8 type);
u8 route_usual_scope(const struct gonet_route *route);
bool route_same(const struct gonet_route *a, const struct gonet_route *b);
bool route_matches(const struct gonet_route *route, const struct gonet_route *wanted);
int route_place(const struct gonet_route *routes, unsigned int n, const struct gonet_route *route,
		unsigned int nlflags, unsigned int *index);

#endif /* _GONET_PREFIX_H */
