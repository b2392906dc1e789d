// SPDX-License-Identifier: GPL-2.0
/*
 * Raw sockets (raw(7)): every packet of a protocol, its IP header included, and
 * packets of the program's own making, the IP header included if it wants.
 */
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/route.h>

#include "socket.h"

static int raw_bind_locked(struct gonet_sock *gs, __be32 addr)
{
	struct inet_sock *inet = &gs->inet;
	struct gonet_sock_key key = {
		.laddr = addr,
		.lport = htons(inet->inet_num),
		.oif = gonet_sock_oif(gs),
	};
	int err;
	u8 type;

	if (inet->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	if (!gonet_bind_may(gs, addr))
		return -EADDRNOTAVAIL;
	err = gonet_sock_ask_rebind(gs, &key);
	if (err)
		return err;
	rcu_read_lock();
	type = gonet_addr_type(gs->stack, addr);
	rcu_read_unlock();
	WRITE_ONCE(inet->inet_rcv_saddr, addr);
	/* A group is no source: the route chooses one. */
	inet->inet_saddr = type == RTN_BROADCAST || type == RTN_MULTICAST ? 0 : addr;
	if (addr)
		inet->sk.sk_userlocks |= SOCK_BINDADDR_LOCK;
	return 0;
}

/**
 * gonet_raw_bind() - bind(2) of a raw socket
 * @sock: the socket
 * @uaddr: the address, in the kernel's memory; as natively, of whatever family, and
 *	its port means nothing
 * @addr_len: its length
 *
 * Return: 0; -EINVAL, -EADDRNOTAVAIL, -ENOBUFS.
 */
int gonet_raw_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	int err;

	if (addr_len < (int)sizeof(*sin))
		return -EINVAL;
	lock_sock(sock->sk);
	err = raw_bind_locked(gonet_sk(sock->sk), sin->sin_addr.s_addr);
	release_sock(sock->sk);
	return err;
}

static int raw_send(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow)
{
	u8 protocol = gs->inet.sk.sk_protocol;
	int err;

	skb_reset_transport_header(skb);
	skb->priority = READ_ONCE(gs->inet.sk.sk_priority);
	err = gonet_ipv4_send(gs->stack, skb, flow, protocol, 0);
	if (!err && protocol == IPPROTO_ICMP)
		gonet_count(gs->stack, IcmpOutMsgs);
	return err;
}

const struct gonet_sock_kind gonet_raw_kind = {
	.send = raw_send,
};

/*
 * raw(7): what is filled in always, and what when it is 0; the writer does the rest.
 * Whether the packet may be cut is said by its header, not by the socket.
 */
static int raw_header(struct sk_buff *skb, struct gonet_flow *flow)
{
	struct iphdr *iph = (struct iphdr *)skb->data;
	unsigned int hlen = iph->ihl * 4;

	if (hlen < sizeof(*iph) || hlen > skb->len)
		return -EINVAL;
	if (!iph->saddr)
		iph->saddr = flow->saddr;
	iph->tot_len = htons(skb->len);
	flow->flags &= GONET_CB_IFACE_MTU;
	if (iph->frag_off & htons(IP_DF))
		flow->flags |= GONET_CB_DF;
	return 0;
}

/* The packet is never cut for its own link, only for the path behind that. */
static int raw_fits_link(struct gonet_sock *gs, const struct gonet_flow *flow, size_t len)
{
	struct gonet_flow link = *flow;
	int err;

	link.flags = GONET_CB_IFACE_MTU;
	err = gonet_sock_route(gs, &link);
	if (err || len <= link.mtu)
		return err;
	gonet_sock_local_error(gs, EMSGSIZE, flow->daddr, flow->dport, link.mtu);
	return -EMSGSIZE;
}

/* raw(7): IP_HDRINCL. */
static int raw_send_whole(struct gonet_sock *gs, struct msghdr *msg, size_t len)
{
	struct sock *sk = &gs->inet.sk;
	struct gonet_dgram dgram;
	struct sk_buff *skb;
	bool fits;
	int err;

	err = gonet_dgram_prepare(gs, msg, &dgram);
	if (!err)
		err = raw_fits_link(gs, &dgram.flow, len);
	if (err)
		return err;
	if (len < sizeof(struct iphdr))
		return -EINVAL;
	skb = gonet_dgram_build(sk, msg, len);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	err = raw_header(skb, &dgram.flow);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	fits = !(dgram.flow.flags & GONET_CB_DF) || len <= dgram.flow.mtu;
	skb->priority = READ_ONCE(sk->sk_priority);
	gonet_compat_setup_stamp(skb, &dgram.sockc);
	err = gonet_ipv4_send(gs->stack, skb, &dgram.flow, sk->sk_protocol, GONET_CB_HDRINCL);
	if (err == -ENOBUFS && !gonet_sock_opt(gs, GONET_SOCK_RECVERR))
		err = 0;
	/* As natively, the writer's error about it is the socket's besides. */
	return err || fits ? err : -EMSGSIZE;
}

/**
 * gonet_raw_sendmsg() - sendmsg(2) of a raw socket
 * @sock: the socket
 * @msg: the message
 * @len: its length
 *
 * Return: @len; as gonet_dgram_sendmsg().
 */
int gonet_raw_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	int err;

	if (!gonet_sock_opt(gs, GONET_SOCK_HDRINCL))
		return gonet_dgram_sendmsg(sock, msg, len);
	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = raw_send_whole(gs, msg, len);
	return err ? err : len;
}

/**
 * gonet_raw_recvmsg() - recvmsg(2) of a raw socket
 * @sock: the socket
 * @msg: where to put the packet, its sender and the control messages
 * @len: room for the packet
 * @flags: as for gonet_dgram_recvmsg()
 *
 * Return: bytes copied; -EOPNOTSUPP for MSG_OOB; as gonet_dgram_recvmsg().
 */
int gonet_raw_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	return flags & MSG_OOB ? -EOPNOTSUPP : gonet_dgram_recvmsg(sock, msg, len, flags);
}

static int raw_optname(const struct gonet_sock *gs, int optname)
{
	if (gs->kind != &gonet_raw_kind || optname != ICMP_FILTER)
		return -ENOPROTOOPT;
	return gs->inet.sk.sk_protocol == IPPROTO_ICMP ? 0 : -EOPNOTSUPP;
}

/**
 * gonet_raw_setsockopt() - setsockopt(2) at level SOL_RAW
 * @gs: the socket
 * @optname: ICMP_FILTER is all there is
 * @optval: a struct icmp_filter, of which less may be given
 * @optlen: its length
 *
 * Return: 0; -ENOPROTOOPT, -EOPNOTSUPP, -EFAULT.
 */
int gonet_raw_setsockopt(struct gonet_sock *gs, int optname, sockptr_t optval,
			 unsigned int optlen)
{
	u32 filter = READ_ONCE(gs->icmp_filter);
	int err = raw_optname(gs, optname);

	if (err)
		return err;
	if (copy_from_sockptr(&filter, optval, min_t(unsigned int, optlen, sizeof(filter))))
		return -EFAULT;
	WRITE_ONCE(gs->icmp_filter, filter);
	return 0;
}

/**
 * gonet_raw_getsockopt() - getsockopt(2) at level SOL_RAW
 * @gs: the socket
 * @optname: ICMP_FILTER is all there is
 * @optval: where to put it
 * @optlen: room for it; set to its length
 *
 * Return: 0; -ENOPROTOOPT, -EOPNOTSUPP, -EINVAL, -EFAULT.
 */
int gonet_raw_getsockopt(struct gonet_sock *gs, int optname, char __user *optval,
			 int __user *optlen)
{
	u32 filter = READ_ONCE(gs->icmp_filter);
	int len, err = raw_optname(gs, optname);

	if (gs->kind != &gonet_raw_kind)
		return -EOPNOTSUPP;
	if (err)
		return err;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min_t(unsigned int, len, sizeof(filter));
	return put_user(len, optlen) || copy_to_user(optval, &filter, len) ? -EFAULT : 0;
}
