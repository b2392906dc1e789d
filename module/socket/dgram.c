// SPDX-License-Identifier: GPL-2.0
/*
 * Sending and receiving datagrams: sendmsg(2), recvmsg(2), and datagrams that are put
 * together by several calls (MSG_MORE, UDP_CORK; udp(7)). For every kind of socket;
 * struct gonet_sock_kind has in what they differ.
 *
 * What a socket has sent is charged to it until it leaves the stack, so a sender that
 * is faster than the stack waits for its own packets.
 */
#include <linux/in.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/ipv4.h>
#include <gonet/route.h>
#include <uapi/linux/gonet.h>

#include "socket.h"

#define DGRAM_HEADROOM	(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(struct udphdr))
#define DGRAM_LINEAR	SKB_WITH_OVERHEAD(PAGE_SIZE - DGRAM_HEADROOM)
#define DGRAM_HEAD	128	/* linear bytes of what is too large to be linear */

/* udp(7). The destination: the one that is given, or the peer. */
static int dgram_dest(struct gonet_sock *gs, struct msghdr *msg, struct gonet_flow *flow)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	const struct inet_sock *inet = &gs->inet;

	if (sin) {
		if (msg->msg_namelen < (int)sizeof(*sin))
			return -EINVAL;
		if (sin->sin_family != AF_INET && sin->sin_family != AF_GONET &&
		    sin->sin_family != AF_UNSPEC)
			return -EAFNOSUPPORT;
		if (gs->kind->ports && !sin->sin_port)
			return -EINVAL;
		flow->daddr = sin->sin_addr.s_addr;
		flow->dport = sin->sin_port;
		return 0;
	}
	if (inet->sk.sk_state != TCP_ESTABLISHED)
		return -EDESTADDRREQ;
	flow->daddr = inet->inet_daddr;
	flow->dport = inet->inet_dport;
	return 0;
}

/* The source that a control message asks for must be an own address. */
static int dgram_source(struct gonet_sock *gs, __be32 saddr, struct gonet_flow *flow)
{
	bool own;

	flow->saddr = saddr ? saddr : gs->inet.inet_saddr;
	if (!saddr || gonet_sock_opt(gs, GONET_SOCK_FREEBIND))
		return 0;
	rcu_read_lock();
	own = gonet_addr_is_own(gs->stack, 0, saddr);
	rcu_read_unlock();
	return own ? 0 : -ENETUNREACH;
}

static int dgram_bound(struct gonet_sock *gs)
{
	struct sock *sk = &gs->inet.sk;
	int err;

	/* Pairs with gonet_sock_bind_port(). */
	if (smp_load_acquire(&gs->inet.inet_num))
		return 0;
	lock_sock(sk);
	err = gonet_sock_autobind(gs);
	release_sock(sk);
	return err;
}

/**
 * gonet_dgram_prepare() - find out everything about a datagram but its payload
 * @gs: the socket, which gets a port if it has none
 * @msg: the message
 * @dgram: set
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EAGAIN, -ENETUNREACH for a source
 * that is not own; what the route says.
 */
int gonet_dgram_prepare(struct gonet_sock *gs, struct msghdr *msg, struct gonet_dgram *dgram)
{
	struct gonet_flow *flow = &dgram->flow;
	struct gonet_cmsg cmsg;
	int err;

	*dgram = (struct gonet_dgram) {};
	err = dgram_dest(gs, msg, flow);
	if (!err)
		err = gonet_cmsg_parse(gs, msg, &cmsg);
	if (!err)
		err = dgram_source(gs, cmsg.saddr, flow);
	if (!err)
		err = dgram_bound(gs);
	if (err)
		return err;
	flow->sport = gs->inet.inet_sport;
	flow->oif = cmsg.oif ? cmsg.oif : gonet_sock_oif(gs);
	flow->tos = cmsg.tos < 0 ? gs->inet.tos : cmsg.tos;
	flow->ttl = cmsg.ttl;
	flow->segment = cmsg.segment < 0 ? READ_ONCE(gs->segment) : cmsg.segment;
	gonet_mtu_discover(gs, flow);
	flow->local = msg->msg_flags & MSG_DONTROUTE;
	dgram->sockc = cmsg.sockc;
	return gonet_sock_route(gs, flow);
}

/**
 * gonet_dgram_build() - make a packet with the payload in it
 * @sk: the socket, charged for it
 * @msg: the message
 * @len: bytes of payload
 *
 * Context: process; may wait for room.
 *
 * Return: the packet, data at the payload, of which the first DGRAM_HEAD bytes are
 * linear, with room for headers; or ERR_PTR(): -EAGAIN, -EINTR, -EPIPE, -EFAULT,
 * -ENOBUFS, the pending error.
 */
struct sk_buff *gonet_dgram_build(struct sock *sk, struct msghdr *msg, size_t len)
{
	size_t linear = len <= DGRAM_LINEAR ? len : DGRAM_HEAD;
	struct sk_buff *skb;
	int err;

	skb = sock_alloc_send_pskb(sk, DGRAM_HEADROOM + linear, len - linear,
				   msg->msg_flags & MSG_DONTWAIT, &err,
				   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return ERR_PTR(err);
	skb_reserve(skb, DGRAM_HEADROOM);
	skb_put(skb, linear);
	skb->data_len = len - linear;
	skb->len += skb->data_len;
	err = skb_copy_datagram_from_iter(skb, 0, &msg->msg_iter, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	return skb;
}

/**
 * gonet_dgram_push() - send a packet that has been built
 * @gs: the socket
 * @skb: the packet; given away
 * @dgram: where it goes, and how
 *
 * Return: 0; -ENOBUFS, -EPIPE.
 */
int gonet_dgram_push(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_dgram *dgram)
{
	int err;

	gonet_compat_setup_stamp(skb, &dgram->sockc);
	err = gs->kind->send(gs, skb, &dgram->flow);

	/* udp(7): congestion inside of the host is told only to who asks for errors. */
	if (err == -ENOBUFS && !gonet_sock_opt(gs, GONET_SOCK_RECVERR))
		return 0;
	return err;
}

/**
 * gonet_dgram_send() - send a datagram that is whole
 * @gs: the socket
 * @msg: the message
 * @len: bytes of payload
 *
 * Return: 0; as gonet_dgram_sendmsg().
 */
int gonet_dgram_send(struct gonet_sock *gs, struct msghdr *msg, size_t len)
{
	struct gonet_dgram dgram;
	struct sk_buff *skb;
	int err;

	err = gonet_dgram_prepare(gs, msg, &dgram);
	if (!err)
		err = gonet_mtu_check(gs, &dgram.flow, len);
	if (!err)
		err = gonet_segment_check(gs, &dgram.flow, len);
	/* MSG_PROBE asks only whether it could be sent. */
	if (err || msg->msg_flags & MSG_PROBE)
		return err;
	skb = gonet_dgram_build(&gs->inet.sk, msg, len);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	return gonet_dgram_push(gs, skb, &dgram);
}

/* Adds @part to the datagram that is put together; what it was charged goes along. */
static void dgram_append(struct sk_buff *skb, struct sk_buff *part)
{
	struct sk_buff **end = &skb_shinfo(skb)->frag_list;

	while (*end)
		end = &(*end)->next;
	*end = part;
	skb->len += part->len;
	skb->data_len += part->len;
	skb->truesize += part->truesize;
	part->destructor = NULL;
	part->sk = NULL;
}

/**
 * gonet_dgram_flush_pending() - give up the datagram that is being put together
 * @gs: the socket
 *
 * Context: process, under lock_sock().
 */
void gonet_dgram_flush_pending(struct gonet_sock *gs)
{
	kfree_skb(gs->pending);
	WRITE_ONCE(gs->pending, NULL);
}

/**
 * gonet_dgram_push_pending() - send it
 * @gs: the socket
 *
 * Context: process, under lock_sock().
 *
 * Return: 0 also when there is none; -EMSGSIZE and what else keeps it from being sent.
 */
int gonet_dgram_push_pending(struct gonet_sock *gs)
{
	struct sk_buff *skb = gs->pending;
	struct gonet_dgram dgram = { .flow = gs->pending_flow, .sockc = gs->pending_sockc };
	int err;

	if (!skb)
		return 0;
	WRITE_ONCE(gs->pending, NULL);
	err = gonet_sock_route(gs, &dgram.flow);
	if (!err)
		err = gonet_mtu_check(gs, &dgram.flow, skb->len);
	if (!err)
		err = gonet_segment_check(gs, &dgram.flow, skb->len);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	return gonet_dgram_push(gs, skb, &dgram);
}

/* One part more: where it goes, the first part has said. */
static int dgram_send_part(struct gonet_sock *gs, struct msghdr *msg, size_t len)
{
	size_t before = gs->pending ? gs->pending->len : 0;
	struct sk_buff *part;
	int err;

	err = gonet_mtu_check(gs, &gs->pending_flow, before + len);
	if (err) {
		gonet_dgram_flush_pending(gs);
		return err;
	}
	if (before && !len)
		return 0;
	part = gonet_dgram_build(&gs->inet.sk, msg, len);
	if (IS_ERR(part)) {
		/* As natively: what follows begins anew, and is not the rest of this. */
		gonet_dgram_flush_pending(gs);
		return PTR_ERR(part);
	}
	if (gs->pending)
		dgram_append(gs->pending, part);
	else
		WRITE_ONCE(gs->pending, part);
	return 0;
}

static int dgram_send_corked(struct gonet_sock *gs, struct msghdr *msg, size_t len, bool more)
{
	struct sock *sk = &gs->inet.sk;
	struct gonet_dgram dgram;
	bool known = false;
	int err = 0;

	if (!READ_ONCE(gs->pending)) {
		err = gonet_dgram_prepare(gs, msg, &dgram);
		if (err)
			return err;
		known = true;
	}
	lock_sock(sk);
	/* Another thread may have begun or ended one: its destination holds then. */
	if (!gs->pending && !known) {
		err = -EAGAIN;
	} else if (!gs->pending) {
		gs->pending_flow = dgram.flow;
		gs->pending_sockc = dgram.sockc;
	}
	if (!err)
		err = dgram_send_part(gs, msg, len);
	if (!err && !more)
		err = gonet_dgram_push_pending(gs);
	release_sock(sk);
	return err;
}

/**
 * gonet_dgram_sendmsg() - sendmsg(2)
 * @sock: the socket
 * @msg: the message
 * @len: bytes of payload
 *
 * MSG_CONFIRM is a hint that nothing here takes: neighbours are confirmed by what
 * they answer.
 *
 * Return: @len; -EMSGSIZE, -EOPNOTSUPP, -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EAGAIN,
 * -EINTR, -EPIPE, -EFAULT, -ENOBUFS, the pending error, what the route says.
 */
int gonet_dgram_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	bool more = gonet_sock_opt(gs, GONET_SOCK_CORK) || (msg->msg_flags & MSG_MORE);
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (more || READ_ONCE(gs->pending))
		err = dgram_send_corked(gs, msg, len, more);
	else
		err = gonet_dgram_send(gs, msg, len);
	return err ? err : len;
}

static void dgram_name(const struct gonet_sock *gs, struct msghdr *msg,
		       const struct sk_buff *skb)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);

	if (!sin)
		return;
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = gs->kind->ports ? udp_hdr(skb)->source : 0;
	sin->sin_addr.s_addr = GONET_CB(skb)->saddr;
	msg->msg_namelen = sizeof(*sin);
}

/**
 * gonet_dgram_recvmsg() - recvmsg(2)
 * @sock: the socket
 * @msg: where to put the datagram, its sender and the control messages
 * @len: room for the payload
 * @flags: MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT, MSG_ERRQUEUE; others change nothing
 *
 * Return: bytes of payload copied, or with MSG_TRUNC of the datagram; 0 after
 * shutdown; -EAGAIN, -EINTR, -EFAULT, the pending error.
 */
int gonet_dgram_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	struct sock *sk = sock->sk;
	struct sk_buff *skb;
	int off = sk_peek_offset(sk, flags);
	size_t size, copied;
	int err;

	if (flags & MSG_ERRQUEUE)
		return gonet_recv_error(gs, msg, len);
	skb = __skb_recv_datagram(sk, &sk->sk_receive_queue, flags, &off, &err);
	if (!skb)
		return err;
	size = skb->len;
	copied = min(size - off, len);
	if (len < size - off)
		msg->msg_flags |= MSG_TRUNC;
	err = skb_copy_datagram_msg(skb, off, msg, copied);
	if (err)
		goto out;
	sock_recv_cmsgs(msg, sk, skb);
	dgram_name(gs, msg, skb);
	gonet_cmsg_put(gs, msg, skb);
	if (!(flags & MSG_PEEK) && gs->kind->ports)
		gonet_count(gs->stack, UdpInDatagrams);
	err = flags & MSG_TRUNC ? size : copied;
	if (flags & MSG_PEEK)
		sk_peek_offset_fwd(sk, err);
	else
		sk_peek_offset_bwd(sk, err);
out:
	skb_free_datagram(sk, skb);
	return err;
}

const struct gonet_sock_kind gonet_udp_kind = {
	.hlen = sizeof(struct udphdr),
	.ports = true,
	.send = gonet_udp_send,
};
