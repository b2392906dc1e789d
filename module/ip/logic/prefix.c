// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix arithmetic, kinds of addresses, and where a route belongs among those of
 * its prefix. Calls nothing of the kernel.
 */
#include "prefix.h"

#include <linux/errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <gonet/route.h>

static u32 addr_to_host(__be32 addr)
{
	const u8 *p = (const u8 *)&addr;

	return (u32)pure_get16(p) << 16 | pure_get16(p + 2);
}

static __be32 addr_from_host(u32 host)
{
	__be32 addr;

	pure_put32((u8 *)&addr, host);
	return addr;
}

static u32 mask_host(unsigned int plen)
{
	return plen ? ~0U << (PREFIX_BITS - plen) : 0;
}

/**
 * prefix_mask() - the netmask of a prefix length
 * @plen: the length, 0 to PREFIX_BITS
 *
 * Return: the netmask.
 */
__be32 prefix_mask(unsigned int plen)
{
	return addr_from_host(mask_host(plen));
}

/**
 * prefix_network() - an address without its host bits
 * @addr: the address
 * @plen: length of its network's prefix
 *
 * Return: the network.
 */
__be32 prefix_network(__be32 addr, unsigned int plen)
{
	return addr & prefix_mask(plen);
}

/**
 * prefix_broadcast() - the address of all hosts of a network (RFC 919)
 * @addr: an address in the network
 * @plen: length of its prefix
 *
 * Return: the address; 0 where all of the network's addresses are hosts (/31, RFC
 * 3021, and /32).
 */
__be32 prefix_broadcast(__be32 addr, unsigned int plen)
{
	return plen < PREFIX_BITS - 1 ? addr | ~prefix_mask(plen) : 0;
}

/**
 * prefix_holds() - whether a network contains an address
 * @network: an address in the network
 * @plen: length of its prefix
 * @addr: the address
 *
 * Return: true if it does.
 */
bool prefix_holds(__be32 network, unsigned int plen, __be32 addr)
{
	return !((network ^ addr) & prefix_mask(plen));
}

/**
 * prefix_of() - the key of an address's network
 * @addr: the address
 * @plen: length of the network's prefix
 *
 * Return: the key.
 */
struct gonet_prefix prefix_of(__be32 addr, unsigned int plen)
{
	return (struct gonet_prefix){ .addr = prefix_network(addr, plen), .plen = plen };
}

/**
 * prefix_compare() - the order of listings: by network, the larger one first
 * @a: a prefix
 * @b: another
 *
 * Return: less than, equal to or greater than 0, as @a comes before, is, or comes
 * after @b.
 */
int prefix_compare(const struct gonet_prefix *a, const struct gonet_prefix *b)
{
	u32 na = addr_to_host(a->addr), nb = addr_to_host(b->addr);

	if (na != nb)
		return na < nb ? -1 : 1;
	return (int)a->plen - (int)b->plen;
}

/**
 * prefix_number() - a prefix as a number, in the same order
 * @prefix: the prefix
 *
 * Return: below 2^38.
 */
u64 prefix_number(const struct gonet_prefix *prefix)
{
	return (u64)addr_to_host(prefix->addr) << 6 | prefix->plen;
}

/**
 * prefix_from_number() - and back
 * @number: what prefix_number() returned, or one between two such numbers
 *
 * Return: a key that compares as the number does; not one that is ever in a table
 * if no prefix has the number.
 */
struct gonet_prefix prefix_from_number(u64 number)
{
	return (struct gonet_prefix){
		.addr = addr_from_host((u32)(number >> 6)),
		.plen = number & 63,
	};
}

/**
 * addr_kind() - what an address is by itself
 * @addr: the address
 *
 * Return: its kind.
 */
enum gonet_addr_kind addr_kind(__be32 addr)
{
	u32 host = addr_to_host(addr);

	if (!host)
		return ADDR_ANY;
	if (host == ~0U)
		return ADDR_BROADCAST;
	switch (host >> 24) {
	case 0:
		return ADDR_THIS_NET;
	case 127:
		return ADDR_LOOPBACK;
	case 169:
		return (host >> 16 & 0xff) == 254 ? ADDR_LINK_LOCAL : ADDR_UNICAST;
	case 224 ... 239:
		return ADDR_MULTICAST;
	}
	return ADDR_UNICAST;
}

/**
 * addr_is_local_group() - whether it is a group that no router forwards
 * @addr: the address
 *
 * Return: true for 224.0.0.0/24 (RFC 5771 4).
 */
bool addr_is_local_group(__be32 addr)
{
	return addr_to_host(addr) >> 8 == 0xe00000;
}

/**
 * addr_may_be_own() - whether a host may have an address
 * @addr: the address
 *
 * Return: false for 0.0.0.0/8, groups and the broadcast address.
 */
bool addr_may_be_own(__be32 addr)
{
	switch (addr_kind(addr)) {
	case ADDR_ANY:
	case ADDR_THIS_NET:
	case ADDR_MULTICAST:
	case ADDR_BROADCAST:
		return false;
	default:
		return true;
	}
}

/**
 * addr_is_host_of() - whether an address can be a host's on a cable
 * @addr: the address
 * @plen: the length of its network's prefix
 *
 * Return: false for what no host may have, loopback, and in networks that have these the
 * network's own address and its broadcast address.
 */
bool addr_is_host_of(__be32 addr, unsigned int plen)
{
	if (!addr_may_be_own(addr) || addr_kind(addr) == ADDR_LOOPBACK)
		return false;
	/* RFC 3021: with a bit or none for hosts there are no such addresses. */
	if (plen + 2 > PREFIX_BITS)
		return true;
	return addr != prefix_network(addr, plen) && addr != prefix_broadcast(addr, plen);
}

/**
 * route_error() - what a sender gets whom a route of this type matches
 * @type: RTN_*
 *
 * Return: 0 for types that send; -EINVAL, -EHOSTUNREACH or -EACCES.
 */
int route_error(u8 type)
{
	switch (type) {
	case RTN_BLACKHOLE:
		return -EINVAL;
	case RTN_UNREACHABLE:
		return -EHOSTUNREACH;
	case RTN_PROHIBIT:
		return -EACCES;
	default:
		return 0;
	}
}

/**
 * route_least_scope() - the widest scope that a route of this type may have
 * @type: RTN_*
 *
 * Return: the smallest RT_SCOPE_* number allowed; RT_SCOPE_NOWHERE for RTN_UNSPEC.
 */
u8 route_least_scope(u8 type)
{
	switch (type) {
	case RTN_UNSPEC:
		return RT_SCOPE_NOWHERE;
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
		return RT_SCOPE_LINK;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

/**
 * route_usual_scope() - the scope that a route has if nobody says one
 * @route: its type and gateway count
 *
 * Return: RT_SCOPE_*.
 */
u8 route_usual_scope(const struct gonet_route *route)
{
	switch (route->type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return route->gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

/**
 * route_same() - whether two routes of one prefix differ in nothing
 * @a: a route
 * @b: another
 *
 * Return: true if they do not.
 */
bool route_same(const struct gonet_route *a, const struct gonet_route *b)
{
	return a->type == b->type && a->scope == b->scope && a->protocol == b->protocol &&
	       a->gateway == b->gateway && a->ifindex == b->ifindex &&
	       a->prefsrc == b->prefsrc && a->metric == b->metric;
}

/**
 * route_matches() - whether a route is one that shall be deleted
 * @route: a route of the prefix
 * @wanted: what is asked for; 0, or RT_SCOPE_NOWHERE, stands for any
 *
 * Return: true if it is.
 */
bool route_matches(const struct gonet_route *route, const struct gonet_route *wanted)
{
	if (wanted->type && wanted->type != route->type)
		return false;
	if (wanted->scope != RT_SCOPE_NOWHERE && wanted->scope != route->scope)
		return false;
	if (wanted->protocol && wanted->protocol != route->protocol)
		return false;
	if (wanted->gateway && wanted->gateway != route->gateway)
		return false;
	if (wanted->ifindex && wanted->ifindex != route->ifindex)
		return false;
	if (wanted->prefsrc && wanted->prefsrc != route->prefsrc)
		return false;
	return !wanted->metric || wanted->metric == route->metric;
}

/* The first place whose route is not before @metric; places of RTN_UNSPEC are empty. */
static unsigned int route_first(const struct gonet_route *routes, unsigned int n, u32 metric)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (routes[i].type != RTN_UNSPEC && routes[i].metric >= metric)
			break;
	return i;
}

/* Decides for a route whose metric others have: those from @first on. */
static int route_place_among(const struct gonet_route *routes, unsigned int n,
			     const struct gonet_route *route, unsigned int nlflags,
			     unsigned int first, unsigned int *index)
{
	unsigned int i, end = first;
	bool same = false;

	if (nlflags & NLM_F_EXCL)
		return -EEXIST;
	for (i = first; i < n && !same; i++) {
		if (routes[i].type == RTN_UNSPEC)
			continue;
		if (routes[i].metric != route->metric)
			break;
		same = route_same(&routes[i], route);
		end = i + 1;
	}
	*index = first;
	if (nlflags & NLM_F_REPLACE) {
		if (!same)
			return ROUTE_REPLACE;
		return end == first + 1 ? ROUTE_KEEP : -EEXIST;
	}
	if (same)
		return -EEXIST;
	if (!(nlflags & NLM_F_CREATE))
		return -ENOENT;
	if (nlflags & NLM_F_APPEND)
		*index = end;
	return ROUTE_INSERT;
}

/**
 * route_place() - where a new route belongs among those of its prefix
 * @routes: the routes, by metric; RTN_UNSPEC marks an empty place
 * @n: how many places
 * @route: the new one
 * @nlflags: NLM_F_EXCL, NLM_F_REPLACE, NLM_F_CREATE, NLM_F_APPEND, as rtnetlink
 *	takes them: a route with the same metric makes the first fail, is replaced by
 *	the second, else stays behind the new one, or with the last before it
 * @index: set to the place
 *
 * Return: one of &enum gonet_placing; -EEXIST; -ENOENT when it would have to be
 * created and may not.
 */
int route_place(const struct gonet_route *routes, unsigned int n, const struct gonet_route *route,
		unsigned int nlflags, unsigned int *index)
{
	unsigned int first = route_first(routes, n, route->metric);

	if (first < n && routes[first].metric == route->metric)
		return route_place_among(routes, n, route, nlflags, first, index);
	if (!(nlflags & NLM_F_CREATE))
		return -ENOENT;
	*index = first;
	return ROUTE_INSERT;
}
