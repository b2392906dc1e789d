// SPDX-License-Identifier: GPL-2.0
/*
 * The phases of a connection's congestion control, and what leads from one to another.
 * Calls nothing of the kernel.
 *
 *	OPEN		all is well
 *	DISORDER	something arrived out of order
 *	CWR		ECN or a full queue of our own asked for less (RFC 3168 6.1.2)
 *	RECOVERY	something was lost, and is sent again (RFC 6675 5, RFC 6582 3.2)
 *	LOSS		the retransmission timer has expired (RFC 5681 3.1)
 *
 * The last three end when all is acknowledged that had been sent as they began.
 */
#include "sender_internal.h"

/*
 * A reduction begins: by what was sent and not acknowledged before the ACK that shows why
 * (FlightSize) the threshold is set, and by what was still in flight (RecoverFS) less is
 * sent from now on.
 */
static void recovery_reduce(struct tcp_sender *s, u32 flight, u32 recover, u64 now)
{
	s->high = s->nxt;
	s->cc.ops->reduce(&s->cc, flight, now);
	sender_prr_begin(s, recover);
	s->cwr_pending = s->ecn_ok;
	sender_tlp_end(s);
}

/**
 * sender_enter_cwr() - less is to be sent, though nothing is lost
 * @s: the send half
 * @n: the news
 */
void sender_enter_cwr(struct tcp_sender *s, const struct sender_news *n)
{
	if (s->phase >= TCP_PHASE_CWR)
		return;
	recovery_reduce(s, s->nxt - n->prior_una, n->prior_pipe, n->now);
	s->undo_able = false;
	s->phase = TCP_PHASE_CWR;
}

/**
 * sender_enter_recovery() - something is lost
 * @s: the send half
 * @n: the news
 *
 * In CWR the window has been reduced already, once for this round trip. If nothing but an
 * MTU probe is lost it stays.
 */
void sender_enter_recovery(struct tcp_sender *s, struct sender_news *n)
{
	u32 recover = tcp_sender_flight(s) - s->sacked + n->delivered;

	if (sender_mtu_probe_lost(s, n, n->now)) {
		sender_enter_repair(s);
		return;
	}
	if (s->phase < TCP_PHASE_CWR) {
		sender_undo_begin(s);
		recovery_reduce(s, s->nxt - n->prior_una, recover, n->now);
	} else {
		s->high = s->nxt;
		s->undo_able = false;
		sender_tlp_end(s);
	}
	s->phase = TCP_PHASE_RECOVERY;
	sender_happened(s, TCP_HAPPENED_RECOVERY);
}

/**
 * sender_enter_repair() - what is too large for the path is sent again
 * @s: the send half
 *
 * It was not congestion, so the window stays (RFC 1191 6.5).
 */
void sender_enter_repair(struct tcp_sender *s)
{
	s->undo_able = false;
	s->frto = 0;
	sender_tlp_end(s);
	if (s->phase == TCP_PHASE_LOSS)
		return;
	s->high = s->nxt;
	s->phase = TCP_PHASE_LOSS;
}

/* RFC 8985 6.3: the first is lost, and with it what was sent long enough ago. */
static void recovery_mark_all(struct tcp_sender *s, u64 now)
{
	struct tcp_sent *e, *first = s->first;

	if (first->flags & TCP_SENT_SACKED) {
		sender_forget_sacks(s);
		sender_happened(s, TCP_HAPPENED_RENEGING);
	}
	for (e = first; e; e = e->next)
		if (sender_in_flight(e->flags) && (e == first || sender_rack_expired(s, e, now)))
			sender_mark_lost(s, e);
}

/**
 * sender_enter_loss() - the retransmission timer has expired
 * @s: the send half, something in it not acknowledged
 * @now: the time
 *
 * The threshold follows what was in flight at the first of several timeouts in a row
 * (RFC 5681 3.1), and what may be restored is what was there before it. F-RTO begins
 * (RFC 5682 2.1, step 1) unless what was sent again before is still out.
 */
void sender_enter_loss(struct tcp_sender *s, u64 now)
{
	bool fresh = s->phase < TCP_PHASE_RECOVERY;

	if (fresh)
		sender_undo_begin(s);
	if (s->phase != TCP_PHASE_LOSS || !s->timeouts) {
		s->cc.ops->timeout(&s->cc, tcp_sender_flight(s), now);
		s->cwr_pending = s->ecn_ok;
	}
	recovery_mark_all(s, now);
	s->dupacks = 0;
	s->hold = false;
	s->reorder_us = 0;
	sender_tlp_end(s);
	s->cc.cwnd = sender_pipe(s) + s->mss;
	s->cc.ops->shrunk(&s->cc);
	s->frto = fresh || s->timeouts ? 1 : 0;
	s->high = s->nxt;
	s->phase = TCP_PHASE_LOSS;
}

/**
 * sender_detect() - looks for losses
 * @s: the send half
 * @n: the news
 */
void sender_detect(struct tcp_sender *s, struct sender_news *n)
{
	if (s->sack_ok)
		n->lost += sender_rack_detect(s, n->now);
	else
		sender_reno_detect(s, n);
}

static void recovery_open(struct tcp_sender *s, struct sender_news *n)
{
	sender_detect(s, n);
	if (n->lost)
		sender_enter_recovery(s, n);
	else if (s->phase != TCP_PHASE_CWR)
		s->phase = s->sacked || s->dupacks ? TCP_PHASE_DISORDER : TCP_PHASE_OPEN;
}

/*
 * A recovery or a loss has ended. Without SACK duplicate ACKs that our retransmissions
 * cause look like those that a loss does, so they count again only when SND.UNA goes on
 * (RFC 6582 4).
 */
static void recovery_end(struct tcp_sender *s, struct sender_news *n)
{
	if (s->phase >= TCP_PHASE_RECOVERY) {
		sender_rack_recovered(s);
		s->hold = !s->sack_ok && s->una == s->high;
	}
	s->phase = TCP_PHASE_OPEN;
	s->frto = 0;
	s->dupacks = 0;
	recovery_open(s, n);
}

static void recovery_cwr(struct tcp_sender *s, struct sender_news *n)
{
	if (seq_before(s->una, s->high)) {
		recovery_open(s, n);
		return;
	}
	s->cc.cwnd = s->cc.ssthresh;
	recovery_end(s, n);
}

static void recovery_recovery(struct tcp_sender *s, struct sender_news *n)
{
	bool undo = sender_may_undo(s, n);

	if (undo) {
		sender_happened(s, seq_before(s->una, s->high) ? TCP_HAPPENED_PARTIAL_UNDO :
								 TCP_HAPPENED_FULL_UNDO);
		sender_undo(s, true, n->now);
		recovery_end(s, n);
	} else if (seq_after_eq(s->una, s->high)) {
		s->cc.cwnd = s->cc.ssthresh;
		recovery_end(s, n);
	} else {
		sender_detect(s, n);
	}
}

/*
 * RFC 5682 3.1, with and without SACK. Return: true if the timeout was spurious: data
 * that was sent once, before it, has arrived. Step 2: the first ACK that goes on lets
 * new data out; step 3: what the ACK of that says.
 */
static bool recovery_frto(struct tcp_sender *s, const struct sender_news *n)
{
	if (n->original && s->undo_able)
		return true;
	if (s->frto == 1 && n->advanced && seq_before(s->una, s->high))
		s->frto = 2;
	else if (n->advanced || n->sacked || n->duplicate)
		s->frto = 0;
	return false;
}

static void recovery_loss(struct tcp_sender *s, struct sender_news *n)
{
	bool undo = s->frto && recovery_frto(s, n);

	if (undo || sender_may_undo(s, n)) {
		sender_happened(s, TCP_HAPPENED_LOSS_UNDO);
		if (undo)
			sender_happened(s, TCP_HAPPENED_SPURIOUS_RTO);
		sender_undo(s, true, n->now);
		s->timeouts = 0;
		recovery_end(s, n);
	} else if (seq_after_eq(s->una, s->high)) {
		recovery_end(s, n);
	} else {
		sender_detect(s, n);
	}
}

/* RFC 3168 6.1.2: once for each window of data. */
static void recovery_ecn(struct tcp_sender *s, const struct tcp_ack *a,
			 const struct sender_news *n)
{
	if (s->cwr_out && seq_after_eq(s->una, s->cwr_end))
		s->cwr_out = false;
	if (s->ecn_ok && a->ece && !s->cwr_pending && !s->cwr_out)
		sender_enter_cwr(s, n);
}

/**
 * sender_phases() - what an ACK means for the phase
 * @s: the send half, the scoreboard already changed
 * @a: the ACK
 * @n: the news
 */
void sender_phases(struct tcp_sender *s, const struct tcp_ack *a, struct sender_news *n)
{
	recovery_ecn(s, a, n);
	if (n->advanced)
		s->hold = false;
	switch (s->phase) {
	case TCP_PHASE_OPEN:
	case TCP_PHASE_DISORDER:
		if (s->undo_able && s->retrans_stamp && !s->undo_retrans && n->dsack) {
			sender_undo(s, false, n->now);
			sender_happened(s, TCP_HAPPENED_DSACK_UNDO);
		}
		recovery_open(s, n);
		break;
	case TCP_PHASE_CWR:
		recovery_cwr(s, n);
		break;
	case TCP_PHASE_RECOVERY:
		recovery_recovery(s, n);
		break;
	case TCP_PHASE_LOSS:
		recovery_loss(s, n);
		break;
	}
}
