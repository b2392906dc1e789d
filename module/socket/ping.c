// SPDX-License-Identifier: GPL-2.0
/*
 * Ping sockets (SOCK_DGRAM with IPPROTO_ICMP, icmp(7)): programs without rights send
 * echo requests and get the answers to their own. The socket's port is the identifier.
 */
#include <linux/icmp.h>
#include <linux/in.h>
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_ping_allowed() - whether the caller may open a ping socket
 * @stack: on which stack
 *
 * Return: 0 if one of its groups is in net.gonet.ping_group_range, else -EACCES.
 */
int gonet_ping_allowed(struct gonet_stack *stack)
{
	struct user_namespace *owner = stack->net->user_ns;
	const struct group_info *groups = current_cred()->group_info;
	unsigned int low = READ_ONCE(stack->conf.ping_group_range[0]);
	unsigned int high = READ_ONCE(stack->conf.ping_group_range[1]);
	gid_t gid = from_kgid(owner, current_egid());
	int i;

	/* A group that the owner does not know is -1, which is in no range. */
	if (gid >= low && gid <= high)
		return 0;
	for (i = 0; i < groups->ngroups; i++) {
		gid = from_kgid(owner, groups->gid[i]);
		if (gid >= low && gid <= high)
			return 0;
	}
	return -EACCES;
}

/* The program gives the message; identifier and checksum are not its own to choose. */
static int ping_send(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow)
{
	struct icmphdr *icmph = (struct icmphdr *)skb->data;
	int err;

	/* It has been an echo request, and may have been changed since. */
	icmph->type = ICMP_ECHO;
	icmph->code = 0;
	icmph->un.echo.id = flow->sport;
	icmph->checksum = 0;
	icmph->checksum = csum_fold(skb_checksum(skb, 0, skb->len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb_reset_transport_header(skb);
	skb->priority = READ_ONCE(gs->inet.sk.sk_priority);
	err = gonet_ipv4_send(gs->stack, skb, flow, IPPROTO_ICMP, 0);
	if (!err) {
		gonet_count(gs->stack, IcmpOutMsgs);
		gonet_count(gs->stack, IcmpOutEchos);
	}
	return err;
}

const struct gonet_sock_kind gonet_ping_kind = {
	.send = ping_send,
};

/* icmp(7): echo requests are all that can be sent. */
static int ping_check(struct msghdr *msg)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	struct icmphdr icmph;

	if (!copy_from_iter_full(&icmph, sizeof(icmph), &msg->msg_iter))
		return -EFAULT;
	iov_iter_revert(&msg->msg_iter, sizeof(icmph));
	if (icmph.type != ICMP_ECHO || icmph.code)
		return -EINVAL;
	if (sin && msg->msg_namelen >= (int)sizeof(*sin) && sin->sin_family == AF_UNSPEC)
		return -EAFNOSUPPORT;
	return 0;
}

/**
 * gonet_ping_sendmsg() - sendmsg(2) of a ping socket
 * @sock: the socket
 * @msg: the message, an echo request
 * @len: its length
 *
 * Return: @len; -EINVAL for what is no echo request; as gonet_dgram_sendmsg().
 */
int gonet_ping_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (len < sizeof(struct icmphdr))
		return -EINVAL;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = ping_check(msg);
	if (!err)
		err = gonet_dgram_send(gonet_sk(sock->sk), msg, len);
	return err ? err : len;
}

/**
 * gonet_ping_recvmsg() - recvmsg(2) of a ping socket
 * @sock: the socket
 * @msg: where to put the answer, its sender and the control messages
 * @len: room for the answer
 * @flags: as for gonet_dgram_recvmsg(); as natively, MSG_TRUNC does not change what
 *	is returned
 *
 * Return: bytes copied; -EOPNOTSUPP for MSG_OOB; as gonet_dgram_recvmsg().
 */
int gonet_ping_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	return gonet_dgram_recvmsg(sock, msg, len, flags & ~MSG_TRUNC);
}
