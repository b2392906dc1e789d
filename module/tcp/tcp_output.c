// SPDX-License-Identifier: GPL-2.0
/*
 * What the send half sends: it asks its arithmetic what may be sent next, builds that from
 * the payload that it keeps, and acknowledges what has arrived with whatever it sends.
 */
#include <linux/slab.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/sock.h>

#include <gonet/route.h>
#include <gonet/stamp.h>

#include "tcp_fast.h"
#include "tcp_send.h"
#include "trace.h"

#define TCP_OUTPUT_ROOM	(LL_MAX_HEADER + sizeof(struct iphdr) + TCP_HLEN_MAX)

/* The window as it stands in the header. */
static u16 tcp_output_window(const struct tcp_send *s, bool syn)
{
	u32 wnd;

	if (!s->peer_synced)
		return min(tcp_conn_room(&s->gt->gs.inet.sk), 65535U);
	wnd = seq_after(s->edge, s->rcv_nxt) ? s->edge - s->rcv_nxt : 0;
	return min(syn ? wnd : wnd >> s->rcv_wscale, 65535U);
}

/* What a SYN offers; in answer to a SYN, what that has offered, too. */
static void tcp_output_syn_options(struct tcp_send *s, struct tcp_options *o)
{
	const struct gonet_conf *conf = &s->stack->conf;
	struct sock *sk = &s->gt->gs.inet.sk;

	o->present |= TCP_HAS_MSS;
	o->mss = tcp_conn_mss(s->gt, &s->flow);
	if (s->peer_synced ? s->s.sack_ok : READ_ONCE(conf->tcp_sack))
		o->present |= TCP_HAS_SACK_OK;
	if (s->peer_synced ? s->wscale_ok : READ_ONCE(conf->tcp_window_scaling)) {
		o->present |= TCP_HAS_WSCALE;
		o->wscale = tcp_conn_wscale(s->stack, sk);
	}
	if (s->peer_synced ? s->s.ts_ok : READ_ONCE(conf->tcp_timestamps))
		o->present |= TCP_HAS_TS;
	tcp_fast_option(s, o);
}

static void tcp_output_options(struct tcp_send *s, u8 flags, u64 now, struct tcp_options *o)
{
	memset(o, 0, offsetof(struct tcp_options, sack));
	if (flags & TCP_SYN)
		tcp_output_syn_options(s, o);
	else if (s->s.ts_ok)
		o->present |= TCP_HAS_TS;
	o->tsval = tcp_ts(now) + s->gt->pub.ts_offset;
	o->tsecr = s->peer_synced ? s->ts_recent : 0;
}

/* RFC 3168 6.1: a SYN asks for ECN, one that answers grants it. */
static u8 tcp_output_ecn(const struct tcp_send *s, u8 flags)
{
	if (flags & TCP_SYN) {
		if (!s->peer_synced)
			return READ_ONCE(s->stack->conf.tcp_ecn) == 1 ? TCP_ECE | TCP_CWR : 0;
		return s->s.ecn_ok ? TCP_ECE : 0;
	}
	return s->ecn_echo ? TCP_ECE : 0;
}

/* An acknowledgment leaves with this segment. */
static void tcp_output_acks(struct tcp_send *s)
{
	s->ack_now = false;
	s->ack_later = false;
	WRITE_ONCE(s->gt->pub.ack_sent, s->rcv_nxt);
}

/* Writes the header and sends. @skb: the payload; given away. */
static int tcp_output_send(struct tcp_send *s, struct sk_buff *skb, u32 seq, u8 flags, u32 mss,
			   const struct tcp_options *o)
{
	struct sock *sk = &s->gt->gs.inet.sk;
	struct tcp_fields f = {
		.sport = ntohs(s->flow.sport),
		.dport = ntohs(s->flow.dport),
		.seq = seq,
		.ack = s->peer_synced ? s->rcv_nxt : 0,
		.window = tcp_output_window(s, flags & TCP_SYN),
		.flags = flags | (s->peer_synced ? TCP_ACK : 0),
	};
	u32 len = skb->len, segs;

	f.flags |= tcp_output_ecn(s, flags);
	if (s->urg && seq_after(s->urg_end, seq)) {
		f.flags |= TCP_URG;
		f.urgent = min(s->urg_end - seq, 65535U);
	}
	if (len > mss) {
		skb_shinfo(skb)->gso_size = mss;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(len, mss);
		skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
		if (f.flags & TCP_CWR)
			skb_shinfo(skb)->gso_type |= SKB_GSO_TCP_ECN;
	}
	s->flow.ttl = max(READ_ONCE(s->gt->gs.inet.uc_ttl), 0);	/* MUST-49 */
	s->flow.tos = READ_ONCE(s->gt->gs.inet.tos) & ~INET_ECN_MASK;	/* MUST-48 */
	if (s->s.ecn_ok && len)
		s->flow.tos |= INET_ECN_ECT_0;
	tcp_segment_write(skb, &f, o, s->flow.saddr, s->flow.daddr);
	skb->priority = READ_ONCE(sk->sk_priority);
	segs = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	tcp_mib_out(s, seq, seq + len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN), segs,
		    flags & TCP_SYN ? -1 : f.window);
	s->segs_out += segs;
	if (len)
		s->data_segs_out += segs;
	if (s->peer_synced)
		tcp_output_acks(s);
	return gonet_ipv4_send(s->stack, skb, &s->flow, IPPROTO_TCP, 0);
}

static struct sk_buff *tcp_output_alloc(u32 linear)
{
	struct sk_buff *skb = alloc_skb(TCP_OUTPUT_ROOM + linear, GFP_ATOMIC | __GFP_NOWARN);

	if (skb)
		skb_reserve(skb, TCP_OUTPUT_ROOM);
	return skb;
}

/**
 * tcp_output_empty() - send a segment without payload
 * @s: the send half
 * @flags: control bits besides ACK; TCP_RST ends without options
 * @seq: its sequence number
 *
 * Return: 0; -ENOMEM, -ENOBUFS, -EPIPE.
 */
int tcp_output_empty(struct tcp_send *s, u8 flags, u32 seq)
{
	struct sk_buff *skb = tcp_output_alloc(0);
	struct tcp_options o;

	if (!skb)
		return -ENOMEM;
	tcp_output_options(s, flags, tcp_now(), &o);
	if (!flags && s->n_sack) {
		o.n_sack = s->n_sack;
		memcpy(o.sack, s->sack, sizeof(o.sack));
	}
	if (flags & TCP_RST) {
		gonet_count(s->stack, TcpOutRsts);
		trace_gonet_tcp_send_reset(s->stack, s->gt->gs.number, &s->gt->entry.key, s->st,
					   seq);
	}
	return tcp_output_send(s, skb, seq, flags, 1, &o);
}

/* A packet of @len bytes of payload from @seq on, of which so many are linear. */
static struct sk_buff *tcp_output_build(struct tcp_send *s, u32 seq, u32 len, u32 linear)
{
	struct sk_buff *skb = tcp_output_alloc(linear);

	if (skb && len && tcp_queue_copy(s, seq, len, linear, skb)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/* Our SYN. Only the first has what Fast Open adds to it. Return: 0; -ENOMEM. */
static int tcp_output_syn(struct tcp_send *s, const struct tcp_tx *tx, u64 now)
{
	u32 iss = s->s.iss, len = 0, linear = 0;
	struct tcp_options o;
	struct sk_buff *skb;
	int err;

	tcp_output_options(s, TCP_SYN, now, &o);
	if (!tx->retrans && !s->peer_synced)
		len = tcp_fast_offer(s, &o);
	if (len)
		len = tcp_queue_fit(s, iss + 1, len, &linear);
	skb = tcp_output_build(s, iss + 1, len, linear);
	if (!skb)
		return -ENOMEM;
	if (s->fast && tx->retrans)
		s->fast->syn.again = true;
	else if (s->fast)
		s->fast->syn.carried = len;
	if (!tx->retrans)
		WRITE_ONCE(s->gt->pub.nxt, iss + 1 + len);	/* as below */
	err = tcp_output_send(s, skb, iss, TCP_SYN, s->s.mss, &o);
	tcp_mib_sent(s, tx, err);
	if (len)
		gonet_count(s->stack, TcpExtTCPOrigDataSent);
	if (tx->retrans)
		trace_gonet_tcp_retransmit(s, tx, err);
	return 0;
}

/* Builds and sends what @tx says; its length may become less. Return: 0; -ENOMEM. */
static int tcp_output_one(struct tcp_send *s, struct tcp_tx *tx, u64 now)
{
	struct tcp_options o;
	struct sk_buff *skb;
	u32 linear = 0, fits, end;
	int err;

	if (tx->probe) {
		gonet_count(s->stack, TcpExtTCPWinProbe);
		return tcp_output_empty(s, 0, s->s.una - 1);
	}
	if (tx->flags & TCP_SYN)
		return tcp_output_syn(s, tx, now);
	if (tx->len) {
		fits = tcp_queue_fit(s, tx->seq, tx->len, &linear);
		if (WARN_ON_ONCE(!fits))
			return -EINVAL;
		if (fits < tx->len) {
			tx->flags &= ~(TCP_FIN | TCP_PSH);
			tx->whole = false;
			tx->len = fits > s->s.mss ? fits - fits % s->s.mss : fits;
			linear = min(linear, tx->len);
		}
	}
	skb = tcp_output_build(s, tx->seq, tx->len, linear);
	if (!skb)
		return -ENOMEM;
	tcp_output_options(s, tx->flags, now, &o);
	/* The answer may be here before this returns: the receive half must know of it then. */
	end = tx->seq + tx->len + !!(tx->flags & TCP_FIN);
	WRITE_ONCE(s->gt->pub.nxt, seq_max(s->s.nxt, end));
	/* What the network or this host loses comes again: only memory stops us here. */
	err = tcp_output_send(s, skb, tx->seq, tx->flags, tx->whole ? tx->len : s->s.mss, &o);
	tcp_mib_sent(s, tx, err);
	if (tx->retrans)
		trace_gonet_tcp_retransmit(s, tx, err);
	return 0;
}

/**
 * tcp_output_reserve() - memory for the scoreboard
 * @s: the send half
 * @n: entries that the next call may take
 *
 * Return: false when there is none.
 */
bool tcp_output_reserve(struct tcp_send *s, u32 n)
{
	while (s->s.n_spare < n) {
		struct tcp_sent *spare;

		spare = kmem_cache_alloc(tcp_sent_cache, GFP_ATOMIC | __GFP_NOWARN);
		if (!spare)
			return false;
		tcp_sender_give(&s->s, spare);
	}
	return true;
}

/* What the scoreboard does not soon need again. */
static void tcp_output_release(struct tcp_send *s)
{
	struct tcp_sent *spare;

	while ((spare = tcp_sender_take(&s->s, false)))
		kmem_cache_free(tcp_sent_cache, spare);
}

/* What there is to send. */
static void tcp_output_stock(struct tcp_send *s, struct tcp_stock *stock)
{
	stock->end = s->end;
	stock->fin = s->fin_wanted && s->end - s->s.iss - 1 == READ_ONCE(s->gt->written);
	stock->push = !READ_ONCE(s->gt->more);
	stock->full = READ_ONCE(s->gt->nospace);
	stock->max = max(s->s.mss, 65535U - TCP_HLEN_MAX - (u32)sizeof(struct iphdr));
}

/**
 * tcp_output() - send what may be sent, and acknowledge what is to be
 * @proc: the send half
 *
 * Context: its step, or the end of a batch.
 */
void tcp_output(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	struct tcp_stock stock;
	u64 now = tcp_now();
	struct tcp_tx tx;

	if (s->over || s->st == TCP_ST_CLOSED)
		return;
	if (tcp_fast_pending(s) && !tcp_fast_answer(s)) {
		tcp_send_arm(s, now);
		return;
	}
	tcp_send_conf(s, &s->s.conf);
	tcp_output_stock(s, &stock);
	/* SACK blocks go with an ACK of their own, so that segments stay of one size. */
	if (s->ack_now && s->n_sack)
		tcp_output_empty(s, 0, s->s.nxt);
	while (tcp_output_reserve(s, TCP_SPARE_LEAST) &&
	       tcp_sender_next(&s->s, &stock, now, &tx)) {
		bool first_fin;

		if (tcp_output_one(s, &tx, now))
			break;
		tcp_sender_sent(&s->s, &tx, now);
		if (tx.len)
			WRITE_ONCE(s->gt->pub.data_sent_us, now);
		first_fin = tx.flags & TCP_FIN && !tx.retrans;
		if (first_fin)
			tcp_send_event(s, TCP_EV_FIN_SENT);
	}
	if (s->ack_now)
		tcp_output_empty(s, 0, s->s.nxt);
	tcp_sender_flushed(&s->s, &stock, now);
	tcp_output_release(s);
	tcp_send_arm(s, now);
	tcp_send_publish(s);
	if (READ_ONCE(s->gt->nospace))
		s->gt->gs.inet.sk.sk_write_space(&s->gt->gs.inet.sk);
}

/**
 * tcp_output_mss() - most bytes of payload in a segment
 * @s: the send half, with its flow and what the peer takes
 * @max_wnd: the largest window that the peer has advertised
 *
 * RFC 9293 3.7.1 (MUST-15, 16): what the path, the peer and the program let, without the
 * options that every segment has; and, where segments are so large that this matters, at
 * most half of the peer's window, so that one can be under way while another is acknowledged.
 *
 * Return: the number, at least 8.
 */
u32 tcp_output_mss(struct tcp_send *s, u32 max_wnd)
{
	u32 mss = tcp_conn_mss(s->gt, &s->flow);

	if (s->peer_mss)
		mss = min_t(u32, mss, s->peer_mss);
	if (s->s.ts_ok)
		mss = mss > 12 ? mss - 12 : 0;
	s->full_mss = max(mss, 8U);
	tcp_sender_path(&s->s, s->full_mss);
	return tcp_output_bound(s, max_wnd);
}

/**
 * tcp_output_bound() - the same when only the peer's window has changed
 * @s: the send half
 * @max_wnd: the largest window that the peer has advertised
 *
 * Return: as tcp_output_mss().
 */
u32 tcp_output_bound(const struct tcp_send *s, u32 max_wnd)
{
	u32 most = max_wnd > TCP_MSS_ASSUMED ? max_wnd / 2 : max_wnd;
	u32 full = tcp_sender_path_takes(&s->s);

	return most ? min(full, max(most, 48U)) : full;
}

/**
 * tcp_send_conf() - what the program and the namespace want now
 * @s: the send half
 * @conf: set
 */
void tcp_send_conf(struct tcp_send *s, struct tcp_sender_conf *conf)
{
	const struct gonet_conf *c = &s->stack->conf;
	const struct gonet_tcp_opts *o = &s->gt->o;
	u8 retries = READ_ONCE(c->tcp_retries2);

	if (s->orphan)
		retries = READ_ONCE(c->tcp_orphan_retries) ?: 8;
	conf->cc = READ_ONCE(o->cc);
	conf->rto_min_us = 200000;
	conf->rto_max_us = 120000000;
	conf->user_timeout_us = READ_ONCE(o->user_timeout) * 1000ULL;
	conf->advise = READ_ONCE(c->tcp_retries1);
	conf->retries = retries;
	conf->syn_retries = READ_ONCE(o->syncnt) ?: READ_ONCE(c->tcp_syn_retries);
	conf->orphan = s->orphan;
	conf->nodelay = READ_ONCE(o->nodelay);
	conf->cork = READ_ONCE(o->cork);
	conf->slow_start_after_idle = READ_ONCE(c->tcp_slow_start_after_idle);
	conf->mtu_probing = READ_ONCE(c->tcp_mtu_probing);
	conf->mtu_base = READ_ONCE(c->tcp_base_mss);
	conf->mtu_floor = READ_ONCE(c->tcp_mtu_probe_floor);
	conf->mtu_interval_us = READ_ONCE(c->tcp_probe_interval) * 1000000ULL;
}
