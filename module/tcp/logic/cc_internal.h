/* SPDX-License-Identifier: GPL-2.0 */
/* What congestion control algorithms have in common. */
#ifndef _GONET_TCP_CC_INTERNAL_H
#define _GONET_TCP_CC_INTERNAL_H

#include "cc.h"

#define TCP_CWND_MAX	0x40000000U	/* more than any window (RFC 7323 2.3) */

void tcp_cc_grow(struct tcp_cc *cc, u64 bytes);
u32 tcp_cc_slow_start(struct tcp_cc *cc, u32 bytes);
u32 tcp_cc_used(const struct tcp_cc *cc, u32 flight);
u32 tcp_cc_floor(const struct tcp_cc *cc, u32 bytes);

#endif /* _GONET_TCP_CC_INTERNAL_H */
