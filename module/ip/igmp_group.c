// SPDX-License-Identifier: GPL-2.0
/*
 * The groups that an interface is a member of, with what its sockets want of each. The
 * IGMP process changes them; whether a group is joined anybody may see under RCU.
 */
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include <gonet/sock.h>

#include "igmp.h"

/**
 * igmp_iface_find() - the process's view of an interface
 * @igmp: the groups
 * @index: &gonet_iface.index
 *
 * Return: it, or NULL when it is gone.
 */
struct igmp_iface *igmp_iface_find(struct gonet_igmp *igmp, u32 index)
{
	return xa_load(&igmp->ifaces, index);
}

/**
 * igmp_group_find() - a group on an interface
 * @iface: the interface
 * @addr: the group
 *
 * Return: it, even if nobody is a member any more, or NULL.
 */
struct igmp_group *igmp_group_find(struct igmp_iface *iface, __be32 addr)
{
	return xa_load(&iface->groups, igmp_key(addr));
}

/**
 * igmp_group_unask() - forget about which sources a querier has asked
 * @g: the group
 */
void igmp_group_unask(struct igmp_group *g)
{
	kfree(g->asked);
	g->asked = NULL;
	g->n_asked = 0;
}

static void igmp_sources_free(struct gonet_sources *sources)
{
	if (sources)
		kfree_rcu(sources, rcu);
}

/**
 * igmp_group_forget() - a group of which nobody is a member, and nothing to be said
 * @igmp: the groups
 * @g: the group; freed
 */
void igmp_group_forget(struct gonet_igmp *igmp, struct igmp_group *g)
{
	struct igmp_iface *iface = g->iface;

	xa_erase(&iface->groups, igmp_key(g->addr));
	iface->n--;
	iface->n_leaving -= !g->users;
	igmp_due_cancel(igmp, &g->answer);
	igmp_group_unask(g);
	kfree(g->state.source);
	igmp_sources_free(rcu_dereference_protected(g->list, true));
	kfree_rcu(g, rcu);
}

static struct igmp_group *igmp_group_get(struct igmp_iface *iface, __be32 addr)
{
	struct igmp_group *g = igmp_group_find(iface, addr);

	if (g)
		return g;
	if (iface->n >= IGMP_GROUPS_MAX)
		return NULL;
	g = kzalloc(sizeof(*g), GFP_ATOMIC | __GFP_NOWARN);
	if (!g)
		return NULL;
	g->iface = iface;
	g->addr = addr;
	igmp_due_init(&g->answer, igmp_answer);
	if (xa_err(xa_store(&iface->groups, igmp_key(addr), g, GFP_ATOMIC | __GFP_NOWARN))) {
		kfree(g);
		return NULL;
	}
	iface->n++;
	iface->n_leaving++;
	return g;
}

/* Room for the sources that a socket adds to those that there are. */
static int igmp_group_room(struct igmp_group *g, const struct gonet_sources *is)
{
	u32 want = g->state.n + is->n;
	struct igmp_source *source;

	if (want <= g->room)
		return 0;
	if (want > IGMP_SOURCES_MAX)
		return -ENOBUFS;
	want = min_t(u32, roundup_pow_of_two(want), IGMP_SOURCES_MAX);
	source = krealloc(g->state.source, want * sizeof(*source), GFP_ATOMIC | __GFP_NOWARN);
	if (!source)
		return -ENOBUFS;
	g->state.source = source;
	g->room = want;
	return 0;
}

/*
 * For those who look under RCU. Without memory all sources are let in: what a socket
 * does not want is kept from it later, too.
 */
static void igmp_group_publish(struct igmp_group *g)
{
	struct gonet_sources *old = rcu_dereference_protected(g->list, true), *list = NULL;
	u32 n = igmp_state_list(&g->state, NULL);

	if (n || !g->state.exclude) {
		list = kmalloc(struct_size(list, addr, n), GFP_ATOMIC | __GFP_NOWARN);
		if (list) {
			list->exclude = g->state.exclude;
			list->n = igmp_state_list(&g->state, list->addr);
		}
	}
	rcu_assign_pointer(g->list, list);
	igmp_sources_free(old);
}

static const struct igmp_filter *igmp_filter(const struct gonet_sources *sources,
					     struct igmp_filter *f)
{
	if (!sources)
		return NULL;
	*f = (struct igmp_filter) {
		.exclude = sources->exclude,
		.n = sources->n,
		.addr = sources->addr,
	};
	return f;
}

/**
 * igmp_group_change() - a member of a group wants something else
 * @igmp: the groups
 * @iface: on which interface
 * @addr: which group
 * @was: what it wanted; NULL: it was no member
 * @is: what it wants; NULL: it is no member any more, which cannot fail
 *
 * Return: 0; -ENOBUFS when there is no memory, or too much of it is in use.
 */
int igmp_group_change(struct gonet_igmp *igmp, struct igmp_iface *iface, __be32 addr,
		      const struct gonet_sources *was, const struct gonet_sources *is)
{
	struct igmp_filter f_was, f_is;
	struct igmp_group *g;
	bool v3, changed;
	u32 users;
	int err;

	/* First: with another version, groups that nobody is a member of go. */
	igmp_version_check(igmp, iface);
	g = igmp_group_get(iface, addr);
	if (!g)
		return -ENOBUFS;
	err = is ? igmp_group_room(g, is) : 0;
	if (err) {
		if (!g->users && !igmp_state_pending(&g->state))
			igmp_group_forget(igmp, g);
		return err;
	}
	v3 = igmp_told(g) && iface->version == 3;
	changed = igmp_state_change(&g->state, igmp_filter(was, &f_was), igmp_filter(is, &f_is),
				    v3 ? iface->robustness : 0);
	users = g->users;
	WRITE_ONCE(g->users, users + !!is - !!was);
	iface->n_leaving += !g->users - !users;
	igmp_group_publish(g);
	if (v3 && changed)
		igmp_group_changed(igmp, g);
	else if (!v3 && igmp_told(g) && !users && g->users)
		igmp_group_joined(igmp, g);
	else if (!v3 && igmp_told(g) && !g->users)
		igmp_group_left(igmp, g);
	if (!g->users && (!igmp_state_pending(&g->state) || iface->n_leaving > IGMP_LEAVING_MAX))
		igmp_group_forget(igmp, g);
	return 0;
}

/**
 * igmp_iface_forget_due() - say and answer nothing that was to be said or answered
 * @igmp: the groups
 * @iface: on which interface
 */
void igmp_iface_forget_due(struct gonet_igmp *igmp, struct igmp_iface *iface)
{
	struct igmp_group *g;
	unsigned long key;

	igmp_due_cancel(igmp, &iface->general);
	igmp_due_cancel(igmp, &iface->change);
	xa_for_each(&iface->groups, key, g) {
		igmp_due_cancel(igmp, &g->answer);
		igmp_group_unask(g);
		g->repeats = 0;
		g->last_reporter = false;
		igmp_state_announce(&g->state, 0);
		if (!g->users)
			igmp_group_forget(igmp, g);
	}
}

/* What is known of the link's querier: nothing. */
static void igmp_iface_reset(struct igmp_iface *iface)
{
	iface->version = 3;
	iface->v1_until = 0;
	iface->v2_until = 0;
	iface->robustness = IGMP_ROBUSTNESS;
	iface->interval = IGMP_QUERY_INTERVAL;
}

/**
 * igmp_iface_running() - an interface begins or ceases to carry packets
 * @igmp: the groups
 * @iface: the interface
 * @running: which
 *
 * Whoever is on the link then knows nothing of this host: its groups are joined anew.
 */
void igmp_iface_running(struct gonet_igmp *igmp, struct igmp_iface *iface, bool running)
{
	struct igmp_group *g;
	unsigned long key;

	iface->running = running;
	igmp_iface_forget_due(igmp, iface);
	igmp_iface_reset(iface);
	xa_for_each(&iface->groups, key, g) {
		if (!igmp_told(g))
			continue;
		igmp_state_announce(&g->state, iface->robustness);
		igmp_group_changed(igmp, g);
	}
}

/**
 * igmp_iface_add() - an interface comes: it is a member of 224.0.0.1 (RFC 1112 4)
 * @igmp: the groups
 * @from: the interface
 *
 * Return: 0 or -ENOMEM.
 */
int igmp_iface_add(struct gonet_igmp *igmp, struct gonet_iface *from)
{
	static const struct gonet_sources all = { .exclude = true };
	struct igmp_iface *iface = kzalloc(sizeof(*iface), GFP_ATOMIC);
	int err;

	if (!iface)
		return -ENOMEM;
	iface->index = from->index;
	iface->speaks = from->dev;
	iface->running = gonet_iface_running(from);
	iface->tokens = IGMP_SEND_BURST;
	iface->refilled = get_jiffies_64();
	xa_init(&iface->groups);
	igmp_due_init(&iface->general, igmp_general);
	igmp_due_init(&iface->change, igmp_change);
	igmp_iface_reset(iface);
	err = igmp_group_change(igmp, iface, htonl(INADDR_ALLHOSTS_GROUP), NULL, &all);
	if (!err)
		err = xa_err(xa_store(&igmp->ifaces, iface->index, iface, GFP_ATOMIC));
	if (err) {
		igmp_iface_del(igmp, iface);
		return -ENOMEM;
	}
	return 0;
}

/**
 * igmp_iface_del() - an interface goes, and its groups with it
 * @igmp: the groups
 * @iface: the interface; freed
 *
 * The sockets keep their memberships, which mean nothing any more: its number is not
 * used again.
 */
void igmp_iface_del(struct gonet_igmp *igmp, struct igmp_iface *iface)
{
	struct igmp_group *g;
	unsigned long key;

	xa_erase(&igmp->ifaces, iface->index);
	igmp_due_cancel(igmp, &iface->general);
	igmp_due_cancel(igmp, &iface->change);
	xa_for_each(&iface->groups, key, g)
		igmp_group_forget(igmp, g);
	kfree_rcu(iface, rcu);
}
