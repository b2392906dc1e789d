// SPDX-License-Identifier: GPL-2.0
/*
 * What an ACK changes (RFC 9293 3.10.7.4, fifth step). Calls nothing of the kernel.
 */
#include "sender_internal.h"

/* Since then, at least 1, and no more than makes sense. */
static u32 ack_since(const struct tcp_sender *s, u64 us, u64 now)
{
	if (now - us > s->conf.rto_max_us)
		return s->conf.rto_max_us;
	return now > us ? (u32)(now - us) : 1;
}

/*
 * RFC 6298 3 (Karn), RFC 7323 4.1: at most one sample an ACK, the timestamp's the last.
 * Return: microseconds, or 0 for none.
 */
static u32 ack_round_trip(const struct tcp_sender *s, const struct sender_news *n)
{
	if (n->first_us && !n->retrans_acked)
		return ack_since(s, n->first_us, n->now);
	if (n->sacked_us)
		return ack_since(s, n->sacked_us, n->now);
	if (!n->advanced || !n->ts_rtt_us)
		return 0;
	/* Less than their grain timestamps cannot tell. */
	if (n->ts_rtt_us < TCP_TS_GRAIN_US)
		return TCP_TS_GRAIN_US;
	return n->ts_rtt_us < s->conf.rto_max_us ? n->ts_rtt_us : s->conf.rto_max_us;
}

static void ack_measure(struct tcp_sender *s, const struct sender_news *n)
{
	u32 rtt = ack_round_trip(s, n);

	if (!rtt)
		return;
	tcp_rtt_sample(&s->rtt, rtt, s->conf.rto_min_us, s->conf.rto_max_us, n->now);
	if (n->last_us)
		tcp_rtt_least(&s->rtt, ack_since(s, n->last_us, n->now), n->now);
	s->tlp_timed = true;
	s->backoff = 0;
	s->cc.srtt_us = s->rtt.srtt_us;
	s->cc.min_rtt_us = s->rtt.min_us;
}

/* RFC 6298 5.2, 5.3, and R1 and R2 begin anew. */
static void ack_progress(struct tcp_sender *s, u64 now)
{
	s->timeouts = 0;
	s->rto_from_us = now;
	s->pto_from_us = now;
	s->stalled_us = s->una == s->nxt ? 0 : now;
	if (!seq_after(s->small, s->una))
		s->small = s->una;
	if (!s->synced && s->una != s->iss)
		s->synced = true;
}

/* RFC 9293 3.8.6.1: who answers probes is there; when the window is open they end. */
static void ack_probed(struct tcp_sender *s)
{
	if (s->due != TCP_DUE_PROBE_WINDOW)
		return;
	s->timeouts = 0;
	if (!s->wnd)
		return;
	s->backoff = 0;
	s->probe_due = false;
}

/* RFC 5681 2: nothing but the acknowledgment number that is known already. */
static bool ack_is_duplicate(const struct tcp_sender *s, const struct tcp_ack *a, bool window)
{
	return a->ack == s->una && !a->data && !window && s->first;
}

/* RFC 5681, RFC 9438: cwnd outside of a recovery; RFC 6937 in one. */
static void ack_congestion(struct tcp_sender *s, const struct sender_news *n, bool reducing)
{
	u32 rtt = n->last_us ? ack_since(s, n->last_us, n->now) : 0;

	if (s->phase == TCP_PHASE_CWR || s->phase == TCP_PHASE_RECOVERY) {
		if (n->delivered || !reducing)
			sender_prr(s, n);
		return;
	}
	if (reducing || !n->delivered || !(n->advanced || s->rack_reordering))
		return;
	if (sender_cwnd_limited(s))
		s->cc.ops->acked(&s->cc, n->delivered, rtt, n->prior_pipe, n->now);
}

/*
 * What has arrived. While a timeout is being repaired duplicate ACKs may be for what was
 * sent again without need, so without SACK they tell nothing.
 */
static void ack_scoreboard(struct tcp_sender *s, const struct tcp_ack *a, struct sender_news *n,
			   bool window)
{
	n->duplicate = ack_is_duplicate(s, a, window);
	if (seq_after(a->ack, s->una))
		sender_cumulative(s, a->ack, n);
	if (n->advanced) {
		ack_progress(s, n->now);
		sender_mtu_probe_acked(s, n->now);
	}
	sender_sack(s, a, n);
	if (s->sack_ok || !s->synced)
		return;
	if (n->advanced)
		sender_reno_advanced(s, n);
	else if (n->duplicate && s->phase != TCP_PHASE_LOSS)
		sender_reno_duplicate(s, n);
}

/**
 * tcp_sender_ack() - an ACK came
 * @s: the send half
 * @a: the ACK
 * @now: the time
 * @acked: what it has changed
 *
 * One for what was never sent changes nothing. Of an old one the SACK blocks count.
 */
void tcp_sender_ack(struct tcp_sender *s, const struct tcp_ack *a, u64 now,
		    struct tcp_acked *acked)
{
	struct sender_news n = {
		.now = now,
		.prior_una = s->una,
		.prior_pipe = sender_pipe(s),
		.ts_rtt_us = a->has_ts ? a->rtt_us : 0,
	};
	bool reducing = s->phase == TCP_PHASE_CWR || s->phase == TCP_PHASE_RECOVERY;

	memset(acked, 0, sizeof(*acked));
	if (seq_after(a->ack, s->nxt))
		return;
	s->heard_us = now;
	if (!seq_before(a->ack, s->una))
		acked->window = sender_window(s, a);
	ack_scoreboard(s, a, &n, acked->window);
	ack_probed(s);
	ack_measure(s, &n);
	sender_rate_sample(s, &n);
	if (s->synced) {
		sender_rack_dsack(s, n.dsack && !sender_tlp_denied(s, &n));
		sender_tlp_acked(s, a, &n);
		sender_phases(s, a, &n);
		ack_congestion(s, &n, reducing);
	}
	sender_arm(s);
	acked->bytes = s->una - n.prior_una;
	acked->syn = n.syn;
	acked->fin = n.fin;
	acked->duplicate = n.duplicate;
	acked->fresh = n.advanced || n.sacked;
}
