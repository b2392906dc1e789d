// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of datagram sockets: bind, connect, disconnect, and their names. What
 * the UDP dealer's table has of a socket is changed here and nowhere else.
 */
#include <linux/in.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/route.h>
#include <uapi/linux/gonet.h>

#include "socket.h"

/**
 * gonet_sock_oif() - the interface that a socket is restricted to
 * @gs: the socket
 *
 * SO_BINDTODEVICE names a native device; meant is the stack's end of its cable.
 *
 * Return: &gonet_iface.index; 0 for any; GONET_IF_NONE when the device is no end of
 * a cable of this stack.
 */
u32 gonet_sock_oif(const struct gonet_sock *gs)
{
	int ifindex = READ_ONCE(gs->inet.sk.sk_bound_dev_if);

	return ifindex ? gonet_if_from_native(gs->stack, ifindex) : 0;
}

static struct gonet_sock_key gonet_sock_key(const struct gonet_sock *gs)
{
	const struct inet_sock *inet = &gs->inet;

	return (struct gonet_sock_key) {
		.laddr = inet->inet_rcv_saddr,
		.raddr = inet->inet_daddr,
		.lport = inet->inet_sport,
		.rport = inet->inet_dport,
		.oif = gonet_sock_oif(gs),
	};
}

/**
 * gonet_sock_bind_port() - give a socket a port
 * @gs: the socket, not bound
 * @port: the port, or 0 for any; a ping socket's identifier, a raw one's protocol
 *
 * Context: process, under lock_sock() or when nobody else has the socket; may sleep.
 *
 * Return: 0; -EADDRINUSE, -ENOMEM, -ENOBUFS.
 */
int gonet_sock_bind_port(struct gonet_sock *gs, __be16 port)
{
	struct gonet_sock_key key = gonet_sock_key(gs);
	int err;

	key.lport = port;
	err = gonet_sock_ask_bind(gs, &key);
	if (err)
		return err;
	WRITE_ONCE(gs->inet.inet_sport, key.lport);
	/* Pairs with dgram_bound(): who sees that there is a port sends from it. */
	smp_store_release(&gs->inet.inet_num, ntohs(key.lport));
	return 0;
}

static void gonet_sock_unbind_port(struct gonet_sock *gs)
{
	gonet_sock_ask_unbind(gs);
	WRITE_ONCE(gs->inet.inet_num, 0);
	WRITE_ONCE(gs->inet.inet_sport, 0);
}

/**
 * gonet_sock_autobind() - give a socket a port if it has none
 * @gs: the socket
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EAGAIN when there is none left; -ENOMEM, -ENOBUFS.
 */
int gonet_sock_autobind(struct gonet_sock *gs)
{
	int err;

	if (gs->inet.inet_num)
		return 0;
	err = gonet_sock_bind_port(gs, 0);
	return err == -EADDRINUSE ? -EAGAIN : err;
}

/**
 * gonet_sock_rehash() - a socket has been restricted to another interface
 * @sk: the socket
 *
 * The core has changed sk_bound_dev_if already and cannot be refused. Without
 * memory for the change the socket receives by the interface that it had.
 *
 * Context: process, under lock_sock(); may sleep.
 */
void gonet_sock_rehash(struct sock *sk)
{
	struct gonet_sock *gs = gonet_sk(sk);
	struct gonet_sock_key key = gonet_sock_key(gs);

	if (!gs->bound)
		return;
	while (gonet_sock_ask_rebind(gs, &key) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
}

static bool gonet_family_ok(const struct sockaddr_in *sin)
{
	return sin->sin_family == AF_INET || sin->sin_family == AF_GONET;
}

/**
 * gonet_bind_may() - whether a socket may be bound to an address
 * @gs: the socket
 * @addr: the address
 *
 * ip(7): own addresses; and groups to receive from, but for ping sockets.
 *
 * Return: true if it may.
 */
bool gonet_bind_may(struct gonet_sock *gs, __be32 addr)
{
	u8 type;

	if (!addr)
		return true;
	rcu_read_lock();
	type = gonet_addr_type(gs->stack, addr);
	rcu_read_unlock();
	switch (type) {
	case RTN_LOCAL:
		return true;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
		return gs->kind != &gonet_ping_kind;
	default:
		return gonet_sock_opt(gs, GONET_SOCK_FREEBIND);
	}
}

static int gonet_bind_check(struct gonet_sock *gs, const struct sockaddr_in *sin)
{
	struct net *net = gs->stack->net;
	u16 port = ntohs(sin->sin_port);

	if (gs->kind->ports && port &&
	    port < READ_ONCE(gs->stack->conf.ip_unprivileged_port_start) &&
	    !ns_capable(net->user_ns, CAP_NET_BIND_SERVICE))
		return -EACCES;
	return gonet_bind_may(gs, sin->sin_addr.s_addr) ? 0 : -EADDRNOTAVAIL;
}

static int gonet_bind_locked(struct gonet_sock *gs, const struct sockaddr_in *sin)
{
	struct inet_sock *inet = &gs->inet;
	struct sock *sk = &inet->sk;
	__be32 addr = sin->sin_addr.s_addr;
	int err = 0;
	u8 type;

	if (sk->sk_state != TCP_CLOSE || inet->inet_num)
		return -EINVAL;
	rcu_read_lock();
	type = gonet_addr_type(gs->stack, addr);
	rcu_read_unlock();
	WRITE_ONCE(inet->inet_rcv_saddr, addr);
	/* A group is no source: the route chooses one. */
	inet->inet_saddr = type == RTN_BROADCAST || type == RTN_MULTICAST ? 0 : addr;
	if (sin->sin_port || !gonet_sock_opt(gs, GONET_SOCK_NO_PORT))
		err = gonet_sock_bind_port(gs, sin->sin_port);
	if (err) {
		WRITE_ONCE(inet->inet_rcv_saddr, 0);
		inet->inet_saddr = 0;
		return err;
	}
	if (addr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (sin->sin_port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	WRITE_ONCE(inet->inet_daddr, 0);
	WRITE_ONCE(inet->inet_dport, 0);
	return 0;
}

/**
 * gonet_bind() - bind(2)
 * @sock: the socket
 * @uaddr: the address, in the kernel's memory
 * @addr_len: its length
 *
 * Return: 0; -EINVAL, -EAFNOSUPPORT, -EADDRNOTAVAIL, -EACCES, -EADDRINUSE, -ENOMEM,
 * -ENOBUFS.
 */
int gonet_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	struct gonet_sock *gs = gonet_sk(sock->sk);
	int err;

	if (addr_len < (int)sizeof(*sin))
		return -EINVAL;
	/* As in AF_INET, AF_UNSPEC will do for the address that is none. */
	if (!gonet_family_ok(sin) &&
	    (sin->sin_family != AF_UNSPEC || sin->sin_addr.s_addr != htonl(INADDR_ANY)))
		return -EAFNOSUPPORT;
	err = gonet_bind_check(gs, sin);
	if (err)
		return err;
	lock_sock(sock->sk);
	err = gonet_bind_locked(gs, sin);
	release_sock(sock->sk);
	return err;
}

/*
 * udp(7): what bind() did not fix is open again; so is, as natively, what
 * SO_BINDTODEVICE did.
 */
static int gonet_disconnect(struct gonet_sock *gs)
{
	struct inet_sock *inet = &gs->inet;
	struct sock *sk = &inet->sk;
	struct gonet_sock_key key = gonet_sock_key(gs);
	int err;

	key.raddr = 0;
	key.rport = 0;
	key.oif = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		key.laddr = 0;
	if (gs->bound && sk->sk_userlocks & SOCK_BINDPORT_LOCK) {
		err = gonet_sock_ask_rebind(gs, &key);
		if (err)
			return err;
	} else if (gs->bound) {
		gonet_sock_unbind_port(gs);
	}
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	WRITE_ONCE(sk->sk_bound_dev_if, 0);
	WRITE_ONCE(inet->inet_daddr, 0);
	WRITE_ONCE(inet->inet_dport, 0);
	WRITE_ONCE(inet->inet_rcv_saddr, key.laddr);
	if (!key.laddr)
		inet->inet_saddr = 0;
	return 0;
}

static int gonet_connect_locked(struct gonet_sock *gs, const struct sockaddr_in *sin)
{
	struct inet_sock *inet = &gs->inet;
	struct gonet_flow flow = {
		.saddr = inet->inet_saddr,
		.daddr = sin->sin_addr.s_addr,
		.oif = gonet_sock_oif(gs),
	};
	struct gonet_sock_key key;
	int err;

	/* First, as natively: the port stays when there is no way. */
	err = gonet_sock_autobind(gs);
	if (!err)
		err = gonet_sock_route(gs, &flow);
	if (err)
		return err;
	key = gonet_sock_key(gs);
	key.laddr = key.laddr ? key.laddr : flow.saddr;
	key.raddr = flow.daddr;
	key.rport = sin->sin_port;
	err = gonet_sock_ask_rebind(gs, &key);
	if (err)
		return err;
	inet->inet_saddr = flow.saddr;
	WRITE_ONCE(inet->inet_rcv_saddr, key.laddr);
	WRITE_ONCE(inet->inet_daddr, flow.daddr);
	WRITE_ONCE(inet->inet_dport, sin->sin_port);
	WRITE_ONCE(inet->sk.sk_state, TCP_ESTABLISHED);
	return 0;
}

/**
 * gonet_connect() - connect(2) of a datagram socket
 * @sock: the socket
 * @uaddr: the peer's address, in the kernel's memory; AF_UNSPEC disconnects
 * @addr_len: its length
 * @flags: of the file; nothing here waits
 *
 * Return: 0; -EINVAL, -EAFNOSUPPORT, -EAGAIN, -EADDRINUSE, -ENOMEM, -ENOBUFS, what
 * gonet_sock_route() says.
 */
int gonet_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len, int flags)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	struct gonet_sock *gs = gonet_sk(sock->sk);
	int err;

	if (addr_len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	lock_sock(sock->sk);
	if (uaddr->sa_family == AF_UNSPEC)
		err = gonet_disconnect(gs);
	else if (addr_len < (int)sizeof(*sin))
		err = -EINVAL;
	else if (!gonet_family_ok(sin))
		err = -EAFNOSUPPORT;
	else
		err = gonet_connect_locked(gs, sin);
	release_sock(sock->sk);
	return err;
}

/**
 * gonet_getname() - getsockname(2) and getpeername(2)
 * @sock: the socket
 * @uaddr: where to put the name
 * @peer: the peer's
 *
 * Return: its length; -ENOTCONN.
 */
int gonet_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	const struct inet_sock *inet = inet_sk(sock->sk);
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;

	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	if (peer) {
		if (!inet->inet_dport || (peer == 1 && (1 << READ_ONCE(sock->sk->sk_state)) &
					  (TCPF_CLOSE | TCPF_SYN_SENT)))
			return -ENOTCONN;
		sin->sin_port = inet->inet_dport;
		sin->sin_addr.s_addr = inet->inet_daddr;
	} else {
		sin->sin_port = inet->inet_sport;
		sin->sin_addr.s_addr = inet->inet_rcv_saddr ?: inet->inet_saddr;
	}
	return sizeof(*sin);
}
