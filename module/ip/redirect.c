// SPDX-License-Identifier: GPL-2.0
/*
 * Redirects (RFC 792, RFC 1122 3.2.2.2): a gateway says that another one on the
 * same link is nearer to a destination. Which are believed; exception.c keeps them.
 */
#include <linux/rtnetlink.h>

#include <gonet/stack.h>

#include "fib.h"

/**
 * gonet_redirect_gateway() - the gateway by which a destination is reached
 * @stack: the stack
 * @route: the route to the destination, which has a gateway
 * @node: what has been said of the destination on that route, or NULL
 *
 * Context: under RCU.
 *
 * Return: the route's own gateway, or that to which it redirected.
 */
__be32 gonet_redirect_gateway(struct gonet_stack *stack, const struct gonet_route *route,
			      const struct gonet_exception_node *node)
{
	__be32 nearer = 0;

	if (unlikely(node) && READ_ONCE(stack->conf.accept_redirects))
		nearer = gonet_exception_gateway(node);
	return nearer ? nearer : route->gateway;
}

/* Whether a gateway would be reached directly, by the interface of the redirect. */
static bool gonet_redirect_on_link(struct gonet_stack *stack, const struct gonet_exception *said)
{
	const struct gonet_fib_query query = { .daddr = said->gateway, .oif = said->ifindex };
	const struct gonet_route *route;

	return gonet_addr_is_other_host(stack, said->gateway) &&
	       !gonet_fib_lookup(stack, &query, &route) && route->type == RTN_UNICAST &&
	       !route->gateway;
}

/**
 * gonet_redirect_believed() - whether a redirect is to be followed
 * @stack: the stack
 * @said: what the message says; @said->router is set
 * @from: who sent it
 *
 * RFC 1122 3.2.2.2: only from the gateway that is in use now for the destination,
 * and only to one that is on the link by which it came. Any other is ignored, one
 * about packets that a program had leave by another interface than the routes say too.
 *
 * Context: under RCU.
 *
 * Return: true if it is.
 */
bool gonet_redirect_believed(struct gonet_stack *stack, struct gonet_exception *said, __be32 from)
{
	const struct gonet_fib_query query = { .daddr = said->daddr };
	const struct gonet_exception_node *node;
	const struct gonet_route *route;

	if (!gonet_addr_is_other_host(stack, said->daddr) ||
	    gonet_fib_lookup(stack, &query, &route) || route->type != RTN_UNICAST ||
	    route->ifindex != said->ifindex || !route->gateway)
		return false;
	node = gonet_exception_find(stack, route, said->daddr);
	if (gonet_redirect_gateway(stack, route, node) != from)
		return false;
	said->router = route->gateway;
	return said->gateway != from && gonet_redirect_on_link(stack, said);
}
