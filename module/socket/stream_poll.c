// SPDX-License-Identifier: GPL-2.0
/* When a stream socket can be read from and written to: poll(2) and epoll(7). */
#include <linux/poll.h>
#include <net/sock.h>

#include "stream.h"

/* TCP_NOTSENT_LOWAT: bytes that may wait to be sent. */
static u32 stream_lowat(const struct gonet_stream *gt)
{
	u32 lowat = READ_ONCE(gt->o.notsent_lowat);

	return lowat ? lowat : READ_ONCE(gt->gs.stack->conf.tcp_notsent_lowat);
}

/**
 * gonet_stream_writable() - whether there is so much room that it is worth to say so
 * @gt: the socket
 *
 * As natively: a third of the buffer, and at most half of what TCP_NOTSENT_LOWAT allows
 * waits to be sent. And of the stack's memory there is some left.
 *
 * Context: any.
 *
 * Return: true if there is.
 */
bool gonet_stream_writable(const struct gonet_stream *gt)
{
	const struct sock *sk = &gt->gs.inet.sk;
	int used = sk_wmem_alloc_get(sk);

	return READ_ONCE(sk->sk_sndbuf) - used >= used >> 1 &&
	       READ_ONCE(sk->sk_sndbuf) > used && gonet_tcp_spare(gt) > 0 &&
	       (u64)gonet_stream_unsent(gt) * 2 < stream_lowat(gt);
}

/**
 * gonet_stream_write_space() - what the socket has sent is done with, wholly or in part
 * @sk: the socket
 *
 * Wakes those who wait for room, once each time that somebody did. Called whenever a
 * packet of payload is freed, and by the send half when TCP_NOTSENT_LOWAT may allow more.
 *
 * Context: any but hard interrupt.
 */
void gonet_stream_write_space(struct sock *sk)
{
	struct gonet_stream *gt = gonet_stream(sk);
	struct socket_wq *wq;

	smp_mb(); /* room before @nospace; pairs with who sets that, and looks at the room then */
	if (!READ_ONCE(gt->nospace) || !gonet_stream_writable(gt))
		return;
	WRITE_ONCE(gt->nospace, false);
	rcu_read_lock();
	wq = rcu_dereference(sk->sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait,
					   EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	if (wq && !(READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN))
		sk_wake_async(sk, SOCK_WAKE_SPACE, POLL_OUT);
	rcu_read_unlock();
}

/*
 * Readable as SO_RCVLOWAT has it; an urgent byte that comes next does not count. When the
 * peer can send hardly any more, what is there must do.
 */
static bool stream_readable(const struct gonet_stream *gt)
{
	const struct sock *sk = &gt->gs.inet.sk;
	u32 target = sock_rcvlowat(sk, 0, INT_MAX), avail = gonet_tcp_readable(gt);

	if (avail && READ_ONCE(gt->advertised) <= READ_ONCE(gt->mss))
		return true;
	if (!sock_flag(sk, SOCK_URGINLINE) && gonet_stream_at_mark(gt, READ_ONCE(gt->copied)))
		target++;
	return avail >= target;
}

static __poll_t stream_poll_write(struct gonet_stream *gt)
{
	struct sock *sk = &gt->gs.inet.sk;

	if (gonet_stream_writable(gt))
		return EPOLLOUT | EPOLLWRNORM;
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	WRITE_ONCE(gt->nospace, true);
	smp_mb(); /* pairs with gonet_stream_write_space()'s */
	return gonet_stream_writable(gt) ? EPOLLOUT | EPOLLWRNORM : 0;
}

static __poll_t stream_poll_data(struct gonet_stream *gt, u8 shutdown)
{
	__poll_t mask = stream_readable(gt) ? EPOLLIN | EPOLLRDNORM : 0;

	if (shutdown & SEND_SHUTDOWN)
		mask |= EPOLLOUT | EPOLLWRNORM;
	else
		mask |= stream_poll_write(gt);
	if (READ_ONCE(gt->urg) & GONET_URG_VALID)
		mask |= EPOLLPRI;
	return mask;
}

/**
 * gonet_stream_poll() - poll(2)
 * @file: the socket's
 * @sock: the socket
 * @wait: by which to be woken
 *
 * Return: what could be done without waiting, as natively.
 */
__poll_t gonet_stream_poll(struct file *file, struct socket *sock, poll_table *wait)
{
	struct sock *sk = sock->sk;
	struct gonet_stream *gt = gonet_stream(sk);
	__poll_t mask = 0;
	u8 state, shutdown;

	sock_poll_wait(file, sock, wait);
	state = inet_sk_state_load(sk);
	if (state == TCP_LISTEN)
		return atomic_read(&gt->n_accept) ? EPOLLIN | EPOLLRDNORM : 0;
	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	if (state != TCP_SYN_SENT && (state != TCP_SYN_RECV || gt->early))
		mask |= stream_poll_data(gt, shutdown);
	else if (READ_ONCE(gt->deferred))
		mask |= EPOLLOUT | EPOLLWRNORM;	/* the first data is awaited */
	smp_rmb(); /* the state before the error that came before it */
	if (READ_ONCE(sk->sk_err) || !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}

/**
 * gonet_stream_set_rcvlowat() - SO_RCVLOWAT
 * @sk: the socket
 * @value: the least that makes it readable, bytes
 *
 * The buffer grows so that this fits, unless the program has chosen its size.
 *
 * Context: process, under lock_sock().
 *
 * Return: 0.
 */
int gonet_stream_set_rcvlowat(struct sock *sk, int value)
{
	struct gonet_stream *gt = gonet_stream(sk);
	bool chosen = sk->sk_userlocks & SOCK_RCVBUF_LOCK;
	int most = chosen ? sk->sk_rcvbuf : READ_ONCE(gt->gs.stack->conf.tcp_rmem[2]);

	value = min(value, most / 2);
	WRITE_ONCE(sk->sk_rcvlowat, value ? value : 1);
	if (!chosen && value > READ_ONCE(sk->sk_rcvbuf) / 2)
		WRITE_ONCE(sk->sk_rcvbuf, value * 2);
	if (stream_readable(gt))
		sk->sk_data_ready(sk);
	return 0;
}
