// SPDX-License-Identifier: GPL-2.0
/*
 * The send half of a connection that a peer opens by Fast Open (RFC 7413 4.2.2), until its
 * handshake is done: it may send already, but what it sends again is the SYN-ACK alone, as the
 * peer takes nothing before that. For the send space the handshake is done.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "tcp_fast.h"
#include "trace.h"

/* RFC 6298 in small, as of a listener's records. */
static u64 tcp_fast_timeout(u8 tries)
{
	return 1000000ULL << min_t(u8, tries, 7);
}

/**
 * tcp_fast_child() - a connection begins so
 * @s: the send half, set up as of one that is established
 * @open: what the SYN agreed upon
 * @now: the time
 *
 * Return: 0; -ENOMEM.
 */
int tcp_fast_child(struct tcp_send *s, const struct tcp_open *open, u64 now)
{
	struct tcp_fast *fast = kzalloc(sizeof(*fast), GFP_ATOMIC | __GFP_NOWARN);

	if (!fast)
		return -ENOMEM;
	fast->listener = open->fast;
	fast->cookie_len = open->cookie_len;
	memcpy(fast->cookie, open->cookie, sizeof(fast->cookie));
	fast->sent_us = now;
	fast->due_us = now + tcp_fast_timeout(0);
	tcp_fast_pend(open->fast);
	s->fast = fast;
	s->syn_data = open->syn_data;
	s->delivered = 0;
	s->st = TCP_ST_SYN_RECV;
	tcp_send_arm(s, now);
	return 0;
}

/**
 * tcp_fast_pending() - whether our SYN-ACK is not yet acknowledged
 * @s: the send half
 *
 * Return: true if so.
 */
bool tcp_fast_pending(const struct tcp_send *s)
{
	return s->fast && s->fast->listener;
}

/**
 * tcp_fast_due() - when the SYN-ACK is sent again
 * @s: the send half
 *
 * Return: the time, or 0 where none is due.
 */
u64 tcp_fast_due(const struct tcp_send *s)
{
	return tcp_fast_pending(s) ? s->fast->due_us : 0;
}

/* The SYN-ACK leaves; to the send space it is old, so nobody has counted it yet. */
static void tcp_fast_count(const struct tcp_send *s)
{
	const struct gonet_stream *listener = s->fast->listener;

	gonet_count(s->stack, TcpOutSegs);
	if (!s->fast->answered)
		return;
	trace_gonet_tcp_retransmit_synack(s->stack, listener->gs.number, &s->gt->entry.key,
					  s->fast->tries);
	gonet_count(s->stack, TcpRetransSegs);
	gonet_count(s->stack, TcpExtTCPSynRetrans);
}

/**
 * tcp_fast_answer() - send the SYN-ACK, if anything is to be acknowledged
 * @s: the send half, whose SYN-ACK is not yet acknowledged
 *
 * The peer would take no other ACK: what comes from it is its SYN, once more.
 *
 * Return: true if it has been sent at least once, so that something may follow it.
 */
bool tcp_fast_answer(struct tcp_send *s)
{
	if (s->ack_now && !tcp_output_empty(s, TCP_SYN, s->s.iss)) {
		tcp_fast_count(s);
		s->fast->answered = true;
	}
	s->ack_now = false;
	return s->fast->answered;
}

/**
 * tcp_fast_expire() - nobody has acknowledged it
 * @proc: the send half
 * @now: the time
 *
 * As natively, once more than a listener does.
 */
void tcp_fast_expire(struct csp_proc *proc, u64 now)
{
	struct tcp_send *s = csp_state(proc);

	if (now < s->fast->due_us)
		return;
	gonet_count(s->stack, TcpExtTCPTimeouts);
	if (s->fast->tries > READ_ONCE(s->stack->conf.tcp_synack_retries)) {
		gonet_count(s->stack, TcpExtTCPAbortOnTimeout);
		tcp_send_fail(proc, ETIMEDOUT);
		return;
	}
	s->fast->tries++;
	s->fast->cookie_len = 0;
	s->fast->due_us = now + tcp_fast_timeout(s->fast->tries);
	s->ack_now = true;
}

/**
 * tcp_fast_option() - what Fast Open adds to a SYN-ACK
 * @s: the send half
 * @o: its options
 */
void tcp_fast_option(const struct tcp_send *s, struct tcp_options *o)
{
	if (!tcp_fast_pending(s) || !s->fast->cookie_len)
		return;
	o->present |= TCP_HAS_COOKIE;
	o->cookie_len = s->fast->cookie_len;
	memcpy(o->cookie, s->fast->cookie, sizeof(s->fast->cookie));
}

/**
 * tcp_fast_confirmed() - the SYN-ACK is acknowledged
 * @s: the send half
 * @news: by what, which is then to be looked at as any other ACK
 * @now: the time
 *
 * If nothing has been sent since, the send space begins anew, and knows the round trip.
 */
void tcp_fast_confirmed(struct tcp_send *s, const struct tcp_news *news, u64 now)
{
	bool again = s->fast->tries;
	u32 rtt = again ? 0 : max_t(u64, now - s->fast->sent_us, 1);

	if (s->s.nxt == s->s.iss + 1)
		tcp_sender_synced(&s->s, s->s.mss, news->ack.wnd, news->ack.seq, s->s.sack_ok,
				  s->s.ts_ok, s->s.ecn_ok, rtt, again, now);
	s->delivered++;		/* the SYN */
	tcp_fast_end(s, false);
}

/**
 * tcp_fast_end() - Fast Open is over
 * @s: the send half; one without will do
 * @reset: by a RST
 */
void tcp_fast_end(struct tcp_send *s, bool reset)
{
	if (tcp_fast_pending(s))
		tcp_fast_unpend(s->fast->listener, reset);
	kfree(s->fast);
	s->fast = NULL;
}
