// SPDX-License-Identifier: GPL-2.0
/*
 * Proportional rate reduction (RFC 6937, RFC 9937): during a recovery data leaves in
 * proportion to what arrives, until the window is what congestion control has asked for.
 * Calls nothing of the kernel.
 */
#include "sender_internal.h"

/**
 * sender_prr_begin() - a reduction begins
 * @s: the send half
 * @flight: bytes that were in flight (RecoverFS)
 */
void sender_prr_begin(struct tcp_sender *s, u32 flight)
{
	s->prr_delivered = 0;
	s->prr_out = 0;
	s->prior_flight = flight ? flight : s->mss;
}

/* RFC 6937 3: SndCnt as long as more is in flight than shall be. */
static u32 prr_proportional(const struct tcp_sender *s)
{
	u64 share = (u64)s->prr_delivered * s->cc.ssthresh + s->prior_flight - 1;

	share = pure_div64(share, s->prior_flight);
	return share > s->prr_out ? (u32)(share - s->prr_out) : 0;
}

/*
 * And when less is: as much as has arrived, and a segment more if the ACK brought
 * progress and no further loss (slow start reduction bound), else no more (conservative
 * reduction bound).
 */
static u32 prr_bound(const struct tcp_sender *s, u32 pipe, const struct sender_news *n)
{
	u32 room = s->cc.ssthresh - pipe, limit = n->delivered;

	if (s->prr_delivered > s->prr_out && s->prr_delivered - s->prr_out > limit)
		limit = s->prr_delivered - s->prr_out;
	if (n->advanced && !n->lost)
		limit += s->mss;
	return limit < room ? limit : room;
}

/**
 * sender_prr() - an ACK in a reduction: sets cwnd
 * @s: the send half
 * @n: the news
 *
 * The first retransmission always leaves (RFC 6937 3), and without SACK also that for
 * which a partial ACK asks (RFC 6582 3.2, step 3).
 */
void sender_prr(struct tcp_sender *s, const struct sender_news *n)
{
	u32 pipe = sender_pipe(s), count;

	s->prr_delivered += n->delivered;
	if (pipe > s->cc.ssthresh)
		count = prr_proportional(s);
	else
		count = prr_bound(s, pipe, n);
	if (s->lost && count < s->mss && (!s->prr_out || (!s->sack_ok && n->advanced)))
		count = s->mss;
	s->cc.cwnd = pipe + count > s->mss ? pipe + count : s->mss;
}
