/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Congestion control: the table through which the sender asks an algorithm, and the
 * algorithms. Pure logic. Windows are bytes, times microseconds.
 */
#ifndef _GONET_TCP_CC_H
#define _GONET_TCP_CC_H

#include "seq.h"

#define TCP_CC_NAME_MAX	16	/* as the kernel's TCP_CA_NAME_MAX, with the 0 */
#define TCP_CC_STATE	13	/* words of an algorithm's own state */
#define TCP_SSTHRESH_NONE	0x7fffffffU	/* ssthresh as long as nothing was lost */

/**
 * struct tcp_cc - congestion state of a connection that an algorithm works on
 * @ops: the algorithm
 * @cwnd: congestion window
 * @ssthresh: slow start threshold, or TCP_SSTHRESH_NONE
 * @mss: bytes of payload of a full segment
 * @srtt_us: smoothed round-trip time, or 0 as long as there is none
 * @min_rtt_us: the least that was seen lately, or 0
 * @state: the algorithm's own
 */
struct tcp_cc {
	const struct tcp_cc_ops *ops;
	u32 cwnd;
	u32 ssthresh;
	u32 mss;
	u32 srtt_us;
	u32 min_rtt_us;
	u64 state[TCP_CC_STATE];
};

/**
 * struct tcp_cc_ops - an algorithm
 * @name: what programs call it (TCP_CONGESTION)
 * @init: begins anew; @cc->state is zeroed before
 * @acked: outside of recovery @bytes were acknowledged, at @now, with a round trip of
 *	@rtt_us (0 if not measured), and the window was in use: lets cwnd grow, in slow
 *	start and in congestion avoidance. @flight: bytes in flight before the ACK
 * @reduce: a loss or an ECN mark: sets @cc->ssthresh; the caller sets cwnd. @flight: bytes
 *	in flight
 * @timeout: as @reduce, for a retransmission timeout
 * @undo: the last reduction was spurious; cwnd and ssthresh are restored by the caller
 * @idle: nothing was sent for @idle_us
 * @shrunk: the caller has made cwnd smaller, and asked for no reduction: growth begins anew
 */
struct tcp_cc_ops {
	const char *name;
	void (*init)(struct tcp_cc *cc, u64 now);
	void (*acked)(struct tcp_cc *cc, u32 bytes, u32 rtt_us, u32 flight, u64 now);
	void (*reduce)(struct tcp_cc *cc, u32 flight, u64 now);
	void (*timeout)(struct tcp_cc *cc, u32 flight, u64 now);
	void (*undo)(struct tcp_cc *cc, u64 now);
	void (*idle)(struct tcp_cc *cc, u64 idle_us, u64 now);
	void (*shrunk)(struct tcp_cc *cc);
};

extern const struct tcp_cc_ops tcp_cubic;	/* RFC 9438, with HyStart++ (RFC 9406) */
extern const struct tcp_cc_ops tcp_newreno;	/* RFC 5681, RFC 6582; named "reno" as natively */

/* The algorithm called @name, or NULL; and the @i-th, NULL behind the last. */
const struct tcp_cc_ops *tcp_cc_find(const char *name);
const struct tcp_cc_ops *tcp_cc_nth(unsigned int i);
/* RFC 6928: the initial window for segments of @mss bytes. */
u32 tcp_cc_initial_window(u32 mss);

#endif /* _GONET_TCP_CC_H */
