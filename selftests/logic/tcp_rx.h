/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of the receive space: a connection at each of several initial sequence numbers, with
 * numbers in the tests relative to the first byte of data; and a caller that keeps data.
 */
#ifndef _SELFTESTS_LOGIC_TCP_RX_H
#define _SELFTESTS_LOGIC_TCP_RX_H

#include <stdlib.h>

#include "tcp/logic/receiver.h"

#include "ktap.h"

#define RX_WINDOW	10000
#define RX_START_US	5000000000ULL
#define RX_ISS		0xfffffe00	/* our own space wraps as well */
#define RX_TS		1000

struct rx {
	struct tcp_receiver r;
	struct tcp_peer_view v;
	u64 now;
	u32 base;	/* sequence number of the first byte */
};

/* Around 0, 2^31, 2^32 and where nothing wraps. */
static const u32 rx_irs[] = {
	0, 1, 12345, 0x7fffffff, 0x80000000, 0x7fffd900, 0xffffffff, 0xfffffffe, 0xffffd900,
};

static inline void rx_init(struct rx *x, u32 irs)
{
	memset(x, 0, sizeof(*x));
	x->now = RX_START_US;
	x->base = irs + 1;
	x->v.una = RX_ISS;
	x->v.nxt = RX_ISS + 1000;
	x->v.max_wnd = 5000;
	tcp_receiver_init(&x->r, irs, RX_WINDOW, 0, false, true, 0, x->now);
}

/* A segment with @len bytes from @seq on, that acknowledges nothing new. */
static inline struct tcp_seg rx_seg(const struct rx *x, int seq, u32 len, u8 flags)
{
	struct tcp_seg s = { .f = { .seq = x->base + (u32)seq, .ack = x->v.una, .hlen = 20,
				    .flags = flags }, .len = len };

	return s;
}

static inline enum tcp_verdict rx_check(struct rx *x, const struct tcp_seg *s)
{
	return tcp_receiver_check(&x->r, s, &x->v, x->now);
}

/* The verdict on @len bytes at @seq. */
static inline enum tcp_verdict rx_verdict(struct rx *x, int seq, u32 len, u8 flags)
{
	struct tcp_seg s = rx_seg(x, seq, len, flags);

	return rx_check(x, &s);
}

/* Timestamps are in use, and RX_TS was the last. */
static inline void rx_ts_begin(struct rx *x)
{
	x->r.ts_ok = true;
	x->r.ts_recent = RX_TS;
	x->r.ts_stamp_us = x->now;
}

/* As rx_verdict(), with a timestamp. */
static inline enum tcp_verdict rx_ts_verdict(struct rx *x, int seq, u32 len, u8 flags, u32 tsval)
{
	struct tcp_seg s = rx_seg(x, seq, len, flags);

	s.o.present = TCP_HAS_TS;
	s.o.tsval = tsval;
	return rx_check(x, &s);
}

static inline struct tcp_fit rx_fit(struct rx *x, int seq, u32 len, u8 flags)
{
	struct tcp_seg s = rx_seg(x, seq, len, flags);

	return tcp_receiver_fit(&x->r, &s);
}

/* An ACK for all that has come in order leaves. */
static inline void rx_acked(struct rx *x)
{
	tcp_receiver_acked(&x->r, x->r.nxt);
}

/* Keeps a piece; the test fails when it is not kept. */
static inline bool rx_piece(struct rx *x, u32 seq, u32 end)
{
	struct tcp_piece *p = calloc(1, sizeof(*p)), *gone, *next;
	u32 head, tail;
	bool kept;

	p->seq = x->base + seq;
	p->end = x->base + end;
	kept = tcp_receiver_insert(&x->r, p, &gone, &head, &tail);
	for (; gone; gone = next) {
		next = gone->next;
		free(gone);
	}
	if (!kept)
		free(p);
	return kept;
}

/* Takes in what the pieces have of what follows; return: bytes. */
static inline u32 rx_pull(struct rx *x)
{
	struct tcp_piece *p;
	u32 skip, sum = 0;

	while ((p = tcp_receiver_pull(&x->r, &skip))) {
		tcp_receiver_advance(&x->r, p->end - p->seq - skip, x->now);
		sum += p->end - p->seq - skip;
		free(p);
	}
	return sum;
}

static inline void rx_free(struct rx *x)
{
	struct tcp_piece *p;

	while ((p = tcp_receiver_renege(&x->r)))
		free(p);
}

/* One segment all the way; return: when it is acknowledged. */
static inline enum tcp_ack_when rx_take(struct rx *x, int seq, u32 len, u8 flags)
{
	struct tcp_seg s = rx_seg(x, seq, len, flags);
	bool out_of_order = false;
	struct tcp_fit fit;
	u32 taken = 0;

	CHECK_EQ(rx_check(x, &s), TCP_V_ACCEPT);
	fit = tcp_receiver_fit(&x->r, &s);
	if (fit.in_order) {
		tcp_receiver_advance(&x->r, fit.len, x->now);
		taken = fit.len + rx_pull(x);
	} else if (fit.len) {
		rx_piece(x, (u32)seq + fit.head, (u32)seq + fit.head + fit.len);
		out_of_order = true;
	}
	tcp_receiver_finish(&x->r);
	return tcp_receiver_ack_when(&x->r, &s, taken, out_of_order, x->now);
}

/* Runs what follows with a new connection at each of them. */
#define FOR_EACH_IRS(x)									\
	for (size_t _i = 0; _i < sizeof(rx_irs) / sizeof(rx_irs[0]) &&			\
	     (rx_init(x, rx_irs[_i]), true); rx_free(x), _i++)

#endif /* _SELFTESTS_LOGIC_TCP_RX_H */
