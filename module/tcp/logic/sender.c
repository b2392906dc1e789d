// SPDX-License-Identifier: GPL-2.0
/*
 * The send half's beginning, the handshake, and what changes while it lives. Calls nothing
 * of the kernel.
 */
#include "sender_internal.h"

/**
 * sender_start_cc() - an algorithm begins, with the window that there is
 * @s: the send half
 * @ops: the algorithm
 * @now: the time
 */
void sender_start_cc(struct tcp_sender *s, const struct tcp_cc_ops *ops, u64 now)
{
	s->cc.ops = ops;
	s->cc.mss = s->mss;
	memset(s->cc.state, 0, sizeof(s->cc.state));
	ops->init(&s->cc, now);
}

/**
 * tcp_sender_init() - begins
 * @s: the send half
 * @conf: what the program and the namespace say
 * @iss: initial send sequence number
 * @now: the time
 */
void tcp_sender_init(struct tcp_sender *s, const struct tcp_sender_conf *conf, u32 iss, u64 now)
{
	memset(s, 0, sizeof(*s));
	s->conf = *conf;
	s->iss = iss;
	s->una = iss;
	s->nxt = iss;
	s->high = iss;
	s->fack = iss;
	s->small = iss;
	s->round_end = iss;
	s->mss = TCP_MSS_ASSUMED;
	s->rack_wnd_mult = 1;
	s->used_us = now;
	s->heard_us = now;
	tcp_rtt_init(&s->rtt, conf->rto_min_us, conf->rto_max_us);
	s->cc.ssthresh = TCP_SSTHRESH_NONE;
	s->cc.cwnd = tcp_cc_initial_window(s->mss);
	sender_start_cc(s, conf->cc, now);
}

/**
 * tcp_sender_syn() - opens actively: the SYN is the next to be sent
 * @s: the send half
 * @now: the time
 */
void tcp_sender_syn(struct tcp_sender *s, u64 now)
{
	s->syn_due = true;
	s->used_us = now;
	s->rto_from_us = now;
	s->stalled_us = now;
}

/**
 * tcp_sender_syn_again() - the SYN is to be sent again, at once
 * @s: the send half
 * @now: the time
 */
void tcp_sender_syn_again(struct tcp_sender *s, u64 now)
{
	if (s->synced)
		return;
	if (!s->first)
		s->syn_due = true;
	else
		sender_mark_lost(s, s->first);
	s->rto_from_us = now;
	sender_arm(s);
}

/* RFC 6298 5.7: an RTO for a peer that took longer than the first one to answer. */
static void sender_synced_rtt(struct tcp_sender *s, u32 rtt_us, bool retransmitted, u64 now)
{
	const struct tcp_sender_conf *c = &s->conf;
	u32 fallback = c->rto_max_us;

	if (fallback > TCP_RTO_FALLBACK_US)
		fallback = TCP_RTO_FALLBACK_US;
	if (rtt_us) {
		tcp_rtt_init(&s->rtt, c->rto_min_us, c->rto_max_us);
		tcp_rtt_sample(&s->rtt, rtt_us, c->rto_min_us, c->rto_max_us, now);
		s->tlp_timed = true;
	} else if (retransmitted && !s->rtt.srtt_us && s->rtt.rto_us < fallback) {
		s->rtt.rto_us = fallback;
	}
}

/**
 * tcp_sender_synced() - the handshake is done
 * @s: the send half
 * @mss: bytes of payload of a full segment, options deducted
 * @wnd: the peer's window
 * @seq: sequence number of the segment that said so (SND.WL1)
 * @sack_ok: SACK was agreed upon
 * @ts_ok: timestamps were
 * @ecn_ok: ECN was
 * @rtt_us: round trip of the handshake, or 0
 * @retransmitted: our SYN was sent more than once
 * @now: the time
 */
void tcp_sender_synced(struct tcp_sender *s, u32 mss, u32 wnd, u32 seq, bool sack_ok, bool ts_ok,
		       bool ecn_ok, u32 rtt_us, bool retransmitted, u64 now)
{
	while (s->first)
		sender_drop_first(s);
	s->syn_due = false;
	s->synced = true;
	s->una = s->iss + 1;
	s->nxt = s->una;
	s->high = s->una;
	s->fack = s->una;
	s->small = s->una;
	s->round_end = s->una;
	s->wnd = wnd;
	s->max_wnd = wnd;
	s->wl1 = seq;
	s->wl2 = s->una;
	s->mss = mss ? mss : 1;
	s->sack_ok = sack_ok;
	s->ts_ok = ts_ok;
	s->ecn_ok = ecn_ok;
	s->phase = TCP_PHASE_OPEN;
	s->backoff = 0;
	s->timeouts = 0;
	s->stalled_us = 0;
	s->heard_us = now;
	s->used_us = now;
	s->due = TCP_DUE_NONE;
	sender_synced_rtt(s, rtt_us, retransmitted, now);
	s->cc.srtt_us = s->rtt.srtt_us;
	s->cc.min_rtt_us = s->rtt.min_us;
	s->cc.cwnd = retransmitted ? s->mss : tcp_cc_initial_window(s->mss);
	sender_start_cc(s, s->cc.ops, now);
}

/**
 * tcp_sender_early() - the answer to our SYN has acknowledged data in it (RFC 7413 4.2.2)
 * @s: the send half, of which tcp_sender_synced() has just been called
 * @len: bytes of that data
 * @now: the time
 */
void tcp_sender_early(struct tcp_sender *s, u32 len, u64 now)
{
	s->una += len;
	s->nxt = s->una;
	s->high = s->una;
	s->fack = s->una;
	s->small = s->una;
	s->round_end = s->una;
	s->wl2 = s->una;
	s->bytes_sent += len;
	s->bytes_acked += len;
	s->delivered += len;
	s->delivered_us = now;
}

/**
 * tcp_sender_mss() - the path takes less, or more, than before
 * @s: the send half
 * @mss: bytes of payload of a full segment, options deducted
 * @now: the time
 *
 * What is in flight in larger segments has not arrived (RFC 1191 6.5).
 */
void tcp_sender_mss(struct tcp_sender *s, u32 mss, u64 now)
{
	u32 before = s->mss, lost = s->lost;
	struct tcp_sent *e;

	s->mss = mss ? mss : 1;
	s->cc.mss = s->mss;
	if (s->cc.cwnd < s->mss)
		s->cc.cwnd = s->mss;
	if (s->cc.ssthresh < 2 * s->mss)
		s->cc.ssthresh = 2 * s->mss;
	if (s->mss >= before || !s->synced)
		return;
	for (e = s->first; e; e = e->next)
		if (sender_in_flight(e->flags) && sender_len(e) > s->mss)
			sender_mark_lost(s, e);
	if (s->lost == lost)
		return;
	sender_enter_repair(s);
	s->rto_from_us = now;
	sender_arm(s);
}

/**
 * tcp_sender_local_drop() - a packet did not leave this host
 * @s: the send half
 * @now: the time
 *
 * A queue of our own is full, which is congestion as any other. What was dropped is found
 * by the timers, so that it is not thrown at the full queue at once.
 */
void tcp_sender_local_drop(struct tcp_sender *s, u64 now)
{
	struct sender_news n = {
		.now = now, .prior_una = s->una, .prior_pipe = sender_pipe(s),
	};

	if (s->synced && s->first)
		sender_enter_cwr(s, &n);
}
