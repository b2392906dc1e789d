// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving on stream sockets: recvmsg(2).
 *
 * The receive half queues packets to sk_receive_queue and may still add data to the last
 * of them. A reader takes the whole queue over at once, and is alone with what it has
 * taken (&gonet_stream.reading): the queue's lock is held for a moment, and not at all
 * while data is copied.
 *
 * The halves put data into the queue before they say that there will be no more. So a
 * reader looks first whether they have, and then into the queue: finding nothing means
 * that there is nothing more.
 */
#include <linux/tcp.h>
#include <net/sock.h>

#include "stream.h"

/**
 * struct stream_read - a recvmsg(2) under way
 * @gt: the socket
 * @msg: where to put the data
 * @flags: MSG_*
 * @timeo: how long it may still wait
 * @want: bytes that are still wanted
 * @copied: bytes that have been copied
 * @base: &gonet_stream.copied as it was when @at was reckoned from it
 * @at: the next byte's place, as that counts
 * @taken: something has been read since the receive half was last told
 * @stamped: the last packet read from, referenced, if its time is wanted; or NULL
 */
struct stream_read {
	struct gonet_stream *gt;
	struct msghdr *msg;
	int flags;
	long timeo;
	size_t want;
	int copied;
	u32 base;
	u32 at;
	bool taken;
	struct sk_buff *stamped;
};

/* Nothing more will come. What there is, is in the queue. */
static bool stream_over(const struct sock *sk)
{
	bool over = READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN || READ_ONCE(sk->sk_err) ||
		    READ_ONCE(sk->sk_state) == TCP_CLOSE;

	smp_rmb(); /* that before the queue; the halves write in the other order */
	return over;
}

static bool stream_take(struct gonet_stream *gt)
{
	struct sk_buff_head *queue = &gt->gs.inet.sk.sk_receive_queue;

	if (skb_queue_empty_lockless(queue))
		return false;
	spin_lock_bh(&queue->lock);
	skb_queue_splice_tail_init(queue, &gt->reading);
	spin_unlock_bh(&queue->lock);
	return true;
}

/* The packet that has the next byte; @off: where in it. */
static struct sk_buff *stream_locate(const struct stream_read *r, u32 *off)
{
	struct gonet_stream *gt = r->gt;
	u32 ahead = r->at - gt->copied + gt->read_off;
	struct sk_buff *skb;

	skb_queue_walk(&gt->reading, skb) {
		if (ahead < skb->len) {
			*off = ahead;
			return skb;
		}
		ahead -= skb->len;
	}
	return NULL;
}

static struct sk_buff *stream_find(const struct stream_read *r, u32 *off)
{
	struct sk_buff *skb = stream_locate(r, off);

	if (!skb && stream_take(r->gt))
		skb = stream_locate(r, off);
	return skb;
}

static void stream_note_stamp(struct stream_read *r, struct sk_buff *skb)
{
	const struct sock *sk = &r->gt->gs.inet.sk;

	if (r->stamped == skb || !(sock_flag(sk, SOCK_RCVTSTAMP) || READ_ONCE(sk->sk_tsflags)))
		return;
	kfree_skb(r->stamped);
	r->stamped = skb_get(skb);
}

/* @n bytes of the first packet have been used, of which the last may be the packet's. */
static void stream_use(struct gonet_stream *gt, struct sk_buff *skb, u32 n)
{
	WRITE_ONCE(gt->copied, gt->copied + n);
	gonet_stream_pass_urgent(gt);
	gt->read_off += n;
	if (gt->read_off < skb->len)
		return;
	gt->read_off = 0;
	__skb_unlink(skb, &gt->reading);
	consume_skb(skb);
}

/* Copies from one packet. Return: 1; 0 if there is none; -EFAULT. */
static int stream_read_some(struct stream_read *r)
{
	struct sock *sk = &r->gt->gs.inet.sk;
	struct sk_buff *skb;
	u32 off, skip;
	size_t n;

	skb = stream_find(r, &off);
	if (!skb)
		return 0;
	n = min_t(size_t, skb->len - off, r->want);
	skip = gonet_stream_clip_urgent(r->gt, r->at, &n);
	if (!(r->flags & MSG_TRUNC) && skb_copy_datagram_msg(skb, off + skip, r->msg, n))
		return -EFAULT;
	stream_note_stamp(r, skb);
	r->at += skip + n;
	r->copied += n;
	r->want -= n;
	if (r->flags & MSG_PEEK) {
		sk_peek_offset_fwd(sk, n);
		return 1;
	}
	sk_peek_offset_bwd(sk, n);
	stream_use(r->gt, skb, skip + n);
	r->base = r->gt->copied;
	r->taken = true;
	return 1;
}

/* Why there is nothing. Return: 1 to wait for it; else what recvmsg() returns. */
static int stream_nothing(const struct stream_read *r, bool over)
{
	struct sock *sk = &r->gt->gs.inet.sk;

	/* A reset behind the end is for who writes, as natively. */
	if (over && READ_ONCE(r->gt->ended))
		return 0;
	if (over && READ_ONCE(sk->sk_err))
		return sock_error(sk);
	if (over && READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN)
		return 0;
	if (over && READ_ONCE(sk->sk_state) == TCP_CLOSE)
		return -ENOTCONN;
	if (!r->timeo)
		return -EAGAIN;
	return signal_pending(current) ? sock_intr_errno(r->timeo) : 1;
}

static void stream_tell(struct stream_read *r)
{
	if (r->taken)
		gonet_tcp_read(r->gt);
	r->taken = false;
}

static void stream_start_at(struct stream_read *r)
{
	r->base = r->gt->copied;
	r->at = r->base + max(sk_peek_offset(&r->gt->gs.inet.sk, r->flags), 0);
}

static int stream_wait_data(struct stream_read *r)
{
	struct sock *sk = &r->gt->gs.inet.sk;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int err;

	stream_tell(r);
	add_wait_queue(sk_sleep(sk), &wait);
	sk_set_bit(SOCKWQ_ASYNC_WAITDATA, sk);
	err = sk_wait_event(sk, &r->timeo,
			    !skb_queue_empty_lockless(&sk->sk_receive_queue) || stream_over(sk),
			    &wait);
	sk_clear_bit(SOCKWQ_ASYNC_WAITDATA, sk);
	remove_wait_queue(sk_sleep(sk), &wait);
	/* Another thread may have read meanwhile. */
	if (r->base != r->gt->copied)
		stream_start_at(r);
	return min(err, 0);
}

/* Return: 0 to go on; 1 to return what has been copied; or what to return instead. */
static int stream_read_step(struct stream_read *r, int target)
{
	struct sock *sk = &r->gt->gs.inet.sk;
	bool over = stream_over(sk);
	int err;

	if (gonet_stream_at_mark(r->gt, r->at)) {
		if (r->copied)
			return 1;
		if (signal_pending(current))
			return r->timeo ? sock_intr_errno(r->timeo) : -EAGAIN;
	}
	err = stream_read_some(r);
	if (err)
		return err < 0 ? err : 0;
	if (r->copied >= target || (r->copied && (over || !r->timeo || signal_pending(current))))
		return 1;
	err = r->copied ? 1 : stream_nothing(r, over);
	if (err <= 0)
		return err ? err : 1;
	return stream_wait_data(r);
}

static int stream_read(struct stream_read *r)
{
	int target = sock_rcvlowat(&r->gt->gs.inet.sk, r->flags & MSG_WAITALL, r->want);
	int err;

	if (READ_ONCE(r->gt->gs.inet.sk.sk_state) == TCP_LISTEN)
		return -ENOTCONN;
	if (r->flags & MSG_OOB)
		return gonet_stream_recv_urgent(r->gt, r->msg, r->want, r->flags);
	stream_start_at(r);
	do {
		err = stream_read_step(r, target);
	} while (!err && r->want);
	stream_tell(r);
	return r->copied || err > 0 ? r->copied : err;
}

/* tcp(7): how much is left; 1 for the end, which is also read. */
static void stream_put_inq(struct gonet_stream *gt, struct msghdr *msg)
{
	int inq = gonet_tcp_readable(gt);

	if (!inq && READ_ONCE(gt->gs.inet.sk.sk_shutdown) & RCV_SHUTDOWN)
		inq = 1;
	put_cmsg(msg, SOL_TCP, TCP_CM_INQ, sizeof(inq), &inq);
}

/**
 * gonet_stream_recvmsg() - recvmsg(2)
 * @sock: the socket
 * @msg: where to put data and control messages
 * @len: how much data
 * @flags: MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT, MSG_TRUNC (as natively: data is
 *	discarded), MSG_OOB, MSG_ERRQUEUE
 *
 * Return: bytes; 0 at the end; -ENOTCONN, -EAGAIN, -EINTR, -EFAULT, -EINVAL (MSG_OOB); what
 * the connection ended with.
 */
int gonet_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	struct sock *sk = sock->sk;
	struct stream_read r = {
		.gt = gonet_stream(sk),
		.msg = msg,
		.flags = flags,
		.timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT),
		.want = len,
	};
	bool inq;
	int ret;

	if (flags & MSG_ERRQUEUE)
		return gonet_recv_error(&r.gt->gs, msg, len);
	lock_sock(sk);
	inq = r.gt->o.inq && !(flags & MSG_OOB);
	ret = stream_read(&r);
	release_sock(sk);
	if (r.stamped) {
		if (ret >= 0)
			sock_recv_timestamp(msg, sk, r.stamped);
		kfree_skb(r.stamped);
	}
	if (ret < 0)
		return ret;
	msg->msg_namelen = 0;	/* a connection has one peer */
	if (inq)
		stream_put_inq(r.gt, msg);
	return ret;
}
