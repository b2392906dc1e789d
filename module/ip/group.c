// SPDX-License-Identifier: GPL-2.0
/*
 * What others ask of multicast groups: whether a packet to one is taken in, whether a
 * socket is to have it, and listings. Anywhere, under RCU, without a lock.
 */
#include <linux/in.h>
#include <linux/rculist.h>

#include <gonet/sock.h>

#include "igmp.h"

static bool group_sources_pass(const struct gonet_sources *sources, __be32 source)
{
	const struct igmp_filter f = {
		.exclude = sources->exclude,
		.n = sources->n,
		.addr = sources->addr,
	};

	return igmp_filter_passes(&f, source);
}

/**
 * gonet_group_joined() - whether a packet to a group is taken in
 * @stack: by whom
 * @ifindex: by which interface it came
 * @group: the group
 * @source: who sent it
 * @protocol: IPPROTO_*; IGMP is heard from everybody
 *
 * Context: under RCU.
 *
 * Return: true if a socket is a member on that interface and may want packets of that
 * source.
 */
bool gonet_group_joined(struct gonet_stack *stack, u32 ifindex, __be32 group, __be32 source,
			u8 protocol)
{
	struct igmp_iface *iface = xa_load(&stack->igmp_groups->ifaces, ifindex);
	struct igmp_group *g = iface ? xa_load(&iface->groups, igmp_key(group)) : NULL;
	const struct gonet_sources *list;

	if (!g || !READ_ONCE(g->users))
		return false;
	list = rcu_dereference(g->list);
	return !list || protocol == IPPROTO_IGMP || group_sources_pass(list, source);
}

/**
 * gonet_sock_membership() - a socket's membership of a group
 * @gs: the socket
 * @ifindex: on which interface
 * @group: of which group
 *
 * Context: under RCU.
 *
 * Return: the membership or NULL.
 */
struct gonet_membership *gonet_sock_membership(const struct gonet_sock *gs, u32 ifindex,
					       __be32 group)
{
	struct gonet_membership *m;

	hlist_for_each_entry_rcu(m, &gs->groups, node)
		if (m->group == group && m->ifindex == ifindex)
			return m;
	return NULL;
}

/**
 * gonet_sock_hears() - whether a socket is to have a packet to a group
 * @gs: the socket
 * @ifindex: by which interface it came
 * @group: the group
 * @source: who sent it
 *
 * Context: under RCU.
 *
 * Return: true for a member that wants packets of that source, and for who is no member
 * unless IP_MULTICAST_ALL is off.
 */
bool gonet_sock_hears(const struct gonet_sock *gs, u32 ifindex, __be32 group, __be32 source)
{
	const struct gonet_membership *m = gonet_sock_membership(gs, ifindex, group);

	if (!m)
		return gonet_sock_opt(gs, GONET_SOCK_MULTICAST_ALL);
	return group_sources_pass(rcu_dereference(m->sources), source);
}

/**
 * gonet_group_pos() - where a group is in a walk
 * @ifindex: of which interface
 * @group: which group
 *
 * Return: for gonet_group_walk().
 */
u64 gonet_group_pos(u32 ifindex, __be32 group)
{
	return (u64)ifindex << 32 | igmp_key(group);
}

static int group_walk_iface(const struct igmp_iface *iface, u64 *pos,
			    int (*fn)(const struct gonet_group_info *info, void *arg), void *arg)
{
	unsigned long key, first = lower_32_bits(*pos);
	struct igmp_group *g;
	int err;

	/* xa_for_each_start() does not change what it walks. */
	xa_for_each_start((struct xarray *)&iface->groups, key, g, first) {
		const struct gonet_sources *list = rcu_dereference(g->list);
		const struct gonet_group_info info = {
			.ifindex = iface->index,
			.group = g->addr,
			.users = READ_ONCE(g->users),
			.exclude = !list || list->exclude,
			.n_sources = list ? list->n : 0,
		};

		*pos = gonet_group_pos(iface->index, g->addr);
		if (!info.users)
			continue;
		err = fn(&info, arg);
		if (err)
			return err;
	}
	*pos = ((u64)iface->index + 1) << 32;
	return 0;
}

/**
 * gonet_group_walk() - list groups that are joined, by interface and address
 * @stack: whose
 * @pos: where to begin, 0 at first; set to where to go on, which is the group that @fn
 *	did not take
 * @fn: called for each until it returns other than 0
 * @arg: for @fn
 *
 * Context: under RCU.
 *
 * Return: what @fn returned, or 0 at the end.
 */
int gonet_group_walk(struct gonet_stack *stack, u64 *pos,
		     int (*fn)(const struct gonet_group_info *info, void *arg), void *arg)
{
	struct igmp_iface *iface;
	unsigned long index;
	int err;

	xa_for_each_start(&stack->igmp_groups->ifaces, index, iface, upper_32_bits(*pos)) {
		if (index != upper_32_bits(*pos))
			*pos = (u64)index << 32;
		err = group_walk_iface(iface, pos, fn, arg);
		if (err)
			return err;
	}
	return 0;
}
