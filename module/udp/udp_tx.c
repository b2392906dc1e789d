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

	uh = skb_push(skb, sizeof(*uh));
	skb_reset_transport_header(skb);
	uh->source = flow->sport;
	uh->dest = flow->dport;
	uh->len = htons(skb->len);
	udp_tx_checksum(sk, skb, flow);
	skb->priority = READ_ONCE(sk->sk_priority);
	err = gonet_ipv4_send(stack, skb, flow, IPPROTO_UDP, 0);
	if (err)
		gonet_count(stack, UdpSndbufErrors);
	else
		gonet_count(stack, UdpOutDatagrams);
	return err;
}
