// SPDX-License-Identifier: GPL-2.0
/*
 * Round-trip times and the retransmission timeout (RFC 6298). Calls nothing of the
 * kernel.
 */
#include "rtt.h"

static u32 rtt_clamp(u64 us, u32 min_us, u32 max_us)
{
	if (us < min_us)
		return min_us;
	return us > max_us ? max_us : (u32)us;
}

/**
 * tcp_rtt_init() - begins without a sample
 * @r: the round-trip times
 * @rto_min_us: RTO never below this
 * @rto_max_us: nor above
 *
 * RFC 6298 2.1.
 */
void tcp_rtt_init(struct tcp_rtt *r, u32 rto_min_us, u32 rto_max_us)
{
	memset(r, 0, sizeof(*r));
	r->rto_us = rtt_clamp(TCP_RTO_INITIAL_US, rto_min_us, rto_max_us);
}

/**
 * tcp_rtt_least() - the least round trip of the last while
 * @r: the round-trip times
 * @rtt_us: a round trip, at least 1
 * @now: the time
 *
 * A delayed ACK makes the round trip of what it covers first longer, so the least is
 * measured by what it covers last (RFC 8985 6.1).
 */
void tcp_rtt_least(struct tcp_rtt *r, u32 rtt_us, u64 now)
{
	if (r->min_us && rtt_us > r->min_us && now - r->min_stamp_us < TCP_MIN_RTT_WINDOW_US)
		return;
	r->min_us = rtt_us ? rtt_us : 1;
	r->min_stamp_us = now;
}

/* RFC 6298 2.2, 2.3: SRTT and RTTVAR. */
static void rtt_smooth(struct tcp_rtt *r, u32 rtt_us)
{
	u32 diff;

	if (!r->srtt_us) {
		r->srtt_us = rtt_us;
		r->rttvar_us = rtt_us / 2;
		return;
	}
	diff = rtt_us > r->srtt_us ? rtt_us - r->srtt_us : r->srtt_us - rtt_us;
	r->rttvar_us = (u32)((3 * (u64)r->rttvar_us + diff + 2) / 4);
	r->srtt_us = (u32)((7 * (u64)r->srtt_us + rtt_us + 4) / 8);
	if (!r->srtt_us)
		r->srtt_us = 1;
}

/**
 * tcp_rtt_sample() - a round trip was measured
 * @r: the round-trip times
 * @rtt_us: it; of nothing that was sent twice (Karn), unless by a timestamp
 * @rto_min_us: RTO never below this
 * @rto_max_us: nor above
 * @now: the time
 *
 * With a sample for every ACK the variation shrinks within a fraction of a round trip
 * to less than what a delayed ACK takes. So, as natively, what is added to SRTT is never
 * less than the least RTO (RFC 6298 2.3 and 2.4 ask for less).
 */
void tcp_rtt_sample(struct tcp_rtt *r, u32 rtt_us, u32 rto_min_us, u32 rto_max_us, u64 now)
{
	u64 margin;

	if (!rtt_us)
		rtt_us = 1;
	r->latest_us = rtt_us;
	tcp_rtt_least(r, rtt_us, now);
	rtt_smooth(r, rtt_us);
	margin = 4 * (u64)r->rttvar_us;
	if (margin < rto_min_us)
		margin = rto_min_us;
	r->rto_us = rtt_clamp(r->srtt_us + margin, rto_min_us, rto_max_us);
}

/**
 * tcp_rtt_backoff() - the timeout after a number of timeouts in a row (RFC 6298 5.5)
 * @r: the round-trip times
 * @backoff: how often it is doubled
 * @rto_max_us: never above this
 *
 * Return: microseconds.
 */
u32 tcp_rtt_backoff(const struct tcp_rtt *r, u8 backoff, u32 rto_max_us)
{
	u64 us = (u64)r->rto_us << (backoff < 31 ? backoff : 31);

	return us > rto_max_us ? rto_max_us : (u32)us;
}
