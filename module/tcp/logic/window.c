// SPDX-License-Identifier: GPL-2.0
/*
 * How much may be sent: the peer's window (RFC 9293 3.8.6), and of the congestion window
 * what has been in use (RFC 7661, RFC 5681 4.1). Calls nothing of the kernel.
 */
#include "cc_internal.h"
#include "sender_internal.h"

/**
 * sender_window() - the window of an ACK
 * @s: the send half, SND.UNA not yet moved
 * @a: the ACK, not before SND.UNA
 *
 * RFC 9293 3.10.7.4, fifth step: SND.WL1 and SND.WL2 keep old segments from being
 * believed. An ACK that goes on is newer than all before, whatever its sequence number.
 *
 * Return: true if SND.WND has changed.
 */
bool sender_window(struct tcp_sender *s, const struct tcp_ack *a)
{
	bool changed;

	if (!seq_after(a->ack, s->una) && !seq_before(s->wl1, a->seq) &&
	    (s->wl1 != a->seq || seq_after(s->wl2, a->ack)))
		return false;
	changed = s->wnd != a->wnd;
	s->wnd = a->wnd;
	s->wl1 = a->seq;
	s->wl2 = a->ack;
	if (s->max_wnd < s->wnd)
		s->max_wnd = s->wnd;
	return changed;
}

/**
 * sender_usable() - what of the window is left (RFC 9293 3.8.6.2.1)
 * @s: the send half
 *
 * A peer that has shrunk its window may have left less than was sent (MUST-34).
 *
 * Return: bytes behind SND.NXT.
 */
u32 sender_usable(const struct tcp_sender *s)
{
	u32 flight = tcp_sender_flight(s);

	return s->wnd > flight ? s->wnd - flight : 0;
}

/**
 * sender_cwnd_limited() - whether it is cwnd that keeps more from being sent
 * @s: the send half
 *
 * Only then it may become larger (RFC 7661 4.3). In slow start half of it is enough,
 * since twice as much is sent the next time.
 *
 * Return: true if it is.
 */
bool sender_cwnd_limited(const struct tcp_sender *s)
{
	if (s->cwnd_limited || s->phase == TCP_PHASE_LOSS)
		return true;
	return s->cc.cwnd < s->cc.ssthresh && s->cc.cwnd / 2 < s->max_flight;
}

/* RFC 5681 3.1: what a reduction would not have taken. */
static u32 window_threshold(const struct tcp_sender *s)
{
	u32 most = s->cc.cwnd / 4 * 3;

	return s->cc.ssthresh > most ? s->cc.ssthresh : most;
}

/* Half of what was not in use for a while is not believed any more (RFC 2861 3.2). */
static void window_unused(struct tcp_sender *s)
{
	u32 used = s->max_flight, initial = tcp_cc_initial_window(s->mss);

	if (used < initial)
		used = initial;
	if (used >= s->cc.cwnd)
		return;
	s->cc.ssthresh = window_threshold(s);
	s->cc.cwnd = used + (s->cc.cwnd - used) / 2;
	s->cc.ops->shrunk(&s->cc);
}

/**
 * sender_validate() - notes how much of cwnd is in use, after something was sent
 * @s: the send half
 * @now: the time
 */
void sender_validate(struct tcp_sender *s, u64 now)
{
	u32 pipe = sender_pipe(s);

	if (seq_after_eq(s->una, s->round_end) || pipe > s->max_flight ||
	    (s->cwnd_full && !s->cwnd_limited)) {
		s->cwnd_limited = s->cwnd_full;
		s->max_flight = pipe;
		s->round_end = s->nxt;
	}
	if (sender_cwnd_limited(s) || sender_usable(s) < s->mss) {
		s->used_us = now;
	} else if (s->phase == TCP_PHASE_OPEN && now - s->used_us > sender_rto(s)) {
		window_unused(s);
		s->used_us = now;
	}
}

/**
 * sender_restart() - something is sent after a while in which nothing was
 * @s: the send half, nothing in flight
 * @now: the time
 *
 * RFC 5681 4.1: cwnd goes down to the initial window, natively by half for each RTO.
 */
void sender_restart(struct tcp_sender *s, u64 now)
{
	u64 idle = now - s->last_sent_us, rto = sender_rto(s);
	u32 initial = tcp_cc_initial_window(s->mss);

	if (!s->last_sent_us || idle <= rto)
		return;
	s->cc.ops->idle(&s->cc, idle, now);
	s->last_sent_us = now;
	s->used_us = now;
	if (!s->conf.slow_start_after_idle)
		return;
	s->cc.ssthresh = window_threshold(s);
	for (; idle > rto && s->cc.cwnd > initial; idle -= rto)
		s->cc.cwnd = s->cc.cwnd / 2 > initial ? s->cc.cwnd / 2 : initial;
	s->cc.ops->shrunk(&s->cc);
}
