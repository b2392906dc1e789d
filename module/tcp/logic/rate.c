// SPDX-License-Identifier: GPL-2.0
/*
 * The delivery rate (draft-cheng-iccrg-delivery-rate-estimation): how much has arrived since
 * what has arrived last was sent; and whether more could have, if the program had given more.
 * Calls nothing of the kernel.
 */
#include "sender_internal.h"

/**
 * sender_rate_sent() - keep in mind with an entry how much had arrived when it was sent
 * @s: the send half
 * @e: the entry
 */
void sender_rate_sent(const struct tcp_sender *s, struct tcp_sent *e)
{
	e->delivered = s->delivered;
	e->delivered_us = s->delivered_us;
	e->flags &= ~TCP_SENT_APP_LIMITED;
	if (s->app_limited)
		e->flags |= TCP_SENT_APP_LIMITED;
}

/**
 * sender_rate_delivered() - an entry has arrived
 * @e: the entry; of all that an ACK tells of, the one that was sent last counts
 * @n: what the ACK has brought
 */
void sender_rate_delivered(const struct tcp_sent *e, struct sender_news *n)
{
	if (n->rate && e->delivered < n->rate_delivered)
		return;
	n->rate = true;
	n->rate_app_limited = e->flags & TCP_SENT_APP_LIMITED;
	n->rate_delivered = e->delivered;
	n->rate_us = e->delivered_us;
}

/**
 * sender_rate_sample() - and what follows from it
 * @s: the send half
 * @n: what the ACK has brought
 *
 * A rate that the program has kept low counts only if it is higher than the last one.
 */
void sender_rate_sample(struct tcp_sender *s, const struct sender_news *n)
{
	u64 us = n->now - n->rate_us, bytes = s->delivered - n->rate_delivered;

	if (s->delivered > s->app_limited)
		s->app_limited = 0;
	if (!n->rate || us < s->rtt.min_us || !us)
		return;
	if (n->rate_app_limited && bytes * s->rate_interval_us < s->rate_bytes * us)
		return;
	s->rate_bytes = bytes;
	s->rate_interval_us = us;
	s->rate_app_limited = n->rate_app_limited;
}

/**
 * sender_rate_flushed() - whether it is for the program that no more is sent
 * @s: the send half
 * @unsent: bytes that are still to be sent for the first time
 *
 * What is sent until all has arrived that is in flight now tells nothing of the path.
 */
void sender_rate_flushed(struct tcp_sender *s, u32 unsent)
{
	u32 pipe = sender_pipe(s);

	if (unsent >= s->mss || s->lost || pipe >= s->cc.cwnd)
		return;
	s->app_limited = s->delivered + pipe ? s->delivered + pipe : 1;
}
