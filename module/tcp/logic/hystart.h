/* SPDX-License-Identifier: GPL-2.0 */
/* HyStart++ (RFC 9406): leaving slow start before the queue overflows. */
#ifndef _GONET_TCP_HYSTART_H
#define _GONET_TCP_HYSTART_H

#include "cc.h"

/**
 * struct hystart - the rounds of the first slow start; all zero at first
 * @left: bytes that end the round when they are acknowledged
 * @last_us: the least round trip of the round before, or 0
 * @least_us: of this round, or 0
 * @baseline_us: the one with which conservative slow start began
 * @samples: round trips measured in this round
 * @conservative: rounds that conservative slow start still lasts, or 0 in slow start
 * @credit: bytes acknowledged in it that did not yet make cwnd larger
 */
struct hystart {
	u32 left;
	u32 last_us;
	u32 least_us;
	u32 baseline_us;
	u16 samples;
	u8 conservative;
	u8 credit;
};

void hystart_acked(struct hystart *h, struct tcp_cc *cc, u32 bytes, u32 rtt_us, u32 flight);

#endif /* _GONET_TCP_HYSTART_H */
