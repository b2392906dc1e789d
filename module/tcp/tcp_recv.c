// SPDX-License-Identifier: GPL-2.0
/*
 * The receive half of a connection: it owns the receive sequence space and what has
 * arrived out of order (RFC 9293 3.10.7). Data in order goes into the socket's queue for
 * recvmsg(); what the segments say of our own sending, and what is to be acknowledged,
 * goes to the send half as a message.
 *
 * Before anything of a segment counts there is memory for that message, and room for it: a
 * segment for which there is not is lost like one that the network loses.
 */
#include <linux/filter.h>
#include <linux/slab.h>
#include <net/inet_ecn.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp.h"
#include "tcp_recv.h"

struct kmem_cache *tcp_news_cache;

/**
 * tcp_news_lost() - the lost() of the send half's input for news
 * @msg: the news
 * @why: why they did not arrive: the send half has ended
 */
void tcp_news_lost(void *msg, enum csp_lost why)
{
	kmem_cache_free(tcp_news_cache, msg);
}

/* News that are empty, if the send half can take them; else NULL. */
static struct tcp_news *tcp_recv_news(struct tcp_recv *s)
{
	/* This process alone fills that queue, so the room stays until it sends. */
	if (csp_chan_len(s->send.ch) >= TCP_NEWS_DEPTH)
		return NULL;
	return kmem_cache_zalloc(tcp_news_cache, GFP_ATOMIC | __GFP_NOWARN);
}

/*
 * The window that is offered from now on. Who reads pokes by what is offered, so it looks
 * again at the room when that is known: what was read in between has poked nobody.
 */
static void tcp_recv_advertise(struct tcp_recv *s)
{
	const struct sock *sk = &s->gt->gs.inet.sk;
	u32 was, room, wnd;

	room = tcp_recv_room(s);
	do {
		was = room;
		wnd = tcp_receiver_window(&s->r, room, tcp_conn_buffer(sk));
		WRITE_ONCE(s->gt->advertised, wnd);
		smp_mb();	/* @advertised, then the room; pairs with gonet_tcp_read() */
		room = tcp_recv_room(s);
	} while (room > was && room / 2 >= wnd);
}

/* Says what is to be acknowledged, and sends. */
static void tcp_recv_tell(struct tcp_recv *s, struct tcp_news *news)
{
	if (s->synced) {
		tcp_recv_advertise(s);
		news->rcv_nxt = s->r.nxt;
		news->edge = s->r.edge;
		news->ts_recent = s->r.ts_recent;
		news->ato_us = s->r.ato_us;
		if (news->flags & TCP_NEWS_ACK_NOW) {
			tcp_mib_dsack(s);
			news->n_sack = tcp_receiver_sack(&s->r, news->sack, TCP_SACK_MAX);
		}
	}
	csp_out_send(&s->send, news);
}

/* What the send half has published since. */
static void tcp_recv_look(struct tcp_recv *s, struct tcp_peer_view *v)
{
	const struct gonet_stream *gt = s->gt;

	v->una = READ_ONCE(gt->pub.una);
	v->nxt = READ_ONCE(gt->pub.nxt);
	v->max_wnd = READ_ONCE(gt->pub.max_wnd);
	if (s->synced)
		tcp_receiver_acked(&s->r, READ_ONCE(gt->pub.ack_sent));
}

/* What a segment says of what we have sent. */
static void tcp_recv_ack(struct tcp_recv *s, const struct tcp_seg *seg, struct tcp_news *news)
{
	struct tcp_ack *a = &news->ack;

	if (!(seg->f.flags & TCP_ACK))
		return;
	news->flags |= TCP_NEWS_ACK;
	a->seq = seg->f.seq;
	a->ack = seg->f.ack;
	a->wnd = (u32)seg->f.window << (seg->f.flags & TCP_SYN ? 0 : s->snd_wscale);
	/* The first of a child repeats nothing, even if data has been sent in the meantime. */
	a->data = seg->len || seg->f.flags & (TCP_SYN | TCP_FIN) || !s->opened;
	s->opened = true;
	a->ece = seg->f.flags & TCP_ECE;
	a->has_ts = s->r.ts_ok && seg->o.present & TCP_HAS_TS;
	a->tsecr = seg->o.tsecr;
	if (s->r.sack_ok) {
		a->n_sack = seg->o.n_sack;
		memcpy(a->sack, seg->o.sack, sizeof(a->sack));
	}
	news->cwr = seg->f.flags & TCP_CWR;
}

/* RFC 2525 2.17, RFC 1122 4.2.2.13: nobody will read what comes after a close(). */
static bool tcp_recv_unread(const struct tcp_recv *s, const struct tcp_seg *seg)
{
	return seg->len && !s->r.finished && tcp_recv_closed(s) &&
	       seq_after(seg->f.seq + seg->len, s->r.nxt);
}

/* The same of every segment that is whole. */
static void tcp_recv_note(struct tcp_recv *s, const struct tcp_seg *seg, const struct sk_buff *skb)
{
	struct gonet_tcp_pub *pub = &s->gt->pub;
	u32 n = max_t(u16, skb_shinfo(skb)->gso_segs, 1);

	WRITE_ONCE(pub->segs_in, pub->segs_in + n);
	if (seg->len)
		WRITE_ONCE(pub->data_segs_in, pub->data_segs_in + n);
	if (GONET_CB(skb)->tos & INET_ECN_MASK)
		WRITE_ONCE(pub->ecn_seen, true);
}

/* What TCP_INFO tells of this half. */
static void tcp_recv_publish(struct tcp_recv *s)
{
	struct gonet_stream *gt = s->gt;

	WRITE_ONCE(gt->pub.ato_us, s->r.ato_us);
	WRITE_ONCE(gt->pub.rcv_mss, s->r.mss);
	WRITE_ONCE(gt->pub.data_us, s->r.last_data_us);
	WRITE_ONCE(gt->pub.rcv_rtt_us, s->rb.rtt_us);
	WRITE_ONCE(gt->pub.rcv_space, s->rb.space);
	WRITE_ONCE(gt->pub.rcv_limit, s->rb.limit);
}

static void tcp_recv_accept(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb,
			    struct tcp_news *news, u64 now)
{
	u32 taken, truesize = skb->truesize;
	bool gap;

	tcp_recv_turns(s);
	tcp_recv_ack(s, seg, news);
	news->ce = INET_ECN_is_ce(GONET_CB(skb)->tos);
	if (tcp_recv_unread(s, seg)) {
		news->flags |= TCP_NEWS_ABORT;
		gonet_count(s->stack, TcpExtTCPAbortOnData);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
		tcp_recv_tell(s, news);
		return;
	}
	tcp_recv_urgent(s, seg, skb);
	taken = tcp_recv_text(s, seg, skb, &gap, now);
	if (tcp_receiver_finish(&s->r))
		news->flags |= TCP_NEWS_FIN | TCP_NEWS_ACK_NOW;
	switch (tcp_receiver_ack_when(&s->r, seg, taken, gap, now)) {
	case TCP_ACK_NOW:
		news->flags |= TCP_NEWS_ACK_NOW;
		break;
	case TCP_ACK_LATER:
		news->flags |= TCP_NEWS_ACK_LATER;
		break;
	case TCP_ACK_NONE:
		break;
	}
	if (taken) {
		tcp_recv_grow(s, seg, truesize, now);
		if (unlikely(s->late))
			news->flags |= TCP_NEWS_ABORT;
	}
	tcp_recv_publish(s);
	tcp_recv_tell(s, news);
	if (taken)
		tcp_recv_ready(s);
}

/* Two ends that find each other's ACKs out of the window must not answer for ever. */
static bool tcp_recv_tired(struct tcp_recv *s, const struct tcp_seg *seg)
{
	if (seg->len || seg->f.flags & (TCP_SYN | TCP_FIN))
		return false;
	if (time_before(jiffies, s->last_ack + TCP_ACK_EVERY)) {
		tcp_mib_skipped(s);
		return true;
	}
	s->last_ack = jiffies;
	return false;
}

static void tcp_news_drop(struct tcp_news **news)
{
	kmem_cache_free(tcp_news_cache, *news);
	*news = NULL;
}

/* A segment of a connection that is synchronized (RFC 9293 3.10.7.4). */
static void tcp_recv_synced(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb,
			    struct tcp_news *news, u64 now)
{
	enum tcp_verdict verdict;
	struct tcp_peer_view v;

	tcp_recv_look(s, &v);
	verdict = tcp_receiver_check(&s->r, seg, &v, now);
	if (unlikely(verdict != TCP_V_ACCEPT))
		tcp_mib_verdict(s, seg, verdict);
	switch (verdict) {
	case TCP_V_ACCEPT:
		tcp_recv_accept(s, seg, skb, news, now);
		return;
	case TCP_V_ACK:
		if (tcp_recv_tired(s, seg))
			tcp_news_drop(&news);
		else
			news->flags |= TCP_NEWS_ACK_NOW;
		break;
	case TCP_V_CHALLENGE:
		news->flags |= TCP_NEWS_CHALLENGE;
		break;
	case TCP_V_RESET:
		news->flags |= TCP_NEWS_RESET;
		break;
	case TCP_V_REFUSE:
		news->flags |= TCP_NEWS_REFUSE;
		news->ack.ack = seg->f.ack;
		break;
	case TCP_V_DROP:
		tcp_news_drop(&news);
		break;
	}
	gonet_drop(s->stack, skb, GONET_DROP_TCP_WINDOW);
	if (news)
		tcp_recv_tell(s, news);
}

static void tcp_recv_step(struct csp_proc *proc, void *msg)
{
	struct tcp_recv *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct tcp_news *news;
	struct tcp_seg seg;
	u64 now = tcp_now();

	if (!tcp_segment_verify(s->stack, skb))
		return;
	if (rcu_access_pointer(s->gt->gs.inet.sk.sk_filter) &&
	    sk_filter_trim_cap(&s->gt->gs.inet.sk, skb, tcp_hdrlen(skb))) {
		tcp_recv_drop(s, skb, GONET_DROP_SOCK_FILTER);
		return;
	}
	if (!tcp_segment_read(s->stack, skb, &seg)) {
		gonet_count(s->stack, TcpInErrs);
		tcp_recv_drop(s, skb, GONET_DROP_TCP_SHORT);
		return;
	}
	tcp_recv_note(s, &seg, skb);
	news = tcp_recv_news(s);
	if (!news) {
		tcp_recv_drop(s, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	if (unlikely(s->early) && tcp_recv_early(s, &seg))
		tcp_recv_accept(s, &seg, skb, news, now);
	else if (likely(s->synced))
		tcp_recv_synced(s, &seg, skb, news, now);
	else
		tcp_recv_syn_sent(s, &seg, skb, news, now);
}

/* RFC 9293 3.8.6.2.2: reading has opened the window. */
static void tcp_recv_read(struct csp_proc *proc, void *msg)
{
	struct tcp_recv *s = csp_state(proc);
	struct sock *sk = &s->gt->gs.inet.sk;
	struct tcp_news *news;

	atomic_set(&s->gt->read_poked, 0);
	smp_mb();	/* what is read after this pokes again; pairs with its atomic_xchg() */
	if (!s->synced ||
	    !tcp_receiver_window_opened(&s->r, tcp_recv_room(s), tcp_conn_buffer(sk)))
		return;
	news = tcp_recv_news(s);
	if (!news)
		return;		/* the next segment will tell */
	news->flags = TCP_NEWS_ACK_NOW;
	tcp_recv_tell(s, news);
}

static void tcp_recv_read_lost(void *msg, enum csp_lost why)
{
	struct gonet_stream *gt = msg;

	atomic_set(&gt->read_poked, 0);
}

/**
 * struct tcp_recv_arg - argument of tcp_recv_init()
 * @gt: the connection
 * @open: what the handshake agreed upon, or NULL if it is yet to come
 * @send: the send half
 */
struct tcp_recv_arg {
	struct gonet_stream *gt;
	const struct tcp_open *open;
	struct csp_proc *send;
};

static int tcp_recv_init(struct csp_proc *proc, void *arg)
{
	const struct tcp_recv_arg *a = arg;
	struct tcp_recv *s = csp_state(proc);

	s->gt = a->gt;
	s->stack = a->gt->gs.stack;
	s->last_ack = jiffies - TCP_ACK_EVERY;
	csp_out_open(&s->send, proc, a->send, TCP_SEND_NEWS);
	if (a->open)
		tcp_recv_begin(s, a->open, tcp_now());
	sock_hold(&s->gt->gs.inet.sk);
	return 0;
}

static void tcp_recv_exit(struct csp_proc *proc)
{
	struct tcp_recv *s = csp_state(proc);

	tcp_recv_renege(s);
	sock_put(&s->gt->gs.inet.sk);
}

struct csp_kind tcp_recv_kind = {
	.name = "tcp_recv",
	.state_size = sizeof(struct tcp_recv),
	.n_inputs = 2,
	.inputs = {
		[TCP_RECV_IN] = GONET_SKB_PORT("in", tcp_recv_step),
		[TCP_RECV_READ] = {
			.name = "read",
			.depth = 1,
			.full = CSP_DROP,
			.step = tcp_recv_read,
			.lost = tcp_recv_read_lost,
		},
	},
	.init = tcp_recv_init,
	.exit = tcp_recv_exit,
};

/**
 * tcp_recv_start() - start the receive half of a connection
 * @gt: the connection
 * @open: what the handshake agreed upon, or NULL if it is yet to come
 * @send: the send half
 * @gfp: GFP_KERNEL, or GFP_ATOMIC from a step
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *tcp_recv_start(struct gonet_stream *gt, const struct tcp_open *open,
				struct csp_proc *send, gfp_t gfp)
{
	struct tcp_recv_arg arg = { .gt = gt, .open = open, .send = send };

	return csp_proc_start(&gt->gs.stack->group, &tcp_recv_kind, &arg, gfp, "tcp_recv/%lu",
			      gt->gs.number);
}

/**
 * gonet_tcp_read() - recvmsg() has taken data out
 * @gt: the connection
 *
 * The receive half is told only when the window may have to be advertised anew.
 *
 * Context: any but hard interrupt.
 */
void gonet_tcp_read(struct gonet_stream *gt)
{
	struct sock *sk = &gt->gs.inet.sk;
	struct csp_proc *recv;

	smp_mb();	/* the room, then @advertised; pairs with tcp_recv_advertise() */
	if (tcp_conn_room(sk) < 2 * READ_ONCE(gt->advertised) || atomic_xchg(&gt->read_poked, 1))
		return;
	rcu_read_lock();
	recv = rcu_dereference(gt->gs.reader);
	if (recv)
		csp_send(&recv->in[TCP_RECV_READ], gt);
	else
		atomic_set(&gt->read_poked, 0);
	rcu_read_unlock();
}
