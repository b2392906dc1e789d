// SPDX-License-Identifier: GPL-2.0
/*
 * When what has arrived is acknowledged, and the window that is advertised:
 * module/tcp/logic/receiver_ack.c and receiver_window.c.
 */
#include "tcp_rx.h"

#define MS	1000

/* A connection on which the peer has been sending for a while: no more ACKs at once. */
static void ack_begin(struct rx *x, u32 irs, u32 mss)
{
	rx_init(x, irs);
	x->r.quick = 0;
	x->r.mss = mss;
	x->r.pace_us = x->now;
}

/* The next @len bytes in order. */
static enum tcp_ack_when next(struct rx *x, u32 len, u8 flags)
{
	int at = (int)(x->r.nxt - x->base);

	x->r.edge = x->r.nxt + RX_WINDOW;
	return rx_take(x, at, len, flags);
}

static void tcp_receiver_ack_when__begins_at_once(void)
{
	struct rx x;
	u32 i;

	FOR_EACH_IRS(&x) {
		u32 quick = x.r.quick;

		CHECK_EQ(quick, RX_WINDOW / (2 * TCP_MSS_ASSUMED));
		for (i = 0; i < quick; i++) {
			CHECK_EQ(next(&x, 100, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
			rx_acked(&x);
		}
		CHECK_EQ(next(&x, 100, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
	}
}

/* Between 2 and 16, as the window has it. */
static void tcp_receiver_ack_when__how_many_at_once(void)
{
	struct tcp_receiver r;

	tcp_receiver_init(&r, 0, 1000000, 5, false, false, 0, 0);
	CHECK_EQ(r.quick, TCP_QUICK_MAX);
	tcp_receiver_init(&r, 0, 100, 0, false, false, 0, 0);
	CHECK_EQ(r.quick, 2);
}

/* MUST-59, RFC 5681 4.2 */
static void tcp_receiver_ack_when__every_second_segment(void)
{
	struct rx x;
	u32 i;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		for (i = 0; i < 5; i++) {
			CHECK_EQ(next(&x, 1000, TCP_ACK), TCP_ACK_LATER);
			CHECK_EQ(next(&x, 1000, TCP_ACK), TCP_ACK_NOW);
			rx_acked(&x);
			CHECK_EQ(x.r.sent_nxt, x.r.nxt);
		}
		/* What is left behind a full one is not waited for. */
		CHECK_EQ(next(&x, 1000, TCP_ACK), TCP_ACK_LATER);
		CHECK_EQ(next(&x, 10, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		/* Small ones may be as much as one full one. */
		for (i = 0; i < 10; i++)
			CHECK_EQ(next(&x, 100, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
		CHECK_EQ(next(&x, 100, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	}
}

/* Where segments are as large as the window there is no second one to wait for. */
static void tcp_receiver_ack_when__half_of_the_window(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], RX_WINDOW);
		CHECK_EQ(rx_take(&x, 0, RX_WINDOW / 2 - 1, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
		CHECK_EQ(rx_take(&x, RX_WINDOW / 2 - 1, 1, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	}
}

/* What is asked for at once is asked for once; it may be sent by somebody who is busy. */
static void tcp_receiver_ack_when__asked_once(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK_EQ(next(&x, 0, TCP_ACK), TCP_ACK_NONE);
		CHECK_EQ(next(&x, 100, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
		CHECK_EQ(next(&x, 0, TCP_ACK), TCP_ACK_LATER);
		CHECK_EQ(next(&x, 1000, TCP_ACK), TCP_ACK_NOW);
		CHECK_EQ(next(&x, 0, TCP_ACK), TCP_ACK_NONE);
		CHECK_EQ(next(&x, 100, TCP_ACK), TCP_ACK_LATER);
		CHECK_EQ(next(&x, 0, TCP_ACK), TCP_ACK_LATER);
		rx_acked(&x);
		CHECK_EQ(next(&x, 0, TCP_ACK), TCP_ACK_NONE);
	}
}

/* An ACK that went with data of ours counts, whenever it is heard of. */
static void tcp_receiver_acked__by_the_way(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK_EQ(next(&x, 900, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
		tcp_receiver_acked(&x.r, x.base + 500);
		CHECK_EQ(x.r.sent_nxt, x.base + 500);
		CHECK_EQ(next(&x, 600, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
		tcp_receiver_acked(&x.r, x.base + 400);		/* heard of too late */
		CHECK_EQ(x.r.sent_nxt, x.base + 500);
		tcp_receiver_acked(&x.r, x.base + 1501);	/* cannot be */
		CHECK_EQ(x.r.sent_nxt, x.base + 500);
		CHECK_EQ(next(&x, 1, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	}
}

/* RFC 5681 4.2: out of order, and what fills a gap wholly or in part. */
static void tcp_receiver_ack_when__gaps(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK_EQ(rx_take(&x, 300, 100, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		CHECK_EQ(rx_take(&x, 300, 100, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		CHECK_EQ(rx_take(&x, 0, 100, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		CHECK_EQ(rx_take(&x, 100, 200, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		x.r.quick = 0;
		CHECK_EQ(x.r.nxt, x.base + 400);
		CHECK_EQ(next(&x, 100, TCP_ACK), TCP_ACK_LATER);
	}
}

/* What came in vain is answered: old data, what is beyond the window, a SYN's echo. */
static void tcp_receiver_ack_when__in_vain(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		next(&x, 100, TCP_ACK | TCP_PSH);
		rx_acked(&x);
		CHECK_EQ(rx_take(&x, 0, 100, TCP_ACK), TCP_ACK_NOW);
		rx_acked(&x);
		x.r.quick = 0;
		x.r.edge = x.r.nxt;
		CHECK_EQ(rx_take(&x, 100, 1, TCP_ACK), TCP_ACK_NOW);
	}
}

static void tcp_receiver_ack_when__fin(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK_EQ(next(&x, 10, TCP_ACK | TCP_FIN), TCP_ACK_NOW);
		rx_acked(&x);
		CHECK_EQ(x.r.sent_nxt, x.base + 11);
	}
}

/* What is missed for want of memory is said at once: the peer must send it again. */
static void tcp_receiver_ack_when__not_kept(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		s = rx_seg(&x, 0, 100, TCP_ACK);
		CHECK_EQ(tcp_receiver_ack_when(&x.r, &s, 0, false, x.now), TCP_ACK_NOW);
		rx_acked(&x);
		CHECK_EQ(tcp_receiver_ack_when(&x.r, &s, 0, true, x.now), TCP_ACK_NOW);
	}
}

static void tcp_receiver_ack_when__measures_segments(void)
{
	struct rx x;

	rx_init(&x, 0);
	CHECK_EQ(x.r.mss, TCP_MSS_ASSUMED);
	next(&x, 600, TCP_ACK);
	CHECK_EQ(x.r.mss, 600);
	next(&x, 1400, TCP_ACK | TCP_PSH);
	CHECK_EQ(x.r.mss, 1400);
	/* Smaller ones that say nothing about an end, two in a row: the path is narrower. */
	next(&x, 1000, TCP_ACK);
	CHECK_EQ(x.r.mss, 1400);
	next(&x, 900, TCP_ACK);
	next(&x, 1000, TCP_ACK);
	CHECK_EQ(x.r.mss, 1400);
	next(&x, 1000, TCP_ACK | TCP_PSH);
	next(&x, 1000, TCP_ACK);
	CHECK_EQ(x.r.mss, 1400);
	next(&x, 1000, TCP_ACK);
	CHECK_EQ(x.r.mss, 1000);
	/* None are so small. */
	next(&x, 87, TCP_ACK);
	next(&x, 87, TCP_ACK);
	CHECK_EQ(x.r.mss, 1000);
	next(&x, 88, TCP_ACK);
	next(&x, 88, TCP_ACK);
	CHECK_EQ(x.r.mss, 88);
}

/* Several that were put together are as large as each was, and are more than two. */
static void tcp_receiver_ack_when__put_together(void)
{
	struct tcp_seg s;
	struct rx x;

	ack_begin(&x, 0, 1000);
	s = rx_seg(&x, 0, 5500, TCP_ACK);
	s.unit = 1400;
	tcp_receiver_advance(&x.r, 5500, x.now);
	CHECK_EQ(tcp_receiver_ack_when(&x.r, &s, 5500, false, x.now), TCP_ACK_NOW);
	CHECK_EQ(x.r.mss, 1400);
	/* Cut down to less than one. */
	s = rx_seg(&x, 5500, 1500, TCP_ACK);
	s.unit = 9000;
	tcp_receiver_advance(&x.r, 1500, x.now);
	tcp_receiver_ack_when(&x.r, &s, 1500, false, x.now);
	CHECK_EQ(x.r.mss, 1500);
}

/* An ACK waits about as long as data takes to follow data, from 40 to 200 ms. */
static void tcp_receiver_ack_when__adapts(void)
{
	struct rx x;
	u32 i;

	ack_begin(&x, 0, 1000);
	next(&x, 1, TCP_ACK);
	x.r.ato_us = 150 * MS;
	x.now += 100 * MS;
	next(&x, 1, TCP_ACK);
	CHECK_EQ(x.r.ato_us, 175 * MS);
	x.now += 174 * MS;
	next(&x, 1, TCP_ACK);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MAX_US);
	x.now += 20 * MS;
	for (i = 0; i < 30; i++)
		next(&x, 1, TCP_ACK);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MIN_US);
	x.now += 30 * MS;
	next(&x, 1, TCP_ACK);
	CHECK_EQ(x.r.ato_us, 50 * MS);
}

/* After a pause the peer begins with a small window again, and needs ACKs. */
static void tcp_receiver_ack_when__after_a_pause(void)
{
	struct rx x;

	ack_begin(&x, 0, 1000);
	x.r.quick = 0;
	next(&x, 1, TCP_ACK | TCP_PSH);
	x.r.quick = 0;
	rx_acked(&x);
	x.now += 200 * MS;
	CHECK_EQ(next(&x, 1, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
	rx_acked(&x);
	x.now += 201 * MS;
	CHECK_EQ(next(&x, 1, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	CHECK_EQ(x.r.quick, (RX_WINDOW - 1) / 2000 - 1);
}

/* Data of ours that follows soon is an answer: the next ACK may wait for one. */
static void tcp_receiver_replied__in_turn(void)
{
	struct rx x;

	rx_init(&x, 0);
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	x.now += TCP_ATO_MIN_US;
	tcp_receiver_replied(&x.r, x.now);
	CHECK(!x.r.pingpong);
	rx_acked(&x);
	next(&x, 10, TCP_ACK | TCP_PSH);
	x.now += TCP_ATO_MIN_US - 1;
	tcp_receiver_replied(&x.r, x.now);
	rx_acked(&x);
	CHECK(x.r.pingpong && x.r.quick);
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
	/* There was none. */
	x.r.ato_us = 100 * MS;
	tcp_receiver_waited(&x.r);
	CHECK(!x.r.pingpong);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MIN_US);
}

/* TCP_QUICKACK */
static void tcp_receiver_turns__as_told(void)
{
	struct rx x;

	rx_init(&x, 0);
	tcp_receiver_turns(&x.r, true);
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
	tcp_receiver_turns(&x.r, false);
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
}

static void tcp_receiver_waited__longer_next_time(void)
{
	struct rx x;

	ack_begin(&x, 0, 1000);
	tcp_receiver_waited(&x.r);
	CHECK_EQ(x.r.ato_us, 2 * TCP_ATO_MIN_US);
	tcp_receiver_waited(&x.r);
	tcp_receiver_waited(&x.r);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MAX_US);
	tcp_receiver_waited(&x.r);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MAX_US);
}

static void tcp_receiver_ack_when__quick_ones_end(void)
{
	struct rx x;

	rx_init(&x, 0);
	next(&x, 10, TCP_ACK | TCP_PSH);
	x.r.quick = 1;
	x.r.ato_us = 100 * MS;
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_NOW);
	CHECK_EQ(x.r.quick, 0);
	CHECK_EQ(x.r.ato_us, TCP_ATO_MIN_US);
	CHECK_EQ(next(&x, 10, TCP_ACK | TCP_PSH), TCP_ACK_LATER);
}

/* RFC 9293 3.8.6.2.2: the edge moves by a segment, or half of the buffer, or not at all. */
static void tcp_receiver_window__silly(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		tcp_receiver_advance(&x.r, RX_WINDOW, x.now);
		CHECK_EQ(tcp_receiver_window(&x.r, 0, RX_WINDOW), 0);
		CHECK_EQ(tcp_receiver_window(&x.r, 999, RX_WINDOW), 0);
		CHECK_EQ(tcp_receiver_window(&x.r, 1000, RX_WINDOW), 1000);
		CHECK_EQ(tcp_receiver_window(&x.r, 1999, RX_WINDOW), 1000);
		CHECK_EQ(tcp_receiver_window(&x.r, 2000, RX_WINDOW), 2000);
		tcp_receiver_advance(&x.r, 2000, x.now);
		CHECK_EQ(tcp_receiver_window(&x.r, 799, 1600), 0);
		CHECK_EQ(tcp_receiver_window(&x.r, 800, 1600), 800);
		CHECK_EQ(x.r.edge, x.base + RX_WINDOW + 2800);
	}
}

/* SHLD-14: with less room than was offered the edge stays where it is. */
static void tcp_receiver_window__never_back(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK_EQ(tcp_receiver_window(&x.r, 10, RX_WINDOW), RX_WINDOW);
		tcp_receiver_advance(&x.r, 3000, x.now);
		CHECK_EQ(tcp_receiver_window(&x.r, 0, RX_WINDOW), RX_WINDOW - 3000);
		CHECK_EQ(x.r.edge, x.base + RX_WINDOW);
		CHECK_EQ(tcp_receiver_window(&x.r, RX_WINDOW, RX_WINDOW), RX_WINDOW);
	}
}

/* RFC 7323 2.3: what the header can say; never less than what was said. */
static void tcp_receiver_window__scaled(void)
{
	static const u8 scale[] = { 0, 1, 7, 14 };
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(scale); i++) {
			u32 unit = 1U << scale[i], wnd, edge, j;

			ack_begin(&x, rx_irs[_i], 1000);
			x.r.wscale = scale[i];
			CHECK_EQ(tcp_receiver_window(&x.r, 0xffffffff, 0xffffffff),
				 65535U << scale[i]);
			for (j = 0; j < 100; j++) {
				u32 room = ktap_random(100000), open;

				edge = x.r.edge;
				tcp_receiver_advance(&x.r, ktap_random(3 * unit), x.now);
				open = edge - x.r.nxt;
				wnd = tcp_receiver_window(&x.r, room, 200000);
				CHECK_EQ(wnd % unit, 0);
				CHECK(wnd >> scale[i] <= 65535);
				CHECK(seq_after(x.r.nxt + wnd + unit, edge));
				CHECK_EQ(x.r.edge, seq_max(edge, x.r.nxt + wnd));
				CHECK(wnd <= (open > room ? open : room));
			}
		}
}

/* A peer that sends byte by byte cannot have the edge rounded up for ever. */
static void tcp_receiver_window__does_not_creep(void)
{
	struct rx x;
	u32 i;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		x.r.wscale = 7;
		for (i = 0; i < RX_WINDOW; i++) {
			tcp_receiver_advance(&x.r, 1, x.now);
			tcp_receiver_window(&x.r, RX_WINDOW - 1 - i, RX_WINDOW);
			CHECK_EQ(x.r.edge, x.base + RX_WINDOW);
		}
		CHECK_EQ(tcp_receiver_window(&x.r, 0, RX_WINDOW), 0);
	}
}

/* The peer is told of what reading has opened when that is twice as much as it knows of. */
static void tcp_receiver_window_opened__twice(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		ack_begin(&x, rx_irs[_i], 1000);
		CHECK(!tcp_receiver_window_opened(&x.r, RX_WINDOW, 2 * RX_WINDOW));
		CHECK(!tcp_receiver_window_opened(&x.r, 2 * RX_WINDOW - 1, 2 * RX_WINDOW));
		CHECK(tcp_receiver_window_opened(&x.r, 2 * RX_WINDOW, 2 * RX_WINDOW));
		tcp_receiver_advance(&x.r, RX_WINDOW, x.now);
		CHECK(!tcp_receiver_window_opened(&x.r, 0, RX_WINDOW));
		CHECK(!tcp_receiver_window_opened(&x.r, 999, RX_WINDOW));
		CHECK(tcp_receiver_window_opened(&x.r, 1000, RX_WINDOW));
		CHECK_EQ(x.r.edge, x.r.nxt);
		rx_take(&x, RX_WINDOW, 0, TCP_ACK | TCP_FIN);
		CHECK(!tcp_receiver_window_opened(&x.r, 5000, RX_WINDOW));
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_receiver_ack_when__begins_at_once),
	KTAP_CASE(tcp_receiver_ack_when__how_many_at_once),
	KTAP_CASE(tcp_receiver_ack_when__every_second_segment),
	KTAP_CASE(tcp_receiver_ack_when__half_of_the_window),
	KTAP_CASE(tcp_receiver_ack_when__asked_once),
	KTAP_CASE(tcp_receiver_ack_when__gaps),
	KTAP_CASE(tcp_receiver_ack_when__in_vain),
	KTAP_CASE(tcp_receiver_ack_when__fin),
	KTAP_CASE(tcp_receiver_ack_when__not_kept),
	KTAP_CASE(tcp_receiver_ack_when__measures_segments),
	KTAP_CASE(tcp_receiver_ack_when__put_together),
	KTAP_CASE(tcp_receiver_ack_when__adapts),
	KTAP_CASE(tcp_receiver_ack_when__after_a_pause),
	KTAP_CASE(tcp_receiver_replied__in_turn),
	KTAP_CASE(tcp_receiver_turns__as_told),
	KTAP_CASE(tcp_receiver_waited__longer_next_time),
	KTAP_CASE(tcp_receiver_ack_when__quick_ones_end),
	KTAP_CASE(tcp_receiver_acked__by_the_way),
	KTAP_CASE(tcp_receiver_window__silly),
	KTAP_CASE(tcp_receiver_window__never_back),
	KTAP_CASE(tcp_receiver_window__scaled),
	KTAP_CASE(tcp_receiver_window__does_not_creep),
	KTAP_CASE(tcp_receiver_window_opened__twice),
};

KTAP_MAIN(cases)
