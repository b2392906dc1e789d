// SPDX-License-Identifier: GPL-2.0
/*
 * Reductions that turn out to have been needless are taken back: by timestamps (RFC 3522,
 * Eifel), by D-SACK (RFC 3708), and by F-RTO (RFC 5682); the response is RFC 4015's. Calls
 * nothing of the kernel.
 */
#include "sender_internal.h"

/**
 * sender_undo_begin() - a reduction that may turn out to be needless
 * @s: the send half, cwnd and ssthresh still as before
 *
 * A tail loss probe that is under way counts among what was sent again.
 */
void sender_undo_begin(struct tcp_sender *s)
{
	s->prior_cwnd = s->cc.cwnd;
	s->prior_ssthresh = s->cc.ssthresh;
	s->undo_marker = s->una;
	s->undo_able = true;
	s->undo_retrans = s->retrans;
	s->retrans_stamp = 0;
}

/*
 * RFC 3522 3.2: an ACK that goes on, caused by something sent before the first
 * retransmission, or before there was any. A timestamp may be older than the time at
 * which it was sent by its grain.
 */
static bool undo_eifel(const struct tcp_sender *s, const struct sender_news *n)
{
	if (!n->advanced)
		return false;
	if (!s->retrans_stamp)
		return true;
	return n->ts_rtt_us && n->now - n->ts_rtt_us + TCP_TS_GRAIN_US <= s->retrans_stamp;
}

/**
 * sender_may_undo() - whether the last reduction was needless
 * @s: the send half
 * @n: the news
 *
 * Return: true if it was.
 */
bool sender_may_undo(const struct tcp_sender *s, const struct sender_news *n)
{
	if (!s->undo_able)
		return false;
	return undo_eifel(s, n) || (s->retrans_stamp && !s->undo_retrans);
}

/**
 * sender_undo() - takes back the last reduction
 * @s: the send half
 * @unmark: what was given up for lost is in flight
 * @now: the time
 */
void sender_undo(struct tcp_sender *s, bool unmark, u64 now)
{
	if (unmark)
		sender_unmark_lost(s);
	if (s->cc.cwnd < s->prior_cwnd)
		s->cc.cwnd = s->prior_cwnd;
	if (s->cc.ssthresh < s->prior_ssthresh) {
		s->cc.ssthresh = s->prior_ssthresh;
		s->cwr_pending = false;
	}
	s->cc.ops->undo(&s->cc, now);
	s->undo_able = false;
	s->retrans_stamp = 0;
	s->frto = 0;
}
