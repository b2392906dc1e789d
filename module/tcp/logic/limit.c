// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a connection from sending more, and for how long it has: for TCP_INFO. Calls
 * nothing of the kernel.
 */
#include "sender_internal.h"

static enum tcp_limit limit_find(const struct tcp_sender *s, const struct tcp_stock *stock,
				 u32 unsent)
{
	u32 usable = sender_usable(s);

	if (!unsent && (!s->first || !s->synced))
		return TCP_LIMIT_IDLE;
	if (unsent && s->synced && !s->lost && !s->cwnd_full && usable < unsent &&
	    usable < s->mss)
		return TCP_LIMIT_WINDOW;
	if (!unsent && stock->full)
		return TCP_LIMIT_BUFFER;
	return TCP_LIMIT_PATH;
}

/**
 * sender_limit_flushed() - nothing more can be sent now: why?
 * @s: the send half
 * @stock: what there is to send
 * @unsent: bytes of it that are still to be sent for the first time
 * @now: the time
 */
void sender_limit_flushed(struct tcp_sender *s, const struct tcp_stock *stock, u32 unsent,
			  u64 now)
{
	enum tcp_limit limit = limit_find(s, stock, unsent);

	if (limit == s->limit)
		return;
	s->limited_us[s->limit] += now - s->limit_us;
	s->limit = limit;
	s->limit_us = now;
}

/**
 * tcp_sender_limited() - for how long something has kept the connection from sending more
 * @s: the send half
 * @limit: what
 * @now: the time
 *
 * Return: microseconds in all.
 */
u64 tcp_sender_limited(const struct tcp_sender *s, enum tcp_limit limit, u64 now)
{
	return s->limited_us[limit] + (limit == s->limit ? now - s->limit_us : 0);
}
