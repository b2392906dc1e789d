// SPDX-License-Identifier: GPL-2.0
/*
 * Which segments count, and what of them: module/tcp/logic/receiver_check.c and receiver.c.
 * Every case is run with several initial sequence numbers.
 */
#include "tcp_rx.h"

#define DAY_US	(24ULL * 3600 * 1000000)

static void tcp_receiver_init__says_what_was_agreed(void)
{
	struct tcp_receiver r;

	tcp_receiver_init(&r, 0xffffffff, 5000, 255, true, true, 77, 9);
	CHECK_EQ(r.irs, 0xffffffff);
	CHECK_EQ(r.nxt, 0);
	CHECK_EQ(r.sent_nxt, 0);
	CHECK_EQ(r.edge, 5000);
	CHECK_EQ(r.wscale, TCP_WSCALE_MAX);
	CHECK_EQ(r.ts_recent, 77);
	CHECK_EQ(r.ts_stamp_us, 9);
	CHECK(r.ts_ok && r.sack_ok && !r.fin_known && !r.syn_wait);
	CHECK_EQ(r.ato_us, TCP_ATO_MIN_US);
}

/* RFC 9293 3.10.7.4, first step: the window, and what touches it. */
static void tcp_receiver_check__window(void)
{
	static const struct {
		int seq;
		u32 len;
		u8 flags;
		enum tcp_verdict verdict;
	} c[] = {
		{ 0, 0, 0, TCP_V_ACCEPT },
		{ 0, 100, 0, TCP_V_ACCEPT },
		{ RX_WINDOW - 1, 1, 0, TCP_V_ACCEPT },
		{ RX_WINDOW - 1, 100, 0, TCP_V_ACCEPT },
		{ RX_WINDOW, 0, 0, TCP_V_ACCEPT },
		{ RX_WINDOW + 1, 0, 0, TCP_V_ACK },
		{ RX_WINDOW + 1, 1, 0, TCP_V_ACK },
		{ RX_WINDOW + 1, 0, TCP_FIN, TCP_V_ACK },
		{ -100, 150, 0, TCP_V_ACCEPT },
		{ -100, 100, 0, TCP_V_ACCEPT },		/* as new as the last ACK */
		{ -100, 99, 0, TCP_V_ACK },
		{ -100, 99, TCP_FIN, TCP_V_ACCEPT },
		{ -100, 0, 0, TCP_V_ACK },
		{ -65535, 65534, 0, TCP_V_ACK },
		{ 0x7fffffff, 0, 0, TCP_V_ACK },
		{ 0x7fffffff, 65535, 0, TCP_V_ACK },
		{ -0x7fffffff - 1, 0, 0, TCP_V_ACK },
		{ -0x7fffffff, 65535, 0, TCP_V_ACK },
	};
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
			CHECK_EQ(rx_verdict(&x, c[i].seq, c[i].len, c[i].flags | TCP_ACK),
				 c[i].verdict);
}

/* An ACK that is delayed: the peer cannot know RCV.NXT yet. */
static void tcp_receiver_check__last_ack_counts(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		tcp_receiver_advance(&x.r, 500, x.now);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, -100, 50, TCP_ACK), TCP_V_ACK);
		rx_acked(&x);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, 499, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, 499, 1, TCP_ACK), TCP_V_ACCEPT);
	}
}

/* MUST-66: with no window at all ACKs, urgent pointers and RST still count. */
static void tcp_receiver_check__zero_window(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		tcp_receiver_advance(&x.r, RX_WINDOW, x.now);
		rx_acked(&x);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW, 0, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW, 1, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(rx_fit(&x, RX_WINDOW, 1, TCP_ACK).len, 0);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW - 1, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 0, TCP_RST), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW, 0, TCP_RST), TCP_V_RESET);
	}
}

/* RFC 1122 4.2.3.6: a probe with no byte, or one that is there already. */
static void tcp_receiver_check__keep_alive(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, -1, 1, TCP_ACK), TCP_V_ACCEPT);
		s = rx_seg(&x, -1, 1, TCP_ACK);
		CHECK_EQ(tcp_receiver_fit(&x.r, &s).len, 0);
		CHECK_EQ(tcp_receiver_ack_when(&x.r, &s, 0, false, x.now), TCP_ACK_NOW);
	}
}

/* RFC 5961 3.2 */
static void tcp_receiver_check__rst(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST | TCP_ACK), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST | TCP_SYN), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, 0, 20, TCP_RST), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, 1, 0, TCP_RST), TCP_V_CHALLENGE);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW, 0, TCP_RST), TCP_V_CHALLENGE);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 0, TCP_RST), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_RST), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, 0x7fffffff, 0, TCP_RST), TCP_V_DROP);
	}
}

/* What was received and not yet acknowledged moves the number that resets. */
static void tcp_receiver_check__rst_at_nxt_only(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		tcp_receiver_advance(&x.r, 500, x.now);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST), TCP_V_CHALLENGE);
		CHECK_EQ(rx_verdict(&x, 500, 0, TCP_RST), TCP_V_RESET);
	}
}

/* Behind its FIN a peer that does not count that may reset as well. */
static void tcp_receiver_check__rst_after_fin(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_RST), TCP_V_DROP);
		rx_take(&x, 0, 0, TCP_ACK | TCP_FIN);
		rx_acked(&x);
		CHECK_EQ(rx_verdict(&x, 1, 0, TCP_RST), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST), TCP_V_RESET);
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_RST), TCP_V_DROP);
	}
}

/* RFC 5961 4.2: wherever it is. */
static void tcp_receiver_check__syn(void)
{
	static const int at[] = { -1, 0, 1, RX_WINDOW, RX_WINDOW + 1, -5000, 0x7fffffff };
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
			CHECK_EQ(rx_verdict(&x, at[i], 0, TCP_SYN), TCP_V_CHALLENGE);
			CHECK_EQ(rx_verdict(&x, at[i], 0, TCP_SYN | TCP_ACK), TCP_V_CHALLENGE);
			CHECK_EQ(rx_verdict(&x, at[i], 9, TCP_SYN | TCP_ACK | TCP_FIN),
				 TCP_V_CHALLENGE);
		}
}

static void tcp_receiver_check__no_ack(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_verdict(&x, 0, 100, 0), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_FIN | TCP_URG | TCP_PSH), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, -100, 50, 0), TCP_V_ACK);
	}
}

/* RFC 5961 5.2: SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT. */
static void tcp_receiver_check__ack_range(void)
{
	static const u32 una[] = { 0, 100, 0x7fffff00, 0x80000000, 0xffffff00, 0xffffffff };
	struct rx x;
	size_t i;

	rx_init(&x, 7);
	for (i = 0; i < sizeof(una) / sizeof(una[0]); i++) {
		struct tcp_seg s = rx_seg(&x, 0, 10, TCP_ACK);

		x.v = (struct tcp_peer_view){ una[i], una[i] + 1000, 5000 };
		s.f.ack = una[i] + 1000;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACCEPT);
		s.f.ack = una[i] + 1001;
		CHECK_EQ(rx_check(&x, &s), TCP_V_CHALLENGE);
		s.f.ack = una[i] - 5000;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACCEPT);
		s.f.ack = una[i] - 5001;
		CHECK_EQ(rx_check(&x, &s), TCP_V_CHALLENGE);
		s.f.ack = una[i] + 0x80000000;
		CHECK_EQ(rx_check(&x, &s), TCP_V_CHALLENGE);
	}
}

/* RFC 9293 3.5: both sides have sent a SYN; neither counts anything before its ACK. */
static void tcp_receiver_check__simultaneous_open(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.syn_wait = true;
		CHECK_EQ(rx_verdict(&x, -1, 0, TCP_SYN), TCP_V_CHALLENGE);
		s = rx_seg(&x, 0, 10, TCP_ACK);
		CHECK_EQ(rx_check(&x, &s), TCP_V_REFUSE);	/* acknowledges nothing */
		s.f.ack = x.v.una - 1;
		CHECK_EQ(rx_check(&x, &s), TCP_V_REFUSE);
		s.f.ack = x.v.nxt + 1;
		CHECK_EQ(rx_check(&x, &s), TCP_V_REFUSE);
		CHECK_EQ(rx_verdict(&x, 0, 10, 0), TCP_V_DROP);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 10, TCP_ACK), TCP_V_ACK);
		CHECK(x.r.syn_wait);
		s.f.ack = x.v.una + 1;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACCEPT);
		CHECK(!x.r.syn_wait);
		CHECK_EQ(rx_verdict(&x, 0, 10, TCP_ACK), TCP_V_ACCEPT);
	}
}

/* Its SYN again, with the ACK, and with data; the SYN is there already. */
static void tcp_receiver_check__simultaneous_syn_ack(void)
{
	struct tcp_seg s;
	struct tcp_fit fit;
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.syn_wait = true;
		s = rx_seg(&x, -1, 5, TCP_SYN | TCP_ACK);
		CHECK_EQ(rx_check(&x, &s), TCP_V_REFUSE);
		s.f.ack = x.v.una + 1;
		s.f.seq++;
		CHECK_EQ(rx_check(&x, &s), TCP_V_CHALLENGE);	/* another SYN */
		s.f.seq--;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACCEPT);
		CHECK(!x.r.syn_wait);
		fit = tcp_receiver_fit(&x.r, &s);
		CHECK(fit.in_order && fit.head == 0 && fit.len == 5);
		CHECK_EQ(rx_check(&x, &s), TCP_V_CHALLENGE);
	}
}

static void tcp_receiver_check__rst_in_simultaneous_open(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.syn_wait = true;
		CHECK_EQ(rx_verdict(&x, 1, 0, TCP_RST), TCP_V_CHALLENGE);
		CHECK_EQ(rx_verdict(&x, 0, 0, TCP_RST), TCP_V_RESET);
	}
}

static void ts_begin(struct rx *x)
{
	x->r.ts_ok = true;
	x->r.ts_recent = RX_TS;
	x->r.ts_stamp_us = x->now;
}

static enum tcp_verdict ts_verdict(struct rx *x, int seq, u32 len, u8 flags, u32 tsval)
{
	struct tcp_seg s = rx_seg(x, seq, len, flags);

	s.o.present = TCP_HAS_TS;
	s.o.tsval = tsval;
	return rx_check(x, &s);
}

/* RFC 7323 5.3, R1: what is older than TS.Recent is old; by one tick it may be. */
static void tcp_receiver_check__paws(void)
{
	static const u32 recent[] = { 1, 2, 1000, 0x7fffffff, 0x80000000, 0xffffffff };
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(recent) / sizeof(recent[0]); i++) {
			u32 ts = recent[i];

			ts_begin(&x);
			x.r.ts_recent = ts;
			CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, ts), TCP_V_ACCEPT);
			CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, ts - 1), TCP_V_ACCEPT);
			CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, ts - 2), TCP_V_ACK);
			CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, ts - 0x7fffffff), TCP_V_ACK);
			CHECK_EQ(x.r.ts_recent, ts);
		}
}

/* RFC 7323 5.2: not for RST; and a SYN is challenged, however old. */
static void tcp_receiver_check__paws_and_flags(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ts_begin(&x);
		CHECK_EQ(ts_verdict(&x, 0, 0, TCP_RST, RX_TS - 100), TCP_V_RESET);
		CHECK_EQ(ts_verdict(&x, 9, 0, TCP_RST, RX_TS - 100), TCP_V_CHALLENGE);
		CHECK_EQ(ts_verdict(&x, 0, 0, TCP_SYN, RX_TS - 100), TCP_V_CHALLENGE);
		CHECK_EQ(ts_verdict(&x, 0, 0, TCP_ACK | TCP_FIN, RX_TS - 100), TCP_V_ACK);
	}
}

/* ACKs that others have overtaken are not answered, unless there may be more to them. */
static void tcp_receiver_check__paws_overtaken_ack(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		ts_begin(&x);
		CHECK_EQ(ts_verdict(&x, 0, 0, TCP_ACK, RX_TS - 5), TCP_V_DROP);
		CHECK_EQ(ts_verdict(&x, -9, 0, TCP_ACK, RX_TS - 5), TCP_V_DROP);
		CHECK_EQ(ts_verdict(&x, 1, 0, TCP_ACK, RX_TS - 5), TCP_V_ACK);
		CHECK_EQ(ts_verdict(&x, 0, 1, TCP_ACK, RX_TS - 5), TCP_V_ACK);
		s = rx_seg(&x, 0, 0, TCP_ACK);
		s.o.present = TCP_HAS_TS;
		s.o.tsval = RX_TS - 5;
		s.f.ack++;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACK);
	}
}

/* RFC 7323 5.5: after 24 days a timestamp says nothing, and gives way. */
static void tcp_receiver_check__paws_ages(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ts_begin(&x);
		x.now += 24 * DAY_US;
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, RX_TS - 9), TCP_V_ACK);
		x.now++;
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, RX_TS - 9), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS - 9);
		CHECK_EQ(x.r.ts_stamp_us, x.now);
	}
}

/* Where none are in use, or none is there, nothing is held against a segment. */
static void tcp_receiver_check__no_timestamp(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.ts_recent = RX_TS;
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, 1), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);
		ts_begin(&x);
		CHECK_EQ(rx_verdict(&x, 0, 10, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);
		x.r.ts_recent = 0;
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, 0xfffffff0), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, 0xfffffff0);
	}
}

/* RFC 7323 4.3: SEG.SEQ <= Last.ACK.sent and SEG.TSval >= TS.Recent. */
static void tcp_receiver_check__ts_recent(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ts_begin(&x);
		x.now += 1000;
		CHECK_EQ(ts_verdict(&x, 1, 10, TCP_ACK, RX_TS + 5), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);			/* behind a gap */
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, RX_TS + 6), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		CHECK_EQ(x.r.ts_stamp_us, x.now);
		CHECK_EQ(ts_verdict(&x, 0, 10, TCP_ACK, RX_TS + 5), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);		/* not turned back */
		CHECK_EQ(ts_verdict(&x, -9, 3, TCP_ACK, RX_TS + 7), TCP_V_ACK);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);		/* not acceptable */
		CHECK_EQ(ts_verdict(&x, 0, 10, 0, RX_TS + 7), TCP_V_DROP);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		/* While an ACK is delayed, what comes behind it does not count. */
		tcp_receiver_advance(&x.r, 10, x.now);
		CHECK_EQ(ts_verdict(&x, 10, 10, TCP_ACK, RX_TS + 8), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		rx_acked(&x);
		CHECK_EQ(ts_verdict(&x, 10, 10, TCP_ACK, RX_TS + 8), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 8);
	}
}

/* RFC 2883: what is refused because it is there already is told. */
static void tcp_receiver_check__dsack(void)
{
	struct tcp_block b;
	struct rx x;

	FOR_EACH_IRS(&x) {
		tcp_receiver_advance(&x.r, 500, x.now);
		rx_acked(&x);
		CHECK_EQ(rx_verdict(&x, 100, 300, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 1);
		CHECK_EQ(b.start, x.base + 100);
		CHECK_EQ(b.end, x.base + 400);
		CHECK_EQ(rx_verdict(&x, 100, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 10, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 0);
		/* Of what PAWS refuses only as much as is there. */
		ts_begin(&x);
		CHECK_EQ(ts_verdict(&x, 400, 300, TCP_ACK, 1), TCP_V_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 1);
		CHECK_EQ(b.end, x.base + 500);
	}
}

static void tcp_receiver_fit__trims(void)
{
	static const struct {
		int seq;
		u32 len, head, keep;
		bool in_order;
	} c[] = {
		{ 0, 100, 0, 100, true },
		{ 0, 0, 0, 0, false },
		{ -40, 100, 40, 60, true },
		{ -40, 40, 40, 0, false },
		{ -40, 20, 20, 0, false },
		{ 10, 100, 0, 100, false },
		{ RX_WINDOW - 10, 100, 0, 10, false },
		{ RX_WINDOW, 100, 0, 0, false },
		{ RX_WINDOW + 10, 100, 0, 0, false },
		{ -10, RX_WINDOW + 20, 10, RX_WINDOW, true },
	};
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
			struct tcp_fit fit = rx_fit(&x, c[i].seq, c[i].len, TCP_ACK);

			CHECK_EQ(fit.head, c[i].head);
			CHECK_EQ(fit.len, c[i].keep);
			CHECK_EQ(fit.in_order, c[i].in_order);
		}
}

static void tcp_receiver_fit__dsack(void)
{
	struct tcp_block b;
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.quick = 0;
		x.r.pingpong = true;
		rx_fit(&x, -40, 100, TCP_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 1);
		CHECK_EQ(b.start, x.base - 40);
		CHECK_EQ(b.end, x.base);
		CHECK_EQ(x.r.quick, 0);
		rx_fit(&x, -40, 30, TCP_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 1);
		CHECK_EQ(b.start, x.base - 40);
		CHECK_EQ(b.end, x.base - 10);
		/* The peer is sending again: it needs ACKs. */
		CHECK(x.r.quick && !x.r.pingpong);
	}
}

/* RFC 9293 3.10.7.4, eighth step. */
static void tcp_receiver_finish__in_order(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK(!tcp_receiver_finish(&x.r));
		CHECK_EQ(rx_take(&x, 0, 100, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		CHECK(x.r.finished);
		CHECK_EQ(x.r.nxt, x.base + 101);
		CHECK(!tcp_receiver_finish(&x.r));
	}
}

static void tcp_receiver_finish__alone(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_take(&x, 0, 0, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		CHECK_EQ(x.r.nxt, x.base + 1);
	}
}

/* It counts when the gap before it is filled, and not earlier. */
static void tcp_receiver_finish__out_of_order(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(rx_take(&x, 100, 0, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		CHECK(x.r.fin_known && !x.r.finished);
		rx_take(&x, 50, 50, TCP_ACK | TCP_FIN);
		CHECK(!x.r.finished);
		CHECK_EQ(rx_take(&x, 0, 50, TCP_ACK), TCP_ACK_NOW);
		CHECK(x.r.finished);
		CHECK_EQ(x.r.nxt, x.base + 101);
		CHECK_EQ(x.r.n_ranges, 0);
	}
}

/* A second one is an old one: acknowledged, and nothing else (MUST-59, TIME-WAIT's too). */
static void tcp_receiver_finish__again(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_take(&x, 0, 100, TCP_ACK | TCP_FIN);
		rx_acked(&x);
		CHECK_EQ(rx_take(&x, 0, 100, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		CHECK_EQ(rx_take(&x, 100, 0, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		CHECK_EQ(x.r.nxt, x.base + 101);
	}
}

/* There is nothing behind a FIN, and it cannot come before what has arrived. */
static void tcp_receiver_fit__what_cannot_be(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK(rx_piece(&x, 200, 300));
		rx_fit(&x, 100, 50, TCP_ACK | TCP_FIN);
		CHECK(!x.r.fin_known);
		rx_fit(&x, RX_WINDOW - 10, 11, TCP_ACK | TCP_FIN);
		CHECK(!x.r.fin_known);		/* cut off with the byte before it */
		rx_fit(&x, 100, 300, TCP_ACK | TCP_FIN);
		CHECK(x.r.fin_known);
		CHECK_EQ(x.r.fin, x.base + 400);
		rx_fit(&x, 100, 500, TCP_ACK | TCP_FIN);
		CHECK_EQ(x.r.fin, x.base + 400);
		x.r.fin_known = false;
		rx_fit(&x, 300, 0, TCP_ACK | TCP_FIN);	/* just behind what is there */
		CHECK(x.r.fin_known);
		x.r.fin_known = false;
		rx_fit(&x, 400, 0, TCP_ACK | TCP_FIN);
		CHECK_EQ(rx_fit(&x, 350, 100, TCP_ACK).len, 50);
		CHECK_EQ(rx_fit(&x, 400, 100, TCP_ACK).len, 0);
		rx_take(&x, 0, 400, TCP_ACK);
		CHECK(x.r.finished);
		CHECK_EQ(rx_fit(&x, 401, 100, TCP_ACK).len, 0);
		CHECK_EQ(rx_fit(&x, 300, 200, TCP_ACK).len, 0);
	}
}

/* A FIN takes no room: it counts at the right edge, and with no window at all. */
static void tcp_receiver_fit__fin_at_the_edge(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_take(&x, 0, RX_WINDOW, TCP_ACK);
		rx_acked(&x);
		rx_take(&x, RX_WINDOW, 0, TCP_ACK | TCP_FIN);
		CHECK(x.r.finished);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 1, 0, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(rx_verdict(&x, RX_WINDOW + 2, 0, TCP_ACK), TCP_V_ACK);
		CHECK_EQ(tcp_receiver_window(&x.r, 0, 1000), 0);
		CHECK_EQ(x.r.edge, x.base + RX_WINDOW + 1);
	}
}

/* RFC 9293 3.10.7.4, sixth step; RFC 6093: the pointer is behind the urgent data. */
static void tcp_receiver_urgent__announced(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		s = rx_seg(&x, 0, 100, TCP_ACK);
		s.f.urgent = 5;
		CHECK(!tcp_receiver_urgent(&x.r, &s));		/* without URG */
		s.f.flags |= TCP_URG;
		CHECK(tcp_receiver_urgent(&x.r, &s));
		CHECK_EQ(x.r.urgent, x.base + 5);
		CHECK(!tcp_receiver_urgent(&x.r, &s));		/* the same */
		s.f.urgent = 3;
		CHECK(!tcp_receiver_urgent(&x.r, &s));		/* before it */
		s.f.urgent = 65535;
		CHECK(tcp_receiver_urgent(&x.r, &s));		/* beyond this segment */
		CHECK_EQ(x.r.urgent, x.base + 65535);
	}
}

static void tcp_receiver_urgent__seen(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		s = rx_seg(&x, 0, 100, TCP_ACK | TCP_URG);
		CHECK(tcp_receiver_urgent(&x.r, &s));		/* a pointer of 0 is as 1 */
		CHECK_EQ(x.r.urgent, x.base + 1);
		x.r.urg = false;
		tcp_receiver_advance(&x.r, 50, x.now);
		s.f.urgent = 50;
		CHECK(!tcp_receiver_urgent(&x.r, &s));
		s.f.urgent = 51;
		CHECK(tcp_receiver_urgent(&x.r, &s));
		x.r.urg = false;
		rx_take(&x, 50, 0, TCP_ACK | TCP_FIN);
		s.f.urgent = 500;
		CHECK(!tcp_receiver_urgent(&x.r, &s));
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_receiver_init__says_what_was_agreed),
	KTAP_CASE(tcp_receiver_check__window),
	KTAP_CASE(tcp_receiver_check__last_ack_counts),
	KTAP_CASE(tcp_receiver_check__zero_window),
	KTAP_CASE(tcp_receiver_check__keep_alive),
	KTAP_CASE(tcp_receiver_check__rst),
	KTAP_CASE(tcp_receiver_check__rst_at_nxt_only),
	KTAP_CASE(tcp_receiver_check__rst_after_fin),
	KTAP_CASE(tcp_receiver_check__syn),
	KTAP_CASE(tcp_receiver_check__no_ack),
	KTAP_CASE(tcp_receiver_check__ack_range),
	KTAP_CASE(tcp_receiver_check__simultaneous_open),
	KTAP_CASE(tcp_receiver_check__simultaneous_syn_ack),
	KTAP_CASE(tcp_receiver_check__rst_in_simultaneous_open),
	KTAP_CASE(tcp_receiver_check__paws),
	KTAP_CASE(tcp_receiver_check__paws_and_flags),
	KTAP_CASE(tcp_receiver_check__paws_overtaken_ack),
	KTAP_CASE(tcp_receiver_check__paws_ages),
	KTAP_CASE(tcp_receiver_check__no_timestamp),
	KTAP_CASE(tcp_receiver_check__ts_recent),
	KTAP_CASE(tcp_receiver_check__dsack),
	KTAP_CASE(tcp_receiver_fit__trims),
	KTAP_CASE(tcp_receiver_fit__dsack),
	KTAP_CASE(tcp_receiver_fit__what_cannot_be),
	KTAP_CASE(tcp_receiver_fit__fin_at_the_edge),
	KTAP_CASE(tcp_receiver_finish__in_order),
	KTAP_CASE(tcp_receiver_finish__alone),
	KTAP_CASE(tcp_receiver_finish__out_of_order),
	KTAP_CASE(tcp_receiver_finish__again),
	KTAP_CASE(tcp_receiver_urgent__announced),
	KTAP_CASE(tcp_receiver_urgent__seen),
};

KTAP_MAIN(cases)
