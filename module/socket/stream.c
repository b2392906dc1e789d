// SPDX-License-Identifier: GPL-2.0
/*
 * Stream sockets: how they begin and end (tcp(7), close(2), shutdown(2)).
 *
 * A system call holds lock_sock(); the two halves of the connection never take it. They
 * write sk_state, sk_err and sk_shutdown when they like, so a call reads each of these
 * once, and decides.
 *
 * A socket that is closed lives on while its connection does: the send half has a
 * reference, gives its port back and takes it off the list when that ends.
 */
#include <linux/in.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/tcp.h>

#include "stream.h"

/* Nothing sent, nothing received. */
static void stream_clear(struct gonet_stream *gt)
{
	WRITE_ONCE(gt->written, 0);
	WRITE_ONCE(gt->acked, 0);
	WRITE_ONCE(gt->sent, 0);
	WRITE_ONCE(gt->received, 0);
	WRITE_ONCE(gt->copied, 0);
	WRITE_ONCE(gt->ended, false);
	gt->more = false;
	gt->deferred = false;
	gt->early = false;
	gt->nospace = false;
	gt->read_off = 0;
	gt->urg = 0;
}

/* What has been received and nobody will read. */
static void stream_purge(struct gonet_stream *gt)
{
	skb_queue_purge(&gt->gs.inet.sk.sk_receive_queue);
	__skb_queue_purge(&gt->reading);
}

static void stream_destruct(struct sock *sk)
{
	struct gonet_stream *gt = gonet_stream(sk);

	gonet_tcp_destruct(gt);
	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&gt->reading);
	__skb_queue_purge(&sk->sk_error_queue);
}

/**
 * gonet_stream_setup() - make a new socket one for streams
 * @gt: the socket, otherwise set up
 *
 * Context: process.
 */
void gonet_stream_setup(struct gonet_stream *gt)
{
	const struct gonet_conf *conf = &gt->gs.stack->conf;
	struct sock *sk = &gt->gs.inet.sk;

	/*
	 * Not IPPROTO_TCP: kernels such as 6.1 take any socket with that for one of the
	 * native stack, and look into fields which this one does not have (sk_is_tcp()).
	 */
	sk->sk_protocol = 0;
	sk->sk_destruct = stream_destruct;
	sk->sk_write_space = gonet_stream_write_space;
	sk->sk_sndbuf = READ_ONCE(conf->tcp_wmem[1]);
	sk->sk_rcvbuf = READ_ONCE(conf->tcp_rmem[1]);
	__skb_queue_head_init(&gt->reading);
	gt->o.cc = gonet_tcp_cc_default(gt->gs.stack);
	gt->o.quickack = true;
	gonet_tcp_setup(gt);
}

/**
 * gonet_stream_child() - make a copy of a listener a socket of its own
 * @gt: what sk_clone_lock() has copied and gonet_tcp_setup() set up; options stay as they are
 *
 * Without memory for that it is not listed.
 *
 * Context: any but hard interrupt; nobody else knows the socket yet.
 */
void gonet_stream_child(struct gonet_stream *gt)
{
	struct gonet_sock *gs = &gt->gs;

	gs->number = 0;
	gs->pending = NULL;
	INIT_HLIST_HEAD(&gs->groups);
	gt->mss = 0;
	gt->backlog = 0;
	__skb_queue_head_init(&gt->reading);
	stream_clear(gt);
	gonet_sock_list(gs, GFP_ATOMIC);
}

/**
 * gonet_stream_opened_by() - note how the segment came that opened a connection (IP_PKTOPTIONS)
 * @gt: the connection, which nobody can accept yet
 * @skb: the segment
 *
 * Context: any but hard interrupt.
 */
void gonet_stream_opened_by(struct gonet_stream *gt, const struct sk_buff *skb)
{
	const struct gonet_cb *cb = GONET_CB(skb);
	struct inet_sock *inet = &gt->gs.inet;

	WRITE_ONCE(inet->mc_index, gonet_if_to_native(gt->gs.stack, cb->iif));
	WRITE_ONCE(inet->mc_ttl, cb->ttl);
	WRITE_ONCE(inet->rcv_tos, cb->tos);
}

/**
 * gonet_stream_ended() - a connection has ended that no program has any more
 * @gt: the socket
 *
 * Context: any but hard interrupt.
 */
void gonet_stream_ended(struct gonet_stream *gt)
{
	gonet_sock_unlist(&gt->gs);
}

/* Those in which the peer of a connection that is given up must be told (RFC 9293 3.10.5). */
#define STREAM_ABORTED	(TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | \
			 TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2)

/**
 * gonet_stream_disconnect() - give up what a socket does, so that it may do something else
 * @gt: the socket
 *
 * As natively, what ends so is an error that the program hears of.
 *
 * Context: process, under lock_sock(); may sleep.
 */
void gonet_stream_disconnect(struct gonet_stream *gt)
{
	struct inet_sock *inet = &gt->gs.inet;
	struct sock *sk = &inet->sk;
	u8 state = READ_ONCE(sk->sk_state);
	bool aborted = (1 << state) & STREAM_ABORTED;

	if (state == TCP_LISTEN)
		gonet_tcp_unlisten(gt);
	else
		gonet_tcp_disconnect(gt);
	if (inet->inet_num && !(sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
		gonet_sock_ask_unbind(&gt->gs);
		WRITE_ONCE(inet->inet_num, 0);	/* its name still tells of the port, as natively */
	}
	stream_purge(gt);
	stream_clear(gt);
	WRITE_ONCE(inet->inet_daddr, 0);
	WRITE_ONCE(inet->inet_dport, 0);
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		inet->inet_saddr = 0;
		WRITE_ONCE(inet->inet_rcv_saddr, 0);
	}
	WRITE_ONCE(sk->sk_err, aborted ? ECONNRESET : 0);
	WRITE_ONCE(sk->sk_shutdown, 0);
	/* Who waits for something of that connection need not any longer (sk_wait_event()). */
	sk->sk_disconnects++;
	if (aborted)
		sk_error_report(sk);
	else
		sk->sk_state_change(sk);
}

static bool stream_closing(const struct sock *sk)
{
	return (1 << READ_ONCE(sk->sk_state)) &
	       (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | TCPF_CLOSING |
		TCPF_LAST_ACK);
}

/*
 * SO_LINGER: waits until the peer has acknowledged everything. The states before the end
 * count, too, since the send half may not have heard of it yet.
 */
static void stream_linger(struct gonet_stream *gt, long timeout)
{
	struct sock *sk = &gt->gs.inet.sk;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	if (!stream_closing(sk))
		return;
	gonet_tcp_poke(gt, GONET_TCP_SHUTDOWN);
	add_wait_queue(sk_sleep(sk), &wait);
	while (timeout && stream_closing(sk) && !signal_pending(current))
		sk_wait_event(sk, &timeout, !stream_closing(sk), &wait);
	remove_wait_queue(sk_sleep(sk), &wait);
}

/*
 * Whether a connection that has been shut down ends at once, since something is lost (RFC 2525
 * 2.17) or may be. Data that arrives meanwhile is seen here, or the receive half sees, behind
 * the same lock, that nobody reads it.
 */
static bool stream_abort(struct gonet_stream *gt)
{
	struct sock *sk = &gt->gs.inet.sk;
	bool unread;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	unread = gonet_tcp_readable(gt);
	spin_unlock_bh(&sk->sk_receive_queue.lock);
	return unread || (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime);
}

/* Of a connection that has not ended yet. */
static void stream_count_abort(const struct gonet_stream *gt)
{
	u8 state = READ_ONCE(gt->gs.inet.sk.sk_state);

	if (state == TCP_CLOSE || state == TCP_LISTEN)
		return;
	if (gonet_tcp_readable(gt))
		gonet_count(gt->gs.stack, TcpExtTCPAbortOnClose);
	else
		gonet_count(gt->gs.stack, TcpExtTCPAbortOnData);
}

/**
 * gonet_stream_release() - close(2), the last
 * @sock: the socket
 *
 * Return: 0.
 */
int gonet_stream_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct gonet_stream *gt;
	bool abort;

	if (!sk)
		return 0;
	gt = gonet_stream(sk);
	gonet_group_leave_all(&gt->gs);
	lock_sock(sk);
	gonet_tcp_shut(sk, SHUTDOWN_MASK);
	abort = stream_abort(gt);
	if (abort)
		stream_count_abort(gt);
	if (READ_ONCE(sk->sk_state) == TCP_LISTEN)
		gonet_tcp_unlisten(gt);
	else if (!abort && sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		stream_linger(gt, sk->sk_lingertime);
	sock_orphan(sk);
	if (!gonet_tcp_close(gt, abort))
		gonet_stream_ended(gt);
	stream_purge(gt);
	release_sock(sk);
	sock->sk = NULL;
	sock_put(sk);
	return 0;
}

/* While connect() is under way it learns from the socket's state what became of it. */
static void stream_connecting(struct socket *sock, u8 state)
{
	if (sock->state != SS_CONNECTING)
		return;
	if ((1 << state) & (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE))
		sock->state = SS_DISCONNECTING;
	else
		sock->state = SS_CONNECTED;
}

/**
 * gonet_stream_shutdown() - shutdown(2)
 * @sock: the socket
 * @how: SHUT_RD, SHUT_WR or SHUT_RDWR
 *
 * As natively, a listener stops listening when it is to receive no more.
 *
 * Return: 0; -EINVAL; -ENOTCONN, after which the socket is shut down all the same.
 */
int gonet_stream_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	struct gonet_stream *gt = gonet_stream(sk);
	int err = 0;
	u8 state;

	how++;	/* SHUT_RD, SHUT_WR and SHUT_RDWR become bits */
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;
	lock_sock(sk);
	state = READ_ONCE(sk->sk_state);
	stream_connecting(sock, state);
	if (state == TCP_SYN_SENT || (state == TCP_LISTEN && how & RCV_SHUTDOWN)) {
		gonet_stream_disconnect(gt);
		sock->state = SS_UNCONNECTED;
	} else if (state != TCP_LISTEN) {
		err = state == TCP_CLOSE ? -ENOTCONN : 0;
		gonet_tcp_shut(sk, how);
		if (!err && how & SEND_SHUTDOWN)
			gonet_tcp_poke(gt, GONET_TCP_SHUTDOWN);
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/**
 * gonet_stream_keepalive() - SO_KEEPALIVE changes
 * @sk: the socket
 * @on: to what
 *
 * The core says so before it sets the flag, which the send half looks at when told.
 *
 * Context: process, under lock_sock().
 */
void gonet_stream_keepalive(struct sock *sk, int on)
{
	sock_valbool_flag(sk, SOCK_KEEPOPEN, on);
	if (!((1 << READ_ONCE(sk->sk_state)) & (TCPF_CLOSE | TCPF_LISTEN)))
		gonet_tcp_poke(gonet_stream(sk), GONET_TCP_KEEPALIVE);
}
