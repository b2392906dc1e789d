// SPDX-License-Identifier: GPL-2.0
/*
 * The Ethernet dealer of an interface: takes the frames that the native stack
 * sends on the cable and deals them out by EtherType.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include <gonet/ipv4.h>
#include <gonet/neigh.h>

#include "link.h"

/**
 * struct eth_rx - the dealer's state
 * @iface: its interface
 * @arp: to the ARP dealer, bound to ETH_P_ARP
 * @ipv4: to the IPv4 dealer, bound to ETH_P_IP
 */
struct eth_rx {
	struct gonet_iface *iface;
	struct csp_out arp;
	struct csp_out ipv4;
};

/* Address filter. Return: false when the frame was dropped. */
static bool eth_rx_filter(struct eth_rx *s, struct sk_buff *skb)
{
	const struct ethhdr *eth = eth_hdr(skb);

	if (is_multicast_ether_addr(eth->h_source)) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_SOURCE);
		return false;
	}
	if (is_multicast_ether_addr(eth->h_dest)) {
		GONET_CB(skb)->flags |= GONET_CB_L2_GROUP;
	} else if (!ether_addr_equal(eth->h_dest, s->iface->mac)) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_OTHERHOST);
		return false;
	}
	return true;
}

/*
 * IEEE 802.1Q: a tag with VLAN 0 only carries a priority. @type: set to the
 * EtherType behind it, which may be any, 0 included. Return: false when the frame
 * was dropped.
 */
static bool eth_rx_untag(struct eth_rx *s, struct sk_buff *skb, __be16 *type)
{
	const struct vlan_hdr *tag;

	if (!pskb_may_pull(skb, VLAN_HLEN)) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_SHORT);
		return false;
	}
	tag = (const struct vlan_hdr *)skb->data;
	if (ntohs(tag->h_vlan_TCI) & VLAN_VID_MASK) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_VLAN);
		return false;
	}
	*type = tag->h_vlan_encapsulated_proto;
	skb_pull(skb, VLAN_HLEN);
	return true;
}

static void eth_rx_step(struct csp_proc *proc, void *msg)
{
	struct eth_rx *s = csp_state(proc);
	struct sk_buff *skb = msg;
	__be16 type;

	if (!pskb_may_pull(skb, ETH_HLEN)) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_SHORT);
		return;
	}
	skb_reset_mac_header(skb);
	if (!eth_rx_filter(s, skb))
		return;
	type = eth_hdr(skb)->h_proto;
	skb_pull(skb, ETH_HLEN);
	if (type == htons(ETH_P_8021Q) && !eth_rx_untag(s, skb, &type))
		return;
	skb->protocol = type;
	skb_reset_network_header(skb);
	switch (type) {
	case htons(ETH_P_IP):
		csp_out_send(&s->ipv4, skb);
		break;
	case htons(ETH_P_ARP):
		csp_out_send(&s->arp, skb);
		break;
	default:
		gonet_drop(s->iface->stack, skb, GONET_DROP_ETH_TYPE);
	}
}

static int eth_rx_init(struct csp_proc *proc, void *arg)
{
	struct eth_rx *s = csp_state(proc);

	s->iface = arg;
	csp_out_open(&s->arp, proc, s->iface->stack->arp, GONET_ARP_RX);
	csp_out_open(&s->ipv4, proc, s->iface->stack->ipv4_rx, GONET_IPV4_RX_IN);
	return 0;
}

static const struct csp_kind eth_rx_kind = {
	.name = "eth_rx",
	.state_size = sizeof(struct eth_rx),
	.n_inputs = 1,
	.inputs = {
		[GONET_ETH_RX_IN] = GONET_SKB_PORT("in", eth_rx_step),
	},
	.init = eth_rx_init,
};

/**
 * gonet_eth_rx_start() - start an interface's Ethernet dealer
 * @iface: the interface
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_eth_rx_start(struct gonet_iface *iface)
{
	return csp_proc_start(&iface->stack->group, &eth_rx_kind, iface, GFP_KERNEL,
			      "eth_rx/%s", iface->name);
}
