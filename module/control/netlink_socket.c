// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about sockets. A dump notes the newest socket when it begins and goes
 * through them by number up to that one, so each that is there all the time is listed
 * exactly once, whatever is opened and closed meanwhile (socket/table.c). It leaves
 * its RCU read section after every few sockets, also when it wants none of them.
 */
#include <linux/build_bug.h>
#include <linux/inetdevice.h>
#include <linux/sched/signal.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/sock.h>
#include <gonet/tcp.h>

#include "../compat/compat.h"
#include "netlink.h"

#define GONET_NL_SOCKETS	64	/* looked at in one RCU read section, most */

static_assert((int)GONET_SOCKET_STATE_ESTABLISHED == (int)TCP_ESTABLISHED);
static_assert((int)GONET_SOCKET_STATE_CLOSE == (int)TCP_CLOSE);
static_assert((int)GONET_SOCKET_STATE_LISTEN == (int)TCP_LISTEN);
static_assert((int)GONET_SOCKET_STATE_CLOSING == (int)TCP_CLOSING);

static_assert(BIT(GONET_SOCK_PKTINFO) == GONET_SOCKET_OPT_PKTINFO);
static_assert(BIT(GONET_SOCK_RECVTTL) == GONET_SOCKET_OPT_RECVTTL);
static_assert(BIT(GONET_SOCK_RECVTOS) == GONET_SOCKET_OPT_RECVTOS);
static_assert(BIT(GONET_SOCK_RECVORIGDST) == GONET_SOCKET_OPT_RECVORIGDST);
static_assert(BIT(GONET_SOCK_RECVERR) == GONET_SOCKET_OPT_RECVERR);
static_assert(BIT(GONET_SOCK_FREEBIND) == GONET_SOCKET_OPT_FREEBIND);
static_assert(BIT(GONET_SOCK_NO_PORT) == GONET_SOCKET_OPT_NO_PORT);
static_assert(BIT(GONET_SOCK_CORK) == GONET_SOCKET_OPT_CORK);
static_assert(BIT(GONET_SOCK_HDRINCL) == GONET_SOCKET_OPT_HDRINCL);
static_assert(BIT(GONET_SOCK_MULTICAST_LOOP) == GONET_SOCKET_OPT_NO_MULTICAST_LOOP);
static_assert(BIT(GONET_SOCK_MULTICAST_ALL) == GONET_SOCKET_OPT_NO_MULTICAST_ALL);
static_assert(BIT(GONET_SOCK_GRO) == GONET_SOCKET_OPT_GRO);

/* On in a new socket: what is worth telling of these is that they are off. */
#define SOCKET_OPTS_NEW	(BIT(GONET_SOCK_MULTICAST_LOOP) | BIT(GONET_SOCK_MULTICAST_ALL))

/**
 * struct gonet_nl_socket - a socket and who asks for it
 * @stack: whose it is
 * @number: its number
 * @user_ns: the requester's
 * @info: what its processes say of a TCP socket that is asked for alone, or NULL
 */
struct gonet_nl_socket {
	struct gonet_stack *stack;
	unsigned long number;
	struct user_namespace *user_ns;
	const struct tcp_info *info;
};

/**
 * struct gonet_nl_sockets - which sockets a dump's request is about
 * @kinds: bits of &enum gonet_socket_kind
 * @states: bits of &enum gonet_socket_state
 * @protocol: IPPROTO_*, or -1 for any
 * @lport: own port, or -1 for any
 * @rport: the peer's, or -1 for any
 * @laddr: own address, of which
 * @lmask: these bits count
 * @raddr: the peer's address, of which
 * @rmask: these bits count
 */
struct gonet_nl_sockets {
	u32 kinds;
	u32 states;
	int protocol;
	int lport;
	int rport;
	__be32 laddr;
	__be32 lmask;
	__be32 raddr;
	__be32 rmask;
};

static enum gonet_socket_kind gonet_nl_socket_kind(const struct sock *sk)
{
	if (sk->sk_type == SOCK_RAW)
		return GONET_SOCKET_KIND_RAW;
	if (sk->sk_type == SOCK_STREAM)
		return GONET_SOCKET_KIND_TCP;
	return sk->sk_protocol == IPPROTO_ICMP ? GONET_SOCKET_KIND_PING :
						 GONET_SOCKET_KIND_UDP;
}

/* The core is not told that a stream is TCP's; see socket/stream.c. */
static u8 gonet_nl_socket_protocol(const struct sock *sk)
{
	return sk->sk_type == SOCK_STREAM ? IPPROTO_TCP : sk->sk_protocol;
}

static u32 gonet_nl_socket_flags(const struct sock *sk)
{
	unsigned int shut = READ_ONCE(sk->sk_shutdown);

	return (sk->sk_reuse ? GONET_SOCKET_FLAG_REUSEADDR : 0) |
	       (sk->sk_reuseport ? GONET_SOCKET_FLAG_REUSEPORT : 0) |
	       (sock_flag(sk, SOCK_BROADCAST) ? GONET_SOCKET_FLAG_BROADCAST : 0) |
	       (sock_flag(sk, SOCK_LOCALROUTE) ? GONET_SOCKET_FLAG_DONTROUTE : 0) |
	       (sk->sk_no_check_tx ? GONET_SOCKET_FLAG_NO_CHECK : 0) |
	       (sock_flag(sk, SOCK_RCVTSTAMP) ? GONET_SOCKET_FLAG_TIMESTAMP : 0) |
	       (shut & RCV_SHUTDOWN ? GONET_SOCKET_FLAG_SHUT_RD : 0) |
	       (shut & SEND_SHUTDOWN ? GONET_SOCKET_FLAG_SHUT_WR : 0);
}

/* Addresses may change meanwhile; as natively, nobody is kept from that for a listing. */
static int gonet_nl_socket_put_names(struct sk_buff *skb, const struct gonet_sock *gs)
{
	const struct inet_sock *inet = &gs->inet;
	__be32 laddr = READ_ONCE(inet->inet_rcv_saddr);
	__be32 raddr = READ_ONCE(inet->inet_daddr);
	int bound = READ_ONCE(inet->sk.sk_bound_dev_if);
	u32 oif;

	if (nla_put_u8(skb, GONET_A_SOCKET_FAMILY, AF_INET) ||
	    nla_put(skb, GONET_A_SOCKET_LOCAL, sizeof(laddr), &laddr) ||
	    nla_put_u16(skb, GONET_A_SOCKET_LOCAL_PORT, ntohs(READ_ONCE(inet->inet_sport))) ||
	    nla_put(skb, GONET_A_SOCKET_REMOTE, sizeof(raddr), &raddr) ||
	    nla_put_u16(skb, GONET_A_SOCKET_REMOTE_PORT, ntohs(READ_ONCE(inet->inet_dport))))
		return -EMSGSIZE;
	if (!bound)
		return 0;
	oif = gonet_sock_oif(gs);
	if (nla_put_u32(skb, GONET_A_SOCKET_IFINDEX, oif == GONET_IF_NONE ? 0 : oif) ||
	    nla_put_u32(skb, GONET_A_SOCKET_PEER_IFINDEX, bound))
		return -EMSGSIZE;
	return 0;
}

/* As ss has it: of a listener, connections that await accept(), and how many may. */
static int gonet_nl_socket_put_queues(struct sk_buff *skb, struct sock *sk)
{
	u32 recv = sk_rmem_alloc_get(sk), send = sk_wmem_alloc_get(sk);
	const struct gonet_stream *gt;

	if (sk->sk_type == SOCK_STREAM) {
		gt = gonet_stream(sk);
		recv = gonet_tcp_readable(gt);
		send = READ_ONCE(gt->written) - READ_ONCE(gt->acked);
		if (READ_ONCE(sk->sk_state) == TCP_LISTEN) {
			recv = atomic_read(&gt->n_accept);
			send = READ_ONCE(gt->backlog);
		}
	}
	return nla_put_u32(skb, GONET_A_SOCKET_RECV_QUEUE, recv) ||
	       nla_put_u32(skb, GONET_A_SOCKET_SEND_QUEUE, send) ? -EMSGSIZE : 0;
}

/* A process may have ended, but its memory is there. Under RCU. */
static int gonet_nl_socket_put_proc(struct sk_buff *skb, int attr, int name_attr,
				    const struct csp_proc *proc)
{
	if (proc && (nla_put_u32(skb, attr, proc->id) ||
		     nla_put_string(skb, name_attr, proc->name)))
		return -EMSGSIZE;
	return 0;
}

/* Under RCU. */
static int gonet_nl_socket_put_procs(struct sk_buff *skb, struct gonet_sock *gs)
{
	struct sock *sk = &gs->inet.sk;

	if (sk->sk_type == SOCK_STREAM &&
	    gonet_nl_socket_put_proc(skb, GONET_A_SOCKET_SENDER, GONET_A_SOCKET_SENDER_NAME,
				     rcu_dereference(gonet_stream(sk)->send)))
		return -EMSGSIZE;
	return gonet_nl_socket_put_proc(skb, GONET_A_SOCKET_READER, GONET_A_SOCKET_READER_NAME,
					rcu_dereference(gs->reader));
}

static int gonet_nl_socket_put_tcp(struct sk_buff *skb, struct sock *sk,
				   const struct tcp_info *info)
{
	const struct tcp_cc_ops *cc;

	if (sk->sk_type != SOCK_STREAM)
		return 0;
	if (info && nla_put(skb, GONET_A_SOCKET_TCP_INFO, sizeof(*info), info))
		return -EMSGSIZE;
	cc = READ_ONCE(gonet_stream(sk)->o.cc);
	return nla_put_string(skb, GONET_A_SOCKET_TCP_CC, gonet_tcp_cc_name(cc));
}

/* Under RCU. */
static int gonet_nl_socket_put(const struct gonet_nl_msg *msg, struct gonet_sock *gs,
			       const struct gonet_nl_socket *s)
{
	struct sock *sk = &gs->inet.sk;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, GONET_A_SOCKET_ID, s->number, GONET_A_SOCKET_PAD) ||
	    nla_put_u8(skb, GONET_A_SOCKET_KIND, gonet_nl_socket_kind(sk)) ||
	    nla_put_u8(skb, GONET_A_SOCKET_PROTOCOL, gonet_nl_socket_protocol(sk)) ||
	    nla_put_u8(skb, GONET_A_SOCKET_STATE, READ_ONCE(sk->sk_state)) ||
	    gonet_nl_socket_put_names(skb, gs) ||
	    gonet_nl_socket_put_queues(skb, sk) ||
	    nla_put_u32(skb, GONET_A_SOCKET_UID,
			from_kuid_munged(s->user_ns, READ_ONCE(sk->sk_uid))) ||
	    nla_put_u64_64bit(skb, GONET_A_SOCKET_INODE, sock_i_ino(sk), GONET_A_SOCKET_PAD) ||
	    sock_diag_put_meminfo(sk, skb, GONET_A_SOCKET_MEMINFO) ||
	    nla_put_u32(skb, GONET_A_SOCKET_OPTS, READ_ONCE(gs->opts) ^ SOCKET_OPTS_NEW) ||
	    nla_put_u32(skb, GONET_A_SOCKET_FLAGS, gonet_nl_socket_flags(sk)) ||
	    gonet_nl_socket_put_tcp(skb, sk, s->info) ||
	    gonet_nl_socket_put_procs(skb, gs)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Return: as gonet_nl_fill_t; -ENOENT when there is no such socket. */
static int gonet_nl_socket_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_socket *s = object;
	unsigned long before = s->number - 1;
	struct gonet_sock *gs;
	int err = -ENOENT;

	rcu_read_lock();
	gs = gonet_sock_next(s->stack, &before, s->number);
	if (gs)
		err = gonet_nl_socket_put(msg, gs, s);
	rcu_read_unlock();
	return err;
}

/* Return: true with @info set if it is a TCP socket. */
static bool gonet_nl_socket_info(const struct gonet_nl_socket *s, struct tcp_info *info)
{
	unsigned long before = s->number - 1;
	struct gonet_sock *gs;
	struct sock *sk;
	bool found;

	rcu_read_lock();
	gs = gonet_sock_next(s->stack, &before, s->number);
	sk = gs ? &gs->inet.sk : NULL;
	found = sk && sk->sk_type == SOCK_STREAM && refcount_inc_not_zero(&sk->sk_refcnt);
	rcu_read_unlock();
	if (!found)
		return false;
	memset(info, 0, sizeof(*info));
	lock_sock(sk);
	gonet_tcp_info(gonet_stream(sk), info);
	release_sock(sk);
	sock_put(sk);
	return true;
}

int gonet_nl_socket_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_nl_socket s = {
		.stack = gonet_nl_stack(info),
		.user_ns = sk_user_ns(NETLINK_CB(skb).sk),
	};
	struct tcp_info tcp_info;
	int err, attr;

	if (IS_ERR(s.stack))
		return PTR_ERR(s.stack);
	if (gonet_nl_missing(info, GONET_A_SOCKET_ID, "Number of the socket missing"))
		return -EINVAL;
	for (attr = GONET_A_SOCKET_ID + 1; attr <= GONET_A_SOCKET_STATES; attr++) {
		if (!info->attrs[attr])
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "Only a dump can be told what to select");
		return -EINVAL;
	}
	s.number = nla_get_u64(info->attrs[GONET_A_SOCKET_ID]);
	if (gonet_nl_socket_info(&s, &tcp_info))
		s.info = &tcp_info;
	err = gonet_nl_reply(info, GONET_CMD_SOCKET_GET, gonet_nl_socket_fill, &s);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[GONET_A_SOCKET_ID],
				    "No such socket");
	return err;
}

/* An address with the length of its prefix, one that is not given being the whole. */
static int gonet_nl_socket_prefix(struct genl_info *info, int attr, int len_attr,
				  __be32 *addr, __be32 *mask)
{
	u8 plen = 32;
	int err;

	if (!info->attrs[attr]) {
		if (!info->attrs[len_attr])
			return 0;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[len_attr],
				    "Length of a prefix without an address");
		return -EINVAL;
	}
	err = gonet_nl_family_attr(info, GONET_A_SOCKET_FAMILY);
	if (err < 0)
		return err;
	err = gonet_nl_ipv4(info, attr, addr);
	if (!err)
		err = gonet_nl_plen(info, len_attr, &plen);
	*mask = inet_make_mask(plen);
	return err;
}

static int gonet_nl_sockets_parse(struct genl_info *info, struct gonet_nl_sockets *want)
{
	struct nlattr **attrs = info->attrs;
	int err;

	*want = (struct gonet_nl_sockets) {
		.kinds = ~0, .states = ~0, .protocol = -1, .lport = -1, .rport = -1,
	};
	if (attrs[GONET_A_SOCKET_ID]) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[GONET_A_SOCKET_ID],
				    "A dump is not of one socket");
		return -EINVAL;
	}
	if (attrs[GONET_A_SOCKET_FAMILY]) {
		err = gonet_nl_family_attr(info, GONET_A_SOCKET_FAMILY);
		if (err < 0)
			return err;
	}
	if (attrs[GONET_A_SOCKET_KINDS])
		want->kinds = nla_get_u32(attrs[GONET_A_SOCKET_KINDS]);
	if (attrs[GONET_A_SOCKET_STATES])
		want->states = nla_get_u32(attrs[GONET_A_SOCKET_STATES]);
	if (attrs[GONET_A_SOCKET_PROTOCOL])
		want->protocol = nla_get_u8(attrs[GONET_A_SOCKET_PROTOCOL]);
	if (attrs[GONET_A_SOCKET_LOCAL_PORT])
		want->lport = nla_get_u16(attrs[GONET_A_SOCKET_LOCAL_PORT]);
	if (attrs[GONET_A_SOCKET_REMOTE_PORT])
		want->rport = nla_get_u16(attrs[GONET_A_SOCKET_REMOTE_PORT]);
	err = gonet_nl_socket_prefix(info, GONET_A_SOCKET_LOCAL, GONET_A_SOCKET_LOCAL_LEN,
				     &want->laddr, &want->lmask);
	if (!err)
		err = gonet_nl_socket_prefix(info, GONET_A_SOCKET_REMOTE,
					     GONET_A_SOCKET_REMOTE_LEN,
					     &want->raddr, &want->rmask);
	return err;
}

static bool gonet_nl_socket_wanted(const struct gonet_nl_sockets *want,
				   const struct gonet_sock *gs)
{
	const struct inet_sock *inet = &gs->inet;

	return (want->kinds & BIT(gonet_nl_socket_kind(&inet->sk))) &&
	       (want->states & BIT(READ_ONCE(inet->sk.sk_state))) &&
	       (want->protocol < 0 ||
		want->protocol == gonet_nl_socket_protocol(&inet->sk)) &&
	       (want->lport < 0 || want->lport == ntohs(READ_ONCE(inet->inet_sport))) &&
	       (want->rport < 0 || want->rport == ntohs(READ_ONCE(inet->inet_dport))) &&
	       !((READ_ONCE(inet->inet_rcv_saddr) ^ want->laddr) & want->lmask) &&
	       !((READ_ONCE(inet->inet_daddr) ^ want->raddr) & want->rmask);
}

/*
 * Writes those of the next few sockets that are wanted. Return: 0 when there may be
 * more; -ENOENT when there are not; -EMSGSIZE when there is no room for the next.
 */
static int gonet_nl_sockets_some(const struct gonet_nl_msg *msg, struct gonet_nl_socket *s,
				 const struct gonet_nl_sockets *want, unsigned long newest)
{
	unsigned long before = s->number;
	struct gonet_sock *gs;
	int i, err = 0;

	rcu_read_lock();
	for (i = 0; !err && i < GONET_NL_SOCKETS; i++) {
		before = s->number;
		gs = gonet_sock_next(s->stack, &s->number, newest);
		if (!gs)
			err = -ENOENT;
		else if (gonet_nl_socket_wanted(want, gs))
			err = gonet_nl_socket_put(msg, gs, s);
	}
	rcu_read_unlock();
	if (err)
		s->number = before;
	return err;
}

/*
 * Kept between the rounds: the number of the last socket that is done with, and of the
 * newest when the dump began.
 */
int gonet_nl_socket_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct genl_info info = gonet_compat_dump_info(cb);
	struct gonet_nl_socket s = {
		.number = cb->args[0],
		.user_ns = sk_user_ns(NETLINK_CB(cb->skb).sk),
	};
	struct gonet_nl_sockets want;
	struct gonet_nl_msg msg;
	int err;

	err = gonet_nl_sockets_parse(&info, &want);
	if (err)
		return err;
	gonet_nl_dump_select(&msg, skb, cb, GONET_CMD_SOCKET_GET, &s.stack);
	if (!s.stack)
		return 0;
	if (!cb->args[1])
		cb->args[1] = gonet_sock_newest(s.stack);
	do {
		err = gonet_nl_sockets_some(&msg, &s, &want, cb->args[1]);
		cb->args[0] = s.number;
		cond_resched();
	} while (!err && !fatal_signal_pending(current));
	return skb->len;
}
