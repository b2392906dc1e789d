// SPDX-License-Identifier: GPL-2.0
/*
 * The multicast groups that a socket is a member of, and their sources (RFC 3678):
 * asked of the IGMP process, which alone changes memberships.
 */
#include <linux/in.h>
#include <net/sock.h>

#include <gonet/igmp.h>
#include <gonet/route.h>

#include "group.h"
#include "socket.h"

/**
 * gonet_group_iface() - the interface that a program names
 * @gs: the socket
 * @where: the interface by its number, by an own address, or by the way to the group
 *
 * Context: process.
 *
 * Return: &gonet_iface.index, or 0 if there is none.
 */
u32 gonet_group_iface(struct gonet_sock *gs, const struct gonet_group_where *where)
{
	struct gonet_path path;
	u32 ifindex;

	if (where->number) {
		ifindex = gonet_if_from_native(gs->stack, where->number);
		return ifindex == GONET_IF_NONE ? 0 : ifindex;
	}
	rcu_read_lock();
	if (where->address)
		ifindex = gonet_addr_iface(gs->stack, where->address);
	else
		ifindex = gonet_route_lookup(gs->stack, where->group, 0, 0, &path) ?
			  0 : path.ifindex;
	rcu_read_unlock();
	return ifindex;
}

/* What all requests say. */
static struct gonet_group_request group_request(struct gonet_sock *gs, enum gonet_group_op op,
						const struct gonet_group_where *where)
{
	return (struct gonet_group_request) {
		.op = op,
		.gs = gs,
		.group = where->group,
		.address = where->address,
		.ifindex = gonet_group_iface(gs, where),
	};
}

/**
 * gonet_group_join() - become a member
 * @gs: the socket
 * @where: of which group, on which interface
 * @exclude: of all sources but those that are named later, else of these alone
 *
 * Context: process, under lock_sock(); may sleep. So for all that follow.
 *
 * Return: 0; -EINVAL, -ENODEV; what gonet_group_ask() says.
 */
int gonet_group_join(struct gonet_sock *gs, const struct gonet_group_where *where, bool exclude)
{
	struct gonet_group_request req = group_request(gs, GONET_GROUP_JOIN, where);

	if (!ipv4_is_multicast(where->group))
		return -EINVAL;
	if (!req.ifindex)
		return -ENODEV;
	req.exclude = exclude;
	return gonet_group_ask(gs->stack, &req);
}

/**
 * gonet_group_leave() - be a member no longer
 * @gs: the socket
 * @where: of which group, on which interface
 *
 * Return: 0; -ENODEV; what gonet_group_ask() says.
 */
int gonet_group_leave(struct gonet_sock *gs, const struct gonet_group_where *where)
{
	struct gonet_group_request req = group_request(gs, GONET_GROUP_LEAVE, where);

	if (!req.ifindex && !where->number && !where->address)
		return -ENODEV;
	if (!req.ifindex && where->number)
		req.ifindex = GONET_IF_NONE;
	return gonet_group_ask(gs->stack, &req);
}

/**
 * gonet_group_source() - change a membership by a source
 * @gs: the socket
 * @where: of which group, on which interface
 * @source: the source
 * @exclude: it is one that is not wanted, else one that is
 * @add: it is from now on, else no longer
 *
 * RFC 3678 4.1.3: who names a source is a member from then on.
 *
 * Return: 0; -EINVAL, -ENODEV; what gonet_group_ask() says.
 */
int gonet_group_source(struct gonet_sock *gs, const struct gonet_group_where *where, __be32 source,
		       bool exclude, bool add)
{
	enum gonet_group_op op = add ? GONET_GROUP_ADD : GONET_GROUP_DEL;
	struct gonet_group_request req = group_request(gs, op, where);
	int err;

	if (add && !exclude) {
		err = gonet_group_join(gs, where, false);
		if (err && err != -EADDRINUSE)
			return err;
	}
	if (!ipv4_is_multicast(where->group))
		return -EINVAL;
	if (!req.ifindex)
		return -ENODEV;
	req.exclude = exclude;
	req.n = 1;
	req.source = &source;
	return gonet_group_ask(gs->stack, &req);
}

/**
 * gonet_group_filter() - set all sources of a membership
 * @gs: the socket
 * @where: of which group, on which interface
 * @mode: MCAST_INCLUDE or MCAST_EXCLUDE
 * @n: how many
 * @source: they
 *
 * Return: 0; -EINVAL, -ENODEV; what gonet_group_ask() says.
 */
int gonet_group_filter(struct gonet_sock *gs, const struct gonet_group_where *where, u32 mode,
		       unsigned int n, const __be32 *source)
{
	struct gonet_group_request req = group_request(gs, GONET_GROUP_SET, where);

	if (!ipv4_is_multicast(where->group) || (mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE))
		return -EINVAL;
	if (!req.ifindex)
		return -ENODEV;
	req.exclude = mode == MCAST_EXCLUDE;
	req.n = n;
	req.source = source;
	return gonet_group_ask(gs->stack, &req);
}

/**
 * gonet_group_sources() - what a membership wants
 * @gs: the socket
 * @where: of which group, on which interface
 * @mode: set to MCAST_INCLUDE or MCAST_EXCLUDE
 * @room: for how many sources @source has room
 * @source: set to as many of them
 *
 * Context: process.
 *
 * Return: how many there are; -EINVAL, -ENODEV, -EADDRNOTAVAIL.
 */
int gonet_group_sources(struct gonet_sock *gs, const struct gonet_group_where *where, u32 *mode,
			u32 room, __be32 *source)
{
	u32 ifindex = gonet_group_iface(gs, where);
	const struct gonet_sources *sources;
	struct gonet_membership *m;
	int n;

	if (!ipv4_is_multicast(where->group))
		return -EINVAL;
	if (!ifindex)
		return where->number ? -EADDRNOTAVAIL : -ENODEV;
	rcu_read_lock();
	m = gonet_sock_membership(gs, ifindex, where->group);
	if (!m) {
		rcu_read_unlock();
		return -EADDRNOTAVAIL;
	}
	sources = rcu_dereference(m->sources);
	*mode = sources->exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	n = sources->n;
	memcpy(source, sources->addr, min_t(u32, n, room) * sizeof(*source));
	rcu_read_unlock();
	return n;
}

/**
 * gonet_group_leave_all() - a socket is closed: it is a member of nothing
 * @gs: the socket
 *
 * Context: process, when nobody else has the socket; may sleep.
 */
void gonet_group_leave_all(struct gonet_sock *gs)
{
	struct gonet_group_request req = { .op = GONET_GROUP_LEAVE_ALL, .gs = gs };

	if (hlist_empty(&gs->groups))
		return;
	/* It must arrive; when there is no room in the queue now, there will be. */
	while (gonet_group_ask(gs->stack, &req) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
}
