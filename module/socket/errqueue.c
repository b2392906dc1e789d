// SPDX-License-Identifier: GPL-2.0
/*
 * The queue that MSG_ERRQUEUE reads: errors, which IP_RECVERR asks for (ip(7)), and the
 * times at which packets were sent (SO_TIMESTAMPING).
 */
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_sock_local_error() - queue that an own datagram could not be sent
 * @gs: the socket
 * @err: errno, positive
 * @daddr: where it would have gone
 * @port: to which port
 * @info: the MTU, for EMSGSIZE
 *
 * Context: any but hard interrupt. Does nothing without IP_RECVERR.
 */
void gonet_sock_local_error(struct gonet_sock *gs, int err, __be32 daddr, __be16 port, u32 info)
{
	struct sock_exterr_skb *serr;
	struct sk_buff *skb;
	struct iphdr *iph;

	if (!gonet_sock_opt(gs, GONET_SOCK_RECVERR))
		return;
	skb = alloc_skb(sizeof(*iph), GFP_ATOMIC);
	if (!skb)
		return;
	iph = skb_put_zero(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->daddr = daddr;
	serr = SKB_EXT_ERR(skb);
	memset(serr, 0, sizeof(*serr));
	serr->ee.ee_errno = err;
	serr->ee.ee_origin = SO_EE_ORIGIN_LOCAL;
	serr->ee.ee_info = info;
	serr->addr_offset = offsetof(struct iphdr, daddr);
	serr->port = port;
	__skb_pull(skb, sizeof(*iph));
	if (sock_queue_err_skb(&gs->inet.sk, skb))
		kfree_skb(skb);
}

/* To whom it was. What has been sent, rather than failed, has been stamped without. */
static void gonet_error_name(struct msghdr *msg, const struct sk_buff *skb)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	const struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	if (!sin || serr->ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING)
		return;
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = *(__be32 *)(skb_network_header(skb) + serr->addr_offset);
	sin->sin_port = serr->port;
	msg->msg_namelen = sizeof(*sin);
}

/**
 * gonet_recv_error() - recvmsg(2) with MSG_ERRQUEUE
 * @gs: the socket
 * @msg: the payload of the datagram that failed, its destination as the name, and
 *	the error with who reported it as a control message
 * @len: room for the payload
 *
 * Context: process.
 *
 * Return: bytes of payload; -EAGAIN, -EFAULT.
 */
int gonet_recv_error(struct gonet_sock *gs, struct msghdr *msg, size_t len)
{
	struct {
		struct sock_extended_err ee;
		struct sockaddr_in offender;
	} report = {};
	struct sock *sk = &gs->inet.sk;
	struct sk_buff *skb;
	int copied, err;

	skb = sock_dequeue_err_skb(sk);
	if (!skb)
		return -EAGAIN;
	copied = skb->len;
	if (copied > len) {
		msg->msg_flags |= MSG_TRUNC;
		copied = len;
	}
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	sock_recv_timestamp(msg, sk, skb);
	gonet_error_name(msg, skb);
	report.ee = SKB_EXT_ERR(skb)->ee;
	if (report.ee.ee_origin == SO_EE_ORIGIN_ICMP) {
		gonet_cmsg_put_error(gs, msg, skb);
		report.offender.sin_family = AF_INET;
		report.offender.sin_addr.s_addr = ip_hdr(skb)->saddr;
	}
	put_cmsg(msg, SOL_IP, IP_RECVERR, sizeof(report), &report);
	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return copied;
}
