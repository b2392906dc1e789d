// SPDX-License-Identifier: GPL-2.0
/*
 * Sending on stream sockets: sendmsg(2).
 *
 * What is written is cut into packets of up to 64 KiB of payload, however small the
 * segments are in which it will leave, so that a large write costs one copy and few
 * messages. The send half cuts segments from them without copying: so payload is in page
 * fragments, which packets can share, unless it is so little that a copy is cheaper.
 *
 * Payload is charged to the socket until the peer has acknowledged it. The send half lets
 * the buffer grow with what the path can take. When the connections of the stack together
 * take too much, a socket has but a small buffer: it is writable again when its own
 * payload has been acknowledged, so nobody waits for others.
 */
#include <linux/skbuff.h>
#include <net/sock.h>

#include "stream.h"

#define STREAM_PACKET	65536	/* bytes of payload, most */
#define STREAM_LINEAR	256	/* what is no larger is not in fragments */
#define STREAM_LEAST	2048	/* room for so little need not be filled exactly */

/**
 * struct stream_write - a sendmsg(2) under way
 * @gt: the socket
 * @msg: the message
 * @timeo: how long it may still wait
 * @written: bytes that the send half has been given
 */
struct stream_write {
	struct gonet_stream *gt;
	struct msghdr *msg;
	long timeo;
	size_t written;
};

/* As natively, TCP_NOTSENT_LOWAT holds a writer at its value, and poll() at half of that. */
static bool stream_room(const struct gonet_stream *gt)
{
	const struct sock *sk = &gt->gs.inet.sk;
	u32 lowat = READ_ONCE(gt->o.notsent_lowat);

	if (!lowat)
		lowat = READ_ONCE(gt->gs.stack->conf.tcp_notsent_lowat);
	return sk_wmem_alloc_get(sk) < READ_ONCE(sk->sk_sndbuf) &&
	       gonet_stream_unsent(gt) < lowat && gonet_tcp_spare(gt) > 0;
}

static bool stream_broken(const struct sock *sk)
{
	return READ_ONCE(sk->sk_err) || READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN;
}

/* What has been written leaves now, though more will follow. */
static void stream_flush(struct gonet_stream *gt)
{
	if (!gt->more)
		return;
	WRITE_ONCE(gt->more, false);
	gonet_tcp_poke(gt, GONET_TCP_PUSH);
}

/* Says that somebody waits. Return: true when there is room after all. */
static bool stream_want_room(struct gonet_stream *gt)
{
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, &gt->gs.inet.sk);
	WRITE_ONCE(gt->nospace, true);
	smp_mb(); /* pairs with gonet_stream_write_space()'s */
	return stream_room(gt);
}

/* Waits for room in the buffer. Return: 0; -EPIPE, -EAGAIN, -EINTR. */
static int stream_wait_room(struct stream_write *w)
{
	struct sock *sk = &w->gt->gs.inet.sk;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int err = 0;

	stream_flush(w->gt);
	add_wait_queue(sk_sleep(sk), &wait);
	while (!stream_want_room(w->gt)) {
		if (stream_broken(sk))
			err = -EPIPE;
		else if (!w->timeo)
			err = -EAGAIN;
		else if (signal_pending(current))
			err = sock_intr_errno(w->timeo);
		if (err)
			break;
		sk->sk_write_pending++;
		if (sk_wait_event(sk, &w->timeo, stream_broken(sk) || stream_room(w->gt),
				  &wait) < 0)
			err = -EPIPE;
		sk->sk_write_pending--;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

/*
 * The send half's queue is full, which is deeper than buffers are: it is far behind, and
 * nothing tells when it has caught up.
 */
static int stream_wait_queue(struct stream_write *w)
{
	struct sock *sk = &w->gt->gs.inet.sk;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long turn = min_t(long, w->timeo, 2);

	if (!w->timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(w->timeo);
	if (w->timeo != MAX_SCHEDULE_TIMEOUT)
		w->timeo -= turn;
	add_wait_queue(sk_sleep(sk), &wait);
	sk_wait_event(sk, &turn, stream_broken(sk), &wait);
	remove_wait_queue(sk_sleep(sk), &wait);
	return stream_broken(sk) ? -EPIPE : 0;
}

/* Appends up to @len bytes. Return: 0 if there is anything; -ENOMEM, -EFAULT. */
static int stream_fill(struct sock *sk, struct sk_buff *skb, struct msghdr *msg, size_t len)
{
	struct page_frag *pfrag = sk_page_frag(sk);
	int err = 0, i;
	size_t n;

	for (i = 0; skb->len < len && i < MAX_SKB_FRAGS; i++) {
		err = -ENOMEM;
		if (!skb_page_frag_refill(32U, pfrag, sk->sk_allocation))
			break;
		n = min_t(size_t, len - skb->len, pfrag->size - pfrag->offset);
		n = copy_page_from_iter(pfrag->page, pfrag->offset, n, &msg->msg_iter);
		err = -EFAULT;
		if (!n)
			break;
		get_page(pfrag->page);
		skb_fill_page_desc(skb, i, pfrag->page, pfrag->offset, n);
		pfrag->offset += n;
		skb->len += n;
		skb->data_len += n;
		skb->truesize += n;
	}
	return skb->len ? 0 : err;
}

/**
 * gonet_stream_build() - a packet of payload
 * @sk: the socket, to which it is charged
 * @msg: the data
 * @len: how much of it, at most STREAM_PACKET bytes
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: the packet, with as much as there could be; -ENOBUFS, -ENOMEM, -EFAULT.
 */
struct sk_buff *gonet_stream_build(struct sock *sk, struct msghdr *msg, size_t len)
{
	size_t linear = len <= STREAM_LINEAR ? len : 0;
	struct sk_buff *skb = alloc_skb(linear, sk->sk_allocation);
	int err;

	if (!skb)
		return ERR_PTR(-ENOBUFS);
	if (linear)
		err = memcpy_from_msg(skb_put(skb, linear), msg, linear);
	else
		err = stream_fill(sk, skb, msg, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	*GONET_TCP_DATA(skb) = (struct gonet_tcp_data) {};
	gonet_tcp_own(gonet_stream(sk), skb);
	return skb;
}

/* Gives a packet to the send half; @skb is given away in every case. */
static int stream_push(struct stream_write *w, struct sk_buff *skb)
{
	struct gonet_stream *gt = w->gt;
	u32 before, len = skb->len;
	int err;

	for (;;) {
		before = gt->written;
		WRITE_ONCE(gt->more, w->msg->msg_flags & MSG_MORE || msg_data_left(w->msg));
		WRITE_ONCE(gt->written, before + len);
		err = gonet_tcp_send(gt, skb);
		if (!err)
			break;
		WRITE_ONCE(gt->written, before);
		if (err == -ENOBUFS)
			err = stream_wait_queue(w);
		if (err) {
			kfree_skb(skb);
			return err;
		}
	}
	w->written += len;
	return 0;
}

/* As much as there is room for, but no small remainders of that. */
static size_t stream_packet_len(const struct gonet_stream *gt, struct msghdr *msg)
{
	const struct sock *sk = &gt->gs.inet.sk;
	int room = min(READ_ONCE(sk->sk_sndbuf) - sk_wmem_alloc_get(sk), gonet_tcp_spare(gt));

	return min_t(size_t, msg_data_left(msg), clamp(room, STREAM_LEAST, STREAM_PACKET));
}

static int stream_write(struct stream_write *w)
{
	struct sock *sk = &w->gt->gs.inet.sk;
	struct sk_buff *skb;
	int err = 0;

	while (!err && msg_data_left(w->msg)) {
		if (!stream_room(w->gt)) {
			err = stream_wait_room(w);
			continue;
		}
		skb = gonet_stream_build(sk, w->msg, stream_packet_len(w->gt, w->msg));
		if (IS_ERR(skb))
			return PTR_ERR(skb);
		GONET_TCP_DATA(skb)->urgent = w->msg->msg_flags & MSG_OOB &&
					      !msg_data_left(w->msg);
		err = stream_push(w, skb);
	}
	return err;
}

/* tcp(7): data may follow the handshake, but neither precede it nor follow the end. */
static int stream_may_write(struct stream_write *w)
{
	struct sock *sk = &w->gt->gs.inet.sk;
	u8 state = READ_ONCE(sk->sk_state);
	int err = 0;

	if (!((1 << state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) &&
	    !(state == TCP_SYN_RECV && w->gt->early))
		err = sk_stream_wait_connect(sk, &w->timeo);
	if (!err)
		err = gonet_cmsg_parse_stream(&w->gt->gs, w->msg);
	if (!err && stream_broken(sk))
		err = -EPIPE;
	return err;
}

/**
 * gonet_stream_sendmsg() - sendmsg(2)
 * @sock: the socket
 * @msg: the message; but for MSG_FASTOPEN an address in it changes nothing, as natively
 * @len: bytes of payload
 *
 * Return: bytes that have been taken, or -EPIPE (with SIGPIPE unless MSG_NOSIGNAL), -EAGAIN,
 * -EINTR, -EFAULT, -ENOBUFS, -EINVAL; what the connection ended with; and of who opens it
 * so (MSG_FASTOPEN), what gonet_stream_fast_send() says.
 */
int gonet_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct stream_write w = {
		.gt = gonet_stream(sk),
		.msg = msg,
		.timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT),
	};
	int err = 0;

	lock_sock(sk);
	if (unlikely(msg->msg_flags & MSG_FASTOPEN || w.gt->deferred))
		err = gonet_stream_fast_send(sock, msg, w.timeo, &w.written);
	if (!err)
		err = stream_may_write(&w);
	if (!err)
		err = stream_write(&w);
	if (w.written)
		err = w.written;
	else if (err)
		err = sk_stream_error(sk, msg->msg_flags, err);
	release_sock(sk);
	return err;
}
