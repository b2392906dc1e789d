// SPDX-License-Identifier: GPL-2.0
/*
 * The data of segments: what is in order goes into the socket's queue, where the program
 * reads; what is not, and what it costs in memory, is the receive half's until the gap before
 * it is filled.
 */
#include <net/sock.h>

#include "tcp.h"
#include "tcp_recv.h"

/**
 * struct tcp_ofo - in &sk_buff.cb of a packet whose data is out of order
 * @piece: which of its bytes are kept
 * @seq: sequence number of the first byte in it
 */
struct tcp_ofo {
	struct tcp_piece piece;
	u32 seq;
};

static struct tcp_ofo *tcp_ofo(struct sk_buff *skb)
{
	return (struct tcp_ofo *)skb->cb;
}

static struct sk_buff *tcp_piece_skb(struct tcp_piece *p)
{
	return container_of((void *)container_of(p, struct tcp_ofo, piece), struct sk_buff, cb);
}

/**
 * tcp_recv_closed() - whether nobody reads any more
 * @s: the receive half
 *
 * Context: the receive half's step.
 *
 * Return: true if both directions are shut down.
 */
bool tcp_recv_closed(const struct tcp_recv *s)
{
	return READ_ONCE(s->gt->gs.inet.sk.sk_shutdown) == SHUTDOWN_MASK;
}

/**
 * tcp_recv_drop() - drop a segment that the connection cannot take
 * @s: the receive half
 * @skb: the segment, given away
 * @reason: why
 *
 * Context: the receive half's step.
 */
void tcp_recv_drop(struct tcp_recv *s, struct sk_buff *skb, enum gonet_drop reason)
{
	atomic_inc(&s->gt->gs.inet.sk.sk_drops);
	gonet_drop(s->stack, skb, reason);
}

/* Whether what waits takes all the memory that the socket's buffer stands for. */
static bool tcp_recv_full(const struct sock *sk)
{
	return atomic_read(&sk->sk_rmem_alloc) > READ_ONCE(sk->sk_rcvbuf);
}

static void tcp_recv_received(struct gonet_stream *gt, unsigned int len)
{
	WRITE_ONCE(gt->received, gt->received + len);
	WRITE_ONCE(gt->pub.bytes_in, gt->pub.bytes_in + len);
}

/*
 * What is small costs more memory than its payload tells. Once the socket's buffer is full of
 * it, what the window still lets in is copied into packets of a page, which those that follow
 * fill up: so less than two and a half times of what a window tells is ever added.
 * Return: the packet to be queued, or NULL without memory; then @skb is as before.
 */
static struct sk_buff *tcp_recv_gather(struct sk_buff *skb)
{
	struct sk_buff *page;

	if (skb->truesize <= 2 * skb->len || skb->len > SKB_MAX_HEAD(0))
		return skb;
	page = alloc_skb(SKB_MAX_HEAD(0), GFP_ATOMIC | __GFP_NOWARN);
	if (!page)
		return NULL;
	skb_copy_bits(skb, 0, skb_put(page, skb->len), skb->len);
	page->tstamp = skb->tstamp;
	consume_skb(skb);
	return page;
}

/**
 * tcp_recv_renege() - give up what is out of order (RFC 2018 8)
 * @s: the receive half
 *
 * Context: the receive half's step, or its end.
 */
void tcp_recv_renege(struct tcp_recv *s)
{
	struct tcp_piece *p;

	while ((p = tcp_receiver_renege(&s->r)))
		kfree_skb(tcp_piece_skb(p));
}

/*
 * The stack has no memory left: what is out of order goes (RFC 2018 8), and what is in order is
 * not taken, either. But a program that has read everything gets a packet: it is to go on.
 */
static bool tcp_recv_starve(struct tcp_recv *s)
{
	if (likely(!tcp_mem_full(s->stack)) || !gonet_tcp_readable(s->gt))
		return false;
	if (s->r.first)
		gonet_count(s->stack, TcpExtOfoPruned);
	tcp_recv_renege(s);
	return true;
}

/*
 * Data in order into the socket's queue; what is small goes to the last packet there. Of that
 * the program alone takes away, under the queue's lock.
 * Return: false, and nothing has been done, without memory.
 */
static bool tcp_recv_queue(struct tcp_recv *s, struct sk_buff *skb)
{
	struct sock *sk = &s->gt->gs.inet.sk;
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	unsigned int len = skb->len;
	struct sk_buff *tail;
	bool stolen;
	int delta;

	spin_lock_bh(&queue->lock);
	/*
	 * Here, where close() looks for what is unread: what is in the queue before that it sees.
	 * Later the program may have read this and closed the socket for that reason.
	 */
	if (unlikely(tcp_recv_closed(s)))
		s->late = true;
	tail = skb_peek_tail(queue);
	if (tail && skb_try_coalesce(tail, skb, &stolen, &delta)) {
		atomic_add(delta, &sk->sk_rmem_alloc);
		tcp_mem_add(s->stack, delta);
		tail->tstamp = skb->tstamp;
		tcp_recv_received(s->gt, len);
		spin_unlock_bh(&queue->lock);
		gonet_count(s->stack, TcpExtTCPRcvCoalesce);
		skb_orphan(skb);
		kfree_skb_partial(skb, stolen);
		return true;
	}
	if (tail && !skb->destructor && tcp_recv_full(sk))
		skb = tcp_recv_gather(skb);
	if (!skb) {
		spin_unlock_bh(&queue->lock);
		return false;
	}
	memset(skb->cb, 0, sizeof(skb->cb));
	if (!skb->destructor)
		tcp_mem_own(s->gt, skb);
	__skb_queue_tail(queue, skb);
	/* Before anybody can have read it: what is read never exceeds what was received. */
	tcp_recv_received(s->gt, len);
	spin_unlock_bh(&queue->lock);
	return true;
}

/* Cuts a packet down to @len bytes from @head on. */
static bool tcp_recv_cut(struct sk_buff *skb, u32 head, u32 len)
{
	if (head && !pskb_pull(skb, head))
		return false;
	return skb->len <= len || !pskb_trim(skb, len);
}

/*
 * The same of one that is the socket's. pskb_pull() may make the head larger, and corrects what
 * a packet says of its memory only if it is nobody's.
 */
static bool tcp_recv_recut(struct tcp_recv *s, struct sk_buff *skb, u32 head, u32 len)
{
	bool done;

	if (!head && skb->len <= len)
		return true;
	skb_orphan(skb);
	done = tcp_recv_cut(skb, head, len);
	tcp_mem_own(s->gt, skb);
	return done;
}

/* Data that fills the gap before others brings those in, too. Return: bytes taken. */
static u32 tcp_recv_fill(struct tcp_recv *s, u64 now)
{
	struct tcp_piece *p;
	u32 skip, taken = 0;

	while ((p = tcp_receiver_pull(&s->r, &skip))) {
		struct sk_buff *skb = tcp_piece_skb(p);
		u32 len = p->end - p->seq;

		if (skip >= len) {
			kfree_skb(skb);
			continue;
		}
		len -= skip;
		if (!tcp_recv_recut(s, skb, p->seq + skip - tcp_ofo(skb)->seq, len)) {
			/* The peer will send it again (RFC 2018 8). */
			tcp_recv_drop(s, skb, GONET_DROP_NO_MEMORY);
			break;
		}
		tcp_recv_queue(s, skb);
		tcp_receiver_advance(&s->r, len, now);
		taken += len;
	}
	return taken;
}

/* Out of order: kept with its payload as a whole, of which the piece says what counts. */
static void tcp_recv_keep(struct tcp_recv *s, const struct tcp_seg *seg,
			  const struct tcp_fit *fit, struct sk_buff *skb)
{
	struct tcp_piece *p = &tcp_ofo(skb)->piece, *gone = NULL, *next;
	struct sock *sk = &s->gt->gs.inet.sk;
	u32 head, tail;

	if (tcp_recv_full(sk) || tcp_mem_full(s->stack)) {
		gonet_count(s->stack, TcpExtTCPOFODrop);
		tcp_recv_drop(s, skb, GONET_DROP_TCP_OFO);
		return;
	}
	memset(skb->cb, 0, sizeof(skb->cb));
	p->seq = seg->f.seq + fit->head;
	p->end = p->seq + fit->len;
	tcp_ofo(skb)->seq = p->seq;
	gonet_count(s->stack, TcpExtTCPOFOQueue);
	WRITE_ONCE(s->gt->pub.ooo_in, s->gt->pub.ooo_in + 1);
	if (!tcp_receiver_insert(&s->r, p, &gone, &head, &tail)) {
		if (p->seq == p->end)
			gonet_count(s->stack, TcpExtTCPOFOMerge);
		else
			gonet_count(s->stack, TcpExtTCPOFODrop);
		tcp_recv_drop(s, skb, GONET_DROP_TCP_OFO);
		return;
	}
	for (; gone; gone = next) {
		next = gone->next;
		gonet_count(s->stack, TcpExtTCPOFOMerge);
		kfree_skb(tcp_piece_skb(gone));
	}
	tcp_mem_own(s->gt, skb);
}

/**
 * tcp_recv_text() - take the data of a segment (RFC 9293 3.10.7.4, seventh step)
 * @s: the receive half
 * @seg: the segment, in the window
 * @skb: its packet, given away
 * @gap: set to whether data is missing before it, or was until now
 * @now: the time
 *
 * Context: the receive half's step.
 *
 * Return: bytes that are in order now.
 */
u32 tcp_recv_text(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb,
		  bool *gap, u64 now)
{
	struct tcp_fit fit = tcp_receiver_fit(&s->r, seg);
	struct sock *sk = &s->gt->gs.inet.sk;
	u32 taken;

	*gap = false;
	if (!fit.len) {
		if (!seg->len) {
			consume_skb(skb);
			return 0;
		}
		tcp_mib_useless(s, seg);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_OLD);
		return 0;
	}
	if (!tcp_recv_cut(skb, seg->f.hlen + fit.head, fit.len)) {
		tcp_recv_drop(s, skb, GONET_DROP_NO_MEMORY);
		return 0;
	}
	gonet_sock_stamp(sk, skb);
	if (!fit.in_order) {
		*gap = true;
		tcp_recv_keep(s, seg, &fit, skb);
		return 0;
	}
	*gap = s->r.first;
	if (tcp_recv_full(sk))
		tcp_rcvbuf_squeeze(&s->rb, s->r.mss);
	if (tcp_recv_starve(s) || !tcp_recv_queue(s, skb)) {
		gonet_count(s->stack, TcpExtTCPRcvQDrop);
		tcp_recv_drop(s, skb, GONET_DROP_SOCK_RCVBUF);
		return 0;
	}
	tcp_receiver_advance(&s->r, fit.len, now);
	taken = fit.len;
	if (*gap)
		taken += tcp_recv_fill(s, now);
	return taken;
}
