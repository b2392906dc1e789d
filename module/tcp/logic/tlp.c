// SPDX-License-Identifier: GPL-2.0
/*
 * Tail loss probes (RFC 8985 7): when ACKs stay away, one segment is sent that makes the
 * peer tell what it has, long before the RTO. Calls nothing of the kernel.
 */
#include "sender_internal.h"

/* What a peer and the timers on both sides take at least. */
#define TLP_SLACK_US	2000

/**
 * sender_tlp_wanted() - whether the timer is to be for a probe
 * @s: the send half, something in flight
 *
 * RFC 8985 7.2: not in a recovery, nothing known to be missing, none under way; and 7.3: a
 * round trip was measured since the last one, since a path that loses them needs the RTO.
 *
 * Return: true if it is.
 */
bool sender_tlp_wanted(const struct tcp_sender *s)
{
	if (s->phase != TCP_PHASE_OPEN && s->phase != TCP_PHASE_CWR)
		return false;
	return s->sack_ok && s->synced && s->tlp_timed && !s->tlp && !s->tlp_due &&
	       !s->sacked && !s->timeouts;
}

/**
 * sender_tlp_timeout() - how long to wait with a probe (RFC 8985 7.2)
 * @s: the send half
 *
 * The ACK of a single segment may be delayed.
 *
 * Return: microseconds.
 */
u32 sender_tlp_timeout(const struct tcp_sender *s)
{
	u64 us = 2 * (u64)s->rtt.srtt_us;

	us += tcp_sender_flight(s) <= s->mss ? s->conf.rto_min_us : TLP_SLACK_US;
	return us < s->conf.rto_max_us ? (u32)us : s->conf.rto_max_us;
}

/**
 * sender_tlp_end() - what a probe would tell is not waited for any more
 * @s: the send half
 */
void sender_tlp_end(struct tcp_sender *s)
{
	s->tlp = false;
	s->tlp_due = false;
}

/**
 * sender_tlp_denied() - whether a D-SACK is about the probe, which was needless
 * @s: the send half
 * @n: the news
 *
 * Then nothing was taken for lost too early.
 *
 * Return: true if it is.
 */
bool sender_tlp_denied(const struct tcp_sender *s, const struct sender_news *n)
{
	return s->tlp && s->tlp_retrans && n->dsack && n->dsack_end == s->tlp_end;
}

/**
 * sender_tlp_acked() - whether the probe has repaired a loss (RFC 8985 7.4.2)
 * @s: the send half
 * @a: the ACK
 * @n: the news
 *
 * A loss that a probe repaired is a loss, and the window is reduced for it as in a
 * recovery that has already ended.
 */
void sender_tlp_acked(struct tcp_sender *s, const struct tcp_ack *a, const struct sender_news *n)
{
	if (s->una == s->nxt)
		s->tlp_due = false;
	if (!s->tlp || seq_before(a->ack, s->tlp_end))
		return;
	if (!s->tlp_retrans || sender_tlp_denied(s, n)) {
		s->tlp = false;
	} else if (seq_after(a->ack, s->tlp_end)) {
		s->tlp = false;
		if (s->phase < TCP_PHASE_CWR) {
			sender_enter_cwr(s, n);
			s->cc.cwnd = s->cc.ssthresh;
			s->phase = TCP_PHASE_OPEN;
			sender_happened(s, TCP_HAPPENED_TAIL_REPAIRED);
		}
	} else if (n->duplicate && !a->n_sack) {
		s->tlp = false;
	}
}
