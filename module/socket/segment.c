// SPDX-License-Identifier: GPL-2.0
/*
 * Many datagrams in one call (UDP_SEGMENT, UDP_GRO; udp(7)). They are one packet for
 * as long as nobody needs them apart: from the socket to a socket that takes them
 * together, or to the native stack, which cuts it where it must.
 */
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_segment_check() - whether a packet may be cut into datagrams
 * @gs: the socket
 * @flow: where it goes, and how large the datagrams are
 * @len: bytes of payload
 *
 * The native stack's limits. Each datagram must fit the path: fragments of them would
 * be worse than none.
 *
 * Return: 0; -EMSGSIZE, -EINVAL.
 */
int gonet_segment_check(const struct gonet_sock *gs, const struct gonet_flow *flow, size_t len)
{
	size_t one = min_t(size_t, len, flow->segment);

	if (!flow->segment)
		return 0;
	if (sizeof(struct iphdr) + sizeof(struct udphdr) + one > flow->mtu)
		return -EMSGSIZE;
	if (len > (size_t)flow->segment * UDP_MAX_SEGMENTS)
		return -EINVAL;
	return gs->inet.sk.sk_no_check_tx ? -EINVAL : 0;
}

/**
 * gonet_segment_cmsg() - read a control message of sendmsg(2)
 * @c: the message, of level SOL_UDP
 * @segment: set to the bytes of payload of each datagram
 *
 * Return: 0 or -EINVAL.
 */
int gonet_segment_cmsg(struct cmsghdr *c, int *segment)
{
	if (c->cmsg_type != UDP_SEGMENT || c->cmsg_len != CMSG_LEN(sizeof(u16)))
		return -EINVAL;
	*segment = *(u16 *)CMSG_DATA(c);
	return 0;
}

/**
 * gonet_segment_put() - say of what size the datagrams are that come in one message
 * @gs: the socket
 * @msg: the message
 * @skb: the packet, which may be a single datagram
 *
 * Context: process.
 */
void gonet_segment_put(struct gonet_sock *gs, struct msghdr *msg, const struct sk_buff *skb)
{
	int size = skb_shinfo(skb)->gso_size;

	if (gonet_sock_opt(gs, GONET_SOCK_GRO) && skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		put_cmsg(msg, SOL_UDP, UDP_GRO, sizeof(size), &size);
}
