// SPDX-License-Identifier: GPL-2.0
/*
 * What of a segment counts: module/tcp/logic/receiver.c. Every case is run with several
 * initial sequence numbers.
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
