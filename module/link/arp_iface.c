// SPDX-License-Identifier: GPL-2.0
/*
 * What the ARP dealer knows of the stack's interfaces, and what it does when
 * something happens to one. Everything here is a step of the dealer.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include "arp.h"

/**
 * arp_iface_find() - the dealer's view of an interface
 * @s: the dealer
 * @index: &gonet_iface.index
 *
 * Return: it, or NULL for the loopback and for an interface that is gone.
 */
struct arp_iface *arp_iface_find(struct arp_dealer *s, u32 index)
{
	struct arp_iface *iface;

	hash_for_each_possible(s->ifaces, iface, node, index)
		if (iface->index == index)
			return iface;
	return NULL;
}

static int arp_iface_add(struct arp_dealer *s, const struct gonet_iface *from)
{
	struct arp_iface *iface;

	if (!from->eth_tx)
		return 0;	/* nobody lives on the loopback */
	iface = kzalloc(sizeof(*iface), GFP_ATOMIC);
	if (!iface)
		return -ENOMEM;
	iface->index = from->index;
	iface->running = gonet_iface_running(from);
	ether_addr_copy(iface->mac, from->mac);
	csp_out_open(&iface->out, s->proc, from->eth_tx, GONET_ETH_TX_IN);
	hash_add(s->ifaces, &iface->node, iface->index);
	return 0;
}

/**
 * arp_iface_del() - an interface goes, with all that is kept for it
 * @s: the dealer
 * @iface: which; gone when this returns
 */
void arp_iface_del(struct arp_dealer *s, struct arp_iface *iface)
{
	arp_addr_iface_gone(s, iface->index);
	arp_neigh_flush(s, iface->index, true);
	hash_del(&iface->node);
	csp_out_close(&iface->out, s->proc);
	kfree(iface);
}

static void arp_iface_up(struct arp_dealer *s, struct arp_iface *iface)
{
	iface->running = true;
	arp_addr_iface_down(s, iface->index);
	arp_addr_iface_up(s, iface);
}

static void arp_iface_down(struct arp_dealer *s, struct arp_iface *iface)
{
	iface->running = false;
	arp_addr_iface_down(s, iface->index);
	arp_neigh_flush(s, iface->index, false);
}

/* RFC 5227 3: whoever knows the former address learns the new one. */
static void arp_iface_mac(struct arp_dealer *s, struct arp_iface *iface, const u8 *mac)
{
	ether_addr_copy(iface->mac, mac);
	arp_neigh_ask_again(s, iface);
	arp_addr_iface_down(s, iface->index);
	if (iface->running)
		arp_addr_iface_up(s, iface);
}

/**
 * arp_iface_event() - act upon what happened to an interface
 * @s: the dealer
 * @ctl: says what and to which; answered here
 */
void arp_iface_event(struct arp_dealer *s, struct gonet_iface_ctl *ctl)
{
	struct arp_iface *iface = arp_iface_find(s, ctl->iface->index);
	int err = 0;

	if (ctl->event == GONET_IFACE_ADD) {
		err = iface ? -EEXIST : arp_iface_add(s, ctl->iface);
	} else if (iface) {
		switch (ctl->event) {
		case GONET_IFACE_DEL:
			arp_iface_del(s, iface);
			break;
		case GONET_IFACE_UP:
			arp_iface_up(s, iface);
			break;
		case GONET_IFACE_DOWN:
			arp_iface_down(s, iface);
			break;
		case GONET_IFACE_MAC:
			arp_iface_mac(s, iface, ctl->iface->mac);
			break;
		default:
			err = -EINVAL;
		}
	}
	csp_reply(&ctl->call, err);
}
