// SPDX-License-Identifier: GPL-2.0
/*
 * Sending datagrams (RFC 768). No process: the system call that sends has found the
 * way, so that it can say what is wrong with it; here the header is written.
 */
#include <linux/udp.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/udp.h>

#include "udp.h"

/* The wire's checksum is promised; it is computed only where there is a wire. */
static void udp_tx_checksum(const struct sock *sk, struct sk_buff *skb,
			    const struct gonet_flow *flow)
{
	struct udphdr *uh = udp_hdr(skb);

	if (sk->sk_no_check_tx) {
		uh->check = 0;
		skb->ip_summed = CHECKSUM_NONE;
		return;
	}
	uh->check = ~udp_v4_check(skb->len, flow->saddr, flow->daddr, 0);
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
}

/*
 * UDP_SEGMENT: one packet that whoever needs the datagrams cuts. What was put together
 * from parts is gathered first, since it is cut at other places.
 */
static int udp_tx_segment(struct sk_buff *skb, u16 size)
{
	struct skb_shared_info *info;

	if (!size || skb->len <= size)
		return 0;
	if (skb_has_frag_list(skb) && __skb_linearize(skb))
		return -ENOBUFS;
	info = skb_shinfo(skb);
	info->gso_type = SKB_GSO_UDP_L4;
	info->gso_size = size;
	info->gso_segs = DIV_ROUND_UP(skb->len, size);
	return 0;
}

/**
 * gonet_udp_send() - send a datagram
 * @gs: the socket
 * @skb: its payload, charged to the socket, with room for headers; given away
 * @flow: where it goes, complete
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; -ENOBUFS or -EPIPE when the IPv4 writer does not take it.
 */
int gonet_udp_send(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow)
{
	struct gonet_stack *stack = gs->stack;
	struct sock *sk = &gs->inet.sk;
	struct udphdr *uh;
	int err;

	err = udp_tx_segment(skb, flow->segment);
	if (err) {
		kfree_skb(skb);
		goto out;
	}
	uh = skb_push(skb, sizeof(*uh));
	skb_reset_transport_header(skb);
	uh->source = flow->sport;
	uh->dest = flow->dport;
	uh->len = htons(skb->len);
	udp_tx_checksum(sk, skb, flow);
	skb->priority = READ_ONCE(sk->sk_priority);
	err = gonet_ipv4_send(stack, skb, flow, IPPROTO_UDP, 0);
out:
	if (err)
		gonet_count(stack, UdpSndbufErrors);
	else
		gonet_count(stack, UdpOutDatagrams);
	return err;
}
