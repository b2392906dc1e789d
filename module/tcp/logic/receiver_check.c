// SPDX-License-Identifier: GPL-2.0
/*
 * Which segments count in a synchronized state (RFC 9293 3.10.7.4), with PAWS (RFC 7323 5)
 * and what RFC 5961 does against blind attackers. Calls nothing of the kernel.
 *
 * Where Linux is more lenient than RFC 9293, so is this: sequence numbers are held against
 * the last ACK that was sent, of which the peer may know, rather than RCV.NXT; and a segment at
 * the right edge counts even if it has nothing that fits, for its ACK (MUST-66).
 */
#include "receiver_internal.h"

#define PAWS_SLACK	1	/* ticks by which a timestamp may be behind */
#define PAWS_AGE_US	(24ULL * 24 * 3600 * 1000000)	/* RFC 7323 5.5 */

bool tcp_paws_ok(u32 ts_recent, u64 ts_stamp_us, u32 tsval, int slack, u64 now_us)
{
	if ((int)(ts_recent - tsval) <= slack)
		return true;
	/* 0 is what those say who do not know any; and an old one says nothing. */
	return !ts_recent || now_us - ts_stamp_us > PAWS_AGE_US;
}

/* Whether its timestamp is not older than TS.Recent by more than @slack. */
static bool receiver_ts_fresh(const struct tcp_receiver *r, const struct tcp_seg *s, int slack,
			      u64 now_us)
{
	return tcp_paws_ok(r->ts_recent, r->ts_stamp_us, s->o.tsval, slack, now_us);
}

static bool receiver_has_ts(const struct tcp_receiver *r, const struct tcp_seg *s)
{
	return r->ts_ok && s->o.present & TCP_HAS_TS;
}

/*
 * An ACK alone that later ones have overtaken: common where packets change places, and
 * an answer would be one more duplicate ACK for the peer.
 */
static bool receiver_overtaken(const struct tcp_receiver *r, const struct tcp_seg *s,
			       const struct tcp_peer_view *v)
{
	return (s->f.flags & (TCP_ACK | TCP_SYN)) == TCP_ACK &&
	       tcp_seg_end(s) == s->f.seq && seq_before_eq(s->f.seq, r->nxt) &&
	       seq_before_eq(s->f.ack, v->una);
}

/* First step: whether the sequence number is acceptable. */
static bool receiver_seq_ok(const struct tcp_receiver *r, const struct tcp_seg *s)
{
	return seq_after_eq(tcp_seg_end(s), r->sent_nxt) &&
	       seq_before_eq(s->f.seq, seq_max(r->edge, r->nxt));
}

/* Not acceptable, so it is answered; of data that was there before a D-SACK tells. */
static enum tcp_verdict receiver_old(struct tcp_receiver *r, const struct tcp_seg *s)
{
	u32 start = tcp_seg_start(s);

	if (s->len && seq_before(start, r->nxt)) {
		tcp_receiver_twice(r, start, seq_min(tcp_seg_fin(s), r->nxt));
		tcp_receiver_quicken(r);
	}
	return TCP_V_ACK;
}

/*
 * Second step, after RFC 5961 3.2: only the one number that the peer has no doubt of resets. Some
 * stacks forget to count their FIN.
 */
static enum tcp_verdict receiver_rst(const struct tcp_receiver *r, const struct tcp_seg *s)
{
	if (s->f.seq == r->nxt || (r->finished && s->f.seq == r->fin))
		return TCP_V_RESET;
	return receiver_seq_ok(r, s) ? TCP_V_CHALLENGE : TCP_V_DROP;
}

/* The other side of a simultaneous open answers our SYN with its own again (RFC 9293 3.5). */
static bool receiver_syn_again(const struct tcp_receiver *r, const struct tcp_seg *s)
{
	return r->syn_wait && s->f.flags & TCP_ACK && s->f.seq == r->irs;
}

/* Fifth step, as far as it decides about the whole segment. */
static enum tcp_verdict receiver_ack(const struct tcp_receiver *r, const struct tcp_seg *s,
				     const struct tcp_peer_view *v)
{
	if (!(s->f.flags & TCP_ACK))
		return TCP_V_DROP;
	if (r->syn_wait) {
		if (s->f.ack == v->una || !seq_within(v->una, s->f.ack, v->nxt))
			return TCP_V_REFUSE;
		return TCP_V_ACCEPT;
	}
	/* RFC 5961 5.2 */
	return seq_within(v->una - v->max_wnd, s->f.ack, v->nxt) ? TCP_V_ACCEPT : TCP_V_CHALLENGE;
}

/* RFC 7323 4.3, rule (2), for a segment that is accepted. */
static void receiver_ts_note(struct tcp_receiver *r, const struct tcp_seg *s, u64 now_us)
{
	if (!receiver_has_ts(r, s) || seq_after(s->f.seq, r->sent_nxt) ||
	    !receiver_ts_fresh(r, s, 0, now_us))
		return;
	r->ts_recent = s->o.tsval;
	r->ts_stamp_us = now_us;
}

/* What comes before the ACK is looked at; TCP_V_ACCEPT: nothing against it so far. */
static enum tcp_verdict receiver_check_seq(struct tcp_receiver *r, const struct tcp_seg *s,
					   const struct tcp_peer_view *v, u64 now_us)
{
	bool again = receiver_syn_again(r, s);

	if (s->f.flags & TCP_RST)	/* not subject to PAWS: RFC 7323 5.2 */
		return receiver_rst(r, s);
	if (s->f.flags & TCP_SYN && !again)	/* wherever it is: RFC 5961 4.2 */
		return TCP_V_CHALLENGE;
	if (receiver_has_ts(r, s) && !receiver_ts_fresh(r, s, PAWS_SLACK, now_us)) {
		r->stale = true;
		return receiver_overtaken(r, s, v) ? TCP_V_DROP : receiver_old(r, s);
	}
	if (!receiver_seq_ok(r, s))
		return receiver_old(r, s);
	return TCP_V_ACCEPT;
}

/**
 * tcp_receiver_check() - what becomes of a segment in a synchronized state
 * @r: the receive space
 * @s: the segment
 * @v: what of the send space must be known
 * @now_us: the time
 *
 * RFC 9293 3.10.7.4's first to fifth step; the fourth comes before the first, as a SYN is
 * challenged wherever it is. Notes TS.Recent and a D-SACK.
 *
 * A segment without the timestamp that was agreed upon counts: RFC 7323 3.2 would rather
 * have it dropped, but Linux takes it, and middleboxes are known to remove options.
 *
 * Return: a verdict.
 */
enum tcp_verdict tcp_receiver_check(struct tcp_receiver *r, const struct tcp_seg *s,
				    const struct tcp_peer_view *v, u64 now_us)
{
	enum tcp_verdict verdict;

	r->stale = false;
	verdict = receiver_check_seq(r, s, v, now_us);
	if (verdict == TCP_V_ACCEPT)
		verdict = receiver_ack(r, s, v);
	if (verdict == TCP_V_ACCEPT) {
		receiver_ts_note(r, s, now_us);
		r->syn_wait = false;
	}
	return verdict;
}
