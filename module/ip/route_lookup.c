// SPDX-License-Identifier: GPL-2.0
/*
 * What others ask of addresses and routes: where to send, what an address is, which
 * address to send from, and listings. Anywhere, under RCU, without a lock.
 *
 * The way out is chosen as the native stack's ip_route_output_key() does it.
 */
#include <linux/rculist.h>
#include <linux/rtnetlink.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"

/* The local table's route for an address itself, or NULL. */
static const struct gonet_route *gonet_fib_local(struct gonet_stack *stack, u32 ifindex,
						 __be32 addr)
{
	const struct gonet_fib_query query = { .daddr = addr, .oif = ifindex };
	const struct gonet_route *found;

	if (gonet_fib_table_lookup(stack, &stack->fib->table[GONET_TABLE_LOCAL], &query, &found))
		return NULL;
	return found;
}

/**
 * gonet_addr_type() - what an address is to a stack
 * @stack: the stack
 * @addr: the address
 *
 * Context: under RCU.
 *
 * Return: RTN_LOCAL, RTN_BROADCAST (255.255.255.255, or of an own network),
 * RTN_MULTICAST, or RTN_UNICAST for whatever else, 0.0.0.0 included.
 */
u8 gonet_addr_type(struct gonet_stack *stack, __be32 addr)
{
	const struct gonet_route *local;

	switch (addr_kind(addr)) {
	case ADDR_BROADCAST:
		return RTN_BROADCAST;
	case ADDR_MULTICAST:
		return RTN_MULTICAST;
	case ADDR_ANY:
	case ADDR_THIS_NET:
		return RTN_UNICAST;
	default:
		local = gonet_fib_local(stack, 0, addr);
		return local ? local->type : RTN_UNICAST;
	}
}

/**
 * gonet_addr_is_own() - whether an address is own, and not withdrawn
 * @stack: the stack
 * @ifindex: of which interface, or 0
 * @addr: the address
 *
 * Context: under RCU.
 *
 * Return: true for own addresses, all of 127.0.0.0/8, and what routes of type
 * RTN_LOCAL make own.
 */
bool gonet_addr_is_own(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	const struct gonet_route *local = gonet_fib_local(stack, ifindex, addr);

	return local && local->type == RTN_LOCAL;
}

/**
 * gonet_addr_iface() - the interface that has an own address
 * @stack: the stack
 * @addr: the address
 *
 * Context: under RCU.
 *
 * Return: &gonet_iface.index, or 0 if the address is not own.
 */
u32 gonet_addr_iface(struct gonet_stack *stack, __be32 addr)
{
	const struct gonet_route *local = addr ? gonet_fib_local(stack, 0, addr) : NULL;

	return local && local->type == RTN_LOCAL ? local->ifindex : 0;
}

/**
 * gonet_addr_is_other_host() - whether an address can be another host's
 * @stack: the stack
 * @addr: the address
 *
 * Context: under RCU.
 *
 * Return: true unless it is own, a group's, or none that a host may have.
 */
bool gonet_addr_is_other_host(struct gonet_stack *stack, __be32 addr)
{
	enum gonet_addr_kind kind = addr_kind(addr);

	return (kind == ADDR_UNICAST || kind == ADDR_LINK_LOCAL) &&
	       gonet_addr_type(stack, addr) == RTN_UNICAST;
}

/*
 * The address to be used by packets of @scope to @peer (0: anybody) from one
 * interface: that of the peer's network, or else the first.
 */
static __be32 gonet_addr_source_of(struct gonet_addr_list *list, __be32 peer, u8 scope)
{
	struct gonet_addr_node *a;
	__be32 first = 0;

	list_for_each_entry_rcu(a, &list->addrs, node) {
		if (!gonet_addr_primary(&a->addr) ||
		    min_t(u8, a->addr.scope, RT_SCOPE_HOST) > scope)
			continue;
		if (!peer || prefix_holds(a->addr.local, a->addr.plen, peer))
			return a->addr.local;
		if (!first)
			first = a->addr.local;
	}
	return first;
}

/* An address of any interface, but none that means something on its link only. */
static __be32 gonet_addr_source_any(struct gonet_fib *fib, u8 scope)
{
	struct gonet_addr_list *list;
	struct gonet_addr_node *a;
	unsigned long ifindex;

	xa_for_each(&fib->addrs, ifindex, list)
		list_for_each_entry_rcu(a, &list->addrs, node)
			if (gonet_addr_primary(&a->addr) && a->addr.scope != RT_SCOPE_LINK &&
			    a->addr.scope <= scope)
				return a->addr.local;
	return 0;
}

/* As inet_select_addr() does it. */
static __be32 gonet_fib_source(struct gonet_fib *fib, u32 ifindex, __be32 peer, u8 scope)
{
	struct gonet_addr_list *list = ifindex ? xa_load(&fib->addrs, ifindex) : NULL;
	__be32 addr = list ? gonet_addr_source_of(list, peer, scope) : 0;

	return addr ? addr : gonet_addr_source_any(fib, scope);
}

/**
 * gonet_addr_select() - an own address to talk to a peer
 * @stack: the stack
 * @ifindex: interface the packets leave by, or 0
 * @peer: the peer, or 0
 *
 * Context: under RCU.
 *
 * Return: the address, of @ifindex and the peer's network where there is one; 0 if
 * there is none at all.
 */
__be32 gonet_addr_select(struct gonet_stack *stack, u32 ifindex, __be32 peer)
{
	bool lo = addr_kind(peer) == ADDR_LOOPBACK;

	return gonet_fib_source(stack->fib, ifindex, peer, lo ? RT_SCOPE_HOST : RT_SCOPE_LINK);
}

/* The first interface that can carry a frame to others, or 0. */
static u32 gonet_fib_any_iface(struct gonet_stack *stack)
{
	struct gonet_iface *iface;
	unsigned long index;

	xa_for_each(&stack->ifaces, index, iface)
		if (index != GONET_IFACE_LO && gonet_iface_running(iface))
			return index;
	return 0;
}

/*
 * What all ways out have in common: the type says what the destination is, and
 * loopback addresses do not leave the stack (RFC 1122 3.2.1.3 (g)).
 */
static int gonet_path_finish(__be32 daddr, __be32 saddr, struct gonet_path *path)
{
	enum gonet_addr_kind kind = addr_kind(daddr);

	if (kind == ADDR_THIS_NET)
		return -EINVAL;
	if (kind == ADDR_BROADCAST)
		path->type = RTN_BROADCAST;
	else if (kind == ADDR_MULTICAST)
		path->type = RTN_MULTICAST;
	if (path->ifindex != GONET_IFACE_LO &&
	    addr_kind(saddr ? saddr : path->source) == ADDR_LOOPBACK)
		return -EINVAL;
	return 0;
}

/* To a destination on the link of @oif, whatever the routes say. */
static int gonet_path_on_link(struct gonet_stack *stack, __be32 daddr, __be32 saddr, u32 oif,
			      u8 scope, struct gonet_path *path)
{
	path->type = RTN_UNICAST;
	path->ifindex = oif;
	path->nexthop = daddr;
	path->source = saddr ? saddr : gonet_fib_source(stack->fib, oif, 0, scope);
	return gonet_path_finish(daddr, saddr, path);
}

/* To an own address. 0.0.0.0 is the sender's own (RFC 1122 3.2.1.3 (a) forbids to send it). */
static int gonet_path_local(__be32 daddr, __be32 source, struct gonet_path *path)
{
	path->type = RTN_LOCAL;
	path->ifindex = GONET_IFACE_LO;
	path->nexthop = daddr;
	path->source = source ? source : daddr;
	return 0;
}

/* As a route says. A gateway is for single hosts, and for groups when meant for them. */
static int gonet_path_by_route(struct gonet_stack *stack, const struct gonet_route *route,
			       __be32 daddr, __be32 saddr, struct gonet_path *path)
{
	enum gonet_addr_kind kind = addr_kind(daddr);
	__be32 prefsrc = READ_ONCE(route->prefsrc);
	const struct gonet_exception_node *said;
	bool gateway = route->gateway;

	if (route->type == RTN_LOCAL)
		return gonet_path_local(daddr, saddr ? saddr : prefsrc, path);
	if (kind == ADDR_BROADCAST || (kind == ADDR_MULTICAST && route->plen < 4))
		gateway = false;
	path->type = route->type;
	path->ifindex = route->ifindex;
	said = gonet_exception_find(stack, route, daddr);
	path->nexthop = gateway ? gonet_redirect_gateway(stack, route, said) : daddr;
	path->redirected = gateway && path->nexthop != route->gateway;
	gonet_path_set_pmtu(path, said);
	path->source = saddr ? saddr : prefsrc;
	if (!path->source)
		path->source = gonet_fib_source(stack->fib, route->ifindex, route->gateway,
						route->scope);
	return gonet_path_finish(daddr, saddr, path);
}

/**
 * gonet_route_lookup() - where to send a packet
 * @stack: the stack
 * @daddr: its destination; 0.0.0.0 is this host
 * @saddr: its source, an own address, or 0
 * @oif: interface to send on, or 0; a destination without a route is then taken
 *	to be on its link
 * @path: set to the way; for RTN_LOCAL @path->nexthop is the address to send to
 *
 * A path may have the source 0 when the stack has no address that would do.
 *
 * Context: under RCU.
 *
 * Return: 0; -ENETUNREACH, -EHOSTUNREACH, -EACCES (prohibit), -EINVAL (blackhole,
 * or an address that is not sent to or from).
 */
int gonet_route_lookup(struct gonet_stack *stack, __be32 daddr, __be32 saddr, u32 oif,
		       struct gonet_path *path)
{
	struct gonet_fib_query query = { .daddr = daddr, .oif = oif };
	enum gonet_addr_kind kind = addr_kind(daddr);
	const struct gonet_route *route;
	bool on_link = kind == ADDR_BROADCAST || addr_is_local_group(daddr);
	struct gonet_iface *iface;
	int err;

	path->redirected = false;
	gonet_path_set_pmtu(path, NULL);
	if (kind == ADDR_ANY)
		return gonet_path_local(saddr ? saddr : htonl(INADDR_LOOPBACK), saddr, path);
	if (!oif && (kind == ADDR_BROADCAST || kind == ADDR_MULTICAST)) {
		oif = gonet_addr_iface(stack, saddr);
		on_link = true;
	}
	if (oif) {
		iface = gonet_iface_by_index(stack, oif);
		if (!iface || !gonet_iface_running(iface))
			return -ENETUNREACH;
	}
	if (oif && on_link)
		return gonet_path_on_link(stack, daddr, saddr, oif, RT_SCOPE_LINK, path);

	if (oif == GONET_IFACE_LO)
		query.oif = 0;	/* own addresses of other interfaces are reached by it too */
	err = gonet_fib_lookup(stack, &query, &route);
	if (!err && oif == GONET_IFACE_LO && route->type != RTN_LOCAL)
		err = -ENETUNREACH;
	if (!err)
		return gonet_path_by_route(stack, route, daddr, saddr, path);
	if (!oif && kind == ADDR_BROADCAST)
		oif = gonet_fib_any_iface(stack);
	if (!oif)
		return err;
	return gonet_path_on_link(stack, daddr, saddr, oif, RT_SCOPE_LINK, path);
}

/* Where the next address of an interface is in a walk. */
static u64 gonet_addr_pos(u32 ifindex, u32 serial)
{
	return (u64)ifindex << 32 | serial;
}

/**
 * gonet_addr_walk() - list own addresses, by interface, then as they were added
 * @stack: the stack
 * @pos: where to begin, 0 at first; set to where to go on, which is the address
 *	that @fn did not take
 * @fn: called for each until it returns other than 0
 * @arg: for @fn
 *
 * Context: under RCU.
 *
 * Return: what @fn returned, or 0 at the end.
 */
int gonet_addr_walk(struct gonet_stack *stack, u64 *pos,
		    int (*fn)(const struct gonet_addr *addr, void *arg), void *arg)
{
	struct gonet_fib *fib = stack->fib;
	struct gonet_addr_list *list;
	struct gonet_addr_node *a;
	struct gonet_addr copy;
	unsigned long ifindex;
	u64 at = *pos;
	int err;

	xa_for_each_start(&fib->addrs, ifindex, list, upper_32_bits(at)) {
		list_for_each_entry_rcu(a, &list->addrs, node) {
			if (gonet_addr_pos(ifindex, a->serial) < at)
				continue;
			copy = a->addr;
			*pos = gonet_addr_pos(ifindex, a->serial);
			err = fn(&copy, arg);
			if (err)
				return err;
			*pos += 1;
		}
	}
	return 0;
}

/*
 * A place in a walk of routes, from the highest bits: table in reverse, number of
 * the prefix (38 bits), place in its set.
 */
#define ROUTE_POS_SET		9
#define ROUTE_POS_PREFIX	38

static u64 gonet_route_pos(unsigned int nth, u64 prefix, unsigned int place)
{
	return (u64)nth << (ROUTE_POS_PREFIX + ROUTE_POS_SET) |
	       prefix << ROUTE_POS_SET | place;
}

static int gonet_route_walk_set(const struct gonet_fib_node *node, unsigned int nth,
				unsigned int place, u64 *pos,
				int (*fn)(const struct gonet_route *route, void *arg), void *arg)
{
	const struct gonet_fib_set *set = rcu_dereference(node->set);
	u64 prefix = prefix_number(&node->prefix);
	struct gonet_route copy;
	int err;

	for (; place < set->n; place++) {
		copy = set->route[place];
		*pos = gonet_route_pos(nth, prefix, place);
		if (copy.type == RTN_UNSPEC)
			continue;
		err = fn(&copy, arg);
		if (err)
			return err;
	}
	/* Beyond every place of the set, as far as the next prefix. */
	*pos = gonet_route_pos(nth, prefix + 1, 0);
	return 0;
}

/**
 * gonet_route_walk() - list routes: the main table's by prefix, then the local one's
 * @stack: the stack
 * @pos: where to begin, 0 at first; set to where to go on, which is the route that
 *	@fn did not take
 * @fn: called for each until it returns other than 0
 * @arg: for @fn
 *
 * Context: under RCU.
 *
 * Return: what @fn returned, or 0 at the end.
 */
int gonet_route_walk(struct gonet_stack *stack, u64 *pos,
		     int (*fn)(const struct gonet_route *route, void *arg), void *arg)
{
	unsigned int nth, place;
	struct gonet_fib_node *node;
	struct gonet_prefix from;
	u64 number;
	int err;

	BUILD_BUG_ON(1 + ROUTE_POS_PREFIX + ROUTE_POS_SET > 64);
	BUILD_BUG_ON(GONET_SET_MAX > 1 << ROUTE_POS_SET);
	for (nth = *pos >> (ROUTE_POS_PREFIX + ROUTE_POS_SET); nth < GONET_TABLES; nth++) {
		struct gonet_fib_table *table = &stack->fib->table[GONET_TABLE_MAIN - nth];

		for (;;) {
			number = *pos >> ROUTE_POS_SET & (BIT_ULL(ROUTE_POS_PREFIX) - 1);
			from = prefix_from_number(number);
			node = gonet_fib_at(table, &from);
			if (!node)
				break;
			place = *pos & (BIT(ROUTE_POS_SET) - 1);
			if (prefix_number(&node->prefix) != number)
				place = 0;
			err = gonet_route_walk_set(node, nth, place, pos, fn, arg);
			if (err)
				return err;
		}
		*pos = gonet_route_pos(nth + 1, 0, 0);
	}
	return 0;
}
