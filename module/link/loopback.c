// SPDX-License-Identifier: GPL-2.0
/*
 * The loopback interface: packets for the stack's own addresses turn round below
 * the IPv4 writer and come in at the IPv4 dealer, without a frame around them.
 */
#include <linux/slab.h>

#include <gonet/igmp.h>
#include <gonet/ipv4.h>
#include <gonet/stamp.h>

#include "link.h"

/**
 * gonet_loopback_add() - give a new stack its loopback interface
 * @stack: the stack
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_loopback_add(struct gonet_stack *stack)
{
	struct gonet_iface *iface = kzalloc(sizeof(*iface), GFP_KERNEL);
	int err;

	if (!iface)
		return -ENOMEM;
	iface->stack = stack;
	iface->up = true;
	strscpy(iface->name, "lo", IFNAMSIZ);
	err = xa_alloc_cyclic(&stack->ifaces, &iface->index, iface,
			      XA_LIMIT(GONET_IFACE_LO, INT_MAX), &stack->next_iface, GFP_KERNEL);
	if (err < 0) {
		kfree(iface);
		return err;
	}
	WARN_ON(iface->index != GONET_IFACE_LO);
	return 0;
}

/**
 * gonet_loopback_connect() - tell the IPv4 writer that the loopback leads back in, and
 * IGMP that there is one
 * @stack: the stack, all of whose processes have been started
 *
 * Context: process; may sleep.
 *
 * Return: 0 or a negative errno.
 */
int gonet_loopback_connect(struct gonet_stack *stack)
{
	struct gonet_iface_ctl ctl = {
		.event = GONET_IFACE_ADD,
		.iface = xa_load(&stack->ifaces, GONET_IFACE_LO),
	};
	int err = csp_ask(&stack->ipv4_tx->in[GONET_IPV4_TX_CTL], &ctl, &ctl.call);

	return err ? err : csp_ask(&stack->igmp->in[GONET_IGMP_CTL], &ctl, &ctl.call);
}

/**
 * gonet_loopback_del() - and take it away
 * @stack: the stack, none of whose processes run any more
 */
void gonet_loopback_del(struct gonet_stack *stack)
{
	struct gonet_iface *iface = xa_erase(&stack->ifaces, GONET_IFACE_LO);

	synchronize_rcu();
	kfree(iface);
}

/**
 * gonet_loopback() - turn a packet round
 * @ipv4_rx: the IPv4 writer's output to the IPv4 dealer
 * @skb: data at a complete IP header; given away
 * @ifindex: &gonet_iface.index that it seems to have come in by: the loopback's, or of
 *	a packet to a group that of the link that it is sent to as well
 *
 * Checksums are left as they are: what was promised for a wire that there is not
 * needs no computing.
 */
void gonet_loopback(struct csp_out *ipv4_rx, struct sk_buff *skb, u32 ifindex)
{
	struct gonet_cb *cb = GONET_CB(skb);

	gonet_stamp_sent(skb);
	skb_orphan(skb);
	skb->protocol = htons(ETH_P_IP);
	skb_reset_network_header(skb);
	cb->iif = ifindex;
	cb->flags = GONET_CB_LOOPBACK;
	cb->oif = 0;
	csp_out_send(ipv4_rx, skb);
}
