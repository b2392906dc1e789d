// SPDX-License-Identifier: GPL-2.0
/*
 * Which segments count: module/tcp/logic/receiver_check.c. Every case is run with several
 * initial sequence numbers.
 */
#include "tcp_rx.h"

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
		rx_ts_begin(&x);
		CHECK_EQ(rx_ts_verdict(&x, 400, 300, TCP_ACK, 1), TCP_V_ACK);
		CHECK_EQ(tcp_receiver_sack(&x.r, &b, 1), 1);
		CHECK_EQ(b.end, x.base + 500);
	}
}

static const struct ktap_case cases[] = {
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
	KTAP_CASE(tcp_receiver_check__dsack),
};

KTAP_MAIN(cases)
