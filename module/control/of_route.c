// SPDX-License-Identifier: GPL-2.0
/*
 * Routes of the stack's end, from the children of its node of a device tree.
 *
 * A gateway must be on the link, which a route without one may say first. The order of
 * nodes means nothing, and a tool that merges trees may turn it round, so routes without
 * a gateway come first.
 */
#include <linux/rtnetlink.h>

#include <gonet/route.h>

#include "../ip/logic/prefix.h"
#include "of.h"

static const char gonet_of_dst[] = GONET_OF_PREFIX "destination";
static const char gonet_of_gw[] = GONET_OF_PREFIX "gateway";
static const char gonet_of_source[] = GONET_OF_PREFIX "source";
static const char gonet_of_metric[] = GONET_OF_PREFIX "metric";

static const char *const gonet_of_route_names[] = {
	gonet_of_dst, gonet_of_gw, gonet_of_source, gonet_of_metric, NULL
};

/* Return: 1, or 0 if the property is not there; -EINVAL. */
static int gonet_of_ipv4(struct device *dev, const struct device_node *np, const char *name,
			 __be32 *addr)
{
	const char *text;
	int ret = gonet_of_string(dev, np, name, &text);

	if (ret <= 0 || gonet_of_parse(text, addr, NULL))
		return ret;
	return dev_err_probe(dev, -EINVAL, "%pOF: %s: \"%s\" is not A.B.C.D\n", np, name, text);
}

static int gonet_of_destination(struct device *dev, const struct device_node *np,
				struct gonet_route *route)
{
	const char *text;
	int ret = gonet_of_string(dev, np, gonet_of_dst, &text);

	if (ret < 0)
		return ret;
	if (!ret)
		return gonet_of_refuse(dev, np, gonet_of_dst, -EINVAL, "A route needs one");
	if (!gonet_of_parse(text, &route->dst, &route->plen))
		return dev_err_probe(dev, -EINVAL, "%pOF: %s: \"%s\" is not A.B.C.D/LENGTH\n", np,
				     gonet_of_dst, text);
	if (route->dst != prefix_network(route->dst, route->plen))
		return dev_err_probe(dev, -EINVAL, "%pOF: %s: \"%s\" has bits behind its length\n",
				     np, gonet_of_dst, text);
	return 0;
}

static int gonet_of_gateway(struct device *dev, const struct device_node *np,
			    struct gonet_stack *stack, struct gonet_route *route)
{
	int ret = gonet_of_ipv4(dev, np, gonet_of_gw, &route->gateway);
	bool other;

	if (ret <= 0)
		return ret;
	rcu_read_lock();
	other = gonet_addr_is_other_host(stack, route->gateway);
	rcu_read_unlock();
	if (other)
		return 0;
	return gonet_of_refuse(dev, np, gonet_of_gw, -EINVAL, "No address of another host");
}

static int gonet_of_prefsrc(struct device *dev, const struct device_node *np,
			    struct gonet_stack *stack, struct gonet_route *route)
{
	int ret = gonet_of_ipv4(dev, np, gonet_of_source, &route->prefsrc);
	bool own;

	if (ret <= 0)
		return ret;
	rcu_read_lock();
	own = gonet_addr_is_own(stack, 0, route->prefsrc);
	rcu_read_unlock();
	if (own)
		return 0;
	return gonet_of_refuse(dev, np, gonet_of_source, -EADDRNOTAVAIL,
			       "No address of the stack's");
}

static int gonet_of_route(struct device *dev, const struct device_node *np,
			  struct gonet_stack *stack, u32 ifindex)
{
	struct gonet_route route = {
		.type = RTN_UNICAST,
		.protocol = RTPROT_BOOT,
		.ifindex = ifindex,
	};
	struct netlink_ext_ack extack = {};
	const char *culprit;
	int err;

	err = gonet_of_known(dev, np, gonet_of_route_names);
	if (!err)
		err = gonet_of_destination(dev, np, &route);
	if (!err)
		err = gonet_of_gateway(dev, np, stack, &route);
	if (!err)
		err = gonet_of_prefsrc(dev, np, stack, &route);
	if (!err)
		err = gonet_of_u32(dev, np, gonet_of_metric, 0, U32_MAX, &route.metric);
	if (err < 0)
		return err;
	route.scope = route_usual_scope(&route);
	err = gonet_route_new(stack, &route, NLM_F_CREATE | NLM_F_EXCL, &extack);
	if (!err)
		return 0;
	culprit = route.gateway && err != -EEXIST ? gonet_of_gw : gonet_of_dst;
	return gonet_of_refuse(dev, np, culprit, err, extack._msg ? extack._msg : "Refused");
}

/* Those with a gateway, or those without. */
static int gonet_of_some_routes(struct device *dev, const struct device_node *np,
				struct gonet_stack *stack, u32 ifindex, bool gateway)
{
	struct device_node *child;
	int err;

	for_each_available_child_of_node(np, child) {
		if (!of_find_property(child, gonet_of_gw, NULL) == gateway)
			continue;
		err = gonet_of_route(dev, child, stack, ifindex);
		if (err) {
			of_node_put(child);
			return err;
		}
	}
	return 0;
}

/**
 * gonet_of_routes() - give the stack's end its routes
 * @dev: for the message
 * @np: the node of the stack's end, whose children are all routes
 * @stack: the stack
 * @ifindex: its end, which has its addresses
 *
 * Context: process; may sleep.
 *
 * Return: 0 or a negative errno; what was added by then stays.
 */
int gonet_of_routes(struct device *dev, const struct device_node *np, struct gonet_stack *stack,
		    u32 ifindex)
{
	int err = gonet_of_some_routes(dev, np, stack, ifindex, false);

	return err ? err : gonet_of_some_routes(dev, np, stack, ifindex, true);
}
