// SPDX-License-Identifier: GPL-2.0
/*
 * RACK (RFC 8985): what was sent a while before something that has arrived is lost. Calls
 * nothing of the kernel.
 */
#include "sender_internal.h"

#define RACK_PERSIST	16	/* recoveries for which a wider window stays */
#define RACK_MULT_MAX	64	/* more quarters of the least RTT than SRTT can have */

/* RFC 8985 6.2: whether one was sent after the other. */
static bool rack_sent_after(u64 us, u32 end, u64 other_us, u32 other_end)
{
	return us > other_us || (us == other_us && seq_after(end, other_end));
}

/*
 * Whether the ACK may be for an earlier transmission of what was sent again. Timestamps
 * tell only where SND.UNA goes on: what arrives out of order is not what is echoed
 * (RFC 7323 4.3).
 */
static bool rack_ambiguous(const struct tcp_sender *s, const struct tcp_sent *e, u64 rtt,
			   const struct sender_news *n)
{
	if (!(e->flags & TCP_SENT_EVER_RETRANS))
		return false;
	if (rtt < s->rtt.min_us)
		return true;
	return n->advanced && n->ts_rtt_us > rtt + TCP_TS_GRAIN_US;
}

/**
 * sender_rack_delivered() - something turned out to have arrived (RFC 8985 6.2, steps 2, 3)
 * @s: the send half
 * @e: its entry
 * @end: behind it
 * @n: the news
 */
void sender_rack_delivered(struct tcp_sender *s, const struct tcp_sent *e, u32 end,
			   const struct sender_news *n)
{
	u64 rtt = n->now - e->sent_us;

	if (seq_after(end, s->fack)) {
		s->fack = end;
	} else if (seq_before(end, s->fack) && !(e->flags & TCP_SENT_EVER_RETRANS)) {
		s->rack_reordering = true;
		s->reordering_seen++;
		sender_happened(s, TCP_HAPPENED_REORDERING);
	}
	if (rack_ambiguous(s, e, rtt, n))
		return;
	s->rack_rtt_us = rtt < 1 ? 1 : (u32)rtt;
	if (!s->rack_xmit_us || rack_sent_after(e->sent_us, end, s->rack_xmit_us, s->rack_end)) {
		s->rack_xmit_us = e->sent_us;
		s->rack_end = end;
	}
}

/**
 * sender_rack_dsack() - a needless retransmission widens the reordering window
 * @s: the send half
 * @dsack: the ACK tells of one
 *
 * Once a round trip (RFC 8985 6.2, step 4).
 */
void sender_rack_dsack(struct tcp_sender *s, bool dsack)
{
	if (s->rack_in_round && seq_after_eq(s->una, s->rack_round))
		s->rack_in_round = false;
	if (!dsack || s->rack_in_round)
		return;
	s->rack_in_round = true;
	s->rack_round = s->nxt;
	s->rack_persist = RACK_PERSIST;
	if (s->rack_wnd_mult < RACK_MULT_MAX)
		s->rack_wnd_mult++;
}

/**
 * sender_rack_recovered() - a recovery has ended
 * @s: the send half
 */
void sender_rack_recovered(struct tcp_sender *s)
{
	if (s->rack_persist)
		s->rack_persist--;
	if (!s->rack_persist)
		s->rack_wnd_mult = 1;
}

/* RFC 8985 6.2, step 4: the reordering window. */
static u64 rack_window(const struct tcp_sender *s)
{
	u64 us = (u64)s->rtt.min_us * s->rack_wnd_mult / 4;

	if (!s->rack_reordering &&
	    (s->phase >= TCP_PHASE_RECOVERY || s->sacked >= TCP_DUPTHRESH * s->mss))
		return 0;
	return us < s->rtt.srtt_us ? us : s->rtt.srtt_us;
}

/*
 * Whether something sent later than an entry has arrived. Of what was sent at the same
 * moment the order is that of the sequence numbers, but for what was sent again then.
 */
static bool rack_overtaken(const struct tcp_sender *s, const struct tcp_sent *e)
{
	if (e->flags & TCP_SENT_RETRANS)
		return s->rack_xmit_us > e->sent_us;
	return rack_sent_after(s->rack_xmit_us, s->rack_end, e->sent_us, e->end);
}

/* When an entry is lost unless it is acknowledged. */
static u64 rack_deadline(const struct tcp_sender *s, const struct tcp_sent *e)
{
	return e->sent_us + s->rack_rtt_us + rack_window(s);
}

/**
 * sender_rack_expired() - whether a timeout shows that an entry is lost (RFC 8985 6.3)
 * @s: the send half
 * @e: the entry, in flight
 * @now: the time
 *
 * Return: true if it was sent long ago; without a round trip measured all was.
 */
bool sender_rack_expired(const struct tcp_sender *s, const struct tcp_sent *e, u64 now)
{
	return !s->sack_ok || !s->rack_rtt_us || rack_deadline(s, e) <= now;
}

/**
 * sender_rack_detect() - gives up what was sent too long before what has arrived
 * @s: the send half
 * @now: the time
 *
 * RFC 8985 6.2, step 5. What is in flight is looked at from the oldest and no further
 * than the first that is not lost, so that an ACK costs as much as it finds lost. The
 * timer is for that first one; each expiry finds at least one lost.
 *
 * Return: bytes that were.
 */
u32 sender_rack_detect(struct tcp_sender *s, u64 now)
{
	struct tcp_sent *e;
	u32 lost = 0;

	s->reorder_us = 0;
	if (!s->rack_xmit_us)
		return 0;
	while ((e = s->oldest) && rack_overtaken(s, e)) {
		if (rack_deadline(s, e) > now) {
			s->reorder_us = rack_deadline(s, e);
			break;
		}
		lost += sender_len(e);
		sender_mark_lost(s, e);
	}
	return lost;
}
