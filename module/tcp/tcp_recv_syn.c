// SPDX-License-Identifier: GPL-2.0
/*
 * The handshake of a connection that this host opens, as its receive half sees it
 * (RFC 9293 3.10.7.3): the peer's SYN, with or without an ACK of ours.
 */
#include <net/inet_ecn.h>
#include <net/sock.h>

#include "tcp_recv.h"

/**
 * tcp_recv_begin() - the peer's SYN has arrived
 * @s: the receive half
 * @open: what the handshake agreed upon
 * @now: the time
 */
void tcp_recv_begin(struct tcp_recv *s, const struct tcp_open *open, u64 now)
{
	tcp_receiver_init(&s->r, open->irs, open->rcv_wnd, open->wscale_ok ? open->rcv_wscale : 0,
			  open->ts_ok, open->sack_ok, open->ts_recent, now);
	s->snd_wscale = open->wscale_ok ? open->snd_wscale : 0;
	WRITE_ONCE(s->gt->pub.snd_wscale, s->snd_wscale);
	s->synced = true;
	s->early = open->fast;
	s->r.syn_wait = open->fast;
	s->r.ack_now = open->fast;
	tcp_rcvbuf_init(&s->rb, tcp_conn_buffer(&s->gt->gs.inet.sk), open->rcv_wnd,
			open->mss, READ_ONCE(s->gt->copied), now);
	WRITE_ONCE(s->gt->advertised, open->rcv_wnd);
	WRITE_ONCE(s->gt->pub.rcv_limit, s->rb.limit);
	WRITE_ONCE(s->gt->pub.rcv_space, s->rb.space);
}

/**
 * tcp_recv_early() - whether a segment is the SYN by which a peer has opened the connection
 * @s: the receive half of a connection opened by Fast Open (RFC 7413 4.2.2)
 * @seg: the segment; there is nothing urgent in a SYN
 *
 * Its data counts before the handshake is done, if it comes first.
 *
 * Return: true if so.
 */
bool tcp_recv_early(struct tcp_recv *s, struct tcp_seg *seg)
{
	u8 flags = seg->f.flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN);

	if (flags != TCP_SYN || seg->f.seq != s->r.irs)
		return false;
	s->early = false;
	seg->f.flags &= ~TCP_URG;
	return true;
}

/* What this host has offered in its SYN, and the peer takes up. */
static void tcp_recv_agree(struct tcp_recv *s, const struct tcp_seg *seg, struct tcp_open *open)
{
	const struct gonet_conf *conf = &s->stack->conf;
	struct sock *sk = &s->gt->gs.inet.sk;

	*open = (struct tcp_open) {
		.irs = seg->f.seq,
		.rcv_wnd = min(tcp_conn_room(sk), 65535U),
		.mss = seg->o.present & TCP_HAS_MSS ? seg->o.mss : TCP_MSS_ASSUMED,
		.ts_recent = seg->o.tsval,
		.snd_wscale = seg->o.wscale,
		.rcv_wscale = s->gt->rcv_wscale,
		.wscale_ok = seg->o.present & TCP_HAS_WSCALE && READ_ONCE(conf->tcp_window_scaling),
		.sack_ok = seg->o.present & TCP_HAS_SACK_OK && READ_ONCE(conf->tcp_sack),
		.ts_ok = seg->o.present & TCP_HAS_TS && READ_ONCE(conf->tcp_timestamps),
	};
}

/* The SYN that was awaited. @acks: it acknowledges ours. */
static void tcp_recv_syn(struct tcp_recv *s, const struct tcp_seg *seg, bool acks,
			 struct tcp_news *news, u64 now)
{
	struct tcp_open open;

	tcp_recv_agree(s, seg, &open);
	tcp_recv_begin(s, &open, now);
	s->r.syn_wait = !acks;
	s->opened = true;
	news->flags = TCP_NEWS_SYN | TCP_NEWS_ACK_NOW;
	news->options = seg->o;
	if (!open.wscale_ok)
		news->options.present &= ~TCP_HAS_WSCALE;
	if (!open.sack_ok)
		news->options.present &= ~TCP_HAS_SACK_OK;
	if (!open.ts_ok)
		news->options.present &= ~TCP_HAS_TS;
	news->ack.seq = seg->f.seq;
	news->ack.wnd = seg->f.window;
	if (acks) {
		news->flags |= TCP_NEWS_ACK;
		news->ack.ack = seg->f.ack;
		news->ack.data = true;
		news->ack.ece = (seg->f.flags & (TCP_ECE | TCP_CWR)) == TCP_ECE;
		news->ack.has_ts = open.ts_ok;
		news->ack.tsecr = seg->o.tsecr;
	}
	news->rcv_nxt = s->r.nxt;
	news->edge = s->r.edge;
	news->ts_recent = s->r.ts_recent;
	csp_out_send(&s->send, news);
}

/**
 * tcp_recv_syn_sent() - a segment in SYN-SENT (RFC 9293 3.10.7.3)
 * @s: the receive half
 * @seg: the segment
 * @skb: its packet; given away
 * @news: to be sent or freed
 * @now: the time
 */
void tcp_recv_syn_sent(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb,
		       struct tcp_news *news, u64 now)
{
	u32 iss = READ_ONCE(s->gt->pub.iss), nxt = READ_ONCE(s->gt->pub.nxt);
	bool acks = seg->f.flags & TCP_ACK;
	bool good = acks && seq_after(seg->f.ack, iss) && seq_before_eq(seg->f.ack, nxt);

	/* First: the ACK. */
	if (acks && !good && !(seg->f.flags & TCP_RST)) {
		news->flags = TCP_NEWS_REFUSE;
		news->ack.ack = seg->f.ack;
		csp_out_send(&s->send, news);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_WINDOW);
		return;
	}
	/* Second: the RST, which must acknowledge our SYN. */
	if (good && seg->f.flags & TCP_RST) {
		news->flags = TCP_NEWS_RESET;
		csp_out_send(&s->send, news);
		consume_skb(skb);
		return;
	}
	/* Fourth: the SYN. Data with it comes again, acknowledged only from here on. */
	if (seg->f.flags & TCP_SYN && !(seg->f.flags & TCP_RST)) {
		tcp_recv_syn(s, seg, good, news, now);
		consume_skb(skb);
		return;
	}
	tcp_news_lost(news, CSP_LOST_CLOSED);
	gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
}
