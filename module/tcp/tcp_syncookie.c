// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (RFC 4987 3.6): when a listener has no room for more records, what one would
 * keep is in the sequence number of the answer, and in its timestamp.
 */
#include <net/sock.h>

#include "logic/cookie.h"
#include "tcp_listen.h"

/**
 * struct cookie_ctx - what the hash of a cookie is of
 * @tcp: whose secret is used
 * @key: the connection
 */
struct cookie_ctx {
	const struct gonet_tcp *tcp;
	struct tcp_tuple key;
};

static u32 cookie_hash(const void *arg, u32 salt)
{
	const struct cookie_ctx *ctx = arg;
	struct {
		struct tcp_tuple key;
		u32 salt;
	} of = { .key = ctx->key, .salt = salt };

	return (u32)siphash(&of, sizeof(of), &ctx->tcp->cookie_key);
}

static u32 cookie_minute(void)
{
	return (u32)div_u64(ktime_get_seconds(), 60);
}

/**
 * tcp_cookie_answer() - answer a SYN by a cookie
 * @s: the listener
 * @seg: the SYN
 * @skb: its packet; stays the caller's
 *
 * Return: true; false when the namespace wants none.
 */
bool tcp_cookie_answer(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb)
{
	struct tcp_request r = { .entry.key = tcp_segment_key(skb), .sent_us = tcp_now() };
	struct cookie_ctx ctx = { .tcp = s->stack->tcp, .key = r.entry.key };
	const struct tcp_cookie_flow flow = {
		.hash = cookie_hash, .ctx = &ctx, .irs = seg->f.seq,
	};

	if (!READ_ONCE(s->stack->conf.tcp_syncookies))
		return false;
	tcp_request_agree(s, seg, &r, 0);
	r.open.iss = tcp_cookie_make(&flow, cookie_minute(), &r.open.mss);
	/* What there is no room for in the cookie goes into the timestamp, or is not used. */
	if (!r.open.ts_ok) {
		r.open.wscale_ok = false;
		r.open.sack_ok = false;
		r.open.ecn_ok = false;
	}
	r.cookie = true;
	s->cookies = jiffies;
	s->has_cookies = true;
	gonet_count(s->stack, TcpExtSyncookiesSent);
	tcp_request_answer(s, &r, TCP_SYN, NULL);
	return true;
}

/**
 * tcp_cookie_open() - whether an ACK is of a cookie
 * @s: the listener
 * @seg: the ACK
 * @skb: its packet; stays the caller's
 * @open: set to what the handshake has agreed upon
 *
 * Only when cookies have been sent of late: else somebody guesses.
 *
 * Return: true if it is.
 */
bool tcp_cookie_open(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb,
		     struct tcp_open *open)
{
	struct cookie_ctx ctx = { .tcp = s->stack->tcp, .key = tcp_segment_key(skb) };
	const struct tcp_cookie_flow flow = {
		.hash = cookie_hash, .ctx = &ctx, .irs = seg->f.seq - 1,
	};
	const struct gonet_conf *conf = &s->stack->conf;
	struct tcp_cookie_options o = {};
	u16 mss;

	if (!s->has_cookies ||
	    time_after(jiffies, s->cookies + TCP_COOKIE_MINUTES * 60 * HZ))
		return false;
	mss = tcp_cookie_check(&flow, cookie_minute(), seg->f.ack - 1);
	if (!mss) {
		gonet_count(s->stack, TcpExtSyncookiesFailed);
		return false;
	}
	gonet_count(s->stack, TcpExtSyncookiesRecv);
	*open = (struct tcp_open) {
		.iss = seg->f.ack - 1,
		.irs = seg->f.seq - 1,
		.mss = mss,
		.rcv_wnd = min(tcp_conn_buffer(&s->gt->gs.inet.sk), 65535U),
		.rcv_wscale = s->gt->rcv_wscale,
		.ts_recent = seg->o.tsval,
		.ts_ok = seg->o.present & TCP_HAS_TS && READ_ONCE(conf->tcp_timestamps),
	};
	if (open->ts_ok) {
		o = tcp_cookie_tsecr(seg->o.tsecr - tcp_ts_offset(s->stack->tcp, &ctx.key));
		open->wscale_ok = o.has_wscale && READ_ONCE(conf->tcp_window_scaling);
		open->snd_wscale = o.wscale;
		open->sack_ok = o.sack_ok && READ_ONCE(conf->tcp_sack);
		open->ecn_ok = o.ecn_ok && READ_ONCE(conf->tcp_ecn);
	}
	open->wnd = (u32)seg->f.window << (open->wscale_ok ? open->snd_wscale : 0);
	return true;
}
