// SPDX-License-Identifier: GPL-2.0
/*
 * The published lookup structure: for each table a hash of prefixes, the lengths
 * in use, and the prefixes in order. Longest prefix match is one probe of the hash
 * for each length in use, the longest first.
 *
 * Readers go through the hash and the sets under RCU alone. The order is a
 * red-black tree, in which a reader may lose its way while the writer turns it
 * round, but always comes to an end; the sequence count tells it to look again.
 */
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"

static const struct rhashtable_params gonet_fib_params = {
	.key_len = sizeof(struct gonet_prefix),
	.key_offset = offsetof(struct gonet_fib_node, prefix),
	.head_offset = offsetof(struct gonet_fib_node, hash),
	.automatic_shrinking = true,
};

/**
 * gonet_fib_table_init() - prepare an empty table
 * @table: the table, zeroed
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_fib_table_init(struct gonet_fib_table *table)
{
	table->order = RB_ROOT;
	seqcount_init(&table->seq);
	return rhashtable_init(&table->nodes, &gonet_fib_params);
}

static void gonet_fib_node_free(void *node, void *arg)
{
	struct gonet_fib_node *n = node;

	kfree(rcu_dereference_protected(n->set, true));
	kfree(n);
}

/**
 * gonet_fib_table_destroy() - free a table and its routes
 * @table: the table, which nobody looks into any more
 *
 * Context: process; may sleep.
 */
void gonet_fib_table_destroy(struct gonet_fib_table *table)
{
	rhashtable_free_and_destroy(&table->nodes, gonet_fib_node_free, NULL);
}

/**
 * gonet_fib_find() - the node of a prefix
 * @table: where
 * @dst: the network
 * @plen: length of its prefix
 *
 * Context: under RCU or in the route process.
 *
 * Return: the node or NULL.
 */
struct gonet_fib_node *gonet_fib_find(struct gonet_fib_table *table, __be32 dst, u8 plen)
{
	struct gonet_prefix prefix = prefix_of(dst, plen);

	return rhashtable_lookup(&table->nodes, &prefix, gonet_fib_params);
}

/* Readers of the order wait for the end of this, so nothing may come between. */
static void gonet_fib_order_begin(struct gonet_fib_table *table)
{
	preempt_disable();
	write_seqcount_begin(&table->seq);
}

static void gonet_fib_order_end(struct gonet_fib_table *table)
{
	write_seqcount_end(&table->seq);
	preempt_enable();
}

static void gonet_fib_order_insert(struct gonet_fib_table *table, struct gonet_fib_node *node)
{
	struct rb_node **link = &table->order.rb_node, *parent = NULL, *linked;

	while (*link) {
		parent = *link;
		if (prefix_compare(&node->prefix, &gonet_fib_entry(parent)->prefix) < 0)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&node->order, parent, &linked);
	gonet_fib_order_begin(table);
	/* Pairs with rcu_dereference_raw() in gonet_fib_at(). */
	smp_store_release(link, linked);
	rb_insert_color(&node->order, &table->order);
	gonet_fib_order_end(table);
}

/**
 * gonet_fib_at() - the first prefix at or after a place in the order
 * @table: where
 * @from: the place
 *
 * Context: under RCU, which keeps the node.
 *
 * Return: the node, or NULL at the end.
 */
struct gonet_fib_node *gonet_fib_at(struct gonet_fib_table *table,
				    const struct gonet_prefix *from)
{
	struct gonet_fib_node *node, *best;
	struct rb_node *rb;
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&table->seq);
		best = NULL;
		rb = rcu_dereference_raw(table->order.rb_node);
		while (rb) {
			node = gonet_fib_entry(rb);
			if (prefix_compare(&node->prefix, from) >= 0) {
				best = node;
				rb = rcu_dereference_raw(rb->rb_left);
			} else {
				rb = rcu_dereference_raw(rb->rb_right);
			}
		}
	} while (read_seqcount_retry(&table->seq, seq));
	return best;
}

static struct gonet_fib_set *gonet_fib_set_of(struct gonet_fib_node *node)
{
	return rcu_dereference_protected(node->set, true);	/* the route process's own */
}

static struct gonet_fib_set *gonet_fib_set_alloc(unsigned int n)
{
	struct gonet_fib_set *set;

	set = kmalloc(struct_size(set, route, n), GFP_ATOMIC | __GFP_NOWARN);
	if (set)
		set->n = 0;
	return set;
}

/*
 * A copy of @old (which may be NULL) with room for one more and without empty
 * places, in which @route has been put before place @index of @old, or in it.
 */
static struct gonet_fib_set *gonet_fib_set_with(const struct gonet_fib_set *old,
						const struct gonet_route *route,
						unsigned int index, bool replace)
{
	unsigned int i, n = old ? old->n : 0;
	struct gonet_fib_set *set = gonet_fib_set_alloc(n + 1);

	if (!set)
		return NULL;
	for (i = 0; i <= n; i++) {
		if (i == index)
			set->route[set->n++] = *route;
		if (i < n && old->route[i].type != RTN_UNSPEC && !(replace && i == index))
			set->route[set->n++] = old->route[i];
	}
	return set;
}

static int gonet_fib_node_new(struct gonet_fib_table *table, const struct gonet_route *route)
{
	struct gonet_fib_node *node = kzalloc(sizeof(*node), GFP_ATOMIC | __GFP_NOWARN);
	struct gonet_fib_set *set = gonet_fib_set_with(NULL, route, 0, false);
	int err = -ENOMEM;

	if (!node || !set)
		goto err_free;
	node->prefix = prefix_of(route->dst, route->plen);
	RCU_INIT_POINTER(node->set, set);
	/* Set before the node can be found: a reader finds the node or a bit too many. */
	set_bit(route->plen, table->lengths);
	err = rhashtable_insert_fast(&table->nodes, &node->hash, gonet_fib_params);
	if (err)
		goto err_length;
	gonet_fib_order_insert(table, node);
	table->n_nodes[route->plen]++;
	return 0;

err_length:
	if (!table->n_nodes[route->plen])
		clear_bit(route->plen, table->lengths);
err_free:
	kfree(set);
	kfree(node);
	return err;
}

static void gonet_fib_node_del(struct gonet_fib_table *table, struct gonet_fib_node *node)
{
	unsigned int plen = node->prefix.plen;

	rhashtable_remove_fast(&table->nodes, &node->hash, gonet_fib_params);
	if (!--table->n_nodes[plen])
		clear_bit(plen, table->lengths);
	gonet_fib_order_begin(table);
	rb_erase(&node->order, &table->order);
	gonet_fib_order_end(table);
	kfree_rcu(gonet_fib_set_of(node), rcu);
	kfree_rcu(node, rcu);
}

/**
 * gonet_fib_changed() - say that a route has changed
 * @fib: the tables
 * @event: how
 * @route: the route
 *
 * Context: the route process, under RCU.
 */
void gonet_fib_changed(struct gonet_fib *fib, enum gonet_event event,
		       const struct gonet_route *route)
{
	atomic_inc(&fib->stack->changes);
	if (fib->proc)
		gonet_notify_route(fib->stack, event, route);
}

/* How many routes a set has, empty places not counted. */
static unsigned int gonet_fib_set_count(const struct gonet_fib_set *set)
{
	unsigned int i, n = 0;

	for (i = 0; i < set->n; i++)
		n += set->route[i].type != RTN_UNSPEC;
	return n;
}

static int gonet_fib_check_room(struct gonet_fib *fib, const struct gonet_fib_set *set,
				struct netlink_ext_ack *extack)
{
	if (fib->n_routes >= GONET_ROUTES_MAX) {
		NL_SET_ERR_MSG(extack, "Too many routes");
		return -ENOSPC;
	}
	if (set && gonet_fib_set_count(set) >= GONET_SET_MAX) {
		NL_SET_ERR_MSG(extack, "Too many routes to this destination");
		return -ENOSPC;
	}
	return 0;
}

/* Puts @route into the set of a node that there is. */
static int gonet_fib_put_in(struct gonet_fib *fib, struct gonet_fib_node *node,
			    const struct gonet_route *route, unsigned int index, bool replace)
{
	struct gonet_fib_set *old = gonet_fib_set_of(node);
	struct gonet_fib_set *set = gonet_fib_set_with(old, route, index, replace);

	if (!set)
		return -ENOMEM;
	rcu_assign_pointer(node->set, set);
	if (replace)
		gonet_fib_changed(fib, GONET_EVENT_DEL, &old->route[index]);
	else
		fib->n_routes++;
	kfree_rcu(old, rcu);
	return 0;
}

/**
 * gonet_fib_put() - put a route into its table
 * @fib: the tables
 * @route: the route, checked
 * @nlflags: as route_place() takes them
 * @extack: for the reason of a refusal
 *
 * Context: the route process.
 *
 * Return: 0; -EEXIST or -ENOENT as route_place() says; -ENOSPC at a limit; -ENOMEM.
 */
int gonet_fib_put(struct gonet_fib *fib, const struct gonet_route *route, unsigned int nlflags,
		  struct netlink_ext_ack *extack)
{
	struct gonet_fib_table *table = gonet_fib_table_of(fib, route->type);
	struct gonet_fib_node *node = gonet_fib_find(table, route->dst, route->plen);
	struct gonet_fib_set *set = node ? gonet_fib_set_of(node) : NULL;
	unsigned int index;
	int placing, err;

	placing = route_place(set ? set->route : NULL, set ? set->n : 0, route, nlflags, &index);
	if (placing < 0 || placing == ROUTE_KEEP)
		return placing < 0 ? placing : 0;
	if (placing == ROUTE_INSERT) {
		err = gonet_fib_check_room(fib, set, extack);
		if (err)
			return err;
	}
	if (node) {
		err = gonet_fib_put_in(fib, node, route, index, placing == ROUTE_REPLACE);
	} else {
		err = gonet_fib_node_new(table, route);
		if (!err)
			fib->n_routes++;
	}
	if (!err)
		gonet_fib_changed(fib, GONET_EVENT_NEW, route);
	return err;
}

static struct gonet_fib_set *gonet_fib_set_without(const struct gonet_fib_set *old,
						   unsigned int index)
{
	struct gonet_fib_set *set = gonet_fib_set_alloc(old->n);
	unsigned int i;

	for (i = 0; set && i < old->n; i++)
		if (i != index && old->route[i].type != RTN_UNSPEC)
			set->route[set->n++] = old->route[i];
	return set;
}

/**
 * gonet_fib_remove() - take a route out of its table
 * @fib: the tables
 * @table: which
 * @node: its prefix's node; gone if this was its last route
 * @index: its place in the node's set
 *
 * Does not fail: without memory for a smaller set the place is emptied instead.
 *
 * Context: the route process.
 *
 * Return: true if @node is gone.
 */
bool gonet_fib_remove(struct gonet_fib *fib, struct gonet_fib_table *table,
		      struct gonet_fib_node *node, unsigned int index)
{
	struct gonet_fib_set *old = gonet_fib_set_of(node), *set;
	struct gonet_route route = old->route[index];
	bool last = gonet_fib_set_count(old) == 1;

	fib->n_routes--;
	if (last) {
		gonet_fib_node_del(table, node);
	} else {
		set = gonet_fib_set_without(old, index);
		if (set) {
			rcu_assign_pointer(node->set, set);
			kfree_rcu(old, rcu);
		} else {
			WRITE_ONCE(old->route[index].type, RTN_UNSPEC);
		}
	}
	gonet_fib_changed(fib, GONET_EVENT_DEL, &route);
	return last;
}

/* Own addresses are the host's, whatever becomes of their interface (RFC 1122 3.3.4.2). */
static bool gonet_fib_usable(struct gonet_stack *stack, const struct gonet_route *route,
			     bool any_link)
{
	struct gonet_iface *iface;

	if (route->type == RTN_LOCAL)
		return true;
	iface = gonet_iface_by_index(stack, route->ifindex);
	if (!iface)
		return false;
	return any_link ? READ_ONCE(iface->up) : gonet_iface_running(iface);
}

/* The first route of a prefix that answers @query, NULL for none, or its type's error. */
static const struct gonet_route *gonet_fib_choose(struct gonet_stack *stack,
						  const struct gonet_fib_set *set,
						  const struct gonet_fib_query *query)
{
	unsigned int i;

	for (i = 0; i < set->n; i++) {
		const struct gonet_route *route = &set->route[i];
		u8 type = READ_ONCE(route->type);

		if (type == RTN_UNSPEC || route->scope < query->scope)
			continue;
		if (route_error(type))
			return ERR_PTR(route_error(type));
		if (query->oif && query->oif != route->ifindex)
			continue;
		if (gonet_fib_usable(stack, route, query->any_link))
			return route;
	}
	return NULL;
}

/**
 * gonet_fib_table_lookup() - longest prefix match in a table
 * @stack: whose
 * @table: where
 * @query: what
 * @found: set to the route, which RCU keeps
 *
 * Context: under RCU.
 *
 * Return: 0; -ENETUNREACH when no route matches; the error that an unreachable,
 * prohibit or blackhole route stands for.
 */
int gonet_fib_table_lookup(struct gonet_stack *stack, struct gonet_fib_table *table,
			   const struct gonet_fib_query *query,
			   const struct gonet_route **found)
{
	unsigned int plen, end = PREFIX_BITS + 1;
	const struct gonet_route *route;
	struct gonet_fib_node *node;

	for (; (plen = find_last_bit(table->lengths, end)) < end; end = plen) {
		node = gonet_fib_find(table, query->daddr, plen);
		if (!node)
			continue;
		route = gonet_fib_choose(stack, rcu_dereference(node->set), query);
		if (IS_ERR(route))
			return PTR_ERR(route);
		if (route) {
			*found = route;
			return 0;
		}
	}
	return -ENETUNREACH;
}

/**
 * gonet_fib_lookup() - longest prefix match, own addresses first
 * @stack: whose
 * @query: what
 * @found: set to the route, which RCU keeps
 *
 * Context: under RCU.
 *
 * Return: as gonet_fib_table_lookup().
 */
int gonet_fib_lookup(struct gonet_stack *stack, const struct gonet_fib_query *query,
		     const struct gonet_route **found)
{
	int i, err = -ENETUNREACH;

	for (i = 0; i < GONET_TABLES && err == -ENETUNREACH; i++)
		err = gonet_fib_table_lookup(stack, &stack->fib->table[i], query, found);
	return err;
}
