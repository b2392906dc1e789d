// SPDX-License-Identifier: GPL-2.0
/*
 * Congestion control: which algorithms there are, and what they have in common. Calls
 * nothing of the kernel.
 */
#include "cc_internal.h"

static const struct tcp_cc_ops *const algorithms[] = { &tcp_cubic, &tcp_newreno, NULL };

/**
 * tcp_cc_nth() - the algorithms, one by one
 * @i: which
 *
 * Return: the @i-th, or NULL behind the last.
 */
const struct tcp_cc_ops *tcp_cc_nth(unsigned int i)
{
	unsigned int k;

	for (k = 0; k < i && algorithms[k]; k++)
		;
	return algorithms[k];
}

/**
 * tcp_cc_find() - an algorithm by its name
 * @name: the name
 *
 * Return: it, or NULL.
 */
const struct tcp_cc_ops *tcp_cc_find(const char *name)
{
	const struct tcp_cc_ops *ops;
	unsigned int i;

	for (i = 0; (ops = tcp_cc_nth(i)); i++)
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

/**
 * tcp_cc_initial_window() - what may be sent before anything is acknowledged
 * @mss: bytes of payload of a full segment
 *
 * Return: bytes (RFC 6928 2).
 */
u32 tcp_cc_initial_window(u32 mss)
{
	u32 most = 2 * mss > 14600 ? 2 * mss : 14600;

	return 10 * mss < most ? 10 * mss : most;
}

/**
 * tcp_cc_grow() - more window
 * @cc: the congestion state
 * @bytes: by how much
 */
void tcp_cc_grow(struct tcp_cc *cc, u64 bytes)
{
	cc->cwnd = bytes < TCP_CWND_MAX - cc->cwnd ? cc->cwnd + (u32)bytes : TCP_CWND_MAX;
}

/**
 * tcp_cc_slow_start() - a segment more for each that was acknowledged (RFC 5681 3.1)
 * @cc: the congestion state, cwnd below ssthresh
 * @bytes: what was acknowledged
 *
 * An ACK may cover a whole packet of many segments, and it counts for all of them, as
 * natively: what RFC 3465 2.2 limits it to would make large packets slow.
 *
 * Return: bytes behind the one at which ssthresh was reached, for congestion avoidance.
 */
u32 tcp_cc_slow_start(struct tcp_cc *cc, u32 bytes)
{
	u32 room = cc->ssthresh - cc->cwnd;
	u32 used = bytes < room ? bytes : room;

	tcp_cc_grow(cc, used);
	return bytes - used;
}

/**
 * tcp_cc_used() - how much of the window was in use
 * @cc: the congestion state
 * @flight: bytes in flight, those included that arrived out of order
 *
 * What has left for segments that arrived out of order is more than cwnd.
 *
 * Return: bytes.
 */
u32 tcp_cc_used(const struct tcp_cc *cc, u32 flight)
{
	return flight < cc->cwnd ? flight : cc->cwnd;
}

/**
 * tcp_cc_floor() - no threshold below two segments (RFC 5681 3.1)
 * @cc: the congestion state
 * @bytes: the threshold
 *
 * Return: bytes.
 */
u32 tcp_cc_floor(const struct tcp_cc *cc, u32 bytes)
{
	return bytes > 2 * cc->mss ? bytes : 2 * cc->mss;
}
