// SPDX-License-Identifier: GPL-2.0
/*
 * Own addresses. Each implies routes: itself and the broadcast addresses of its
 * network in the local table, and the way to its network in the main one. Several
 * addresses may imply the same route; it stays until the last of them goes, and
 * its source address is that of one that is there.
 *
 * Of the addresses of one network on one interface the first is primary, the
 * others are IFA_F_SECONDARY: they imply no way to the network and are not chosen
 * as a source. When the primary goes, the first of them takes its place.
 *
 * An address that another host uses (IFA_F_DADFAILED) is listed, but implies
 * nothing.
 */
#include <linux/if_addr.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/iface.h>
#include <gonet/neigh.h>
#include <gonet/notify.h>
#include <gonet/stack.h>

#include "fib.h"

/* Most routes that one address implies. */
#define ADDR_ROUTES	4

/* What a user may say of an address. */
#define ADDR_FLAGS	(IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)

static bool gonet_addr_same_net(const struct gonet_addr *a, const struct gonet_addr *b)
{
	return a->plen == b->plen && prefix_holds(a->local, a->plen, b->local);
}

static void gonet_addr_changed(struct gonet_fib *fib, enum gonet_event event,
			       const struct gonet_addr *addr)
{
	atomic_inc(&fib->stack->changes);
	if (fib->proc)
		gonet_notify_addr(fib->stack, event, addr);
}

static void gonet_addr_set_flags(struct gonet_fib *fib, struct gonet_addr_node *a, u32 flags)
{
	if (a->addr.flags == flags)
		return;
	WRITE_ONCE(a->addr.flags, flags);
	gonet_addr_changed(fib, GONET_EVENT_NEW, &a->addr);
}

/* Whether the network is one that can be sent to: not 0.0.0.0 (RFC 1122 3.2.1.3 (a)). */
static bool gonet_addr_has_net(const struct gonet_addr *addr)
{
	enum gonet_addr_kind kind = addr_kind(prefix_network(addr->local, addr->plen));

	return kind != ADDR_ANY && kind != ADDR_THIS_NET;
}

/* The routes that lead to @addr's network. Return: how many. */
static unsigned int gonet_addr_net_routes(const struct gonet_addr *addr,
					  const struct gonet_route *base,
					  struct gonet_route *routes)
{
	bool lo = addr->ifindex == GONET_IFACE_LO;
	struct gonet_route *r = routes;

	if (addr->plen == PREFIX_BITS || !gonet_addr_has_net(addr))
		return 0;
	if (!(addr->flags & IFA_F_NOPREFIXROUTE)) {
		*r = *base;
		r->dst = prefix_network(addr->local, addr->plen);
		r->plen = addr->plen;
		r->type = lo ? RTN_LOCAL : RTN_UNICAST;
		r->scope = lo ? RT_SCOPE_HOST : RT_SCOPE_LINK;
		r++;
	}
	if (prefix_broadcast(addr->local, addr->plen)) {
		*r = *base;
		r->dst = prefix_broadcast(addr->local, addr->plen);
		r++;
	}
	return r - routes;
}

/* The routes that @addr implies. Return: how many. */
static unsigned int gonet_addr_routes(const struct gonet_addr *addr, struct gonet_route *routes)
{
	const struct gonet_route base = {
		.plen = PREFIX_BITS,
		.type = RTN_BROADCAST,
		.scope = RT_SCOPE_LINK,
		.protocol = RTPROT_KERNEL,
		.ifindex = addr->ifindex,
		.prefsrc = addr->local,
	};
	struct gonet_route *r = routes;

	if (!gonet_addr_usable(addr))
		return 0;
	*r = base;
	r->dst = addr->local;
	r->type = RTN_LOCAL;
	r->scope = RT_SCOPE_HOST;
	r++;
	if (addr->broadcast && addr_kind(addr->broadcast) != ADDR_BROADCAST) {
		*r = base;
		r->dst = addr->broadcast;
		r++;
	}
	if (gonet_addr_primary(addr))
		r += gonet_addr_net_routes(addr, &base, r);
	return r - routes;
}

/* Whether two implied routes are one, whosever source address it has. */
static bool gonet_addr_same_route(const struct gonet_route *a, const struct gonet_route *b)
{
	return a->dst == b->dst && a->plen == b->plen && a->type == b->type &&
	       a->ifindex == b->ifindex && a->protocol == b->protocol;
}

/* The route in the table that an implied one is. Return: its place, or -ENOENT. */
static int gonet_addr_route_find(struct gonet_fib *fib, const struct gonet_route *route,
				 struct gonet_fib_node **node, struct gonet_fib_set **set)
{
	unsigned int i;

	*node = gonet_fib_find(gonet_fib_table_of(fib, route->type), route->dst, route->plen);
	if (!*node)
		return -ENOENT;
	*set = rcu_dereference((*node)->set);
	for (i = 0; i < (*set)->n; i++)
		if (gonet_addr_same_route(&(*set)->route[i], route))
			return i;
	return -ENOENT;
}

/* The first address of a list that implies a route as well. */
static struct gonet_addr_node *gonet_addr_heir(struct gonet_addr_list *list,
					       const struct gonet_route *route)
{
	struct gonet_route routes[ADDR_ROUTES];
	struct gonet_addr_node *a;
	unsigned int i, n;

	list_for_each_entry_rcu(a, &list->addrs, node) {
		n = gonet_addr_routes(&a->addr, routes);
		for (i = 0; i < n; i++)
			if (gonet_addr_same_route(&routes[i], route))
				return a;
	}
	return NULL;
}

/* Takes out the routes that @was implied and nothing in @list does any more. */
static void gonet_addr_withdraw(struct gonet_fib *fib, struct gonet_addr_list *list,
				const struct gonet_addr *was)
{
	struct gonet_route routes[ADDR_ROUTES];
	struct gonet_addr_node *heir;
	struct gonet_fib_node *node;
	struct gonet_fib_set *set;
	unsigned int i, n;
	int place;

	n = gonet_addr_routes(was, routes);
	for (i = 0; i < n; i++) {
		place = gonet_addr_route_find(fib, &routes[i], &node, &set);
		if (place < 0)
			continue;
		heir = gonet_addr_heir(list, &routes[i]);
		if (!heir) {
			gonet_fib_remove(fib, gonet_fib_table_of(fib, routes[i].type), node, place);
		} else if (set->route[place].prefsrc == was->local) {
			WRITE_ONCE(set->route[place].prefsrc, heir->addr.local);
			gonet_fib_changed(fib, GONET_EVENT_NEW, &set->route[place]);
		}
	}
}

/* Puts in the routes that @addr implies, those that are not there. */
static int gonet_addr_imply(struct gonet_fib *fib, const struct gonet_addr *addr,
			    struct netlink_ext_ack *extack)
{
	struct gonet_route routes[ADDR_ROUTES];
	struct gonet_fib_node *node;
	struct gonet_fib_set *set;
	unsigned int i, n;
	int err;

	n = gonet_addr_routes(addr, routes);
	for (i = 0; i < n; i++) {
		if (gonet_addr_route_find(fib, &routes[i], &node, &set) >= 0)
			continue;
		err = gonet_fib_put(fib, &routes[i], NLM_F_CREATE | NLM_F_APPEND, extack);
		if (err)
			return err;
	}
	return 0;
}

/* An address is not own any more: nothing is sent from it. */
static void gonet_addr_unused(struct gonet_fib *fib, __be32 local)
{
	if (!gonet_addr_is_own(fib->stack, 0, local))
		gonet_fib_flush_sources(fib, local);
}

/* A network has lost an address: if it was the primary, another takes its place. */
static void gonet_addr_promote(struct gonet_fib *fib, struct gonet_addr_list *list,
			       const struct gonet_addr *was)
{
	struct gonet_addr_node *a, *next = NULL;

	list_for_each_entry_rcu(a, &list->addrs, node) {
		if (!gonet_addr_usable(&a->addr) || !gonet_addr_same_net(&a->addr, was))
			continue;
		if (gonet_addr_primary(&a->addr))
			return;
		if (!next)
			next = a;
	}
	if (!next)
		return;
	gonet_addr_set_flags(fib, next, next->addr.flags & ~IFA_F_SECONDARY);
	/* Without memory the network stays unreachable; the address still works. */
	gonet_addr_imply(fib, &next->addr, NULL);
}

static int gonet_addr_check(struct gonet_fib *fib, const struct gonet_addr *addr,
			    struct netlink_ext_ack *extack)
{
	if (addr->plen > PREFIX_BITS) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
		return -EINVAL;
	}
	if (!addr_may_be_own(addr->local)) {
		NL_SET_ERR_MSG(extack, "Not an address that a host may have");
		return -EINVAL;
	}
	if (addr->flags & ~ADDR_FLAGS) {
		NL_SET_ERR_MSG(extack, "Address flag not supported");
		return -EOPNOTSUPP;
	}
	if (!gonet_iface_by_index(fib->stack, addr->ifindex)) {
		NL_SET_ERR_MSG(extack, "Device not found");
		return -ENODEV;
	}
	return 0;
}

/* Whether @addr may join @list, and as what. Return: its flags, or a negative errno. */
static int gonet_addr_join(struct gonet_addr_list *list, const struct gonet_addr *addr,
			   struct netlink_ext_ack *extack)
{
	int flags = addr->flags | IFA_F_PERMANENT;
	struct gonet_addr_node *a;

	if (addr->ifindex != GONET_IFACE_LO)
		flags |= IFA_F_TENTATIVE;
	list_for_each_entry_rcu(a, &list->addrs, node) {
		if (!gonet_addr_same_net(&a->addr, addr))
			continue;
		if (a->addr.local == addr->local) {
			NL_SET_ERR_MSG(extack, "Address already assigned");
			return -EEXIST;
		}
		if (a->addr.scope != addr->scope) {
			NL_SET_ERR_MSG(extack, "Invalid scope value");
			return -EINVAL;
		}
		if (gonet_addr_usable(&a->addr))
			flags |= IFA_F_SECONDARY;
	}
	return flags;
}

static struct gonet_addr_list *gonet_addr_list_get(struct gonet_fib *fib, u32 ifindex)
{
	struct gonet_addr_list *list = xa_load(&fib->addrs, ifindex);

	if (list)
		return list;
	list = kmalloc(sizeof(*list), GFP_ATOMIC | __GFP_NOWARN);
	if (!list)
		return NULL;
	INIT_LIST_HEAD(&list->addrs);
	if (xa_err(xa_store(&fib->addrs, ifindex, list, GFP_ATOMIC | __GFP_NOWARN))) {
		kfree(list);
		return NULL;
	}
	return list;
}

/* If nothing is left in the list, it goes too. */
static void gonet_addr_list_put(struct gonet_fib *fib, struct gonet_addr_list *list, u32 ifindex)
{
	if (!list_empty(&list->addrs))
		return;
	xa_erase(&fib->addrs, ifindex);
	kfree_rcu(list, rcu);
}

static int gonet_addr_insert(struct gonet_fib *fib, struct gonet_addr_list *list,
			     const struct gonet_addr *addr, struct netlink_ext_ack *extack)
{
	int err, flags = gonet_addr_join(list, addr, extack);
	struct gonet_addr_node *a;

	if (flags < 0)
		return flags;
	a = kzalloc(sizeof(*a), GFP_ATOMIC | __GFP_NOWARN);
	if (!a)
		return -ENOMEM;
	a->addr = *addr;
	a->addr.flags = flags;
	if (!addr->broadcast && gonet_addr_has_net(addr))
		a->addr.broadcast = prefix_broadcast(addr->local, addr->plen);
	a->serial = fib->next_serial++;
	err = gonet_addr_imply(fib, &a->addr, extack);
	if (err) {
		gonet_addr_withdraw(fib, list, &a->addr);
		kfree(a);
		return err;
	}
	list_add_tail_rcu(&a->node, &list->addrs);
	fib->n_addrs++;
	gonet_addr_changed(fib, GONET_EVENT_NEW, &a->addr);
	return 0;
}

/**
 * gonet_fib_addr_new() - add an own address
 * @fib: addresses and routes
 * @addr: the address; without a broadcast address it gets its network's
 * @extack: for the reason of a refusal
 *
 * Context: the route process, under RCU.
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV, -EEXIST, -ENOSPC, -ENOMEM.
 */
int gonet_fib_addr_new(struct gonet_fib *fib, const struct gonet_addr *addr,
		       struct netlink_ext_ack *extack)
{
	struct gonet_addr_list *list;
	int err;

	err = gonet_addr_check(fib, addr, extack);
	if (err)
		return err;
	if (fib->n_addrs >= GONET_ADDRS_MAX) {
		NL_SET_ERR_MSG(extack, "Too many addresses");
		return -ENOSPC;
	}
	list = gonet_addr_list_get(fib, addr->ifindex);
	if (!list)
		return -ENOMEM;
	err = gonet_addr_insert(fib, list, addr, extack);
	if (err) {
		gonet_addr_list_put(fib, list, addr->ifindex);
		return err;
	}
	gonet_exceptions_drop(fib, addr->ifindex, addr->local);
	if (addr->ifindex != GONET_IFACE_LO)
		gonet_arp_addr_added(fib->stack, addr->ifindex, addr->local);
	return 0;
}

static struct gonet_addr_node *gonet_addr_find(struct gonet_addr_list *list, __be32 local,
					       u8 plen)
{
	struct gonet_addr_node *a;

	list_for_each_entry_rcu(a, &list->addrs, node)
		if (a->addr.local == local && a->addr.plen == plen)
			return a;
	return NULL;
}

/* Whether some prefix length of @local is left in @list. */
static bool gonet_addr_left(struct gonet_addr_list *list, __be32 local)
{
	struct gonet_addr_node *a;

	list_for_each_entry_rcu(a, &list->addrs, node)
		if (a->addr.local == local)
			return true;
	return false;
}

/* @a is listed no more, and what it implied is gone. */
static void gonet_addr_drop(struct gonet_fib *fib, struct gonet_addr_node *a)
{
	fib->n_addrs--;
	gonet_addr_changed(fib, GONET_EVENT_DEL, &a->addr);
	kfree_rcu(a, rcu);
}

/**
 * gonet_fib_addr_del() - remove an own address
 * @fib: addresses and routes
 * @addr: interface, address and prefix length count
 * @extack: for the reason of a refusal
 *
 * With an interface's last address go all routes and exceptions over it.
 *
 * Context: the route process, under RCU.
 *
 * Return: 0; -ENODEV, -EADDRNOTAVAIL.
 */
int gonet_fib_addr_del(struct gonet_fib *fib, const struct gonet_addr *addr,
		       struct netlink_ext_ack *extack)
{
	struct gonet_addr_list *list = xa_load(&fib->addrs, addr->ifindex);
	struct gonet_addr_node *a;

	if (!gonet_iface_by_index(fib->stack, addr->ifindex)) {
		NL_SET_ERR_MSG(extack, "Device not found");
		return -ENODEV;
	}
	a = list ? gonet_addr_find(list, addr->local, addr->plen) : NULL;
	if (!a) {
		NL_SET_ERR_MSG(extack, "Address not found");
		return -EADDRNOTAVAIL;
	}
	list_del_rcu(&a->node);
	gonet_addr_promote(fib, list, &a->addr);
	gonet_addr_withdraw(fib, list, &a->addr);
	if (list_empty(&list->addrs)) {
		gonet_fib_flush_iface(fib, addr->ifindex);
		gonet_exceptions_drop(fib, addr->ifindex, 0);
	}
	gonet_addr_unused(fib, addr->local);
	if (addr->ifindex != GONET_IFACE_LO && !gonet_addr_left(list, addr->local))
		gonet_arp_addr_removed(fib->stack, addr->ifindex, addr->local);
	gonet_addr_drop(fib, a);
	gonet_addr_list_put(fib, list, addr->ifindex);
	return 0;
}

/**
 * gonet_fib_addr_conflict() - another host uses an address: give it up (RFC 5227 2.1.1)
 * @fib: addresses and routes
 * @ifindex: the interface
 * @local: the address
 *
 * Context: the route process, under RCU.
 */
void gonet_fib_addr_conflict(struct gonet_fib *fib, u32 ifindex, __be32 local)
{
	struct gonet_addr_list *list = xa_load(&fib->addrs, ifindex);
	struct gonet_addr_node *a;
	struct gonet_addr was;
	u32 flags;

	if (!list || ifindex == GONET_IFACE_LO)
		return;
	list_for_each_entry_rcu(a, &list->addrs, node) {
		if (a->addr.local != local || !gonet_addr_usable(&a->addr))
			continue;
		was = a->addr;
		flags = was.flags & ~(IFA_F_TENTATIVE | IFA_F_SECONDARY);
		gonet_addr_set_flags(fib, a, flags | IFA_F_DADFAILED);
		gonet_addr_promote(fib, list, &was);
		gonet_addr_withdraw(fib, list, &was);
	}
	gonet_addr_unused(fib, local);
}

/**
 * gonet_fib_addr_confirmed() - nobody else uses an address
 * @fib: addresses and routes
 * @ifindex: the interface
 * @local: the address
 *
 * Context: the route process, under RCU.
 */
void gonet_fib_addr_confirmed(struct gonet_fib *fib, u32 ifindex, __be32 local)
{
	struct gonet_addr_list *list = xa_load(&fib->addrs, ifindex);
	struct gonet_addr_node *a;

	if (!list)
		return;
	list_for_each_entry_rcu(a, &list->addrs, node)
		if (a->addr.local == local)
			gonet_addr_set_flags(fib, a, a->addr.flags & ~IFA_F_TENTATIVE);
}

/**
 * gonet_fib_addrs_gone() - remove the addresses of an interface
 * @fib: addresses and routes
 * @ifindex: the interface, over which no route is left
 *
 * Context: the route process, under RCU.
 */
void gonet_fib_addrs_gone(struct gonet_fib *fib, u32 ifindex)
{
	struct gonet_addr_list *list = xa_load(&fib->addrs, ifindex);
	struct gonet_addr_node *a, *next;

	if (!list)
		return;
	list_for_each_entry_safe(a, next, &list->addrs, node) {
		list_del_rcu(&a->node);
		gonet_arp_addr_removed(fib->stack, ifindex, a->addr.local);
		gonet_addr_drop(fib, a);
	}
	gonet_addr_list_put(fib, list, ifindex);
	gonet_fib_flush_sources(fib, 0);
}

/**
 * gonet_fib_addrs_free() - free all addresses
 * @fib: addresses and routes, which nobody looks into any more
 */
void gonet_fib_addrs_free(struct gonet_fib *fib)
{
	struct gonet_addr_node *a, *next;
	struct gonet_addr_list *list;
	unsigned long ifindex;

	xa_for_each(&fib->addrs, ifindex, list) {
		list_for_each_entry_safe(a, next, &list->addrs, node)
			kfree(a);
		kfree(list);
	}
	xa_destroy(&fib->addrs);
}
