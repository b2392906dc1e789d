// SPDX-License-Identifier: GPL-2.0
/* An administrator's changes to the table of neighbours: asked of the ARP dealer. */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/rtnetlink.h>

#include <gonet/route.h>

#include "arp.h"

#define NEIGH_ADMIN_STATES	(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_FIXED)

/* What can be refused without a look at the table. Under RCU. */
static int neigh_admin_check(struct gonet_stack *stack, const struct gonet_neigh_info *info,
			     struct netlink_ext_ack *extack)
{
	u8 type = gonet_addr_type(stack, info->addr);

	if (!(info->state & NEIGH_ADMIN_STATES) || !is_power_of_2(info->state)) {
		NL_SET_ERR_MSG(extack, "Not a state that a neighbour can be set to");
		return -EINVAL;
	}
	if (is_zero_ether_addr(info->mac)) {
		NL_SET_ERR_MSG(extack, "A neighbour needs a MAC address");
		return -EINVAL;
	}
	if (type != RTN_UNICAST || !info->addr || ipv4_is_loopback(info->addr)) {
		NL_SET_ERR_MSG(extack, "Not another host's address");
		return -EINVAL;
	}
	return 0;
}

/**
 * arp_neigh_new() - set an entry for an administrator
 * @s: the dealer
 * @admin: what to set; answered here
 */
void arp_neigh_new(struct arp_dealer *s, struct arp_admin *admin)
{
	const struct gonet_neigh_info *info = admin->info;
	struct arp_iface *iface = arp_iface_find(s, info->ifindex);
	struct gonet_neigh *neigh;
	int err = 0;

	if (!iface) {
		NL_SET_ERR_MSG(admin->extack, "No interface that has neighbours");
		err = -ENODEV;
		goto out;
	}
	if (!iface->running && !(info->state & NUD_FIXED)) {
		NL_SET_ERR_MSG(admin->extack, "The interface is down");
		err = -ENETDOWN;
		goto out;
	}
	neigh = neigh_find(s->table, info->ifindex, info->addr);
	if (neigh && !admin->replace) {
		NL_SET_ERR_MSG(admin->extack, "The neighbour exists already");
		err = -EEXIST;
		goto out;
	}
	if (!neigh)
		neigh = arp_neigh_create(s, info->ifindex, info->addr);
	if (!neigh) {
		err = -ENOBUFS;
		goto out;
	}
	arp_request_done(s, neigh);
	neigh->wanted = true;
	if (iface->running)
		arp_held_send(s, iface, neigh, info->mac);
	arp_neigh_set(s, neigh, info->state, info->mac);
	if (info->state == NUD_PROBE)
		arp_neigh_probe(s, neigh);
out:
	csp_reply(&admin->call, err);
}

/**
 * arp_neigh_del() - remove an entry for an administrator
 * @s: the dealer
 * @admin: which; answered here
 */
void arp_neigh_del(struct arp_dealer *s, struct arp_admin *admin)
{
	struct gonet_neigh *neigh = neigh_find(s->table, admin->event.ifindex, admin->event.addr);

	if (neigh) {
		arp_neigh_forget(s, neigh, GONET_DROP_ARP_FAILED);
		csp_reply(&admin->call, 0);
		return;
	}
	NL_SET_ERR_MSG(admin->extack, "No such neighbour");
	csp_reply(&admin->call, -ENOENT);
}

static int neigh_admin_ask(struct gonet_stack *stack, struct arp_admin *admin)
{
	return csp_ask(&stack->arp->in[GONET_ARP_EVENT], &admin->event, &admin->call);
}

/**
 * gonet_neigh_new() - set a neighbour
 * @stack: whose
 * @info: &gonet_neigh_info.addr, .ifindex, .mac and .state: one of NUD_PERMANENT,
 *	NUD_NOARP, NUD_REACHABLE, NUD_STALE, NUD_DELAY and NUD_PROBE
 * @replace: it may be there already
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EINVAL, -ENODEV, -EEXIST, -ENETDOWN (only the first two states can be
 * set on an interface that is down), -ENOBUFS.
 */
int gonet_neigh_new(struct gonet_stack *stack, const struct gonet_neigh_info *info,
		    bool replace, struct netlink_ext_ack *extack)
{
	struct arp_admin admin = {
		.event = {
			.type = ARP_EVENT_NEIGH_NEW,
			.ifindex = info->ifindex,
			.addr = info->addr,
			.stack = stack,
		},
		.info = info,
		.replace = replace,
		.extack = extack,
	};
	int err;

	rcu_read_lock();
	err = neigh_admin_check(stack, info, extack);
	rcu_read_unlock();
	return err ? err : neigh_admin_ask(stack, &admin);
}

/**
 * gonet_neigh_del() - remove a neighbour
 * @stack: whose
 * @ifindex: on which interface
 * @addr: its address
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOENT.
 */
int gonet_neigh_del(struct gonet_stack *stack, u32 ifindex, __be32 addr,
		    struct netlink_ext_ack *extack)
{
	struct arp_admin admin = {
		.event = {
			.type = ARP_EVENT_NEIGH_DEL,
			.ifindex = ifindex,
			.addr = addr,
			.stack = stack,
		},
		.extack = extack,
	};

	return neigh_admin_ask(stack, &admin);
}
