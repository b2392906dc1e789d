// SPDX-License-Identifier: GPL-2.0
/*
 * The records of connections that peers are opening: what they agree upon, and how they
 * answer.
 */
#include <linux/slab.h>
#include <net/inet_ecn.h>
#include <net/sock.h>

#include "logic/cookie.h"
#include "tcp_listen.h"

static u32 tcp_request_ts(const struct tcp_request *r)
{
	const struct tcp_cookie_options o = {
		.has_wscale = r->open.wscale_ok,
		.wscale = r->open.snd_wscale,
		.sack_ok = r->open.sack_ok,
		.ecn_ok = r->open.ecn_ok,
	};
	u32 ts = tcp_ts(tcp_now());

	return r->cookie ? tcp_cookie_tsval(ts, &o) : ts;
}

/* As it stands in the header: a SYN's is never scaled (RFC 7323 2.2). */
static u16 tcp_request_window(const struct tcp_open *open, u8 flags)
{
	u8 shift = flags & TCP_SYN || !open->wscale_ok ? 0 : open->rcv_wscale;

	return min(open->rcv_wnd >> shift, 65535U);
}

/**
 * tcp_request_answer() - send the peer a segment with the numbers of a record
 * @s: the listener
 * @r: the record
 * @flags: TCP_SYN, or 0
 * @more: options with a Fast Open cookie that it is to have, too, or NULL
 */
void tcp_request_answer(struct tcp_listen *s, struct tcp_request *r, u8 flags,
			const struct tcp_options *more)
{
	const struct tcp_open *open = &r->open;
	struct tcp_reply reply = {
		.key = r->entry.key,
		.seq = flags & TCP_SYN ? open->iss : open->iss + 1,
		.ack = open->irs + 1,
		.window = tcp_request_window(open, flags),
		.flags = flags | TCP_ACK,
		.tos = READ_ONCE(s->gt->gs.inet.tos) & ~INET_ECN_MASK,
		.ttl = max(READ_ONCE(s->gt->gs.inet.uc_ttl), 0),
	};
	struct tcp_options *o = &reply.o;

	if (more)
		*o = *more;
	if (open->ts_ok) {
		o->present |= TCP_HAS_TS;
		o->tsval = tcp_request_ts(r) + tcp_ts_offset(s->stack->tcp, &r->entry.key);
		o->tsecr = r->q.ts_recent;
		r->q.ts_last = o->tsval;	/* the peer may echo any of them */
	}
	if (flags & TCP_SYN) {
		struct gonet_flow flow = {
			.saddr = r->entry.key.laddr, .daddr = r->entry.key.raddr,
		};

		if (open->ecn_ok)
			reply.flags |= TCP_ECE;
		o->present |= TCP_HAS_MSS;
		o->mss = tcp_conn_mss(s->gt, &flow);
		if (open->wscale_ok)
			o->present |= TCP_HAS_WSCALE;
		o->wscale = open->rcv_wscale;
		if (open->sack_ok)
			o->present |= TCP_HAS_SACK_OK;
	}
	tcp_reply_send(s->stack, &reply);
}

/**
 * tcp_request_agree() - what a SYN offers, and this host takes up (RFC 9293 3.10.7.2, third)
 * @s: the listener
 * @seg: the SYN
 * @r: the record, with its key and the time; set
 * @iss: our initial sequence number
 */
void tcp_request_agree(struct tcp_listen *s, const struct tcp_seg *seg, struct tcp_request *r,
		       u32 iss)
{
	const struct gonet_conf *conf = &s->stack->conf;
	const struct sock *sk = &s->gt->gs.inet.sk;
	u8 ecn = TCP_ECE | TCP_CWR;

	r->open = (struct tcp_open) {
		.iss = iss,
		.irs = seg->f.seq,
		.mss = seg->o.present & TCP_HAS_MSS ? seg->o.mss : TCP_MSS_ASSUMED,
		.rcv_wnd = min(tcp_conn_buffer(sk), 65535U),
		.ts_recent = seg->o.tsval,
		.snd_wscale = seg->o.wscale,
		.rcv_wscale = s->gt->rcv_wscale,
		.wscale_ok = seg->o.present & TCP_HAS_WSCALE && READ_ONCE(conf->tcp_window_scaling),
		.sack_ok = seg->o.present & TCP_HAS_SACK_OK && READ_ONCE(conf->tcp_sack),
		.ts_ok = seg->o.present & TCP_HAS_TS && READ_ONCE(conf->tcp_timestamps),
		.ecn_ok = (seg->f.flags & ecn) == ecn && READ_ONCE(conf->tcp_ecn),
	};
	r->q = (struct tcp_mini_request) {
		.irs = r->open.irs,
		.iss = iss,
		.wnd = r->open.rcv_wnd,
		.ts_ok = r->open.ts_ok,
		.ts_recent = r->open.ts_recent,
		.ts_stamp_us = r->sent_us,
		.ts_first = tcp_ts(r->sent_us) + tcp_ts_offset(s->stack->tcp, &r->entry.key),
	};
	r->q.ts_last = r->q.ts_first;
}

/**
 * tcp_request_save() - keep the headers of a SYN for the program (TCP_SAVE_SYN)
 * @s: the listener
 * @skb: the SYN, data at its TCP header, which is linear
 *
 * What comes by the loopback has no header of Ethernet. Without memory nothing is kept, as
 * natively.
 *
 * Return: the headers, to be freed by kfree(), or NULL.
 */
struct gonet_tcp_syn *tcp_request_save(const struct tcp_listen *s, const struct sk_buff *skb)
{
	u8 save = READ_ONCE(s->gt->o.save_syn);
	const u8 *from = skb_network_header(skb);
	struct gonet_tcp_syn *syn;
	size_t len;

	if (!save)
		return NULL;
	if (save > 1 && skb_mac_header_was_set(skb))
		from = skb_mac_header(skb);
	len = skb->data + tcp_hdrlen(skb) - from;
	syn = kmalloc(struct_size(syn, data, len), GFP_ATOMIC | __GFP_NOWARN);
	if (!syn)
		return NULL;
	syn->len = len;
	memcpy(syn->data, from, len);
	return syn;
}
