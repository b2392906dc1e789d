// SPDX-License-Identifier: GPL-2.0
/*
 * What the receive half does for the program that reads: waking it, urgent data
 * (RFC 9293 3.8.5), and making its buffer larger when it reads fast.
 */
#include <net/sock.h>

#include "tcp_recv.h"

/**
 * tcp_recv_room() - how much of the receive buffer is offered to the peer
 * @s: the receive half
 *
 * However little is to be offered, it is so much that tcp_receiver_window() opens a closed
 * window for it: what segments hold may have become known, or more, after it was decided.
 *
 * Return: bytes of payload.
 */
u32 tcp_recv_room(const struct tcp_recv *s)
{
	const struct sock *sk = &s->gt->gs.inet.sk;
	u32 least = 2 * min(s->r.mss, tcp_conn_buffer(sk) / 2);

	return min(tcp_conn_room(sk), max(s->rb.limit, least));
}

/**
 * tcp_recv_grow() - data has arrived in order: the buffer may have to grow, or may not
 * @s: the receive half
 * @seg: the segment
 * @truesize: memory that it takes
 * @now: the time
 */
void tcp_recv_grow(struct tcp_recv *s, const struct tcp_seg *seg, u32 truesize, u64 now)
{
	struct sock *sk = &s->gt->gs.inet.sk;
	u32 max = READ_ONCE(s->stack->conf.tcp_rmem[2]), wanted;

	tcp_rcvbuf_rtt_window(&s->rb, s->r.nxt, s->r.edge - s->r.nxt, now);
	s->rb.buffer = tcp_conn_buffer(sk);
	if (unlikely(tcp_mem_short(s->stack))) {
		tcp_rcvbuf_squeeze(&s->rb, 2 * s->r.mss);
		return;
	}
	tcp_rcvbuf_arrived(&s->rb, seg->len, truesize, s->r.mss, READ_ONCE(sk->sk_rcvbuf));
	wanted = tcp_rcvbuf_copied(&s->rb, READ_ONCE(s->gt->copied), READ_ONCE(s->gt->pub.srtt_us),
				   s->r.mss, now, max / 2);
	if (!wanted || sk->sk_userlocks & SOCK_RCVBUF_LOCK ||
	    !READ_ONCE(s->stack->conf.tcp_moderate_rcvbuf) || !tcp_mem_may_grow(s->stack))
		return;
	WRITE_ONCE(sk->sk_rcvbuf, (int)min(2 * wanted, max));
}

/**
 * tcp_recv_ready() - there is data for the program
 * @s: the receive half
 */
void tcp_recv_ready(struct tcp_recv *s)
{
	struct sock *sk = &s->gt->gs.inet.sk;

	if (gonet_tcp_readable(s->gt) >= READ_ONCE(sk->sk_rcvlowat) || s->r.finished)
		sk->sk_data_ready(sk);
}

/**
 * tcp_recv_turns() - whether ACKs may wait for data of ours to go with
 * @s: the receive half
 *
 * What the send half has done tells, and the program may (TCP_QUICKACK): to be heard before
 * data is taken.
 */
void tcp_recv_turns(struct tcp_recv *s)
{
	struct gonet_stream *gt = s->gt;
	u64 replied = READ_ONCE(gt->pub.data_sent_us);
	u32 waits = READ_ONCE(gt->pub.ack_waits);
	u32 set = smp_load_acquire(&gt->o.quick_set);	/* before what it is set to */

	if (replied != s->replied_us)
		tcp_receiver_replied(&s->r, replied);
	s->replied_us = replied;
	if (waits != s->ack_waits)
		tcp_receiver_waited(&s->r);
	s->ack_waits = waits;
	if (set != gt->pub.quick_seen) {
		tcp_receiver_turns(&s->r, !READ_ONCE(gt->o.quickack));
		WRITE_ONCE(gt->pub.quick_seen, set);
	}
	WRITE_ONCE(gt->pub.pingpong, s->r.pingpong);
}

/* Where the urgent byte is; programs know it as the one before the pointer (MUST-30...). */
static void tcp_recv_urgent_mark(struct tcp_recv *s, u32 seq)
{
	struct gonet_stream *gt = s->gt;

	/* Read already, or the one that is known. */
	if (seq_before(seq, s->r.nxt) || (READ_ONCE(gt->urg) && seq_before_eq(seq, s->urg_seq)))
		return;
	s->urg_seq = seq;
	WRITE_ONCE(gt->urg_at, gt->received + (seq - s->r.nxt));
	smp_store_release(&gt->urg, GONET_URG_NOTYET);	/* where it is comes first */
	sk_send_sigurg(&gt->gs.inet.sk);
}

/**
 * tcp_recv_urgent() - urgent data (RFC 9293 3.8.5)
 * @s: the receive half
 * @seg: the segment
 * @skb: its packet, data at the TCP header
 */
void tcp_recv_urgent(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb)
{
	struct gonet_stream *gt = s->gt;
	u32 at;
	u8 byte;

	if (seg->f.flags & TCP_URG && seg->f.urgent)
		tcp_recv_urgent_mark(s, seg->f.seq + seg->f.urgent - 1);
	if (likely(READ_ONCE(gt->urg) != GONET_URG_NOTYET))
		return;
	at = s->urg_seq - seg->f.seq;
	if (at >= seg->len || skb_copy_bits(skb, seg->f.hlen + at, &byte, 1))
		return;
	smp_store_release(&gt->urg, GONET_URG_VALID | byte);	/* as above */
	gt->gs.inet.sk.sk_data_ready(&gt->gs.inet.sk);
}
