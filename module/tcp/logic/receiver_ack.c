// SPDX-License-Identifier: GPL-2.0
/*
 * When what has arrived is acknowledged (RFC 9293 3.8.6.3, RFC 5681 4.2), with Linux's ways
 * of finding out what the peer needs: ACKs at once when it begins to send, and ACKs that wait
 * for an answer to go with when the two sides talk in turn. Calls nothing of the kernel.
 */
#include "receiver_internal.h"

#define IDLE_US		200000U	/* after so long the peer begins with a small window again */
#define MSS_LEAST	88	/* no peer that makes sense sends smaller full segments */

/* As many as the window allows pairs of segments: more there cannot come. */
static void ack_quick(struct tcp_receiver *r)
{
	u32 n = tcp_receiver_open(r) / (2 * r->mss);

	if (n < 2)
		n = 2;
	if (n > TCP_QUICK_MAX)
		n = TCP_QUICK_MAX;
	if (n > r->quick)
		r->quick = (u8)n;
}

void tcp_receiver_quicken(struct tcp_receiver *r)
{
	ack_quick(r);
	r->pingpong = false;
	r->ato_us = TCP_ATO_MIN_US;
}

/*
 * How large full segments are: as large as the largest. They may become smaller with the
 * path's MTU, or may never have been so large as was assumed: two in a row of the same
 * length that end nothing (no PSH, no FIN) are taken for full ones.
 */
static void ack_measure(struct tcp_receiver *r, const struct tcp_seg *s)
{
	u32 len = s->unit && s->unit < s->len ? s->unit : s->len, last = r->last_len;

	r->last_len = 0;
	if (len >= r->mss) {
		r->mss = len;
	} else if (len >= MSS_LEAST && !(s->f.flags & (TCP_PSH | TCP_FIN | TCP_URG | TCP_SYN))) {
		r->last_len = len;
		if (len == last)
			r->mss = len;
	}
}

/* An ACK waits about as long as data takes to follow data. */
static void ack_pace(struct tcp_receiver *r, u64 now_us)
{
	u64 gap = now_us - r->pace_us;

	if (gap <= TCP_ATO_MIN_US / 2)
		r->ato_us = r->ato_us / 2 + TCP_ATO_MIN_US / 2;
	else if (gap < r->ato_us)
		r->ato_us = r->ato_us / 2 + (u32)gap;
	else if (gap > IDLE_US)
		ack_quick(r);
	if (r->ato_us > TCP_ATO_MAX_US)
		r->ato_us = TCP_ATO_MAX_US;
	r->pace_us = now_us;
}

/* Bytes in order for which neither an ACK has left nor has been asked for. */
static u32 ack_pending(const struct tcp_receiver *r)
{
	return r->nxt - seq_max(r->asked, r->sent_nxt);
}

/* A peer that has used half of its window may have to wait for the ACK. */
static bool ack_at_once(const struct tcp_receiver *r, bool taken)
{
	u32 pending = ack_pending(r);

	return r->ack_now || pending > r->mss || (taken && r->first) ||
	       (pending && ((r->quick && !r->pingpong) || pending >= tcp_receiver_open(r)));
}

/**
 * tcp_receiver_ack_when() - when to acknowledge, after a segment has been dealt with
 * @r: the receive space
 * @s: the segment, which was accepted
 * @taken: bytes that have been taken in order, its own and those of pieces
 * @out_of_order: it was kept as a piece, or is missed for want of memory
 * @now_us: the time
 *
 * At once: every second full segment (MUST-59, RFC 5681 4.2), what is out of order or fills a gap
 * (RFC 5681 4.2), what came in vain, as window probes and keep-alives do, a FIN, and
 * everything while the peer begins to send. An ACK that is asked for at once counts as sent
 * from then on, as it may be sent by somebody who is busy.
 *
 * Return: when.
 */
enum tcp_ack_when tcp_receiver_ack_when(struct tcp_receiver *r, const struct tcp_seg *s,
					u32 taken, bool out_of_order, u64 now_us)
{
	if (taken) {
		ack_measure(r, s);
		ack_pace(r, now_us);
	}
	if (out_of_order || (!taken && tcp_seg_end(s) != s->f.seq))
		r->ack_now = true;
	if (!ack_at_once(r, taken))
		return ack_pending(r) ? TCP_ACK_LATER : TCP_ACK_NONE;

	r->asked = r->nxt;
	r->ack_now = false;
	if (r->quick && !--r->quick)
		r->ato_us = TCP_ATO_MIN_US;
	return TCP_ACK_NOW;
}

/**
 * tcp_receiver_acked() - ACKs have left
 * @r: the receive space
 * @ack: what the last of them acknowledges; what cannot be is ignored
 */
void tcp_receiver_acked(struct tcp_receiver *r, u32 ack)
{
	if (seq_within(r->sent_nxt, ack, r->nxt))
		r->sent_nxt = ack;
}

/**
 * tcp_receiver_replied() - data of ours has left
 * @r: the receive space
 * @sent_us: when that was
 *
 * When that comes so soon after data of the peer that an ACK could have gone with it, the
 * next one may wait for such an answer. To be told before later data of the peer is taken.
 */
void tcp_receiver_replied(struct tcp_receiver *r, u64 sent_us)
{
	if (sent_us - r->last_data_us < r->ato_us)
		r->pingpong = true;
}

/**
 * tcp_receiver_waited() - an ACK has waited for as long as it may, and nothing went with it
 * @r: the receive space
 *
 * There was no answer, so the two do not talk in turn; or data comes more slowly than was
 * thought.
 */
void tcp_receiver_waited(struct tcp_receiver *r)
{
	if (r->pingpong) {
		r->pingpong = false;
		r->ato_us = TCP_ATO_MIN_US;
	} else {
		r->ato_us = r->ato_us < TCP_ATO_MAX_US / 2 ? r->ato_us * 2 : TCP_ATO_MAX_US;
	}
}

/**
 * tcp_receiver_turns() - the program says whether the two sides talk in turn
 * @r: the receive space
 * @turns: they do, so that ACKs may wait for an answer to go with
 *
 * What happens later may show otherwise.
 */
void tcp_receiver_turns(struct tcp_receiver *r, bool turns)
{
	r->pingpong = turns;
}
