/* SPDX-License-Identifier: GPL-2.0 */
/* Round-trip times and the retransmission timeout (RFC 6298): pure logic. */
#ifndef _GONET_TCP_RTT_H
#define _GONET_TCP_RTT_H

#include "seq.h"

/**
 * struct tcp_rtt - round-trip times of a connection, microseconds
 * @srtt_us: smoothed, or 0 as long as there is no sample
 * @rttvar_us: variation
 * @rto_us: RTO without backoff, within the limits
 * @min_us: the least of the last while (RFC 8985 6.1), or 0
 * @min_stamp_us: when that was measured
 * @latest_us: the last sample
 */
struct tcp_rtt {
	u32 srtt_us;
	u32 rttvar_us;
	u32 rto_us;
	u32 min_us;
	u64 min_stamp_us;
	u32 latest_us;
};

#define TCP_RTO_INITIAL_US	1000000U	/* RFC 6298 2.1 */
#define TCP_RTO_FALLBACK_US	3000000U	/* RFC 6298 5.7: a SYN was lost */
#define TCP_MIN_RTT_WINDOW_US	300000000ULL	/* how long a least RTT counts */

void tcp_rtt_init(struct tcp_rtt *r, u32 rto_min_us, u32 rto_max_us);
void tcp_rtt_sample(struct tcp_rtt *r, u32 rtt_us, u32 rto_min_us, u32 rto_max_us, u64 now);
/* The least round trip alone: of what was sent last of that which an ACK covers. */
void tcp_rtt_least(struct tcp_rtt *r, u32 rtt_us, u64 now);
/* RTO with @backoff doublings, at most @rto_max_us. */
u32 tcp_rtt_backoff(const struct tcp_rtt *r, u8 backoff, u32 rto_max_us);

#endif /* _GONET_TCP_RTT_H */
