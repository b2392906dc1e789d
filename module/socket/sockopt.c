// SPDX-License-Identifier: GPL-2.0
/*
 * Options at the levels IPPROTO_IP and IPPROTO_UDP (ip(7), udp(7)); raw.c has those of
 * SOL_RAW, streamopt.c those of SOL_TCP, groupopt.c those about multicast groups. What is
 * not listed is refused with ENOPROTOOPT. Those of SOL_SOCKET are the core's, which asks
 * here first where it can (gonet_compat_sol_socket()).
 */
#include <linux/in.h>
#include <linux/net_tstamp.h>
#include <linux/udp.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <uapi/linux/gonet.h>

#include "stream.h"

static bool sockopt_level(const struct gonet_sock *gs, int level)
{
	return level == SOL_IP || (level == SOL_UDP && gs->kind == &gonet_udp_kind);
}

/* The switches by their names. */
static int sockopt_switch(const struct gonet_sock *gs, int level, int optname)
{
	if (level == SOL_UDP) {
		switch (optname) {
		case UDP_CORK:
			return GONET_SOCK_CORK;
		case UDP_GRO:
			return GONET_SOCK_GRO;
		default:
			return -ENOPROTOOPT;
		}
	}
	switch (optname) {
	case IP_PKTINFO:
		return GONET_SOCK_PKTINFO;
	case IP_RECVTTL:
		return GONET_SOCK_RECVTTL;
	case IP_RECVTOS:
		return GONET_SOCK_RECVTOS;
	case IP_RECVORIGDSTADDR:
		return GONET_SOCK_RECVORIGDST;
	case IP_RECVERR:
		return GONET_SOCK_RECVERR;
	case IP_FREEBIND:
		return GONET_SOCK_FREEBIND;
	case IP_HDRINCL:
		return gs->kind == &gonet_raw_kind ? GONET_SOCK_HDRINCL : -ENOPROTOOPT;
	case IP_MULTICAST_LOOP:
		return GONET_SOCK_MULTICAST_LOOP;
	case IP_MULTICAST_ALL:
		return GONET_SOCK_MULTICAST_ALL;
	case IP_BIND_ADDRESS_NO_PORT:
		return GONET_SOCK_NO_PORT;
	default:
		return -ENOPROTOOPT;
	}
}

static int sockopt_set_switch(struct gonet_sock *gs, int which, int value)
{
	if (which == GONET_SOCK_MULTICAST_ALL && value != 0 && value != 1)
		return -EINVAL;
	if (value)
		set_bit(which, &gs->opts);
	else
		clear_bit(which, &gs->opts);
	if (which == GONET_SOCK_RECVERR && !value)
		skb_queue_purge(&gs->inet.sk.sk_error_queue);
	if (which == GONET_SOCK_CORK && !value)
		return gonet_dgram_push_pending(gs);
	return 0;
}

static int sockopt_set_value(struct gonet_sock *gs, int optname, int value)
{
	struct inet_sock *inet = &gs->inet;

	switch (optname) {
	case IP_TOS:
		/* The bits of ECN are TCP's own (RFC 3168). */
		if (gs->kind == &gonet_tcp_kind)
			value = (value & ~INET_ECN_MASK) | (inet->tos & INET_ECN_MASK);
		WRITE_ONCE(inet->tos, value);
		WRITE_ONCE(inet->sk.sk_priority, rt_tos2priority(value));
		return 0;
	case IP_TTL:
		if (value != -1 && (value < 1 || value > 255))
			return -EINVAL;
		WRITE_ONCE(inet->uc_ttl, value);
		return 0;
	case IP_MULTICAST_TTL:
		if (gs->kind == &gonet_tcp_kind)
			return -EINVAL;
		if (value == -1)
			value = 1;
		if (value < 0 || value > 255)
			return -EINVAL;
		WRITE_ONCE(inet->mc_ttl, value);
		return 0;
	case IP_MTU_DISCOVER:
		if (value < IP_PMTUDISC_DONT || value > IP_PMTUDISC_OMIT)
			return -EINVAL;
		WRITE_ONCE(inet->pmtudisc, value);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int sockopt_set_udp(struct gonet_sock *gs, int optname, int value)
{
	if (optname != UDP_SEGMENT)
		return -ENOPROTOOPT;
	if (value < 0 || value > USHRT_MAX)
		return -EINVAL;
	WRITE_ONCE(gs->segment, value);
	return 0;
}

/* Those of SOL_IP with a value, which sockopt_set_value() sets if it is the socket's. */
static bool sockopt_has_value(int optname)
{
	return optname == IP_TOS || optname == IP_TTL || optname == IP_MULTICAST_TTL ||
	       optname == IP_MTU_DISCOVER || optname == IP_HDRINCL;
}

/* Those for which, as natively, no value at all is not 0. */
static bool sockopt_needs_value(int optname)
{
	return optname == IP_FREEBIND || optname == IP_MULTICAST_TTL ||
	       optname == IP_MULTICAST_LOOP || optname == IP_MULTICAST_ALL;
}

/* A number may be an int or, as in BSD, a byte; nothing at all is 0. */
static int sockopt_number(sockptr_t optval, unsigned int optlen, int *value)
{
	u8 byte;

	if (optlen >= sizeof(*value))
		return copy_from_sockptr(value, optval, sizeof(*value)) ? -EFAULT : 0;
	*value = 0;
	if (!optlen)
		return 0;
	if (copy_from_sockptr(&byte, optval, sizeof(byte)))
		return -EFAULT;
	*value = byte;
	return 0;
}

/*
 * SO_REUSEPORT, and GONET_REUSEPORT where the core does not let that come here. It has
 * it for its own families only, since they spread packets over the sockets; the UDP
 * dealer does that here.
 */
static int sockopt_reuseport(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	int value;

	if (optlen < sizeof(value))
		return -EINVAL;
	if (copy_from_sockptr(&value, optval, sizeof(value)))
		return -EFAULT;
	lock_sock(sk);
	sk->sk_reuseport = !!value;
	release_sock(sk);
	return 0;
}

/* The times at which a stream is sent are not told, so nobody may ask for them. */
static int sockopt_timestamping(struct socket *sock, int optname, sockptr_t optval,
				unsigned int optlen)
{
	int flags = 0;

	if (optlen >= sizeof(flags) && copy_from_sockptr(&flags, optval, sizeof(flags)))
		return -EFAULT;
	if (gonet_sk(sock->sk)->kind == &gonet_tcp_kind &&
	    flags & SOF_TIMESTAMPING_TX_RECORD_MASK)
		return -EOPNOTSUPP;
	return sock_setsockopt(sock, SOL_SOCKET, optname, optval, optlen);
}

/* SOL_SOCKET (socket(7)). What the core would take, and nothing here heed, is refused. */
static int sockopt_socket(struct socket *sock, int optname, sockptr_t optval,
			  unsigned int optlen)
{
	switch (optname) {
	case SO_REUSEPORT:
		return sockopt_reuseport(sock->sk, optval, optlen);
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
		return sockopt_timestamping(sock, optname, optval, optlen);
	case SO_MARK:
	case SO_TXTIME:
	case SO_MAX_PACING_RATE:
	case SO_BUSY_POLL:
	case SO_PREFER_BUSY_POLL:
	case SO_BUSY_POLL_BUDGET:
	case SO_ATTACH_REUSEPORT_CBPF:
	case SO_ATTACH_REUSEPORT_EBPF:
	case SO_DETACH_REUSEPORT_BPF:
		return -EOPNOTSUPP;
	default:
		return sock_setsockopt(sock, SOL_SOCKET, optname, optval, optlen);
	}
}

/**
 * gonet_setsockopt() - setsockopt(2)
 * @sock: the socket
 * @level: SOL_SOCKET, SOL_IP, SOL_UDP, SOL_TCP, SOL_RAW or SOL_GONET
 * @optname: the option
 * @optval: its value
 * @optlen: the value's length
 *
 * Return: 0; -ENOPROTOOPT, -EOPNOTSUPP, -EINVAL, -EFAULT; what the core says, and of
 * groups what gonet_group_setsockopt() does.
 */
int gonet_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		     unsigned int optlen)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	int value, which, err;

	if (level == SOL_SOCKET)
		return sockopt_socket(sock, optname, optval, optlen);
	if (level == SOL_RAW)
		return gonet_raw_setsockopt(gs, optname, optval, optlen);
	if (level == SOL_TCP && gs->kind == &gonet_tcp_kind)
		return gonet_stream_setsockopt(gonet_stream(sock->sk), optname, optval, optlen);
	if (level == SOL_GONET && optname == GONET_REUSEPORT)
		return sockopt_reuseport(sock->sk, optval, optlen);
	if (!sockopt_level(gs, level))
		return -ENOPROTOOPT;
	if (level == SOL_UDP && optlen < sizeof(int))
		return -EINVAL;
	if (level == SOL_IP && gonet_group_option(optname)) {
		lock_sock(sock->sk);
		err = gonet_group_setsockopt(gs, optname, optval, optlen);
		release_sock(sock->sk);
		return err;
	}
	which = sockopt_switch(gs, level, optname);
	if (level == SOL_IP && which < 0 && !sockopt_has_value(optname))
		return -ENOPROTOOPT;
	if (level == SOL_IP && !optlen && sockopt_needs_value(optname))
		return -EINVAL;
	err = sockopt_number(optval, optlen, &value);
	if (err)
		return err;
	lock_sock(sock->sk);
	if (which >= 0)
		err = sockopt_set_switch(gs, which, value);
	else
		err = level == SOL_IP ? sockopt_set_value(gs, optname, value) :
					sockopt_set_udp(gs, optname, value);
	release_sock(sock->sk);
	return err;
}

static bool sockopt_connected(const struct gonet_sock *gs)
{
	u8 state = READ_ONCE(gs->inet.sk.sk_state);

	if (gs->kind != &gonet_tcp_kind)
		return state == TCP_ESTABLISHED;
	return state != TCP_CLOSE && state != TCP_LISTEN;
}

/* ip(7): the MTU of the way to the peer. */
static int sockopt_get_mtu(struct gonet_sock *gs)
{
	struct gonet_flow flow = {
		.saddr = gs->inet.inet_saddr,
		.daddr = gs->inet.inet_daddr,
		.oif = gonet_sock_oif(gs),
	};

	if (!sockopt_connected(gs) || gonet_sock_route(gs, &flow))
		return -ENOTCONN;
	return flow.mtu;
}

static int sockopt_get_value(struct gonet_sock *gs, int optname, int *value)
{
	const struct inet_sock *inet = &gs->inet;

	switch (optname) {
	case IP_TOS:
		*value = inet->tos;
		return 0;
	case IP_TTL:
		*value = inet->uc_ttl == -1 ? READ_ONCE(gs->stack->conf.ip_default_ttl) :
					      inet->uc_ttl;
		return 0;
	case IP_MULTICAST_TTL:
		*value = inet->mc_ttl;
		return 0;
	case IP_MTU_DISCOVER:
		*value = inet->pmtudisc;
		return 0;
	case IP_MTU:
		*value = sockopt_get_mtu(gs);
		return *value < 0 ? *value : 0;
	case IP_HDRINCL:
		*value = 0;	/* of what is no raw socket */
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int sockopt_get_udp(struct gonet_sock *gs, int optname, int *value)
{
	if (optname != UDP_SEGMENT)
		return -ENOPROTOOPT;
	*value = gs->segment;
	return 0;
}

/* As the native stack: a byte is enough for who asks for less than an int. */
static int sockopt_put(int level, int value, char __user *optval, int __user *optlen, int len)
{
	unsigned char byte = value;

	if (level == SOL_IP && len > 0 && len < (int)sizeof(int) && value >= 0 && value <= 255) {
		len = 1;
		return put_user(len, optlen) || copy_to_user(optval, &byte, 1) ? -EFAULT : 0;
	}
	len = min_t(unsigned int, sizeof(int), len);
	return put_user(len, optlen) || copy_to_user(optval, &value, len) ? -EFAULT : 0;
}

/**
 * gonet_getsockopt() - getsockopt(2) but for SOL_SOCKET, which tells of SOL_GONET's too
 * @sock: the socket
 * @level: SOL_IP, SOL_UDP, SOL_TCP or SOL_RAW
 * @optname: the option
 * @optval: where to put its value
 * @optlen: room for it; set to its length
 *
 * Return: 0; -ENOPROTOOPT, -EINVAL, -EFAULT; as natively, -EOPNOTSUPP for a level that
 * is none; -ENOTCONN for IP_MTU; of groups what
 * gonet_group_getsockopt() says.
 */
int gonet_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		     int __user *optlen)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	int len, which, value, err = 0;

	if (level == SOL_RAW)
		return gonet_raw_getsockopt(gs, optname, optval, optlen);
	if (level == SOL_TCP && gs->kind == &gonet_tcp_kind)
		return gonet_stream_getsockopt(gonet_stream(sock->sk), optname, optval, optlen);
	if (!sockopt_level(gs, level))
		return -EOPNOTSUPP;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (level == SOL_IP && gonet_group_option(optname)) {
		lock_sock(sock->sk);
		err = gonet_group_getsockopt(gs, optname, optval, optlen, len);
		release_sock(sock->sk);
		return err;
	}
	if (level == SOL_IP && optname == IP_PKTOPTIONS && gs->kind == &gonet_tcp_kind) {
		lock_sock(sock->sk);
		err = gonet_cmsg_get_options(gs, optval, optlen, len);
		release_sock(sock->sk);
		return err;
	}
	which = sockopt_switch(gs, level, optname);
	lock_sock(sock->sk);
	if (which >= 0)
		value = gonet_sock_opt(gs, which);
	else
		err = level == SOL_IP ? sockopt_get_value(gs, optname, &value) :
					sockopt_get_udp(gs, optname, &value);
	release_sock(sock->sk);
	return err ? err : sockopt_put(level, value, optval, optlen, len);
}
