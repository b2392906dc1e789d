// SPDX-License-Identifier: GPL-2.0
/* Control messages of sendmsg(2) and recvmsg(2), of which most are of level IPPROTO_IP (ip(7)). */
#include <linux/compat.h>
#include <linux/errqueue.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/net_tstamp.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <net/sock.h>

#include <gonet/ipv4.h>
#include <gonet/route.h>

#include "socket.h"

static int gonet_cmsg_pktinfo(struct gonet_sock *gs, struct cmsghdr *c, struct gonet_cmsg *out)
{
	const struct in_pktinfo *info = CMSG_DATA(c);

	if (c->cmsg_len != CMSG_LEN(sizeof(*info)))
		return -EINVAL;
	if (info->ipi_ifindex) {
		out->oif = gonet_if_from_native(gs->stack, info->ipi_ifindex);
		if (out->oif == GONET_IF_NONE)
			return -ENODEV;
	}
	out->saddr = info->ipi_spec_dst.s_addr;
	return 0;
}

/* A number that may be an int or a byte. */
static int gonet_cmsg_number(struct cmsghdr *c, int min, int *value)
{
	if (c->cmsg_len == CMSG_LEN(sizeof(int)))
		*value = *(int *)CMSG_DATA(c);
	else if (c->cmsg_len == CMSG_LEN(sizeof(u8)))
		*value = *(u8 *)CMSG_DATA(c);
	else
		return -EINVAL;
	return *value < min || *value > 255 ? -EINVAL : 0;
}

static int gonet_cmsg_one(struct gonet_sock *gs, struct cmsghdr *c, struct gonet_cmsg *out)
{
	int value, err;

	switch (c->cmsg_type) {
	case IP_PKTINFO:
		return gonet_cmsg_pktinfo(gs, c, out);
	case IP_TTL:
		if (c->cmsg_len != CMSG_LEN(sizeof(int)))
			return -EINVAL;
		err = gonet_cmsg_number(c, 1, &value);
		if (!err)
			out->ttl = value;
		return err;
	case IP_TOS:
		err = gonet_cmsg_number(c, 0, &value);
		if (!err)
			out->tos = value;
		return err;
	default:
		return -EINVAL;
	}
}

/* Of the core's, those that have an effect here, and those that have none anywhere. */
static int gonet_cmsg_core(struct gonet_sock *gs, struct msghdr *msg, struct cmsghdr *c,
			   struct gonet_cmsg *out)
{
	switch (c->cmsg_type) {
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
#ifdef SCM_TS_OPT_ID
	case SCM_TS_OPT_ID:
#endif
	case SCM_RIGHTS:
	case SCM_CREDENTIALS:
		return gonet_compat_sock_cmsg(&gs->inet.sk, msg, c, &out->sockc);
	default:
		return -EINVAL;
	}
}

/**
 * gonet_cmsg_parse() - read the control messages of sendmsg(2)
 * @gs: the socket
 * @msg: the message
 * @cmsg: set to what they ask for
 *
 * Those of SOL_SOCKET that the core takes and that change nothing here (marks,
 * transmit times) are refused, not ignored.
 *
 * Context: process.
 *
 * Return: 0; -EINVAL, -ENODEV, what the core says.
 */
int gonet_cmsg_parse(struct gonet_sock *gs, struct msghdr *msg, struct gonet_cmsg *cmsg)
{
	struct cmsghdr *c;
	int err;

	*cmsg = (struct gonet_cmsg) { .tos = -1, .segment = -1 };
	sockcm_init(&cmsg->sockc, &gs->inet.sk);
	if (!msg->msg_controllen)
		return 0;
	for_each_cmsghdr(c, msg) {
		if (!CMSG_OK(msg, c))
			return -EINVAL;
		if (c->cmsg_level == SOL_SOCKET)
			err = gonet_cmsg_core(gs, msg, c, cmsg);
		else if (c->cmsg_level == SOL_UDP && gs->kind == &gonet_udp_kind)
			err = gonet_segment_cmsg(c, &cmsg->segment);
		else if (c->cmsg_level == SOL_IP)
			err = gonet_cmsg_one(gs, c, cmsg);
		else
			continue;
		if (err)
			return err;
	}
	return 0;
}

/**
 * gonet_cmsg_parse_stream() - read those of a stream socket
 * @gs: the socket
 * @msg: the message
 *
 * As natively, those of other levels than SOL_SOCKET are passed over. None of that level
 * asks for anything here: the times at which a stream is sent are not told.
 *
 * Context: process.
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP, what the core says.
 */
int gonet_cmsg_parse_stream(struct gonet_sock *gs, struct msghdr *msg)
{
	struct gonet_cmsg cmsg;
	struct cmsghdr *c;
	int err;

	if (!msg->msg_controllen)
		return 0;
	sockcm_init(&cmsg.sockc, &gs->inet.sk);
	for_each_cmsghdr(c, msg) {
		if (!CMSG_OK(msg, c))
			return -EINVAL;
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SO_TIMESTAMPING_OLD || c->cmsg_type == SO_TIMESTAMPING_NEW)
			return -EOPNOTSUPP;
		err = gonet_cmsg_core(gs, msg, c, &cmsg);
		if (err)
			return err;
	}
	return 0;
}

/**
 * struct cmsg_packet - what control messages tell of a received packet
 * @skb: the packet
 * @info: as for IP_PKTINFO
 * @ttl: its TTL
 * @tos: its TOS byte
 */
struct cmsg_packet {
	const struct sk_buff *skb;
	struct in_pktinfo info;
	int ttl;
	u8 tos;
};

/* As natively, what stands where ports do is the port, whatever the transport. */
static void gonet_cmsg_put_dest(struct msghdr *msg, const struct cmsg_packet *p)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = p->info.ipi_addr };

	if (skb_copy_bits(p->skb, skb_transport_offset(p->skb) + offsetof(struct udphdr, dest),
			  &sin.sin_port, sizeof(sin.sin_port)))
		return;
	put_cmsg(msg, SOL_IP, IP_ORIGDSTADDR, sizeof(sin), &sin);
}

static void gonet_cmsg_put_packet(struct gonet_sock *gs, struct msghdr *msg,
				  struct cmsg_packet *p)
{
	if (gonet_sock_opt(gs, GONET_SOCK_PKTINFO))
		put_cmsg(msg, SOL_IP, IP_PKTINFO, sizeof(p->info), &p->info);
	if (gonet_sock_opt(gs, GONET_SOCK_RECVTTL))
		put_cmsg(msg, SOL_IP, IP_TTL, sizeof(p->ttl), &p->ttl);
	if (gonet_sock_opt(gs, GONET_SOCK_RECVTOS))
		put_cmsg(msg, SOL_IP, IP_TOS, sizeof(p->tos), &p->tos);
	if (gonet_sock_opt(gs, GONET_SOCK_RECVORIGDST))
		gonet_cmsg_put_dest(msg, p);
}

/* From where one would answer. */
static __be32 gonet_cmsg_local(struct gonet_sock *gs, const struct gonet_cb *cb)
{
	__be32 addr;

	if (cb->addr_type == RTN_LOCAL)
		return cb->daddr;
	rcu_read_lock();
	addr = gonet_addr_select(gs->stack, cb->iif, cb->saddr);
	rcu_read_unlock();
	return addr;
}

/**
 * gonet_cmsg_put() - add the control messages that the socket wants
 * @gs: the socket
 * @msg: the message
 * @skb: the packet, as its reader queued it
 *
 * Context: process.
 */
void gonet_cmsg_put(struct gonet_sock *gs, struct msghdr *msg, struct sk_buff *skb)
{
	const struct gonet_cb *cb = GONET_CB(skb);
	struct cmsg_packet p = { .skb = skb, .ttl = cb->ttl, .tos = cb->tos };

	gonet_segment_put(gs, msg, skb);
	if (gonet_sock_opt(gs, GONET_SOCK_PKTINFO)) {
		p.info.ipi_ifindex = gonet_if_to_native(gs->stack, cb->iif);
		p.info.ipi_spec_dst.s_addr = gonet_cmsg_local(gs, cb);
	}
	p.info.ipi_addr.s_addr = cb->daddr;
	gonet_cmsg_put_packet(gs, msg, &p);
}

/**
 * gonet_cmsg_put_error() - add those to an ICMP error from the queue of errors
 * @gs: the socket
 * @msg: the message
 * @skb: the error, as gonet_sock_icmp() queued it
 *
 * Context: process.
 */
void gonet_cmsg_put_error(struct gonet_sock *gs, struct msghdr *msg, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct cmsg_packet p = { .skb = skb, .ttl = iph->ttl, .tos = iph->tos };

	p.info.ipi_ifindex = gonet_if_to_native(gs->stack, SKB_EXT_ERR(skb)->header.h4.iif);
	p.info.ipi_addr.s_addr = iph->daddr;
	gonet_cmsg_put_packet(gs, msg, &p);
}

/**
 * gonet_cmsg_get_options() - IP_PKTOPTIONS: the same of the segment that opened a connection
 * @gs: the socket, of a stream
 * @optval: where to put the control messages
 * @optlen: set to their length
 * @len: room for them
 *
 * As natively, only a connection that a peer has opened knows of one.
 *
 * Context: process, under lock_sock().
 *
 * Return: 0; -EFAULT.
 */
int gonet_cmsg_get_options(struct gonet_sock *gs, char __user *optval, int __user *optlen, int len)
{
	const struct inet_sock *inet = &gs->inet;
	struct in_pktinfo info = {
		.ipi_ifindex = READ_ONCE(inet->mc_index),
		.ipi_addr.s_addr = inet->inet_rcv_saddr,
		.ipi_spec_dst.s_addr = inet->inet_rcv_saddr,
	};
	struct msghdr msg = {
		.msg_control_is_user = true,
		.msg_control_user = optval,
		.msg_controllen = len,
		.msg_flags = in_compat_syscall() ? MSG_CMSG_COMPAT : 0,
	};
	int ttl = READ_ONCE(inet->mc_ttl), tos = READ_ONCE(inet->rcv_tos);

	if (gonet_sock_opt(gs, GONET_SOCK_PKTINFO))
		put_cmsg(&msg, SOL_IP, IP_PKTINFO, sizeof(info), &info);
	if (gonet_sock_opt(gs, GONET_SOCK_RECVTTL))
		put_cmsg(&msg, SOL_IP, IP_TTL, sizeof(ttl), &ttl);
	if (gonet_sock_opt(gs, GONET_SOCK_RECVTOS))
		put_cmsg(&msg, SOL_IP, IP_TOS, sizeof(tos), &tos);
	return put_user(len - (int)msg.msg_controllen, optlen);
}
