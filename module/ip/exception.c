// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions: what others on the way say of single destinations, kept beside the
 * routes. A gateway may name one that is nearer (redirect.c), and a router the size
 * that fits through the link behind it (pmtu.c).
 *
 * Writer: the route process. Readers: whoever looks up a way, under RCU.
 */
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"

static const struct rhashtable_params gonet_exception_params = {
	.key_len = sizeof_field(struct gonet_exception, daddr),
	.key_offset = offsetof(struct gonet_exception_node, said.daddr),
	.head_offset = offsetof(struct gonet_exception_node, hash),
	.automatic_shrinking = true,
};

/**
 * gonet_exceptions_init() - prepare for exceptions
 * @exceptions: zeroed
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_exceptions_init(struct gonet_exceptions *exceptions)
{
	INIT_LIST_HEAD(&exceptions->by_age);
	return rhashtable_init(&exceptions->nodes, &gonet_exception_params);
}

static void gonet_exception_free(void *node, void *arg)
{
	kfree(node);
}

/**
 * gonet_exceptions_destroy() - forget all exceptions
 * @exceptions: of a stack that nobody looks into any more
 *
 * Context: process; may sleep.
 */
void gonet_exceptions_destroy(struct gonet_exceptions *exceptions)
{
	rhashtable_free_and_destroy(&exceptions->nodes, gonet_exception_free, NULL);
}

/**
 * gonet_exception_find() - what has been said of a destination
 * @stack: the stack
 * @route: the route to it
 * @daddr: the destination
 *
 * A route that has changed meanwhile takes no notice of what was said of another way.
 *
 * Context: under RCU.
 *
 * Return: what was said, of which each part may have expired; or NULL.
 */
const struct gonet_exception_node *gonet_exception_find(struct gonet_stack *stack,
							const struct gonet_route *route,
							__be32 daddr)
{
	struct gonet_exceptions *exceptions = &stack->fib->exceptions;
	const struct gonet_exception_node *node;

	if (likely(!READ_ONCE(exceptions->n)))
		return NULL;
	node = rhashtable_lookup(&exceptions->nodes, &daddr, gonet_exception_params);
	if (!node || node->said.router != route->gateway || node->said.ifindex != route->ifindex)
		return NULL;
	return node;
}

static void gonet_exception_remove(struct gonet_exceptions *exceptions,
				   struct gonet_exception_node *node)
{
	rhashtable_remove_fast(&exceptions->nodes, &node->hash, gonet_exception_params);
	list_del(&node->age);
	WRITE_ONCE(exceptions->n, exceptions->n - 1);
	kfree_rcu(node, rcu);
}

/* The oldest go: those whose time is over, and one if there are too many. */
static void gonet_exceptions_make_room(struct gonet_exceptions *exceptions)
{
	struct gonet_exception_node *node, *next;

	list_for_each_entry_safe(node, next, &exceptions->by_age, age) {
		if (exceptions->n < GONET_EXCEPTIONS_MAX &&
		    (gonet_exception_gateway(node) || gonet_exception_mtu(node)))
			break;
		gonet_exception_remove(exceptions, node);
	}
}

/*
 * What is now said, and what was said before of the same way, but that a path's MTU
 * never rises by what is said (RFC 1191 3): two messages may have been under way.
 */
static void gonet_exception_merge(struct gonet_stack *stack, struct gonet_exception_node *node,
				  const struct gonet_exception_node *old,
				  const struct gonet_exception *said)
{
	if (old && old->said.router == said->router && old->said.ifindex == said->ifindex) {
		node->said = old->said;
		node->gateway_expires = old->gateway_expires;
		node->mtu_expires = old->mtu_expires;
	} else {
		node->said = (struct gonet_exception) {
			.daddr = said->daddr,
			.router = said->router,
			.ifindex = said->ifindex,
		};
	}
	if (said->gateway) {
		node->said.gateway = said->gateway;
		node->gateway_expires = jiffies + READ_ONCE(stack->conf.redirect_time) * HZ;
	}
	if (said->mtu && (!gonet_exception_mtu(node) || said->mtu <= node->said.mtu)) {
		node->said.mtu = said->mtu;
		node->said.mtu_locked = said->mtu_locked;
		node->mtu_expires = jiffies + READ_ONCE(stack->conf.mtu_expires) * HZ;
	}
}

/**
 * gonet_exception_put() - take note of an exception
 * @fib: the addresses and routes
 * @said: what is believed: a gateway, or an MTU
 *
 * Without memory for it, it will be said again.
 *
 * Context: the route process, under RCU.
 */
void gonet_exception_put(struct gonet_fib *fib, const struct gonet_exception *said)
{
	struct gonet_exceptions *exceptions = &fib->exceptions;
	struct gonet_exception_node *node, *old;
	int err;

	/* It may have gone since. */
	if (!gonet_iface_by_index(fib->stack, said->ifindex))
		return;
	node = kzalloc(sizeof(*node), GFP_ATOMIC | __GFP_NOWARN);
	if (!node)
		return;
	old = rhashtable_lookup(&exceptions->nodes, &said->daddr, gonet_exception_params);
	gonet_exception_merge(fib->stack, node, old, said);
	if (old) {
		err = rhashtable_replace_fast(&exceptions->nodes, &old->hash, &node->hash,
					      gonet_exception_params);
	} else {
		gonet_exceptions_make_room(exceptions);
		err = rhashtable_insert_fast(&exceptions->nodes, &node->hash,
					     gonet_exception_params);
	}
	if (err) {
		kfree(node);
		return;
	}
	list_add_tail(&node->age, &exceptions->by_age);
	if (old) {
		list_del(&old->age);
		kfree_rcu(old, rcu);
	} else {
		WRITE_ONCE(exceptions->n, exceptions->n + 1);
	}
}

/**
 * gonet_exceptions_drop() - forget exceptions
 * @fib: the addresses and routes
 * @ifindex: only those over this interface, or 0
 * @gateway: only those that lead to this gateway, or 0
 *
 * Context: the route process, under RCU.
 */
void gonet_exceptions_drop(struct gonet_fib *fib, u32 ifindex, __be32 gateway)
{
	struct gonet_exception_node *node, *next;

	list_for_each_entry_safe(node, next, &fib->exceptions.by_age, age)
		if ((!ifindex || node->said.ifindex == ifindex) &&
		    (!gateway || node->said.gateway == gateway))
			gonet_exception_remove(&fib->exceptions, node);
}
