/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of TCP's send half: one with a peer that says what a test lets it say.
 * Numbers are bytes of data, counted from the first; the invariants are checked all along.
 */
#ifndef _SELFTESTS_LOGIC_TCP_RIG_H
#define _SELFTESTS_LOGIC_TCP_RIG_H

#include "ktap.h"
#include "tcp_check.h"

#define RIG_MSS		1000
#define RIG_RTT_US	100000
#define RIG_TX		512

/**
 * struct rig - a send half under test
 * @s: it
 * @stock: what it has to send
 * @now: the time
 * @base: sequence number of the first byte
 * @wnd: the window that the peer's ACKs say
 * @seq: their sequence number
 * @ece: they have ECE set
 * @ts_rtt_us: round trip by the timestamp they echo, or 0
 * @data: they have data
 * @tx: what was sent by the last rig_send()
 * @n: how much that was
 * @acked: what the last ACK has changed
 */
struct rig {
	struct tcp_sender s;
	struct tcp_stock stock;
	u64 now;
	u32 base;
	u32 wnd;
	u32 seq;
	bool ece;
	u32 ts_rtt_us;
	bool data;
	struct tcp_tx tx[RIG_TX];
	u32 n;
	struct tcp_acked acked;
};

static const struct tcp_sender_conf rig_conf = {
	.cc = &tcp_newreno, .rto_min_us = 200000, .rto_max_us = 120000000,
	.advise = 3, .retries = 15, .syn_retries = 6,
};

/* Before the handshake. */
static inline void rig_init(struct rig *r, u32 iss)
{
	memset(r, 0, sizeof(*r));
	r->now = 1000000;
	r->base = iss + 1;
	r->wnd = 1 << 20;
	r->stock.end = r->base;
	r->stock.push = true;
	r->stock.max = RIG_MSS;
	tcp_sender_init(&r->s, &rig_conf, iss, r->now);
	check_give(&r->s);
}

/* After it. */
static inline void rig_begin(struct rig *r, u32 iss, bool sack)
{
	rig_init(r, iss);
	tcp_sender_synced(&r->s, RIG_MSS, r->wnd, 0, sack, sack, false, RIG_RTT_US, false,
			  r->now);
	check_sender(&r->s);
}

static inline void rig_end(struct rig *r)
{
	check_end(&r->s);
}

/* Sends what may be sent. Return: how many packets. */
static inline u32 rig_send(struct rig *r)
{
	struct tcp_tx tx;

	for (r->n = 0;;) {
		check_give(&r->s);
		if (!tcp_sender_next(&r->s, &r->stock, r->now, &tx))
			break;
		check_tx(&r->s, &r->stock, &tx);
		tcp_sender_sent(&r->s, &tx, r->now);
		check_sender(&r->s);
		MUST(r->n < RIG_TX);
		r->tx[r->n++] = tx;
	}
	tcp_sender_flushed(&r->s, &r->stock, r->now);
	check_sender(&r->s);
	return r->n;
}

/* Our SYN is on its way. */
static inline void rig_syn(struct rig *r, u32 iss)
{
	rig_init(r, iss);
	tcp_sender_syn(&r->s, r->now);
	rig_send(r);
}

/* The program gives @bytes more. Return: how many packets are sent. */
static inline u32 rig_write(struct rig *r, u32 bytes)
{
	r->stock.end += bytes;
	return rig_send(r);
}

/* An ACK for @ack, with @n blocks. */
static inline void rig_sack(struct rig *r, u32 ack, u8 n, const struct tcp_block *blocks)
{
	struct tcp_ack a = {
		.seq = r->seq, .ack = r->base + ack, .wnd = r->wnd, .data = r->data,
		.ece = r->ece, .has_ts = r->ts_rtt_us, .rtt_us = r->ts_rtt_us, .n_sack = n,
	};
	u8 i;

	for (i = 0; i < n; i++) {
		a.sack[i].start = r->base + blocks[i].start;
		a.sack[i].end = r->base + blocks[i].end;
	}
	check_give(&r->s);
	tcp_sender_ack(&r->s, &a, r->now, &r->acked);
	check_sender(&r->s);
}

static inline void rig_ack(struct rig *r, u32 ack)
{
	rig_sack(r, ack, 0, NULL);
}

/* The same, a round trip later. */
static inline void rig_answer(struct rig *r, u32 ack)
{
	r->now += RIG_RTT_US;
	rig_ack(r, ack);
}

/* Before anything is acknowledged, another window. */
static inline void rig_window(struct rig *r, u32 wnd)
{
	r->wnd = wnd;
	rig_ack(r, 0);
}

/* One block from @start to @end. */
static inline void rig_sack1(struct rig *r, u32 ack, u32 start, u32 end)
{
	struct tcp_block b = { start, end };

	rig_sack(r, ack, 1, &b);
}

/* After the handshake, and ten segments are in flight, a round trip later. */
static inline void rig_flight(struct rig *r, u32 iss, bool sack)
{
	rig_begin(r, iss, sack);
	MUST(rig_write(r, 100000) == 10);
	r->now += RIG_RTT_US;
}

/* ACKs of the three segments behind the first, one each. */
static inline void rig_lose_first(struct rig *r)
{
	u32 i;

	for (i = 2; i <= 4; i++) {
		rig_sack1(r, 0, 1000, i * 1000);
		rig_send(r);
	}
}

/* Lets the timer expire, whatever it is for. */
static inline enum tcp_expired rig_expire(struct rig *r)
{
	enum tcp_expired what;

	if (r->now < r->s.due_us)
		r->now = r->s.due_us;
	check_give(&r->s);
	what = tcp_sender_expire(&r->s, r->now);
	check_sender(&r->s);
	return what;
}

/* Nothing comes, until the timer is for the RTO. */
static inline void rig_until_rto(struct rig *r)
{
	while (r->s.due != TCP_DUE_RTO) {
		rig_expire(r);
		rig_send(r);
	}
}

/* Where a packet begins. */
static inline u32 rig_at(const struct rig *r, u32 i)
{
	return r->tx[i].seq - r->base;
}

/* How long until the timer expires. */
static inline u64 rig_wait(const struct rig *r)
{
	return r->s.due_us - r->now;
}

/* Numbers before 2^31, before 2^32, at their wraps, and small ones. */
static const u32 rig_isses[] = {
	0x7fffffff, 0x7ffff000, 0x80000000, 0xffffffff, 0xfffff000, 0, 12345,
};

/* A case that is run with each of them. */
#define RIG_CASE(fn)								\
	static void fn##_at(u32 iss);						\
	static void fn(void)							\
	{									\
		unsigned int i;							\
										\
		for (i = 0; i < sizeof(rig_isses) / sizeof(rig_isses[0]); i++)	\
			fn##_at(rig_isses[i]);					\
	}									\
	static void fn##_at(u32 iss)

#endif /* _SELFTESTS_LOGIC_TCP_RIG_H */
