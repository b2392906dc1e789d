// SPDX-License-Identifier: GPL-2.0
/* How stream sockets get a peer: connect(2), listen(2) and accept(2). */
#include <linux/in.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include <gonet/route.h>
#include <uapi/linux/gonet.h>

#include "stream.h"

#define STREAM_OPENING	(TCPF_SYN_SENT | TCPF_SYN_RECV)

/* MUST-46, MUST-57: connections have one host at each end. */
static int stream_check_peer(struct gonet_stack *stack, __be32 addr)
{
	u8 type;

	rcu_read_lock();
	type = gonet_addr_type(stack, addr);
	rcu_read_unlock();
	return type == RTN_BROADCAST || type == RTN_MULTICAST ? -ENETUNREACH : 0;
}

static int stream_route(struct gonet_sock *gs, struct gonet_flow *flow)
{
	int err;

	gonet_mtu_discover(gs, flow);
	err = gonet_sock_route(gs, flow);
	/* A broadcast address is none to connect to, whatever SO_BROADCAST says. */
	if (err)
		return err == -EACCES ? -ENETUNREACH : err;
	return stream_check_peer(gs->stack, flow->daddr);
}

/* Sends the SYN; the connection's addresses are the socket's from here on. */
static int stream_begin(struct gonet_stream *gt, const struct sockaddr_in *sin,
			struct gonet_stream_data *data)
{
	struct inet_sock *inet = &gt->gs.inet;
	__be32 saddr = inet->inet_saddr, rcv_saddr = inet->inet_rcv_saddr;
	struct gonet_flow flow = {
		.saddr = saddr,
		.daddr = sin->sin_addr.s_addr,
		.sport = inet->inet_num ? inet->inet_sport : 0,
		.dport = sin->sin_port,
		.oif = gonet_sock_oif(&gt->gs),
		.tos = inet->tos,
	};
	int err;

	err = stream_route(&gt->gs, &flow);
	if (err)
		return err;
	inet->inet_saddr = flow.saddr;
	WRITE_ONCE(inet->inet_rcv_saddr, flow.saddr);
	WRITE_ONCE(inet->inet_daddr, flow.daddr);
	WRITE_ONCE(inet->inet_dport, flow.dport);
	err = gonet_stream_fast_connect(gt, &flow, data);
	if (err) {
		inet->inet_saddr = saddr;
		WRITE_ONCE(inet->inet_rcv_saddr, rcv_saddr);
		WRITE_ONCE(inet->inet_daddr, 0);
		WRITE_ONCE(inet->inet_dport, 0);
	}
	return err;
}

static int stream_connect_new(struct gonet_stream *gt, struct sockaddr_unsized *uaddr, int len,
			      struct gonet_stream_data *data)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;

	if (READ_ONCE(gt->gs.inet.sk.sk_state) != TCP_CLOSE)
		return -EISCONN;
	if (len < (int)sizeof(*sin))
		return -EINVAL;
	if (sin->sin_family != AF_INET && sin->sin_family != AF_GONET)
		return -EAFNOSUPPORT;
	return stream_begin(gt, sin, data);
}

static bool stream_opening(const struct sock *sk)
{
	return (1 << READ_ONCE(sk->sk_state)) & STREAM_OPENING;
}

/* Waits until the handshake has ended either way. Return: what is left of @timeo. */
static long stream_wait_connect(struct sock *sk, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(sk_sleep(sk), &wait);
	sk->sk_write_pending++;
	while (timeo && stream_opening(sk) && !signal_pending(current))
		if (sk_wait_event(sk, &timeo, !stream_opening(sk), &wait) < 0)
			break;
	sk->sk_write_pending--;
	remove_wait_queue(sk_sleep(sk), &wait);
	return timeo;
}

/**
 * gonet_stream_opened() - what became of a connection that was begun
 * @sock: the socket
 * @err: what to say of one that is still under way
 * @timeo: how long to wait for it
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; @err, -EINTR; what the connection ended with.
 */
int gonet_stream_opened(struct socket *sock, int err, long timeo)
{
	struct sock *sk = sock->sk;

	if (stream_opening(sk)) {
		if (!timeo)
			return err;
		timeo = stream_wait_connect(sk, timeo);
		if (signal_pending(current) && timeo)
			return sock_intr_errno(timeo);
		if (stream_opening(sk))
			return err;
	}
	if (READ_ONCE(sk->sk_state) != TCP_CLOSE) {
		sock->state = SS_CONNECTED;
		return 0;
	}
	err = sock_error(sk);
	sock->state = SS_UNCONNECTED;
	gonet_stream_disconnect(gonet_stream(sk));
	return err ? err : -ECONNABORTED;
}

/**
 * gonet_stream_open() - connect(2), and what sendmsg(2) does of it with MSG_FASTOPEN
 * @sock: the socket
 * @uaddr: the peer's address
 * @len: its length
 * @timeo: how long to wait
 * @data: what to open it with
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: as gonet_stream_connect().
 */
int gonet_stream_open(struct socket *sock, struct sockaddr_unsized *uaddr, int len, long timeo,
		      struct gonet_stream_data *data)
{
	struct gonet_stream *gt = gonet_stream(sock->sk);
	int err;

	switch (sock->state) {
	case SS_CONNECTED:
		return -EISCONN;
	case SS_CONNECTING:
		if (gt->deferred)
			return -EISCONN;
		return gonet_stream_opened(sock, -EALREADY, timeo);
	case SS_UNCONNECTED:
		err = stream_connect_new(gt, uaddr, len, data);
		if (err)
			return err;
		sock->state = SS_CONNECTING;
		if (gt->deferred)
			return 0;
		/* Even if the peer has answered already: natively, nobody looks so soon. */
		return timeo ? gonet_stream_opened(sock, -EINPROGRESS, timeo) : -EINPROGRESS;
	default:
		return -EINVAL;
	}
}

/**
 * gonet_stream_connect() - connect(2)
 * @sock: the socket
 * @uaddr: the peer's address, in the kernel's memory; AF_UNSPEC disconnects
 * @addr_len: its length
 * @flags: of the file: O_NONBLOCK
 *
 * Return: 0; -EINVAL, -EAFNOSUPPORT, -EISCONN, -EALREADY, -EINPROGRESS (as natively also
 * when SO_SNDTIMEO is over), -EINTR, -EADDRNOTAVAIL, -ENETUNREACH and what else the route
 * says, -ENOMEM, -ENOBUFS; -ECONNREFUSED, -ETIMEDOUT and what else the peer or the way to
 * it says, after which the socket may try another.
 */
int gonet_stream_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len,
			 int flags)
{
	struct gonet_stream_data none = { .how = GONET_TCP_OPEN };
	struct sock *sk = sock->sk;
	int err = 0;

	if (addr_len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	lock_sock(sk);
	if (uaddr->sa_family == AF_UNSPEC) {
		gonet_stream_disconnect(gonet_stream(sk));
		sock->state = SS_UNCONNECTED;
	} else {
		err = gonet_stream_open(sock, uaddr, addr_len,
					sock_sndtimeo(sk, flags & O_NONBLOCK), &none);
	}
	release_sock(sk);
	return err;
}

/* As natively, a socket that has no port gets one. */
static int stream_listen_locked(struct socket *sock, u32 backlog)
{
	struct gonet_stream *gt = gonet_stream(sock->sk);
	struct sock *sk = sock->sk;
	u8 state = READ_ONCE(sk->sk_state);
	int err = 0;

	if (sock->state != SS_UNCONNECTED || (state != TCP_CLOSE && state != TCP_LISTEN))
		return -EINVAL;
	if (!gt->gs.inet.inet_num)
		err = gonet_sock_bind_port(&gt->gs, 0);
	if (!err)
		err = gonet_tcp_listen(gt, backlog);
	if (!err)
		WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
	return err;
}

/**
 * gonet_stream_listen() - listen(2)
 * @sock: the socket
 * @backlog: connections that may await accept(); the core has seen to net.core.somaxconn
 *
 * Return: 0; -EINVAL, -EADDRINUSE, -ENOMEM, -ENOBUFS.
 */
int gonet_stream_listen(struct socket *sock, int backlog)
{
	int err;

	lock_sock(sock->sk);
	err = stream_listen_locked(sock, backlog);
	release_sock(sock->sk);
	return err;
}

/* One more connection may wake one more thread, not all of them. */
static int stream_wait_accept(struct gonet_stream *gt, long *timeo)
{
	struct sock *sk = &gt->gs.inet.sk;
	DEFINE_WAIT(wait);

	prepare_to_wait_exclusive(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
	release_sock(sk);
	if (!atomic_read(&gt->n_accept) && READ_ONCE(sk->sk_state) == TCP_LISTEN)
		*timeo = schedule_timeout(*timeo);
	sched_annotate_sleep();
	lock_sock(sk);
	finish_wait(sk_sleep(sk), &wait);
	return signal_pending(current) ? sock_intr_errno(*timeo) : 0;
}

/* A connection with a reference, or ERR_PTR(). Under lock_sock() of the listener. */
static struct gonet_stream *stream_accept_next(struct gonet_stream *gt, long timeo)
{
	struct sock *sk = &gt->gs.inet.sk;
	struct gonet_stream *child;
	int err = 0;

	for (;;) {
		if (READ_ONCE(sk->sk_state) != TCP_LISTEN)
			return ERR_PTR(-EINVAL);
		child = gonet_tcp_accept(gt);
		if (child)
			return child;
		if (err)
			return ERR_PTR(err);
		if (!timeo)
			return ERR_PTR(-EAGAIN);
		err = stream_wait_accept(gt, &timeo);
	}
}

/**
 * gonet_stream_accept() - accept(2)
 * @sock: the listener
 * @newsock: the connection's, without a struct sock
 * @flags: of the file: O_NONBLOCK
 *
 * The connection may be over already; who reads from it hears so.
 *
 * Return: 0; -EINVAL, -EAGAIN, -EINTR.
 */
int gonet_stream_accept(struct socket *sock, struct socket *newsock, int flags)
{
	struct sock *sk = sock->sk, *newsk;
	struct gonet_stream *child;

	lock_sock(sk);
	child = stream_accept_next(gonet_stream(sk), sock_rcvtimeo(sk, flags & O_NONBLOCK));
	release_sock(sk);
	if (IS_ERR(child))
		return PTR_ERR(child);
	newsk = &child->gs.inet.sk;
	lock_sock(newsk);
	sock_graft(newsk, newsock);
	gonet_compat_sol_socket(newsock);
	newsock->state = SS_CONNECTED;
	release_sock(newsk);
	return 0;
}
