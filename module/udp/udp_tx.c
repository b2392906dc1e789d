// SPDX-License-Identifier: GPL-2.0
/*
 * Sending datagrams (RFC 768). No process: the system call that sends finds the way,
 * so that it can say what is wrong with it, writes the header, and hands the packet
 * to the IPv4 writer.
 */
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/udp.h>

#include <gonet/iface.h>
#include <gonet/route.h>

#include "udp.h"

/**
 * gonet_udp_route() - find the way of a datagram
 * @gs: the socket
 * @flow: where it goes; its addresses, where they are 0, are filled in
 * @mtu: set to the most bytes of an IP packet on that way
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; what gonet_route_lookup() says; -EACCES for a broadcast address without
 * SO_BROADCAST.
 */
int gonet_udp_route(struct gonet_sock *gs, struct gonet_flow *flow, unsigned int *mtu)
{
	struct gonet_iface *iface;
	struct gonet_path path;
	int err;

	rcu_read_lock();
	err = gonet_route_lookup(gs->stack, flow->daddr, flow->saddr, flow->oif, &path);
	if (err)
		goto out;
	err = -EACCES;
	if (path.type == RTN_BROADCAST && !sock_flag(&gs->inet.sk, SOCK_BROADCAST))
		goto out;
	err = -ENETUNREACH;
	/* SO_DONTROUTE: to who is on the link alone. */
	if (sock_flag(&gs->inet.sk, SOCK_LOCALROUTE) && flow->daddr && path.nexthop != flow->daddr)
		goto out;
	iface = gonet_iface_by_index(gs->stack, path.ifindex);
	if (!iface)
		goto out;
	*mtu = gonet_iface_mtu(iface);
	if (!flow->daddr)
		flow->daddr = path.nexthop;	/* 0.0.0.0 is this host */
	if (!flow->saddr)
		flow->saddr = path.source;
	if (!flow->ttl)
		flow->ttl = path.type == RTN_MULTICAST ? READ_ONCE(gs->inet.mc_ttl) :
							 max(READ_ONCE(gs->inet.uc_ttl), 0);
	err = 0;
out:
	rcu_read_unlock();
	if (err == -ENETUNREACH)
		gonet_count(gs->stack, IpOutNoRoutes);
	return err;
}

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
 * @flow: where it goes, as gonet_udp_route() completed it
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
	memset(skb->cb, 0, sizeof(skb->cb));
	*GONET_CB(skb) = (struct gonet_cb) {
		.stack = stack,
		.oif = flow->oif,
		.saddr = flow->saddr,
		.daddr = flow->daddr,
		.protocol = IPPROTO_UDP,
		.tos = flow->tos,
		.ttl = flow->ttl,
		.flags = flow->df ? GONET_CB_DF : 0,
	};
	err = csp_send(&stack->ipv4_tx->in[GONET_IPV4_TX_IN], skb);
	if (err)
		gonet_count(stack, UdpSndbufErrors);
	else
		gonet_count(stack, UdpOutDatagrams);
	return err;
}
