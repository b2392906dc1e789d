// SPDX-License-Identifier: GPL-2.0
/* Sending ARP packets. */
#include <linux/etherdevice.h>

#include "arp.h"

/**
 * arp_transmit() - put an ARP packet into a frame and send it
 * @stack: whose counters count it
 * @out: to the Ethernet writer
 * @arp: what it says
 * @dest: MAC address of whom it is for, or the broadcast address
 *
 * Context: a step of the process whose output @out is. A packet for which there is
 * no memory is as good as lost on the way.
 */
void arp_transmit(struct gonet_stack *stack, struct csp_out *out, const struct arp_packet *arp,
		  const u8 *dest)
{
	struct sk_buff *skb = alloc_skb(ETH_HLEN + NET_IP_ALIGN + ARP_PACKET_LEN, GFP_ATOMIC);
	struct ethhdr *eth;

	if (!skb)
		return;
	skb_reserve(skb, NET_IP_ALIGN);
	memset(skb->cb, 0, sizeof(skb->cb));
	GONET_CB(skb)->stack = stack;

	skb_reset_mac_header(skb);
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dest);
	ether_addr_copy(eth->h_source, arp->sha);
	eth->h_proto = htons(ETH_P_ARP);
	skb->protocol = htons(ETH_P_ARP);

	skb_set_network_header(skb, ETH_HLEN);
	arp_build(arp, skb_put(skb, ARP_PACKET_LEN));
	if (arp->op == ARP_OP_REQUEST)
		gonet_count(stack, ArpOutRequests);
	else
		gonet_count(stack, ArpOutReplies);
	csp_out_send(out, skb);
}

/**
 * arp_ask() - send a request to everybody
 * @stack: whose counters count it
 * @out: to the Ethernet writer
 * @mac: own MAC address
 * @spa: own address, 0 to probe, @tpa to announce (RFC 5227 1.1)
 * @tpa: the address asked for
 *
 * Context: a step of the process whose output @out is.
 */
void arp_ask(struct gonet_stack *stack, struct csp_out *out, const u8 *mac, __be32 spa,
	     __be32 tpa)
{
	struct arp_packet arp = { .op = ARP_OP_REQUEST, .spa = spa, .tpa = tpa };
	u8 everybody[ETH_ALEN];

	eth_broadcast_addr(everybody);
	ether_addr_copy(arp.sha, mac);
	arp_transmit(stack, out, &arp, everybody);
}
