// SPDX-License-Identifier: GPL-2.0
/*
 * What sockets ask of the IGMP process: memberships of groups and the sources that
 * they want of them (ip(7), RFC 3678). Refused as the native stack refuses.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include <gonet/sock.h>

#include "igmp.h"

static struct gonet_sources *member_sources(const struct gonet_membership *m)
{
	return rcu_dereference_protected(m->sources, true);
}

static struct gonet_sources *member_sources_new(bool exclude, unsigned int room)
{
	struct gonet_sources *s = kmalloc(struct_size(s, addr, room), GFP_ATOMIC | __GFP_NOWARN);

	if (s) {
		s->exclude = exclude;
		s->n = 0;
	}
	return s;
}

static int member_source_place(const struct gonet_sources *s, __be32 addr)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (s->addr[i] == addr)
			return i;
	return -1;
}

/* Gives a member another list, and the old one away. Return: 0 or -ENOBUFS. */
static int member_set(struct gonet_igmp *igmp, struct gonet_membership *m,
		      struct gonet_sources *sources)
{
	struct igmp_iface *iface = igmp_iface_find(igmp, m->ifindex);
	struct gonet_sources *old = member_sources(m);
	int err;

	err = iface ? igmp_group_change(igmp, iface, m->group, old, sources) : -ENODEV;
	if (err) {
		kfree(sources);
		return err;
	}
	rcu_assign_pointer(m->sources, sources);
	kfree_rcu(old, rcu);
	return 0;
}

static void member_leave(struct gonet_igmp *igmp, struct gonet_membership *m)
{
	struct igmp_iface *iface = igmp_iface_find(igmp, m->ifindex);

	if (iface)
		igmp_group_change(igmp, iface, m->group, member_sources(m), NULL);
	hlist_del_rcu(&m->node);
	kfree_rcu(member_sources(m), rcu);
	kfree_rcu(m, rcu);
}

static int member_join(struct gonet_igmp *igmp, const struct gonet_group_request *req)
{
	struct igmp_iface *iface = igmp_iface_find(igmp, req->ifindex);
	int most = READ_ONCE(igmp->stack->conf.igmp_max_memberships);
	struct gonet_sources *sources;
	struct gonet_membership *m;
	int err, n = 0;

	if (!iface)
		return -ENODEV;
	if (gonet_sock_membership(req->gs, req->ifindex, req->group))
		return -EADDRINUSE;
	hlist_for_each_entry(m, &req->gs->groups, node)
		n++;
	if (n >= most)
		return -ENOBUFS;
	m = kzalloc(sizeof(*m), GFP_ATOMIC | __GFP_NOWARN);
	sources = member_sources_new(req->exclude, 0);
	err = m && sources ? igmp_group_change(igmp, iface, req->group, NULL, sources) : -ENOBUFS;
	if (err) {
		kfree(sources);
		kfree(m);
		return err;
	}
	m->group = req->group;
	m->address = req->address;
	m->ifindex = req->ifindex;
	RCU_INIT_POINTER(m->sources, sources);
	hlist_add_head_rcu(&m->node, &req->gs->groups);
	return 0;
}

/* ip(7): without an interface the first that was joined, by that address if one is given. */
static int member_drop(struct gonet_igmp *igmp, const struct gonet_group_request *req)
{
	struct gonet_membership *m, *found = NULL;

	hlist_for_each_entry(m, &req->gs->groups, node) {
		if (m->group != req->group)
			continue;
		if (req->ifindex ? m->ifindex == req->ifindex :
				   !req->address || m->address == req->address)
			found = found ? found : m;
	}
	if (!found)
		return -EADDRNOTAVAIL;
	member_leave(igmp, found);
	return 0;
}

static int member_source_add(struct gonet_igmp *igmp, struct gonet_membership *m, __be32 addr)
{
	int most = clamp(READ_ONCE(igmp->stack->conf.igmp_max_msf), 0, GONET_MSF_MAX);
	const struct gonet_sources *old = member_sources(m);
	struct gonet_sources *sources;

	if (old->n && old->n >= most)
		return -ENOBUFS;
	if (member_source_place(old, addr) >= 0)
		return -EADDRNOTAVAIL;
	sources = member_sources_new(old->exclude, old->n + 1);
	if (!sources)
		return -ENOBUFS;
	memcpy(sources->addr, old->addr, old->n * sizeof(*old->addr));
	sources->addr[old->n] = addr;
	sources->n = old->n + 1;
	return member_set(igmp, m, sources);
}

static int member_source_del(struct gonet_igmp *igmp, struct gonet_membership *m, __be32 addr)
{
	const struct gonet_sources *old = member_sources(m);
	int i, place = member_source_place(old, addr);
	struct gonet_sources *sources;

	if (place < 0)
		return -EADDRNOTAVAIL;
	/* RFC 3376 3.1: who wants no source is no member. */
	if (old->n == 1 && !old->exclude) {
		member_leave(igmp, m);
		return 0;
	}
	sources = member_sources_new(old->exclude, old->n - 1);
	if (!sources)
		return -ENOBUFS;
	for (i = 0; i < old->n; i++)
		if (i != place)
			sources->addr[sources->n++] = old->addr[i];
	return member_set(igmp, m, sources);
}

/* RFC 3678 4.1.3: a list that is empty may become one of the other mode. */
static int member_source(struct gonet_igmp *igmp, const struct gonet_group_request *req)
{
	struct gonet_membership *m = gonet_sock_membership(req->gs, req->ifindex, req->group);
	struct gonet_sources *sources;
	int err;

	if (!m)
		return -EINVAL;
	if (member_sources(m)->exclude != req->exclude) {
		if (member_sources(m)->n)
			return -EINVAL;
		sources = member_sources_new(req->exclude, 0);
		err = sources ? member_set(igmp, m, sources) : -ENOBUFS;
		if (err)
			return err;
	}
	if (req->op == GONET_GROUP_ADD)
		return member_source_add(igmp, m, req->source[0]);
	return member_source_del(igmp, m, req->source[0]);
}

static int member_filter(struct gonet_igmp *igmp, const struct gonet_group_request *req)
{
	struct gonet_membership *m;
	struct gonet_sources *sources;
	unsigned int i;

	if (!req->exclude && !req->n)
		return member_drop(igmp, req);
	m = gonet_sock_membership(req->gs, req->ifindex, req->group);
	if (!m)
		return -EINVAL;
	sources = member_sources_new(req->exclude, req->n);
	if (!sources)
		return -ENOBUFS;
	for (i = 0; i < req->n; i++)
		if (member_source_place(sources, req->source[i]) < 0)
			sources->addr[sources->n++] = req->source[i];
	return member_set(igmp, m, sources);
}

static void member_drop_all(struct gonet_igmp *igmp, struct gonet_sock *gs)
{
	struct gonet_membership *m;
	struct hlist_node *next;

	hlist_for_each_entry_safe(m, next, &gs->groups, node)
		member_leave(igmp, m);
}

static int member_do(struct gonet_igmp *igmp, const struct gonet_group_request *req)
{
	switch (req->op) {
	case GONET_GROUP_JOIN:
		return member_join(igmp, req);
	case GONET_GROUP_LEAVE:
		return member_drop(igmp, req);
	case GONET_GROUP_ADD:
	case GONET_GROUP_DEL:
		return member_source(igmp, req);
	case GONET_GROUP_SET:
		return member_filter(igmp, req);
	case GONET_GROUP_LEAVE_ALL:
		member_drop_all(igmp, req->gs);
		return 0;
	}
	return -EINVAL;
}

/**
 * igmp_member_serve() - do what a socket asks for
 * @igmp: the groups
 * @req: what; answered here
 */
void igmp_member_serve(struct gonet_igmp *igmp, struct gonet_group_request *req)
{
	int err;

	rcu_read_lock();
	err = member_do(igmp, req);
	rcu_read_unlock();
	csp_reply(&req->call, err);
}
