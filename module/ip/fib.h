/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of addresses and routes share: route.c is the route process, with
 * addr.c, route_admin.c and exception.c for its steps; fib.c keeps the lookup structure that it
 * publishes; route_lookup.c is what everybody else asks; redirect.c and pmtu.c say which
 * exceptions are believed.
 *
 * The route process writes; readers hold no lock. What it unlinks it frees after
 * an RCU grace period.
 */
#ifndef _GONET_FIB_H
#define _GONET_FIB_H

#include <linux/if_addr.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rhashtable-types.h>
#include <linux/seqlock.h>
#include <linux/xarray.h>

#include <gonet/notify.h>
#include <gonet/route.h>

#include "logic/prefix.h"

struct gonet_stack;

/* Limits of a stack. */
#define GONET_ROUTES_MAX	65536	/* routes, those of addresses counted */
#define GONET_SET_MAX		256	/* routes of one prefix in one table */
#define GONET_ADDRS_MAX		4096	/* addresses */
#define GONET_EXCEPTIONS_MAX	1024	/* destinations with an exception */

/**
 * struct gonet_fib_set - the routes of a prefix
 * @rcu: frees it
 * @n: places in @route
 * @route: by metric; never changed once published, but for the type, which becomes
 *	RTN_UNSPEC (no route) when one goes and there is no memory for a smaller
 *	set, and for prefsrc
 */
struct gonet_fib_set {
	struct rcu_head rcu;
	unsigned int n;
	struct gonet_route route[];
};

/**
 * struct gonet_fib_node - a prefix that has routes
 * @hash: in &gonet_fib_table.nodes
 * @order: in &gonet_fib_table.order
 * @prefix: which
 * @set: its routes
 * @rcu: frees it
 */
struct gonet_fib_node {
	struct rhash_head hash;
	struct rb_node order;
	struct gonet_prefix prefix;
	struct gonet_fib_set __rcu *set;
	struct rcu_head rcu;
};

/**
 * struct gonet_fib_table - a routing table
 * @nodes: &struct gonet_fib_node by prefix
 * @lengths: which prefix lengths are in use; a lookup probes each, longest first
 * @n_nodes: how many nodes there are of each length
 * @order: the nodes by prefix, for walks
 * @seq: odd while @order changes
 *
 * A second address family has tables of its own, with a longer &struct gonet_prefix.
 */
struct gonet_fib_table {
	struct rhashtable nodes;
	DECLARE_BITMAP(lengths, PREFIX_BITS + 1);
	unsigned int n_nodes[PREFIX_BITS + 1];
	struct rb_root order;
	seqcount_t seq;
};

/* The tables, in the order of lookups. */
enum {
	GONET_TABLE_LOCAL,	/* own and broadcast addresses */
	GONET_TABLE_MAIN,
	GONET_TABLES,
};

/**
 * struct gonet_exception_node - a destination of which something has been said
 * @hash: in &gonet_exceptions.nodes
 * @age: in &gonet_exceptions.by_age
 * @said: what was said
 * @gateway_expires: when @said.gateway is no longer believed, in jiffies
 * @mtu_expires: when @said.mtu is not
 * @rcu: frees it
 *
 * Never changed once published.
 */
struct gonet_exception_node {
	struct rhash_head hash;
	struct list_head age;
	struct gonet_exception said;
	unsigned long gateway_expires;
	unsigned long mtu_expires;
	struct rcu_head rcu;
};

/**
 * struct gonet_exceptions - what has been said of single destinations (exception.c)
 * @nodes: &struct gonet_exception_node by destination
 * @by_age: the same, the one that was said longest ago first
 * @n: how many
 */
struct gonet_exceptions {
	struct rhashtable nodes;
	struct list_head by_age;
	unsigned int n;
};

/**
 * struct gonet_fib - addresses and routes of a stack; the route process's
 * @stack: whose
 * @proc: the route process, referenced; NULL while the loopback's are set up
 * @table: the routing tables
 * @n_routes: routes in them
 * @exceptions: what has been said of single destinations
 * @addrs: &struct gonet_addr_list by interface index
 * @n_addrs: addresses in them
 * @next_serial: number of the next address
 */
struct gonet_fib {
	struct gonet_stack *stack;
	struct csp_proc *proc;
	struct gonet_fib_table table[GONET_TABLES];
	unsigned int n_routes;
	struct gonet_exceptions exceptions;
	struct xarray addrs;
	unsigned int n_addrs;
	u32 next_serial;
};

/**
 * struct gonet_fib_query - what to look up in a table
 * @daddr: destination
 * @oif: interface the route must have, or 0
 * @scope: RT_SCOPE_* the route must at least have
 * @any_link: routes over interfaces without carrier count too, as long as the
 *	stack's own end is up
 */
struct gonet_fib_query {
	__be32 daddr;
	u32 oif;
	u8 scope;
	bool any_link;
};

#define gonet_fib_entry(rb)	rb_entry(rb, struct gonet_fib_node, order)

/* fib.c: changes, in the route process */
int gonet_fib_table_init(struct gonet_fib_table *table);
void gonet_fib_table_destroy(struct gonet_fib_table *table);
struct gonet_fib_node *gonet_fib_find(struct gonet_fib_table *table, __be32 dst, u8 plen);
int gonet_fib_put(struct gonet_fib *fib, const struct gonet_route *route, unsigned int nlflags,
		  struct netlink_ext_ack *extack);
void gonet_fib_changed(struct gonet_fib *fib, enum gonet_event event,
		       const struct gonet_route *route);
bool gonet_fib_remove(struct gonet_fib *fib, struct gonet_fib_table *table,
		      struct gonet_fib_node *node, unsigned int index);

/* fib.c: under RCU */
int gonet_fib_table_lookup(struct gonet_stack *stack, struct gonet_fib_table *table,
			   const struct gonet_fib_query *query,
			   const struct gonet_route **found);
int gonet_fib_lookup(struct gonet_stack *stack, const struct gonet_fib_query *query,
		     const struct gonet_route **found);
struct gonet_fib_node *gonet_fib_at(struct gonet_fib_table *table,
				    const struct gonet_prefix *from);

/**
 * gonet_fib_table_of() - which table has the routes of a type
 * @fib: the tables
 * @type: RTN_*
 *
 * Return: the table.
 */
static inline struct gonet_fib_table *gonet_fib_table_of(struct gonet_fib *fib, u8 type)
{
	bool local = type == RTN_LOCAL || type == RTN_BROADCAST;

	return &fib->table[local ? GONET_TABLE_LOCAL : GONET_TABLE_MAIN];
}

/**
 * struct gonet_addr_node - an own address
 * @node: in &gonet_addr_list.addrs
 * @serial: its number, ascending in the list
 * @addr: what it is; the flags change while readers look
 * @rcu: frees it
 */
struct gonet_addr_node {
	struct list_head node;
	u32 serial;
	struct gonet_addr addr;
	struct rcu_head rcu;
};

/**
 * struct gonet_addr_list - the addresses of an interface
 * @addrs: &struct gonet_addr_node, in the order of their addition; never empty
 * @rcu: frees it
 */
struct gonet_addr_list {
	struct list_head addrs;
	struct rcu_head rcu;
};

static inline bool gonet_addr_usable(const struct gonet_addr *addr)
{
	return !(READ_ONCE(addr->flags) & IFA_F_DADFAILED);
}

static inline bool gonet_addr_primary(const struct gonet_addr *addr)
{
	return !(READ_ONCE(addr->flags) & (IFA_F_DADFAILED | IFA_F_SECONDARY));
}

/* addr.c: steps of the route process */
int gonet_fib_addr_new(struct gonet_fib *fib, const struct gonet_addr *addr,
		       struct netlink_ext_ack *extack);
int gonet_fib_addr_del(struct gonet_fib *fib, const struct gonet_addr *addr,
		       struct netlink_ext_ack *extack);
void gonet_fib_addr_conflict(struct gonet_fib *fib, u32 ifindex, __be32 local);
void gonet_fib_addr_confirmed(struct gonet_fib *fib, u32 ifindex, __be32 local);
void gonet_fib_addrs_gone(struct gonet_fib *fib, u32 ifindex);
void gonet_fib_addrs_free(struct gonet_fib *fib);

/* route_admin.c: steps of the route process */
int gonet_fib_route_new(struct gonet_fib *fib, const struct gonet_route *wanted,
			unsigned int nlflags, struct netlink_ext_ack *extack);
int gonet_fib_route_del(struct gonet_fib *fib, const struct gonet_route *wanted,
			struct netlink_ext_ack *extack);
void gonet_fib_flush_iface(struct gonet_fib *fib, u32 ifindex);
void gonet_fib_flush_sources(struct gonet_fib *fib, __be32 gone);

/* exception.c: steps of the route process */
int gonet_exceptions_init(struct gonet_exceptions *exceptions);
void gonet_exceptions_destroy(struct gonet_exceptions *exceptions);
void gonet_exception_put(struct gonet_fib *fib, const struct gonet_exception *said);
void gonet_exceptions_drop(struct gonet_fib *fib, u32 ifindex, __be32 gateway);

/* exception.c: under RCU */
const struct gonet_exception_node *gonet_exception_find(struct gonet_stack *stack,
							const struct gonet_route *route,
							__be32 daddr);

/**
 * gonet_exception_gateway() - the gateway that a destination is redirected to
 * @node: what has been said of it
 *
 * Return: the gateway; 0 for none, or when it has expired.
 */
static inline __be32 gonet_exception_gateway(const struct gonet_exception_node *node)
{
	return time_before(jiffies, node->gateway_expires) ? node->said.gateway : 0;
}

/**
 * gonet_exception_mtu() - the MTU of the path to a destination
 * @node: what has been said of it
 *
 * Return: the MTU; 0 for none, or when it has expired.
 */
static inline u32 gonet_exception_mtu(const struct gonet_exception_node *node)
{
	return time_before(jiffies, node->mtu_expires) ? node->said.mtu : 0;
}

/* pmtu.c: under RCU */
void gonet_path_set_pmtu(struct gonet_path *path, const struct gonet_exception_node *node);

/* redirect.c: under RCU */
__be32 gonet_redirect_gateway(struct gonet_stack *stack, const struct gonet_route *route,
			      const struct gonet_exception_node *node);

#endif /* _GONET_FIB_H */
