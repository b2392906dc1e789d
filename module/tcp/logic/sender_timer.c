// SPDX-License-Identifier: GPL-2.0
/*
 * The one timer of the send half: for the RTO, what RACK waits for, tail loss probes and
 * window probes; and when a peer that does not answer is given up. Calls nothing of the
 * kernel.
 *
 * Each has a time from which it counts, so that the timer can be computed at any moment
 * and stays where it is when nothing has happened.
 */
#include "sender_internal.h"

/**
 * sender_rto() - the retransmission timeout
 * @s: the send half
 *
 * Return: microseconds, backoff included.
 */
u32 sender_rto(const struct tcp_sender *s)
{
	return tcp_rtt_backoff(&s->rtt, s->backoff, s->conf.rto_max_us);
}

static void timer_set(struct tcp_sender *s, enum tcp_due due, u64 us)
{
	s->due = due;
	s->due_us = us;
}

/* What is due does not come behind the user timeout (RFC 5482). */
static u64 timer_bound(const struct tcp_sender *s, u64 us)
{
	u64 end = s->stalled_us + s->conf.user_timeout_us;

	return s->conf.user_timeout_us && s->stalled_us && end < us ? end : us;
}

static bool timer_stalled(const struct tcp_sender *s, u64 now)
{
	return s->conf.user_timeout_us && s->stalled_us &&
	       now - s->stalled_us >= s->conf.user_timeout_us;
}

/**
 * sender_arm() - sets the timer to what is due next
 * @s: the send half
 *
 * With nothing in flight it may be for a window probe, of which only
 * tcp_sender_flushed() knows, or for a SYN that could not be sent.
 */
void sender_arm(struct tcp_sender *s)
{
	u64 probe = s->pto_from_us + sender_tlp_timeout(s);

	if (!s->first && !s->syn_due) {
		s->reorder_us = 0;
		if (s->due != TCP_DUE_PROBE_WINDOW)
			s->due = TCP_DUE_NONE;
		return;
	}
	timer_set(s, TCP_DUE_RTO, timer_bound(s, s->rto_from_us + sender_rto(s)));
	if (s->reorder_us && s->reorder_us < s->due_us)
		timer_set(s, TCP_DUE_REORDER, s->reorder_us);
	else if (sender_tlp_wanted(s) && probe < s->due_us)
		timer_set(s, TCP_DUE_PROBE_TAIL, probe);
}

/*
 * Nothing in flight, but something to send: the window, little data, or want of memory
 * forbids it. Only the first of these is the peer's doing.
 */
static void timer_persist(struct tcp_sender *s, u64 now)
{
	u64 next;

	if (s->due != TCP_DUE_PROBE_WINDOW) {
		s->backoff = 0;
		s->timeouts = 0;
		s->probe_from_us = now;
		s->stalled_us = now;
	}
	next = s->probe_from_us + sender_rto(s);
	timer_set(s, TCP_DUE_PROBE_WINDOW, sender_usable(s) ? next : timer_bound(s, next));
}

/**
 * tcp_sender_flushed() - nothing more can be sent now
 * @s: the send half
 * @stock: what there is to send
 * @now: the time
 */
void tcp_sender_flushed(struct tcp_sender *s, const struct tcp_stock *stock, u64 now)
{
	u32 unsent = seq_before(s->nxt, stock->end) ? stock->end - s->nxt : 0;
	bool more = unsent || (stock->fin && !seq_after(s->nxt, stock->end));

	sender_validate(s, now);
	sender_rate_flushed(s, unsent);
	sender_limit_flushed(s, stock, unsent, now);
	if (s->first || !s->synced || !more) {
		if (s->due == TCP_DUE_PROBE_WINDOW)
			s->due = TCP_DUE_NONE;
		sender_arm(s);
	} else {
		timer_persist(s, now);
	}
}

/* One more timeout in a row. */
static enum tcp_expired timer_again(struct tcp_sender *s)
{
	if (s->timeouts < 255)
		s->timeouts++;
	if (s->backoff < 31)
		s->backoff++;
	return s->timeouts >= s->conf.advise ? TCP_EXPIRED_ADVISE : TCP_EXPIRED_SEND;
}

static bool timer_worn_out(const struct tcp_sender *s, u8 retries, u64 now)
{
	if (s->conf.user_timeout_us)
		return timer_stalled(s, now);
	return s->timeouts >= retries;
}

/*
 * A peer that answers, but never opens its window, keeps a program waiting as long as that
 * likes; as natively, what no program waits for is given up when the RTO is at its bound.
 */
static bool timer_abandoned(const struct tcp_sender *s)
{
	return s->conf.orphan && sender_rto(s) >= s->conf.rto_max_us;
}

static enum tcp_expired timer_syn(struct tcp_sender *s, u64 now)
{
	if (timer_worn_out(s, s->conf.syn_retries, now))
		return TCP_EXPIRED_DEAD;
	if (s->first)
		sender_mark_lost(s, s->first);
	return timer_again(s);
}

/*
 * RFC 6298 5.4 to 5.6. Retransmissions into a window that the peer has shrunk to nothing
 * are window probes: it is there as long as it answers (MUST-35, MUST-37).
 */
static enum tcp_expired timer_rto(struct tcp_sender *s, u64 now)
{
	bool answered = !s->wnd && now - s->heard_us <= s->conf.rto_max_us;

	if (timer_stalled(s, now) || (answered && timer_abandoned(s)))
		return TCP_EXPIRED_DEAD;
	if (!answered && timer_worn_out(s, s->conf.retries, now))
		return TCP_EXPIRED_DEAD;
	sender_enter_loss(s, now);
	return timer_again(s);
}

/* RFC 8985 6.3: what RACK waited for has not come. */
static enum tcp_expired timer_reorder(struct tcp_sender *s, u64 now)
{
	struct sender_news n = {
		.now = now, .prior_una = s->una, .prior_pipe = sender_pipe(s),
	};

	sender_detect(s, &n);
	if (!n.lost)
		return TCP_EXPIRED_NOT;
	if (s->phase < TCP_PHASE_RECOVERY) {
		sender_enter_recovery(s, &n);
		if (s->phase == TCP_PHASE_RECOVERY)
			sender_prr(s, &n);
	}
	return TCP_EXPIRED_SEND;
}

/*
 * RFC 9293 3.8.6.1: a window that is closed is probed for as long as the peer answers.
 * 3.8.6.2.1: what has been held back because it is little is sent (the override timeout).
 */
static enum tcp_expired timer_window(struct tcp_sender *s, u64 now)
{
	s->probe_from_us = now;
	if (sender_usable(s)) {
		s->override_due = true;
		return TCP_EXPIRED_SEND;
	}
	if (timer_worn_out(s, s->conf.retries, now) || timer_abandoned(s))
		return TCP_EXPIRED_DEAD;
	s->probe_due = true;
	return timer_again(s);
}

static enum tcp_expired timer_expire(struct tcp_sender *s, u64 now)
{
	switch (s->due) {
	case TCP_DUE_RTO:
		s->rto_from_us = now;
		return s->synced ? timer_rto(s, now) : timer_syn(s, now);
	case TCP_DUE_REORDER:
		return timer_reorder(s, now);
	case TCP_DUE_PROBE_TAIL:
		/* RFC 8985 7.3: what follows is the RTO, whether a probe can be sent or not. */
		s->rto_from_us = now;
		s->tlp_timed = false;
		s->tlp_due = true;
		return TCP_EXPIRED_SEND;
	case TCP_DUE_PROBE_WINDOW:
		return timer_window(s, now);
	case TCP_DUE_NONE:
		break;
	}
	return TCP_EXPIRED_NOT;
}

/**
 * tcp_sender_expire() - the timer has expired
 * @s: the send half
 * @now: the time
 *
 * Return: what that means.
 */
enum tcp_expired tcp_sender_expire(struct tcp_sender *s, u64 now)
{
	enum tcp_expired what;

	if (s->due == TCP_DUE_NONE || now < s->due_us)
		return TCP_EXPIRED_NOT;
	what = timer_expire(s, now);
	if (s->due == TCP_DUE_PROBE_WINDOW)
		timer_persist(s, now);
	else
		sender_arm(s);
	return what;
}
