// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of routes, as steps of the route process. What is refused, with which
 * error and which words, follows the native stack's rtnetlink.
 */
#include <linux/rtnetlink.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"

static int gonet_route_check_type(const struct gonet_route *route, struct netlink_ext_ack *extack)
{
	switch (route->type) {
	case RTN_UNSPEC:
	case RTN_UNICAST:
	case RTN_LOCAL:
	case RTN_BROADCAST:
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
		return 0;
	case RTN_ANYCAST:
	case RTN_MULTICAST:
	case RTN_THROW:
		NL_SET_ERR_MSG(extack, "Route type not supported");
		return -EOPNOTSUPP;
	default:
		NL_SET_ERR_MSG(extack, "Invalid route type");
		return -EINVAL;
	}
}

static int gonet_route_check_dst(const struct gonet_route *route, struct netlink_ext_ack *extack)
{
	if (route->plen > PREFIX_BITS) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
		return -EINVAL;
	}
	if (route->dst != prefix_network(route->dst, route->plen)) {
		NL_SET_ERR_MSG(extack, "Invalid prefix for given prefix length");
		return -EINVAL;
	}
	return 0;
}

static int gonet_route_check_scope(const struct gonet_route *route, struct netlink_ext_ack *extack)
{
	if (route->scope < route_least_scope(route->type) || route->scope > RT_SCOPE_HOST) {
		NL_SET_ERR_MSG(extack, "Invalid scope");
		return -EINVAL;
	}
	if (route->scope == RT_SCOPE_HOST && route->gateway && !route_error(route->type)) {
		NL_SET_ERR_MSG(extack, "Route with host scope can not have a gateway");
		return -EINVAL;
	}
	return 0;
}

/*
 * The gateway must be on the link: found by a route of narrower scope than this
 * one's. The interface is that route's.
 */
static int gonet_route_check_gateway(struct gonet_fib *fib, struct gonet_route *route,
				     struct netlink_ext_ack *extack)
{
	const struct gonet_fib_query query = {
		.daddr = route->gateway,
		.oif = route->ifindex,
		.scope = max_t(u8, route->scope + 1, RT_SCOPE_LINK),
		.any_link = true,
	};
	const struct gonet_route *link;
	int err;

	err = gonet_fib_lookup(fib->stack, &query, &link);
	if (!err && link->type != RTN_UNICAST && link->type != RTN_LOCAL)
		err = -EINVAL;
	if (err) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		return err;
	}
	route->ifindex = link->ifindex;
	return 0;
}

static int gonet_route_check_iface(struct gonet_fib *fib, const struct gonet_route *route,
				   struct netlink_ext_ack *extack)
{
	struct gonet_iface *iface = gonet_iface_by_index(fib->stack, route->ifindex);

	if (!iface) {
		NL_SET_ERR_MSG(extack, "Device not found");
		return -ENODEV;
	}
	if (!READ_ONCE(iface->up) && route->scope != RT_SCOPE_HOST) {
		NL_SET_ERR_MSG(extack, "Device for nexthop is not up");
		return -ENETDOWN;
	}
	return 0;
}

/* Completes and checks where the route leads. */
static int gonet_route_check_nexthop(struct gonet_fib *fib, struct gonet_route *route,
				     struct netlink_ext_ack *extack)
{
	int err;

	if (route_error(route->type)) {
		if (!route->gateway && !route->ifindex)
			return 0;
		NL_SET_ERR_MSG(extack,
			       "Gateway and device can not be specified for this route type");
		return -EINVAL;
	}
	if (route->ifindex && !gonet_iface_by_index(fib->stack, route->ifindex)) {
		NL_SET_ERR_MSG(extack, "Device not found");
		return -ENODEV;
	}
	if (route->gateway) {
		err = gonet_route_check_gateway(fib, route, extack);
		if (err)
			return err;
	}
	return gonet_route_check_iface(fib, route, extack);
}

static int gonet_route_check_source(struct gonet_fib *fib, const struct gonet_route *route,
				    struct netlink_ext_ack *extack)
{
	if (!route->prefsrc || gonet_addr_is_own(fib->stack, 0, route->prefsrc))
		return 0;
	if (route->type == RTN_LOCAL && route->dst == route->prefsrc)
		return 0;
	NL_SET_ERR_MSG(extack, "Invalid prefsrc address");
	return -EINVAL;
}

/**
 * gonet_fib_route_new() - add or change a route
 * @fib: the tables
 * @wanted: the route; without an interface it gets its gateway's
 * @nlflags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND
 * @extack: for the reason of a refusal
 *
 * Context: the route process, under RCU.
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV, -ENETDOWN, -ENETUNREACH, -EEXIST,
 * -ENOENT, -ENOSPC, -ENOMEM.
 */
int gonet_fib_route_new(struct gonet_fib *fib, const struct gonet_route *wanted,
			unsigned int nlflags, struct netlink_ext_ack *extack)
{
	struct gonet_route route = *wanted;
	int err;

	err = gonet_route_check_type(&route, extack);
	if (!err)
		err = gonet_route_check_dst(&route, extack);
	if (!err)
		err = gonet_route_check_scope(&route, extack);
	if (!err)
		err = gonet_route_check_nexthop(fib, &route, extack);
	if (!err)
		err = gonet_route_check_source(fib, &route, extack);
	if (!err)
		err = gonet_fib_put(fib, &route, nlflags, extack);
	return err;
}

/**
 * gonet_fib_route_del() - remove the first route that matches
 * @fib: the tables
 * @wanted: what it must have, as route_matches() takes it
 * @extack: for the reason of a refusal
 *
 * Context: the route process, under RCU.
 *
 * Return: 0; -EINVAL, -ESRCH.
 */
int gonet_fib_route_del(struct gonet_fib *fib, const struct gonet_route *wanted,
			struct netlink_ext_ack *extack)
{
	struct gonet_fib_table *table = gonet_fib_table_of(fib, wanted->type);
	const struct gonet_fib_set *set;
	struct gonet_fib_node *node;
	unsigned int i;
	int err;

	err = gonet_route_check_dst(wanted, extack);
	if (err)
		return err;
	node = gonet_fib_find(table, wanted->dst, wanted->plen);
	if (!node)
		return -ESRCH;
	set = rcu_dereference(node->set);
	for (i = 0; i < set->n; i++) {
		if (set->route[i].type == RTN_UNSPEC || !route_matches(&set->route[i], wanted))
			continue;
		gonet_fib_remove(fib, table, node, i);
		return 0;
	}
	return -ESRCH;
}

/* Removes the routes of a prefix for which @gone says so. */
static void gonet_fib_filter_node(struct gonet_fib *fib, struct gonet_fib_table *table,
				  struct gonet_fib_node *node,
				  bool (*gone)(struct gonet_fib *fib,
					       const struct gonet_route *route, u32 arg),
				  u32 arg)
{
	const struct gonet_fib_set *set = rcu_dereference(node->set);
	unsigned int i = set->n;

	while (i--) {
		set = rcu_dereference(node->set);
		if (i >= set->n || set->route[i].type == RTN_UNSPEC)
			continue;
		if (gone(fib, &set->route[i], arg) && gonet_fib_remove(fib, table, node, i))
			return;
	}
}

static void gonet_fib_filter(struct gonet_fib *fib,
			     bool (*gone)(struct gonet_fib *fib, const struct gonet_route *route,
					  u32 arg),
			     u32 arg)
{
	struct gonet_fib_table *table;
	struct rb_node *rb, *next;

	for (table = fib->table; table < fib->table + GONET_TABLES; table++) {
		for (rb = rb_first(&table->order); rb; rb = next) {
			next = rb_next(rb);
			gonet_fib_filter_node(fib, table, gonet_fib_entry(rb), gone, arg);
		}
	}
}

static bool gonet_route_is_over(struct gonet_fib *fib, const struct gonet_route *route, u32 arg)
{
	return route->ifindex == arg;
}

static bool gonet_route_unsourced(struct gonet_fib *fib, const struct gonet_route *route, u32 arg)
{
	if (!route->prefsrc || (arg && route->prefsrc != (__force __be32)arg))
		return false;
	return !gonet_addr_is_own(fib->stack, 0, route->prefsrc);
}

/**
 * gonet_fib_flush_iface() - remove all routes over an interface
 * @fib: the tables
 * @ifindex: the interface
 *
 * Looks at every route there is. Context: the route process, under RCU.
 */
void gonet_fib_flush_iface(struct gonet_fib *fib, u32 ifindex)
{
	gonet_fib_filter(fib, gonet_route_is_over, ifindex);
}

/**
 * gonet_fib_flush_sources() - remove the routes whose source address is not own any more
 * @fib: the tables
 * @gone: the address that may have gone; 0 for any
 *
 * Looks at every route there is. Context: the route process, under RCU.
 */
void gonet_fib_flush_sources(struct gonet_fib *fib, __be32 gone)
{
	gonet_fib_filter(fib, gonet_route_unsourced, (__force u32)gone);
}
