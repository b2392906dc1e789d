// SPDX-License-Identifier: GPL-2.0
/*
 * Redirects (RFC 792, RFC 1122 3.2.2.2): a gateway says that another one on the
 * same link is nearer to a destination. Each is kept beside the routes, for its
 * destination alone, as an exception to the gateway that the routes say.
 *
 * Writer: the route process. Readers: whoever looks up a way, under RCU.
 */
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"

/**
 * struct gonet_redirect_node - a destination that has a nearer gateway
 * @hash: in &gonet_redirects.nodes
 * @age: in &gonet_redirects.by_age
 * @said: what was said; never changed once published
 * @expires: when it is no longer believed, in jiffies
 * @rcu: frees it
 */
struct gonet_redirect_node {
	struct rhash_head hash;
	struct list_head age;
	struct gonet_redirect said;
	unsigned long expires;
	struct rcu_head rcu;
};

static const struct rhashtable_params gonet_redirect_params = {
	.key_len = sizeof_field(struct gonet_redirect, daddr),
	.key_offset = offsetof(struct gonet_redirect_node, said.daddr),
	.head_offset = offsetof(struct gonet_redirect_node, hash),
	.automatic_shrinking = true,
};

/**
 * gonet_redirects_init() - prepare for redirects
 * @redirects: zeroed
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_redirects_init(struct gonet_redirects *redirects)
{
	INIT_LIST_HEAD(&redirects->by_age);
	return rhashtable_init(&redirects->nodes, &gonet_redirect_params);
}

static void gonet_redirect_free(void *node, void *arg)
{
	kfree(node);
}

/**
 * gonet_redirects_destroy() - forget all redirects
 * @redirects: of a stack that nobody looks into any more
 *
 * Context: process; may sleep.
 */
void gonet_redirects_destroy(struct gonet_redirects *redirects)
{
	rhashtable_free_and_destroy(&redirects->nodes, gonet_redirect_free, NULL);
}

/**
 * gonet_redirect_gateway() - the gateway by which a destination is reached
 * @stack: the stack
 * @route: the route to the destination, which has a gateway
 * @daddr: the destination
 *
 * A route that has changed meanwhile takes no notice of what its old gateway said.
 *
 * Context: under RCU.
 *
 * Return: the route's own gateway, or that to which it redirected.
 */
__be32 gonet_redirect_gateway(struct gonet_stack *stack, const struct gonet_route *route,
			      __be32 daddr)
{
	struct gonet_redirects *redirects = &stack->fib->redirects;
	const struct gonet_redirect_node *node;

	if (likely(!READ_ONCE(redirects->n)) || !READ_ONCE(stack->conf.accept_redirects))
		return route->gateway;
	node = rhashtable_lookup(&redirects->nodes, &daddr, gonet_redirect_params);
	if (!node || node->said.router != route->gateway ||
	    node->said.ifindex != route->ifindex || time_after_eq(jiffies, node->expires))
		return route->gateway;
	return node->said.gateway;
}

/* Whether an address can be another host's. */
static bool gonet_redirect_host(struct gonet_stack *stack, __be32 addr)
{
	enum gonet_addr_kind kind = addr_kind(addr);

	return (kind == ADDR_UNICAST || kind == ADDR_LINK_LOCAL) &&
	       gonet_addr_type(stack, addr) == RTN_UNICAST;
}

/* Whether a gateway would be reached directly, by the interface of the redirect. */
static bool gonet_redirect_on_link(struct gonet_stack *stack, const struct gonet_redirect *said)
{
	const struct gonet_fib_query query = { .daddr = said->gateway, .oif = said->ifindex };
	const struct gonet_route *route;

	return gonet_redirect_host(stack, said->gateway) &&
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
bool gonet_redirect_believed(struct gonet_stack *stack, struct gonet_redirect *said, __be32 from)
{
	const struct gonet_fib_query query = { .daddr = said->daddr };
	const struct gonet_route *route;

	if (!gonet_redirect_host(stack, said->daddr) ||
	    gonet_fib_lookup(stack, &query, &route) || route->type != RTN_UNICAST ||
	    route->ifindex != said->ifindex || !route->gateway ||
	    gonet_redirect_gateway(stack, route, said->daddr) != from)
		return false;
	said->router = route->gateway;
	return said->gateway != from && gonet_redirect_on_link(stack, said);
}

static void gonet_redirect_remove(struct gonet_redirects *redirects,
				  struct gonet_redirect_node *node)
{
	rhashtable_remove_fast(&redirects->nodes, &node->hash, gonet_redirect_params);
	list_del(&node->age);
	WRITE_ONCE(redirects->n, redirects->n - 1);
	kfree_rcu(node, rcu);
}

/* The oldest go: those whose time is over, and one if there are too many. */
static void gonet_redirects_make_room(struct gonet_redirects *redirects)
{
	struct gonet_redirect_node *node, *next;

	list_for_each_entry_safe(node, next, &redirects->by_age, age) {
		if (redirects->n < GONET_REDIRECTS_MAX && time_before(jiffies, node->expires))
			break;
		gonet_redirect_remove(redirects, node);
	}
}

/**
 * gonet_redirect_put() - take note of a redirect
 * @fib: the addresses and routes
 * @said: what is believed
 *
 * Without memory for it the gateway in use will say it again.
 *
 * Context: the route process, under RCU.
 */
void gonet_redirect_put(struct gonet_fib *fib, const struct gonet_redirect *said)
{
	struct gonet_redirects *redirects = &fib->redirects;
	struct gonet_redirect_node *node, *old;

	/* It may have gone since. */
	if (!gonet_iface_by_index(fib->stack, said->ifindex))
		return;
	node = kmalloc(sizeof(*node), GFP_ATOMIC | __GFP_NOWARN);
	if (!node)
		return;
	node->said = *said;
	node->expires = jiffies + READ_ONCE(fib->stack->conf.redirect_time) * HZ;
	old = rhashtable_lookup(&redirects->nodes, &said->daddr, gonet_redirect_params);
	if (old)
		gonet_redirect_remove(redirects, old);
	gonet_redirects_make_room(redirects);
	if (rhashtable_insert_fast(&redirects->nodes, &node->hash, gonet_redirect_params)) {
		kfree(node);
		return;
	}
	list_add_tail(&node->age, &redirects->by_age);
	WRITE_ONCE(redirects->n, redirects->n + 1);
}

/**
 * gonet_redirects_drop() - forget the redirects over an interface
 * @fib: the addresses and routes
 * @ifindex: the interface
 * @gateway: only those to this gateway, or 0
 *
 * Context: the route process, under RCU.
 */
void gonet_redirects_drop(struct gonet_fib *fib, u32 ifindex, __be32 gateway)
{
	struct gonet_redirect_node *node, *next;

	list_for_each_entry_safe(node, next, &fib->redirects.by_age, age)
		if (node->said.ifindex == ifindex &&
		    (!gateway || node->said.gateway == gateway))
			gonet_redirect_remove(&fib->redirects, node);
}
